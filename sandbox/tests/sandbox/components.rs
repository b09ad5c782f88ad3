//! Components that are none, or not what they say: each is refused when it is loaded, or ends with a fault that names
//! what it did; and whatever it did, the interpreter runs on beside it.

use super::guests::{Guest, component, fails, gives};
use super::support::{engine, job, run, said, sandbox};
use sandbox::{Job, Limits, LoadError};
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// How long anything may take to be loaded or refused, on a machine that has other things to do.
const SOON: Duration = Duration::from_secs(60);

/// Loads on a thread of its own, and not for ever.
fn load(bytes: Vec<u8>) -> Result<sandbox::Interpreter, LoadError> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || drop(sender.send(sandbox().load(&bytes))));
    receiver.recv_timeout(SOON).expect("loading ends")
}

/// What is said of bytes that are not loaded.
fn refused(bytes: Vec<u8>) -> String {
    match load(bytes) {
        Ok(_) => panic!("it was loaded"),
        Err(error) => error.to_string(),
    }
}

fn text(component: &str) -> Vec<u8> {
    wat::parse_str(component).expect("text of a component")
}

/// The interpreter as a component, before it was compiled.
fn program() -> Vec<u8> {
    std::fs::read(Path::new(env!("NEPH_INTERPRETER")).with_file_name("program.wasm")).expect("it lies beside the other")
}

async fn ends_under(limits: Limits, guest: Guest<'_>, expected: &str) {
    ends_of(limits, guest.component(), expected).await;
}

async fn ends_of(limits: Limits, component: Vec<u8>, expected: &str) {
    let guest = load(component).expect("it is loaded: what is wrong with it shows when it runs");
    let ran = guest.run(&engine(), Job { limits, ..job("some text") }).await;
    let found = match &ran.result {
        Ok(rows) => format!("rows {}", serde_json::to_string(rows).unwrap()),
        Err(fault) => said(fault),
    };
    assert!(found.starts_with(expected), "ended with\n  {found}\nand not with\n  {expected}");
    // The next run, of the interpreter, on the same sandbox.
    let next = run(Job { limits: Limits::default(), ..job("query('SELECT 1 AS a')[0].a + 1") }).await;
    assert_eq!(serde_json::to_string(&next.result.unwrap()).unwrap(), r#"[{"value":2}]"#);
}

async fn ends(guest: Guest<'_>, expected: &str) {
    ends_under(Limits::for_testing(), guest, expected).await;
}

#[tokio::test]
async fn one_that_keeps_the_contract_runs() {
    ends(Guest { texts: &[(1024, "[1]")], run: &gives(1024, 3), ..Guest::default() }, r#"rows [{"value":1}]"#).await;
}

// What is not loaded.

#[test]
fn an_import_that_is_not_there_is_named() {
    for name in [
        "wasi:sockets/tcp@0.2.0",
        "wasi:http/outgoing-handler@0.2.0",
        "wasi:keyvalue/store@0.2.0",
        "nephoscope:guest/secrets@0.1.0",
        "nephoscope:guest/query@0.2.0",
        "nephoscope:guest/query@1.0.0",
    ] {
        let component = format!(r#"(component (import "{name}" (instance (export "get" (func)))))"#);
        let said = refused(text(&component));
        assert!(said.contains(name), "{said} does not name {name}");
    }
}

#[test]
fn a_function_that_an_interface_does_not_have_is_named() {
    let said =
        refused(text(r#"(component (import "nephoscope:guest/clock@0.1.0" (instance (export "exactly" (func)))))"#));
    assert!(said.contains("nephoscope:guest/clock@0.1.0") && said.contains("exactly"), "{said}");
}

#[test]
fn a_function_of_another_type_is_named() {
    let component = r#"(component (import "nephoscope:guest/clock@0.1.0"
        (instance (export "today" (func (param "where" string) (result string))))))"#;
    let said = refused(text(component));
    assert!(said.contains("nephoscope:guest/clock@0.1.0") && said.contains("today"), "{said}");
}

#[test]
fn exports_must_be_there() {
    assert!(refused(text("(component)")).contains("nephoscope:guest/programs"));
    let other = r#"(component (instance $i) (export "nephoscope:guest/programs@0.1.0" (instance $i)))"#;
    assert!(refused(text(other)).contains("run"));
    let later = r#"(component (instance $i) (export "nephoscope:guest/programs@0.2.0" (instance $i)))"#;
    assert!(refused(text(later)).contains("nephoscope:guest/programs"));
}

#[tokio::test]
async fn an_export_of_another_type_is_not_called() {
    let contract = "package nephoscope:guest@0.1.0;\n\
        interface programs { run: func(source: string) -> string; check: func(source: string); }\n\
        world program { export programs; }";
    let module = r#"(module (memory (export "memory") 1)
        (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 0))
        (func (export "nephoscope:guest/programs@0.1.0#run") (param i32 i32) (result i32) (i32.const 0))
        (func (export "nephoscope:guest/programs@0.1.0#check") (param i32 i32)))"#;
    let component = component(text(module), contract, "program");
    ends_of(Limits::for_testing(), component, "trap: the interpreter broke the contract: ").await;
}

#[test]
fn what_is_no_component_is_refused() {
    assert!(refused(Vec::new()).starts_with("the component cannot be loaded: "));
    refused(b"\0asm".to_vec());
    refused(b"(component)".to_vec());
    refused(vec![0; 100_000]);
    refused(vec![0xff; 100_000]);
    refused(text("(module)"));
}

#[test]
fn machine_code_is_not_loaded() {
    // It would run unchecked: only what was compiled with this build is taken at its word.
    let compiled = std::fs::read(env!("NEPH_INTERPRETER")).unwrap();
    assert!(compiled.len() > 1_000_000);
    refused(compiled);
}

#[test]
fn a_truncated_component_is_refused_at_every_length() {
    let whole = program();
    for length in (0..64).chain((1..40).map(|part| whole.len() * part / 40)).chain([whole.len() - 1]) {
        refused(whole[..length].to_vec());
    }
}

#[test]
fn more_than_an_instance_may_have_is_refused_before_it_is_made() {
    let memory = |memory| Guest { memory, ..Guest::default() }.component();
    // 4 GiB at once, and a little more than there is.
    assert!(refused(memory("65536")).contains("memory"));
    assert!(refused(memory("4097")).contains("memory"));
    let parts = |parts| Guest { parts, ..Guest::default() }.component();
    assert!(refused(parts("(table 1000000 funcref)")).contains("table"));
    let table = "(table 1 funcref)".repeat(9);
    assert!(refused(parts(&table)).contains("table"));
    let instances = |count: usize| {
        let instances = "(core instance (instantiate $m))".repeat(count);
        text(&format!(r#"(component (core module $m (memory 1)) {instances})"#))
    };
    assert!(refused(instances(3)).contains("memories"));
    let instances = "(core instance (instantiate $m))".repeat(60);
    assert!(refused(text(&format!("(component (core module $m) {instances})"))).contains("instances"));
}

#[test]
fn features_that_guests_do_not_need_are_off() {
    for module in [
        "(module (memory i64 1))",
        "(module (memory 1) (memory 1))",
        "(module (func $f (return_call $f)))",
        "(module (memory 1 1 shared))",
        "(module (memory 1 (pagesize 1)))",
    ] {
        let inner = module.replacen("(module", "(core module $m", 1);
        refused(text(&format!("(component {inner})")));
    }
}

#[test]
fn a_function_of_a_size_that_compilers_dislike_is_loaded_or_refused_soon() {
    let blocks = 5_000;
    let body = "(block ".repeat(blocks) + "(br_table 0 1 2 3 (i32.const 0))" + &")".repeat(blocks);
    drop(load(Guest { parts: &format!("(func $deep {body})"), ..Guest::default() }.component()));
}

// What is loaded, and does wrong.

#[tokio::test]
async fn a_trap_is_named() {
    ends(Guest { run: "unreachable", ..Guest::default() }, "trap: the interpreter broke down: ").await;
    let divided = Guest { run: "(i32.div_u (i32.const 1) (i32.const 0))", ..Guest::default() };
    ends(divided, "trap: the interpreter broke down: wasm trap: integer divide by zero").await;
    let outside = Guest { run: "(i32.load (i32.const -4))", ..Guest::default() };
    ends(outside, "trap: the interpreter broke down: wasm trap: out of bounds memory access").await;
    let nobody =
        Guest { parts: "(table 1 funcref)", run: "(call_indirect (i32.const 0)) (i32.const 0)", ..Guest::default() };
    ends(nobody, "trap: ").await;
}

#[tokio::test]
async fn a_loop_is_stopped_in_a_run_and_before_it() {
    ends(Guest { run: "(loop (br 0)) (i32.const 0)", ..Guest::default() }, "limit own_time: ").await;
    let start = "(func $begin (loop (br 0))) (start $begin)";
    ends(Guest { parts: start, ..Guest::default() }, "limit own_time: ").await;
}

#[tokio::test]
async fn a_trap_at_the_start_is_named() {
    let start = "(func $begin unreachable) (start $begin)";
    ends(Guest { parts: start, ..Guest::default() }, "trap: the interpreter broke down: ").await;
}

#[tokio::test]
async fn a_recursion_without_an_end_is_named() {
    let parts = "(func $deep (param i64) (result i64) (i64.add (call $deep (local.get 0)) (i64.const 1)))";
    ends(Guest { parts, run: "(drop (call $deep (i64.const 1))) (i32.const 0)", ..Guest::default() }, "limit stack: ")
        .await;
}

#[tokio::test]
async fn a_result_that_is_too_long_is_named() {
    ends(Guest { memory: "4", run: &gives(0, 65 * 1024), ..Guest::default() }, "limit bytes_out: ").await;
    ends(Guest { memory: "64", run: &gives(0, 2 << 20), ..Guest::default() }, "limit call_bytes: ").await;
    let rows = format!("[{}1]", "1,".repeat(100));
    let length = u32::try_from(rows.len()).unwrap();
    ends(Guest { texts: &[(1024, &rows)], run: &gives(1024, length), ..Guest::default() }, "limit rows_out: ").await;
}

#[tokio::test]
async fn a_result_that_is_none_is_named() {
    let no_json = Guest { texts: &[(1024, "[1")], run: &gives(1024, 2), ..Guest::default() };
    ends(no_json, "trap: the interpreter gave back something that is not JSON").await;
    let nothing = Guest { run: &gives(1024, 0), ..Guest::default() };
    ends(nothing, "trap: the interpreter gave back something that is not JSON").await;
    let deep = "[".repeat(5_000);
    let deep = Guest { texts: &[(1024, &deep)], run: &gives(1024, 5_000), ..Guest::default() };
    ends(deep, "trap: the interpreter gave back something that is not JSON").await;
    let no_text = Guest { texts: &[(1024, "\\ff\\fe")], run: &gives(1024, 2), ..Guest::default() };
    ends(no_text, "trap: the interpreter broke the contract: ").await;
    ends(Guest { run: &gives(u32::MAX - 1, 100), ..Guest::default() }, "trap: ").await;
    ends(Guest { run: &gives(130_000, 5_000), ..Guest::default() }, "trap: ").await;
    ends(Guest { run: "(i32.store (i32.const 0) (i32.const 7)) (i32.const 0)", ..Guest::default() }, "trap: ").await;
    ends(Guest { run: "(i32.const 3)", ..Guest::default() }, "trap: ").await;
    ends(Guest { run: "(i32.const -4)", ..Guest::default() }, "trap: ").await;
}

#[tokio::test]
async fn a_lie_about_limits_and_denials_is_the_guests_own_word() {
    for code in ["limit", "denied", "throttled", "upstream", "memory", "out_bytes", "host", "trap"] {
        let length = u32::try_from(code.len()).unwrap();
        let texts = [(1024, "QueryError"), (1100, "so it says"), (1200, code)];
        let run = fails((1024, 10), (1100, 10), (1200, length));
        ends(Guest { texts: &texts, run: &run, ..Guest::default() }, "thrown QueryError: so it says").await;
    }
}

#[tokio::test]
async fn what_a_fault_says_is_cut() {
    let run = fails((1024, 50_000), (1024, 50_000), (1024, 1));
    let guest = load(Guest { run: &run, ..Guest::default() }.component()).unwrap();
    let fault = guest.run(&engine(), job("some text")).await.result.unwrap_err();
    assert!(fault.message.len() < 5_000 && fault.class.is_some_and(|class| class.len() < 200));
}

/// SQL in a loop; what is returned is looked at by the rest of the body.
const SQL: &str = r#"(import "nephoscope:guest/query@0.1.0" "sql" (func $sql (param i32 i32 i32 i32 i32)))
    (import "nephoscope:guest/query@0.1.0" "[resource-drop]cursor" (func $drop (param i32)))
    (import "nephoscope:guest/query@0.1.0" "[method]cursor.next" (func $next (param i32 i32 i32)))"#;
const ASK: &str = "(call $sql (i32.const 1024) (i32.const 8) (i32.const 0) (i32.const 0) (i32.const 2048))";

#[tokio::test]
async fn queries_without_an_end_are_stopped() {
    let texts = [(1024, "SELECT 1")];
    // What it is told is written over what it was told before.
    let run = format!("(loop (global.set $free (i32.const 65536)) {ASK} (br 0)) (i32.const 0)");
    ends(Guest { parts: SQL, texts: &texts, run: &run, ..Guest::default() }, "limit own_time: ").await;
}

/// Asks until there is an error, and passes that on with its own words: class, message and code.
fn until_it_fails() -> String {
    format!(
        "(loop {ASK} (br_if 0 (i32.eqz (i32.load8_u (i32.const 2048))))) {} \
         (i32.store (i32.const 12) (i32.load (i32.const 2064))) (i32.store (i32.const 16) (i32.load (i32.const 2068))) \
         (i32.const 0)",
        fails((1300, 10), (0, 0), (1400, 5)).trim_end_matches("(i32.const 0)"),
    )
}

#[tokio::test]
async fn a_bound_that_was_hit_is_named_where_the_guest_passes_it_on() {
    let texts = [(1024, "SELECT 1"), (1300, "QueryError"), (1400, "limit")];
    let run = until_it_fails();
    let guest = || Guest { parts: SQL, texts: &texts, run: &run, ..Guest::default() };
    ends(guest(), "limit queries: 4 queries are the most that one run may make").await;
    // Results that are never read and never let go of.
    let limits = Limits { queries: 1_000, ..Limits::default() };
    ends_under(limits, guest(), "limit queries: 64 results are the most that may be read at once").await;
}

#[tokio::test]
async fn a_handle_that_is_none_is_named() {
    let drops = Guest { parts: SQL, run: "(call $drop (i32.const 7)) (i32.const 0)", ..Guest::default() };
    ends(drops, "trap: ").await;
    let reads = Guest {
        parts: SQL,
        run: "(call $next (i32.const 7) (i32.const 1) (i32.const 2048)) (i32.const 0)",
        ..Guest::default()
    };
    ends(reads, "trap: ").await;
    let texts = [(1024, "SELECT 1")];
    let twice = format!(
        "{ASK} (call $drop (i32.load (i32.const 2056))) (call $drop (i32.load (i32.const 2056))) (i32.const 0)"
    );
    ends(Guest { parts: SQL, texts: &texts, run: &twice, ..Guest::default() }, "trap: ").await;
}

#[tokio::test]
async fn text_that_is_none_is_no_query() {
    let run = format!("{ASK} (i32.const 0)");
    let no_text = Guest { parts: SQL, texts: &[(1024, "\\ff\\ff\\ff\\ff")], run: &run, ..Guest::default() };
    ends(no_text, "trap: the interpreter broke the contract: ").await;
    let outside = "(call $sql (i32.const -9) (i32.const 8) (i32.const 0) (i32.const 0) (i32.const 2048)) (i32.const 0)";
    ends(Guest { parts: SQL, run: outside, ..Guest::default() }, "trap: ").await;
    // A list of parameters that is longer than the memory.
    let many = "(call $sql (i32.const 1024) (i32.const 0) (i32.const 0) (i32.const -1) (i32.const 2048)) (i32.const 0)";
    ends(Guest { parts: SQL, run: many, ..Guest::default() }, "trap: ").await;
}

#[tokio::test]
async fn memory_ends_where_it_is_said_to() {
    let all = "(loop (br_if 0 (i32.ne (memory.grow (i32.const 16)) (i32.const -1)))) unreachable";
    ends(Guest { run: all, ..Guest::default() }, "limit memory: ").await;
    let at_once = "(drop (memory.grow (i32.const 60000))) unreachable";
    ends(Guest { run: at_once, ..Guest::default() }, "limit memory: ").await;
}

#[tokio::test]
async fn tables_end_where_they_are_said_to() {
    let parts = "(table $t 1 funcref)";
    let run = format!(
        "(if (i32.ne (table.grow $t (ref.null func) (i32.const 30000)) (i32.const -1)) (then unreachable)) {}",
        gives(1024, 1)
    );
    ends(Guest { parts, texts: &[(1024, "5")], run: &run, ..Guest::default() }, r#"rows [{"value":5}]"#).await;
}

#[tokio::test]
async fn a_log_without_an_end_is_stopped() {
    let parts = r#"(import "nephoscope:guest/log@0.1.0" "write" (func $write (param i32 i32 i32)))"#;
    let flood = "(loop (call $write (i32.const 1) (i32.const 0) (i32.const 50000)) (br 0)) (i32.const 0)";
    ends(Guest { parts, run: flood, ..Guest::default() }, "limit own_time: ").await;
    let large = "(call $write (i32.const 1) (i32.const 0) (i32.const 4000000)) (i32.const 0)";
    ends(Guest { parts, memory: "64", run: large, ..Guest::default() }, "limit call_bytes: ").await;
    let level = "(call $write (i32.const 99) (i32.const 0) (i32.const 1)) (i32.const 0)";
    ends(Guest { parts, run: level, ..Guest::default() }, "trap: ").await;
}

/// The contract, and of WASI what makes handles and waits.
const TIMERS: &str = "package test:timers;\n\
    world timers { import wasi:clocks/monotonic-clock@0.2.0; import wasi:io/poll@0.2.0; import wasi:cli/exit@0.2.0;\n\
      import wasi:random/random@0.2.0;\n\
      export nephoscope:guest/programs@0.1.0; }\n\
    package wasi:io@0.2.0 { interface poll { resource pollable { block: func(); } } }\n\
    package wasi:clocks@0.2.0 { interface monotonic-clock { use wasi:io/poll@0.2.0.{pollable};\n\
      subscribe-duration: func(when: u64) -> pollable; } }\n\
    package wasi:random@0.2.0 { interface random { get-random-bytes: func(len: u64) -> list<u8>; } }\n\
    package wasi:cli@0.2.0 { interface exit { exit: func(status: result); } }\n";

async fn ends_with_timers(limits: Limits, run: &str, expected: &str) {
    let parts = r#"(import "wasi:clocks/monotonic-clock@0.2.0" "subscribe-duration" (func $timer (param i64) (result i32)))
        (import "wasi:io/poll@0.2.0" "[method]pollable.block" (func $block (param i32)))
        (import "wasi:random/random@0.2.0" "get-random-bytes" (func $random (param i64 i32)))
        (import "wasi:cli/exit@0.2.0" "exit" (func $exit (param i32)))"#;
    let contract = contract_in_braces();
    let component = Guest { parts, run, ..Guest::default() }.component_of(&format!("{TIMERS}{contract}"), "timers");
    ends_of(limits, component, expected).await;
}

/// The contract as a package inside of another text.
fn contract_in_braces() -> String {
    let contract = include_str!("../../../wit/v1/guest.wit");
    format!("{}\n}}", contract.replacen("package nephoscope:guest@0.1.0;", "package nephoscope:guest@0.1.0 {", 1))
}

#[tokio::test]
async fn handles_are_not_made_without_an_end() {
    let limits = Limits { own_time: Duration::from_secs(20), ..Limits::for_testing() };
    let run = "(loop (drop (call $timer (i64.const -1))) (br 0)) (i32.const 0)";
    ends_with_timers(limits, run, "trap: the interpreter broke the contract: ").await;
}

#[tokio::test]
async fn a_guest_that_sleeps_is_woken_by_the_bound_on_the_whole_run() {
    let limits = Limits { total_time: Duration::from_millis(300), ..Limits::for_testing() };
    let run = "(call $block (call $timer (i64.const 1000000000000))) (i32.const 0)";
    ends_with_timers(limits, run, "limit total_time: ").await;
}

#[tokio::test]
async fn a_guest_that_leaves_is_named() {
    ends_with_timers(Limits::for_testing(), "(call $exit (i32.const 0)) (i32.const 0)", "trap: the interpreter left")
        .await;
}

#[tokio::test]
async fn chance_comes_in_small_portions() {
    let run = "(call $random (i64.const 4000000000) (i32.const 2048)) (i32.const 0)";
    ends_with_timers(Limits::for_testing(), run, "trap: ").await;
}
