//! The sandbox, an interpreter in it, and one run of it from a job to what came of it.

use crate::bindings::exports::nephoscope::guest::programs::Fault as GuestFault;
use crate::bindings::nephoscope::guest::query::{Parameter, Value as GuestValue};
use crate::bindings::{Program, ProgramPre};
use crate::fault::{Fault, FaultKind, Limit};
use crate::guest::{self, Guest, HOSTCALL_BYTES, cut, trapped};
use crate::job::{Job, Run};
use crate::limits::{Limits, SandboxSettings};
use crate::state::{State, Terms, Told};
use crate::stopwatch::Timed;
use crate::ticker::Ticker;
use crate::{capabilities, embedded, engine, wasi};
use ::engine::Engine;
use ::engine::params::Param;
use serde_json::{Map, Value};
use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::Semaphore;
use tokio::time::timeout;
use wasmtime::Store;
use wasmtime::component::{Component, Linker};

/// Where guests run. Clones share everything.
#[derive(Clone)]
pub struct Sandbox {
    inner: Arc<Inner>,
}

struct Inner {
    engine: wasmtime::Engine,
    programs: Linker<State>,
    scanners: Linker<State>,
    sources: Linker<State>,
    ticker: Ticker,
    places: Semaphore,
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox").finish_non_exhaustive()
    }
}

/// What guests take of the pool.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct InUse {
    /// Guests that have an instance.
    pub runs: usize,
    /// Linear memories of all of them.
    pub memories: usize,
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

impl Sandbox {
    /// Reserves the pool of instances.
    pub fn new(settings: &SandboxSettings) -> Result<Self, LoadError> {
        let setup = |error: &dyn fmt::Display| LoadError::Setup { message: format!("{error:#}") };
        let mut config = engine::config().map_err(|e| setup(&e))?;
        config.allocation_strategy(engine::pool(settings.runs_at_once, settings.memory_bytes));
        let engine = wasmtime::Engine::new(&config).map_err(|e| setup(&e))?;
        let linker = |link: fn(&mut Linker<State>) -> wasmtime::Result<()>| {
            let mut linker = Linker::new(&engine);
            wasi::link(&mut linker)?;
            link(&mut linker).map(|()| linker)
        };
        let programs = linker(capabilities::link_program).map_err(|e| setup(&e))?;
        let scanners = linker(capabilities::link_scanner).map_err(|e| setup(&e))?;
        let sources = linker(capabilities::link_source).map_err(|e| setup(&e))?;
        let ticker = Ticker::start(&engine).map_err(|e| setup(&e))?;
        let places = Semaphore::new(settings.runs_at_once as usize);
        Ok(Self { inner: Arc::new(Inner { engine, programs, scanners, sources, ticker, places }) })
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

    /// What guests take of the pool at this moment.
    pub fn in_use(&self) -> InUse {
        let metrics = self.inner.engine.pooling_allocator_metrics();
        metrics.map_or(InUse::default(), |metrics| InUse {
            runs: usize::try_from(metrics.component_instances()).unwrap_or(usize::MAX),
            memories: metrics.memories(),
        })
    }

    pub(crate) fn engine(&self) -> &wasmtime::Engine {
        &self.inner.engine
    }

    pub(crate) fn scanners(&self) -> &Linker<State> {
        &self.inner.scanners
    }

    pub(crate) fn sources(&self) -> &Linker<State> {
        &self.inner.sources
    }

    pub(crate) fn ticker(&self) -> &Ticker {
        &self.inner.ticker
    }

    pub(crate) fn places(&self) -> &Semaphore {
        &self.inner.places
    }

    /// Checks that it imports only what is there, and exports what the world asks for.
    fn ready(&self, component: &Component) -> Result<Interpreter, LoadError> {
        let linked = self.inner.programs.instantiate_pre(component).and_then(ProgramPre::new);
        let pre = linked.map_err(|error| LoadError::Component { message: format!("{error:#}") })?;
        Ok(Interpreter { sandbox: self.clone(), pre })
    }
}

/// Compiles a component for the sandboxes of this program. Takes as long and as much memory as a hostile component likes:
/// it is for a process of its own, which has bounds.
pub fn compile(component: &[u8]) -> Result<Vec<u8>, LoadError> {
    let compiled = engine::config()
        .and_then(|config| wasmtime::Engine::new(&config))
        .and_then(|engine| engine.precompile_component(component));
    compiled.map_err(|error| LoadError::Component { message: format!("{error:#}") })
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
        let room = job.limits.bytes_out.saturating_add(HOSTCALL_BYTES);
        guest::store(&self.sandbox.inner.engine, State::new(engine, &Terms::of(job)), room)
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
    if result.is_err() {
        // There is no answer to warn of.
        state.log.append(&mut state.warned);
    }
    if state.log_dropped > 0 {
        state.log.push(format!("({} more lines were dropped)", state.log_dropped));
    }
    // What a program warns of is that its answer is not all that was asked for.
    for line in state.warned.drain(..) {
        (coverage.complete, coverage.unknown) = (false, true);
        let sentence = line.strip_prefix("warning: ").unwrap_or(&line).to_owned();
        if !state.warnings.contains(&sentence) {
            state.warnings.push(sentence);
        }
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

pub(crate) fn parameter((name, value): &(String, Param)) -> Parameter {
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

fn over(limit: Limit, limits: &Limits) -> Fault {
    guest::over(Guest::Program, limit, limits)
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

/// Whether the fault is what the host told the guest; the interpreter may have cut its message.
fn is_of(fault: &GuestFault, told: &Told) -> bool {
    fault.message == told.message
        || fault.message.strip_suffix('…').is_some_and(|cut| cut.len() > 1_000 && told.message.starts_with(cut))
}

fn at(guest: &GuestFault, fault: Fault) -> Fault {
    Fault { line: guest.line, column: guest.column, ..fault }
}
