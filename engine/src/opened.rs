//! The sources of a run that are read in place: each looked at once, and only where something of the run reads it.

use crate::error::FetchError;
use crate::in_place::{InPlace, Opened};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::OnceCell;

/// What each source has, by its place in the engine's list.
#[derive(Default)]
pub(crate) struct OpenedSources(Mutex<BTreeMap<usize, Arc<OnceCell<Looked>>>>);

/// What a look at a source found.
type Looked = Result<Opened, FetchError>;

impl OpenedSources {
    fn cells(&self) -> MutexGuard<'_, BTreeMap<usize, Arc<OnceCell<Looked>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a source has, as it was when the run first asked.
    pub(crate) async fn of(&self, at: usize, source: &dyn InPlace) -> Looked {
        let cell = self.cells().entry(at).or_default().clone();
        cell.get_or_init(|| source.open()).await.clone()
    }

    /// The sources that were looked at, and the state of their data.
    pub(crate) fn versions(&self) -> Vec<(usize, u64)> {
        let version = |(at, cell): (&usize, &Arc<OnceCell<Looked>>)| Some((*at, version_of(cell.get()?)));
        self.cells().iter().filter_map(version).collect()
    }

    /// Those that could be opened.
    pub(crate) fn all(&self) -> Vec<Opened> {
        self.cells().values().filter_map(|cell| cell.get()?.clone().ok()).collect()
    }

    /// The next who asks looks again.
    pub(crate) fn forget(&self) {
        self.cells().clear();
    }
}

/// Changes whenever the data of a source does.
pub(crate) fn version_of(looked: &Looked) -> u64 {
    looked.as_ref().map_or(1, |opened| opened.version)
}
