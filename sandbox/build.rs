//! Finds the interpreter and the plugins that `cargo xtask guest` made, and names the target that guests are compiled for.

#![expect(clippy::disallowed_methods, reason = "cargo speaks to build scripts through the environment")]

mod inputs;

use std::env;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

/// The plugins that come with `neph`. `misbehaving` and `misfilling` are for the tests alone.
const BUILT_IN: [&str; 6] = ["architecture", "exposure", "gcp-asset", "tagging", "trivy", "waste"];

fn main() {
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    println!("cargo::rustc-env=NEPH_TARGET={}", env::var("TARGET").unwrap_or_default());
    // `target/debug/build/sandbox-…/out`, and one folder deeper with `--target`.
    let folders: Vec<PathBuf> = out.ancestors().skip(4).take(2).map(|target| target.join("guest")).collect();
    interpreter(&folders, &out);
    plugins(&folders, &out);
}

fn interpreter(folders: &[PathBuf], out: &Path) {
    let made: Vec<PathBuf> = folders.iter().map(|folder| folder.join("program.cwasm")).collect();
    let there = made.iter().find(|path| path.is_file());
    if let Some(watched) = there.or(made.first()) {
        println!("cargo::rerun-if-changed={}", watched.display());
    }
    match there {
        Some(made) => warn_of_age(&made.with_file_name("stamp"), inputs::INPUTS, "the interpreter of programs is"),
        None => println!(
            "cargo::warning=the interpreter of programs is not made yet: run `cargo xtask guest`, then build again"
        ),
    }
    let found = there.cloned().unwrap_or_else(|| empty(out));
    println!("cargo::rustc-env=NEPH_INTERPRETER={}", found.display());
}

/// Writes the list of plugins that are taken in: all of them, or none.
fn plugins(folders: &[PathBuf], out: &Path) {
    let made: Vec<PathBuf> = folders.iter().map(|folder| folder.join("plugins")).collect();
    let there = made.iter().find(|folder| folder.join("stamp").is_file());
    if let Some(watched) = there.or(made.first()) {
        println!("cargo::rerun-if-changed={}", watched.join("stamp").display());
        println!("cargo::rustc-env=NEPH_PLUGINS={}", watched.display());
    }
    match there {
        Some(folder) => warn_of_age(&folder.join("stamp"), inputs::PLUGIN_INPUTS, "the plugins are"),
        None => println!("cargo::warning=the plugins are not made yet: run `cargo xtask guest`, then build again"),
    }
    let mut list = String::from("&[\n");
    for name in BUILT_IN {
        let Some(wasm) = there.map(|folder| folder.join(name.replace('-', "_")).with_extension("wasm")) else { break };
        let compiled = wasm.with_extension("cwasm");
        // One that is new here is yet to be made.
        if !wasm.is_file() || !compiled.is_file() {
            continue;
        }
        let manifest = root().join("plugins").join(name).join("plugin.toml");
        let [manifest, wasm, compiled] = [manifest, wasm, compiled].map(|path| path.display().to_string());
        let written = writeln!(
            list,
            "BuiltIn {{ name: {name:?}, manifest: include_str!({manifest:?}), component: include_bytes!({wasm:?}), compiled: include_bytes!({compiled:?}) }},"
        );
        written.unwrap_or_default();
    }
    list.push(']');
    if let Err(error) = fs::write(out.join("plugins.rs"), list) {
        println!("cargo::error=the list of plugins could not be written: {error}");
    }
}

/// Says so where something was made from something else than what lies here now.
fn warn_of_age(stamp: &Path, from: &[&str], what: &str) {
    for input in from {
        println!("cargo::rerun-if-changed={}", root().join(input).display());
    }
    let stamp = fs::read_to_string(stamp).unwrap_or_default();
    if inputs::mark(&root(), from).is_ok_and(|mark| mark != stamp) {
        println!("cargo::warning={what} out of date: run `cargo xtask guest`");
    }
}

fn root() -> PathBuf {
    let folder = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    folder.parent().unwrap_or(&folder).to_owned()
}

/// Stands for an interpreter that is not there yet.
fn empty(out: &Path) -> PathBuf {
    let path = out.join("none.cwasm");
    if let Err(error) = fs::write(&path, b"") {
        println!("cargo::error=`{}` could not be written: {error}", path.display());
    }
    path
}
