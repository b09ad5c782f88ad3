//! Every Rust file begins by saying what it is for.

use super::tree::Tree;
use anyhow::Result;

pub(super) fn check(tree: &Tree) -> Result<Vec<String>> {
    Ok(tree
        .rust()
        .filter(|file| !says_something(file.text.lines().next().unwrap_or_default()))
        .map(|file| format!("`{}` does not begin with `//!` and what it is for", file.path))
        .collect())
}

fn says_something(line: &str) -> bool {
    line.strip_prefix("//! ").is_some_and(|words| words.len() > 3 && words.trim() != "placeholder")
}
