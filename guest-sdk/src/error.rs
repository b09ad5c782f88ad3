//! Why something could not be done, in one type, whoever could not do it.

use thiserror::Error;

/// What went wrong. A plugin gives it on with `?`; where it can go on without (a table that was not granted, say), it
/// tells a gap ([`Findings::gap`](crate::Findings::gap), [`Tables::gap`](crate::Tables::gap)) and does.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Error {
    /// The grant does not cover a table, a scope, a host or a secret.
    #[error("{message}")]
    Denied {
        /// In a sentence, with the thing that it is about.
        message: String,
        /// A stable word: `table_not_granted`, …
        code: String,
    },
    /// A query, a request, a parameter, a row or a finding is wrong.
    #[error("{message}")]
    Invalid {
        /// In a sentence, with the thing that it is about.
        message: String,
        /// A stable word: `unknown_column`, …
        code: String,
    },
    /// A provider asks for patience.
    #[error("{message}")]
    Throttled {
        /// In a sentence.
        message: String,
        /// Seconds after which trying again makes sense, where the provider said.
        retry_after_seconds: Option<u32>,
    },
    /// A bound of the grant was reached. More of the same will reach it again.
    #[error("{message}")]
    Limit {
        /// In a sentence.
        message: String,
        /// The bound's name: `queries`, `rows_in`, …
        name: String,
        /// Its value.
        value: u64,
    },
    /// It was tried and failed.
    #[error("{message}")]
    Upstream {
        /// In a sentence.
        message: String,
        /// A stable word.
        code: String,
    },
    /// A value is not what the plugin took it for.
    #[error("column `{column}`: {message}")]
    Column {
        /// The column's name.
        column: String,
        /// What is in it, and what was expected.
        message: String,
    },
    /// Something of the plugin's own.
    #[error("{0}")]
    Failed(String),
}

impl Error {
    /// The word for it that the contract has: `denied`, `invalid`, `throttled`, `limit`, `upstream` or `failed`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Denied { .. } => "denied",
            Self::Invalid { .. } => "invalid",
            Self::Throttled { .. } => "throttled",
            Self::Limit { .. } => "limit",
            Self::Upstream { .. } => "upstream",
            Self::Column { .. } | Self::Failed(_) => "failed",
        }
    }

    pub(crate) fn invalid(code: &str, message: impl Into<String>) -> Self {
        Self::Invalid { message: message.into(), code: code.to_owned() }
    }

    pub(crate) fn column(column: &str, message: impl Into<String>) -> Self {
        Self::Column { column: column.to_owned(), message: message.into() }
    }
}
