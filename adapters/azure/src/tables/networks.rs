//! `networks` and `subnets`: virtual networks, and the subnets that they list with themselves.

use super::{COST, Listed};
use crate::fetch::List;
use crate::known::Known;
use crate::words::{id, list, properties, text, texts};
use engine::source::TableSupport;
use schema::Row;
use schema::tables::{NETWORKS, SUBNETS};
use serde_json::Value as Json;

pub(super) static NETWORKS_SUPPORT: TableSupport = TableSupport { table: &NETWORKS, costly: &[COST], pushes: &[] };
pub(super) static SUBNETS_SUPPORT: TableSupport = TableSupport { table: &SUBNETS, costly: &[], pushes: &[] };

static LIST: List = List {
    path: "Microsoft.Network/virtualNetworks",
    action: "Microsoft.Network/virtualNetworks/read",
    version: "2024-05-01",
};

pub(super) static NETWORK_LISTS: &[Listed] = &[Listed { list: &LIST, rows: network }];
pub(super) static SUBNET_LISTS: &[Listed] = &[Listed { list: &LIST, rows: subnets }];

/// Azure keeps the first four addresses of a subnet and the last one to itself.
const KEPT: u64 = 5;

const SAID: &[&str] = &[
    "/properties/provisioningState",
    "/properties/dhcpOptions",
    "/properties/enableDdosProtection",
    "/properties/virtualNetworkPeerings",
];
const SUBNET_SAID: &[&str] = &[
    "/properties/provisioningState",
    "/properties/networkSecurityGroup",
    "/properties/routeTable",
    "/properties/natGateway",
    "/properties/delegations",
    "/properties/serviceEndpoints",
    "/properties/privateEndpointNetworkPolicies",
];

fn network(known: &Known, item: &Json) -> Vec<Row> {
    vec![
        known
            .place
            .row(&NETWORKS, item)
            .with("cidr_blocks", texts(item, "/properties/addressSpace/addressPrefixes"))
            // Azure makes none of itself.
            .with("is_default", false)
            .with("properties", properties(item, SAID)),
    ]
}

fn subnets(known: &Known, network: &Json) -> Vec<Row> {
    let location = text(network, "/location").unwrap_or_default();
    let row = |subnet: &Json| {
        let ranges = texts(subnet, "/properties/addressPrefixes");
        let range = text(subnet, "/properties/addressPrefix").map(str::to_owned).or_else(|| ranges.first().cloned());
        known
            .place
            .row_in(&SUBNETS, subnet, location)
            .with("native_type", SUBNETS.azure_type)
            .with("network_id", id(network, "/id"))
            .with("available_ips", range.as_deref().and_then(|range| free(range, subnet)))
            .with("cidr_block", range)
            .with("public_by_default", false)
            .with("properties", properties(subnet, SUBNET_SAID))
    };
    list(network, "/properties/subnets").map(row).collect()
}

/// How many addresses of a range of IPv4 are free: all but Azure's own and those that are configured.
fn free(range: &str, subnet: &Json) -> Option<i64> {
    let bits: u32 = range.split_once('/').filter(|(address, _)| !address.contains(':'))?.1.parse().ok()?;
    let all = 1_u64.checked_shl(32_u32.checked_sub(bits)?)?;
    let used = list(subnet, "/properties/ipConfigurations").count() as u64;
    i64::try_from(all.saturating_sub(KEPT + used)).ok()
}

#[cfg(test)]
mod tests {
    use super::free;
    use serde_json::json;

    #[test]
    fn free_addresses_are_those_that_neither_azure_nor_an_interface_has() {
        let subnet = json!({"properties": {"ipConfigurations": [{"id": "a"}, {"id": "b"}]}});
        assert_eq!(free("10.0.0.0/24", &subnet), Some(249));
        assert_eq!(free("10.0.0.0/30", &subnet), Some(0));
        for range in ["fd00::/64", "10.0.0.0", "10.0.0.0/33", "10.0.0.0/x"] {
            assert_eq!(free(range, &subnet), None, "{range}");
        }
    }
}
