//! The questions that must be read and rightly answered: each through `POST /v1/ask`, its query as data, and its rows
//! against what plain Rust finds in the estate's own rows.

use crate::support::{app, estate, now, post};
use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use host::config::Config;
use host::http::{State, router};
use rust_decimal::Decimal;
use schema::tables::{ACCOUNTS, BUCKETS, COSTS, DATABASES, INSTANCES, LOAD_BALANCERS, PUBLIC_IPS, SNAPSHOTS, VOLUMES};
use schema::{Row, Table, TableKind, Value as Cell, tables};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Asks, compares the query, and compares the rows' named columns, in any order, with the truth.
async fn check(question: &str, query: Value, columns: &[&str], truth: impl IntoIterator<Item = Vec<String>>) -> Value {
    check_with(&[], question, query, columns, truth).await
}

async fn check_with(
    deny: &[&str],
    question: &str,
    query: Value,
    columns: &[&str],
    truth: impl IntoIterator<Item = Vec<String>>,
) -> Value {
    let router = router(Arc::new(State::new(app(deny, Config::default()).await, true)));
    let response = post(&router, "/v1/ask", json!({ "question": question }).to_string()).await;
    let answer = response.json();
    assert_eq!(answer["route"], "common", "{answer}");
    assert_eq!(answer["query"], query, "{question}");
    assert_eq!(answer["coverage"]["complete"], true, "{}", answer["coverage"]);
    assert!(!answer["explanation"].as_str().unwrap().is_empty());
    let rows = answer["rows"].as_array().unwrap();
    let mut got: Vec<Vec<_>> = rows.iter().map(|row| columns.iter().map(|c| shown(&row[*c])).collect()).collect();
    let mut truth: Vec<_> = truth.into_iter().collect();
    assert!(!truth.is_empty(), "the estate has nothing to find for `{question}`");
    got.sort();
    truth.sort();
    assert_eq!(got, truth, "{question}");
    answer
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) if number.is_f64() => format!("{:.6}", number.as_f64().unwrap()),
        other => other.to_string(),
    }
}

/// That the rows come in order.
fn is_ordered<T: PartialOrd>(answer: &Value, column: &str, key: impl Fn(&str) -> T, is_right: impl Fn(&T, &T) -> bool) {
    let keys: Vec<T> = answer["rows"].as_array().unwrap().iter().map(|row| key(&shown(&row[column]))).collect();
    assert!(keys.windows(2).all(|pair| is_right(&pair[0], &pair[1])), "`{column}` is not in order");
}

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn rows(table: &'static Table) -> Vec<Row> {
    estate(&[]).rows(table)
}

fn text(row: &Row, column: &str) -> String {
    match row.get(column) {
        Cell::Text(text) => text.clone(),
        Cell::Null => "null".to_owned(),
        Cell::Int(number) => number.to_string(),
        other => panic!("{column} is {other:?}"),
    }
}

fn is_null(row: &Row, column: &str) -> bool {
    row.get(column).is_null()
}

fn tag(row: &Row, column: &str, key: &str) -> Option<String> {
    match row.get(column) {
        Cell::Map(map) => map.get(key).cloned(),
        _ => None,
    }
}

fn time(row: &Row, column: &str) -> Option<DateTime<Utc>> {
    match row.get(column) {
        Cell::Time(time) => Some(*time),
        _ => None,
    }
}

fn cost(row: &Row) -> Decimal {
    match row.get("EffectiveCost") {
        Cell::Decimal(cost) => *cost,
        other => panic!("EffectiveCost is {other:?}"),
    }
}

fn names(rows: &[Row], keep: impl Fn(&Row) -> bool) -> Vec<Vec<String>> {
    rows.iter().filter(|row| keep(row)).map(|row| vec![text(row, "name")]).collect()
}

fn native_ids(rows: &[Row], keep: impl Fn(&Row) -> bool) -> Vec<Vec<String>> {
    rows.iter().filter(|row| keep(row)).map(|row| vec![text(row, "native_id")]).collect()
}

/// Costs added up by a key, in the one currency of the estate.
fn sums(keep: impl Fn(&Row) -> bool, key: impl Fn(&Row) -> String) -> BTreeMap<String, Decimal> {
    let mut sums = BTreeMap::new();
    for row in rows(&COSTS).iter().filter(|row| keep(row)) {
        *sums.entry(key(row)).or_insert(Decimal::ZERO) += cost(row);
    }
    sums
}

fn lines(sums: BTreeMap<String, Decimal>) -> Vec<Vec<String>> {
    sums.into_iter().map(|(key, sum)| vec![key, sum.normalize().to_string()]).collect()
}

fn date(year: i32, month: u32, day: u32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(year, month, day, 0, 0, 0).unwrap()
}

fn is_between(row: &Row, from: DateTime<Utc>, to: DateTime<Utc>) -> bool {
    time(row, "ChargePeriodStart").is_some_and(|start| from <= start && start < to)
}

/// Whole days, as bills have them.
fn is_last_30_days(row: &Row) -> bool {
    is_between(row, date(2026, 10, 22), now())
}

fn is_last_month(row: &Row) -> bool {
    is_between(row, date(2026, 10, 1), date(2026, 11, 1))
}

/// What each resource cost in the last 30 days, by the id that the bill has for it.
fn costs_by_resource() -> BTreeMap<String, Decimal> {
    sums(is_last_30_days, |row| text(row, "ResourceId").to_lowercase())
}

fn cost_30d(costs: &BTreeMap<String, Decimal>, row: &Row) -> Option<Decimal> {
    let (whole, bare) = (text(row, "resource_id").to_lowercase(), text(row, "native_id").to_lowercase());
    let bare = if bare == whole { None } else { costs.get(&bare) };
    match (costs.get(&whole), bare) {
        (None, None) => None,
        (one, other) => Some(one.copied().unwrap_or_default() + other.copied().unwrap_or_default()),
    }
}

#[tokio::test]
async fn list_all_vms() {
    check("list all VMs", json!({ "from": "instances" }), &["name"], names(&rows(&INSTANCES), |_| true)).await;
}

#[tokio::test]
async fn running_ec2_instances_in_a_region_with_name_and_subnet() {
    let query = json!({
        "from": "instances", "select": ["name", "subnet_id"],
        "where": [{ "field": "state", "op": "eq", "value": "running" }],
        "scope": { "providers": ["aws"], "regions": ["eu-west-1"] }
    });
    let is_wanted = |row: &&Row| {
        text(row, "provider") == "aws" && text(row, "region") == "eu-west-1" && text(row, "state") == "running"
    };
    let truth: Vec<_> =
        rows(&INSTANCES).iter().filter(is_wanted).map(|row| vec![text(row, "name"), text(row, "subnet_id")]).collect();
    let question = "show me running EC2 instances in eu-west-1 with name and subnet";
    check(question, query, &["name", "subnet_id"], truth).await;
}

#[tokio::test]
async fn vms_per_provider() {
    let query = json!({
        "from": "instances", "group_by": ["provider"], "aggregate": [{ "fn": "count", "as": "count" }],
        "order_by": [{ "field": "count", "dir": "desc" }]
    });
    let mut counts = BTreeMap::new();
    for row in rows(&INSTANCES) {
        *counts.entry(text(&row, "provider")).or_insert(0) += 1;
    }
    let truth = counts.into_iter().map(|(provider, count)| vec![provider, count.to_string()]);
    check("how many VMs per provider", query, &["provider", "count"], truth).await;
}

#[tokio::test]
async fn vms_that_do_little_and_cost_much() {
    let query = json!({
        "from": "instances",
        "select": ["name", "provider", "account_name", "region", "instance_type", "state", "private_ip", "launched_at", "cpu_avg", "cost_30d"],
        "where": [{ "field": "cpu_avg", "op": "lt", "value": 20 }, { "field": "cost_30d", "op": "gt", "value": 100 }]
    });
    let costs = costs_by_resource();
    let truth: Vec<_> = rows(&INSTANCES)
        .iter()
        .filter_map(|row| {
            let Cell::Float(cpu) = row.get("cpu_avg") else { return None };
            let cost = cost_30d(&costs, row)?;
            (*cpu < 20.0 && cost > Decimal::from(100)).then(|| vec![text(row, "name"), cost.normalize().to_string()])
        })
        .collect();
    check("VMs with CPU below 20% and cost over $100", query, &["name", "cost_30d"], truth).await;
}

#[tokio::test]
async fn the_ten_most_expensive_instances() {
    let query = json!({
        "from": "instances",
        "select": ["name", "provider", "account_name", "region", "instance_type", "state", "private_ip", "launched_at", "cost_30d"],
        "order_by": [{ "field": "cost_30d", "dir": "desc" }], "limit": 10
    });
    let costs = costs_by_resource();
    let mut truth: Vec<_> = rows(&INSTANCES).iter().filter_map(|row| cost_30d(&costs, row)).collect();
    truth.sort();
    // Names at the end of the ten may tie; what they cost may not.
    let truth = truth.iter().rev().take(10).map(|cost| vec![cost.normalize().to_string()]);
    let answer = check("top 10 most expensive instances", query, &["cost_30d"], truth).await;
    is_ordered(&answer, "cost_30d", decimal, |a, b| a >= b);
}

#[tokio::test]
async fn untagged_volumes() {
    let query = json!({ "from": "volumes", "where": [{ "field": "tags", "op": "is_null" }] });
    let truth = native_ids(&rows(&VOLUMES), |row| matches!(row.get("tags"), Cell::Map(tags) if tags.is_empty()));
    check("untagged volumes", query, &["native_id"], truth).await;
}

#[tokio::test]
async fn volumes_attached_to_nothing() {
    let query = json!({ "from": "volumes", "where": [{ "field": "instance_id", "op": "is_null" }] });
    let truth = native_ids(&rows(&VOLUMES), |row| is_null(row, "instance_id"));
    check("volumes not attached to anything", query, &["native_id"], truth).await;
}

#[tokio::test]
async fn gp2_volumes_larger_than_100_gb() {
    let query = json!({
        "from": "volumes",
        "where": [{ "field": "volume_type", "op": "eq", "value": "gp2" }, { "field": "size_gib", "op": "gt", "value": 100 }]
    });
    let is_wanted =
        |row: &Row| text(row, "volume_type") == "gp2" && matches!(row.get("size_gib"), Cell::Int(size) if *size > 100);
    check("gp2 volumes larger than 100 GB", query, &["native_id"], native_ids(&rows(&VOLUMES), is_wanted)).await;
}

#[tokio::test]
async fn regions_by_spend() {
    let query = json!({
        "from": "costs", "group_by": ["RegionId", "BillingCurrency"],
        "aggregate": [{ "fn": "sum", "field": "EffectiveCost", "as": "cost" }],
        "order_by": [{ "field": "cost", "dir": "desc" }]
    });
    let truth = lines(sums(|_| true, |row| text(row, "RegionId")));
    let answer = check("which regions do we spend most in", query, &["RegionId", "cost"], truth).await;
    is_ordered(&answer, "cost", decimal, |a, b| a >= b);
}

#[tokio::test]
async fn cost_by_service_last_month() {
    let query = json!({
        "from": "costs", "group_by": ["ServiceName", "BillingCurrency"],
        "aggregate": [{ "fn": "sum", "field": "EffectiveCost", "as": "cost" }],
        "order_by": [{ "field": "cost", "dir": "desc" }],
        "time": { "from": "2026-10-01T00:00:00Z", "to": "2026-11-01T00:00:00Z" }
    });
    let truth = lines(sums(is_last_month, |row| text(row, "ServiceName")));
    check("cost by service last month", query, &["ServiceName", "cost"], truth).await;
}

#[tokio::test]
async fn spend_on_rds_last_week() {
    let query = json!({
        "from": "costs", "where": [{ "field": "ServiceName", "op": "contains", "value": "Relational Database" }],
        "group_by": ["BillingCurrency"], "aggregate": [{ "fn": "sum", "field": "EffectiveCost", "as": "cost" }],
        "time": { "from": "2026-11-09T00:00:00Z", "to": "2026-11-16T00:00:00Z" }
    });
    let is_wanted = |row: &Row| {
        text(row, "ServiceName") == "Amazon Relational Database Service"
            && is_between(row, date(2026, 11, 9), date(2026, 11, 16))
    };
    let truth = lines(sums(is_wanted, |row| text(row, "BillingCurrency")));
    check("what did we spend on RDS last week", query, &["BillingCurrency", "cost"], truth).await;
}

#[tokio::test]
async fn spend_per_team() {
    let query = json!({
        "from": "costs", "group_by": ["Tags.team", "BillingCurrency"],
        "aggregate": [{ "fn": "sum", "field": "EffectiveCost", "as": "cost" }],
        "order_by": [{ "field": "cost", "dir": "desc" }], "time": { "last": "30d" }
    });
    let truth = lines(sums(is_last_30_days, |row| tag(row, "Tags", "team").unwrap_or_else(|| "null".to_owned())));
    check("spend per team tag over the last 30 days", query, &["Tags.team", "cost"], truth).await;
}

#[tokio::test]
async fn old_snapshots() {
    let query =
        json!({ "from": "snapshots", "where": [{ "field": "created_at", "op": "lt", "value": { "ago": "90d" } }] });
    let is_wanted = |row: &Row| time(row, "created_at").is_some_and(|at| at < now() - TimeDelta::days(90));
    check("snapshots older than 90 days", query, &["native_id"], native_ids(&rows(&SNAPSHOTS), is_wanted)).await;
}

#[tokio::test]
async fn public_ips_of_nothing() {
    let query = json!({ "from": "public_ips", "where": [{ "field": "associated_with", "op": "is_null" }] });
    let truth: Vec<_> = rows(&PUBLIC_IPS)
        .iter()
        .filter(|row| is_null(row, "associated_with"))
        .map(|row| vec![text(row, "address")])
        .collect();
    check("public IPs that are not associated", query, &["address"], truth).await;
}

#[tokio::test]
async fn load_balancers_in_an_account() {
    let query = json!({ "from": "load_balancers", "scope": { "accounts": ["prod"] } });
    let truth = names(&rows(&LOAD_BALANCERS), |row| text(row, "account_name") == "prod");
    check("load balancers in account prod", query, &["name"], truth).await;
}

#[tokio::test]
async fn buckets_of_this_year() {
    let query = json!({
        "from": "buckets", "where": [{ "field": "created_at", "op": "ge", "value": "2026-01-01T00:00:00Z" }],
        "scope": { "providers": ["aws"] }
    });
    let is_wanted =
        |row: &Row| text(row, "provider") == "aws" && time(row, "created_at").is_some_and(|at| at >= date(2026, 1, 1));
    check("S3 buckets created this year", query, &["name"], names(&rows(&BUCKETS), is_wanted)).await;
}

#[tokio::test]
async fn large_instances_of_a_team() {
    let sizes = ["", "2", "3", "4", "6", "8", "9", "10", "12", "16", "18", "24", "32", "48"];
    let mut types: Vec<_> = sizes.iter().map(|size| format!("m5.{size}xlarge")).collect();
    types.push("m5.metal".to_owned());
    let query = json!({
        "from": "instances",
        "where": [{ "field": "instance_type", "op": "in", "value": types }, { "field": "tags.team", "op": "eq", "value": "payments" }]
    });
    let is_wanted = |row: &Row| {
        let instance_type = text(row, "instance_type");
        let is_large =
            instance_type.starts_with("m5.") && (instance_type.ends_with("xlarge") || instance_type.ends_with("metal"));
        is_large && tag(row, "tags", "team").as_deref() == Some("payments")
    };
    let question = "instances of type m5.xlarge or larger owned by team payments";
    check(question, query, &["name"], names(&rows(&INSTANCES), is_wanted)).await;
}

#[tokio::test]
async fn databases_without_a_tag() {
    let query = json!({ "from": "databases", "where": [{ "field": "tags.env", "op": "is_null" }] });
    let truth = names(&rows(&DATABASES), |row| tag(row, "tags", "env").is_none());
    check("databases without tag env", query, &["name"], truth).await;
}

#[tokio::test]
async fn daily_cost() {
    let query = json!({
        "from": "costs", "group_by": ["day(ChargePeriodStart)", "BillingCurrency"],
        "aggregate": [{ "fn": "sum", "field": "EffectiveCost", "as": "cost" }],
        "order_by": [{ "field": "day", "dir": "asc" }], "time": { "last": "30d" }
    });
    let day = |row: &Row| time(row, "ChargePeriodStart").unwrap().format("%Y-%m-%dT00:00:00Z").to_string();
    let truth = lines(sums(is_last_30_days, day));
    let answer = check("daily cost trend for the last 30 days", query, &["day", "cost"], truth).await;
    is_ordered(&answer, "day", str::to_owned, |a, b| a < b);
}

#[tokio::test]
async fn average_cpu_by_type() {
    let query = json!({
        "from": "instances", "group_by": ["instance_type"],
        "aggregate": [{ "fn": "avg", "field": "cpu_avg", "as": "average_cpu" }],
        "order_by": [{ "field": "average_cpu", "dir": "desc" }]
    });
    let mut all: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for row in rows(&INSTANCES) {
        let group = all.entry(text(&row, "instance_type")).or_default();
        if let Cell::Float(cpu) = row.get("cpu_avg") {
            group.push(*cpu);
        }
    }
    #[allow(clippy::cast_precision_loss)]
    let mean = |cpus: &Vec<f64>| format!("{:.6}", cpus.iter().sum::<f64>() / cpus.len() as f64);
    let truth: Vec<_> = all
        .iter()
        .map(|(name, cpus)| vec![name.clone(), if cpus.is_empty() { "null".to_owned() } else { mean(cpus) }])
        .collect();
    check("average CPU by instance type", query, &["instance_type", "average_cpu"], truth).await;
}

#[tokio::test]
async fn anything_running_in_a_region() {
    let query = json!({
        "from": "resources", "where": [{ "field": "state", "op": "eq", "value": "running" }],
        "scope": { "regions": ["us-west-2"] }
    });
    let truth: Vec<_> = tables::ALL
        .iter()
        .filter(|table| table.kind == TableKind::Resource)
        .flat_map(|table| {
            names(&rows(table), |row| text(row, "region") == "us-west-2" && text(row, "state") == "running")
        })
        .collect();
    check("is there anything running in us-west-2", query, &["name"], truth).await;
}

#[tokio::test]
async fn resources_of_each_kind_in_each_account() {
    let query = json!({
        "from": "resources", "group_by": ["kind", "account_name"], "aggregate": [{ "fn": "count", "as": "count" }],
        "order_by": [{ "field": "count", "dir": "desc" }]
    });
    let mut counts = BTreeMap::new();
    for row in tables::ALL.iter().filter(|table| table.kind == TableKind::Resource).flat_map(|table| rows(table)) {
        *counts.entry((text(&row, "kind"), text(&row, "account_name"))).or_insert(0) += 1;
    }
    let truth = counts.into_iter().map(|((kind, account), count)| vec![kind, account, count.to_string()]);
    let question = "how many resources of each kind in each account";
    check(question, query, &["kind", "account_name", "count"], truth).await;
}

#[tokio::test]
async fn the_cheapest_region_for_compute() {
    let query = json!({
        "from": "costs",
        "where": [{ "field": "ServiceCategory", "op": "eq", "value": "Compute" }, { "field": "RegionId", "op": "not_null" }],
        "group_by": ["RegionId", "BillingCurrency"],
        "aggregate": [{ "fn": "sum", "field": "EffectiveCost", "as": "cost" }],
        "order_by": [{ "field": "cost", "dir": "asc" }], "limit": 1,
        "time": { "from": "2026-10-01T00:00:00Z", "to": "2026-11-01T00:00:00Z" }
    });
    let is_wanted =
        |row: &Row| text(row, "ServiceCategory") == "Compute" && !is_null(row, "RegionId") && is_last_month(row);
    let cheapest = sums(is_wanted, |row| text(row, "RegionId")).into_iter().min_by_key(|(_, sum)| *sum).unwrap();
    let truth = lines(BTreeMap::from([cheapest]));
    check("cheapest region for compute last month", query, &["RegionId", "cost"], truth).await;
}

#[tokio::test]
async fn vms_launched_lately() {
    let query = json!({
        "from": "instances", "where": [{ "field": "launched_at", "op": "ge", "value": { "ago": "7d" } }],
        "order_by": [{ "field": "launched_at", "dir": "asc" }]
    });
    let is_wanted = |row: &Row| time(row, "launched_at").is_some_and(|at| at >= now() - TimeDelta::days(7));
    let question = "VMs launched in the last 7 days sorted by launch time";
    let answer = check(question, query, &["name"], names(&rows(&INSTANCES), is_wanted)).await;
    is_ordered(&answer, "launched_at", str::to_owned, |a, b| a <= b);
}

#[tokio::test]
async fn accounts_that_could_not_be_read() {
    let query = json!({ "from": "accounts", "where": [{ "field": "readable", "op": "eq", "value": false }] });
    let deny = ["sandbox", "retail"];
    let denied = |row: &Row| matches!(row.get("readable"), Cell::Bool(false));
    let truth = names(&estate(&deny).rows(&ACCOUNTS), denied);
    assert_eq!(truth.len(), 2);
    check_with(&deny, "which accounts could not be read", query, &["name"], truth).await;
}
