//! From planned fetches to a stream of record batches, scopes side by side, each accounted for in coverage.

use crate::cache::{self, CacheMeta, Entry, GapLine};
use crate::context::FetchContext;
use crate::costs::{CostIndex, Joined};
use crate::engine::Inner;
use crate::error::{FetchError, FetchErrorKind};
use crate::flight::{Flight, Landed, Launch};
use crate::grants;
use crate::run::Run;
use crate::source::{FetchRequest, Source};
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::PartitionStream;
use futures::stream::{self, BoxStream, StreamExt};
use schema::{ScopeCoverage, Status};
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio::time::Instant;

/// One fetch that a scan needs, or one that cannot be made.
pub(crate) struct Planned {
    pub(crate) source: Arc<dyn Source>,
    pub(crate) request: FetchRequest,
    /// Why the scope cannot be read at all, where discovery found that out.
    pub(crate) gap: Option<FetchError>,
    /// Whether cost columns are joined from the bill.
    pub(crate) joins_costs: bool,
    /// Whether the bill may have the account, so that what it cost may not have to be fetched. Only `explain` leaves that open.
    pub(crate) may_be_billed: bool,
    /// Why nobody tells what its resources cost, where that is asked for.
    pub(crate) no_costs: Option<FetchError>,
}

impl Planned {
    fn line(&self, status: Status) -> ScopeCoverage {
        ScopeCoverage {
            source: self.source.id().to_owned(),
            scope: self.request.scope.clone(),
            table: self.request.table.name.to_owned(),
            columns: Vec::new(),
            item: None,
            status,
            rows: 0,
            age_seconds: 0,
            calls: 0,
            error: None,
        }
    }

    /// What its line in coverage is about.
    pub(crate) fn key(&self) -> (&str, &schema::Scope, &str) {
        (self.source.id(), &self.request.scope, self.request.table.name)
    }

    pub(crate) fn meta(&self, run: &Run) -> CacheMeta {
        CacheMeta::of(self.source.id(), self.source.fingerprint(), &self.request, run.now)
    }
}

/// All fetches of one table in one query, as one stream.
pub(crate) struct ScopeScan {
    pub(crate) inner: Arc<Inner>,
    pub(crate) run: Arc<Run>,
    pub(crate) planned: Vec<Arc<Planned>>,
    /// Columns of the table that are wanted, by position.
    pub(crate) projection: Arc<[usize]>,
    pub(crate) schema: SchemaRef,
}

impl fmt::Debug for ScopeScan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScopeScan").field("scopes", &self.planned.len()).finish_non_exhaustive()
    }
}

impl PartitionStream for ScopeScan {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _: Arc<TaskContext>) -> SendableRecordBatchStream {
        let (inner, run, projection) = (self.inner.clone(), self.run.clone(), self.projection.clone());
        let at_once = self.inner.settings.scopes_at_once.max(1);
        let streams = stream::iter(in_turns(&self.planned))
            .map(move |planned| Box::pin(one_scope(inner.clone(), run.clone(), planned, projection.clone())));
        Box::pin(RecordBatchStreamAdapter::new(self.schema.clone(), streams.flatten_unordered(at_once)))
    }
}

/// The fetches in an order in which accounts take turns: providers limit calls by account, so those that are read side
/// by side had better be of many.
fn in_turns(planned: &[Arc<Planned>]) -> Vec<Arc<Planned>> {
    let mut turns: HashMap<(&str, &str), usize> = HashMap::new();
    let mut ordered: Vec<(usize, &Arc<Planned>)> = Vec::with_capacity(planned.len());
    for one in planned {
        let turn = turns.entry((one.source.id(), &one.request.scope.account_id)).or_default();
        ordered.push((*turn, one));
        *turn += 1;
    }
    // Stable: within a turn, accounts stay in the order of the plan.
    ordered.sort_by_key(|(turn, _)| *turn);
    ordered.into_iter().map(|(_, one)| Arc::clone(one)).collect()
}

fn one_scope(
    inner: Arc<Inner>,
    run: Arc<Run>,
    planned: Arc<Planned>,
    projection: Arc<[usize]>,
) -> impl futures::Stream<Item = Result<RecordBatch>> + Send {
    let opened = async move {
        run.gathered().executed += 1;
        let costs = match planned.joins_costs {
            true => Some(crate::costs::index(&inner, &run).await),
            false => None,
        };
        let batches = open(&inner, &run, &planned).await;
        batches.map(move |batch| finish(&planned, batch, costs.as_deref(), &projection, &run))
    };
    stream::once(opened).flatten()
}

/// The scope's full batches: from the cache, from a flight, or none with a line in coverage that says why.
async fn open(inner: &Arc<Inner>, run: &Arc<Run>, planned: &Arc<Planned>) -> BoxStream<'static, RecordBatch> {
    if let Some(error) = &planned.gap {
        let line = planned.line(error.status());
        run.cover(ScopeCoverage { error: Some(error.to_coverage()), ..line });
        return stream::empty().boxed();
    }
    let meta = planned.meta(run);
    if let Some(entry) = inner.cache.find(&meta, run.now, run.max_age).await {
        return from_cache(run, planned, &entry);
    }
    let flight = fly(inner, run, planned, meta);
    from_flight(run.clone(), planned.clone(), flight).boxed()
}

fn from_cache(run: &Run, planned: &Planned, entry: &Entry) -> BoxStream<'static, RecordBatch> {
    let age_seconds = cache::age(entry.meta.fetched_at, run.now).as_secs();
    run.cover(ScopeCoverage { rows: entry.meta.rows, age_seconds, ..planned.line(Status::Cached) });
    note_gaps(run, planned, &entry.gaps);
    entry.warnings.iter().for_each(|warning| run.warn(warning.clone()));
    let batches = entry.batches.clone();
    stream::iter(0..batches.len()).map(move |at| batches[at].clone()).boxed()
}

fn fly(inner: &Arc<Inner>, run: &Run, planned: &Planned, meta: CacheMeta) -> Arc<Flight> {
    let key = format!("{} {:?}", meta.id, planned.request.limit);
    inner.flights.join(&key, || {
        let (out, emitted) = mpsc::channel(16);
        let settings = &inner.settings;
        let cx = FetchContext {
            source: planned.source.id().into(),
            scope: planned.request.scope.clone(),
            now: run.now,
            limiter: inner.limiter.clone(),
            retry: settings.retry.clone(),
            counts: Arc::default(),
            out,
            paid_calls: settings.paid_calls,
            patience: settings.scope_timeout,
        };
        Flight::start(Launch {
            source: planned.source.clone(),
            request: planned.request.clone(),
            meta,
            cx,
            emitted,
            timeout: settings.scope_timeout,
            cache: inner.cache.clone(),
            work: inner.work(),
        })
    })
}

fn from_flight(
    run: Arc<Run>,
    planned: Arc<Planned>,
    flight: Arc<Flight>,
) -> impl futures::Stream<Item = RecordBatch> + Send {
    let started = Instant::now();
    stream::unfold((flight, 0), move |(flight, at)| {
        let (run, planned) = (run.clone(), planned.clone());
        async move {
            if let Some(batch) = flight.batch(at).await {
                return Some((batch, (flight, at + 1)));
            }
            let landed = flight.landed();
            run.fetched(started, landed.waited);
            account(&run, &planned, landed);
            None
        }
    })
}

fn account(run: &Run, planned: &Planned, landed: Landed) {
    let status = landed.result.as_ref().err().map_or(Status::Live, FetchError::status);
    let error = landed.result.as_ref().err().map(FetchError::to_coverage);
    run.cover(ScopeCoverage { rows: landed.rows, calls: landed.calls, error, ..planned.line(status) });
    note_gaps(run, planned, &landed.gaps);
    landed.warnings.into_iter().for_each(|warning| run.warn(warning));
}

fn note_gaps(run: &Run, planned: &Planned, gaps: &[GapLine]) {
    for gap in gaps {
        run.cover(ScopeCoverage {
            columns: gap.columns.iter().map(|c| (*c).to_owned()).collect(),
            item: gap.item.clone(),
            error: Some(gap.error.to_coverage()),
            ..planned.line(gap.error.status())
        });
    }
}

/// Leaves out what is not granted, joins costs, notes which figures and times are not known of every row, and keeps the
/// columns that are wanted.
fn finish(
    planned: &Planned,
    batch: RecordBatch,
    costs: Option<&CostIndex>,
    projection: &[usize],
    run: &Run,
) -> Result<RecordBatch> {
    let table = planned.request.table;
    let batch = match run.grant.as_deref() {
        Some(grant) if grant.cuts(&planned.request.scope) => grants::granted_rows(grant, table, &batch)?,
        _ => batch,
    };
    let Joined { batch, has_mixed, has_unshared } = match costs {
        Some(costs) => costs.join(&batch)?,
        None => Joined { batch, has_mixed: false, has_unshared: false },
    };
    let lacks_costs = |error: &FetchError, item: Option<&str>| {
        run.cover(ScopeCoverage {
            columns: crate::costs::COLUMNS.iter().map(|c| (*c).to_owned()).collect(),
            item: item.map(str::to_owned),
            error: Some(error.to_coverage()),
            ..planned.line(error.status())
        });
    };
    // Where nothing is, nothing lacks a cost.
    if let Some(error) = planned.no_costs.as_ref().filter(|_| batch.num_rows() > 0) {
        lacks_costs(error, None);
    }
    if has_mixed {
        let text = "charges of one resource are in several currencies, and none is converted";
        let error = FetchError::new(FetchErrorKind::Limited, text).with_code("mixed_currencies");
        lacks_costs(&error, Some("resources billed in several currencies"));
    }
    if has_unshared {
        let text = "what is billed for several resources together cannot be shared among them: not all could be read";
        let error = FetchError::new(FetchErrorKind::Failed, text).with_code("unknown_share");
        lacks_costs(&error, Some("resources billed together"));
    }
    for &at in projection {
        let column = table.columns().nth(at);
        if let Some(column) = column.filter(|c| !c.is_text() && batch.column(at).null_count() > 0) {
            run.gathered().without_value.insert(column.name);
        }
    }
    batch.project(projection).map_err(DataFusionError::from)
}
