//! Faults at seeded random calls: whatever breaks, every row is there or coverage says that it is not.
//!
//! Each run strikes random calls of an estate of three accounts and three regions with every kind of fault, asks
//! for random tables, and compares rows and coverage with what an undisturbed run gave. `NEPH_CHAOS_RUNS` sets how
//! many runs there are, `NEPH_CHAOS_SEED` where they begin.

#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

use aws::{AccountSettings, Aws, Settings, SharedCredentialsProvider, StaticCredentials};
use chrono::{DateTime, TimeZone, Utc};
use engine::context::RetryPolicy;
use engine::{Answer, Engine, EngineSettings, Options, Request, What, cells};
use serde_json::Value;
use standin::{Behaviour, Estate, FaultKind, GenerateSettings, RandomFaults, Standin};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

/// Enough to strike every kind at every table, and little enough for every change to be tested with.
const RUNS: u64 = 40;

const TABLES: &[&str] = &[
    "instances",
    "volumes",
    "snapshots",
    "images",
    "networks",
    "subnets",
    "security_groups",
    "public_ips",
    "nat_gateways",
    "load_balancers",
    "databases",
    "buckets",
    "functions",
    "clusters",
];

/// Rows by account and region of their scope.
type Rows = BTreeMap<(String, String), Vec<Value>>;

fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 21, 12, 0, 0).unwrap()
}

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

fn standin() -> Standin {
    let estate = Estate::generate(&GenerateSettings { regions: regions(), ..GenerateSettings::sized(now(), 3, 3, 24) });
    // Small pages, so that faults in the middle of paging are common.
    Standin::start(estate, Behaviour { page_cap: Some(9), ..Behaviour::default() }).unwrap()
}

fn regions() -> Vec<String> {
    ["eu-west-1", "us-east-1", "eu-central-1"].map(str::to_owned).to_vec()
}

fn engine(standin: &Standin) -> Engine {
    let estate = standin.estate();
    let first = &estate.accounts[0];
    let keys = StaticCredentials::new(&first.access_key_id, &first.secret_access_key, None, None, "test");
    let account = |account: &standin::estate::Account| AccountSettings {
        name: Some(account.name.clone()),
        role_arn: (account.id != first.id).then(|| account.role_arn("nephoscope-read")),
        ..AccountSettings::default()
    };
    let settings = Settings {
        accounts: estate.accounts.iter().map(account).collect(),
        regions: vec!["*".to_owned()],
        endpoint_url: Some(standin.url()),
        force_path_style: true,
        ..Settings::default()
    };
    let retry = RetryPolicy {
        attempts: 2,
        first_wait: Duration::from_millis(2),
        longest_wait: Duration::from_millis(10),
        patience: Duration::from_millis(50),
        call_timeout: Duration::from_millis(1500),
    };
    let settings_of_engine =
        EngineSettings { retry, scope_timeout: Duration::from_secs(30), ..EngineSettings::default() };
    let aws = Aws::with_credentials(settings, SharedCredentialsProvider::new(keys));
    Engine::builder(settings_of_engine).source(Arc::new(aws)).clock(now).build().unwrap()
}

fn sql(table: &str) -> String {
    let own = schema::tables::find(table).unwrap();
    let left_out =
        ["cost_30d", "cost_basis", "cost_currency", "fetched_at", "cpu_p95", "cpu_max", "network_in", "network_out"];
    let columns: Vec<_> = own.columns().map(|c| c.name).filter(|name| !left_out.contains(name)).collect();
    format!("SELECT {} FROM {table}", columns.join(", "))
}

async fn ask(engine: &Engine, table: &str) -> Answer {
    let options = Options { max_age: Some(Duration::ZERO), ..Options::default() };
    engine.run(Request { what: What::Sql(sql(table)), options }).await.unwrap()
}

fn rows(table: &str, answer: &Answer) -> Rows {
    let mut rows = Rows::new();
    for batch in &answer.batches {
        for row in 0..batch.num_rows() {
            let cell = |at: usize| (answer.columns[at].name.clone(), cells::json(batch, row, at));
            let cells: serde_json::Map<_, _> = (0..batch.num_columns()).map(cell).collect();
            let region = if table == "buckets" { "global" } else { cells["region"].as_str().unwrap() };
            let key = (cells["account_id"].as_str().unwrap().to_owned(), region.to_owned());
            rows.entry(key).or_default().push(Value::Object(cells));
        }
    }
    rows
}

/// What the estate holds, told by the stand-in's own structures.
fn truth(estate: &Estate, table: &str) -> BTreeMap<(String, String), usize> {
    let mut truth = BTreeMap::new();
    for account in &estate.accounts {
        if table == "buckets" {
            truth.insert((account.id.clone(), "global".to_owned()), account.buckets.len());
            continue;
        }
        for region in &account.regions {
            let count = match table {
                "instances" => region.instances.len(),
                "volumes" => region.volumes.len(),
                "snapshots" => region.snapshots.len(),
                "images" => region.images.len(),
                "networks" => region.vpcs.len(),
                "subnets" => region.subnets.len(),
                "security_groups" => region.security_groups.len(),
                "public_ips" => region.addresses.len(),
                "nat_gateways" => region.nat_gateways.len(),
                "load_balancers" => region.load_balancers.len() + region.classic_load_balancers.len(),
                "databases" => region.db_instances.len(),
                "functions" => region.functions.len(),
                "clusters" => region.clusters.len(),
                other => panic!("no truth for {other}"),
            };
            truth.insert((account.id.clone(), region.name.clone()), count);
        }
    }
    truth
}

/// A row without the columns that coverage says are missing.
fn without(row: &Value, columns: &BTreeSet<String>) -> String {
    let mut row = row.as_object().unwrap().clone();
    columns.iter().for_each(|column| {
        row.remove(column);
    });
    Value::Object(row).to_string()
}

/// Compares an answer with the undisturbed one; says what is missing without being named, or wrong.
fn compare(table: &str, clean: &Rows, answer: &Answer) -> Vec<String> {
    let got = rows(table, answer);
    let mut wrong = Vec::new();
    for (scope, expected) in clean {
        let (account, region) = scope;
        let lines: Vec<_> = answer
            .coverage
            .scopes
            .iter()
            .filter(|line| line.table == table)
            .filter(|line| line.scope.account_id == *account || line.scope.account_id == "*")
            .filter(|line| line.scope.region == *region || line.scope.region == "*")
            .collect();
        if lines.is_empty() {
            wrong.push(format!("{table} in {account}/{region} is not in coverage"));
        }
        let rows_missing = lines.iter().any(|line| line.columns.is_empty() && !line.status.is_complete());
        let columns: BTreeSet<String> = lines.iter().flat_map(|line| line.columns.iter().cloned()).collect();
        let expected: BTreeSet<String> = expected.iter().map(|row| without(row, &columns)).collect();
        let here = got.get(scope).map(Vec::as_slice).unwrap_or_default();
        let here_set: BTreeSet<String> = here.iter().map(|row| without(row, &columns)).collect();
        if here_set.len() != here.len() {
            wrong.push(format!("{table} in {account}/{region} has rows twice"));
        }
        if !here_set.is_subset(&expected) {
            let strange: Vec<_> = here_set.difference(&expected).take(1).collect();
            wrong.push(format!("{table} in {account}/{region} has rows that are not true: {strange:?}"));
        }
        if here_set.len() < expected.len() && !rows_missing {
            wrong.push(format!("{table} in {account}/{region} lacks {} rows", expected.len() - here_set.len()));
        }
    }
    let all_complete = answer.coverage.scopes.iter().all(|line| line.status.is_complete());
    if all_complete != answer.coverage.complete {
        wrong.push("`complete` does not say what the lines say".to_owned());
    }
    wrong
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_silently_missing() {
    let standin = standin();
    let estate = standin.estate();
    let undisturbed = engine(&standin);
    let mut clean = BTreeMap::new();
    for table in TABLES {
        let answer = ask(&undisturbed, table).await;
        assert!(answer.coverage.complete, "{table}: {:?}", answer.coverage);
        let rows = rows(table, &answer);
        for (scope, count) in truth(&estate, table) {
            assert_eq!(rows.get(&scope).map_or(0, Vec::len), count, "{table} in {scope:?}");
        }
        clean.insert(*table, rows);
    }
    let (first, runs) = (setting("NEPH_CHAOS_SEED", 1), setting("NEPH_CHAOS_RUNS", RUNS));
    let (mut struck, mut incomplete, mut kinds) = (0, 0, BTreeSet::new());
    for seed in first..first + runs {
        // From a fault now and then to one at every fifth call.
        #[expect(clippy::cast_precision_loss, reason = "a rate")]
        let rate = 0.01 + 0.03 * (seed % 7) as f64;
        let faults = RandomFaults { seed, rate, kinds: FaultKind::ALL.to_vec(), actions: Vec::new() };
        standin.reset_counts();
        standin.set_random_faults(Some(faults));
        let disturbed = engine(&standin);
        for step in 0..3 {
            let table = TABLES[usize::try_from(seed * 3 + step).unwrap() % TABLES.len()];
            let answer = ask(&disturbed, table).await;
            let wrong = compare(table, &clean[table], &answer);
            assert!(
                wrong.is_empty(),
                "seed {seed} (NEPH_CHAOS_SEED={seed} NEPH_CHAOS_RUNS=1): {wrong:#?}\nstruck: {:#?}",
                standin.struck()
            );
            incomplete += u64::from(!answer.coverage.complete);
        }
        struck += standin.struck().len();
        kinds.extend(standin.struck().iter().map(|s| format!("{:?}", s.kind)));
    }
    println!("{runs} runs, {struck} faults of {} kinds struck, {incomplete} answers were partial", kinds.len());
    assert!(
        runs < 20 || (struck > 0 && incomplete > 0 && kinds.len() == FaultKind::ALL.len()),
        "the faults did not strike"
    );
}
