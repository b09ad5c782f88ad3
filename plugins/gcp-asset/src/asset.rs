//! One line of an export: an asset, as Google Cloud listed it.

use crate::place::Place;
use guest_sdk::{Json, Time};

/// Where projects and what is above them live.
const MANAGER: &str = "//cloudresourcemanager.googleapis.com/";

/// An asset. `gcloud asset export` writes its fields in `snake_case`, the API in `camelCase`: both are read.
#[derive(Debug)]
pub(crate) struct Asset {
    /// The full name: `//compute.googleapis.com/projects/p/zones/z/instances/i`.
    pub(crate) name: String,
    /// `compute.googleapis.com/Instance`, …
    pub(crate) kind: String,
    /// What holds it, the nearest first: `projects/123`, `folders/456`, …
    pub(crate) ancestors: Vec<String>,
    /// When it last changed.
    pub(crate) updated: Option<Time>,
    /// What the service says of it; none in an export of policies or relationships.
    pub(crate) data: Option<Json>,
    location: Option<String>,
}

impl Asset {
    /// Reads a line, or says what is wrong with it.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let line: Json = text.parse().map_err(|error| format!("no JSON: {error}"))?;
        if !line.is_object() {
            return Err("no JSON object: an export has one asset a line".to_owned());
        }
        let said = |snake: &str, camel: &str| {
            let value = line.get(snake).or_else(|| line.get(camel));
            value.and_then(|value| value.as_str()).map(str::to_owned)
        };
        let name = said("name", "name").filter(|name| name.starts_with("//")).ok_or("no full name in `name`")?;
        let kind = said("asset_type", "assetType").ok_or("no `asset_type`")?;
        let resource = line.get("resource");
        let of_resource = |key| resource.and_then(|resource| resource.get(key)).and_then(|value: &Json| value.as_str());
        let parent = of_resource("parent").and_then(|parent| parent.strip_prefix(MANAGER));
        let ancestors = line.get("ancestors").and_then(|list| list.as_array()).into_iter().flatten();
        let ancestors = ancestors.filter_map(|ancestor| ancestor.as_str()).chain(parent);
        let location = of_resource("location").filter(|text| !text.is_empty());
        Ok(Self {
            name,
            kind,
            ancestors: ancestors.map(str::to_owned).collect(),
            updated: said("update_time", "updateTime").and_then(|text| Time::with_offset(&text).ok()),
            data: resource.and_then(|resource| data(resource.get("data")?)),
            location: location.map(str::to_owned),
        })
    }

    /// What the service says of it; nothing where the export has none.
    pub(crate) fn data(&self) -> &Json {
        self.data.as_ref().unwrap_or(&Json::Null)
    }

    /// The name within its service, which is what other assets refer to it by.
    pub(crate) fn native_id(&self) -> &str {
        let path = self.name.trim_start_matches('/').split_once('/');
        path.map_or(self.name.as_str(), |(_, path)| path)
    }

    /// The id or the number of its project, as its name has it.
    pub(crate) fn project(&self) -> Option<&str> {
        let mut parts = self.native_id().split('/').skip_while(|part| *part != "projects");
        parts.nth(1)
    }

    pub(crate) fn place(&self) -> Place {
        let in_name = |part: &str| {
            let mut parts = self.native_id().split('/').skip_while(|other| *other != part);
            parts.nth(1)
        };
        let named = || in_name("zones").or_else(|| in_name("regions")).or_else(|| in_name("locations"));
        Place::of(self.location.as_deref().or_else(named).unwrap_or(Place::GLOBAL))
    }
}

/// BigQuery's export has the resource as a text that is JSON.
fn data(data: &Json) -> Option<Json> {
    match data.as_str() {
        Some(text) => text.parse::<Json>().ok().filter(Json::is_object),
        None => Some(data.clone()).filter(Json::is_object),
    }
}
