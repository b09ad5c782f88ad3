//! The billing adapter: a folder or an S3 prefix of billing files becomes the `costs` table, read in place.
//!
//! FOCUS 1.0 to 1.4 and Azure's cost exports, as CSV, gzip CSV or Parquet, in nested folders. Every cell is read exactly
//! or the file is named: a file of which any part cannot be read counts for nothing. Names no SQL, keeps no rows and
//! writes nothing.

mod azure;
mod bad;
mod cast;
mod columns;
mod exports;
mod facts;
mod files;
mod header;
mod quotes;
mod recipe;
mod scan;
mod settings;
mod shares;
mod snapshot;
mod verify;

pub use settings::{Limits, Location, S3Access, S3Credentials, S3Keys, S3Location, Settings};

use async_trait::async_trait;
use bad::{Memory, Verdict};
use engine::FetchError;
use engine::in_place::{InPlace, Opened};
use exports::Origin;
use files::{Found, Kind, Root};
use futures::StreamExt;
use header::Header;
use scan::CostsTable;
use schema::coverage::CoverageError;
use schema::tables::COSTS;
use schema::{Scope, ScopeCoverage, Status, Table};
use shares::{Basis, Settled};
use snapshot::{OpenFile, Snapshot};
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// A source of billing files.
#[derive(Debug)]
pub struct Billing {
    settings: Settings,
    memory: Arc<Memory>,
    /// The last request's table, for as long as nothing changes.
    last: Mutex<Option<Opened>>,
    /// A bucket's files as they were a moment ago.
    listed: Mutex<Option<Listing>>,
    /// Connections to S3 are kept from request to request.
    bucket: Mutex<Option<Arc<Root>>>,
}

#[derive(Debug)]
struct Listing {
    at: Instant,
    epoch: u64,
    found: Vec<Found>,
}

impl Billing {
    /// A source with these settings. Looks at nothing yet.
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            memory: Arc::default(),
            last: Mutex::default(),
            listed: Mutex::default(),
            bucket: Mutex::default(),
        }
    }

    fn root(&self) -> Result<Arc<Root>, FetchError> {
        if let Location::Folder(_) = self.settings.location {
            return Root::open(&self.settings.location).map(Arc::new);
        }
        let mut bucket = self.bucket.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(root) = &*bucket {
            return Ok(Arc::clone(root));
        }
        let root = Arc::new(Root::open(&self.settings.location)?);
        *bucket = Some(Arc::clone(&root));
        Ok(root)
    }

    /// The files that are there. A bucket's are listed anew only after a moment, because one request opens the source
    /// several times and each listing is a call; what was read of a file that changed meanwhile is noticed anyway.
    async fn list(&self, root: &Root) -> Result<(Vec<Found>, Vec<FetchError>), FetchError> {
        let epoch = self.memory.epoch();
        if !root.is_folder()
            && let Some(listing) = &*self.listed.lock().unwrap_or_else(PoisonError::into_inner)
            && listing.at.elapsed() < self.settings.limits.listing_kept
            && listing.epoch == epoch
        {
            return Ok((listing.found.clone(), Vec::new()));
        }
        let (found, problems) = root.list(&self.settings.limits).await?;
        if !root.is_folder() {
            let listing = Listing { at: Instant::now(), epoch, found: found.clone() };
            *self.listed.lock().unwrap_or_else(PoisonError::into_inner) = Some(listing);
        }
        Ok((found, problems))
    }

    /// What each file is, from memory or by looking.
    async fn headers(
        &self,
        root: &Arc<Root>,
        chosen: Vec<(Found, Origin)>,
    ) -> Vec<(Found, Origin, Result<Header, FetchError>)> {
        let limits = &self.settings.limits;
        let looks = chosen.into_iter().map(|(file, origin)| async move {
            let header = match self.memory.verdict(&file.meta) {
                Some(Verdict::Header(header) | Verdict::Whole(header)) => Ok(header),
                Some(Verdict::Bad(error)) => Err(error),
                None => self.look(root, &file, limits).await,
            };
            (file, origin, header)
        });
        futures::stream::iter(looks).buffered(limits.concurrent_headers.max(1)).collect().await
    }

    async fn look(&self, root: &Root, file: &Found, limits: &Limits) -> Result<Header, FetchError> {
        match header::read(root, file, limits).await {
            Ok(header) => Ok(self.memory.opened(&file.meta, header)),
            Err(error) => {
                self.memory.bad(&file.meta, error.clone());
                Err(error)
            }
        }
    }

    /// Reads new files to their end, while they are few.
    async fn verify_small(&self, root: &Arc<Root>, files: &[Arc<OpenFile>]) {
        let is_new = |file: &&Arc<OpenFile>| matches!(self.memory.verdict(&file.found.meta), Some(Verdict::Header(_)));
        let new: Vec<Arc<OpenFile>> = files.iter().filter(is_new).cloned().collect();
        let bytes: u64 = new.iter().map(|file| file.found.meta.size).sum();
        if !new.is_empty() && bytes <= self.settings.limits.verify_at_open_bytes {
            snapshot::verify_all(root, &self.memory, &new).await;
        }
    }

    /// Finds out of large CSV files whether they can be read in parts. Where there are many files, each is a part.
    async fn find_breaks(&self, root: &Arc<Root>, files: &[Arc<OpenFile>]) {
        /// From so many large files on, there are parts enough for every core.
        const ENOUGH: usize = 16;
        let is_large = |file: &&Arc<OpenFile>| {
            file.header.format == header::Format::Csv && file.found.meta.size >= self.settings.limits.split_from_bytes
        };
        let large: Vec<&Arc<OpenFile>> = files.iter().filter(is_large).collect();
        if large.len() >= ENOUGH {
            return;
        }
        for file in large {
            let meta = &file.found.meta;
            if self.memory.breaks(meta).is_none()
                && let Some(path) = root.path(meta)
                && let Ok(Ok(look)) = tokio::task::spawn_blocking(move || quotes::look(&path)).await
            {
                self.memory.found_breaks(meta, look.has_breaks);
                if look.is_odd {
                    snapshot::verify_all(root, &self.memory, std::slice::from_ref(file)).await;
                }
            }
        }
    }

    /// Finds out which rows of Azure's files are the same charges, where that matters; and of few, in any case.
    async fn find_facts(&self, root: &Arc<Root>, files: &[Arc<OpenFile>]) {
        if !files.iter().any(|file| shares::is_detail(file)) {
            return;
        }
        let is_new = |file: &&Arc<OpenFile>| {
            let meta = &file.found.meta;
            let is_bad = matches!(self.memory.verdict(meta), Some(Verdict::Bad(_)));
            shares::is_azures(file) && !is_bad && self.memory.facts(meta).is_none()
        };
        let new: Vec<Arc<OpenFile>> = files.iter().filter(is_new).cloned().collect();
        let bytes: u64 = new.iter().map(|file| file.found.meta.size).sum();
        if shares::need_facts(files) || bytes <= self.settings.limits.verify_at_open_bytes {
            snapshot::find_facts(root, &self.memory, new, &self.settings.limits).await;
        }
    }

    fn version(&self, found: &[Found]) -> u64 {
        let mut hasher = DefaultHasher::new();
        for file in found {
            let meta = &file.meta;
            (meta.location.as_ref(), meta.size, meta.last_modified, &meta.e_tag).hash(&mut hasher);
        }
        self.memory.epoch().hash(&mut hasher);
        hasher.finish()
    }

    fn line(&self, status: Status, item: Option<String>, error: Option<CoverageError>) -> ScopeCoverage {
        ScopeCoverage {
            source: self.settings.id.clone(),
            scope: Scope::new("billing", "*", "*", "*"),
            table: COSTS.name.to_owned(),
            columns: Vec::new(),
            item,
            status,
            rows: 0,
            age_seconds: 0,
            calls: 0,
            error,
        }
    }

    fn failed_line(&self, item: &str, error: &FetchError) -> ScopeCoverage {
        self.line(error.status(), Some(item.to_owned()), Some(error.to_coverage()))
    }

    fn live_line(&self, files: &[Arc<OpenFile>]) -> ScopeCoverage {
        let rows = files.iter().map(|file| file.header.rows).sum::<Option<u64>>();
        let calls = files.len() as u64;
        ScopeCoverage { rows: rows.unwrap_or(0), calls, ..self.line(Status::Live, None, None) }
    }

    /// The files' own columns, of all together, and how many are beyond the bound.
    fn extras(&self, files: &[Arc<OpenFile>]) -> (Vec<String>, usize) {
        let mut seen = HashSet::new();
        let mut looked_at = HashSet::new();
        let mut extras = Vec::new();
        for file in files {
            // Files share their columns' description, so each is looked at once.
            if looked_at.insert(Arc::as_ptr(&file.header.columns)) {
                let names = file.header.columns.extras.iter().map(|(name, ..)| name);
                extras.extend(names.filter(|name| seen.insert(name.to_lowercase())).cloned());
            }
        }
        let beyond = extras.len().saturating_sub(self.settings.limits.extra_columns);
        extras.truncate(self.settings.limits.extra_columns);
        (extras, beyond)
    }

    fn assemble(
        &self,
        root: Arc<Root>,
        found: usize,
        settled: Settled,
        mut coverage: Vec<ScopeCoverage>,
    ) -> Result<Opened, FetchError> {
        let files = settled.files;
        let (extras, beyond) = self.extras(&files);
        let mut warnings: Vec<String> = open_ends(&files).into_iter().collect();
        if beyond > 0 {
            let limit = self.settings.limits.extra_columns;
            warnings.push(format!(
                "{beyond} columns beyond FOCUS's are left out: `{}` has more than {limit} of them (`extra_columns`)",
                root.shown
            ));
        }
        warnings.extend(lacking(&files));
        warnings.extend(settled.warnings);
        if !files.is_empty() {
            coverage.insert(0, self.live_line(&files));
        }
        tracing::debug!(files = found, read = files.len(), "billing files are listed");
        let bytes = files.iter().map(|file| file.found.meta.size).sum();
        let snapshot =
            Arc::new(Snapshot::new(&self.settings.id, root, Arc::clone(&self.memory), files, settled.shares));
        let table = CostsTable::new(snapshot, &extras).map_err(|error| files::failed(error.to_string()))?;
        Ok(Opened { provider: Arc::new(table), coverage, warnings, version: 0, bytes, later: None })
    }
}

/// A warning about files whose last line has no end: a writer may be about to go on with it.
fn open_ends(files: &[Arc<OpenFile>]) -> Option<String> {
    let names = names(files, |file| file.header.last_line_is_open)?;
    Some(format!(
        "{names}: the last line has no line break; if the file is still being written, its last row may be cut off"
    ))
}

/// Warnings about files without a column that sums and times go by, which FOCUS demands and some exports leave out.
fn lacking(files: &[Arc<OpenFile>]) -> impl Iterator<Item = String> {
    const SUM: &str = "their rows add nothing to sums of it";
    const TIME: &str = "their rows are left out wherever a time is asked for";
    [("BilledCost", SUM), ("EffectiveCost", SUM), ("ChargePeriodStart", TIME)].into_iter().filter_map(
        |(column, what)| {
            let names = names(files, |file| file.header.columns.recipe(column).is_none())?;
            Some(format!("no column `{column}` in {names}: {what}"))
        },
    )
}

/// The names of some of the files, as a warning repeats them; none if there are none.
fn names(files: &[Arc<OpenFile>], are_meant: impl Fn(&OpenFile) -> bool) -> Option<String> {
    /// As many names as a warning repeats.
    const SHOWN: usize = 5;
    let all: Vec<&str> = files.iter().filter(|file| are_meant(file)).map(|file| file.found.item.as_str()).collect();
    let shown = all.iter().take(SHOWN).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    match all.len() {
        0 => None,
        count if count > SHOWN => Some(format!("{shown} and {} more", count - SHOWN)),
        _ => Some(shown),
    }
}

#[async_trait]
impl InPlace for Billing {
    fn id(&self) -> &str {
        &self.settings.id
    }

    fn table(&self) -> &'static Table {
        &COSTS
    }

    async fn open(&self) -> Result<Opened, FetchError> {
        let root = self.root()?;
        let (found, problems) = self.list(&root).await?;
        if found.iter().all(|file| file.kind == Kind::Manifest) && problems.is_empty() {
            return Err(files::failed(format!(
                "`{}` holds no billing files: put FOCUS or Azure cost exports there (`.csv`, `.csv.gz`, `.parquet`)",
                root.shown
            ))
            .with_code("no_files"));
        }
        self.memory.keep(&found);
        let version = self.version(&found);
        if problems.is_empty()
            && let Some(last) =
                self.last.lock().unwrap_or_else(PoisonError::into_inner).clone().filter(|last| last.version == version)
        {
            return Ok(last);
        }
        let resting = self.memory.resting();
        let count = found.len();
        let metas = found.clone();
        let choice = exports::choose(&root, &self.memory, found, &self.settings.limits).await;
        let mut coverage: Vec<ScopeCoverage> =
            problems.iter().map(|error| self.failed_line(&root.shown, error)).collect();
        coverage.extend(choice.left_out.iter().map(|(item, error)| self.failed_line(item, error)));
        let mut files = Vec::new();
        for (file, origin, header) in self.headers(&root, choice.files).await {
            match (resting.get(&file.meta.location), header) {
                (Some(error), _) => coverage.push(self.failed_line(&file.item, error)),
                (None, Err(error)) => coverage.push(self.failed_line(&file.item, &error)),
                (None, Ok(header)) => {
                    files.push(Arc::new(OpenFile { found: file, origin, header, basis: Basis::default() }));
                }
            }
        }
        self.verify_small(&root, &files).await;
        self.find_breaks(&root, &files).await;
        self.find_facts(&root, &files).await;
        let mut good = Vec::with_capacity(files.len());
        let resting = self.memory.resting();
        for file in files {
            match (self.memory.verdict(&file.found.meta), resting.get(&file.found.meta.location)) {
                (Some(Verdict::Bad(error)), _) => coverage.push(self.failed_line(&file.found.item, &error)),
                (_, Some(error)) => coverage.push(self.failed_line(&file.found.item, error)),
                (Some(Verdict::Whole(header)), _) => {
                    good.push(Arc::new(OpenFile { header, ..OpenFile::clone(&file) }));
                }
                _ => good.push(file),
            }
        }
        let settled = shares::settle(good, &self.memory);
        coverage.extend(settled.untold.iter().map(|(item, error)| self.failed_line(item, error)));
        let may_pass = choice.may_pass || settled.may_pass;
        let mut opened = self.assemble(root, count, settled, coverage)?;
        opened.warnings.splice(0..0, choice.warnings);
        if may_pass {
            self.memory.look_again();
        }
        opened.version = self.version(&metas);
        let is_lasting = problems.is_empty() && resting.is_empty() && !may_pass;
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = is_lasting.then(|| opened.clone());
        Ok(opened)
    }
}

#[cfg(test)]
mod tests;
