//! What is kept on disk: the audit log, fetched rows, programs, findings, questions. SQLite in the data folder; many
//! processes may share it.
//!
//! Nothing here may cost an answer. A folder that cannot be written, a full disk, a damaged file: it is said once
//! in the log, and the answer comes without.

pub mod audit;
pub mod cache_index;
pub mod findings;
pub mod programs;
pub mod questions;
pub mod requests;

use crate::failure::{Code, Failure};
use chrono::{DateTime, SecondsFormat, Utc};
use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use std::fs::{DirBuilder, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The name of the database in the data folder.
pub const DATABASE: &str = "nephoscope.db";

/// How long a write waits for another process's.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// The database and the folder that it is in.
#[derive(Debug, Clone)]
pub struct Store {
    pub(crate) pool: SqlitePool,
    pub(crate) folder: PathBuf,
}

impl Store {
    /// Opens the store of a folder, and makes both where they are not there yet.
    pub async fn open(folder: &Path) -> Result<Self, Failure> {
        let named = folder.to_owned();
        let held = tokio::task::spawn_blocking(move || prepare(&named))
            .await
            .map_err(|error| failed(folder, &error))?
            .map_err(|error| failed(folder, &error))?;
        let options = SqliteConnectOptions::new()
            .filename(folder.join(DATABASE))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // In WAL mode `normal` loses at most the last runs when the machine, not the process, stops.
            .synchronous(SqliteSynchronous::Normal)
            .busy_timeout(BUSY_TIMEOUT);
        let pool = SqlitePoolOptions::new()
            .max_connections(2)
            .acquire_timeout(BUSY_TIMEOUT)
            .connect_with(options)
            .await
            .map_err(|error| failed(folder, &error))?;
        sqlx::migrate!("../migrations/sqlite").run(&pool).await.map_err(|error| {
            failed(folder, &error).hint(
                "a newer version of this program may have made it; name another folder with `data_dir` in `[cache]`",
            )
        })?;
        drop(held);
        Ok(Self { pool, folder: folder.to_owned() })
    }

    /// Lets go of the database, so that its side files are folded in.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

/// Makes the folder, and holds its lock: two processes that migrate a new database at once would trip each other.
fn prepare(folder: &Path) -> io::Result<File> {
    make_folder(folder)?;
    let lock = OpenOptions::new().create(true).truncate(false).write(true).open(folder.join("migrate.lock"))?;
    lock.lock()?;
    Ok(lock)
}

/// A folder that only its owner can read: it holds names, tags and questions.
pub(crate) fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(folder)
}

/// A time as it is stored: text order is time order.
pub(crate) fn iso(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Micros, true)
}

fn failed(folder: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure::new(Code::RunFailed, format!("the store in `{}` could not be opened: {error}", folder.display()))
}
