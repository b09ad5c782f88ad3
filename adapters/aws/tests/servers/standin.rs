//! The adapter against the stand-in: all tables, true paging, quotas, faults, sessions that end, metrics and costs.

use crate::checks::{self, Ask, ROLE, Server, discover, text};
use crate::truth::{self, Truth};
use aws::{AccountSettings, OrganizationSettings, Settings};
use chrono::{DateTime, TimeDelta, Utc};
use engine::FetchErrorKind;
use rust_decimal::Decimal;
use schema::query::{Condition, Field, Op};
use schema::{Row, Scope, Value};
use standin::estate::{Bucket, IpPermission, Region};
use standin::metrics::{Metric, Statistic};
use standin::{Behaviour, Estate, Fault, FaultKind, GenerateSettings, Quota, RandomFaults, Sessions, Standin};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

fn now() -> DateTime<Utc> {
    DateTime::parse_from_rfc3339("2026-11-20T09:30:00Z").unwrap().to_utc()
}

fn sized(accounts: usize, regions: usize, instances: usize) -> Estate {
    let settings =
        GenerateSettings { role_name: ROLE.to_owned(), ..GenerateSettings::sized(now(), accounts, regions, instances) };
    Estate::generate(&settings)
}

fn start(estate: Estate, behaviour: Behaviour) -> (Standin, Server) {
    let standin = Standin::start(estate, behaviour).unwrap();
    let estate = standin.estate();
    let first = &estate.accounts[0];
    let server = Server {
        url: standin.url(),
        key: (first.access_key_id.clone(), first.secret_access_key.clone()),
        account_ids: estate.accounts.iter().map(|account| account.id.clone()).collect(),
        regions: first.regions.iter().map(|region| region.name.clone()).collect(),
        now: now(),
    };
    (standin, server)
}

fn tags(of: &standin::estate::Tags) -> Value {
    Value::Map(of.iter().map(|(key, value)| (key.clone(), value.clone())).collect())
}

fn state(word: &str) -> Value {
    Value::from(match word {
        "in-use" => "in_use",
        "completed" | "active" => "available",
        "shutting-down" => "deleting",
        "terminated" => "deleted",
        other => other,
    })
}

/// The rows that the adapter must make of an estate.
fn truth_of(estate: &Estate) -> Truth {
    let mut truth = Truth::default();
    for account in &estate.accounts {
        let id = &account.id;
        truth.add(truth::ACCOUNTS, id, "global", id, vec![true.into(), Value::Null, "available".into()]);
        for bucket in &account.buckets {
            let values = vec![
                bucket.region.as_str().into(),
                format!("arn:aws:s3:::{}", bucket.name).into(),
                tags(&bucket.tags),
                (bucket.public_access_block == Some([true; 4])).into(),
                (bucket.policy_is_public == Some(true)).into(),
                is_public(account.public_access_block, bucket).into(),
            ];
            truth.add(truth::BUCKETS, id, "global", &bucket.name, values);
        }
        for region in &account.regions {
            add_region(&mut truth, estate, id, region);
        }
    }
    truth
}

/// By its policy where no block restricts it, or by its ACL where none ignores that.
fn is_public(of_account: Option<[bool; 4]>, bucket: &Bucket) -> bool {
    let sets = |setting: usize| [of_account, bucket.public_access_block].iter().flatten().any(|block| block[setting]);
    bucket.policy_is_public == Some(true) && !sets(3) || !bucket.acl_grants.is_empty() && !sets(1)
}

fn add_region(truth: &mut Truth, estate: &Estate, account: &str, region: &Region) {
    let mut add = |shape, id: &str, values| truth.add(shape, account, &region.name, id, values);
    for i in &region.instances {
        let kind = estate.instance_types.iter().find(|kind| kind.name == i.instance_type).unwrap();
        let vcpus = i.cpu_options.map_or(kind.vcpus, |options| options.core_count * options.threads_per_core);
        let platform = if i.platform_details.starts_with("Windows") { "windows" } else { "linux" };
        let values = vec![
            i.tags.get("Name").cloned().into(),
            state(&i.state),
            i.instance_type.as_str().into(),
            i.subnet_id.as_str().into(),
            tags(&i.tags),
            vcpus.into(),
            (kind.memory_mib as f64 / 1024.0).into(),
            platform.into(),
        ];
        add(truth::INSTANCES, &i.id, values);
    }
    for v in &region.volumes {
        let holder = v.attachments.first().map(|attachment| attachment.instance_id.clone());
        let values = vec![
            state(&v.state),
            v.size_gib.into(),
            v.volume_type.as_str().into(),
            holder.into(),
            v.zone.as_str().into(),
        ];
        add(truth::VOLUMES, &v.id, values);
    }
    for s in &region.snapshots {
        let values = vec![
            s.volume_id.as_str().into(),
            s.size_gib.into(),
            state(&s.state),
            s.description.as_str().into(),
            s.public.into(),
        ];
        add(truth::SNAPSHOTS, &s.id, values);
    }
    for i in &region.images {
        add(truth::IMAGES, &i.id, vec![i.name.as_str().into(), state(&i.state)]);
    }
    for v in &region.vpcs {
        add(truth::NETWORKS, &v.id, vec![v.cidrs.clone().into(), v.is_default.into(), tags(&v.tags)]);
    }
    for s in &region.subnets {
        add(truth::SUBNETS, &s.id, vec![s.vpc_id.as_str().into(), s.cidr.as_str().into(), s.zone.as_str().into()]);
    }
    for g in &region.security_groups {
        let open = open_ports(&g.ingress);
        let values = vec![g.name.as_str().into(), g.vpc_id.as_str().into(), (!open.is_empty()).into(), open.into()];
        add(truth::SECURITY_GROUPS, &g.id, values);
    }
    for a in &region.addresses {
        let used = if a.association_id.is_some() { "in_use" } else { "available" };
        add(
            truth::PUBLIC_IPS,
            &a.allocation_id,
            vec![a.public_ip.as_str().into(), used.into(), a.instance_id.clone().into()],
        );
    }
    for n in &region.nat_gateways {
        add(
            truth::NAT_GATEWAYS,
            &n.id,
            vec![n.subnet_id.as_str().into(), n.connectivity.as_str().into(), state(&n.state)],
        );
    }
    for l in &region.load_balancers {
        let values = vec![l.arn.as_str().into(), l.lb_type.as_str().into(), l.scheme.clone().into(), tags(&l.tags)];
        add(truth::LOAD_BALANCERS, &l.name, values);
    }
    for l in &region.classic_load_balancers {
        let arn = format!("arn:aws:elasticloadbalancing:{}:{}:loadbalancer/{}", region.name, account, l.name);
        let values = vec![arn.into(), "classic".into(), l.scheme.as_str().into(), tags(&l.tags)];
        add(truth::LOAD_BALANCERS, &l.name, values);
    }
    for d in &region.db_instances {
        let values = vec![
            d.arn.as_str().into(),
            d.engine.as_str().into(),
            d.class.as_str().into(),
            // Aurora's is a volume of its cluster.
            (!d.engine.starts_with("aurora")).then_some(d.storage_gib).into(),
            d.multi_az.into(),
            tags(&d.tags),
        ];
        add(truth::DATABASES, &d.identifier, values);
    }
    for f in &region.functions {
        let values = vec![
            f.arn.as_str().into(),
            f.runtime.clone().into(),
            f.memory_mib.into(),
            f.timeout_seconds.into(),
            tags(&f.tags),
        ];
        add(truth::FUNCTIONS, &f.name, values);
    }
    for c in &region.clusters {
        let values = vec![
            c.arn.as_str().into(),
            // Both serve.
            if ["ACTIVE", "UPDATING"].contains(&c.status.as_str()) { "available".into() } else { state(&c.status) },
            c.version.as_str().into(),
            c.endpoint_public_access.into(),
            c.subnet_ids.clone().into(),
            tags(&c.tags),
        ];
        add(truth::CLUSTERS, &c.name, values);
    }
}

fn open_ports(rules: &[IpPermission]) -> Vec<String> {
    let open = |rule: &&IpPermission| {
        rule.cidrs.iter().any(|cidr| cidr == "0.0.0.0/0") || rule.cidrs_v6.iter().any(|cidr| cidr == "::/0")
    };
    let ports: BTreeSet<String> =
        rules.iter().filter(open).filter_map(|rule| rule.from_port).map(|p| p.to_string()).collect();
    ports.into_iter().collect()
}

#[tokio::test]
async fn three_accounts_and_three_regions_have_the_estates_rows() {
    // Small pages, so that every listing has several.
    let (standin, server) = start(sized(3, 3, 24), Behaviour { page_cap: Some(7), ..Behaviour::default() });
    checks::every_table_has_the_truths_rows(&server, &truth_of(&standin.estate())).await;
    assert_eq!(standin.counts().of("ce:GetCostAndUsage"), 0);
    assert_eq!(standin.counts().of("cloudwatch:GetMetricData"), 0);
}

#[tokio::test]
async fn conditions_are_handed_on() {
    let (standin, server) = start(sized(1, 1, 60), Behaviour::default());
    let kind = standin.estate().accounts[0].regions[0].instances[0].instance_type.clone();
    checks::conditions_are_handed_on(&server, &kind).await;
}

#[tokio::test]
async fn a_pattern_of_regions_is_expanded() {
    let (_standin, server) = start(sized(2, 3, 0), Behaviour::default());
    checks::a_pattern_of_regions_is_expanded(&server, "eu-*", &["eu-west-1", "eu-central-1"]).await;
    checks::a_pattern_of_regions_is_expanded(&server, "*", &["us-east-1", "eu-west-1", "eu-central-1"]).await;
}

#[tokio::test]
async fn ten_thousand_instances_come_in_ten_pages() {
    let (standin, server) = start(sized(1, 1, 10_000), Behaviour::default());
    let aws = server.aws();
    let rows = Ask::new(&aws, &server, "instances", &server.scope(0, 0)).fetch().await.whole();
    let ids: BTreeSet<String> = rows.iter().map(|row| text(row, "native_id")).collect();
    let estate = standin.estate();
    let expected: BTreeSet<String> = estate.accounts[0].regions[0].instances.iter().map(|i| i.id.clone()).collect();
    assert_eq!((rows.len(), &ids), (10_000, &expected));
    assert_eq!(standin.counts().of("ec2:DescribeInstances"), 10);
    // A limit ends the listing as soon as it is met.
    standin.reset_counts();
    let few = Ask::new(&aws, &server, "instances", &server.scope(0, 0)).limit(50).fetch().await.whole();
    assert!(few.len() >= 50 && few.len() < 1_000, "{}", few.len());
    assert_eq!(standin.counts().of("ec2:DescribeInstances"), 1);
}

#[tokio::test]
async fn the_cpu_of_five_thousand_instances_takes_ten_calls() {
    let (standin, server) = start(sized(1, 1, 5_000), Behaviour::default());
    let aws = server.aws();
    let scope = server.scope(0, 0);
    let rows = Ask::new(&aws, &server, "instances", &scope).costly(&["cpu_avg"]).fetch().await.whole();
    assert_eq!(rows.len(), 5_000);
    assert!(standin.counts().of("cloudwatch:GetMetricData") <= 10, "{:?}", standin.counts().by_action());
    let estate = standin.estate();
    let region = &estate.accounts[0].regions[0];
    let by_id: BTreeMap<&str, _> = region.instances.iter().map(|i| (i.id.as_str(), i)).collect();
    for row in &rows {
        let instance = by_id[text(row, "native_id").as_str()];
        let points = standin::metrics::values(
            instance,
            Metric::CpuUtilization,
            Statistic::Average,
            now() - TimeDelta::days(14),
            now(),
            1_209_600,
        );
        let expected: Value = points.first().map(|(_, value)| *value).into();
        assert_eq!(row.get("cpu_avg"), &expected, "{}", instance.id);
        assert_eq!(row.get("cpu_max"), &Value::Null, "not asked for");
    }
}

#[tokio::test]
async fn a_limit_ends_the_listing_while_rows_wait_for_their_metrics() {
    let (standin, server) = start(sized(1, 1, 300), Behaviour::default());
    let aws = server.aws();
    let ask = Ask::new(&aws, &server, "instances", &server.scope(0, 0)).costly(&["cpu_avg"]).limit(10);
    assert_eq!(ask.fetch().await.whole().len(), 10);
    assert_eq!(standin.counts().of("ec2:DescribeInstances"), 1);
    assert_eq!(standin.counts().of("cloudwatch:GetMetricData"), 1);
}

#[tokio::test]
async fn a_type_that_ec2_does_not_know_costs_its_own_rows_their_size_and_no_others() {
    let mut estate = sized(1, 1, 60);
    let retired = estate.accounts[0].regions[0].instances[0].instance_type.clone();
    estate.instance_types.retain(|kind| kind.name != retired);
    let (_standin, server) = start(estate, Behaviour { page_cap: Some(20), ..Behaviour::default() });
    let aws = server.aws();
    let fetched = Ask::new(&aws, &server, "instances", &server.scope(0, 0)).fetch().await;
    assert!(fetched.result.is_ok());
    assert_eq!(fetched.rows.len(), 60);
    let gaps: Vec<_> = fetched.gaps.iter().map(|(columns, item, _)| (columns.as_slice(), item.as_deref())).collect();
    assert_eq!(gaps, [(["vcpus", "memory_gib"].as_slice(), Some(retired.as_str()))]);
    for row in &fetched.rows {
        assert_eq!(row.get("memory_gib").is_null(), text(row, "instance_type") == retired);
    }
}

#[tokio::test]
async fn every_measure_is_what_cloudwatch_says() {
    // Pages that are no multiple of a batch.
    let page_caps = BTreeMap::from([("ec2:DescribeInstances".to_owned(), 33)]);
    let (standin, server) = start(sized(1, 1, 130), Behaviour { page_caps, ..Behaviour::default() });
    let aws = server.aws();
    let wanted = ["cpu_avg", "cpu_p95", "cpu_max", "network_in", "network_out"];
    let rows = Ask::new(&aws, &server, "instances", &server.scope(0, 0)).costly(&wanted).fetch().await.whole();
    assert_eq!(rows.len(), 130);
    assert_eq!(standin.counts().of("cloudwatch:GetMetricData"), 2);
    let estate = standin.estate();
    let window = 1_209_600;
    for instance in &estate.accounts[0].regions[0].instances {
        let row = rows.iter().find(|row| text(row, "native_id") == instance.id).unwrap();
        let value = |metric, statistic| {
            let from = now() - TimeDelta::seconds(window);
            let points = standin::metrics::values(instance, metric, statistic, from, now(), window);
            points.first().map(|(_, value)| *value)
        };
        let rate = |metric| value(metric, Statistic::Sum).map(|bytes| bytes / window as f64);
        assert_eq!(row.get("cpu_p95"), &value(Metric::CpuUtilization, Statistic::Percentile(95.0)).into());
        assert_eq!(row.get("cpu_max"), &value(Metric::CpuUtilization, Statistic::Maximum).into());
        assert_eq!(row.get("network_in"), &rate(Metric::NetworkIn).into());
        assert_eq!(row.get("network_out"), &rate(Metric::NetworkOut).into());
    }
}

#[tokio::test]
async fn the_metrics_table_holds_the_hours_of_what_was_asked_for() {
    let (standin, server) = start(sized(1, 1, 20), Behaviour::default());
    let aws = server.aws();
    let (from, to) = (now() - TimeDelta::days(2), now());
    let only = |column: &str, value: &str| Condition::compare(Field::column(column), Op::Eq, value);
    let ask = Ask::new(&aws, &server, "metrics", &server.scope(0, 0)).time(from, to);
    let rows = ask.filter(only("metric", "cpu")).filter(only("statistic", "average")).fetch().await.whole();
    assert_eq!(standin.counts().of("cloudwatch:GetMetricData"), 1);
    let estate = standin.estate();
    let instances = &estate.accounts[0].regions[0].instances;
    let running = instances.iter().filter(|i| i.state == "running" && i.launched_at < from).count();
    assert!(rows.len() >= running * 48, "{} of {running} instances", rows.len());
    for row in &rows {
        assert_eq!(row.get("period"), &Value::Int(3_600));
        assert_eq!(text(row, "metric"), "cpu");
        assert_eq!(text(row, "unit"), "percent");
        let id = text(row, "resource_id");
        let instance = instances.iter().find(|i| id.ends_with(&i.id)).unwrap();
        let Value::Time(at) = row.get("time") else { panic!("{row:?}") };
        let hour = at.timestamp() / 3_600;
        let expected = standin::metrics::sample(&instance.usage, Metric::CpuUtilization, hour);
        assert_eq!(row.get("value"), &Value::Float(expected));
    }
    // One resource by its id needs no listing.
    standin.reset_counts();
    let one = format!("arn:aws:ec2:{}:{}:instance/{}", server.regions[0], server.account_ids[0], instances[0].id);
    Ask::new(&aws, &server, "metrics", &server.scope(0, 0))
        .time(from, to)
        .filter(only("resource_id", &one))
        .fetch()
        .await
        .whole();
    assert_eq!(standin.counts().of("ec2:DescribeInstances"), 0);
    assert_eq!(standin.counts().of("cloudwatch:GetMetricData"), 1);
}

#[tokio::test]
async fn metrics_that_are_refused_leave_the_rows_and_name_the_columns() {
    let faults = vec![Fault::new(FaultKind::Denied).action("cloudwatch:GetMetricData")];
    let (standin, server) = start(sized(1, 1, 2_000), Behaviour { faults, ..Behaviour::default() });
    let aws = server.aws();
    let fetched = Ask::new(&aws, &server, "instances", &server.scope(0, 0)).costly(&["cpu_avg"]).fetch().await;
    assert!(fetched.result.is_ok());
    assert_eq!(fetched.rows.len(), 2_000);
    assert_eq!(fetched.gaps.len(), 1);
    let (columns, _, error) = &fetched.gaps[0];
    assert_eq!((columns.as_slice(), error.kind), (["cpu_avg"].as_slice(), FetchErrorKind::Denied));
    assert!(
        error.message.contains("cloudwatch:GetMetricData") && error.message.contains(&server.regions[0]),
        "{error}"
    );
    // A refusal is not asked for again, page after page.
    assert!(standin.counts().of("cloudwatch:GetMetricData") <= 2);
}

#[tokio::test]
async fn credentials_that_end_in_the_middle_of_a_listing_are_renewed() {
    let sessions = Sessions { calls: Some(4), ..Sessions::default() };
    let (standin, server) = start(sized(2, 1, 300), Behaviour { sessions, page_cap: Some(20), ..Behaviour::default() });
    let aws = server.aws();
    for account in 0..2 {
        let rows = Ask::new(&aws, &server, "instances", &server.scope(account, 0)).fetch().await.whole();
        assert_eq!(rows.len(), 300);
    }
    let counts = standin.counts();
    assert!(counts.of("sts:AssumeRole") >= 6, "{:?}", counts.by_action());
    assert!(counts.errors.iter().any(|(code, times)| code.contains("Expired") && *times >= 4), "{:?}", counts.errors);
}

#[tokio::test]
async fn credentials_that_cannot_be_renewed_end_the_fetch_and_keep_its_rows() {
    let estate = sized(1, 1, 100);
    let (standin, server) = start(estate, Behaviour { page_cap: Some(20), ..Behaviour::default() });
    let aws = server.aws();
    discover(&aws, &server).await;
    standin.set_faults(vec![Fault::new(FaultKind::ExpiredToken).action("ec2:DescribeInstances").from_call(3)]);
    let fetched = Ask::new(&aws, &server, "instances", &server.scope(0, 0)).fetch().await;
    let error = fetched.result.unwrap_err();
    assert_eq!(error.kind, FetchErrorKind::Expired);
    assert_eq!(fetched.rows.len(), 40);
    // The listing, and each of its retries with fresh keys, once.
    assert_eq!(standin.counts().of("ec2:DescribeInstances"), 4);
}

#[tokio::test]
async fn throttling_slows_the_listing_and_loses_nothing() {
    let quota = Quota { per_second: 20.0, burst: 2.0 };
    let (standin, server) =
        start(sized(1, 1, 200), Behaviour { quota: Some(quota), page_cap: Some(20), ..Behaviour::default() });
    let aws = server.aws();
    let fetched = Ask::new(&aws, &server, "instances", &server.scope(0, 0)).fetch().await;
    let calls = fetched.calls;
    assert_eq!(fetched.whole().len(), 200);
    assert!(standin.counts().errors.contains_key("RequestLimitExceeded"), "{:?}", standin.counts().errors);
    assert!(calls > 10, "retries are counted: {calls}");
}

#[tokio::test]
async fn a_listing_that_fails_in_the_middle_keeps_its_rows_and_says_so() {
    let faults = vec![Fault::new(FaultKind::Denied).action("ec2:DescribeVolumes").page(2)];
    let (_standin, server) = start(sized(1, 1, 50), Behaviour { faults, page_cap: Some(20), ..Behaviour::default() });
    let aws = server.aws();
    let fetched = Ask::new(&aws, &server, "volumes", &server.scope(0, 0)).fetch().await;
    let error = fetched.result.unwrap_err();
    assert_eq!(fetched.rows.len(), 20);
    assert_eq!((error.kind, error.code.as_str()), (FetchErrorKind::Denied, "UnauthorizedOperation"));
    assert!(error.message.contains("`ec2:DescribeVolumes` in account"), "{error}");
}

#[tokio::test]
async fn what_cannot_be_read_of_single_buckets_and_balancers_is_one_gap() {
    let faults = vec![
        Fault::new(FaultKind::Denied).action("s3:GetBucketTagging").call(1),
        Fault::new(FaultKind::Denied).action("s3:GetPublicAccessBlock"),
        Fault::new(FaultKind::Denied).action("s3:GetBucketPolicyStatus").call(1),
        // The list of those that are public comes first.
        Fault::new(FaultKind::Denied).action("ec2:DescribeSnapshots").call(1),
        Fault::new(FaultKind::Denied).action("elasticloadbalancing:DescribeTags"),
        Fault::new(FaultKind::Denied).action("ec2:DescribeInstanceTypes"),
    ];
    let (_standin, server) = start(sized(1, 1, 40), Behaviour { faults, ..Behaviour::default() });
    let aws = server.aws();
    let scope = server.scope(0, 0);
    let buckets = Ask::new(&aws, &server, "buckets", &scope).costly(&["tags"]).fetch().await;
    assert!(buckets.result.is_ok());
    assert_eq!(buckets.rows.iter().filter(|row| row.get("tags").is_null()).count(), 1);
    assert_eq!(buckets.gaps.len(), 1);
    assert_eq!(buckets.gaps[0].0, ["tags"]);
    assert!(buckets.gaps[0].1.is_some(), "the bucket is named");
    let public = Ask::new(&aws, &server, "buckets", &scope).costly(&["public_access_blocked", "policy_is_public"]);
    let public = public.fetch().await;
    assert!(public.result.is_ok());
    let gaps: Vec<_> = public.gaps.iter().map(|gap| gap.0.clone()).collect();
    assert_eq!(gaps, [["public_access_blocked"], ["policy_is_public"]]);
    let is_unknown = |row: &Row| row.get("public_access_blocked").is_null() || row.get("policy_is_public").is_null();
    assert_eq!(public.rows.iter().filter(|row| is_unknown(row)).count(), 5, "what was denied is not taken for closed");
    let snapshots = Ask::new(&aws, &server, "snapshots", &scope).costly(&["public"]).fetch().await;
    assert!(snapshots.result.is_ok(), "the rows are there all the same");
    assert!(!snapshots.rows.is_empty() && snapshots.rows.iter().all(|row| row.get("public").is_null()));
    assert_eq!(snapshots.gaps[0].0, ["public"]);
    let balancers = Ask::new(&aws, &server, "load_balancers", &scope).costly(&["tags"]).fetch().await;
    assert!(balancers.result.is_ok());
    assert_eq!(balancers.gaps.len(), 1);
    let instances = Ask::new(&aws, &server, "instances", &scope).fetch().await;
    assert!(instances.result.is_ok());
    assert_eq!(instances.rows.len(), 40);
    assert_eq!(instances.gaps[0].0, ["vcpus", "memory_gib"]);
}

/// A bucket with a block of its own, a policy that is public or none, and an ACL that grants something to a group or none.
fn bucket(region: &str, name: &str, block: [bool; 4], policy: Option<bool>, group: Option<&str>) -> Bucket {
    let acl_grants = group.map(|group| (group.to_owned(), "READ".to_owned())).into_iter().collect();
    let plain = Bucket::new(name, region, now());
    Bucket { public_access_block: Some(block), policy_is_public: policy, acl_grants, ..plain }
}

const NOTHING: [bool; 4] = [false; 4];
const REFUSES_NEW: [bool; 4] = [true, false, true, false];
const IGNORES_ACLS: [bool; 4] = [false, true, false, false];
const RESTRICTS: [bool; 4] = [false, false, false, true];
const EVERYBODY: Option<&str> = Some("global/AllUsers");

/// An account of buckets that are open and closed in every way.
fn with_open_buckets(of_account: Option<[bool; 4]>) -> Estate {
    let mut estate = sized(1, 1, 1);
    let account = &mut estate.accounts[0];
    let region = account.regions[0].name.clone();
    let bucket = |name, block, policy, group| bucket(&region, name, block, policy, group);
    let buckets = vec![
        bucket("acl", NOTHING, None, EVERYBODY),
        bucket("acl-ignored", IGNORES_ACLS, None, EVERYBODY),
        bucket("acl-no-more-taken", REFUSES_NEW, None, EVERYBODY),
        bucket("acl-of-any-account", RESTRICTS, None, Some("global/AuthenticatedUsers")),
        bucket("acl-of-logs", NOTHING, Some(false), Some("s3/LogDelivery")),
        bucket("policy", IGNORES_ACLS, Some(true), None),
        bucket("policy-restricted", RESTRICTS, Some(true), None),
        bucket("whole", [true; 4], Some(true), EVERYBODY),
    ];
    account.buckets = buckets;
    account.public_access_block = of_account;
    estate
}

/// The buckets that are public, and those of which it is not known; and what is told of the latter.
async fn public(estate: Estate, faults: Vec<Fault>) -> (Vec<String>, Vec<String>, Vec<String>, Standin) {
    let (standin, server) = start(estate, Behaviour { faults, ..Behaviour::default() });
    let fetched = Ask::new(&server.aws(), &server, "buckets", &server.scope(0, 0)).costly(&["public"]).fetch().await;
    assert!(fetched.result.is_ok(), "{:?}", fetched.result);
    assert!(fetched.gaps.iter().all(|gap| gap.0 == ["public"]), "{:?}", fetched.gaps);
    let those = |value: &Value| {
        let rows = fetched.rows.iter().filter(|row| row.get("public") == value);
        rows.map(|row| text(row, "name")).collect::<Vec<_>>()
    };
    let (open, unknown) = (those(&true.into()), those(&Value::Null));
    (open, unknown, fetched.gaps.iter().map(|gap| gap.2.message.clone()).collect(), standin)
}

#[tokio::test]
async fn a_bucket_is_public_by_its_policy_or_its_acl_where_no_block_stops_that() {
    let (open, unknown, gaps, standin) = public(with_open_buckets(None), Vec::new()).await;
    assert_eq!(open, ["acl", "acl-no-more-taken", "acl-of-any-account", "policy"]);
    assert!(unknown.is_empty() && gaps.is_empty(), "{gaps:?}");
    assert_eq!(standin.counts().of("s3control:GetPublicAccessBlock"), 1);
    // Not of those whose ACLs are ignored, which are three.
    assert_eq!(standin.counts().of("s3:GetBucketAcl"), 5);
}

#[tokio::test]
async fn the_block_of_the_account_stops_what_no_block_of_a_bucket_does() {
    let (open, ..) = public(with_open_buckets(Some(REFUSES_NEW)), Vec::new()).await;
    assert_eq!(open, ["acl", "acl-no-more-taken", "acl-of-any-account", "policy"]);
    let (open, ..) = public(with_open_buckets(Some(IGNORES_ACLS)), Vec::new()).await;
    assert_eq!(open, ["policy"]);
    let (open, ..) = public(with_open_buckets(Some(RESTRICTS)), Vec::new()).await;
    assert_eq!(open, ["acl", "acl-no-more-taken", "acl-of-any-account"]);
    let (open, unknown, gaps, standin) = public(with_open_buckets(Some([true; 4])), Vec::new()).await;
    assert!(open.is_empty() && unknown.is_empty() && gaps.is_empty(), "{open:?} {unknown:?} {gaps:?}");
    let asked = ["s3:GetPublicAccessBlock", "s3:GetBucketPolicyStatus", "s3:GetBucketAcl"];
    assert_eq!(asked.map(|action| standin.counts().of(action)), [0; 3], "no bucket need be asked");
}

#[tokio::test]
async fn what_is_refused_leaves_unknown_what_it_decides_and_nothing_else() {
    let refused = |action: &str| vec![Fault::new(FaultKind::Denied).action(action)];
    let (open, unknown, gaps, _standin) = public(with_open_buckets(None), refused("s3:GetBucketAcl")).await;
    assert_eq!(open, ["policy"]);
    let of_acls = ["acl", "acl-no-more-taken", "acl-of-any-account", "acl-of-logs", "policy-restricted"];
    assert_eq!(unknown, of_acls);
    assert!(gaps.len() == 1 && gaps[0].contains("s3:GetBucketAcl"), "{gaps:?}");

    let account = refused("s3control:GetPublicAccessBlock");
    let (open, unknown, gaps, _standin) = public(with_open_buckets(None), account).await;
    assert!(open.is_empty(), "the account may stop what they let in: {open:?}");
    assert_eq!(unknown, ["acl", "acl-no-more-taken", "acl-of-any-account", "policy"]);
    assert!(gaps.len() == 1 && gaps[0].contains("s3:GetAccountPublicAccessBlock"), "{gaps:?}");
}

#[tokio::test]
async fn clusters_are_described_one_by_one_where_more_than_their_names_is_wanted() {
    let (standin, server) = start(sized(1, 1, 120), Behaviour { page_cap: Some(4), ..Behaviour::default() });
    let aws = server.aws();
    let (scope, estate) = (server.scope(0, 0), standin.estate());
    let clusters = &estate.accounts[0].regions[0].clusters;
    let counts = || (standin.counts().of("eks:ListClusters"), standin.counts().of("eks:DescribeCluster"));
    let names = Ask::new(&aws, &server, "clusters", &scope).fetch().await.whole();
    assert_eq!(names.iter().map(|row| text(row, "resource_id")).collect::<Vec<_>>(), arns(clusters));
    assert!(names.iter().all(|row| row.get("state").is_null() && row.get("version").is_null()));
    assert_eq!(counts(), (2, 0));
    standin.reset_counts();
    let rows = Ask::new(&aws, &server, "clusters", &scope).costly(&["tier"]).fetch().await.whole();
    assert_eq!((rows.len(), counts()), (clusters.len(), (2, clusters.len() as u64)));
    for (row, cluster) in rows.iter().zip(clusters) {
        let endpoint = cluster.endpoint.as_ref().map(|url| url.trim_start_matches("https://").to_owned());
        assert_eq!(row.get("endpoint"), &endpoint.into());
        assert_eq!(row.get("network_id"), &cluster.vpc_id.as_str().into());
        assert_eq!(row.get("tier"), &cluster.control_plane_tier.clone().into());
        assert_eq!(row.get("support_plan"), &cluster.support_type.to_lowercase().into());
        assert_eq!(row.get("created_at"), &cluster.created_at.into());
        assert_eq!(row.get("node_count"), &Value::Null, "EKS does not say it with the cluster");
    }
}

fn arns(clusters: &[standin::estate::Cluster]) -> Vec<String> {
    clusters.iter().map(|cluster| cluster.arn.clone()).collect()
}

#[tokio::test]
async fn clusters_that_cannot_be_described_keep_their_rows_and_are_one_gap() {
    let faults = vec![Fault::new(FaultKind::Denied).action("eks:DescribeCluster").calls(2, 2)];
    let (standin, server) = start(sized(1, 1, 120), Behaviour { faults, ..Behaviour::default() });
    let aws = server.aws();
    let scope = server.scope(0, 0);
    let fetched = Ask::new(&aws, &server, "clusters", &scope).costly(&["version"]).fetch().await;
    assert!(fetched.result.is_ok());
    let estate = standin.estate();
    let arns = arns(&estate.accounts[0].regions[0].clusters);
    assert_eq!(fetched.rows.iter().map(|row| text(row, "resource_id")).collect::<Vec<_>>(), arns);
    let lost: Vec<String> =
        fetched.rows.iter().filter(|row| row.get("version").is_null()).map(|row| text(row, "name")).collect();
    assert_eq!(lost.len(), 2);
    let [(columns, item, error)] = fetched.gaps.as_slice() else { panic!("{:?}", fetched.gaps) };
    assert_eq!(item.as_deref(), Some(format!("{} and 1 more", lost[0]).as_str()));
    assert_eq!(error.kind, FetchErrorKind::Denied);
    for column in ["state", "version", "tags", "publicly_accessible", "properties"] {
        assert!(columns.contains(&column), "{column}");
    }
    assert!(!columns.contains(&"name") && !columns.contains(&"resource_id"), "{columns:?}");
}

#[tokio::test]
async fn a_region_that_refuses_eks_is_an_error_as_with_any_other_table() {
    let faults = vec![Fault::new(FaultKind::Denied).action("eks:ListClusters")];
    let (_standin, server) = start(sized(1, 1, 20), Behaviour { faults, ..Behaviour::default() });
    let aws = server.aws();
    let error = Ask::new(&aws, &server, "clusters", &server.scope(0, 0)).fetch().await.result.unwrap_err();
    assert_eq!((error.kind, error.code.as_str()), (FetchErrorKind::Denied, "AccessDeniedException"));
    assert!(error.message.contains("`eks:ListClusters` in account"), "{error}");
}

#[tokio::test]
async fn cost_explorer_is_called_only_where_paid_calls_are_allowed() {
    let (standin, server) = start(sized(1, 1, 30), Behaviour::default());
    let aws = server.aws();
    let scope = server.scope(0, 0);
    let group = ["cost_30d", "cost_basis", "cost_currency"];
    let fetched = Ask::new(&aws, &server, "instances", &scope).costly(&group).fetch().await;
    assert!(fetched.result.is_ok());
    assert_eq!(fetched.rows.len(), 30);
    assert_eq!((fetched.gaps[0].0.as_slice(), fetched.gaps[0].2.code.as_str()), (group.as_slice(), "paid_calls_off"));
    let error = Ask::new(&aws, &server, "costs", &scope).fetch().await.result.unwrap_err();
    assert_eq!(error.code, "paid_calls_off");
    let called = standin.counts().by_action().into_keys().any(|action| action.starts_with("ce:"));
    assert!(!called, "{:?}", standin.counts().by_action());
}

#[tokio::test]
async fn the_cost_of_an_instance_is_its_last_fourteen_days_unscaled_and_a_gap_says_so() {
    let (standin, server) = start(sized(2, 2, 30), Behaviour { page_cap: Some(11), ..Behaviour::default() });
    let aws = server.aws();
    let scope = server.scope(1, 1);
    let fetched = Ask::new(&aws, &server, "instances", &scope)
        .costly(&["cost_30d", "cost_basis", "cost_currency"])
        .paid()
        .fetch()
        .await;
    assert!(fetched.result.is_ok() && fetched.gaps.len() == 1, "{:?}", fetched.gaps);
    let (columns, _, error) = &fetched.gaps[0];
    assert_eq!((columns.as_slice(), error.code.as_str()), (["cost_30d"].as_slice(), schema::coverage::TOO_LOW));
    assert!(error.message.contains("billing export"), "{error}");
    let rows = fetched.rows;
    let estate = standin.estate();
    let today = now().date_naive();
    let mut priced = 0;
    for row in &rows {
        let id = text(row, "native_id");
        let lines = estate.accounts[1].costs.iter().filter(|line| line.resource_id.as_deref() == Some(&id));
        let expected: Decimal = lines.map(|line| line.between(today - TimeDelta::days(14), today)).sum();
        if expected.is_zero() {
            assert_eq!(row.get("cost_30d"), &Value::Null);
        } else {
            priced += 1;
            assert_eq!(row.get("cost_30d"), &Value::Decimal(expected));
            assert_eq!(row.get("cost_basis"), &Value::from("cost_api"));
        }
    }
    assert!(priced > 10);
}

#[tokio::test]
async fn the_costs_of_a_month_add_up_to_the_bill() {
    let (standin, server) = start(sized(2, 2, 30), Behaviour { page_cap: Some(50), ..Behaviour::default() });
    let aws = server.aws();
    let (from, to) = (now() - TimeDelta::days(30), now());
    let rows = Ask::new(&aws, &server, "costs", &server.scope(1, 0)).paid().time(from, to).fetch().await.whole();
    let cost = |row: &schema::Row| match row.get("EffectiveCost") {
        Value::Decimal(cost) => *cost,
        other => panic!("{other:?}"),
    };
    let sum: Decimal = rows.iter().map(cost).sum();
    let lines = &standin.estate().accounts[1].costs;
    let expected: Decimal =
        lines.iter().map(|line| line.between(from.date_naive(), to.date_naive() + TimeDelta::days(1))).sum();
    assert_eq!(sum, expected);
    assert!(rows.iter().all(|row| text(row, "SubAccountId") == server.account_ids[1]));
    assert!(rows.iter().any(|row| text(row, "ServiceName") == "AWS Lambda"));
    assert!(rows.iter().all(|row| text(row, "BillingCurrency") == "USD"));
}

#[tokio::test]
async fn an_organisation_is_found_out_and_nothing_of_it_is_dropped() {
    let mut estate = sized(4, 2, 4);
    estate.accounts[2].status = "SUSPENDED".to_owned();
    estate.accounts[3].roles.clear();
    let (standin, server) = start(estate, Behaviour { page_cap: Some(2), ..Behaviour::default() });
    let organization = OrganizationSettings { role_name: ROLE.to_owned(), ..OrganizationSettings::default() };
    let settings = Settings {
        accounts: Vec::new(),
        organization: Some(organization.clone()),
        regions: vec!["*".to_owned()],
        ..server.settings()
    };
    let aws = server.aws_with(settings.clone());
    let found = discover(&aws, &server).await;
    let readable: BTreeSet<&str> = found.scopes.iter().map(|scope| scope.account_id.as_str()).collect();
    assert_eq!(readable, server.account_ids[..2].iter().map(String::as_str).collect());
    assert_eq!(found.scopes.len(), 4);
    let gaps: Vec<(&str, &str, &str)> = found
        .gaps
        .iter()
        .map(|gap| (gap.scope.account_id.as_str(), gap.scope.region.as_str(), gap.error.code.as_str()))
        .collect();
    assert_eq!(
        gaps,
        [
            (server.account_ids[2].as_str(), "*", "account_not_active"),
            (server.account_ids[3].as_str(), "*", "AccessDenied")
        ]
    );
    let estate = standin.estate();
    for (at, account) in estate.accounts.iter().enumerate() {
        let scope = Scope::new("aws", &account.id, &account.name, "global");
        let rows = Ask::new(&aws, &server, "accounts", &scope).fetch().await.whole();
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].get("readable"), &Value::Bool(at < 2));
        assert_eq!(rows[0].get("unreadable_reason").is_null(), at < 2);
        assert_eq!(text(&rows[0], "name"), account.name);
        assert_eq!(text(&rows[0], "email"), account.email);
        assert_eq!(text(&rows[0], "state"), if at == 2 { "stopped" } else { "available" });
        let volumes =
            Ask::new(&aws, &server, "volumes", &Scope { region: server.regions[0].clone(), ..scope }).fetch().await;
        assert_eq!(volumes.result.is_ok(), at < 2);
    }
    let exclude = vec![estate.accounts[2].name.clone(), server.account_ids[3].clone()];
    let settings = Settings { organization: Some(OrganizationSettings { exclude, ..organization }), ..settings };
    assert!(discover(&server.aws_with(settings), &server).await.gaps.is_empty());
}

#[tokio::test]
async fn an_organisation_that_cannot_be_listed_is_a_gap_also_where_the_account_that_lists_is_configured_itself() {
    let (standin, server) = start(sized(3, 1, 4), Behaviour { page_cap: Some(2), ..Behaviour::default() });
    let organization = OrganizationSettings { role_name: ROLE.to_owned(), ..OrganizationSettings::default() };
    // The first account, by its own credentials.
    let accounts = vec![AccountSettings::default()];
    let settings = Settings { accounts, organization: Some(organization), ..server.settings() };
    for (page, readable) in [(1, 1), (2, 2)] {
        standin.set_faults(vec![Fault::new(FaultKind::Denied).action("organizations:ListAccounts").page(page)]);
        let found = discover(&server.aws_with(settings.clone()), &server).await;
        let accounts: BTreeSet<&str> = found.scopes.iter().map(|scope| scope.account_id.as_str()).collect();
        assert_eq!(accounts, server.account_ids[..readable].iter().map(String::as_str).collect(), "page {page}");
        let gaps: Vec<_> =
            found.gaps.iter().map(|gap| (gap.scope.account_id.as_str(), gap.scope.account_name.as_str())).collect();
        assert_eq!(gaps, [("*", "the organisation")], "page {page}");
        assert!(found.gaps[0].error.message.contains("organizations:ListAccounts"), "{}", found.gaps[0].error);
    }
}

#[tokio::test]
async fn a_generation_of_load_balancers_that_cannot_be_read_leaves_the_others_rows() {
    let (standin, server) = start(sized(1, 1, 40), Behaviour { page_cap: Some(1), ..Behaviour::default() });
    let (aws, scope) = (server.aws(), server.scope(0, 0));
    let here = &standin.estate().accounts[0].regions[0];
    let (current, classic) = (here.load_balancers.len(), here.classic_load_balancers.len());
    assert!(current > 1 && classic > 1, "{current} and {classic}");
    let fetch = || {
        Ask::new(&aws, &server, "load_balancers", &scope).costly(&["tags"]).attempts(1, Duration::from_secs(20)).fetch()
    };
    const CURRENT: &str = "elasticloadbalancing:DescribeLoadBalancers";
    const CLASSIC: &str = "elasticloadbalancing-2012:DescribeLoadBalancers";
    for (action, rows, item) in [
        (CURRENT, 1 + classic, "application, network and gateway load balancers"),
        (CLASSIC, current + 1, "classic load balancers"),
    ] {
        standin.set_faults(vec![Fault::new(FaultKind::Denied).action(action).page(2)]);
        let fetched = fetch().await;
        assert!(fetched.result.is_ok(), "{:?}", fetched.result);
        assert_eq!(fetched.rows.len(), rows, "{action}");
        let gaps: Vec<_> = fetched.gaps.iter().map(|(columns, item, _)| (columns.len(), item.as_deref())).collect();
        assert_eq!(gaps, [(0, Some(item))]);
    }
    // One permission is for both.
    standin.set_faults([CURRENT, CLASSIC].map(|action| Fault::new(FaultKind::Denied).action(action)).to_vec());
    let fetched = fetch().await;
    assert_eq!(fetched.result.unwrap_err().kind, FetchErrorKind::Denied);
    assert!(fetched.rows.is_empty() && fetched.gaps.is_empty(), "{:?}", fetched.gaps);
    standin.set_faults(vec![Fault::new(FaultKind::Denied).action("elasticloadbalancing-2012:DescribeTags")]);
    let fetched = fetch().await;
    assert_eq!(fetched.rows.len(), current + classic);
    assert_eq!(fetched.rows.iter().filter(|row| row.get("tags").is_null()).count(), classic);
    assert_eq!(fetched.gaps.len(), 1, "{:?}", fetched.gaps);
    assert_eq!((&fetched.gaps[0].0, fetched.gaps[0].1.as_deref()), (&vec!["tags"], Some("classic load balancers")));
}

#[tokio::test]
async fn an_account_or_region_that_is_configured_twice_is_read_once_and_the_answer_says_so() {
    let (_standin, server) = start(sized(2, 2, 5), Behaviour::default());
    let mut settings = server.settings();
    let again = |name: &str, regions: &[&String]| AccountSettings {
        name: Some(name.to_owned()),
        regions: Some(regions.iter().map(|region| (*region).clone()).collect()),
        ..server.settings().accounts[0].clone()
    };
    settings.accounts[0] = again("prod", &[&server.regions[0], &server.regions[0]]);
    settings.accounts.push(again("prod-again", &[&server.regions[0], &server.regions[1]]));
    let aws = server.aws_with(settings);
    let found = discover(&aws, &server).await;
    assert!(found.gaps.is_empty(), "{:?}", found.gaps);
    let scopes: BTreeSet<_> = found.scopes.iter().map(|scope| (&scope.account_id, &scope.region)).collect();
    assert_eq!((scopes.len(), found.scopes.len()), (4, 4), "{:?}", found.scopes);
    let fetch = |account: &String| {
        let scope = found.scopes.iter().find(|scope| scope.account_id == *account).unwrap();
        Ask::new(&aws, &server, "volumes", scope).fetch()
    };
    let warnings = fetch(&server.account_ids[0]).await.warnings;
    assert_eq!(warnings.len(), 1);
    assert!(warnings[0].contains("configured more than once (`prod`, `prod-again`)"), "{warnings:?}");
    assert!(fetch(&server.account_ids[1]).await.warnings.is_empty());
}

#[tokio::test]
async fn fetches_that_miss_their_account_discover_it_in_one_flight() {
    let (standin, server) = start(sized(3, 3, 2), Behaviour::default());
    let aws = server.aws_with(Settings { regions: vec!["*".to_owned()], ..server.settings() });
    let scopes: Vec<Scope> = (0..9).map(|nth| server.scope(nth / 3, nth % 3)).collect();
    let fetches = scopes.iter().map(|scope| Ask::new(&aws, &server, "volumes", scope).fetch());
    for fetched in futures::future::join_all(fetches).await {
        assert!(!fetched.whole().is_empty());
    }
    assert_eq!(standin.counts().of("ec2:DescribeRegions"), 3, "{:?}", standin.counts().by_action());
}

#[tokio::test]
async fn a_role_asks_for_its_external_id() {
    let mut estate = sized(2, 1, 2);
    estate.accounts[1].roles[0].external_id = Some("open-sesame".to_owned());
    let (_standin, server) = start(estate, Behaviour::default());
    let found = discover(&server.aws(), &server).await;
    assert_eq!((found.scopes.len(), found.gaps.len()), (1, 1));
    assert!(found.gaps[0].error.message.contains(&format!("arn:aws:iam::{}:role/{ROLE}", server.account_ids[1])));
    let mut settings = server.settings();
    settings.accounts[1].external_id = Some("open-sesame".to_owned());
    settings.accounts[1].name = Some("second".to_owned());
    let found = discover(&server.aws_with(settings), &server).await;
    assert!(found.gaps.is_empty(), "{:?}", found.gaps);
    assert_eq!(found.scopes[1].account_name, "second");
}

#[tokio::test]
async fn with_nothing_listed_the_credentials_own_account_is_read() {
    let (_standin, server) = start(sized(1, 2, 3), Behaviour::default());
    let settings = Settings { accounts: Vec::new(), regions: Vec::new(), ..server.settings() };
    let aws = server.aws_with(settings);
    let found = discover(&aws, &server).await;
    let scopes: Vec<String> = found.scopes.iter().map(ToString::to_string).collect();
    let id = &server.account_ids[0];
    assert_eq!(scopes, [format!("aws/{id}/eu-west-1"), format!("aws/{id}/us-east-1")]);
    assert_eq!(Ask::new(&aws, &server, "instances", &found.scopes[0]).fetch().await.whole().len(), 3);
}

#[tokio::test]
async fn a_profile_that_does_not_exist_is_a_gap_under_its_name() {
    let (standin, server) = start(sized(1, 1, 1), Behaviour::default());
    let account = AccountSettings { profile: Some("no-such-profile".to_owned()), ..AccountSettings::default() };
    let aws = aws::Aws::new(Settings { accounts: vec![account], ..server.settings() }).await;
    let found = discover(&aws, &server).await;
    assert!(found.scopes.is_empty());
    assert_eq!(found.gaps[0].scope.account_name, "no-such-profile");
    assert_eq!(found.gaps[0].error.code, "no_credentials");
    assert!(found.gaps[0].error.message.starts_with("profile `no-such-profile` gave no credentials: "));
    assert_eq!(standin.counts().total, 0);
}

#[tokio::test]
async fn a_region_list_that_is_refused_is_a_gap_and_the_accounts_row_says_so() {
    let faults = vec![Fault::new(FaultKind::Denied).action("ec2:DescribeRegions")];
    let (_standin, server) = start(sized(1, 2, 3), Behaviour { faults, ..Behaviour::default() });
    let one = AccountSettings { regions: Some(vec!["eu-*".to_owned()]), ..server.settings().accounts[0].clone() };
    let aws = server.aws_with(Settings { accounts: vec![one], ..server.settings() });
    let found = discover(&aws, &server).await;
    assert!(found.scopes.is_empty());
    assert_eq!(found.gaps[0].error.kind, FetchErrorKind::Denied);
    let rows = Ask::new(&aws, &server, "accounts", &found.gaps[0].scope).fetch().await.whole();
    assert_eq!(rows[0].get("readable"), &Value::Bool(false));
    assert!(text(&rows[0], "unreadable_reason").contains("ec2:DescribeRegions"));
}

/// Whatever goes wrong at whichever call, either all rows come or the fetch says that they did not.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_silently_missing_whatever_goes_wrong() {
    let (standin, server) = start(sized(1, 1, 60), Behaviour { page_cap: Some(20), ..Behaviour::default() });
    let tables = ["instances", "volumes", "load_balancers", "databases", "buckets", "functions", "clusters", "metrics"];
    let truth = truth_of(&standin.estate());
    let expected = |table: &str| {
        let (_, scopes) = truth.tables.iter().find(|(shape, _)| shape.table == table)?;
        Some(scopes.values().next()?.len())
    };
    let (mut whole, mut broken) = (0, 0);
    for seed in 0..6 {
        standin.reset_counts();
        let kinds = FaultKind::ALL.to_vec();
        standin.set_random_faults(Some(RandomFaults { seed, rate: 0.25, kinds, actions: Vec::new() }));
        for table in tables {
            let aws = server.aws();
            let ask = Ask::new(&aws, &server, table, &server.scope(0, 0)).attempts(3, Duration::from_millis(400));
            let columns: &[&'static str] = match table {
                "instances" => &["cpu_avg"],
                "buckets" => &["tags", "public_access_blocked", "policy_is_public", "public"],
                "load_balancers" | "functions" | "clusters" => &["tags"],
                _ => &[],
            };
            let fetched = ask.costly(columns).fetch().await;
            // A gap of no column is one of rows.
            if fetched.result.is_err() || fetched.gaps.iter().any(|(columns, ..)| columns.is_empty()) {
                broken += 1;
                continue;
            }
            whole += 1;
            if let Some(rows) = expected(table) {
                assert_eq!(fetched.rows.len(), rows, "`{table}`, seed {seed}: {:?}", standin.struck());
            }
            for column in columns.iter().copied().filter(|_| columns.contains(&"tags")) {
                let is_missing = fetched.rows.iter().any(|row| row.get(column).is_null());
                let is_told = fetched.gaps.iter().any(|(columns, _, _)| columns.contains(&column));
                assert_eq!(is_missing, is_told, "`{table}.{column}`, seed {seed}");
            }
        }
    }
    assert!(whole > 5 && broken > 5, "{whole} whole, {broken} broken");
}

#[test]
fn the_estimate_names_the_calls_their_price_and_their_permissions() {
    use engine::source::{FetchRequest, Source};
    let aws = aws::Aws::with_credentials(
        Settings { regions: vec!["eu-west-1".to_owned()], ..Settings::default() },
        aws::SharedCredentialsProvider::new(aws::StaticCredentials::new("a", "b", None, None, "test")),
    );
    let estimate = |table: &str, costly: &[&'static str]| {
        let request = FetchRequest {
            costly: costly.iter().copied().collect(),
            ..FetchRequest::new(schema::tables::find(table).unwrap(), Scope::new("aws", "1", "1", "eu-west-1"))
        };
        let calls = aws.estimate(&request);
        let line =
            |call: &engine::source::CallEstimate| format!("{} {} {}", call.action, call.calls, call.dollars_per_call);
        calls.iter().map(line).collect::<Vec<_>>()
    };
    assert_eq!(estimate("volumes", &[]), ["ec2:DescribeVolumes 1 0"]);
    assert_eq!(estimate("snapshots", &["public"]), ["ec2:DescribeSnapshots 2 0"]);
    assert_eq!(
        estimate("buckets", &["public_access_blocked", "policy_is_public"]),
        [
            "s3:ListBuckets 1 0",
            "s3:GetBucketLocation 0 0",
            "s3:GetPublicAccessBlock 1 0",
            "s3:GetBucketPolicyStatus 1 0"
        ]
    );
    assert_eq!(
        estimate("buckets", &["public"]),
        [
            "s3:ListBuckets 1 0",
            "s3:GetBucketLocation 0 0",
            "s3:GetPublicAccessBlock 0 0",
            "s3:GetBucketPolicyStatus 0 0",
            "s3:GetBucketAcl 0 0",
            "s3control:GetPublicAccessBlock 1 0"
        ]
    );
    assert_eq!(estimate("clusters", &[]), ["eks:ListClusters 1 0"]);
    assert_eq!(estimate("clusters", &["tags"]), ["eks:ListClusters 1 0", "eks:DescribeCluster 1 0"]);
    assert_eq!(
        estimate("instances", &["cpu_avg", "cost_30d"]),
        [
            "ec2:DescribeInstances 1 0",
            "ec2:DescribeInstanceTypes 1 0",
            "cloudwatch:GetMetricData 1 0.005",
            "ce:GetCostAndUsageWithResources 1 0.01"
        ]
    );
}
