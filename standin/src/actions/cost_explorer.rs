//! Cost Explorer: sums of the estate's [`CostLine`]s. All cost metrics are the amortised one.

use crate::call::{Call, Refusal};
use crate::estate::{Account, CostLine};
use crate::state::lock;
use chrono::{Datelike, Months, NaiveDate, TimeDelta};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};

/// How many groups a page holds.
const LARGEST: usize = 5000;
/// How many days back there are costs by resource.
const RESOURCE_DAYS: i64 = 14;
const METRICS: &[&str] = &["AmortizedCost", "BlendedCost", "UnblendedCost", "NetAmortizedCost", "NetUnblendedCost"];

pub(crate) fn get_cost_and_usage(call: &Call<'_>, input: &Value) -> Result<Value, Refusal> {
    let request = Request::read(input)?;
    if request.group_by.contains(&Dimension::ResourceId) || names_resources(request.filter) {
        return Err(invalid("Dimension RESOURCE_ID is not allowed."));
    }
    answer(call, input, &request)
}

pub(crate) fn get_cost_and_usage_with_resources(call: &Call<'_>, input: &Value) -> Result<Value, Refusal> {
    let request = Request::read(input)?;
    if input["Filter"].is_null() {
        return Err(invalid("Filter is required"));
    }
    let first = call.estate.now.date_naive() - TimeDelta::days(RESOURCE_DAYS);
    if request.start < first {
        // AWS speaks of hours whatever the granularity.
        return Err(invalid(
            "Start date is more than 14 days ago for hourly granularity. Please adjust start date as we support only 14 days of data at hourly granularity.",
        ));
    }
    answer(call, input, &request)
}

fn answer(call: &Call<'_>, input: &Value, request: &Request<'_>) -> Result<Value, Refusal> {
    let rows = call.world.summed.of(&Summed::key(call, input), || sums(call, request))?;
    let (range, next) =
        call.page(request.token, LARGEST, rows.len()).map_err(|bad| bad.refused("InvalidNextTokenException"))?;
    // Empty days are on the page that holds the rows around them.
    let first = if range.start == 0 { 0 } else { rows[range.start].0 };
    let last = if next.is_none() { request.buckets.len() } else { rows[range.end - 1].0 + 1 };
    let mut page = &rows[range];
    let results: Vec<Value> = (first..last)
        .map(|nth| {
            let (start, end) = request.buckets[nth];
            let (here, later) = page.split_at(page.partition_point(|row| row.0 <= nth));
            page = later;
            request.result(start, end, here)
        })
        .collect();
    let mut output = json!({ "ResultsByTime": results, "DimensionValueAttributes": [] });
    if !request.group_by.is_empty() {
        let groups = request.group_by.iter().map(|d| json!({ "Type": "DIMENSION", "Key": d.key() }));
        output["GroupDefinitions"] = groups.collect();
    }
    if let Some(next) = next {
        output["NextPageToken"] = json!(next);
    }
    Ok(output)
}

/// One group of one day or month: the place of the day among those asked for, the keys and the sum.
type Row = (usize, Vec<String>, Decimal);

/// The sums of the last requests, so that each page of 100,000 groups does not add them up again.
#[derive(Debug, Default)]
pub(crate) struct Summed(Mutex<VecDeque<(String, Arc<Vec<Row>>)>>);

impl Summed {
    /// How many requests' sums are kept.
    const MOST: usize = 4;

    /// What the sums depend on: who asks, and for what but the page.
    fn key(call: &Call<'_>, input: &Value) -> String {
        let mut input = input.clone();
        input["NextPageToken"] = Value::Null;
        format!("{} {} {input}", call.account.id, call.action)
    }

    fn of(&self, key: &str, sum: impl FnOnce() -> Result<Vec<Row>, Refusal>) -> Result<Arc<Vec<Row>>, Refusal> {
        if let Some((_, rows)) = lock(&self.0).iter().find(|(kept, _)| kept == key) {
            return Ok(Arc::clone(rows));
        }
        let rows = Arc::new(sum()?);
        let mut kept = lock(&self.0);
        kept.push_back((key.to_owned(), Arc::clone(&rows)));
        if kept.len() > Self::MOST {
            kept.pop_front();
        }
        Ok(rows)
    }
}

fn sums(call: &Call<'_>, request: &Request<'_>) -> Result<Vec<Row>, Refusal> {
    let mut rows = Vec::new();
    for (nth, &(start, end)) in request.buckets.iter().enumerate() {
        let sums = sum(call, request, start, end)?;
        rows.extend(sums.into_iter().map(|(keys, amount)| (nth, keys, amount)));
    }
    Ok(rows)
}

/// The sums of one day or month, by group.
fn sum(
    call: &Call<'_>,
    request: &Request<'_>,
    start: NaiveDate,
    end: NaiveDate,
) -> Result<BTreeMap<Vec<String>, Decimal>, Refusal> {
    let mut sums = BTreeMap::new();
    for account in visible(call) {
        for line in &account.costs {
            let amount = line.between(start, end);
            if amount.is_zero() || !allows(request.filter, account, line)? {
                continue;
            }
            let keys = request.group_by.iter().map(|d| d.of(account, line).to_owned()).collect();
            *sums.entry(keys).or_insert(Decimal::ZERO) += amount;
        }
    }
    Ok(sums)
}

/// The accounts whose costs the caller sees: all of the organisation for its management account, else its own.
fn visible<'a>(call: &Call<'a>) -> Vec<&'a Account> {
    let (estate, own) = (call.estate, call.account);
    let manages = estate.organization.as_ref().is_some_and(|o| o.management_account_id == own.id);
    let sees = |account: &&Account| account.id == own.id || manages && account.in_organization;
    estate.accounts.iter().filter(sees).collect()
}

/// What is asked for.
struct Request<'a> {
    start: NaiveDate,
    buckets: Vec<(NaiveDate, NaiveDate)>,
    metrics: Vec<&'a str>,
    group_by: Vec<Dimension>,
    filter: &'a Value,
    token: Option<&'a str>,
}

impl<'a> Request<'a> {
    fn read(input: &'a Value) -> Result<Self, Refusal> {
        let day = |at: &str| {
            let text = input["TimePeriod"][at].as_str().unwrap_or_default();
            text.parse::<NaiveDate>()
                .map_err(|_| invalid(&format!("{at} time {text} is invalid. Valid format is: yyyy-MM-dd.")))
        };
        let (start, end) = (day("Start")?, day("End")?);
        if start >= end {
            return Err(invalid("Start date (and hour) should be before end date (and hour)"));
        }
        let next = match input["Granularity"].as_str() {
            Some("DAILY") => |day: NaiveDate| day.checked_add_days(chrono::Days::new(1)),
            Some("MONTHLY") => |day: NaiveDate| day.with_day(1)?.checked_add_months(Months::new(1)),
            other => return Err(invalid(&format!("Granularity {other:?} is not served: DAILY or MONTHLY"))),
        };
        let mut buckets = Vec::new();
        let mut at = start;
        while at < end {
            let until = next(at).map_or(end, |until| until.min(end));
            buckets.push((at, until));
            at = until;
        }
        let metrics: Vec<&str> = input["Metrics"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        if metrics.is_empty() || metrics.iter().any(|metric| !METRICS.contains(metric)) {
            return Err(invalid(&format!("Metrics {metrics:?} are not served: any of {METRICS:?}")));
        }
        let group_by =
            input["GroupBy"].as_array().into_iter().flatten().map(Dimension::grouped).collect::<Result<Vec<_>, _>>()?;
        if group_by.len() > 2 {
            return Err(invalid("GroupBy: at most two"));
        }
        let token = input["NextPageToken"].as_str();
        Ok(Self { start, buckets, metrics, group_by, filter: &input["Filter"], token })
    }

    /// One entry of `ResultsByTime`.
    fn result(&self, start: NaiveDate, end: NaiveDate, rows: &[Row]) -> Value {
        let amounts = |amount: Decimal| -> Value {
            let amount = json!({ "Amount": amount.to_string(), "Unit": "USD" });
            self.metrics.iter().map(|&metric| (metric.to_owned(), amount.clone())).collect()
        };
        let period = json!({ "Start": start.to_string(), "End": end.to_string() });
        if self.group_by.is_empty() {
            let total = rows.iter().map(|row| row.2).sum();
            return json!({ "TimePeriod": period, "Total": amounts(total), "Groups": [], "Estimated": false });
        }
        let groups: Vec<Value> = rows.iter().map(|row| json!({ "Keys": row.1, "Metrics": amounts(row.2) })).collect();
        json!({ "TimePeriod": period, "Total": {}, "Groups": groups, "Estimated": false })
    }
}

/// What costs are grouped and filtered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dimension {
    Service,
    Region,
    LinkedAccount,
    ResourceId,
    RecordType,
}

impl Dimension {
    fn named(key: &str) -> Result<Self, Refusal> {
        Ok(match key {
            "SERVICE" => Self::Service,
            "REGION" => Self::Region,
            "LINKED_ACCOUNT" => Self::LinkedAccount,
            "RESOURCE_ID" => Self::ResourceId,
            "RECORD_TYPE" => Self::RecordType,
            _ => return Err(invalid(&format!("dimension {key} is not served"))),
        })
    }

    fn grouped(group: &Value) -> Result<Self, Refusal> {
        match group["Type"].as_str() {
            None | Some("DIMENSION") => Self::named(group["Key"].as_str().unwrap_or_default()),
            Some(other) => Err(invalid(&format!("GroupBy type {other} is not served"))),
        }
    }

    fn key(self) -> &'static str {
        match self {
            Self::Service => "SERVICE",
            Self::Region => "REGION",
            Self::LinkedAccount => "LINKED_ACCOUNT",
            Self::ResourceId => "RESOURCE_ID",
            Self::RecordType => "RECORD_TYPE",
        }
    }

    fn of<'a>(self, account: &'a Account, line: &'a CostLine) -> &'a str {
        match self {
            Self::Service => &line.service,
            Self::Region => &line.region,
            Self::LinkedAccount => &account.id,
            Self::ResourceId => line.resource_id.as_deref().unwrap_or("NoResourceId"),
            Self::RecordType => "Usage",
        }
    }
}

/// Whether a filter expression (`And`, `Or`, `Not`, `Dimensions`) lets a cost through.
fn allows(filter: &Value, account: &Account, line: &CostLine) -> Result<bool, Refusal> {
    let Some(parts) = filter.as_object() else { return Ok(true) };
    for (name, part) in parts {
        let fits = match name.as_str() {
            "And" => all(part, account, line)?,
            "Or" => any(part, account, line)?,
            "Not" => !allows(part, account, line)?,
            "Dimensions" => {
                let value = Dimension::named(part["Key"].as_str().unwrap_or_default())?.of(account, line);
                part["Values"].as_array().into_iter().flatten().any(|wanted| wanted.as_str() == Some(value))
            }
            other => return Err(invalid(&format!("filter {other} is not served"))),
        };
        if !fits {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether a filter expression is about resources anywhere in it.
fn names_resources(filter: &Value) -> bool {
    match filter {
        Value::Object(fields) => {
            fields.iter().any(|(key, value)| key == "Key" && value == "RESOURCE_ID" || names_resources(value))
        }
        Value::Array(parts) => parts.iter().any(names_resources),
        _ => false,
    }
}

fn all(parts: &Value, account: &Account, line: &CostLine) -> Result<bool, Refusal> {
    for part in parts.as_array().into_iter().flatten() {
        if !allows(part, account, line)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn any(parts: &Value, account: &Account, line: &CostLine) -> Result<bool, Refusal> {
    for part in parts.as_array().into_iter().flatten() {
        if allows(part, account, line)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn invalid(message: &str) -> Refusal {
    Refusal::new(400, "ValidationException", message)
}
