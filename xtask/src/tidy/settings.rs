//! Every setting is on the page of settings.

use super::tree::{TextFile, Tree};
use anyhow::Result;

const PAGE: &str = "docs/configuration.md";
/// Where settings are: a file for each section, and the adapter's own where the section is that.
const FOLDER: &str = "host/src/config/";
const ADAPTERS: [&str; 2] = ["adapters/aws/src/settings.rs", "adapters/azure/src/settings.rs"];

pub(super) fn check(tree: &Tree) -> Result<Vec<String>> {
    let page = tree.text(PAGE)?;
    let files: Vec<_> =
        tree.rust().filter(|file| file.path.starts_with(FOLDER) || ADAPTERS.contains(&file.path.as_str())).collect();
    // Where the settings have moved, this check would hold nothing.
    let is_seen = |path: &str| files.iter().any(|file| file.path.starts_with(path) && settings(file).next().is_some());
    let unseen = [FOLDER].into_iter().chain(ADAPTERS).filter(|path| !is_seen(path));
    let complaints = unseen.map(|path| format!("there are no settings in `{path}`; this check has to follow them"));
    Ok(complaints.chain(files.iter().flat_map(|file| missing(file, page))).collect())
}

fn missing(file: &TextFile, page: &str) -> Vec<String> {
    let unknown = settings(file).filter(|name| !page.contains(&format!("`{name}`")));
    unknown.map(|name| format!("{PAGE} does not mention `{name}` of `{}`", file.path)).collect()
}

/// The names of a file's settings.
fn settings(file: &TextFile) -> impl Iterator<Item = &str> {
    file.text.lines().filter_map(setting)
}

/// The name of a public field, which is a setting's name.
fn setting(line: &str) -> Option<&str> {
    let (name, _) = line.strip_prefix("    pub ")?.split_once(": ")?;
    name.chars().all(|c| c.is_ascii_lowercase() || c == '_' || c.is_ascii_digit()).then_some(name)
}
