//! A small export, made for this, whose truth is known; and what is wrong with exports.

use crate::GcpAsset;
use guest_sdk::{Error, Fake, Scope, Source, Value, Wanted};
use std::collections::BTreeMap;

const EXPORT: &str = include_str!("../fixtures/export.ndjson");

type Row = BTreeMap<String, Value>;

fn host(text: &str) -> Fake {
    Fake::new().input("export", "export.ndjson", text)
}

#[track_caller]
fn rows(table: &str) -> Vec<Row> {
    let host = host(EXPORT);
    host.fetch::<GcpAsset>(&[table], &[]).expect("the fetch ends well");
    host.rows(table)
}

fn shown(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => "-".to_owned(),
        Some(Value::Boolean(value)) => value.to_string(),
        Some(Value::Integer(value)) => value.to_string(),
        Some(Value::Real(value)) => value.to_string(),
        Some(Value::Text(text)) => text.clone(),
    }
}

fn lines(rows: &[Row], columns: &str) -> Vec<String> {
    let line = |row: &Row| columns.split(' ').map(|column| shown(row.get(column))).collect::<Vec<_>>().join(" | ");
    rows.iter().map(line).collect()
}

/// The table's rows, of these columns.
#[track_caller]
fn check(table: &str, columns: &str, expected: &[&str]) {
    assert_eq!(lines(&rows(table), columns), expected);
}

#[test]
fn every_row_says_where_it_belongs() {
    check(
        "instances",
        "provider account_id account_name region zone native_type kind resource_id native_id",
        &[
            "gcp | nimbus-shop | Nimbus shop | europe-west1 | europe-west1-b | compute.googleapis.com/Instance | \
             compute.instance | //compute.googleapis.com/projects/nimbus-shop/zones/europe-west1-b/instances/web-1 | \
             projects/nimbus-shop/zones/europe-west1-b/instances/web-1",
            "gcp | nimbus-shop | Nimbus shop | europe-west1 | europe-west1-b | compute.googleapis.com/Instance | \
             compute.instance | //compute.googleapis.com/projects/nimbus-shop/zones/europe-west1-b/instances/batch-1 | \
             projects/nimbus-shop/zones/europe-west1-b/instances/batch-1",
        ],
    );
}

#[test]
fn machines() {
    check(
        "instances",
        "name state instance_type vcpus architecture platform lifecycle public_ip private_ip tags",
        &[
            "web-1 | running | n2-standard-4 | 4 | x86_64 | linux | on_demand | 203.0.113.7 | 10.1.0.4 | \
             {\"env\":\"prod\",\"team\":\"web\"}",
            "batch-1 | stopped | e2-medium | - | - | windows | spot | - | 10.1.0.5 | {}",
        ],
    );
    check(
        "instances",
        "name created_at launched_at network_id subnet_id",
        &[
            "web-1 | 2026-06-01T08:30:00Z | 2026-11-01T08:15:00Z | projects/nimbus-shop/global/networks/main | \
             projects/nimbus-shop/regions/europe-west1/subnetworks/main-eu",
            "batch-1 | 2026-07-01T07:00:00Z | - | projects/nimbus-shop/global/networks/main | -",
        ],
    );
}

#[test]
fn disks_snapshots_and_images() {
    check(
        "volumes",
        "name state volume_type size_gib iops throughput_mibps encrypted instance_id snapshot_id",
        &[
            "web-1 | in_use | pd-ssd | 50 | - | - | true | \
             projects/nimbus-shop/zones/europe-west1-b/instances/web-1 | -",
            "forgotten | available | hyperdisk-balanced | 500 | 6000 | 290 | true | - | \
             projects/nimbus-shop/global/snapshots/nightly",
        ],
    );
    check(
        "snapshots",
        "name region state volume_id size_gib tier description created_at",
        &["nightly | eu | available | projects/nimbus-shop/zones/europe-west1-b/disks/web-1 | 50 | archive | \
           of every night | 2026-11-19T03:00:00Z"],
    );
    check(
        "images",
        "name state architecture platform deprecated_at snapshot_ids",
        &[
            "web-base | available | arm64 | linux | 2026-10-01T07:00:00Z | [\"projects/nimbus-shop/global/snapshots/nightly\"]",
        ],
    );
}

#[test]
fn networks_and_what_is_in_them() {
    check("networks", "name is_default cidr_blocks tags", &["main | false | - | -", "default | true | - | -"]);
    check(
        "subnets",
        "name network_id cidr_block public_by_default",
        &["main-eu | projects/nimbus-shop/global/networks/main | 10.1.0.0/24 | false"],
    );
    check(
        "public_ips",
        "name address state associated_with instance_id",
        &[
            "front | 203.0.113.9 | in_use | projects/nimbus-shop/regions/europe-west1/forwardingRules/front | -",
            "spare | 203.0.113.10 | available | - | -",
        ],
    );
    check(
        "nat_gateways",
        "name connectivity native_id",
        &[
            "nat-1 | public | projects/nimbus-shop/regions/europe-west1/routers/out/nats/nat-1",
            "nat-2 | private | projects/nimbus-shop/regions/europe-west1/routers/out/nats/nat-2",
        ],
    );
    check(
        "load_balancers",
        "name region load_balancer_type scheme dns_name",
        &[
            "shop | global | application | internet-facing | -",
            "front | europe-west1 | network | internal | front.b.il4.europe-west1.lb.example.internal",
        ],
    );
}

#[test]
fn a_firewall_rule_opens_what_it_allows_to_every_address() {
    check(
        "security_groups",
        "name open_to_world open_ports",
        &[
            r#"ssh-from-anywhere | true | ["22","8000-8100","icmp"]"#,
            "all-from-office | false | []",
            "off | false | []",
            "no-way-in | false | []",
            "way-out | false | []",
            "between-machines | false | []",
            r#"old-words | true | ["443","0-65535"]"#,
        ],
    );
    let rows = rows("security_groups");
    let way_out = &rows[4];
    assert_eq!(way_out["ingress"], "[]".into());
    assert!(shown(way_out.get("egress")).contains(r#""ports":["443"]"#), "{way_out:?}");
}

#[test]
fn an_instance_has_the_rules_that_are_in_force_for_it() {
    let rules = ["all-from-office", "between-machines", "no-way-in", "old-words", "ssh-from-anywhere", "way-out"];
    let rules = rules.map(|rule| format!("projects/nimbus-shop/global/firewalls/{rule}"));
    check("instances", "security_group_ids", &[shown(Some(&Value::list(&rules))).as_str(); 2]);
}

/// What is said to be in force for the instance `vm`, whose tags and account are `web` and `a@example.com`, by these rules.
#[track_caller]
fn in_force(rules: &[(&str, &str)], expected: &str) {
    let network = r#""network":"https://www.googleapis.com/compute/v1/projects/p/global/networks/n""#;
    let line = |kind: &str, path: &str, data: &str| {
        let name = format!("//compute.googleapis.com/projects/p/{path}");
        format!(r#"{{"name":"{name}","asset_type":"compute.googleapis.com/{kind}","resource":{{"data":{{{data}}}}}}}"#)
    };
    let instance = format!(
        r#""networkInterfaces":[{{{network}}}],"tags":{{"items":["web"]}},"serviceAccounts":[{{"email":"a@example.com"}}]"#
    );
    let mut export = vec![line("Instance", "zones/us-east1-b/instances/vm", &instance)];
    export.extend(rules.iter().map(|(kind, data)| {
        let name = format!("global/rules/{}", export_name(data));
        line(kind, &name, &format!("{network},{data}"))
    }));
    let host = host(&export.join("\n"));
    host.fetch::<GcpAsset>(&["instances"], &[]).expect("the fetch ends well");
    assert_eq!(lines(&host.rows("instances"), "security_group_ids"), [expected]);
}

/// The `name` within a rule's data.
fn export_name(data: &str) -> &str {
    data.split('"').nth(3).unwrap_or_default()
}

#[test]
fn the_rules_in_force_for_an_instance_are_known_where_none_closes_what_another_opens() {
    let rule = "Firewall";
    let ssh = (rule, r#""name":"ssh","allowed":[{"IPProtocol":"tcp"}]"#);
    let known = r#"["projects/p/global/rules/ssh"]"#;
    in_force(&[], "-");
    in_force(&[ssh], known);
    in_force(&[ssh, (rule, r#""name":"off","disabled":true,"allowed":[]"#)], known);
    in_force(&[ssh, (rule, r#""name":"db","targetTags":["db"],"allowed":[]"#)], known);
    in_force(&[(rule, r#""name":"db","targetTags":["db"],"allowed":[]"#)], "[]");
    in_force(&[(rule, r#""name":"ssh","targetTags":["db","web"]"#)], known);
    in_force(&[(rule, r#""name":"ssh","targetServiceAccounts":["a@example.com"]"#)], known);
    // What denies comes first, or with what allows: what is left open nobody has reckoned.
    let denial =
        |priority: &str| (rule.to_owned(), format!(r#""name":"no","denied":[{{"IPProtocol":"all"}}]{priority}"#));
    for (priority, expected) in [("", "-"), (r#","priority":900"#, "-"), (r#","priority":"900""#, "-")] {
        let (kind, data) = denial(priority);
        in_force(&[ssh, (&kind, &data)], expected);
    }
    let (kind, data) = denial(r#","priority":1001"#);
    in_force(&[ssh, (&kind, &data)], r#"["projects/p/global/rules/no","projects/p/global/rules/ssh"]"#);
    let (kind, data) = denial(r#","priority":900,"direction":"EGRESS""#);
    in_force(&[ssh, (&kind, &data)], r#"["projects/p/global/rules/no","projects/p/global/rules/ssh"]"#);
    let (kind, data) = denial(r#","targetTags":["db"]"#);
    in_force(&[ssh, (&kind, &data)], known);
    in_force(&[ssh, ("FirewallPolicy", r#""name":"policy""#)], "-");
    in_force(&[ssh, ("NetworkFirewallPolicy", r#""name":"policy""#)], "-");
}

#[test]
fn databases_buckets_and_functions() {
    check(
        "databases",
        "name state engine engine_version instance_class storage_gib multi_az publicly_accessible zone network_id tags",
        &[
            "orders | available | postgres | 15.8 | db-custom-4-16384 | 100 | false | true | europe-west1-c | \
             projects/nimbus-shop/global/networks/main | {\"team\":\"orders\"}",
            "reports | stopped | sqlserver | 2019 | db-custom-2-8192 | - | true | false | - | - | {}",
        ],
    );
    check(
        "buckets",
        "name account_id region created_at public_access_blocked tags",
        &[
            "nimbus-shop-media | nimbus-shop | europe-west1 | 2025-03-01T12:00:00Z | true | {\"env\":\"prod\"}",
            "nimbus-shop-archive | nimbus-shop | eu | 2024-01-31T23:59:59Z | - | {}",
            "somebody-elses | 555 | us | 2026-01-01T00:00:00Z | - | {}",
        ],
    );
    check(
        "functions",
        "name state runtime memory_mib timeout_seconds handler modified_at",
        &[
            "resize | available | python312 | 512 | 60 | resize | 2026-03-03T03:03:03Z",
            "old | stopped | nodejs20 | 256 | 540 | main | 2024-03-03T03:03:03Z",
        ],
    );
}

#[test]
fn clusters() {
    check(
        "clusters",
        "name region zone state version endpoint publicly_accessible node_count support_plan created_at tags",
        &[
            "shop | europe-west1 | - | available | 1.33.5-gke.1080000 | 203.0.113.30 | true | 6 | standard | \
             2025-05-01T09:00:00Z | {\"env\":\"prod\",\"team\":\"web\"}",
            "inside | europe-west1 | europe-west1-b | available | 1.30.14-gke.2000 | 10.1.0.30 | false | 3 | extended | \
             2024-05-01T09:00:00Z | {}",
            "new | us-central1 | - | pending | - | - | false | - | - | 2026-11-20T09:59:00Z | {}",
        ],
    );
    check(
        "clusters",
        "network_id subnet_ids kind",
        &[
            "projects/nimbus-shop/global/networks/main | \
             [\"projects/nimbus-shop/regions/europe-west1/subnetworks/main-eu\"] | compute.cluster",
            "- | - | compute.cluster",
            "- | - | compute.cluster",
        ],
    );
}

/// Whether the cluster of this data has a public address.
fn is_public(data: &str) -> String {
    let line = format!(
        r#"{{"name":"//container.googleapis.com/projects/p/locations/l/clusters/c","asset_type":"container.googleapis.com/Cluster","resource":{{"data":{data}}}}}"#
    );
    let host = host(&line);
    host.fetch::<GcpAsset>(&["clusters"], &[]).expect("the fetch ends well");
    lines(&host.rows("clusters"), "publicly_accessible").join(" ")
}

#[test]
fn a_cluster_has_a_public_address_unless_it_says_that_it_has_none() {
    assert_eq!(is_public(r#"{"name":"c"}"#), "true");
    assert_eq!(is_public(r#"{"privateClusterConfig":{"enablePrivateNodes":true}}"#), "true");
    assert_eq!(is_public(r#"{"privateClusterConfig":{"enablePrivateEndpoint":true}}"#), "false");
    let today =
        |more: &str| is_public(&format!(r#"{{"controlPlaneEndpointsConfig":{{"ipEndpointsConfig":{{{more}}}}}}}"#));
    assert_eq!(today(r#""enabled":true,"enablePublicEndpoint":true"#), "true");
    assert_eq!(today(r#""enabled":true,"enablePublicEndpoint":false"#), "false");
    assert_eq!(today(r#""enabled":false"#), "false");
}

#[test]
fn projects_are_accounts() {
    check(
        "accounts",
        "account_id name state parent_id created_at tags",
        &["nimbus-shop | Nimbus shop | available | folders/77001 | 2024-12-31T00:00:00Z | {\"cost-centre\":\"7\"}"],
    );
}

#[test]
fn what_no_table_has_a_place_for_is_among_all_assets() {
    let rows = rows("gcp_assets");
    assert_eq!(rows.len(), EXPORT.lines().count());
    let topic = rows.iter().find(|row| row["native_type"] == "pubsub.googleapis.com/Topic".into()).expect("a topic");
    let topic = lines(std::slice::from_ref(topic), "name account_id region parent_id updated_at tags");
    let expected =
        "orders | nimbus-shop | global | projects/482910337755 | 2026-11-20T10:00:00Z | {\"team\":\"orders\"}";
    assert_eq!(topic, [expected]);
    assert!(rows.iter().all(|row| !row.contains_key("properties")), "nobody knows which of them are secret");
}

#[test]
fn scopes_are_the_projects_and_what_is_above_them() {
    let scopes = host(EXPORT).scopes::<GcpAsset>(&[]).expect("the export is read");
    let shown: Vec<_> = scopes.iter().map(|s| format!("{} {} {}", s.provider, s.account_id, s.region)).collect();
    assert_eq!(shown, ["gcp 555 *", "gcp folders/77001 *", "gcp nimbus-shop *"]);
}

#[test]
fn only_the_scopes_that_are_asked_for_are_read() {
    let buckets = |provider: &str, account_id: &str, region: &str| {
        let wanted = Wanted { table: "buckets".to_owned(), columns: vec!["name".to_owned()] };
        let (account_id, region) = (account_id.to_owned(), region.to_owned());
        let scope = Scope { provider: provider.to_owned(), account_id, region };
        let host = host(EXPORT);
        host.fetch_of::<GcpAsset>(vec![wanted], vec![scope], &[]).expect("the fetch ends well");
        lines(&host.rows("buckets"), "name").join(" ")
    };
    assert_eq!(buckets("gcp", "555", "*"), "somebody-elses");
    assert_eq!(buckets("gcp", "nimbus-shop", "eu"), "nimbus-shop-archive");
    assert_eq!(buckets("gcp", "nimbus-shop", "us"), "");
    assert_eq!(buckets("aws", "*", "*"), "");
}

#[test]
fn what_may_be_secret_is_in_no_row_and_properties_only_where_they_are_wanted() {
    let described = GcpAsset::describe();
    let tables: Vec<_> = described.tables.iter().map(|table| table.name).collect();
    let host = host(EXPORT);
    host.fetch::<GcpAsset>(&tables, &[]).expect("the fetch ends well");
    let all: Vec<_> = tables.iter().flat_map(|table| host.rows(table)).collect();
    assert!(!format!("{all:?}").contains("not-for-anyone"));
    let web = &host.rows("instances")[0];
    assert!(shown(web.get("properties")).contains(r#""status":"RUNNING""#), "the provider's own word stays");

    let host = self::host(EXPORT);
    let wanted = Wanted { table: "instances".to_owned(), columns: vec!["name".to_owned()] };
    host.fetch_of::<GcpAsset>(vec![wanted], vec![], &[]).expect("the fetch ends well");
    assert!(!host.rows("instances")[0].contains_key("properties"));
}

fn gaps(host: &Fake) -> Vec<String> {
    host.table_gaps()
        .iter()
        .map(|gap| format!("{} {:?} {}: {}", gap.table, gap.columns, gap.code, gap.message))
        .collect()
}

#[test]
fn a_value_that_cannot_be_read_is_null_and_a_gap() {
    let host = host(EXPORT);
    host.fetch::<GcpAsset>(&["databases", "instances"], &[]).expect("the fetch ends well");
    let name = "//cloudsql.googleapis.com/projects/nimbus-shop/instances/reports";
    let gap = format!("the export has no value that can be read for `{name}`");
    assert_eq!(gaps(&host), [format!("databases [\"storage_gib\"] failed: {gap}")]);
}

fn bucket(name: &str, more: &str) -> String {
    let resource = r#""resource":{"data":{"timeCreated":"2026-01-01T00:00:00Z"},"location":"us"}"#;
    format!(
        r#"{{"name":"//storage.googleapis.com/{name}","asset_type":"storage.googleapis.com/Bucket",{resource}{more}}}"#
    )
}

#[test]
fn lines_that_are_no_assets_are_named_by_their_number() {
    let bad = [
        "{\"name\": ",
        "[]",
        r#"{"name":"buckets/a","asset_type":"t"}"#,
        r#"{"name":"//storage.googleapis.com/a"}"#,
        "17",
        "\"\"",
        "nonsense",
    ];
    let (first, last) = (bucket("a", ""), bucket("b", ""));
    let lines = [&[first.as_str(), ""], &bad[..], &[last.as_str()]].concat();
    let host = host(&lines.join("\n"));
    host.fetch::<GcpAsset>(&["buckets"], &[]).expect("the fetch ends well");
    assert_eq!(lines_of(&host), ["a", "b"]);
    let expected = "buckets [] failed: 7 lines of `export.ndjson` could not be read: \
        line 3 (no JSON: EOF while parsing a value at line 1 column 9), \
        line 4 (no JSON object: an export has one asset a line), \
        line 5 (no full name in `name`), \
        line 6 (no `asset_type`), \
        line 7 (no JSON object: an export has one asset a line), and 2 more";
    assert_eq!(gaps(&host), [expected]);
}

fn lines_of(host: &Fake) -> Vec<String> {
    lines(&host.rows("buckets"), "name")
}

#[test]
fn of_several_lines_about_an_asset_the_newest_counts_whichever_file_it_is_in() {
    let old = bucket("a", r#","update_time":"2026-11-01T00:00:00Z","ancestors":["projects/old"]"#);
    let new = bucket("a", r#","update_time":"2026-11-02T00:00:00+00:00","ancestors":["projects/new"]"#);
    for (first, second) in [(&old, &new), (&new, &old)] {
        let host = Fake::new()
            .input("export", "1.ndjson", first.as_str())
            .input("export", "2.ndjson", second.as_str())
            .input("another", "3.ndjson", bucket("b", ""));
        host.fetch::<GcpAsset>(&["buckets"], &[]).expect("the fetch ends well");
        assert_eq!(lines(&host.rows("buckets"), "name account_id"), ["a | new"]);
        assert_eq!(gaps(&host), Vec::<String>::new());
    }
}

/// So many buckets that their lines are, or are not, more than what is kept.
fn buckets(number: usize) -> String {
    let lines = (0..number).map(|n| bucket(&format!("b-{n:05}"), &format!(r#","note":"{}""#, "x".repeat(100))));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn an_export_is_read_once_for_what_is_asked_of_it() {
    for text in [EXPORT.to_owned(), buckets(100)] {
        let host = host(&text);
        host.fetch::<GcpAsset>(&["buckets", "instances"], &[]).expect("the fetch ends well");
        assert_eq!(host.input_bytes_read(), text.len() as u64);
    }
}

#[test]
fn an_export_of_more_than_can_be_kept_is_read_once_more_and_has_the_same_rows() {
    let text = buckets(1_000);
    assert!(text.len() > crate::kept::ROOM);
    let host = host(&text);
    host.fetch::<GcpAsset>(&["buckets"], &[]).expect("the fetch ends well");
    assert_eq!(host.input_bytes_read(), 2 * text.len() as u64);
    let expected: Vec<String> = (0..1_000).map(|n| format!("b-{n:05}")).collect();
    assert_eq!(lines_of(&host), expected);
}

#[test]
fn a_line_that_a_newer_one_replaces_takes_no_room() {
    let versions = (0..1_000).map(|n| {
        let time =
            format!(r#","note":"{}","update_time":"2026-11-01T00:{:02}:{:02}Z""#, "x".repeat(100), n / 60, n % 60);
        bucket("a", &time)
    });
    let text = versions.collect::<Vec<_>>().join("\n");
    assert!(text.len() > crate::kept::ROOM);
    let host = host(&text);
    host.fetch::<GcpAsset>(&["buckets"], &[]).expect("the fetch ends well");
    assert_eq!((host.input_bytes_read(), lines_of(&host)), (text.len() as u64, vec!["a".to_owned()]));
}

#[test]
fn an_export_of_policies_is_a_gap_and_not_an_empty_cloud() {
    let policy =
        r#"{"name":"//storage.googleapis.com/p","asset_type":"storage.googleapis.com/Bucket","iam_policy":{}}"#;
    let host = host(&format!("{policy}\n{}\n{}", bucket("a", ""), policy.replace("/p\"", "/a\"")));
    host.fetch::<GcpAsset>(&["buckets"], &[]).expect("the fetch ends well");
    assert_eq!(lines_of(&host), ["a"]);
    let hint = "export with `--content-type=resource`";
    assert_eq!(gaps(&host), [format!("buckets [] failed: of 1 assets the export has no resource: {hint}")]);
}

#[test]
fn a_file_that_cannot_be_read_to_its_end_is_a_gap_and_what_was_read_stays() {
    let error = Error::Upstream { message: "the disk is gone".to_owned(), code: "io".to_owned() };
    let host = Fake::new().failing_input("export", "1.ndjson", format!("{}\n", bucket("a", "")), error).input(
        "export",
        "2.ndjson",
        bucket("b", ""),
    );
    host.fetch::<GcpAsset>(&["buckets"], &[]).expect("the fetch ends well");
    assert_eq!(lines_of(&host), ["a", "b"]);
    assert_eq!(gaps(&host), ["buckets [] upstream: the disk is gone"]);
}

#[test]
fn without_a_file_the_fetch_says_what_to_do() {
    let error = Fake::new().fetch::<GcpAsset>(&["buckets"], &[]).expect_err("no file");
    let hint = "write one with `gcloud asset export --content-type=resource`";
    assert_eq!(error.to_string(), format!("no file was handed over for the input `export`: {hint}"));
    Fake::new().scopes::<GcpAsset>(&[]).expect_err("no file");
}

/// The page is made from the schema, so this holds what is described here to what the host's tables are.
#[test]
fn every_table_of_the_hosts_has_the_columns_that_are_filled_with_their_types() {
    let page = include_str!("../../../docs/tables.md");
    let section = |name: &str| page.split("\n## ").find(|section| section.starts_with(&format!("{name}\n")));
    let common = section("The common columns").expect("the common columns");
    let mut tables = 0;
    for table in GcpAsset::describe().tables {
        let Some(own) = section(table.name) else {
            assert_eq!(table.name, "gcp_assets", "a table of its own");
            continue;
        };
        tables += 1;
        for column in table.columns {
            let line = format!("| `{}` | {} |", column.name, column.kind);
            assert!(common.contains(&line) || own.contains(&line), "`{}` has no {line}", table.name);
        }
        if let Some(kind) = crate::tables::ALL.iter().find(|filled| filled.table == table.name).and_then(|t| t.kind) {
            assert!(own.contains(&format!("Kind: `{kind}`")), "`{}` is not of `{kind}`", table.name);
        }
    }
    assert_eq!(tables, 15);
}
