//! The AWS-compatible test server: moto from PyPI.

use crate::venv::Package;

/// The server. Tests rely on how this version behaves, so it is pinned.
pub(crate) const MOTO: Package =
    Package { name: "moto", requirement: "moto[all,server]==5.2.5", program: "moto_server", variable: "NEPH_MOTO" };
