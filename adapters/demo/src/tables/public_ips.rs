//! `public_ips`: public addresses, held and forgotten.

use super::{Ask, DemoTable, Rows, resource};
use schema::tables::PUBLIC_IPS;

pub(crate) static TABLE: DemoTable = DemoTable::listing(&PUBLIC_IPS, "demo:ListPublicIps", rows);

fn rows(ask: Ask<'_>) -> Rows<'_> {
    Box::new(ask.spot.region().public_ips.iter().map(move |ip| {
        resource(&PUBLIC_IPS, ask, &ip.facts)
            .with("address", ip.address.as_str())
            .with("associated_with", ip.associated_with.clone())
            .with("instance_id", ip.instance_id.clone())
    }))
}
