//! What plugins take, over the demo estate: to load, to instantiate, to scan, rows through a cursor, and fifty at once; as JSON.
//!
//! The plugins are those that come with `neph`; rows are counted by the one for the sandbox's tests, which does nothing else with
//! them. Grants and bounds are those of the product, without its store and its threads for plugins. Tables are read once before
//! anything is measured, so that what is measured is the plugin, its queries and the door between.

#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs)]

use chrono::{DateTime, TimeZone, Utc};
use engine::params::Param;
use engine::{Engine, EngineSettings, Options};
use sandbox::embedded::{self, BuiltIn};
use sandbox::{Described, Plugin, PluginJob, PluginLimits, Sandbox, SandboxSettings, Scan, World};
use schema::Grant;
use serde_json::{Map, Value, json};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// What finds by the tables alone, and so in the demo estate.
const SCANNERS: [&str; 4] = ["architecture", "exposure", "tagging", "waste"];
/// As many plugins at once as `neph` runs.
const PLACES: u32 = 16;
/// Scans that are begun together.
const AT_ONCE: usize = 50;
/// How many rows are counted; the first so many of a product of tables.
const ROWS: usize = 1_000_000;
/// A column of numbers, and what a scanner asks of a resource, most of it text.
const QUERIES: [(&str, &str); 2] =
    [("one_number", "a.vcpus"), ("five_columns", "a.resource_id, a.name, a.region, a.vcpus, a.cpu_avg")];

fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 21, 9, 30, 0).unwrap()
}

fn settings() -> SandboxSettings {
    SandboxSettings { runs_at_once: PLACES, memory_bytes: PluginLimits::default().run.memory_bytes }
}

fn job() -> PluginJob {
    PluginJob {
        params: Vec::new(),
        grant: Grant::everything(),
        outbound: None,
        inputs: Vec::new(),
        limits: PluginLimits::default(),
        now: now(),
        options: Options { max_age: Some(Duration::from_secs(3600)), ..Options::default() },
    }
}

fn built_in(name: &str) -> &'static BuiltIn {
    let found = embedded::PLUGINS.iter().find(|plugin| plugin.name == name);
    found.expect("`cargo xtask guest` has made the plugins")
}

#[tokio::main]
async fn main() {
    let estate = demo::Settings { seed: 7, scale: 1.0, now: now(), deny: Vec::new() };
    let source = Arc::new(demo::Demo::new(estate));
    let settings_of_engine = EngineSettings { max_rows: ROWS, ..EngineSettings::default() };
    let engine = Engine::builder(settings_of_engine).source(source).clock(now).build().unwrap();
    let sandbox = Sandbox::new(&settings()).unwrap();
    let mut figures = Map::new();
    let mut scanners = Vec::new();
    for name in SCANNERS {
        let plugin = load(&sandbox, built_in(name));
        let described = plugin.describe(&engine, &PluginLimits::default()).await.unwrap();
        // Reads the tables.
        well(&plugin.scan(&engine, &described, job()).await);
        scanners.push((plugin, described));
    }
    let mut each = Map::new();
    for (at, name) in SCANNERS.iter().enumerate() {
        each.insert((*name).to_owned(), one(&engine, &sandbox, built_in(name), &scanners[at]).await);
    }
    figures.insert("plugins".to_owned(), Value::Object(each));
    figures.insert("fifty_at_once".to_owned(), fifty(&engine, &sandbox, &scanners).await);
    figures.insert("cursor".to_owned(), cursor(&engine, &sandbox).await);
    println!("{}", serde_json::to_string_pretty(&figures).unwrap());
}

fn load(sandbox: &Sandbox, built_in: &BuiltIn) -> Plugin {
    sandbox.compiled_plugin(built_in.component, built_in.compiled, World::Scanner).unwrap()
}

async fn one(
    engine: &Engine,
    sandbox: &Sandbox,
    built_in: &BuiltIn,
    (plugin, described): &(Plugin, Described),
) -> Value {
    let loads = times(20, async || drop(load(sandbox, built_in))).await;
    let limits = PluginLimits::default();
    let describes = times(1_000, async || drop(plugin.describe(engine, &limits).await.unwrap())).await;
    let mut last = None;
    let scans = times(20, async || last = Some(plugin.scan(engine, described, job()).await)).await;
    let last = last.unwrap();
    well(&last);
    json!({
        "component_bytes": built_in.component.len(), "compiled_bytes": built_in.compiled.len(),
        "load_p50_ms": round(at(&loads, 50) / 1e3),
        "instantiate_and_describe_p50_us": round(at(&describes, 50)),
        "instantiate_and_describe_p99_us": round(at(&describes, 99)),
        "scan_p50_ms": round(at(&scans, 50) / 1e3), "scan_computes_ms": last.meter.own_ms,
        "findings": last.findings.len(), "queries": last.queries.len(), "rows_in": last.meter.rows_in,
        "memory_bytes": last.meter.memory_bytes,
    })
}

/// A plugin that only counts: what its own time is to the rows that came through its cursor.
async fn cursor(engine: &Engine, sandbox: &Sandbox) -> Value {
    let path = Path::new(env!("NEPH_PLUGINS")).join("misbehaving.wasm");
    let plugin = sandbox.plugin(&std::fs::read(path).unwrap(), World::Scanner).unwrap();
    let described = plugin.describe(engine, &PluginLimits::default()).await.unwrap();
    let mut figures = Map::new();
    for (name, columns) in QUERIES {
        let sql = format!("SELECT {columns} FROM instances a CROSS JOIN volumes b CROSS JOIN images c LIMIT {ROWS}");
        let params = [("act", "count"), ("with", sql.as_str())];
        let params: Vec<_> =
            params.iter().map(|(name, value)| ((*name).to_owned(), Param::Text((*value).to_owned()))).collect();
        let mut own = Vec::new();
        let mut query_ms = 0.0;
        for _ in 0..5 {
            let scan = plugin.scan(engine, &described, PluginJob { params: params.clone(), ..job() }).await;
            well(&scan);
            assert_eq!(scan.findings[0].evidence["rows"], json!(ROWS), "it counted them all");
            own.push(scan.meter.own_ms);
            query_ms = scan.queries[0].ms;
        }
        own.sort_by(f64::total_cmp);
        let own_ms = at(&own, 50);
        figures.insert(
            name.to_owned(),
            json!({
                "rows": ROWS, "rows_a_second": (ROWS as f64 / own_ms * 1e3).round(), "own_ms": round(own_ms),
                "ns_a_row": round(own_ms * 1e6 / ROWS as f64), "query_ms": query_ms,
            }),
        );
    }
    Value::Object(figures)
}

/// Fifty scans begun together: how long until all have ended, how many ran at one moment, and the memory of this process.
async fn fifty(engine: &Engine, sandbox: &Sandbox, scanners: &[(Plugin, Described)]) -> Value {
    let before = resident_mib();
    let over = Arc::new(AtomicBool::new(false));
    let mut watching = JoinSet::new();
    watching.spawn(watch(sandbox.clone(), over.clone()));
    let began = Instant::now();
    let mut runs = JoinSet::new();
    for n in 0..AT_ONCE {
        let (engine, (plugin, described)) = (engine.clone(), scanners[n % scanners.len()].clone());
        runs.spawn(async move { plugin.scan(&engine, &described, job()).await });
    }
    let mut findings = 0;
    while let Some(scan) = runs.join_next().await {
        let scan = scan.unwrap();
        well(&scan);
        findings += scan.findings.len();
    }
    let seconds = began.elapsed().as_secs_f64();
    over.store(true, Ordering::Relaxed);
    let (most_runs, most_mib) = watching.join_next().await.unwrap().unwrap();
    json!({
        "scans": AT_ONCE, "findings": findings, "seconds": round(seconds), "most_runs_at_once": most_runs,
        "stated_mib": settings().most_bytes() >> 20,
        "resident_mib_before": before, "resident_mib_most": most_mib,
        "resident_mib_added": match (before, most_mib) { (Some(before), Some(most)) => json!(most.saturating_sub(before)), _ => Value::Null },
    })
}

/// Looks every few milliseconds, until it is over, how many guests run and how much memory is in use.
async fn watch(sandbox: Sandbox, over: Arc<AtomicBool>) -> (usize, Option<usize>) {
    let mut most = (0, None);
    while !over.load(Ordering::Relaxed) {
        most = (most.0.max(sandbox.in_use().runs), most.1.max(resident_mib()));
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    most
}

/// The memory of this process that is in use; none where the system does not say.
fn resident_mib() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.split_whitespace().next()?.parse::<usize>().ok()? / 1024)
}

fn well(scan: &Scan) {
    assert!(scan.failure.is_none() && scan.queries.iter().all(|query| query.error.is_none()), "{scan:?}");
}

/// Microseconds of so many runs, sorted.
async fn times(runs: usize, mut run: impl AsyncFnMut()) -> Vec<f64> {
    let mut times = Vec::with_capacity(runs);
    for _ in 0..runs {
        let began = Instant::now();
        run().await;
        times.push(began.elapsed().as_secs_f64() * 1e6);
    }
    times.sort_by(f64::total_cmp);
    times
}

fn at(sorted: &[f64], share: usize) -> f64 {
    sorted[(sorted.len() * share / 100).min(sorted.len() - 1)]
}

fn round(figure: f64) -> f64 {
    (figure * 100.0).round() / 100.0
}
