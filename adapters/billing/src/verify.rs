//! Reads one file to its end, with the same reader and the same casts as a query, and says what is wrong with it.

use crate::bad::Memory;
use crate::columns::{Columns, Dialect};
use crate::files::{Root, store_error};
use crate::header::{Format, damaged};
use crate::quotes::Follower;
use crate::scan::{Group, Registered};
use crate::snapshot::OpenFile;
use datafusion::arrow::array::{ArrayRef, RecordBatch};
use datafusion::error::DataFusionError;
use datafusion::prelude::{SessionConfig, SessionContext};
use engine::FetchError;
use flate2::write::MultiGzDecoder;
use futures::StreamExt;
use object_store::ObjectStoreExt;
use schema::tables::COSTS;
use std::io::Write;
use std::sync::Arc;

/// What files are read with: one partition, so that rows come in the file's order and can be counted.
pub(crate) fn context() -> SessionContext {
    SessionContext::new_with_config(SessionConfig::new().with_target_partitions(1))
}

/// Reads a file to its end, and remembers that it is whole or why it is not.
pub(crate) async fn file(root: &Root, memory: &Memory, file: &Arc<OpenFile>, context: &SessionContext) {
    let meta = &file.found.meta;
    let result = rows(root, memory, file, context).await;
    // A file that changed under the reader is neither whole nor bad; whoever asked looks for changes anyway.
    if root.change(meta).await.is_some() {
        return;
    }
    match result {
        Ok(rows) => {
            let mut header = file.header.clone();
            header.rows = Some(rows);
            memory.whole(meta, header);
        }
        Err(error) => {
            tracing::info!(file = file.found.item, error = %error, "billing file is left out");
            memory.bad(meta, error);
        }
    }
}

async fn rows(root: &Root, memory: &Memory, file: &Arc<OpenFile>, context: &SessionContext) -> Result<u64, FetchError> {
    let state = context.state();
    let broken = |error: &DataFusionError, rows: u64| read_error(file, error, rows);
    let registered = Registered::new(context.runtime_env(), root, [&file.found.meta]);
    let group = Group::of(std::slice::from_ref(file), memory).map_err(|error| broken(&error, 0))?;
    let plan = group.exec(&registered.url, &state, None, None).await.map_err(|error| broken(&error, 0))?;
    let mut stream = plan.execute(0, context.task_ctx()).map_err(|error| broken(&error, 0))?;
    let mut rows = 0;
    while let Some(batch) = stream.next().await {
        let batch = batch.map_err(|error| broken(&error, rows))?;
        check(&file.header.columns, &batch)
            .map_err(|(row, column, what)| bad_cell(file, rows + row as u64 + 1, &column, &what))?;
        rows += batch.num_rows() as u64;
    }
    if ends_in_quotes(root, file).await? {
        let what = format!("a quote is opened and never closed, so that rows after it are lost; {rows} rows are there");
        return Err(damaged(&file.found, &what));
    }
    Ok(rows)
}

/// Whether a CSV file ends inside quotes: the reader then takes all that follows the quote for one cell.
async fn ends_in_quotes(root: &Root, file: &OpenFile) -> Result<bool, FetchError> {
    if file.header.format == Format::Parquet {
        return Ok(false);
    }
    let broken = |error: object_store::Error| store_error(&error, &file.found.item);
    let mut bytes = root.store.get(&file.found.meta.location).await.map_err(broken)?.into_stream();
    let mut unpacker = MultiGzDecoder::new(Follower::default());
    let mut follower = Follower::default();
    while let Some(chunk) = bytes.next().await {
        let chunk = chunk.map_err(broken)?;
        let followed = match file.header.format {
            Format::CsvGzip => unpacker.write_all(&chunk),
            _ => follower.write_all(&chunk),
        };
        followed.map_err(|error| damaged(&file.found, &error.to_string()))?;
    }
    if file.header.format == Format::CsvGzip {
        follower = unpacker.finish().map_err(|error| damaged(&file.found, &error.to_string()))?;
    }
    Ok(follower.is_in_quotes())
}

/// A cell that is not what its column holds.
pub(crate) fn bad_cell(file: &OpenFile, row: u64, column: &str, what: &str) -> FetchError {
    let mut error = damaged(&file.found, &format!("row {row}, column `{column}`: {what}")).with_code("bad_cell");
    error.message.push_str(" (rows are counted from 1, after the header)");
    error
}

/// The first cell that is not what its column holds: row, column and what is wrong.
fn check(columns: &Columns, batch: &RecordBatch) -> Result<(), (usize, String, String)> {
    let own = |at: usize| ArrayRef::clone(batch.column(at));
    let focus = COSTS.columns().zip(&columns.focus).filter_map(|(column, recipe)| {
        let (at, bad) = recipe.as_ref()?.run(batch.num_rows(), own).err()?;
        // A column of Azure's is called as the file calls it.
        let name = match columns.dialect {
            Dialect::Azure { .. } => columns.schema.field(at).name(),
            Dialect::Focus | Dialect::MicrosoftFocus => column.name,
        };
        Some((bad.row, name.to_owned(), bad.what))
    });
    let extras = columns.extras.iter().filter_map(|(name, at, steps)| {
        let bad = steps.run(batch.column(*at)).err()?;
        Some((bad.row, name.clone(), bad.what))
    });
    // The first in the file's order of rows, so that the message is the same whatever the order of columns.
    focus.chain(extras).min_by_key(|(row, ..)| *row).map_or(Ok(()), Err)
}

/// A file that its reader could not read on in, after so many rows.
pub(crate) fn read_error(file: &OpenFile, error: &DataFusionError, rows: u64) -> FetchError {
    if let Some(cause) = store_cause(error) {
        return store_error(cause, &file.found.item);
    }
    let text = error.find_root().to_string();
    let mut cause = text.as_str();
    while let Some(rest) = [
        "Arrow error: ",
        "Csv error: ",
        "External error: ",
        "Parser error: ",
        "IO error: ",
        "Io error: ",
        "Parquet error: ",
        "External: ",
    ]
    .iter()
    .find_map(|prefix| cause.strip_prefix(prefix))
    {
        cause = rest;
    }
    damaged(&file.found, &format!("after about {rows} rows: {cause}"))
}

/// The object store's error underneath, if that is what failed.
pub(crate) fn store_cause(error: &DataFusionError) -> Option<&object_store::Error> {
    let mut cause: &(dyn std::error::Error + 'static) = error;
    loop {
        if let Some(found) = cause.downcast_ref::<object_store::Error>() {
            return Some(found);
        }
        cause = cause.source()?;
    }
}
