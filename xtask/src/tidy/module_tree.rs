//! No Rust file lies outside the module tree, where nobody would notice that it is not compiled.

use super::tree::{Tree, relative};
use anyhow::Result;
use std::collections::BTreeSet;

pub(super) fn check(tree: &Tree) -> Result<Vec<String>> {
    let reached = reached(tree);
    Ok(tree
        .rust()
        .filter(|file| !reached.contains(&file.path))
        .map(|file| format!("`{}` is reached by no `mod` line", file.path))
        .collect())
}

/// Every file that cargo begins with, and every file that a `mod` line of one of them leads to.
fn reached(tree: &Tree) -> BTreeSet<String> {
    let root = &tree.workspace.root;
    let entries = tree.workspace.crates.iter().flat_map(|member| &member.entries);
    let mut ahead: Vec<_> = entries.map(|path| (relative(root, path), true)).collect();
    ahead.extend(fuzz_targets(tree.text("fuzz/Cargo.toml").unwrap_or_default()).map(|path| (path, true)));
    let mut reached = BTreeSet::new();
    while let Some((path, is_entry)) = ahead.pop() {
        let Ok(text) = tree.text(&path) else { continue };
        if reached.insert(path.clone()) {
            let children = folder_of_children(&path, is_entry);
            ahead.extend(modules(text).map(|name| (format!("{children}{name}.rs"), false)));
        }
    }
    reached
}

/// The entries of `fuzz/`, which is a workspace of its own: `cargo metadata` does not name them here.
fn fuzz_targets(manifest: &str) -> impl Iterator<Item = String> {
    let paths = manifest.lines().filter_map(|line| line.strip_prefix("path = \"")?.strip_suffix('"'));
    paths.map(|path| format!("fuzz/{path}"))
}

/// Where the modules of a file lie: beside an entry, else in the folder named like the file. Ends with `/`.
fn folder_of_children(path: &str, is_entry: bool) -> String {
    match path.rsplit_once('/') {
        Some((folder, _)) if is_entry => format!("{folder}/"),
        _ => format!("{}/", path.trim_end_matches(".rs")),
    }
}

/// The names of `mod name;` lines, or the path that `#[path = "…"]` on the line before gives, without `.rs`.
fn modules(text: &str) -> impl Iterator<Item = &str> {
    let mut path = None;
    text.lines().filter_map(move |line| {
        let line = line.trim();
        if let Some(given) = line.strip_prefix("#[path = \"") {
            path = given.strip_suffix("\"]").map(|given| given.trim_end_matches(".rs"));
            return None;
        }
        let line = line.trim_start_matches("pub").trim_start_matches("(crate)").trim_start_matches("(super)");
        let name = line.trim_start().strip_prefix("mod ")?.strip_suffix(';')?;
        Some(path.take().unwrap_or(name))
    })
}

#[cfg(test)]
mod tests {
    use super::{folder_of_children, modules};

    #[test]
    fn a_module_lies_beside_an_entry_and_below_any_other_file() {
        assert_eq!(folder_of_children("host/src/main.rs", true), "host/src/");
        assert_eq!(folder_of_children("host/src/http.rs", false), "host/src/http/");
    }

    #[test]
    fn every_way_to_write_a_module_line_is_seen() {
        let text = "pub mod a;\npub(crate) mod b;\n    mod c;\nmod d { }\n#[path = \"x/e.rs\"]\nmod f;\n// mod g;\n";
        assert_eq!(modules(text).collect::<Vec<_>>(), ["a", "b", "c", "x/e"]);
    }
}
