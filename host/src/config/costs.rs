//! `[costs]`: calls that cost money.

use serde::Deserialize;

/// Calls that cost money.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Costs {
    /// Whether Cost Explorer may be called ($0.01 a request) when a query names a cost and no billing file has it.
    pub allow_paid_calls: bool,
}
