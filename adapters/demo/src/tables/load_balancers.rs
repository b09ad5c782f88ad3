//! `load_balancers`: load balancers before the instances.

use super::{Ask, DemoTable, Rows, resource};
use schema::tables::LOAD_BALANCERS;

pub(crate) static TABLE: DemoTable = DemoTable::listing(&LOAD_BALANCERS, "demo:ListLoadBalancers", rows);

fn rows(ask: Ask<'_>) -> Rows<'_> {
    Box::new(ask.spot.region().load_balancers.iter().map(move |lb| {
        resource(&LOAD_BALANCERS, ask, &lb.facts)
            .with("load_balancer_type", if lb.application { "application" } else { "network" })
            .with("scheme", if lb.public { "internet-facing" } else { "internal" })
            .with("dns_name", lb.dns_name.clone())
            .with("network_id", lb.network_id.as_str())
            .with("subnet_ids", lb.subnet_ids.clone())
            .with("security_group_ids", lb.group_ids.clone())
    }))
}
