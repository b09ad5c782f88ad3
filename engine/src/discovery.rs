//! Which scopes there are, found out once and kept as long as rows are.

use crate::context::{Emitted, FetchContext};
use crate::error::{FetchError, FetchErrorKind};
use crate::run::Run;
use crate::source::{Discovery, Source};
use crate::table::undiscovered;
use chrono::{DateTime, Utc};
use futures::FutureExt;
use schema::Scope;
use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, mpsc};

/// How long a scope that could not be read is taken for lost: whoever mends a role wants to see it work.
const GAPS_MAX_AGE: Duration = Duration::from_secs(30);

/// What is known of each source, by its id.
#[derive(Default)]
pub(crate) struct Discoveries(Mutex<HashMap<String, Arc<Mutex<Option<Known>>>>>);

struct Known {
    at: DateTime<Utc>,
    /// How the source stood just before.
    standing: u64,
    discovery: Arc<Discovery>,
}

impl Discoveries {
    /// What a source covers. Equal questions at the same time wait for one look.
    pub(crate) async fn of(
        &self,
        source: &Arc<dyn Source>,
        run: &Run,
        context: impl FnOnce(Scope) -> (FetchContext, mpsc::Receiver<Emitted>, Duration),
    ) -> Arc<Discovery> {
        if let Some(discovery) = run.discoveries().get(source.id()) {
            return discovery.clone();
        }
        let slot = self.0.lock().await.entry(source.id().to_owned()).or_default().clone();
        let mut known = slot.lock().await;
        let standing = source.standing();
        let holds = |known: &&Known| known.standing == standing && known.is_young(run);
        let discovery = match known.as_ref().filter(holds) {
            Some(known) => known.discovery.clone(),
            None => {
                let discovery = Arc::new(look(source, context).await);
                *known = Some(Known { at: run.now, standing, discovery: discovery.clone() });
                discovery
            }
        };
        // All tables of one run see the same scopes.
        run.discoveries().insert(source.id().to_owned(), discovery.clone());
        discovery
    }
}

impl Known {
    fn is_young(&self, run: &Run) -> bool {
        let max_age = if self.discovery.gaps.is_empty() { run.max_age } else { run.max_age.min(GAPS_MAX_AGE) };
        !max_age.is_zero() && crate::cache::age(self.at, run.now) <= max_age
    }
}

async fn look(
    source: &Arc<dyn Source>,
    context: impl FnOnce(Scope) -> (FetchContext, mpsc::Receiver<Emitted>, Duration),
) -> Discovery {
    let (cx, _received, timeout) = context(Scope::new(source.provider(), "*", "*", "*"));
    let discover = AssertUnwindSafe(source.discover(&cx)).catch_unwind();
    let result = match tokio::time::timeout(timeout, discover).await {
        Ok(Ok(result)) => result,
        Ok(Err(_panic)) => Err(FetchError::new(FetchErrorKind::Failed, "the source broke while looking")),
        Err(_) => {
            let message = format!("no reply within {} s", timeout.as_secs_f64());
            Err(FetchError::new(FetchErrorKind::Timeout, message))
        }
    };
    result.unwrap_or_else(|error| Discovery { gaps: vec![undiscovered(source, error)], ..Discovery::default() })
}
