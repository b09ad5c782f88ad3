//! `load_balancers`: Azure Load Balancers, which work at the network's layer.

use super::{COST, Listed};
use crate::fetch::List;
use crate::known::Known;
use crate::words::{id, list, parent, properties};
use engine::source::TableSupport;
use schema::Row;
use schema::tables::LOAD_BALANCERS;
use serde_json::Value as Json;

pub(super) static SUPPORT: TableSupport = TableSupport { table: &LOAD_BALANCERS, costly: &[COST], pushes: &[] };

static LIST: List = List {
    path: "Microsoft.Network/loadBalancers",
    action: "Microsoft.Network/loadBalancers/read",
    version: "2024-05-01",
};

pub(super) static LISTS: &[Listed] = &[Listed { list: &LIST, rows }];

fn rows(known: &Known, item: &Json) -> Vec<Row> {
    let frontends = || list(item, "/properties/frontendIPConfigurations");
    let is_public = |one: &Json| {
        let at = |field: &str| id(one, &format!("/properties/{field}/id")).is_some();
        at("publicIPAddress") || at("publicIPPrefix")
    };
    let scheme = if frontends().any(is_public) { "internet-facing" } else { "internal" };
    let subnets: Vec<String> = frontends().filter_map(|one| id(one, "/properties/subnet/id")).collect();
    let network = subnets.first().and_then(|subnet| parent(subnet, 1));
    vec![
        known
            .place
            .row(&LOAD_BALANCERS, item)
            .with("load_balancer_type", "network")
            .with("scheme", frontends().next().map(|_| scheme))
            .with("network_id", network)
            .with("subnet_ids", subnets)
            .with("properties", properties(item, SAID)),
    ]
}

const SAID: &[&str] = &["/sku", "/properties/provisioningState", "/properties/frontendIPConfigurations"];
