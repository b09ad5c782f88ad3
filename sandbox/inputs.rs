//! What the interpreter and the plugins are made from. The task that makes them and the build that takes them in both look
//! here, so that the build can tell what is out of date.

use std::hash::{DefaultHasher, Hasher};
use std::path::{Path, PathBuf};
use std::{fs, io};

/// Files and folders, from the root of the workspace.
pub(crate) const INPUTS: &[&str] = &[
    "Cargo.lock",
    "Cargo.toml",
    "rust-toolchain.toml",
    "plugins/program",
    "sandbox/examples/prepare.rs",
    "sandbox/src/engine.rs",
    "wit",
];

/// What the plugins that come with this repository are made from.
pub(crate) const PLUGIN_INPUTS: &[&str] = &[
    "Cargo.lock",
    "Cargo.toml",
    "guest-sdk/Cargo.toml",
    "guest-sdk/src",
    "rust-toolchain.toml",
    "plugins/architecture",
    "plugins/exposure",
    "plugins/gcp-asset",
    "plugins/misbehaving",
    "plugins/misfilling",
    "plugins/sonarqube",
    "plugins/tagging",
    "plugins/trivy",
    "plugins/waste",
    "sandbox/examples/precompile.rs",
    "sandbox/src/engine.rs",
    "wit",
];

/// A mark of all that they hold.
pub(crate) fn mark(root: &Path, inputs: &[&str]) -> io::Result<String> {
    let mut files = Vec::new();
    for input in inputs {
        collect(&root.join(input), &mut files)?;
    }
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        let name = file.strip_prefix(root).unwrap_or(&file).to_string_lossy().replace('\\', "/");
        for part in [name.as_bytes(), &fs::read(&file)?] {
            hasher.write_usize(part.len());
            hasher.write(part);
        }
    }
    Ok(format!("{:016x}\n", hasher.finish()))
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if !path.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    for entry in fs::read_dir(path)? {
        collect(&entry?.path(), files)?;
    }
    Ok(())
}
