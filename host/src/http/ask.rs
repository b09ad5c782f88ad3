//! `POST /v1/ask`: answers a question in plain words.

use super::body::Json;
use super::options::RequestOptions;
use super::problem::Problem;
use super::respond::Form;
use super::shapes::{AnswerShape, ProblemShape};
use super::{State, metrics};
use crate::app::Asked;
use crate::failure::{Code, Failure};
use axum::extract::State as Shared;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<Arc<State>> {
    OpenApiRouter::new().routes(routes!(ask))
}

/// A question.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AskBody {
    /// In plain words.
    #[schema(example = "VMs with CPU below 20% and cost over $100")]
    pub question: String,
    /// Whether the reply to a question that is not answered also has what a language model would have been told.
    #[serde(default)]
    pub show_prompt: bool,
    /// A name for the conversation, chosen by the client. Where questions are kept (`[learning]`), one that is like the one before,
    /// which was of no use is then known to be the same in other words.
    #[serde(default)]
    pub session: Option<String>,
    /// How it wants to be answered.
    #[serde(default)]
    pub options: RequestOptions,
}

/// Answers a question in plain words.
///
/// A question that is not answered comes back with the route `refused`, no rows, and why.
#[utoipa::path(
    post,
    path = "/v1/ask",
    tag = "answers",
    request_body = AskBody,
    responses(
        (status = 200, description = "The answer; with `accept: application/x-ndjson` a row a line and the coverage last", body = AnswerShape),
        (status = 400, description = "The request is wrong", body = ProblemShape, content_type = "application/problem+json"),
        (status = 422, description = "A limit was reached", body = ProblemShape, content_type = "application/problem+json"),
    )
)]
async fn ask(
    Shared(state): Shared<Arc<State>>,
    headers: HeaderMap,
    Json(body): Json<AskBody>,
) -> Result<Response, Problem> {
    let form = Form::wanted(&headers)?;
    if body.question.trim().is_empty() {
        return Err(Failure::new(Code::BadRequest, "`question` is empty").into());
    }
    let options = body.options.for_engine(form == Form::Ndjson)?;
    let (session, asked) = (body.session.as_deref(), Asked::Question(body.question.clone()));
    let mut reply = state.app.answer_in(session, asked, options, &state.caller()).await?;
    if body.show_prompt && reply.answer().is_none() {
        reply.prompt = Some(state.app.prompt(&body.question).await.to_string());
    }
    metrics::answered(&reply);
    Ok(form.write(reply).await)
}
