//! Fetched rows that outlive the process: an index in the database, the rows as files beside it.
//!
//! A file is written under another name and then renamed, and its name holds the hash of what is in it. So a
//! file that is damaged, half there, or another process's newer one is found out, and counts as not there.

use super::{Store, iso, make_folder};
use crate::clock;
use async_trait::async_trait;
use chrono::TimeDelta;
use engine::{CacheMeta, CacheStore};
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, SystemTime};
use uuid::Uuid;

/// Rows older than this are of use to nobody who did not ask for a very great age.
const KEEP: TimeDelta = TimeDelta::days(7);
/// Files of no entry are left alone for so long: another process may just be about to name them.
const ORPHAN_AGE: Duration = Duration::from_secs(3_600);

/// How often the bound is looked at while as much is saved as it allows.
const LOOKS_FOR_ROOM: u64 = 64;

/// The kept rows of one data folder.
#[derive(Debug)]
pub struct CacheIndex {
    store: Store,
    folder: PathBuf,
    max_bytes: u64,
    /// What was saved since the bound was last looked at.
    unchecked: AtomicU64,
    has_complained: AtomicBool,
}

impl CacheIndex {
    /// The kept rows of a store, at most so many bytes of them.
    pub fn new(store: &Store, max_bytes: u64) -> Self {
        Self {
            store: store.clone(),
            folder: store.folder.join("cache"),
            max_bytes,
            unchecked: AtomicU64::new(0),
            has_complained: AtomicBool::new(false),
        }
    }

    async fn try_index(&self) -> Result<Vec<CacheMeta>, sqlx::Error> {
        let pool = &self.store.pool;
        sqlx::query("DELETE FROM cache_entries WHERE saved_at < ?")
            .bind(iso(clock::now() - KEEP))
            .execute(pool)
            .await?;
        let rows: Vec<(String, String)> =
            sqlx::query_as("SELECT meta, file FROM cache_entries").fetch_all(pool).await?;
        let named: HashSet<String> = rows.iter().map(|(_, file)| file.clone()).collect();
        let folder = self.folder.clone();
        // Looking at a folder blocks; what fails there is looked at again next time.
        let _ = tokio::task::spawn_blocking(move || remove_orphans(&folder, &named)).await;
        Ok(rows.iter().filter_map(|(meta, _)| serde_json::from_str(meta).ok()).collect())
    }

    async fn try_load(&self, id: &str) -> Option<Vec<u8>> {
        let file: Option<String> = sqlx::query_scalar("SELECT file FROM cache_entries WHERE id = ?")
            .bind(id)
            .fetch_optional(&self.store.pool)
            .await
            .ok()?;
        let file = file?;
        let bytes = tokio::fs::read(self.folder.join(&file)).await.ok()?;
        let is_whole = name_of(id, &bytes) == file;
        if !is_whole {
            tracing::debug!(cache.file = %file, "the file of kept rows is damaged");
        }
        is_whole.then_some(bytes)
    }

    async fn try_save(&self, meta: &CacheMeta, bytes: Vec<u8>) -> Result<(), Unkept> {
        let bytes_saved = bytes.len() as u64;
        let length = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        if bytes_saved > self.max_bytes {
            return Ok(());
        }
        let file = name_of(&meta.id, &bytes);
        let (folder, name) = (self.folder.clone(), file.clone());
        tokio::task::spawn_blocking(move || write_whole(&folder, &name, &bytes))
            .await
            .map_err(|error| io::Error::other(error.to_string()))??;
        let pool = &self.store.pool;
        let before: Option<String> = sqlx::query_scalar("SELECT file FROM cache_entries WHERE id = ?")
            .bind(&meta.id)
            .fetch_optional(pool)
            .await?;
        sqlx::query("INSERT OR REPLACE INTO cache_entries (id, meta, file, bytes, saved_at) VALUES (?, ?, ?, ?, ?)")
            .bind(&meta.id)
            .bind(serde_json::to_string(meta).map_err(io::Error::from)?)
            .bind(&file)
            .bind(length)
            .bind(iso(clock::now()))
            .execute(pool)
            .await?;
        if let Some(before) = before.filter(|before| *before != file) {
            self.delete_file(&before).await;
        }
        self.make_room_in_time(bytes_saved).await
    }

    /// Adding up what is kept takes a look at every entry, so it is not done for each: the bound may be exceeded by a
    /// part of it.
    async fn make_room_in_time(&self, bytes: u64) -> Result<(), Unkept> {
        let unchecked = self.unchecked.fetch_add(bytes, Ordering::SeqCst) + bytes;
        if unchecked < self.max_bytes / LOOKS_FOR_ROOM {
            return Ok(());
        }
        self.unchecked.store(0, Ordering::SeqCst);
        self.make_room().await
    }

    /// Lets the oldest go until the rest is within the bound.
    async fn make_room(&self) -> Result<(), Unkept> {
        let pool = &self.store.pool;
        loop {
            let total: i64 =
                sqlx::query_scalar("SELECT coalesce(sum(bytes), 0) FROM cache_entries").fetch_one(pool).await?;
            if u64::try_from(total).unwrap_or(0) <= self.max_bytes {
                return Ok(());
            }
            let oldest: Option<(String, String)> =
                sqlx::query_as("SELECT id, file FROM cache_entries ORDER BY saved_at LIMIT 1")
                    .fetch_optional(pool)
                    .await?;
            let Some((id, file)) = oldest else { return Ok(()) };
            sqlx::query("DELETE FROM cache_entries WHERE id = ?").bind(id).execute(pool).await?;
            self.delete_file(&file).await;
        }
    }

    async fn delete_file(&self, file: &str) {
        // It may be gone already: another process looks after the same folder.
        let _ = tokio::fs::remove_file(self.folder.join(file)).await;
    }

    fn complain(&self, error: &dyn std::fmt::Display) {
        if !self.has_complained.swap(true, Ordering::Relaxed) {
            tracing::warn!(error = %error, "fetched rows could not be kept on disk; answers go on without");
        }
    }
}

/// Why rows were not kept.
#[derive(Debug, thiserror::Error)]
enum Unkept {
    #[error(transparent)]
    File(#[from] io::Error),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

#[async_trait]
impl CacheStore for CacheIndex {
    async fn index(&self) -> Vec<CacheMeta> {
        self.try_index().await.unwrap_or_else(|error| {
            self.complain(&error);
            Vec::new()
        })
    }

    async fn load(&self, id: &str) -> Option<Vec<u8>> {
        self.try_load(id).await
    }

    async fn save(&self, meta: &CacheMeta, bytes: Vec<u8>) {
        if let Err(error) = self.try_save(meta, bytes).await {
            self.complain(&error);
        }
    }

    async fn remove(&self, id: &str) {
        let file: Option<String> = sqlx::query_scalar("DELETE FROM cache_entries WHERE id = ? RETURNING file")
            .bind(id)
            .fetch_optional(&self.store.pool)
            .await
            .unwrap_or_default();
        if let Some(file) = file {
            self.delete_file(&file).await;
        }
    }
}

fn name_of(id: &str, bytes: &[u8]) -> String {
    let hash: String = Sha256::digest(bytes).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("{id}-{hash}.arrow")
}

fn write_whole(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    make_folder(folder)?;
    let temporary = folder.join(format!("{}.new", Uuid::now_v7()));
    let written = std::fs::write(&temporary, bytes).and_then(|()| std::fs::rename(&temporary, folder.join(name)));
    if written.is_err() {
        let _ = std::fs::remove_file(&temporary);
    }
    written
}

fn remove_orphans(folder: &Path, named: &HashSet<String>) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let is_named = entry.file_name().to_str().is_some_and(|name| named.contains(name));
        let changed = entry.metadata()?.modified()?;
        let is_old = SystemTime::from(clock::now()).duration_since(changed).is_ok_and(|age| age > ORPHAN_AGE);
        if !is_named && is_old {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use schema::Scope;

    fn meta(id: &str) -> CacheMeta {
        CacheMeta {
            id: id.to_owned(),
            source: "aws".to_owned(),
            fingerprint: 1,
            scope: Scope::new("aws", "1", "one", "eu-west-1"),
            table: "instances".to_owned(),
            costly: Default::default(),
            filters: Vec::new(),
            time: None,
            fetched_at: clock::now(),
            rows: 3,
        }
    }

    fn files(folder: &Path) -> Vec<PathBuf> {
        std::fs::read_dir(folder.join("cache")).expect("a folder").map(|e| e.expect("an entry").path()).collect()
    }

    #[tokio::test]
    async fn rows_come_back_after_a_restart_and_damaged_ones_do_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(folder.path()).await.expect("opened");
        CacheIndex::new(&store, 1_000).save(&meta("a"), vec![1; 100]).await;
        store.close().await;

        let store = Store::open(folder.path()).await.expect("opened again");
        let index = CacheIndex::new(&store, 1_000);
        assert_eq!(index.index().await.len(), 1);
        assert_eq!(index.load("a").await, Some(vec![1; 100]));

        let file = files(folder.path()).pop().expect("a file");
        std::fs::write(&file, [1; 99]).expect("damaged");
        assert_eq!(index.load("a").await, None);
        std::fs::remove_file(&file).expect("removed");
        assert_eq!(index.load("a").await, None);
        index.remove("a").await;
        assert_eq!(index.index().await, Vec::new());
    }

    #[tokio::test]
    async fn the_oldest_rows_make_room_and_leave_no_files() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(folder.path()).await.expect("opened");
        let index = CacheIndex::new(&store, 250);
        for id in ["a", "b", "c"] {
            index.save(&meta(id), vec![0; 100]).await;
        }
        index.save(&meta("c"), vec![9; 100]).await;
        index.save(&meta("huge"), vec![0; 300]).await;
        let kept: Vec<_> = index.index().await.into_iter().map(|meta| meta.id).collect();
        assert_eq!(kept, ["b", "c"]);
        assert_eq!(files(folder.path()).len(), 2);
        assert_eq!(index.load("c").await, Some(vec![9; 100]));
    }

    #[tokio::test]
    async fn a_folder_that_cannot_be_written_costs_no_answer() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(folder.path()).await.expect("opened");
        // A file where the folder should be fails for every user, root too.
        std::fs::write(folder.path().join("cache"), "").expect("written");
        let index = CacheIndex::new(&store, 1_000);
        index.save(&meta("a"), vec![1]).await;
        assert_eq!(index.load("a").await, None);
    }
}
