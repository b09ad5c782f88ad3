//! A source that tells of a cloud and does not fill a table that others fill: its rows are missed, and that is said.

use crate::fake::{self, Fake, builder, now};
use async_trait::async_trait;
use engine::source::{CallEstimate, Discovery, TableSupport};
use engine::{Engine, FetchContext, FetchError, FetchRequest, Source};
use schema::Scope;
use schema::tables::{ACCOUNTS, INSTANCES, SNAPSHOTS};
use std::sync::Arc;

const fn plain(table: &'static schema::Table) -> TableSupport {
    TableSupport { table, costly: &[], pushes: &[] }
}

/// A third cloud, of which not every table is filled.
struct Partial {
    tables: Vec<TableSupport>,
}

#[async_trait]
impl Source for Partial {
    fn id(&self) -> &str {
        "partial"
    }

    fn provider(&self) -> &str {
        "gcp"
    }

    fn tables(&self) -> &[TableSupport] {
        &self.tables
    }

    async fn discover(&self, _: &FetchContext) -> Result<Discovery, FetchError> {
        Ok(Discovery { scopes: vec![Scope::new("gcp", "shop", "shop", "r1")], ..Discovery::default() })
    }

    fn estimate(&self, _: &FetchRequest) -> Vec<CallEstimate> {
        Vec::new()
    }

    async fn fetch(&self, _: &FetchRequest, _: &FetchContext) -> Result<(), FetchError> {
        Ok(())
    }
}

/// An engine of a cloud that fills volumes, and of another that fills these.
fn beside(tables: Vec<TableSupport>) -> Engine {
    builder(&Arc::new(Fake::default())).source(Arc::new(Partial { tables })).clock(now).build().unwrap()
}

/// The warnings of an answer that is complete for all that.
async fn warnings(engine: &Engine, sql: &str) -> Vec<String> {
    let answer = fake::sql(engine, sql).await.unwrap();
    assert!(answer.coverage.complete, "{:?}", answer.coverage);
    answer.warnings
}

#[tokio::test]
async fn what_a_cloud_has_and_its_source_does_not_fill_is_said_where_others_fill_it() {
    let engine = beside(vec![plain(&ACCOUNTS), plain(&INSTANCES)]);
    let said = ["the source `partial` does not fill `volumes`"];
    assert_eq!(warnings(&engine, "SELECT native_id FROM volumes").await, said);
    assert_eq!(warnings(&engine, "SELECT native_id FROM volumes WHERE region = 'r1'").await, said);
    assert!(warnings(&engine, "SELECT native_id FROM instances").await.is_empty());
}

#[tokio::test]
async fn who_asks_for_another_cloud_or_an_account_misses_nothing() {
    let engine = beside(vec![plain(&ACCOUNTS), plain(&INSTANCES)]);
    for asked in ["provider = 'aws'", "account_id = '111'", "account_name = 'prod'"] {
        let sql = format!("SELECT native_id FROM volumes WHERE {asked}");
        assert!(warnings(&engine, &sql).await.is_empty(), "{asked}");
    }
}

#[tokio::test]
async fn a_source_that_tells_of_no_accounts_is_not_expected_to_fill_more() {
    let engine = beside(vec![plain(&SNAPSHOTS)]);
    assert!(warnings(&engine, "SELECT native_id FROM volumes").await.is_empty());
}
