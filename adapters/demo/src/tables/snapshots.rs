//! `snapshots`: backups, of volumes that are there and of some that are gone.

use super::{Ask, DemoTable, Rows, resource};
use schema::tables::SNAPSHOTS;

pub(crate) static TABLE: DemoTable = DemoTable::listing(&SNAPSHOTS, "demo:ListSnapshots", rows);

fn rows(ask: Ask<'_>) -> Rows<'_> {
    Box::new(ask.spot.region().snapshots.iter().map(move |snapshot| {
        resource(&SNAPSHOTS, ask, &snapshot.facts)
            .with("volume_id", snapshot.volume_id.clone())
            .with("size_gib", snapshot.size_gib)
            .with("encrypted", snapshot.encrypted)
            .with("public", snapshot.public)
            .with("description", snapshot.description.as_str())
            .with("tier", if snapshot.archived { "archive" } else { "standard" })
    }))
}
