//! The typed, provider-neutral request. What it means in SQL is in [`sql`]; what is wrong with one is in [`check`].

pub mod check;
pub mod field;
pub mod sql;

pub use check::QueryError;
pub use field::Field;

use crate::time::{Span, TimeRange};
use serde::{Deserialize, Serialize};

/// A provider-neutral request for rows of one table.
///
/// ```json
/// { "from": "instances", "select": ["name", "cpu_avg"],
///   "where": [ { "field": "cpu_avg", "op": "lt", "value": 20 } ],
///   "order_by": [ { "field": "cpu_avg", "dir": "asc" } ], "limit": 50 }
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Query {
    /// The table.
    pub from: String,
    /// What to show. Empty: the groups and aggregates where there are any, else the table's usual columns.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub select: Vec<Field>,
    /// All of these hold for a row.
    #[serde(default, rename = "where", skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<Condition>,
    /// One row for each combination of these.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub group_by: Vec<Field>,
    /// What is computed over each group, or over all rows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aggregate: Vec<Aggregate>,
    /// Order of the rows. A field is a column, a group or an aggregate's `as`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub order_by: Vec<OrderBy>,
    /// At most so many rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
    /// Only these providers, accounts (id or name) and regions. An empty list means all.
    #[serde(default, skip_serializing_if = "ScopeFilter::is_all")]
    pub scope: ScopeFilter,
    /// Only this time, by the table's own time column (`costs`, `metrics`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<TimeRange>,
}

/// Only these providers, accounts and regions. An empty list means all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScopeFilter {
    /// `aws`, `azure`, …
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub providers: Vec<String>,
    /// Ids or names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub accounts: Vec<String>,
    /// The provider's names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub regions: Vec<String>,
}

impl ScopeFilter {
    /// Whether it leaves nothing out.
    pub fn is_all(&self) -> bool {
        self.providers.is_empty() && self.accounts.is_empty() && self.regions.is_empty()
    }
}

/// A condition on a row, or a group of conditions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum Condition {
    /// One field against one value.
    Compare(Compare),
    /// At least one of them holds.
    Any {
        /// The conditions.
        any: Vec<Condition>,
    },
    /// All of them hold.
    All {
        /// The conditions.
        all: Vec<Condition>,
    },
    /// It does not hold.
    Not {
        /// The condition.
        not: Box<Condition>,
    },
}

/// One field against one value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Compare {
    /// The column, or `tags.key`.
    pub field: Field,
    /// How.
    pub op: Op,
    /// Against what. Absent for `is_null` and `is_not_null`; a list for `in` and `not_in`.
    #[serde(default, skip_serializing_if = "Literal::is_absent")]
    pub value: Literal,
}

impl Condition {
    /// One field against one value.
    pub fn compare(field: impl Into<Field>, op: Op, value: impl Into<Literal>) -> Self {
        Self::Compare(Compare { field: field.into(), op, value: value.into() })
    }

    /// That a field has no value.
    pub fn is_null(field: impl Into<Field>) -> Self {
        Self::compare(field, Op::IsNull, Literal::Absent)
    }

    /// That a field has a value.
    pub fn is_not_null(field: impl Into<Field>) -> Self {
        Self::compare(field, Op::NotNull, Literal::Absent)
    }
}

/// How a field is compared. Text comparisons with `eq` and `in` are exact; `contains`, `starts_with` and
/// `ends_with` pay no heed to case. On a list column `eq` and `contains` ask for an element; on `tags`,
/// `is_null` asks for a resource without tags.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Op {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    In,
    NotIn,
    Contains,
    StartsWith,
    EndsWith,
    IsNull,
    NotNull,
}

impl Op {
    /// Every op, as `Query` writes it.
    pub const WORDS: &'static [&'static str] = &[
        "eq",
        "ne",
        "lt",
        "le",
        "gt",
        "ge",
        "in",
        "not_in",
        "contains",
        "starts_with",
        "ends_with",
        "is_null",
        "not_null",
    ];
}

/// The value of a comparison.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum Literal {
    /// None.
    #[default]
    Absent,
    /// `true`, `false`.
    Bool(bool),
    /// A number.
    Number(serde_json::Number),
    /// Text, an ISO time, or a decimal in quotes.
    Text(String),
    /// The instant that lies this long before now.
    Ago {
        /// How long.
        ago: Span,
    },
    /// For `in` and `not_in`.
    List(Vec<Literal>),
}

impl Literal {
    /// Whether there is none.
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }
}

impl From<&str> for Literal {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Literal {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Literal {
    fn from(number: i64) -> Self {
        Self::Number(number.into())
    }
}

impl From<f64> for Literal {
    /// A number; absent if it is not finite.
    fn from(number: f64) -> Self {
        serde_json::Number::from_f64(number).map_or(Self::Absent, Self::Number)
    }
}

impl From<bool> for Literal {
    fn from(yes: bool) -> Self {
        Self::Bool(yes)
    }
}

impl From<Span> for Literal {
    fn from(ago: Span) -> Self {
        Self::Ago { ago }
    }
}

impl<T: Into<Literal>> From<Vec<T>> for Literal {
    fn from(values: Vec<T>) -> Self {
        Self::List(values.into_iter().map(Into::into).collect())
    }
}

/// Something computed over a group of rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Aggregate {
    /// What.
    #[serde(rename = "fn")]
    pub function: Function,
    /// Of which column; `count` may have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<Field>,
    /// The name of the result's column. Absent: made from the function and the field.
    #[serde(default, rename = "as", skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl Aggregate {
    /// How many rows.
    pub fn count(name: &str) -> Self {
        Self { function: Function::Count, field: None, name: Some(name.to_owned()) }
    }

    /// A function of a column.
    pub fn of(function: Function, field: impl Into<Field>, name: &str) -> Self {
        Self { function, field: Some(field.into()), name: Some(name.to_owned()) }
    }

    /// The name of the result's column.
    pub fn output_name(&self) -> String {
        match (&self.name, &self.field) {
            (Some(name), _) => name.clone(),
            (None, Some(field)) => format!("{}_{}", self.function.as_str(), field.output_name()),
            (None, None) => self.function.as_str().to_owned(),
        }
    }
}

/// What is computed over a group of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Function {
    Count,
    CountDistinct,
    Sum,
    Avg,
    Min,
    Max,
}

impl Function {
    /// The name in `Query`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::CountDistinct => "count_distinct",
            Self::Sum => "sum",
            Self::Avg => "avg",
            Self::Min => "min",
            Self::Max => "max",
        }
    }
}

/// One key of the order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderBy {
    /// A column, a group or an aggregate's name.
    pub field: Field,
    /// Which way; ascending when absent. Nulls come last either way.
    #[serde(default)]
    pub dir: Direction,
}

impl OrderBy {
    /// Smallest first.
    pub fn asc(field: impl Into<Field>) -> Self {
        Self { field: field.into(), dir: Direction::Asc }
    }

    /// Largest first.
    pub fn desc(field: impl Into<Field>) -> Self {
        Self { field: field.into(), dir: Direction::Desc }
    }
}

/// Which way an order goes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Direction {
    #[default]
    Asc,
    Desc,
}
