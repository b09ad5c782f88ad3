//! `gcp_assets`: every asset, those among them for which no other table has a place.

use super::{Filled, column};
use crate::asset::Asset;
use crate::index::Index;
use crate::row::Row;

pub(super) static FILLED: Filled = Filled {
    table: "gcp_assets",
    meaning: "one asset of Google Cloud, of whatever type: those of the other tables, and all others",
    kind: None,
    types: &[],
    labels: Some("labels"),
    own: &[
        column("parent_id", "text", "the first of ancestors: `projects/123`, `folders/456`"),
        column("updated_at", "time", "update_time"),
    ],
    rows,
};

fn rows(asset: &Asset, _: &Index) -> Vec<Row> {
    let parent = asset.ancestors.first().map(String::as_str);
    vec![Row::default().set("parent_id", parent).set("updated_at", asset.updated)]
}
