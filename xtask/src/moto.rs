//! The AWS-compatible test server: moto from PyPI.

use crate::venv::{self, Wanted};
use anyhow::Result;
use std::path::{Path, PathBuf};

/// Where tests look for the server's program. Set beforehand, it is used as it is and nothing is installed.
pub(crate) const VARIABLE: &str = "NEPH_MOTO";

/// Tests rely on how this version behaves.
static MOTO: Wanted = Wanted {
    folder: "moto",
    requirement: "moto[all,server]==5.2.5",
    program: "moto_server",
    instead: "install it yourself and set NEPH_MOTO to its `moto_server`",
};

/// The server's program, installed where it is not yet.
pub(crate) fn prepare(target: &Path) -> Result<PathBuf> {
    Ok(venv::prepare(target, &MOTO)?.program)
}
