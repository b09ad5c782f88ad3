//! `[programs]`: what programs in the sandbox may read and use up.

use crate::failure::{Code, Failure};
use crate::runner::grant_of;
use rust_decimal::Decimal;
use schema::Grant;
use schema::query::ScopeFilter;
use serde::Deserialize;
use std::time::Duration;

/// What programs in the sandbox may read and use up. A program's own needs only make it less.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Programs {
    /// Tables that programs may read at all. None named: every table.
    pub tables: Vec<String>,
    /// Providers. None named: all.
    pub providers: Vec<String>,
    /// Accounts, by id or name. None named: all.
    pub accounts: Vec<String>,
    /// Regions. None named: all.
    pub regions: Vec<String>,
    /// How long a program itself may compute.
    #[serde(deserialize_with = "super::span::deserialize")]
    pub own_time: Duration,
    /// How long a run may take, waiting for clouds included.
    #[serde(deserialize_with = "super::span::deserialize")]
    pub total_time: Duration,
    /// Memory of one run, in MiB.
    #[serde(deserialize_with = "super::mib::deserialize")]
    pub memory_mib: usize,
    /// Queries of one run.
    pub queries: u32,
    /// Rows that the queries of one run may hand over.
    pub rows_in: usize,
    /// Rows of a result.
    pub rows_out: usize,
    /// The most that the calls of a program that a model wrote may cost, in US dollars; a dearer one is not run.
    pub max_dollars: Decimal,
    /// Programs that run at once.
    pub runs_at_once: u32,
}

impl Default for Programs {
    fn default() -> Self {
        let usual = sandbox::Limits::default();
        Self {
            tables: Vec::new(),
            providers: Vec::new(),
            accounts: Vec::new(),
            regions: Vec::new(),
            own_time: usual.own_time,
            total_time: usual.total_time,
            memory_mib: usual.memory_bytes >> 20,
            queries: usual.queries,
            rows_in: usual.rows_in,
            rows_out: usual.rows_out,
            // Calls that cost money must be allowed in `[costs]` besides.
            max_dollars: Decimal::ONE,
            runs_at_once: sandbox::SandboxSettings::default().runs_at_once,
        }
    }
}

impl Programs {
    /// The bounds of one run.
    pub fn limits(&self) -> sandbox::Limits {
        sandbox::Limits {
            own_time: self.own_time,
            total_time: self.total_time,
            memory_bytes: self.memory_mib << 20,
            queries: self.queries,
            rows_in: self.rows_in,
            rows_out: self.rows_out,
            ..sandbox::Limits::default()
        }
    }

    /// The most that any program is granted.
    pub fn ceiling(&self) -> Result<Grant, Failure> {
        let granted = match self.tables.as_slice() {
            [] => Grant::everything(),
            some => grant_of(some).map_err(|failure| Failure {
                code: Code::BadConfig,
                message: format!("`tables` in `[programs]`: {}", failure.message),
                ..failure
            })?,
        };
        Ok(granted.within(&ScopeFilter {
            providers: self.providers.clone(),
            accounts: self.accounts.clone(),
            regions: self.regions.clone(),
        }))
    }

    /// The bounds of all runs.
    pub fn settings(&self) -> sandbox::SandboxSettings {
        sandbox::SandboxSettings { runs_at_once: self.runs_at_once.max(1), memory_bytes: self.memory_mib << 20 }
    }
}
