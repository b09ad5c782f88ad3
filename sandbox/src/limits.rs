//! The bounds of one run, and of all runs together. Each is a named field with its reason.

use serde::{Deserialize, Serialize};
use std::time::Duration;

/// What one run may use up. Hitting one ends the run, or the query, and is named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// How long the program itself may compute. Waiting for a query is not counted: a cloud that takes a minute to
    /// list its machines is no fault of the program's.
    #[serde(rename = "own_time_ms", with = "millis")]
    pub own_time: Duration,
    /// How long the whole run may take, waiting for queries and for a free place included.
    #[serde(rename = "total_time_ms", with = "millis")]
    pub total_time: Duration,
    /// Bytes of memory. 50,000 rows of ten columns take some 60 MB as JavaScript objects.
    pub memory_bytes: usize,
    /// Queries. A loop that asks once for each row is a mistake; a join in SQL is not.
    pub queries: u32,
    /// Rows that all queries together may hand over.
    pub rows_in: usize,
    /// Rows of the result. Nobody reads more; a sum belongs into the program.
    pub rows_out: usize,
    /// Bytes of the result, as JSON.
    pub bytes_out: usize,
    /// Lines that are kept of what the program logs.
    pub log_lines: usize,
    /// Bytes that are kept of one such line.
    pub log_line_bytes: usize,
    /// Bytes of the program's text.
    pub source_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            own_time: Duration::from_secs(5),
            total_time: Duration::from_secs(300),
            memory_bytes: 256 * 1024 * 1024,
            queries: 32,
            rows_in: 50_000,
            rows_out: 10_000,
            bytes_out: 4 * 1024 * 1024,
            log_lines: 100,
            log_line_bytes: 1_000,
            source_bytes: 256 * 1024,
        }
    }
}

impl Limits {
    /// Small enough for a test to hit each of them in moments.
    pub fn for_testing() -> Self {
        Self {
            own_time: Duration::from_millis(300),
            total_time: Duration::from_secs(20),
            memory_bytes: 32 * 1024 * 1024,
            queries: 4,
            rows_in: 2_000,
            rows_out: 100,
            bytes_out: 64 * 1024,
            log_lines: 5,
            log_line_bytes: 100,
            source_bytes: 64 * 1024,
        }
    }

    /// The smaller of each: what a caller asks for can only be less than what the operator allows.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        Self {
            own_time: self.own_time.min(other.own_time),
            total_time: self.total_time.min(other.total_time),
            memory_bytes: self.memory_bytes.min(other.memory_bytes),
            queries: self.queries.min(other.queries),
            rows_in: self.rows_in.min(other.rows_in),
            rows_out: self.rows_out.min(other.rows_out),
            bytes_out: self.bytes_out.min(other.bytes_out),
            log_lines: self.log_lines.min(other.log_lines),
            log_line_bytes: self.log_line_bytes.min(other.log_line_bytes),
            source_bytes: self.source_bytes.min(other.source_bytes),
        }
    }
}

/// Bounds of all runs together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SandboxSettings {
    /// How many programs run at once; more wait for a place. Each reserves address space, and takes memory only as it
    /// uses it.
    pub runs_at_once: u32,
    /// The most memory that any run's limits may name.
    pub memory_bytes: usize,
}

impl Default for SandboxSettings {
    fn default() -> Self {
        Self { runs_at_once: 128, memory_bytes: 256 * 1024 * 1024 }
    }
}

mod millis {
    use serde::{Deserialize, Deserializer, Serializer};
    use std::time::Duration;

    pub(super) fn serialize<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
        u64::deserialize(deserializer).map(Duration::from_millis)
    }
}
