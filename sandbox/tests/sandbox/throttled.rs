//! A provider that asks for patience: an error with that code where nothing came, a gap where something did.

use crate::support::{interpreter, now, usual};
use async_trait::async_trait;
use engine::source::{CallEstimate, Discovery, TableSupport};
use engine::{Engine, EngineSettings, FetchContext, FetchError, FetchErrorKind, FetchRequest, Source};
use schema::tables::INSTANCES;
use schema::{Row, Scope};
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;

/// One instance in each of two regions, where the first so many regions throttle.
struct Busy {
    throttled: usize,
    tables: Vec<TableSupport>,
}

const REGIONS: [&str; 2] = ["r1", "r2"];

#[async_trait]
impl Source for Busy {
    fn id(&self) -> &str {
        "busy"
    }

    fn provider(&self) -> &str {
        "busy"
    }

    fn tables(&self) -> &[TableSupport] {
        &self.tables
    }

    async fn discover(&self, _cx: &FetchContext) -> Result<Discovery, FetchError> {
        let scopes = REGIONS.map(|region| Scope::new("busy", "1", "one", region));
        Ok(Discovery { scopes: scopes.to_vec(), ..Discovery::default() })
    }

    fn estimate(&self, _request: &FetchRequest) -> Vec<CallEstimate> {
        Vec::new()
    }

    async fn fetch(&self, request: &FetchRequest, cx: &FetchContext) -> Result<(), FetchError> {
        if REGIONS[..self.throttled].contains(&request.scope.region.as_str()) {
            let wait = Some(Duration::from_millis(6_500));
            return Err(FetchError::new(FetchErrorKind::Throttled, "slow down").with_retry_after(wait));
        }
        let Scope { provider, account_id, account_name, region } = &request.scope;
        let row = Row::new(request.table)
            .with("resource_id", format!("i-{region}"))
            .with("provider", &**provider)
            .with("account_id", &**account_id)
            .with("account_name", &**account_name)
            .with("region", &**region);
        cx.emit(vec![row]).await
    }
}

/// What a program that counts instances makes of it: the count, or the code of the error; and whether a gap is said.
async fn counted(throttled: usize) -> (Value, bool) {
    let tables = vec![TableSupport { table: &INSTANCES, costly: &[], pushes: &[] }];
    let engine = Engine::builder(EngineSettings::default()).source(Arc::new(Busy { throttled, tables })).clock(now);
    let source = "try { query('SELECT count(*) AS n FROM instances')[0].n } catch (e) { e.code + ' ' + e.retryAfter + ': ' + e.message }";
    let run = interpreter().run(&engine.build().unwrap(), usual(source)).await;
    let rows = run.result.unwrap();
    (rows[0].values().next().unwrap().clone(), !run.coverage.complete)
}

#[tokio::test]
async fn a_count_over_nothing_but_throttled_scopes_is_an_error_and_no_zero() {
    assert_eq!(counted(0).await, (Value::from(2), false));
    assert_eq!(counted(1).await, (Value::from(1), true));
    let (said, has_gap) = counted(2).await;
    assert_eq!(said, "throttled 7: nothing could be read: `busy` asks for patience everywhere: slow down");
    assert!(has_gap);
}
