//! Lists of Azure Resource Manager: every page of every list is the truth, in Azure's words.

use super::arm_client::{Arm, error, started};
use super::client::{now, start};
use serde_json::{Value, json};
use standin::estate::Subscription;
use standin::estate::azure::TrackedResource;
use standin::{Behaviour, Estate, GenerateSettings};

fn ids<'a>(resources: impl Iterator<Item = &'a TrackedResource>) -> Vec<String> {
    resources.map(|resource| resource.id.clone()).collect()
}

/// Every list of a subscription, its version, and the ids that it should have.
fn lists(of: &Subscription) -> Vec<(&'static str, &'static str, Vec<String>)> {
    vec![
        ("Microsoft.Compute/virtualMachines", "2024-07-01", ids(of.virtual_machines.iter().map(|x| &x.resource))),
        ("Microsoft.Compute/virtualMachineScaleSets", "2024-07-01", ids(of.scale_sets.iter().map(|x| &x.resource))),
        ("Microsoft.Compute/disks", "2024-03-02", ids(of.disks.iter().map(|x| &x.resource))),
        ("Microsoft.Compute/snapshots", "2024-03-02", ids(of.snapshots.iter().map(|x| &x.resource))),
        ("Microsoft.Compute/images", "2024-07-01", ids(of.images.iter().map(|x| &x.resource))),
        ("Microsoft.Network/virtualNetworks", "2024-05-01", ids(of.virtual_networks.iter().map(|x| &x.resource))),
        (
            "Microsoft.Network/networkSecurityGroups",
            "2024-05-01",
            ids(of.network_security_groups.iter().map(|x| &x.resource)),
        ),
        ("Microsoft.Network/publicIPAddresses", "2024-05-01", ids(of.public_ip_addresses.iter().map(|x| &x.resource))),
        ("Microsoft.Network/natGateways", "2024-05-01", ids(of.nat_gateways.iter().map(|x| &x.resource))),
        ("Microsoft.Network/loadBalancers", "2024-05-01", ids(of.load_balancers.iter().map(|x| &x.resource))),
        ("Microsoft.Network/networkInterfaces", "2024-05-01", ids(of.network_interfaces.iter().map(|x| &x.resource))),
        ("Microsoft.Sql/servers", "2023-08-01", ids(of.sql_servers.iter().map(|x| &x.resource))),
        ("Microsoft.Sql/managedInstances", "2023-08-01", ids(of.managed_instances.iter().map(|x| &x.resource))),
        (
            "Microsoft.DBforPostgreSQL/flexibleServers",
            "2024-08-01",
            ids(of.postgresql_servers.iter().map(|x| &x.resource)),
        ),
        ("Microsoft.DBforMySQL/flexibleServers", "2023-12-30", ids(of.mysql_servers.iter().map(|x| &x.resource))),
        ("Microsoft.Storage/storageAccounts", "2023-05-01", ids(of.storage_accounts.iter().map(|x| &x.resource))),
        ("Microsoft.Web/sites", "2023-12-01", ids(of.sites.iter().map(|x| &x.resource))),
        (
            "Microsoft.ContainerService/managedClusters",
            "2024-09-01",
            ids(of.managed_clusters.iter().map(|x| &x.resource)),
        ),
    ]
}

fn written_ids(values: &[Value]) -> Vec<&str> {
    values.iter().map(|value| value["id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn every_list_is_the_truth_in_pages_of_any_size() {
    let (standin, arm) = started(Behaviour::default());
    for cap in [None, Some(1), Some(7)] {
        standin.set_behaviour(Behaviour { page_cap: cap, ..Behaviour::default() });
        for (kind, version, truth) in lists(arm.subscription()) {
            assert!(!truth.is_empty(), "{kind}: the estate should have one");
            let path = format!("/subscriptions/{}/providers/{kind}?api-version={version}", arm.subscription().id);
            let (values, pages) = arm.all(&path).await;
            assert_eq!(written_ids(&values), truth, "{kind}");
            assert_eq!(pages, truth.len().div_ceil(cap.unwrap_or(200)), "{kind}");
            assert!(values.iter().all(|value| value["type"] == kind && value["location"].is_string()), "{kind}");
        }
    }
}

#[tokio::test]
async fn a_large_list_of_machines_has_pages_of_its_own_size_and_other_parameters_stay() {
    let settings = GenerateSettings { subscriptions: 1, ..GenerateSettings::sized(now(), 0, 1, 450) };
    let standin = start(Estate::generate(&settings), Behaviour::default());
    let arm = Arm::of(&standin);
    let machines = &arm.subscription().virtual_machines;
    let path = format!(
        "/subscriptions/{}/providers/Microsoft.Compute/virtualMachines?api-version=2024-07-01&statusOnly=true",
        arm.subscription().id
    );
    let (values, pages) = arm.all(&path).await;
    assert_eq!((values.len(), pages), (machines.len(), machines.len().div_ceil(200)));
    for (value, machine) in values.iter().zip(machines) {
        let statuses = value["properties"]["instanceView"]["statuses"].as_array().unwrap();
        assert_eq!(statuses[1]["code"], format!("PowerState/{}", machine.power_state), "on every page");
        let id = value["id"].as_str().unwrap();
        assert!(id.eq_ignore_ascii_case(&machine.resource.id) && id != machine.resource.id, "a group in upper case");
    }
}

#[tokio::test]
async fn a_token_lists_the_subscriptions_that_it_may_read() {
    let (_standin, arm) = started(Behaviour::default());
    let (both, _) = arm.all("/subscriptions?api-version=2022-12-01").await;
    let estate = &arm.estate.subscriptions;
    assert_eq!(both.iter().map(|s| &s["subscriptionId"]).collect::<Vec<_>>(), [&estate[0].id, &estate[1].id]);
    assert_eq!((&both[0]["displayName"], &both[0]["state"]), (&json!(estate[0].display_name), &json!("Enabled")));
    let one = arm.with_token(&estate[1].tokens[1]);
    let (own, _) = one.all("/subscriptions?api-version=2022-12-01").await;
    assert_eq!(own.iter().map(|s| &s["subscriptionId"]).collect::<Vec<_>>(), [&estate[1].id]);
    assert_eq!(error(&one.provided("Microsoft.Compute/disks?api-version=2024-03-02").await).0, 403);
    let of = |nth: usize| format!("/subscriptions/{}?api-version=2022-12-01", estate[nth].id);
    assert_eq!(arm.get(&of(1)).await.json(), both[1]);
    assert_eq!(error(&one.get(&of(0)).await), (403, "AuthorizationFailed".to_owned()));
    let locations = format!("/subscriptions/{}/locations?api-version=2022-12-01", estate[0].id);
    let (locations, _) = arm.all(&locations).await;
    assert_eq!(locations.iter().map(|at| &at["name"]).collect::<Vec<_>>(), ["westeurope", "eastus"]);
}

#[tokio::test]
async fn a_machine_is_as_the_estate_has_it() {
    let (_standin, arm) = started(Behaviour::default());
    let body = arm.provided("Microsoft.Compute/virtualMachines?api-version=2024-07-01").await.json();
    for (value, vm) in body["value"].as_array().unwrap().iter().zip(&arm.subscription().virtual_machines) {
        let properties = &value["properties"];
        assert_eq!(properties["hardwareProfile"]["vmSize"], vm.vm_size);
        assert_eq!(properties["priority"].as_str(), vm.priority.as_deref(), "absent where it is regular");
        assert_eq!(properties["storageProfile"]["osDisk"]["osType"], vm.os_type);
        assert_eq!(properties["storageProfile"]["dataDisks"].as_array().unwrap().len(), vm.data_disk_ids.len());
        assert_eq!(value.get("tags").is_none(), vm.resource.tags.is_empty(), "no tags, no field");
        assert!(properties["instanceView"].is_null(), "power states are asked for apart");
    }
    let of = |state: &str| arm.subscription().virtual_machines.iter().filter(|vm| vm.power_state == state).count();
    assert!(of("deallocated") >= 2 && of("running") > 10, "an estate has both");
    assert!(arm.subscription().virtual_machines.iter().any(|vm| vm.priority.as_deref() == Some("Spot")));
    assert!(arm.subscription().virtual_machines.iter().any(|vm| vm.resource.tags.is_empty()));
    assert!(arm.subscription().virtual_machines.iter().any(|vm| vm.resource.tags.contains_key("TEAM")));
}

#[tokio::test]
async fn waste_is_there_to_be_found() {
    let (_standin, arm) = started(Behaviour::default());
    let disks = arm.provided("Microsoft.Compute/disks?api-version=2024-03-02").await.json();
    let disks = disks["value"].as_array().unwrap();
    assert!(disks.iter().any(|disk| disk["properties"]["diskState"] == "Unattached" && disk["managedBy"].is_null()));
    assert!(disks.iter().any(|disk| disk["properties"]["diskState"] == "Reserved" && disk["managedBy"].is_string()));
    let is_shouted =
        |disk: &Value| disk["managedBy"].as_str().is_some_and(|id| id.contains("/resourceGroups/RG-DATA/"));
    assert!(disks.iter().any(is_shouted), "a reference in another case than the machine's id");
    let snapshots = arm.provided("Microsoft.Compute/snapshots?api-version=2024-03-02").await.json();
    let orphan = |snapshot: &Value| {
        let source = snapshot["properties"]["creationData"]["sourceResourceId"].as_str().unwrap();
        disks.iter().all(|disk| disk["id"] != source)
    };
    assert!(snapshots["value"].as_array().unwrap().iter().any(orphan));
    let groups = arm.provided("Microsoft.Network/networkSecurityGroups?api-version=2024-05-01").await.json();
    let rules = groups["value"].as_array().unwrap().iter().flat_map(|group| {
        group["properties"]["securityRules"].as_array().unwrap().iter().map(|rule| &rule["properties"])
    });
    let rules: Vec<&Value> = rules.collect();
    let ssh = rules.iter().find(|rule| rule["destinationPortRange"] == "22").unwrap();
    assert_eq!((&ssh["sourceAddressPrefix"], &ssh["access"]), (&json!("*"), &json!("Allow")));
    let web = rules.iter().find(|rule| rule["destinationPortRanges"] == json!(["80", "443"])).unwrap();
    assert!(web["destinationPortRange"].is_null(), "several ranges have a field of their own");
}

#[tokio::test]
async fn members_of_scale_sets_and_servers_are_listed_below_them() {
    let (_standin, arm) = started(Behaviour::default());
    let sets = &arm.subscription().scale_sets;
    for set in sets {
        let plain = format!("{}/virtualMachines?api-version=2024-07-01", set.resource.id);
        let (plain, _) = arm.all(&plain).await;
        assert_eq!(plain.len(), set.instances.len());
        assert!(plain.iter().all(|one| one["properties"]["instanceView"].is_null()));
        let expanded = format!("{}/virtualMachines?$expand=instanceView&api-version=2024-07-01", set.resource.id);
        let (expanded, _) = arm.all(&expanded).await;
        for (one, instance) in expanded.iter().zip(&set.instances) {
            assert_eq!((&one["instanceId"], &one["name"]), (&json!(instance.instance_id), &json!(instance.name)));
            assert_eq!(one["properties"]["instanceView"]["statuses"][1]["code"], "PowerState/running");
        }
    }
    assert!(sets.iter().any(|set| set.instances.len() == 2), "one set is uniform");
    let uniform = sets.iter().find(|set| !set.instances.is_empty()).unwrap();
    // Azure documents these two with the provider in lower case.
    let base = uniform.resource.id.replace("Microsoft.Compute", "microsoft.Compute");
    let (interfaces, _) = arm.all(&format!("{base}/networkInterfaces?api-version=2018-10-01")).await;
    let machines = interfaces.iter().map(|one| &one["properties"]["virtualMachine"]["id"]);
    assert_eq!(
        machines.collect::<Vec<_>>(),
        uniform.instances.iter().map(|one| one.machine.resource.id.as_str()).collect::<Vec<_>>()
    );
    assert!(interfaces.iter().all(|one| one["location"].is_null() && one["type"].is_null()), "{interfaces:?}");
    let (addresses, _) = arm.all(&format!("{base}/publicipaddresses?api-version=2018-10-01")).await;
    let configuration = &interfaces[0]["properties"]["ipConfigurations"][0]["id"];
    assert_eq!(addresses.len(), 1);
    assert_eq!(&addresses[0]["properties"]["ipConfiguration"]["id"], configuration);
    assert!(addresses[0]["id"].as_str().unwrap().starts_with(configuration.as_str().unwrap()));
    let members = arm.subscription().virtual_machines.iter().filter(|vm| vm.scale_set_id.is_some()).count();
    assert!(members >= 2, "one set is flexible");
    let server = &arm.subscription().sql_servers[0];
    let (databases, _) = arm.all(&format!("{}/databases?api-version=2023-08-01", server.resource.id)).await;
    assert_eq!(databases.iter().map(|one| &one["name"]).collect::<Vec<_>>(), ["master", "orders", "reports"]);
    let (pools, _) = arm.all(&format!("{}/elasticPools?api-version=2023-08-01", server.resource.id)).await;
    assert_eq!(databases[2]["properties"]["elasticPoolId"], pools[0]["id"]);
    let gone = format!("{}x/databases?api-version=2023-08-01", server.resource.id);
    assert_eq!(error(&arm.get(&gone).await), (404, "ResourceNotFound".to_owned()));
}

#[tokio::test]
async fn a_cluster_is_as_the_estate_has_it() {
    let (_standin, arm) = started(Behaviour::default());
    let body = arm.provided("Microsoft.ContainerService/managedClusters?api-version=2024-09-01").await.json();
    let clusters = &arm.subscription().managed_clusters;
    for (value, cluster) in body["value"].as_array().unwrap().iter().zip(clusters) {
        let properties = &value["properties"];
        assert_eq!(
            (&value["sku"]["tier"], &properties["powerState"]["code"]),
            (&json!(cluster.sku_tier), &json!(cluster.power_state))
        );
        assert_eq!(properties["currentKubernetesVersion"], cluster.kubernetes_version);
        assert_eq!(properties["fqdn"].is_null(), cluster.is_private, "a private cluster has no public name");
        assert_eq!(properties["privateFQDN"].is_null(), !cluster.is_private);
        let counts = properties["agentPoolProfiles"].as_array().unwrap().iter().map(|pool| pool["count"].as_u64());
        assert!(counts.eq(cluster.agent_pools.iter().map(|pool| Some(u64::from(pool.count)))));
    }
    let has = |holds: fn(&standin::estate::azure::ManagedCluster) -> bool| clusters.iter().any(holds);
    assert!(has(|one| one.power_state == "Stopped") && has(|one| one.power_state == "Running"));
    assert!(has(|one| one.agent_pools[0].vnet_subnet_id.is_none()), "AKS made the network of one");
}

#[tokio::test]
async fn sizes_are_among_the_skus_of_each_location() {
    let (_standin, arm) = started(Behaviour::default());
    let skus = arm.provided("Microsoft.Compute/skus?api-version=2021-07-01").await.json();
    let skus = skus["value"].as_array().unwrap();
    let here = |sku: &&Value| sku["resourceType"] == "virtualMachines" && sku["locations"] == json!(["eastus"]);
    let capability = |sku: &Value, name: &str| {
        let all = sku["capabilities"].as_array().unwrap();
        all.iter().find(|one| one["name"] == name).map(|one| one["value"].as_str().unwrap().to_owned())
    };
    let sizes: Vec<&Value> = skus.iter().filter(here).collect();
    assert_eq!(sizes.len(), arm.estate.vm_sizes.len());
    for (sku, size) in sizes.into_iter().zip(&arm.estate.vm_sizes) {
        assert_eq!(sku["name"], size.name);
        assert_eq!(capability(sku, "vCPUs"), Some(size.vcpus.to_string()));
        assert_eq!(capability(sku, "MemoryGB").as_ref(), Some(&size.memory_gb));
    }
    assert!(skus.iter().any(|sku| sku["resourceType"] == "disks"), "not every SKU is a machine's");
}

#[tokio::test]
async fn a_page_token_belongs_to_its_list() {
    let (_standin, arm) = started(Behaviour { page_cap: Some(3), ..Behaviour::default() });
    let disks = arm.provided("Microsoft.Compute/disks?api-version=2024-03-02").await.json();
    let token = disks["nextLink"].as_str().unwrap().rsplit("$skiptoken=").next().unwrap().to_owned();
    let other = arm.provided(&format!("Microsoft.Compute/images?api-version=2024-07-01&$skiptoken={token}")).await;
    assert_eq!(error(&other), (400, "InvalidSkipToken".to_owned()));
    let same = arm.provided(&format!("Microsoft.Compute/disks?api-version=2024-03-02&%24skipToken={token}")).await;
    assert_eq!(same.status, 200, "{}", same.text());
}

#[tokio::test]
async fn a_list_can_begin_with_an_empty_page_and_links_can_point_elsewhere() {
    let (standin, arm) = started(Behaviour { empty_first_pages: true, ..Behaviour::default() });
    let path =
        format!("/subscriptions/{}/providers/Microsoft.Compute/disks?api-version=2024-03-02", arm.subscription().id);
    let first = arm.get(&path).await.json();
    assert!(first["value"].as_array().unwrap().is_empty() && first["nextLink"].is_string());
    let (values, pages) = arm.all(&path).await;
    assert_eq!((values.len(), pages), (arm.subscription().disks.len(), 2));
    let next_links_at = Some("http://elsewhere.example".to_owned());
    standin.set_behaviour(Behaviour { page_cap: Some(2), next_links_at, ..Behaviour::default() });
    let astray = arm.get(&path).await.json()["nextLink"].as_str().unwrap().to_owned();
    assert!(astray.starts_with(&format!("http://elsewhere.example{path}&$skiptoken=")), "{astray}");
}
