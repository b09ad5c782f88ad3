//! `GetMetricStatistics`: one metric a call. Our own adapter never calls it; c7n does.

use super::input::{entries, from_json, metric, nested, period, statistic, time};
use super::invalid;
use crate::call::{Call, Refusal};
use crate::metrics;
use crate::protocol::cbor::{self, Writer};
use crate::protocol::query::Form;
use crate::protocol::xml::Xml;
use chrono::{DateTime, Utc};
use ciborium::Value;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// How many datapoints a call may ask for.
const MOST_POINTS: i64 = 1440;

pub(crate) fn get_metric_statistics(call: &Call<'_>, input: &Value) -> Result<Vec<u8>, Refusal> {
    let points = answer(call, input)?;
    let mut out = Writer::default();
    out.map(2);
    out.text("Label");
    out.text(cbor::text(input, "MetricName").unwrap_or_default());
    out.text("Datapoints");
    out.array(points.len());
    for (at, statistics) in &points {
        let (plain, extended): (Vec<_>, Vec<_>) = statistics.iter().partition(|(name, _)| !is_extended(name));
        out.map(1 + plain.len() + usize::from(!extended.is_empty()));
        out.text("Timestamp");
        out.time(at.timestamp());
        write(&mut out, &plain);
        if !extended.is_empty() {
            out.text("ExtendedStatistics");
            out.map(extended.len());
            write(&mut out, &extended);
        }
    }
    Ok(out.done())
}

fn write(out: &mut Writer, statistics: &[&(&str, f64)]) {
    for (name, value) in statistics {
        out.text(name);
        out.float(*value);
    }
}

pub(crate) fn get_metric_statistics_json(call: &Call<'_>, input: &Json) -> Result<Json, Refusal> {
    let input = from_json(input)?;
    let points = answer(call, &input)?;
    let points = points.iter().map(|(at, statistics)| {
        let mut point = json!({ "Timestamp": at.timestamp() });
        for &(name, value) in statistics {
            let place = if is_extended(name) { &mut point["ExtendedStatistics"] } else { &mut point };
            place[name] = json!(value);
        }
        point
    });
    Ok(json!({ "Label": cbor::text(&input, "MetricName"), "Datapoints": points.collect::<Vec<_>>() }))
}

pub(crate) fn get_metric_statistics_form(call: &Call<'_>, form: &Form) -> Result<String, Refusal> {
    let input = nested(form);
    let points = answer(call, &input)?;
    let mut xml = Xml::default();
    xml.text("Label", cbor::text(&input, "MetricName").unwrap_or_default());
    xml.list("Datapoints", "member", &points, |xml, (at, statistics)| {
        xml.time("Timestamp", *at);
        let (plain, extended): (Vec<_>, Vec<_>) = statistics.iter().partition(|(name, _)| !is_extended(name));
        for (name, value) in plain {
            xml.plain(name, value);
        }
        xml.list("ExtendedStatistics", "entry", extended, |xml, (name, value)| {
            xml.text("key", name);
            xml.plain("value", value);
        });
    });
    Ok(xml.done())
}

fn is_extended(name: &str) -> bool {
    name.starts_with('p')
}

type Points<'a> = BTreeMap<DateTime<Utc>, Vec<(&'a str, f64)>>;

fn answer<'a>(call: &Call<'_>, input: &'a Value) -> Result<Points<'a>, Refusal> {
    let (start, end, period) = (time(input, "StartTime")?, time(input, "EndTime")?, period(input)?);
    if start >= end {
        return Err(invalid("The parameter StartTime must be less than the parameter EndTime."));
    }
    let wanted = (end - start).num_seconds() / period;
    if wanted > MOST_POINTS {
        let message = format!(
            "You have requested up to {wanted} datapoints, which exceeds the limit of {MOST_POINTS}. You may reduce the datapoints requested by increasing Period, or decreasing the time range."
        );
        return Err(Refusal::new(400, "InvalidParameterCombination", message));
    }
    let names: Vec<&str> = entries(input, "Statistics")
        .iter()
        .chain(entries(input, "ExtendedStatistics"))
        .filter_map(Value::as_text)
        .collect();
    if names.is_empty() {
        return Err(Refusal::new(400, "MissingParameter", "Statistics or ExtendedStatistics must be given."));
    }
    let region = call.here()?;
    let mut points = Points::new();
    let Some((metric, id)) = metric(input) else { return Ok(points) };
    let Some(instance) = region.instances.iter().find(|instance| instance.id == id) else { return Ok(points) };
    for name in names {
        for (at, value) in metrics::values(instance, metric, statistic(name)?, start, end, period) {
            points.entry(at).or_default().push((name, value));
        }
    }
    Ok(points)
}
