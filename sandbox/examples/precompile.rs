//! Compiles plugins for the engine that the sandbox has. `cargo xtask guest` calls it: `precompile FOLDER PLUGIN.wasm…` writes
//! `PLUGIN.wasm` and `PLUGIN.cwasm` there.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use wasmtime::error::Context;
use wasmtime::{Result, bail};

fn main() -> Result<()> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let Some(folder) = arguments.next() else { bail!("usage: precompile FOLDER PLUGIN.wasm…") };
    fs::create_dir_all(&folder).with_context(|| format!("`{}` could not be made", folder.display()))?;
    for plugin in arguments {
        let wasm = fs::read(&plugin).with_context(|| format!("`{}` could not be read", plugin.display()))?;
        let compiled = sandbox::compile(&wasm).with_context(|| format!("`{}`", plugin.display()))?;
        let to = folder.join(plugin.file_name().unwrap_or_default());
        write(&to, &wasm)?;
        write(&to.with_extension("cwasm"), &compiled)?;
    }
    Ok(())
}

/// Whole or not at all: a build may look for it at any moment.
fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut half = OsString::from(path);
    half.push(".half");
    fs::write(&half, bytes).with_context(|| format!("`{}` could not be written", path.display()))?;
    fs::rename(&half, path).with_context(|| format!("`{}` could not be put in its place", path.display()))
}
