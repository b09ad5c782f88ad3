//! What every call goes through, whatever the cloud: it is counted, may be slow, may go wrong, and is written.

use crate::behaviour::{Behaviour, Latency};
use crate::call::Reply;
use crate::counts::CallKey;
use crate::faults::{self, FaultKind, NthCall, Struck};
use crate::seeded::{self, Dice};
use crate::state::Shared;
use axum::body::Body;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue, Method, Response};

/// A call that was counted and has waited.
pub(crate) struct Turn {
    /// What goes wrong with it.
    pub(crate) fault: Option<FaultKind>,
    /// Its name in replies.
    pub(crate) request_id: String,
}

/// Counts a call, waits as long as it takes, and says what goes wrong. Never returns from a hang.
pub(crate) async fn begin(shared: &Shared, behaviour: &Behaviour, key: &CallKey, page: u64, bytes_in: usize) -> Turn {
    let nth = shared.count_call(key, bytes_in);
    wait(behaviour.latency, key, nth).await;
    let call = NthCall { key, nth, page };
    let fault = faults::strike(&behaviour.faults, behaviour.random_faults.as_ref(), &call);
    if let Some(kind) = fault {
        shared.count_struck(Struck { key: key.clone(), nth, page, kind });
    }
    if fault == Some(FaultKind::Hang) {
        std::future::pending::<()>().await;
    }
    let request_id = format!("{:016x}-{nth}", seeded::hash(nth, &[&key.account_id, &key.region, &key.action]));
    Turn { fault, request_id }
}

async fn wait(latency: Latency, key: &CallKey, nth: u64) {
    let mut dice = Dice::new(seeded::hash(latency.seed ^ nth, &[&key.account_id, &key.region, &key.action]));
    let time = latency.fixed + latency.jitter.mul_f64(dice.unit());
    if !time.is_zero() {
        tokio::time::sleep(time).await;
    }
}

impl Turn {
    /// A reply as HTTP, with the header that names the request. A cut one says how long it is and then breaks off in
    /// the middle.
    pub(crate) fn write(&self, reply: Reply, method: &Method, id_header: &'static str) -> Response<Body> {
        let cut = self.fault == Some(FaultKind::Cut);
        let length = reply.body.len();
        let body = if cut {
            let half = Ok(reply.body.slice(..length / 2));
            let end = Err(std::io::Error::other("cut"));
            Body::from_stream(futures::stream::iter([half, end]))
        } else {
            Body::from(reply.body)
        };
        let mut response = Response::new(body);
        *response.status_mut() = reply.status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(reply.content_type));
        if let Ok(id) = HeaderValue::from_str(&self.request_id) {
            headers.insert(id_header, id);
        }
        for (name, value) in reply.headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
        if cut && method != Method::HEAD {
            headers.insert(CONTENT_LENGTH, HeaderValue::from(length.max(1)));
        }
        response
    }
}
