//! `[programs]`: what programs in the sandbox may read and use up.

use crate::failure::{Code, Failure};
use crate::runner::grant_of;
use rust_decimal::Decimal;
use schema::Grant;
use schema::query::ScopeFilter;
use serde::Deserialize;
use std::ops::RangeInclusive;
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
    pub memory_mib: usize,
    /// Queries of one run.
    pub queries: u32,
    /// Rows that the queries of one run may hand over.
    pub rows_in: usize,
    /// Rows of a result.
    pub rows_out: usize,
    /// The most that the calls of one run may cost, in US dollars, of a program that a model or an assistant wrote.
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

/// A run's memory in MiB: what the interpreter needs to start with, and less than the 4 GiB that WebAssembly
/// has addresses for.
const MEMORY_MIB: RangeInclusive<usize> = 16..=4_095;
/// Each place reserves address space, of which there is not more than this.
const MOST_AT_ONCE: u32 = 2_000;

/// What no program is granted more than.
#[derive(Debug, Clone)]
pub struct Ceiling {
    /// Some tables; none: all, those of sources' own among them.
    tables: Option<Grant>,
    scope: ScopeFilter,
}

impl Ceiling {
    /// What of a program's needs is below it.
    pub fn over(&self, needs: Grant) -> Grant {
        match &self.tables {
            None => needs,
            Some(tables) => needs.and(tables),
        }
        .within(&self.scope)
    }
}

impl Programs {
    /// Whether the bounds are such that a program can run at all: else each would fail, with a sentence that blames it.
    pub fn check(&self) -> Result<(), Failure> {
        let more = |name: &str| format!("`{name}` is more than nothing");
        let between = |name: &str, from: u64, to: u64| format!("`{name}` is a number from {from} to {to}");
        let (least, most) = (*MEMORY_MIB.start() as u64, *MEMORY_MIB.end() as u64);
        let wrong = [
            (self.own_time.is_zero(), more("own_time")),
            (self.total_time.is_zero(), more("total_time")),
            (!MEMORY_MIB.contains(&self.memory_mib), between("memory_mib", least, most)),
            (self.queries == 0, more("queries")),
            (self.rows_in == 0, more("rows_in")),
            (self.rows_out == 0, more("rows_out")),
            (self.max_dollars.is_sign_negative(), "`max_dollars` is not less than nothing".to_owned()),
            (!(1..=MOST_AT_ONCE).contains(&self.runs_at_once), between("runs_at_once", 1, u64::from(MOST_AT_ONCE))),
        ];
        match wrong.into_iter().find(|(is_wrong, _)| *is_wrong) {
            Some((_, what)) => Err(Failure::new(Code::BadConfig, format!("in `[programs]`, {what}"))),
            None => Ok(()),
        }
    }

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
    pub fn ceiling(&self) -> Result<Ceiling, Failure> {
        let tables = match self.tables.as_slice() {
            [] => None,
            some => Some(grant_of(some).map_err(|failure| Failure {
                code: Code::BadConfig,
                message: format!("`tables` in `[programs]`: {}", failure.message),
                ..failure
            })?),
        };
        let scope = ScopeFilter {
            providers: self.providers.clone(),
            accounts: self.accounts.clone(),
            regions: self.regions.clone(),
        };
        Ok(Ceiling { tables, scope })
    }

    /// The bounds of all runs.
    pub fn settings(&self) -> sandbox::SandboxSettings {
        sandbox::SandboxSettings { runs_at_once: self.runs_at_once, memory_bytes: self.memory_mib << 20 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(toml: &str, expected: Result<(), &str>) {
        let programs: Programs = toml::from_str(toml).expect("a section");
        let checked = programs.check().map_err(|failure| failure.message);
        assert_eq!(checked.as_ref().copied().map_err(String::as_str), expected, "{toml}");
    }

    #[test]
    fn bounds_with_which_no_program_could_run_are_named() {
        for (toml, what) in [
            ("own_time = \"0s\"", "`own_time` is more than nothing"),
            ("total_time = \"0s\"", "`total_time` is more than nothing"),
            ("memory_mib = 0", "`memory_mib` is a number from 16 to 4095"),
            ("memory_mib = 17592186044416", "`memory_mib` is a number from 16 to 4095"),
            ("queries = 0", "`queries` is more than nothing"),
            ("rows_in = 0", "`rows_in` is more than nothing"),
            ("rows_out = 0", "`rows_out` is more than nothing"),
            ("max_dollars = -1", "`max_dollars` is not less than nothing"),
            ("runs_at_once = 0", "`runs_at_once` is a number from 1 to 2000"),
            ("runs_at_once = 100000000", "`runs_at_once` is a number from 1 to 2000"),
        ] {
            check(toml, Err(&format!("in `[programs]`, {what}")));
        }
        check("", Ok(()));
        check("memory_mib = 16\nmax_dollars = 0\nqueries = 1", Ok(()));
    }
}
