//! `images`: the machine images that the instances run.

use super::{Ask, DemoTable, Rows, resource};
use schema::tables::IMAGES;

pub(crate) static TABLE: DemoTable = DemoTable::listing(&IMAGES, "demo:ListImages", rows);

fn rows(ask: Ask<'_>) -> Rows<'_> {
    Box::new(ask.spot.region().images.iter().map(move |image| {
        resource(&IMAGES, ask, &image.facts)
            .with("architecture", "x86_64")
            .with("platform", if image.windows { "windows" } else { "linux" })
            .with("public", image.public)
            .with("deprecated_at", image.deprecated_at)
            .with("snapshot_ids", vec![image.snapshot_id.clone()])
            .with("description", image.description.as_str())
    }))
}
