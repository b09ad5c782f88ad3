//! `GET /v1/suggest?q=…`: how an unfinished question could go on.

use super::State;
use super::address::Parameters;
use super::problem::Problem;
use super::shapes::ProblemShape;
use crate::failure::{Code, Failure};
use axum::extract::State as Shared;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The longest question that is looked at, in bytes.
const LONGEST: usize = 2_000;

pub(super) fn router() -> OpenApiRouter<Arc<State>> {
    OpenApiRouter::new().routes(routes!(suggest))
}

/// What is typed so far.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Unfinished {
    /// The question as far as it is typed; empty for how it could begin.
    q: String,
}

/// Says how an unfinished question could go on: words, columns, and names of the estate. For an empty one, it also says what
/// is worth asking of this estate, as far as the rows that are kept tell.
#[utoipa::path(
    get,
    path = "/v1/suggest",
    tag = "answers",
    params(Unfinished),
    responses(
        (status = 200, description = "At most ten suggestions, the likeliest first", body = Object),
        (status = 400, description = "The question is too long, or there is none", body = ProblemShape, content_type = "application/problem+json"),
    )
)]
async fn suggest(
    Shared(state): Shared<Arc<State>>,
    Parameters(unfinished): Parameters<Unfinished>,
) -> Result<axum::Json<Value>, Problem> {
    if unfinished.q.len() > LONGEST {
        let message = format!("the question is longer than {LONGEST} bytes");
        return Err(Failure::new(Code::BadRequest, message).into());
    }
    let suggestions = match unfinished.q.trim() {
        "" => state.app.beginnings().await,
        _ => state.app.suggest(&unfinished.q).await,
    };
    Ok(axum::Json(json!({ "suggestions": suggestions })))
}
