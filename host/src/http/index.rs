//! `GET /`: what there is, for whoever comes by with a browser.

use super::State;
use axum::Json;
use serde_json::{Value, json};
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;

/// The addresses, and what each is for.
pub(super) const ADDRESSES: &[(&str, &str)] = &[
    ("/v1/ask", "POST {\"question\": \"…\"}: answers a question"),
    ("/v1/query", "POST {\"sql\": \"…\"} or {\"query\": {…}}: answers SQL or a query"),
    ("/v1/explain", "POST: says what an answer would take, and runs nothing"),
    ("/v1/programs", "GET: the kept programs; /v1/programs/{id}: one with its text"),
    ("/v1/programs/explain", "POST, as for `run`: says what running it would take"),
    ("/v1/programs/run", "POST {\"id\": \"…\"} or {\"source\": \"…\"}: runs a program in the sandbox"),
    ("/v1/answers/{id}/feedback", "POST {\"verdict\": \"up\"}: says whether a program is offered again"),
    ("/v1/tables", "GET: the tables; /v1/tables/{name}: the columns of one"),
    (crate::mcp::http::PATH, "POST: MCP, for assistants"),
    ("/v1/openapi.json", "GET: this service's description"),
    ("/healthz", "GET: whether the process lives"),
    ("/readyz", "GET: whether it takes requests"),
    ("/metrics", "GET: figures for Prometheus"),
];

pub(super) fn router() -> OpenApiRouter<Arc<State>> {
    OpenApiRouter::new().route("/", axum::routing::get(index))
}

async fn index() -> Json<Value> {
    let addresses: serde_json::Map<_, _> =
        ADDRESSES.iter().map(|(path, what)| ((*path).to_owned(), json!(what))).collect();
    Json(json!({ "name": "nephoscope", "version": env!("CARGO_PKG_VERSION"), "addresses": addresses }))
}
