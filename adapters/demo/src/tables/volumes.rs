//! `volumes`: block storage, attached and forgotten.

use super::{Ask, DemoTable, Rows, resource};
use crate::estate::model::Volume;
use schema::tables::VOLUMES;

pub(crate) static TABLE: DemoTable = DemoTable::listing(&VOLUMES, "demo:ListVolumes", rows);

fn rows(ask: Ask<'_>) -> Rows<'_> {
    Box::new(ask.spot.region().volumes.iter().map(move |volume| {
        resource(&VOLUMES, ask, &volume.facts)
            .with("volume_type", volume.volume_type)
            .with("size_gib", volume.size_gib)
            .with("iops", iops(volume))
            .with("throughput_mibps", (volume.volume_type == "gp3").then_some(125_i64))
            .with("encrypted", volume.encrypted)
            .with("instance_id", volume.instance_id.clone())
            .with("snapshot_id", volume.snapshot_id.clone())
    }))
}

/// The operations that come with a type and size; `gp2` has three for each GiB.
fn iops(volume: &Volume) -> Option<i64> {
    match volume.volume_type {
        "gp2" => Some((volume.size_gib * 3).clamp(100, 16_000)),
        "gp3" => Some(3000),
        "io1" => Some(volume.size_gib * 10),
        "st1" => None,
        _ => Some(500),
    }
}
