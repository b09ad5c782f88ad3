//! A source plugin for as long as its grant stands: a server that has it open asks before each fetch whether somebody has removed
//! it since, granted it anew or put another version in its place.

use super::Entry;
use super::folder::Folder;
use async_trait::async_trait;
use engine::FetchContext;
use engine::error::{FetchError, FetchErrorKind};
use engine::source::{CallEstimate, Discovery, FetchRequest, Source, TableSupport};
use manifest::lock::State;
use manifest::{ComponentHash, Granted};
use sandbox::plugin::source::PluginSource;

/// A source, and what it was opened under.
#[derive(Debug)]
pub(super) struct Revocable {
    source: PluginSource,
    yes: Yes,
}

/// The operator's yes that a source was opened under.
#[derive(Debug)]
struct Yes {
    folder: Folder,
    name: String,
    hash: ComponentHash,
    granted: Granted,
}

impl Revocable {
    /// A source of an installed plugin.
    pub(super) fn of(source: PluginSource, folder: &Folder, entry: &Entry) -> Self {
        let (folder, name) = (folder.clone(), entry.name().to_owned());
        Self { source, yes: Yes { folder, name, hash: entry.hash, granted: entry.granted.clone() } }
    }

    fn stands(&self) -> Result<(), FetchError> {
        self.yes.stands().map_err(|why| FetchError::new(FetchErrorKind::Denied, why))
    }
}

impl Yes {
    /// A sentence where it no longer stands.
    fn stands(&self) -> Result<(), String> {
        let name = &self.name;
        let lock = match self.folder.named(name) {
            Ok(Some(installed)) => installed.lock,
            Ok(None) => return Err(format!("the source `{name}` was removed")),
            Err(failure) => return Err(failure.to_string()),
        };
        match lock.state {
            State::Held(reasons) => Err(format!("the source `{name}` is held: {}", reasons.join("; "))),
            State::Enabled if lock.component != self.hash || lock.granted != self.granted => Err(format!(
                "the source `{name}` was installed or granted anew since this process began, which goes by what was before; start it again"
            )),
            State::Enabled => Ok(()),
        }
    }
}

#[async_trait]
impl Source for Revocable {
    fn id(&self) -> &str {
        self.source.id()
    }

    fn provider(&self) -> &str {
        self.source.provider()
    }

    fn tables(&self) -> &[TableSupport] {
        self.source.tables()
    }

    fn fingerprint(&self) -> u64 {
        self.source.fingerprint()
    }

    async fn discover(&self, cx: &FetchContext) -> Result<Discovery, FetchError> {
        self.stands()?;
        self.source.discover(cx).await
    }

    fn estimate(&self, request: &FetchRequest) -> Vec<CallEstimate> {
        self.source.estimate(request)
    }

    async fn fetch(&self, request: &FetchRequest, cx: &FetchContext) -> Result<(), FetchError> {
        self.stands()?;
        self.source.fetch(request, cx).await
    }
}
