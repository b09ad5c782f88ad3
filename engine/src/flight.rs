//! One fetch under way. Equal fetches share it; when the last that waits for it goes, its calls are cancelled.

use crate::arrow;
use crate::cache::{Cache, CacheMeta, Entry, GapLine};
use crate::context::{Emitted, FetchContext, FetchCounts};
use crate::error::{FetchError, FetchErrorKind};
use crate::source::{FetchRequest, Source};
use datafusion::arrow::array::RecordBatch;
use futures::FutureExt;
use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, watch};
use tokio_util::task::AbortOnDropHandle;

/// One fetch under way, or ended.
pub(crate) struct Flight {
    shared: Arc<Shared>,
    _task: AbortOnDropHandle<()>,
}

struct Shared {
    state: Mutex<FlightState>,
    changed: watch::Sender<()>,
    counts: Arc<FetchCounts>,
}

#[derive(Default)]
struct FlightState {
    batches: Vec<RecordBatch>,
    gaps: Vec<GapLine>,
    warnings: Vec<String>,
    end: Option<Result<(), FetchError>>,
}

/// How a flight ended, for coverage.
pub(crate) struct Landed {
    pub(crate) result: Result<(), FetchError>,
    pub(crate) gaps: Vec<GapLine>,
    pub(crate) warnings: Vec<String>,
    pub(crate) rows: u64,
    pub(crate) calls: u64,
    pub(crate) waited: Duration,
}

/// What a fetch needs besides its request.
pub(crate) struct Launch {
    pub(crate) source: Arc<dyn Source>,
    pub(crate) request: FetchRequest,
    pub(crate) meta: CacheMeta,
    pub(crate) cx: FetchContext,
    pub(crate) emitted: mpsc::Receiver<Emitted>,
    pub(crate) timeout: Duration,
    pub(crate) cache: Arc<Cache>,
    /// Where it runs: whoever asks first may be on threads that others must not wait for.
    pub(crate) work: Handle,
}

impl Flight {
    /// Starts a fetch. It runs until it ends or the flight is dropped.
    pub(crate) fn start(launch: Launch) -> Arc<Self> {
        let shared = Arc::new(Shared {
            state: Mutex::default(),
            changed: watch::Sender::new(()),
            counts: launch.cx.counts.clone(),
        });
        let work = launch.work.clone();
        let task = work.spawn(fly(launch, shared.clone()));
        Arc::new(Self { shared, _task: AbortOnDropHandle::new(task) })
    }

    /// The batch at a place, as soon as it is there; none when the flight has ended before.
    pub(crate) async fn batch(&self, at: usize) -> Option<RecordBatch> {
        let mut changed = self.shared.changed.subscribe();
        loop {
            {
                let state = self.shared.state();
                if let Some(batch) = state.batches.get(at) {
                    return Some(batch.clone());
                }
                if state.end.is_some() {
                    return None;
                }
            }
            // The sender lives in `shared`, so it cannot have gone.
            let _ = changed.changed().await;
        }
    }

    /// How it ended. Called after [`Flight::batch`] gave none.
    pub(crate) fn landed(&self) -> Landed {
        let state = self.shared.state();
        let counts = &self.shared.counts;
        Landed {
            result: state.end.clone().unwrap_or(Ok(())),
            gaps: state.gaps.clone(),
            warnings: state.warnings.clone(),
            rows: state.batches.iter().map(|b| b.num_rows() as u64).sum(),
            calls: counts.calls.load(Ordering::Relaxed),
            waited: Duration::from_micros(counts.waited_us.load(Ordering::Relaxed)),
        }
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, FlightState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut FlightState)) {
        change(&mut self.state());
        self.changed.send_replace(());
    }
}

/// Ends a flight whose task broke, so that whoever waits for it is told.
struct Crashed(Arc<Shared>);

impl Drop for Crashed {
    fn drop(&mut self) {
        self.0.change(|state| {
            let broke = || Err(FetchError::new(FetchErrorKind::Failed, "the rows that came do not fit the table"));
            state.end.get_or_insert_with(broke);
        });
    }
}

async fn fly(launch: Launch, shared: Arc<Shared>) {
    let _crashed = Crashed(shared.clone());
    let Launch { source, request, meta, cx, mut emitted, timeout, cache, work: _ } = launch;
    let table = request.table;
    let is_whole = request.limit.is_none();
    let fetch = async {
        let fetch = AssertUnwindSafe(source.fetch(&request, &cx)).catch_unwind();
        let result = match tokio::time::timeout(timeout, fetch).await {
            Ok(Ok(result)) => result,
            Ok(Err(_panic)) => Err(FetchError::new(
                FetchErrorKind::Failed,
                format!("the source `{}` broke while reading", source.id()),
            )),
            Err(_) => Err(FetchError::new(
                FetchErrorKind::Timeout,
                format!("reading took longer than the {} s that a scope is given", timeout.as_secs_f64()),
            )),
        };
        // Closes the channel, which ends the other half.
        drop(cx);
        result
    };
    let receive = async {
        while let Some(emitted) = emitted.recv().await {
            receive_one(table, emitted, &shared);
        }
    };
    let (result, ()) = tokio::join!(fetch, receive);
    let entry = {
        let state = shared.state();
        // What is missing for good may be kept with the rows; what may pass is asked for again.
        let is_for_good = |error: &FetchError| matches!(error.kind, FetchErrorKind::Denied | FetchErrorKind::Limited);
        let is_settled = state.gaps.iter().all(|gap| is_for_good(&gap.error) && !gap.columns.is_empty());
        (result.is_ok() && is_whole && is_settled && state.end.is_none()).then(|| Entry {
            meta: crate::cache::CacheMeta { rows: state.batches.iter().map(|b| b.num_rows() as u64).sum(), ..meta },
            batches: Arc::new(state.batches.clone()),
            gaps: state.gaps.clone(),
            warnings: state.warnings.clone(),
        })
    };
    if let Some(entry) = entry {
        cache.insert(entry).await;
    }
    shared.change(|state| {
        state.end.get_or_insert(result);
    });
}

fn receive_one(table: &'static schema::Table, emitted: Emitted, shared: &Shared) {
    match emitted {
        Emitted::Rows(rows) => match arrow::batch(table, &rows) {
            Ok(batch) => shared.change(|state| state.batches.push(batch)),
            Err(error) => shared.change(|state| {
                let message = format!("rows of `{}` do not fit the schema: {error}", table.name);
                state.end.get_or_insert(Err(FetchError::new(FetchErrorKind::Failed, message)));
            }),
        },
        Emitted::Gap { columns, item, error } => {
            shared.change(|state| state.gaps.push(GapLine { columns, item, error }));
        }
        Emitted::Warning(sentence) => shared.change(|state| state.warnings.push(sentence)),
    }
}

/// The fetches under way, so that equal ones share.
#[derive(Default)]
pub(crate) struct Flights(Mutex<HashMap<String, Weak<Flight>>>);

impl Flights {
    /// The flight of a key, or a new one.
    pub(crate) fn join(&self, key: &str, start: impl FnOnce() -> Arc<Flight>) -> Arc<Flight> {
        let mut flights = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // One that has ended is as old as its rows: whoever wants those asks the cache.
        let under_way = |flight: &Arc<Flight>| flight.shared.state().end.is_none();
        if let Some(flight) = flights.get(key).and_then(Weak::upgrade).filter(under_way) {
            return flight;
        }
        let flight = start();
        flights.retain(|_, flight| flight.strong_count() > 0);
        flights.insert(key.to_owned(), Arc::downgrade(&flight));
        flight
    }
}
