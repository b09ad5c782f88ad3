//! The table `history`: the rows of snapshots, each with its time, read file by file.

use crate::file::Snapshot;
use crate::folder::Folder;
use crate::kept_tables;
use crate::ledger::{Ledger, Missing, shown};
use crate::limits::Limits;
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use datafusion::arrow::array::{ArrayRef, RecordBatch, StringArray, TimestampMicrosecondArray, new_null_array};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{Field, SchemaRef};
use datafusion::catalog::{Session, TableProvider};
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::{PartitionStream, StreamingTableExec};
use engine::{FetchError, filters};
use futures::{StreamExt, stream};
use schema::tables::HISTORY;
use schema::{ScopeCoverage, Table};
use std::fmt;
use std::sync::Arc;

/// The table over a folder, for one request.
pub(crate) struct HistoryTable {
    pub(crate) folder: Folder,
    pub(crate) limits: Limits,
    pub(crate) ledger: Arc<Ledger>,
}

impl fmt::Debug for HistoryTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HistoryTable").field("folder", &self.folder).finish_non_exhaustive()
    }
}

/// Whether rows that are of a table may be asked for.
pub(crate) fn asks_for(filters: &[Expr], table: &'static Table) -> bool {
    filters::may_be(filters, &|column: &str| match column {
        "table_name" => Some(table.name),
        "kind" => table.row_kind,
        _ => None,
    })
}

/// What goes wrong with the folder itself ends the query.
pub(crate) fn not_listed(folder: &Folder, error: &std::io::Error) -> DataFusionError {
    DataFusionError::Execution(format!("the snapshots in `{}` cannot be listed: {error}", folder.path().display()))
}

#[async_trait]
impl TableProvider for HistoryTable {
    fn schema(&self) -> SchemaRef {
        engine::arrow::schema_of(&HISTORY)
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
        let schema = match projection {
            Some(wanted) => Arc::new(self.schema().project(wanted)?),
            None => self.schema(),
        };
        let files = self.files(filters)?;
        let scan = Scan {
            folder: self.folder.clone(),
            ledger: self.ledger.clone(),
            files,
            schema: schema.clone(),
            filters: filters.into(),
            at_once: self.limits.files_at_once.max(1),
        };
        Ok(Arc::new(StreamingTableExec::try_new(schema, vec![Arc::new(scan)], None, [], false, limit)?))
    }
}

impl HistoryTable {
    /// The snapshots that may have rows that are asked for.
    fn files(&self, filters: &[Expr]) -> Result<Vec<Key>> {
        let (from, to) = filters::time_bounds(filters, "snapshot_at");
        let (mut files, mut bytes) = (Vec::new(), 0);
        let (mut lasts, mut none) = (Vec::new(), Vec::new());
        for table in kept_tables().filter(|table| asks_for(filters, table)) {
            let times = self.folder.times(table.name).map_err(|error| not_listed(&self.folder, &error))?;
            match times.last() {
                Some(last) => lasts.push((table, *last)),
                None => none.push(table),
            }
            let is_in_time = |at: &DateTime<Utc>| from.is_none_or(|from| *at >= from) && to.is_none_or(|to| *at < to);
            for at in times.into_iter().filter(is_in_time) {
                // One that was removed meanwhile is named when it is read.
                let size = std::fs::metadata(self.folder.file(table.name, at)).map_or(0, |meta| meta.len());
                self.ledger.plan(table, at, size);
                bytes += size;
                files.push((table, at));
            }
        }
        self.ledger.never_kept(&none, filters);
        for (table, last) in lasts.into_iter().filter(|_| files.is_empty()) {
            let (name, last) = (table.name, shown(last));
            self.ledger.lack(table, format!("no snapshot of `{name}` is of that time, the last one is of {last}"));
        }
        let checked = self.limits.check(HISTORY.name, files.len(), bytes);
        checked.map_err(|error| DataFusionError::External(Box::new(error)))?;
        Ok(files)
    }
}

/// A table's snapshot.
type Key = (&'static Table, DateTime<Utc>);

/// All files of one scan, as one stream.
struct Scan {
    folder: Folder,
    ledger: Arc<Ledger>,
    files: Vec<Key>,
    schema: SchemaRef,
    filters: Arc<[Expr]>,
    at_once: usize,
}

impl fmt::Debug for Scan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scan").field("files", &self.files.len()).finish_non_exhaustive()
    }
}

impl PartitionStream for Scan {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _: Arc<TaskContext>) -> SendableRecordBatchStream {
        let (folder, ledger, schema) = (self.folder.clone(), self.ledger.clone(), self.schema.clone());
        let filters = self.filters.clone();
        let reads = self.files.clone().into_iter().map(move |key| {
            let one = One { folder: folder.clone(), ledger: ledger.clone(), key };
            let (schema, filters) = (schema.clone(), filters.clone());
            async move {
                // Reading is work for a thread of its own; a read that breaks is the file's failure.
                match tokio::task::spawn_blocking(move || one.read(&schema, &filters)).await {
                    Ok(batch) => batch.map(Ok),
                    Err(error) => Some(Err(DataFusionError::Execution(error.to_string()))),
                }
            }
        });
        let reading = self.ledger.begin();
        let end = stream::once(async move { reading.end() }).filter_map(|()| std::future::ready(None));
        let rows = stream::iter(reads).buffered(self.at_once).filter_map(std::future::ready).chain(end);
        Box::pin(RecordBatchStreamAdapter::new(self.schema.clone(), rows))
    }
}

/// One file to read.
struct One {
    folder: Folder,
    ledger: Arc<Ledger>,
    key: Key,
}

impl One {
    /// Its rows as those of `history`; none, and a line in the book, where it cannot be read.
    fn read(&self, schema: &SchemaRef, filters: &[Expr]) -> Option<RecordBatch> {
        let (table, at) = self.key;
        match self.try_read(schema, filters) {
            Ok(batch) => {
                self.ledger.read(table, at, batch.num_rows() as u64);
                Some(batch)
            }
            Err(error) => {
                self.ledger.fail(table, at, error);
                None
            }
        }
    }

    fn try_read(&self, schema: &SchemaRef, filters: &[Expr]) -> Result<RecordBatch, FetchError> {
        let (table, at) = self.key;
        let snapshot = Snapshot::open(&self.folder, table, at)?;
        // A count of rows names no column, and some column must say how many there are.
        let rows = snapshot.rows(|name| name == "resource_id" || schema.index_of(name).is_ok())?;
        let batch = as_history(&rows, table, at, schema)?;
        let wanted = |columns: &[String]| columns.iter().any(|column| schema.index_of(column).is_ok());
        for line in snapshot.covered.missing().filter(|line| line.columns.is_empty() || wanted(&line.columns)) {
            if filters::may_match(filters, &HISTORY, &line.scope) {
                self.ledger.miss(table, at, missing(line));
            }
        }
        Ok(batch)
    }
}

/// What a snapshot lacks, in the words of `history`.
fn missing(line: &ScopeCoverage) -> Missing {
    let mut error = crate::compare::error_of(line);
    error.message = format!("it could not be read by `neph sync`: {}", error.message);
    // Costs from half a bill are wrong in either direction, and the table's name is how the engine knows.
    let is_bill = line.table == schema::tables::COSTS.name;
    Missing {
        table: if is_bill { line.table.clone() } else { HISTORY.name.to_owned() },
        scope: line.scope.clone(),
        columns: line.columns.clone(),
        status: line.status,
        error,
    }
}

fn as_history(
    rows: &RecordBatch,
    table: &'static Table,
    at: DateTime<Utc>,
    schema: &SchemaRef,
) -> Result<RecordBatch, FetchError> {
    let column = |field: &Arc<Field>| -> Result<ArrayRef> {
        Ok(match field.name().as_str() {
            "snapshot_at" => {
                let times = TimestampMicrosecondArray::from_value(at.timestamp_micros(), rows.num_rows());
                Arc::new(times.with_timezone("UTC"))
            }
            "table_name" => Arc::new(StringArray::from(vec![table.name; rows.num_rows()])),
            name => match rows.column_by_name(name) {
                Some(column) if column.data_type() == field.data_type() => column.clone(),
                Some(column) => cast(column, field.data_type())?,
                None => new_null_array(field.data_type(), rows.num_rows()),
            },
        })
    };
    let made = schema.fields().iter().map(column).collect::<Result<Vec<_>>>().and_then(|columns| {
        let options = datafusion::arrow::array::RecordBatchOptions::new().with_row_count(Some(rows.num_rows()));
        Ok(RecordBatch::try_new_with_options(schema.clone(), columns, &options)?)
    });
    made.map_err(|error| {
        let message = format!("the snapshot's columns are not those of this version: {error}");
        FetchError::new(engine::FetchErrorKind::Failed, message).with_code("bad_snapshot")
    })
}
