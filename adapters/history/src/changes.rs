//! The table `changes`: snapshots of each table, compared one after the other.

use crate::compare::Comparison;
use crate::covered::{Place, ReadRegions};
use crate::file::Snapshot;
use crate::folder::Folder;
use crate::kept_tables;
use crate::ledger::{Edge, Ledger, Missing, shown};
use crate::limits::Limits;
use crate::rows::{asks_for, not_listed};
use crate::sheet::{Sheet, is_read};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::{Session, TableProvider};
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::{PartitionStream, StreamingTableExec};
use engine::{FetchError, filters};
use futures::{StreamExt, stream};
use schema::tables::CHANGES;
use schema::{Row, Table, TableKind};
use std::fmt;
use std::sync::Arc;
use tokio::sync::mpsc;

/// How far back changes reach where no time is asked for.
const DAYS: i64 = 30;
/// From so many hours on, the newest snapshot is too old to say nothing of it: most people sync each day.
const OLD_HOURS: i64 = 36;
/// How many rows are handed over at once.
const BATCH: usize = 4_096;

/// The table over a folder, for one request.
pub(crate) struct ChangesTable {
    pub(crate) folder: Folder,
    pub(crate) limits: Limits,
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) now: DateTime<Utc>,
}

impl fmt::Debug for ChangesTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChangesTable").field("folder", &self.folder).finish_non_exhaustive()
    }
}

#[async_trait]
impl TableProvider for ChangesTable {
    fn schema(&self) -> SchemaRef {
        engine::arrow::schema_of(&CHANGES)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()])
    }

    async fn scan(
        &self,
        _: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let all: Vec<usize> = (0..CHANGES.width()).collect();
        let projection: Arc<[usize]> = projection.unwrap_or(&all).as_slice().into();
        let schema = Arc::new(self.schema().project(&projection)?);
        let work = Arc::new(Work {
            folder: self.folder.clone(),
            ledger: self.ledger.clone(),
            look_back: self.limits.look_back,
            walks: self.walks(filters)?,
            filters: filters.to_vec(),
        });
        let scan = Scan { work, projection, schema: schema.clone() };
        Ok(Arc::new(StreamingTableExec::try_new(schema, vec![Arc::new(scan)], None, [], false, limit)?))
    }
}

/// The snapshots of one table that are gone through.
struct Walk {
    table: &'static Table,
    /// All that could be begun with, oldest first, then those in the time.
    times: Vec<DateTime<Utc>>,
    /// Where those in the time begin.
    first: usize,
}

impl ChangesTable {
    fn walks(&self, filters: &[Expr]) -> Result<Vec<Walk>> {
        let (from, to) = filters::time_bounds(filters, "changed_at");
        let from = from.unwrap_or_else(|| {
            self.ledger.warn(format!("`changes` was asked for no time: the last {DAYS} days are shown"));
            to.unwrap_or(self.now).min(self.now) - TimeDelta::days(DAYS)
        });
        let (mut walks, mut none) = (Vec::new(), Vec::new());
        let (mut files, mut bytes) = (0, 0);
        for table in kept_tables().filter(|table| table.kind == TableKind::Resource && asks_for(filters, table)) {
            let mut times = self.folder.times(table.name).map_err(|error| not_listed(&self.folder, &error))?;
            times.retain(|at| to.is_none_or(|to| *at < to));
            let first = times.partition_point(|at| *at < from).max(1);
            match times.as_slice() {
                [] => {
                    none.push(table);
                    continue;
                }
                times if first >= times.len() => {
                    self.ledger.lack(table, nothing_to_compare(table, times));
                    continue;
                }
                _ => {}
            }
            self.note_edges(table, &times, from, to);
            for at in &times[first - 1..] {
                let size = std::fs::metadata(self.folder.file(table.name, *at)).map_or(0, |meta| meta.len());
                self.ledger.plan(table, *at, size);
                (files, bytes) = (files + 1, bytes + size);
            }
            walks.push(Walk { table, times, first });
        }
        self.ledger.never_kept(&none, filters);
        let checked = self.limits.check(CHANGES.name, files, bytes);
        checked.map_err(|error| DataFusionError::External(Box::new(error)))?;
        Ok(walks)
    }

    /// What the time asked for has before the first snapshot, and after the last one.
    fn note_edges(
        &self,
        table: &'static Table,
        times: &[DateTime<Utc>],
        from: DateTime<Utc>,
        to: Option<DateTime<Utc>>,
    ) {
        if let Some(first) = times.first().filter(|first| from < **first) {
            self.ledger.reach(table, Edge::Begin, *first);
        }
        let end = to.map_or(self.now, |to| to.min(self.now));
        if let Some(last) = times.last().filter(|last| end - **last > TimeDelta::hours(OLD_HOURS)) {
            self.ledger.reach(table, Edge::End, *last);
        }
    }
}

/// Why nothing of a table can be told, whose snapshots until the end of the time asked for are these.
fn nothing_to_compare(table: &Table, times: &[DateTime<Utc>]) -> String {
    let name = table.name;
    match times {
        [only] => {
            format!("`{name}` has one snapshot, of {}, and nothing to compare it with: run `neph sync`", shown(*only))
        }
        times => {
            let last = times.last().map_or_else(|| "no time".to_owned(), |last| shown(*last));
            format!("no snapshot of `{name}` is of that time, the last one is of {last}: run `neph sync`")
        }
    }
}

/// What a scan does, on a thread of its own.
struct Work {
    folder: Folder,
    ledger: Arc<Ledger>,
    look_back: usize,
    walks: Vec<Walk>,
    filters: Vec<Expr>,
}

struct Scan {
    work: Arc<Work>,
    projection: Arc<[usize]>,
    schema: SchemaRef,
}

impl fmt::Debug for Scan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scan").field("tables", &self.work.walks.len()).finish_non_exhaustive()
    }
}

impl PartitionStream for Scan {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _: Arc<TaskContext>) -> SendableRecordBatchStream {
        let (out, rows) = mpsc::channel(2);
        let (work, projection) = (self.work.clone(), self.projection.clone());
        let reading = work.ledger.begin();
        let task = tokio::task::spawn_blocking(move || {
            let out = Out { out, projection };
            // Whoever does not want the rest has dropped the other end.
            let _ = work.walks.iter().try_for_each(|walk| work.walk(walk, &out));
        });
        let received = stream::unfold(rows, |mut rows| async move { Some((rows.recv().await?, rows)) });
        // A thread that broke must not look like an end.
        let end = stream::once(task).filter_map(move |ended| {
            reading.end();
            std::future::ready(ended.err().map(|error| Err(DataFusionError::Execution(error.to_string()))))
        });
        Box::pin(RecordBatchStreamAdapter::new(self.schema.clone(), received.chain(end)))
    }
}

/// Where rows go to.
struct Out {
    out: mpsc::Sender<Result<RecordBatch>>,
    projection: Arc<[usize]>,
}

/// The reader went away.
struct Gone;

impl Out {
    fn send(&self, rows: &[Row]) -> std::result::Result<(), Gone> {
        for rows in rows.chunks(BATCH) {
            let batch = engine::arrow::batch(&CHANGES, rows).and_then(|batch| batch.project(&self.projection));
            self.out.blocking_send(batch.map_err(DataFusionError::from)).map_err(|_| Gone)?;
        }
        Ok(())
    }
}

impl Work {
    fn walk(&self, walk: &Walk, out: &Out) -> std::result::Result<(), Gone> {
        let table = walk.table;
        let mut comparison = Comparison::new(table);
        let mut last = None;
        for (at, time) in walk.times.iter().enumerate().skip(self.begin(walk)) {
            let is_asked = at >= walk.first;
            let (snapshot, sheet) = match self.read(table, *time) {
                Ok(read) => read,
                Err(error) => {
                    self.ledger.fail(table, *time, error);
                    continue;
                }
            };
            let step = comparison.next(*time, &snapshot.covered, sheet);
            if is_asked {
                self.ledger.read(table, *time, step.rows.len() as u64);
                step.missing.into_iter().for_each(|(change, missing)| self.miss(table, *time, missing, Some(change)));
                out.send(&step.rows)?;
            }
            last = Some((*time, snapshot));
        }
        if let Some((time, snapshot)) = last {
            let missing = comparison.not_after(&snapshot.covered);
            missing.into_iter().for_each(|missing| self.miss(table, time, missing, None));
        }
        Ok(())
    }

    fn read(&self, table: &'static Table, at: DateTime<Utc>) -> std::result::Result<(Snapshot, Sheet), FetchError> {
        let snapshot = Snapshot::open(&self.folder, table, at)?;
        let sheet = Sheet::new(snapshot.rows(|name| is_read(table, name))?);
        Ok((snapshot, sheet))
    }

    /// Where to begin: with the snapshot before those in the time; earlier, where that one lacks scopes that were read
    /// not long before.
    fn begin(&self, walk: &Walk) -> usize {
        let mut begin = walk.first.saturating_sub(1);
        let mut lacking: Option<Vec<Place>> = None;
        let earliest = walk.first.saturating_sub(self.look_back.max(1));
        for at in (earliest..walk.first).rev() {
            let Ok(snapshot) = Snapshot::open(&self.folder, walk.table, walk.times[at]) else { continue };
            match &mut lacking {
                None => {
                    let missing = snapshot.covered.missing().filter(|line| line.columns.is_empty());
                    lacking = Some(missing.map(|line| Place::of(&line.scope)).collect());
                    begin = at;
                }
                Some(lacking) => {
                    let (count, read) = (lacking.len(), ReadRegions::of(&snapshot.covered));
                    lacking.retain(|place| !read.has_some_of(place));
                    if lacking.len() < count {
                        begin = at;
                    }
                }
            }
            if lacking.as_ref().is_some_and(Vec::is_empty) {
                break;
            }
        }
        begin
    }

    /// Takes down what could not be compared, where the query may ask for it.
    fn miss(&self, table: &'static Table, at: DateTime<Utc>, missing: Missing, change: Option<&str>) {
        let scope = &missing.scope;
        let known = |column: &str| -> Option<&str> {
            let known = match column {
                "table_name" => table.name,
                "kind" => table.row_kind?,
                "change" => change?,
                "provider" => &scope.provider,
                "account_id" => &scope.account_id,
                "account_name" => &scope.account_name,
                "region" if scope.region == schema::scope::GLOBAL => return None,
                "region" => &scope.region,
                _ => return None,
            };
            Some(known).filter(|value| *value != "*")
        };
        if filters::may_be(&self.filters, &known) {
            self.ledger.miss(table, at, missing);
        }
    }
}
