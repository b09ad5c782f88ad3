//! What the scanners of this build find in the demo estate, compared with what the estate itself knows: no more, no less, and as
//! sure as they say. Each rule is said here once more, over the estate's own rows, in its shortest form.

use super::plugins::{built_in, described, job};
use super::support::{engine, now};
use chrono::{DateTime, TimeDelta, Utc};
use demo::Demo;
use rust_decimal::Decimal;
use sandbox::{PluginJob, PluginLimits, World};
use schema::tables::{
    self, BUCKETS, COSTS, DATABASES, FUNCTIONS, IMAGES, INSTANCES, LOAD_BALANCERS, PUBLIC_IPS, SECURITY_GROUPS,
    SNAPSHOTS, VOLUMES,
};
use schema::{Finding, Row, Table, TableKind, Value};
use std::collections::{BTreeMap, BTreeSet};

fn estate() -> Demo {
    Demo::new(demo::Settings { seed: 7, scale: 1.0, now: now(), deny: Vec::new() })
}

async fn findings(name: &str) -> Vec<Finding> {
    let plugin = built_in(name, World::Scanner);
    let job = PluginJob { limits: PluginLimits::default(), ..job() };
    let scan = plugin.scan(&engine(), &described(&plugin).await, job).await;
    assert_eq!((scan.failure, scan.coverage.complete), (None, true), "{name}");
    scan.findings
}

fn text<'a>(row: &'a Row, column: &str) -> &'a str {
    if let Value::Text(text) = row.get(column) { text } else { "" }
}

fn list<'a>(row: &'a Row, column: &str) -> &'a [String] {
    if let Value::List(list) = row.get(column) { list } else { &[] }
}

fn int(row: &Row, column: &str) -> i64 {
    if let Value::Int(int) = row.get(column) { *int } else { 0 }
}

fn money(row: &Row, column: &str) -> Decimal {
    if let Value::Decimal(decimal) = row.get(column) { *decimal } else { Decimal::ZERO }
}

fn time(row: &Row, column: &str) -> DateTime<Utc> {
    if let Value::Time(time) = row.get(column) { *time } else { now() }
}

/// What the rule found, and what is so by the estate's own rows, of which some are so and some are not.
fn compare(found: &[Finding], rule: &str, demo: &Demo, table: &'static Table, is_so: &dyn Fn(&Row) -> bool) {
    let (truth, rows) = agree(found, rule, demo, table, is_so);
    assert!(truth > 0 && truth < rows, "{rule}: the estate has {truth} such of {rows}");
}

/// The same, also where the estate has none: how many there are, and of how many rows.
fn agree(
    found: &[Finding],
    rule: &str,
    demo: &Demo,
    table: &'static Table,
    is_so: &dyn Fn(&Row) -> bool,
) -> (usize, usize) {
    let found: Vec<&str> =
        found.iter().filter(|one| one.rule == rule).map(|one| one.resource.resource_id.as_str()).collect();
    let rows = demo.rows(table);
    let there = rows.iter().filter(|row| !matches!(text(row, "state"), "deleting" | "deleted"));
    let truth: BTreeSet<&str> = there.filter(|row| is_so(row)).map(|row| text(row, "resource_id")).collect();
    assert_eq!(found.iter().copied().collect::<BTreeSet<_>>(), truth, "{rule}");
    assert_eq!(found.len(), truth.len(), "{rule}: something is found twice");
    (truth.len(), rows.len())
}

/// Whether some addresses' worth of ports, as `open_ports` has them, are open: any of these.
fn opens(row: &Row, ports: &[u16]) -> bool {
    list(row, "open_ports").iter().any(|open| {
        let (from, to) = open.split_once('-').unwrap_or((open, open));
        let range = from.parse::<u16>().ok().zip(to.parse::<u16>().ok());
        open == "all" || range.is_some_and(|(from, to)| ports.iter().any(|port| (from..=to).contains(port)))
    })
}

#[tokio::test]
async fn exposure_finds_all_that_the_estate_lets_the_internet_reach_and_nothing_else() {
    let (demo, found) = (estate(), findings("exposure").await);
    // Of those that the plugin calls sensitive, all that the estate opens somewhere.
    compare(&found, "open-group", &demo, &SECURITY_GROUPS, &|row| opens(row, &[22, 3389, 3306, 5432, 6379]));
    let any: Vec<u16> = (1..=u16::MAX).collect();
    let open: BTreeSet<String> = demo
        .rows(&SECURITY_GROUPS)
        .iter()
        .filter(|row| opens(row, &any))
        .map(|row| text(row, "native_id").to_owned())
        .collect();
    compare(&found, "reachable-instance", &demo, &INSTANCES, &|row| {
        !text(row, "public_ip").is_empty() && list(row, "security_group_ids").iter().any(|group| open.contains(group))
    });
    compare(&found, "internet-facing-load-balancer", &demo, &LOAD_BALANCERS, &|row| {
        text(row, "scheme") == "internet-facing"
    });
    compare(&found, "public-database", &demo, &DATABASES, &|row| row.get("publicly_accessible") == &Value::Bool(true));
    compare(&found, "public-image", &demo, &IMAGES, &|row| row.get("public") == &Value::Bool(true));
    compare(&found, "public-snapshot", &demo, &SNAPSHOTS, &|row| row.get("public") == &Value::Bool(true));
    let may_be_open = |row: &Row| row.get("public_access_blocked") == &Value::Bool(false);
    compare(&found, "blob-public-access", &demo, &BUCKETS, &|row| text(row, "provider") == "azure" && may_be_open(row));
    compare(&found, "public-bucket", &demo, &BUCKETS, &|row| text(row, "provider") == "aws" && may_be_open(row));
    compare(&found, "open-bucket", &demo, &BUCKETS, &|row| row.get("public") == &Value::Bool(true));
}

#[tokio::test]
async fn waste_finds_all_that_the_estate_wastes_and_nothing_else() {
    let (demo, found) = (estate(), findings("waste").await);
    let states: BTreeMap<(String, String), String> = demo
        .rows(&INSTANCES)
        .iter()
        .map(|row| {
            ((text(row, "account_id").to_owned(), text(row, "native_id").to_owned()), text(row, "state").to_owned())
        })
        .collect();
    let state = |row: &Row| {
        let key = (text(row, "account_id").to_owned(), text(row, "instance_id").to_owned());
        states.get(&key).map_or("", String::as_str).to_owned()
    };
    compare(&found, "unattached-volume", &demo, &VOLUMES, &|row| {
        text(row, "state") == "available" && text(row, "instance_id").is_empty()
    });
    compare(&found, "volume-on-stopped-instance", &demo, &VOLUMES, &|row| state(row) == "stopped");
    compare(&found, "gp2-volume", &demo, &VOLUMES, &|row| {
        text(row, "volume_type") == "gp2" && text(row, "provider") == "aws" && state(row) == "running"
    });
    compare(&found, "large-volume", &demo, &VOLUMES, &|row| int(row, "size_gib") > 100);
    compare(&found, "old-snapshot", &demo, &SNAPSHOTS, &|row| days_since(row, "created_at") > 90);
    compare(&found, "unused-public-ip", &demo, &PUBLIC_IPS, &|row| text(row, "associated_with").is_empty());
    compare(&found, "x86-function", &demo, &FUNCTIONS, &|row| {
        text(row, "architecture") == "x86_64" && text(row, "provider") == "aws"
    });
    compare(&found, "idle-instance", &demo, &INSTANCES, &|row| {
        let is_measured = days_since(row, "launched_at") > 14;
        text(row, "state") == "running" && is_measured && matches!(row.get("cpu_avg"), Value::Float(cpu) if *cpu < 20.0)
    });
    // What is of no use saves what was spent on it.
    let unused = found.iter().filter(|one| one.rule == "unattached-volume");
    let (named, all) = (unused.clone().filter(|one| one.monthly_saving.is_some()).count(), unused.count());
    assert!(named * 2 > all, "{named} of {all} say what they save");
}

fn is_aws(row: &Row) -> bool {
    text(row, "provider") == "aws"
}

/// How many days ago a time was; one that is not known is taken to be of today.
fn days_since(row: &Row, column: &str) -> i64 {
    (now().date_naive() - time(row, column).date_naive()).num_days()
}

fn begins(row: &Row, column: &str, beginnings: &[&str]) -> bool {
    beginnings.iter().any(|beginning| text(row, column).starts_with(*beginning))
}

#[tokio::test]
async fn waste_finds_what_is_old_or_large_or_of_a_type_that_costs_more() {
    let (demo, found) = (estate(), findings("waste").await);
    let runs = |row: &Row| is_aws(row) && text(row, "state") == "running";
    let is_io1 = |row: &Row| text(row, "volume_type") == "io1";
    let is_old_class = |row: &Row| begins(row, "instance_class", &["db.m4."]);
    // Of the versions that the estate has, those that are past their standard support.
    let is_past = |row: &Row| match text(row, "engine") {
        "postgres" => begins(row, "engine_version", &["11."]),
        "mysql" => begins(row, "engine_version", &["5.7", "8.0"]),
        _ => false,
    };
    let rules: [(&str, &'static Table, &dyn Fn(&Row) -> bool); 7] = [
        ("io1-volume", &VOLUMES, &is_io1),
        ("long-running-instance", &INSTANCES, &|row| {
            runs(row) && text(row, "lifecycle") == "on_demand" && days_since(row, "launched_at") > 90
        }),
        ("old-generation-instance", &INSTANCES, &|row| runs(row) && begins(row, "instance_type", &["m4.", "t2."])),
        ("x86-instance", &INSTANCES, &|row| runs(row) && text(row, "platform") == "linux"),
        ("long-running-database", &DATABASES, &|row| is_aws(row) && days_since(row, "created_at") > 90),
        ("x86-database", &DATABASES, &|row| is_aws(row) && !is_old_class(row)),
        ("unsupported-engine", &DATABASES, &|row| is_aws(row) && is_past(row)),
    ];
    for (rule, table, is_so) in rules {
        compare(&found, rule, &demo, table, is_so);
    }
    // Of these the estate has few or none.
    let rare: [(&str, &'static Table, &dyn Fn(&Row) -> bool); 5] = [
        ("low-iops-volume", &VOLUMES, &|row| is_io1(row) && int(row, "size_gib") * 10 <= 3000),
        ("high-iops-volume", &VOLUMES, &|row| is_aws(row) && int(row, "iops") > 32_000),
        ("high-iops-disk", &VOLUMES, &|row| !is_aws(row) && int(row, "iops") > 2_000),
        ("large-instance", &INSTANCES, &|row| runs(row) && int(row, "vcpus") > 36),
        ("old-generation-database", &DATABASES, &|row| is_aws(row) && is_old_class(row)),
    ];
    for (rule, table, is_so) in rare {
        agree(&found, rule, &demo, table, is_so);
    }
}

#[tokio::test]
async fn waste_finds_the_services_whose_cost_rose_from_one_whole_month_to_the_next() {
    let (demo, found) = (estate(), findings("waste").await);
    let mut months: BTreeMap<String, [Decimal; 2]> = BTreeMap::new();
    for row in &demo.rows(&COSTS) {
        let month = time(row, "ChargePeriodStart").format("%Y-%m").to_string();
        let Some(at) = ["2026-09", "2026-10"].iter().position(|name| *name == month) else { continue };
        let service = format!("{}:{}:{}", text(row, "provider"), text(row, "SubAccountId"), text(row, "ServiceName"));
        months.entry(service).or_default()[at] += money(row, "EffectiveCost");
    }
    let rose = |[before, last]: [Decimal; 2]| {
        last - before >= Decimal::TEN && last * Decimal::ONE_HUNDRED > before * Decimal::from(120)
    };
    assert!(months.values().any(|[before, _]| *before > Decimal::ZERO), "the bill has the whole of both months");
    let truth: BTreeSet<&str> =
        months.iter().filter(|(_, costs)| rose(**costs)).map(|(service, _)| service.as_str()).collect();
    let found = found.iter().filter(|one| one.rule == "cost-change");
    assert_eq!(found.map(|one| one.resource.resource_id.as_str()).collect::<BTreeSet<_>>(), truth);
}

fn tags(row: &Row) -> Option<&BTreeMap<String, String>> {
    if let Value::Map(tags) = row.get("tags") { Some(tags) } else { None }
}

fn has_owner(row: &Row) -> bool {
    let names = |key: &String| ["team", "squad", "owner"].contains(&key.to_lowercase().as_str());
    tags(row).is_some_and(|tags| tags.iter().any(|(key, value)| names(key) && !value.trim().is_empty()))
}

#[tokio::test]
async fn tagging_finds_all_that_has_no_owner_and_is_right_as_often_as_it_says() {
    let (demo, found) = (estate(), findings("tagging").await);
    let resources = tables::ALL.iter().copied().filter(|table| table.kind == TableKind::Resource);
    let rows: Vec<Row> = resources.flat_map(|table| demo.rows(table)).collect();
    // A subnet of Azure has no tags of its own.
    let is_taggable = |row: &Row| match text(row, "kind") {
        "organization.account" => false,
        "network.subnet" => text(row, "provider") != "azure",
        _ => true,
    };
    let untagged = rows.iter().filter(|row| is_taggable(row) && tags(row).is_some());
    let untagged: BTreeSet<&str> = untagged.filter(|row| !has_owner(row)).map(|row| text(row, "resource_id")).collect();
    let found_ids: BTreeSet<&str> = found.iter().map(|one| one.resource.resource_id.as_str()).collect();
    assert_eq!(found_ids, untagged);
    // By tens of percent: how often those that are so sure are right.
    let truth = demo.estate().true_teams();
    let mut tens: BTreeMap<u32, (u32, u32, f64)> = BTreeMap::new();
    for one in &found {
        let (Some(team), Some(owner)) =
            (truth.get(one.resource.resource_id.as_str()), one.evidence.get("probable_owner"))
        else {
            continue;
        };
        let percent = one.evidence["confidence_percent"].as_f64().unwrap();
        let (right, asked, said) = tens.entry(percent as u32 / 10).or_default();
        *asked += 1;
        *said += percent;
        *right += u32::from(owner.as_str() == Some(*team));
    }
    let named: u32 = tens.values().map(|(_, asked, _)| asked).sum();
    assert!(named > 100, "{named} are given an owner: {tens:?}");
    for (ten, (right, asked, said)) in &tens {
        let (right, said) = (f64::from(*right) / f64::from(*asked) * 100.0, said / f64::from(*asked));
        // Where few are, chance has more say: two standard deviations, and five percent for what the tagged and the others differ in.
        let chance = 200.0 * (said / 100.0 * (1.0 - said / 100.0) / f64::from(*asked)).sqrt();
        assert!(right >= said - chance - 5.0, "{ten}0 %: {asked} say {said:.0} % and {right:.0} % are right");
    }
}

#[tokio::test]
async fn architecture_finds_what_the_bill_adds_up_to() {
    let (demo, found) = (estate(), findings("architecture").await);
    let today = now().date_naive().and_time(chrono::NaiveTime::MIN).and_utc();
    let costs = demo.rows(&COSTS);
    let last: Vec<&Row> = costs
        .iter()
        .filter(|row| (today - TimeDelta::days(30)..today).contains(&time(row, "ChargePeriodStart")))
        .collect();
    let place =
        |row: &Row| format!("{}:{}:{}", text(row, "provider"), text(row, "SubAccountId"), text(row, "RegionId"));
    let is_unused = |row: &Row| text(row, "CommitmentDiscountStatus") == "Unused";
    let of_meter = |row: &Row, meter: &str| {
        text(row, "provider") == "aws" && text(row, "ChargeCategory") == "Usage" && text(row, "SkuId").contains(meter)
    };
    let rules: [(&str, &dyn Fn(&Row) -> Option<String>); 3] = [
        ("nat-traffic", &|row| of_meter(row, "NatGateway-Bytes").then(|| place(row))),
        ("gp2-storage", &|row| of_meter(row, "VolumeUsage.gp2").then(|| place(row))),
        ("idle-commitment", &|row| is_unused(row).then(|| text(row, "CommitmentDiscountId").to_owned())),
    ];
    for (rule, at) in rules {
        let mut sums: BTreeMap<String, Decimal> = BTreeMap::new();
        for row in &last {
            if let Some(at) = at(row) {
                *sums.entry(at).or_default() += money(row, "EffectiveCost");
            }
        }
        sums.retain(|_, sum| *sum >= Decimal::TEN);
        assert!(!sums.is_empty(), "{rule}: the estate has none");
        let of_rule = found.iter().filter(|one| one.rule == rule);
        let said = |one: &Finding| one.evidence["cost_30d"].as_str().unwrap_or_default().parse::<Decimal>().unwrap();
        let found: BTreeMap<String, Decimal> =
            of_rule.map(|one| (one.resource.resource_id.clone(), said(one))).collect();
        assert_eq!(found, sums, "{rule}");
    }
}
