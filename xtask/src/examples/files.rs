//! The files of a folder, without those that an author's own tools left there.

use anyhow::{Context, Result};
use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::path::{Path, PathBuf};

/// What the READMEs of the examples have their readers make.
const MADE: &[&str] = &["node_modules", "__pycache__", "bindings", "deps"];

/// Files by their paths within the folder, in order.
pub(super) struct Files(Vec<(PathBuf, Vec<u8>)>);

impl Files {
    /// Reads them.
    pub(super) fn of(folder: &Path) -> Result<Self> {
        let mut files = Vec::new();
        read(folder, folder, &mut files).with_context(|| format!("`{}` could not be read", folder.display()))?;
        files.sort();
        Ok(Self(files))
    }

    /// Writes them into another folder.
    pub(super) fn copy(&self, folder: &Path) -> Result<()> {
        for (name, bytes) in &self.0 {
            let path = folder.join(name);
            let parent = path.parent().unwrap_or(folder);
            let written = fs::create_dir_all(parent).and_then(|()| fs::write(&path, bytes));
            written.with_context(|| format!("`{}` could not be written", path.display()))?;
        }
        Ok(())
    }
}

/// A mark of all that they hold.
pub(super) fn mark(all: &[&Files]) -> String {
    let mut hasher = DefaultHasher::new();
    for (name, bytes) in all.iter().flat_map(|files| &files.0) {
        for part in [name.to_string_lossy().as_bytes(), bytes] {
            hasher.write_usize(part.len());
            hasher.write(part);
        }
    }
    format!("{:016x}\n", hasher.finish())
}

/// Removes a folder and all that is in it, where it is there.
pub(super) fn remove(folder: &Path) -> Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    fs::remove_dir_all(folder)
        .with_context(|| format!("what an earlier run left in `{}` could not be removed", folder.display()))
}

fn read(root: &Path, folder: &Path, files: &mut Vec<(PathBuf, Vec<u8>)>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        if MADE.iter().any(|made| entry.file_name() == *made) || path.extension().is_some_and(|e| e == "wasm") {
            continue;
        }
        match path.is_dir() {
            true => read(root, &path, files)?,
            false => files.push((path.strip_prefix(root).unwrap_or(&path).to_owned(), fs::read(&path)?)),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Files, mark, remove};
    use std::fs;
    use std::path::PathBuf;

    /// A folder of these files, without what an earlier run left.
    fn folder(name: &str, files: &[(&str, &str)]) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("neph-files-{}-{name}", std::process::id()));
        remove(&folder).expect("the folder is ours");
        for (name, text) in files {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().expect("it is in the folder")).expect("it can be made");
            fs::write(path, text).expect("it can be written");
        }
        folder
    }

    fn mark_of(name: &str, files: &[(&str, &str)]) -> String {
        let folder = folder(name, files);
        let mark = mark(&[&Files::of(&folder).expect("it can be read")]);
        remove(&folder).expect("the folder is ours");
        mark
    }

    #[test]
    fn the_mark_is_of_names_and_contents_and_not_of_what_tools_left() {
        let plain = mark_of("plain", &[("src/a.js", "1"), ("b", "2")]);
        assert_eq!(plain, mark_of("again", &[("b", "2"), ("src/a.js", "1")]));
        let left = [("src/__pycache__/a", "x"), ("node_modules/a", "x"), ("wit/deps/a", "x"), ("a.wasm", "x")];
        assert_eq!(plain, mark_of("left", &[[("src/a.js", "1"), ("b", "2")].as_slice(), &left].concat()));
        assert_ne!(plain, mark_of("text", &[("src/a.js", "12"), ("b", "2")]));
        assert_ne!(plain, mark_of("name", &[("src/a.mjs", "1"), ("b", "2")]));
        assert_ne!(plain, mark_of("less", &[("src/a.js", "1")]));
    }

    #[test]
    fn a_copy_holds_the_same() {
        let from = folder("from", &[("src/a.js", "1"), ("node_modules/a", "x")]);
        let to = folder("to", &[]);
        let files = Files::of(&from).expect("it can be read");
        files.copy(&to).expect("it can be written");
        assert_eq!(mark(&[&files]), mark(&[&Files::of(&to).expect("it can be read")]));
        assert!(!to.join("node_modules").exists());
        for folder in [from, to] {
            remove(&folder).expect("the folder is ours");
        }
    }
}
