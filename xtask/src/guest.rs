//! `cargo xtask guest`: the interpreter of programs, compiled to WebAssembly, prepared, and compiled for this machine.
//! The builds of `neph` take it in from where this leaves it.

#[path = "../../sandbox/inputs.rs"]
mod inputs;

use crate::workspace::Workspace;
use crate::{process, wasm_c};
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::Path;
use std::process::Command;

/// What guests are compiled to.
const TARGET: &str = "wasm32-wasip2";

/// Makes the interpreter, unless what it is made from is as it was.
pub(crate) fn prepare(workspace: &Workspace) -> Result<()> {
    let folder = workspace.target.join("guest");
    let stamp = folder.join("stamp");
    let mark = inputs::mark(&workspace.root).context("what the interpreter is made from could not be read")?;
    let is_made = ["program.wasm", "program.cwasm"].iter().all(|name| folder.join(name).is_file());
    if is_made && fs::read_to_string(&stamp).is_ok_and(|made| made == mark) {
        return Ok(());
    }
    println!("making the interpreter of programs (once, and when it changes; a minute)");
    compile(workspace)?;
    optimise(workspace, &folder)?;
    fs::write(&stamp, mark).with_context(|| format!("`{}` could not be written", stamp.display()))
}

fn compile(workspace: &Workspace) -> Result<()> {
    knows_target(&workspace.root)?;
    let mut build = process::cargo();
    build.args(["build", "--quiet", "-p", "program", "--profile", "guest", "--target", TARGET]);
    wasm_c::set(&mut build, &workspace.target)?;
    process::run(build.current_dir(&workspace.root))
}

/// The standard library for the target comes by itself only where rustup may fetch it.
fn knows_target(root: &Path) -> Result<()> {
    let mut rustc = Command::new("rustc");
    let libraries = process::output(rustc.args(["--print", "target-libdir", "--target", TARGET]).current_dir(root))?;
    if Path::new(libraries.trim()).is_dir() {
        return Ok(());
    }
    bail!("Rust's standard library for `{TARGET}` is needed\n  hint: rustup target add {TARGET}")
}

/// Prepares and compiles what was built, in the sandbox's own words. Built as a part of the workspace, so that what it
/// depends on is what the tests are built with.
fn optimise(workspace: &Workspace, folder: &Path) -> Result<()> {
    let mut build = process::cargo();
    build.args(["build", "--quiet", "--workspace", "--example", "prepare"]);
    process::run(build.current_dir(&workspace.root))?;
    let built = workspace.target.join(TARGET).join("guest").join("program.wasm");
    let program = workspace.target.join("debug/examples").join(format!("prepare{}", std::env::consts::EXE_SUFFIX));
    process::run(Command::new(program).arg(built).arg(folder))
}
