//! Rows: as many as the estate has, on however many pages, with Azure's words in neutral ones.

use crate::bed::{Bed, now};
use engine::context::RetryPolicy;
use engine::{FetchRequest, Source};
use schema::scope::ALL_REGIONS;
use schema::{Scope, State, Value};
use standin::{Behaviour, Estate, Fault, FaultKind, GenerateSettings};
use std::collections::BTreeSet;

#[tokio::test]
async fn every_subscription_is_one_scope_of_all_its_regions() {
    let bed = Bed::new(Behaviour { page_cap: Some(1), ..Behaviour::default() });
    let estate = bed.standin.estate();
    let found = bed.discover().await.unwrap();
    let ids: Vec<_> = found.scopes.iter().map(|scope| (scope.account_id.clone(), scope.account_name.clone())).collect();
    let token = &estate.subscriptions[0].tokens[0];
    let readable = estate.subscriptions.iter().filter(|one| one.tokens.contains(token));
    assert_eq!(ids, readable.map(|one| (one.id.clone(), one.display_name.clone())).collect::<Vec<_>>());
    assert!(found.scopes.iter().all(|scope| scope.region == ALL_REGIONS));
    let regions: BTreeSet<_> = estate.subscriptions[0].locations.iter().map(|one| one.name.clone()).collect();
    assert_eq!(found.regions.into_iter().collect::<BTreeSet<_>>(), regions);
    assert!(found.gaps.is_empty());
}

#[tokio::test]
async fn a_wanted_subscription_that_cannot_be_seen_is_a_gap_with_its_name() {
    let sized = GenerateSettings::sized(now(), 0, 1, 1);
    let estate = Estate::generate(&GenerateSettings { subscriptions: 2, ..sized });
    let wanted = vec![estate.subscriptions[0].display_name.clone(), "absent".to_owned()];
    let bed = Bed::of(estate, Behaviour::default(), wanted);
    let found = bed.discover().await.unwrap();
    assert_eq!(found.scopes.len(), 1);
    assert_eq!(found.scopes[0].account_id, bed.subscription().id);
    assert_eq!(found.gaps.len(), 1);
    assert!(found.gaps[0].error.message.contains("`absent`"), "{}", found.gaps[0].error);
}

#[tokio::test]
async fn every_table_has_as_many_rows_as_the_estate_whatever_the_pages() {
    for behaviour in [
        Behaviour { page_cap: Some(7), ..Behaviour::default() },
        Behaviour { empty_first_pages: true, ..Behaviour::default() },
    ] {
        let bed = Bed::new(behaviour);
        let here = bed.subscription();
        let in_sql = |server: &standin::estate::azure::SqlServer| {
            server.databases.iter().filter(|one| one.resource.name() != "master").count() + server.elastic_pools.len()
        };
        let databases = here.sql_servers.iter().map(in_sql).sum::<usize>()
            + here.postgresql_servers.len()
            + here.mysql_servers.len()
            + here.managed_instances.len();
        let expected = [
            ("accounts", 1),
            ("instances", here.machines().count()),
            ("volumes", here.disks.len()),
            ("snapshots", here.snapshots.len()),
            ("images", here.images.len()),
            ("networks", here.virtual_networks.len()),
            ("subnets", here.virtual_networks.iter().map(|network| network.subnets.len()).sum()),
            ("security_groups", here.network_security_groups.len()),
            ("public_ips", here.public_ip_addresses.len()),
            ("nat_gateways", here.nat_gateways.len()),
            ("load_balancers", here.load_balancers.len() + here.application_gateways.len()),
            ("databases", databases),
            ("buckets", here.storage_accounts.len()),
            ("functions", here.sites.iter().filter(|site| site.kind.contains("functionapp")).count()),
            ("clusters", here.managed_clusters.len()),
        ];
        for (table, rows) in expected {
            bed.standin.reset_counts();
            let fetched = bed.fetch(table, &[]).await;
            fetched.end.as_ref().unwrap();
            assert!(fetched.gaps.is_empty(), "{table}: {:?}", fetched.gaps);
            assert!(rows > 0, "the estate has none of `{table}`");
            assert_eq!(fetched.rows.len(), rows, "{table}");
            assert_eq!(fetched.calls, bed.standin.counts().total, "{table}: every call is counted");
            let ids: BTreeSet<String> =
                fetched.rows.iter().map(|row| format!("{:?}", row.get("resource_id"))).collect();
            assert_eq!(ids.len(), rows, "{table}: no row comes twice");
        }
    }
}

#[tokio::test]
async fn a_machines_state_is_its_power_state_and_its_id_is_in_lower_case() {
    let bed = Bed::new(Behaviour::default());
    let fetched = bed.fetch("instances", &[]).await;
    let mut seen = BTreeSet::new();
    for machine in bed.subscription().machines() {
        let row = fetched.row(&machine.resource.id);
        let state = match machine.power_state.as_str() {
            _ if machine.provisioning_state == "Deleting" => State::Deleting,
            "running" => State::Running,
            "starting" => State::Pending,
            "stopping" | "deallocating" => State::Stopping,
            "stopped" | "deallocated" => State::Stopped,
            _ => State::Unknown,
        };
        seen.insert(state.as_str());
        assert_eq!(row.get("state"), &state.into(), "{}", machine.resource.id);
        assert_eq!(row.get("instance_type"), &machine.vm_size.as_str().into());
        assert_eq!(row.get("region"), &machine.resource.location.replace(' ', "").to_lowercase().into());
        assert_eq!(row.get("lifecycle"), &(if machine.priority.is_some() { "spot" } else { "on_demand" }).into());
        assert_eq!(row.get("created_at"), &machine.time_created.into());
        let is_told = machine.power_state == "deallocated" && machine.priority.is_none();
        assert_eq!(row.get("stopped_at"), &is_told.then_some(machine.changed_at).into());
        assert_eq!(row.get("native_id"), &machine.resource.id.to_lowercase().into());
    }
    assert!(seen.len() > 1, "the estate has machines in one state only: {seen:?}");
}

#[tokio::test]
async fn sizes_and_addresses_come_with_calls_of_their_own() {
    let bed = Bed::new(Behaviour::default());
    let wanted = [
        "vcpus",
        "memory_gib",
        "architecture",
        "private_ip",
        "network_id",
        "subnet_id",
        "security_group_ids",
        "public_ip",
    ];
    let fetched = bed.fetch("instances", &wanted).await;
    fetched.end.as_ref().unwrap();
    assert!(fetched.gaps.is_empty(), "{:?}", fetched.gaps);
    let (here, estate) = (bed.subscription(), bed.standin.estate());
    for machine in &here.virtual_machines {
        let row = fetched.row(&machine.resource.id);
        let size = estate.vm_sizes.iter().find(|size| size.name == machine.vm_size).unwrap();
        assert_eq!(row.get("vcpus"), &i64::from(size.vcpus).into());
        let Some(interface) = machine.network_interface_ids.first() else { continue };
        let interface =
            here.network_interfaces.iter().find(|one| one.resource.id.eq_ignore_ascii_case(interface)).unwrap();
        assert_eq!(row.get("private_ip"), &interface.private_ip.as_str().into());
        assert_eq!(row.get("subnet_id"), &interface.subnet_id.to_lowercase().into());
        let is_mine =
            |id: &String| here.public_ip_addresses.iter().find(|one| one.resource.id.eq_ignore_ascii_case(id));
        let public = interface.public_ip_id.as_ref().and_then(is_mine).and_then(|one| one.ip_address.clone());
        assert_eq!(row.get("public_ip"), &public.into());
    }
}

#[tokio::test]
async fn sizes_are_read_once_for_each_location_whoever_has_machines_there() {
    let sized = GenerateSettings::sized(now(), 0, 2, 10);
    let mut estate = Estate::generate(&GenerateSettings { subscriptions: 2, ..sized });
    let tokens = estate.subscriptions[0].tokens.clone();
    estate.subscriptions[1].tokens = tokens;
    let locations: BTreeSet<_> =
        estate.subscriptions.iter().flat_map(|one| &one.locations).map(|at| at.name.clone()).collect();
    let bed = Bed::of(estate, Behaviour::default(), Vec::new());
    let first = bed.request("instances", &["vcpus"]);
    let account_id = bed.standin.estate().subscriptions[1].id.clone();
    let second = FetchRequest { scope: Scope { account_id, ..first.scope.clone() }, ..first.clone() };
    for request in [&first, &second, &first] {
        let fetched = bed.fetch_request(request, RetryPolicy::for_testing()).await;
        fetched.end.as_ref().unwrap();
        assert!(fetched.rows.len() >= 20 && fetched.rows.iter().all(|row| !row.get("vcpus").is_null()));
    }
    assert_eq!(bed.standin.counts().of("Microsoft.Compute/skus/read"), locations.len() as u64);
}

#[tokio::test]
async fn an_account_is_one_call_however_many_there_are() {
    let sized = GenerateSettings::sized(now(), 0, 1, 1);
    let mut estate = Estate::generate(&GenerateSettings { subscriptions: 3, ..sized });
    let tokens = estate.subscriptions[0].tokens.clone();
    estate.subscriptions.iter_mut().for_each(|one| one.tokens = tokens.clone());
    let bed = Bed::of(estate, Behaviour { page_cap: Some(1), ..Behaviour::default() }, Vec::new());
    let fetched = bed.fetch("accounts", &[]).await;
    fetched.end.as_ref().unwrap();
    assert_eq!((fetched.rows.len(), fetched.calls), (1, 1));
    let row = fetched.row(&format!("/subscriptions/{}", bed.subscription().id));
    assert_eq!(row.get("readable"), &true.into());
    assert_eq!(row.get("state"), &State::Available.into());
}

#[tokio::test]
async fn sizes_that_azure_does_not_list_are_a_gap_that_names_each_once() {
    let bed = Bed::new(Behaviour { page_cap: Some(4), ..Behaviour::default() });
    let mut estate = (*bed.standin.estate()).clone();
    let here = &mut estate.subscriptions[0];
    let set = here.scale_sets.iter_mut().find(|set| !set.instances.is_empty()).unwrap();
    set.vm_size = "Standard_Gone_v1".to_owned();
    let place = here.virtual_machines[0].resource.location.clone();
    let old = here.virtual_machines.iter_mut().filter(|machine| machine.resource.location == place).take(9);
    old.for_each(|machine| machine.vm_size = "Basic_Gone".to_owned());
    let odd = here.virtual_machines[0].resource.id.clone();
    bed.standin.set_estate(estate);
    let fetched = bed.fetch("instances", &["vcpus", "memory_gib", "architecture"]).await;
    fetched.end.as_ref().unwrap();
    let items: Vec<_> = fetched.gaps.iter().filter_map(|(_, item, _)| item.clone()).collect();
    assert_eq!(items.len(), 2, "{:?}", fetched.gaps);
    assert_eq!(items[0], format!("Basic_Gone in {}", place.replace(' ', "").to_lowercase()));
    assert!(items[1].starts_with("Standard_Gone_v1 in "), "{items:?}");
    assert!(fetched.columns().iter().all(|columns| *columns == ["vcpus", "memory_gib", "architecture"]));
    assert!(fetched.row(&odd).get("vcpus").is_null());
    assert!(bed.fetch("instances", &[]).await.gaps.is_empty(), "who does not ask for them lacks nothing");
}

#[tokio::test]
async fn sizes_of_a_location_that_are_denied_are_a_gap_of_that_location() {
    let fault = Fault::new(FaultKind::Denied).action("Microsoft.Compute/skus/read").call(1);
    let bed = Bed::new(Behaviour { faults: vec![fault], ..Behaviour::default() });
    let fetched = bed.fetch("instances", &["vcpus"]).await;
    fetched.end.as_ref().unwrap();
    assert_eq!(fetched.columns(), [vec!["vcpus", "memory_gib", "architecture"]]);
    let at = Value::from(fetched.gaps[0].1.clone());
    let is_there = |row: &&schema::Row| row.get("region") == &at;
    assert!(fetched.rows.iter().any(|row| is_there(&row)));
    assert!(fetched.rows.iter().all(|row| row.get("vcpus").is_null() == is_there(&row)));
}

#[tokio::test]
async fn instances_of_uniform_scale_sets_have_the_addresses_that_their_sets_list() {
    let bed = Bed::new(Behaviour { page_cap: Some(1), ..Behaviour::default() });
    let fetched = bed.fetch("instances", &["private_ip", "security_group_ids", "network_id", "public_ip"]).await;
    fetched.end.as_ref().unwrap();
    assert!(fetched.gaps.is_empty(), "{:?}", fetched.gaps);
    let (mut checked, mut public) = (0, 0);
    for instance in bed.subscription().scale_sets.iter().flat_map(|set| &set.instances) {
        let (row, interface) = (fetched.row(&instance.machine.resource.id), &instance.network_interfaces[0]);
        let subnet = interface.subnet_id.to_lowercase();
        assert_eq!(row.get("private_ip"), &interface.private_ip.as_str().into());
        assert_eq!(row.get("subnet_id"), &subnet.as_str().into());
        assert_eq!(row.get("network_id"), &subnet.split("/subnets/").next().into());
        let groups: Vec<String> = interface.network_security_group_id.iter().map(|id| id.to_lowercase()).collect();
        assert_eq!(row.get("security_group_ids"), &groups.into());
        let address = instance.public_ip_addresses.first().and_then(|one| one.ip_address.clone());
        public += usize::from(address.is_some());
        assert_eq!(row.get("public_ip"), &address.into());
        checked += 1;
    }
    assert!(checked > public && public > 0, "{public} of {checked} have a public address");
}

#[tokio::test]
async fn interfaces_and_addresses_of_scale_sets_are_asked_for_only_where_they_are_wanted() {
    let bed = Bed::new(Behaviour::default());
    let sets = bed.subscription().scale_sets.iter().filter(|set| !set.instances.is_empty()).count() as u64;
    for (columns, interfaces, addresses) in
        [(&[][..], 0, 0), (&["private_ip"], sets, 0), (&["private_ip", "public_ip"], sets, sets)]
    {
        bed.standin.reset_counts();
        bed.fetch("instances", columns).await.end.unwrap();
        let counts = bed.standin.counts();
        assert_eq!(counts.of("Microsoft.Compute/virtualMachineScaleSets/networkInterfaces/read"), interfaces);
        assert_eq!(counts.of("Microsoft.Compute/virtualMachineScaleSets/publicIPAddresses/read"), addresses);
    }
}

#[tokio::test]
async fn a_database_of_azure_sql_has_its_size_its_cost_and_its_servers_way_in() {
    let bed = Bed::new(Behaviour::default());
    let fetched = bed.fetch("databases", &["cost_30d", "cost_basis", "cost_currency"]).await;
    fetched.end.as_ref().unwrap();
    let here = bed.subscription();
    let server = &here.sql_servers[0];
    let (orders, reports, pool) = (&server.databases[1], &server.databases[2], &server.elastic_pools[0]);
    let row = fetched.row(&orders.resource.id);
    assert_eq!(row.get("name"), &"orders".into());
    assert_eq!(row.get("native_type"), &"microsoft.sql/servers/databases".into());
    assert_eq!(row.get("instance_class"), &"GP_S_Gen5_2".into());
    assert_eq!(row.get("storage_gib"), &32_i64.into());
    assert_eq!(row.get("publicly_accessible"), &server.public_network_access.into());
    assert_eq!(row.get("endpoint"), &format!("{}.database.windows.net", server.resource.name()).into());
    let state = if orders.status == "Paused" { State::Stopped } else { State::Available };
    assert_eq!(row.get("state"), &state.into());
    assert!(!row.get("cost_30d").is_null());
    let (in_pool, pool) = (fetched.row(&reports.resource.id), fetched.row(&pool.resource.id));
    assert_eq!(in_pool.get("storage_gib"), &Value::Null, "what a pool's databases store is the pool's");
    assert_eq!(pool.get("storage_gib"), &64_i64.into());
    assert!(in_pool.get("cost_30d").is_null() && !pool.get("cost_30d").is_null());
}

#[tokio::test]
async fn a_managed_instance_is_one_database_with_its_own_way_in() {
    let bed = Bed::new(Behaviour::default());
    let fetched = bed.fetch("databases", &[]).await;
    fetched.end.as_ref().unwrap();
    let here = bed.subscription();
    assert!(!here.managed_instances.is_empty());
    for instance in &here.managed_instances {
        let row = fetched.row(&instance.resource.id);
        let state = if instance.state == "Stopped" { State::Stopped } else { State::Available };
        assert_eq!(row.get("state"), &state.into());
        assert_eq!(row.get("engine"), &"sqlserver".into());
        assert_eq!(row.get("instance_class"), &"GP_Gen5".into());
        assert_eq!(row.get("storage_gib"), &i64::from(instance.storage_size_in_gb).into());
        assert_eq!(row.get("multi_az"), &instance.zone_redundant.into());
        assert_eq!(row.get("publicly_accessible"), &instance.public_data_endpoint_enabled.into());
        let network = instance.subnet_id.to_lowercase();
        let network = network.strip_suffix("/subnets/managed-instances").unwrap();
        assert_eq!(row.get("network_id"), &network.into());
    }
}

#[tokio::test]
async fn a_cluster_has_its_version_its_nodes_and_what_it_is_paid_for() {
    let bed = Bed::new(Behaviour::default());
    let fetched = bed.fetch("clusters", &["cost_30d", "cost_basis", "cost_currency"]).await;
    fetched.end.as_ref().unwrap();
    assert!(fetched.gaps.is_empty(), "{:?}", fetched.gaps);
    let mut states = BTreeSet::new();
    for cluster in bed.subscription().managed_clusters {
        let row = fetched.row(&cluster.resource.id);
        let state = if cluster.power_state == "Stopped" { State::Stopped } else { State::Available };
        states.insert(state.as_str());
        assert_eq!(row.get("state"), &state.into());
        assert_eq!(row.get("native_type"), &"microsoft.containerservice/managedclusters".into());
        assert_eq!(row.get("version"), &cluster.kubernetes_version.as_str().into());
        assert_eq!(row.get("endpoint"), &cluster.fqdn.as_str().into());
        assert_eq!(row.get("publicly_accessible"), &(!cluster.is_private).into());
        assert_eq!(row.get("created_at"), &cluster.created_at.into());
        let nodes: i64 = cluster.agent_pools.iter().map(|pool| i64::from(pool.count)).sum();
        assert_eq!(row.get("node_count"), &nodes.into());
        assert_eq!(row.get("tier"), &cluster.sku_tier.to_lowercase().into());
        let plan = if cluster.support_plan == "AKSLongTermSupport" { "extended" } else { "standard" };
        assert_eq!(row.get("support_plan"), &plan.into());
        let subnet = cluster.agent_pools[0].vnet_subnet_id.as_ref().map(|id| id.to_lowercase());
        assert_eq!(row.get("subnet_ids"), &subnet.iter().cloned().collect::<Vec<_>>().into());
        assert_eq!(row.get("network_id"), &subnet.and_then(|id| Some(id.split_once("/subnets/")?.0.to_owned())).into());
        assert_eq!(row.get("cost_30d").is_null(), cluster.sku_tier == "Free", "what is free has no line on the bill");
    }
    assert!(states.len() == 2, "the estate has clusters in one state only: {states:?}");
}

#[tokio::test]
async fn a_limit_ends_the_listing() {
    let bed = Bed::new(Behaviour { page_cap: Some(5), ..Behaviour::default() });
    let fetched = bed.fetch_with("volumes", &[], Some(8), RetryPolicy::for_testing()).await;
    assert!(fetched.rows.len() >= 8);
    assert_eq!(bed.standin.counts().of("Microsoft.Compute/disks/read"), 2);
}

#[tokio::test]
async fn an_address_that_nothing_holds_is_available() {
    let bed = Bed::new(Behaviour::default());
    let fetched = bed.fetch("public_ips", &["instance_id"]).await;
    for address in bed.subscription().public_ip_addresses {
        let row = fetched.row(&address.resource.id);
        let held = address.ip_configuration_id.is_some() || address.nat_gateway_id.is_some();
        assert_eq!(row.get("state"), &(if held { State::InUse } else { State::Available }).into());
        assert_eq!(row.get("associated_with") == &Value::Null, !held);
    }
}

#[tokio::test]
async fn the_actions_of_an_estimate_are_all_that_a_fetch_needs() {
    let bed = Bed::new(Behaviour::default());
    for support in bed.azure.tables() {
        let table = support.table.name;
        let costly: Vec<&'static str> = support.costly.iter().copied().flatten().copied().collect();
        let estimate = bed.azure.estimate(&bed.request(table, &costly));
        let allowed: BTreeSet<String> = estimate.iter().flat_map(|call| call.permissions.clone()).collect();
        let actions: BTreeSet<String> = estimate.iter().map(|call| call.action.clone()).collect();
        bed.standin.set_behaviour(Behaviour { allowed_actions: Some(allowed), ..Behaviour::default() });
        bed.standin.reset_counts();
        let fetched = bed.fetch(table, &costly).await;
        fetched.end.as_ref().unwrap();
        assert!(fetched.gaps.is_empty(), "{table}: {:?}", fetched.gaps);
        let made: BTreeSet<String> = bed.standin.counts().by_action().into_keys().collect();
        assert!(made.is_subset(&actions), "{table}: {made:?} are more than {actions:?}");
    }
}

#[tokio::test]
async fn a_storage_account_is_closed_where_its_containers_may_not_be_public_and_no_snapshot_is() {
    let bed = Bed::new(Behaviour::default());
    let accounts = bed.fetch("buckets", &[]).await;
    let mut seen = BTreeSet::new();
    for account in &bed.subscription().storage_accounts {
        let is_closed = !account.allow_blob_public_access;
        assert_eq!(accounts.row(&account.resource.id).get("public_access_blocked"), &is_closed.into());
        // Whether one of its containers is open is not read.
        assert_eq!(accounts.row(&account.resource.id).get("public"), &is_closed.then_some(false).into());
        seen.insert(is_closed);
    }
    assert_eq!(seen.len(), 2, "the estate has both sorts");
    let snapshots = bed.fetch("snapshots", &[]).await;
    assert!(snapshots.rows.iter().all(|row| row.get("public") == &false.into()));
}
