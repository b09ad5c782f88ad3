//! The example in Python: componentize-py from PyPI, in the version of the example's `requirements.txt`.

use super::{INSTEAD, Place};
use crate::process;
use crate::venv::{self, Wanted};
use anyhow::Result;
use std::process::Command;

static COMPONENTIZE_PY: Wanted = Wanted {
    folder: "componentize-py",
    requirement: include_str!("../../../plugins/examples/python/requirements.txt").trim_ascii(),
    program: "componentize-py",
    instead: INSTEAD,
};

/// The world of the example's own `wit/world.wit`.
const WORLD: &str = "old-snapshots";

pub(super) fn make(place: &Place) -> Result<()> {
    let venv = venv::prepare(&place.target, &COMPONENTIZE_PY)?;
    let componentize = || {
        let mut command = Command::new(&venv.program);
        command.args(["-d", "wit", "-w", WORLD]).current_dir(&place.folder);
        command
    };
    process::run_quietly(componentize().args(["bindings", "bindings"]))?;
    let mut tests = Command::new(&venv.python);
    tests.args(["-m", "unittest", "discover", "-s", "tests"]).current_dir(&place.folder);
    process::run_quietly(tests.env("PYTHONPATH", std::env::join_paths(["src", "bindings"])?))?;
    // Without stubs the component would import sockets, and no host would load it.
    let mut made = componentize();
    made.args(["componentize", "--stub-wasi", "-p", "src", "plugin", "-o"]).arg(&place.component);
    process::run_quietly(&mut made)
}
