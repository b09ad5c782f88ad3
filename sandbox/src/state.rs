//! What one run's store holds: the grant, what has been used up of it, and what is known of the run so far.

use crate::fault::FaultKind;
use crate::guest::{Guest, cut};
use crate::job::{Job, Meter, Mode, QueryNote};
use crate::last_words::LastWords;
use crate::limits::Limits;
use crate::plugin::handed::Handed;
use crate::stopwatch::Stopwatch;
use crate::{engine, wasi};
use ::engine::made::{self, Known};
use ::engine::{Answer, Engine, Explanation, Options};
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use schema::{Coverage, Grant, ScopeCoverage};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;
use wasmtime::component::ResourceTable;
use wasmtime::{ResourceLimiter, Result};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};

/// The most handles of a guest: its cursors, and what it makes of WASI (streams, timers), which is nothing to speak of.
/// Each takes memory of the host's.
const HANDLES: usize = 1_024;
/// The most warnings that are kept, and the most bytes of each: they may quote a guest's queries.
const WARNINGS: usize = 200;
const WARNING: usize = 2_000;

/// Why a query had no result, as the guest was told.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) kind: FaultKind,
    pub(crate) message: String,
}

/// What a run is given: the part of it that programs and plugins share.
#[derive(Debug)]
pub(crate) struct Terms<'a> {
    pub(crate) grant: &'a Grant,
    pub(crate) limits: &'a Limits,
    pub(crate) now: DateTime<Utc>,
    pub(crate) mode: Mode,
    pub(crate) max_dollars: Option<Decimal>,
    pub(crate) options: &'a Options,
    /// What chance begins with.
    pub(crate) seed: u64,
}

impl<'a> Terms<'a> {
    pub(crate) fn of(job: &'a Job) -> Self {
        Self {
            grant: &job.grant,
            limits: &job.limits,
            now: job.now,
            mode: job.mode,
            max_dollars: job.max_dollars,
            options: &job.options,
            seed: seed(job.source.as_bytes()),
        }
    }
}

/// One run's state.
pub(crate) struct State {
    pub(crate) guest: Guest,
    /// What a plugin was given and has handed over; none for a program.
    pub(crate) plugin: Option<Box<Handed>>,
    pub(crate) engine: Engine,
    pub(crate) options: Options,
    pub(crate) mode: Mode,
    /// What is left of the money that calls may cost, where that is bounded.
    pub(crate) dollars_left: Option<Decimal>,
    pub(crate) limits: Limits,
    pub(crate) today: String,
    pub(crate) watch: Stopwatch,
    /// Runs while the guest waits for a query of its.
    pub(crate) asking: Stopwatch,
    pub(crate) resources: ResourceTable,
    pub(crate) known: Known,
    pub(crate) queries: Vec<QueryNote>,
    pub(crate) plans: Vec<Explanation>,
    pub(crate) rows_in: usize,
    /// Results that are being read, and the bytes of all of them.
    pub(crate) cursors: usize,
    pub(crate) bytes_in: usize,
    pub(crate) warnings: Vec<String>,
    pub(crate) log: Vec<String>,
    pub(crate) log_dropped: usize,
    /// The lines of a program's that are warnings: its answer has them instead of its log.
    pub(crate) warned: Vec<String>,
    /// What was told to the guest of its queries: only that it may say again.
    pub(crate) told: Vec<Told>,
    /// Whether the guest was refused memory. What it does then is mostly to break down.
    pub(crate) memory_refused: bool,
    began: Instant,
    memory: usize,
    memory_most: usize,
    coverage: BTreeMap<String, ScopeCoverage>,
    /// What the guest wrote to its standard error.
    pub(crate) last_words: LastWords,
    wasi: WasiCtx,
}

impl State {
    pub(crate) fn new(engine: &Engine, terms: &Terms<'_>) -> Self {
        let mut options = terms.options.clone();
        options.grant = Some(Arc::new(terms.grant.clone()));
        options.now = Some(terms.now);
        let mut resources = ResourceTable::new();
        resources.set_max_capacity(HANDLES);
        let last_words = LastWords::default();
        Self {
            guest: Guest::Program,
            plugin: None,
            engine: engine.clone(),
            options,
            mode: terms.mode,
            dollars_left: terms.max_dollars,
            limits: terms.limits.clone(),
            today: terms.now.format("%Y-%m-%d").to_string(),
            watch: Stopwatch::default(),
            asking: Stopwatch::default(),
            resources,
            known: Known::new(),
            queries: Vec::new(),
            plans: Vec::new(),
            rows_in: 0,
            cursors: 0,
            bytes_in: 0,
            warnings: Vec::new(),
            log: Vec::new(),
            log_dropped: 0,
            warned: Vec::new(),
            told: Vec::new(),
            memory_refused: false,
            began: Instant::now(),
            memory: 0,
            memory_most: 0,
            coverage: BTreeMap::new(),
            wasi: wasi::context(terms.now, terms.seed, &last_words),
            last_words,
        }
    }

    /// Adds what a query covered to what the run covers.
    pub(crate) fn took(&mut self, answer: &Answer) {
        made::learn(&mut self.known, &answer.columns);
        for line in &answer.coverage.scopes {
            let key = format!("{:?}", (&line.table, &line.source, &line.scope, &line.columns, &line.item));
            // Of two readings of the same scope, the worse one counts.
            match self.coverage.get(&key) {
                Some(before) if !before.status.is_complete() || line.status.is_complete() => {}
                _ => drop(self.coverage.insert(key, line.clone())),
            }
        }
        for warning in &answer.warnings {
            self.warn(warning.clone());
        }
    }

    /// A sentence for whoever reads the rows; said once.
    pub(crate) fn warn(&mut self, sentence: String) {
        let sentence = cut(sentence, WARNING);
        if self.warnings.len() < WARNINGS && !self.warnings.contains(&sentence) {
            self.warnings.push(sentence);
        }
    }

    /// Writes down what a guest is told of a query; once, for it may ask again for ever.
    pub(crate) fn tell(&mut self, kind: FaultKind, message: &str) {
        let told = Told { kind, message: message.to_owned() };
        if !self.told.contains(&told) {
            self.told.push(told);
        }
    }

    /// What all queries together covered. A program may do anything with its rows, so what is missing may move its
    /// figures in either direction.
    pub(crate) fn coverage(&self) -> Coverage {
        let scopes: Vec<ScopeCoverage> = self.coverage.values().cloned().collect();
        let complete = scopes.iter().all(|line| line.status.is_complete());
        Coverage { complete, lower_bound: false, unknown: !complete, scopes }
    }

    pub(crate) fn meter(&self) -> Meter {
        let ms = |duration: std::time::Duration| (duration.as_secs_f64() * 1e6).round() / 1e3;
        Meter {
            own_ms: ms(self.watch.elapsed()),
            total_ms: ms(self.began.elapsed()),
            memory_bytes: self.memory_most,
            rows_in: self.rows_in,
        }
    }
}

/// The same for the same program or component, so that a run on the same data gives the same answer.
pub(crate) fn seed(guest: &[u8]) -> u64 {
    let hash = Sha256::digest(guest);
    hash.iter().take(8).fold(0, |seed, byte| seed << 8 | u64::from(*byte))
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.resources }
    }
}

impl ResourceLimiter for State {
    /// Of all of the instance's memories together, not of each.
    fn memory_growing(&mut self, current: usize, desired: usize, _maximum: Option<usize>) -> Result<bool> {
        let memory = self.memory.saturating_add(desired.saturating_sub(current));
        if memory > self.limits.memory_bytes {
            self.memory_refused = true;
            return Ok(false);
        }
        self.memory = memory;
        self.memory_most = self.memory_most.max(memory);
        Ok(true)
    }

    fn memory_grow_failed(&mut self, _error: wasmtime::Error) -> Result<()> {
        self.memory_refused = true;
        Ok(())
    }

    fn table_growing(&mut self, _current: usize, desired: usize, _maximum: Option<usize>) -> Result<bool> {
        Ok(desired <= engine::TABLE_ELEMENTS)
    }

    fn instances(&self) -> usize {
        48
    }

    fn tables(&self) -> usize {
        32
    }

    fn memories(&self) -> usize {
        8
    }
}
