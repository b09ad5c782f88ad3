//! What `neph sync` kept, as tables: `history` is what was there at each sync, `changes` what differs from one to the next.
//!
//! Reads the snapshots where they lie, only those in the time that is asked for and only the columns that are named. A
//! snapshot says itself what it covers, and what it does not cover is neither counted as gone nor left unsaid. Writes
//! nothing: `neph sync` does.

mod changes;
mod compare;
mod covered;
mod file;
mod folder;
mod ledger;
mod limits;
mod rows;
mod sheet;

pub use folder::Folder;
pub use limits::Limits;

use async_trait::async_trait;
use changes::ChangesTable;
use chrono::{DateTime, Utc};
use datafusion::catalog::TableProvider;
use engine::in_place::{InPlace, Opened};
use engine::{FetchError, FetchErrorKind};
use ledger::Ledger;
use rows::HistoryTable;
use schema::tables::{CHANGES, HISTORY};
use schema::{Table, TableKind, tables};
use std::fmt;
use std::sync::Arc;

/// Tells the time.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// The key in a snapshot's metadata that holds the coverage of its rows.
pub const COVERAGE_KEY: &str = "nephoscope.coverage";

/// A table that is made from snapshots.
#[derive(Clone)]
pub struct History {
    table: &'static Table,
    folder: Option<Folder>,
    limits: Limits,
    clock: Clock,
}

impl fmt::Debug for History {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("History").field("table", &self.table.name).field("folder", &self.folder).finish_non_exhaustive()
    }
}

impl History {
    /// Both tables over a folder of snapshots; over none, they say that there is none. Looks at nothing yet.
    pub fn both(folder: Option<&Folder>, limits: &Limits, clock: &Clock) -> [Self; 2] {
        let of = |table| Self { table, folder: folder.cloned(), limits: limits.clone(), clock: clock.clone() };
        [of(&HISTORY), of(&CHANGES)]
    }

    fn look(&self) -> Result<(Folder, u64), FetchError> {
        let Some(folder) = &self.folder else {
            return Err(nothing_yet(
                "there is no folder that snapshots are kept in: name one with `data_dir` in `[cache]`, then run `neph sync`",
            ));
        };
        let version = folder.version(&kept_tables().collect::<Vec<_>>()).map_err(|error| {
            let message = format!("the snapshots in `{}` cannot be listed: {error}", folder.path().display());
            FetchError::new(FetchErrorKind::Failed, message)
        })?;
        match version {
            Some(version) => Ok((folder.clone(), version)),
            None => Err(nothing_yet("there are no snapshots yet: run `neph sync`, now and then again")),
        }
    }
}

/// The tables that snapshots are kept of.
pub fn kept_tables() -> impl Iterator<Item = &'static Table> {
    tables::ALL.iter().copied().filter(|table| matches!(table.kind, TableKind::Resource | TableKind::Account))
}

fn nothing_yet(message: &str) -> FetchError {
    FetchError::new(FetchErrorKind::Failed, message).with_code("no_snapshots")
}

#[async_trait]
impl InPlace for History {
    fn id(&self) -> &str {
        self.table.name
    }

    fn table(&self) -> &'static Table {
        self.table
    }

    async fn open(&self) -> Result<Opened, FetchError> {
        let this = self.clone();
        // A folder on a slow disk must not hold up other queries on this thread.
        let looked = tokio::task::spawn_blocking(move || this.look()).await;
        let (folder, version) =
            looked.map_err(|error| FetchError::new(FetchErrorKind::Failed, error.to_string())).flatten()?;
        let ledger = Arc::new(Ledger::new(self.table));
        let now = (self.clock)();
        let (limits, noted) = (self.limits.clone(), ledger.clone());
        let provider: Arc<dyn TableProvider> = match self.table.kind {
            TableKind::Changes => Arc::new(ChangesTable { folder, limits, ledger: noted, now }),
            _ => Arc::new(HistoryTable { folder, limits, ledger: noted }),
        };
        // What is read depends on the query: its time and its tables.
        Ok(Opened { provider, coverage: Vec::new(), warnings: Vec::new(), version, bytes: 0, later: Some(ledger) })
    }
}

#[cfg(test)]
mod tests;
