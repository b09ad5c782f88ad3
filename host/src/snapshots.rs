//! The folder of snapshots: one Parquet file for each table and sync, which says itself what it covers.
//!
//! `history/TABLE/TIME.parquet`. A file is there whole or not at all: it is written under another name and renamed, so
//! that neither a process that ends in the middle nor a full disk leaves half of one. Its metadata hold the coverage
//! of its rows, so that the two cannot be parted.

use crate::config::history::History;
use crate::failure::{Code, Failure};
use crate::format::parquet;
use crate::reply::Reply;
use crate::whole_file::{self, UNFINISHED};
use ::history::Folder;
use chrono::{DateTime, TimeDelta, Utc};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// After so long, nobody writes a file any more: its process was ended in the middle.
const ABANDONED: std::time::Duration = std::time::Duration::from_secs(3_600);

/// The snapshots of all tables.
#[derive(Debug, Clone)]
pub struct Snapshots {
    folder: Folder,
}

impl Snapshots {
    /// Those within a data folder. Looks at nothing yet.
    pub fn within(data_dir: &Path) -> Self {
        Self { folder: Folder::within(data_dir) }
    }

    /// Keeps the rows of a reply as a table's snapshot of a time. Where that fails, what was kept before is untouched.
    pub fn store(&self, table: &str, at: DateTime<Utc>, reply: &Reply) -> Result<PathBuf, Failure> {
        let (folder, file) = (self.folder.of_table(table), self.folder.file(table, at));
        let written =
            fs::create_dir_all(&folder).and_then(|()| whole_file::write(&file, |out| parquet::write(reply, out)));
        written.map_err(|error| {
            Failure::new(Code::Internal, format!("the snapshot of `{table}` could not be written to `{}`: {error}", folder.display()))
                .hint("make room or mend the folder's permissions; the snapshots that were there are untouched, and `neph sync` may be run again")
        })?;
        Ok(file)
    }

    /// The times of a table's snapshots, oldest first.
    pub fn times(&self, table: &str) -> io::Result<Vec<DateTime<Utc>>> {
        self.folder.times(table)
    }

    /// Forgets a table's snapshots beyond what is to be kept, and what ended processes left behind. Never the newest one.
    /// Says how many it forgot.
    pub fn prune(&self, table: &str, keep: &History, now: DateTime<Utc>) -> io::Result<usize> {
        for path in entries(&self.folder.of_table(table))? {
            if path.to_string_lossy().ends_with(UNFINISHED) && is_abandoned(&path) {
                fs::remove_file(&path)?;
            }
        }
        let times = self.times(table)?;
        let newest = times.len().saturating_sub(1);
        let surplus = times.len().saturating_sub(keep.keep_snapshots.max(1));
        let oldest = now - TimeDelta::days(keep.keep_days.into());
        let gone = times[..newest].iter().enumerate().filter(|(at, time)| *at < surplus || **time < oldest);
        let mut count = 0;
        for (_, time) in gone {
            fs::remove_file(self.folder.file(table, *time))?;
            count += 1;
        }
        Ok(count)
    }
}

/// What a folder holds; nothing where it is not there.
fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    match fs::read_dir(folder) {
        Ok(entries) => entries.map(|entry| entry.map(|entry| entry.path())).collect(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

fn is_abandoned(path: &Path) -> bool {
    let age = fs::metadata(path).and_then(|meta| meta.modified()).ok().and_then(|at| at.elapsed().ok());
    age.is_some_and(|age| age > ABANDONED)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_days(folder: &Path, days: &[i64], now: DateTime<Utc>) -> Snapshots {
        let snapshots = Snapshots::within(folder);
        fs::create_dir_all(snapshots.folder.of_table("volumes")).expect("a folder");
        for day in days {
            fs::write(snapshots.folder.file("volumes", now - TimeDelta::days(*day)), "").expect("written");
        }
        snapshots
    }

    fn check(days: &[i64], keep: &History, expected: &[i64]) {
        let now: DateTime<Utc> = "2026-11-21T12:00:00.250Z".parse().expect("a time");
        let folder = tempfile::tempdir().expect("a folder");
        let snapshots = with_days(folder.path(), days, now);
        let forgot = snapshots.prune("volumes", keep, now).expect("pruned");
        let left = snapshots.times("volumes").expect("listed");
        let left: Vec<i64> = left.iter().map(|time| (now - *time).num_days()).collect();
        assert_eq!((left.as_slice(), forgot), (expected, days.len() - expected.len()));
    }

    #[test]
    fn old_and_surplus_snapshots_go_and_the_newest_stays() {
        let keep = |keep_days, keep_snapshots| History { keep_days, keep_snapshots, ..History::default() };
        check(&[3, 2, 1, 0], &keep(400, 1_000), &[3, 2, 1, 0]);
        check(&[3, 2, 1, 0], &keep(400, 2), &[1, 0]);
        check(&[500, 401, 399, 0], &keep(400, 1_000), &[399, 0]);
        check(&[700, 600], &keep(400, 1_000), &[600]);
        check(&[2, 1], &keep(400, 0), &[1]);
    }

    #[test]
    fn a_table_without_snapshots_has_none_to_forget() {
        check(&[], &History::default(), &[]);
    }
}
