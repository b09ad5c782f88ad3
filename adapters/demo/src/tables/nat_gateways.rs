//! `nat_gateways`: NAT gateways, each with a public address of its own.

use super::{Ask, DemoTable, Rows, resource};
use schema::tables::NAT_GATEWAYS;

pub(crate) static TABLE: DemoTable = DemoTable::listing(&NAT_GATEWAYS, "demo:ListNatGateways", rows);

fn rows(ask: Ask<'_>) -> Rows<'_> {
    let networks = ask.spot.region().networks.iter();
    Box::new(networks.flat_map(|network| network.nats.iter().map(move |nat| (network, nat))).map(
        move |(network, nat)| {
            resource(&NAT_GATEWAYS, ask, &nat.facts)
                .with("network_id", network.facts.ids.native.as_str())
                .with("subnet_id", nat.subnet_id.as_str())
                .with("public_ips", vec![nat.address.clone()])
                .with("connectivity", "public")
        },
    ))
}
