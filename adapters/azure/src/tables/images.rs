//! `images`: machine images that the subscription owns.

use super::{COST, Listed};
use crate::fetch::List;
use crate::known::Known;
use crate::words::{id, list, properties, text};
use engine::source::TableSupport;
use schema::Row;
use schema::tables::IMAGES;
use serde_json::Value as Json;

pub(super) static SUPPORT: TableSupport = TableSupport { table: &IMAGES, costly: &[COST], pushes: &[] };

static LIST: List =
    List { path: "Microsoft.Compute/images", action: "Microsoft.Compute/images/read", version: "2024-07-01" };

pub(super) static LISTS: &[Listed] = &[Listed { list: &LIST, rows }];

const SAID: &[&str] = &[
    "/properties/provisioningState",
    "/properties/hyperVGeneration",
    "/properties/sourceVirtualMachine",
    "/properties/storageProfile/zoneResilient",
    "/extendedLocation",
];

fn rows(known: &Known, image: &Json) -> Vec<Row> {
    let disk = |disk: &Json| id(disk, "/snapshot/id");
    let first = image.pointer("/properties/storageProfile/osDisk").and_then(disk);
    let others = list(image, "/properties/storageProfile/dataDisks").filter_map(disk);
    let os = text(image, "/properties/storageProfile/osDisk/osType");
    vec![
        known
            .place
            .row(&IMAGES, image)
            .with("platform", os.map(str::to_lowercase))
            // Images of this kind are never anybody else's to use; galleries are for that.
            .with("public", false)
            .with("snapshot_ids", first.into_iter().chain(others).collect::<Vec<_>>())
            .with("properties", properties(image, SAID)),
    ]
}
