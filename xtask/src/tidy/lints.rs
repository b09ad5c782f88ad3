//! Every crate takes the workspace's lints.

use super::tree::Tree;
use anyhow::Result;

pub(super) fn check(tree: &Tree) -> Result<Vec<String>> {
    let mut complaints = Vec::new();
    for member in &tree.workspace.crates {
        let path = format!("{}/Cargo.toml", tree.folder(member));
        let manifest: toml::Value = toml::from_str(tree.text(&path)?)?;
        let taken = manifest.get("lints").and_then(|lints| lints.get("workspace"));
        if taken.and_then(toml::Value::as_bool) != Some(true) {
            complaints.push(format!("`{path}` does not say `workspace = true` under `[lints]`"));
        }
    }
    Ok(complaints)
}
