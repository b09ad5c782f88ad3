//! What a plugin is run with, and what came of it.

use crate::job::{Meter, QueryNote};
use crate::plugin::limits::PluginLimits;
use crate::plugin::outbound::Outbound;
use ::engine::Options;
use ::engine::params::Param;
use chrono::{DateTime, Utc};
use schema::finding::Finding;
use schema::{Coverage, Grant};
use serde::Serialize;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

/// One run of a plugin.
#[derive(Clone)]
pub struct PluginJob {
    /// What the operator set; the plugin has defaults for the rest.
    pub params: Vec<(String, Param)>,
    /// What it may read.
    pub grant: Grant,
    /// Where its requests go. None: it may make none.
    pub outbound: Option<Arc<dyn Outbound>>,
    /// Files that it may read.
    pub inputs: Vec<Input>,
    /// What it may use up.
    pub limits: PluginLimits,
    /// What time it is for it.
    pub now: DateTime<Utc>,
    /// How its queries want to be answered. Grant, time and bound on rows are set from the fields above.
    pub options: Options,
}

/// A file that the operator handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// Which of the manifest's `needs.inputs` it is for.
    pub name: String,
    /// Where it lies. The plugin sees the last part of it.
    pub path: PathBuf,
    /// Its size.
    pub bytes: u64,
}

impl Input {
    /// The last part of its path.
    pub fn file_name(&self) -> String {
        self.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }
}

impl fmt::Debug for PluginJob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PluginJob").field("grant", &self.grant).field("limits", &self.limits).finish_non_exhaustive()
    }
}

/// What came of a scan. Whatever stopped it, what it handed over before is there.
#[derive(Debug, Clone)]
pub struct Scan {
    /// What it found.
    pub findings: Vec<Finding>,
    /// What it could not decide, by its own word and by ours.
    pub gaps: Vec<RuleGap>,
    /// Why it did not end well. None: it did.
    pub failure: Option<Failure>,
    /// What all of its queries together covered.
    pub coverage: Coverage,
    /// What the reader must know.
    pub warnings: Vec<String>,
    /// Its queries, in order.
    pub queries: Vec<QueryNote>,
    /// Its requests, in order.
    pub requests: Vec<RequestNote>,
    /// What it logged.
    pub log: Vec<String>,
    /// What it used up.
    pub meter: Meter,
}

impl Scan {
    /// Whether no finding means that nothing is the matter.
    pub fn is_complete(&self) -> bool {
        self.failure.is_none() && self.gaps.is_empty() && self.coverage.complete
    }
}

/// The code of a gap where two findings that differ had one uid: only the first is kept.
pub const TWO_OF_ONE_UID: &str = "two_of_one_uid";

/// How the message of a gap begins that is there because a query had no result; the rest is why, as [`QueryNote`] has it.
pub const NO_RESULT: &str = "a query had no result: ";

/// What could not be decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleGap {
    /// The rule; `*` for all of the plugin's.
    pub rule: String,
    /// Where: `provider/account/region`; none for everywhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// `denied`, `limit`, …
    pub code: String,
    /// In a sentence.
    pub message: String,
}

impl RuleGap {
    /// What could not be decided, after where: `aws/111122223333/eu-west-1: of 2 volumes it is not known …`.
    pub fn said(&self) -> String {
        self.scope.as_ref().map_or_else(|| self.message.clone(), |scope| format!("{scope}: {}", self.message))
    }
}

/// Why a plugin did not do all that it was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// The plugin's own (`denied`, `invalid`, `throttled`, `limit`, `upstream`, `failed`), or how the sandbox ended it:
    /// `trap`, `limit`, `host`.
    pub code: String,
    /// In a sentence.
    pub message: String,
    /// Whether the plugin broke down, or ran into a bound, instead of saying so itself.
    pub is_breakdown: bool,
    /// Seconds after which trying again makes sense, where the plugin said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after_seconds: Option<u32>,
    /// The column in which it met a value that it did not expect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
}

impl Failure {
    /// A failure that the plugin did not tell itself.
    pub fn new(code: &str, message: impl Into<String>, is_breakdown: bool) -> Self {
        let (code, message) = (code.to_owned(), message.into());
        Self { code, message, is_breakdown, retry_after_seconds: None, column: None }
    }
}

/// One request that a plugin made.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RequestNote {
    /// `GET`, …
    pub method: String,
    /// Without its query, which may hold what is nobody's business.
    pub url: String,
    /// The response's status.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Bytes of the response's body.
    pub bytes: usize,
    /// How long it took, in milliseconds.
    pub ms: f64,
    /// Why there is no response.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}
