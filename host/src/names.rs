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
use std::sync::{Arc, Mutex, PoisonError};
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
    state: Mutex<State>,
    /// Rows that are known without being asked for, until they are first needed.
    given: Mutex<Option<Given>>,
    is_given: tokio::sync::OnceCell<()>,
}

/// Makes rows that are known without a call.
type Given = Box<dyn FnOnce() -> Vec<Rows> + Send>;

#[derive(Default)]
struct State {
    /// None until it is first needed, and where it cannot be opened.
    index: Option<Index>,
    is_opened: bool,
    keys: Arc<Vec<String>>,
    taken_in: Option<Instant>,
}

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

    /// Takes in what was fetched, behind an answer; at most as often as a disk should be written to. Where all is given and
    /// nothing outlives the process, there is nothing new.
    pub(crate) fn take_in_soon(&self) {
        if self.inner.folder.is_none() && self.inner.is_given.initialized() {
            return;
        }
        let is_due = lock(&self.inner.state).taken_in.is_none_or(|at| at.elapsed() >= BETWEEN);
        if is_due && !lock(&self.inner.waiting).is_empty() {
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
        let mut state = lock(&self.inner.state);
        let waiting = std::mem::take(&mut *lock(&self.inner.waiting));
        if waiting.is_empty() {
            return;
        }
        state.taken_in = Some(Instant::now());
        self.open(&mut state);
        let Some(index) = &mut state.index else { return };
        let taken = index.take_in(waiting.iter().map(|rows| (rows, Found::of(rows))));
        if let Err(error) = taken.and_then(|()| index.keys()).map(|keys| state.keys = Arc::new(keys)) {
            tracing::debug!(error = %error, "the names of fetched rows could not be kept; questions are read without them");
        }
    }

    fn open(&self, state: &mut State) {
        if std::mem::replace(&mut state.is_opened, true) {
            return;
        }
        let opened = Index::open(self.inner.folder.as_deref()).and_then(|index| {
            state.keys = Arc::new(index.keys()?);
            Ok(index)
        });
        match opened {
            Ok(index) => state.index = Some(index),
            Err(error) => {
                tracing::debug!(error = %error, "the names of the estate cannot be read; questions are read without them");
            }
        }
    }

    async fn ready(&self) {
        let give = async || {
            let Some(given) = lock(&self.inner.given).take() else { return };
            let names = self.clone();
            let taken = tokio::task::spawn_blocking(move || {
                given().into_iter().for_each(|rows| names.note(rows));
                names.take_in();
            });
            let _ = taken.await;
        };
        self.inner.is_given.get_or_init(give).await;
    }

    /// The keys of the estate's tags, those on most rows first.
    pub(crate) async fn tag_keys(&self) -> Arc<Vec<String>> {
        self.ready().await;
        let mut state = lock(&self.inner.state);
        self.open(&mut state);
        state.keys.clone()
    }

    /// What the estate calls by some phrases.
    pub(crate) async fn find(&self, phrases: &[String]) -> Vec<Name> {
        self.ready().await;
        let mut state = lock(&self.inner.state);
        self.open(&mut state);
        let Some(index) = &state.index else { return Vec::new() };
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
