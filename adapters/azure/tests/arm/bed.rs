//! What every test here stands on: a stand-in, the adapter pointed at it, and a fetch whose rows and gaps are kept.

use async_trait::async_trait;
use azure::{Azure, Settings, TokenCredential};
use azure_core::credentials::{AccessToken, TokenRequestOptions};
use azure_core::time::{Duration, OffsetDateTime};
use chrono::{DateTime, TimeZone, Utc};
use engine::context::{Emitted, RetryPolicy};
use engine::source::{Discovery, FetchRequest};
use engine::{FetchContext, FetchError, Source};
use schema::scope::{ALL_REGIONS, GLOBAL};
use schema::{Locality, Row, Scope, Value, tables};
use standin::{Behaviour, Estate, GenerateSettings, Standin};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

pub(crate) fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 1, 12, 0, 0).unwrap()
}

/// Gives the same token each time, and counts how often.
#[derive(Debug)]
pub(crate) struct OneToken {
    token: String,
    pub(crate) given: AtomicUsize,
}

#[async_trait]
impl TokenCredential for OneToken {
    async fn get_token(&self, _: &[&str], _: Option<TokenRequestOptions<'_>>) -> azure_core::Result<AccessToken> {
        self.given.fetch_add(1, Ordering::Relaxed);
        Ok(AccessToken::new(self.token.clone(), OffsetDateTime::now_utc() + Duration::hours(1)))
    }
}

/// What a fetch handed over, and how it ended.
#[derive(Debug)]
pub(crate) struct Fetched {
    pub(crate) rows: Vec<Row>,
    pub(crate) gaps: Vec<(Vec<&'static str>, Option<String>, FetchError)>,
    pub(crate) end: Result<(), FetchError>,
    pub(crate) calls: u64,
    pub(crate) waited_us: u64,
}

impl Fetched {
    /// The row of a resource.
    pub(crate) fn row(&self, id: &str) -> &Row {
        let id = Value::from(id.to_lowercase());
        self.rows.iter().find(|row| row.get("resource_id") == &id).unwrap()
    }

    /// The columns of each gap.
    pub(crate) fn columns(&self) -> Vec<Vec<&'static str>> {
        self.gaps.iter().map(|(columns, ..)| columns.clone()).collect()
    }
}

pub(crate) struct Bed {
    pub(crate) standin: Standin,
    pub(crate) azure: Azure,
    pub(crate) credential: Arc<OneToken>,
}

impl Bed {
    /// Two subscriptions with two locations of 30 machines.
    pub(crate) fn new(behaviour: Behaviour) -> Self {
        let sized = GenerateSettings::sized(now(), 0, 2, 30);
        Self::of(Estate::generate(&GenerateSettings { subscriptions: 2, ..sized }), behaviour, Vec::new())
    }

    pub(crate) fn of(estate: Estate, behaviour: Behaviour, subscriptions: Vec<String>) -> Self {
        let token = estate.subscriptions[0].tokens[0].clone();
        let standin = Standin::start(estate, behaviour).unwrap();
        let credential = Arc::new(OneToken { token, given: AtomicUsize::new(0) });
        let settings = Settings { endpoint: Some(standin.url()), subscriptions, ..Settings::default() };
        Self { azure: Azure::with_credential(settings, credential.clone()), standin, credential }
    }

    pub(crate) fn subscription(&self) -> standin::Subscription {
        self.standin.estate().subscriptions[0].clone()
    }

    pub(crate) async fn discover(&self) -> Result<Discovery, FetchError> {
        let (cx, _out) = FetchContext::for_testing("azure", Scope::new("azure", "*", "*", ALL_REGIONS), now());
        self.azure.discover(&cx).await
    }

    pub(crate) async fn fetch(&self, table: &str, costly: &[&'static str]) -> Fetched {
        self.fetch_with(table, costly, None, RetryPolicy::for_testing()).await
    }

    /// What a fetch of the first subscription asks for.
    pub(crate) fn request(&self, table: &str, costly: &[&'static str]) -> FetchRequest {
        let table = tables::ALL.iter().find(|one| one.name == table).unwrap();
        let subscription = self.subscription();
        let region = if table.locality == Locality::Global { GLOBAL } else { ALL_REGIONS };
        let scope = Scope::new("azure", subscription.id, subscription.display_name, region);
        let costly = costly.iter().copied().collect();
        FetchRequest { costly, ..FetchRequest::new(table, scope) }
    }

    /// A fetch of the first subscription.
    pub(crate) async fn fetch_with(
        &self,
        table: &str,
        costly: &[&'static str],
        limit: Option<usize>,
        retry: RetryPolicy,
    ) -> Fetched {
        self.fetch_request(&FetchRequest { limit, ..self.request(table, costly) }, retry).await
    }

    /// Any fetch.
    pub(crate) async fn fetch_request(&self, request: &FetchRequest, retry: RetryPolicy) -> Fetched {
        let scope = request.scope.clone();
        let (cx, mut out) = FetchContext::for_testing("azure", scope, now());
        // The quick test policy gives a call half a second, which a busy machine can need for a long page.
        let cx = cx.with_retry(RetryPolicy { call_timeout: std::time::Duration::from_secs(20), ..retry });
        let counting = cx.clone();
        let fetching = async {
            let end = self.azure.fetch(request, &cx).await;
            drop(cx);
            end
        };
        let (mut rows, mut gaps) = (Vec::new(), Vec::new());
        let mut end = None;
        tokio::pin!(fetching);
        loop {
            tokio::select! {
                done = &mut fetching, if end.is_none() => end = Some(done),
                emitted = out.recv(), if end.is_none() => keep(emitted, &mut rows, &mut gaps),
            }
            if end.is_some() {
                while let Ok(emitted) = out.try_recv() {
                    keep(Some(emitted), &mut rows, &mut gaps);
                }
                break;
            }
        }
        let counts = counting.counts();
        let (calls, waited_us) = (counts.calls.load(Ordering::Relaxed), counts.waited_us.load(Ordering::Relaxed));
        Fetched { rows, gaps, end: end.unwrap(), calls, waited_us }
    }
}

fn keep(
    emitted: Option<Emitted>,
    rows: &mut Vec<Row>,
    gaps: &mut Vec<(Vec<&'static str>, Option<String>, FetchError)>,
) {
    match emitted {
        Some(Emitted::Rows(page)) => rows.extend(page),
        Some(Emitted::Gap { columns, item, error }) => gaps.push((columns, item, error)),
        Some(Emitted::Warning(_)) | None => {}
    }
}
