//! `cargo xtask fuzz`: a fuzz target, for a while, from the seeds in `fuzz/corpus`.
//!
//! On the stable toolchain: coverage guides the fuzzer, and no sanitizer is used, for there is no unsafe code of ours to watch.

use crate::workspace::Workspace;
use crate::{guest, process};
use anyhow::{Context, Result, bail};
use std::ffi::OsString;
use std::fs;
use std::process::ExitCode;

/// What can be fuzzed; each has a folder of seeds and a file in `fuzz/targets`.
const TARGETS: &[&str] = &["question", "sql", "program", "component"];

/// How long, where it is not said.
const SECONDS: &str = "60";

/// Builds the target with its instruments, and becomes the fuzzer. What it finds lies in `fuzz/artifacts`.
pub(crate) fn run(args: &[OsString]) -> Result<ExitCode> {
    let args: Vec<_> = args.iter().map(|arg| arg.to_string_lossy()).collect();
    let (target, seconds) = match args.as_slice() {
        [target] if TARGETS.contains(&&**target) => (target, SECONDS),
        [target, seconds] if TARGETS.contains(&&**target) && seconds.parse::<u32>().is_ok() => (target, &**seconds),
        _ => bail!("usage: cargo xtask fuzz {} [SECONDS]", TARGETS.join("|")),
    };
    if !process::works(process::cargo().args(["fuzz", "--version"])) {
        bail!("cargo-fuzz is needed\n  hint: cargo install cargo-fuzz");
    }
    let workspace = Workspace::load()?;
    guest::prepare(&workspace)?;
    let home = workspace.target.join("fuzz");
    for name in ["program.cwasm", "stamp"] {
        copy(&workspace.target.join("guest").join(name), &home.join("guest").join(name))?;
    }
    // The same versions as everything else has.
    copy(&workspace.root.join("Cargo.lock"), &workspace.root.join("fuzz/Cargo.lock"))?;
    let found = home.join("corpus").join(&**target);
    fs::create_dir_all(&found).with_context(|| format!("`{}` could not be made", found.display()))?;
    let mut command = process::cargo();
    command.args(["fuzz", "run", "--sanitizer", "none", "--target-dir"]).arg(&home).arg(&**target);
    // What it learns goes to the first folder; the seeds stay as they are.
    command.arg(&found).arg(workspace.root.join("fuzz/corpus").join(&**target));
    command.arg("--").arg(format!("-max_total_time={seconds}")).args(["-timeout=60", "-rss_limit_mb=8192"]);
    process::hand_over(command.current_dir(&workspace.root))
}

fn copy(from: &std::path::Path, to: &std::path::Path) -> Result<()> {
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder).with_context(|| format!("`{}` could not be made", folder.display()))?;
    }
    fs::copy(from, to).with_context(|| format!("`{}` could not be copied", from.display()))?;
    Ok(())
}
