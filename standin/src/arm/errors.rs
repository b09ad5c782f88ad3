//! The errors of Azure Resource Manager, by the codes that Azure has for them.

use super::CONTENT_TYPE;
use crate::call::{Refusal, Reply};
use serde_json::json;

/// An error as Azure writes it.
pub(super) fn write(refusal: &Refusal) -> Reply {
    let mut reply = Reply::ok(CONTENT_TYPE, body(refusal)).status(refusal.status());
    reply.headers.extend(refusal.headers.iter().cloned());
    reply.header("x-ms-error-code", refusal.code.as_str())
}

/// What it says.
pub(super) fn body(refusal: &Refusal) -> String {
    json!({ "error": { "code": refusal.code, "message": refusal.message } }).to_string()
}

/// The request itself is wrong.
pub(super) fn bad(code: &str, message: impl Into<String>) -> Refusal {
    Refusal::new(400, code, message)
}

/// The stand-in has no such call.
pub(super) fn not_served(what: &str) -> Refusal {
    Refusal::new(404, "InvalidResourceType", format!("the stand-in does not serve {what}"))
}

/// Nobody asks.
pub(super) fn no_token() -> Refusal {
    unauthorized("AuthenticationFailed", "The request has no Authorization header with a bearer token.")
}

/// Some stranger asks.
pub(super) fn unknown_token() -> Refusal {
    unauthorized("InvalidAuthenticationToken", "No application of the stand-in has this access token.")
}

/// The token is past its time.
pub(super) fn expired() -> Refusal {
    unauthorized("ExpiredAuthenticationToken", "The access token is past its time; get another.")
}

fn unauthorized(code: &str, message: &str) -> Refusal {
    Refusal::new(401, code, message)
        .header("www-authenticate", &format!("Bearer error=\"invalid_token\", error_description=\"{message}\""))
}

/// The caller may not.
pub(super) fn denied(action: &str, scope: &str) -> Refusal {
    let message = format!("No role of the caller allows the action '{action}' in the scope '{scope}'.");
    Refusal::new(403, "AuthorizationFailed", message)
}

/// The subscription has not turned the provider on.
pub(super) fn not_registered(provider: &str) -> Refusal {
    let message = format!("The subscription is not registered to use the namespace '{provider}'.");
    Refusal::new(409, "MissingSubscriptionRegistration", message)
}

/// There is no such subscription.
pub(super) fn no_subscription(id: &str) -> Refusal {
    Refusal::new(404, "SubscriptionNotFound", format!("There is no subscription '{id}'."))
}

/// There is no such resource.
pub(super) fn no_resource(id: &str) -> Refusal {
    Refusal::new(404, "ResourceNotFound", format!("There is no resource '{id}'."))
}

/// Too many calls: `Retry-After` says how long to wait, for Cost Management in its own header too.
pub(super) fn throttled(seconds: u64) -> Refusal {
    let seconds = seconds.to_string();
    Refusal::new(429, "TooManyRequests", "Too many requests; wait as long as Retry-After says.")
        .header("retry-after", &seconds)
        .header("x-ms-ratelimit-microsoft.costmanagement-entity-retry-after", &seconds)
}

/// The service broke.
pub(super) fn broken() -> Refusal {
    Refusal::new(503, "ServerTimeout", "The service did not answer in time.")
}
