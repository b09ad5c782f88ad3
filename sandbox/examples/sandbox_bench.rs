//! What a run in a fresh instance takes, over the demo estate: p50 and p99, runs a second on all cores, memory, as JSON.
//!
//! A one-line program, a filter of 1,000 rows, and a join of two tables by hand; each run is an instance of its own, with
//! grant and bounds as in the product, without its audit log and its threads for programs. The rows come from the engine's kept answers, so that what is measured is the
//! sandbox and its door.

#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs)]

use chrono::{DateTime, TimeZone, Utc};
use engine::{Engine, EngineSettings, Options};
use sandbox::{Interpreter, Job, Limits, Mode, Sandbox, SandboxSettings};
use schema::Grant;
use serde_json::json;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 21, 9, 30, 0).unwrap()
}

const PROGRAMS: &[(&str, &str, usize)] = &[
    ("one_line", "1 + 1", 20_000),
    (
        "filter_1000_rows",
        "query('SELECT name, region, vcpus, state FROM volumes_and_instances LIMIT 1000').filter(r => r.vcpus > 2).length",
        1_000,
    ),
    (
        "join_two_tables",
        "const byId = new Map(query('SELECT native_id, name FROM instances LIMIT 300').map(i => [i.native_id, i]));\n\
         query('SELECT native_id, instance_id, size_gib FROM volumes LIMIT 700').filter(v => byId.has(v.instance_id))\n\
           .map(v => ({volume: v.native_id, instance: byId.get(v.instance_id).name, size_gib: v.size_gib})).length",
        1_000,
    ),
    ("fib_23", "const fib = n => n < 2 ? n : fib(n - 1) + fib(n - 2); fib(23)", 200),
];

/// A thousand rows of four columns, from tables that the demo estate has.
const ROWS: &str =
    "(SELECT a.name, a.region, a.vcpus, a.state FROM instances a CROSS JOIN (SELECT 1 FROM accounts) b) x";

fn job(source: &str) -> Job {
    Job {
        source: source.replace("volumes_and_instances", ROWS),
        params: Vec::new(),
        grant: Grant::everything(),
        limits: Limits::default(),
        now: now(),
        mode: Mode::Run,
        max_dollars: None,
        options: Options { max_age: Some(Duration::from_secs(3600)), ..Options::default() },
    }
}

#[tokio::main]
async fn main() {
    let settings = demo::Settings { seed: 7, scale: 1.0, now: now(), deny: Vec::new() };
    let source = Arc::new(demo::Demo::new(settings));
    let engine = Engine::builder(EngineSettings::default()).source(source).clock(now).build().unwrap();
    let loaded = Instant::now();
    let sandbox = Sandbox::new(&SandboxSettings::default()).unwrap();
    let interpreter = sandbox.interpreter().unwrap();
    let load_ms = loaded.elapsed().as_secs_f64() * 1e3;
    let mut figures = serde_json::Map::new();
    figures.insert("load_ms".to_owned(), json!(round(load_ms)));
    for (name, source, runs) in PROGRAMS {
        figures.insert((*name).to_owned(), one(&engine, &interpreter, source, *runs).await);
    }
    println!("{}", serde_json::to_string_pretty(&figures).unwrap());
}

async fn one(engine: &Engine, interpreter: &Interpreter, source: &str, runs: usize) -> serde_json::Value {
    for _ in 0..runs / 10 {
        interpreter.run(engine, job(source)).await.result.unwrap();
    }
    let mut times = Vec::with_capacity(runs);
    let mut memory = 0;
    for _ in 0..runs {
        let job = job(source);
        let began = Instant::now();
        let run = interpreter.run(engine, job).await;
        times.push(began.elapsed().as_secs_f64() * 1e6);
        memory = run.meter.memory_bytes;
        run.result.unwrap();
    }
    times.sort_by(f64::total_cmp);
    let at = |share: usize| round(times[times.len() * share / 100]);
    json!({
        "runs": runs, "p50_us": at(50), "p99_us": at(99), "memory_bytes": memory,
        "a_second": round(together(engine, interpreter, source, runs).await),
    })
}

/// Runs a second, as many at once as there are cores, on as many tasks.
async fn together(engine: &Engine, interpreter: &Interpreter, source: &str, runs: usize) -> f64 {
    let cores = std::thread::available_parallelism().unwrap().get();
    let began = Instant::now();
    let mut tasks = JoinSet::new();
    for _ in 0..cores {
        let (engine, interpreter, source) = (engine.clone(), interpreter.clone(), source.to_owned());
        tasks.spawn(async move {
            for _ in 0..runs / cores {
                interpreter.run(&engine, job(&source)).await.result.unwrap();
            }
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
    (runs / cores * cores) as f64 / began.elapsed().as_secs_f64()
}

fn round(figure: f64) -> f64 {
    (figure * 100.0).round() / 100.0
}
