//! Every table of both clouds while something goes wrong: the rows are those of the scopes that can be read, and coverage
//! names the others and nothing else.

use crate::clouds::{builder, now, sql};
use engine::EngineSettings;
use engine::context::RetryPolicy;
use host::app::App;
use host::config::Config;
use serde_json::Value;
use standin::{Behaviour, Estate, Fault, FaultKind, GenerateSettings, Standin, Subscription};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// One thing of an estate: provider, account, region (`*` where its scope has none), and the provider's own id.
type Thing = (String, String, String, String);

/// Tables, and a call of either cloud without which rows lack.
const CASES: &[(&str, &str, &str)] = &[
    ("volumes", "ec2:DescribeVolumes", "Microsoft.Compute/disks/read"),
    ("snapshots", "ec2:DescribeSnapshots", "Microsoft.Compute/snapshots/read"),
    ("images", "ec2:DescribeImages", "Microsoft.Compute/images/read"),
    ("networks", "ec2:DescribeVpcs", "Microsoft.Network/virtualNetworks/read"),
    ("subnets", "ec2:DescribeSubnets", "Microsoft.Network/virtualNetworks/read"),
    ("security_groups", "ec2:DescribeSecurityGroups", "Microsoft.Network/networkSecurityGroups/read"),
    ("public_ips", "ec2:DescribeAddresses", "Microsoft.Network/publicIPAddresses/read"),
    ("nat_gateways", "ec2:DescribeNatGateways", "Microsoft.Network/natGateways/read"),
    ("load_balancers", "elasticloadbalancing:DescribeLoadBalancers", "Microsoft.Network/loadBalancers/read"),
    ("load_balancers", "elasticloadbalancing-2012:DescribeLoadBalancers", "Microsoft.Network/applicationGateways/read"),
    ("databases", "rds:DescribeDBInstances", "Microsoft.DBforPostgreSQL/flexibleServers/read"),
    ("databases", "rds:DescribeDBInstances", "Microsoft.Sql/servers/databases/read"),
    ("buckets", "s3:ListBuckets", "Microsoft.Storage/storageAccounts/read"),
    ("functions", "lambda:ListFunctions", "Microsoft.Web/sites/read"),
    ("clusters", "eks:ListClusters", "Microsoft.ContainerService/managedClusters/read"),
];

/// Two accounts with two regions, and two subscriptions with two locations, in pages so small that each list has some.
fn start() -> Standin {
    let sized = GenerateSettings { buckets_per_account: 4, ..GenerateSettings::sized(now(), 2, 2, 24) };
    let estate = Estate::generate(&GenerateSettings { subscriptions: 2, ..sized });
    Standin::start(estate, Behaviour { page_cap: Some(5), page_caps: caps(), ..Behaviour::default() }).unwrap()
}

/// Of volumes, snapshots, functions and the like there are enough for pages of five.
fn caps() -> BTreeMap<String, usize> {
    const MANY: &[&str] = &["volumes", "snapshots", "public_ips", "functions"];
    let few = CASES.iter().filter(|(table, ..)| !MANY.contains(table));
    let actions = few.flat_map(|(_, amazon, microsoft)| [*amazon, *microsoft]);
    actions.chain([ON_AWS, ON_AZURE]).map(|action| (action.to_owned(), 1)).collect()
}

async fn app(standin: &Standin, kind: FaultKind) -> App {
    let retry = RetryPolicy {
        // Who never answers is not asked again.
        attempts: if kind == FaultKind::Hang { 1 } else { 2 },
        first_wait: Duration::from_millis(2),
        longest_wait: Duration::from_millis(10),
        patience: Duration::from_millis(50),
        call_timeout: Duration::from_millis(if kind == FaultKind::Hang { 1500 } else { 10_000 }),
    };
    let builder = builder(standin, EngineSettings { retry, ..EngineSettings::default() });
    App::assemble(Config::default(), builder, None, false, now).await.unwrap()
}

/// What coverage calls it.
fn status(kind: FaultKind, provider: &str) -> &'static str {
    match kind {
        // Azure's breaks with 503, which says to come again.
        FaultKind::ServerError if provider == "azure" => "throttled",
        FaultKind::Denied => "denied",
        FaultKind::Throttle => "throttled",
        FaultKind::Hang => "timeout",
        _ => "failed",
    }
}

fn truth(estate: &Estate, table: &str) -> BTreeSet<Thing> {
    let thing = |provider: &str, account: &str, region: &str, id: String| {
        (provider.to_owned(), account.to_owned(), region.to_owned(), id)
    };
    let mut all = BTreeSet::new();
    for account in &estate.accounts {
        let buckets = account.buckets.iter().filter(|_| table == "buckets");
        all.extend(buckets.map(|bucket| thing("aws", &account.id, "*", bucket.name.clone())));
        for region in &account.regions {
            all.extend(amazon(region, table).into_iter().map(|id| thing("aws", &account.id, &region.name, id)));
        }
    }
    for here in &estate.subscriptions {
        all.extend(microsoft(here, table).into_iter().map(|id| thing("azure", &here.id, "*", id.to_lowercase())));
    }
    all
}

fn amazon(region: &standin::estate::Region, table: &str) -> Vec<String> {
    fn ids<T>(all: &[T], id: impl Fn(&T) -> &String) -> Vec<String> {
        all.iter().map(|one| id(one).clone()).collect()
    }
    match table {
        "volumes" => ids(&region.volumes, |one| &one.id),
        "snapshots" => ids(&region.snapshots, |one| &one.id),
        "images" => ids(&region.images, |one| &one.id),
        "networks" => ids(&region.vpcs, |one| &one.id),
        "subnets" => ids(&region.subnets, |one| &one.id),
        "security_groups" => ids(&region.security_groups, |one| &one.id),
        "public_ips" => ids(&region.addresses, |one| &one.allocation_id),
        "nat_gateways" => ids(&region.nat_gateways, |one| &one.id),
        "load_balancers" => {
            let mut names = ids(&region.load_balancers, |one| &one.name);
            names.extend(ids(&region.classic_load_balancers, |one| &one.name));
            names
        }
        "databases" => ids(&region.db_instances, |one| &one.identifier),
        "functions" => ids(&region.functions, |one| &one.name),
        "clusters" => ids(&region.clusters, |one| &one.name),
        "buckets" => Vec::new(),
        other => panic!("no truth of {other}"),
    }
}

fn microsoft(here: &Subscription, table: &str) -> Vec<String> {
    macro_rules! ids {
        ($($list:expr),*) => {{
            let mut ids = Vec::new();
            $(ids.extend($list.iter().map(|one| one.resource.id.clone()));)*
            ids
        }};
    }
    match table {
        "volumes" => ids!(here.disks),
        "snapshots" => ids!(here.snapshots),
        "images" => ids!(here.images),
        "networks" => ids!(here.virtual_networks),
        "subnets" => here.virtual_networks.iter().flat_map(|one| &one.subnets).map(|one| one.id.clone()).collect(),
        "security_groups" => ids!(here.network_security_groups),
        "public_ips" => ids!(here.public_ip_addresses),
        "nat_gateways" => ids!(here.nat_gateways),
        "load_balancers" => ids!(here.load_balancers, here.application_gateways),
        "databases" => {
            let mut ids = ids!(here.postgresql_servers, here.mysql_servers, here.managed_instances);
            for server in &here.sql_servers {
                ids.extend(ids!(server.databases, server.elastic_pools));
            }
            ids.retain(|id| !id.ends_with("/databases/master"));
            ids
        }
        "buckets" => ids!(here.storage_accounts),
        "functions" => {
            let apps = here.sites.iter().filter(|site| site.kind.contains("functionapp"));
            apps.map(|site| site.resource.id.clone()).collect()
        }
        "clusters" => ids!(here.managed_clusters),
        other => panic!("no truth of {other}"),
    }
}

/// The rows of an answer. One that comes twice is a mistake.
fn things(table: &str, answer: &Value) -> BTreeSet<Thing> {
    let rows = answer["rows"].as_array().unwrap();
    let text = |row: &Value, column: &str| row[column].as_str().unwrap().to_owned();
    let all: BTreeSet<Thing> = rows
        .iter()
        .map(|row| {
            let has_region = row["provider"] == "aws" && table != "buckets";
            let region = if has_region { text(row, "region") } else { "*".to_owned() };
            (text(row, "provider"), text(row, "account_id"), region, text(row, "native_id"))
        })
        .collect();
    assert_eq!(all.len(), rows.len(), "`{table}` has a row twice");
    all
}

fn select(table: &str) -> String {
    format!("SELECT provider, account_id, region, native_id FROM {table}")
}

/// The lines of coverage that say what lacks.
fn lacks(answer: &Value) -> Vec<&Value> {
    let lines = answer["coverage"]["scopes"].as_array().unwrap().iter();
    let lacks: Vec<_> = lines.filter(|line| line["status"] != "live" && line["status"] != "cached").collect();
    assert_eq!(answer["coverage"]["complete"], lacks.is_empty(), "{}", answer["coverage"]);
    lacks
}

/// Counts the same things once more, where the rows said that some lack.
async fn is_a_lower_bound(app: &App, table: &str, rows: usize) {
    let counted = sql(app, &format!("SELECT count(*) AS n FROM {table}")).await;
    assert_eq!(counted["rows"][0]["n"], rows, "{table}");
    assert_eq!(counted["coverage"]["lower_bound"], true, "{table}: {}", counted["coverage"]);
}

/// Strikes one scope of either cloud, table by table: at once, and in the middle of paging.
async fn each_table_names_what_it_lacks_under(kind: FaultKind) {
    let standin = start();
    let estate = standin.estate();
    let (account, subscription) = (&estate.accounts[1], &estate.subscriptions[1]);
    let region = &account.regions[1].name;
    let mut kept = 0;
    for (nth, (table, on_aws, on_azure)) in CASES.iter().enumerate() {
        let truth = truth(&estate, table);
        let (amazon, microsoft) = (Fault::new(kind).account(&account.id), Fault::new(kind).account(&subscription.id));
        let amazon = if *table == "buckets" { amazon } else { amazon.region(region) };
        let mut faults = vec![amazon.action(on_aws), microsoft.action(on_azure)];
        if nth % 2 == 1 {
            faults = faults.into_iter().map(|fault| fault.page(2)).collect();
        }
        standin.reset_counts();
        standin.set_faults(faults);
        let app = app(&standin, kind).await;
        let answer = sql(&app, &select(table)).await;
        let found = things(table, &answer);
        let lines = lacks(&answer);
        let context = format!("`{table}` under {kind:?}: {lines:#?}");
        for line in &lines {
            assert_eq!(line["status"], status(kind, line["provider"].as_str().unwrap()), "{context}");
            assert_eq!((&line["table"], line["columns"].is_null()), (&(*table).into(), true), "{context}");
            let place = (line["provider"].as_str(), line["account_id"].as_str());
            let is_struck = place == (Some("azure"), Some(&*subscription.id))
                || (place == (Some("aws"), Some(&*account.id)) && (*table == "buckets" || line["region"] == **region));
            assert!(is_struck, "nothing went wrong there: {context}");
        }
        for (provider, action) in [("aws", on_aws), ("azure", on_azure)] {
            let is_named = lines.iter().any(|line| line["provider"] == provider);
            assert_eq!(
                is_named,
                standin.struck().iter().any(|one| one.key.action == **action),
                "{provider}: {context}"
            );
        }
        assert!(found.is_subset(&truth), "{:?} are not true: {context}", found.difference(&truth));
        for thing in truth.difference(&found) {
            let named = lines.iter().any(|line| {
                line["provider"] == *thing.0
                    && line["account_id"] == *thing.1
                    && (thing.2 == "*" || line["region"] == *thing.2)
            });
            assert!(named, "{thing:?} lacks in silence: {context}");
        }
        kept += found.iter().filter(|thing| thing.1 == subscription.id).count();
        is_a_lower_bound(&app, table, found.len()).await;
    }
    assert!(kept > 0, "nothing of the pages before the break was kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_table_names_what_it_lacks_where_it_is_denied() {
    each_table_names_what_it_lacks_under(FaultKind::Denied).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_table_names_what_it_lacks_where_it_is_throttled() {
    each_table_names_what_it_lacks_under(FaultKind::Throttle).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_table_names_what_it_lacks_where_the_server_breaks() {
    each_table_names_what_it_lacks_under(FaultKind::ServerError).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_table_names_what_it_lacks_where_nobody_answers() {
    each_table_names_what_it_lacks_under(FaultKind::Hang).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_table_names_what_it_lacks_where_replies_break_off() {
    each_table_names_what_it_lacks_under(FaultKind::Cut).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_table_names_what_it_lacks_where_replies_are_garbage() {
    each_table_names_what_it_lacks_under(FaultKind::Garbage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_table_names_what_it_lacks_where_replies_say_nothing() {
    each_table_names_what_it_lacks_under(FaultKind::Empty).await;
}

/// The lists that accounts are found in.
const ON_AWS: &str = "organizations:ListAccounts";
const ON_AZURE: &str = "Microsoft.Resources/subscriptions/read";

/// Everything of the other cloud, and of this one what was listed before `page`; one line for the rest of its accounts.
async fn accounts_are_not_lost_in_silence(standin: &Standin, provider: &str, kind: FaultKind, page: u64) {
    let estate = standin.estate();
    let (action, first) = match provider {
        "aws" => (ON_AWS, &estate.accounts[0].id),
        _ => (ON_AZURE, &estate.subscriptions[0].id),
    };
    standin.set_faults(vec![Fault::new(kind).action(action).page(page)]);
    let app = app(standin, kind).await;
    for table in ["volumes", "buckets"] {
        let answer = sql(&app, &select(table)).await;
        let context = format!("`{table}`, page {page} of {action}, {kind:?}: {:#}", answer["coverage"]);
        let mut expected = truth(&estate, table);
        expected.retain(|thing| thing.0 != provider || (page > 1 && thing.1 == *first));
        assert_eq!(things(table, &answer), expected, "{context}");
        let lines = lacks(&answer);
        assert_eq!(lines.len(), 1, "{context}");
        let line = lines[0];
        assert_eq!((&line["provider"], &line["account_id"]), (&provider.into(), &"*".into()), "{context}");
        assert_eq!((&line["status"], line["columns"].is_null()), (&status(kind, provider).into(), true), "{context}");
        is_a_lower_bound(&app, table, expected.len()).await;
        // Whoever asks for an account by a name that nobody could look up is not told that there is nothing.
        let named = sql(&app, &format!("{} WHERE account_name = 'prod'", select(table))).await;
        assert_eq!(named["coverage"]["complete"], false, "{}", named["coverage"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_of_an_organisation_that_cannot_be_listed_are_a_line_and_those_listed_before_are_there() {
    let standin = start();
    for kind in [FaultKind::Denied, FaultKind::Throttle, FaultKind::Cut, FaultKind::Garbage, FaultKind::Empty] {
        for page in [1, 2] {
            accounts_are_not_lost_in_silence(&standin, "aws", kind, page).await;
        }
    }
    accounts_are_not_lost_in_silence(&standin, "aws", FaultKind::Hang, 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn subscriptions_that_cannot_be_listed_are_a_line_and_those_listed_before_are_there() {
    let standin = start();
    for kind in [FaultKind::Denied, FaultKind::Throttle, FaultKind::Cut, FaultKind::Garbage, FaultKind::Empty] {
        for page in [1, 2] {
            accounts_are_not_lost_in_silence(&standin, "azure", kind, page).await;
        }
    }
    accounts_are_not_lost_in_silence(&standin, "azure", FaultKind::Hang, 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_whose_regions_cannot_be_listed_is_a_line_and_the_others_are_whole() {
    let standin = start();
    let estate = standin.estate();
    let lost = &estate.accounts[1].id;
    for kind in [FaultKind::Denied, FaultKind::Throttle, FaultKind::Cut, FaultKind::Garbage, FaultKind::Empty] {
        standin.set_faults(vec![Fault::new(kind).action("ec2:DescribeRegions").account(lost)]);
        let app = app(&standin, kind).await;
        for table in ["volumes", "buckets"] {
            let answer = sql(&app, &select(table)).await;
            let mut expected = truth(&estate, table);
            expected.retain(|thing| thing.1 != *lost);
            assert_eq!(things(table, &answer), expected, "`{table}` under {kind:?}");
            let lines = lacks(&answer);
            let said: Vec<_> =
                lines.iter().map(|line| (line["account_id"].as_str(), line["status"].as_str())).collect();
            assert_eq!(said, [(Some(lost.as_str()), Some(status(kind, "aws")))], "`{table}` under {kind:?}");
            is_a_lower_bound(&app, table, expected.len()).await;
        }
    }
}
