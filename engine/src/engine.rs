//! The engine: sources in, answers out. `run` and `explain` are the two things it does.

use crate::answer::{Answer, AnswerColumn, Timing};
use crate::bound::{self, Bound};
use crate::cache::{Cache, CacheStore, RowsListener};
use crate::cells;
use crate::context::{FetchContext, RetryPolicy};
use crate::costs::CostCache;
use crate::currency;
use crate::discovery::Discoveries;
use crate::error::EngineError;
use crate::explain::Explanation;
use crate::flight::Flights;
use crate::gate;
use crate::in_place::{InPlace, PartFailed};
use crate::kept::{DataState, KeptAnswers};
use crate::limiter::{Limiter, LimiterSettings};
use crate::opened::version_of;
use crate::own;
use crate::run::{Progress, Run};
use crate::session::Sessions;
use crate::source::{Discovery, Source};
use crate::weight;
use chrono::{DateTime, Utc};
use datafusion::arrow::array::RecordBatch;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::error::DataFusionError;
use datafusion::execution::SessionState;
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::coop::CooperativeExec;
use datafusion::physical_plan::{ExecutionPlan, execute_stream};
use futures::StreamExt;
use schema::query::sql::Asker;
use schema::query::{Condition, Op, ScopeFilter};
use schema::rules::Thresholds;
use schema::{Grant, Query, Scope, Table, Unit, tables};
use serde::Serialize;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::time::Instant;

/// The bounds and habits of an engine.
#[derive(Debug, Clone)]
pub struct EngineSettings {
    /// Whether calls that cost money (Cost Explorer) may be made.
    pub paid_calls: bool,
    /// How old kept rows may be where a request does not say.
    pub max_age: Duration,
    /// How long the fetch of one table in one scope may take.
    pub scope_timeout: Duration,
    /// How long a whole request may take.
    pub request_timeout: Duration,
    /// How many scopes are read at once, for one table.
    pub scopes_at_once: usize,
    /// How calls are tried again.
    pub retry: RetryPolicy,
    /// How calls are slowed.
    pub limiter: LimiterSettings,
    /// The most rows that an answer holds; what is beyond is cut, and the answer says so.
    pub max_rows: usize,
    /// The most bytes that an answer's rows take: a join makes gigabytes of few rows, and an answer is held whole.
    pub max_bytes: usize,
    /// The most memory that kept rows take.
    pub cache_bytes: u64,
    /// The most of it that rows take which a store keeps too, and which it gives back.
    pub stored_cache_bytes: u64,
    /// The most memory that one engine's queries take for sorting, joining and grouping.
    pub query_bytes: usize,
    /// Thresholds of the rules behind `recommendations` that somebody chose; the others have their defaults.
    pub thresholds: Thresholds,
}

impl Default for EngineSettings {
    fn default() -> Self {
        Self {
            paid_calls: false,
            max_age: Duration::from_secs(300),
            scope_timeout: Duration::from_secs(120),
            request_timeout: Duration::from_secs(600),
            scopes_at_once: 32,
            retry: RetryPolicy::default(),
            limiter: LimiterSettings::default(),
            max_rows: 100_000,
            max_bytes: 1024 * 1024 * 1024,
            cache_bytes: 512 * 1024 * 1024,
            stored_cache_bytes: 512 * 1024 * 1024,
            query_bytes: 2 * 1024 * 1024 * 1024,
            thresholds: Thresholds::new(),
        }
    }
}

/// What is asked.
#[derive(Debug, Clone)]
pub enum What {
    /// A typed request.
    Query(Query),
    /// SQL over the tables.
    Sql(String),
}

/// What is asked, and how it is to be answered.
#[derive(Debug, Clone)]
pub struct Request {
    /// What is asked.
    pub what: What,
    /// How it is to be answered.
    pub options: Options,
}

/// How a request is to be answered. The default is the engine's settings, over everything.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// How old kept rows may be; zero reads everything anew.
    pub max_age: Option<Duration>,
    /// Only these providers, accounts and regions, whatever the query says.
    pub scope: ScopeFilter,
    /// The most rows of the answer, if fewer than the engine's bound.
    pub max_rows: Option<usize>,
    /// The most bytes that the answer's rows take, if fewer than the engine's bound. More is an error: a guest that is handed a
    /// part must not take it for all.
    pub max_bytes: Option<usize>,
    /// The rows go to a guest, page by page and under bounds of its own: the engine's bound on an answer's rows is not for them.
    pub for_guest: bool,
    /// What may be read, where a guest asks. None: whatever the engine has.
    pub grant: Option<Arc<Grant>>,
    /// The time that the answer is about, where several requests must agree on one. None: now.
    pub now: Option<DateTime<Utc>>,
    /// What whoever asked calls several regions by: of those nothing is said one by one.
    pub places: Vec<Place>,
    /// Where progress is told.
    pub progress: Option<watch::Sender<Progress>>,
}

/// A place by the name that people have for it, such as a city or a continent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The name.
    pub name: String,
    /// The regions that lie there, by the names that providers have for them.
    pub regions: Vec<String>,
}

/// The words of what is configured: for reading questions and completing names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Vocabulary {
    /// Providers.
    pub providers: BTreeSet<String>,
    /// Ids and names of accounts.
    pub accounts: BTreeSet<(String, String)>,
    /// Regions.
    pub regions: BTreeSet<String>,
}

/// How long the words of what is configured are taken for current: as long as a scope that could not be read.
const VOCABULARY_MAX_AGE: Duration = Duration::from_secs(30);

impl Vocabulary {
    fn add(&mut self, scope: &Scope) {
        let known = |word: &str| word != "*" && word != schema::scope::GLOBAL;
        if known(&scope.provider) && !self.providers.contains(&scope.provider) {
            self.providers.insert(scope.provider.clone());
        }
        if known(&scope.account_id) {
            self.accounts.insert((scope.account_id.clone(), scope.account_name.clone()));
        }
        if known(&scope.region) && !self.regions.contains(&scope.region) {
            self.regions.insert(scope.region.clone());
        }
    }
}

/// Runs queries over sources. Clones share everything.
#[derive(Clone)]
pub struct Engine {
    pub(crate) inner: Arc<Inner>,
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").finish_non_exhaustive()
    }
}

/// What makes up an engine.
#[derive(Default)]
pub struct EngineBuilder {
    settings: EngineSettings,
    sources: Vec<Arc<dyn Source>>,
    in_place: Vec<Arc<dyn InPlace>>,
    store: Option<Arc<dyn CacheStore>>,
    listener: Option<Arc<dyn RowsListener>>,
    clock: Option<Clock>,
}

/// Tells the time.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

impl EngineBuilder {
    /// Adds a source.
    #[must_use]
    pub fn source(mut self, source: Arc<dyn Source>) -> Self {
        self.sources.push(source);
        self
    }

    /// Adds a source that is read in place.
    #[must_use]
    pub fn in_place(mut self, source: Arc<dyn InPlace>) -> Self {
        self.in_place.push(source);
        self
    }

    /// Keeps fetched rows over restarts.
    #[must_use]
    pub fn cache_store(mut self, store: Arc<dyn CacheStore>) -> Self {
        self.store = Some(store);
        self
    }

    /// Tells somebody of rows that are fetched.
    #[must_use]
    pub fn rows_listener(mut self, listener: Arc<dyn RowsListener>) -> Self {
        self.listener = Some(listener);
        self
    }

    /// Tells the time. Needed: the engine knows no clock of its own.
    #[must_use]
    pub fn clock(mut self, clock: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        self.clock = Some(Arc::new(clock));
        self
    }

    /// The engine, or what is wrong with its parts.
    pub fn build(self) -> Result<Engine, EngineError> {
        let ids = self.sources.iter().map(|s| s.id()).chain(self.in_place.iter().map(|s| s.id()));
        let mut seen = BTreeSet::new();
        for id in ids {
            if !seen.insert(id) {
                return Err(EngineError::Run { message: format!("two sources are called `{id}`") });
            }
        }
        let clock =
            self.clock.ok_or_else(|| EngineError::Run { message: "the engine was given no clock".to_owned() })?;
        let own = own::tables_of(&self.sources)?;
        let cache = Cache::new(self.settings.cache_bytes, self.settings.stored_cache_bytes, self.store);
        let inner = Inner {
            own,
            sessions: Sessions::new(&self.settings)?,
            limiter: Limiter::new(self.settings.limiter.clone()),
            cache: Arc::new(cache.heard_by(self.listener)),
            flights: Flights::default(),
            kept: KeptAnswers::default(),
            vocabulary: Mutex::default(),
            discoveries: Discoveries::default(),
            cost_cache: CostCache::default(),
            settings: self.settings,
            sources: self.sources,
            in_place: self.in_place,
            clock,
            work: Handle::try_current().ok(),
        };
        Ok(Engine { inner: Arc::new(inner) })
    }
}

/// What an engine and its runs share.
pub(crate) struct Inner {
    pub(crate) settings: EngineSettings,
    pub(crate) sources: Vec<Arc<dyn Source>>,
    pub(crate) in_place: Vec<Arc<dyn InPlace>>,
    /// The tables that sources fill and that this program does not know.
    pub(crate) own: Vec<&'static Table>,
    pub(crate) limiter: Limiter,
    pub(crate) cache: Arc<Cache>,
    pub(crate) flights: Flights,
    pub(crate) cost_cache: CostCache,
    kept: KeptAnswers,
    /// When it was made, how the sources stood, and what it is.
    vocabulary: Mutex<Option<(DateTime<Utc>, Vec<u64>, Arc<Vocabulary>)>>,
    discoveries: Discoveries,
    pub(crate) sessions: Sessions,
    clock: Clock,
    work: Option<Handle>,
}

impl Inner {
    /// The runtime that the engine was built on, or the caller's where it was built on none.
    pub(crate) fn work(&self) -> Handle {
        self.work.clone().unwrap_or_else(Handle::current)
    }

    /// Whether some source has a bill that resources' costs can be taken from.
    pub(crate) fn has_bills(&self) -> bool {
        self.in_place_of(&tables::COSTS).next().is_some() || self.sources.iter().any(|source| source.has_bill())
    }

    /// The sources that a table is read from in place, with their places in the list.
    pub(crate) fn in_place_of(&self, table: &'static Table) -> impl Iterator<Item = (usize, &Arc<dyn InPlace>)> {
        self.in_place.iter().enumerate().filter(move |(_, source)| source.table() == table)
    }

    /// Changes whenever the bills that are read in place do.
    pub(crate) async fn version_of_bills(&self, run: &Run) -> u64 {
        let mut all: u64 = 0;
        for (at, source) in self.in_place_of(&tables::COSTS) {
            all = all.rotate_left(7) ^ version_of(&run.opened.of(at, source.as_ref()).await);
        }
        all
    }

    /// Whether the data of some sources that are read in place are still the same.
    async fn is_unchanged(&self, versions: &[(usize, u64)]) -> bool {
        let looks = versions
            .iter()
            .map(|(at, version)| async move { version_of(&self.in_place[*at].open().await) == *version });
        futures::future::join_all(looks).await.into_iter().all(|is_same| is_same)
    }

    /// What a source covers, as known for not longer than rows are kept.
    pub(crate) async fn discover(&self, source: &Arc<dyn Source>, run: &Run) -> Arc<Discovery> {
        self.discoveries
            .of(source, run, |scope| {
                let (out, received) = tokio::sync::mpsc::channel(1);
                let cx = FetchContext {
                    source: source.id().into(),
                    scope,
                    now: run.now,
                    limiter: self.limiter.clone(),
                    retry: self.settings.retry.clone(),
                    counts: Arc::default(),
                    out,
                    paid_calls: self.settings.paid_calls,
                    patience: self.settings.scope_timeout,
                };
                (cx, received, self.settings.scope_timeout)
            })
            .await
    }

    async fn plan(self: &Arc<Self>, sql: &str, run: &Arc<Run>) -> Result<Plan, EngineError> {
        let state = self.sessions.open(self, run).await?;
        let logical = gate::plan(&state, sql, &self.own).await?;
        let physical = state.create_physical_plan(&logical).await.map_err(|error| gate::explain_error(&error))?;
        let physical = yielding(physical).map_err(|error| gate::explain_error(&error))?;
        Ok(Plan { state, logical, physical })
    }

    /// All rows of a query of the engine's own.
    pub(crate) async fn collect(self: &Arc<Self>, sql: &str, run: &Arc<Run>) -> Result<Vec<RecordBatch>, EngineError> {
        for _ in 0..MAX_RUNS {
            let plan = self.plan(sql, run).await?;
            match plan.rows(usize::MAX, usize::MAX).await {
                Ok((batches, _)) => return Ok(batches),
                Err(error) if failed_part(&error) => run.forget_coverage(),
                Err(error) => return Err(gate::explain_error(&error)),
            }
        }
        Err(EngineError::Run { message: "the billing files keep changing while they are read".to_owned() })
    }
}

/// A join can make rows without end from a few that it holds, and never let go of its thread meanwhile: then neither a
/// time-out nor a client that went away could end it. So each hands its batches over as one that takes turns.
fn yielding(plan: Arc<dyn ExecutionPlan>) -> Result<Arc<dyn ExecutionPlan>, DataFusionError> {
    let wrapped = plan.transform_up(|node| {
        let makes_many = node.name().ends_with("JoinExec") || node.name() == "UnnestExec";
        Ok(if makes_many { Transformed::yes(Arc::new(CooperativeExec::new(node)) as _) } else { Transformed::no(node) })
    });
    Ok(wrapped?.data)
}

/// How often a query is run again because a file turned out to be unreadable. The source checks all others the
/// first time, so a third run means that files change under us.
const MAX_RUNS: usize = 4;

fn failed_part(error: &DataFusionError) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.is::<PartFailed>() {
            return true;
        }
        if let Some(DataFusionError::External(inner)) = error.downcast_ref::<DataFusionError>()
            && inner.is::<PartFailed>()
        {
            return true;
        }
        cause = error.source();
    }
    false
}

struct Plan {
    state: SessionState,
    logical: LogicalPlan,
    physical: Arc<dyn ExecutionPlan>,
}

impl Plan {
    /// At most so many rows, and whether there were more; an error where they take more bytes than that.
    async fn rows(&self, max_rows: usize, max_bytes: usize) -> Result<(Vec<RecordBatch>, bool), DataFusionError> {
        let mut stream = execute_stream(self.physical.clone(), self.state.task_ctx())?;
        let (mut batches, mut count, mut bytes) = (Vec::new(), 0, 0_usize);
        while let Some(batch) = stream.next().await {
            let batch = batch?;
            let left = max_rows - count;
            let is_last = batch.num_rows() > left;
            let batch = if is_last { batch.slice(0, left) } else { batch };
            bytes = bytes.saturating_add(weight::bytes_of(&batch));
            if bytes > max_bytes {
                return Err(DataFusionError::External(Box::new(too_large(max_bytes))));
            }
            if is_last {
                batches.push(batch);
                return Ok((batches, true));
            }
            count += batch.num_rows();
            if batch.num_rows() > 0 {
                batches.push(batch);
            }
        }
        Ok((batches, false))
    }
}

fn too_large(max_bytes: usize) -> EngineError {
    let most = if max_bytes < 1 << 20 { format!("{max_bytes} bytes") } else { format!("{} MiB", max_bytes >> 20) };
    let message = format!("the rows take more than the {most} that they may; filter, add up, or name fewer columns");
    EngineError::TooLarge { message }
}

impl Engine {
    /// Begins an engine.
    pub fn builder(settings: EngineSettings) -> EngineBuilder {
        EngineBuilder { settings, ..EngineBuilder::default() }
    }

    /// Where queries and fetches run: the runtime that the engine was built on. Whoever asks from another, on whose threads
    /// something may compute for long, hands requests over to this one.
    pub fn work(&self) -> Handle {
        self.inner.work()
    }

    /// Answers a request. Dropping the future cancels it, down to the calls under way.
    pub async fn run(&self, request: Request) -> Result<Answer, EngineError> {
        let limit = self.inner.settings.request_timeout;
        tokio::time::timeout(limit, self.run_unbounded(request)).await.unwrap_or_else(|_| {
            let message = format!("the request took longer than the {} s that it is given", limit.as_secs());
            Err(EngineError::Limit { message })
        })
    }

    async fn run_unbounded(&self, request: Request) -> Result<Answer, EngineError> {
        let started = Instant::now();
        let Request { what, options } = request;
        let now = options.now.unwrap_or_else(|| (self.inner.clock)());
        let most = if options.for_guest { usize::MAX } else { self.inner.settings.max_rows };
        let max_rows = options.max_rows.unwrap_or(usize::MAX).min(most);
        let max_bytes = options.max_bytes.unwrap_or(usize::MAX).min(self.inner.settings.max_bytes);
        let max_age = options.max_age.unwrap_or(self.inner.settings.max_age);
        let made = to_sql(what, now, self.asker(&options))?;
        let key = key_of(&made, &options, max_rows, now);
        if let Some(mut answer) = self.kept(&key, now, max_age).await {
            answer.timing.total = ms(started.elapsed());
            // It may have been given to somebody who may have more.
            return if answer.bytes() > max_bytes { Err(too_large(max_bytes)) } else { Ok(answer) };
        }
        let fetches = self.inner.cache.inserts();
        let (query, sql) = made;
        let mut runs = 0;
        let (run, plan, planned_at, batches, truncated) = loop {
            runs += 1;
            let run = self.new_run(now, &options);
            let plan = self.inner.plan(&sql, &run).await?;
            let planned_at = started.elapsed();
            match plan.rows(max_rows, max_bytes).await {
                Ok((batches, truncated)) => break (run, plan, planned_at, batches, truncated),
                Err(error) if failed_part(&error) && runs < MAX_RUNS => {}
                Err(error) => return Err(gate::explain_error(&error)),
            }
        };
        run.hear();
        currency::check(&plan.logical, &run)?;
        if let Some(query) = &query {
            self.name_left_out(query, &run, now).await;
        }
        let total = started.elapsed();
        let answer = assemble(query, sql, &run, &plan, Rows { batches, truncated, max_rows }, (planned_at, total));
        // Kept only if nothing was fetched meanwhile, by this request or another: then its rows are the newest.
        let is_timeless = !gate::tells_time(&plan.logical) && means_the_same_later(&answer, now, self.asker(&options));
        if self.inner.cache.inserts() == fetches && is_timeless {
            let data = DataState { fetches, in_place: run.opened.versions() };
            self.inner.kept.put(key, data, now, &answer);
        }
        Ok(answer)
    }

    /// An answer that was given before, if all that it was made from is still the same.
    async fn kept(&self, key: &str, now: DateTime<Utc>, max_age: Duration) -> Option<Answer> {
        let (answer, in_place) = self.inner.kept.get(key, self.inner.cache.inserts(), now, max_age)?;
        self.inner.is_unchanged(&in_place).await.then_some(answer)
    }

    /// What a request would take, without running it. Only free calls that find out accounts and regions are made.
    pub async fn explain(&self, request: Request) -> Result<Explanation, EngineError> {
        let Request { what, options } = request;
        let now = options.now.unwrap_or_else(|| (self.inner.clock)());
        let (query, sql) = to_sql(what, now, self.asker(&options))?;
        let run = self.make_run(now, &options, true);
        let plan = self.inner.plan(&sql, &run).await?;
        run.hear();
        Ok(crate::explain::explain(&self.inner, query, sql, &run, &*plan.physical).await)
    }

    /// The providers, accounts and regions that are configured. May make the free calls that find them out.
    pub async fn vocabulary(&self) -> Arc<Vocabulary> {
        let now = (self.inner.clock)();
        let standings: Vec<u64> = self.inner.sources.iter().map(|source| source.standing()).collect();
        let lock = || self.inner.vocabulary.lock().unwrap_or_else(PoisonError::into_inner);
        let known = lock()
            .clone()
            .filter(|(made, under, _)| *under == standings && crate::cache::age(*made, now) <= VOCABULARY_MAX_AGE);
        if let Some((_, _, vocabulary)) = known {
            return vocabulary;
        }
        let run = self.new_run(now, &Options::default());
        let mut vocabulary = Vocabulary::default();
        for source in &self.inner.sources {
            let discovery = self.inner.discover(source, &run).await;
            for scope in discovery.scopes.iter().chain(discovery.gaps.iter().map(|gap| &gap.scope)) {
                vocabulary.add(scope);
            }
            vocabulary.regions.extend(discovery.regions.iter().cloned());
        }
        let vocabulary = Arc::new(vocabulary);
        *lock() = Some((now, standings, vocabulary.clone()));
        vocabulary
    }

    /// What each source covers, for `doctor`.
    pub async fn discoveries(&self) -> Vec<(String, Arc<Discovery>)> {
        let run = self.new_run((self.inner.clock)(), &Options { max_age: Some(Duration::ZERO), ..Options::default() });
        let mut all = Vec::new();
        for source in &self.inner.sources {
            all.push((source.id().to_owned(), self.inner.discover(source, &run).await));
        }
        all
    }

    fn new_run(&self, now: DateTime<Utc>, options: &Options) -> Arc<Run> {
        self.make_run(now, options, false)
    }

    fn make_run(&self, now: DateTime<Utc>, options: &Options, explains: bool) -> Arc<Run> {
        let max_age = options.max_age.unwrap_or(self.inner.settings.max_age);
        let mut run = Run::new(now, max_age, options.scope.clone(), options.progress.clone());
        run.explains = explains;
        run.grant.clone_from(&options.grant);
        run.places.clone_from(&options.places);
        Arc::new(run)
    }

    /// For whom a request's SQL is written.
    fn asker<'a>(&'a self, options: &'a Options) -> Asker<'a> {
        Asker { grant: options.grant.as_deref(), own: &self.inner.own }
    }

    /// Whether a text is a query in SQL that reads something, of tables that need not be there.
    pub fn is_query(&self, text: &str) -> bool {
        gate::is_query(text, &self.inner.own)
    }

    /// "CPU below 20" leaves out what has no CPU figure at all; the answer says how many those are.
    async fn name_left_out(&self, query: &Query, run: &Arc<Run>, now: DateTime<Utc>) {
        let without_value = run.gathered().without_value.clone();
        // Counting again what could not be read would wait for the same failure a second time.
        if run.coverage().scopes.iter().any(|line| !line.status.is_complete() && line.columns.is_empty()) {
            return;
        }
        for (at, condition) in query.conditions.iter().enumerate() {
            let Condition::Compare(compare) = condition else {
                continue;
            };
            let Ok(table) = self.table(&query.from) else {
                continue;
            };
            let Some(column) = table.column_any_case(compare.field.column_name()) else {
                continue;
            };
            let is_test = matches!(compare.op, Op::IsNull | Op::NotNull);
            if is_test || !without_value.contains(column.name) {
                continue;
            }
            let mut conditions = query.conditions.clone();
            conditions[at] = Condition::is_null(column.name);
            let count = Query {
                from: query.from.clone(),
                conditions,
                aggregate: vec![schema::query::Aggregate::count("left_out")],
                scope: query.scope.clone(),
                time: query.time.clone(),
                ..Query::default()
            };
            let asker = Asker { own: &self.inner.own, ..Asker::default() };
            let Ok(sql) = count.to_sql_for(now, asker) else { continue };
            // Rows that were read a moment ago are as good as fresh ones here.
            let max_age = run.max_age.max(Duration::from_secs(60));
            let mut own = Run::new(run.now, max_age, run.scope.clone(), None);
            own.grant.clone_from(&run.grant);
            let Ok(batches) = self.inner.collect(&sql, &Arc::new(own)).await else {
                continue;
            };
            let left_out = batches.first().and_then(|b| cells::json(b, 0, 0).as_i64()).unwrap_or_default();
            if left_out > 0 {
                run.warn(format!("{left_out} more `{}` have no `{}` and are left out", query.from, column.name));
            }
        }
    }
}

fn to_sql(what: What, now: DateTime<Utc>, asker: Asker<'_>) -> Result<(Option<Query>, String), EngineError> {
    match what {
        What::Query(query) => {
            let sql = query.to_sql_for(now, asker)?;
            Ok((Some(query), sql))
        }
        What::Sql(sql) => Ok((None, sql)),
    }
}

/// Milliseconds, to the microsecond.
fn ms(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e3
}

/// The same for the same request on the same day. Times that count from now are in the SQL, and "the last 30 days"
/// of costs and metrics begin anew each day. What an answer warns of depends on the places that whoever asked calls regions by.
fn key_of((query, sql): &(Option<Query>, String), options: &Options, max_rows: usize, now: DateTime<Utc>) -> String {
    let parts = (now.date_naive(), max_rows, &options.scope, &options.places, options.grant.as_deref(), query, sql);
    serde_json::to_string(&parts).unwrap_or_default()
}

/// Whether the same request a moment later is the same SQL: `{"ago": "1h"}` never is, `{"last": "30d"}` is all day.
fn means_the_same_later(answer: &Answer, now: DateTime<Utc>, asker: Asker<'_>) -> bool {
    let later = now + chrono::TimeDelta::milliseconds(1);
    answer.query.as_ref().is_none_or(|query| query.to_sql_for(later, asker).is_ok_and(|sql| sql == answer.sql))
}

struct Rows {
    batches: Vec<RecordBatch>,
    truncated: bool,
    max_rows: usize,
}

fn assemble(
    query: Option<Query>,
    sql: String,
    run: &Run,
    plan: &Plan,
    rows: Rows,
    (planned_at, total): (Duration, Duration),
) -> Answer {
    let mut coverage = run.coverage();
    if !coverage.complete {
        match bound::with_gaps(&plan.logical, &coverage.scopes) {
            Bound::Part => {}
            Bound::Lower => coverage.lower_bound = true,
            Bound::Unknown => coverage.unknown = true,
        }
    }
    if rows.truncated {
        run.warn(crate::answer::cut_to(rows.max_rows));
    }
    let reads_own = bound::reads_own(&plan.logical);
    let currency = currency::only(run).or_else(|| only_currency(&rows.batches));
    let gathered = run.gathered();
    let fetch = gathered.fetching.map_or(Duration::ZERO, |(from, to)| to - from);
    let timing = Timing {
        classify: 0.0,
        plan: ms(planned_at),
        fetch: ms(fetch),
        run: ms(total.saturating_sub(planned_at).saturating_sub(fetch)),
        waited: ms(gathered.waited),
        total: ms(total),
    };
    let mut warnings = gathered.warnings.clone();
    let planned: BTreeSet<_> = gathered.planned.iter().map(|planned| planned.key()).collect();
    let read = gathered.coverage.iter().filter(|line| line.columns.is_empty() && line.item.is_none());
    let read = read.filter(|line| planned.contains(&(line.source.as_str(), &line.scope, line.table.as_str()))).count();
    let not_read = planned.len().saturating_sub(read);
    if not_read > 0 && !rows.truncated && gathered.executed > 0 {
        warnings.push(format!(
            "the limit was reached before {not_read} of {} scopes were read to their end, so the rows are some of those that there are",
            planned.len()
        ));
    }
    let columns = plan
        .physical
        .schema()
        .fields()
        .iter()
        .map(|field| AnswerColumn {
            name: field.name().clone(),
            ty: cells::column_type(field.data_type()),
            // A column of a source's own may be called like one of ours, and be counted in something else.
            unit: unit_of(field.name(), query.as_ref(), currency.as_deref()).filter(|_| !reads_own),
        })
        .collect();
    let row_count = rows.batches.iter().map(RecordBatch::num_rows).sum();
    Answer {
        query,
        sql,
        columns,
        batches: rows.batches,
        row_count,
        truncated: rows.truncated,
        coverage,
        warnings,
        timing,
    }
}

/// The currency that all rows name, where they name one.
fn only_currency(batches: &[RecordBatch]) -> Option<String> {
    let mut only = None;
    for batch in batches {
        let schema = batch.schema();
        let at = Table::CURRENCY_COLUMNS.into_iter().find_map(|name| schema.index_of(name).ok())?;
        for row in 0..batch.num_rows() {
            let currency = cells::text(batch, row, at)?;
            if only.as_ref().is_some_and(|only| *only != currency) {
                return None;
            }
            only = Some(currency);
        }
    }
    only
}

/// The unit of a result's column: the schema's for a bare column, the aggregate's for sums and means of one.
fn unit_of(name: &str, query: Option<&Query>, currency: Option<&str>) -> Option<String> {
    let field = query
        .and_then(|q| q.aggregate.iter().find(|a| a.output_name() == name))
        .filter(|a| !matches!(a.function, schema::query::Function::Count | schema::query::Function::CountDistinct))
        .and_then(|a| a.field.as_ref())
        .map_or(name, |f| f.column_name());
    let tables: Vec<_> = match query.and_then(|q| tables::find(&q.from)) {
        Some(table) => vec![table],
        None => tables::ALL.to_vec(),
    };
    let unit = tables.iter().find_map(|table| table.column_any_case(field)).and_then(|column| column.unit)?;
    match unit {
        Unit::Currency => Some(currency.unwrap_or(Unit::Currency.name()).to_owned()),
        other => Some(other.name().to_owned()),
    }
}
