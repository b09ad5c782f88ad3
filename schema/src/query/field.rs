//! What a `Query` names: a column, one key of a map, or the day, week or month of a time.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// `name`, `tags.env`, `day(ChargePeriodStart)`. Displays as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Field {
    /// A column, or the name of an aggregate in `order_by`.
    Column(String),
    /// One key of a map column: `tags.env`.
    Key {
        /// The map column.
        column: String,
        /// The key, exactly.
        key: String,
    },
    /// The begin of the day, week (Monday), month or year that a time lies in, in UTC.
    Bucket {
        /// How wide.
        width: Width,
        /// The time column.
        column: String,
    },
}

/// How wide a bucket of time is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Width {
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

impl Width {
    /// The word in `Query` and in SQL's `date_trunc`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }
}

impl FromStr for Width {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        Ok(match word {
            "hour" => Self::Hour,
            "day" => Self::Day,
            "week" => Self::Week,
            "month" => Self::Month,
            "quarter" => Self::Quarter,
            "year" => Self::Year,
            _ => return Err(()),
        })
    }
}

impl Field {
    /// A column by name.
    pub fn column(name: &str) -> Self {
        Self::Column(name.to_owned())
    }

    /// One key of `tags`.
    pub fn tag(key: &str) -> Self {
        Self::Key { column: "tags".to_owned(), key: key.to_owned() }
    }

    /// The bucket of a time column.
    pub fn bucket(width: Width, column: &str) -> Self {
        Self::Bucket { width, column: column.to_owned() }
    }

    /// The column that it reads.
    pub fn column_name(&self) -> &str {
        match self {
            Self::Column(column) | Self::Key { column, .. } | Self::Bucket { column, .. } => column,
        }
    }

    /// The name of its column in the result: `name`, `tags.env`, `day`.
    pub fn output_name(&self) -> String {
        match self {
            Self::Column(column) => column.clone(),
            Self::Key { .. } => self.to_string(),
            Self::Bucket { width, .. } => width.as_str().to_owned(),
        }
    }
}

impl From<String> for Field {
    fn from(text: String) -> Self {
        if let Some((word, rest)) = text.split_once('(')
            && let (Ok(width), Some(column)) = (word.parse(), rest.strip_suffix(')'))
        {
            return Self::Bucket { width, column: column.to_owned() };
        }
        match text.split_once('.') {
            Some((column, key)) if !key.is_empty() => Self::Key { column: column.to_owned(), key: key.to_owned() },
            _ => Self::Column(text),
        }
    }
}

impl From<&str> for Field {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl From<Field> for String {
    fn from(field: Field) -> Self {
        field.to_string()
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Column(column) => f.write_str(column),
            Self::Key { column, key } => write!(f, "{column}.{key}"),
            Self::Bucket { width, column } => write!(f, "{}({column})", width.as_str()),
        }
    }
}
