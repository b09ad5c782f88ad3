//! The one door: queries, their rows, and their errors as a program sees them.

use super::support::{fault, job, rows, run, said, usual};
use sandbox::{FaultKind, Limit};
use serde_json::json;

#[tokio::test]
async fn rows_come_as_objects_with_values_of_the_language() {
    let source = "const [r] = query(\"SELECT 1 AS i, 1.5 AS d, CAST(2.5 AS DOUBLE) AS f, 'x' AS t, true AS b, NULL AS n, \
                  TIMESTAMP '2026-11-01T10:00:00Z' AS at\"); [r, Object.fromEntries(Object.entries(r).map(([k, v]) => [k, typeof v]))]";
    let expected = json!([
        {"i": 1, "d": 1.5, "f": 2.5, "t": "x", "b": true, "n": null, "at": "2026-11-01T10:00:00Z"},
        {"i": "number", "d": "number", "f": "number", "t": "string", "b": "boolean", "n": "object", "at": "string"},
    ]);
    assert_eq!(rows(source).await, expected);
}

#[tokio::test]
async fn maps_are_objects() {
    let source =
        "query(\"SELECT tags FROM instances WHERE tags['team'] IS NOT NULL LIMIT 1\").map(r => typeof r.tags.team)";
    assert_eq!(rows(source).await, json!([{"value": "string"}]));
}

#[tokio::test]
async fn parameters_go_by_place_and_by_name() {
    let source = "[query('SELECT $1 AS a, $2 AS b', [7, \"it's\"])[0], query('SELECT $x + $x AS a', {x: 2.5})[0]]";
    assert_eq!(rows(source).await, json!([{"a": 7, "b": "it's"}, {"a": 5}]));
}

#[tokio::test]
async fn a_typed_query_gives_the_same_rows_as_its_sql() {
    let source = "const q = {from: 'instances', aggregate: [{fn: 'count', as: 'n'}], group_by: ['provider'], order_by: [{field: 'provider', dir: 'asc'}]};\n\
                  const a = query(q), b = query('SELECT provider, count(*) AS n FROM instances GROUP BY provider ORDER BY provider');\n\
                  [a.length === b.length && a.every((r, i) => r.provider === b[i].provider && r.n === b[i].n), a.length > 1]";
    assert_eq!(rows(source).await, json!([{"value": true}, {"value": true}]));
}

#[tokio::test]
async fn more_rows_than_a_page_come_whole() {
    let source = "const rows = query('SELECT a.resource_id FROM instances a CROSS JOIN (SELECT 1 FROM accounts) b LIMIT 1500');\n\
                  [rows.length, new Set(rows.map(r => r.resource_id)).size > 100]";
    assert_eq!(rows(source).await, json!([{"value": 1500}, {"value": true}]));
}

#[tokio::test]
async fn errors_are_caught_with_their_code() {
    let source = "const codes = [];\n\
                  for (const sql of ['SELECT nme FROM instances', 'SELECT * FROM nowhere', 'DROP TABLE instances', 'SELEC']) {\n\
                    try { query(sql) } catch (e) { codes.push([e instanceof Error, e.name, e.code, e.message].join('|')) }\n\
                  }\ncodes";
    let found = rows(source).await;
    let found: Vec<&str> = found.as_array().unwrap().iter().map(|row| row["value"].as_str().unwrap()).collect();
    for (found, begins) in found.iter().zip([
        "true|QueryError|invalid|there is no column `nme`; did you mean `name`?",
        "true|QueryError|invalid|there is no table `nowhere`",
        "true|QueryError|denied|only queries that read tables run here",
        "true|QueryError|invalid|",
    ]) {
        assert!(found.starts_with(begins), "{found} does not begin with {begins}");
    }
}

#[tokio::test]
async fn an_error_that_is_not_caught_ends_the_program_with_its_kind_and_line() {
    let fault = fault(usual("\nquery('SELECT nme FROM instances')")).await;
    assert_eq!((fault.kind, fault.line), (FaultKind::Invalid, Some(2)), "{}", said(&fault));
}

#[tokio::test]
async fn a_query_that_failed_and_was_caught_is_a_warning() {
    let run = run(usual("try { query('SELECT nme FROM instances') } catch {} 1")).await;
    assert!(run.result.is_ok());
    assert!(run.warnings.iter().any(|warning| warning.contains("there is no column `nme`")), "{:?}", run.warnings);
    assert_eq!(run.queries.len(), 1);
    assert!(run.queries[0].error.is_some());
}

#[tokio::test]
async fn queries_and_rows_have_bounds_that_name_themselves() {
    let limit = |name| FaultKind::Limit(name);
    let flood = fault(job("for (;;) query('SELECT 1')")).await;
    assert_eq!(flood.kind, limit(Limit::Queries), "{}", said(&flood));
    let rows =
        fault(job("query('SELECT a.name FROM instances a CROSS JOIN (SELECT name FROM instances LIMIT 10) b')")).await;
    assert_eq!(rows.kind, limit(Limit::RowsIn), "{}", said(&rows));
    let out = fault(job("Array.from({length: 101}, (_, i) => i)")).await;
    assert_eq!(out.kind, limit(Limit::RowsOut), "{}", said(&out));
    let bytes = fault(job("'x'.repeat(65 * 1024)")).await;
    assert_eq!(bytes.kind, limit(Limit::BytesOut), "{}", said(&bytes));
}

#[tokio::test]
async fn what_is_logged_is_kept_within_bounds() {
    let run =
        run(job("for (let i = 0; i < 10; i++) console.log('line', i, {a: i}); console.error('x'.repeat(500)); 1"))
            .await;
    assert!(run.result.is_ok());
    assert_eq!(run.log.len(), 6, "{:?}", run.log);
    assert!(run.log[0].starts_with("line 0"), "{:?}", run.log);
    assert_eq!(run.log[5], "(6 more lines were dropped)");
}

#[tokio::test]
async fn what_a_program_warns_of_is_with_its_answer_which_is_then_not_complete() {
    let warned = run(usual("console.log('warning: no more than a line'); console.warn('the bill is short'); []")).await;
    assert_eq!(warned.warnings, ["the bill is short"]);
    assert_eq!(warned.log, ["warning: no more than a line"]);
    assert!(warned.result.is_ok() && !warned.coverage.complete && warned.coverage.unknown);
    // Where there is no answer, it is a line like the others.
    let failed = run(usual("console.warn('the bill is short'); null.x")).await;
    assert!(failed.result.is_err() && failed.warnings.is_empty(), "{:?}", failed.warnings);
    assert_eq!(failed.log, ["warning: the bill is short"]);
}

#[tokio::test]
async fn the_run_says_what_it_read_and_used() {
    let run = run(usual("query('SELECT count(*) AS n FROM instances')")).await;
    assert!(run.coverage.complete && !run.coverage.scopes.is_empty());
    assert!(run.coverage.scopes.iter().all(|line| line.table == "instances"));
    assert_eq!((run.queries[0].rows, run.meter.rows_in), (1, 1));
    assert!(run.meter.memory_bytes > 100_000);
    assert!(run.meter.own_ms <= run.meter.total_ms);
}
