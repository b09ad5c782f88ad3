//! `cargo xtask eval`: how the classifier does on the labelled questions, and docs/classifier.md.

use crate::process;
use crate::workspace::Workspace;
use anyhow::Result;
use std::ffi::OsString;
use std::process::ExitCode;

/// Where the page lies, from the root.
const PAGE: &str = "docs/classifier.md";

/// Arguments go on to the evaluation: `--json FILE`, `--wrong`, `--pairs FILE`.
pub(crate) fn run(args: Vec<OsString>) -> Result<ExitCode> {
    let root = Workspace::load()?.root;
    let mut command = process::cargo();
    command.args(["run", "--quiet", "--release", "--package", "classifier", "--example", "eval", "--", "--page"]);
    process::hand_over(command.arg(root.join(PAGE)).args(args))
}
