//! What has been found out about each file, so that nothing is read twice: its header, that it is whole, or why not.
//!
//! A file is known by place, size and time: when any of them changes, it is looked at anew.

use crate::columns::Columns;
use crate::exports::Manifest;
use crate::facts::Facts;
use crate::files::{Found, is_same};
use crate::header::Header;
use datafusion::arrow::datatypes::SchemaRef;
use engine::{FetchError, FetchErrorKind};
use object_store::ObjectMeta;
use object_store::path::Path;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long a file is left out that kept changing or whose store failed: long enough for the same request to be run
/// again without it, short enough that the next question tries it again.
const REST: Duration = Duration::from_secs(10);

/// What is known of one file.
#[derive(Debug, Clone)]
pub(crate) enum Verdict {
    /// Its header. Whether all its rows can be read has yet to be seen.
    Header(Header),
    /// It was read to its end, and every cell is what its column holds.
    Whole(Header),
    /// It cannot be read.
    Bad(FetchError),
}

/// What is known of all files. Bounded by the files that are there.
#[derive(Debug, Default)]
pub(crate) struct Memory(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    files: HashMap<Path, (ObjectMeta, Verdict)>,
    /// Files that are left out for a while: they kept changing, or the store failed.
    resting: HashMap<Path, (Instant, FetchError)>,
    /// How often in a row a file changed while it was read.
    changes: HashMap<Path, u32>,
    /// Which CSV files have line breaks inside quotes.
    breaks: HashMap<Path, (ObjectMeta, bool)>,
    /// What manifests say, or what is wrong with them. None for another program's.
    manifests: HashMap<Path, (ObjectMeta, Result<Option<Arc<Manifest>>, String>)>,
    /// What rows tell of themselves.
    facts: HashMap<Path, (ObjectMeta, Arc<Facts>)>,
    /// One copy of each header, however many files have it.
    columns: HashMap<(SchemaRef, bool), Arc<Columns>>,
    /// Counts what would change the next request's answer without any file changing.
    epoch: u64,
}

impl Memory {
    fn state(&self) -> MutexGuard<'_, State> {
        // Every change below is one insert, so a panic elsewhere leaves nothing half-done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets files that are no longer there.
    pub(crate) fn keep(&self, found: &[Found]) {
        let there: HashSet<&Path> = found.iter().map(|file| &file.meta.location).collect();
        let mut state = self.state();
        state.files.retain(|path, _| there.contains(path));
        state.resting.retain(|path, _| there.contains(path));
        state.breaks.retain(|path, _| there.contains(path));
        state.changes.retain(|path, _| there.contains(path));
        state.manifests.retain(|path, _| there.contains(path));
        state.facts.retain(|path, _| there.contains(path));
        // Headers that no file has any more.
        state.columns.retain(|_, columns| Arc::strong_count(columns) > 1);
    }

    /// What is known of a file as it is now.
    pub(crate) fn verdict(&self, meta: &ObjectMeta) -> Option<Verdict> {
        let state = self.state();
        let (then, verdict) = state.files.get(&meta.location)?;
        is_same(then, meta).then(|| verdict.clone())
    }

    /// Remembers a file's header.
    pub(crate) fn opened(&self, meta: &ObjectMeta, mut header: Header) -> Header {
        let mut state = self.state();
        let is_parquet = header.format == crate::header::Format::Parquet;
        let key = (Arc::clone(&header.columns.schema), is_parquet);
        header.columns = Arc::clone(state.columns.entry(key).or_insert_with(|| Arc::clone(&header.columns)));
        state.files.insert(meta.location.clone(), (meta.clone(), Verdict::Header(header.clone())));
        header
    }

    /// Remembers that a file was read to its end.
    pub(crate) fn whole(&self, meta: &ObjectMeta, header: Header) {
        let mut state = self.state();
        state.changes.remove(&meta.location);
        state.files.insert(meta.location.clone(), (meta.clone(), Verdict::Whole(header)));
    }

    /// Remembers that a file cannot be read. A failure that may pass is remembered for a while only.
    pub(crate) fn bad(&self, meta: &ObjectMeta, error: FetchError) {
        let mut state = self.state();
        state.epoch += 1;
        if error.kind == FetchErrorKind::Failed {
            state.files.insert(meta.location.clone(), (meta.clone(), Verdict::Bad(error)));
        } else {
            state.resting.insert(meta.location.clone(), (Instant::now(), error));
        }
    }

    /// Remembers that a file changed while it was read. The first time, the next request reads it as it then is;
    /// from the second time in a row on, it is left out for a while.
    pub(crate) fn changed(&self, path: &Path, error: &FetchError) {
        let mut state = self.state();
        state.epoch += 1;
        state.files.remove(path);
        let count = state.changes.entry(path.clone()).or_insert(0);
        *count += 1;
        if *count > 1 {
            state.resting.insert(path.clone(), (Instant::now(), error.clone()));
        }
    }

    /// The files that are left out for now, and why.
    pub(crate) fn resting(&self) -> HashMap<Path, FetchError> {
        let mut state = self.state();
        let before = state.resting.len();
        state.resting.retain(|_, (since, _)| since.elapsed() < REST);
        if state.resting.len() < before {
            state.epoch += 1;
        }
        state.resting.iter().map(|(path, (_, error))| (path.clone(), error.clone())).collect()
    }

    /// Whether a CSV file has line breaks inside quotes, if that is known.
    pub(crate) fn breaks(&self, meta: &ObjectMeta) -> Option<bool> {
        let state = self.state();
        let (then, breaks) = state.breaks.get(&meta.location)?;
        is_same(then, meta).then_some(*breaks)
    }

    /// Remembers whether a CSV file has line breaks inside quotes.
    pub(crate) fn found_breaks(&self, meta: &ObjectMeta, breaks: bool) {
        self.state().breaks.insert(meta.location.clone(), (meta.clone(), breaks));
    }

    /// What a manifest says, if it was read as it is now.
    pub(crate) fn manifest(&self, meta: &ObjectMeta) -> Option<Result<Option<Arc<Manifest>>, String>> {
        let state = self.state();
        let (then, said) = state.manifests.get(&meta.location)?;
        is_same(then, meta).then(|| said.clone())
    }

    /// Remembers what a manifest says.
    pub(crate) fn read_manifest(&self, meta: &ObjectMeta, said: Result<Option<Arc<Manifest>>, String>) {
        self.state().manifests.insert(meta.location.clone(), (meta.clone(), said));
    }

    /// What a file's rows tell, if that is known of it as it is now.
    pub(crate) fn facts(&self, meta: &ObjectMeta) -> Option<Arc<Facts>> {
        let state = self.state();
        let (then, facts) = state.facts.get(&meta.location)?;
        is_same(then, meta).then(|| Arc::clone(facts))
    }

    /// Remembers what a file's rows tell.
    pub(crate) fn found_facts(&self, meta: &ObjectMeta, facts: Facts) {
        self.state().facts.insert(meta.location.clone(), (meta.clone(), Arc::new(facts)));
    }

    /// Makes the next request look again, because something that was not seen this time may be then.
    pub(crate) fn look_again(&self) {
        self.state().epoch += 1;
    }

    /// A number that changes with what is known.
    pub(crate) fn epoch(&self) -> u64 {
        self.state().epoch
    }
}
