//! `GET /metrics`: figures for Prometheus. All names begin with `neph_`.

use super::State;
use crate::reply::Reply;
use axum::extract::{MatchedPath, Request};
use axum::http::header;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use metrics::{counter, histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use schema::Status;
use std::sync::{Arc, OnceLock};
use std::time::Instant;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// From half a millisecond (a cached question) to minutes (a cold look at an organisation).
const SECONDS: &[f64] =
    &[0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0];

pub(super) fn router() -> OpenApiRouter<Arc<State>> {
    recorder();
    OpenApiRouter::new().routes(routes!(metrics))
}

/// The recorder of this process; the first call makes it. None if something else records already.
fn recorder() -> Option<&'static PrometheusHandle> {
    static HANDLE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    HANDLE
        .get_or_init(|| {
            let builder = PrometheusBuilder::new()
                .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), SECONDS)
                .ok()?;
            let recorder = builder.build_recorder();
            let handle = recorder.handle();
            metrics::set_global_recorder(recorder).ok().map(|()| handle)
        })
        .as_ref()
}

/// Figures for Prometheus.
#[utoipa::path(get, path = "/metrics", tag = "operation", responses((status = 200, description = "Prometheus text", content_type = "text/plain")))]
async fn metrics() -> impl IntoResponse {
    let text = recorder().map(|handle| {
        handle.run_upkeep();
        handle.render()
    });
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text.unwrap_or_default())
}

/// Counts a request and its time by the route that matched: an address that anybody makes up is no label.
pub(super) async fn counted(request: Request, next: Next) -> Response {
    let began = Instant::now();
    let path = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let method = match request.method().as_str() {
        method @ ("GET" | "POST" | "HEAD" | "OPTIONS" | "PUT" | "DELETE" | "PATCH") => method.to_owned(),
        _ => "other".to_owned(),
    };
    let response = next.run(request).await;
    let status = response.status().as_u16().to_string();
    counter!("neph_http_requests_total", "method" => method, "path" => path.clone(), "status" => status).increment(1);
    histogram!("neph_http_request_seconds", "path" => path).record(began.elapsed().as_secs_f64());
    response
}

/// Counts an answer: its route, what it covers, the calls it took, the scopes that were read and those that were kept.
pub(crate) fn answered(reply: &Reply) {
    let route = reply.route.as_str();
    counter!("neph_answers_total", "route" => route, "coverage" => reply.coverage_word()).increment(1);
    let Some(answer) = reply.answer() else { return };
    histogram!("neph_answer_seconds", "route" => route).record(answer.timing.total / 1_000.0);
    counter!("neph_answer_rows_total", "route" => route).increment(answer.row_count as u64);
    for line in &answer.coverage.scopes {
        let provider = line.scope.provider.clone();
        if line.calls > 0 {
            counter!("neph_provider_calls_total", "source" => line.source.clone(), "provider" => provider.clone())
                .increment(line.calls);
        }
        if line.status == Status::Cached {
            counter!("neph_cache_hits_total", "source" => line.source.clone()).increment(1);
        }
        counter!("neph_scopes_total", "source" => line.source.clone(), "provider" => provider, "status" => line.status.as_str()).increment(1);
    }
}
