//! Finds the interpreter that `cargo xtask guest` made, and names the target that guests are compiled for.

#![expect(clippy::disallowed_methods, reason = "cargo speaks to build scripts through the environment")]

mod inputs;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

fn main() {
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    println!("cargo::rustc-env=NEPH_TARGET={}", env::var("TARGET").unwrap_or_default());
    // `target/debug/build/sandbox-…/out`, and one folder deeper with `--target`.
    let made: Vec<PathBuf> = out.ancestors().skip(4).take(2).map(|target| target.join("guest/program.cwasm")).collect();
    let there = made.iter().find(|path| path.is_file());
    if let Some(watched) = there.or(made.first()) {
        println!("cargo::rerun-if-changed={}", watched.display());
    }
    if let Some(made) = there {
        warn_of_age(made);
    }
    if there.is_none() {
        println!(
            "cargo::warning=the interpreter of programs is not made yet: run `cargo xtask guest`, then build again"
        );
    }
    let found = there.cloned().unwrap_or_else(|| empty(&out));
    println!("cargo::rustc-env=NEPH_INTERPRETER={}", found.display());
}

/// Says so where the interpreter was made from something else than what lies here now.
fn warn_of_age(made: &Path) {
    let folder = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let root = folder.parent().unwrap_or(&folder);
    for input in inputs::INPUTS {
        println!("cargo::rerun-if-changed={}", root.join(input).display());
    }
    let stamp = fs::read_to_string(made.with_file_name("stamp")).unwrap_or_default();
    if inputs::mark(root).is_ok_and(|mark| mark != stamp) {
        println!("cargo::warning=the interpreter of programs is out of date: run `cargo xtask guest`");
    }
}

/// Stands for an interpreter that is not there yet.
fn empty(out: &Path) -> PathBuf {
    let path = out.join("none.cwasm");
    if let Err(error) = fs::write(&path, b"") {
        println!("cargo::error=`{}` could not be written: {error}", path.display());
    }
    path
}
