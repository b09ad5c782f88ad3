//! `POST /v1/scans`: scans, and gives back what was found; with `accept: text/event-stream`, how far it is, meanwhile.

use super::State;
use super::body::Json;
use super::options::RequestScope;
use super::problem::Problem;
use super::shapes::ProblemShape;
use crate::failure::{Code, Failure};
use crate::scans::Asked;
use axum::extract::State as Shared;
use axum::http::{HeaderMap, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use engine::{Options, Progress};
use futures::{Stream, StreamExt, stream};
use schema::query::ScopeFilter;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, oneshot, watch};
use tokio::task::JoinSet;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// How often progress is told.
const EVERY: Duration = Duration::from_millis(250);
/// The most scans at once. Each runs all plugins that are ready, and holds what they find.
pub(super) const SCANS_AT_ONCE: usize = 4;

pub(super) fn router() -> OpenApiRouter<Arc<State>> {
    OpenApiRouter::new().routes(routes!(scan))
}

/// What is to be scanned, and with what.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ScanBody {
    /// Only with these plugins; none named: all that are ready.
    #[schema(example = json!(["exposure"]))]
    pub plugins: Vec<String>,
    /// Values of parameters, by plugin and name.
    #[schema(value_type = Object)]
    pub parameters: BTreeMap<String, BTreeMap<String, Value>>,
    /// Only these providers, accounts and regions.
    pub scope: RequestScope,
}

impl ScanBody {
    fn parts(self) -> (Asked, ScopeFilter) {
        let text = |value: Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let of_plugin = |(plugin, values): (String, BTreeMap<String, Value>)| {
            values.into_iter().map(move |(name, value)| (plugin.clone(), name, text(value)))
        };
        let parameters = self.parameters.into_iter().flat_map(of_plugin).collect();
        let RequestScope { providers, accounts, regions } = self.scope;
        // Files of this machine are for the configuration and the command line to hand over.
        let asked = Asked { plugins: self.plugins, parameters, inputs: Vec::new() };
        (asked, ScopeFilter { providers, accounts, regions })
    }
}

/// Runs scanner plugins and keeps what they find.
#[utoipa::path(
    post,
    path = "/v1/scans",
    tag = "plugins",
    request_body = ScanBody,
    responses(
        (status = 200, description = "What each plugin found, with what it could not look at; with `accept: text/event-stream` events `progress`, and at the end `done` or `failed`", body = Object),
        (status = 400, description = "The request is wrong", body = ProblemShape, content_type = "application/problem+json"),
        (status = 403, description = "A plugin is held until the operator grants what it asks for", body = ProblemShape, content_type = "application/problem+json"),
        (status = 404, description = "There is no such plugin", body = ProblemShape, content_type = "application/problem+json"),
    )
)]
async fn scan(
    Shared(state): Shared<Arc<State>>,
    headers: HeaderMap,
    Json(body): Json<ScanBody>,
) -> Result<Response, Problem> {
    let (asked, scope) = body.parts();
    let options = Options { scope, ..Options::default() };
    let Ok(place) = state.scans.clone().try_acquire_owned() else {
        let message = format!("{SCANS_AT_ONCE} scans are running already");
        return Err(Failure::new(Code::Busy, message).hint("try again when one has ended").into());
    };
    if !wants_events(&headers) {
        let scans = state.app.scan(&asked, &options, &state.caller()).await?;
        return Ok(axum::Json(json!(scans)).into_response());
    }
    Ok(Sse::new(events(state, asked, options, place)).keep_alive(KeepAlive::default()).into_response())
}

fn wants_events(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accept.split(',').any(|range| range.trim().starts_with("text/event-stream"))
}

/// Progress while it lasts, and what came of it. Whoever goes away ends the scan: the task goes with the stream.
fn events(
    state: Arc<State>,
    asked: Asked,
    options: Options,
    place: OwnedSemaphorePermit,
) -> impl Stream<Item = Result<Event, Infallible>> {
    let (sender, progress) = watch::channel(Progress::default());
    let (done, ended) = oneshot::channel();
    let mut task = JoinSet::new();
    task.spawn(async move {
        let options = Options { progress: Some(sender), ..options };
        let scans = state.app.scan(&asked, &options, &state.caller()).await;
        // Nobody waiting any more is no loss: what was found is kept.
        let _ = done.send(scans);
    });
    let running = Running { _task: task, _place: place, progress, ended: Some(ended), told: String::new() };
    stream::unfold(running, next).map(Ok)
}

struct Running {
    /// Ends with the stream.
    _task: JoinSet<()>,
    /// The stream outlives the request that it answers, and so the place that requests have.
    _place: OwnedSemaphorePermit,
    progress: watch::Receiver<Progress>,
    /// None once it has been told.
    ended: Option<oneshot::Receiver<Result<crate::scans::Scans, crate::failure::Failure>>>,
    told: String,
}

async fn next(mut running: Running) -> Option<(Event, Running)> {
    let mut ended = running.ended.take()?;
    loop {
        match tokio::time::timeout(EVERY, &mut ended).await {
            Ok(Ok(Ok(scans))) => return Some((event("done", &json!(scans)), running)),
            Ok(Ok(Err(failure))) => {
                let said = json!({ "code": failure.code.as_str(), "detail": failure.message, "hint": failure.hint });
                return Some((event("failed", &said), running));
            }
            Ok(Err(_)) => {
                let said = json!({ "code": "internal", "detail": "the scan broke off" });
                return Some((event("failed", &said), running));
            }
            Err(_) => {
                let now = running.progress.borrow().clone();
                let said = json!({ "scopes_done": now.scopes_done, "scopes_total": now.scopes_total, "calls": now.calls, "rows": now.rows, "current": now.current });
                let text = said.to_string();
                if text != running.told {
                    running.told = text;
                    running.ended = Some(ended);
                    return Some((event("progress", &said), running));
                }
            }
        }
    }
}

fn event(name: &str, data: &Value) -> Event {
    Event::default().event(name).data(data.to_string())
}
