//! `[limits]`: how much and how long.

use serde::Deserialize;
use std::time::Duration;

/// How much and how long.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// How long one table of one scope may take.
    #[serde(deserialize_with = "super::span::deserialize")]
    pub scope_timeout: Duration,
    /// Scopes read at the same time.
    pub scopes_at_once: usize,
    /// The most rows of one answer; what is beyond is cut, and the answer says so.
    pub max_rows: usize,
}

impl Default for Limits {
    fn default() -> Self {
        let usual = engine::EngineSettings::default();
        Self { scope_timeout: usual.scope_timeout, scopes_at_once: usual.scopes_at_once, max_rows: usual.max_rows }
    }
}
