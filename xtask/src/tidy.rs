//! `cargo xtask tidy`, and a test: what the house style says and a program can hold.
//!
//! Each check looks at the whole tree and says, in a sentence for each place, what is not as it should be.

mod architecture;
mod bans;
mod clippy_toml;
mod edges;
mod first_line;
mod folder_names;
mod licences;
mod lints;
mod longest;
mod module_tree;
mod no_mod_rs;
mod reference_page;
mod settings;
mod sources;
mod tables;
mod tree;
mod words;

use anyhow::{Result, bail};
use std::process::ExitCode;
use tree::Tree;

/// A check: its name, and what it has to say of the tree.
type Check = (&'static str, fn(&Tree) -> Result<Vec<String>>);

static CHECKS: &[Check] = &[
    ("first line", first_line::check),
    ("no mod.rs", no_mod_rs::check),
    ("module tree", module_tree::check),
    ("folder names", folder_names::check),
    ("architecture page", architecture::check),
    ("edges between crates", edges::check),
    ("bans", bans::check),
    ("licences", licences::check),
    ("sources", sources::check),
    ("lints", lints::check),
    ("clippy.toml", clippy_toml::check),
    ("tables", tables::check),
    ("reference page", reference_page::check),
    ("settings", settings::check),
    ("words", words::check),
];

/// Prints what is not tidy, and the longest functions, of which nobody is blamed.
pub(crate) fn run() -> Result<ExitCode> {
    let tree = Tree::load()?;
    println!("the longest functions:");
    for function in longest::functions(&tree).iter().take(10) {
        println!("  {function}");
    }
    let complaints = complaints(&tree);
    if complaints.is_empty() {
        println!("tidy");
        return Ok(ExitCode::SUCCESS);
    }
    bail!("not tidy\n{}", complaints.join("\n"))
}

fn complaints(tree: &Tree) -> Vec<String> {
    let mut all = Vec::new();
    for (name, check) in CHECKS {
        // A check that cannot be made is a complaint too, and hides no other.
        let found = check(tree).unwrap_or_else(|error| vec![format!("could not be checked: {error:#}")]);
        all.extend(found.into_iter().map(|complaint| format!("  {name}: {complaint}")));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::{complaints, tree::Tree};

    #[test]
    fn the_tree_is_tidy() {
        let tree = Tree::load().expect("the tree can be read");
        let complaints = complaints(&tree);
        assert!(complaints.is_empty(), "not tidy\n{}", complaints.join("\n"));
    }
}
