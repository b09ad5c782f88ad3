//! Every table has a file of its own, and every such file is in the list.

use super::tree::Tree;
use anyhow::Result;
use schema::tables::ALL;

const FOLDER: &str = "schema/src/tables/";
/// The one file there that is no table: the columns that tables share.
const SHARED: &str = "common";

pub(super) fn check(tree: &Tree) -> Result<Vec<String>> {
    let stems: Vec<_> = tree.rust().filter_map(|file| file.path.strip_prefix(FOLDER)?.strip_suffix(".rs")).collect();
    let without_file = ALL.iter().filter(|table| !stems.contains(&table.name));
    let without_place = stems.iter().filter(|stem| **stem != SHARED && ALL.iter().all(|table| table.name != **stem));
    Ok(without_file
        .map(|table| format!("table `{0}` has no file `{FOLDER}{0}.rs`", table.name))
        .chain(without_place.map(|stem| format!("`{FOLDER}{stem}.rs` has no place in the list `schema::tables::ALL`")))
        .collect())
}
