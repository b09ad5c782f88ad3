//! `cargo xtask test`: prepares what the tests need, then runs all of them.

use crate::mcp_client::{self, MCP_CLIENT};
use crate::moto::{self, MOTO};
use crate::prerequisites::{C_COMPILER, PYTHON, Prerequisite, RUST, VENV, demand};
use crate::venv::{self, Wanted};
use crate::workspace::Workspace;
use crate::{environment, examples, guest, process};
use anyhow::Result;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

/// What tests take from PyPI, and the variables that name it.
static PACKAGES: [(&str, &Wanted); 2] = [(moto::VARIABLE, &MOTO), (mcp_client::VARIABLE, &MCP_CLIENT)];

/// Becomes the test runner.
pub(crate) fn run(args: Vec<OsString>) -> Result<ExitCode> {
    demand(&prerequisites())?;
    let workspace = Workspace::load()?;
    guest::prepare(&workspace)?;
    let mut command = process::cargo();
    match process::works(process::cargo().args(["nextest", "--version"])) {
        true => command.args(["nextest", "run"]),
        false => command.arg("test"),
    };
    if !names_packages(&args) {
        command.arg("--workspace");
    }
    for (variable, wanted) in PACKAGES {
        let own = environment::get(variable).map(PathBuf::from);
        let program = own.map_or_else(|| Ok(venv::prepare(&workspace.target, wanted)?.program), anyhow::Ok)?;
        command.env(variable, program);
    }
    let own = environment::get(examples::VARIABLE).map(PathBuf::from);
    command.env(examples::VARIABLE, own.map_or_else(|| examples::prepare(&workspace), anyhow::Ok)?);
    command.args(args).current_dir(&workspace.root);
    process::hand_over(&mut command)
}

/// What the tests need of this machine, less what the person has set a variable for.
fn prerequisites() -> Vec<&'static Prerequisite> {
    let mut wanted = vec![&RUST, &C_COMPILER];
    let is_unset = |variable: &str| environment::get(variable).is_none();
    if is_unset(examples::VARIABLE) {
        wanted.extend(examples::PREREQUISITES);
    } else if PACKAGES.iter().any(|(variable, _)| is_unset(variable)) {
        wanted.extend([&PYTHON, &VENV]);
    }
    wanted
}

/// Whether the person chose packages, so that it must not be all of them.
fn names_packages(args: &[OsString]) -> bool {
    args.iter()
        .map(|arg| arg.to_string_lossy())
        .take_while(|arg| arg != "--")
        .any(|arg| arg.starts_with("-p") || arg.starts_with("--package") || arg == "--workspace")
}
