//! `volumes` and `snapshots`: managed disks, and what was taken of them.

use super::{COST, Listed};
use crate::fetch::List;
use crate::known::Known;
use crate::states;
use crate::words::{id, int, properties, text};
use engine::source::TableSupport;
use schema::Row;
use schema::tables::{SNAPSHOTS, VOLUMES};
use serde_json::Value as Json;

pub(super) static VOLUMES_SUPPORT: TableSupport = TableSupport { table: &VOLUMES, costly: &[COST], pushes: &[] };
pub(super) static SNAPSHOTS_SUPPORT: TableSupport = TableSupport { table: &SNAPSHOTS, costly: &[COST], pushes: &[] };

static DISKS: List =
    List { path: "Microsoft.Compute/disks", action: "Microsoft.Compute/disks/read", version: "2024-03-02" };
static TAKEN: List =
    List { path: "Microsoft.Compute/snapshots", action: "Microsoft.Compute/snapshots/read", version: "2024-03-02" };

pub(super) static VOLUME_LISTS: &[Listed] = &[Listed { list: &DISKS, rows: volume }];
pub(super) static SNAPSHOT_LISTS: &[Listed] = &[Listed { list: &TAKEN, rows: snapshot }];

const SAID: &[&str] = &[
    "/sku",
    "/properties/diskState",
    "/properties/provisioningState",
    "/properties/osType",
    "/properties/tier",
    "/properties/creationData",
    "/properties/encryption",
    "/properties/networkAccessPolicy",
    "/properties/publicNetworkAccess",
    "/properties/incremental",
    "/managedByExtended",
];

fn volume(known: &Known, disk: &Json) -> Vec<Row> {
    let state = states::disk(text(disk, "/properties/diskState"), text(disk, "/properties/provisioningState"));
    let source = id(disk, "/properties/creationData/sourceResourceId");
    vec![
        known
            .place
            .row(&VOLUMES, disk)
            .with("state", state)
            .with("volume_type", text(disk, "/sku/name"))
            .with("size_gib", int(disk, "/properties/diskSizeGB"))
            .with("iops", int(disk, "/properties/diskIOPSReadWrite"))
            .with("throughput_mibps", int(disk, "/properties/diskMBpsReadWrite").map(mebibytes))
            // Azure encrypts every managed disk, with its own key where it was given none.
            .with("encrypted", true)
            .with("instance_id", id(disk, "/managedBy"))
            .with("snapshot_id", source.filter(|id| id.contains("/snapshots/")))
            .with("properties", properties(disk, SAID)),
    ]
}

/// Azure counts throughput in millions of bytes.
fn mebibytes(megabytes: i64) -> i64 {
    const MIB: i64 = 1 << 20;
    megabytes.saturating_mul(1_000_000).saturating_add(MIB / 2) / MIB
}

fn snapshot(known: &Known, item: &Json) -> Vec<Row> {
    vec![
        known
            .place
            .row(&SNAPSHOTS, item)
            .with("volume_id", id(item, "/properties/creationData/sourceResourceId"))
            .with("size_gib", int(item, "/properties/diskSizeGB"))
            .with("encrypted", true)
            .with("tier", "standard")
            .with("properties", properties(item, SAID)),
    ]
}

#[cfg(test)]
mod tests {
    use super::mebibytes;

    #[test]
    fn throughput_is_in_mebibytes_to_the_nearest() {
        assert_eq!([0, 25, 200, 1_000, 4_000].map(mebibytes), [0, 24, 191, 954, 3_815]);
    }
}
