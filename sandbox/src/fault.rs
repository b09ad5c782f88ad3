//! Why a run has no result, in words for the person who wrote the program and for the model that may write it again.

use serde::Serialize;

/// A bound of [`Limits`](crate::Limits).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// `own_time`.
    OwnTime,
    /// `total_time`.
    TotalTime,
    /// `memory_bytes`.
    Memory,
    /// The depth of calls.
    Stack,
    /// `queries`.
    Queries,
    /// What one query may be and take: its length, its depth, its memory.
    Query,
    /// `max_dollars`: what the run's calls may cost.
    MaxDollars,
    /// `rows_in`.
    RowsIn,
    /// `bytes_in`.
    BytesIn,
    /// `rows_out`.
    RowsOut,
    /// `columns_out`.
    ColumnsOut,
    /// `bytes_out`.
    BytesOut,
    /// `source_bytes`.
    SourceBytes,
    /// What may be handed to the host in one call.
    CallBytes,
}

impl Limit {
    /// The word in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OwnTime => "own_time",
            Self::TotalTime => "total_time",
            Self::Memory => "memory",
            Self::Stack => "stack",
            Self::Queries => "queries",
            Self::Query => "query",
            Self::MaxDollars => "max_dollars",
            Self::RowsIn => "rows_in",
            Self::BytesIn => "bytes_in",
            Self::RowsOut => "rows_out",
            Self::ColumnsOut => "columns_out",
            Self::BytesOut => "bytes_out",
            Self::SourceBytes => "source_bytes",
            Self::CallBytes => "call_bytes",
        }
    }

    /// The bound of that word, of those that a query can run into.
    pub(crate) fn named(word: &str) -> Option<Self> {
        let all = [Self::Queries, Self::Query, Self::MaxDollars, Self::RowsIn, Self::BytesIn];
        all.into_iter().find(|limit| limit.as_str() == word)
    }
}

/// What sort of failure ended a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case", tag = "sort", content = "limit")]
pub enum FaultKind {
    /// The text is no program.
    Syntax,
    /// The program threw, and nothing caught it.
    Thrown,
    /// It ended in no value.
    NoValue,
    /// It ended in something that is no row.
    BadValue,
    /// A query asked for what is not granted.
    Denied,
    /// A query was wrong.
    Invalid,
    /// A provider asked for patience.
    Throttled,
    /// A query failed while it ran.
    Upstream,
    /// A bound was hit.
    Limit(Limit),
    /// The interpreter itself broke down.
    Trap,
    /// The host could not run it.
    Host,
}

impl FaultKind {
    /// The word in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Syntax => "syntax",
            Self::Thrown => "thrown",
            Self::NoValue => "no_value",
            Self::BadValue => "bad_value",
            Self::Denied => "denied",
            Self::Invalid => "invalid",
            Self::Throttled => "throttled",
            Self::Upstream => "upstream",
            Self::Limit(_) => "limit",
            Self::Trap => "trap",
            Self::Host => "host",
        }
    }

    /// Whether another program for the same question may do better. Not so where the world is in the way.
    pub fn may_be_mended(self) -> bool {
        !matches!(self, Self::Throttled | Self::Upstream | Self::Host)
    }
}

/// Why a run has no result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{message}")]
pub struct Fault {
    /// What sort of failure it is.
    pub kind: FaultKind,
    /// The class of the program's own error (`TypeError`), where there was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// What happened, in a sentence.
    pub message: String,
    /// The line of the program, counted from 1, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// The column.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
}

impl Fault {
    /// A fault that no line of the program is to blame for.
    pub fn new(kind: FaultKind, message: impl Into<String>) -> Self {
        Self { kind, class: None, message: message.into(), line: None, column: None }
    }

    /// Where it happened: ` (line 3, column 7)`, ` (line 3)`, or nothing.
    pub fn place(&self) -> String {
        match (self.line, self.column) {
            (Some(line), Some(column)) => format!(" (line {line}, column {column})"),
            (Some(line), None) => format!(" (line {line})"),
            (None, _) => String::new(),
        }
    }
}
