//! A grant of some columns of a table: what a query reads is found out, however it is written, before anything is fetched.

use crate::fake::{Fake, builder, engine, lines};
use engine::{Answer, Engine, EngineError, Options, Request, What};
use schema::Grant;
use schema::query::ScopeFilter;
use std::sync::Arc;

fn grant() -> Grant {
    Grant::of_tables(["volumes"])
        .with_columns("instances", ["name", "region", "vcpus"])
        .with_columns("resources", ["name", "kind"])
        .with_columns("costs", ["ServiceName", "EffectiveCost", "RegionId"])
        .with_columns("recommendations", ["rule", "table_name"])
}

async fn under(engine: &Engine, grant: Grant, what: What) -> Result<Answer, EngineError> {
    engine.run(Request { what, options: Options { grant: Some(Arc::new(grant)), ..Options::default() } }).await
}

async fn ask(engine: &Engine, sql: &str) -> Result<Answer, EngineError> {
    under(engine, grant(), What::Sql(sql.to_owned())).await
}

#[tokio::test]
async fn a_column_that_is_not_granted_is_denied_in_every_disguise_and_nothing_is_fetched() {
    let fake = Arc::new(Fake::default());
    let engine = engine(&fake);
    for sql in [
        "SELECT tags FROM instances",
        "SELECT i.tags AS name FROM instances AS i",
        "SELECT name FROM (SELECT tags['team'] AS name FROM instances) x",
        "WITH x AS (SELECT name, tags FROM instances) SELECT name, tags['team'] FROM x",
        "SELECT name FROM instances WHERE tags['team'] = 'web'",
        "SELECT count(*) FROM instances WHERE tags['team'] = 'web'",
        "SELECT name FROM instances ORDER BY tags['team']",
        "SELECT count(*) FROM instances GROUP BY tags['team']",
        "SELECT count(*) FROM instances HAVING max(cast(tags['team'] AS VARCHAR)) > 'a'",
        "SELECT max(name) FILTER (WHERE tags['team'] = 'web') FROM instances",
        "SELECT row_number() OVER (PARTITION BY tags['team'] ORDER BY name) FROM instances",
        "SELECT coalesce(tags['team'], name) FROM instances",
        "SELECT CASE WHEN tags['team'] IS NULL THEN 1 ELSE 0 END FROM instances",
        "SELECT v.name FROM volumes v JOIN instances i ON v.name = i.tags['team']",
        "SELECT name FROM volumes WHERE name IN (SELECT tags['team'] FROM instances)",
        "SELECT name FROM volumes v WHERE EXISTS (SELECT 1 FROM instances i WHERE i.tags['team'] = v.name)",
        "SELECT (SELECT max(tags['team']) FROM instances) AS name FROM volumes",
        "SELECT name FROM volumes UNION ALL SELECT tags['team'] FROM instances",
        "SELECT DISTINCT tags['team'] FROM cloud.now.instances",
        "SELECT \"tags\" FROM \"instances\"",
        "WITH volumes AS (SELECT * FROM instances) SELECT tags FROM volumes",
    ] {
        match ask(&engine, sql).await {
            Err(EngineError::Denied { code, message }) => {
                assert_eq!(code, "column_not_granted", "{sql}: {message}");
                let expected =
                    "of the table `instances`, the column `tags` is not granted; granted: `name`, `region`, `vcpus`";
                assert_eq!(message, expected, "{sql}");
            }
            other => panic!("{sql}: {other:?}"),
        }
    }
    assert!(fake.requests.lock().unwrap().is_empty(), "something was fetched");
}

#[tokio::test]
async fn what_stands_for_all_columns_is_denied_by_the_names_of_those_that_are_not_granted() {
    let engine = engine(&Arc::new(Fake::default()));
    for sql in
        ["SELECT * FROM instances", "SELECT i.* FROM instances i", "SELECT * FROM volumes v NATURAL JOIN instances i"]
    {
        let Err(EngineError::Denied { message, .. }) = ask(&engine, sql).await else { panic!("{sql}") };
        assert!(message.starts_with("of the table `instances`, the columns `account_id`, "), "{sql}: {message}");
        assert!(message.contains(" more are not granted; granted: `name`, `region`, `vcpus`"), "{sql}: {message}");
    }
    // One by one, they need not be granted where nothing comes of them.
    assert!(ask(&engine, "SELECT name FROM (SELECT * FROM instances) x").await.is_ok());
}

#[tokio::test]
async fn what_is_granted_is_read_as_ever() {
    let engine = engine(&Arc::new(Fake::default()));
    for (sql, expected) in [
        ("SELECT count(*) FROM instances", "16"),
        ("SELECT count(1) FROM instances WHERE vcpus > 1", "8"),
        ("SELECT sum(vcpus) FROM instances WHERE region = 'r1'", "12"),
        ("SELECT count(*) FROM instances i JOIN volumes v ON v.region = i.region WHERE v.tags['x'] IS NULL", "64"),
        ("SELECT count(*) FROM resources WHERE name LIKE 'i-%'", "16"),
        ("SELECT min(name) FROM resources", "b-111"),
        ("SELECT count(*) FROM costs WHERE RegionId = 'r1'", "4"),
        ("SELECT count(*) FROM recommendations", "0"),
    ] {
        assert_eq!(lines(&ask(&engine, sql).await.unwrap()), [expected], "{sql}");
    }
}

#[tokio::test]
async fn the_tables_that_are_made_of_others_are_held_to_their_own_columns() {
    let fake = Arc::new(Fake::default());
    let engine = engine(&fake);
    for (sql, of, column) in [
        ("SELECT region FROM resources", "resources", "region"),
        ("SELECT name FROM resources WHERE state = 'running'", "resources", "state"),
        ("SELECT resource_id FROM recommendations", "recommendations", "resource_id"),
        ("SELECT count(*) FROM costs WHERE ResourceId IS NULL", "costs", "ResourceId"),
    ] {
        let Err(EngineError::Denied { message, .. }) = ask(&engine, sql).await else { panic!("{sql}") };
        let expected = format!("of the table `{of}`, the column `{column}` is not granted; granted: ");
        assert!(message.starts_with(&expected), "{sql}: {message}");
    }
    assert!(fake.requests.lock().unwrap().is_empty(), "something was fetched");
}

#[tokio::test]
async fn scopes_are_held_to_without_a_grant_of_the_columns_that_name_them() {
    let fake = Arc::new(Fake { wide: true, ..Fake::default() });
    let engine = builder(&fake).build().unwrap();
    let within = ScopeFilter { regions: vec!["r2".to_owned()], ..ScopeFilter::default() };
    let names = Grant::default().with_columns("instances", ["name"]).within(&within);
    let answer = under(&engine, names, What::Sql("SELECT count(name) FROM instances".to_owned())).await.unwrap();
    assert_eq!(lines(&answer), ["8"]);
    // What the caller asks for beside the query is no part of what the guest reads.
    let options = Options {
        grant: Some(Arc::new(Grant::default().with_columns("instances", ["name"]))),
        scope: ScopeFilter { accounts: vec!["prod".to_owned()], ..ScopeFilter::default() },
        ..Options::default()
    };
    let what = What::Sql("SELECT count(name) FROM instances".to_owned());
    assert_eq!(lines(&engine.run(Request { what, options }).await.unwrap()), ["8"]);
}

#[tokio::test]
async fn a_typed_query_is_held_to_columns_too_and_an_answer_under_another_grant_is_not_given_again() {
    let engine = engine(&Arc::new(Fake::default()));
    let query = || What::Query(serde_json::from_str(r#"{"from": "instances", "select": ["name", "state"]}"#).unwrap());
    let wider = Grant::default().with_columns("instances", ["name", "state"]);
    assert_eq!(under(&engine, wider, query()).await.unwrap().row_count, 16);
    let refused = under(&engine, grant(), query()).await;
    assert!(matches!(refused, Err(EngineError::Denied { code: "column_not_granted", .. })), "{refused:?}");
    let explained = engine
        .explain(Request { what: query(), options: Options { grant: Some(Arc::new(grant())), ..Options::default() } });
    assert!(matches!(explained.await, Err(EngineError::Denied { code: "column_not_granted", .. })));
}
