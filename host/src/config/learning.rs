//! `[learning]`: whether questions are kept, to see how the classifier does on them.

use serde::Deserialize;

/// Whether questions are kept, to see how the classifier does on them.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Learning {
    /// The consent to keep them. Left out, none are kept; `false` deletes those that were.
    pub keep: Option<bool>,
    /// How many days they are kept.
    pub keep_days: u32,
    /// The most that are kept; the oldest go first.
    pub keep_rows: u32,
}

impl Default for Learning {
    fn default() -> Self {
        // A year has the questions of every quarter's end; at a kilobyte each, all take 50 MB at most.
        Self { keep: None, keep_days: 365, keep_rows: 50_000 }
    }
}
