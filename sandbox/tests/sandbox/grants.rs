//! What is not granted is denied before anything is fetched, however the query says it.

use super::support::{engine, fault, interpreter, job, said, usual};
use engine::Options;
use sandbox::{FaultKind, Job};
use schema::Grant;
use schema::query::ScopeFilter;
use serde_json::json;

fn texts(list: &[&str]) -> Vec<String> {
    list.iter().map(|&text| text.to_owned()).collect()
}

fn only_ireland() -> ScopeFilter {
    ScopeFilter { providers: texts(&["aws"]), accounts: Vec::new(), regions: texts(&["eu-west-1"]) }
}

#[tokio::test]
async fn a_table_that_is_not_granted_is_denied_in_every_disguise() {
    for sql in [
        "SELECT * FROM costs",
        "SELECT * FROM instances i JOIN costs c ON c.\"ResourceId\" = i.resource_id",
        "SELECT (SELECT count(*) FROM costs) AS n FROM instances",
        "WITH x AS (SELECT * FROM costs) SELECT * FROM x",
        "SELECT * FROM instances WHERE resource_id IN (SELECT \"ResourceId\" FROM costs)",
        "SELECT * FROM instances WHERE EXISTS (SELECT 1 FROM costs)",
        "SELECT name FROM instances UNION ALL SELECT \"ServiceName\" FROM costs",
        "SELECT * FROM (SELECT * FROM cloud.now.costs) x",
        "SELECT * FROM COSTS",
        "SELECT * FROM \"costs\"",
        "WITH instances AS (SELECT * FROM costs) SELECT * FROM instances",
        "SELECT * FROM instances, LATERAL (SELECT 1 FROM costs) x",
    ] {
        let grant = Grant::of_tables(["instances"]);
        let fault = fault(Job { grant, ..usual(&format!("query({})", json!(sql))) }).await;
        assert_eq!(fault.kind, FaultKind::Denied, "{sql}: {}", said(&fault));
        assert!(fault.message.contains("the table `costs` is not granted; granted: `instances`"), "{sql}: {fault}");
    }
}

#[tokio::test]
async fn the_union_of_all_resources_is_a_table_of_its_own() {
    let grant = Grant::of_tables(["instances", "volumes"]);
    let fault = fault(Job { grant, ..usual("query('SELECT * FROM resources')") }).await;
    assert!(fault.message.contains("`resources` is not granted"), "{fault}");
}

#[tokio::test]
async fn a_scope_that_is_not_granted_is_denied_and_named() {
    let grant = Grant::of_tables(["instances"]).within(&only_ireland());
    let all = fault(Job { grant: grant.clone(), ..usual("query('SELECT count(*) FROM instances')") }).await;
    assert_eq!(all.kind, FaultKind::Denied, "{}", said(&all));
    assert!(all.message.contains("is not granted; granted: aws in eu-west-1"), "{all}");
    let source = "query(\"SELECT DISTINCT region FROM instances WHERE provider = 'aws' AND region = 'eu-west-1'\")";
    let run = interpreter().run(&engine(), Job { grant, ..usual(source) }).await;
    assert_eq!(serde_json::to_value(run.result.unwrap()).unwrap(), json!([{"region": "eu-west-1"}]));
}

#[tokio::test]
async fn nothing_is_fetched_for_a_query_that_is_denied() {
    let grant = Grant::of_tables(["instances"]).within(&only_ireland());
    let run = interpreter().run(&engine(), Job { grant, ..usual("query('SELECT count(*) FROM instances')") }).await;
    assert!(run.result.is_err());
    assert!(run.coverage.scopes.is_empty(), "{:?}", run.coverage);
}

#[tokio::test]
async fn what_the_caller_asks_for_cuts_rows_and_denies_nothing() {
    let options = Options { scope: only_ireland(), ..Options::default() };
    let job = Job { options, ..usual("query('SELECT DISTINCT provider, region FROM instances')") };
    let run = interpreter().run(&engine(), job).await;
    assert_eq!(serde_json::to_value(run.result.unwrap()).unwrap(), json!([{"provider": "aws", "region": "eu-west-1"}]));
}

#[tokio::test]
async fn an_answer_to_one_who_may_is_not_given_to_one_who_may_not() {
    let engine = engine();
    let source = "query('SELECT count(*) AS n FROM volumes')";
    let may = interpreter().run(&engine, usual(source)).await;
    assert!(may.result.is_ok());
    // The engine gives equal requests the same answer again; an equal request under another grant is none.
    let may_not = Job { grant: Grant::of_tables(["instances"]), ..usual(source) };
    let fault = interpreter().run(&engine, may_not).await.result.unwrap_err();
    assert_eq!(fault.kind, FaultKind::Denied);
}

#[tokio::test]
async fn nothing_granted_is_nothing_read() {
    let fault = fault(Job { grant: Grant::default(), ..job("query('SELECT 1 FROM accounts')") }).await;
    assert!(fault.message.contains("granted: no table"), "{fault}");
}
