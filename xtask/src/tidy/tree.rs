//! The tree that the checks look at: our crates, and the text of every file.

use crate::workspace::{Crate, Workspace};
use anyhow::{Context, Result};
use std::fs;
use std::path::Path;

/// Folders that hold nothing of ours: builds, the history, data that people fetch or keep beside the sources.
const SKIPPED: &[&str] = &["target", ".git", "data", "node_modules", "__pycache__"];

/// The tree.
pub(crate) struct Tree {
    /// What cargo knows.
    pub(crate) workspace: Workspace,
    /// Every text file, ordered by path.
    pub(crate) files: Vec<TextFile>,
}

/// A file and what it says.
pub(crate) struct TextFile {
    /// From the root, with `/`.
    pub(crate) path: String,
    /// All of it.
    pub(crate) text: String,
}

impl Tree {
    /// Reads it.
    pub(crate) fn load() -> Result<Self> {
        let workspace = Workspace::load()?;
        let mut files = Vec::new();
        read_folder(&workspace.root, &workspace.root, &mut files)?;
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Self { workspace, files })
    }

    /// The Rust sources.
    pub(crate) fn rust(&self) -> impl Iterator<Item = &TextFile> {
        self.files.iter().filter(|file| file.path.ends_with(".rs"))
    }

    /// What one file says; an error where it is not there.
    pub(crate) fn text(&self, path: &str) -> Result<&str> {
        let file = self.files.iter().find(|file| file.path == path);
        file.map(|file| file.text.as_str()).with_context(|| format!("there is no `{path}`"))
    }

    /// A crate's folder from the root, with `/`.
    pub(crate) fn folder(&self, member: &Crate) -> String {
        relative(&self.workspace.root, &member.folder)
    }
}

fn read_folder(root: &Path, folder: &Path, files: &mut Vec<TextFile>) -> Result<()> {
    let entries = fs::read_dir(folder).with_context(|| format!("`{}` could not be read", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            if !SKIPPED.contains(&name.as_str()) {
                read_folder(root, &path, files)?;
            }
        } else if let Ok(text) = fs::read_to_string(&path) {
            // What is not UTF-8 is no text.
            files.push(TextFile { path: relative(root, &path), text });
        }
    }
    Ok(())
}

/// A path from the root, with `/` on every system.
pub(crate) fn relative(root: &Path, path: &Path) -> String {
    let path = path.strip_prefix(root).unwrap_or(path);
    let parts: Vec<_> = path.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    parts.join("/")
}
