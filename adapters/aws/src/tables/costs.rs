//! `costs`: charges by day, service and region from Cost Explorer, and the cost of single instances.
//!
//! Every call costs a cent, so none is made unless the configuration allows paid calls. A billing export is better
//! in every way: it has a month by resource, list prices and tags. The engine takes it where there is one.

use super::calls_on_consent;
use crate::arn;
use crate::fetch::Fetch;
use crate::pages::{Pages, listed};
use crate::place::filled;
use aws_config::SdkConfig;
use aws_sdk_costexplorer::types::{
    DateInterval, Dimension, DimensionValues, Expression, Granularity, Group, GroupDefinition, GroupDefinitionType,
    MetricValue, ResultByTime,
};
use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeDelta, Utc};
use engine::source::{CallEstimate, FetchRequest, TableSupport};
use engine::{FetchError, FetchErrorKind};
use rust_decimal::Decimal;
use schema::Row;
use schema::Value;
use schema::coverage::TOO_LOW;
use schema::tables::COSTS;
use schema::tables::common::COST_COLUMNS;
use std::collections::HashMap;

pub(crate) static SUPPORT: TableSupport = TableSupport { table: &COSTS, costly: &[], pushes: &[] };

const ACTION: &str = "ce:GetCostAndUsage";
pub(crate) const RESOURCES_ACTION: &str = "ce:GetCostAndUsageWithResources";

/// What the invoice asks for, and what commitments leave of it when they are spread over their use.
const BILLED: &str = "UnblendedCost";
const EFFECTIVE: &str = "AmortizedCost";

/// Cost Explorer keeps costs by resource this long, and no longer.
const RESOURCE_DAYS: i64 = 14;

/// What is asked for where nothing says which time is meant.
const DEFAULT_DAYS: i64 = 30;

/// The service that instances are billed under.
const COMPUTE: &str = "Amazon Elastic Compute Cloud - Compute";

/// The price of one request of Cost Explorer.
pub(crate) fn dollars_per_call() -> Decimal {
    Decimal::new(1, 2)
}

pub(crate) fn estimate(_: &FetchRequest) -> Vec<CallEstimate> {
    vec![calls_on_consent(ACTION, 1, dollars_per_call())]
}

pub(crate) async fn fetch(f: &Fetch<'_>) -> Result<(), FetchError> {
    if !f.cx.paid_calls_allowed() {
        return Err(paid_calls_off(ACTION));
    }
    let Some(period) = days(f.request, f.cx.now()) else { return Ok(()) };
    let here = home(f);
    let mut pages = Pages::of(ACTION);
    while let Some(token) = pages.token() {
        let send = || {
            let request = f.clients().cost_explorer.get_cost_and_usage().time_period(period.clone());
            let request = request.granularity(Granularity::Daily).metrics(BILLED).metrics(EFFECTIVE);
            let request = request.group_by(group_by("SERVICE")).group_by(group_by("REGION"));
            let request = request.filter(is(Dimension::LinkedAccount, &f.account.id));
            request.set_next_page_token(token.clone()).customize().config_override(&here).send()
        };
        let page = f.call(ACTION, send).await?;
        let mut rows = Vec::new();
        for day in listed(ACTION, &page.results_by_time)? {
            for group in day.groups() {
                rows.push(row(f, day, group)?);
            }
        }
        f.emit(rows).await?;
        pages.turn(page.next_page_token)?;
    }
    Ok(())
}

/// The cost of single instances, for `instances.cost_30d`.
pub(super) struct ResourceCosts {
    state: State,
}

enum State {
    /// Not wanted, not allowed or failed: the columns stay null.
    Off,
    /// Wanted. Nothing is paid for before there is a row that needs it.
    Unread,
    /// By instance id.
    Read(HashMap<String, Cost>),
}

/// What an instance cost. An organisation's bill has one currency.
#[derive(Debug, Default)]
struct Cost {
    amount: Decimal,
    currency: Option<String>,
}

impl ResourceCosts {
    pub(super) async fn wanted(f: &Fetch<'_>) -> Result<Self, FetchError> {
        let wanted = COST_COLUMNS.iter().any(|column| f.request.wants(column));
        if wanted && !f.cx.paid_calls_allowed() {
            f.cx.gap(COST_COLUMNS, None, paid_calls_off(RESOURCES_ACTION)).await?;
            return Ok(Self { state: State::Off });
        }
        Ok(Self { state: if wanted { State::Unread } else { State::Off } })
    }

    pub(super) async fn fill(&mut self, f: &Fetch<'_>, rows: &mut [Row]) -> Result<(), FetchError> {
        if matches!(self.state, State::Unread) {
            self.state = self.read(f).await?;
        }
        let State::Read(costs) = &self.state else { return Ok(()) };
        for row in rows {
            let Value::Text(id) = row.get("native_id") else { continue };
            if let Some(Cost { amount, currency }) = costs.get(id) {
                row.set("cost_30d", *amount).set("cost_basis", "cost_api").set("cost_currency", currency.as_deref());
            }
        }
        Ok(())
    }

    async fn read(&self, f: &Fetch<'_>) -> Result<State, FetchError> {
        match by_instance(f).await {
            Ok(costs) => {
                f.cx.gap(&["cost_30d"], None, fewer_days()).await?;
                Ok(State::Read(costs))
            }
            Err(error) => {
                f.cx.gap(COST_COLUMNS, None, opt_in(error)).await?;
                Ok(State::Off)
            }
        }
    }
}

/// The figures are shown as they are, and never scaled: half a month that was idle says nothing of the other half.
fn fewer_days() -> FetchError {
    let text = format!(
        "`cost_30d` is of the last {RESOURCE_DAYS} days of an instance's own hours, because Cost Explorer keeps no more by \
         resource: add a billing export (`[billing]`), which has the month"
    );
    FetchError::new(FetchErrorKind::Limited, text).with_code(TOO_LOW)
}

/// Costs by resource are off until somebody turns them on, which Cost Explorer's own words do not say.
fn opt_in(error: FetchError) -> FetchError {
    const REFUSALS: &[&str] = &["AccessDeniedException", "DataUnavailableException", "ValidationException"];
    if !REFUSALS.contains(&error.code.as_str()) {
        return error;
    }
    let message = format!(
        "{}; Cost Explorer keeps costs by resource only where the management account has turned on resource-level \
         data in its settings",
        error.message
    );
    FetchError { message, ..error }
}

async fn by_instance(f: &Fetch<'_>) -> Result<HashMap<String, Cost>, FetchError> {
    let today = f.cx.now().date_naive();
    let period = interval(today - TimeDelta::days(RESOURCE_DAYS), today)?;
    let filter = [
        is(Dimension::LinkedAccount, &f.account.id),
        is(Dimension::Service, COMPUTE),
        is(Dimension::Region, &f.place.region),
    ];
    let filter = Expression::builder().set_and(Some(filter.to_vec())).build();
    let here = home(f);
    let mut costs: HashMap<String, Cost> = HashMap::new();
    let mut pages = Pages::of(RESOURCES_ACTION);
    while let Some(token) = pages.token() {
        let send = || {
            let request = f.clients().cost_explorer.get_cost_and_usage_with_resources();
            let request = request.time_period(period.clone()).granularity(Granularity::Daily).metrics(EFFECTIVE);
            let request = request.group_by(group_by("RESOURCE_ID")).filter(filter.clone());
            request.set_next_page_token(token.clone()).customize().config_override(&here).send()
        };
        let page = f.call(RESOURCES_ACTION, send).await?;
        for group in listed(RESOURCES_ACTION, &page.results_by_time)?.iter().flat_map(|day| day.groups()) {
            let Some(resource) = group.keys().first() else { continue };
            let id = resource.rsplit('/').next().unwrap_or(resource);
            let (amount, currency) = amount(group, EFFECTIVE)?;
            let cost = costs.entry(id.to_owned()).or_default();
            cost.amount += amount;
            // A day that names none takes nothing from what the others say.
            if let Some(name) = currency {
                cost.currency.get_or_insert_with(|| name.to_owned());
            }
        }
        pages.turn(page.next_page_token)?;
    }
    Ok(costs)
}

fn row(f: &Fetch<'_>, day: &ResultByTime, group: &Group) -> Result<Row, FetchError> {
    let (billed, currency) = amount(group, BILLED)?;
    let (effective, _) = amount(group, EFFECTIVE)?;
    let key = |at: usize| group.keys().get(at).map(String::as_str);
    let period = day.time_period();
    let start = period.and_then(|period| midnight(period.start()));
    let month = start.and_then(|start| start.date_naive().with_day(1));
    let next_month = month.and_then(|month| month.checked_add_months(chrono::Months::new(1)));
    let begin = |date: Option<NaiveDate>| date.map(|date| date.and_time(NaiveTime::MIN).and_utc());
    Ok(Row::new(&COSTS)
        .with("provider", crate::PROVIDER)
        .with("BilledCost", billed)
        .with("EffectiveCost", effective)
        .with("BillingCurrency", currency)
        .with("BillingPeriodStart", begin(month))
        .with("BillingPeriodEnd", begin(next_month))
        .with("ChargePeriodStart", start)
        .with("ChargePeriodEnd", period.and_then(|period| midnight(period.end())))
        .with("ServiceName", key(0))
        .with("RegionId", filled(key(1)).filter(|region| *region != "NoRegion"))
        .with("SubAccountId", f.place.account_id.as_str())
        .with("SubAccountName", f.place.account_name.as_str())
        .with("ProviderName", "AWS")
        .with("ServiceProviderName", "AWS"))
}

fn amount<'a>(group: &'a Group, metric: &str) -> Result<(Decimal, Option<&'a str>), FetchError> {
    let value: Option<&MetricValue> = group.metrics().and_then(|metrics| metrics.get(metric));
    let text = value.and_then(|value| value.amount());
    text.and_then(decimal).map(|amount| (amount, value.and_then(|value| value.unit()))).ok_or_else(|| {
        let text = format!("Cost Explorer gave `{}` for `{metric}`, which is no amount", text.unwrap_or_default());
        FetchError::new(FetchErrorKind::Failed, text).with_code("not_an_amount")
    })
}

/// Cost Explorer writes tiny amounts as `1.2E-8`.
fn decimal(text: &str) -> Option<Decimal> {
    text.parse().ok().or_else(|| Decimal::from_scientific(text).ok())
}

/// Whole days that hold the time asked for: tomorrow excluded, because Cost Explorer refuses what has not begun.
fn days(request: &FetchRequest, now: DateTime<Utc>) -> Option<DateInterval> {
    let (from, to) = request.time.unwrap_or((now - TimeDelta::days(DEFAULT_DAYS), now));
    let last = (to - TimeDelta::microseconds(1)).min(now).date_naive();
    let from = from.date_naive();
    if from > last {
        return None;
    }
    interval(from, last + TimeDelta::days(1)).ok()
}

fn interval(from: NaiveDate, to: NaiveDate) -> Result<DateInterval, FetchError> {
    DateInterval::builder()
        .start(from.to_string())
        .end(to.to_string())
        .build()
        .map_err(|error| FetchError::new(FetchErrorKind::Failed, error.to_string()))
}

fn midnight(date: &str) -> Option<DateTime<Utc>> {
    let date: NaiveDate = date.get(..10)?.parse().ok()?;
    Some(date.and_time(NaiveTime::MIN).and_utc())
}

fn group_by(key: &str) -> GroupDefinition {
    GroupDefinition::builder().r#type(GroupDefinitionType::Dimension).key(key).build()
}

fn is(dimension: Dimension, value: &str) -> Expression {
    Expression::builder().dimensions(DimensionValues::builder().key(dimension).values(value).build()).build()
}

/// Cost Explorer is in one region of each partition.
fn home(f: &Fetch<'_>) -> SdkConfig {
    f.elsewhere(arn::home_region(arn::partition(&f.account.base.region())))
}

fn paid_calls_off(action: &str) -> FetchError {
    let text = format!(
        "`{action}` costs $0.01 a call and was not made: set `allow_paid_calls = true` in `[costs]` to allow it, \
         or add a billing export, which costs nothing to read"
    );
    FetchError::new(FetchErrorKind::Limited, text).with_code("paid_calls_off")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn amounts_are_read_to_the_last_digit() {
        assert_eq!(decimal("0.0000000123").unwrap().to_string(), "0.0000000123");
        assert_eq!(decimal("1.2E-8").unwrap().to_string(), "0.000000012");
        assert_eq!(decimal("-3.5").unwrap(), Decimal::new(-35, 1));
        assert_eq!(decimal("n/a"), None);
    }

    #[test]
    fn costs_by_resource_that_are_refused_say_how_they_are_turned_on() {
        let error = |code| opt_in(FetchError::new(FetchErrorKind::Failed, "no data").with_code(code));
        assert!(
            error("DataUnavailableException").message.starts_with("no data; Cost Explorer keeps costs by resource")
        );
        assert_eq!(error("LimitExceededException").message, "no data");
    }

    #[test]
    fn whole_days_are_asked_for_and_none_that_has_not_begun() {
        let now = DateTime::parse_from_rfc3339("2026-11-21T10:00:00Z").unwrap().to_utc();
        let midnight = |text: &str| midnight(text).unwrap();
        let check = |from: &str, to: &str, expected: Option<(&str, &str)>| {
            let request = FetchRequest {
                time: Some((midnight(from), midnight(to))),
                ..FetchRequest::new(&COSTS, schema::Scope::new("aws", "1", "1", "global"))
            };
            let got = days(&request, now);
            assert_eq!(got.as_ref().map(|got| (got.start(), got.end())), expected);
        };
        check("2026-10-01", "2026-11-01", Some(("2026-10-01", "2026-11-01")));
        check("2026-11-01", "2026-12-01", Some(("2026-11-01", "2026-11-22")));
        check("2026-12-01", "2026-12-02", None);
    }
}
