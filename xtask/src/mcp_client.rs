//! The official MCP client, from PyPI: how assistants see `neph mcp`.

use crate::venv::Wanted;

/// Where tests look for a Python that has the client. Set beforehand, it is used as it is and nothing is installed.
pub(crate) const VARIABLE: &str = "NEPH_MCP_PYTHON";

/// Tests rely on how this version behaves.
pub(crate) static MCP_CLIENT: Wanted = Wanted {
    folder: "mcp-client",
    requirement: "mcp==2.3.0",
    program: "python",
    instead: "install it yourself and set NEPH_MCP_PYTHON to a Python that has it",
};
