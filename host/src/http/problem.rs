//! Errors as `application/problem+json` (RFC 9457), with a code that does not change.

use crate::failure::{Code, Failure};
use axum::http::{Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use std::any::Any;

/// A failure on its way to a client.
#[derive(Debug)]
pub struct Problem(pub Failure);

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        Self(failure)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let Self(failure) = self;
        let code = failure.code;
        if code.status() >= 500 {
            tracing::warn!(error.code = code.as_str(), "{failure}");
        }
        let mut body = json!({
            "type": format!("urn:nephoscope:problem:{}", code.as_str()),
            "title": code.title(),
            "status": code.status(),
            "detail": failure.message,
            "code": code.as_str(),
        });
        if let Some(hint) = failure.hint {
            body["hint"] = hint.into();
        }
        if let Some(details) = failure.details {
            body["details"] = *details;
        }
        let status = StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response =
            (status, [(header::CONTENT_TYPE, "application/problem+json")], body.to_string()).into_response();
        if code == Code::Busy {
            response.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from_static("1"));
        }
        response
    }
}

/// No such address.
pub(super) async fn not_found(uri: Uri) -> Problem {
    let failure = Failure::new(Code::NotFound, format!("there is nothing at `{}`", uri.path()));
    let nearest = schema::names::nearest(uri.path(), super::index::ADDRESSES.iter().map(|(path, _)| *path));
    Problem(match nearest {
        Some(path) => failure.hint(format!("did you mean `{path}`?")),
        None => failure.hint("`GET /` lists the addresses"),
    })
}

/// A method that an address does not take; axum adds the `Allow` header.
pub(super) async fn method_not_allowed(method: Method, uri: Uri) -> Problem {
    Problem(
        Failure::new(Code::MethodNotAllowed, format!("`{}` does not take {method}", uri.path()))
            .hint("the `allow` header says what it takes"),
    )
}

/// A defect. The log has what the panic said; the client does not.
#[allow(clippy::needless_pass_by_value, reason = "the layer hands it over")]
pub(super) fn panicked(panic: Box<dyn Any + Send + 'static>) -> Response {
    let said = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    tracing::error!(panic = said.unwrap_or("?"), "a request ran into a defect");
    Problem(Failure::new(Code::Internal, "this request ran into a defect of the server; the others go on"))
        .into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_defect_is_a_problem_that_does_not_show_what_the_panic_said() {
        let response = panicked(Box::new("secret".to_owned()));
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(response.headers()[header::CONTENT_TYPE], "application/problem+json");
    }
}
