//! REST: one file for each resource with its `router()`, one list of them here, one shape of errors.

pub mod address;
pub mod ask;
pub mod body;
pub mod explain;
pub mod feedback;
pub mod guard;
pub mod health;
pub mod index;
pub mod metrics;
pub mod openapi;
pub mod options;
pub mod plugins;
pub mod problem;
pub mod programs;
pub mod query;
pub mod respond;
pub mod scans;
pub mod server;
pub mod shapes;
pub mod suggest;
pub mod tables;

use crate::app::{App, Caller};
use crate::config::server::Server;
use crate::mcp::{self, Mcp};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use tower_http::catch_panic::CatchPanicLayer;
use utoipa_axum::router::OpenApiRouter;

/// What handlers share.
#[derive(Debug)]
pub struct State {
    /// What answers.
    pub app: Arc<App>,
    /// The bounds.
    pub bounds: Server,
    /// Whether only this machine can reach us, so that a request for another host is a trick.
    pub is_loopback: bool,
    /// Set once a signal to stop came.
    pub is_stopping: AtomicBool,
    places: Semaphore,
    scans: Arc<Semaphore>,
    openapi: String,
    /// Where requests are answered.
    work: Handle,
}

impl State {
    /// State for a server. Requests are answered on the runtime that this is called on.
    pub fn new(app: Arc<App>, is_loopback: bool) -> Self {
        let bounds = app.config.server.clone();
        let places = Semaphore::new(bounds.concurrent_requests);
        let openapi = openapi::text(&routes().into_openapi());
        let scans = Arc::new(Semaphore::new(scans::SCANS_AT_ONCE));
        let is_stopping = AtomicBool::new(false);
        Self { app, bounds, is_loopback, is_stopping, places, scans, openapi, work: Handle::current() }
    }

    fn caller(&self) -> Caller {
        Caller { who: "http".to_owned(), via: "http" }
    }
}

/// Every resource.
fn routes() -> OpenApiRouter<Arc<State>> {
    OpenApiRouter::with_openapi(openapi::base())
        .merge(ask::router())
        .merge(query::router())
        .merge(explain::router())
        .merge(programs::router())
        .merge(feedback::router())
        .merge(plugins::router())
        .merge(scans::router())
        .merge(suggest::router())
        .merge(tables::router())
        .merge(openapi::router())
        .merge(health::router())
        .merge(metrics::router())
        .merge(index::router())
}

/// The whole service. Layers are listed from the inside out.
pub fn router(state: Arc<State>) -> Router {
    let (router, _) = routes().split_for_parts();
    let assistants = mcp::http::router(Mcp::new(state.app.clone(), "http"), state.bounds.max_body_bytes)
        .layer(from_fn_with_state(state.clone(), guard::known_origin));
    router
        .merge(assistants)
        .fallback(problem::not_found)
        .method_not_allowed_fallback(problem::method_not_allowed)
        .layer(DefaultBodyLimit::max(state.bounds.max_body_bytes))
        .layer(from_fn_with_state(state.clone(), guard::bounded))
        .layer(CatchPanicLayer::custom(problem::panicked))
        .layer(from_fn_with_state(state.clone(), guard::known_host))
        .layer(from_fn(guard::headers))
        .layer(from_fn(metrics::counted))
        .with_state(state)
}
