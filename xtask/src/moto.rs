//! The AWS-compatible test server: moto from PyPI.

use crate::venv::Wanted;

/// Where tests look for the server's program. Set beforehand, it is used as it is and nothing is installed.
pub(crate) const VARIABLE: &str = "NEPH_MOTO";

/// Tests rely on how this version behaves.
pub(crate) static MOTO: Wanted = Wanted {
    folder: "moto",
    requirement: "moto[all,server]==5.2.5",
    program: "moto_server",
    instead: "install it yourself and set NEPH_MOTO to its `moto_server`",
};
