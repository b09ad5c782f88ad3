//! `[history]`: the snapshots that `neph sync` keeps.

use serde::Deserialize;

/// The snapshots that `neph sync` keeps.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct History {
    /// How many days a snapshot is kept.
    pub keep_days: u32,
    /// The most snapshots of one table that are kept; the oldest go first.
    pub keep_snapshots: usize,
    /// Whether snapshots have the columns that take calls of their own (utilisation, cost).
    pub costly: bool,
    /// The most rows of one snapshot. A table is in memory whole while its snapshot is made, at about a KiB a row.
    pub max_rows: usize,
}

impl Default for History {
    fn default() -> Self {
        // Thirteen months, so that a month can be compared with the same one of the year before.
        Self { keep_days: 400, keep_snapshots: 1_000, costly: true, max_rows: 2_000_000 }
    }
}
