//! `subnets`: subnets of VPC networks.

use super::{Filled, column};
use crate::asset::Asset;
use crate::index::Index;
use crate::row::{Row, text};

pub(super) static FILLED: Filled = Filled {
    table: "subnets",
    meaning: "one subnet of a VPC network",
    kind: Some("network.subnet"),
    types: &["compute.googleapis.com/Subnetwork"],
    labels: None,
    own: &[
        column("network_id", "text", "data.network"),
        column("cidr_block", "text", "data.ipCidrRange"),
        column("public_by_default", "bool", "never: an instance has a public address where it asks for one"),
    ],
    rows,
};

fn rows(asset: &Asset, _: &Index) -> Vec<Row> {
    let data = asset.data();
    let state = match text(data, "state") {
        None | Some("READY") => "available",
        Some("DRAINING") => "stopping",
        Some(_) => "unknown",
    };
    let row = Row::default()
        .set("state", state)
        .reference("network_id", data, "network")
        .text("cidr_block", data, "ipCidrRange")
        .set("public_by_default", false);
    vec![row]
}
