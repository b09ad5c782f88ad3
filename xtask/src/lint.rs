//! `cargo xtask lint`: what must hold before a change is taken, beside the tests.

use crate::guest;
use crate::process::{self, cargo};
use crate::workspace::Workspace;
use anyhow::Result;
use std::process::ExitCode;

/// Formatting, clippy with warnings as errors, and cargo-deny where it is installed.
pub(crate) fn run() -> Result<ExitCode> {
    let workspace = Workspace::load()?;
    guest::prepare(&workspace)?;
    let root = workspace.root;
    process::run(cargo().args(["fmt", "--all", "--check"]).current_dir(&root))?;
    let clippy = ["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"];
    process::run(cargo().args(clippy).current_dir(&root))?;
    if process::works(cargo().args(["deny", "--version"])) {
        process::run(cargo().args(["deny", "check", "bans", "licenses", "sources"]).current_dir(&root))?;
    } else {
        println!("cargo-deny is not installed; the tidy test holds licences, bans and sources");
    }
    Ok(ExitCode::SUCCESS)
}
