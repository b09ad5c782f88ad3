//! `accounts`: projects.

use super::{Filled, PROJECT, column};
use crate::asset::Asset;
use crate::index::Index;
use crate::row::{Row, text};

pub(super) static FILLED: Filled = Filled {
    table: "accounts",
    meaning: "one project",
    kind: Some("organization.account"),
    types: &[PROJECT],
    labels: Some("labels"),
    own: &[column("parent_id", "text", "what holds it: data.parent, as `folders/456`")],
    rows,
};

fn rows(asset: &Asset, _: &Index) -> Vec<Row> {
    let data = asset.data();
    // The first version of the API has the parent in two fields, the third in one.
    let in_two = || Some(format!("{}s/{}", text(data, "parent.type")?, text(data, "parent.id")?));
    let parent = text(data, "parent").map(str::to_owned).or_else(in_two);
    let state = match text(data, "state").or_else(|| text(data, "lifecycleState")) {
        Some("ACTIVE") => "available",
        Some("DELETE_REQUESTED" | "DELETE_IN_PROGRESS") => "deleting",
        _ => "unknown",
    };
    let name = text(data, "displayName").or_else(|| text(data, "name")).or_else(|| text(data, "projectId"));
    vec![Row::default().set("state", state).set("name", name).set("parent_id", parent)]
}
