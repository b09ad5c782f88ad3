//! A source that lists all regions of an account together: its scopes have the region `*`.

use crate::fake::{Fake, engine, lines, missing, query, sql};
use engine::{Answer, Engine, EngineError, Options, Request, What};
use schema::Grant;
use schema::query::ScopeFilter;
use std::sync::Arc;

fn wide() -> Arc<Fake> {
    Arc::new(Fake { wide: true, ..Fake::default() })
}

async fn granted(engine: &Engine, text: &str, regions: &[&str]) -> Result<Answer, EngineError> {
    let regions = regions.iter().map(|&region| region.to_owned()).collect();
    let tables = ["instances", "buckets", "costs", "accounts", "resources"];
    let grant = Grant::of_tables(tables).within(&ScopeFilter { regions, ..ScopeFilter::default() });
    let options = Options { grant: Some(Arc::new(grant)), ..Options::default() };
    engine.run(Request { what: What::Sql(text.to_owned()), options }).await
}

#[tokio::test]
async fn one_fetch_has_the_rows_of_every_region_and_filters_by_region_hold() {
    let fake = wide();
    let engine = engine(&fake);
    let all = sql(&engine, "SELECT account_name, region, count(*) FROM instances GROUP BY 1, 2 ORDER BY 1, 2").await;
    let all = all.unwrap();
    assert_eq!(lines(&all), ["dev|r1|4", "dev|r2|4", "prod|r1|4", "prod|r2|4"]);
    assert_eq!(all.coverage.scopes.len(), 2);
    let one = r#"{"from": "instances", "select": ["name"], "scope": {"accounts": ["prod"], "regions": ["r2"]}}"#;
    let one = query(&engine, one).await.unwrap();
    assert_eq!(one.row_count, 4);
    assert_eq!(one.coverage.scopes.len(), 1);
}

#[tokio::test]
async fn a_region_that_the_source_does_not_know_is_named() {
    let engine = engine(&wide());
    let known = sql(&engine, "SELECT name FROM instances WHERE region = 'r3'").await.unwrap();
    assert!(known.row_count == 0 && known.warnings.is_empty(), "{:?}", known.warnings);
    let slip = sql(&engine, "SELECT name FROM instances WHERE region = 'r9'").await.unwrap();
    assert_eq!(slip.row_count, 0);
    assert_eq!(slip.warnings, ["no region `r9` is among those that are configured (`r1`, `r2`, `r3`)"]);
}

#[tokio::test]
async fn regions_are_for_completing_names() {
    let vocabulary = engine(&wide()).vocabulary().await;
    assert_eq!(vocabulary.regions.iter().collect::<Vec<_>>(), ["r1", "r2", "r3"]);
}

#[tokio::test]
async fn rows_of_regions_that_are_not_granted_are_left_out_and_that_is_said() {
    let fake = wide();
    let engine = engine(&fake);
    let answer = granted(&engine, "SELECT DISTINCT region FROM instances", &["r2"]).await.unwrap();
    assert_eq!(lines(&answer), ["r2"]);
    assert_eq!(answer.warnings, ["of `instances`, only what is granted is read: in r2"]);
    // The limit is not handed on: the first rows are of a region that is not granted.
    let first = granted(&engine, "SELECT region FROM instances LIMIT 1", &["r2"]).await.unwrap();
    assert_eq!(lines(&first), ["r2"]);
    // What is kept is whole, for whoever is granted more.
    let whole = granted(&engine, "SELECT count(*) FROM instances", &[]).await.unwrap();
    assert_eq!(lines(&whole), ["16"]);
}

#[tokio::test]
async fn tables_of_a_whole_account_are_cut_to_the_granted_regions_too() {
    for fake in [wide(), Arc::new(Fake::default())] {
        let engine = engine(&fake);
        for (sql, of_r2, of_r1) in [
            ("SELECT count(*) FROM buckets", "0", "2"),
            ("SELECT count(*) FROM costs", "4", "4"),
            ("SELECT DISTINCT \"RegionId\" FROM costs", "r2", "r1"),
            ("SELECT \"RegionId\" FROM costs LIMIT 1", "r2", "r1"),
            ("SELECT count(*) FROM accounts", "2", "2"),
        ] {
            for (region, expected) in [("r2", of_r2), ("r1", of_r1)] {
                let answer = granted(&engine, sql, &[region]).await.unwrap();
                assert_eq!(lines(&answer), [expected], "{sql} in {region}");
                assert_eq!(answer.warnings.is_empty(), sql.ends_with("accounts"), "{sql}: {:?}", answer.warnings);
            }
        }
        // Who asks for what is granted and no more is told nothing.
        let exact = granted(&engine, "SELECT count(*) FROM buckets WHERE region = 'r1'", &["r1"]).await.unwrap();
        assert_eq!((lines(&exact), exact.warnings.len()), (vec!["2".to_owned()], 0));
        let other = granted(&engine, "SELECT count(*) FROM buckets WHERE region = 'r1'", &["r2"]).await.unwrap();
        assert_eq!(lines(&other), ["0"]);
    }
}

#[tokio::test]
async fn an_account_that_cannot_be_read_is_missing_in_all_regions() {
    let fake = Arc::new(Fake { wide: true, gaps: vec![("333".to_owned(), "lost".to_owned())], ..Fake::default() });
    let answer = sql(&engine(&fake), "SELECT count(*) FROM instances WHERE region = 'r1'").await.unwrap();
    assert_eq!(lines(&answer), ["8"]);
    assert_eq!(missing(&answer), ["333/* instances denied rows=0: the role cannot be assumed"]);
    assert!(answer.coverage.lower_bound);
}
