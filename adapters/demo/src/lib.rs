//! The demo estate: a believable company's clouds made from a seed, read through the same port as real ones.
//!
//! It pretends to be AWS and Azure: its rows and scopes have `aws` and `azure` as provider, with their ids and
//! words. The same seed on the same day gives the same estate; only meters run on with the hour.

pub mod estate;
mod tables;

pub use estate::Estate;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use engine::context::FetchContext;
use engine::source::{CallEstimate, Discovery, FetchRequest, Source, TableSupport};
use engine::{FetchError, FetchErrorKind};
use estate::Spot;
use rust_decimal::Decimal;
use schema::{Locality, Row, Scope, Table};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, PoisonError};
use tables::{Ask, DemoTable};

/// Rows in one page, so that a long list is several calls as it is with a real provider.
const PAGE: usize = 500;
/// Instances whose meters one call reads.
const METERS_EACH_CALL: usize = 500;

/// What an estate is made from.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The same seed gives the same estate.
    pub seed: u64,
    /// How large it is: 1 is about 2,000 resources. A larger estate holds the smaller one.
    pub scale: f64,
    /// What time it is. Its day is the day that everything's age counts from.
    pub now: DateTime<Utc>,
    /// Names or ids of accounts that refuse to be read.
    pub deny: Vec<String>,
}

/// The demo estate as a source.
#[derive(Debug)]
pub struct Demo {
    /// The estate of the day that it was made on.
    estate: Estate,
    /// The estate of a later day, where it has run past midnight: the last one that was asked for.
    later: Mutex<Option<Arc<Estate>>>,
    supports: Vec<TableSupport>,
}

impl Demo {
    /// The estate of these settings. Nothing is made until it is asked for.
    pub fn new(settings: Settings) -> Self {
        let supports = tables::ALL.iter().map(|table| table.support()).collect();
        Self { estate: Estate::new(settings), later: Mutex::default(), supports }
    }

    /// The estate of another day than the one that this was made on; none if it is that day.
    fn later(&self, now: DateTime<Utc>) -> Option<Arc<Estate>> {
        let is_of_the_day = |estate: &Estate| estate.settings().now.date_naive() == now.date_naive();
        if is_of_the_day(&self.estate) {
            return None;
        }
        // Nothing is made under the lock but what says how the rest is made.
        let mut later = self.later.lock().unwrap_or_else(PoisonError::into_inner);
        if !later.as_deref().is_some_and(is_of_the_day) {
            *later = Some(Arc::new(Estate::new(Settings { now, ..self.estate.settings().clone() })));
        }
        later.clone()
    }

    /// The estate itself.
    pub fn estate(&self) -> &Estate {
        &self.estate
    }

    /// Every row of a table, utilisation among its columns, whether or not its account may be read: the truth that
    /// answers can be compared with. Costs are all days of the bill; metrics the last 14 days.
    pub fn rows(&self, table: &'static Table) -> Vec<Row> {
        self.made(table, true, |_, _| true).collect()
    }

    /// What may be listed of a table without its meters, row after row as it is taken. Nobody is called.
    pub fn listed(&self, table: &'static Table) -> impl Iterator<Item = Row> {
        self.made(table, false, |table, spot| !spot.account().denied || table.readable_when_denied)
    }

    /// The rows of a table at the spots that are wanted.
    fn made(
        &self,
        table: &'static Table,
        utilisation: bool,
        is_wanted: fn(&DemoTable, Spot<'_>) -> bool,
    ) -> impl Iterator<Item = Row> {
        let now = self.estate.settings().now;
        let found = tables::find(table);
        let all = found.into_iter().flat_map(move |found| {
            self.estate.spots(table.locality == Locality::Global).map(move |spot| (found, spot))
        });
        all.filter(move |(found, spot)| is_wanted(found, *spot))
            .flat_map(move |(found, spot)| (found.rows)(Ask { spot, utilisation, time: default_time(table, now), now }))
    }
}

fn spot<'a>(estate: &'a Estate, scope: &Scope) -> Result<Spot<'a>, FetchError> {
    estate.find(&scope.account_id, &scope.region).ok_or_else(|| {
        FetchError::new(
            FetchErrorKind::Failed,
            format!("the demo estate has no account `{}` with region `{}`", scope.account_id, scope.region),
        )
    })
}

/// The time that is meant where none is asked for.
fn default_time(table: &Table, now: DateTime<Utc>) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    (table.name == schema::tables::METRICS.name).then(|| (now - TimeDelta::days(14), now))
}

#[async_trait]
impl Source for Demo {
    fn id(&self) -> &str {
        "demo"
    }

    /// The estate has rows of AWS and Azure; this is for messages about the whole of it.
    fn provider(&self) -> &str {
        "demo"
    }

    fn tables(&self) -> &[TableSupport] {
        &self.supports
    }

    /// The bill of the estate is complete: what its resources cost is taken from it, as with a billing export.
    fn has_bill(&self) -> bool {
        true
    }

    fn fingerprint(&self) -> u64 {
        let Settings { seed, scale, now, deny } = self.estate.settings();
        let mut hasher = DefaultHasher::new();
        (seed, scale.to_bits(), now.date_naive(), deny).hash(&mut hasher);
        hasher.finish()
    }

    async fn discover(&self, _cx: &FetchContext) -> Result<Discovery, FetchError> {
        let scopes = self.estate.spots(false).map(|spot| {
            let plan = spot.place.plan;
            Scope::new(plan.provider, plan.id, plan.name, spot.place.region)
        });
        Ok(Discovery { scopes: scopes.collect(), ..Discovery::default() })
    }

    fn estimate(&self, request: &FetchRequest) -> Vec<CallEstimate> {
        let (Some(table), Ok(spot)) = (tables::find(request.table), spot(&self.estate, &request.scope)) else {
            return Vec::new();
        };
        let call = |action: &str, calls: usize| CallEstimate {
            action: action.to_owned(),
            calls: calls as u64,
            for_each: None,
            dollars_per_call: Decimal::ZERO,
            on_consent: false,
            seconds_per_call: 0.001,
            permissions: vec![action.to_owned()],
        };
        // One page at least, as with a real provider, who does not say beforehand how many there are.
        let mut calls = vec![call(table.action, 1)];
        if table.wants_meters(request) {
            calls.push(call(METERS, spot.region().instances.len().div_ceil(METERS_EACH_CALL).max(1)));
        }
        calls
    }

    async fn fetch(&self, request: &FetchRequest, cx: &FetchContext) -> Result<(), FetchError> {
        let table = tables::find(request.table).ok_or_else(|| {
            FetchError::new(FetchErrorKind::Failed, format!("the demo estate has no table `{}`", request.table.name))
        })?;
        let later = self.later(cx.now());
        let spot = spot(later.as_deref().unwrap_or(&self.estate), &request.scope)?;
        let is_denied = spot.account().denied && !table.readable_when_denied;
        let time = request.time.or_else(|| default_time(request.table, cx.now()));
        let utilisation = table.wants_meters(request);
        let ask = Ask { spot, utilisation, time, now: cx.now() };
        let limit = request.limit.unwrap_or(usize::MAX);
        let mut rows = (table.rows)(ask).filter(|row| tables::matches(row, &request.filters)).take(limit);
        loop {
            call(cx, table.action, spot, is_denied).await?;
            let page: Vec<Row> = rows.by_ref().take(PAGE).collect();
            let is_last = page.len() < PAGE;
            if utilisation && !page.is_empty() {
                call(cx, METERS, spot, is_denied).await?;
            }
            cx.emit(page).await?;
            if is_last {
                return Ok(());
            }
        }
    }
}

/// The action that reads meters.
const METERS: &str = "demo:GetMetricData";

/// One call to the make-believe provider: counted and held to the limits as a real one.
async fn call(cx: &FetchContext, action: &str, spot: Spot<'_>, is_denied: bool) -> Result<(), FetchError> {
    let plan = spot.place.plan;
    cx.call(action, || async {
        if is_denied {
            let message = format!("account `{}` ({}) does not allow `{action}`", plan.name, plan.id);
            return Err(FetchError::new(FetchErrorKind::Denied, message).with_code("AccessDenied"));
        }
        Ok(())
    })
    .await
}

impl DemoTable {
    /// Whether a request asks for columns that meters fill.
    fn wants_meters(&self, request: &FetchRequest) -> bool {
        self.costly.iter().copied().flatten().any(|column| request.wants(column))
    }
}
