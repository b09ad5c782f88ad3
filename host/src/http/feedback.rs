//! `POST /v1/answers/{id}/feedback`: a thumb up or down, which decides whether a program is offered again.

use super::State;
use super::body::Json;
use super::problem::Problem;
use super::shapes::ProblemShape;
use crate::failure::{Code, Failure};
use axum::extract::{Path, State as Shared};
use axum::http::StatusCode;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<Arc<State>> {
    OpenApiRouter::new().routes(routes!(feedback))
}

/// What somebody thinks of an answer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FeedbackBody {
    /// `up` or `down`.
    #[schema(example = "up")]
    pub verdict: String,
    /// Why, in a sentence or two.
    #[serde(default)]
    pub comment: String,
}

/// Takes a thumb up or down on an answer that a program made.
#[utoipa::path(
    post,
    path = "/v1/answers/{id}/feedback",
    tag = "programs",
    params(("id" = String, Path, description = "The answer's `id`")),
    request_body = FeedbackBody,
    responses(
        (status = 204, description = "Taken; a second one on the same answer replaces the first"),
        (status = 400, description = "The request is wrong", body = ProblemShape, content_type = "application/problem+json"),
        (status = 404, description = "No program made an answer of this id", body = ProblemShape, content_type = "application/problem+json"),
    )
)]
async fn feedback(
    Shared(state): Shared<Arc<State>>,
    Path(id): Path<String>,
    Json(body): Json<FeedbackBody>,
) -> Result<StatusCode, Problem> {
    let is_up = match body.verdict.as_str() {
        "up" => true,
        "down" => false,
        other => {
            return Err(Failure::new(Code::BadRequest, format!("`verdict` is `up` or `down`, not `{other}`")).into());
        }
    };
    state.app.feedback(&id, is_up, &body.comment, &state.caller()).await?;
    Ok(StatusCode::NO_CONTENT)
}
