//! The tasks of this repository: `cargo xtask <task>`. Written in Rust, so that they work wherever cargo does.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a task speaks to the person who started it")]

mod demo;
mod environment;
mod eval;
mod examples;
mod fixture;
mod fuzz;
mod guest;
mod lint;
mod lock;
mod mcp_client;
mod moto;
mod prerequisites;
mod process;
mod reference;
mod rules_page;
mod test;
mod tidy;
mod train;
mod venv;
mod wasm_c;
mod workspace;

use anyhow::{Result, bail};
use std::ffi::OsString;
use std::process::ExitCode;
use workspace::Workspace;

const USAGE: &str = "\
usage: cargo xtask <task>

  demo [ARGS]   builds `neph` and shows what it does on the demo estate, then serves it
  test [ARGS]   prepares what the tests need and runs all of them; ARGS go to the test runner
  guest         makes the interpreter of programs; the tasks above do so by themselves
  examples      makes and tests the example plugins in JavaScript and Python; `test` does so by itself
  fixture       keeps a component of the contract as it is, to show that old plugins go on working
  lint          formatting, clippy with warnings as errors, and cargo-deny where it is installed
  tidy          what the house style says and a program can hold (also one of the tests)
  fuzz TARGET   fuzzes `question`, `sql`, `program` or `component` for a minute, or so many seconds (needs cargo-fuzz)
  docs          writes docs/tables.md again from the schema
  train         makes the classifier's model from the labelled questions; `--check` says whether it is current, and
                `--also FILE` learns from your own too
  eval [ARGS]   how the classifier does on them: prints it and writes docs/classifier.md; `--json FILE`, `--wrong`,
                `--pairs FILE`";

fn main() -> ExitCode {
    let mut args = std::env::args_os().skip(1);
    let task = args.next().unwrap_or_default();
    match run(&task.to_string_lossy(), args.collect()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            // A program that was run has said what was wrong; its exit code is passed on.
            let ended = error.downcast_ref::<process::Ended>();
            ended.map_or(ExitCode::FAILURE, |ended| ended.code)
        }
    }
}

fn run(task: &str, args: Vec<OsString>) -> Result<ExitCode> {
    match task {
        "demo" => demo::run(args),
        "test" => test::run(args),
        "guest" => none_left(&args).and_then(|()| guest::prepare(&Workspace::load()?)).map(|()| ExitCode::SUCCESS),
        "examples" => none_left(&args).and_then(|()| examples::run()),
        "fixture" => none_left(&args).and_then(|()| fixture::run()).map(|()| ExitCode::SUCCESS),
        "lint" => none_left(&args).and_then(|()| lint::run()),
        "tidy" => none_left(&args).and_then(|()| tidy::run()),
        "fuzz" => fuzz::run(&args),
        "docs" => none_left(&args).and_then(|()| reference::run()),
        "train" => train::run(&args),
        "eval" => eval::run(args),
        "" | "help" | "-h" | "--help" => {
            println!("{USAGE}");
            Ok(ExitCode::SUCCESS)
        }
        other => {
            eprintln!("error: there is no task `{other}`\n\n{USAGE}");
            Ok(ExitCode::from(2))
        }
    }
}

fn none_left(args: &[OsString]) -> Result<()> {
    match args.first() {
        None => Ok(()),
        Some(arg) => bail!("`{}` was not expected here", arg.to_string_lossy()),
    }
}
