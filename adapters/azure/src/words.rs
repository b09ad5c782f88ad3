//! Reading of what Azure said: texts, ids and times by their place in a reply.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;

/// A text that is not empty.
pub(crate) fn text<'a>(item: &'a Json, at: &str) -> Option<&'a str> {
    item.pointer(at)?.as_str().filter(|text| !text.is_empty())
}

/// An ARM id in lower case: Azure writes the same id in several cases.
pub(crate) fn id(item: &Json, at: &str) -> Option<String> {
    text(item, at).map(str::to_lowercase)
}

/// The parts of a list; none where there is no list.
pub(crate) fn list<'a>(item: &'a Json, at: &str) -> impl Iterator<Item = &'a Json> + use<'a> {
    item.pointer(at).and_then(Json::as_array).into_iter().flatten()
}

/// The ids of a list of references.
pub(crate) fn ids(item: &Json, at: &str) -> Vec<String> {
    list(item, at).filter_map(|part| id(part, "/id")).collect()
}

/// The texts of a list.
pub(crate) fn texts(item: &Json, at: &str) -> Vec<String> {
    list(item, at).filter_map(|part| part.as_str().map(str::to_owned)).collect()
}

/// A whole number, also where it is written as a text.
pub(crate) fn int(item: &Json, at: &str) -> Option<i64> {
    let value = item.pointer(at)?;
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

/// An instant in ISO 8601. Some services write none of the zone, and mean UTC.
pub(crate) fn time(item: &Json, at: &str) -> Option<DateTime<Utc>> {
    let text = text(item, at)?;
    let zoned = DateTime::parse_from_rfc3339(text).ok().map(|at| at.to_utc());
    zoned.or_else(|| Some(chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").ok()?.and_utc()))
}

/// A location as ids write it: `West Europe` is `westeurope`.
pub(crate) fn location(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
}

/// Tags. A resource without any has an empty map: null would mean that they could not be read.
pub(crate) fn tags(item: &Json) -> BTreeMap<String, String> {
    let fields = item["tags"].as_object().into_iter().flatten();
    fields.map(|(key, value)| (key.clone(), value.as_str().unwrap_or_default().to_owned())).collect()
}

/// Some of what Azure said, by the last part of each place. What it did not say is left out.
pub(crate) fn properties(item: &Json, places: &[&str]) -> Json {
    let mut said = Map::new();
    for place in places {
        let key = place.rsplit('/').next().unwrap_or(place);
        match item.pointer(place) {
            None | Some(Json::Null) => {}
            Some(value) => drop(said.insert(key.to_owned(), value.clone())),
        }
    }
    Json::Object(said)
}

/// The id of what holds something, `levels` pairs of kind and name up.
pub(crate) fn parent(id: &str, levels: usize) -> Option<String> {
    let mut end = id.len();
    for _ in 0..levels * 2 {
        end = id.get(..end)?.rfind('/')?;
    }
    id.get(..end).map(str::to_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_subnets_network_is_one_pair_up() {
        assert_eq!(parent("/X/networks/N/subnets/S", 1).as_deref(), Some("/x/networks/n"));
        assert_eq!(parent("/x", 2), None);
    }

    #[test]
    fn times_are_read_with_and_without_a_zone() {
        let item = json!({"a": "2026-01-02T03:04:05.1234567+00:00", "b": "2026-01-02T03:04:05.123", "c": "soon"});
        assert!(time(&item, "/a").is_some() && time(&item, "/b").is_some());
        assert_eq!(time(&item, "/c"), None);
    }

    #[test]
    fn what_azure_did_not_say_is_left_out() {
        let item = json!({"sku": {"name": "S"}, "properties": {"tier": null}});
        assert_eq!(properties(&item, &["/sku/name", "/properties/tier", "/kind"]), json!({"name": "S"}));
        assert_eq!(location("West Europe"), "westeurope");
    }
}
