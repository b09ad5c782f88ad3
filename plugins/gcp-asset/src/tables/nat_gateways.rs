//! `nat_gateways`: Cloud NAT, which is a part of a router.

use super::{Filled, column};
use crate::asset::Asset;
use crate::index::Index;
use crate::row::{Row, list, text};

pub(super) static FILLED: Filled = Filled {
    table: "nat_gateways",
    meaning: "one gateway of Cloud NAT; its id is that of its router, with `nats/` and its name behind it",
    kind: Some("network.nat_gateway"),
    types: &["compute.googleapis.com/Router"],
    labels: None,
    own: &[
        column("network_id", "text", "data.network"),
        column("connectivity", "text", "data.nats.type; `public` where it is not said"),
    ],
    rows,
};

fn rows(asset: &Asset, _: &Index) -> Vec<Row> {
    let data = asset.data();
    let row = |name: &str, kind: Option<&str>| {
        let connectivity = match kind {
            None | Some("PUBLIC") => Some("public"),
            Some("PRIVATE") => Some("private"),
            Some(_) => None,
        };
        let row = Row { part: Some((format!("nats/{name}"), name.to_owned())), ..Row::default() };
        row.set("state", "available").reference("network_id", data, "network").set("connectivity", connectivity)
    };
    list(data, "nats").filter_map(|nat| Some(row(text(nat, "name")?, text(nat, "type")))).collect()
}
