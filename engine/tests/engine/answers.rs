//! Requests that go well: pushdown, tags, unions, units, progress.

use crate::fake::{Fake, engine, lines, query, sql};
use engine::{EngineError, Options, Place, Request, What};
use schema::query::ScopeFilter;
use std::sync::Arc;

async fn check(text: &str, expected: &[&str]) {
    let answer = sql(&engine(&Arc::new(Fake::default())), text).await.unwrap();
    assert_eq!(lines(&answer), expected, "for {text}");
    assert!(answer.coverage.complete);
}

#[tokio::test]
async fn sql_reads_all_scopes() {
    check("SELECT count(*) AS n FROM instances", &["16"]).await;
    check(
        "SELECT account_name, region, count(*) FROM instances WHERE state = 'running' GROUP BY 1, 2 ORDER BY 1, 2",
        &["dev|r1|3", "dev|r2|3", "prod|r1|3", "prod|r2|3"],
    )
    .await;
    check("SELECT kind, count(*) FROM resources GROUP BY kind ORDER BY 2", &["-|26"]).await;
    check("SELECT count(*) FROM instances i JOIN volumes v ON i.region = v.region", &["64"]).await;
}

#[tokio::test]
async fn scopes_that_cannot_match_are_not_read() {
    let fake = Arc::new(Fake::default());
    let answer = query(
        &engine(&fake),
        r#"{"from": "instances", "select": ["name"], "scope": {"accounts": ["prod"], "regions": ["r2"]}}"#,
    )
    .await
    .unwrap();
    assert_eq!(answer.row_count, 4);
    assert_eq!(fake.calls(), 2);
    assert_eq!(answer.coverage.scopes.len(), 1);
}

#[tokio::test]
async fn conditions_and_costly_columns_are_handed_on_only_where_they_help() {
    let fake = Arc::new(Fake::default());
    let engine = engine(&fake);
    sql(&engine, "SELECT name FROM instances WHERE state = 'running' AND tags['env'] = 'prod' AND vcpus > 1")
        .await
        .unwrap();
    sql(&engine, "SELECT cpu_max FROM instances LIMIT 1").await.unwrap();
    let requests = fake.requests.lock().unwrap();
    let filters = serde_json::to_string(&requests[0].filters).unwrap();
    assert_eq!(
        filters,
        r#"[{"field":"state","op":"eq","value":"running"},{"field":"tags.env","op":"eq","value":"prod"}]"#
    );
    assert!(requests[0].costly.is_empty());
    let last = requests.last().unwrap();
    assert_eq!(last.costly.iter().copied().collect::<Vec<_>>(), ["cpu_avg", "cpu_max"]);
    assert_eq!(last.limit, Some(1));
}

#[tokio::test]
async fn a_query_and_its_sql_give_the_same_rows() {
    let engine = engine(&Arc::new(Fake::default()));
    let answer = query(
        &engine,
        r#"{"from": "instances", "select": ["name", "cpu_avg"], "where": [{"field": "cpu_avg", "op": "lt", "value": 20}],
            "order_by": [{"field": "cpu_avg", "dir": "desc"}, {"field": "name"}], "limit": 3}"#,
    )
    .await
    .unwrap();
    assert_eq!(lines(&answer), ["i-111-r1-1|10.0", "i-111-r2-1|10.0", "i-222-r1-1|10.0"]);
    assert_eq!(answer.columns[1].unit.as_deref(), Some("percent"));
    assert_eq!(answer.warnings, ["4 more `instances` have no `cpu_avg` and are left out"]);
    let again = sql(&engine, &answer.sql).await.unwrap();
    assert_eq!(lines(&again), lines(&answer));
}

#[tokio::test]
async fn every_condition_goes_with_others_before_and_after_it() {
    let engine = engine(&Arc::new(Fake::default()));
    let of_name = [
        (r#""op": "eq", "value": "i-111-r1-1""#, 1),
        (r#""op": "ne", "value": "i-111-r1-1""#, 7),
        (r#""op": "in", "value": ["i-111-r1-1", "i-222-r1-1"]"#, 2),
        (r#""op": "not_in", "value": ["i-111-r1-1", "i-222-r1-1"]"#, 6),
        (r#""op": "contains", "value": "111""#, 4),
        (r#""op": "starts_with", "value": "i-222""#, 4),
        (r#""op": "ends_with", "value": "-1""#, 2),
        (r#""op": "is_null""#, 0),
        (r#""op": "not_null""#, 8),
    ];
    for (test, expected) in of_name {
        let (name, region) =
            (format!(r#"{{"field": "name", {test}}}"#), r#"{"field": "region", "op": "eq", "value": "r1"}"#);
        for both in [format!("{name}, {region}"), format!("{region}, {name}")] {
            let text = format!(r#"{{"from": "instances", "select": ["name"], "where": [{both}]}}"#);
            let answer = query(&engine, &text).await.unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(answer.row_count, expected, "{text}");
        }
    }
}

#[tokio::test]
async fn the_request_can_narrow_any_query() {
    let engine = engine(&Arc::new(Fake::default()));
    let scope = ScopeFilter { regions: vec!["r1".to_owned()], ..ScopeFilter::default() };
    let what = What::Sql("SELECT count(*) FROM instances".to_owned());
    let request = Request { what, options: Options { scope, ..Options::default() } };
    assert_eq!(lines(&engine.run(request).await.unwrap()), ["8"]);
}

#[tokio::test]
async fn a_bound_on_rows_cuts_and_says_so() {
    let engine = engine(&Arc::new(Fake::default()));
    let what = What::Sql("SELECT name FROM instances".to_owned());
    let request = Request { what, options: Options { max_rows: Some(5), ..Options::default() } };
    let answer = engine.run(request).await.unwrap();
    assert_eq!((answer.row_count, answer.truncated), (5, true));
    assert_eq!(answer.warnings, ["more than 5 rows: the rest is cut; ask for fewer, or for a larger `limit`"]);
}

#[tokio::test]
async fn names_that_nothing_has_are_errors_with_the_nearest_name() {
    let engine = engine(&Arc::new(Fake::default()));
    for (text, expected) in [
        ("SELECT nme FROM instances", "there is no column `nme`; did you mean `name`?"),
        ("SELECT 1 FROM instanses", "there is no table `instanses`; did you mean `instances`?"),
        (
            "SELECT name FROM instances WHERE region = 'r9'",
            "no region `r9` is among those that are configured (`r1`, `r2`)",
        ),
        (
            "SELECT name FROM instances WHERE account_name = 'prd'",
            "no account `prd` is among those that are configured; did you mean `prod`?",
        ),
    ] {
        let error = sql(&engine, text).await.unwrap_err();
        assert_eq!(error.to_string(), expected, "for {text}");
    }
    let error = sql(&engine, "SELECT name FROM instances WHERE region = 'r9'").await.unwrap_err();
    assert!(matches!(error, EngineError::Scope { .. }));
}

#[tokio::test]
async fn of_a_place_of_many_regions_only_those_that_are_there_matter() {
    let engine = engine(&Arc::new(Fake::default()));
    let ask = async |regions: &[&str]| {
        let list = regions.iter().map(|region| format!("'{region}'")).collect::<Vec<_>>().join(", ");
        let what = What::Sql(format!("SELECT name FROM instances WHERE region IN ({list})"));
        let regions = regions.iter().map(|region| (*region).to_owned()).collect();
        let places = vec![Place { name: "london".to_owned(), regions }];
        engine.run(Request { what, options: Options { places, ..Options::default() } }).await
    };
    let some = ask(&["r1", "r8", "r9"]).await.unwrap();
    assert!(some.row_count > 0 && some.warnings.is_empty(), "{:?}", some.warnings);
    let error = ask(&["r8", "r9"]).await.unwrap_err();
    assert_eq!(error.to_string(), "no region in `london` is among those that are configured (`r1`, `r2`)");
}

#[tokio::test]
async fn an_answer_that_is_kept_for_a_place_is_not_given_to_whoever_names_its_regions() {
    let engine = engine(&Arc::new(Fake::default()));
    let ask = async |places: Vec<Place>| {
        let what = What::Sql("SELECT name FROM instances WHERE region IN ('r1', 'r9')".to_owned());
        engine.run(Request { what, options: Options { places, ..Options::default() } }).await.unwrap().warnings
    };
    let london = Place { name: "london".to_owned(), regions: vec!["r1".to_owned(), "r9".to_owned()] };
    // The first fetches, so that the second is kept.
    for _ in 0..2 {
        let warnings = ask(vec![london.clone()]).await;
        assert!(warnings.is_empty(), "{warnings:?}");
    }
    assert_eq!(ask(Vec::new()).await, ["no region `r9` is among those that are configured (`r1`, `r2`)"]);
}

#[tokio::test]
async fn explain_tells_calls_and_dollars_and_makes_no_call() {
    let fake = Arc::new(Fake::default());
    let engine = engine(&fake);
    let what = What::Sql("SELECT name FROM instances WHERE region = 'r1'".to_owned());
    let explained = engine.explain(Request { what, options: Options::default() }).await.unwrap();
    assert_eq!(fake.calls(), 0);
    assert_eq!(explained.scopes.len(), 2);
    assert_eq!(explained.call_count, 4);
    assert_eq!(explained.dollars.to_string(), "0.04");
    assert_eq!(explained.permissions, ["fake:Listinstances"]);
}

#[tokio::test]
async fn an_account_that_cannot_be_read_still_has_its_row() {
    let fake = Fake { gaps: vec![("333".to_owned(), "lost".to_owned())], ..Fake::default() };
    let engine = engine(&Arc::new(fake));
    let answer = sql(&engine, "SELECT name FROM accounts WHERE NOT readable").await.unwrap();
    assert_eq!(lines(&answer), ["lost"]);
    assert!(answer.coverage.complete);
    let answer = sql(&engine, "SELECT count(*) FROM buckets").await.unwrap();
    assert_eq!(lines(&answer), ["2"]);
    assert_eq!(crate::fake::missing(&answer), ["333/* buckets denied rows=0: the role cannot be assumed"]);
    assert!(answer.coverage.lower_bound);
}
