//! `buckets`: buckets of Cloud Storage.

use super::{Filled, column};
use crate::asset::Asset;
use crate::index::Index;
use crate::row::{Row, text};

pub(super) static FILLED: Filled = Filled {
    table: "buckets",
    meaning: "one bucket of Cloud Storage",
    kind: Some("storage.bucket"),
    types: &["storage.googleapis.com/Bucket"],
    labels: Some("labels"),
    own: &[column(
        "public_access_blocked",
        "bool",
        "data.iamConfiguration.publicAccessPrevention: `enforced`; else the organisation has a say that no bucket shows",
    )],
    rows,
};

fn rows(asset: &Asset, _: &Index) -> Vec<Row> {
    let is_enforced = text(asset.data(), "iamConfiguration.publicAccessPrevention") == Some("enforced");
    let blocked = is_enforced.then_some(true);
    vec![Row::default().set("state", "available").set("public_access_blocked", blocked)]
}
