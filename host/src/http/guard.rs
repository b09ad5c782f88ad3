//! What every request passes before a handler sees it.

use super::State;
use super::problem::Problem;
use crate::failure::{Code, Failure};
use axum::extract::{Request, State as Shared};
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;

/// How long a request waits for its turn before it is turned away.
const TURN: Duration = Duration::from_secs(1);

/// Holds a request to the bounds: how many at once, how long, how large a body.
pub(super) async fn bounded(Shared(state): Shared<Arc<State>>, request: Request, next: Next) -> Response {
    // Whoever watches over the process must get through when it is busy.
    if matches!(request.uri().path(), "/healthz" | "/readyz" | "/metrics") {
        return next.run(request).await;
    }
    let Ok(Ok(_place)) = tokio::time::timeout(TURN, state.places.acquire()).await else {
        let message = format!("{} requests are being answered already", state.bounds.concurrent_requests);
        return Problem(Failure::new(Code::Busy, message).hint("try again in a second")).into_response();
    };
    let limit = state.bounds.request_timeout;
    // Dropping the handler cancels the calls that it makes.
    tokio::time::timeout(limit, answered(&state, request, next)).await.unwrap_or_else(|_| {
        let message = format!("the request took longer than {} s", limit.as_secs_f64());
        Problem(Failure::new(Code::TimedOut, message).hint("ask for less, or raise `request_timeout` in `[server]`"))
            .into_response()
    })
}

/// The handler's reply, made where there is work to do, and not where requests come in.
async fn answered(state: &State, request: Request, next: Next) -> Response {
    let mut work = JoinSet::new();
    work.spawn_on(next.run(request), &state.work);
    match work.join_next().await {
        Some(Ok(response)) => response,
        Some(Err(error)) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
        // The runtime is going down.
        _ => Problem(Failure::new(Code::Internal, "the server is stopping")).into_response(),
    }
}

/// Turns away requests for a host that is not ours.
///
/// A page on the internet can make a name of its own point to 127.0.0.1 and then read what a local server answers
/// (DNS rebinding). The browser still sends that name in `Host`.
pub(super) async fn known_host(Shared(state): Shared<Arc<State>>, request: Request, next: Next) -> Response {
    let must_be_known = state.is_loopback || !state.bounds.allowed_hosts.is_empty();
    if must_be_known {
        let named = request.headers().get(header::HOST).and_then(|value| value.to_str().ok());
        let host = named.or_else(|| request.uri().authority().map(|authority| authority.as_str())).map(without_port);
        let is_ours = host.is_some_and(|host| state.is_ours(host));
        if !is_ours {
            let said = host.unwrap_or("no host");
            let failure = Failure::new(Code::HostNotAllowed, format!("the request is addressed to `{said}`"));
            return Problem(failure.hint("address it to 127.0.0.1, or name the host in `allowed_hosts` in `[server]`"))
                .into_response();
        }
    }
    next.run(request).await
}

/// Turns away pages of other sites. A browser says in `Origin` whose page asks; other clients say nothing.
pub(super) async fn known_origin(Shared(state): Shared<Arc<State>>, request: Request, next: Next) -> Response {
    if let Some(origin) = request.headers().get(header::ORIGIN) {
        let said = origin.to_str().unwrap_or("?");
        let host = said.split_once("://").map(|(_, authority)| without_port(authority));
        if !host.is_some_and(|host| state.is_ours(host)) {
            let failure = Failure::new(Code::OriginNotAllowed, format!("a page of `{said}` asks"));
            return Problem(failure.hint("name its host in `allowed_hosts` in `[server]` if that is meant"))
                .into_response();
        }
    }
    next.run(request).await
}

/// Headers of every response.
pub(super) async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    // Answers hold names and costs; no cache on the way keeps them, and no browser guesses them to be HTML.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

impl State {
    fn is_ours(&self, host: &str) -> bool {
        is_loopback(host) || self.bounds.allowed_hosts.iter().any(|ours| ours.eq_ignore_ascii_case(host))
    }
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if !port.is_empty() && port.chars().all(|c| c.is_ascii_digit()) => name,
        _ => host,
    }
}

fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare.eq_ignore_ascii_case("localhost") || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_loopback() {
        for (host, expected) in [
            ("localhost", true),
            ("LOCALHOST:8010", true),
            ("127.0.0.1:8010", true),
            ("127.1.2.3", true),
            ("[::1]:8010", true),
            ("127.0.0.1.evil.example", false),
            ("localhost.evil.example:8010", false),
            ("192.168.1.5", false),
            ("0.0.0.0:8010", false),
            ("", false),
        ] {
            assert_eq!(is_loopback(without_port(host)), expected, "{host}");
        }
    }
}
