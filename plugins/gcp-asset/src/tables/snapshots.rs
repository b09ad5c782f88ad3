//! `snapshots`: snapshots of disks.

use super::volumes::state_of;
use super::{Filled, column, measured};
use crate::asset::Asset;
use crate::index::Index;
use crate::row::{Row, text};

pub(super) static FILLED: Filled = Filled {
    table: "snapshots",
    meaning: "one snapshot of a disk",
    kind: Some("storage.snapshot"),
    types: &["compute.googleapis.com/Snapshot"],
    labels: Some("labels"),
    own: &[
        column("volume_id", "text", "data.sourceDisk"),
        measured("size_gib", "int", "GiB", "data.diskSizeGb"),
        column("encrypted", "bool", "always: Google encrypts every snapshot"),
        column("description", "text", "data.description"),
        column("tier", "text", "data.snapshotType"),
    ],
    rows,
};

fn rows(asset: &Asset, _: &Index) -> Vec<Row> {
    let data = asset.data();
    let tier = match text(data, "snapshotType") {
        Some("STANDARD") => Some("standard"),
        Some("ARCHIVE") => Some("archive"),
        _ => None,
    };
    let row = Row::default()
        .set("state", state_of(data, false))
        .reference("volume_id", data, "sourceDisk")
        .int("size_gib", data, "diskSizeGb")
        .set("encrypted", true)
        .text("description", data, "description")
        .set("tier", tier);
    vec![row]
}
