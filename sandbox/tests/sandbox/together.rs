//! Fifty scanners at once: all finish, each with its own findings, and together they take no more of the pool than it states.

use super::support::{engine, now};
use engine::Options;
use engine::params::Param;
use sandbox::embedded::{self, BuiltIn};
use sandbox::{Described, InUse, Limits, Plugin, PluginJob, PluginLimits, Sandbox, SandboxSettings, Scan, World};
use schema::Grant;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::task::JoinSet;

const PLACES: u32 = 8;
const MEMORY: usize = 32 << 20;
const AT_ONCE: usize = 50;

/// The scanner of the sandbox's tests, and one that comes with this build.
struct Ready {
    sandbox: Sandbox,
    misbehaving: (Plugin, Described),
    exposure: (Plugin, Described),
}

async fn ready() -> Ready {
    let sandbox = Sandbox::new(&SandboxSettings { runs_at_once: PLACES, memory_bytes: MEMORY }).unwrap();
    let path = Path::new(env!("NEPH_PLUGINS")).join("misbehaving.wasm");
    let component = std::fs::read(path).expect("`cargo xtask guest` has made the plugins");
    let misbehaving = sandbox.plugin(&component, World::Scanner).unwrap();
    let exposure = embedded::PLUGINS.iter().find(|plugin| plugin.name == "exposure");
    let BuiltIn { component, compiled, .. } = exposure.expect("`cargo xtask guest` has made the plugins");
    let exposure = sandbox.compiled_plugin(component, compiled, World::Scanner).unwrap();
    let described = async |plugin: &Plugin| plugin.describe(&engine(), &PluginLimits::default()).await.unwrap();
    let (a, b) = (described(&misbehaving).await, described(&exposure).await);
    Ready { sandbox, misbehaving: (misbehaving, a), exposure: (exposure, b) }
}

fn job(act: &str, times: i64) -> PluginJob {
    let params = [("act", Param::Text(act.to_owned())), ("times", Param::Int(times))];
    PluginJob {
        params: params.map(|(name, value)| (name.to_owned(), value)).into(),
        grant: Grant::everything(),
        outbound: None,
        inputs: Vec::new(),
        limits: PluginLimits {
            // Waiting for a place is part of the whole time, and a test machine is slow.
            run: Limits { total_time: Duration::from_secs(200), ..PluginLimits::for_testing().run },
            ..PluginLimits::for_testing()
        },
        now: now(),
        options: Options::default(),
    }
}

fn uids(scan: &Scan) -> BTreeSet<String> {
    scan.findings.iter().map(|finding| finding.uid.clone()).collect()
}

/// The most that was in use at one moment, until it is over.
async fn watch(sandbox: Sandbox, over: Arc<AtomicBool>) -> InUse {
    let mut most = InUse::default();
    while !over.load(Ordering::Relaxed) {
        let now = sandbox.in_use();
        most = InUse { runs: most.runs.max(now.runs), memories: most.memories.max(now.memories) };
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    most
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_scanners_at_once_all_end_with_their_own_findings_within_the_pool() {
    let ready = ready().await;
    let engine = engine();
    let usual = || PluginJob { params: Vec::new(), limits: PluginLimits::default(), ..job("", 0) };
    let (plugin, described) = &ready.exposure;
    let exposed = uids(&plugin.scan(&engine, described, usual()).await);
    assert!(exposed.len() > 5);
    let over = Arc::new(AtomicBool::new(false));
    let mut watching = JoinSet::new();
    watching.spawn(watch(ready.sandbox.clone(), over.clone()));
    let mut runs = JoinSet::new();
    for n in 0..AT_ONCE {
        let times = i64::try_from(n).unwrap();
        let ((plugin, described), job) = match n % 5 {
            0 => (ready.exposure.clone(), usual()),
            1 => (ready.misbehaving.clone(), job("remember", 1)),
            2 => (ready.misbehaving.clone(), job("find_then_loop", 1)),
            _ => (ready.misbehaving.clone(), job("find", times)),
        };
        let engine = engine.clone();
        runs.spawn(async move { (n, plugin.scan(&engine, &described, job).await) });
    }
    let mut ended = 0;
    while let Some(run) = runs.join_next().await {
        let (n, scan) = run.expect("no scan takes the process down");
        let failure = scan.failure.as_ref().map(|failure| failure.message.as_str());
        match n % 5 {
            0 => assert_eq!((failure, uids(&scan)), (None, exposed.clone()), "{n}"),
            1 => assert_eq!(failure, Some("the plugin needs more than the 32 MiB of memory that it may use"), "{n}"),
            2 => assert_eq!(failure, Some("the plugin computed for longer than the 1 s that it may"), "{n}"),
            _ => assert_eq!((failure, uids(&scan).len(), scan.findings.len()), (None, n, n), "{n}"),
        }
        assert!(scan.meter.memory_bytes <= MEMORY, "{n} took {} bytes", scan.meter.memory_bytes);
        ended += 1;
    }
    over.store(true, Ordering::Relaxed);
    let most = watching.join_next().await.unwrap().unwrap();
    assert_eq!(ended, AT_ONCE);
    // They did run side by side, and never more than there are places: eight times the bound of one is the bound of all.
    assert!((2..=PLACES as usize).contains(&most.runs), "{most:?}");
    assert!(most.memories >= most.runs.min(2), "{most:?}");
    assert_eq!(ready.sandbox.in_use(), InUse::default(), "what they took came back");
}

#[test]
fn a_pool_states_what_all_its_guests_can_take() {
    let settings = SandboxSettings { runs_at_once: PLACES, memory_bytes: MEMORY };
    assert_eq!(settings.most_bytes(), 256 << 20);
    assert_eq!(SandboxSettings { memory_bytes: usize::MAX, ..settings }.most_bytes(), usize::MAX);
}
