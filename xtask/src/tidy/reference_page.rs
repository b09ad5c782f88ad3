//! The reference page is what the schema says.

use super::tree::Tree;
use crate::reference::{PAGE, page};
use anyhow::Result;

pub(super) fn check(tree: &Tree) -> Result<Vec<String>> {
    let is_current = tree.text(PAGE).is_ok_and(|text| text == page());
    Ok((!is_current).then(|| format!("`{PAGE}` is not current; run `cargo xtask docs`")).into_iter().collect())
}
