//! `http`: calls by grant. This side counts and bounds them and writes each down; the port holds them to the grant.

use crate::bindings::nephoscope::guest::query::{Bound, Reason};
use crate::bindings::plugin::nephoscope::guest::http::{Error, Header, Host, Request, Response};
use crate::guest::cut;
use crate::plugin::job::RequestNote;
use crate::plugin::limits::PluginLimits;
use crate::plugin::outbound::{Credential, Incoming, Outbound, OutboundError, Outgoing};
use crate::state::State;
use std::sync::Arc;
use std::time::{Duration, Instant};
use wasmtime::Result;

/// The most headers of a request, credentials among them, and the most bytes of all of them.
const HEADERS: usize = 64;
const HEADER_BYTES: usize = 16 * 1024;
/// The most bytes of an address.
const URL_BYTES: usize = 8 * 1024;

impl Host for State {
    async fn send(&mut self, request: Request) -> Result<std::result::Result<Response, Error>> {
        let (limits, outbound) = match self.may_send(&request) {
            Ok(may) => may,
            Err(error) => return Ok(Err(error)),
        };
        let began = Instant::now();
        let (method, url) = (cut(request.method.clone(), 20), without_query(&request.url));
        let result = outbound.send(outgoing(request, &limits)).await.and_then(|response| held(response, &limits));
        let ms = (began.elapsed().as_secs_f64() * 1e6).round() / 1e3;
        let mut note = RequestNote { method, url, status: None, bytes: 0, ms, error: None };
        match &result {
            Ok(response) => (note.status, note.bytes) = (Some(response.status), response.body.len()),
            Err(error) => note.error = Some(error.to_string()),
        }
        if let Some(handed) = &mut self.plugin {
            let RequestNote { method, url, status, bytes, ms, error } = &note;
            tracing::info!(plugin = handed.name, ?method, ?url, ?status, bytes, ms, ?error, "a plugin made a request");
            handed.requests.push(note);
        }
        Ok(result.map(response_of).map_err(error_of))
    }
}

impl State {
    /// The bounds and the port, if another request may be made.
    fn may_send(&mut self, request: &Request) -> std::result::Result<(PluginLimits, Arc<dyn Outbound>), Error> {
        let not_granted = || {
            let message = "no host is granted to this plugin".to_owned();
            Error::Denied(Reason { message, code: "host_not_granted".to_owned() })
        };
        let handed = self.plugin.as_ref().filter(|handed| handed.is_running).ok_or_else(not_granted)?;
        let outbound = handed.outbound.clone().ok_or_else(not_granted)?;
        let limits = handed.limits.clone();
        bounded("requests", handed.requests.len() + 1, limits.requests)?;
        bounded("request_bytes", request.body.as_ref().map_or(0, Vec::len), limits.request_bytes)?;
        bounded("url_bytes", request.url.len(), URL_BYTES)?;
        bounded("headers", request.headers.len() + request.credentials.len(), HEADERS)?;
        let bytes: usize = request.headers.iter().map(|header| header.name.len() + header.value.len()).sum();
        bounded("header_bytes", bytes, HEADER_BYTES)?;
        Ok((limits, outbound))
    }
}

fn bounded(name: &str, is: usize, most: usize) -> std::result::Result<(), Error> {
    if is <= most {
        return Ok(());
    }
    let message = format!("{most} is the most that `{name}` may be in a run of a plugin");
    Err(Error::Limit(Bound { message, name: name.to_owned(), value: most as u64 }))
}

fn outgoing(request: Request, limits: &PluginLimits) -> Outgoing {
    let asked = request.timeout_ms.map(|ms| Duration::from_millis(ms.into()));
    let credentials = request.credentials.into_iter().map(|credential| Credential {
        header: credential.header,
        prefix: credential.prefix,
        secret: credential.secret_name,
    });
    Outgoing {
        method: request.method,
        url: request.url,
        headers: request.headers.into_iter().map(|header| (header.name, header.value)).collect(),
        credentials: credentials.collect(),
        body: request.body,
        timeout: asked.map_or(limits.request_time, |asked| asked.min(limits.request_time)),
        response_bytes: limits.response_bytes,
    }
}

/// The port bounds the body while it comes in; this is for a port that does not.
fn held(response: Incoming, limits: &PluginLimits) -> std::result::Result<Incoming, OutboundError> {
    if response.body.len() <= limits.response_bytes {
        return Ok(response);
    }
    let value = limits.response_bytes as u64;
    Err(OutboundError::Limit {
        name: "response_bytes",
        value,
        message: format!("the response is larger than {value} bytes"),
    })
}

/// What is shown of an address: its query may hold what is nobody's business.
fn without_query(url: &str) -> String {
    cut(url.split(['?', '#']).next().unwrap_or_default().to_owned(), 300)
}

fn response_of(response: Incoming) -> Response {
    let headers = response.headers.into_iter().map(|(name, value)| Header { name, value }).collect();
    Response { status: response.status, headers, body: response.body, details: Vec::new() }
}

fn error_of(error: OutboundError) -> Error {
    match error {
        OutboundError::Denied { code, message } => Error::Denied(Reason { message, code: code.to_owned() }),
        OutboundError::Invalid { code, message } => Error::Invalid(Reason { message, code: code.to_owned() }),
        OutboundError::Limit { name, value, message } => Error::Limit(Bound { message, name: name.to_owned(), value }),
        OutboundError::Upstream { code, message } => Error::Upstream(Reason { message, code: code.to_owned() }),
    }
}
