//! What can go wrong: with one fetch ([`FetchError`], ends in coverage) and with a whole request ([`EngineError`]).

use schema::query::QueryError;
use schema::{Status, coverage::CoverageError};
use std::time::Duration;

/// Why a fetch, or a part of one, failed. Its message is written for the person who has to act, and never
/// holds a credential.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{message}")]
pub struct FetchError {
    /// What sort of failure it is.
    pub kind: FetchErrorKind,
    /// The provider's own code where there is one (`UnauthorizedOperation`), else the kind's word.
    pub code: String,
    /// What happened, in a sentence, with the account, action or file that it is about.
    pub message: String,
    /// How long the provider asks us to wait.
    pub retry_after: Option<Duration>,
}

/// What sort of failure a fetch ended in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FetchErrorKind {
    /// A permission is missing. Trying again does not help.
    Denied,
    /// Credentials ran out and could not be refreshed.
    Expired,
    /// The provider says "slow down".
    Throttled,
    /// It took too long.
    Timeout,
    /// The provider or the connection failed in a way that may pass.
    Transient,
    /// The provider has no more than what came, or the configuration keeps from asking for it. Nothing failed, and trying
    /// again does not help.
    Limited,
    /// Anything else. Trying again does not help.
    Failed,
}

impl FetchErrorKind {
    /// Whether the same call may succeed if made again.
    pub fn may_pass(self) -> bool {
        matches!(self, Self::Throttled | Self::Timeout | Self::Transient)
    }

    /// The word for it in `error.code`, where the provider has none.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Denied => "denied",
            Self::Expired => "credentials_expired",
            Self::Throttled => "throttled",
            Self::Timeout => "timeout",
            Self::Transient => "unavailable",
            Self::Limited => "limited",
            Self::Failed => "failed",
        }
    }
}

impl FetchError {
    /// An error of a kind, with the kind's own code.
    pub fn new(kind: FetchErrorKind, message: impl Into<String>) -> Self {
        Self { kind, code: kind.as_str().to_owned(), message: message.into(), retry_after: None }
    }

    /// With the provider's own code.
    #[must_use]
    pub fn with_code(mut self, code: impl Into<String>) -> Self {
        self.code = code.into();
        self
    }

    /// With how long the provider asks us to wait.
    #[must_use]
    pub fn with_retry_after(mut self, wait: Option<Duration>) -> Self {
        self.retry_after = wait;
        self
    }

    /// How coverage calls it.
    pub fn status(&self) -> Status {
        match self.kind {
            FetchErrorKind::Denied => Status::Denied,
            FetchErrorKind::Throttled => Status::Throttled,
            FetchErrorKind::Timeout => Status::Timeout,
            FetchErrorKind::Expired | FetchErrorKind::Transient | FetchErrorKind::Limited | FetchErrorKind::Failed => {
                Status::Failed
            }
        }
    }

    /// What coverage says of it.
    pub fn to_coverage(&self) -> CoverageError {
        // Rounded up: a try that comes too early is refused again.
        let seconds = |wait: Duration| wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        let retry_after_seconds = self.retry_after.map(seconds);
        CoverageError { retry_after_seconds, ..CoverageError::new(&self.code, &self.message) }
    }
}

/// The longest text of a provider's that is passed on; a name and a reason fit well.
const LONGEST_TEXT: usize = 400;

/// A provider's text on one line, short, and without the words that look like a secret. What does is the provider's own
/// to say: its keys have their lengths and letters.
pub fn safe_text(text: &str, is_secret: impl Fn(&str) -> bool) -> String {
    let words = text.split_whitespace().map(|word| if is_secret(word) { "[cut]" } else { word });
    let mut line = words.collect::<Vec<_>>().join(" ");
    if line.len() > LONGEST_TEXT {
        line.truncate(line.floor_char_boundary(LONGEST_TEXT));
        line.push('…');
    }
    line.trim_end_matches('.').to_owned()
}

/// Why a whole request has no answer.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The query is wrong; the sentence says how.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// The SQL is wrong; the sentence says how.
    #[error("{message}")]
    Sql {
        /// What is wrong, with the nearest right name where there is one.
        message: String,
    },
    /// The SQL would do something else than read tables.
    #[error("{message}")]
    Refused {
        /// What was refused and why.
        message: String,
    },
    /// A scope that the query names does not exist.
    #[error("{message}")]
    Scope {
        /// Which, with the nearest right name.
        message: String,
    },
    /// The grant under which the request runs does not cover a table, a column or a scope that it would read.
    #[error("{message}")]
    Denied {
        /// What is not granted: `table_not_granted`, `column_not_granted` or `scope_not_granted`.
        code: &'static str,
        /// Which, and what is granted.
        message: String,
    },
    /// A bound of the product was hit.
    #[error("{message}")]
    Limit {
        /// Which, and its value.
        message: String,
    },
    /// The rows take more bytes than they may.
    #[error("{message}")]
    TooLarge {
        /// How many they may take.
        message: String,
    },
    /// It ran and failed.
    #[error("{message}")]
    Run {
        /// What failed.
        message: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_providers_text_is_one_short_line_without_what_looks_like_a_secret() {
        let safe = |text: &str| safe_text(text, |word| word.starts_with("key-"));
        assert_eq!(safe("You may not.\n  Use\tkey-1 less."), "You may not. Use [cut] less");
        let long = safe(&"ä".repeat(LONGEST_TEXT));
        assert!(long.len() <= LONGEST_TEXT + '…'.len_utf8() && long.ends_with("ä…"), "{long}");
    }
}
