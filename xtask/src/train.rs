//! `cargo xtask train`: makes the classifier's model from the labelled questions, or with `--check` says whether the committed
//! one is what that makes.

use crate::process;
use crate::workspace::Workspace;
use anyhow::{Result, bail};
use std::ffi::OsString;
use std::process::ExitCode;

/// The training itself is of the crate that knows what a question is made of.
pub(crate) fn run(args: &[OsString]) -> Result<ExitCode> {
    if !matches!(args, [] | [_]) || args.iter().any(|arg| arg != "--check") {
        bail!("usage: cargo xtask train [--check]");
    }
    let mut command = process::cargo();
    command.args(["run", "--quiet", "--release", "--package", "classifier", "--example", "train", "--"]).args(args);
    process::hand_over(command.current_dir(Workspace::load()?.root))
}
