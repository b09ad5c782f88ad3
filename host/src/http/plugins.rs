//! `GET /v1/plugins`, `GET /v1/plugins/{name}`: which plugins there are, and what each asks for and was granted. What is
//! installed and granted is for the command line: whoever reaches this server does not decide that.

use super::State;
use super::address::Name;
use super::problem::Problem;
use super::shapes::ProblemShape;
use crate::plugins::Entry;
use axum::extract::State as Shared;
use serde_json::{Value, json};
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<Arc<State>> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(one))
}

/// The plugins.
#[utoipa::path(get, path = "/v1/plugins", tag = "plugins", responses((status = 200, description = "The plugins, those that come with this program among them", body = Object)))]
async fn list(Shared(state): Shared<Arc<State>>) -> Result<axum::Json<Value>, Problem> {
    let (plugins, damaged) = state.app.plugins.all()?;
    let plugins: Vec<_> = plugins.iter().map(Entry::summary).collect();
    Ok(axum::Json(json!({ "plugins": plugins, "damaged": damaged })))
}

/// One plugin: what it asks for and was granted, its rules and its parameters.
#[utoipa::path(
    get,
    path = "/v1/plugins/{name}",
    tag = "plugins",
    params(("name" = String, Path, description = "The plugin's name")),
    responses(
        (status = 200, description = "The plugin", body = Object),
        (status = 404, description = "There is no such plugin", body = ProblemShape, content_type = "application/problem+json"),
    )
)]
async fn one(Shared(state): Shared<Arc<State>>, Name(name): Name) -> Result<axum::Json<Value>, Problem> {
    let entry = state.app.plugins.named(&name)?;
    let loaded = state.app.plugins.load(&entry).await?;
    Ok(axum::Json(json!({ "plugin": entry.summary(), "granted": entry.granted, "describes": loaded.described })))
}
