//! Who may depend on the crates that `deny.toml` hands out by name.
//!
//! cargo-deny holds the same list where it is installed; here it is held everywhere.

use super::tree::Tree;
use crate::workspace;
use anyhow::{Context, Result};

/// A crate that only some may depend on directly.
struct Ban {
    name: String,
    users: Vec<String>,
}

pub(super) fn check(tree: &Tree) -> Result<Vec<String>> {
    let bans = read(tree.text("deny.toml")?)?;
    let packages = workspace::packages(&tree.workspace.root)?;
    let mut complaints = Vec::new();
    for ban in &bans {
        for package in packages.iter().filter(|package| package.name == ban.name) {
            let users = package.users.iter().filter(|user| !ban.users.contains(user));
            complaints.extend(users.map(|user| format!("`{user}` may not depend on `{}`", ban.name)));
        }
    }
    // An AWS crate that nobody thought of listing is banned all the same.
    let is_listed = |name: &str| bans.iter().any(|ban| ban.name == name);
    let unlisted = packages.iter().filter(|p| p.name.starts_with("aws-sdk-") && !is_listed(&p.name));
    complaints.extend(unlisted.map(|p| format!("`{}` has no line under `bans` in deny.toml", p.name)));
    Ok(complaints)
}

fn read(text: &str) -> Result<Vec<Ban>> {
    let deny: toml::Value = toml::from_str(text).context("deny.toml is no TOML")?;
    let list = deny["bans"]["deny"].as_array().context("deny.toml has no list `bans.deny`")?;
    Ok(list
        .iter()
        .map(|entry| Ban {
            name: entry["crate"].as_str().unwrap_or_default().to_owned(),
            users: entry.get("wrappers").map(texts).unwrap_or_default(),
        })
        .collect())
}

/// The texts of a list.
pub(super) fn texts(list: &toml::Value) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(|v| v.as_str()).map(str::to_owned).collect()
}
