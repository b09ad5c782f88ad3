//! `volumes`: persistent disks, zonal and regional.

use super::{Filled, column, measured};
use crate::asset::Asset;
use crate::index::Index;
use crate::row::{Row, native_id, text, texts};
use guest_sdk::Json;

pub(super) static FILLED: Filled = Filled {
    table: "volumes",
    meaning: "one persistent disk",
    kind: Some("storage.volume"),
    types: &["compute.googleapis.com/Disk", "compute.googleapis.com/RegionDisk"],
    labels: Some("labels"),
    own: &[
        column("volume_type", "text", "data.type"),
        measured("size_gib", "int", "GiB", "data.sizeGb"),
        measured("iops", "int", "IOPS", "data.provisionedIops"),
        measured("throughput_mibps", "int", "MiB/s", "data.provisionedThroughput"),
        column("encrypted", "bool", "always: Google encrypts every disk"),
        column("instance_id", "text", "data.users"),
        column("snapshot_id", "text", "data.sourceSnapshot"),
    ],
    rows,
};

fn rows(asset: &Asset, _: &Index) -> Vec<Row> {
    let data = asset.data();
    let user = texts(data, "users").next().map(native_id);
    let row = Row::default()
        .set("state", state_of(data, user.is_some()))
        .last("volume_type", data, "type")
        .int("size_gib", data, "sizeGb")
        .int("iops", data, "provisionedIops")
        .int("throughput_mibps", data, "provisionedThroughput")
        .set("encrypted", true)
        .set("instance_id", user)
        .reference("snapshot_id", data, "sourceSnapshot");
    vec![row]
}

/// Of a disk, a snapshot or an image: they share their words.
pub(super) fn state_of(data: &Json, is_in_use: bool) -> &'static str {
    match text(data, "status") {
        Some("CREATING" | "RESTORING" | "UPLOADING" | "PENDING") => "pending",
        Some("READY") if is_in_use => "in_use",
        Some("READY") => "available",
        Some("DELETING") => "deleting",
        Some("FAILED" | "UNAVAILABLE") => "failed",
        _ => "unknown",
    }
}
