//! `POST /v1/answers/{id}/feedback`: a thumb up or down, which decides whether a program is offered again, and says how the
//! classifier does.

use super::State;
use super::address::Name;
use super::body::Json;
use super::problem::Problem;
use super::shapes::ProblemShape;
use crate::failure::{Code, Failure};
use crate::learning::Opinion;
use crate::query_json;
use axum::extract::State as Shared;
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
    /// With `down`: the query that the question should have been read as. Only where questions are kept (`[learning]`).
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub query: Option<serde_json::Value>,
}

/// Takes a thumb up or down on an answer that a program made; where questions are kept, on any answer to a question.
#[utoipa::path(
    post,
    path = "/v1/answers/{id}/feedback",
    tag = "programs",
    params(("id" = String, Path, description = "The answer's `id`")),
    request_body = FeedbackBody,
    responses(
        (status = 204, description = "Taken; a second one on the same answer replaces the first"),
        (status = 400, description = "The request is wrong", body = ProblemShape, content_type = "application/problem+json"),
        (status = 404, description = "No program made an answer of this id, nor was its question kept", body = ProblemShape, content_type = "application/problem+json"),
    )
)]
async fn feedback(
    Shared(state): Shared<Arc<State>>,
    Name(id): Name,
    Json(body): Json<FeedbackBody>,
) -> Result<StatusCode, Problem> {
    let is_up = match body.verdict.as_str() {
        "up" => true,
        "down" => false,
        other => {
            return Err(Failure::new(Code::BadRequest, format!("`verdict` is `up` or `down`, not `{other}`")).into());
        }
    };
    let query = body.query.as_ref().map(query_json::from_value).transpose()?;
    let opinion = Opinion { is_up, comment: &body.comment, query: query.as_ref() };
    state.app.feedback(&id, &opinion, &state.caller()).await?;
    Ok(StatusCode::NO_CONTENT)
}
