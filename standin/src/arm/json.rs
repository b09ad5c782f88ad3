//! Resources as Azure writes them.

pub(super) mod compute;
pub(super) mod containers;
pub(super) mod data;
pub(super) mod network;

use crate::estate::azure::TrackedResource;
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

/// What every resource has, and its properties. Absent things are left out.
fn resource(kind: &str, resource: &TrackedResource, more: Value, properties: Value) -> Value {
    let mut written = json!({
        "name": resource.name(),
        "id": resource.id,
        "type": kind,
        "location": resource.location,
    });
    if !resource.tags.is_empty() {
        written["tags"] = json!(resource.tags);
    }
    if !resource.zones.is_empty() {
        written["zones"] = json!(resource.zones);
    }
    if let Value::Object(fields) = more {
        for (name, value) in fields {
            written[name] = value;
        }
    }
    written["properties"] = properties;
    without_nulls(written)
}

fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            fields.into_iter().filter(|(_, v)| !v.is_null()).map(|(k, v)| (k, without_nulls(v))).collect()
        }
        Value::Array(parts) => parts.into_iter().map(without_nulls).collect(),
        other => other,
    }
}

fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, false)
}

/// References to resources, `[{"id": …}]`; none where there are none.
fn references(ids: &[String]) -> Value {
    if ids.is_empty() {
        return Value::Null;
    }
    ids.iter().map(|id| json!({ "id": id })).collect()
}

fn reference(id: Option<&String>) -> Value {
    id.map_or(Value::Null, |id| json!({ "id": id }))
}

fn name_of(id: &str) -> &str {
    id.rsplit('/').next().unwrap_or_default()
}

/// An id whose resource group is in upper case, as Azure writes it in some places and not in others.
fn shouted(id: &str) -> String {
    let parts: Vec<String> = id
        .split('/')
        .enumerate()
        .map(|(nth, part)| if nth == 4 { part.to_ascii_uppercase() } else { part.to_owned() })
        .collect();
    parts.join("/")
}
