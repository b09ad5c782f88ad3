//! Programs that mean harm, or do it: a file each in `hostile/`, whose first line says how it must end.
//!
//! `// ends: limit own_time` is the beginning of the fault in one line; `// ends: rows [...]` are the rows. A second line
//! `// grant: instances, volumes` grants these tables alone, `// warns: …` must be part of a warning,
//! `// limits: usual` runs it under the bounds as they are shipped instead of the tests' small ones, `patient` under the
//! small ones with more time to compute (what fills the memory is to hit that, on a busy machine too), `hasty` with less
//! time in all.

use super::support::{engine, interpreter, job, run, said};
use sandbox::{FaultKind, Job, Limits};
use schema::Grant;
use serde_json::Value;
use std::path::Path;
use std::time::Duration;

/// One test for each file, and a list of them all.
macro_rules! hostile {
    ($($name:ident),+ $(,)?) => {
        $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() {
            check(include_str!(concat!("hostile/", stringify!($name), ".js"))).await;
        })+

        const ALL: &[&str] = &[$(stringify!($name)),+];
    };
}

hostile! {
    characters_bidi,
    characters_halves_joined,
    characters_lone_surrogate_in_parameter,
    characters_lone_surrogate_in_sql,
    characters_lone_surrogate_thrown,
    characters_lone_surrogates,
    characters_nul_in_log,
    characters_nul_in_parameter,
    characters_nul_in_result,
    characters_nul_in_source,
    characters_nul_in_sql,
    deep_bound,
    deep_calls,
    deep_calls_caught,
    deep_calls_of_two,
    deep_eval,
    deep_flat,
    deep_freed,
    deep_getter,
    deep_json,
    deep_json_written,
    deep_proxies,
    deep_regex,
    deep_regex_groups,
    deep_result,
    deep_result_just_too_deep,
    deep_result_proxies,
    deep_rope,
    deep_to_string,
    endless_async,
    endless_bigint,
    endless_bigint_digits,
    endless_catch,
    endless_error_name,
    endless_eval,
    endless_finally,
    endless_generator,
    endless_getter,
    endless_log,
    endless_loop,
    endless_native,
    endless_parameter,
    endless_primitive,
    endless_promises,
    endless_promises_left_alone,
    endless_proxy,
    endless_regex,
    endless_regex_backreference,
    endless_reviver,
    endless_sort,
    endless_species,
    endless_start,
    endless_template,
    endless_thenable,
    endless_to_json,
    escape_bjson,
    escape_caller,
    escape_constructor_chain,
    escape_deno,
    escape_error_constructor,
    escape_eval,
    escape_fetch,
    escape_function,
    escape_function_kinds,
    escape_globals,
    escape_import,
    escape_import_meta,
    escape_import_of_data,
    escape_import_static,
    escape_load_script,
    escape_log_to_result,
    escape_navigator,
    escape_os,
    escape_performance,
    escape_print,
    escape_process,
    escape_require,
    escape_shared_memory,
    escape_std,
    escape_timer,
    escape_weak_ref,
    escape_webassembly,
    escape_websocket,
    escape_worker,
    escape_xhr,
    flood_bytes_in,
    flood_bytes_in_parts,
    flood_columns_in,
    flood_error,
    flood_error_code,
    flood_error_name,
    flood_log,
    flood_log_line,
    flood_log_many,
    flood_log_object,
    flood_parameter_text,
    flood_parameters,
    flood_parameters_by_name,
    flood_placeholders,
    flood_placeholders_of_one,
    flood_progress,
    flood_progress_line,
    flood_queries,
    flood_queries_caught,
    flood_queries_passed_over,
    flood_queries_that_fail,
    flood_rows,
    flood_rows_in_parts,
    flood_rows_passed_over,
    flood_sql,
    flood_sql_comment,
    flood_typed_query,
    grant_comment,
    grant_costs_of_resources,
    grant_limit_zero,
    grant_never_true,
    grant_order_by,
    grant_parameter_after_a_letter,
    grant_parameter_as_sql,
    grant_parameter_name,
    grant_quoted,
    grant_typed,
    grant_upper_case,
    grant_values,
    lie_class,
    lie_denial_passed_on,
    lie_denied,
    lie_denied_after_a_denial,
    lie_limit,
    lie_limit_after_a_limit,
    lie_memory,
    lie_out_bytes,
    lie_out_of_memory,
    lie_throttled,
    lie_thrown_rows,
    lie_trap,
    lie_upstream,
    memory_array,
    memory_bigint,
    memory_bigint_shift,
    memory_buffer,
    memory_buffers,
    memory_caught,
    memory_caught_and_on,
    memory_closures,
    memory_cycles,
    memory_doubling,
    memory_fill,
    memory_from,
    memory_globals,
    memory_join,
    memory_join_long,
    memory_map,
    memory_object,
    memory_pad,
    memory_promises,
    memory_repeat,
    memory_replace,
    memory_set,
    memory_sparse,
    memory_spread,
    memory_symbols,
    pollution_array_methods,
    pollution_array_setter,
    pollution_collections,
    pollution_column_names,
    pollution_error_class,
    pollution_json,
    pollution_object_setter,
    pollution_of_its_own_query,
    pollution_of_its_own_today,
    pollution_parameters,
    pollution_promise,
    pollution_prototype_of_rows,
    pollution_query_error,
    pollution_query_error_prototype,
    pollution_stack,
    pollution_stack_lies,
    pollution_tags,
    pollution_then,
    pollution_then_lies,
    pollution_then_of_objects,
    pollution_value_setter,
    pollution_without_waiting,
    result_bytes,
    result_bytes_typed,
    result_class,
    result_column_name,
    result_columns,
    result_date,
    result_escapes,
    result_function,
    result_getter_queries,
    result_getter_throws,
    result_grows,
    result_holds_itself,
    result_holds_itself_twice,
    result_instance,
    result_iterator,
    result_keys_lie,
    result_keys_of_a_proxy,
    result_large_typed,
    result_length_lies,
    result_many_keys,
    result_map_holds_itself,
    result_never,
    result_nothing,
    result_promises,
    result_prototype_key,
    result_proxy,
    result_proxy_revoked,
    result_regex,
    result_rows,
    result_shrinks,
    result_string,
    result_symbol,
    result_to_json,
    result_weak,
    sql_analyze,
    sql_begin,
    sql_casts_in_each_other,
    sql_columns_on_columns,
    sql_copy,
    sql_create_table,
    sql_create_view,
    sql_deep,
    sql_delete,
    sql_doubling,
    sql_doubling_text,
    sql_drop,
    sql_explain,
    sql_external,
    sql_file,
    sql_getenv,
    sql_information_schema,
    sql_input_file_name,
    sql_insert,
    sql_long_sum,
    sql_many_names,
    sql_many_ors,
    sql_not_not,
    sql_parquet_metadata,
    sql_prepare,
    sql_range,
    sql_read_csv,
    sql_read_parquet,
    sql_recursive,
    sql_regex,
    sql_repeat,
    sql_series,
    sql_set,
    sql_several,
    sql_show,
    sql_sleep,
    sql_truncate,
    sql_unions,
    sql_update,
    sql_url,
    sql_variable,
    sql_version,
    state_chance,
    state_clock,
    state_left_behind,
    state_regexp_statics,
    state_time_zone,
    text_instructions,
    text_program,
}

fn directive<'a>(source: &'a str, name: &str) -> Option<&'a str> {
    let lines = source.lines().take_while(|line| line.starts_with("//"));
    lines.filter_map(|line| line.strip_prefix("// ")?.strip_prefix(name)?.strip_prefix(": ")).next()
}

fn limits(word: Option<&str>) -> Limits {
    let small = Limits::for_testing();
    match word {
        None => small,
        Some("patient") => Limits { own_time: Duration::from_secs(15), ..small },
        Some("hasty") => Limits { total_time: Duration::from_secs(1), ..small },
        Some("usual") => Limits::default(),
        Some(other) => panic!("there are no limits `{other}`"),
    }
}

/// Nested too deep for any parser: whatever is said of it, it is said.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn texts_of_any_depth_are_run_and_checked() {
    for (open, core, close) in [
        ("[", "1", "]"),
        ("(", "1", ")"),
        ("{", "1", "}"),
        ("({a:", "1", "})"),
        ("`${", "1", "}`"),
        ("!", "1", ""),
        ("- ", "1", ""),
        ("a => ", "1", ""),
        ("new ", "x", ""),
        ("if (1) ", "1", ""),
        ("f(", "1", ")"),
        ("function f() {", "", "}"),
        ("class A { static {", "", "} }"),
        ("/(?:", "x", ")/"),
        ("1 ? 1 : ", "1", ""),
        ("1 ** ", "1", ""),
        ("/* ", "", ""),
        ("{ let a = ", "1", "}"),
    ] {
        let most = (Limits::for_testing().source_bytes - 100) / (open.len() + close.len());
        for depth in [500, most] {
            let source = [open.repeat(depth), core.to_owned(), close.repeat(depth)].concat();
            let of = format!("{depth} times `{open}`");
            if let Err(fault) = run(job(&source)).await.result {
                assert!(fault.kind != FaultKind::Host && fault.kind != FaultKind::Trap, "{of} ran: {}", said(&fault));
            }
            if let Err(fault) = interpreter().check(&engine(), job(&source)).await {
                assert!(fault.kind != FaultKind::Host && fault.kind != FaultKind::Trap, "{of}: {}", said(&fault));
            }
        }
    }
}

async fn check(source: &str) {
    let ends = directive(source, "ends").expect("the first line says how it ends");
    let grant =
        directive(source, "grant").map_or_else(Grant::everything, |tables| Grant::of_tables(tables.split(", ")));
    let limits = limits(directive(source, "limits"));
    let ran = run(Job { grant, limits, ..job(source) }).await;
    let found = match &ran.result {
        Ok(rows) => format!("rows {}", serde_json::to_string(rows).unwrap()),
        Err(fault) => said(fault),
    };
    match ends.strip_prefix("rows ") {
        Some(rows) => {
            let expected: Value = serde_json::from_str(rows).expect("the rows are JSON");
            assert_eq!(found, format!("rows {expected}"), "{source}");
        }
        None => assert!(found.starts_with(ends), "ended with\n  {found}\nand not with\n  {ends}\n{source}"),
    }
    if let Some(part) = directive(source, "warns") {
        assert!(ran.warnings.iter().any(|warning| warning.contains(part)), "{:?} has no {part}", ran.warnings);
    }
    // Whatever it did, the next one has a clean interpreter.
    let next = run(job("[typeof leaked, [1, 2].map(x => x * 2).join(), typeof query, Object.keys({}).length]")).await;
    let next = serde_json::to_string(&next.result.expect("the next program runs")).unwrap();
    assert_eq!(next, r#"[{"value":"undefined"},{"value":"2,4"},{"value":"function"},{"value":0}]"#, "{source}");
}

#[test]
fn every_file_is_run() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sandbox/hostile");
    let mut files: Vec<String> = std::fs::read_dir(folder)
        .expect("the folder is there")
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    files.sort();
    let mut listed: Vec<String> = ALL.iter().map(|&name| name.to_owned()).collect();
    listed.sort();
    assert_eq!(files, listed);
}
