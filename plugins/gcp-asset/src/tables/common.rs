//! The columns that every table begins with.

use super::{Filled, column};
use crate::PROVIDER;
use crate::asset::Asset;
use crate::index::Index;
use crate::row::{Row, at, last, text};
use guest_sdk::{ColumnDescription, Json, Value};
use std::collections::BTreeMap;

pub(super) static COLUMNS: &[ColumnDescription] = &[
    column("provider", "text", "always `gcp`"),
    column("account_id", "text", "the project's id; its number where nothing in the export says the id"),
    column("account_name", "text", "the project's name, else its id"),
    column("region", "text", "resource.location; the region where that is a zone; multi-regions as they are"),
    column("zone", "text", "resource.location, where that is a zone"),
    column("resource_id", "text", "name: `//compute.googleapis.com/projects/…`"),
    column("native_id", "text", "name, without its service: `projects/…`"),
    column("name", "text", "data.name, displayName, else the last part of the asset's name"),
    column("kind", "text", "what it is, the same on every provider"),
    column("native_type", "text", "asset_type"),
    column("state", "text", "data.status, state: the neutral word for it"),
    column("created_at", "time", "data.creationTimestamp, createTime or timeCreated"),
    column("tags", "map", "data.labels; null where such a resource can have none"),
    column("properties", "json", "data, without what may hold secrets"),
];

/// What may hold secrets: start-up scripts and keys in metadata, what functions are given, and how one logs in to clusters.
const KEPT_BACK: &[&str] = &[
    "metadata",
    "commonInstanceMetadata",
    "environmentVariables",
    "buildEnvironmentVariables",
    "serverCaCert",
    "masterAuth",
    "rootPassword",
    "env",
];

impl Filled {
    /// The row with the common columns. Properties are written only where they are wanted: they are most of the bytes.
    pub(crate) fn with_common(&self, row: Row, asset: &Asset, index: &Index, wanted: &[String]) -> Row {
        let data = asset.data();
        let place = asset.place();
        let account_id = index.account_id(asset);
        let account_name = account_id.as_deref().map(|id| index.account_name(id));
        let (part, name) = row.part.clone().unzip();
        let id = |id: &str| part.as_ref().map_or_else(|| id.to_owned(), |part| format!("{id}/{part}"));
        let name = name.unwrap_or_else(|| name_of(asset).to_owned());
        let made = ["creationTimestamp", "createTime", "timeCreated"].into_iter().find(|key| at(data, key).is_some());
        let properties = self.tells_properties() && wanted.iter().any(|column| column == "properties");
        let common = Row::default()
            .set("provider", PROVIDER)
            .set("account_id", account_id)
            .set("account_name", account_name)
            .set("region", place.region)
            .set("zone", place.zone)
            .set("resource_id", id(&asset.name))
            .set("native_id", id(asset.native_id()))
            .set("name", name)
            .set("kind", self.kind)
            .set("native_type", asset.kind.as_str())
            .set("tags", self.labels.map(|path| tags(data, path)))
            .time("created_at", data, made.unwrap_or("creationTimestamp"));
        let common = if properties { common.set("properties", said(data)) } else { common };
        // What the table says itself comes later, and counts.
        common.and(row)
    }

    /// Of a type that this plugin does not know nobody knows which fields hold secrets.
    fn tells_properties(&self) -> bool {
        !self.types.is_empty()
    }

    /// All its columns.
    pub(super) fn columns(&self) -> Vec<ColumnDescription> {
        let common = COLUMNS.iter().filter(|column| column.name != "properties" || self.tells_properties());
        common.chain(self.own).copied().collect()
    }
}

/// What people call it. Some services put the whole path into `name`.
fn name_of(asset: &Asset) -> &str {
    let data = asset.data();
    let named = text(data, "displayName").or_else(|| text(data, "name").map(last));
    named.unwrap_or_else(|| last(&asset.name))
}

fn tags(data: &Json, path: &str) -> Value {
    let labels = at(data, path).and_then(|labels| labels.as_object()).into_iter().flatten();
    let text = |value: &Json| value.as_str().unwrap_or_default().to_owned();
    Value::map(&labels.map(|(key, value)| (key.clone(), text(value))).collect::<BTreeMap<_, _>>())
}

fn said(data: &Json) -> Option<String> {
    (!data.is_null()).then(|| without(data).to_string())
}

/// The same, at any depth without what is kept back. How deep JSON may be is bounded where it is read.
fn without(data: &Json) -> Json {
    match data {
        Json::Object(fields) => {
            let kept = fields.iter().filter(|(key, _)| !KEPT_BACK.contains(&key.as_str()));
            Json::Object(kept.map(|(key, value)| (key.clone(), without(value))).collect())
        }
        Json::Array(items) => Json::Array(items.iter().map(without).collect()),
        other => other.clone(),
    }
}
