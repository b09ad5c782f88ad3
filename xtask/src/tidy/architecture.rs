//! Every crate's folder has its place on the map.

use super::tree::Tree;
use anyhow::Result;

const MAP: &str = "ARCHITECTURE.md";

pub(super) fn check(tree: &Tree) -> Result<Vec<String>> {
    let map = tree.text(MAP)?;
    let folders = tree.workspace.crates.iter().map(|member| tree.folder(member));
    Ok(folders
        .filter(|folder| !map.contains(&format!("`{folder}/`")))
        .map(|folder| format!("{MAP} does not mention `{folder}/`"))
        .collect())
}
