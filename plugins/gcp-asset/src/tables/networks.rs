//! `networks`: VPC networks.

use super::{Filled, column};
use crate::asset::Asset;
use crate::index::Index;
use crate::row::{Row, at, text};
use guest_sdk::Value;

pub(super) static FILLED: Filled = Filled {
    table: "networks",
    meaning: "one VPC network; its ranges are its subnets', but for one of the oldest kind",
    kind: Some("network.network"),
    types: &["compute.googleapis.com/Network"],
    labels: None,
    own: &[
        column("cidr_blocks", "list", "data.IPv4Range"),
        column("is_default", "bool", "whether it is called `default` and makes its own subnets"),
    ],
    rows,
};

fn rows(asset: &Asset, _: &Index) -> Vec<Row> {
    let data = asset.data();
    let ranges = text(data, "IPv4Range").map(|range| Value::list([range]));
    let makes_subnets = at(data, "autoCreateSubnetworks").and_then(|makes| makes.as_bool());
    let is_default = if text(data, "name") == Some("default") { makes_subnets } else { Some(false) };
    let row = Row::default().set("state", "available").set("cidr_blocks", ranges).set("is_default", is_default);
    vec![row]
}
