//! `public_ips` and `nat_gateways`: addresses that the subscription reserves, and the gateways that use them.

use super::{COST, Listed};
use crate::fetch::List;
use crate::known::{ADDRESSES, Known};
use crate::words::{id, ids, parent, properties, text};
use engine::source::TableSupport;
use schema::tables::{NAT_GATEWAYS, PUBLIC_IPS};
use schema::{Row, State};
use serde_json::Value as Json;

pub(super) static IPS_SUPPORT: TableSupport =
    TableSupport { table: &PUBLIC_IPS, costly: &[&["instance_id"], COST], pushes: &[] };
pub(super) static NAT_SUPPORT: TableSupport =
    TableSupport { table: &NAT_GATEWAYS, costly: &[&["public_ips"], COST], pushes: &[] };

static GATEWAYS: List =
    List { path: "Microsoft.Network/natGateways", action: "Microsoft.Network/natGateways/read", version: "2024-05-01" };

pub(super) static IP_LISTS: &[Listed] = &[Listed { list: &ADDRESSES, rows: address }];
pub(super) static NAT_LISTS: &[Listed] = &[Listed { list: &GATEWAYS, rows: gateway }];

fn address(known: &Known, item: &Json) -> Vec<Row> {
    let holder = id(item, "/properties/ipConfiguration/id").or_else(|| id(item, "/properties/natGateway/id"));
    let mut row = known.place.row(&PUBLIC_IPS, item);
    // One that nothing holds is ready; what says that it is being made or deleted says more.
    if row.get("state") == &State::Available.into() && holder.is_some() {
        row.set("state", State::InUse);
    }
    let instance = holder.as_deref().and_then(|holder| machine(known, holder));
    row.set("address", text(item, "/properties/ipAddress")).set("associated_with", holder);
    row.set("instance_id", instance).set("properties", properties(item, SAID));
    vec![row]
}

const SAID: &[&str] = &[
    "/sku",
    "/properties/provisioningState",
    "/properties/publicIPAllocationMethod",
    "/properties/publicIPAddressVersion",
    "/properties/dnsSettings",
    "/properties/idleTimeoutInMinutes",
];

/// The machine of an interface's configuration. An instance of a scale set is in the id itself.
fn machine(known: &Known, configuration: &str) -> Option<String> {
    let interface = parent(configuration, 1)?;
    if interface.contains("/virtualmachinescalesets/") {
        return parent(&interface, 1);
    }
    known.interfaces.as_ref()?.get(&interface)?.machine.clone()
}

fn gateway(known: &Known, item: &Json) -> Vec<Row> {
    let subnets = ids(item, "/properties/subnets");
    let addresses = known.addresses.as_ref().map(|_| {
        let ids = ids(item, "/properties/publicIpAddresses");
        ids.iter().filter_map(|id| known.address(id).map(str::to_owned)).collect::<Vec<_>>()
    });
    let said = ["/sku", "/properties/provisioningState", "/properties/subnets", "/properties/publicIpAddresses"];
    vec![
        known
            .place
            .row(&NAT_GATEWAYS, item)
            .with("network_id", subnets.first().and_then(|subnet| parent(subnet, 1)))
            .with("subnet_id", subnets.first().cloned())
            .with("public_ips", addresses)
            // Azure has no other kind.
            .with("connectivity", "public")
            .with("properties", properties(item, &said)),
    ]
}
