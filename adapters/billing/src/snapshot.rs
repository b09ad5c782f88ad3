//! The files of one request as they were listed, and the search for the one that made a reading fail.

use crate::bad::{Memory, Verdict};
use crate::exports::Origin;
use crate::files::{Found, Root, failed};
use crate::header::Header;
use crate::settings::Limits;
use crate::shares::{Basis, Shares};
use crate::{facts, verify};
use engine::FetchError;
use engine::in_place::PartFailed;
use object_store::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::task::JoinSet;

/// Files that are read to their end at the same time.
const READERS: usize = 4;

/// The files of one request as they were listed.
#[derive(Debug)]
pub(crate) struct Snapshot {
    /// The source's name.
    pub(crate) source_id: String,
    /// Where the files are.
    pub(crate) root: Arc<Root>,
    /// What is known of them.
    pub(crate) memory: Arc<Memory>,
    /// The files that can be read as far as is known, in the order of their names.
    pub(crate) files: Vec<Arc<OpenFile>>,
    /// Which of them count where they hold the same charges.
    pub(crate) shares: Arc<Shares>,
    /// Held by whoever searches, so that the partitions of a plan that fails do not all search.
    search: tokio::sync::Mutex<()>,
    /// Whether a change was remembered: one change counts once, however many partitions meet it.
    is_change_known: AtomicBool,
}

/// One file that is read.
#[derive(Debug, Clone)]
pub(crate) struct OpenFile {
    /// Its place and name.
    pub(crate) found: Found,
    /// Which export it is of.
    pub(crate) origin: Origin,
    /// What it is.
    pub(crate) header: Header,
    /// Which costs its rows have.
    pub(crate) basis: Basis,
}

impl Snapshot {
    pub(crate) fn new(
        source_id: &str,
        root: Arc<Root>,
        memory: Arc<Memory>,
        files: Vec<Arc<OpenFile>>,
        shares: Arc<Shares>,
    ) -> Self {
        Self {
            source_id: source_id.to_owned(),
            root,
            memory,
            files,
            shares,
            search: tokio::sync::Mutex::default(),
            is_change_known: AtomicBool::new(false),
        }
    }

    /// Finds the file that made a reading fail: one that changed, or one that cannot be read to its end.
    ///
    /// Looks at every file that has not been read to its end yet, and remembers what it finds, so that the next
    /// request leaves all bad ones out at once. None if every file is as it should be.
    pub(crate) async fn find_bad(&self) -> Option<PartFailed> {
        let _searching = self.search.lock().await;
        if let Some(failed) = self.first_changed().await {
            return Some(failed);
        }
        verify_all(&self.root, &self.memory, &self.files).await;
        if let Some(failed) = self.first_changed().await {
            return Some(failed);
        }
        let resting = self.memory.resting();
        self.files.iter().find_map(|file| {
            let error = match self.memory.verdict(&file.found.meta) {
                Some(Verdict::Bad(error)) => error,
                _ => resting.get(&file.found.meta.location)?.clone(),
            };
            Some(self.part(&file.found.item, error))
        })
    }

    /// The first file that is no longer as it was listed.
    pub(crate) async fn first_changed(&self) -> Option<PartFailed> {
        let (path, what) = self.root.first_changed(&self.files).await?;
        Some(self.changed(&path, &what))
    }

    fn changed(&self, path: &Path, what: &str) -> PartFailed {
        let file = self.files.iter().find(|file| file.found.meta.location == *path);
        let item = file.map_or_else(|| path.to_string(), |file| file.found.item.clone());
        let error = failed(format!("`{item}` {what}: ask again when its writer is done")).with_code("changed");
        if !self.is_change_known.swap(true, Ordering::AcqRel) {
            self.memory.changed(path, &error);
        }
        self.part(&item, error)
    }

    fn part(&self, item: &str, error: FetchError) -> PartFailed {
        PartFailed { source_id: self.source_id.clone(), item: item.to_owned(), error }
    }
}

/// Reads to their end all files that have not been yet, a few at a time, and remembers what comes of it.
pub(crate) async fn verify_all(root: &Arc<Root>, memory: &Arc<Memory>, files: &[Arc<OpenFile>]) {
    let is_new = |file: &&Arc<OpenFile>| matches!(memory.verdict(&file.found.meta), Some(Verdict::Header(_)));
    let new: Vec<Arc<OpenFile>> = files.iter().filter(is_new).cloned().collect();
    let context = Arc::new(verify::context());
    few_at_a_time(new, |file| {
        let (root, memory, context) = (Arc::clone(root), Arc::clone(memory), Arc::clone(&context));
        async move { verify::file(&root, &memory, &file, &context).await }
    })
    .await;
}

/// Finds out what the rows of files tell, a few at a time.
pub(crate) async fn find_facts(root: &Arc<Root>, memory: &Arc<Memory>, files: Vec<Arc<OpenFile>>, limits: &Limits) {
    let context = Arc::new(verify::context());
    few_at_a_time(files, |file| {
        let (root, memory, context) = (Arc::clone(root), Arc::clone(memory), Arc::clone(&context));
        let limits = limits.clone();
        async move { facts::find(&root, &memory, &file, &context, &limits).await }
    })
    .await;
}

async fn few_at_a_time<F: Future<Output = ()> + Send + 'static>(
    files: Vec<Arc<OpenFile>>,
    read: impl Fn(Arc<OpenFile>) -> F,
) {
    let mut waiting = files.into_iter();
    // A set ends its tasks when it is dropped, so a request that is given up takes them with it.
    let mut running = JoinSet::new();
    loop {
        while running.len() < READERS
            && let Some(file) = waiting.next()
        {
            running.spawn(read(file));
        }
        if running.join_next().await.is_none() {
            return;
        }
    }
}
