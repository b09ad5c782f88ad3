//! Finds the interpreter that `cargo xtask guest` made, and names the target that guests are compiled for.

use std::env;
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
    let found = there.cloned().unwrap_or_else(|| empty(&out));
    println!("cargo::rustc-env=NEPH_INTERPRETER={}", found.display());
}

/// Stands for an interpreter that is not there yet.
fn empty(out: &Path) -> PathBuf {
    let path = out.join("none.cwasm");
    if let Err(error) = std::fs::write(&path, b"") {
        println!("cargo::error=`{}` could not be written: {error}", path.display());
    }
    path
}
