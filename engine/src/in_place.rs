//! The second port: data that is read where it lies (billing files, snapshots), instead of being fetched row by row.

use crate::error::FetchError;
use async_trait::async_trait;
use datafusion::catalog::TableProvider;
use schema::{ScopeCoverage, Table};
use std::fmt;
use std::sync::Arc;

/// A source whose table is read in place, whichever table it is. Its coverage, grants, `explain` and version are the
/// engine's affair, and are the same for all.
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
#[derive(Clone)]
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
    /// Who tells what is known only once a plan was made over the rows, or ran; none where `open` says it all.
    pub later: Option<Arc<dyn Later>>,
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opened").field("version", &self.version).field("bytes", &self.bytes).finish_non_exhaustive()
    }
}

/// Tells what was read, where that depends on the query: which files are in its time, say.
pub trait Later: Send + Sync + 'static {
    /// What is known by now. Asked once a plan was made, by `explain`, or has run to its end.
    fn told(&self) -> Told;
}

/// What is told late.
#[derive(Debug, Clone, Default)]
pub struct Told {
    /// Lines in addition to those of [`Opened::coverage`].
    pub coverage: Vec<ScopeCoverage>,
    /// Sentences in addition to those of [`Opened::warnings`].
    pub warnings: Vec<String>,
    /// Bytes in addition to [`Opened::bytes`].
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
