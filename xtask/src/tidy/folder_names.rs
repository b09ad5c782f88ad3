//! A crate is called what its folder is called.

use super::tree::Tree;
use anyhow::Result;

pub(super) fn check(tree: &Tree) -> Result<Vec<String>> {
    let members = tree.workspace.crates.iter();
    Ok(members
        .filter(|member| member.folder.file_name().is_none_or(|name| name != member.name.as_str()))
        .map(|member| format!("crate `{}` lies in `{}`", member.name, tree.folder(member)))
        .collect())
}
