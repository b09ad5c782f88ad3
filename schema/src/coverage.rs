//! Coverage: per scope and table, how the answer's rows were got, or why not.

use crate::Scope;
use serde::{Deserialize, Serialize};

/// How one scope's rows of one table were got, or why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Read from the provider for this answer.
    Live,
    /// Read earlier; `age_seconds` says when.
    Cached,
    /// The provider refused: a permission is missing.
    Denied,
    /// The provider kept saying "slow down" for longer than we wait.
    Throttled,
    /// It took longer than the scope's time-out.
    Timeout,
    /// Anything else; `error` says what.
    Failed,
}

impl Status {
    /// Whether all rows of the scope are there.
    pub fn is_complete(self) -> bool {
        matches!(self, Self::Live | Self::Cached)
    }

    /// The word in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Cached => "cached",
            Self::Denied => "denied",
            Self::Throttled => "throttled",
            Self::Timeout => "timeout",
            Self::Failed => "failed",
        }
    }
}

/// The code of a gap whose columns have values that are too low: of fewer days than the column is about, say.
/// Of any other gap the values are null.
pub const TOO_LOW: &str = "too_low";

/// The code of a gap in what was read: something there is not known, so that whether there are more rows could not be decided.
pub const UNDECIDED: &str = "undecided";

/// Why a scope is not complete.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoverageError {
    /// Stable and short, such as `denied` or the provider's own code (`UnauthorizedOperation`).
    pub code: String,
    /// A sentence for the person who has to act. Never holds a credential.
    pub message: String,
    /// How long the provider asks to wait before the next try, where it says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_seconds: Option<u64>,
}

impl CoverageError {
    /// One that is no matter of waiting.
    pub fn new(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self { code: code.into(), message: message.into(), retry_after_seconds: None }
    }
}

/// One line of coverage: one table in one scope, or some columns of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScopeCoverage {
    /// The source's id.
    pub source: String,
    /// The scope.
    #[serde(flatten)]
    pub scope: Scope,
    /// The table.
    pub table: String,
    /// Where only some columns are concerned (metrics denied, say): which. Empty: the rows themselves.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
    /// The file or other part that this line is about, where it is less than the scope.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    /// How, or why not.
    pub status: Status,
    /// Rows that were got, before the query's own filters. May be above zero for a scope that then failed.
    pub rows: u64,
    /// How old the rows are.
    pub age_seconds: u64,
    /// Calls made to the provider for it, retries among them.
    pub calls: u64,
    /// Why not, where it is not complete.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<CoverageError>,
}

impl ScopeCoverage {
    /// Whether the values of its columns are there, and are too low.
    pub fn is_too_low(&self) -> bool {
        !self.columns.is_empty() && self.error.as_ref().is_some_and(|error| error.code == TOO_LOW)
    }

    /// Whether its scope was read, and something in it is not known.
    pub fn is_undecided(&self) -> bool {
        !self.status.is_complete() && self.error.as_ref().is_some_and(|error| error.code == UNDECIDED)
    }
}

/// What an answer covers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// Whether every scope that the query needed was read to its end.
    pub complete: bool,
    /// Not complete, and the answer's figures can only grow when the rest is read: counts; sums of what is never negative;
    /// and in a list, costs that are of fewer days than the column is about. A list from which rows or values are missing
    /// is neither this nor `unknown`: each of its rows is right.
    pub lower_bound: bool,
    /// Not complete, and the answer's rows could change in either direction when the rest is read
    /// (averages, minimums, rankings, "not in", outer joins).
    pub unknown: bool,
    /// One line for each scope, table and gap.
    pub scopes: Vec<ScopeCoverage>,
}
