//! Plugins: the ones that come with this build run and find, and one that misbehaves in every way fails its own findings
//! alone, with a name for what it did.

use super::guests::component;
use super::support::{engine, now, sandbox};
use super::waiting::{AllOrNone, PROGRAMS};
use async_trait::async_trait;
use engine::params::Param;
use engine::source::{CallEstimate, Discovery, TableSupport};
use engine::{Engine, EngineSettings, FetchContext, FetchError, FetchRequest, Options, Request, Source, What};
use rust_decimal::Decimal;
use sandbox::embedded::{self, BuiltIn};
use sandbox::plugin::job::Input;
use sandbox::plugin::outbound::{Incoming, Outbound, OutboundError, Outgoing};
use sandbox::plugin::source::PluginSource;
use sandbox::{Described, Failure, Plugin, PluginJob, PluginLimits, Scan, World};
use schema::tables::INSTANCES;
use schema::{Finding, Grant, Scope};
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;
use tokio::sync::Barrier;

/// The plugin that does what it is told to.
fn misbehaving() -> &'static Plugin {
    static PLUGIN: OnceLock<Plugin> = OnceLock::new();
    PLUGIN.get_or_init(|| {
        let path = Path::new(env!("NEPH_PLUGINS")).join("misbehaving.wasm");
        let component = std::fs::read(&path).expect("`cargo xtask guest` has made the plugins");
        sandbox().plugin(&component, World::Scanner).expect("it is loaded")
    })
}

/// What finds by the tables alone, and so in the demo estate.
const BY_TABLES: [&str; 4] = ["architecture", "exposure", "tagging", "waste"];

pub(crate) fn built_in(name: &str, world: World) -> Plugin {
    let plugin = embedded::PLUGINS.iter().find(|plugin| plugin.name == name);
    let BuiltIn { component, compiled, .. } = plugin.expect("`cargo xtask guest` has made the plugins");
    sandbox().compiled_plugin(component, compiled, world).expect("it is loaded")
}

pub(crate) fn job() -> PluginJob {
    PluginJob {
        params: Vec::new(),
        grant: Grant::everything(),
        outbound: None,
        inputs: Vec::new(),
        limits: PluginLimits::for_testing(),
        now: now(),
        options: Options::default(),
    }
}

fn act(act: &str, with: &str, times: i64) -> PluginJob {
    let params = [("act", Param::Text(act.into())), ("with", Param::Text(with.into())), ("times", Param::Int(times))];
    PluginJob { params: params.map(|(name, value)| (name.to_owned(), value)).into(), ..job() }
}

pub(crate) async fn described(plugin: &Plugin) -> Described {
    plugin.describe(&engine(), &PluginLimits::default()).await.expect("it says what it is")
}

async fn scan(job: PluginJob) -> Scan {
    let plugin = misbehaving();
    let ran = plugin.scan(&engine(), &described(plugin).await, job).await;
    // The next scan, on the same sandbox, is none the worse for it.
    let next = plugin.scan(&engine(), &described(plugin).await, act("behave", "", 1)).await;
    assert_eq!((next.failure, next.findings.len()), (None, 3));
    ran
}

fn failure(scan: &Scan) -> &Failure {
    scan.failure.as_ref().expect("it failed")
}

/// What it said about itself in the evidence of its findings.
fn said(scan: &Scan, name: &str) -> Vec<String> {
    let text = |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    scan.findings.iter().filter_map(|finding| finding.evidence.get(name)).map(text).collect()
}

#[tokio::test]
async fn the_plugins_of_this_build_find_things_in_the_demo_estate_and_their_queries_all_have_results() {
    for name in BY_TABLES {
        let loaded = built_in(name, World::Scanner);
        let described = described(&loaded).await;
        assert_eq!(described.name, name);
        let job = PluginJob { limits: PluginLimits::default(), ..job() };
        let scan = loaded.scan(&engine(), &described, job).await;
        assert_eq!(scan.failure, None, "{name}");
        assert!(!scan.findings.is_empty(), "{name} found nothing");
        assert!(scan.coverage.complete && scan.is_complete() == scan.gaps.is_empty(), "{name}: {:?}", scan.gaps);
        assert!(scan.queries.iter().all(|query| query.error.is_none()), "{name}: {:?}", scan.queries);
        let rules: Vec<&str> = described.rules.iter().map(|rule| rule.id.as_str()).collect();
        assert!(scan.findings.iter().all(|finding| rules.contains(&finding.rule.as_str())));
    }
}

#[tokio::test]
async fn a_plugin_reads_more_rows_than_an_answer_may_have() {
    let settings = EngineSettings { max_rows: 3, ..EngineSettings::default() };
    let estate = demo::Demo::new(demo::Settings { seed: 7, scale: 1.0, now: now(), deny: Vec::new() });
    let engine = Engine::builder(settings).source(Arc::new(estate)).clock(now).build().unwrap();
    let job = act("count", "SELECT resource_id FROM volumes", 1);
    let scan = misbehaving().scan(&engine, &described(misbehaving()).await, job).await;
    assert_eq!(scan.failure, None);
    assert!(said(&scan, "rows")[0].parse::<u32>().unwrap() > 3, "{:?}", scan.findings);
}

#[tokio::test]
async fn how_far_a_plugin_has_come_is_told_with_its_name() {
    let plugin = built_in("exposure", World::Scanner);
    let (progress, told) = tokio::sync::watch::channel(engine::Progress::default());
    let options = Options { progress: Some(progress), ..Options::default() };
    plugin
        .scan(&engine(), &described(&plugin).await, PluginJob { limits: PluginLimits::default(), options, ..job() })
        .await;
    let current = told.borrow().current.clone();
    assert!(current.starts_with("exposure: ") && current.ends_with(": done"), "{current}");
}

#[tokio::test]
async fn two_scans_of_the_same_estate_find_the_same() {
    let plugin = built_in("exposure", World::Scanner);
    let described = described(&plugin).await;
    let usual = || PluginJob { limits: PluginLimits::default(), ..job() };
    let (first, second) =
        (plugin.scan(&engine(), &described, usual()).await, plugin.scan(&engine(), &described, usual()).await);
    let sorted = |mut findings: Vec<Finding>| {
        findings.sort_by(|a, b| a.uid.cmp(&b.uid));
        findings
    };
    assert_eq!(sorted(first.findings), sorted(second.findings));
}

#[tokio::test]
async fn how_a_plugin_broke_down_or_failed_is_told_in_its_own_words() {
    for (job, code, words) in [
        (act("find_then_trap", "", 1), "trap", "lib.rs:51:17: in the middle of it"),
        (act("find_then_fail", "the moon is full", 1), "failed", "the moon is full"),
    ] {
        let scan = scan(job).await;
        assert_eq!(failure(&scan).code, code);
        assert!(failure(&scan).message.contains(words), "{}", failure(&scan).message);
        assert!(!scan.is_complete());
    }
}

#[tokio::test]
async fn what_a_plugin_found_before_it_failed_is_kept_and_of_one_that_broke_down_what_it_had_handed_over() {
    let failed = scan(act("find_then_fail", "x", 1)).await;
    assert_eq!(failed.findings.len(), 3);
    // The SDK hands over a hundred at a time: a trap loses at most the last 99.
    for (found, kept) in [(99, 0), (100, 100), (150, 100), (200, 200)] {
        let mut job = act("find_some_then_trap", "", found);
        (job.limits.findings, job.limits.finding_bytes) = (1_000, 1_000_000);
        let trapped = scan(job).await;
        assert_eq!((failure(&trapped).code.as_str(), trapped.findings.len()), ("trap", kept), "{found}");
    }
}

#[tokio::test]
async fn a_plugin_that_never_ends_is_ended() {
    for doing in ["loop", "find_then_loop"] {
        let scan = scan(act(doing, "", 1)).await;
        assert_eq!(failure(&scan).code, "limit");
        assert_eq!(failure(&scan).message, "the plugin computed for longer than the 1 s that it may");
        assert!(failure(&scan).is_breakdown);
    }
}

#[tokio::test]
async fn a_plugin_that_sleeps_until_its_time_is_over_has_broken_down() {
    let mut job = act("sleep", "", 1);
    job.limits.run.total_time = Duration::from_millis(300);
    let scan = scan(job).await;
    assert_eq!(failure(&scan).message, "the run took longer than the 0.3 s that it may");
    assert!(failure(&scan).is_breakdown);
}

#[tokio::test]
async fn a_plugin_that_waits_for_a_slow_cloud_until_its_time_is_over_has_not_broken_down() {
    let never = Arc::new(AllOrNone(Barrier::new(PROGRAMS + 1)));
    let engine = Engine::builder(EngineSettings::default()).source(never).clock(now).build().unwrap();
    let mut job = act("query", "SELECT name FROM instances", 1);
    job.limits.run.total_time = Duration::from_millis(300);
    let scan = misbehaving().scan(&engine, &described(misbehaving()).await, job).await;
    assert_eq!((failure(&scan).code.as_str(), failure(&scan).is_breakdown), ("limit", false));
}

#[tokio::test]
async fn what_is_kept_of_a_query_that_was_refused_is_short() {
    let scan = scan(act("ask_in_vain", &format!("SELECT \"{}\" FROM volumes", "x".repeat(100_000)), 1)).await;
    let query = &scan.queries[0];
    let error = query.error.as_ref().unwrap();
    assert!(error.message.starts_with("there is no column `xxx"), "{}", &error.message[..100]);
    let kept = [query.sql.len(), error.message.len(), scan.gaps[0].message.len()];
    assert!(kept.iter().all(|bytes| (1_000..5_000).contains(bytes)), "{kept:?}");
}

#[tokio::test]
async fn a_plugin_that_takes_too_much_is_told_what_of() {
    let deep = scan(act("recurse", "", 1)).await;
    assert!(failure(&deep).message.contains("stack") || failure(&deep).message.contains("broke down"), "{deep:?}");
    let much = scan(act("remember", "", 1)).await;
    assert_eq!(failure(&much).message, "the plugin needs more than the 32 MiB of memory that it may use");
}

#[tokio::test]
async fn a_flood_of_findings_ends_at_the_bound_and_says_so() {
    let scan = scan(act("find", "", 5_000)).await;
    assert!(scan.findings.len() <= 50);
    let gap = scan.gaps.iter().find(|gap| gap.code == "limit").expect("a gap says that findings are missing");
    assert_eq!(
        (gap.rule.as_str(), gap.message.as_str()),
        ("*", "50 findings are the most that one scan may hand over")
    );
    assert!(!scan.is_complete());
}

#[tokio::test]
async fn the_same_thing_found_twice_is_one_finding() {
    let scan = scan(act("find_the_same", "", 40)).await;
    assert_eq!((scan.findings.len(), scan.failure), (1, None));
}

#[tokio::test]
async fn of_two_findings_that_differ_and_have_one_uid_the_second_is_missing_and_that_is_said() {
    let scan = scan(act("find_another_of_the_same", "", 1)).await;
    let found: Vec<_> = scan.findings.iter().map(|finding| (finding.uid.as_str(), finding.severity.as_str())).collect();
    assert_eq!(found, [("misbehaving/something/same", "low"), ("misbehaving/something/other", "low")]);
    let said: Vec<_> =
        scan.gaps.iter().map(|gap| (gap.rule.as_str(), gap.code.as_str(), gap.message.as_str())).collect();
    let why = "two findings that differ are called `misbehaving/something/same`: the first is kept, and the other is left out";
    assert_eq!((said, scan.failure), (vec![("something", "two_of_one_uid", why)], None));
}

#[tokio::test]
async fn a_finding_that_is_not_as_described_is_refused() {
    let of_no_rule = scan(act("find_by_no_rule", "", 1)).await;
    assert!(of_no_rule.findings.is_empty());
    assert!(failure(&of_no_rule).message.contains("hidden"), "{}", failure(&of_no_rule).message);
    let too_long = scan(act("find_much", "", 5_000)).await;
    assert!(too_long.findings.is_empty());
    assert!(failure(&too_long).message.contains("longer than 4000 bytes"), "{}", failure(&too_long).message);
    let beyond_a_call = scan(act("find_much", "", 8_000_000)).await;
    assert!(beyond_a_call.findings.is_empty() && beyond_a_call.failure.is_some());
}

#[tokio::test]
async fn lines_of_the_log_are_bounded_and_counted() {
    let scan = scan(act("log", "", 1_000)).await;
    assert_eq!((scan.log.len(), scan.failure.clone()), (6, None));
    assert_eq!(scan.log[5], "(995 more lines were dropped)");
}

#[tokio::test]
async fn a_table_that_is_not_granted_is_denied_and_a_gap_whether_or_not_the_plugin_says_so() {
    for (doing, fails) in [("query", true), ("ask_in_vain", false)] {
        let grant = Grant::of_tables(["volumes"]);
        let scan = scan(PluginJob { grant, ..act(doing, "SELECT count(*) FROM instances", 1) }).await;
        assert_eq!(scan.failure.is_some(), fails);
        let gap = scan.gaps.iter().find(|gap| gap.code == "denied").expect("a gap says what is missing");
        assert!(gap.message.contains("instances"), "{}", gap.message);
        assert!(!scan.is_complete());
    }
}

#[tokio::test]
async fn queries_and_their_rows_are_bounded() {
    let many = scan(act("query", "SELECT 1", 1_000)).await;
    assert!(failure(&many).message.starts_with("16 queries are the most that one run may make"), "{many:?}");
    let limits = PluginLimits {
        run: sandbox::Limits { rows_in: 10, ..sandbox::Limits::for_testing() },
        ..PluginLimits::for_testing()
    };
    let rows = scan(PluginJob { limits, ..act("count", "SELECT * FROM volumes", 1) }).await;
    assert!(failure(&rows).message.starts_with("10 rows are the most"), "{rows:?}");
}

#[tokio::test]
async fn results_of_queries_are_bounded_in_bytes_and_what_was_read_makes_room() {
    let wide = format!("SELECT a.name || '{}' AS t FROM instances a, instances b LIMIT 1000", "x".repeat(1_000));
    let limits = PluginLimits {
        run: sandbox::Limits { bytes_in: 1_500_000, rows_in: 10_000, queries: 16, ..sandbox::Limits::for_testing() },
        ..PluginLimits::for_testing()
    };
    let job = |sql: &str, times| PluginJob { limits: limits.clone(), ..act("query", sql, times) };
    let most = scan(job(&wide, 3)).await;
    assert_eq!(most.failure, None, "each is let go of before the next is asked for");
    let beyond = scan(job(&wide.replace("LIMIT 1000", "LIMIT 2000"), 1)).await;
    let said = "1464 KiB are the most that the results which are open at once may take";
    assert!(failure(&beyond).message.starts_with(said), "{beyond:?}");
    assert!(beyond.gaps.iter().any(|gap| gap.rule == "*" && gap.code == "limit"), "{:?}", beyond.gaps);
}

/// Lists instances in one region, for sixty cents a call.
struct Paid;

#[async_trait]
impl Source for Paid {
    fn id(&self) -> &str {
        "paid"
    }

    fn provider(&self) -> &str {
        "aws"
    }

    fn tables(&self) -> &[TableSupport] {
        const { &[TableSupport { table: &INSTANCES, costly: &[], pushes: &[] }] }
    }

    async fn discover(&self, _: &FetchContext) -> Result<Discovery, FetchError> {
        Ok(Discovery { scopes: vec![Scope::new("aws", "111", "prod", "r1")], ..Discovery::default() })
    }

    fn estimate(&self, _: &FetchRequest) -> Vec<CallEstimate> {
        vec![CallEstimate {
            action: "paid:ListInstances".to_owned(),
            calls: 1,
            for_each: None,
            dollars_per_call: Decimal::new(60, 2),
            on_consent: false,
            seconds_per_call: 0.0,
            permissions: Vec::new(),
        }]
    }

    async fn fetch(&self, _: &FetchRequest, _: &FetchContext) -> Result<(), FetchError> {
        Ok(())
    }
}

#[tokio::test]
async fn a_scan_spends_no_more_than_it_may_and_says_what_it_lacks() {
    let engine = Engine::builder(EngineSettings::default()).source(Arc::new(Paid)).clock(now).build().unwrap();
    // Read anew each time.
    let job = |times| {
        let options = Options { max_age: Some(Duration::ZERO), ..Options::default() };
        PluginJob { options, ..act("query", "SELECT name FROM instances", times) }
    };
    let once = misbehaving().scan(&engine, &described(misbehaving()).await, job(1)).await;
    assert_eq!(once.failure, None);
    let twice = misbehaving().scan(&engine, &described(misbehaving()).await, job(2)).await;
    let said = "the query's calls would cost $0.6 or more, and $0.4 are left of what the plugin may spend";
    assert_eq!((failure(&twice).message.as_str(), twice.is_complete()), (said, false));
    assert!(twice.gaps.iter().any(|gap| gap.code == "limit" && gap.message.contains("$0.4 are left")), "{twice:?}");
}

#[tokio::test]
async fn there_is_no_world_outside() {
    for doing in ["read_a_file", "write_a_file"] {
        let scan = scan(act(doing, "", 1)).await;
        let said = said(&scan, "said").join("");
        assert!(!said.is_empty() && !said.contains("bytes"), "{doing}: {said}");
    }
    let scan = scan(act("read_the_environment", "", 1)).await;
    assert_eq!(said(&scan, "count"), ["0"]);
    let exit = super::plugins::scan(act("exit", "", 1)).await;
    assert_eq!(
        (failure(&exit).code.as_str(), failure(&exit).message.as_str()),
        ("trap", "the plugin left with exit code 1")
    );
}

/// Answers every request with its address, and has one secret.
struct Echo;

#[async_trait]
impl Outbound for Echo {
    async fn send(&self, request: Outgoing) -> Result<Incoming, OutboundError> {
        if request.credentials.iter().any(|credential| !self.has_secret(&credential.secret)) {
            return Err(OutboundError::Denied { code: "secret_not_granted", message: "not that one".to_owned() });
        }
        let body = match request.url.ends_with("large") {
            true => vec![b'x'; request.response_bytes + 1],
            false => request.url.into_bytes(),
        };
        Ok(Incoming { status: 200, headers: Vec::new(), body })
    }

    fn has_secret(&self, name: &str) -> bool {
        name == "token"
    }
}

#[tokio::test]
async fn requests_go_nowhere_unless_they_are_granted() {
    let scan = scan(act("send", "https://example.com/", 1)).await;
    assert_eq!(said(&scan, "said"), ["denied: no host is granted to this plugin"]);
    assert!(scan.requests.is_empty());
}

#[tokio::test]
async fn requests_are_bounded_and_written_down_without_their_query() {
    let outbound = || Some(Arc::new(Echo) as Arc<dyn Outbound>);
    let many = scan(PluginJob { outbound: outbound(), ..act("send", "https://example.com/a?key=1", 5) }).await;
    let said_of = said(&many, "said");
    assert_eq!(said_of[2], "200 https://example.com/a?key=1");
    assert!(said_of[3].starts_with("limit: 3 is the most that `requests` may be"), "{}", said_of[3]);
    assert_eq!(many.requests.len(), 3);
    assert_eq!((many.requests[0].url.as_str(), many.requests[0].status), ("https://example.com/a", Some(200)));
    let large = scan(PluginJob { outbound: outbound(), ..act("send", "https://example.com/large", 1) }).await;
    assert!(said(&large, "said")[0].starts_with("limit: the response is larger than"), "{large:?}");
    let long =
        scan(PluginJob { outbound: outbound(), ..act("send", &format!("https://e.com/{}", "x".repeat(9_000)), 1) })
            .await;
    assert!(said(&long, "said").iter().all(|said| said.starts_with("limit: ")), "{long:?}");
}

/// Remembers what it was told was refused.
#[derive(Default)]
struct Remembering(Mutex<Vec<String>>);

#[async_trait]
impl Outbound for Remembering {
    async fn send(&self, request: Outgoing) -> Result<Incoming, OutboundError> {
        Echo.send(request).await
    }

    fn has_secret(&self, _: &str) -> bool {
        false
    }

    fn refused(&self, method: &str, url: &str, error: &OutboundError) {
        self.0.lock().unwrap().push(format!("{method} {url}: {error}"));
    }
}

#[tokio::test]
async fn of_requests_beyond_a_bound_the_first_are_told_without_what_may_be_secret() {
    let door = Arc::new(Remembering::default());
    let outbound = Some(door.clone() as Arc<dyn Outbound>);
    scan(PluginJob { outbound, ..act("send", "https://ann:secret@example.com/a?key=1", 40) }).await;
    let refused = door.0.lock().unwrap();
    assert_eq!(refused.len(), 20);
    let expected = "GET https://example.com/a: 3 is the most that `requests` may be in a run of a plugin";
    assert!(refused.iter().all(|line| line == expected), "{refused:?}");
}

#[tokio::test]
async fn secrets_are_there_by_name_and_grant_alone() {
    let outbound = || Some(Arc::new(Echo) as Arc<dyn Outbound>);
    for (name, is_there) in [("token", "true"), ("other", "false")] {
        let scan = scan(PluginJob { outbound: outbound(), ..act("secret", name, 1) }).await;
        assert_eq!(said(&scan, "available"), [is_there]);
    }
    let without = scan(act("secret", "token", 1)).await;
    assert_eq!(said(&without, "available"), ["false"]);
    let other = scan(PluginJob { outbound: outbound(), ..act("send_secret", "https://example.com/", 1) }).await;
    assert_eq!(said(&other, "said"), ["denied: not that one"]);
}

#[tokio::test]
async fn a_plugin_of_the_other_world_and_one_with_imports_of_its_own_are_refused() {
    let path = Path::new(env!("NEPH_PLUGINS")).join("misbehaving.wasm");
    let component = std::fs::read(path).unwrap();
    let as_source = sandbox().plugin(&component, World::Source).unwrap_err().to_string();
    assert!(as_source.contains("nephoscope:guest/findings") || as_source.contains("sources"), "{as_source}");
    let sockets =
        wat::parse_str(r#"(component (import "wasi:sockets/tcp@0.2.0" (instance (export "get" (func)))))"#).unwrap();
    let refused = sandbox().plugin(&sockets, World::Scanner).unwrap_err().to_string();
    assert!(refused.contains("wasi:sockets/tcp"), "{refused}");
    let next = wat::parse_str(r#"(component (import "nephoscope:guest/query@0.2.0" (instance)))"#).unwrap();
    assert_eq!(
        sandbox().plugin(&next, World::Scanner).unwrap_err().to_string(),
        "the component cannot be loaded: the plugin was built against version \"0.2.0\" of the contract, and this \
         program has 0.1.0; update `neph`, or build it again with the SDK of this version"
    );
    assert!(sandbox().plugin(b"\0asm", World::Scanner).is_err());
    assert!(sandbox().compiled_plugin(&component, &component, World::Scanner).is_err(), "that is not machine code");
}

/// A contract with the world's export alone, as an author could write it by hand.
const BY_HAND: &str = "package nephoscope:guest@0.1.0;
    interface scanners {
        record fact { name: string, value: value }
        variant value { null, boolean(bool), integer(s64), real(f64), text(string) }
        record parameter { name: string, value: value }
        record parameter-description { name: string, %type: string, default: value, unit: option<string>, meaning: string, details: list<fact> }
        record rule { id: string, title: string, severity: string, why: string, details: list<fact> }
        record failure { code: string, message: string, details: list<fact> }
        record description { name: string, version: string, contract: string, summary: string, parameters: list<parameter-description>, rules: list<rule>, details: list<fact> }
        describe: func() -> description;
        scan: func(parameters: list<parameter>) -> result<_, failure>;
    }
    world scanner { export scanners; }";

/// A scanner whose `describe` is this body, which leaves a place on the stack.
fn by_hand(memory: &str, describe: &str) -> Vec<u8> {
    by_hand_of("0.1.0", memory, describe)
}

/// The same of a version of the contract.
fn by_hand_of(version: &str, memory: &str, describe: &str) -> Vec<u8> {
    let module = format!(
        r#"(module
          (memory (export "memory") {memory})
          (data (i32.const 1024) "x0.1.09.9.90.1.7")
          (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 4096))
          (func (export "nephoscope:guest/scanners@{version}#describe") (result i32) {describe})
          (func (export "nephoscope:guest/scanners@{version}#scan") (param i32 i32) (result i32) (i32.const 0)))"#
    );
    component(wat::parse_str(module).unwrap(), &BY_HAND.replace("0.1.0", version), "scanner")
}

/// The body of a `describe`: name, version, contract, summary, parameters, rules, details; each a place and a length.
fn says(words: [(u32, u32); 7]) -> String {
    let words = words.iter().flat_map(|(place, length)| [place, length]);
    let stores = words.zip(0..).map(|(word, at)| format!("(i32.store (i32.const {}) (i32.const {word})) ", at * 4));
    format!("{}(i32.const 0)", stores.collect::<String>())
}

const NONE: (u32, u32) = (1024, 0);
const NAME: (u32, u32) = (1024, 1);
const CONTRACT: (u32, u32) = (1025, 5);

async fn refused(component: &[u8]) -> Failure {
    let plugin = sandbox().plugin(component, World::Scanner).expect("what is wrong with it shows when it runs");
    plugin.describe(&engine(), &PluginLimits::for_testing()).await.expect_err("it is refused")
}

#[tokio::test]
async fn what_a_plugin_says_of_itself_is_held_to_bounds() {
    let good = says([NAME, CONTRACT, CONTRACT, NONE, NONE, NONE, NONE]);
    let plugin = sandbox().plugin(&by_hand("1", &good), World::Scanner).expect("it is loaded");
    assert_eq!(
        plugin.describe(&engine(), &PluginLimits::for_testing()).await.map(|said| said.name),
        Ok("x".to_owned())
    );

    // A version that is compatible is as good.
    let later = by_hand_of("0.1.7", "1", &says([NAME, CONTRACT, (1035, 5), NONE, NONE, NONE, NONE]));
    let later = sandbox().plugin(&later, World::Scanner).expect("it is loaded");
    let said = later.describe(&engine(), &PluginLimits::for_testing()).await;
    assert_eq!(said.map(|said| said.contract), Ok("0.1.7".to_owned()));

    let endless = refused(&by_hand("1", "(loop $l (br $l)) (i32.const 0)")).await;
    assert_eq!(endless.message, "the plugin computed for longer than the 0.2 s that it may");
    let other = refused(&by_hand("1", &says([NAME, CONTRACT, (1030, 5), NONE, NONE, NONE, NONE]))).await;
    assert!(other.message.starts_with("the plugin was built against version \"9.9.9\" of the contract"), "{other:?}");
    let nameless = refused(&by_hand("1", &says([NONE, CONTRACT, CONTRACT, NONE, NONE, NONE, NONE]))).await;
    assert!(nameless.message.starts_with("the name \"\" is not one of letters"), "{nameless:?}");
    // Lists that would take more of the host's memory than the guest has.
    for rules in [(0, 2_000), (0, 100_000_000), (0xffff_0000, 10)] {
        let flood = refused(&by_hand("2", &says([NAME, CONTRACT, CONTRACT, NONE, NONE, rules, NONE]))).await;
        assert!(flood.is_breakdown, "{flood:?}");
    }
    let long = refused(&by_hand("200", &says([NAME, CONTRACT, CONTRACT, (0, 12_000_000), NONE, NONE, NONE]))).await;
    assert!(long.message.contains("at once") || long.message.contains("longer than"), "{long:?}");
    let beyond = refused(&by_hand("1", &says([NAME, CONTRACT, CONTRACT, (0, 1_000_000), NONE, NONE, NONE]))).await;
    assert_eq!(beyond.code, "trap");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn good_scans_finish_while_others_loop_and_fill_the_places() {
    let plugin = misbehaving();
    let described = described(plugin).await;
    let engine = engine();
    let mut scans = tokio::task::JoinSet::new();
    for at in 0..60 {
        let job = match at % 3 {
            0 => act("loop", "", 1),
            1 => act("remember", "", 1),
            _ => act("behave", "", 1),
        };
        let mut job = job;
        job.limits.run.own_time = Duration::from_millis(200);
        job.limits.run.total_time = Duration::from_secs(120);
        let (engine, described) = (engine.clone(), described.clone());
        scans.spawn(async move { (at % 3, plugin.scan(&engine, &described, job).await) });
    }
    while let Some(scan) = scans.join_next().await {
        let (kind, scan) = scan.unwrap();
        match kind {
            2 => assert_eq!((scan.failure, scan.findings.len()), (None, 3)),
            _ => assert_eq!(failure(&scan).code, "limit"),
        }
    }
}

/// The example plugins in other languages, where they were built.
#[tokio::test]
async fn scanners_in_javascript_and_python_run_and_find() {
    #[expect(clippy::disallowed_methods, reason = "the test runner speaks to tests through the environment")]
    let Some(folder) = std::env::var_os("NEPH_EXAMPLE_PLUGINS") else {
        eprintln!("skipped: NEPH_EXAMPLE_PLUGINS is not set (`cargo xtask test` sets it)");
        return;
    };
    for name in ["idle-addresses", "old-snapshots"] {
        let path = Path::new(&folder).join(name).with_extension("wasm");
        let component = std::fs::read(&path).unwrap_or_else(|error| panic!("`{}`: {error}", path.display()));
        let plugin = sandbox().plugin(&component, World::Scanner).expect("it is loaded");
        let described = described(&plugin).await;
        let job = PluginJob { limits: PluginLimits::default(), ..job() };
        let scan = plugin.scan(&engine(), &described, job).await;
        assert_eq!((described.name.as_str(), scan.failure.as_ref()), (name, None));
        assert!(!scan.findings.is_empty(), "{name} found nothing");
    }
}

/// An engine whose one source is a plugin.
fn engine_of(source: PluginSource) -> Engine {
    Engine::builder(EngineSettings::default()).source(Arc::new(source)).clock(now).build().unwrap()
}

async fn gcp_asset(lines: &str) -> (tempfile::TempDir, Engine) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("export.ndjson");
    std::fs::write(&path, lines).unwrap();
    let plugin = built_in("gcp-asset", World::Source);
    let described = described(&plugin).await;
    let input = Input { name: "export".to_owned(), bytes: lines.len() as u64, path };
    let limits = PluginLimits { input_bytes: 1_000_000, ..PluginLimits::for_testing() };
    let job = PluginJob { inputs: vec![input], limits, ..job() };
    (folder, engine_of(PluginSource::new(plugin, described, job).expect("it fills tables that there are")))
}

const EXPORT: &str = include_str!("../../../plugins/gcp-asset/fixtures/export.ndjson");

#[tokio::test]
async fn a_third_cloud_comes_from_a_source_plugin_and_is_asked_like_the_others() {
    let (_folder, engine) = gcp_asset(EXPORT).await;
    let sql = "SELECT provider, count(*) AS n FROM instances GROUP BY provider".to_owned();
    let answer = engine.run(Request { what: What::Sql(sql), options: Options::default() }).await.unwrap();
    let text = |column| engine::cells::text(&answer.batches[0], 0, column);
    assert_eq!(text(0).as_deref(), Some("gcp"));
    assert!(text(1).is_some_and(|n| n.parse::<u32>().unwrap() > 1));
    // Each project is a scope, and what could not be read of the file is said.
    let scopes = &answer.coverage.scopes;
    assert!(scopes.iter().any(|line| line.scope.provider == "gcp" && line.rows > 0), "{scopes:?}");
}

#[tokio::test]
async fn lines_that_a_source_cannot_read_are_gaps_of_the_answer() {
    let (_folder, engine) = gcp_asset(&format!("{EXPORT}\n{{broken\n")).await;
    let sql = "SELECT name FROM instances".to_owned();
    let answer = engine.run(Request { what: What::Sql(sql), options: Options::default() }).await.unwrap();
    assert!(!answer.coverage.complete && answer.row_count > 0, "{:?}", answer.coverage);
    let said = answer.coverage.scopes.iter().filter_map(|line| line.error.as_ref());
    assert!(said.map(|error| error.message.as_str()).any(|message| message.starts_with("the plugin `gcp-asset`: ")));
}
