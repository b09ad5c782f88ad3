//! `recommendations`: what rules make of the other tables, and of what could not be read.

use crate::fake::{Fault, lines, now, settings};
use async_trait::async_trait;
use chrono::TimeDelta;
use engine::source::{CallEstimate, Discovery, TableSupport};
use engine::{
    Answer, Engine, EngineError, FetchContext, FetchError, FetchErrorKind, FetchRequest, Options, Request, Source, What,
};
use rust_decimal::Decimal;
use schema::query::ScopeFilter;
use schema::tables::{COSTS, IMAGES, INSTANCES, PUBLIC_IPS, SNAPSHOTS, VOLUMES};
use schema::{Grant, Row, Scope, State, Table, Value};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

/// Two accounts, one region, and in each the same waste. A table can be denied in one account.
#[derive(Default)]
struct Wasteful {
    fault: Option<(&'static str, &'static str, Fault)>,
    requests: Mutex<Vec<FetchRequest>>,
}

fn row(table: &'static Table, scope: &Scope, name: &str) -> Row {
    Row::new(table)
        .with("provider", "aws")
        .with("account_id", scope.account_id.as_str())
        .with("account_name", scope.account_name.as_str())
        .with("region", "r1")
        .with("resource_id", format!("arn:aws:x:r1:{}:{name}", scope.account_id))
        .with("native_id", format!("{name}-{}", scope.account_id))
        .with("name", name)
        .with("tags", BTreeMap::new())
        .with("created_at", now() - TimeDelta::days(400))
        .with("fetched_at", now())
}

/// Name, size, state, mean CPU and highest.
const INSTANCE_ROWS: &[(&str, &str, State, Option<(f64, f64)>)] = &[
    ("idle", "m5.large", State::Running, Some((0.8, 9.0))),
    ("large", "m5.xlarge", State::Running, Some((11.0, 30.0))),
    ("peaks", "m5.xlarge", State::Running, Some((11.0, 95.0))),
    ("busy-old", "m4.large", State::Running, Some((55.0, 90.0))),
    ("idle-old", "m4.large", State::Running, Some((1.0, 5.0))),
    ("unmeasured", "m5.large", State::Running, None),
    ("stopped", "m5.large", State::Stopped, None),
    ("nightly", "m5.large", State::Stopped, None),
    ("untold", "m5.large", State::Stopped, None),
    ("old-azure", "Standard_DS2_V2", State::Running, None),
    // Its successor costs as much.
    ("same-price", "Standard_D2s_v3", State::Running, None),
];

impl Wasteful {
    fn rows(&self, request: &FetchRequest) -> Vec<Row> {
        let scope = &request.scope;
        let id = |name: &str| format!("{name}-{}", scope.account_id);
        let of = |name: &str| row(request.table, scope, name);
        let of_azure = |name: &str, subscription: &str| {
            let disk = format!("/subscriptions/{subscription}/resourcegroups/g/providers/microsoft.compute/disks/gone");
            of(name).with("provider", "azure").with("volume_id", disk)
        };
        match request.table.name {
            "instances" => INSTANCE_ROWS
                .iter()
                .map(|(name, size, state, cpu)| {
                    let mut row = of(name)
                        .with("instance_type", *size)
                        .with("vcpus", 2)
                        .with("state", *state)
                        .with("launched_at", now() - TimeDelta::days(100));
                    match *name {
                        "stopped" => drop(row.set("stopped_at", now() - TimeDelta::days(60))),
                        "old-azure" | "same-price" => drop(row.set("provider", "azure")),
                        "nightly" => drop(row.set("stopped_at", now() - TimeDelta::hours(8))),
                        _ => {}
                    }
                    if let (Some((mean, highest)), true) = (cpu, request.wants("cpu_avg")) {
                        row.set("cpu_avg", *mean).set("cpu_max", *highest);
                    }
                    row
                })
                .collect(),
            "volumes" => [
                ("lost", None, "gp3"),
                ("old-kind", Some("busy-old"), "gp2"),
                ("vast", Some("busy-old"), "gp2"),
                ("waiting", Some("stopped"), "gp2"),
                ("of-nightly", Some("nightly"), "gp3"),
                ("of-untold", Some("untold"), "gp3"),
            ]
            .into_iter()
            .map(|(name, instance, kind)| {
                let state = if instance.is_some() { State::InUse } else { State::Available };
                let size = if name == "vast" { 1001 } else { 1000 };
                let row = of(name).with("state", state).with("volume_type", kind).with("size_gib", size);
                row.with("instance_id", instance.map(id))
            })
            .collect(),
            "snapshots" => vec![
                of("of-lost").with("volume_id", id("lost")),
                of("orphan").with("volume_id", id("gone")),
                of("of-image").with("volume_id", id("gone")),
                of_azure("orphan-here", &scope.account_id),
                of_azure("disk-elsewhere", "333"),
            ],
            "images" => vec![of("golden").with("snapshot_ids", vec![id("of-image")])],
            "public_ips" => vec![of("free-ip"), of("used-ip").with("associated_with", "eni-1")],
            "costs" => {
                ["idle", "large", "busy-old", "idle-old", "lost", "old-kind", "vast", "waiting", "of-lost", "orphan"]
                    .iter()
                    .map(|name| {
                        Row::new(&COSTS)
                            .with("ResourceId", id(name))
                            .with("SubAccountId", scope.account_id.as_str())
                            .with("RegionId", "r1")
                            .with("BillingCurrency", "USD")
                            .with("ChargePeriodStart", now() - TimeDelta::days(2))
                            .with("EffectiveCost", Decimal::from(100))
                    })
                    .collect()
            }
            _ => Vec::new(),
        }
    }
}

static TABLES: std::sync::LazyLock<Vec<TableSupport>> = std::sync::LazyLock::new(|| {
    let plain = |table| TableSupport { table, costly: &[], pushes: &[] };
    let utilisation: &[&[&str]] = &[&["cpu_avg", "cpu_max", "cpu_p95", "memory_avg", "network_in", "network_out"]];
    vec![
        TableSupport { table: &INSTANCES, costly: utilisation, pushes: &[] },
        plain(&VOLUMES),
        plain(&SNAPSHOTS),
        plain(&IMAGES),
        plain(&PUBLIC_IPS),
        plain(&COSTS),
    ]
});

#[async_trait]
impl Source for Wasteful {
    fn id(&self) -> &str {
        "fake"
    }
    fn provider(&self) -> &str {
        "aws"
    }
    fn tables(&self) -> &[TableSupport] {
        &TABLES
    }
    fn has_bill(&self) -> bool {
        true
    }
    async fn discover(&self, _: &FetchContext) -> Result<Discovery, FetchError> {
        let scopes = [("111", "prod"), ("222", "dev")].map(|(id, name)| Scope::new("aws", id, name, "r1"));
        Ok(Discovery { scopes: scopes.to_vec(), ..Discovery::default() })
    }
    fn estimate(&self, request: &FetchRequest) -> Vec<CallEstimate> {
        let action = format!("fake:List{}", request.table.name);
        vec![CallEstimate {
            action: action.clone(),
            calls: 1,
            for_each: None,
            dollars_per_call: Decimal::ZERO,
            on_consent: false,
            seconds_per_call: 0.1,
            permissions: vec![action],
        }]
    }
    async fn fetch(&self, request: &FetchRequest, cx: &FetchContext) -> Result<(), FetchError> {
        self.requests.lock().unwrap().push(request.clone());
        let denied = || FetchError::new(FetchErrorKind::Denied, "not allowed");
        let fault = self
            .fault
            .filter(|(table, account, _)| *table == request.table.name && *account == request.scope.account_id);
        let rows = self.rows(request);
        match fault {
            Some((.., Fault::Denied)) => return Err(denied()),
            // The first row comes, the others do not.
            Some((.., Fault::Failed)) => {
                cx.emit(rows[..1].to_vec()).await?;
                return Err(FetchError::new(FetchErrorKind::Failed, "cut off"));
            }
            _ => {}
        }
        if let (Some((.., Fault::MetricsDenied)), true) = (fault, request.wants("cpu_avg")) {
            let bare = rows.into_iter().map(|row| row.with("cpu_avg", Value::Null).with("cpu_max", Value::Null));
            cx.emit(bare.collect()).await?;
            return cx.gap(&["cpu_avg", "cpu_max"], None, denied()).await;
        }
        cx.emit(rows).await
    }
}

async fn ask(source: &Arc<Wasteful>, sql: &str, options: Options) -> Result<Answer, EngineError> {
    let engine = Engine::builder(settings()).source(source.clone()).clock(now).build().unwrap();
    engine.run(Request { what: What::Sql(sql.to_owned()), options }).await
}

async fn rows(source: &Arc<Wasteful>, sql: &str) -> Vec<String> {
    lines(&ask(source, sql, Options::default()).await.unwrap())
}

const OF_ONE: &str = "SELECT rule, name, saving_30d FROM recommendations WHERE account_id = '111' ORDER BY rule, name";

#[tokio::test]
async fn each_rule_finds_its_waste_and_no_cost_is_saved_twice() {
    let found = rows(&Arc::default(), OF_ONE).await;
    assert_eq!(
        found,
        [
            "gp2_volume|old-kind|20",
            "gp2_volume|vast|-",
            "gp2_volume|waiting|-",
            "idle_instance|idle|100",
            "idle_instance|idle-old|100",
            "old_generation_instance|busy-old|4",
            "old_generation_instance|idle-old|-",
            "old_generation_instance|old-azure|-",
            "old_snapshot|of-lost|100",
            "orphaned_snapshot|orphan|100",
            "orphaned_snapshot|orphan-here|-",
            "stopped_instance_volume|waiting|100",
            "unassociated_public_ip|free-ip|-",
            "unattached_volume|lost|100",
            "under_used_instance|large|50",
        ]
    );
}

#[tokio::test]
async fn evidence_is_the_values_that_led_to_it() {
    let found = rows(
        &Arc::default(),
        "SELECT evidence['cpu_avg'], evidence['instance_type'], saving_basis, cost_basis FROM recommendations \
         WHERE rule = 'idle_instance' AND name = 'idle' AND account_name = 'prod'",
    )
    .await;
    assert_eq!(found, ["0.8|m5.large|all of the actual cost of the last 30 days|billing_export"]);
    let whole = rows(
        &Arc::default(),
        "SELECT evidence, saving_basis FROM recommendations WHERE rule = 'unassociated_public_ip' AND account_id = '111'",
    )
    .await;
    assert_eq!(whole, [r#"{"address":null,"associated_with":null,"state":null}|-"#]);
}

#[tokio::test]
async fn only_the_rules_that_are_asked_for_read_their_tables() {
    let check = async |sql: &str, tables: &[&str], wants_cpu: bool| {
        let source = Arc::new(Wasteful::default());
        ask(&source, sql, Options::default()).await.unwrap();
        let requests = source.requests.lock().unwrap();
        let mut read: Vec<&str> = requests.iter().map(|request| request.table.name).collect();
        read.sort_unstable();
        read.dedup();
        assert_eq!(read, tables, "{sql}");
        assert_eq!(requests.iter().any(|request| request.wants("cpu_avg")), wants_cpu, "{sql}");
    };
    check("SELECT name FROM recommendations WHERE rule = 'unassociated_public_ip'", &["public_ips"], false).await;
    check("SELECT name FROM recommendations WHERE rule = 'old_generation_instance'", &["instances"], false).await;
    check("SELECT name FROM recommendations WHERE category = 'unattached'", &["public_ips", "volumes"], false).await;
    check(
        "SELECT name, saving_30d FROM recommendations WHERE rule IN ('idle_instance', 'unattached_volume')",
        &["costs", "instances", "volumes"],
        true,
    )
    .await;
}

#[tokio::test]
async fn explain_prices_the_tables_that_the_rules_read() {
    let engine = Engine::builder(settings()).source(Arc::new(Wasteful::default())).clock(now).build().unwrap();
    let sql = "SELECT name FROM recommendations WHERE rule = 'orphaned_snapshot'".to_owned();
    let explained = engine.explain(Request { what: What::Sql(sql), options: Options::default() }).await.unwrap();
    assert_eq!(explained.permissions, ["fake:Listimages", "fake:Listsnapshots", "fake:Listvolumes"]);
}

#[tokio::test]
async fn a_snapshot_is_not_called_orphaned_where_not_every_volume_and_image_was_read() {
    let sql = "SELECT account_id, name FROM recommendations WHERE rule = 'orphaned_snapshot' AND provider = 'aws' ORDER BY 1, 2";
    assert_eq!(rows(&Arc::default(), sql).await, ["111|orphan", "222|orphan"]);
    for table in ["volumes", "images"] {
        for fault in [Fault::Denied, Fault::Failed] {
            let source = Arc::new(Wasteful { fault: Some((table, "111", fault)), ..Wasteful::default() });
            let answer = ask(&source, sql, Options::default()).await.unwrap();
            assert_eq!(lines(&answer), ["222|orphan"], "{table} {fault:?}");
            assert!(!answer.coverage.complete);
        }
    }
}

#[tokio::test]
async fn what_could_not_be_read_makes_the_savings_a_lower_bound() {
    let sql = "SELECT sum(saving_30d) AS total FROM recommendations";
    assert_eq!(rows(&Arc::default(), sql).await, ["1348"]);
    for (fault, total) in [
        (("volumes", "111", Fault::Denied), "928"),
        (("instances", "111", Fault::Denied), "974"),
        (("instances", "222", Fault::MetricsDenied), "1094"),
    ] {
        let source = Arc::new(Wasteful { fault: Some(fault), ..Wasteful::default() });
        let answer = ask(&source, sql, Options::default()).await.unwrap();
        assert_eq!(lines(&answer), [total], "{fault:?}");
        let coverage = &answer.coverage;
        assert_eq!((coverage.complete, coverage.lower_bound, coverage.unknown), (false, true, false), "{fault:?}");
    }
}

#[tokio::test]
async fn an_outer_join_that_is_called_recommendations_is_no_bound() {
    let source = Arc::new(Wasteful { fault: Some(("volumes", "111", Fault::Denied)), ..Wasteful::default() });
    let sql = "SELECT count(*) AS n FROM (SELECT i.name FROM instances i LEFT JOIN volumes v ON v.instance_id = i.native_id \
               WHERE v.name IS NULL) AS recommendations";
    let answer = ask(&source, sql, Options::default()).await.unwrap();
    assert!(answer.coverage.unknown);
}

#[tokio::test]
async fn scopes_and_grants_hold_for_recommendations_as_for_the_tables_behind_them() {
    let scope = ScopeFilter { accounts: vec!["dev".to_owned()], ..ScopeFilter::default() };
    let count = "SELECT account_id, count(*) AS n FROM recommendations GROUP BY account_id";
    let source = Arc::new(Wasteful::default());
    let within = ask(&source, count, Options { scope: scope.clone(), ..Options::default() }).await.unwrap();
    assert_eq!(lines(&within), ["222|15"]);
    let is_within = |request: &FetchRequest| request.scope.account_id == "222" || request.table.name == "costs";
    assert!(source.requests.lock().unwrap().iter().all(is_within));

    let grant = |tables: &[&str]| Some(Arc::new(Grant::of_tables(tables.iter().copied()).within(&scope)));
    let refused = ask(&source, count, Options { grant: grant(&["instances"]), ..Options::default() }).await;
    assert!(matches!(refused, Err(EngineError::Denied { code: "table_not_granted", .. })), "{refused:?}");
    let beyond = ask(&source, count, Options { grant: grant(&["recommendations"]), ..Options::default() }).await;
    assert!(matches!(beyond, Err(EngineError::Denied { code: "scope_not_granted", .. })), "{beyond:?}");
    let inside = "SELECT count(*) AS n FROM recommendations WHERE account_id = '222'";
    let granted = ask(&source, inside, Options { grant: grant(&["recommendations"]), ..Options::default() }).await;
    assert_eq!(lines(&granted.unwrap()), ["15"]);
}

#[tokio::test]
async fn a_request_cannot_call_what_only_rules_may() {
    let sql = "SELECT all_read('volumes', 'aws', '111', 'r1')";
    assert!(ask(&Arc::default(), sql, Options::default()).await.is_err());
}

#[tokio::test]
async fn chosen_thresholds_are_used() {
    let mut chosen = settings();
    let idle = BTreeMap::from([("cpu_percent".to_owned(), Decimal::ONE)]);
    chosen.thresholds.insert("idle_instance".to_owned(), idle);
    let engine = Engine::builder(chosen).source(Arc::new(Wasteful::default())).clock(now).build().unwrap();
    let sql = "SELECT name FROM recommendations WHERE rule = 'idle_instance' AND account_id = '111'".to_owned();
    let answer = engine.run(Request { what: What::Sql(sql), options: Options::default() }).await.unwrap();
    assert_eq!(lines(&answer), ["idle"]);
}
