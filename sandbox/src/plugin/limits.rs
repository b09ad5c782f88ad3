//! The bounds of one run of a plugin. Each is a named field with its reason.

use crate::limits::Limits;
use rust_decimal::Decimal;
use std::time::Duration;

/// What one run of a plugin may use up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PluginLimits {
    /// What it shares with programs: time, memory, queries, rows in, lines of the log.
    pub run: Limits,
    /// What the calls of its queries may cost in one run, in US dollars: a scan comes round every hour, and nobody looks.
    pub max_dollars: Decimal,
    /// How long `describe` may compute: it hands over constants.
    pub describe_time: Duration,
    /// Findings of one scan. More is a rule that finds everything, which nobody reads.
    pub findings: usize,
    /// Bytes of all findings of one scan together: a hundred thousand of half a kilobyte.
    pub finding_bytes: usize,
    /// Gaps that one run may report. Beyond that the last one stands for the rest.
    pub gaps: usize,
    /// Rows that one fetch may hand over: an estate of the largest size.
    pub rows_out: usize,
    /// Bytes of these rows together: their values, and a place for every column of the table, whether the source fills it or
    /// not. The host holds them until the fetch ends.
    pub row_bytes: usize,
    /// Requests over HTTP in one run: a thousand pages.
    pub requests: usize,
    /// Bytes of one request's body.
    pub request_bytes: usize,
    /// Bytes of one response's body: a page of a report, and no download.
    pub response_bytes: usize,
    /// How long one request may take, redirects included.
    pub request_time: Duration,
    /// Bytes that the plugin may read of the files that it was given, together.
    pub input_bytes: u64,
}

impl Default for PluginLimits {
    fn default() -> Self {
        Self {
            run: Limits {
                own_time: Duration::from_secs(60),
                total_time: Duration::from_secs(600),
                queries: 256,
                rows_in: 5_000_000,
                bytes_in: 512 * 1024 * 1024,
                ..Limits::default()
            },
            max_dollars: Decimal::ONE,
            describe_time: Duration::from_secs(1),
            findings: 100_000,
            finding_bytes: 64 * 1024 * 1024,
            gaps: 1_000,
            rows_out: 5_000_000,
            row_bytes: 512 * 1024 * 1024,
            requests: 1_000,
            request_bytes: 1024 * 1024,
            response_bytes: 2 * 1024 * 1024,
            request_time: Duration::from_secs(30),
            input_bytes: 4 * 1024 * 1024 * 1024,
        }
    }
}

impl PluginLimits {
    /// Small enough for a test to hit each of them in moments.
    pub fn for_testing() -> Self {
        Self {
            run: Limits { rows_in: 10_000, queries: 16, ..Limits::for_testing() },
            max_dollars: Decimal::ONE,
            describe_time: Duration::from_millis(200),
            findings: 50,
            finding_bytes: 64 * 1024,
            gaps: 5,
            rows_out: 500,
            row_bytes: 200_000,
            requests: 3,
            request_bytes: 1_000,
            response_bytes: 10_000,
            request_time: Duration::from_secs(2),
            input_bytes: 100_000,
        }
    }
}
