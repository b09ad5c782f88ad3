//! The official MCP client, from PyPI: how assistants see `neph mcp`.

use crate::venv::Package;

/// A Python that has the client. Tests rely on how this version behaves, so it is pinned.
pub(crate) const MCP_CLIENT: Package =
    Package { name: "mcp-client", requirement: "mcp==2.3.0", program: "python", variable: "NEPH_MCP_PYTHON" };
