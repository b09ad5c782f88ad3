//! What the estate promises, seen through its rows and through the port.
#![allow(clippy::unwrap_used)]

use chrono::{DateTime, TimeDelta, Utc};
use demo::{Demo, Settings};
use engine::context::{Emitted, FetchContext};
use engine::source::{FetchRequest, Source};
use engine::{FetchError, FetchErrorKind};
use rust_decimal::Decimal;
use schema::scope::GLOBAL;
use schema::tables::{self, *};
use schema::{Locality, Row, Scope, Table, TableKind, Value};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

fn now() -> DateTime<Utc> {
    "2026-11-21T09:30:00Z".parse().unwrap()
}

fn settings(seed: u64, scale: f64) -> Settings {
    Settings { seed, scale, now: now(), deny: Vec::new() }
}

fn demo(seed: u64) -> Demo {
    Demo::new(settings(seed, 1.0))
}

fn resource_tables() -> impl Iterator<Item = &'static Table> {
    tables::ALL.iter().copied().filter(|table| table.kind == TableKind::Resource)
}

fn text<'a>(row: &'a Row, column: &str) -> &'a str {
    let Value::Text(text) = row.get(column) else { panic!("`{column}` is {:?}", row.get(column)) };
    text
}

fn maybe<'a>(row: &'a Row, column: &str) -> Option<&'a str> {
    if let Value::Text(text) = row.get(column) { Some(text) } else { None }
}

fn list<'a>(row: &'a Row, column: &str) -> &'a [String] {
    let Value::List(list) = row.get(column) else { panic!("`{column}` is {:?}", row.get(column)) };
    list
}

fn money(row: &Row, column: &str) -> Decimal {
    let Value::Decimal(decimal) = row.get(column) else { panic!("`{column}` is {:?}", row.get(column)) };
    *decimal
}

fn time(row: &Row, column: &str) -> Option<DateTime<Utc>> {
    if let Value::Time(time) = row.get(column) { Some(*time) } else { None }
}

fn float(row: &Row, column: &str) -> Option<f64> {
    if let Value::Float(float) = row.get(column) { Some(*float) } else { None }
}

fn tags(row: &Row) -> &BTreeMap<String, String> {
    let Value::Map(tags) = row.get(if row.table() == &COSTS { "Tags" } else { "tags" }) else { panic!("no tags") };
    tags
}

/// A small estate, where every row of every table is looked at.
fn small(seed: u64) -> Demo {
    Demo::new(settings(seed, 0.2))
}

fn total(demo: &Demo) -> usize {
    resource_tables().map(|table| demo.rows(table).len()).sum()
}

#[test]
fn the_same_seed_and_day_give_the_same_estate_and_another_seed_another() {
    for table in tables::ALL.iter().copied().filter(|table| table.kind.is_fetched()) {
        let (one, two) = (small(7).rows(table), small(7).rows(table));
        assert!(one == two, "`{}` differs", table.name);
        let differs = small(8).rows(table) != one;
        assert!(differs || table.name == ACCOUNTS.name, "`{}` pays no heed to the seed", table.name);
    }
}

#[test]
fn only_meters_run_on_with_the_hour() {
    let (earlier, later) =
        (Demo::new(settings(7, 0.1)), Demo::new(Settings { now: now() + TimeDelta::hours(9), ..settings(7, 0.1) }));
    for table in tables::ALL.iter().copied().filter(|table| table.name != METRICS.name) {
        let changes = ["fetched_at", "cpu_avg", "cpu_p95", "cpu_max", "network_in", "network_out"];
        let still = |demo: &Demo| -> Vec<Vec<Value>> {
            let keep = |row: &Row| {
                table.columns().filter(|c| !changes.contains(&c.name)).map(|c| row.get(c.name).clone()).collect()
            };
            demo.rows(table).iter().map(keep).collect()
        };
        assert!(still(&later) == still(&earlier), "`{}` changed within a day", table.name);
    }
}

#[test]
fn there_are_about_2000_resources_and_in_proportion_to_the_scale() {
    for seed in 1..4 {
        let count = total(&demo(seed));
        assert!((1800..2250).contains(&count), "seed {seed}: {count}");
    }
    let large = total(&Demo::new(settings(1, 3.0)));
    assert!((5_400..6_600).contains(&large), "{large}");
}

#[test]
fn a_larger_estate_holds_the_smaller_one() {
    let (small, large) = (demo(3), Demo::new(settings(3, 3.0)));
    for table in resource_tables().filter(|table| table.name != SUBNETS.name) {
        let large: HashMap<String, Row> =
            large.rows(table).into_iter().map(|row| (text(&row, "resource_id").to_owned(), row)).collect();
        for row in small.rows(table) {
            assert_eq!(large.get(text(&row, "resource_id")), Some(&row));
        }
    }
}

#[test]
fn some_machine_that_everybody_reaches_has_a_team_and_every_port_open() {
    let demo = demo(7);
    let groups = demo.rows(&SECURITY_GROUPS);
    let wide = groups.iter().filter(|group| list(group, "open_ports").iter().any(|port| port == "all"));
    let wide: HashSet<&str> = wide.map(|group| text(group, "native_id")).collect();
    let is_behind_one = |row: &Row| list(row, "security_group_ids").iter().any(|id| wide.contains(id.as_str()));
    let instances = demo.rows(&INSTANCES);
    let reached = instances.iter().filter(|row| maybe(row, "public_ip").is_some() && is_behind_one(row));
    let known = reached.filter(|row| tags(row).contains_key("team")).count();
    assert!((1..15).contains(&known), "{known} of {}", instances.len());
}

#[test]
fn every_table_has_rows_of_both_providers() {
    let (whole, small) = (demo(1), small(1));
    let is_long = |table: &Table| [COSTS.name, METRICS.name].contains(&table.name);
    for table in tables::ALL.iter().filter(|table| table.kind.is_fetched()) {
        let demo = if is_long(table) { &small } else { &whole };
        let providers: BTreeSet<String> = demo.rows(table).iter().map(|row| text(row, "provider").to_owned()).collect();
        assert_eq!(providers, BTreeSet::from(["aws".to_owned(), "azure".to_owned()]), "`{}`", table.name);
    }
}

#[test]
fn ids_are_unique_and_rows_fit_their_columns() {
    let demo = small(1);
    for table in tables::ALL {
        let rows = demo.rows(table);
        if table.kind == TableKind::Resource {
            let ids: HashSet<&str> = rows.iter().map(|row| text(row, "resource_id")).collect();
            assert_eq!(ids.len(), rows.len(), "`{}`", table.name);
            for row in &rows {
                assert!(time(row, "created_at").is_none_or(|created| created <= now()), "{row:?}");
            }
        }
        engine::arrow::batch(table, &rows).unwrap();
    }
}

#[test]
fn references_resolve_within_the_region() {
    let demo = demo(1);
    let known: HashSet<(String, &str, String)> = resource_tables()
        .flat_map(|table| demo.rows(table).into_iter().map(move |row| (table, row)))
        .map(|(table, row)| {
            (text(&row, "account_id").to_owned() + text(&row, "region"), table.name, text(&row, "native_id").to_owned())
        })
        .collect();
    let check = |table: &'static Table, column: &str, target: &'static Table, required: bool| {
        for row in demo.rows(table) {
            let ids: Vec<&str> = match row.get(column) {
                Value::Null if !required => continue,
                Value::List(ids) => ids.iter().map(String::as_str).collect(),
                _ => vec![text(&row, column)],
            };
            for id in ids {
                let place = text(&row, "account_id").to_owned() + text(&row, "region");
                assert!(known.contains(&(place, target.name, id.to_owned())), "{}.{column} = {id}", table.name);
            }
        }
    };
    for table in [&INSTANCES, &SUBNETS, &SECURITY_GROUPS, &NAT_GATEWAYS, &LOAD_BALANCERS, &CLUSTERS] {
        check(table, "network_id", &NETWORKS, true);
    }
    check(&DATABASES, "network_id", &NETWORKS, false);
    check(&INSTANCES, "subnet_id", &SUBNETS, true);
    check(&INSTANCES, "image_id", &IMAGES, true);
    check(&INSTANCES, "security_group_ids", &SECURITY_GROUPS, true);
    check(&NAT_GATEWAYS, "subnet_id", &SUBNETS, true);
    check(&LOAD_BALANCERS, "subnet_ids", &SUBNETS, true);
    check(&CLUSTERS, "subnet_ids", &SUBNETS, true);
    check(&VOLUMES, "instance_id", &INSTANCES, false);
    check(&VOLUMES, "snapshot_id", &SNAPSHOTS, false);
    check(&IMAGES, "snapshot_ids", &SNAPSHOTS, true);
    check(&PUBLIC_IPS, "instance_id", &INSTANCES, false);
    let addresses: HashSet<String> = demo.rows(&PUBLIC_IPS).iter().map(|row| text(row, "address").to_owned()).collect();
    for nat in demo.rows(&NAT_GATEWAYS) {
        assert!(list(&nat, "public_ips").iter().all(|ip| addresses.contains(ip)));
    }
}

/// What the questions of the product need to find, on every seed.
#[test]
fn waste_and_gaps_are_there_to_be_found() {
    for seed in 1..3 {
        let demo = demo(seed);
        let rows: Vec<(&str, Vec<Row>)> = resource_tables().map(|table| (table.name, demo.rows(table))).collect();
        let some = |what: &str, table: &'static Table, holds: &dyn Fn(&Row) -> bool| {
            let is_there = rows.iter().any(|(known, rows)| *known == table.name && rows.iter().any(holds));
            assert!(is_there, "seed {seed}: no {what}");
        };
        let older = |row: &Row, days| time(row, "created_at").is_some_and(|t| t < now() - TimeDelta::days(days));
        let is = |row: &Row, column: &str, value: &str| maybe(row, column) == Some(value);
        let size = |row: &Row| if let Value::Int(size) = row.get("size_gib") { *size } else { 0 };
        let instances = demo.rows(&INSTANCES);
        let stopped: HashSet<&str> =
            instances.iter().filter(|row| is(row, "state", "stopped")).map(|row| text(row, "native_id")).collect();
        some("unattached volumes", &VOLUMES, &|row| row.get("instance_id").is_null());
        some("untagged volumes", &VOLUMES, &|row| tags(row).is_empty());
        some("large gp2 volumes", &VOLUMES, &|row| is(row, "volume_type", "gp2") && size(row) > 100);
        some("snapshots over 90 days", &SNAPSHOTS, &|row| older(row, 90));
        some("snapshots over a year", &SNAPSHOTS, &|row| older(row, 365));
        some("young snapshots", &SNAPSHOTS, &|row| !older(row, 90));
        some("free addresses", &PUBLIC_IPS, &|row| row.get("associated_with").is_null());
        some("stopped instances", &INSTANCES, &|row| is(row, "state", "stopped"));
        some("spot instances", &INSTANCES, &|row| is(row, "lifecycle", "spot"));
        some("windows", &INSTANCES, &|row| is(row, "platform", "windows"));
        some("idle instances", &INSTANCES, &|row| float(row, "cpu_avg").is_some_and(|cpu| cpu < 3.0));
        some("running instances without data", &INSTANCES, &|row| {
            is(row, "state", "running") && row.get("cpu_avg").is_null()
        });
        some("memory", &INSTANCES, &|row| float(row, "memory_avg").is_some());
        some("old generations", &INSTANCES, &|row| text(row, "instance_type").starts_with("m4."));
        some("new instances", &INSTANCES, &|row| time(row, "launched_at").unwrap() > now() - TimeDelta::days(7));
        some("us-west-2", &INSTANCES, &|row| is(row, "region", "us-west-2") && is(row, "state", "running"));
        some("misspelt tags", &INSTANCES, &|row| tags(row).contains_key("Team"));
        some("large machines of payments", &INSTANCES, &|row| {
            is(row, "instance_type", "m5.xlarge") && tags(row).get("team").is_some_and(|team| team == "payments")
        });
        some("open groups", &SECURITY_GROUPS, &|row| row.get("open_to_world") == &Value::Bool(true));
        some("default networks", &NETWORKS, &|row| row.get("is_default") == &Value::Bool(true));
        some("public databases", &DATABASES, &|row| row.get("publicly_accessible") == &Value::Bool(true));
        some("public clusters", &CLUSTERS, &|row| row.get("publicly_accessible") == &Value::Bool(true));
        some("clusters of an old version", &CLUSTERS, &|row| ["1.31", "1.33"].contains(&text(row, "version")));
        some("clusters that say their nodes", &CLUSTERS, &|row| !row.get("node_count").is_null());
        some("databases without env", &DATABASES, &|row| !tags(row).contains_key("env"));
        some("buckets of this year", &BUCKETS, &|row| {
            time(row, "created_at").unwrap() > "2026-01-01T00:00:00Z".parse::<DateTime<Utc>>().unwrap()
        });
        some("buckets that may be opened", &BUCKETS, &|row| row.get("public_access_blocked") == &Value::Bool(false));
        some("buckets that are open", &BUCKETS, &|row| row.get("public") == &Value::Bool(true));
        some("public snapshots", &SNAPSHOTS, &|row| row.get("public") == &Value::Bool(true));
        some("load balancers in prod", &LOAD_BALANCERS, &|row| is(row, "account_name", "prod"));
        some("stopped machines' volumes", &VOLUMES, &|row| {
            maybe(row, "instance_id").is_some_and(|id| stopped.contains(id))
        });
    }
}

#[test]
fn owners_of_untagged_volumes_can_be_guessed_from_what_was_made_beside_them() {
    let demo = demo(1);
    let truth = demo.estate().true_teams();
    let instances = demo.rows(&INSTANCES);
    let (mut guessed, mut right) = (0, 0);
    for volume in demo.rows(&VOLUMES).iter().filter(|row| tags(row).is_empty()) {
        let near = |instance: &&Row| {
            let apart = time(instance, "created_at").unwrap() - time(volume, "created_at").unwrap();
            text(instance, "account_id") == text(volume, "account_id")
                && text(instance, "region") == text(volume, "region")
                && apart.abs() < TimeDelta::hours(1)
                && tags(instance).contains_key("team")
        };
        let Some(beside) = instances.iter().find(near) else { continue };
        guessed += 1;
        right += usize::from(tags(beside)["team"].to_lowercase() == truth[text(volume, "resource_id")]);
    }
    assert!(guessed > 40, "{guessed} guessed");
    assert!(right * 10 >= guessed * 8, "{right} of {guessed} right");
}

#[test]
fn the_bill_adds_up_and_every_invariant_of_it_holds() {
    for demo in [small(1), small(2)] {
        let rows = demo.rows(&COSTS);
        let sum = |column: &str| rows.iter().map(|row| money(row, column)).sum::<Decimal>();
        for column in ["BilledCost", "EffectiveCost", "ListCost", "ContractedCost"] {
            for by in ["ServiceName", "SubAccountId", "ChargeCategory", "provider"] {
                let mut groups: BTreeMap<&str, Decimal> = BTreeMap::new();
                for row in &rows {
                    *groups.entry(text(row, by)).or_default() += money(row, column);
                }
                assert_eq!(groups.values().sum::<Decimal>(), sum(column), "{column} by {by}");
            }
        }
        let mut days: BTreeMap<(&str, DateTime<Utc>), [Decimal; 4]> = BTreeMap::new();
        for row in &rows {
            let day = time(row, "ChargePeriodStart").unwrap();
            let [billed, effective, bought, used] = days.entry((text(row, "SubAccountId"), day)).or_default();
            *billed += money(row, "BilledCost");
            *effective += money(row, "EffectiveCost");
            if maybe(row, "CommitmentDiscountId").is_some() {
                *bought += money(row, "BilledCost");
                *used += money(row, "EffectiveCost");
            }
            assert!(
                ["BilledCost", "EffectiveCost", "ListCost"]
                    .iter()
                    .all(|c| money(row, c).scale() <= 18 && !money(row, c).is_sign_negative())
            );
        }
        assert_eq!(days.len(), 5 * 90, "every account has every day");
        let first = days.keys().map(|(_, day)| *day).min().unwrap();
        let last = days.keys().map(|(_, day)| *day).max().unwrap();
        assert_eq!((last - first, last.date_naive().succ_opt()), (TimeDelta::days(89), Some(now().date_naive())));
        for (day, [billed, effective, bought, used]) in &days {
            assert_eq!(billed, effective, "{day:?}");
            assert_eq!(bought, used, "{day:?}");
        }
        assert!(days.values().any(|[_, _, bought, _]| !bought.is_zero()));
        assert!(rows.iter().any(|row| money(row, "BilledCost") != money(row, "EffectiveCost")));
        assert!(rows.iter().any(|row| maybe(row, "ResourceId").is_none() && text(row, "ChargeCategory") == "Tax"));
    }
}

#[test]
fn the_bill_is_long_enough_to_be_real_and_short_enough_to_show() {
    // Of half the usual size.
    let count = Demo::new(settings(1, 0.5)).rows(&COSTS).len();
    assert!((30_000..=60_000).contains(&count), "{count} rows");
}

#[test]
fn costs_are_of_resources_that_exist_and_some_dear_ones_idle() {
    let demo = Demo::new(settings(1, 0.5));
    let mut known: HashSet<String> = HashSet::new();
    for row in resource_tables().flat_map(|table| demo.rows(table)) {
        known.extend([text(&row, "resource_id").to_owned(), text(&row, "native_id").to_owned()]);
    }
    let mut month: HashMap<String, Decimal> = HashMap::new();
    for row in demo.rows(&COSTS) {
        let Some(id) = maybe(&row, "ResourceId") else { continue };
        assert!(known.contains(id), "{id}");
        if time(&row, "ChargePeriodStart").unwrap() >= now() - TimeDelta::days(31) {
            *month.entry(id.to_owned()).or_default() += money(&row, "EffectiveCost");
        }
    }
    let cost = |row: &Row| month.get(text(row, "native_id")).copied().unwrap_or_default();
    let instances = demo.rows(&INSTANCES);
    let dear = |row: &&Row| cost(row) > Decimal::from(100) && float(row, "cpu_avg").is_some_and(|cpu| cpu < 20.0);
    for provider in ["aws", "azure"] {
        let count = instances.iter().filter(dear).filter(|row| text(row, "provider") == provider).count();
        assert!(count >= 5, "{count} dear idle instances on {provider}");
    }
    let highest = instances.iter().map(cost).max().unwrap();
    assert!((Decimal::from(300)..Decimal::from(1500)).contains(&highest), "the dearest instance costs {highest}");
}

#[test]
fn meters_and_utilisation_say_the_same() {
    let demo = small(1);
    let mut points: HashMap<String, (Vec<f64>, f64)> = HashMap::new();
    for row in demo.rows(&METRICS).iter().filter(|row| text(row, "metric") == "cpu") {
        let (average, highest) = points.entry(text(row, "resource_id").to_owned()).or_default();
        let value = float(row, "value").unwrap();
        if text(row, "statistic") == "average" { average.push(value) } else { *highest = highest.max(value) }
    }
    for row in demo.rows(&INSTANCES) {
        let Some(cpu) = float(&row, "cpu_avg") else {
            assert!(!points.contains_key(text(&row, "resource_id")));
            continue;
        };
        let (average, highest) = &points[text(&row, "resource_id")];
        assert!((average.iter().sum::<f64>() / average.len() as f64 - cpu).abs() < 1e-9);
        assert_eq!(Some(*highest), float(&row, "cpu_max"));
        assert!(float(&row, "cpu_p95").unwrap() <= *highest && cpu <= *highest && *highest <= 100.0);
    }
}

/// Rows, counted calls and how a fetch ended.
async fn fetch(demo: &Demo, request: FetchRequest) -> (Vec<Row>, u64, Result<(), FetchError>) {
    fetch_at(now(), demo, request).await
}

/// As [`fetch`], for a request that is made at a time.
async fn fetch_at(at: DateTime<Utc>, demo: &Demo, request: FetchRequest) -> (Vec<Row>, u64, Result<(), FetchError>) {
    let (cx, mut received) = FetchContext::for_testing("demo", request.scope.clone(), at);
    let reading = async {
        let mut rows = Vec::new();
        while let Some(Emitted::Rows(page)) = received.recv().await {
            assert!(page.len() <= 500);
            rows.extend(page);
        }
        rows
    };
    let fetching = async move {
        let result = demo.fetch(&request, &cx).await;
        (cx.counts().calls.load(std::sync::atomic::Ordering::Relaxed), result)
    };
    let (rows, (calls, result)) = tokio::join!(reading, fetching);
    (rows, calls, result)
}

async fn scopes(demo: &Demo) -> Vec<Scope> {
    let (cx, _received) = FetchContext::for_testing("demo", Scope::new("demo", "*", "*", "*"), now());
    demo.discover(&cx).await.unwrap().scopes
}

#[tokio::test]
async fn what_the_port_hands_over_is_all_there_is() {
    let demo = small(1);
    let scopes = scopes(&demo).await;
    for table in tables::ALL.iter().copied().filter(|t| t.kind.is_fetched() && t.name != METRICS.name) {
        let wanted: BTreeSet<Scope> = match table.locality {
            Locality::Regional => scopes.iter().cloned().collect(),
            Locality::Global => scopes.iter().map(Scope::global).collect(),
        };
        let mut count = 0;
        for scope in wanted {
            let (rows, calls, result) = fetch(&demo, FetchRequest::new(table, scope)).await;
            result.unwrap();
            assert_eq!(calls, rows.len() as u64 / 500 + 1, "a call for each page");
            count += rows.len();
        }
        assert_eq!(count, demo.rows(table).len(), "`{}`", table.name);
    }
}

#[tokio::test]
async fn what_runs_past_midnight_goes_on_with_the_new_day() {
    let scope = Scope::new("aws", "333344445555", "sandbox", "us-east-1");
    let old = small(1);
    for days in [1, 2, 0] {
        let at = now() + TimeDelta::days(days);
        let new = Demo::new(Settings { now: at, ..settings(1, 0.2) });
        for (table, scope) in [(&INSTANCES, scope.clone()), (&COSTS, scope.global())] {
            let (rows, _, result) = fetch_at(at, &old, FetchRequest::new(table, scope.clone())).await;
            result.unwrap();
            assert!(
                !rows.is_empty() && rows == fetch_at(at, &new, FetchRequest::new(table, scope)).await.0,
                "{days} days"
            );
        }
    }
}

#[tokio::test]
async fn costly_columns_time_and_limit_are_heeded() {
    let demo = demo(1);
    let prod = Scope::new("aws", "111122223333", "prod", "eu-west-1");
    let (rows, calls, _) = fetch(&demo, FetchRequest::new(&INSTANCES, prod.clone())).await;
    assert!(calls == 1 && rows.iter().all(|row| row.get("cpu_avg").is_null()));
    let with_cpu = FetchRequest { costly: BTreeSet::from(["cpu_avg"]), ..FetchRequest::new(&INSTANCES, prod.clone()) };
    let estimated: u64 = demo.estimate(&with_cpu).iter().map(|call| call.calls).sum();
    let (rows, calls, _) = fetch(&demo, with_cpu).await;
    assert!(calls == estimated && rows.iter().any(|row| float(row, "cpu_avg").is_some()));

    let from: DateTime<Utc> = "2026-11-01T00:00:00Z".parse().unwrap();
    let week =
        FetchRequest { time: Some((from, from + TimeDelta::days(7))), ..FetchRequest::new(&COSTS, prod.global()) };
    let (rows, ..) = fetch(&demo, week.clone()).await;
    let days: BTreeSet<_> = rows.iter().map(|row| time(row, "ChargePeriodStart").unwrap()).collect();
    assert_eq!((days.len(), days.first()), (7, Some(&from)));
    let (rows, calls, _) = fetch(&demo, FetchRequest { limit: Some(20), ..week }).await;
    assert_eq!((rows.len(), calls), (20, 1));

    let metrics = |days| FetchRequest {
        time: Some((now() - TimeDelta::days(days), now())),
        limit: Some(8),
        ..FetchRequest::new(&METRICS, prod.clone())
    };
    for (days, period) in [(2, 3600), (14, 3600), (30, 86_400)] {
        let (rows, ..) = fetch(&demo, metrics(days)).await;
        assert!(rows.len() == 8 && rows.iter().all(|row| row.get("period") == &Value::Int(period)), "{days} days");
    }
}

#[tokio::test]
async fn a_denied_account_shows_itself_and_nothing_else() {
    for deny in ["sandbox", "333344445555"] {
        let demo = Demo::new(Settings { deny: vec![deny.to_owned()], ..settings(1, 1.0) });
        let scopes = scopes(&demo).await;
        let scope = scopes.iter().find(|scope| scope.account_name == "sandbox").unwrap();
        for table in tables::ALL.iter().copied().filter(|t| t.kind.is_fetched() && t.name != ACCOUNTS.name) {
            let scope = if table.locality == Locality::Global { scope.global() } else { scope.clone() };
            let (rows, calls, result) = fetch(&demo, FetchRequest::new(table, scope)).await;
            let error = result.unwrap_err();
            assert_eq!(
                (rows.len(), calls, error.kind, error.code.as_str()),
                (0, 1, FetchErrorKind::Denied, "AccessDenied")
            );
        }
        let (rows, _, result) = fetch(&demo, FetchRequest::new(&ACCOUNTS, scope.global())).await;
        result.unwrap();
        assert_eq!(rows[0].get("readable"), &Value::Bool(false));
        assert!(maybe(&rows[0], "unreadable_reason").is_some() && text(&rows[0], "region") == GLOBAL);
        let (rows, _, result) =
            fetch(&demo, FetchRequest::new(&INSTANCES, Scope::new("aws", "111122223333", "prod", "eu-west-1"))).await;
        assert!(result.is_ok() && !rows.is_empty(), "others are read");
    }
}
