//! The second port: data that DataFusion reads where it lies (billing files), instead of being fetched row by row.

use crate::error::FetchError;
use async_trait::async_trait;
use datafusion::catalog::TableProvider;
use schema::{ScopeCoverage, Table};
use std::sync::Arc;

/// A source whose table is read in place.
#[async_trait]
pub trait InPlace: Send + Sync + 'static {
    /// The name in coverage and configuration: `billing`. Unique in an engine.
    fn id(&self) -> &str;

    /// The table that it fills.
    fn table(&self) -> &'static Table;

    /// Looks at what is there now, for one request.
    ///
    /// What cannot be read is named in [`Opened::coverage`], and left out of [`Opened::provider`]. When reading
    /// fails later, in the middle of a file, the plan's error holds a [`PartFailed`]; the source has then made
    /// sure that its next `open` leaves out every part that cannot be read to its end, and the engine runs the
    /// query again from the start, so that no answer counts half a file.
    async fn open(&self) -> Result<Opened, FetchError>;
}

/// What one request reads.
#[derive(Debug, Clone)]
pub struct Opened {
    /// The rows: the columns of the table in its order, in the Arrow types of [`crate::arrow::schema_of`], and after
    /// them what else the files have.
    pub provider: Arc<dyn TableProvider>,
    /// One line for what is read, and one for each part that cannot be.
    pub coverage: Vec<ScopeCoverage>,
    /// What the reader of the answer must know.
    pub warnings: Vec<String>,
    /// Changes whenever the data does: names, sizes and times of the files, hashed.
    pub version: u64,
    /// How many bytes a full read would take, for `explain`.
    pub bytes: u64,
}

/// The error that a plan over an [`InPlace`] source fails with when a part turns out to be unreadable.
#[derive(Debug, thiserror::Error)]
#[error("{item}: {error}")]
pub struct PartFailed {
    /// The source's id.
    pub source_id: String,
    /// The file.
    pub item: String,
    /// Why.
    #[source]
    pub error: FetchError,
}
