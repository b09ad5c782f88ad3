//! Every call of Azure Resource Manager that the stand-in answers.

use super::target::Target;
use super::{ArmCall, costs, errors, graph, lists, metrics};
use crate::call::Refusal;
use axum::http::Method;

/// One call.
pub(super) struct Route {
    method: Method,
    /// As [`Target::kind`] has it.
    kind: &'static str,
    /// The only `api-version` that is answered.
    api_version: &'static str,
    /// The action that a role must allow, where it is not the kind and `/read`.
    action: Option<&'static str>,
    /// Says the reply's body.
    pub(super) handler: fn(&ArmCall<'_>) -> Result<String, Refusal>,
}

const ROUTES: &[Route] = &[
    named(Method::GET, "subscriptions", "2022-12-01", "Microsoft.Resources/subscriptions/read", lists::subscriptions),
    named(Method::GET, "subscription", "2022-12-01", "Microsoft.Resources/subscriptions/read", lists::subscription),
    named(Method::GET, "locations", "2022-12-01", "Microsoft.Resources/subscriptions/locations/read", lists::locations),
    list("Microsoft.Compute/virtualMachines", "2024-07-01", lists::virtual_machines),
    list("Microsoft.Compute/virtualMachineScaleSets", "2024-07-01", lists::scale_sets),
    list("Microsoft.Compute/virtualMachineScaleSets/virtualMachines", "2024-07-01", lists::scale_set_instances),
    list("Microsoft.Compute/virtualMachineScaleSets/networkInterfaces", "2018-10-01", lists::scale_set_interfaces),
    list("Microsoft.Compute/virtualMachineScaleSets/publicIPAddresses", "2018-10-01", lists::scale_set_addresses),
    list("Microsoft.Compute/skus", "2021-07-01", lists::skus),
    list("Microsoft.Compute/disks", "2024-03-02", lists::disks),
    list("Microsoft.Compute/snapshots", "2024-03-02", lists::snapshots),
    list("Microsoft.Compute/images", "2024-07-01", lists::images),
    list("Microsoft.Network/virtualNetworks", "2024-05-01", lists::virtual_networks),
    list("Microsoft.Network/networkSecurityGroups", "2024-05-01", lists::network_security_groups),
    list("Microsoft.Network/publicIPAddresses", "2024-05-01", lists::public_ip_addresses),
    list("Microsoft.Network/natGateways", "2024-05-01", lists::nat_gateways),
    list("Microsoft.Network/loadBalancers", "2024-05-01", lists::load_balancers),
    list("Microsoft.Network/networkInterfaces", "2024-05-01", lists::network_interfaces),
    list("Microsoft.Sql/servers", "2023-08-01", lists::sql_servers),
    list("Microsoft.Sql/servers/databases", "2023-08-01", lists::sql_databases),
    list("Microsoft.Sql/servers/elasticPools", "2023-08-01", lists::elastic_pools),
    list("Microsoft.Sql/managedInstances", "2023-08-01", lists::managed_instances),
    list("Microsoft.DBforPostgreSQL/flexibleServers", "2024-08-01", lists::postgresql_servers),
    list("Microsoft.DBforMySQL/flexibleServers", "2023-12-30", lists::mysql_servers),
    list("Microsoft.Storage/storageAccounts", "2023-05-01", lists::storage_accounts),
    list("Microsoft.Web/sites", "2023-12-01", lists::sites),
    list("Microsoft.ContainerService/managedClusters", "2024-09-01", lists::managed_clusters),
    named(Method::POST, "metrics:getBatch", "2024-02-01", "Microsoft.Insights/metrics/read", metrics::get_batch),
    named(
        Method::POST,
        "Microsoft.CostManagement/query",
        "2023-11-01",
        "Microsoft.CostManagement/query/action",
        costs::query,
    ),
    named(
        Method::POST,
        "Microsoft.ResourceGraph/resources",
        "2022-10-01",
        "Microsoft.ResourceGraph/resources/read",
        graph::resources,
    ),
];

const fn list(
    kind: &'static str,
    api_version: &'static str,
    handler: fn(&ArmCall<'_>) -> Result<String, Refusal>,
) -> Route {
    Route { method: Method::GET, kind, api_version, action: None, handler }
}

const fn named(
    method: Method,
    kind: &'static str,
    api_version: &'static str,
    action: &'static str,
    handler: fn(&ArmCall<'_>) -> Result<String, Refusal>,
) -> Route {
    Route { method, kind, api_version, action: Some(action), handler }
}

/// The call that a method and a path are.
pub(super) fn find(method: &Method, target: &Target) -> Option<&'static Route> {
    ROUTES.iter().find(|route| route.method == *method && route.kind.eq_ignore_ascii_case(&target.kind))
}

impl Route {
    /// The action that a role must allow.
    pub(super) fn action(&self) -> String {
        self.action.map_or_else(|| format!("{}/read", self.kind), str::to_owned)
    }

    /// Refuses every other `api-version`, and none.
    pub(super) fn check_version(&self, given: Option<&str>) -> Result<(), Refusal> {
        match given {
            None => Err(errors::bad(
                "MissingApiVersionParameter",
                "Every request must say its api-version, as in ?api-version=2022-12-01.",
            )),
            Some(version) if version == self.api_version => Ok(()),
            Some(version) => Err(errors::bad(
                "InvalidApiVersionParameter",
                format!("The api-version '{version}' is invalid for {}: it is '{}'.", self.kind, self.api_version),
            )),
        }
    }
}
