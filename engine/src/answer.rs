//! The answer to one request: rows, what they cover, and how they were got.

use crate::weight;
use datafusion::arrow::array::RecordBatch;
use schema::{ColumnType, Coverage, Query};
use serde::Serialize;

/// One column of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AnswerColumn {
    /// Its name.
    pub name: String,
    /// What its values are.
    #[serde(rename = "type")]
    pub ty: ColumnType,
    /// What one unit is: the schema's unit, or the currency (`USD`) where all rows have the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
}

/// How long each part took, in milliseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Timing {
    /// Reading the question. Set by whoever did.
    pub classify: f64,
    /// From the request to a physical plan.
    pub plan: f64,
    /// The longest fetch: calls, waiting and pages.
    pub fetch: f64,
    /// The query's own work.
    pub run: f64,
    /// Waiting for limits and between tries, added up over scopes. Part of `fetch`.
    pub waited: f64,
    /// From the request to the last row.
    pub total: f64,
}

/// The answer to one request.
#[derive(Debug, Clone, Default)]
pub struct Answer {
    /// The typed request, where there was one.
    pub query: Option<Query>,
    /// The SQL that ran.
    pub sql: String,
    /// The rows' columns.
    pub columns: Vec<AnswerColumn>,
    /// The rows.
    pub batches: Vec<RecordBatch>,
    /// How many rows there are in `batches`.
    pub row_count: usize,
    /// Whether there were more rows than the request's bound let through.
    pub truncated: bool,
    /// What the rows cover.
    pub coverage: Coverage,
    /// What the reader must know to read the rows right.
    pub warnings: Vec<String>,
    /// How long it took.
    pub timing: Timing,
}

impl Answer {
    /// An answer of no columns and no rows, where a query was only planned.
    pub fn without_rows(sql: String) -> Self {
        Self { sql, ..Self::default() }
    }

    /// The bytes that its rows take, near enough to bound them.
    pub fn bytes(&self) -> usize {
        self.batches.iter().map(weight::bytes_of).sum()
    }
}

/// The warning of an answer that has no more than so many of its rows.
pub fn cut_to(max_rows: usize) -> String {
    let rows = if max_rows == 1 { "row" } else { "rows" };
    format!("more than {max_rows} {rows}: the rest is cut; ask for fewer, or for a larger `limit`")
}
