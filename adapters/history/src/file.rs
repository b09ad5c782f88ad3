//! One snapshot: what it covers, and some of its columns. A file that cannot be read to its end counts for nothing.

use crate::COVERAGE_KEY;
use crate::covered::Covered;
use crate::folder::Folder;
use chrono::{DateTime, Utc};
use datafusion::arrow::array::{RecordBatch, RecordBatchReader};
use datafusion::arrow::compute::concat_batches;
use datafusion::parquet::arrow::ProjectionMask;
use datafusion::parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder,
};
use engine::{FetchError, FetchErrorKind};
use schema::{Coverage, Table};
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A snapshot whose footer was read.
pub(crate) struct Snapshot {
    file: File,
    metadata: ArrowReaderMetadata,
    pub(crate) covered: Covered,
}

impl Snapshot {
    /// Reads what a table's snapshot of a time covers.
    pub(crate) fn open(folder: &Folder, table: &'static Table, at: DateTime<Utc>) -> Result<Self, FetchError> {
        guarded(|| {
            let file = File::open(folder.file(table.name, at)).map_err(|error| error.to_string())?;
            let options = ArrowReaderOptions::new();
            let metadata = ArrowReaderMetadata::load(&file, options).map_err(|error| error.to_string())?;
            let covered = Covered::new(table, coverage(&metadata)?);
            Ok(Self { file, metadata, covered })
        })
    }

    /// All rows, with those of some columns that the snapshot has.
    pub(crate) fn rows(&self, wanted: impl Fn(&str) -> bool) -> Result<RecordBatch, FetchError> {
        guarded(|| {
            let fields = self.metadata.schema().fields().iter().enumerate();
            let roots: Vec<usize> = fields.filter(|(_, field)| wanted(field.name())).map(|(at, _)| at).collect();
            let mask = ProjectionMask::roots(self.metadata.parquet_schema(), roots);
            let file = self.file.try_clone().map_err(|error| error.to_string())?;
            let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, self.metadata.clone());
            let reader = builder.with_projection(mask).build().map_err(|error| error.to_string())?;
            let schema = reader.schema();
            let batches: Vec<RecordBatch> = reader.collect::<Result<_, _>>().map_err(|error| error.to_string())?;
            concat_batches(&schema, &batches).map_err(|error| error.to_string())
        })
    }
}

fn coverage(metadata: &ArrowReaderMetadata) -> Result<Coverage, String> {
    let pairs = metadata.metadata().file_metadata().key_value_metadata();
    let pair = pairs.into_iter().flatten().find(|pair| pair.key == COVERAGE_KEY);
    let Some(text) = pair.and_then(|pair| pair.value.as_deref()) else {
        return Err("it does not say what it covers".to_owned());
    };
    serde_json::from_str(text).map_err(|error| format!("what it says of its coverage cannot be read: {error}"))
}

/// The reader of Parquet files trusts some of what a file says, and breaks where that is not so.
fn guarded<T>(read: impl FnOnce() -> Result<T, String>) -> Result<T, FetchError> {
    let result = catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| Err("it is damaged".to_owned()));
    result.map_err(|error| {
        let message = format!("the snapshot cannot be read and is left out: {error}");
        FetchError::new(FetchErrorKind::Failed, message).with_code("bad_snapshot")
    })
}
