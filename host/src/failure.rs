//! What went wrong, as people and programs are told it: a stable code, a sentence, and what to do about it.
//!
//! This file alone maps errors to codes, HTTP statuses and exit codes. Internal text goes to the log.

use crate::exit::Exit;
use crate::model::ModelError;
use engine::EngineError;
use schema::query::QueryError;

/// What sort of failure it is. The words are part of the REST contract and do not change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the titles below say it")]
pub enum Code {
    UnknownTable,
    UnknownColumn,
    UnknownScope,
    BadQuery,
    BadSql,
    SqlRefused,
    NotGranted,
    BadProgram,
    ProgramFailed,
    ProgramNotFound,
    PluginNotFound,
    BadPlugin,
    FindingNotFound,
    AnswerNotFound,
    BadJson,
    BadRequest,
    BadConfig,
    LimitReached,
    RunFailed,
    TimedOut,
    ModelFailed,
    Busy,
    NotFound,
    TableNotFound,
    MethodNotAllowed,
    UnsupportedMediaType,
    NotAcceptable,
    BodyTooLarge,
    HostNotAllowed,
    OriginNotAllowed,
    Internal,
}

impl Code {
    /// Every code.
    pub const ALL: &'static [Self] = &[
        Self::UnknownTable,
        Self::UnknownColumn,
        Self::UnknownScope,
        Self::BadQuery,
        Self::BadSql,
        Self::SqlRefused,
        Self::NotGranted,
        Self::BadProgram,
        Self::ProgramFailed,
        Self::ProgramNotFound,
        Self::PluginNotFound,
        Self::BadPlugin,
        Self::FindingNotFound,
        Self::AnswerNotFound,
        Self::BadJson,
        Self::BadRequest,
        Self::BadConfig,
        Self::LimitReached,
        Self::RunFailed,
        Self::TimedOut,
        Self::ModelFailed,
        Self::Busy,
        Self::NotFound,
        Self::TableNotFound,
        Self::MethodNotAllowed,
        Self::UnsupportedMediaType,
        Self::NotAcceptable,
        Self::BodyTooLarge,
        Self::HostNotAllowed,
        Self::OriginNotAllowed,
        Self::Internal,
    ];

    /// The word, the title, the HTTP status and the exit code.
    const fn facts(self) -> (&'static str, &'static str, u16, Exit) {
        match self {
            Self::UnknownTable => ("unknown_table", "no such table", 400, Exit::Usage),
            Self::UnknownColumn => ("unknown_column", "no such column", 400, Exit::Usage),
            Self::UnknownScope => ("unknown_scope", "no such provider, account or region", 400, Exit::Usage),
            Self::BadQuery => ("bad_query", "the query is wrong", 400, Exit::Usage),
            Self::BadSql => ("bad_sql", "the SQL is wrong", 400, Exit::Usage),
            Self::SqlRefused => ("sql_refused", "the SQL would do more than read tables", 403, Exit::Refused),
            Self::NotGranted => ("not_granted", "the grant does not cover it", 403, Exit::Refused),
            Self::BadProgram => ("bad_program", "the program is wrong", 422, Exit::Usage),
            Self::ProgramFailed => ("program_failed", "the program failed", 422, Exit::Failed),
            Self::ProgramNotFound => ("program_not_found", "no such program", 404, Exit::Usage),
            Self::PluginNotFound => ("plugin_not_found", "no such plugin", 404, Exit::Usage),
            Self::BadPlugin => ("bad_plugin", "the plugin is wrong", 422, Exit::Failed),
            Self::FindingNotFound => ("finding_not_found", "no such finding", 404, Exit::Usage),
            Self::AnswerNotFound => ("answer_not_found", "no such answer", 404, Exit::Usage),
            Self::BadJson => ("bad_json", "the JSON is wrong", 400, Exit::Usage),
            Self::BadRequest => ("bad_request", "the request is wrong", 400, Exit::Usage),
            Self::BadConfig => ("bad_config", "the configuration is wrong", 500, Exit::Usage),
            Self::LimitReached => ("limit_reached", "a limit was reached", 422, Exit::Failed),
            Self::RunFailed => ("run_failed", "the query failed while it ran", 500, Exit::Failed),
            Self::TimedOut => ("timed_out", "the request took too long", 504, Exit::Failed),
            Self::ModelFailed => ("model_failed", "the language model gave no answer", 502, Exit::Failed),
            Self::Busy => ("busy", "too many requests at once", 503, Exit::Failed),
            Self::NotFound => ("not_found", "no such address", 404, Exit::Failed),
            Self::TableNotFound => ("table_not_found", "no such table", 404, Exit::Usage),
            Self::MethodNotAllowed => {
                ("method_not_allowed", "the address does not take this method", 405, Exit::Failed)
            }
            Self::UnsupportedMediaType => ("unsupported_media_type", "the body must be JSON", 415, Exit::Failed),
            Self::NotAcceptable => ("not_acceptable", "no such representation", 406, Exit::Failed),
            Self::BodyTooLarge => ("body_too_large", "the body is too large", 413, Exit::Failed),
            Self::HostNotAllowed => ("host_not_allowed", "the Host header is not one of ours", 421, Exit::Failed),
            Self::OriginNotAllowed => ("origin_not_allowed", "the Origin header is not one of ours", 403, Exit::Failed),
            Self::Internal => ("internal", "a defect in this program", 500, Exit::Failed),
        }
    }

    /// The word in JSON.
    pub const fn as_str(self) -> &'static str {
        self.facts().0
    }

    /// What it means, in a few words that are always the same.
    pub const fn title(self) -> &'static str {
        self.facts().1
    }

    /// The HTTP status.
    pub const fn status(self) -> u16 {
        self.facts().2
    }

    /// The exit code.
    pub const fn exit(self) -> Exit {
        self.facts().3
    }
}

/// A failure that somebody can act on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// What sort.
    pub code: Code,
    /// What happened, in a sentence without a full stop.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// What else programs may want to know of it.
    pub details: Option<Box<serde_json::Value>>,
}

impl Failure {
    /// A failure without a hint; one that the sentence ends in (`; did you mean …?`) is taken off it.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        let message = message.into();
        match message.split_once("; did you mean") {
            Some((what, rest)) => {
                Self { code, message: what.to_owned(), hint: Some(format!("did you mean{rest}")), details: None }
            }
            None => Self { code, message, hint: None, details: None },
        }
    }

    /// With what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// What happened and, in brackets, what to do about it: for a place that has one line.
    pub fn with_hint(&self) -> String {
        let hint = self.hint.as_ref().map(|hint| format!(" ({hint})")).unwrap_or_default();
        format!("{}{hint}", self.message)
    }

    /// With what else programs may want to know.
    #[must_use]
    pub fn details(mut self, details: serde_json::Value) -> Self {
        self.details = Some(Box::new(details));
        self
    }

    /// With what to do about it, where something is known.
    #[must_use]
    pub fn maybe_hint(self, hint: Option<String>) -> Self {
        match hint {
            Some(hint) => self.hint(hint),
            None => self,
        }
    }
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        let code = match &error {
            EngineError::Query(QueryError::NoTable { .. }) => Code::UnknownTable,
            EngineError::Query(QueryError::NoColumn { .. }) => Code::UnknownColumn,
            EngineError::Query(_) => Code::BadQuery,
            EngineError::Sql { .. } => Code::BadSql,
            EngineError::Refused { .. } => Code::SqlRefused,
            EngineError::Scope { .. } => Code::UnknownScope,
            EngineError::Denied { .. } => Code::NotGranted,
            EngineError::Limit { .. } | EngineError::TooLarge { .. } => Code::LimitReached,
            EngineError::Run { .. } => Code::RunFailed,
        };
        let failure = Self::new(code, error.to_string());
        match code {
            Code::UnknownTable if failure.hint.is_none() => failure.hint("`neph tables` lists the tables"),
            _ => failure,
        }
    }
}

impl From<ModelError> for Failure {
    fn from(error: ModelError) -> Self {
        let hint = error.hint().map(str::to_owned);
        Self::new(Code::ModelFailed, error.to_string()).maybe_hint(hint)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn codes_are_unique_words() {
        let words: HashSet<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(words.len(), Code::ALL.len());
        assert!(words.iter().all(|word| word.chars().all(|c| c.is_ascii_lowercase() || c == '_')));
    }

    #[test]
    fn a_guess_at_the_right_name_becomes_the_hint() {
        let failure = Failure::new(Code::UnknownTable, "there is no table `vms`; did you mean `vm`?");
        assert_eq!(failure.message, "there is no table `vms`");
        assert_eq!(failure.hint.as_deref(), Some("did you mean `vm`?"));
    }
}
