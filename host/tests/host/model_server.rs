//! A server of models for tests: it answers as OpenAI's does, with what a test has written, and remembers what it was
//! asked. The product knows nothing of it: it is configured as any other `openai_compatible` server is.

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Response, Uri};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::task::JoinHandle;

/// What it does at one request.
#[derive(Debug, Clone)]
pub(crate) enum Line {
    /// Says a text, as a model that has finished.
    Says(String),
    /// Says a text that ends at the bound of tokens.
    CutOff(String),
    /// Answers with JSON of the test's own, for other providers' forms.
    Json(Value),
    /// Answers with a body that is no JSON.
    Garbage,
    /// Fails with a status, with headers and a body.
    Fails(u16, Vec<(&'static str, String)>, Value),
    /// Takes its time, and says nothing of use then.
    Slow(Duration),
    /// Breaks the connection in the middle of the body.
    Breaks,
    /// Never stops talking.
    Giant,
}

/// What it was asked.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Asked {
    /// The texts of its messages, from the first on, in OpenAI's form.
    pub(crate) fn messages(&self) -> Vec<String> {
        let text = |message: &Value| match &message["content"] {
            Value::String(text) => text.clone(),
            parts => parts.as_array().unwrap().iter().filter_map(|part| part["text"].as_str()).collect(),
        };
        self.body["messages"].as_array().unwrap().iter().map(text).collect()
    }

    /// A header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

type Shared = Arc<(Mutex<VecDeque<Line>>, Mutex<Vec<Asked>>)>;

/// The server. It ends with the test.
#[derive(Debug)]
pub(crate) struct ModelServer {
    address: SocketAddr,
    shared: Shared,
    task: JoinHandle<()>,
}

impl Drop for ModelServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl ModelServer {
    /// A server that does these things, one at each request. At a request too many it fails with 599.
    pub(crate) async fn start(lines: impl IntoIterator<Item = Line>) -> Self {
        let shared: Shared = Arc::new((Mutex::new(lines.into_iter().collect()), Mutex::default()));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = axum::Router::new().fallback(answer).with_state(shared.clone());
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, shared, task }
    }

    /// Where it is, for `endpoint` with `provider = "openai_compatible"`.
    pub(crate) fn endpoint(&self) -> String {
        format!("{}/v1", self.root())
    }

    /// Where it is, for providers whose addresses end before the version.
    pub(crate) fn root(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The section `[model]` that names it, and what more a test says.
    pub(crate) fn section(&self, more: &str) -> String {
        let endpoint = self.endpoint();
        format!("[model]\nprovider = \"openai_compatible\"\nname = \"m-1\"\nendpoint = \"{endpoint}\"\n{more}\n")
    }

    /// What it was asked so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.shared.1.lock().unwrap().clone()
    }
}

/// The reply of a model that wrote a program.
pub(crate) fn draft(reading: &str, tables: &[&str], program: &str) -> Line {
    let reply = json!({ "reading": reading, "needs": { "tables": tables }, "program": program });
    Line::Says(reply.to_string())
}

/// The reply of a model that says that it cannot.
pub(crate) fn cannot(why: &str) -> Line {
    Line::Says(json!({ "cannot": why }).to_string())
}

async fn answer(State(shared): State<Shared>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response<Body> {
    let asked = Asked {
        path: uri.path().to_owned(),
        query: uri.query().unwrap_or_default().to_owned(),
        headers,
        body: serde_json::from_slice(&body).unwrap_or_default(),
    };
    shared.1.lock().unwrap().push(asked);
    let line = shared.0.lock().unwrap().pop_front();
    match line {
        Some(Line::Says(text)) => reply(200, &[], &completion(&text, "stop")),
        Some(Line::CutOff(text)) => reply(200, &[], &completion(&text, "length")),
        Some(Line::Json(value)) => reply(200, &[], &value),
        Some(Line::Garbage) => of(200, &[], Body::from("<html>not here</html>")),
        Some(Line::Fails(status, headers, value)) => reply(status, &headers, &value),
        Some(Line::Slow(wait)) => {
            tokio::time::sleep(wait).await;
            reply(200, &[], &completion("at last", "stop"))
        }
        Some(Line::Breaks) => {
            let half = Ok(Bytes::from_static(b"{\"id\": \"x\", \"choi"));
            let broken = Err(std::io::Error::other("the cable was pulled"));
            of(200, &[], Body::from_stream(futures::stream::iter([half, broken])))
        }
        Some(Line::Giant) => {
            let chunk = Bytes::from(vec![b' '; 64 * 1024]);
            of(
                200,
                &[],
                Body::from_stream(futures::stream::repeat_with(move || Ok::<_, std::io::Error>(chunk.clone()))),
            )
        }
        None => reply(599, &[], &json!({ "error": { "message": "the test has written no more lines" } })),
    }
}

fn completion(text: &str, finish_reason: &str) -> Value {
    json!({
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1_700_000_000,
        "model": "m-1",
        "choices": [{
            "index": 0,
            "message": { "role": "assistant", "content": text },
            "finish_reason": finish_reason,
        }],
        "usage": { "prompt_tokens": 2_000, "completion_tokens": 100, "total_tokens": 2_100 },
    })
}

fn reply(status: u16, headers: &[(&'static str, String)], value: &Value) -> Response<Body> {
    of(status, headers, Body::from(value.to_string()))
}

fn of(status: u16, headers: &[(&'static str, String)], body: Body) -> Response<Body> {
    let mut response = Response::builder().status(status).header("content-type", "application/json");
    for (name, value) in headers {
        response = response.header(*name, value);
    }
    response.body(body).unwrap()
}
