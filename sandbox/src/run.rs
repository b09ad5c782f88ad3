//! The sandbox, an interpreter in it, and one run of it from a job to what came of it.

use crate::bindings::exports::nephoscope::guest::programs::Fault as GuestFault;
use crate::bindings::nephoscope::guest::query::{Parameter, Value as GuestValue};
use crate::bindings::{Program, ProgramPre};
use crate::fault::{Fault, FaultKind, Limit};
use crate::job::{Job, Run};
use crate::limits::{Limits, SandboxSettings};
use crate::state::{State, Told};
use crate::stopwatch::Timed;
use crate::ticker::Ticker;
use crate::{capabilities, embedded, engine, wasi};
use ::engine::Engine;
use ::engine::params::Param;
use serde_json::{Map, Value};
use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;
use tokio::time::timeout;
use wasmtime::component::{Component, Linker};
use wasmtime::{Store, Trap, UpdateDeadline};
use wasmtime_wasi::I32Exit;

/// Where guests run. Clones share everything.
#[derive(Clone)]
pub struct Sandbox {
    inner: Arc<Inner>,
}

struct Inner {
    engine: wasmtime::Engine,
    linker: Linker<State>,
    ticker: Ticker,
    places: Semaphore,
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox").finish_non_exhaustive()
    }
}

/// Why a guest, or the sandbox itself, could not be got ready.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// This build has no interpreter.
    #[error("this build has no interpreter of programs; run `cargo xtask guest`, then build again")]
    NotBuilt,
    /// The system refused what the sandbox needs of it.
    #[error("the sandbox could not be set up: {message}")]
    Setup {
        /// Why.
        message: String,
    },
    /// The bytes are no component that this sandbox runs.
    #[error("the component cannot be loaded: {message}")]
    Component {
        /// What is wrong with it, with the import or export that it is about.
        message: String,
    },
}

/// The most bytes that a guest may hand over in one call: a result of the greatest size, and some.
const HOSTCALL_BYTES: usize = 1024 * 1024;

impl Sandbox {
    /// Reserves the pool of instances.
    pub fn new(settings: &SandboxSettings) -> Result<Self, LoadError> {
        let setup = |error: &dyn fmt::Display| LoadError::Setup { message: format!("{error:#}") };
        let mut config = engine::config().map_err(|e| setup(&e))?;
        config.allocation_strategy(engine::pool(settings.runs_at_once, settings.memory_bytes));
        let engine = wasmtime::Engine::new(&config).map_err(|e| setup(&e))?;
        let mut linker = Linker::new(&engine);
        wasi::link(&mut linker).map_err(|e| setup(&e))?;
        capabilities::link(&mut linker).map_err(|e| setup(&e))?;
        let ticker = Ticker::start(&engine).map_err(|e| setup(&e))?;
        let places = Semaphore::new(settings.runs_at_once as usize);
        Ok(Self { inner: Arc::new(Inner { engine, linker, ticker, places }) })
    }

    /// The interpreter that comes with this build.
    pub fn interpreter(&self) -> Result<Interpreter, LoadError> {
        if embedded::INTERPRETER.is_empty() {
            return Err(LoadError::NotBuilt);
        }
        // SAFETY: the bytes are part of this program, and were made by the same version of wasmtime with the same
        // configuration, which `deserialize` checks.
        #[expect(unsafe_code, reason = "loads machine code, which was compiled when this program was")]
        let component = unsafe { Component::deserialize(&self.inner.engine, embedded::INTERPRETER) };
        self.ready(&component.map_err(|error| LoadError::Component { message: format!("{error:#}") })?)
    }

    /// An interpreter of somebody else's, as a component. Compiling it may take long: it is not for a server's thread.
    pub fn load(&self, component: &[u8]) -> Result<Interpreter, LoadError> {
        let component = Component::from_binary(&self.inner.engine, component);
        self.ready(&component.map_err(|error| LoadError::Component { message: format!("{error:#}") })?)
    }

    /// Checks that it imports only what is there, and exports what the world asks for.
    fn ready(&self, component: &Component) -> Result<Interpreter, LoadError> {
        let linked = self.inner.linker.instantiate_pre(component).and_then(ProgramPre::new);
        let pre = linked.map_err(|error| LoadError::Component { message: format!("{error:#}") })?;
        Ok(Interpreter { sandbox: self.clone(), pre })
    }
}

/// Something that runs programs. Clones share it; every run has an instance of its own.
#[derive(Clone)]
pub struct Interpreter {
    sandbox: Sandbox,
    pre: ProgramPre<State>,
}

impl fmt::Debug for Interpreter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Interpreter").finish_non_exhaustive()
    }
}

/// What stops a guest from outside.
#[derive(Debug, thiserror::Error)]
#[error("the guest computed for longer than it may")]
struct OutOfTime;

impl Interpreter {
    /// Runs a program. Whatever it does, this comes back with what is known of the run. Dropping the future ends it.
    pub async fn run(&self, engine: &Engine, job: Job) -> Run {
        let limits = job.limits.clone();
        let began = Instant::now();
        // Held until the store is gone: only then is its place in the pool free again.
        let place = timeout(limits.total_time, self.sandbox.inner.places.acquire()).await;
        let mut store = self.store(engine, &job);
        let result = if job.source.len() > limits.source_bytes {
            Err(over(Limit::SourceBytes, &limits))
        } else if place.is_err() {
            Err(over(Limit::TotalTime, &limits))
        } else {
            let left = limits.total_time.saturating_sub(began.elapsed());
            let work = self.run_in(&mut store, &job);
            timeout(left, work).await.unwrap_or_else(|_| Err(over(Limit::TotalTime, &limits)))
        };
        finish(store, result)
    }

    /// Whether the text is a program at all. Runs nothing of it.
    pub async fn check(&self, engine: &Engine, job: Job) -> Result<(), Fault> {
        let limits = job.limits.clone();
        if job.source.len() > limits.source_bytes {
            return Err(over(Limit::SourceBytes, &limits));
        }
        let place = timeout(limits.total_time, self.sandbox.inner.places.acquire()).await;
        if place.is_err() {
            return Err(over(Limit::TotalTime, &limits));
        }
        let mut store = self.store(engine, &job);
        let work = async {
            let _running = self.sandbox.inner.ticker.running();
            let watch = store.data().watch.clone();
            let called = Timed::new(&watch, async {
                let program = self.pre.instantiate_async(&mut store).await?;
                program.nephoscope_guest_programs().call_check(&mut store, &job.source).await
            });
            match called.await {
                Ok(Ok(())) => Ok(()),
                Ok(Err(fault)) => Err(fault_of(fault, store.data())),
                Err(error) => Err(trapped(&error, store.data())),
            }
        };
        timeout(limits.total_time, work).await.unwrap_or_else(|_| Err(over(Limit::TotalTime, &limits)))
    }

    fn store(&self, engine: &Engine, job: &Job) -> Store<State> {
        let mut store = Store::new(&self.sandbox.inner.engine, State::new(engine, job));
        store.limiter(|state| state);
        store.set_hostcall_fuel(job.limits.bytes_out.saturating_add(HOSTCALL_BYTES));
        store.set_epoch_deadline(1);
        store.epoch_deadline_callback(|store| {
            let state = store.data();
            if state.watch.elapsed() > state.limits.own_time {
                return Err(OutOfTime.into());
            }
            // Others have their turn.
            Ok(UpdateDeadline::Yield(1))
        });
        store
    }

    async fn run_in(&self, store: &mut Store<State>, job: &Job) -> Result<Vec<Map<String, Value>>, Fault> {
        let _running = self.sandbox.inner.ticker.running();
        let watch = store.data().watch.clone();
        let called = Timed::new(&watch, self.call(&mut *store, job)).await;
        match called {
            Ok(Ok(json)) => rows_of(&json, &job.limits),
            Ok(Err(fault)) => Err(fault_of(fault, store.data())),
            Err(error) => Err(trapped(&error, store.data())),
        }
    }

    async fn call(&self, store: &mut Store<State>, job: &Job) -> wasmtime::Result<Result<String, GuestFault>> {
        let program: Program = self.pre.instantiate_async(&mut *store).await?;
        let params: Vec<Parameter> = job.params.iter().map(parameter).collect();
        let max_bytes = u32::try_from(job.limits.bytes_out).unwrap_or(u32::MAX);
        program.nephoscope_guest_programs().call_run(store, &job.source, &params, max_bytes).await
    }
}

/// The store goes, with all that the guest had.
fn finish(store: Store<State>, result: Result<Vec<Map<String, Value>>, Fault>) -> Run {
    let meter = store.data().meter();
    let mut coverage = store.data().coverage();
    let mut state = store.into_data();
    if state.log_dropped > 0 {
        state.log.push(format!("({} more lines were dropped)", state.log_dropped));
    }
    // What a program caught is still missing from what it made of the rest.
    for told in state.told.iter().filter(|_| result.is_ok()) {
        // A slip of the query's is no gap in what was read; whatever else it is, rows are missing.
        if told.kind != FaultKind::Invalid {
            (coverage.complete, coverage.unknown) = (false, true);
        }
        let sentence =
            format!("a query of the program had no result, and the program went on without it: {}", told.message);
        if !state.warnings.contains(&sentence) {
            state.warnings.push(sentence);
        }
    }
    Run {
        result,
        known: state.known,
        queries: state.queries,
        plans: state.plans,
        coverage,
        warnings: state.warnings,
        log: state.log,
        meter,
    }
}

fn parameter((name, value): &(String, Param)) -> Parameter {
    let value = match value {
        Param::Null => GuestValue::Null,
        Param::Bool(value) => GuestValue::Boolean(*value),
        Param::Int(value) => GuestValue::Integer(*value),
        Param::Float(value) => GuestValue::Real(*value),
        Param::Text(value) => GuestValue::Text(value.clone()),
    };
    Parameter { name: name.clone(), value }
}

/// The value of a program as rows: an array's items, or the one value. What is no object is the column `value`.
fn rows_of(json: &str, limits: &Limits) -> Result<Vec<Map<String, Value>>, Fault> {
    if json.len() > limits.bytes_out {
        return Err(over(Limit::BytesOut, limits));
    }
    let value: Value = serde_json::from_str(json).map_err(|error| {
        Fault::new(FaultKind::Trap, format!("the interpreter gave back something that is not JSON: {error}"))
    })?;
    let items = match value {
        Value::Array(items) => items,
        one => vec![one],
    };
    if items.len() > limits.rows_out {
        return Err(over(Limit::RowsOut, limits));
    }
    let rows: Vec<Map<String, Value>> = items
        .into_iter()
        .map(|item| match item {
            Value::Object(row) => row,
            other => Map::from_iter([("value".to_owned(), other)]),
        })
        .collect();
    let columns: HashSet<&str> = rows.iter().flat_map(Map::keys).map(String::as_str).collect();
    if columns.len() > limits.columns_out {
        return Err(over(Limit::ColumnsOut, limits));
    }
    Ok(rows)
}

/// The sentence for a bound.
fn over(limit: Limit, limits: &Limits) -> Fault {
    let seconds = |duration: Duration| format!("{} s", duration.as_secs_f64());
    let message = match limit {
        Limit::OwnTime => format!("the program computed for longer than the {} that it may", seconds(limits.own_time)),
        Limit::TotalTime => format!("the run took longer than the {} that it may", seconds(limits.total_time)),
        Limit::Memory => {
            format!("the program needs more than the {} MiB of memory that it may use", limits.memory_bytes >> 20)
        }
        Limit::Stack => "the program's calls go deeper than the stack: is there a recursion without an end?".to_owned(),
        Limit::Query => "a query is longer, deeper or larger than it may be".to_owned(),
        Limit::CallBytes => format!(
            "the program handed over more than {} KiB at once",
            limits.bytes_out.saturating_add(HOSTCALL_BYTES) >> 10
        ),
        Limit::Queries => format!("{} queries are the most that one run may make", limits.queries),
        Limit::RowsIn => format!("{} rows are the most that queries may hand over", limits.rows_in),
        Limit::RowsOut => {
            format!("the result has more than the {} rows that it may have; filter, or add up", limits.rows_out)
        }
        Limit::ColumnsOut => format!(
            "the result has more than the {} columns that it may have; make rows of what is in their names",
            limits.columns_out
        ),
        Limit::BytesOut => format!(
            "the result is larger than the {} KiB that it may be; filter, or name fewer columns",
            limits.bytes_out >> 10
        ),
        Limit::SourceBytes => {
            format!("the program's text is longer than the {} KiB that it may be", limits.source_bytes >> 10)
        }
    };
    Fault::new(FaultKind::Limit(limit), message)
}

/// What the interpreter said of the program. It is a guest, and what it says may be the program's own invention: that a
/// query was denied, or a bound was hit, counts only where this side has said so itself.
fn fault_of(fault: GuestFault, state: &State) -> Fault {
    let code = fault.code.as_deref();
    let told = code.and_then(|code| state.told.iter().find(|told| told.kind.as_str() == code && is_of(&fault, told)));
    let kind = match (fault.class.as_str(), code, told) {
        (_, Some("memory"), _) if state.memory_refused => return at(&fault, over(Limit::Memory, &state.limits)),
        // What QuickJS throws where there is no memory for an error either.
        (_, None, _) if state.memory_refused && fault.message == "the program threw `null`" => {
            return at(&fault, over(Limit::Memory, &state.limits));
        }
        // Promises that could not be kept for want of memory.
        ("NoValue", ..) if state.memory_refused => return at(&fault, over(Limit::Memory, &state.limits)),
        ("BadValue", Some("out_bytes"), _) => return at(&fault, over(Limit::BytesOut, &state.limits)),
        (_, _, Some(told)) => told.kind,
        // Some queries are wrong in the interpreter's eyes alone: two columns of one name.
        (_, Some("invalid"), _) => FaultKind::Invalid,
        ("SyntaxError", ..) => FaultKind::Syntax,
        ("NoValue", ..) => FaultKind::NoValue,
        ("BadValue", ..) => FaultKind::BadValue,
        _ => FaultKind::Thrown,
    };
    let (class, message) = (cut(fault.class, MOST_CLASS), cut(fault.message, MOST_MESSAGE));
    Fault { kind, class: Some(class), message, line: fault.line, column: fault.column }
}

/// The most of the name of an error's class, in bytes: a word.
const MOST_CLASS: usize = 100;
/// The most of an error's message, in bytes: it goes to a person, a log and a prompt.
const MOST_MESSAGE: usize = 4_000;

fn cut(mut text: String, most: usize) -> String {
    if text.len() > most {
        text.truncate(text.floor_char_boundary(most));
        text.push('…');
    }
    text
}

/// Whether the fault is what the host told the guest; the interpreter may have cut its message.
fn is_of(fault: &GuestFault, told: &Told) -> bool {
    fault.message == told.message
        || fault.message.strip_suffix('…').is_some_and(|cut| cut.len() > 1_000 && told.message.starts_with(cut))
}

fn at(guest: &GuestFault, fault: Fault) -> Fault {
    Fault { line: guest.line, column: guest.column, ..fault }
}

/// What stopped the interpreter itself.
fn trapped(error: &wasmtime::Error, state: &State) -> Fault {
    let limits = &state.limits;
    if error.is::<OutOfTime>() {
        return over(Limit::OwnTime, limits);
    }
    if let Some(exit) = error.downcast_ref::<I32Exit>() {
        return Fault::new(FaultKind::Trap, format!("the interpreter left with exit code {}", exit.0));
    }
    match error.downcast_ref::<Trap>() {
        Some(Trap::StackOverflow) => over(Limit::Stack, limits),
        Some(Trap::Interrupt) => over(Limit::OwnTime, limits),
        Some(_) if state.memory_refused => over(Limit::Memory, limits),
        Some(trap) => Fault::new(FaultKind::Trap, format!("the interpreter broke down: {trap}")),
        None if state.memory_refused => over(Limit::Memory, limits),
        None if format!("{error:#}").contains(FUEL) => over(Limit::CallBytes, limits),
        None if is_the_hosts(error) => {
            tracing::warn!(error = format!("{error:#}"), "a guest could not be run");
            Fault::new(FaultKind::Host, format!("the sandbox could not run it: {}", error.root_cause()))
        }
        // A handle that is none, text that is no UTF-8, a table of handles that is full.
        None => Fault::new(FaultKind::Trap, format!("the interpreter broke the contract: {}", error.root_cause())),
    }
}

/// How wasmtime says that a guest handed over too much in one call; it has no type for it.
const FUEL: &str = "fuel allocated for hostcalls has been exhausted";

/// Whether the system refused something, and no guest is to blame.
fn is_the_hosts(error: &wasmtime::Error) -> bool {
    error.is::<wasmtime::PoolConcurrencyLimitError>() || error.is::<std::io::Error>()
}
