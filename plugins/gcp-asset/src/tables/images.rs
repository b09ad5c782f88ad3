//! `images`: custom images.

use super::instances::{architecture, platform};
use super::volumes::state_of;
use super::{Filled, column};
use crate::asset::Asset;
use crate::index::Index;
use crate::row::{Row, native_id, text};
use guest_sdk::Value;

pub(super) static FILLED: Filled = Filled {
    table: "images",
    meaning: "one image of Compute Engine that the project owns",
    kind: Some("compute.image"),
    types: &["compute.googleapis.com/Image"],
    labels: Some("labels"),
    own: &[
        column("architecture", "text", "data.architecture"),
        column("platform", "text", "data.guestOsFeatures, licenses"),
        column("deprecated_at", "time", "data.deprecated.deprecated"),
        column("snapshot_ids", "list", "data.sourceSnapshot"),
        column("description", "text", "data.description"),
    ],
    rows,
};

fn rows(asset: &Asset, _: &Index) -> Vec<Row> {
    let data = asset.data();
    let snapshots = text(data, "sourceSnapshot").map(native_id);
    let row = Row::default()
        .set("state", state_of(data, false))
        .set("architecture", architecture(data))
        .set("platform", platform(data))
        .time("deprecated_at", data, "deprecated.deprecated")
        .set("snapshot_ids", Value::list(snapshots))
        .text("description", data, "description");
    vec![row]
}
