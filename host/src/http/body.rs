//! A JSON body, read within the bound, with the place of what is wrong in it.

use super::State;
use super::problem::Problem;
use crate::failure::{Code, Failure};
use crate::query_json::not_json;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use serde::de::DeserializeOwned;
use std::sync::Arc;

/// A JSON body.
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned> FromRequest<Arc<State>> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &Arc<State>) -> Result<Self, Problem> {
        // Asking for JSON is what keeps other sites' pages out: a browser sends JSON across sites only after a
        // preflight, which we do not answer.
        if !is_json(&request) {
            let failure = Failure::new(Code::UnsupportedMediaType, "the body is not said to be JSON");
            return Err(failure.hint("send `content-type: application/json`").into());
        }
        let bytes = Bytes::from_request(request, state).await.map_err(|rejection| {
            if rejection.into_response().status() == StatusCode::PAYLOAD_TOO_LARGE {
                let bound = state.bounds.max_body_bytes;
                Failure::new(Code::BodyTooLarge, format!("the body is larger than {bound} bytes"))
            } else {
                Failure::new(Code::BadRequest, "the body could not be read to its end")
            }
        })?;
        let value = serde_json::from_slice(&bytes).map_err(|error| with_nearest(not_json("the body", &error)))?;
        Ok(Self(value))
    }
}

fn is_json(request: &Request) -> bool {
    let content_type =
        request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

/// serde says "unknown field `x`, expected …": with the nearest of those as the hint.
pub(super) fn with_nearest(failure: Failure) -> Failure {
    let hint = failure.message.split_once("unknown field").and_then(|(_, rest)| {
        let names: Vec<_> = rest.split('`').skip(1).step_by(2).collect();
        let (wrong, right) = names.split_first()?;
        Some(format!("did you mean `{}`?", schema::names::nearest(wrong, right.iter().copied())?))
    });
    failure.maybe_hint(hint)
}
