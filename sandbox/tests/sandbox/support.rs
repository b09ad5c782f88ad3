//! An interpreter over the demo estate at a fixed time, and ways to run programs on it.

use chrono::{DateTime, TimeZone, Utc};
use demo::Demo;
use engine::params::Param;
use engine::{Engine, EngineSettings, Options};
use sandbox::{Fault, FaultKind, Interpreter, Job, Limits, Mode, Run, Sandbox, SandboxSettings};
use schema::Grant;
use serde_json::Value;
use std::sync::{Arc, OnceLock};

/// What time it is in these tests.
pub(crate) fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 21, 9, 30, 0).unwrap()
}

/// An engine over the demo estate.
pub(crate) fn engine() -> Engine {
    let settings = demo::Settings { seed: 7, scale: 1.0, now: now(), deny: Vec::new() };
    Engine::builder(EngineSettings::default()).source(Arc::new(Demo::new(settings))).clock(now).build().unwrap()
}

/// A sandbox with few places, so that a test machine's address space is not the bound.
pub(crate) fn sandbox() -> &'static Sandbox {
    static SANDBOX: OnceLock<Sandbox> = OnceLock::new();
    SANDBOX.get_or_init(|| {
        Sandbox::new(&SandboxSettings { runs_at_once: 16, ..SandboxSettings::default() }).expect("a sandbox")
    })
}

/// The interpreter of this build.
pub(crate) fn interpreter() -> &'static Interpreter {
    static INTERPRETER: OnceLock<Interpreter> = OnceLock::new();
    INTERPRETER.get_or_init(|| sandbox().interpreter().expect("`cargo xtask guest` has made the interpreter"))
}

/// A job with small bounds and everything granted.
pub(crate) fn job(source: &str) -> Job {
    Job {
        source: source.to_owned(),
        params: Vec::new(),
        grant: Grant::everything(),
        limits: Limits::for_testing(),
        now: now(),
        mode: Mode::Run,
        max_dollars: None,
        options: Options::default(),
    }
}

/// The same with bounds as they are shipped.
pub(crate) fn usual(source: &str) -> Job {
    Job { limits: Limits::default(), ..job(source) }
}

/// Runs a program.
pub(crate) async fn run(job: Job) -> Run {
    interpreter().run(&engine(), job).await
}

/// The rows of a program that must have some.
pub(crate) async fn rows(source: &str) -> Value {
    rows_with(source, &[]).await
}

/// The same with parameters.
pub(crate) async fn rows_with(source: &str, params: &[(&str, Param)]) -> Value {
    let params = params.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    let run = run(Job { params, ..usual(source) }).await;
    let rows = run.result.unwrap_or_else(|fault| panic!("{}\n{source}", said(&fault)));
    Value::Array(rows.into_iter().map(Value::Object).collect())
}

/// The fault of a program that must have one.
pub(crate) async fn fault(job: Job) -> Fault {
    let source = job.source.clone();
    match run(job).await.result {
        Err(fault) => fault,
        Ok(rows) => panic!("{source}\nmade {} rows", rows.len()),
    }
}

/// A fault in one line: `limit own_time: …`, `thrown TypeError: … (line 2)`.
pub(crate) fn said(fault: &Fault) -> String {
    let limit = match fault.kind {
        FaultKind::Limit(limit) => format!(" {}", limit.as_str()),
        _ => fault.class.as_ref().map(|class| format!(" {class}")).unwrap_or_default(),
    };
    format!("{}{limit}: {}{}", fault.kind.as_str(), fault.message, fault.place())
}
