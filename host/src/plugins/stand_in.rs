//! What stands in the place of a source plugin that cannot run: it fills nothing, and says so wherever that matters.

use crate::failure::{Code, Failure};
use async_trait::async_trait;
use engine::FetchContext;
use engine::error::{FetchError, FetchErrorKind};
use engine::source::{CallEstimate, Discovery, FetchRequest, Source, TableSupport};
use sandbox::Described;
use sandbox::plugin::source::PluginSource;
use schema::tables;

/// A source that cannot run, in each table that it fills or may fill.
#[derive(Debug)]
pub(super) struct StandIn {
    name: String,
    provider: String,
    tables: Vec<TableSupport>,
    failure: Failure,
}

impl StandIn {
    /// In the place of that source. `described` is what it says of itself, if it could say so: without it, any table could be
    /// one that it fills, and of any provider.
    pub(super) fn of(name: &str, described: Option<&Described>, failure: Failure) -> Self {
        let described = described.and_then(|one| Some((one, PluginSource::tables_of(one).ok()?)));
        let (provider, tables) = match described {
            Some((described, tables)) => (described.provider.clone(), tables),
            None => (None, every_table()),
        };
        Self { name: name.to_owned(), provider: provider.unwrap_or_else(|| "*".to_owned()), tables, failure }
    }

    fn why(&self) -> FetchError {
        error_of(&self.failure)
    }
}

/// What coverage says where a source cannot run.
pub(super) fn error_of(failure: &Failure) -> FetchError {
    let kind = match failure.code {
        Code::NotGranted => FetchErrorKind::Denied,
        _ => FetchErrorKind::Failed,
    };
    FetchError::new(kind, failure.with_hint())
}

fn every_table() -> Vec<TableSupport> {
    let fetched = tables::ALL.iter().copied().filter(|table| table.kind.is_fetched());
    fetched.map(|table| TableSupport { table, costly: &[], pushes: &[] }).collect()
}

#[async_trait]
impl Source for StandIn {
    fn id(&self) -> &str {
        &self.name
    }

    fn provider(&self) -> &str {
        &self.provider
    }

    fn tables(&self) -> &[TableSupport] {
        &self.tables
    }

    async fn discover(&self, _cx: &FetchContext) -> Result<Discovery, FetchError> {
        Err(self.why())
    }

    fn estimate(&self, _request: &FetchRequest) -> Vec<CallEstimate> {
        Vec::new()
    }

    async fn fetch(&self, _request: &FetchRequest, _cx: &FetchContext) -> Result<(), FetchError> {
        Err(self.why())
    }
}
