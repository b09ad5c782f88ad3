//! A source plugin as one of the engine's sources: what it fills is fetched, kept, filtered and covered like any other's.

use crate::bindings::nephoscope::guest::query::Parameter;
use crate::bindings::plugin::nephoscope::guest::plugins as wit;
use crate::bindings::source::Source as Bound;
use crate::bindings::source::exports::nephoscope::guest::sources::{Request, Wanted};
use crate::plugin::circuit::Circuit;
use crate::plugin::described::{Described, Filled, FilledColumn};
use crate::plugin::filled;
use crate::plugin::handed::{Filling, Told};
use crate::plugin::job::{Failure, PluginJob};
use crate::plugin::run::failure_of;
use crate::plugin::{Plugin, Pre};
use crate::run::parameter;
use crate::state::State;
use ::engine::error::{FetchError, FetchErrorKind};
use ::engine::source::{CallEstimate, Discovery, FetchRequest, Source, TableSupport};
use ::engine::{Engine, EngineSettings, FetchContext};
use async_trait::async_trait;
use chrono::DateTime;
use schema::{Grant, Scope};
use std::collections::HashSet;
use std::time::Duration;
use tokio::sync::mpsc;
use wasmtime::Store;

/// Pages that wait for the engine to take them.
const AHEAD: usize = 8;
/// The most scopes that a source may name.
const SCOPES: usize = 10_000;
/// The most lines of a fetch's log that an answer's reader is shown.
const SHOWN: usize = 3;

/// A source plugin, ready to be one of an engine's sources.
#[derive(Debug)]
pub struct PluginSource {
    plugin: Plugin,
    described: Described,
    provider: String,
    /// One for each table that it described, in that order.
    tables: Vec<TableSupport>,
    job: PluginJob,
    circuit: Circuit,
    /// For the plugin's queries, all of which are denied: a source that asked the engine that asks it would wait for itself.
    nothing: Engine,
}

/// Why a plugin cannot be a source.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct NoSource(String);

impl PluginSource {
    /// The source. `job` has its parameters, its way out, its inputs and its bounds. Fails where one of the tables that it
    /// fills can be none: what a source says that it fills, and nobody can ask for, would be missing without a word.
    pub fn new(plugin: Plugin, described: Described, job: PluginJob) -> Result<Self, NoSource> {
        let tables = Self::tables_of(&described)?;
        Self::with_tables(plugin, described, tables, job)
    }

    /// The same, which fills tables that [`Self::tables_of`] gave before: those of its own live as long as the program, and are
    /// not made once more where a source is got ready again.
    pub fn with_tables(
        plugin: Plugin,
        described: Described,
        tables: Vec<TableSupport>,
        mut job: PluginJob,
    ) -> Result<Self, NoSource> {
        if tables.is_empty() {
            return Err(NoSource(format!("the plugin `{}` fills no table", described.name)));
        }
        job.grant = Grant::default();
        // Nothing is asked of it that time would matter to.
        let nothing = Engine::builder(EngineSettings::default()).clock(|| DateTime::UNIX_EPOCH).build();
        let nothing = nothing.map_err(|error| NoSource(format!("an engine without sources: {error}")))?;
        // One that names none may have scopes of any.
        let provider = described.provider.clone().unwrap_or_else(|| "*".to_owned());
        Ok(Self { plugin, described, provider, tables, job, circuit: Circuit::default(), nothing })
    }

    /// The tables that a plugin fills which says this of itself; why it can be no source, where it can be none.
    pub fn tables_of(described: &Described) -> Result<Vec<TableSupport>, NoSource> {
        filled::all(described).map_err(NoSource)
    }

    async fn scopes(&self, cx: &FetchContext) -> Result<Vec<wit::Scope>, FetchError> {
        let Pre::Source(pre) = &self.plugin.pre else { return Err(no_source(&self.described)) };
        let job = PluginJob { now: cx.now(), ..self.job.clone() };
        let params: Vec<Parameter> = job.params.iter().map(parameter).collect();
        let mut store = self.plugin.store(&self.nothing, &job, &self.described.name);
        let work = async |store: &mut Store<State>| {
            let plugin: Bound = pre.instantiate_async(&mut *store).await?;
            plugin.nephoscope_guest_sources().call_scopes(store, &params).await
        };
        let unended = self.circuit.unended(cx, &store.data().watch);
        let ended = self.plugin.guarded(&mut store, &job, work).await;
        unended.end();
        let mut scopes = Vec::new();
        let failure = failure_of(ended.map(|said| said.map(|named| scopes = named)));
        match failure {
            Some(failure) => {
                if failure.is_breakdown {
                    self.circuit.broke_down(job.now, &failure.message);
                }
                Err(self.failed(&failure))
            }
            None if scopes.len() > SCOPES => {
                Err(self.failed_because(&format!("it names {} scopes, and {SCOPES} are the most", scopes.len())))
            }
            None => Ok(scopes),
        }
    }

    /// Runs the plugin's `fetch`, whose rows and gaps come out of the channel meanwhile.
    async fn run(&self, request: &FetchRequest, cx: &FetchContext, out: mpsc::Sender<Told>) -> Option<Failure> {
        let Pre::Source(pre) = &self.plugin.pre else { return None };
        let job = PluginJob { now: cx.now(), ..self.job.clone() };
        // In the order of what it described.
        let at = self.tables.iter().position(|support| support.table == request.table)?;
        let described = self.described.tables.get(at)?.clone();
        let asked = asked(request, &described, &job);
        let mut store = self.plugin.store(&self.nothing, &job, &self.described.name);
        if let Some(handed) = &mut store.data_mut().plugin {
            handed.filling = Some(Filling {
                table: request.table,
                described,
                now: job.now,
                scope: request.scope.clone(),
                rows: 0,
                bytes: 0,
                gaps: 0,
                most_gaps: job.limits.gaps,
                out,
            });
        }
        let work = async |store: &mut Store<State>| {
            let plugin: Bound = pre.instantiate_async(&mut *store).await?;
            plugin.nephoscope_guest_sources().call_fetch(store, &asked).await
        };
        let unended = self.circuit.unended(cx, &store.data().watch);
        let failure = failure_of(self.plugin.guarded(&mut store, &job, work).await);
        unended.end();
        for warning in self.warnings(&store.data().log) {
            // Where nobody listens any more, nobody misses it.
            drop(cx.warn(warning).await);
        }
        match failure.as_ref().filter(|failure| failure.is_breakdown) {
            Some(breakdown) => self.circuit.broke_down(job.now, &breakdown.message),
            // That it can say which scopes it has is not yet that it can read them; so this alone ends a row of breakdowns.
            None => self.circuit.went_well(),
        }
        failure
    }

    /// What it logged for whoever reads its rows: warnings and errors. The rest is for the log alone.
    fn warnings(&self, log: &[String]) -> Vec<String> {
        let mut lines = log.iter().filter(|line| line.starts_with("warning: ") || line.starts_with("error: "));
        let said = |line: &String| {
            let line: String = line.chars().filter(|c| !c.is_control()).collect();
            format!("the plugin `{}`: {line}", self.described.name)
        };
        let mut warnings: Vec<String> = lines.by_ref().take(SHOWN).map(said).collect();
        let more = lines.count();
        if more > 0 {
            let warning = if more == 1 { "warning" } else { "warnings" };
            warnings.push(format!("the plugin `{}` logged {more} more {warning} of one fetch", self.described.name));
        }
        warnings
    }

    /// An error while it is left alone.
    fn check_rest(&self, cx: &FetchContext) -> Result<(), FetchError> {
        self.circuit.rests(cx.now()).map_or(Ok(()), |why| Err(self.failed_because(&why)))
    }

    fn failed(&self, failure: &Failure) -> FetchError {
        let kind = kind_of(&failure.code);
        let wait = failure.retry_after_seconds.map(|seconds| Duration::from_secs(seconds.into()));
        FetchError::new(kind, format!("the plugin `{}`: {}", self.described.name, failure.message))
            .with_retry_after(wait)
    }

    fn failed_because(&self, why: &str) -> FetchError {
        FetchError::new(FetchErrorKind::Failed, format!("the plugin `{}`: {why}", self.described.name))
    }
}

#[async_trait]
impl Source for PluginSource {
    fn id(&self) -> &str {
        &self.described.name
    }

    fn provider(&self) -> &str {
        &self.provider
    }

    fn tables(&self) -> &[TableSupport] {
        &self.tables
    }

    fn fingerprint(&self) -> u64 {
        let inputs =
            self.job.inputs.iter().map(|input| format!("{}\0{}\0{}", input.name, input.path.display(), input.bytes));
        let params = self.job.params.iter().map(|(name, value)| format!("{name}\0{value:?}"));
        let all: Vec<String> = inputs.chain(params).collect();
        self.plugin.seed ^ crate::state::seed(all.join("\0").as_bytes())
    }

    async fn discover(&self, cx: &FetchContext) -> Result<Discovery, FetchError> {
        self.check_rest(cx)?;
        let named = self.scopes(cx).await?;
        if named.is_empty() {
            // Of a source without a scope no table is read, and an answer would not even name it.
            return Err(self.failed_because("it names no scope, so that nothing can be read of it"));
        }
        let mut seen = HashSet::new();
        let mut scopes = Vec::new();
        for scope in named {
            if self.described.provider.as_ref().is_some_and(|provider| *provider != scope.provider) {
                let why =
                    format!("it names a scope of `{}`, and says that it is of `{}`", scope.provider, self.provider);
                return Err(self.failed_because(&why));
            }
            // Nobody speaks for the clouds that this program reads itself without saying so beforehand.
            let is_ours = ["aws", "azure", "kubernetes", "demo"].contains(&scope.provider.as_str());
            let is_too_wide = is_ours && scope.account_id == "*";
            if is_ours && self.described.provider.is_none() || is_too_wide || !is_plain(&scope) {
                let why = format!("`{}` is no scope that it may name", shown(&scope));
                return Err(self.failed_because(&why));
            }
            let scope = Scope::new(scope.provider, scope.account_id.clone(), scope.account_id, scope.region);
            if seen.insert(scope.clone()) {
                scopes.push(scope);
            }
        }
        Ok(Discovery { scopes, ..Discovery::default() })
    }

    /// What a plugin calls is known only to itself.
    fn estimate(&self, _request: &FetchRequest) -> Vec<CallEstimate> {
        Vec::new()
    }

    async fn fetch(&self, request: &FetchRequest, cx: &FetchContext) -> Result<(), FetchError> {
        self.check_rest(cx)?;
        let (out, mut told) = mpsc::channel(AHEAD);
        let taking = async {
            while let Some(told) = told.recv().await {
                match told {
                    Told::Rows(rows) => cx.emit(rows).await?,
                    Told::Gap { columns, place, code, message } => {
                        let message = format!("the plugin `{}`: {message}", self.described.name);
                        cx.gap(&columns, place, FetchError::new(kind_of(&code), message)).await?;
                    }
                }
            }
            Ok(())
        };
        // Where nobody takes rows any more, the plugin ends at once.
        let running = async { Ok::<_, FetchError>(self.run(request, cx, out).await) };
        let (failure, ()) = tokio::try_join!(running, taking)?;
        failure.map_or(Ok(()), |failure| Err(self.failed(&failure)))
    }
}

/// Whether each part is a name, or `*` for what cannot be told beforehand; a provider always can be.
fn is_plain(scope: &wit::Scope) -> bool {
    let is_name = |text: &str| !text.is_empty() && text.len() <= 256 && !text.chars().any(char::is_control);
    [&scope.provider, &scope.account_id, &scope.region].into_iter().all(|part| is_name(part)) && scope.provider != "*"
}

fn shown(scope: &wit::Scope) -> String {
    let text = format!("{}/{}/{}", scope.provider, scope.account_id, scope.region);
    text.chars().filter(|c| !c.is_control()).take(200).collect()
}

fn asked(request: &FetchRequest, described: &Filled, job: &PluginJob) -> Request {
    let is_wanted = |column: &&FilledColumn| !column.takes_calls || request.wants(&column.name);
    let columns = described.columns.iter().filter(is_wanted).map(|column| column.name.clone()).collect();
    let scope = wit::Scope {
        provider: request.scope.provider.clone(),
        account_id: request.scope.account_id.clone(),
        region: request.scope.region.clone(),
    };
    Request {
        tables: vec![Wanted { table: described.name.clone(), columns }],
        scopes: vec![scope],
        parameters: job.params.iter().map(parameter).collect(),
        details: Vec::new(),
    }
}

fn kind_of(code: &str) -> FetchErrorKind {
    match code {
        "denied" => FetchErrorKind::Denied,
        "throttled" => FetchErrorKind::Throttled,
        _ => FetchErrorKind::Failed,
    }
}

fn no_source(described: &Described) -> FetchError {
    FetchError::new(FetchErrorKind::Failed, format!("the plugin `{}` is no source", described.name))
}
