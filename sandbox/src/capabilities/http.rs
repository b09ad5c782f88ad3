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
/// What is shown of a method.
const METHOD: usize = 20;
/// How many refusals of one run are written down.
const REFUSALS: usize = 20;

impl Host for State {
    async fn send(&mut self, request: Request) -> Result<std::result::Result<Response, Error>> {
        let (limits, outbound) = match self.may_send(&request) {
            Ok(may) => may,
            Err(error) => {
                self.note_refusal(&request, &error);
                return Ok(Err(error_of(error)));
            }
        };
        let began = Instant::now();
        let (method, url) = (cut(request.method.clone(), METHOD), shown(&request.url));
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
    fn may_send(&mut self, request: &Request) -> std::result::Result<(PluginLimits, Arc<dyn Outbound>), OutboundError> {
        let not_granted = || {
            let message = "no host is granted to this plugin".to_owned();
            OutboundError::Denied { code: "host_not_granted", message }
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

    /// Tells the port of what is not even handed to it; a plugin may try again for ever.
    fn note_refusal(&mut self, request: &Request, error: &OutboundError) {
        let Some(handed) = self.plugin.as_mut().filter(|handed| handed.refusals < REFUSALS) else { return };
        handed.refusals += 1;
        let (plugin, method, url) = (&handed.name, cut(request.method.clone(), METHOD), shown(&request.url));
        tracing::info!(plugin, ?method, ?url, %error, "a plugin was refused a request");
        if let Some(outbound) = &handed.outbound {
            outbound.refused(&method, &url, error);
        }
    }
}

fn bounded(name: &'static str, is: usize, most: usize) -> std::result::Result<(), OutboundError> {
    if is <= most {
        return Ok(());
    }
    let message = format!("{most} is the most that `{name}` may be in a run of a plugin");
    Err(OutboundError::Limit { name, value: most as u64, message })
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

/// What is shown of an address: its query may hold what is nobody's business, and so may a user and a password, which the port
/// refuses.
fn shown(url: &str) -> String {
    let url: String = url.chars().filter(|c| !c.is_control()).collect();
    let url = url.split(['?', '#']).next().unwrap_or_default();
    let (scheme, rest) = url.split_once(':').unwrap_or_default();
    let rest = rest.trim_start_matches(['/', '\\']);
    let end = rest.find(['/', '\\']).unwrap_or(rest.len());
    match rest[..end].rfind('@') {
        Some(at) => cut(format!("{scheme}://{}", &rest[at + 1..]), 300),
        None => cut(url.to_owned(), 300),
    }
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

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn of_an_address_neither_query_nor_user_nor_password_is_shown() {
        for (url, expected) in [
            ("https://a.example/b/c?key=1#d", "https://a.example/b/c"),
            ("https://ann:secret@a.example:8443/b@c", "https://a.example:8443/b@c"),
            ("https:\\\\ann:secret@a.example/b", "https://a.example/b"),
            ("https:ann:secret@a.example", "https://a.example"),
            ("ht\ntps://ann:se\tcret@a.example/", "https://a.example/"),
            ("nothing", "nothing"),
        ] {
            assert_eq!(shown(url), expected, "{url}");
        }
    }
}
