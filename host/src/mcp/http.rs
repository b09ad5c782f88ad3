//! MCP over HTTP: `/mcp` in `neph serve`.
//!
//! There are no sessions. A request is answered on its own, so there is nothing to bound, to time out or to lose when
//! the server starts again, and no stream stays open that a stop would have to wait for. The price: clients of protocol
//! versions before 2026-07-28 cancel a call with a message of its own, which belongs to no session here and is not
//! heeded; closing the connection cancels in every version.

use super::Mcp;
use axum::Router;
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};
use std::sync::Arc;

/// Where it is.
pub const PATH: &str = "/mcp";

/// The address. Which hosts and origins may ask is the business of the server around it.
pub(crate) fn router<S: Clone + Send + Sync + 'static>(mcp: Mcp, max_body_bytes: usize) -> Router<S> {
    let config = StreamableHttpServerConfig::default()
        .with_legacy_session_mode(false)
        .with_json_response(true)
        .with_max_request_body_bytes(max_body_bytes)
        .disable_allowed_hosts();
    let service = StreamableHttpService::new(move || Ok(mcp.clone()), Arc::<NeverSessionManager>::default(), config);
    Router::new().route_service(PATH, service)
}
