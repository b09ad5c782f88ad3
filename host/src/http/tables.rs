//! `GET /v1/tables` and `GET /v1/tables/{name}`: the tables and their columns.

use super::State;
use super::address::Name;
use super::problem::Problem;
use super::shapes::{ProblemShape, TableShape, TablesShape};
use crate::commands::tables::summary;
use crate::failure::{Code, Failure};
use axum::Json;
use axum::extract::State as Shared;
use schema::Table;
use serde_json::{Value, json};
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<Arc<State>> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(one))
}

/// The tables.
#[utoipa::path(get, path = "/v1/tables", tag = "schema", responses((status = 200, description = "The tables", body = TablesShape)))]
async fn list(Shared(state): Shared<Arc<State>>) -> Json<Value> {
    Json(json!({ "tables": state.app.engine.tables().map(summary).collect::<Vec<_>>() }))
}

/// One table with its columns.
#[utoipa::path(
    get,
    path = "/v1/tables/{name}",
    tag = "schema",
    params(("name" = String, Path, description = "The table's name", example = "instances")),
    responses(
        (status = 200, description = "The table", body = TableShape),
        (status = 404, description = "There is no such table", body = ProblemShape, content_type = "application/problem+json"),
    )
)]
async fn one(Shared(state): Shared<Arc<State>>, Name(name): Name) -> Result<Json<&'static Table>, Problem> {
    state.app.engine.table(&name).map(Json).map_err(|error| {
        // An address that is not there, whatever the same slip is in a query.
        Problem(Failure { code: Code::TableNotFound, ..Failure::from(error) })
    })
}
