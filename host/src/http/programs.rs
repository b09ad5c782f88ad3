//! `GET /v1/programs`, `GET /v1/programs/{id}`, `POST /v1/programs/run`: kept programs, and running one or another.

use super::address::Name;
use super::body::Json;
use super::options::{RequestOptions, RequestScope};
use super::problem::Problem;
use super::respond::Form;
use super::shapes::{AnswerShape, ExplainedShape, ProblemShape};
use super::{State, metrics};
use crate::app::{Asked, Explained};
use crate::failure::{Code, Failure};
use crate::runner::{Runnable, grant_of};
use axum::extract::State as Shared;
use axum::http::HeaderMap;
use axum::response::Response;
use schema::Grant;
use schema::query::ScopeFilter;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<Arc<State>> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(one)).routes(routes!(run)).routes(routes!(explain))
}

/// The kept programs.
#[utoipa::path(get, path = "/v1/programs", tag = "programs", responses((status = 200, description = "The kept programs, without their texts", body = Object)))]
async fn list(Shared(state): Shared<Arc<State>>) -> axum::Json<Value> {
    let programs = state.app.library.list().await;
    axum::Json(json!({ "programs": programs.iter().map(|kept| kept.summary()).collect::<Vec<_>>() }))
}

/// One kept program with its text.
#[utoipa::path(
    get,
    path = "/v1/programs/{id}",
    tag = "programs",
    params(("id" = String, Path, description = "The program's id")),
    responses(
        (status = 200, description = "The program", body = Object),
        (status = 404, description = "There is no such program", body = ProblemShape, content_type = "application/problem+json"),
    )
)]
async fn one(Shared(state): Shared<Arc<State>>, Name(id): Name) -> Result<axum::Json<Value>, Problem> {
    let kept = state.app.kept(&id).await?;
    Ok(axum::Json(json!(*kept)))
}

/// A program to run: one that is kept, by `id`, or one by its text.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RunBody {
    /// The id of a kept program.
    pub id: Option<String>,
    /// A program's text: JavaScript that ends in the rows of the answer.
    #[schema(example = "query(\"SELECT name, region FROM instances\").filter(r => r.region.startsWith('eu-'))")]
    pub source: Option<String>,
    /// What it may read. Absent: what its header declares, else the tables that its text names. With a header, or an `id`, it
    /// can only be made less.
    pub needs: Option<RunNeeds>,
    /// Values of its parameters, by name.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub params: Map<String, Value>,
    /// How it wants to be answered.
    #[serde(default)]
    pub options: RequestOptions,
}

/// What a program reads; what is not named is not granted.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RunNeeds {
    /// Tables.
    pub tables: Vec<String>,
    /// Only these providers, accounts and regions.
    pub scope: RequestScope,
}

impl RunNeeds {
    /// The grant, or which table there is not.
    pub fn grant(self) -> Result<Grant, Failure> {
        let RequestScope { providers, accounts, regions } = self.scope;
        let scope = ScopeFilter { providers, accounts, regions };
        Ok(grant_of(&self.tables)?.within(&scope))
    }
}

/// Runs a program in the sandbox.
#[utoipa::path(
    post,
    path = "/v1/programs/run",
    tag = "programs",
    request_body = RunBody,
    responses(
        (status = 200, description = "The answer; with `accept: application/x-ndjson` a row a line and the coverage last", body = AnswerShape),
        (status = 400, description = "The request is wrong", body = ProblemShape, content_type = "application/problem+json"),
        (status = 403, description = "The program asked for what it is not granted", body = ProblemShape, content_type = "application/problem+json"),
        (status = 404, description = "There is no such program", body = ProblemShape, content_type = "application/problem+json"),
        (status = 422, description = "The program failed, or ran into a limit; `details` says how far it came", body = ProblemShape, content_type = "application/problem+json"),
    )
)]
async fn run(
    Shared(state): Shared<Arc<State>>,
    headers: HeaderMap,
    Json(body): Json<RunBody>,
) -> Result<Response, Problem> {
    let form = Form::wanted(&headers)?;
    let options = body.options.for_engine(form == Form::Ndjson)?;
    let asked = asked(&state, body.id, body.source, body.needs, &body.params).await?;
    let reply = state.app.answer(asked, options, &state.caller()).await?;
    metrics::answered(&reply);
    Ok(form.write(reply).await)
}

/// Says what running a program would take, as far as that is known without rows. Nothing runs.
#[utoipa::path(
    post,
    path = "/v1/programs/explain",
    operation_id = "explain_program",
    tag = "programs",
    request_body = RunBody,
    responses(
        (status = 200, description = "What it would take", body = ExplainedShape),
        (status = 400, description = "The request is wrong", body = ProblemShape, content_type = "application/problem+json"),
        (status = 404, description = "There is no such program", body = ProblemShape, content_type = "application/problem+json"),
    )
)]
async fn explain(
    Shared(state): Shared<Arc<State>>,
    Json(body): Json<RunBody>,
) -> Result<axum::Json<Explained>, Problem> {
    let options = body.options.for_engine(false)?;
    let asked = asked(&state, body.id, body.source, body.needs, &body.params).await?;
    Ok(axum::Json(state.app.explain(asked, options).await?))
}

async fn asked(
    state: &State,
    id: Option<String>,
    source: Option<String>,
    needs: Option<RunNeeds>,
    params: &Map<String, Value>,
) -> Result<Asked, Failure> {
    let needs = needs.map(RunNeeds::grant).transpose()?;
    match (id, source) {
        (Some(id), None) => state.app.kept_program(&id, needs.as_ref(), params).await,
        (None, Some(source)) => Ok(Asked::Program(Box::new(Runnable::of_text(source, needs, params)?))),
        _ => Err(Failure::new(Code::BadRequest, "the body needs either `id` or `source`")),
    }
}
