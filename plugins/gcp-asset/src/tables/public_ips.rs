//! `public_ips`: external addresses that are reserved.

use super::{Filled, column};
use crate::asset::Asset;
use crate::index::Index;
use crate::row::{Row, native_id, text, texts};

pub(super) static FILLED: Filled = Filled {
    table: "public_ips",
    meaning: "one external address that the project reserves",
    kind: Some("network.public_ip"),
    types: &["compute.googleapis.com/Address", "compute.googleapis.com/GlobalAddress"],
    labels: Some("labels"),
    own: &[
        column("address", "text", "data.address"),
        column("associated_with", "text", "data.users"),
        column("instance_id", "text", "data.users, where that is an instance"),
    ],
    rows,
};

/// An internal address is none.
fn rows(asset: &Asset, _: &Index) -> Vec<Row> {
    let data = asset.data();
    if text(data, "addressType") == Some("INTERNAL") {
        return vec![];
    }
    let state = match text(data, "status") {
        Some("RESERVING") => "pending",
        Some("RESERVED") => "available",
        Some("IN_USE") => "in_use",
        _ => "unknown",
    };
    let user = texts(data, "users").next().map(native_id);
    let row = Row::default()
        .set("state", state)
        .text("address", data, "address")
        .set("associated_with", user)
        .set("instance_id", user.filter(|user| user.contains("/instances/")));
    vec![row]
}
