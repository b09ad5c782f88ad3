//! Azure's errors as [`FetchError`]s: what sort of failure it is, and a sentence for the person who has to act.

use chrono::DateTime;
use engine::error::safe_text;
use engine::{FetchError, FetchErrorKind};
use reqwest::StatusCode;
use reqwest::header::{DATE, HeaderMap, HeaderValue, RETRY_AFTER};
use serde_json::Value as Json;
use std::time::Duration;

/// Cost Management says here how long to wait, besides or instead of `Retry-After`: a header for each thing that it
/// counts calls by, such as `…-entity-retry-after`, `…-tenant-retry-after`, `…-client-retry-after`, `…-qpu-retry-after`.
const COST_WAIT: (&str, &str) = ("x-ms-ratelimit-microsoft.costmanagement-", "-retry-after");

/// What a reply that is no success means for the call `action`.
pub(crate) fn classify(action: &str, status: StatusCode, headers: &HeaderMap, body: &[u8]) -> FetchError {
    let said: Json = serde_json::from_slice(body).unwrap_or_default();
    let text = |name: &str| said["error"][name].as_str().or(said[name].as_str()).map(safe);
    let code = text("code");
    let reason = text("message").unwrap_or_else(|| format!("HTTP status {}", status.as_u16()));
    let kind = kind_of(status, code.as_deref().unwrap_or_default());
    let advice = match kind {
        FetchErrorKind::Denied => "; the credential needs a role that allows this action",
        _ => "",
    };
    let error = FetchError::new(kind, format!("`{action}` was answered with: {reason}{advice}"));
    let error = match code {
        Some(code) => error.with_code(code),
        None => error,
    };
    error.with_retry_after(retry_after(headers))
}

/// What Azure Monitor says of one metric in a reply that is a success as a whole: any word but `Success` means that its
/// values are not all there, and an empty series must not pass for a machine that did not run.
pub(crate) fn of_metric(action: &str, code: Option<&str>, message: Option<&str>) -> Result<(), FetchError> {
    let Some(code) = code.filter(|code| !code.is_empty() && !code.eq_ignore_ascii_case("success")) else {
        return Ok(());
    };
    let is_throttled = code.to_ascii_lowercase().contains("throttl");
    let kind = if is_throttled { FetchErrorKind::Throttled } else { FetchErrorKind::Failed };
    let code = safe(code);
    let reason = message.map_or_else(|| code.clone(), safe);
    Err(FetchError::new(kind, format!("`{action}` has no values of a metric: {reason}")).with_code(code))
}

fn kind_of(status: StatusCode, code: &str) -> FetchErrorKind {
    match status.as_u16() {
        401 => FetchErrorKind::Expired,
        403 => FetchErrorKind::Denied,
        429 => FetchErrorKind::Throttled,
        // Azure says 503 of its own overload, with a time to wait.
        503 => FetchErrorKind::Throttled,
        408 => FetchErrorKind::Timeout,
        409 if code == "RetryableError" => FetchErrorKind::Transient,
        500..=599 => FetchErrorKind::Transient,
        _ => FetchErrorKind::Failed,
    }
}

/// The longest wait that a header asks for, in whole seconds or until a time by Azure's own clock.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let is_wait =
        |name: &str| name == RETRY_AFTER.as_str() || (name.starts_with(COST_WAIT.0) && name.ends_with(COST_WAIT.1));
    let time = |value: &HeaderValue| DateTime::parse_from_rfc2822(value.to_str().ok()?.trim()).ok();
    let now = headers.get(DATE).and_then(time);
    let wait = |value: &HeaderValue| {
        let seconds = value.to_str().ok()?.trim().parse().ok().map(Duration::from_secs);
        seconds.or_else(|| (time(value)? - now?).to_std().ok())
    };
    headers.iter().filter(|(name, _)| is_wait(name.as_str())).filter_map(|(_, value)| wait(value)).max()
}

/// A connection that failed. The address is left out: what it would say beyond the action may hold a token.
pub(crate) fn connection(action: &str, error: reqwest::Error) -> FetchError {
    let kind = if error.is_timeout() { FetchErrorKind::Timeout } else { FetchErrorKind::Transient };
    let mut reason = String::new();
    let error = error.without_url();
    let mut source: Option<&dyn std::error::Error> = Some(&error);
    while let Some(error) = source {
        reason.push_str(if reason.is_empty() { "" } else { ": " });
        reason.push_str(&error.to_string());
        source = error.source();
    }
    FetchError::new(kind, format!("`{action}` got no answer: {}", safe(&reason)))
}

/// A text on one line, short, and without anything that looks like a token or a secret.
pub(crate) fn safe(text: &str) -> String {
    safe_text(text, is_secret)
}

/// Tokens (`eyJ…`), and long runs that are no part of a path: secrets of service principals have 40 characters.
fn is_secret(word: &str) -> bool {
    let in_key = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '=' | '_' | '-' | '~' | '.');
    let is_token = |run: &str| run.starts_with("eyJ") && run.len() >= 20;
    let is_long = |run: &str| run.len() >= 40 && !word.contains('/');
    word.split(|c: char| !in_key(c)).any(|run| is_token(run) || is_long(run))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn classified(status: u16, body: &str) -> FetchError {
        classify("A/read", StatusCode::from_u16(status).unwrap(), &HeaderMap::new(), body.as_bytes())
    }

    #[test]
    fn a_status_says_what_sort_of_failure_it_is() {
        let kinds = [
            (401, FetchErrorKind::Expired),
            (403, FetchErrorKind::Denied),
            (404, FetchErrorKind::Failed),
            (429, FetchErrorKind::Throttled),
            (500, FetchErrorKind::Transient),
            (503, FetchErrorKind::Throttled),
        ];
        for (status, kind) in kinds {
            assert_eq!(classified(status, "<html>").kind, kind, "{status}");
        }
    }

    #[test]
    fn azures_code_and_words_are_kept_and_a_token_in_them_is_cut() {
        let body =
            r#"{"error":{"code":"AuthorizationFailed","message":"The token eyJ0eXAiOiJKV1QiLCJhbGciOi.x may not."}}"#;
        let error = classified(403, body);
        assert_eq!(error.code, "AuthorizationFailed");
        assert!(error.message.contains("`A/read`") && error.message.contains("[cut] may not"), "{error}");
        assert!(!error.message.contains("eyJ"), "{error}");
    }

    #[test]
    fn the_longest_wait_is_obeyed_whichever_header_asks_for_it() {
        let check = |name: &'static str, value: &str, seconds: u64| {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, "5".parse().unwrap());
            headers.insert(DATE, "Wed, 21 Oct 2026 07:28:00 GMT".parse().unwrap());
            headers.insert(name, value.parse().unwrap());
            let error = classify("A/read", StatusCode::TOO_MANY_REQUESTS, &headers, b"{}");
            assert_eq!(error.retry_after, Some(Duration::from_secs(seconds)), "{name}: {value}");
        };
        for by in ["entity", "tenant", "client", "qpu"] {
            let name = format!("x-ms-ratelimit-microsoft.costmanagement-{by}-retry-after");
            check(name.leak(), "30", 30);
        }
        check("x-ms-ratelimit-microsoft.costmanagement-qpu-remaining", "90", 5);
        check("retry-after", "Wed, 21 Oct 2026 07:28:40 GMT", 40);
        check("retry-after", "Wed, 21 Oct 2026 07:28:00 GMT", 0);
    }
}
