//! The pages that are made from the schema are what the schema says.

use super::tree::Tree;
use crate::reference::pages;
use anyhow::Result;

pub(super) fn check(tree: &Tree) -> Result<Vec<String>> {
    let stale = pages().into_iter().filter(|(page, text)| !tree.text(page).is_ok_and(|found| found == text));
    Ok(stale.map(|(page, _)| format!("`{page}` is not current; run `cargo xtask docs`")).collect())
}
