//! The bounds of one run, and of all runs together. Each is a named field with its reason.

use serde::{Serialize, Serializer};
use std::time::Duration;

/// What one run may use up. Hitting one ends the run, or the query, and is named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Limits {
    /// How long the program itself may compute. Waiting for a query is not counted: a cloud that takes a minute to
    /// list its machines is no fault of the program's.
    #[serde(rename = "own_time_ms", serialize_with = "millis")]
    pub own_time: Duration,
    /// How long the whole run may take, waiting for queries and for a free place included.
    #[serde(rename = "total_time_ms", serialize_with = "millis")]
    pub total_time: Duration,
    /// Bytes of memory. 50,000 rows of ten columns take some 60 MB as JavaScript objects.
    pub memory_bytes: usize,
    /// Queries. A loop that asks once for each row is a mistake; a join in SQL is not.
    pub queries: u32,
    /// Rows that all queries together may hand over.
    pub rows_in: usize,
    /// Bytes of the results that are open at once. The host holds them until the guest lets go of them, and a row may be
    /// kilobytes.
    pub bytes_in: usize,
    /// Rows of the result. Nobody reads more; a sum belongs into the program.
    pub rows_out: usize,
    /// Columns of the result, all its rows together. A table has fifty at most; what has thousands is a mistake, and a
    /// reply that holds each of them for each row.
    pub columns_out: usize,
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
            bytes_in: 256 * 1024 * 1024,
            rows_out: 10_000,
            columns_out: 200,
            bytes_out: 4 * 1024 * 1024,
            log_lines: 100,
            log_line_bytes: 1_000,
            source_bytes: 64 * 1024,
        }
    }
}

impl Limits {
    /// Small enough for a test to hit each of them in moments.
    pub fn for_testing() -> Self {
        Self {
            own_time: Duration::from_secs(1),
            total_time: Duration::from_secs(20),
            memory_bytes: 32 * 1024 * 1024,
            queries: 4,
            rows_in: 2_000,
            bytes_in: 4 * 1024 * 1024,
            rows_out: 100,
            columns_out: 40,
            bytes_out: 64 * 1024,
            log_lines: 5,
            log_line_bytes: 100,
            source_bytes: 64 * 1024,
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

impl SandboxSettings {
    /// The most memory that all guests can take together: each that has a place, to its own bound. One that has none yet
    /// takes nothing.
    pub fn most_bytes(&self) -> usize {
        self.memory_bytes.saturating_mul(self.runs_at_once as usize)
    }
}

/// A span as whole milliseconds.
fn millis<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX))
}
