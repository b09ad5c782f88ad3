//! `GET /v1/programs`, `GET /v1/programs/{id}`, `POST /v1/programs/run`: kept programs, and running one or another.

use super::body::Json;
use super::options::{RequestOptions, RequestScope};
use super::problem::Problem;
use super::respond::Form;
use super::shapes::{AnswerShape, ProblemShape};
use super::{State, metrics};
use crate::app::Asked;
use crate::failure::{Code, Failure};
use crate::programs::header::Needs;
use crate::runner::{Runnable, param_of};
use axum::extract::{Path, State as Shared};
use axum::http::HeaderMap;
use axum::response::Response;
use engine::params::Param;
use schema::Grant;
use schema::query::ScopeFilter;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<Arc<State>> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(one)).routes(routes!(run))
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
async fn one(Shared(state): Shared<Arc<State>>, Path(id): Path<String>) -> Result<axum::Json<Value>, Problem> {
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
    /// What it reads. Absent: the tables that its text names.
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
        for table in &self.tables {
            schema::query::check::table(table).map_err(engine::EngineError::from)?;
        }
        let RequestScope { providers, accounts, regions } = self.scope;
        let scope = ScopeFilter { providers, accounts, regions };
        Ok(Grant::of_tables(self.tables.iter().map(String::as_str)).within(&scope))
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
    let asked = match (body.id, body.source) {
        (Some(id), None) => state.app.kept_program(&id, &texts(&body.params)?).await?,
        (None, Some(source)) => Asked::Program(Box::new(runnable(source, body.needs, &body.params)?)),
        _ => return Err(Failure::new(Code::BadRequest, "the body needs either `id` or `source`").into()),
    };
    let reply = state.app.answer(asked, options, &state.caller()).await?;
    metrics::answered(&reply);
    Ok(form.write(reply).await)
}

/// A program by its text, for every door that takes one in JSON.
pub fn runnable(source: String, needs: Option<RunNeeds>, params: &Map<String, Value>) -> Result<Runnable, Failure> {
    if source.trim().is_empty() {
        return Err(Failure::new(Code::BadRequest, "`source` is empty")
            .hint("a program is JavaScript that ends in the rows of the answer, such as `query('SELECT 1 AS one')`"));
    }
    let needs = needs.map_or_else(|| Ok(Needs::named_in(&source).grant()), RunNeeds::grant)?;
    let params = params.iter().map(|(name, value)| Ok((name.clone(), param(name, value)?)));
    Ok(Runnable { params: params.collect::<Result<_, Failure>>()?, source, needs })
}

fn param(name: &str, value: &Value) -> Result<Param, Failure> {
    match value {
        Value::Array(_) | Value::Object(_) => Err(scalar(name)),
        scalar => Ok(param_of(scalar)),
    }
}

/// Parameters as texts, as the command line has them.
pub(crate) fn texts(params: &Map<String, Value>) -> Result<Vec<(String, String)>, Failure> {
    let text = |name: &String, value: &Value| match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(_) | Value::Bool(_) => Ok(value.to_string()),
        // A kept program says of what kind each is, and none is nothing.
        _ => Err(Failure::new(Code::BadRequest, format!("the parameter `{name}` must be a text or a number"))
            .hint("leave it out for its default")),
    };
    params.iter().map(|(name, value)| Ok((name.clone(), text(name, value)?))).collect()
}

fn scalar(name: &str) -> Failure {
    Failure::new(Code::BadRequest, format!("the parameter `{name}` must be a text, a number, a truth value or null"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_kept_programs_parameter_cannot_be_is_not_asked_for() {
        let params = Map::from_iter([("months".to_owned(), Value::Null)]);
        let failure = texts(&params).expect_err("refused").to_string();
        assert!(failure.contains("`months` must be a text or a number") && !failure.contains("null"), "{failure}");
    }
}
