//! What one request has gathered so far: coverage, warnings, progress. Shared by all of its scans.

use chrono::{DateTime, Utc};
use schema::query::ScopeFilter;
use schema::{Coverage, Grant, ScopeCoverage};
use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{OnceCell, watch};
use tokio::time::Instant;

use crate::costs::{BilledAccounts, CostIndex};
use crate::currency::Paid;
use crate::engine::Place;
use crate::opened::OpenedSources;
use crate::scan::Planned;
use crate::source::Discovery;
use std::sync::Arc;

/// How far a request has come. For people who wait.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Progress {
    /// Scopes and tables to be read.
    pub scopes_total: usize,
    /// Those that have been read, or given up.
    pub scopes_done: usize,
    /// Rows that came.
    pub rows: u64,
    /// Calls that were made.
    pub calls: u64,
    /// What scopes that were read, or given up, had waited for limits and between tries, added up.
    pub waited: Duration,
    /// What was finished last.
    pub current: String,
}

/// What one request has gathered so far.
pub(crate) struct Run {
    pub(crate) now: DateTime<Utc>,
    pub(crate) max_age: Duration,
    pub(crate) scope: ScopeFilter,
    /// What may be read, where a guest asks.
    pub(crate) grant: Option<Arc<Grant>>,
    /// What several regions are called by.
    pub(crate) places: Vec<Place>,
    /// Read no costs but a bill's: set for the engine's own look at what resources cost.
    pub(crate) bills_only: bool,
    /// Only plan: nothing will be fetched.
    pub(crate) explains: bool,
    pub(crate) costs: OnceCell<Arc<CostIndex>>,
    pub(crate) billed: OnceCell<Arc<BilledAccounts>>,
    /// What the sources that are read in place have, once something of the run asked for it.
    pub(crate) opened: Arc<OpenedSources>,
    discoveries: Mutex<HashMap<String, Arc<Discovery>>>,
    progress: Option<watch::Sender<Progress>>,
    gathered: Mutex<Gathered>,
}

#[derive(Default)]
pub(crate) struct Gathered {
    pub(crate) planned: Vec<Arc<Planned>>,
    pub(crate) coverage: Vec<ScopeCoverage>,
    /// Where each line of coverage stands, by what it is about.
    lines: HashMap<String, usize>,
    pub(crate) warnings: Vec<String>,
    /// Columns of figures and times in which some row had no value.
    pub(crate) without_value: BTreeSet<&'static str>,
    /// In what currencies things were paid for, each once.
    pub(crate) paid: Vec<Paid>,
    pub(crate) in_place_bytes: u64,
    pub(crate) waited: Duration,
    pub(crate) fetching: Option<(Instant, Instant)>,
    pub(crate) executed: usize,
}

impl Run {
    pub(crate) fn new(
        now: DateTime<Utc>,
        max_age: Duration,
        scope: ScopeFilter,
        progress: Option<watch::Sender<Progress>>,
    ) -> Self {
        Self {
            now,
            max_age,
            scope,
            grant: None,
            places: Vec::new(),
            bills_only: false,
            explains: false,
            costs: OnceCell::new(),
            billed: OnceCell::new(),
            opened: Arc::default(),
            discoveries: Mutex::default(),
            progress,
            gathered: Mutex::default(),
        }
    }

    pub(crate) fn gathered(&self) -> MutexGuard<'_, Gathered> {
        self.gathered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What each source covers, for all tables of the run.
    pub(crate) fn discoveries(&self) -> MutexGuard<'_, HashMap<String, Arc<Discovery>>> {
        self.discoveries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One line of coverage. The same line twice (a table read twice in one query) counts once.
    pub(crate) fn cover(&self, line: ScopeCoverage) {
        let key = format!("{:?}", (&line.source, &line.scope, &line.table, &line.columns, &line.item));
        let mut gathered = self.gathered();
        match gathered.lines.get(&key).copied() {
            // The first reading says how the rows were got; a later one may only add that something is missing.
            Some(at) => {
                let first = &mut gathered.coverage[at];
                if first.status.is_complete() && !line.status.is_complete() {
                    *first = line;
                } else if first.status.is_complete() && line.age_seconds > first.age_seconds {
                    // An answer is as old as the oldest of its rows.
                    (first.status, first.age_seconds) = (line.status, line.age_seconds);
                }
            }
            None => {
                self.tell(&line);
                let at = gathered.coverage.len();
                gathered.lines.insert(key, at);
                gathered.coverage.push(line);
            }
        }
    }

    fn tell(&self, line: &ScopeCoverage) {
        if let Some(progress) = &self.progress {
            progress.send_modify(|p| {
                p.scopes_done += usize::from(line.columns.is_empty() && line.item.is_none());
                p.rows += line.rows;
                p.calls += line.calls;
                p.current = format!("{} {}", line.table, line.scope);
            });
        }
    }

    /// Takes down what the sources that are read in place tell only now.
    pub(crate) fn hear(&self) {
        for told in self.opened.all().iter().filter_map(|opened| Some(opened.later.as_ref()?.told())) {
            told.coverage.into_iter().for_each(|line| self.cover(line));
            told.warnings.into_iter().for_each(|warning| self.warn(warning));
            self.gathered().in_place_bytes += told.bytes;
        }
    }

    /// Forgets what was covered, and what the files were: the query is run again from the start.
    pub(crate) fn forget_coverage(&self) {
        self.opened.forget();
        let mut gathered = self.gathered();
        gathered.coverage.clear();
        gathered.paid.clear();
        gathered.lines.clear();
    }

    pub(crate) fn warn(&self, sentence: String) {
        let mut gathered = self.gathered();
        if !gathered.warnings.contains(&sentence) {
            gathered.warnings.push(sentence);
        }
    }

    pub(crate) fn paid(&self, paid: Paid) {
        let mut gathered = self.gathered();
        if !gathered.paid.contains(&paid) {
            gathered.paid.push(paid);
        }
    }

    pub(crate) fn plan(&self, planned: Arc<Planned>) {
        if let Some(progress) = &self.progress {
            progress.send_modify(|p| p.scopes_total += 1);
        }
        self.gathered().planned.push(planned);
    }

    pub(crate) fn fetched(&self, from: Instant, waited: Duration) {
        if let Some(progress) = self.progress.as_ref().filter(|_| !waited.is_zero()) {
            progress.send_modify(|p| p.waited += waited);
        }
        let now = Instant::now();
        let mut gathered = self.gathered();
        gathered.waited += waited;
        gathered.fetching = Some(match gathered.fetching {
            Some((first, _)) => (first.min(from), now),
            None => (from, now),
        });
    }

    pub(crate) fn coverage(&self) -> Coverage {
        let mut scopes = self.gathered().coverage.clone();
        scopes.sort_by(|a, b| {
            (&a.table, &a.source, &a.scope, &a.columns, &a.item)
                .cmp(&(&b.table, &b.source, &b.scope, &b.columns, &b.item))
        });
        let complete = scopes.iter().all(|line| line.status.is_complete());
        Coverage { complete, lower_bound: false, unknown: false, scopes }
    }
}
