//! `clusters`: AKS clusters, with their node pools.

use super::{COST, Listed};
use crate::fetch::List;
use crate::known::Known;
use crate::states;
use crate::words::{id, int, list, parent, properties, text};
use engine::source::TableSupport;
use schema::Row;
use schema::tables::CLUSTERS;
use serde_json::Value as Json;

pub(super) static SUPPORT: TableSupport = TableSupport { table: &CLUSTERS, costly: &[COST], pushes: &[] };

static LIST: List = List {
    path: "Microsoft.ContainerService/managedClusters",
    action: "Microsoft.ContainerService/managedClusters/read",
    version: "2024-09-01",
};

pub(super) static LISTS: &[Listed] = &[Listed { list: &LIST, rows }];

/// Profiles of Windows, of Linux and of the service principal are left out: they are about secrets.
const SAID: &[&str] = &[
    "/sku",
    "/properties/provisioningState",
    "/properties/powerState",
    "/properties/kubernetesVersion",
    "/properties/supportPlan",
    "/properties/nodeResourceGroup",
    "/properties/enableRBAC",
    "/properties/disableLocalAccounts",
    "/properties/publicNetworkAccess",
    "/properties/apiServerAccessProfile",
    "/properties/autoUpgradeProfile",
    "/properties/networkProfile",
    "/properties/agentPoolProfiles",
];

fn rows(known: &Known, cluster: &Json) -> Vec<Row> {
    let subnets = subnets(cluster);
    let endpoint = text(cluster, "/properties/fqdn").or_else(|| text(cluster, "/properties/privateFQDN"));
    let version = text(cluster, "/properties/currentKubernetesVersion");
    let (power, provisioning) =
        (text(cluster, "/properties/powerState/code"), text(cluster, "/properties/provisioningState"));
    vec![
        known
            .place
            .row(&CLUSTERS, cluster)
            .with("state", states::cluster(power, provisioning))
            .with("version", version.or_else(|| text(cluster, "/properties/kubernetesVersion")))
            .with("endpoint", endpoint)
            .with("publicly_accessible", is_public(cluster))
            .with("network_id", subnets.first().and_then(|subnet| parent(subnet, 1)))
            .with("subnet_ids", subnets)
            .with("node_count", node_count(cluster))
            .with("tier", text(cluster, "/sku/tier").map(str::to_lowercase))
            .with("support_plan", support_plan(cluster))
            .with("properties", properties(cluster, SAID)),
    ]
}

/// The subnets of the pools, each once. A cluster that names none is in a network that AKS made for it.
fn subnets(cluster: &Json) -> Vec<String> {
    let mut subnets: Vec<String> = Vec::new();
    for subnet in list(cluster, "/properties/agentPoolProfiles").filter_map(|pool| id(pool, "/vnetSubnetID")) {
        if !subnets.contains(&subnet) {
            subnets.push(subnet);
        }
    }
    subnets
}

/// A private cluster has no public address, even where its name is in public DNS; any other has, for all callers or for
/// the ranges that it authorises.
fn is_public(cluster: &Json) -> bool {
    let private = cluster.pointer("/properties/apiServerAccessProfile/enablePrivateCluster").and_then(Json::as_bool);
    let is_off = text(cluster, "/properties/publicNetworkAccess") == Some("Disabled");
    private != Some(true) && !is_off
}

/// The nodes of all pools; null where a pool does not say how many it has.
fn node_count(cluster: &Json) -> Option<i64> {
    let pools = cluster.pointer("/properties/agentPoolProfiles")?.as_array()?;
    pools.iter().map(|pool| int(pool, "/count")).try_fold(0_i64, |sum, count| sum.checked_add(count?))
}

fn support_plan(cluster: &Json) -> Option<&'static str> {
    match text(cluster, "/properties/supportPlan")? {
        "KubernetesOfficial" => Some("standard"),
        "AKSLongTermSupport" => Some("extended"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use chrono::DateTime;
    use schema::scope::ALL_REGIONS;
    use schema::{Scope, Value};
    use serde_json::json;

    fn row(properties: &Json) -> Row {
        let known = Known::at(&Scope::new("azure", "s", "prod", ALL_REGIONS), DateTime::UNIX_EPOCH);
        let id = "/subscriptions/s/resourceGroups/RG/providers/Microsoft.ContainerService/managedClusters/AKS-1";
        let cluster = json!({"id": id, "name": "AKS-1", "location": "West Europe", "properties": properties});
        rows(&known, &cluster).remove(0)
    }

    #[test]
    fn the_nodes_of_all_pools_are_counted_and_a_pool_that_does_not_say_makes_the_sum_unknown() {
        let count = |pools: Json| row(&json!({"agentPoolProfiles": pools})).get("node_count").clone();
        assert_eq!(count(json!([{"count": 3}, {"count": 0}, {"count": 2}])), Value::Int(5));
        assert_eq!(count(json!([])), Value::Int(0));
        assert_eq!(count(json!([{"count": 3}, {"name": "new"}])), Value::Null);
        assert_eq!(count(Json::Null), Value::Null);
    }

    #[test]
    fn a_private_cluster_has_no_public_endpoint_whatever_its_name_is_in() {
        let public = |properties: Json| row(&properties).get("publicly_accessible").clone();
        let private = json!({"enablePrivateCluster": true, "enablePrivateClusterPublicFQDN": true});
        assert_eq!(public(json!({"apiServerAccessProfile": private})), Value::Bool(false));
        assert_eq!(public(json!({"publicNetworkAccess": "Disabled"})), Value::Bool(false));
        let ranges = json!({"authorizedIPRanges": ["203.0.113.0/24"]});
        assert_eq!(public(json!({"apiServerAccessProfile": ranges})), Value::Bool(true));
        assert_eq!(public(json!({})), Value::Bool(true));
    }

    #[test]
    fn a_private_cluster_is_reached_by_its_private_name_and_is_in_the_network_of_its_subnets() {
        let subnet = "/subscriptions/S/resourceGroups/RG/providers/Microsoft.Network/virtualNetworks/Net/subnets/Pods";
        let row = row(&json!({
            "privateFQDN": "aks-1.privatelink.westeurope.azmk8s.io",
            "agentPoolProfiles": [{"vnetSubnetID": subnet}, {"vnetSubnetID": subnet.to_uppercase()}, {}],
            "supportPlan": "AKSLongTermSupport",
        }));
        assert_eq!(row.get("endpoint"), &Value::from("aks-1.privatelink.westeurope.azmk8s.io"));
        assert_eq!(row.get("subnet_ids"), &Value::List(vec![subnet.to_lowercase()]));
        assert_eq!(row.get("network_id"), &Value::from(subnet.to_lowercase().split("/subnets/").next().unwrap()));
        assert_eq!(row.get("support_plan"), &Value::from("extended"));
    }

    #[test]
    fn keys_and_principals_never_reach_a_row() {
        let row = row(&json!({
            "linuxProfile": {"ssh": {"publicKeys": [{"keyData": "hunter2"}]}},
            "windowsProfile": {"adminPassword": "hunter2"},
            "servicePrincipalProfile": {"clientId": "hunter2", "secret": "hunter2"},
        }));
        assert!(!format!("{row:?}").contains("hunter2"));
    }
}
