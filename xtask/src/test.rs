//! `cargo xtask test`: prepares what the tests need, then runs all of them.

use crate::mcp_client::MCP_CLIENT;
use crate::moto::MOTO;
use crate::prerequisites::{C_COMPILER, PYTHON, RUST, VENV, demand};
use crate::venv::{self, Package};
use crate::workspace::Workspace;
use crate::{environment, process};
use anyhow::Result;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

/// What tests take from PyPI.
const PACKAGES: [&Package; 2] = [&MOTO, &MCP_CLIENT];

/// Becomes the test runner.
pub(crate) fn run(args: Vec<OsString>) -> Result<ExitCode> {
    match PACKAGES.iter().all(|package| environment::get(package.variable).is_some()) {
        true => demand(&[&RUST, &C_COMPILER])?,
        false => demand(&[&RUST, &C_COMPILER, &PYTHON, &VENV])?,
    }
    let workspace = Workspace::load()?;
    let mut command = process::cargo();
    match process::works(process::cargo().args(["nextest", "--version"])) {
        true => command.args(["nextest", "run"]),
        false => command.arg("test"),
    };
    if !names_packages(&args) {
        command.arg("--workspace");
    }
    for package in PACKAGES {
        let own = environment::get(package.variable).map(PathBuf::from);
        command.env(package.variable, own.map_or_else(|| venv::prepare(package, &workspace.target), Ok)?);
    }
    command.args(args).current_dir(&workspace.root);
    process::hand_over(&mut command)
}

/// Whether the person chose packages, so that it must not be all of them.
fn names_packages(args: &[OsString]) -> bool {
    args.iter()
        .map(|arg| arg.to_string_lossy())
        .take_while(|arg| arg != "--")
        .any(|arg| arg.starts_with("-p") || arg.starts_with("--package") || arg == "--workspace")
}
