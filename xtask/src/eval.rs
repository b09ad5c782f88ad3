//! `cargo xtask eval`: how the classifier does on the labelled questions, and docs/classifier.md.
//!
//! In three steps, for the classifier knows no engine and the engine no classifier: the questions are read, and the queries that
//! are not the labelled ones are written down; these are run on the demo estate, beside the labelled ones; then it is told.

use crate::process;
use crate::workspace::Workspace;
use anyhow::{Context, Result};
use std::ffi::OsString;
use std::process::{Command, ExitCode};

/// Where the page lies, from the root.
const PAGE: &str = "docs/classifier.md";

/// Arguments go on to the evaluation: `--json FILE`, `--wrong`, `--pairs FILE`.
pub(crate) fn run(args: Vec<OsString>) -> Result<ExitCode> {
    let workspace = Workspace::load()?;
    let folder = workspace.target.join("eval");
    std::fs::create_dir_all(&folder).with_context(|| format!("`{}` could not be made", folder.display()))?;
    let (pairs, verdicts) = (folder.join("pairs.jsonl"), folder.join("verdicts.jsonl"));
    process::run_quietly(evaluation().args(&args).arg("--pairs").arg(&pairs))?;
    // Unoptimised, and with the features of the whole workspace, as it lies there after the tests: any other DataFusion takes longer
    // to compile than this to run.
    process::run_quietly(process::cargo().args(["build", "--quiet", "--workspace", "--example", "same_rows"]))?;
    let same_rows = workspace.target.join("debug/examples").join(format!("same_rows{}", std::env::consts::EXE_SUFFIX));
    process::run(Command::new(same_rows).arg(&pairs).arg(&verdicts))?;
    let mut told = evaluation();
    told.arg("--page").arg(workspace.root.join(PAGE)).arg("--verdicts").arg(&verdicts);
    process::hand_over(told.args(args))
}

fn evaluation() -> Command {
    let mut command = process::cargo();
    command.args(["run", "--quiet", "--release", "--package", "classifier", "--example", "eval", "--"]);
    command
}
