//! `GetMetricData`: up to 500 metrics a call, up to 100,800 datapoints a page.

use super::input::{entries, from_json, metric, nested, period, statistic, time, whole};
use super::invalid;
use crate::call::{Call, PageToken, Refusal};
use crate::estate::Instance;
use crate::metrics::{self, Metric, Statistic};
use crate::protocol::cbor::{self, Writer};
use crate::protocol::query::Form;
use crate::protocol::xml::Xml;
use chrono::{DateTime, Utc};
use ciborium::Value;
use serde_json::{Value as Json, json};
use std::collections::HashMap;

/// How many metrics a call may ask for.
const MOST_QUERIES: usize = 500;
/// How many datapoints a page holds.
const MOST_POINTS: usize = 100_800;

pub(crate) fn get_metric_data(call: &Call<'_>, input: &Value) -> Result<Vec<u8>, Refusal> {
    let page = answer(call, input)?;
    let mut out = Writer::default();
    out.map(if page.next.is_some() { 3 } else { 2 });
    out.text("MetricDataResults");
    out.array(page.results.len());
    for result in &page.results {
        out.map(5);
        out.text("Id");
        out.text(result.id);
        out.text("Label");
        out.text(result.label);
        out.text("StatusCode");
        out.text(result.status);
        out.text("Timestamps");
        out.array(result.points.len());
        result.points.iter().for_each(|(at, _)| out.time(at.timestamp()));
        out.text("Values");
        out.array(result.points.len());
        result.points.iter().for_each(|(_, value)| out.float(*value));
    }
    out.text("Messages");
    out.array(0);
    if let Some(next) = &page.next {
        out.text("NextToken");
        out.text(next);
    }
    Ok(out.done())
}

pub(crate) fn get_metric_data_json(call: &Call<'_>, input: &Json) -> Result<Json, Refusal> {
    let input = from_json(input)?;
    let page = answer(call, &input)?;
    let results = page.results.iter().map(|result| {
        json!({
            "Id": result.id,
            "Label": result.label,
            "StatusCode": result.status,
            "Timestamps": result.points.iter().map(|(at, _)| at.timestamp()).collect::<Vec<_>>(),
            "Values": result.points.iter().map(|(_, value)| *value).collect::<Vec<_>>(),
        })
    });
    let mut output = json!({ "MetricDataResults": results.collect::<Vec<_>>(), "Messages": [] });
    if let Some(next) = &page.next {
        output["NextToken"] = json!(next);
    }
    Ok(output)
}

pub(crate) fn get_metric_data_form(call: &Call<'_>, form: &Form) -> Result<String, Refusal> {
    let input = nested(form);
    let page = answer(call, &input)?;
    let mut xml = Xml::default();
    xml.list("MetricDataResults", "member", &page.results, |xml, result| {
        xml.text("Id", result.id);
        xml.text("Label", result.label);
        xml.text("StatusCode", result.status);
        xml.nest("Timestamps", |xml| result.points.iter().for_each(|(at, _)| xml.time("member", *at)));
        xml.nest("Values", |xml| result.points.iter().for_each(|(_, value)| xml.plain("member", value)));
    });
    xml.maybe("NextToken", page.next.as_deref());
    Ok(xml.done())
}

/// More points than one query can have: positions of pages are query and point in one number.
const POINTS_OF_A_QUERY: usize = 1 << 32;

/// One metric that is asked for.
struct Query<'a> {
    id: &'a str,
    label: &'a str,
    period: i64,
    statistic: Statistic,
    metric: Option<(Metric, &'a str)>,
}

impl<'a> Query<'a> {
    fn read(query: &'a Value) -> Result<Self, Refusal> {
        let id = cbor::text(query, "Id").ok_or_else(|| invalid("The parameter MetricDataQueries.Id is required."))?;
        let stat = cbor::get(query, "MetricStat")
            .ok_or_else(|| invalid("the stand-in evaluates no expressions: MetricStat is required"))?;
        let of = cbor::get(stat, "Metric").unwrap_or(&Value::Null);
        let label = cbor::text(query, "Label").or_else(|| cbor::text(of, "MetricName"));
        Ok(Self {
            id,
            label: label.unwrap_or(id),
            period: period(stat)?,
            statistic: statistic(cbor::text(stat, "Stat").unwrap_or_default())?,
            metric: metric(of),
        })
    }
}

struct Page<'a> {
    results: Vec<Answered<'a>>,
    next: Option<String>,
}

/// What a page has of one metric.
struct Answered<'a> {
    id: &'a str,
    label: &'a str,
    status: &'static str,
    points: Vec<(DateTime<Utc>, f64)>,
}

fn answer<'a>(call: &Call<'_>, input: &'a Value) -> Result<Page<'a>, Refusal> {
    let queries = entries(input, "MetricDataQueries");
    if queries.is_empty() || queries.len() > MOST_QUERIES {
        return Err(invalid(format!(
            "The collection MetricDataQueries must not have a size less than 1 or greater than {MOST_QUERIES}."
        )));
    }
    let queries = queries.iter().map(Query::read).collect::<Result<Vec<_>, _>>()?;
    let (start, end) = (time(input, "StartTime")?, time(input, "EndTime")?);
    if start >= end {
        return Err(invalid("The parameter StartTime must be less than the parameter EndTime."));
    }
    let newest_first = cbor::text(input, "ScanBy") != Some("TimestampAscending");
    let most = whole(input, "MaxDatapoints").map_or(MOST_POINTS, |most| (most.max(1) as usize).min(MOST_POINTS));
    let most = most.min(call.page_cap);
    let instances = instances(call, &queries)?;
    let points = |query: &Query<'_>| {
        let (metric, id) = query.metric?;
        let instance = instances.get(id).copied().flatten()?;
        let mut points = metrics::values(instance, metric, query.statistic, start, end, query.period);
        if newest_first {
            points.reverse();
        }
        Some(points)
    };
    let token = cbor::text(input, "NextToken");
    let (position, page) = call.position(token).map_err(|bad| bad.refused("InvalidNextToken"))?;
    // A page may begin and end in the middle of a metric: pages count datapoints.
    let (first_query, mut skip) = (position / POINTS_OF_A_QUERY, position % POINTS_OF_A_QUERY);
    let next =
        |query: usize, point: usize| Some(PageToken::write(call.action, query * POINTS_OF_A_QUERY + point, page + 1));
    let mut results = Vec::new();
    let mut room = most;
    for (nth, query) in queries.iter().enumerate().skip(first_query) {
        if room == 0 {
            return Ok(Page { results, next: next(nth, 0) });
        }
        let mut points = points(query).unwrap_or_default();
        points.drain(..skip.min(points.len()));
        let fits = points.len() <= room;
        points.truncate(room);
        room -= points.len();
        let shown = skip + points.len();
        let status = if fits { "Complete" } else { "PartialData" };
        results.push(Answered { id: query.id, label: query.label, status, points });
        if !fits {
            return Ok(Page { results, next: next(nth, shown) });
        }
        skip = 0;
    }
    Ok(Page { results, next: None })
}

/// The instances that the queries name, in one pass over the region.
fn instances<'a, 'q>(
    call: &Call<'a>,
    queries: &[Query<'q>],
) -> Result<HashMap<&'q str, Option<&'a Instance>>, Refusal> {
    let mut found: HashMap<&str, Option<&Instance>> =
        queries.iter().filter_map(|query| Some((query.metric?.1, None))).collect();
    for instance in &call.here()?.instances {
        if let Some(slot) = found.get_mut(instance.id.as_str()) {
            *slot = Some(instance);
        }
    }
    Ok(found)
}
