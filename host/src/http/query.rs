//! `POST /v1/query`: answers SQL or a query.

use super::body::Json;
use super::options::RequestOptions;
use super::problem::Problem;
use super::respond::Form;
use super::shapes::{AnswerShape, ProblemShape};
use super::{State, metrics};
use crate::app::Asked;
use crate::failure::{Code, Failure};
use crate::query_json;
use axum::extract::State as Shared;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<Arc<State>> {
    OpenApiRouter::new().routes(routes!(query))
}

/// SQL or a query, one of them.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QueryBody {
    /// SQL over the tables.
    #[schema(example = "SELECT provider, count(*) AS n FROM instances GROUP BY provider")]
    pub sql: Option<String>,
    /// A typed, provider-neutral request.
    #[schema(value_type = Option<Object>, example = json!({ "from": "instances", "select": ["name", "cpu_avg"], "where": [{ "field": "cpu_avg", "op": "lt", "value": 20 }], "limit": 50 }))]
    pub query: Option<serde_json::Value>,
    /// How it wants to be answered.
    #[serde(default)]
    pub options: RequestOptions,
}

/// SQL or a query out of a body that has one of them.
pub(crate) fn direct(sql: Option<String>, query: Option<serde_json::Value>) -> Result<Asked, Failure> {
    match (sql, query) {
        (Some(sql), None) if sql.trim().is_empty() => Err(Failure::new(Code::BadSql, "`sql` is empty")),
        (Some(sql), None) => Ok(Asked::Sql(sql)),
        (None, Some(query)) => Ok(Asked::Query(Box::new(query_json::from_value(&query)?))),
        _ => Err(Failure::new(Code::BadRequest, "the body needs either `sql` or `query`")),
    }
}

/// Answers SQL or a query.
#[utoipa::path(
    post,
    path = "/v1/query",
    tag = "answers",
    request_body = QueryBody,
    responses(
        (status = 200, description = "The answer; with `accept: application/x-ndjson` a row a line and the coverage last", body = AnswerShape),
        (status = 400, description = "The SQL or the query is wrong", body = ProblemShape, content_type = "application/problem+json"),
        (status = 403, description = "The SQL would do more than read tables", body = ProblemShape, content_type = "application/problem+json"),
        (status = 422, description = "A limit was reached", body = ProblemShape, content_type = "application/problem+json"),
    )
)]
async fn query(
    Shared(state): Shared<Arc<State>>,
    headers: HeaderMap,
    Json(body): Json<QueryBody>,
) -> Result<Response, Problem> {
    let form = Form::wanted(&headers)?;
    let asked = direct(body.sql, body.query)?;
    let options = body.options.for_engine(form == Form::Ndjson)?;
    let reply = state.app.answer(asked, options, &state.caller()).await?;
    metrics::answered(&reply);
    Ok(form.write(reply).await)
}
