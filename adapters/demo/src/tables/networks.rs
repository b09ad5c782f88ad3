//! `networks`: AWS'\''s default networks and the ones that are used.

use super::{Ask, DemoTable, Rows, resource};
use schema::tables::NETWORKS;

pub(crate) static TABLE: DemoTable = DemoTable::listing(&NETWORKS, "demo:ListNetworks", rows);

fn rows(ask: Ask<'_>) -> Rows<'_> {
    Box::new(ask.spot.region().networks.iter().map(move |network| {
        resource(&NETWORKS, ask, &network.facts)
            .with("cidr_blocks", vec![network.cidr.clone()])
            .with("is_default", network.is_default)
    }))
}
