//! Programs that wait for a cloud hold no thread.

use crate::support::{interpreter, now, usual};
use async_trait::async_trait;
use engine::source::{CallEstimate, Discovery, TableSupport};
use engine::{Engine, EngineSettings, FetchContext, FetchError, FetchRequest, Source};
use schema::Scope;
use schema::tables::INSTANCES;
use serde_json::json;
use std::sync::Arc;
use tokio::sync::Barrier;

/// As many as the tests' sandbox has places for.
pub(super) const PROGRAMS: usize = 16;

/// A region for each program; none is answered before all are asked.
pub(super) struct AllOrNone(pub(super) Barrier);

#[async_trait]
impl Source for AllOrNone {
    fn id(&self) -> &str {
        "slow"
    }

    fn provider(&self) -> &str {
        "aws"
    }

    fn tables(&self) -> &[TableSupport] {
        const { &[TableSupport { table: &INSTANCES, costly: &[], pushes: &[] }] }
    }

    async fn discover(&self, _: &FetchContext) -> Result<Discovery, FetchError> {
        let scopes = (0..PROGRAMS).map(|n| Scope::new("aws", "111", "prod", format!("r{n}"))).collect();
        Ok(Discovery { scopes, ..Discovery::default() })
    }

    fn estimate(&self, _: &FetchRequest) -> Vec<CallEstimate> {
        Vec::new()
    }

    async fn fetch(&self, _: &FetchRequest, _: &FetchContext) -> Result<(), FetchError> {
        self.0.wait().await;
        Ok(())
    }
}

/// On one thread, which any program that held it would take from all others, and no cloud would ever answer.
#[tokio::test(flavor = "current_thread")]
async fn as_many_programs_as_there_are_places_wait_on_one_thread() {
    let source = Arc::new(AllOrNone(Barrier::new(PROGRAMS)));
    let engine = Engine::builder(EngineSettings::default()).source(source).clock(now).build().unwrap();
    let runs = (0..PROGRAMS).map(|n| {
        let source = format!("query(\"SELECT count(*) AS n FROM instances WHERE region = 'r{n}'\")");
        let engine = engine.clone();
        async move { interpreter().run(&engine, usual(&source)).await }
    });
    for run in futures::future::join_all(runs).await {
        assert_eq!(serde_json::to_value(run.result.unwrap()).unwrap(), json!([{ "n": 0 }]));
    }
}
