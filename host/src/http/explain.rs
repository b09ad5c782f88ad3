//! `POST /v1/explain`: says what an answer would take, and runs nothing.

use super::State;
use super::body::Json;
use super::options::RequestOptions;
use super::problem::Problem;
use super::query::direct;
use super::shapes::{ExplainedShape, ProblemShape};
use crate::app::{Asked, Explained};
use crate::failure::{Code, Failure};
use axum::extract::State as Shared;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<Arc<State>> {
    OpenApiRouter::new().routes(routes!(explain))
}

/// A question, SQL or a query, one of them.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExplainBody {
    /// In plain words.
    #[schema(example = "top 10 most expensive instances")]
    pub question: Option<String>,
    /// SQL over the tables.
    pub sql: Option<String>,
    /// A typed, provider-neutral request.
    #[schema(value_type = Option<Object>)]
    pub query: Option<serde_json::Value>,
    /// How it wants to be answered.
    #[serde(default)]
    pub options: RequestOptions,
}

/// Says what an answer would take: scopes, calls, seconds, dollars, permissions. Nothing runs.
#[utoipa::path(
    post,
    path = "/v1/explain",
    tag = "answers",
    request_body = ExplainBody,
    responses(
        (status = 200, description = "What it would take", body = ExplainedShape),
        (status = 400, description = "The request is wrong", body = ProblemShape, content_type = "application/problem+json"),
    )
)]
async fn explain(
    Shared(state): Shared<Arc<State>>,
    Json(body): Json<ExplainBody>,
) -> Result<axum::Json<Explained>, Problem> {
    let asked = match (body.question, body.sql, body.query) {
        (Some(question), None, None) => Asked::Question(question),
        (None, sql, query) if sql.is_some() != query.is_some() => direct(sql, query)?,
        _ => return Err(Failure::new(Code::BadRequest, "the body needs one of `question`, `sql` and `query`").into()),
    };
    let options = body.options.for_engine(false)?;
    Ok(axum::Json(state.app.explain(asked, options).await?))
}
