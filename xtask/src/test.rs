//! `cargo xtask test`: prepares what the tests need, then runs all of them.

use crate::prerequisites::{C_COMPILER, PYTHON, RUST, VENV, demand};
use crate::workspace::Workspace;
use crate::{environment, guest, moto, process};
use anyhow::Result;
use std::ffi::OsString;
use std::process::ExitCode;

/// Becomes the test runner.
pub(crate) fn run(args: Vec<OsString>) -> Result<ExitCode> {
    let own_server = environment::get(moto::VARIABLE);
    match own_server {
        Some(_) => demand(&[&RUST, &C_COMPILER])?,
        None => demand(&[&RUST, &C_COMPILER, &PYTHON, &VENV])?,
    }
    let workspace = Workspace::load()?;
    guest::prepare(&workspace)?;
    let server = own_server.map_or_else(|| moto::prepare(&workspace.target), |path| Ok(path.into()))?;
    let mut command = process::cargo();
    match process::works(process::cargo().args(["nextest", "--version"])) {
        true => command.args(["nextest", "run"]),
        false => command.arg("test"),
    };
    if !names_packages(&args) {
        command.arg("--workspace");
    }
    command.args(args).env(moto::VARIABLE, server).current_dir(&workspace.root);
    process::hand_over(&mut command)
}

/// Whether the person chose packages, so that it must not be all of them.
fn names_packages(args: &[OsString]) -> bool {
    args.iter()
        .map(|arg| arg.to_string_lossy())
        .take_while(|arg| arg != "--")
        .any(|arg| arg.starts_with("-p") || arg.starts_with("--package") || arg == "--workspace")
}
