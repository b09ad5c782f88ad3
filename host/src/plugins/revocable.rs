//! A source plugin under the operator's yes: before each fetch it is asked whether that still stands. Where somebody has granted
//! it anew or put another version in its place, it is got ready again; where somebody has removed it or it is held, it says so.

use super::outbound::Secrets;
use super::stand_in::error_of;
use super::{Entry, Loaded, Plugins, warn_of_missing};
use crate::failure::{Code, Failure};
use async_trait::async_trait;
use engine::FetchContext;
use engine::error::FetchError;
use engine::source::{CallEstimate, Discovery, FetchRequest, Source, TableSupport};
use manifest::{ComponentHash, Fills, Granted, Manifest};
use sandbox::Described;
use sandbox::plugin::source::PluginSource;
use schema::ColumnType;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A source of an installed plugin, whichever version of it there is.
#[derive(Debug)]
pub(super) struct Revocable {
    plugins: Arc<Plugins>,
    secrets: Secrets,
    name: String,
    fixed: Fixed,
    /// None until it could be got ready for the first time.
    opened: Mutex<Option<Opened>>,
    /// Held while it is looked at anew, so that of many who ask at once one gets it ready, and the others have what came of it.
    turn: tokio::sync::Mutex<()>,
}

/// What the engine was told when it was built, and cannot be told anew.
#[derive(Debug)]
struct Fixed {
    provider: String,
    fills: Option<Fills>,
    described: Described,
    tables: Vec<TableSupport>,
}

/// A source that is ready, and the yes that it was opened under. Whoever fetches with it has it to the end.
#[derive(Debug, Clone)]
struct Opened {
    source: Arc<PluginSource>,
    hash: ComponentHash,
    manifest: Manifest,
    granted: Granted,
}

impl Revocable {
    /// A source of an installed plugin, which fills these tables. One that cannot run yet is got ready once it can.
    pub(super) fn of(
        plugins: &Arc<Plugins>,
        secrets: &Secrets,
        entry: &Entry,
        loaded: &Loaded,
        tables: Vec<TableSupport>,
    ) -> Self {
        let described = loaded.described.clone();
        let provider = described.provider.clone().unwrap_or_else(|| "*".to_owned());
        let fixed = Fixed { provider, fills: entry.manifest.fills.clone(), described, tables };
        let (plugins, secrets, name) = (plugins.clone(), secrets.clone(), entry.name().to_owned());
        let this =
            Self { plugins, secrets, name, fixed, opened: Mutex::default(), turn: tokio::sync::Mutex::default() };
        if let Err(failure) = this.open(entry, loaded) {
            warn_of_missing(&this.name, Some(&this.fixed.described), &failure);
        }
        this
    }

    /// The source as it is installed and granted now.
    async fn current(&self) -> Result<Arc<PluginSource>, FetchError> {
        let _turn = self.turn.lock().await;
        self.got_ready().await.map_err(|failure| error_of(&failure))
    }

    async fn got_ready(&self) -> Result<Arc<PluginSource>, Failure> {
        let entry = self.entry()?;
        entry.check_not_held()?;
        let opened = self.opened().clone();
        if let Some(opened) = opened.filter(|opened| opened.is_of(&entry)) {
            return Ok(opened.source);
        }
        let loaded = self.plugins.load(&entry).await?;
        self.open(&entry, &loaded)
    }

    fn entry(&self) -> Result<Entry, Failure> {
        let installed = self.plugins.folder().and_then(|folder| folder.named(&self.name))?;
        let removed = || Failure::new(Code::NotGranted, format!("the source `{}` was removed", self.name));
        installed.map(Entry::of_installed).ok_or_else(removed)
    }

    /// Gets it ready, and keeps it in the place of what was there. What is there stays where that fails.
    fn open(&self, entry: &Entry, loaded: &Loaded) -> Result<Arc<PluginSource>, Failure> {
        self.fixed.check(entry, &loaded.described)?;
        let source = self.plugins.source_of(entry, loaded, self.fixed.tables.clone(), &self.secrets)?;
        let source = Arc::new(source);
        let (manifest, granted) = (entry.manifest.clone(), entry.granted.clone());
        *self.opened() = Some(Opened { source: source.clone(), hash: entry.hash, manifest, granted });
        Ok(source)
    }

    fn opened(&self) -> MutexGuard<'_, Option<Opened>> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Fixed {
    /// A failure where a version fills something else: tables are known to whoever asks only from the start.
    fn check(&self, entry: &Entry, described: &Described) -> Result<(), Failure> {
        let is_same = entry.manifest.fills == self.fills
            && shape(described) == shape(&self.described)
            && described.provider == self.described.provider;
        if is_same {
            return Ok(());
        }
        let message = format!(
            "the source `{}` was installed anew, and fills other tables or those of another provider than before",
            entry.name()
        );
        Err(Failure::new(Code::BadPlugin, message)
            .hint("restart this process, which knows what there was when it began"))
    }
}

/// What is filled, without the words for it: those may change from version to version.
fn shape(described: &Described) -> Vec<(&str, Vec<(&str, ColumnType, Option<&str>, bool)>)> {
    let mut tables = Vec::new();
    for table in &described.tables {
        let columns = table.columns.iter();
        let columns = columns.map(|one| (one.name.as_str(), one.ty, one.unit.as_deref(), one.takes_calls)).collect();
        tables.push((table.name.as_str(), columns));
    }
    tables
}

impl Opened {
    /// Whether it is what is installed and granted.
    fn is_of(&self, entry: &Entry) -> bool {
        self.hash == entry.hash && self.granted == entry.granted && self.manifest == entry.manifest
    }
}

#[async_trait]
impl Source for Revocable {
    fn id(&self) -> &str {
        &self.name
    }

    fn provider(&self) -> &str {
        &self.fixed.provider
    }

    fn tables(&self) -> &[TableSupport] {
        &self.fixed.tables
    }

    fn fingerprint(&self) -> u64 {
        self.opened().as_ref().map_or(0, |opened| opened.source.fingerprint())
    }

    /// As it is installed and granted now, or why it is not.
    fn standing(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        format!("{:?}", self.entry()).hash(&mut hasher);
        hasher.finish()
    }

    async fn discover(&self, cx: &FetchContext) -> Result<Discovery, FetchError> {
        self.current().await?.discover(cx).await
    }

    /// What a plugin calls is known only to itself.
    fn estimate(&self, _request: &FetchRequest) -> Vec<CallEstimate> {
        Vec::new()
    }

    async fn fetch(&self, request: &FetchRequest, cx: &FetchContext) -> Result<(), FetchError> {
        self.current().await?.fetch(request, cx).await
    }
}
