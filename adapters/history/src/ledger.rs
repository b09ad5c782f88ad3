//! What one query read of the snapshots, and what it could not: its coverage, told when the rows have been read.

use crate::folder::Folder;
use crate::kept_tables;
use crate::rows::asks_for;
use chrono::{DateTime, SecondsFormat, Utc};
use datafusion::logical_expr::Expr;
use engine::FetchError;
use engine::in_place::{Later, Told};
use schema::coverage::CoverageError;
use schema::{Scope, ScopeCoverage, Status, Table};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The book of one query.
pub(crate) struct Ledger {
    table: &'static Table,
    book: Mutex<Book>,
}

#[derive(Default)]
struct Book {
    /// The files of a plan, and their sizes.
    planned: BTreeMap<Key, u64>,
    /// How many rows came of each file that was read; of `changes`, how many differences.
    read: BTreeMap<Key, u64>,
    failed: BTreeMap<Key, FetchError>,
    gaps: BTreeMap<(String, &'static str, Scope, Vec<String>), Gap>,
    /// Tables of which nothing can be told, and why.
    lacks: BTreeMap<&'static str, String>,
    warnings: BTreeSet<String>,
    edges: BTreeMap<(Edge, DateTime<Utc>), BTreeSet<&'static str>>,
    /// How many scans have begun and not come to their end.
    reading: usize,
}

/// A table's snapshot.
type Key = (&'static str, DateTime<Utc>);

/// What is missing of a scope, in one snapshot or more.
struct Gap {
    last: DateTime<Utc>,
    snapshots: BTreeSet<DateTime<Utc>>,
    status: Status,
    error: CoverageError,
}

/// What is missing of a scope in one snapshot.
pub(crate) struct Missing {
    /// The table that coverage calls it.
    pub(crate) table: String,
    pub(crate) scope: Scope,
    pub(crate) columns: Vec<String>,
    pub(crate) status: Status,
    pub(crate) error: CoverageError,
}

/// A time as messages have it.
pub(crate) fn shown(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

impl Ledger {
    pub(crate) fn new(table: &'static Table) -> Self {
        Self { table, book: Mutex::default() }
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A scan begins.
    pub(crate) fn begin(self: &Arc<Self>) -> Reading {
        self.book().reading += 1;
        Reading(self.clone())
    }

    pub(crate) fn plan(&self, table: &'static Table, at: DateTime<Utc>, bytes: u64) {
        self.book().planned.insert((table.name, at), bytes);
    }

    pub(crate) fn read(&self, table: &'static Table, at: DateTime<Utc>, rows: u64) {
        self.book().read.insert((table.name, at), rows);
    }

    pub(crate) fn fail(&self, table: &'static Table, at: DateTime<Utc>, error: FetchError) {
        self.book().failed.insert((table.name, at), error);
    }

    pub(crate) fn miss(&self, of: &'static Table, at: DateTime<Utc>, missing: Missing) {
        let Missing { table, scope, columns, status, error } = missing;
        let key = (table, of.name, scope, columns);
        let mut book = self.book();
        let gap = book.gaps.entry(key).or_insert_with(|| Gap {
            last: at,
            snapshots: BTreeSet::new(),
            status,
            error: error.clone(),
        });
        gap.snapshots.insert(at);
        if at >= gap.last {
            (gap.last, gap.status, gap.error) = (at, status, error);
        }
    }

    /// The time that is asked for reaches beyond a table's snapshots.
    pub(crate) fn reach(&self, table: &'static Table, edge: Edge, at: DateTime<Utc>) {
        self.book().edges.entry((edge, at)).or_default().insert(table.name);
    }

    /// Nothing can be told of a table in the time that is asked for.
    pub(crate) fn lack(&self, table: &'static Table, message: String) {
        self.book().lacks.insert(table.name, message);
    }

    /// There never was a snapshot of some tables. Whoever names one lacks it; whoever asks for all is told.
    pub(crate) fn never_kept(&self, tables: &[&'static Table], filters: &[Expr]) {
        if !kept_tables().all(|table| asks_for(filters, table)) {
            tables.iter().for_each(|table| {
                self.lack(table, format!("there is no snapshot of `{}`: run `neph sync`", table.name));
            });
        } else if !tables.is_empty() {
            let names: Vec<String> = tables.iter().map(|table| format!("`{}`", table.name)).collect();
            self.warn(format!(
                "there is no snapshot of {}, which are left out: `neph sync` takes one",
                names.join(", ")
            ));
        }
    }

    pub(crate) fn warn(&self, sentence: String) {
        self.book().warnings.insert(sentence);
    }

    fn line(&self, item: String, status: Status, error: Option<CoverageError>) -> ScopeCoverage {
        ScopeCoverage {
            source: self.table.name.to_owned(),
            scope: Scope::new("history", "*", "*", "*"),
            table: self.table.name.to_owned(),
            columns: Vec::new(),
            item: Some(item),
            status,
            rows: 0,
            age_seconds: 0,
            calls: 0,
            error,
        }
    }
}

impl Ledger {
    /// One line for each scope that something is missing of, with the tables that miss it: what denies one table of an
    /// account mostly denies all.
    fn gaps(&self, book: &Book) -> Vec<ScopeCoverage> {
        let mut of_scope: BTreeMap<_, (BTreeSet<&str>, BTreeSet<DateTime<Utc>>, &Gap)> = BTreeMap::new();
        for ((table, of, scope, columns), gap) in &book.gaps {
            let key = (table, scope, columns, gap.status.as_str());
            let (tables, times, last) = of_scope.entry(key).or_insert_with(|| (BTreeSet::new(), BTreeSet::new(), gap));
            tables.insert(of);
            times.extend(&gap.snapshots);
            *last = if gap.last > last.last { gap } else { last };
        }
        let mut lines = Vec::with_capacity(of_scope.len());
        for ((table, scope, columns, _), (tables, times, last)) in of_scope {
            let tables: Vec<&str> = tables.into_iter().collect();
            let item = format!("{}: {}, the last of {}", tables.join(", "), snapshots(times.len()), shown(last.last));
            let line = self.line(item, last.status, Some(last.error.clone()));
            lines.push(ScopeCoverage { scope: scope.clone(), table: table.clone(), columns: columns.clone(), ..line });
        }
        lines
    }

    /// What the time asked for has before and after all snapshots, in a sentence for tables that were synced together.
    fn edges(book: &Book) -> Vec<String> {
        let sentence = |((edge, at), tables): (&(Edge, DateTime<Utc>), &BTreeSet<&str>)| {
            let (tables, at) = (listed(tables), shown(*at));
            match edge {
                Edge::Begin => format!("the snapshots of {tables} begin at {at}: what changed before is not known"),
                Edge::End => format!(
                    "the last snapshot of {tables} in that time is of {at}: what changed since is not known; `neph sync` takes one"
                ),
            }
        };
        book.edges.iter().map(sentence).collect()
    }
}

/// Where the snapshots of a table stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Edge {
    Begin,
    End,
}

/// Some names of tables.
fn listed(tables: &BTreeSet<&str>) -> String {
    /// As many names as a warning repeats.
    const SHOWN: usize = 4;
    let names: Vec<String> = tables.iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
    match tables.len().saturating_sub(SHOWN) {
        0 => names.join(", "),
        more => format!("{} and {more} more", names.join(", ")),
    }
}

/// `3 snapshots`, `1 snapshot`.
pub(crate) fn snapshots(count: usize) -> String {
    if count == 1 { "1 snapshot".to_owned() } else { format!("{count} snapshots") }
}

/// A scan that has begun.
pub(crate) struct Reading(Arc<Ledger>);

impl Reading {
    /// It has come to its end.
    pub(crate) fn end(&self) {
        let mut book = self.0.book();
        book.reading = book.reading.saturating_sub(1);
    }
}

impl Later for Ledger {
    fn told(&self) -> Told {
        let book = self.book();
        let mut coverage = Vec::new();
        let mut read: BTreeMap<&str, (usize, u64)> = BTreeMap::new();
        for ((table, _), rows) in &book.read {
            let (files, all) = read.entry(table).or_default();
            (*files, *all) = (*files + 1, *all + rows);
        }
        for (table, (files, rows)) in read {
            coverage.push(ScopeCoverage {
                rows,
                ..self.line(format!("{table}: {}", snapshots(files)), Status::Live, None)
            });
        }
        for (table, message) in &book.lacks {
            let error = CoverageError::new("no_snapshots", message.clone());
            coverage.push(self.line((*table).to_owned(), Status::Failed, Some(error)));
        }
        for ((table, at), error) in &book.failed {
            coverage.push(self.line(Folder::item(table, *at), error.status(), Some(error.to_coverage())));
        }
        coverage.extend(self.gaps(&book));
        let mut warnings: Vec<String> = book.warnings.iter().cloned().chain(Self::edges(&book)).collect();
        if book.reading > 0 {
            warnings.push("not every snapshot was read, because the query needs no more rows: they are some of those that there are".to_owned());
        }
        Told { coverage, warnings, bytes: book.planned.values().sum() }
    }
}
