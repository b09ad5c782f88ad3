//! What must not get into the repository by accident: one machine's paths, and what a broken merge leaves behind.

use super::tree::{TextFile, Tree};
use anyhow::Result;

/// Written in two parts, so that this file does not hold them.
static WORDS: &[&str] = &[
    concat!("/wo", "rk/"),
    concat!("/ro", "ot/"),
    concat!("/ho", "me/runner/"),
    concat!("<<<<", "<<< "),
    concat!(">>>>", ">>> "),
];

pub(super) fn check(tree: &Tree) -> Result<Vec<String>> {
    Ok(tree.files.iter().flat_map(in_file).collect())
}

fn in_file(file: &TextFile) -> Vec<String> {
    let lines = file.text.lines().zip(1..);
    let hits = lines
        .flat_map(|(line, number)| WORDS.iter().filter(|word| begins_in(line, word)).map(move |word| (number, word)));
    hits.map(|(number, word)| format!("`{}:{number}` has `{word}`", file.path)).collect()
}

/// Whether the line has the word where a path could begin: one in the middle of a longer path is none.
fn begins_in(line: &str, word: &str) -> bool {
    let is_inside = |c: char| c.is_alphanumeric() || "._-*$}".contains(c);
    line.match_indices(word).any(|(at, _)| !line[..at].ends_with(is_inside))
}
