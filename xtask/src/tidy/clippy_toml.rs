//! One `clippy.toml`: a crate's own, even an empty one, silently replaces the root's bans.

use super::tree::Tree;
use anyhow::Result;

pub(super) fn check(tree: &Tree) -> Result<Vec<String>> {
    let is_one = |path: &str| path.ends_with("clippy.toml") && path != "clippy.toml";
    Ok(tree
        .files
        .iter()
        .filter(|file| is_one(&file.path))
        .map(|file| format!("`{}` replaces the root's; say it there", file.path))
        .collect())
}
