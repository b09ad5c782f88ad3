//! A span of time in the configuration: `"30s"`, `"5m"`.

use serde::{Deserialize, Deserializer, de::Error};
use std::time::Duration;

/// Reads a span of time; for `#[serde(with = …)]`.
pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let text = String::deserialize(deserializer)?;
    crate::text::parse_duration(&text).map_err(D::Error::custom)
}
