//! `load_balancers`: Azure Load Balancers, which work at the network's layer, and Application Gateways.

use super::{COST, Listed};
use crate::fetch::List;
use crate::known::Known;
use crate::states;
use crate::words::{id, list, parent, properties, text};
use engine::source::TableSupport;
use schema::Row;
use schema::tables::LOAD_BALANCERS;
use serde_json::Value as Json;

pub(super) static SUPPORT: TableSupport = TableSupport { table: &LOAD_BALANCERS, costly: &[COST], pushes: &[] };

static BALANCERS: List = List {
    path: "Microsoft.Network/loadBalancers",
    action: "Microsoft.Network/loadBalancers/read",
    version: "2024-05-01",
};
static GATEWAYS: List = List {
    path: "Microsoft.Network/applicationGateways",
    action: "Microsoft.Network/applicationGateways/read",
    version: "2024-05-01",
};

pub(super) static LISTS: &[Listed] =
    &[Listed { list: &BALANCERS, rows: balancer }, Listed { list: &GATEWAYS, rows: gateway }];

fn balancer(known: &Known, item: &Json) -> Vec<Row> {
    vec![row(known, item, "network").with("properties", properties(item, SAID_OF_BALANCERS))]
}

fn gateway(known: &Known, item: &Json) -> Vec<Row> {
    let at = |field: &str| text(item, &format!("/properties/{field}"));
    vec![
        row(known, item, "application")
            .with("state", states::gateway(at("operationalState"), at("provisioningState")))
            .with("properties", properties(item, SAID_OF_GATEWAYS)),
    ]
}

/// What both have: frontends, each with a public address or in a subnet. A gateway itself is in a subnet too.
fn row(known: &Known, item: &Json, kind: &str) -> Row {
    let frontends = || list(item, "/properties/frontendIPConfigurations");
    let is_public = |one: &Json| {
        let at = |field: &str| id(one, &format!("/properties/{field}/id")).is_some();
        at("publicIPAddress") || at("publicIPPrefix")
    };
    let scheme = if frontends().any(is_public) { "internet-facing" } else { "internal" };
    let places = list(item, "/properties/gatewayIPConfigurations").chain(frontends());
    let mut subnets: Vec<String> = Vec::new();
    for subnet in places.filter_map(|one| id(one, "/properties/subnet/id")) {
        if !subnets.contains(&subnet) {
            subnets.push(subnet);
        }
    }
    let network = subnets.first().and_then(|subnet| parent(subnet, 1));
    known
        .place
        .row(&LOAD_BALANCERS, item)
        .with("load_balancer_type", kind)
        .with("scheme", frontends().next().map(|_| scheme))
        .with("network_id", network)
        .with("subnet_ids", subnets)
}

const SAID_OF_BALANCERS: &[&str] = &["/sku", "/properties/provisioningState", "/properties/frontendIPConfigurations"];

/// Certificates and rules are long, and no answer of this table needs them.
const SAID_OF_GATEWAYS: &[&str] = &[
    "/properties/sku",
    "/properties/autoscaleConfiguration",
    "/properties/provisioningState",
    "/properties/operationalState",
    "/properties/frontendIPConfigurations",
    "/properties/frontendPorts",
    "/properties/backendAddressPools",
    "/properties/firewallPolicy",
];
