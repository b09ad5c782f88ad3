//! `cargo xtask train`: makes the classifier's model from the labelled questions, and with `--also FILE` from one's own; with
//! `--check` says whether the committed one is what that makes.

use crate::process;
use crate::workspace::Workspace;
use anyhow::{Result, bail};
use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::ExitCode;

/// The training itself is of the crate that knows what a question is made of.
pub(crate) fn run(args: &[OsString]) -> Result<ExitCode> {
    if !is_understood(args) {
        bail!("usage: cargo xtask train [--check] [--also FILE]…");
    }
    // The training is run from the root, and a file is named from where one stands.
    let here = std::env::current_dir()?;
    let args = args.iter().map(|arg| if is_flag(arg) { arg.clone() } else { here.join(Path::new(arg)).into() });
    let mut command = process::cargo();
    command.args(["run", "--quiet", "--release", "--package", "classifier", "--example", "train", "--"]).args(args);
    process::hand_over(command.current_dir(Workspace::load()?.root))
}

fn is_understood(args: &[OsString]) -> bool {
    match args {
        [] => true,
        [flag, rest @ ..] if flag == "--check" => is_understood(rest),
        [flag, file, rest @ ..] if flag == "--also" && !is_flag(file) => is_understood(rest),
        _ => false,
    }
}

fn is_flag(arg: &OsStr) -> bool {
    arg.to_string_lossy().starts_with("--")
}
