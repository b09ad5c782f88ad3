//! `security_groups`: rules, some of them open to the world.

use super::{Ask, DemoTable, Rows, resource};
use crate::estate::model::SecurityGroup;
use schema::tables::SECURITY_GROUPS;
use serde_json::{Value, json};

pub(crate) static TABLE: DemoTable = DemoTable::listing(&SECURITY_GROUPS, "demo:ListSecurityGroups", rows);

fn rows(ask: Ask<'_>) -> Rows<'_> {
    let networks = ask.spot.region().networks.iter();
    let groups = networks.flat_map(|network| network.groups.iter().map(move |group| (network, group)));
    Box::new(groups.map(move |(network, group)| {
        let is_aws = ask.spot.place.is_aws();
        resource(&SECURITY_GROUPS, ask, &group.facts)
            .with("network_id", network.facts.ids.native.as_str())
            .with("description", group.description)
            .with("open_to_world", !group.open.is_empty())
            .with("open_ports", group.open.iter().map(|&port| port.to_owned()).collect::<Vec<_>>())
            .with("ingress", ingress(group, &network.cidr, is_aws))
            .with("egress", json!([rule("all", "0.0.0.0/0", is_aws)]))
    }))
}

fn ingress(group: &SecurityGroup, inside: &str, is_aws: bool) -> Value {
    let open = group.open.iter().map(|port| rule(port, "0.0.0.0/0", is_aws));
    open.chain(group.inside.iter().map(|port| rule(port, inside, is_aws))).collect()
}

/// One rule as the provider writes it.
fn rule(port: &str, cidr: &str, is_aws: bool) -> Value {
    let number = port.parse::<u16>().ok();
    match (is_aws, number) {
        (true, Some(port)) => {
            json!({ "IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [{ "CidrIp": cidr }] })
        }
        (true, None) => json!({ "IpProtocol": "-1", "IpRanges": [{ "CidrIp": cidr }] }),
        (false, _) => {
            let port = number.map_or_else(|| "*".to_owned(), |port| port.to_string());
            json!({ "access": "Allow", "sourceAddressPrefix": cidr, "destinationPortRange": port })
        }
    }
}
