//! A source that takes its time: to see that who no longer waits is not worked for.

use async_trait::async_trait;
use engine::source::{CallEstimate, Discovery, TableSupport};
use engine::{Engine, EngineSettings, FetchContext, FetchError, FetchErrorKind, FetchRequest, Source};
use host::app::App;
use host::config::Config;
use rust_decimal::Decimal;
use schema::Scope;
use schema::tables::INSTANCES;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Two regions. The first answers at once, the second takes as long as the test says.
#[derive(Default)]
pub(crate) struct Slow {
    delay: Duration,
    running: Arc<AtomicU64>,
    /// What each of its calls costs, in cents.
    cents: i64,
    /// Whether it asks for patience instead of answering.
    throttles: bool,
}

struct Running(Arc<AtomicU64>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// How many calls are under way.
pub(crate) type Calls = Arc<AtomicU64>;

/// An app over it, and its calls.
pub(crate) async fn app(delay: Duration, config: Config) -> (Arc<App>, Calls) {
    kept(delay, config, None).await
}

/// The same, writing what it does down in a folder, where one is named.
pub(crate) async fn kept(delay: Duration, config: Config, folder: Option<PathBuf>) -> (Arc<App>, Calls) {
    let slow = Slow { delay, ..Slow::default() };
    let calls = slow.running.clone();
    (over(slow, config, folder).await, calls)
}

/// An app over one that is not slow, and whose calls cost so much.
pub(crate) async fn paid(cents: i64, config: Config) -> Arc<App> {
    over(Slow { cents, ..Slow::default() }, config, None).await
}

/// One that asks for patience everywhere.
pub(crate) fn throttled() -> Arc<dyn Source> {
    Arc::new(Slow { throttles: true, ..Slow::default() })
}

async fn over(slow: Slow, config: Config, folder: Option<PathBuf>) -> Arc<App> {
    let builder = Engine::builder(EngineSettings::default()).source(Arc::new(slow));
    Arc::new(App::assemble(config, builder, folder, true, crate::support::now).await.unwrap())
}

/// Waits until so many calls are under way.
pub(crate) async fn until(calls: &Calls, wanted: u64) {
    for _ in 0..1_000 {
        if calls.load(Ordering::SeqCst) == wanted {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{} calls are under way and not {wanted}", calls.load(Ordering::SeqCst));
}

#[async_trait]
impl Source for Slow {
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
        let scopes = ["fast", "slow"].map(|region| Scope::new("aws", "111", "prod", region)).to_vec();
        Ok(Discovery { scopes, ..Discovery::default() })
    }

    fn estimate(&self, _: &FetchRequest) -> Vec<CallEstimate> {
        if self.cents == 0 {
            return Vec::new();
        }
        vec![CallEstimate {
            action: "slow:List".to_owned(),
            calls: 1,
            for_each: None,
            dollars_per_call: Decimal::new(self.cents, 2),
            on_consent: false,
            seconds_per_call: 0.0,
            permissions: Vec::new(),
        }]
    }

    async fn fetch(&self, request: &FetchRequest, cx: &FetchContext) -> Result<(), FetchError> {
        if self.throttles {
            return Err(FetchError::new(FetchErrorKind::Throttled, "slow down"));
        }
        let delay = if request.scope.region == "slow" { self.delay } else { Duration::ZERO };
        cx.call("slow:List", || async move {
            self.running.fetch_add(1, Ordering::SeqCst);
            let _running = Running(self.running.clone());
            tokio::time::sleep(delay).await;
            Ok(())
        })
        .await
    }
}
