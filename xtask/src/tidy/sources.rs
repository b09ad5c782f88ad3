//! Every package comes from crates.io.

use super::tree::Tree;
use anyhow::{Context, Result};

const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

pub(super) fn check(tree: &Tree) -> Result<Vec<String>> {
    let lock: toml::Value = toml::from_str(tree.text("Cargo.lock")?).context("Cargo.lock is no TOML")?;
    let packages = lock["package"].as_array().context("Cargo.lock lists no packages")?;
    let complaints = packages.iter().filter_map(|package| {
        // Ours have no source.
        let source = package.get("source")?.as_str().unwrap_or_default();
        (source != CRATES_IO).then(|| format!("{} comes from `{source}`", package["name"]))
    });
    Ok(complaints.collect())
}
