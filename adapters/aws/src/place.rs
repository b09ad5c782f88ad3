//! Where rows belong, and what all of them begin with. Conversions from the SDK's types that every table needs.

use crate::PROVIDER;
use chrono::{DateTime, Utc};
use schema::scope::GLOBAL;
use schema::{Row, Scope, State, Table};
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// Where rows belong, and when they were read.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) account_id: String,
    pub(crate) account_name: String,
    pub(crate) region: String,
    pub(crate) now: DateTime<Utc>,
}

impl Place {
    pub(crate) fn new(scope: &Scope, now: DateTime<Utc>) -> Self {
        Self {
            account_id: scope.account_id.clone(),
            account_name: scope.account_name.clone(),
            region: scope.region.clone(),
            now,
        }
    }

    /// The same account, another region.
    pub(crate) fn in_region(&self, region: &str) -> Self {
        Self { region: region.to_owned(), ..self.clone() }
    }

    /// A row of a resource table with the common columns that do not depend on the table.
    pub(crate) fn row(&self, table: &'static Table, native_id: &str, arn: String) -> Row {
        let region = if self.region.is_empty() { GLOBAL } else { &self.region };
        Row::new(table)
            .with("provider", PROVIDER)
            .with("account_id", self.account_id.as_str())
            .with("account_name", self.account_name.as_str())
            .with("region", region)
            .with("resource_id", arn)
            .with("native_id", native_id)
            .with("kind", table.row_kind)
            .with("native_type", table.aws_type)
            .with("state", State::Available)
            .with("fetched_at", self.now)
    }

    #[cfg(test)]
    pub(crate) fn for_testing(region: &str) -> Self {
        Self {
            account_id: "111122223333".to_owned(),
            account_name: "prod".to_owned(),
            region: region.to_owned(),
            now: DateTime::UNIX_EPOCH,
        }
    }
}

/// Tags as a map. A resource without any has an empty map: null would mean that they could not be read.
pub(crate) fn tags<'a>(
    pairs: impl IntoIterator<Item = (Option<&'a str>, Option<&'a str>)>,
) -> BTreeMap<String, String> {
    pairs.into_iter().filter_map(|(key, value)| Some((key?.to_owned(), value.unwrap_or_default().to_owned()))).collect()
}

/// EC2's tags as a map.
pub(crate) fn ec2_tags(tags_of: &[aws_sdk_ec2::types::Tag]) -> BTreeMap<String, String> {
    tags(tags_of.iter().map(|tag| (tag.key(), tag.value())))
}

/// The name that people gave by tag, where they gave one.
pub(crate) fn name_tag(tags: &BTreeMap<String, String>) -> Option<String> {
    tags.get("Name").filter(|name| !name.is_empty()).cloned()
}

/// An instant of the SDK.
pub(crate) fn time(at: Option<&aws_smithy_types::DateTime>) -> Option<DateTime<Utc>> {
    let at = at?;
    DateTime::from_timestamp(at.secs(), at.subsec_nanos())
}

/// An instant that the provider writes as ISO text.
pub(crate) fn iso_time(text: Option<&str>) -> Option<DateTime<Utc>> {
    let text = text?;
    // Lambda writes `2026-11-21T08:00:00.000+0000`, which is ISO 8601 and not RFC 3339.
    DateTime::parse_from_rfc3339(text)
        .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f%z"))
        .ok()
        .map(|at| at.to_utc())
}

/// What is left of the provider's own words once what it did not say is taken out.
pub(crate) fn properties(words: Json) -> Json {
    match words {
        Json::Object(map) => {
            let said = |value: &Json| match value {
                Json::Null => false,
                Json::Array(items) => !items.is_empty(),
                Json::Object(fields) => !fields.is_empty(),
                _ => true,
            };
            Json::Object(map.into_iter().map(|(k, v)| (k, properties(v))).filter(|(_, v)| said(v)).collect())
        }
        other => other,
    }
}

/// A text, unless it is empty.
pub(crate) fn filled(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_the_provider_did_not_say_is_left_out() {
        let words = json!({"State": "running", "KeyName": null, "Placement": {"Tenancy": null}, "Layers": []});
        assert_eq!(properties(words), json!({"State": "running"}));
    }

    #[test]
    fn both_ways_of_writing_a_time_are_read() {
        let at = iso_time(Some("2026-11-21T08:00:00.000+0000"));
        assert!(at.is_some());
        assert_eq!(at, iso_time(Some("2026-11-21T08:00:00.000Z")));
        assert_eq!(iso_time(Some("yesterday")), None);
    }
}
