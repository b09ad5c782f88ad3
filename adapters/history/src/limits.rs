//! How much one query may read of what is kept.

use engine::EngineError;

/// How much one query may read of what is kept.
#[derive(Debug, Clone)]
pub struct Limits {
    /// The most snapshots: three hundred days of sixteen tables, synced daily. Each is opened, so more take minutes.
    pub most_files: usize,
    /// The most bytes of files. What is read of them is less, by the columns that a query does not name.
    pub most_bytes: u64,
    /// How many files are read at once, and so are in memory together.
    pub files_at_once: usize,
    /// How many snapshots before those that are asked for are looked through for the last one that had a scope.
    pub look_back: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { most_files: 5_000, most_bytes: 4 * 1024 * 1024 * 1024, files_at_once: 4, look_back: 32 }
    }
}

impl Limits {
    /// Refuses what is more than one query may read.
    pub(crate) fn check(&self, table: &str, files: usize, bytes: u64) -> Result<(), EngineError> {
        let too_much = if files > self.most_files {
            format!("{files} snapshots; {} are the most that one query reads", self.most_files)
        } else if bytes > self.most_bytes {
            format!("{bytes} bytes of snapshots; {} are the most that one query reads", self.most_bytes)
        } else {
            return Ok(());
        };
        let hint = if table == "changes" { "changed_at" } else { "snapshot_at" };
        let message = format!(
            "`{table}` would read {too_much}: ask for a shorter time (`{hint}`) or for one table (`table_name`)"
        );
        Err(EngineError::Limit { message })
    }
}
