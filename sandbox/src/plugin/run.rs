//! One run of a plugin, from what it is given to what came of it.

use crate::bindings::nephoscope::guest::query::{Parameter, Value as Given};
use crate::bindings::plugin::nephoscope::guest::plugins::Failure as Said;
use crate::bindings::scanner::Scanner;
use crate::bindings::source::Source;
use crate::fault::{Fault, FaultKind, Limit};
use crate::guest::{self, Guest, HOSTCALL_BYTES};
use crate::job::Mode;
use crate::plugin::described::{self, Described, Head};
use crate::plugin::handed::Handed;
use crate::plugin::job::{Failure, NO_RESULT, PluginJob, RuleGap, Scan};
use crate::plugin::limits::PluginLimits;
use crate::plugin::{Plugin, Pre};
use crate::run::parameter;
use crate::state::{State, Terms};
use crate::stopwatch::Timed;
use ::engine::{Engine, Options};
use chrono::DateTime;
use schema::Grant;
use std::time::{Duration, Instant};
use tokio::time::timeout;
use wasmtime::Store;

/// How long saying what it is may take in all, waiting for a place included.
const DESCRIBING: Duration = Duration::from_secs(30);

impl Plugin {
    /// What it says that it is. It has no grant then, and little time.
    pub async fn describe(&self, engine: &Engine, limits: &PluginLimits) -> Result<Described, Failure> {
        let mut limits = limits.clone();
        limits.run.own_time = limits.describe_time;
        limits.run.total_time = limits.run.total_time.min(DESCRIBING);
        let job = PluginJob {
            params: Vec::new(),
            grant: Grant::default(),
            outbound: None,
            inputs: Vec::new(),
            limits,
            // No plugin may say something else of itself tomorrow.
            now: DateTime::UNIX_EPOCH,
            options: Options::default(),
        };
        let mut store = self.store(engine, &job, "");
        if let Some(handed) = &mut store.data_mut().plugin {
            handed.is_running = false;
        }
        let said = match &self.pre {
            Pre::Scanner(pre) => {
                let work = async |store: &mut Store<State>| {
                    let plugin: Scanner = pre.instantiate_async(&mut *store).await?;
                    plugin.nephoscope_guest_scanners().call_describe(store).await
                };
                self.guarded(&mut store, &job, work).await.map(|said| {
                    let head = Head {
                        name: said.name,
                        version: said.version,
                        contract: said.contract,
                        summary: said.summary,
                        parameters: said.parameters,
                        details: said.details,
                    };
                    described::described(head, said.rules, Vec::new())
                })
            }
            Pre::Source(pre) => {
                let work = async |store: &mut Store<State>| {
                    let plugin: Source = pre.instantiate_async(&mut *store).await?;
                    plugin.nephoscope_guest_sources().call_describe(store).await
                };
                self.guarded(&mut store, &job, work).await.map(|said| {
                    let head = Head {
                        name: said.name,
                        version: said.version,
                        contract: said.contract,
                        summary: said.summary,
                        parameters: said.parameters,
                        details: said.details,
                    };
                    described::described(head, Vec::new(), said.tables)
                })
            }
        };
        let lied = |message: String| Failure::new("invalid", message, true);
        said?.map_err(lied)
    }

    /// Scans. Whatever the plugin does, this comes back with what it had handed over. Dropping the future ends it.
    ///
    /// A source is a failure: it has nothing to find.
    pub async fn scan(&self, engine: &Engine, described: &Described, job: PluginJob) -> Scan {
        let mut store = self.store(engine, &job, &described.name);
        if let Some(handed) = &mut store.data_mut().plugin {
            handed.rules = described.rules.iter().map(|rule| rule.id.clone()).collect();
        }
        let failure = match &self.pre {
            Pre::Scanner(pre) => {
                let params: Vec<Parameter> = job.params.iter().map(parameter).collect();
                let work = async |store: &mut Store<State>| {
                    let plugin: Scanner = pre.instantiate_async(&mut *store).await?;
                    plugin.nephoscope_guest_scanners().call_scan(store, &params).await
                };
                failure_of(self.guarded(&mut store, &job, work).await)
            }
            Pre::Source(_) => {
                let message = format!("`{}` is a source, which fills tables and finds nothing", described.name);
                Some(Failure::new("invalid", message, false))
            }
        };
        scanned(store, failure)
    }

    /// What one run of it has. `name` is what it is called in the log; nothing while it says that itself.
    pub(crate) fn store(&self, engine: &Engine, job: &PluginJob, name: &str) -> Store<State> {
        let terms = Terms {
            grant: &job.grant,
            limits: &job.limits.run,
            now: job.now,
            mode: Mode::Run,
            max_dollars: Some(job.limits.max_dollars),
            options: &job.options,
            seed: self.seed,
        };
        let mut state = State::new(engine, &terms);
        state.guest = Guest::Plugin;
        state.plugin = Some(Box::new(Handed::new(name, job.limits.clone(), job.outbound.clone(), job.inputs.clone())));
        guest::store(self.sandbox.engine(), state, job.limits.run.bytes_out.saturating_add(HOSTCALL_BYTES))
    }

    /// Runs something of it within its bounds, in a place of the pool.
    pub(crate) async fn guarded<T>(
        &self,
        store: &mut Store<State>,
        job: &PluginJob,
        work: impl AsyncFnOnce(&mut Store<State>) -> wasmtime::Result<T>,
    ) -> Result<T, Failure> {
        let limits = &job.limits.run;
        let late = |is_breakdown| broke(&guest::over(Guest::Plugin, Limit::TotalTime, limits), is_breakdown);
        let began = Instant::now();
        // Held until the run is over; the store holds its part of the pool a little longer.
        let Ok(_place) = timeout(limits.total_time, self.sandbox.places().acquire()).await else {
            return Err(late(false));
        };
        let _running = self.sandbox.ticker().running();
        let watch = store.data().watch.clone();
        let left = limits.total_time.saturating_sub(began.elapsed());
        match timeout(left, Timed::new(&watch, work(&mut *store))).await {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(error)) => {
                let fault = guest::trapped(&error, store.data());
                // That the machine had no place for it is no fault of the plugin's.
                Err(broke(&fault, fault.kind != FaultKind::Host))
            }
            // Nor is that clouds are slow to answer its queries, or that its turn came late.
            Err(_) => {
                Err(late(watch.since_first().saturating_sub(store.data().asking.elapsed()) > limits.total_time / 2))
            }
        }
    }
}

/// How a call of a plugin ended: well, by its own word, or by ours.
pub(crate) fn failure_of(ended: Result<Result<(), Said>, Failure>) -> Option<Failure> {
    match ended {
        Ok(Ok(())) => None,
        Ok(Err(said)) => Some(told(&said)),
        Err(failure) => Some(failure),
    }
}

/// What a plugin says of its own failure, with the facts that the contract knows.
fn told(said: &Said) -> Failure {
    let text = |text: &str, most: usize| text.chars().filter(|c| !c.is_control()).take(most).collect::<String>();
    let fact = |name: &str| said.details.iter().find(|fact| fact.name == name).map(|fact| &fact.value);
    let retry_after_seconds = match fact("retry_after_seconds") {
        Some(Given::Integer(seconds)) => u32::try_from(*seconds).ok(),
        _ => None,
    };
    let column = match fact("column") {
        Some(Given::Text(column)) => Some(text(column, 80)),
        _ => None,
    };
    let failure = Failure::new(&text(&said.code, 60), text(&said.message, 2_000), false);
    Failure { retry_after_seconds, column, ..failure }
}

fn broke(fault: &Fault, is_breakdown: bool) -> Failure {
    Failure::new(fault.kind.as_str(), fault.message.clone(), is_breakdown)
}

/// The store goes, with all that the plugin had.
fn scanned(store: Store<State>, failure: Option<Failure>) -> Scan {
    let (meter, coverage) = (store.data().meter(), store.data().coverage());
    let mut state = store.into_data();
    if state.log_dropped > 0 {
        state.log.push(format!("({} more lines were dropped)", state.log_dropped));
    }
    let mut handed =
        state.plugin.take().unwrap_or_else(|| Box::new(Handed::new("", PluginLimits::default(), None, Vec::new())));
    // What a plugin was told and went on without is missing from what it found.
    for told in &state.told {
        let message = format!("{NO_RESULT}{}", told.message);
        let code = told.kind.as_str().to_owned();
        handed.gap(RuleGap { rule: "*".to_owned(), scope: None, code, message });
    }
    Scan {
        findings: handed.findings,
        gaps: handed.gaps,
        failure,
        coverage,
        warnings: state.warnings,
        queries: state.queries,
        requests: handed.requests,
        log: state.log,
        meter,
    }
}
