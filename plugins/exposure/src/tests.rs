//! What the scanner finds in rows that a host might give.

use super::Exposure;
use guest_sdk::{Error, Fake, Scope, Severity, Value};

const COMMON: &str = "resource_id, kind, name, provider, account_id, region";
const INSTANCE: &str = "state, public_ip, subnet_id, security_group_ids list";
const SUBNETS: &str = "native_id, provider, properties json";

fn row(id: &str, rest: Vec<Value>) -> Vec<Value> {
    let common = ["x", "x", "aws", "111122223333", "eu-west-1"];
    std::iter::once(id.into()).chain(common.map(Value::from)).chain(rest).collect()
}

fn ports(ports: &[&str]) -> Value {
    Value::list(ports)
}

/// A host with these groups and instances, and nothing else.
fn host(groups: Vec<(&str, Value)>, instances: Vec<(&str, Value, Value)>) -> Fake {
    let groups = groups.into_iter().map(|(id, open)| row(id, vec![id.into(), open]));
    let instances = instances.into_iter();
    let instances =
        instances.map(|(id, address, groups)| row(id, vec!["running".into(), address, Value::Null, groups]));
    Fake::new()
        .table("buckets", &format!("{COMMON}, public_access_blocked bool, public bool"), vec![])
        .table("snapshots", &format!("{COMMON}, public bool"), vec![])
        .table("security_groups", &format!("{COMMON}, native_id, open_ports list"), groups.collect())
        .table("subnets", SUBNETS, vec![])
        .table("instances", &format!("{COMMON}, {INSTANCE}"), instances.collect())
        .table("load_balancers", &format!("{COMMON}, scheme, dns_name"), vec![])
        .table("databases", &format!("{COMMON}, publicly_accessible bool, engine, endpoint"), vec![])
        .table("images", &format!("{COMMON}, public bool"), vec![])
}

#[track_caller]
fn check(host: &Fake, found: &[&str], gaps: &[&str]) {
    host.scan::<Exposure>(&[]).expect("the scan ends well");
    assert_eq!(host.found(), found);
    let told: Vec<_> = host.rule_gaps().into_iter().map(|gap| format!("{}: {}", gap.rule, gap.message)).collect();
    assert_eq!(told, gaps);
}

#[test]
fn a_group_is_found_for_a_sensitive_port_alone_or_in_a_range() {
    let groups = vec![
        ("sg-ssh", ports(&["22"])),
        ("sg-range", ports(&["3000-4000"])),
        ("sg-web", ports(&["80", "443"])),
        ("sg-ping", ports(&["icmp"])),
        ("sg-shut", ports(&[])),
    ];
    check(&host(groups, vec![]), &["open-group sg-range", "open-group sg-ssh"], &[]);
}

#[test]
fn every_port_is_worse_than_some() {
    let host = host(vec![("sg-1", ports(&["all"])), ("sg-2", ports(&["22", "3389"]))], vec![]);
    check(&host, &["open-group sg-1", "open-group sg-2"], &[]);
    let findings = host.findings();
    assert_eq!(findings[0].severity, Severity::High);
    assert_eq!(findings[0].title, "Security group opens every port to every address");
    assert_eq!(findings[1].severity, Severity::Medium);
    assert_eq!(findings[1].title, "Security group opens ports 22, 3389 to every address");
}

#[test]
fn which_ports_are_sensitive_is_for_the_operator() {
    let host = host(vec![("sg-1", ports(&["22"])), ("sg-2", ports(&["8080"]))], vec![]);
    host.scan::<Exposure>(&[("ports", "8080".into())]).expect("the scan ends well");
    assert_eq!(host.found(), ["open-group sg-2"]);
    let error = host.scan::<Exposure>(&[("ports", "ssh".into())]).expect_err("no port");
    assert_eq!(error.to_string(), "`ssh` in the parameter `ports` is no port: 1 to 65535");
}

#[test]
fn an_instance_needs_both_an_address_and_an_open_group() {
    let groups = vec![("sg-web", ports(&["443"])), ("sg-db", ports(&["5432"])), ("sg-shut", ports(&[]))];
    let host = host(
        groups,
        vec![
            ("i-web", "198.51.100.1".into(), ports(&["sg-shut", "sg-web"])),
            ("i-db", "198.51.100.2".into(), ports(&["sg-web", "sg-db"])),
            ("i-shut", "198.51.100.3".into(), ports(&["sg-shut"])),
            ("i-inner", Value::Null, ports(&["sg-db"])),
        ],
    );
    check(&host, &["open-group sg-db", "reachable-instance i-db", "reachable-instance i-web"], &[]);
    let of = |id: &str| host.findings().into_iter().find(|f| f.resource.resource_id == id).expect(id);
    assert_eq!((of("i-web").severity, of("i-db").severity), (Severity::Low, Severity::High));
}

#[test]
fn what_is_not_known_is_told_and_not_taken_for_safe() {
    let host = host(
        vec![("sg-1", Value::Null)],
        vec![
            ("i-1", "198.51.100.1".into(), ports(&["sg-1"])),
            ("i-2", "198.51.100.2".into(), ports(&["sg-elsewhere"])),
            ("i-3", "198.51.100.3".into(), Value::Null),
        ],
    );
    let gaps = [
        "open-group: of 1 security groups it is not known which ports they open",
        "reachable-instance: of 3 instances with a public address it is not known what all of their security groups open",
    ];
    check(&host, &[], &gaps);
}

#[test]
fn what_is_not_known_in_one_account_leaves_the_others_decided() {
    let of = |account: &str, mut row: Vec<Value>| {
        row[4] = account.into();
        row
    };
    let (here, there) = ("111122223333", "444455556666");
    let group = |id: &str, open: Value| row(id, vec![id.into(), open]);
    let instance =
        |id: &str, group: &str| row(id, vec!["running".into(), "198.51.100.1".into(), Value::Null, ports(&[group])]);
    let may_be_public = |id: &str, known: Value| row(id, vec![known]);
    let host = host(vec![], vec![])
        .table(
            "security_groups",
            &format!("{COMMON}, native_id, open_ports list"),
            vec![of(here, group("sg-1", ports(&["22"]))), of(there, group("sg-2", Value::Null))],
        )
        .table(
            "instances",
            &format!("{COMMON}, {INSTANCE}"),
            vec![of(here, instance("i-1", "sg-1")), of(there, instance("i-2", "sg-2"))],
        )
        .table(
            "snapshots",
            &format!("{COMMON}, public bool"),
            vec![of(here, may_be_public("s-1", false.into())), of(there, may_be_public("s-2", Value::Null))],
        );
    host.scan::<Exposure>(&[]).expect("the scan ends well");
    let gaps: Vec<_> = host.rule_gaps().into_iter().map(|gap| (gap.rule, gap.scope)).collect();
    let place = Scope { provider: "aws".to_owned(), account_id: there.to_owned(), region: "eu-west-1".to_owned() };
    let rules = ["open-group", "reachable-instance", "public-snapshot"];
    assert_eq!(gaps, rules.map(|rule| (rule.to_owned(), Some(place.clone()))));
}

#[test]
fn a_group_that_is_not_known_beside_one_that_is_open_is_told_too() {
    let groups = vec![("sg-web", ports(&["443"])), ("sg-silent", Value::Null)];
    let both = ("i-1", "198.51.100.1".into(), ports(&["sg-web", "sg-silent"]));
    let host = host(groups, vec![both]);
    let gaps = [
        "open-group: of 1 security groups it is not known which ports they open",
        "reachable-instance: of 1 instances with a public address it is not known what all of their security groups open",
    ];
    check(&host, &["reachable-instance i-1"], &gaps);
}

#[test]
fn which_ports_a_reachable_instance_has_open_is_in_its_evidence() {
    let groups = vec![("sg-web", ports(&["443", "80", "8000-8010"])), ("sg-more", ports(&["443", "icmp"]))];
    let host = host(groups, vec![("i-1", "198.51.100.1".into(), ports(&["sg-web", "sg-more"]))]);
    host.scan::<Exposure>(&[]).expect("the scan ends well");
    let evidence = &host.findings()[0].evidence;
    let open = evidence.iter().find(|fact| fact.name == "open_ports").map(|fact| fact.value.clone());
    assert_eq!(open, Some("80, 443, 8000-8010".into()));
}

/// A virtual machine of Azure with a public address: its id, its subnet, and the groups of its interfaces.
fn machine(id: &str, subnet: &str, groups: &[&str]) -> Vec<Value> {
    let mut row = row(id, vec!["running".into(), "198.51.100.1".into(), subnet.into(), ports(groups)]);
    row[3] = "azure".into();
    row
}

fn azure(machines: Vec<Vec<Value>>) -> Fake {
    let groups = vec![
        ("/nsg/ssh", ports(&["22"])),
        ("/nsg/web", ports(&["80", "443"])),
        ("/nsg/many", ports(&["20-100"])),
        ("/nsg/all", ports(&["all"])),
        ("/nsg/shut", ports(&[])),
    ];
    let subnet = |id: &str, group: Option<&str>| {
        let said =
            group.map_or_else(|| "{}".to_owned(), |id| format!(r#"{{"networkSecurityGroup": {{"id": "{id}"}}}}"#));
        vec![id.into(), "azure".into(), said.into()]
    };
    let subnets = vec![
        subnet("/subnets/open", None),
        // ARM writes one id in several cases.
        subnet("/subnets/ssh", Some("/NSG/ssh")),
        subnet("/subnets/shut", Some("/nsg/shut")),
        subnet("/subnets/elsewhere", Some("/nsg/elsewhere")),
    ];
    host(groups, vec![]).table("subnets", SUBNETS, subnets).table(
        "instances",
        &format!("{COMMON}, {INSTANCE}"),
        machines,
    )
}

/// What a machine of Azure has open to everybody, by the finding's evidence; none without a finding.
#[track_caller]
fn azure_opens(subnet: &str, groups: &[&str], open: Option<&str>, gap: Option<&str>) {
    let host = azure(vec![machine("vm", subnet, groups)]);
    host.scan::<Exposure>(&[]).expect("the scan ends well");
    let found = host.findings().into_iter().find(|finding| finding.rule == "reachable-instance");
    let evidence = found.map(|finding| finding.evidence).unwrap_or_default();
    let said = evidence.into_iter().find(|fact| fact.name == "open_ports").map(|fact| fact.value);
    assert_eq!(said, open.map(Value::from), "{subnet} {groups:?}");
    let gaps: Vec<_> = host.rule_gaps().into_iter().map(|gap| gap.message).collect();
    let gap = gap.map(|gap| format!("of 1 instances with a public address it is not known {gap}"));
    assert_eq!(gaps, gap.into_iter().collect::<Vec<_>>(), "{subnet} {groups:?}");
}

#[test]
fn on_azure_the_group_of_the_subnet_guards_a_machine_and_both_must_let_in() {
    azure_opens("/subnets/ssh", &[], Some("22"), None);
    azure_opens("/subnets/open", &["/nsg/web"], Some("80, 443"), None);
    azure_opens("/subnets/ssh", &["/nsg/web"], None, None);
    azure_opens("/subnets/ssh", &["/nsg/many"], Some("22"), None);
    azure_opens("/subnets/ssh", &["/nsg/all"], Some("22"), None);
    azure_opens("/subnets/shut", &["/nsg/all"], None, None);
}

#[test]
fn on_azure_a_machine_whose_guard_is_not_known_is_told_unless_the_other_lets_nothing_in() {
    let (group, nobody) = (
        Some("what all of their security groups open"),
        Some("whether it is open: no security group stands before it"),
    );
    azure_opens("/subnets/open", &[], None, nobody);
    azure_opens("/subnets/unread", &[], None, group);
    azure_opens("/subnets/elsewhere", &["/nsg/all"], None, group);
    azure_opens("/subnets/elsewhere", &["/nsg/shut"], None, None);
    azure_opens("/subnets/open", &["/nsg/elsewhere"], None, group);
    azure_opens("/subnets/shut", &["/nsg/elsewhere"], None, None);
    azure_opens("/subnets/open", &["/nsg/all", "/nsg/shut"], None, group);
}

#[test]
fn without_the_subnets_aws_is_looked_at_and_azure_is_told() {
    let denied = Error::Denied { message: "`subnets` is not granted".to_owned(), code: "table_not_granted".to_owned() };
    let mut of_aws = machine("i-1", "subnet-1", &["/nsg/ssh"]);
    of_aws[3] = "aws".into();
    let host = azure(vec![machine("vm", "/subnets/ssh", &[]), of_aws]).failing_table("subnets", denied);
    host.scan::<Exposure>(&[]).expect("the scan ends well");
    assert!(host.found().contains(&"reachable-instance i-1".to_owned()), "{:?}", host.found());
    let gaps: Vec<_> = host.rule_gaps().into_iter().map(|gap| gap.message).collect();
    let unknown = "of 1 instances with a public address it is not known what all of their security groups open";
    assert_eq!(gaps, ["`subnets` is not granted", unknown]);
}

#[test]
fn databases_images_and_load_balancers_are_found_where_they_are_public() {
    let host = host(vec![], vec![])
        .table(
            "databases",
            &format!("{COMMON}, publicly_accessible bool, engine, endpoint"),
            vec![
                row("db-1", vec![true.into(), "postgres".into(), Value::Null]),
                row("db-2", vec![false.into(), "postgres".into(), Value::Null]),
                row("db-3", vec![Value::Null, "postgres".into(), Value::Null]),
            ],
        )
        .table("images", &format!("{COMMON}, public bool"), vec![row("ami-1", vec![true.into()])])
        .table(
            "load_balancers",
            &format!("{COMMON}, scheme, dns_name"),
            vec![
                row("lb-1", vec!["internet-facing".into(), "lb.example.com".into()]),
                row("lb-2", vec!["internal".into(), Value::Null]),
            ],
        );
    let found = ["internet-facing-load-balancer lb-1", "public-database db-1", "public-image ami-1"];
    check(&host, &found, &["public-database: of 1 databases it is not known whether they have a public address"]);
}

#[test]
fn a_snapshot_is_found_where_anybody_may_restore_it() {
    let snapshots =
        vec![row("snap-1", vec![true.into()]), row("snap-2", vec![false.into()]), row("snap-3", vec![Value::Null])];
    let host = host(vec![], vec![]).table("snapshots", &format!("{COMMON}, public bool"), snapshots);
    let gap = "public-snapshot: of 1 snapshots it is not known whether anybody may restore them";
    check(&host, &["public-snapshot snap-1"], &[gap]);
}

#[test]
fn buckets_and_storage_accounts_are_found_where_they_may_be_opened_and_where_they_are() {
    let bucket = |id: &str, provider: &str, blocked: Value, public: Value| {
        let mut row = row(id, vec![blocked, public]);
        row[3] = provider.into();
        row
    };
    let (yes, no, unknown) = (|| true.into(), || false.into(), || Value::Null);
    let buckets = vec![
        bucket("s3-closed", "aws", yes(), no()),
        bucket("s3-may-be-opened", "aws", no(), no()),
        bucket("s3-open", "aws", no(), yes()),
        bucket("s3-unknown", "aws", unknown(), unknown()),
        bucket("s3-open-whatever-it-blocks", "aws", unknown(), yes()),
        bucket("st-open", "azure", no(), unknown()),
        bucket("st-closed", "azure", yes(), no()),
        bucket("st-unknown", "azure", unknown(), unknown()),
    ];
    let columns = format!("{COMMON}, public_access_blocked bool, public bool");
    let host = host(vec![], vec![]).table("buckets", &columns, buckets);
    let found = [
        "blob-public-access st-open",
        "open-bucket s3-open",
        "open-bucket s3-open-whatever-it-blocks",
        "public-bucket s3-may-be-opened",
        "public-bucket s3-open",
    ];
    let gaps = [
        "blob-public-access: of 1 storage accounts it is not known whether their containers may be public",
        "public-bucket: of 2 buckets it is not known whether they block public access",
        "open-bucket: of 1 buckets it is not known whether they are open to everybody",
    ];
    check(&host, &found, &gaps);
}

#[test]
fn a_table_that_was_not_granted_takes_no_other_rule_with_it() {
    let denied =
        Error::Denied { message: "`databases` is not granted".to_owned(), code: "table_not_granted".to_owned() };
    let host = host(vec![("sg-1", ports(&["22"]))], vec![]).failing_table("databases", denied);
    check(&host, &["open-group sg-1"], &["public-database: `databases` is not granted"]);
    assert_eq!(host.rule_gaps()[0].code, "denied");
}

#[test]
fn a_host_that_takes_no_more_ends_the_scan() {
    let host = host(vec![("sg-1", ports(&["22"])), ("sg-2", ports(&["22"]))], vec![]).most_findings(1);
    let error = host.scan::<Exposure>(&[]).expect_err("one finding too many");
    assert_eq!(error.code(), "limit");
    assert_eq!(host.found(), ["open-group sg-1"]);
}

#[test]
fn every_column_that_is_read_is_in_the_manifest() {
    let manifest = include_str!("../plugin.toml");
    let host = host(vec![], vec![]);
    host.scan::<Exposure>(&[]).expect("the scan ends well");
    for query in host.queries() {
        let (columns, rest) =
            query.strip_prefix("SELECT ").and_then(|rest| rest.split_once(" FROM ")).expect("a query");
        let table = rest.split(' ').next().unwrap_or_default();
        let section = manifest.split("[[").find(|section| section.contains(&format!("name = \"{table}\"")));
        let section = section.unwrap_or_else(|| panic!("the manifest has no table `{table}`"));
        for column in columns.split(", ") {
            assert!(section.contains(&format!("\"{column}\"")), "`{table}.{column}` is not in the manifest");
        }
    }
    assert_eq!(host.queries().len(), 9);
}
