//! What must hold for any SQL, any program and any component: the one definition that the seeded mutation runs of the tests
//! and the fuzz targets in `fuzz/` share. It names public items only.

use chrono::{DateTime, TimeZone, Utc};
use demo::Demo;
use engine::{Engine, EngineError, EngineSettings, Options, Request, What};
use sandbox::{Fault, FaultKind, Interpreter, Job, Limits, LoadError, Mode, Sandbox, SandboxSettings};
use schema::Grant;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long one input may take: far more than any should, on a machine that has other things to do.
const SOON: Duration = Duration::from_secs(20);

/// How long a program's own computing may take here.
const OWN_TIME: Duration = Duration::from_millis(50);

/// An engine over the demo estate, and an interpreter.
pub(crate) struct Cases {
    engine: Engine,
    sandbox: Sandbox,
    interpreter: Interpreter,
}

fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 21, 9, 30, 0).unwrap()
}

impl Cases {
    /// All that the cases need.
    ///
    /// # Panics
    /// Where this build has no interpreter.
    pub(crate) fn new() -> Self {
        let settings = demo::Settings { seed: 7, scale: 1.0, now: now(), deny: Vec::new() };
        let demo = Arc::new(Demo::new(settings));
        let engine = Engine::builder(EngineSettings::default()).source(demo).clock(now).build().unwrap();
        // Few places, so that the address space of a small machine is not the bound.
        let settings = SandboxSettings { runs_at_once: 16, ..SandboxSettings::default() };
        let sandbox = Sandbox::new(&settings).unwrap();
        let interpreter = sandbox.interpreter().expect("`cargo xtask guest` has made the interpreter");
        Self { engine, sandbox, interpreter }
    }

    /// Any SQL is a plan, or an error that names itself, soon.
    pub(crate) async fn sql(&self, input: &[u8]) -> Result<(), String> {
        let sql = String::from_utf8_lossy(input).into_owned();
        let began = Instant::now();
        // On a task of its own, so that a panic is seen for what it is.
        let mut task = tokio::task::JoinSet::new();
        let (engine, what) = (self.engine.clone(), What::Sql(sql.clone()));
        task.spawn(async move { engine.explain(Request { what, options: Options::default() }).await });
        let planned = tokio::time::timeout(SOON, task.join_next()).await;
        let planned = planned.map_err(|_| format!("hangs: {sql}"))?.ok_or("there was no task")?;
        match planned.map_err(|error| format!("{error}: {sql}"))? {
            Ok(_)
            | Err(
                EngineError::Sql { .. }
                | EngineError::Refused { .. }
                | EngineError::Limit { .. }
                | EngineError::Scope { .. },
            ) => {}
            Err(EngineError::Run { message }) if !message.to_lowercase().contains("internal error") => {}
            Err(other) => return Err(format!("{other:?}: {sql}")),
        }
        soon(began, &sql)
    }

    /// Any text is a program that makes rows within its bounds, or a fault that names itself; and `check` agrees with `run`.
    pub(crate) async fn program(&self, input: &[u8]) -> Result<(), String> {
        let source = String::from_utf8_lossy(input).into_owned();
        let began = Instant::now();
        let named = |fault: &Fault| match fault.kind {
            FaultKind::Host | FaultKind::Trap => Err(format!("{fault:?}: {source}")),
            _ => Ok(()),
        };
        let checked = self.interpreter.check(&self.engine, job(&source)).await;
        if let Err(fault) = &checked {
            named(fault)?;
        }
        match self.interpreter.run(&self.engine, job(&source)).await.result {
            Ok(rows) if rows.len() > limits().rows_out => return Err(format!("{} rows: {source}", rows.len())),
            Ok(_) if checked.is_err() => return Err(format!("it is no program, and ran: {source}")),
            Ok(_) => {}
            Err(fault) => named(&fault)?,
        }
        soon(began, &source)
    }

    /// Any bytes are a component that runs to an end, or an error that names itself.
    pub(crate) async fn component(&self, input: &[u8]) -> Result<(), String> {
        let began = Instant::now();
        match self.sandbox.load(input) {
            Err(LoadError::Component { message }) if !message.is_empty() => {}
            Err(other) => return Err(format!("{other:?}")),
            Ok(guest) => match guest.run(&self.engine, job("some text")).await.result {
                Err(fault) if fault.kind == FaultKind::Host => return Err(format!("{fault:?}")),
                _ => {}
            },
        }
        soon(began, "a component")
    }
}

fn soon(began: Instant, what: &str) -> Result<(), String> {
    if began.elapsed() < SOON { Ok(()) } else { Err(format!("took {:?}: {what}", began.elapsed())) }
}

fn limits() -> Limits {
    Limits { own_time: OWN_TIME, ..Limits::for_testing() }
}

fn job(source: &str) -> Job {
    Job {
        source: source.to_owned(),
        params: Vec::new(),
        grant: Grant::everything(),
        limits: limits(),
        now: now(),
        mode: Mode::Run,
        max_dollars: None,
        options: Options::default(),
    }
}
