//! What the scanner finds in rows that a host might give, and what the list of controls must be.

use super::{Waste, controls};
use guest_sdk::{Decimal, Error, Fake, Scanner, Value};
use std::collections::{BTreeMap, BTreeSet};

const COMMON: &str =
    "resource_id, kind, name, provider, account_id, region, state, cost_30d decimal, cost_basis, cost_currency, ";

/// The views' own columns, as a host would type them.
const OWN: &[(&str, &str)] = &[
    ("volumes", "instance_id, instance_state, iops int, size_gib int, volume_type"),
    ("snapshots", "created_at time, properties json"),
    ("instances", "architecture, cpu_avg float, instance_type, launched_at time, lifecycle, platform, vcpus int"),
    ("databases", "created_at time, engine, engine_and_version, instance_class"),
    ("public_ips", "associated_with"),
    ("functions", "architecture"),
];

const COSTS: &str = "provider, BillingAccountId, SubAccountId, ServiceName, BillingCurrency, month time, \
                     first_charge time, last_charge time, cost decimal";

/// What a service cost in a month of a bill that has all days from one of the month to another.
fn charges(bill: &str, service: &str, month: &str, (first, last): (u32, u32), cost: &str) -> Vec<Value> {
    let day = |day: u32| format!("{month}-{day:02}T05:00:00Z");
    let start = format!("{month}-01T00:00:00Z");
    ["aws", bill, "111122223333", service, "USD", &start, &day(first), &day(last), cost].map(Value::from).to_vec()
}

/// A bill of the two whole months before the day of the run, in which nothing changes.
fn steady() -> Vec<Vec<Value>> {
    vec![charges("b", "steady", "2026-09", (1, 30), "100"), charges("b", "steady", "2026-10", (1, 31), "120")]
}

/// A resource: its provider, id and state, what it cost, and what is known of it beside that.
type Thing<'a> = (&'a str, &'a str, &'a str, Option<&'a str>, &'a [(&'a str, Value)]);

/// A host that has these things in one table, and nothing in all others.
#[track_caller]
fn host(table: &str, things: &[Thing<'_>]) -> Fake {
    let mut host = Fake::new().table("costs", COSTS, steady());
    for (name, own) in OWN {
        let rows = if *name == table { things.iter().map(|thing| row(own, thing)).collect() } else { vec![] };
        host = host.table(name, &format!("{COMMON}{own}"), rows);
    }
    host
}

#[track_caller]
fn row(own: &str, (provider, id, state, cost, known): &Thing<'_>) -> Vec<Value> {
    let names: Vec<_> = own.split(", ").map(|column| column.split(' ').next().unwrap_or_default()).collect();
    for (name, _) in *known {
        assert!(names.contains(name), "the table has no column `{name}`");
    }
    let of =
        |name: &str| known.iter().find(|(known, _)| *known == name).map_or(Value::Null, |(_, value)| value.clone());
    let common = [*id, "x", "x", *provider, "111122223333", "eu-west-1", *state].map(Value::from);
    let cost = [(*cost).into(), cost.map(|_| "billing_export").into(), cost.map(|_| "EUR").into()];
    common.into_iter().chain(cost).chain(names.into_iter().map(of)).collect()
}

#[track_caller]
fn check(host: &Fake, found: &[&str], gaps: &[&str]) {
    host.scan::<Waste>(&[]).expect("the scan ends well");
    assert_eq!(host.found(), found);
    let told: Vec<_> = host.rule_gaps().into_iter().map(|gap| format!("{}: {}", gap.rule, gap.message)).collect();
    assert_eq!(told, gaps);
}

fn savings(host: &Fake) -> BTreeMap<String, String> {
    let of = |saving: guest_sdk::Saving| saving.amount.to_string();
    host.findings().into_iter().filter_map(|f| Some((f.resource.resource_id, of(f.monthly_saving?)))).collect()
}

#[test]
fn a_volume_without_an_instance_costs_all_of_its_cost_for_nothing() {
    let host = host(
        "volumes",
        &[
            ("aws", "vol-1", "available", Some("12.50"), &[]),
            ("azure", "disk-1", "available", None, &[]),
            (
                "aws",
                "vol-2",
                "in_use",
                Some("9"),
                &[("instance_id", "i-1".into()), ("instance_state", "running".into())],
            ),
            ("aws", "vol-3", "deleting", Some("9"), &[]),
        ],
    );
    host.scan::<Waste>(&[]).expect("the scan ends well");
    assert_eq!(host.found(), ["unattached-volume disk-1", "unattached-volume vol-1"]);
    // What an unknown cost would save is not known.
    assert_eq!(savings(&host), BTreeMap::from([("vol-1".to_owned(), "12.5".to_owned())]));
}

#[test]
fn a_saving_is_in_the_currency_of_the_cost_that_it_is_a_part_of() {
    let host = host("volumes", &[("azure", "disk-1", "available", Some("12.50"), &[])]);
    host.scan::<Waste>(&[]).expect("the scan ends well");
    let finding = &host.findings()[0];
    assert_eq!(finding.monthly_saving.as_ref().and_then(|saving| saving.currency.as_deref()), Some("EUR"));
    assert!(finding.evidence.iter().any(|fact| fact.name == "cost_currency" && fact.value == "EUR".into()));
}

#[test]
fn no_part_of_a_cost_is_saved_twice() {
    let gp2 = |state: &'static str, iops: i64| {
        let instance = [("instance_id", "i-1".into()), ("instance_state", Value::from(state))];
        [("volume_type", "gp2".into()), ("iops", iops.into())].into_iter().chain(instance).collect::<Vec<_>>()
    };
    // What gp3 has for nothing ends at 3,000 IOPS.
    let (runs, fast, stopped) = (gp2("running", 3000), gp2("running", 3001), gp2("stopped", 300));
    let host = host(
        "volumes",
        &[
            ("aws", "vol-runs", "in_use", Some("10"), &runs),
            ("aws", "vol-fast", "in_use", Some("10"), &fast),
            ("aws", "vol-stopped", "in_use", Some("10"), &stopped),
            ("aws", "vol-free", "available", Some("10"), &[("volume_type", "gp2".into())]),
        ],
    );
    host.scan::<Waste>(&[]).expect("the scan ends well");
    let findings = host.findings();
    let savers = findings.iter().filter(|finding| finding.monthly_saving.is_some());
    let mut savers: Vec<_> = savers.map(|f| format!("{} {}", f.rule, f.resource.resource_id)).collect();
    savers.sort();
    assert_eq!(savers, ["gp2-volume vol-runs", "unattached-volume vol-free", "volume-on-stopped-instance vol-stopped"]);
    assert_eq!(savings(&host)["vol-runs"], "2");
}

#[test]
fn a_volume_whose_instance_could_not_be_read_is_told() {
    let host = host(
        "volumes",
        &[(
            "aws",
            "vol-1",
            "in_use",
            None,
            &[
                ("instance_id", "i-elsewhere".into()),
                ("volume_type", "gp3".into()),
                ("iops", 3000.into()),
                ("size_gib", 10.into()),
            ],
        )],
    );
    check(&host, &[], &["volume-on-stopped-instance: of 1 volumes `instance_state` is not known"]);
}

#[test]
fn provisioned_iops_are_held_to_the_bounds_of_their_provider() {
    let of = |kind: &'static str, iops: i64| {
        [
            ("volume_type", Value::from(kind)),
            ("iops", iops.into()),
            ("size_gib", 10.into()),
            ("instance_id", "i".into()),
            ("instance_state", "running".into()),
        ]
    };
    let (io1, io2, most, disk) = (of("io1", 3000), of("io2", 3001), of("io2", 32_001), of("Premium_LRS", 5000));
    let host = host(
        "volumes",
        &[
            ("aws", "io1", "in_use", None, &io1),
            ("aws", "io2", "in_use", None, &io2),
            ("aws", "most", "in_use", None, &most),
            ("azure", "disk", "in_use", None, &disk),
        ],
    );
    check(&host, &["high-iops-disk disk", "high-iops-volume most", "io1-volume io1", "low-iops-volume io1"], &[]);
}

#[test]
fn an_age_is_counted_in_days_of_the_run() {
    let at = |time: &'static str| [("created_at", Value::from(time))];
    // The run is on 2026-11-26; 90 days before it is 2026-08-28.
    let (old, edge) = (at("2026-08-27T23:59:59Z"), at("2026-08-28T00:00:00Z"));
    let things: &[Thing<'_>] =
        &[("aws", "snap-old", "available", Some("3"), &old), ("aws", "snap-edge", "available", Some("3"), &edge)];
    check(&host("snapshots", things), &["old-snapshot snap-old"], &[]);
    let host = host("snapshots", things);
    host.scan::<Waste>(&[("snapshot_age", 10.into())]).expect("the scan ends well");
    assert_eq!(host.found(), ["old-snapshot snap-edge", "old-snapshot snap-old"]);
}

#[test]
fn the_storage_of_an_azure_snapshot_is_read_from_its_properties() {
    let of = |text: &'static str| [("created_at", "2026-11-20T00:00:00Z".into()), ("properties", Value::from(text))];
    let (premium, standard) = (of(r#"{"sku": {"name": "Premium_LRS"}}"#), of(r#"{"sku": {"name": "Standard_ZRS"}}"#));
    let silent = of("{}");
    let host = host(
        "snapshots",
        &[
            ("azure", "premium", "available", None, &premium),
            ("azure", "standard", "available", None, &standard),
            ("azure", "silent", "available", None, &silent),
            ("aws", "aws", "available", None, &silent),
        ],
    );
    check(&host, &["premium-snapshot premium"], &["premium-snapshot: of 1 snapshots `properties` is not known"]);
}

#[test]
fn an_instance_without_metrics_is_told_and_one_that_is_stopped_is_not() {
    let cpu = |cpu: Option<f64>| {
        [
            ("cpu_avg", Value::from(cpu)),
            ("architecture", "arm64".into()),
            ("platform", "linux".into()),
            ("instance_type", "m7g.large".into()),
            ("vcpus", 2.into()),
            ("lifecycle", "spot".into()),
            ("launched_at", "2026-11-01T00:00:00Z".into()),
        ]
    };
    let (idle, busy, silent) = (cpu(Some(19.9)), cpu(Some(20.0)), cpu(None));
    let host = host(
        "instances",
        &[
            ("aws", "idle", "running", Some("100"), &idle),
            ("aws", "busy", "running", Some("100"), &busy),
            ("aws", "silent", "running", Some("100"), &silent),
            ("azure", "stopped", "stopped", Some("100"), &silent),
        ],
    );
    check(&host, &["idle-instance idle"], &["idle-instance: of 1 instances `cpu_avg` is not known"]);
    assert_eq!(savings(&host), BTreeMap::new(), "how much a smaller size costs is not known");
}

#[test]
fn a_value_that_is_not_known_in_one_account_leaves_the_others_decided() {
    let (name, own) = OWN[5];
    let of = |account: &str, id: &str, architecture: Option<&str>| {
        let known: &[(&str, Value)] = &[("architecture", architecture.into())];
        let mut row = row(own, &("aws", id, "available", None, known));
        row[4] = account.into();
        row
    };
    let functions = vec![of("111122223333", "f-1", Some("x86_64")), of("444455556666", "f-2", None)];
    let host = host("volumes", &[]).table(name, &format!("{COMMON}{own}"), functions);
    check(&host, &["x86-function f-1"], &["x86-function: of 1 functions `architecture` is not known"]);
    let place = host.rule_gaps()[0].scope.clone().expect("a place");
    assert_eq!([place.provider, place.account_id, place.region], ["aws", "444455556666", "eu-west-1"]);
}

#[test]
fn an_instance_that_was_not_there_for_all_of_the_measurement_is_not_idle() {
    let started = |at: Option<&str>| {
        [
            ("cpu_avg", Value::from(1.0)),
            ("launched_at", at.into()),
            ("architecture", "arm64".into()),
            ("platform", "linux".into()),
            ("instance_type", "m7g.large".into()),
            ("vcpus", 2.into()),
            ("lifecycle", "spot".into()),
        ]
    };
    // The run is on 2026-11-26; whole days are counted, so that the day before the 12th is the first.
    let (new, edge, old, silent) = (
        started(Some("2026-11-26T09:50:00Z")),
        started(Some("2026-11-12T23:00:00Z")),
        started(Some("2026-11-11T23:00:00Z")),
        started(None),
    );
    let host = host(
        "instances",
        &[
            ("aws", "new", "running", None, &new),
            ("aws", "edge", "running", None, &edge),
            ("aws", "old", "running", None, &old),
            ("azure", "silent", "running", None, &silent),
        ],
    );
    check(&host, &["idle-instance old"], &["idle-instance: of 1 instances `launched_at` is not known"]);
    let evidence = &host.findings()[0].evidence;
    assert!(evidence.iter().any(|fact| fact.name == "launched_at"), "{evidence:?}");
}

#[test]
fn old_generations_and_processors_are_told_by_their_names() {
    let of = |size: &'static str, architecture: &'static str, platform: &'static str| {
        [
            ("instance_type", Value::from(size)),
            ("architecture", architecture.into()),
            ("platform", platform.into()),
            ("cpu_avg", 50.0.into()),
            ("vcpus", 48.into()),
            ("lifecycle", "on_demand".into()),
            ("launched_at", "2026-11-01T00:00:00Z".into()),
        ]
    };
    let (m4, m5, windows, arm) = (
        of("m4.large", "x86_64", "linux"),
        of("m5.large", "x86_64", "linux"),
        of("m5.large", "x86_64", "windows"),
        of("m7g.large", "arm64", "linux"),
    );
    let host = host(
        "instances",
        &[
            ("aws", "m4", "running", None, &m4),
            ("aws", "m5", "running", None, &m5),
            ("aws", "windows", "running", None, &windows),
            ("aws", "arm", "running", None, &arm),
            ("azure", "azure", "running", None, &m4),
        ],
    );
    host.scan::<Waste>(&[("skip", "large-instance".into())]).expect("the scan ends well");
    assert_eq!(host.found(), ["old-generation-instance m4", "x86-instance m4", "x86-instance m5"]);
}

#[test]
fn a_database_is_held_to_its_class_its_engine_and_its_age() {
    let of = |engine: &'static str, version: &'static str, class: &'static str, made: &'static str| {
        let both = format!("{engine} {version}");
        [
            ("engine", Value::from(engine)),
            ("engine_and_version", both.into()),
            ("instance_class", class.into()),
            ("created_at", made.into()),
        ]
    };
    let young = "2026-11-01T00:00:00Z";
    let (old, x86, oracle, arm, aurora_2, aurora_3, aurora_12, aurora_16) = (
        of("mysql", "5.7.44", "db.m4.large", "2020-01-01T00:00:00Z"),
        of("postgres", "17.2", "db.m6i.large", young),
        of("oracle-ee", "19.0", "db.m6i.large", young),
        of("mysql", "8.4.3", "db.m7g.large", young),
        of("aurora-mysql", "5.7.mysql_aurora.2.11.2", "db.r7g.large", young),
        of("aurora-mysql", "8.0.mysql_aurora.3.08.0", "db.r7g.large", young),
        of("aurora-postgresql", "12.19", "db.r7g.large", young),
        of("aurora-postgresql", "16.4", "db.r7g.large", young),
    );
    let host = host(
        "databases",
        &[
            ("aws", "old", "available", None, &old),
            ("aws", "x86", "available", None, &x86),
            ("aws", "oracle", "available", None, &oracle),
            ("aws", "arm", "available", None, &arm),
            ("aws", "aurora-2", "available", None, &aurora_2),
            ("aws", "aurora-3", "available", None, &aurora_3),
            ("aws", "aurora-12", "available", None, &aurora_12),
            ("aws", "aurora-16", "available", None, &aurora_16),
        ],
    );
    let found = [
        "long-running-database old",
        "old-generation-database old",
        "unsupported-engine aurora-12",
        "unsupported-engine aurora-2",
        "unsupported-engine old",
        "x86-database x86",
    ];
    check(&host, &found, &[]);
}

#[test]
fn addresses_and_functions_have_their_controls() {
    let held = [("associated_with", Value::from("eni-1"))];
    let addresses = host(
        "public_ips",
        &[("aws", "ip-1", "available", Some("3.60"), &[]), ("aws", "ip-2", "in_use", Some("3.60"), &held)],
    );
    check(&addresses, &["unused-public-ip ip-1"], &[]);
    let x86 = [("architecture", Value::from("x86_64"))];
    let functions =
        host("functions", &[("aws", "f-1", "available", None, &x86), ("azure", "f-2", "running", None, &x86)]);
    check(&functions, &["x86-function f-1"], &[]);
}

#[test]
fn a_service_is_found_where_its_cost_rose_by_the_share_and_by_the_sum() {
    let of = |service: &str, month: &str, cost: &str| charges("b", service, month, (7, 7), cost);
    let rows = vec![
        of("risen", "2026-09", "100"),
        of("risen", "2026-10", "120.01"),
        of("new", "2026-10", "50"),
        of("little", "2026-09", "1"),
        of("little", "2026-10", "10"),
    ];
    let rows = steady().into_iter().chain(rows).collect();
    let host = host("volumes", &[]).table("costs", COSTS, rows);
    check(&host, &["cost-change aws:111122223333:new", "cost-change aws:111122223333:risen"], &[]);
    let risen = &host.findings()[1];
    assert_eq!(risen.uid, "waste/cost-change/aws:111122223333:risen#2026-10/USD");
    assert_eq!(risen.evidence[1].value, Decimal::new(12001, 2).into());
}

#[track_caller]
fn bill(rows: Vec<Vec<Value>>, found: &[&str], gaps: &[&str]) {
    let gaps: Vec<_> = gaps.iter().map(|gap| format!("cost-change: {gap}")).collect();
    check(
        &host("volumes", &[]).table("costs", COSTS, rows),
        found,
        &gaps.iter().map(String::as_str).collect::<Vec<_>>(),
    );
}

#[test]
fn a_month_that_the_bill_does_not_have_whole_is_told_and_not_taken_for_cheap() {
    let of = |month, days, cost| charges("a", "compute", month, days, cost);
    let october = || of("2026-10", (1, 31), "100");
    let so = "its costs are not compared";
    let none = format!("the bill `a` of aws has no charge of 2026-09: {so}");
    bill(vec![october()], &[], &[&none]);
    let mut nameless = october();
    nameless[1] = Value::Null;
    bill(vec![nameless], &[], &[&none.replace(" `a`", "")]);
    let late = format!("the bill `a` of aws has charges of 2026-09 from 2026-09-12 to 2026-09-30 alone: {so}");
    bill(vec![of("2026-09", (12, 30), "10"), october()], &[], &[&late]);
    let early = format!("the bill `a` of aws has charges of 2026-10 from 2026-10-01 to 2026-10-22 alone: {so}");
    bill(vec![of("2026-09", (1, 30), "10"), of("2026-10", (1, 22), "100")], &[], &[&early]);
    bill(vec![], &[], &["the bill has no charge of 2026-09 and 2026-10"]);
    // Another bill that is whole is compared all the same.
    let whole = [charges("b", "web", "2026-09", (1, 30), "10"), charges("b", "web", "2026-10", (1, 31), "100")];
    let both = whole.into_iter().chain([october()]).collect();
    bill(both, &["cost-change aws:111122223333:web"], &[&none]);
    // Which accounts it would have had is not known; that they are of its provider is.
    let host = host("volumes", &[]).table("costs", COSTS, vec![october()]);
    host.scan::<Waste>(&[]).expect("the scan ends well");
    let place = host.rule_gaps()[0].scope.clone().expect("a place");
    assert_eq!([place.provider, place.account_id, place.region], ["aws", "*", "*"]);
}

#[test]
fn what_was_not_granted_is_told_for_every_rule_of_it() {
    let denied =
        Error::Denied { message: "`functions` is not granted".to_owned(), code: "table_not_granted".to_owned() };
    let host = host(
        "volumes",
        &[(
            "aws",
            "vol-1",
            "available",
            None,
            &[("iops", 1.into()), ("size_gib", 1.into()), ("volume_type", "gp3".into())],
        )],
    )
    .failing_table("functions", denied);
    check(&host, &["unattached-volume vol-1"], &["x86-function: `functions` is not granted"]);
}

#[test]
fn a_rule_can_be_left_out_and_then_its_columns_are_not_asked_for() {
    let host = host("instances", &[]);
    host.scan::<Waste>(&[("skip", "idle-instance".into())]).expect("the scan ends well");
    assert!(host.queries().iter().all(|query| !query.contains("cpu_avg")), "{:?}", host.queries());
    let error = host.scan::<Waste>(&[("skip", "idle".into())]).expect_err("no such rule");
    assert_eq!(error.to_string(), "the parameter `skip` names `idle`, and there is no such rule");
}

#[test]
fn every_control_is_either_decided_or_says_what_is_missing() {
    for control in controls::ALL {
        assert_eq!(control.look.is_none(), control.rule.missing.is_some(), "{}", control.rule.id);
        let is_said = !control.rule.remediation.is_empty() || control.look.is_none();
        assert!(is_said, "{} does not say what to do", control.rule.id);
        for when in control.look.iter().flat_map(|look| look.when) {
            let look = control.look.as_ref().expect("it has conditions");
            let is_there = when.column == "state" || look.view.columns.iter().any(|(name, _)| *name == when.column);
            assert!(is_there, "{} looks at `{}`, which its view has not", control.rule.id, when.column);
        }
    }
}

/// The names of the controls that some version of either list has, a line each.
const LISTED: &str = include_str!("../fixtures/controls.txt");

#[test]
fn every_control_that_some_version_of_the_two_lists_has_is_here_once() {
    let rules = Waste::describe().rules;
    let origins: Vec<_> = rules.iter().filter_map(|rule| rule.origin).flat_map(|origin| origin.split(", ")).collect();
    let here: BTreeSet<_> = origins.iter().copied().collect();
    assert_eq!(here.len(), origins.len(), "a control is named twice");
    let listed: BTreeSet<_> = LISTED.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    let (missing, unknown) =
        (listed.difference(&here).collect::<Vec<_>>(), here.difference(&listed).collect::<Vec<_>>());
    assert_eq!((missing, unknown), (vec![], vec![]), "what is in the lists and not here, and what is here alone");
}

#[test]
fn every_column_that_is_read_is_in_the_manifest() {
    let manifest = include_str!("../plugin.toml");
    let host = host("volumes", &[]);
    host.scan::<Waste>(&[]).expect("the scan ends well");
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut seen = 0;
    for query in host.queries() {
        let table = query.split(" FROM ").nth(1).and_then(|rest| rest.split(' ').next()).expect("a table");
        let section = manifest.split("[[").find(|section| section.contains(&format!("name = \"{table}\"")));
        let section = section.unwrap_or_else(|| panic!("the manifest has no table `{table}`"));
        for column in query.split("t.").skip(1).filter_map(|rest| rest.split(|c| !is_word(c)).next()) {
            assert!(section.contains(&format!("\"{column}\"")), "`{table}.{column}` is not in the manifest");
            seen += 1;
        }
    }
    assert!(seen > 60, "{seen} columns were seen");
}
