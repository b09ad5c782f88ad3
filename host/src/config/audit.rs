//! `[audit]`: how much of the audit log is kept.

use serde::Deserialize;

/// How much of the audit log is kept.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Audit {
    /// Days. A quarter, so that last month's report can be explained.
    pub keep_days: u32,
    /// Runs, and as many requests of plugins. At a few kilobytes each, well under a gigabyte.
    pub keep_rows: u32,
}

impl Default for Audit {
    fn default() -> Self {
        Self { keep_days: 90, keep_rows: 200_000 }
    }
}
