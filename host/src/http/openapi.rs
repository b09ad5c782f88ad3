//! `GET /v1/openapi.json`: this service's description, made from the handlers.

use super::State;
use axum::extract::State as Shared;
use axum::http::header;
use axum::response::IntoResponse;
use std::sync::Arc;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<Arc<State>> {
    OpenApiRouter::new().routes(routes!(openapi))
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Nephoscope",
        description = "Answers questions about your clouds: rows in one schema, with what they cover. Reads only.",
    ),
    tags(
        (name = "answers", description = "Questions, SQL and queries"),
        (name = "schema", description = "The tables"),
        (name = "operation", description = "For whoever runs it"),
    )
)]
struct Base;

/// What the handlers add to.
pub(super) fn base() -> utoipa::openapi::OpenApi {
    Base::openapi()
}

/// The description as text.
pub(super) fn text(openapi: &utoipa::openapi::OpenApi) -> String {
    // It is made of plain structs; if it could not be written the snapshot test would say so.
    openapi.to_pretty_json().unwrap_or_default()
}

/// This description.
#[utoipa::path(get, path = "/v1/openapi.json", tag = "operation", responses((status = 200, description = "OpenAPI")))]
async fn openapi(Shared(state): Shared<Arc<State>>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], state.openapi.clone())
}
