//! What a program may end in, and what becomes of it.

use super::support::{fault, rows, rows_with, said, usual};
use engine::params::Param;
use serde_json::json;

#[tokio::test]
async fn the_value_of_the_last_expression_is_the_result() {
    let cases = [
        ("1 + 1", json!([{"value": 2}])),
        ("'a' + 'b'", json!([{"value": "ab"}])),
        ("const x = 7; x", json!([{"value": 7}])),
        ("({a: 1, b: [1, 2], c: {d: null}})", json!([{"a": 1, "b": [1, 2], "c": {"d": null}}])),
        ("[{a: 1}, {a: 2}]", json!([{"a": 1}, {"a": 2}])),
        ("[1, 'x', null]", json!([{"value": 1}, {"value": "x"}, {"value": null}])),
        ("[]", json!([])),
        ("null", json!([{"value": null}])),
        ("0.1 + 0.2", json!([{"value": 0.3}])),
        ("new Map([['a', 1]])", json!([{"a": 1}])),
        ("new Set([1, 2])", json!([{"value": 1}, {"value": 2}])),
        ("new Date(Date.UTC(2026, 0, 2))", json!([{"value": "2026-01-02T00:00:00.000Z"}])),
        ("[NaN, Infinity, undefined, 10n]", json!([{"value": null}, {"value": null}, {"value": null}, {"value": 10}])),
    ];
    for (source, expected) in cases {
        assert_eq!(rows(source).await, expected, "{source}");
    }
}

#[tokio::test]
async fn a_stray_await_is_harmless() {
    assert_eq!(rows("await 5").await, json!([{"value": 5}]));
    assert_eq!(rows("async function main() { return [{a: 1}] }\nmain()").await, json!([{"a": 1}]));
    let source = "const r = await query('SELECT count(*) AS n FROM accounts'); r[0].n > 0";
    assert_eq!(rows(source).await, json!([{"value": true}]));
}

#[tokio::test]
async fn what_is_no_result_is_said_with_its_reason() {
    for (source, begins) in [
        ("const x = 1;", "no_value NoValue: "),
        ("", "no_value NoValue: "),
        ("x => x", "bad_value BadValue: "),
        ("[{a: 1}, {b: Symbol('s')}]", "bad_value BadValue: "),
        ("new Promise(() => {})", "no_value NoValue: "),
        ("throw new RangeError('too far')", "thrown RangeError: too far"),
        ("\nlet a = ;", "syntax SyntaxError: "),
        ("\n\nundefinedName.x", "thrown ReferenceError: "),
    ] {
        let fault = fault(usual(source)).await;
        assert!(said(&fault).starts_with(begins), "{source:?} ended with {}", said(&fault));
    }
}

#[tokio::test]
async fn a_fault_names_the_line_of_the_program() {
    assert_eq!(fault(usual("\n\nlet a = ;")).await.line, Some(3));
    assert_eq!(fault(usual("const a = 1;\nfunction f() {\n  return a.b.c;\n}\nf()")).await.line, Some(3));
}

#[tokio::test]
async fn parameters_are_there_by_name() {
    let params = [("n", Param::Int(3)), ("team", Param::Text("it's".to_owned())), ("all", Param::Bool(true))];
    let source = "[params.n * 2, params.team, params.all, params.other ?? 'none']";
    let expected = json!([{"value": 6}, {"value": "it's"}, {"value": true}, {"value": "none"}]);
    assert_eq!(rows_with(source, &params).await, expected);
}

#[tokio::test]
async fn the_clock_stands_still_and_chance_is_the_same_in_every_run() {
    let source = "[today(), new Date().toISOString(), Date.now() === Date.now(), Math.random(), Math.random()]";
    let first = rows(source).await;
    assert_eq!(first, rows(source).await);
    assert_eq!(first[0]["value"], "2026-11-21");
    assert_eq!(first[1]["value"], "2026-11-21T09:30:00.000Z");
    assert_ne!(first[3], first[4]);
    assert_ne!(first[3], rows(&format!("{source} // another program")).await[3]);
}
