//! Exit codes, as scripts rely on them.

use crate::reply::Reply;
use std::process::ExitCode;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Done, and nothing is missing.
    Complete = 0,
    /// It ran and failed.
    Failed = 1,
    /// What was typed is wrong: a name, the SQL, the JSON, the configuration.
    Usage = 2,
    /// There is an answer, and some of what it should cover could not be read.
    Partial = 3,
    /// The question was understood to be none that this product answers.
    Refused = 4,
    /// Stopped by Ctrl-C.
    Interrupted = 130,
}

impl Exit {
    /// The code for a reply.
    pub fn of(reply: &Reply) -> Self {
        match reply.answer() {
            None if reply.is_failure() => Self::Failed,
            None => Self::Refused,
            Some(answer) if answer.coverage.complete => Self::Complete,
            Some(_) => Self::Partial,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
