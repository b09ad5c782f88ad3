//! A C compiler that knows WebAssembly: the interpreter's engine is written in C. Taken from the machine where it has
//! one, from PyPI otherwise.

use crate::prerequisites::{PYTHON, VENV, demand};
use crate::venv::{self, Wanted};
use crate::{environment, process};
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Zig's compiler is clang with every target and a C library for each.
static ZIG: Wanted = Wanted {
    folder: "zig",
    requirement: "ziglang==0.17.1",
    program: "python",
    instead: "install clang 19 or later with lld, llvm-ar and wasi-libc, or set WASI_SDK to a wasi-sdk",
};

/// What cc-rs calls as a compiler. It names the target in clang's words, which Zig does not know.
const COMPILER: &str = "\
import os, sys
os.environ.setdefault(\"ZIG_GLOBAL_CACHE_DIR\", os.path.join(os.path.dirname(sys.prefix), \"zig-cache\"))
mode, given = sys.argv[1], sys.argv[2:]
if mode == \"cc\":
    given = [\"-target\", \"wasm32-wasi\"] + [each for each in given if not each.startswith(\"--target=\")]
import subprocess
sys.exit(subprocess.call([sys.executable, \"-m\", \"ziglang\", mode] + given))
";

/// Tells a build for WebAssembly which compiler to take.
pub(crate) fn set(command: &mut Command, target: &Path) -> Result<()> {
    if let Some(sdk) = environment::get("WASI_SDK") {
        println!("C for WebAssembly is compiled by the wasi-sdk in `{}`", sdk.to_string_lossy());
        return Ok(());
    }
    let (compiler, archiver) = match of_the_machine() {
        true => ("clang".into(), "llvm-ar".into()),
        false => from_pypi(target)?,
    };
    println!("C for WebAssembly is compiled by `{}`", compiler.display());
    // Left alone the engine's build script downloads an SDK.
    command.env("RQUICKJS_SYS_NO_WASI_SDK", "1");
    command.env("CC_wasm32_wasip2", compiler).env("AR_wasm32_wasip2", archiver);
    Ok(())
}

/// Whether the machine's clang makes WebAssembly and finds a C library for it, and there is an archiver.
fn of_the_machine() -> bool {
    let folder = std::env::temp_dir().join(format!("neph-wasm-cc-{}", std::process::id()));
    let (source, object) = (folder.join("probe.c"), folder.join("probe.o"));
    let text = "#include <math.h>\n#include <stdlib.h>\n#include <time.h>\nint probe;\n";
    let is_written = fs::create_dir_all(&folder).is_ok() && fs::write(&source, text).is_ok();
    let mut compile = Command::new("clang");
    compile.arg("--target=wasm32-wasip2").arg("-c").arg(&source).arg("-o").arg(&object);
    let found = is_written
        && process::works(&mut compile)
        && fs::read(&object).is_ok_and(|bytes| bytes.starts_with(b"\0asm"))
        && process::works(Command::new("llvm-ar").arg("--version"));
    // What is left behind in the temporary folder does no harm.
    let _ = fs::remove_dir_all(&folder);
    found
}

fn from_pypi(target: &Path) -> Result<(PathBuf, PathBuf)> {
    demand(&[&PYTHON, &VENV])?;
    let python = venv::prepare(target, &ZIG)?.python;
    let folder = target.join("zig-tools");
    fs::create_dir_all(&folder).with_context(|| format!("`{}` could not be made", folder.display()))?;
    let script = folder.join("zig.py");
    fs::write(&script, COMPILER).with_context(|| format!("`{}` could not be written", script.display()))?;
    Ok((tool(&folder, "cc", &python, &script)?, tool(&folder, "ar", &python, &script)?))
}

/// A program of one line that calls the script: cargo and cc-rs take the path of a program, not a command line.
fn tool(folder: &Path, mode: &str, python: &Path, script: &Path) -> Result<PathBuf> {
    let (python, script) = (python.display(), script.display());
    let (name, text) = match cfg!(windows) {
        true => (format!("wasm-{mode}.cmd"), format!("@\"{python}\" \"{script}\" {mode} %*\r\n")),
        false => (format!("wasm-{mode}"), format!("#!/bin/sh\nexec '{python}' '{script}' {mode} \"$@\"\n")),
    };
    let path = folder.join(name);
    // Build scripts watch it: one that says the same is left as it is.
    if fs::read_to_string(&path).is_ok_and(|there| there == text) {
        return Ok(path);
    }
    fs::write(&path, text).with_context(|| format!("`{}` could not be written", path.display()))?;
    executable(&path)?;
    Ok(path)
}

#[cfg(unix)]
fn executable(path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let set = fs::set_permissions(path, fs::Permissions::from_mode(0o755));
    set.with_context(|| format!("`{}` could not be made a program", path.display()))
}

#[cfg(not(unix))]
fn executable(_: &Path) -> Result<()> {
    Ok(())
}
