//! `subnets`: subnets, with as many free addresses as their instances leave.

use super::{Ask, DemoTable, Rows, resource};
use schema::tables::SUBNETS;

pub(crate) static TABLE: DemoTable = DemoTable::listing(&SUBNETS, "demo:ListSubnets", rows);

fn rows(ask: Ask<'_>) -> Rows<'_> {
    let region = ask.spot.region();
    let subnets =
        region.networks.iter().flat_map(|network| network.subnets.iter().map(move |subnet| (network, subnet)));
    Box::new(subnets.map(move |(network, subnet)| {
        let id = &subnet.facts.ids.native;
        let used = region.instances.iter().filter(|instance| instance.subnet_id == *id).count();
        resource(&SUBNETS, ask, &subnet.facts)
            .with("network_id", network.facts.ids.native.as_str())
            .with("cidr_block", subnet.cidr.as_str())
            .with("available_ips", subnet.size - used as i64)
            .with("public_by_default", subnet.public)
    }))
}
