//! `[demo]`: the made-up estate.

use serde::Deserialize;

/// The made-up estate.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Demo {
    /// Which estate: the same seed gives the same one.
    pub seed: u64,
    /// How many times as large as usual (about 2,000 resources).
    pub scale: f64,
    /// Accounts, by id or name, that deny every call: to see how an answer says so.
    pub deny: Vec<String>,
}

impl Default for Demo {
    fn default() -> Self {
        Self { seed: 7, scale: 1.0, deny: Vec::new() }
    }
}
