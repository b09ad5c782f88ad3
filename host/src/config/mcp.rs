//! `[mcp]`: bounds of what assistants get through `neph mcp` and `/mcp`.

use serde::Deserialize;
use std::time::Duration;

/// Bounds of what assistants get.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Mcp {
    /// The longest result in characters, at least 4,000. The default is about 6,000 tokens: a tenth of what many
    /// assistants let one tool say, so that several answers fit into a conversation. What is beyond comes in pages.
    pub max_result_chars: usize,
    /// Answers that are kept for their next pages. The oldest go first.
    pub kept_answers: usize,
    /// The most memory that they take, the newest one not counted.
    pub kept_bytes: usize,
    /// How long one call may take. Less than a request to the server may, so that the assistant is told why.
    #[serde(deserialize_with = "super::span::deserialize")]
    pub call_timeout: Duration,
    /// Calls answered at the same time; what is beyond waits a second and is then turned away.
    pub concurrent_calls: usize,
}

impl Default for Mcp {
    fn default() -> Self {
        Self {
            max_result_chars: 24_000,
            kept_answers: 32,
            kept_bytes: 64 * 1024 * 1024,
            call_timeout: Duration::from_secs(240),
            concurrent_calls: 64,
        }
    }
}
