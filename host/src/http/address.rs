//! What stands in an address: names in its path, and parameters behind its `?`. What is wrong with them is a problem as any.

use super::State;
use super::body::with_nearest;
use super::problem::Problem;
use crate::failure::{Code, Failure};
use axum::extract::{FromRequestParts, Path, Query};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use std::sync::Arc;

/// The parameters behind the `?`.
#[derive(Debug)]
pub struct Parameters<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<Arc<State>> for Parameters<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &Arc<State>) -> Result<Self, Problem> {
        match Query::<T>::try_from_uri(&parts.uri) {
            Ok(Query(parameters)) => Ok(Self(parameters)),
            Err(rejection) => Err(wrong(&rejection.body_text())),
        }
    }
}

/// A name in the path.
#[derive(Debug)]
pub struct Name(pub String);

impl FromRequestParts<Arc<State>> for Name {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &Arc<State>) -> Result<Self, Problem> {
        match Path::<String>::from_request_parts(parts, state).await {
            Ok(Path(name)) => Ok(Self(name)),
            Err(rejection) => Err(wrong(&rejection.body_text())),
        }
    }
}

/// axum says what it could not do, then a colon and what was wrong; the latter is what the client can mend.
fn wrong(said: &str) -> Problem {
    let what = said.split_once(": ").map_or(said, |(_, what)| what);
    Problem(with_nearest(Failure::new(Code::BadRequest, format!("the address is not right: {what}"))))
}
