//! `cargo xtask guest`: the interpreter of programs and the plugins, compiled to WebAssembly, prepared, and compiled for
//! this machine. The builds of `neph` take them in from where this leaves them.

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

/// The plugins that come with `neph`, and those that the sandbox's tests run.
const PLUGINS: [&str; 9] =
    ["architecture", "exposure", "gcp-asset", "misbehaving", "misfilling", "sonarqube", "tagging", "trivy", "waste"];

/// Makes what is made from something that changed.
pub(crate) fn prepare(workspace: &Workspace) -> Result<()> {
    interpreter(workspace)?;
    plugins(workspace)
}

fn interpreter(workspace: &Workspace) -> Result<()> {
    let folder = workspace.target.join("guest");
    let stamp = folder.join("stamp");
    let mark =
        inputs::mark(&workspace.root, inputs::INPUTS).context("what the interpreter is made from could not be read")?;
    let is_made = ["program.wasm", "program.cwasm"].iter().all(|name| folder.join(name).is_file());
    if is_made && fs::read_to_string(&stamp).is_ok_and(|made| made == mark) {
        return Ok(());
    }
    println!("making the interpreter of programs (once, and when it changes; a minute)");
    compile(workspace)?;
    optimise(workspace, &folder)?;
    fs::write(&stamp, mark).with_context(|| format!("`{}` could not be written", stamp.display()))
}

fn plugins(workspace: &Workspace) -> Result<()> {
    let folder = workspace.target.join("guest/plugins");
    let stamp = folder.join("stamp");
    let mark = inputs::mark(&workspace.root, inputs::PLUGIN_INPUTS)
        .context("what the plugins are made from could not be read")?;
    let is_made = |name: &str| {
        ["wasm", "cwasm"].iter().all(|kind| folder.join(name.replace('-', "_")).with_extension(kind).is_file())
    };
    if PLUGINS.iter().all(|name| is_made(name)) && fs::read_to_string(&stamp).is_ok_and(|made| made == mark) {
        return Ok(());
    }
    println!("making the plugins (once, and when they change; a minute)");
    knows_target(&workspace.root)?;
    let mut build = process::cargo();
    build.args(["build", "--quiet", "--profile", "guest", "--target", TARGET]);
    build.args(PLUGINS.iter().flat_map(|name| ["-p", name]));
    process::run(build.current_dir(&workspace.root))?;
    let built = workspace.target.join(TARGET).join("guest");
    let components = PLUGINS.map(|name| built.join(name.replace('-', "_")).with_extension("wasm"));
    process::run(example(workspace, "precompile")?.arg(&folder).args(components))?;
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

/// Prepares and compiles what was built, in the sandbox's own words.
fn optimise(workspace: &Workspace, folder: &Path) -> Result<()> {
    let built = workspace.target.join(TARGET).join("guest").join("program.wasm");
    process::run(example(workspace, "prepare")?.arg(built).arg(folder))
}

/// An example of the sandbox's, to be run. Built as a part of the workspace, so that what it depends on is what the tests
/// are built with.
fn example(workspace: &Workspace, name: &str) -> Result<Command> {
    let mut build = process::cargo();
    build.args(["build", "--quiet", "--workspace", "--example", name]);
    process::run(build.current_dir(&workspace.root))?;
    Ok(Command::new(workspace.target.join("debug/examples").join(format!("{name}{}", std::env::consts::EXE_SUFFIX))))
}
