//! `buckets`: buckets of Cloud Storage.

use super::Filled;
use crate::asset::Asset;
use crate::index::Index;
use crate::row::Row;

pub(super) static FILLED: Filled = Filled {
    table: "buckets",
    meaning: "one bucket of Cloud Storage",
    kind: Some("storage.bucket"),
    types: &["storage.googleapis.com/Bucket"],
    labels: Some("labels"),
    own: &[],
    rows,
};

fn rows(_: &Asset, _: &Index) -> Vec<Row> {
    vec![Row::default().set("state", "available")]
}
