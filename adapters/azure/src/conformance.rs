//! Every kind of payload that the shared data has of Azure is read into rows, or is said to be none of ours.

#![allow(clippy::unwrap_used)]

use crate::costs::{Columns, amount};
use crate::known::{Known, address, interface};
use crate::sizes::{SizesOf, learn};
use crate::tables;
use chrono::DateTime;
use schema::scope::ALL_REGIONS;
use schema::{Row, Scope, Value};
use serde_json::Value as Json;
use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A payload, the table and the list that it is of, how many rows it is, and some cells: row, column, value.
type Ours = (&'static str, &'static str, usize, usize, &'static [(usize, &'static str, &'static str)]);

static OURS: &[Ours] = &[
    (
        "compute/virtualMachines",
        "instances",
        0,
        2,
        &[
            (0, "native_id", "/subscriptions/subid/resourcegroups/rg1/providers/microsoft.compute/virtualmachines/vm1"),
            (0, "native_type", "microsoft.compute/virtualmachines"),
            (0, "region", "eastus"),
            (0, "instance_type", "Standard_A1_V2"),
            (0, "platform", "windows"),
            (0, "lifecycle", "on_demand"),
            (0, "state", "unknown"),
            (0, "created_at", "2022-01-14T16:43:41.683Z"),
            (0, "private_ip", "172.20.2.4"),
            (
                0,
                "security_group_ids",
                "/subscriptions/subid/resourcegroups/rg1/providers/microsoft.network/networksecuritygroups/nsg1",
            ),
        ],
    ),
    ("compute/vm1", "instances", 0, 1, &[(0, "state", "running"), (0, "instance_type", "Standard_A1_V2")]),
    ("compute/{virtualMachineName}", "instances", 0, 1, &[(0, "instance_type", "Standard_A2_V2")]),
    (
        "compute/disks",
        "volumes",
        0,
        3,
        &[
            (0, "volume_type", "Premium_LRS"),
            (0, "size_gib", "200"),
            (0, "iops", "120"),
            (0, "instance_id", "test"),
            (1, "instance_id", ""),
            (1, "created_at", "2016-12-28T04:41:36.397393400Z"),
        ],
    ),
    (
        "compute/snapshots",
        "snapshots",
        0,
        2,
        &[
            (0, "size_gib", "200"),
            (0, "state", "available"),
            (
                0,
                "volume_id",
                "/subscriptions/{subscription-id}/resourcegroups/myresourcegroup/providers/microsoft.compute/diskaccesses/mydiskaccess",
            ),
            (1, "volume_id", ""),
        ],
    ),
    ("compute/images", "images", 0, 1, &[(0, "region", "westus"), (0, "platform", "windows"), (0, "name", "myImage")]),
    ("network/virtualNetworks", "networks", 0, 2, &[(0, "cidr_blocks", "10.0.0.0/8"), (1, "name", "vnet2")]),
    (
        "network/virtualNetworks",
        "subnets",
        0,
        2,
        &[
            (0, "cidr_block", "10.0.0.0/24"),
            (0, "region", "westus"),
            (
                0,
                "network_id",
                "/subscriptions/subid/resourcegroups/rg1/providers/microsoft.network/virtualnetworks/vnet1",
            ),
        ],
    ),
    ("network/networkSecurityGroups", "security_groups", 0, 2, &[(0, "open_to_world", "false"), (0, "open_ports", "")]),
    ("network/publicIPAddresses", "public_ips", 0, 3, &[(0, "address", "41.85.154.247"), (0, "state", "in_use")]),
    (
        "network/natGateways",
        "nat_gateways",
        0,
        2,
        &[
            (
                0,
                "subnet_id",
                "/subscriptions/subid/resourcegroups/rg1/providers/microsoft.network/virtualnetworks/test-vnet/subnets/subnet1",
            ),
            (0, "connectivity", "public"),
        ],
    ),
    ("network/loadBalancers", "load_balancers", 0, 2, &[(0, "scheme", "internet-facing"), (0, "region", "westus")]),
    ("network/lb", "load_balancers", 0, 1, &[(0, "scheme", "internal")]),
    ("network/lb3", "load_balancers", 0, 1, &[(0, "scheme", ""), (0, "name", "lb3")]),
    (
        "postgresql/flexibleServers",
        "databases",
        0,
        1,
        &[
            (0, "engine", "postgres"),
            (0, "region", "eastus2"),
            (0, "instance_class", "Standard_D4s_v3"),
            (0, "storage_gib", "512"),
            (0, "multi_az", "true"),
            (0, "publicly_accessible", "false"),
            (0, "zone", "1"),
        ],
    ),
    (
        "mysql/flexibleServers",
        "databases",
        1,
        1,
        &[
            (0, "engine", "mysql"),
            (0, "engine_version", "5.7"),
            (0, "multi_az", "false"),
            (0, "publicly_accessible", "true"),
        ],
    ),
    (
        "sql/managedInstances",
        "databases",
        2,
        2,
        &[
            (0, "native_type", "microsoft.sql/managedinstances"),
            (0, "region", "japaneast"),
            (0, "state", "available"),
            (0, "engine", "sqlserver"),
            (0, "instance_class", "GP_Gen4"),
            (0, "storage_gib", "1024"),
            (0, "multi_az", ""),
            (0, "publicly_accessible", "false"),
            (
                0,
                "network_id",
                "/subscriptions/20d7082a-0fc7-4468-82bd-542694d5042b/resourcegroups/testrg/providers/microsoft.network/virtualnetworks/vnet1",
            ),
            (1, "instance_class", "BC_Gen5"),
            (1, "endpoint", "testinstance2.2c3d1bdae3412.database.windows.net"),
        ],
    ),
    (
        "storage/storageAccounts",
        "buckets",
        0,
        6,
        &[
            (0, "name", "sto1125"),
            (0, "kind", "storage.bucket"),
            (0, "created_at", "2017-05-24T13:28:53.454039800Z"),
            (2, "region", "eastus2(stage)"),
        ],
    ),
    (
        "containerservice/managedClusters",
        "clusters",
        0,
        1,
        &[
            (0, "name", "clustername1"),
            (0, "native_type", "microsoft.containerservice/managedclusters"),
            (0, "state", "available"),
            (0, "version", "1.9.6"),
            (0, "endpoint", "dnsprefix1-abcd1234.hcp.eastus.azmk8s.io"),
            (0, "publicly_accessible", "true"),
            (0, "node_count", "3"),
            (0, "network_id", ""),
            (0, "subnet_ids", ""),
            (0, "tier", ""),
        ],
    ),
    // Web apps, and no function among them.
    ("web/sites", "functions", 0, 0, &[]),
];

/// What is read beside rows, each in a test of its own below.
static BESIDES: &[&str] = &[
    "compute/skus",
    "compute/virtualMachineScaleSets",
    "network/networkInterfaces",
    "sql/databases",
    "sql/elasticPools",
    "sql/servers",
];

/// What no table is made of, by folder.
static NOT_OURS: &[(&str, &str)] = &[
    ("authorization", "denyAssignments roleAssignments roleDefinitions"),
    (
        "compute",
        "availabilitySets calculator capacityReservationGroups cloudServices diskAccesses diskEncryptionSets \
      galleries hostGroups operations prices proximityPlacementGroups restorePointCollections \
      sshPublicKeys vmSizes",
    ),
    ("containerservice", "fleets members snapshots"),
    (
        "cosmos-db",
        "cassandraClusters configurations dataCenters databaseAccounts locations mongoClusters \
      notebookWorkspaces privateEndpointConnections privateLinkResources restorableDatabaseAccounts \
      restorableSqlContainers restorableSqlDatabases roles serverGroupsv2 servers status usages",
    ),
    (
        "graph",
        "adminConsentRequestPolicy authenticationFlowsPolicy authenticationMethodsPolicy authorizationPolicy \
      conditionalAccessPolicies devices groups organization roleDefinitions serviceprincipals users",
    ),
    ("keyvault", "keys managedHSMs secrets vaults"),
    ("metric", "metrics"),
    (
        "monitor",
        "accounts actionGroups activityLogAlerts alertrules dataCollectionRules diagnosticSettings \
      logprofiles metricAlerts pipelineGroups privateLinkScopes scheduledQueryRules",
    ),
    (
        "mysql",
        "administrators backups backupsV2 capabilities configurations databases firewallRules logFiles \
      maintenances",
    ),
    (
        "network",
        "ApplicationGatewayWebApplicationFirewallPolicies ExpressRoutePorts ExpressRoutePortsLocations \
      IpAllocations applicationGatewayAvailableWafRuleSets applicationGateways \
      autoApprovedPrivateLinkServices availableServiceAliases azureFirewallFqdnTags azureFirewalls \
      azureWebCategories bastionHosts connections customIpPrefixes ddosProtectionPlans dnszones \
      dscpConfigurations expressRouteCircuits expressRouteGateways firewallPolicies flowLogs ipGroups \
      localNetworkGateways networkProfiles networkVirtualApplianceSkus networkVirtualAppliances \
      networkWatchers p2svpnGateways privateLinkServices probes publicIPPrefixes recordsets routeFilters \
      routeTables securityPartnerProviders subnets usages virtualHubs virtualNetworkGateways \
      virtualNetworkTaps virtualRouters virtualWans vpnConnections vpnGateways vpnServerConfigurations \
      vpnSites webApplicationFirewallPolicies",
    ),
    ("postgresql", "administrators backups capabilities configurations databases firewallRules"),
    ("resources", "locations locks resourcegroups resources"),
    ("security", "assessments autoProvisioningSettings pricings serverVulnerabilityAssessmentsSettings settings"),
    (
        "sql",
        "administrators advisors auditingSettings current encryptionProtector \
      failoverGroups firewallRules geoBackupPolicies instanceFailoverGroups instancePools jobAgents \
      privateEndpointConnections serverTrustGroups transparentDataEncryption \
      virtualClusters virtualNetworkRules workloadGroups",
    ),
    ("storage", "containers deletedAccounts queues shares skus tables usages"),
    ("web", "certificates containerApps domains hostingEnvironments kubeEnvironments list serverfarms staticSites"),
];

/// Examples of Azure's specification and findings of another tool, each with what becomes of it.
static OTHERS: &[(&str, &str)] = &[
    ("azure-rest-api-specs/consumption_ReservationRecommendations", "no table has reservations to buy"),
    ("azure-rest-api-specs/consumption_UsageDetails_legacy_actualcost", "usage is read from exports, not from its API"),
    ("azure-rest-api-specs/consumption_UsageDetails_modern_mca", "usage is read from exports, not from its API"),
    ("azure-rest-api-specs/costmanagement_SubscriptionQueryGrouping", "read in a test of its own below"),
    ("azure-rest-api-specs/resourcegraph_ResourcesNextPageQuery", "rows are of lists, not of the resource graph"),
    ("prowler/example_output_aws.ocsf", "findings of another tool, of which no table is made"),
    ("prowler/example_output_azure.ocsf", "findings of another tool, of which no table is made"),
];

/// Where the recorded payloads are; none where they are not, which is said.
fn folder() -> Option<PathBuf> {
    api().map(|api| api.join("fixinventory/azure"))
}

/// Where all payloads are.
fn api() -> Option<PathBuf> {
    #[allow(clippy::disallowed_methods, reason = "only tests that use foreign data ask where it is")]
    let root = std::env::var_os("NEPH_CONFORMANCE_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), PathBuf::from);
    let folder = root.join("api");
    if folder.is_dir() {
        return Some(folder);
    }
    #[allow(clippy::print_stderr, reason = "a skipped test must not look like one that passed")]
    {
        eprintln!("skipped: `{}` is not there; set NEPH_CONFORMANCE_DATA", folder.display());
    }
    None
}

/// A payload's things: those of its page, or itself.
fn things(folder: &Path, name: &str) -> Vec<Json> {
    let payload: Json = serde_json::from_slice(&std::fs::read(folder.join(format!("{name}.json"))).unwrap()).unwrap();
    payload["value"].as_array().cloned().unwrap_or_else(|| vec![payload])
}

fn known(folder: &Path) -> Known {
    let mut known = Known::at(&Scope::new("azure", "subid", "prod", ALL_REGIONS), DateTime::UNIX_EPOCH);
    known.power = Some(HashMap::new());
    known.interfaces = Some(things(folder, "network/networkInterfaces").iter().filter_map(interface).collect());
    known.addresses = Some(things(folder, "network/publicIPAddresses").iter().filter_map(address).collect());
    known
}

fn written(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Float(value) => value.to_string(),
        Value::Text(text) => text.clone(),
        Value::List(texts) => texts.join(","),
        Value::Time(at) => at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true),
        other => format!("{other:?}"),
    }
}

#[test]
fn every_payload_is_read_or_said_to_be_none_of_ours() {
    let Some(folder) = folder() else { return };
    let mut expected: BTreeSet<String> =
        OURS.iter().map(|(name, ..)| *name).chain(BESIDES.iter().copied()).map(str::to_owned).collect();
    for (service, names) in NOT_OURS {
        for name in names.split_whitespace() {
            assert!(expected.insert(format!("{service}/{name}")), "`{service}/{name}` is named twice");
        }
    }
    let mut found = BTreeSet::new();
    for service in std::fs::read_dir(&folder).unwrap().map(Result::unwrap) {
        for file in std::fs::read_dir(service.path()).unwrap().map(Result::unwrap) {
            let name = file.path().file_stem().unwrap().to_string_lossy().into_owned();
            found.insert(format!("{}/{name}", service.file_name().to_string_lossy()));
        }
    }
    let unknown: Vec<_> = found.difference(&expected).collect();
    assert!(unknown.is_empty(), "neither read nor said to be none of ours: {unknown:?}");
    let gone: Vec<_> = expected.difference(&found).collect();
    assert!(gone.is_empty(), "named here and not there: {gone:?}");
}

#[test]
fn every_other_example_of_azure_is_read_or_said_to_be_none_of_ours() {
    let Some(api) = api() else { return };
    let mut found = BTreeSet::new();
    for collection in ["azure-rest-api-specs", "prowler"] {
        for file in std::fs::read_dir(api.join(collection)).unwrap().map(Result::unwrap) {
            found.insert(format!("{collection}/{}", file.path().file_stem().unwrap().to_string_lossy()));
        }
    }
    let expected: BTreeSet<String> = OTHERS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(found, expected);
}

#[test]
fn amounts_of_cost_management_are_read_by_the_names_of_their_columns_and_exactly() {
    let Some(api) = api() else { return };
    let file = api.join("azure-rest-api-specs/costmanagement_SubscriptionQueryGrouping.json");
    let example: Json = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let page = &example["responses"]["200"]["body"]["value"][0];
    let columns = Columns::of(page);
    let (cost, currency) = (columns.at("pretaxcost").unwrap(), columns.at("currency").unwrap());
    let rows = page["properties"]["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 4);
    assert!(rows.iter().all(|row| row[currency] == "USD"));
    assert_eq!(amount(&rows[1][cost]).unwrap().to_string(), "218.68795741935486");
    assert!(columns.at("resourceid").is_err(), "what has no resource is no cost of one");
}

#[test]
fn payloads_become_rows_with_these_cells() {
    let Some(folder) = folder() else { return };
    let known = known(&folder);
    for (name, table, list, count, cells) in OURS {
        let entry = tables::ALL.iter().find(|entry| entry.support.table.name == *table).unwrap();
        let things = things(&folder, name);
        let rows: Vec<Row> = things.iter().flat_map(|thing| (entry.lists[*list].rows)(&known, thing)).collect();
        assert_eq!(rows.len(), *count, "{name}");
        for (row, column, expected) in *cells {
            assert_eq!(written(rows[*row].get(column)), *expected, "{name}: {column} of row {row}");
        }
    }
}

#[test]
fn an_instance_of_a_scale_set_has_the_size_of_its_set_and_that_size_its_processors() {
    let Some(folder) = folder() else { return };
    let mut sizes = SizesOf::new();
    things(&folder, "compute/skus").iter().for_each(|sku| learn(&mut sizes, "westeurope", sku));
    let size = &sizes["standard_pb6s"];
    assert_eq!((size.vcpus, size.memory_gib, size.architecture), (Some(6), Some(112.0), Some("x86_64")));
    let mut known = known(&folder);
    known.sizes = Some(HashMap::from([("westeurope".to_owned(), Some(Arc::new(sizes)))]));
    let mut set = things(&folder, "compute/virtualMachineScaleSets").remove(0);
    let machine = serde_json::json!({"id": "/X/0", "location": "West Europe", "properties": {}});
    let row = tables::instances::scale_set_row(&known, &set, &machine);
    assert_eq!(written(row.get("instance_type")), "Standard_D1_v2");
    assert_eq!(row.get("vcpus"), &Value::Null);
    set["sku"]["name"] = "Standard_PB6s".into();
    assert_eq!(tables::instances::scale_set_row(&known, &set, &machine).get("vcpus"), &Value::Int(6));
}

#[test]
fn databases_and_pools_of_azure_sql_have_their_servers_name_and_version() {
    let Some(folder) = folder() else { return };
    let known = known(&folder);
    let server = things(&folder, "sql/servers").remove(0);
    let databases = things(&folder, "sql/databases");
    let rows: Vec<Row> =
        databases.iter().filter_map(|item| tables::databases::sql_database(&known, &server, item)).collect();
    assert_eq!((databases.len(), rows.len()), (2, 1), "`master` is left out");
    let cells = [
        ("name", "testdb"),
        ("native_type", "microsoft.sql/servers/databases"),
        ("region", "southeastasia"),
        ("state", "available"),
        ("engine", "sqlserver"),
        ("engine_version", "12.0"),
        ("instance_class", "BC_Gen4_2"),
        ("storage_gib", "250"),
        ("multi_az", "false"),
        ("publicly_accessible", "true"),
        ("endpoint", "sqlcrudtest-4645.database.windows.net"),
        ("created_at", "2017-06-07T04:41:33.937Z"),
    ];
    for (column, expected) in cells {
        assert_eq!(written(rows[0].get(column)), expected, "{column}");
    }
    let pools = things(&folder, "sql/elasticPools");
    let row = tables::databases::elastic_pool(&known, &server, &pools[0]);
    for (column, expected) in [("instance_class", "GP_Gen4_2"), ("state", "available"), ("region", "japaneast")] {
        assert_eq!(written(row.get(column)), expected, "{column}");
    }
}
