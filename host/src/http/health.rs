//! `/healthz`: the process lives. `/readyz`: it takes requests.

use super::State;
use axum::Json;
use axum::extract::State as Shared;
use axum::http::StatusCode;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<Arc<State>> {
    OpenApiRouter::new().routes(routes!(healthz)).routes(routes!(readyz))
}

/// Whether the process lives.
#[utoipa::path(get, path = "/healthz", tag = "operation", responses((status = 200, description = "It lives")))]
async fn healthz() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

/// Whether it takes requests: not once it was told to stop.
#[utoipa::path(
    get,
    path = "/readyz",
    tag = "operation",
    responses((status = 200, description = "It takes requests"), (status = 503, description = "It is stopping"))
)]
async fn readyz(Shared(state): Shared<Arc<State>>) -> (StatusCode, Json<Value>) {
    // A store that cannot be written is worth knowing, and no reason to turn requests away.
    let store = if state.app.store_is_well() { "ok" } else { "unavailable" };
    if state.is_stopping.load(Ordering::Relaxed) {
        return (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "status": "stopping", "store": store })));
    }
    (StatusCode::OK, Json(json!({ "status": "ok", "store": store })))
}
