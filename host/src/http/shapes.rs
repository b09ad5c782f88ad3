//! What replies look like, for the description only: replies are written straight from the rows.
#![expect(dead_code, reason = "these types are described, never made")]

use serde_json::Value;
use utoipa::ToSchema;

/// The answer.
#[derive(ToSchema)]
pub(super) struct AnswerShape {
    /// The run's id, under which the audit log has it; feedback names it.
    id: Option<String>,
    /// What a person typed; null for SQL and queries.
    question: Option<String>,
    /// `common`: read by the rules. `known`: a kept program. `generated`: a program that a model wrote. `direct`: SQL, a query or a program. `refused`: not answered; `explanation` says why.
    #[schema(example = "common")]
    route: String,
    /// The typed request, where there was one.
    #[schema(value_type = Option<Object>)]
    query: Option<Value>,
    /// The SQL that ran.
    sql: Option<String>,
    /// The program that made the rows, where one did: id, text, grant, queries, what it used up.
    #[schema(value_type = Option<Object>)]
    program: Option<Value>,
    /// The rows' columns.
    columns: Vec<ColumnShape>,
    /// The rows: objects by column name. Decimals and times are strings.
    #[schema(value_type = Vec<Object>)]
    rows: Vec<Value>,
    /// How many rows there are.
    row_count: usize,
    /// Whether there were more.
    truncated: bool,
    /// What the rows cover.
    coverage: CoverageShape,
    /// What the reader must know to read the rows right.
    warnings: Vec<String>,
    /// How it was read, and why this way.
    explanation: String,
    /// What to ask instead, where it was refused.
    nearest: Option<Vec<String>>,
    /// Where there is no answer: whether one was tried and failed, as where a language model could not be asked.
    failed: Option<bool>,
    /// What a language model would have been told, where it was not answered and `show_prompt` asked for it.
    prompt: Option<String>,
    /// How long each part took, in milliseconds.
    timing_ms: TimingShape,
}

/// One column of an answer.
#[derive(ToSchema)]
pub(super) struct ColumnShape {
    name: String,
    /// `bool`, `int`, `float`, `decimal`, `text`, `time`, `map`, `list` or `json`.
    r#type: String,
    /// `percent`, `GiB`, `USD`, …
    unit: Option<String>,
}

/// What an answer covers.
#[derive(ToSchema)]
pub(super) struct CoverageShape {
    /// Whether everything that the answer needs was read to its end.
    complete: bool,
    /// Not complete, and the figures can only grow.
    lower_bound: bool,
    /// Not complete, and the figures could change either way.
    unknown: bool,
    /// One line for each scope, table and gap.
    scopes: Vec<ScopeShape>,
}

/// How one table of one scope was got, or why not.
#[derive(ToSchema)]
pub(super) struct ScopeShape {
    source: String,
    provider: String,
    account_id: String,
    account_name: String,
    region: String,
    table: String,
    /// The columns that are missing, where not whole rows are.
    columns: Option<Vec<String>>,
    /// The file or other part, where it is less than the scope.
    item: Option<String>,
    /// `live`, `cached`, `denied`, `throttled`, `timeout` or `failed`.
    status: String,
    rows: u64,
    age_seconds: u64,
    calls: u64,
    error: Option<ScopeErrorShape>,
}

/// Why a scope is not complete.
#[derive(ToSchema)]
pub(super) struct ScopeErrorShape {
    code: String,
    message: String,
}

/// How long each part took, in milliseconds.
#[derive(ToSchema)]
pub(super) struct TimingShape {
    classify: f64,
    plan: f64,
    fetch: f64,
    run: f64,
    /// Waiting for limits and between tries, added up over scopes.
    waited: f64,
    total: f64,
}

/// What an answer would take.
#[derive(ToSchema)]
pub(super) struct ExplainedShape {
    question: Option<String>,
    route: String,
    explanation: String,
    /// What to ask instead, where it is refused.
    nearest: Option<Vec<String>>,
    /// Scopes, calls by action, seconds, dollars and permissions.
    #[schema(value_type = Option<Object>)]
    plan: Option<Value>,
    /// An IAM policy that allows the AWS calls and nothing else.
    #[schema(value_type = Option<Object>)]
    policy: Option<Value>,
    /// A custom role that allows the Azure calls and nothing else.
    #[schema(value_type = Option<Object>)]
    role: Option<Value>,
}

/// The tables.
#[derive(ToSchema)]
pub(super) struct TablesShape {
    tables: Vec<TableSummaryShape>,
}

/// A table in short.
#[derive(ToSchema)]
pub(super) struct TableSummaryShape {
    name: String,
    kind: String,
    doc: String,
    columns: usize,
}

/// A table with its columns.
#[derive(ToSchema)]
pub(super) struct TableShape {
    name: String,
    kind: String,
    doc: String,
    /// The columns that it shares with its kind; they come first.
    #[schema(value_type = Vec<Object>)]
    common: Vec<Value>,
    /// Its own columns.
    #[schema(value_type = Vec<Object>)]
    own: Vec<Value>,
    /// The columns shown when a question names none.
    shown: Vec<String>,
}

/// An error (RFC 9457).
#[derive(ToSchema)]
pub(super) struct ProblemShape {
    /// `urn:nephoscope:problem:` and the code.
    r#type: String,
    title: String,
    status: u16,
    detail: String,
    /// Stable, for programs.
    #[schema(example = "unknown_column")]
    code: String,
    /// What to do about it.
    hint: Option<String>,
    /// More for programs: of a program that failed, its line, the queries that it had made, and whether another may do.
    #[schema(value_type = Option<Object>)]
    details: Option<Value>,
}
