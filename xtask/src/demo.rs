//! `cargo xtask demo`: builds `neph`, shows the main job on the demo estate, then serves it.

use crate::prerequisites::{C_COMPILER, RUST, demand};
use crate::workspace::Workspace;
use crate::{guest, process};
use anyhow::Result;
use std::ffi::OsString;
use std::process::ExitCode;

/// Becomes `neph demo`; what is shown and served is that command's affair.
pub(crate) fn run(args: Vec<OsString>) -> Result<ExitCode> {
    demand(&[&RUST, &C_COMPILER])?;
    let workspace = Workspace::load()?;
    guest::prepare(&workspace)?;
    // The manifest is named, so that it makes no difference in which of the workspace's folders one stands.
    let mut command = process::cargo();
    command.arg("run").arg("--manifest-path").arg(workspace.root.join("Cargo.toml"));
    command.args(["--bin", "neph", "--", "demo"]).args(args);
    process::hand_over(&mut command)
}
