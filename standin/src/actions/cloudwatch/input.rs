//! What both actions are asked: read from a CBOR map, or from JSON or a form laid out as one.

use super::invalid;
use crate::call::Refusal;
use crate::metrics::{Metric, Statistic};
use crate::protocol::cbor;
use crate::protocol::query::Form;
use chrono::{DateTime, Utc};
use ciborium::Value;

/// A form as the map that it stands for: `A.member.1.B=c` becomes `{A: [{B: "c"}]}`.
pub(super) fn nested(form: &Form) -> Value {
    let mut root = Value::Map(Vec::new());
    for (name, value) in form.iter() {
        let mut at = &mut root;
        for part in name.split('.').filter(|part| *part != "member") {
            at = match part.parse::<usize>() {
                Ok(nth) => entry(at, nth),
                Err(_) => field(at, part),
            };
        }
        *at = Value::Text(value.to_owned());
    }
    root
}

/// JSON as the same structure in CBOR.
pub(super) fn from_json(value: &serde_json::Value) -> Result<Value, Refusal> {
    Value::serialized(value).map_err(|e| invalid(e.to_string()))
}

fn field<'a>(at: &'a mut Value, name: &str) -> &'a mut Value {
    if !at.is_map() {
        *at = Value::Map(Vec::new());
    }
    let Value::Map(fields) = at else { unreachable!("made a map above") };
    let nth = fields.iter().position(|(key, _)| key.as_text() == Some(name)).unwrap_or_else(|| {
        fields.push((Value::Text(name.to_owned()), Value::Null));
        fields.len() - 1
    });
    &mut fields[nth].1
}

/// The `nth` entry, counted from 1. A form can name any number; beyond what AWS allows it is the last.
fn entry(at: &mut Value, nth: usize) -> &mut Value {
    const MOST: usize = 10_000;
    if !at.is_array() {
        *at = Value::Array(Vec::new());
    }
    let Value::Array(entries) = at else { unreachable!("made an array above") };
    let nth = nth.clamp(1, MOST);
    if entries.len() < nth {
        entries.resize(nth, Value::Null);
    }
    &mut entries[nth - 1]
}

/// The entries of a list of a map.
pub(super) fn entries<'a>(map: &'a Value, key: &str) -> &'a [Value] {
    cbor::get(map, key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

pub(super) fn time(map: &Value, key: &str) -> Result<DateTime<Utc>, Refusal> {
    let value = cbor::get(map, key).ok_or_else(|| invalid(format!("The parameter {key} is required.")))?;
    let time = match value {
        Value::Text(text) => DateTime::parse_from_rfc3339(text).ok().map(|time| time.to_utc()),
        other => cbor::epoch(other).and_then(|seconds| DateTime::from_timestamp_millis((seconds * 1000.0) as i64)),
    };
    time.ok_or_else(|| invalid(format!("The parameter {key} is not a time.")))
}

pub(super) fn whole(map: &Value, key: &str) -> Option<i64> {
    match cbor::get(map, key)? {
        Value::Text(text) => text.parse().ok(),
        other => cbor::epoch(other).map(|n| n as i64),
    }
}

/// The period of a query; a multiple of a minute.
pub(super) fn period(map: &Value) -> Result<i64, Refusal> {
    match whole(map, "Period") {
        Some(period) if period > 0 && period % 60 == 0 => Ok(period),
        other => Err(invalid(format!("Invalid Period {other:?}: must be a multiple of 60."))),
    }
}

pub(super) fn statistic(name: &str) -> Result<Statistic, Refusal> {
    Statistic::named(name).ok_or_else(|| invalid(format!("The value {name} for parameter Stat is not supported.")))
}

/// The metric of an instance that is asked for. What the stand-in does not have has no data, as in AWS.
pub(super) fn metric(map: &Value) -> Option<(Metric, &str)> {
    if cbor::text(map, "Namespace") != Some("AWS/EC2") {
        return None;
    }
    let metric = Metric::named(cbor::text(map, "MetricName")?)?;
    let [dimension] = entries(map, "Dimensions") else { return None };
    let named = cbor::text(dimension, "Name") == Some("InstanceId");
    named.then_some((metric, cbor::text(dimension, "Value")?))
}
