//! Where snapshots lie: `history/TABLE/TIME.parquet` within the data folder.

use chrono::{DateTime, NaiveDateTime, Utc};
use schema::Table;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};

/// The folder's name within the data folder.
const FOLDER: &str = "history";
/// How times are written in file names: sorted by name is sorted by time.
const TIME: &str = "%Y%m%dT%H%M%S%3fZ";
/// How files end.
const END: &str = ".parquet";

/// The folder of snapshots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    path: PathBuf,
}

impl Folder {
    /// The one within a data folder. Looks at nothing yet.
    pub fn within(data_dir: &Path) -> Self {
        Self { path: data_dir.join(FOLDER) }
    }

    /// The folder itself.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where a table's snapshots are.
    pub fn of_table(&self, table: &str) -> PathBuf {
        self.path.join(table)
    }

    /// A table's snapshot of a time.
    pub fn file(&self, table: &str, at: DateTime<Utc>) -> PathBuf {
        self.of_table(table).join(format!("{}{END}", at.format(TIME)))
    }

    /// How messages call a snapshot.
    pub fn item(table: &str, at: DateTime<Utc>) -> String {
        format!("{table}/{}{END}", at.format(TIME))
    }

    /// The times of a table's snapshots, oldest first.
    pub fn times(&self, table: &str) -> io::Result<Vec<DateTime<Utc>>> {
        let mut times = Vec::new();
        match fs::read_dir(self.of_table(table)) {
            Ok(entries) => {
                for entry in entries {
                    times.extend(time_of(&entry?.path()));
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        times.sort_unstable();
        Ok(times)
    }

    /// Changes whenever a snapshot comes or goes; none where there is none.
    pub(crate) fn version(&self, tables: &[&Table]) -> io::Result<Option<u64>> {
        let mut hasher = DefaultHasher::new();
        let mut count = 0;
        for table in tables {
            let times = self.times(table.name)?;
            if times.is_empty() {
                continue;
            }
            count += times.len();
            // A file that is put in another's place leaves the names as they were.
            let touched = fs::metadata(self.of_table(table.name))?.modified().ok();
            (table.name, touched, times).hash(&mut hasher);
        }
        Ok((count > 0).then(|| hasher.finish()))
    }
}

fn time_of(path: &Path) -> Option<DateTime<Utc>> {
    let stem = path.file_name()?.to_str()?.strip_suffix(END)?;
    NaiveDateTime::parse_from_str(stem, TIME).ok().map(|time| time.and_utc())
}
