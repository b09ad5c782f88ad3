//! `load_balancers`: load balancers before the instances.

use super::{Ask, DemoTable, Rows, resource};
use schema::tables::LOAD_BALANCERS;

pub(crate) static TABLE: DemoTable = DemoTable::listing(&LOAD_BALANCERS, "demo:ListLoadBalancers", rows);

fn rows(ask: Ask<'_>) -> Rows<'_> {
    Box::new(ask.spot.region().load_balancers.iter().map(move |lb| {
        let native_type = match (ask.spot.place.is_aws(), lb.sort) {
            (true, "classic") => Some("AWS::ElasticLoadBalancing::LoadBalancer"),
            (true, _) => LOAD_BALANCERS.aws_type,
            (false, "application") => Some("microsoft.network/applicationgateways"),
            (false, _) => LOAD_BALANCERS.azure_type,
        };
        resource(&LOAD_BALANCERS, ask, &lb.facts)
            .with("native_type", native_type)
            .with("load_balancer_type", lb.sort)
            .with("scheme", if lb.public { "internet-facing" } else { "internal" })
            .with("dns_name", lb.dns_name.clone())
            .with("network_id", lb.network_id.as_str())
            .with("subnet_ids", lb.subnet_ids.clone())
            .with("security_group_ids", lb.group_ids.clone())
    }))
}
