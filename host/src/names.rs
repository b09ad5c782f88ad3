//! The names that the estate has, as far as its rows were read: names of resources, keys and values of tags, services. Questions
//! are read with them.
//!
//! Rows that are fetched are noted at once and taken into an index behind the answer; with a data folder, the index outlives the
//! process. It is a help and no record: where it cannot be written or read, questions are read without it.

mod index;
mod rows;

use classifier::Name;
use datafusion::arrow::array::RecordBatch;
use engine::{CacheMeta, RowsListener};
use index::Index;
use rows::Found;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// Fetched rows that wait to be taken in: more than a sweep over a thousand accounts and regions has, and no more.
const MOST_WAITING: usize = 4_096;

/// A server takes rows in so often at most: each time writes to the disk.
const BETWEEN: Duration = Duration::from_secs(5);

/// The names of one estate. Clones are the same.
#[derive(Clone, Default)]
pub(crate) struct Names {
    inner: Arc<Inner>,
}

#[derive(Default)]
struct Inner {
    folder: Option<PathBuf>,
    waiting: Mutex<Vec<Rows>>,
    /// When rows were last taken in; held while some are, so that one does it at a time and nobody who reads waits for it.
    taken_in: Mutex<Option<Instant>>,
    /// None inside where it cannot be opened.
    index: OnceLock<Option<Index>>,
    keys: Mutex<Arc<Vec<String>>>,
    /// Rows that are known without being asked for, until they are first needed.
    given: Mutex<Option<Given>>,
    is_ready: tokio::sync::OnceCell<()>,
}

/// Makes rows that are known without a call.
type Given = Box<dyn FnOnce() -> Vec<Rows> + Send>;

/// Rows of one table of one scope.
#[derive(Clone)]
pub(crate) struct Rows {
    /// Which table and scope: newer rows of the same take the place of older ones.
    pub(crate) place: String,
    /// Whether they are all rows there, so that what is not among them is gone.
    pub(crate) are_all: bool,
    pub(crate) table: String,
    pub(crate) batches: Arc<Vec<RecordBatch>>,
}

impl std::fmt::Debug for Names {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Names").field("folder", &self.inner.folder).finish_non_exhaustive()
    }
}

impl RowsListener for Names {
    fn fetched(&self, meta: &CacheMeta, batches: &Arc<Vec<RecordBatch>>) {
        let scope = &meta.scope;
        let place = [&meta.source, &meta.table, &scope.provider, &scope.account_id, &scope.region].map(String::as_str);
        self.note(Rows {
            place: place.join("/"),
            are_all: meta.filters.is_empty(),
            table: meta.table.clone(),
            batches: batches.clone(),
        });
    }
}

impl Names {
    /// Those kept within a data folder, or none yet. Nothing is read before it is needed.
    pub(crate) fn within(data_dir: Option<&Path>) -> Self {
        let inner = Inner { folder: data_dir.map(|folder| folder.join("names")), ..Inner::default() };
        Self { inner: Arc::new(inner) }
    }

    /// Has rows taken in before the first question is read.
    pub(crate) fn give(&self, rows: impl FnOnce() -> Vec<Rows> + Send + 'static) {
        *lock(&self.inner.given) = Some(Box::new(rows));
    }

    fn note(&self, rows: Rows) {
        let mut waiting = lock(&self.inner.waiting);
        waiting.retain(|other| !(rows.are_all && other.place == rows.place));
        if waiting.len() < MOST_WAITING {
            waiting.push(rows);
        }
    }

    /// Takes in what was fetched, behind an answer; at most as often as a disk should be written to. What is only in memory is
    /// taken in when somebody asks for it.
    pub(crate) fn take_in_soon(&self) {
        if self.inner.folder.is_none() || lock(&self.inner.waiting).is_empty() {
            return;
        }
        // Whoever holds it takes rows in already.
        let is_due = self.inner.taken_in.try_lock().is_ok_and(|at| at.is_none_or(|at| at.elapsed() >= BETWEEN));
        if is_due {
            let names = self.clone();
            tokio::task::spawn_blocking(move || names.take_in());
        }
    }

    /// Takes in what was fetched before the process ends, where that outlives it.
    pub(crate) async fn keep(&self) {
        if self.inner.folder.is_some() {
            self.flush().await;
        }
    }

    /// Takes in what was fetched and not yet taken in.
    async fn flush(&self) {
        let names = self.clone();
        // Whoever ends meanwhile has lost nothing but names, which are read again with their rows.
        let _ = tokio::task::spawn_blocking(move || names.take_in()).await;
    }

    fn take_in(&self) {
        let mut taken_in = lock(&self.inner.taken_in);
        let waiting = std::mem::take(&mut *lock(&self.inner.waiting));
        if waiting.is_empty() {
            return;
        }
        *taken_in = Some(Instant::now());
        let Some(index) = self.index() else { return };
        let taken = index.take_in(waiting.iter().map(|rows| (rows, Found::of(rows)))).and_then(|()| index.keys());
        match taken {
            Ok(keys) => *lock(&self.inner.keys) = Arc::new(keys),
            Err(error) => tracing::debug!(
                error = %error,
                "the names of fetched rows could not be kept; questions are read without them"
            ),
        }
    }

    /// The index, opened where nobody did yet; its keys are known from then on.
    fn index(&self) -> Option<&Index> {
        let open = || {
            let opened = Index::open(self.inner.folder.as_deref()).and_then(|index| Ok((index.keys()?, index)));
            match opened {
                Ok((keys, index)) => {
                    if !keys.is_empty() {
                        *lock(&self.inner.keys) = Arc::new(keys);
                    }
                    Some(index)
                }
                Err(error) => {
                    tracing::debug!(error = %error, "the names of the estate cannot be read; questions are read without them");
                    None
                }
            }
        };
        self.inner.index.get_or_init(open).as_ref()
    }

    /// Reads what is kept, and makes what is given, once. Of given rows the keys are all that most questions need.
    async fn ready(&self) {
        let prepare = async || {
            let names = self.clone();
            let prepared = tokio::task::spawn_blocking(move || {
                if names.inner.folder.is_some() {
                    names.index();
                }
                let Some(given) = lock(&names.inner.given).take() else { return };
                let rows = given();
                let keys = rows.iter().flat_map(|rows| Found::of(rows).keys.into_iter().map(|key| (key, 1)));
                *lock(&names.inner.keys) = Arc::new(index::most_used(keys));
                rows.into_iter().for_each(|rows| names.note(rows));
            });
            let _ = prepared.await;
        };
        self.inner.is_ready.get_or_init(prepare).await;
    }

    /// The keys of the estate's tags, those on most rows first.
    pub(crate) async fn tag_keys(&self) -> Arc<Vec<String>> {
        self.ready().await;
        lock(&self.inner.keys).clone()
    }

    /// What the estate calls by some phrases.
    pub(crate) async fn find(&self, phrases: &[String]) -> Vec<Name> {
        self.ready().await;
        if self.inner.folder.is_none() {
            self.flush().await;
        }
        let Some(index) = self.index() else { return Vec::new() };
        index.find(phrases).unwrap_or_else(|error| {
            tracing::debug!(error = %error, "the names of the estate could not be searched");
            Vec::new()
        })
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use classifier::NameOf;
    use schema::{Row, Table, Value, tables};

    fn rows(table: &'static Table, place: &str, all: &[(&str, &[(&str, &str)])]) -> Rows {
        let row = |(name, tags): &(&str, &[(&str, &str)])| {
            let tags = tags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
            Row::new(table).with("name", *name).with("tags", Value::Map(tags))
        };
        let batch = engine::arrow::batch(table, &all.iter().map(row).collect::<Vec<_>>()).expect("a batch");
        Rows { place: place.to_owned(), are_all: true, table: table.name.to_owned(), batches: Arc::new(vec![batch]) }
    }

    fn of_tag(key: &str) -> NameOf {
        NameOf::Tag(key.to_owned())
    }

    async fn found(names: &Names, phrase: &str) -> Vec<(String, NameOf)> {
        let found = names.find(&[phrase.to_owned()]).await;
        found.into_iter().map(|name| (name.text, name.of)).collect()
    }

    #[tokio::test]
    async fn names_are_found_however_they_are_written_and_newer_rows_replace_older_ones() {
        let names = Names::default();
        names.note(rows(
            &tables::INSTANCES,
            "one",
            &[("web-1", &[("app", "Checkout"), ("Name", "web-1")]), ("web-2", &[("app", "checkout")])],
        ));
        names.note(rows(&tables::DATABASES, "two", &[("web-1", &[("team", "checkout")])]));
        names.flush().await;
        let checkout = [
            ("Checkout".to_owned(), of_tag("app")),
            ("checkout".to_owned(), of_tag("app")),
            ("checkout".to_owned(), of_tag("team")),
        ];
        assert_eq!(found(&names, "checkout").await, checkout);
        let row = |table: &str| ("web-1".to_owned(), NameOf::Row(table.to_owned()));
        assert_eq!(found(&names, "web-1").await, [row("databases"), row("instances")]);
        assert_eq!(*names.tag_keys().await, ["app", "Name", "team"]);
        assert!(found(&names, "check").await.is_empty());

        names.note(rows(&tables::INSTANCES, "one", &[("web-3", &[])]));
        names.flush().await;
        assert_eq!(found(&names, "web-1").await, [row("databases")]);
        assert_eq!(*names.tag_keys().await, ["team"]);
    }

    #[tokio::test]
    async fn names_outlive_the_process_and_a_damaged_index_is_made_anew() {
        let folder = tempfile::tempdir().expect("a folder");
        let names = Names::within(Some(folder.path()));
        names.note(rows(&tables::INSTANCES, "one", &[("web-1", &[("app", "checkout")])]));
        names.flush().await;
        drop(names);
        let names = Names::within(Some(folder.path()));
        assert_eq!(found(&names, "checkout").await, [("checkout".to_owned(), of_tag("app"))]);
        drop(names);

        std::fs::write(folder.path().join("names/meta.json"), "{").expect("damaged");
        let names = Names::within(Some(folder.path()));
        assert!(found(&names, "checkout").await.is_empty());
        names.note(rows(&tables::INSTANCES, "one", &[("web-1", &[("app", "checkout")])]));
        names.flush().await;
        assert_eq!(found(&names, "checkout").await.len(), 1);
    }

    #[tokio::test]
    async fn what_is_given_is_there_for_the_first_question() {
        let names = Names::default();
        names.give(|| vec![rows(&tables::INSTANCES, "one", &[("web-1", &[("app", "checkout")])])]);
        assert_eq!(*names.tag_keys().await, ["app"]);
    }
}
