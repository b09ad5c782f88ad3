//! From the snapshots of one table, in the order of time, to what differs between them.
//!
//! Each resource is compared with when it was last seen, and each scope with when it was last read to its end. A resource
//! that is not there any more is gone only if its scope was read; one that is new was added only if its scope was read
//! before. What could not be compared is told.

use crate::covered::{Covered, Place};
use crate::ledger::{Missing, shown};
use crate::sheet::{Sheet, compared, difference};
use chrono::{DateTime, Utc};
use schema::coverage::CoverageError;
use schema::tables::CHANGES;
use schema::{Column, Row, Scope, ScopeCoverage, Status, Table};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

/// What was known of a table after some snapshots.
pub(crate) struct Comparison {
    table: &'static Table,
    columns: Vec<&'static Column>,
    /// Each resource as it was last seen.
    known: HashMap<String, Seen>,
    /// When each scope was last read to its end, and its scope in full.
    read: BTreeMap<Place, (DateTime<Utc>, Scope)>,
    /// Why scopes were not read, and when that was last so.
    unread: BTreeMap<Place, (Status, CoverageError)>,
    last: Option<DateTime<Utc>>,
}

/// A resource's row in a snapshot.
#[derive(Clone)]
struct Seen {
    at: DateTime<Utc>,
    sheet: Arc<Sheet>,
    row: usize,
    /// Columns that could not be read of it.
    lacks: Arc<BTreeSet<String>>,
}

/// What a snapshot adds.
#[derive(Default)]
pub(crate) struct Step {
    pub(crate) rows: Vec<Row>,
    /// What of it could not be compared, and of which kind of change that could be.
    pub(crate) missing: Vec<(&'static str, Missing)>,
}

/// What happened to a resource.
struct Event<'a> {
    change: &'static str,
    seen: &'a Seen,
    previous_at: DateTime<Utc>,
    changed_at: DateTime<Utc>,
}

/// Whether the rows of a place count, and what they lack: found out once for each place.
struct Standing {
    scope: Option<Scope>,
    read_before: Option<DateTime<Utc>>,
    lacks: Arc<BTreeSet<String>>,
}

impl Comparison {
    pub(crate) fn new(table: &'static Table) -> Self {
        Self {
            table,
            columns: compared(table).collect(),
            known: HashMap::new(),
            read: BTreeMap::new(),
            unread: BTreeMap::new(),
            last: None,
        }
    }

    /// Goes on to the next snapshot.
    pub(crate) fn next(&mut self, at: DateTime<Utc>, covered: &Covered, sheet: Sheet) -> Step {
        let sheet = Arc::new(sheet);
        let is_first = self.last.is_none();
        let mut step = Step::default();
        let mut standings: HashMap<Place, Standing> = HashMap::new();
        let mut here: HashSet<String> = HashSet::new();
        let mut first_seen: BTreeMap<Place, Scope> = BTreeMap::new();
        let mut uncompared: BTreeSet<(Place, String)> = BTreeSet::new();
        for row in 0..sheet.len() {
            // Two sources may both have read an account: its resources count once.
            let Some(id) = sheet.str(row, "resource_id").filter(|id| !here.contains(*id)) else { continue };
            let place = place_of(&sheet, row);
            let standing = standings.entry(place.clone()).or_insert_with(|| self.standing(&place, covered));
            let seen = Seen { at, sheet: sheet.clone(), row, lacks: standing.lacks.clone() };
            match (self.known.get(id), standing.read_before) {
                (Some(before), _) => {
                    self.compare(before, &seen, &mut step.rows);
                    let lacking = before.lacks.union(&seen.lacks);
                    uncompared.extend(lacking.map(|column| (place.clone(), column.clone())));
                }
                (None, Some(read)) => {
                    let event = Event { change: "added", seen: &seen, previous_at: read, changed_at: at };
                    step.rows.push(event.row(self.table));
                }
                // A row of a scope that was not read to its end: there is something new, but not all of it is there.
                (None, None) => {
                    let scope = standing.scope.clone().unwrap_or_else(|| scope_of(&sheet, row));
                    first_seen.entry(Place::of(&scope)).or_insert(scope);
                }
            }
            here.insert(id.to_owned());
            self.known.insert(id.to_owned(), seen);
        }
        self.remove(at, covered, &here, &mut step.rows);
        if !is_first {
            step.missing.extend(first_seen.into_values().map(|scope| ("added", self.not_before(scope, at))));
            step.missing.extend(self.columns_missing(&uncompared, covered));
        }
        self.note(at, covered);
        step
    }

    fn standing(&self, place: &Place, covered: &Covered) -> Standing {
        let is_compared = |name: &&str| self.columns.iter().any(|column| column.name == *name);
        Standing {
            scope: covered.scope_of(place).cloned(),
            read_before: self.read_before(place),
            lacks: Arc::new(covered.lacks(place).into_iter().filter(is_compared).map(str::to_owned).collect()),
        }
    }

    /// When a place was last read to its end.
    fn read_before(&self, place: &Place) -> Option<DateTime<Utc>> {
        let regions = [place.region.as_str(), schema::scope::ALL_REGIONS, schema::scope::GLOBAL];
        let scopes = regions.map(|region| Place { region: region.to_owned(), ..place.clone() });
        scopes.iter().filter_map(|scope| self.read.get(scope)).map(|(at, _)| *at).max()
    }

    fn compare(&self, before: &Seen, seen: &Seen, rows: &mut Vec<Row>) {
        for column in &self.columns {
            let can_tell = |of: &Seen| of.sheet.has(column.name) && !of.lacks.contains(column.name);
            if !can_tell(before) || !can_tell(seen) {
                continue;
            }
            let Some((old, new)) = difference(column, (&before.sheet, before.row), (&seen.sheet, seen.row)) else {
                continue;
            };
            let event = Event { change: "changed", seen, previous_at: before.at, changed_at: seen.at };
            let row = event.row(self.table).with("column_name", column.name);
            rows.push(row.with("old_value", old).with("new_value", new));
        }
    }

    /// What is gone, of scopes that were read to their end.
    fn remove(&mut self, at: DateTime<Utc>, covered: &Covered, here: &HashSet<String>, rows: &mut Vec<Row>) {
        let mut is_read: HashMap<Place, bool> = HashMap::new();
        let table = self.table;
        let mut gone = Vec::new();
        self.known.retain(|id, seen| {
            if here.contains(id) {
                return true;
            }
            let place = place_of(&seen.sheet, seen.row);
            let is_read = *is_read.entry(place).or_insert_with_key(|place| covered.scope_of(place).is_some());
            if is_read {
                let event = Event { change: "removed", seen, previous_at: seen.at, changed_at: at };
                gone.push((id.clone(), event.row(table)));
            }
            !is_read
        });
        gone.sort_by(|a, b| a.0.cmp(&b.0));
        rows.extend(gone.into_iter().map(|(_, row)| row));
    }

    fn note(&mut self, at: DateTime<Utc>, covered: &Covered) {
        for scope in covered.whole() {
            self.read.insert(Place::of(scope), (at, scope.clone()));
        }
        for line in covered.missing().filter(|line| line.columns.is_empty()) {
            self.unread.insert(Place::of(&line.scope), (line.status, error_of(line)));
        }
        self.last = Some(at);
    }

    /// A scope that was not read before: what it has may have been there for long.
    fn not_before(&self, scope: Scope, at: DateTime<Utc>) -> Missing {
        let why = self.unread.get(&Place::of(&scope));
        let earlier = why.map_or_else(String::new, |(_, error)| format!(" (before: {})", error.message));
        let message = format!(
            "it was not read to its end in any snapshot before that of {}, so what was added is not known{earlier}",
            shown(at)
        );
        self.missing(scope, why.map_or(Status::Failed, |(status, _)| *status), message)
    }

    /// What could not be compared because the last snapshot does not have it.
    pub(crate) fn not_after(&self, covered: &Covered) -> Vec<Missing> {
        let Some(last) = self.last else { return Vec::new() };
        let unread = covered.missing().filter(|line| line.columns.is_empty()).map(|line| {
            let error = error_of(line);
            self.lost(&line.scope, last, line.status, self.read_before(&Place::of(&line.scope)), &error.message)
        });
        let old = self.read.iter().filter(|(_, (at, _))| *at < last);
        let gone = old.filter(|(place, _)| covered.scope_of(place).is_none() && covered.why_not(place).is_none());
        let gone = gone.map(|(_, (at, scope))| {
            self.lost(scope, last, Status::Failed, Some(*at), "it is not among the scopes of that snapshot")
        });
        unread.chain(gone).collect()
    }

    fn lost(
        &self,
        scope: &Scope,
        last: DateTime<Utc>,
        status: Status,
        since: Option<DateTime<Utc>>,
        why: &str,
    ) -> Missing {
        let since = since.map_or_else(String::new, |at| format!(" since {}", shown(at)));
        let message = format!(
            "it was not read in the snapshot of {}, so what changed or was removed{since} is not known: {why}",
            shown(last)
        );
        self.missing(scope.clone(), status, message)
    }

    fn columns_missing(
        &self,
        uncompared: &BTreeSet<(Place, String)>,
        covered: &Covered,
    ) -> Vec<(&'static str, Missing)> {
        let mut of_place: BTreeMap<&Place, Vec<String>> = BTreeMap::new();
        for (place, column) in uncompared {
            of_place.entry(place).or_default().push(column.clone());
        }
        let line = |(place, columns): (&Place, Vec<String>)| {
            let scope = covered.scope_of(place).cloned();
            let scope = scope
                .unwrap_or_else(|| Scope::new(&place.provider, &place.account_id, &place.account_id, &place.region));
            let message = "they could not be read in one of two snapshots, so they are not compared".to_owned();
            ("changed", Missing { columns, ..self.missing(scope, Status::Failed, message) })
        };
        of_place.into_iter().map(line).collect()
    }

    fn missing(&self, scope: Scope, status: Status, message: String) -> Missing {
        let error = CoverageError::new("not_compared", message);
        Missing { table: CHANGES.name.to_owned(), scope, columns: Vec::new(), status, error }
    }
}

impl Event<'_> {
    fn row(&self, table: &'static Table) -> Row {
        let Seen { sheet, row, .. } = self.seen;
        let text = |column: &str| sheet.text(*row, column);
        let mut made = Row::new(&CHANGES)
            .with("changed_at", self.changed_at)
            .with("previous_at", self.previous_at)
            .with("table_name", table.name)
            .with("change", self.change)
            .with("tags", sheet.map(*row, "tags"));
        for column in ["provider", "account_id", "account_name", "region", "resource_id", "native_id", "name", "kind"] {
            made.set(column, text(column));
        }
        made
    }
}

/// Why a line of coverage is not complete.
pub(crate) fn error_of(line: &ScopeCoverage) -> CoverageError {
    let word = || line.status.as_str().to_owned();
    line.error.clone().unwrap_or_else(|| CoverageError::new(word(), word()))
}

fn place_of(sheet: &Sheet, row: usize) -> Place {
    let text = |column: &str| sheet.str(row, column).unwrap_or_default().to_owned();
    Place { provider: text("provider"), account_id: text("account_id"), region: text("region") }
}

fn scope_of(sheet: &Sheet, row: usize) -> Scope {
    let text = |column: &str| sheet.str(row, column).unwrap_or_default();
    Scope::new(text("provider"), text("account_id"), text("account_name"), text("region"))
}
