//! A demo app at a fixed time, and ways to ask it.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use chrono::{DateTime, TimeZone, Utc};
use demo::Demo;
use engine::Engine;
use engine::EngineSettings;
use host::app::{App, Asked, Caller};
use host::config::Config;
use host::http::{State, router};
use host::reply::Reply;
use serde_json::Value;
use std::sync::Arc;
use tower::ServiceExt;

/// What time it is in these tests: past the begin of a month and of a week, so that "last" differs from "this".
pub(crate) fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 21, 9, 30, 0).unwrap()
}

/// A demo estate in which some accounts deny.
pub(crate) fn estate(deny: &[&str]) -> Demo {
    let deny = deny.iter().map(|name| (*name).to_owned()).collect();
    Demo::new(demo::Settings { seed: 7, scale: 1.0, now: now(), deny })
}

/// An app over it that keeps nothing.
pub(crate) async fn app(deny: &[&str], config: Config) -> Arc<App> {
    let builder = Engine::builder(EngineSettings::default()).source(Arc::new(estate(deny)));
    Arc::new(App::assemble(config, builder, None, true, now).await.unwrap())
}

/// The service over an app.
pub(crate) async fn service(deny: &[&str]) -> axum::Router {
    router(Arc::new(State::new(app(deny, Config::default()).await, true)))
}

/// A reply to what is asked.
pub(crate) async fn ask(app: &App, asked: Asked) -> Reply {
    let caller = Caller { who: "test".to_owned(), via: "cli" };
    app.answer(asked, engine::Options::default(), &caller).await.unwrap()
}

/// A response, read to its end.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: StatusCode,
    pub(crate) headers: axum::http::HeaderMap,
    pub(crate) text: String,
}

impl Response {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    pub(crate) fn content_type(&self) -> &str {
        self.headers.get(header::CONTENT_TYPE).map_or("", |value| value.to_str().unwrap())
    }
}

/// Sends a request to a router.
pub(crate) async fn send(router: &axum::Router, request: Request<Body>) -> Response {
    let response = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    Response { status: parts.status, headers: parts.headers, text: String::from_utf8(bytes.to_vec()).unwrap() }
}

/// A request for this machine.
pub(crate) fn request(method: &str, path: &str) -> axum::http::request::Builder {
    Request::builder().method(method).uri(path).header(header::HOST, "127.0.0.1:8010")
}

/// Posts JSON.
pub(crate) async fn post(router: &axum::Router, path: &str, body: impl Into<String>) -> Response {
    let request = request("POST", path).header(header::CONTENT_TYPE, "application/json");
    send(router, request.body(Body::from(body.into())).unwrap()).await
}

/// Gets.
pub(crate) async fn get(router: &axum::Router, path: &str) -> Response {
    send(router, request("GET", path).body(Body::empty()).unwrap()).await
}
