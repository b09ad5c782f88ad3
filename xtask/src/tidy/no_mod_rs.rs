//! Modules are `foo.rs` and `foo/`, so that no two open files have the same name.

use super::tree::Tree;
use anyhow::Result;

pub(super) fn check(tree: &Tree) -> Result<Vec<String>> {
    Ok(tree
        .rust()
        .filter(|file| file.path.ends_with("/mod.rs"))
        .map(|file| format!("`{}` should be named after its folder, beside it", file.path))
        .collect())
}
