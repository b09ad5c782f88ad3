//! What is run, and what came of it.

use crate::fault::Fault;
use crate::limits::Limits;
use ::engine::made::Known;
use ::engine::params::Param;
use ::engine::{Explanation, Options};
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use schema::{Coverage, Grant};
use serde::Serialize;
use serde_json::{Map, Value};

/// A program to be run.
#[derive(Debug, Clone)]
pub struct Job {
    /// Its text.
    pub source: String,
    /// Its parameters.
    pub params: Vec<(String, Param)>,
    /// What it may read.
    pub grant: Grant,
    /// What it may use up.
    pub limits: Limits,
    /// What time it is for it.
    pub now: DateTime<Utc>,
    /// Whether its queries run.
    pub mode: Mode,
    /// The most that the calls of its queries may cost, in US dollars; each is priced before it runs. None: no bound.
    pub max_dollars: Option<Decimal>,
    /// How its queries want to be answered. Grant, time and bound on rows are set from the fields above.
    pub options: Options,
}

/// Whether a program's queries run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// They do.
    #[default]
    Run,
    /// They are planned, held to the grant and priced, and have no rows. A program that needs rows to go on may throw
    /// then; what it has asked until there is known all the same, before anything was fetched.
    Plan,
}

/// One query that a program made.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct QueryNote {
    /// The SQL that ran, with its parameters in their places.
    pub sql: String,
    /// Rows that were handed over.
    pub rows: usize,
    /// How long it took, in milliseconds.
    pub ms: f64,
    /// Why it had no result.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<QueryError>,
}

/// Why a query had no result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct QueryError {
    /// The case of the contract: `denied`, `invalid`, `throttled`, `limit`, `upstream`.
    pub code: &'static str,
    /// In a sentence.
    pub message: String,
}

/// What came of a run.
#[derive(Debug, Clone)]
pub struct Run {
    /// The rows, or why there are none.
    pub result: Result<Vec<Map<String, Value>>, Fault>,
    /// What the queries called their columns.
    pub known: Known,
    /// The queries, in order.
    pub queries: Vec<QueryNote>,
    /// What each query would take, where they were only planned.
    pub plans: Vec<Explanation>,
    /// What all queries together covered.
    pub coverage: Coverage,
    /// What the reader must know.
    pub warnings: Vec<String>,
    /// What the program logged, but for what it warns of in an answer.
    pub log: Vec<String>,
    /// What it used up.
    pub meter: Meter,
}

/// What a run used up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Meter {
    /// How long the program itself computed, in milliseconds.
    pub own_ms: f64,
    /// How long the run took, in milliseconds.
    pub total_ms: f64,
    /// The most memory that it had, in bytes.
    pub memory_bytes: usize,
    /// Rows that its queries handed over.
    pub rows_in: usize,
}
