//! A reply in the form that the client asks for: one JSON value, or rows one a line.

use super::problem::Problem;
use crate::failure::{Code, Failure};
use crate::reply::{Reply, RowRef};
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use futures::stream;
use std::sync::Arc;

/// One row a line, and a last line with the coverage.
pub const NDJSON: &str = "application/x-ndjson";

/// The form of a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// One JSON value.
    Json,
    /// Rows one a line.
    Ndjson,
}

/// Replies larger than this are written on a thread that may block, so that small ones need not wait for them.
const LARGE: usize = 2_000;
/// Rows in one piece of a stream.
const PIECE: usize = 500;

impl Form {
    /// What the `Accept` header asks for.
    pub fn wanted(headers: &HeaderMap) -> Result<Self, Failure> {
        let Some(accept) = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()) else {
            return Ok(Self::Json);
        };
        for range in accept.split(',').map(|range| range.split(';').next().unwrap_or_default().trim()) {
            match range.to_ascii_lowercase().as_str() {
                NDJSON | "application/ndjson" | "application/jsonl" => return Ok(Self::Ndjson),
                "" | "*/*" | "application/*" | "application/json" => return Ok(Self::Json),
                _ => {}
            }
        }
        Err(Failure::new(Code::NotAcceptable, format!("`{accept}` is not something that answers are written in"))
            .hint(format!("`accept: application/json`, or `{NDJSON}` for a row a line")))
    }

    /// The reply in this form.
    pub async fn write(self, mut reply: Reply) -> Response {
        match self {
            Self::Json => {
                say_how_to_get_more(&mut reply);
                json(reply).await
            }
            Self::Ndjson => lines(Arc::new(reply)),
        }
    }
}

fn say_how_to_get_more(reply: &mut Reply) {
    if let crate::reply::Outcome::Answer(answer) = &mut reply.outcome
        && answer.truncated
    {
        answer.warnings.push(format!("for more rows raise `max_rows` in `options`, or ask with `accept: {NDJSON}`"));
    }
}

async fn json(reply: Reply) -> Response {
    let is_large = reply.answer().is_some_and(|answer| answer.row_count > LARGE);
    let written = if is_large {
        tokio::task::spawn_blocking(move || serde_json::to_vec(&reply)).await
    } else {
        Ok(serde_json::to_vec(&reply))
    };
    match written {
        Ok(Ok(bytes)) => ([(header::CONTENT_TYPE, "application/json")], bytes).into_response(),
        _ => Problem(Failure::new(Code::Internal, "the answer could not be written")).into_response(),
    }
}

/// Where the stream is: the next row, or after the last.
#[derive(Clone, Copy)]
enum At {
    Row { batch: usize, row: usize },
    Tail,
    End,
}

fn lines(reply: Arc<Reply>) -> Response {
    let pieces = stream::unfold(At::Row { batch: 0, row: 0 }, move |at| {
        let reply = reply.clone();
        async move { piece(&reply, at) }
    });
    ([(header::CONTENT_TYPE, NDJSON)], Body::from_stream(pieces)).into_response()
}

fn piece(reply: &Reply, at: At) -> Option<(Result<Bytes, serde_json::Error>, At)> {
    let (batch, row) = match at {
        At::Row { batch, row } => (batch, row),
        At::Tail => {
            let mut bytes = reply.tail().to_string().into_bytes();
            bytes.push(b'\n');
            return Some((Ok(bytes.into()), At::End));
        }
        At::End => return None,
    };
    let rows = reply.answer().and_then(|answer| Some((answer, answer.batches.get(batch)?.num_rows())));
    let Some((answer, count)) = rows else { return piece(reply, At::Tail) };
    let end = count.min(row + PIECE);
    let mut bytes = Vec::new();
    for row in row..end {
        if let Err(error) = serde_json::to_writer(&mut bytes, &RowRef::at(answer, batch, row)) {
            return Some((Err(error), At::End));
        }
        bytes.push(b'\n');
    }
    let next = if end == count { At::Row { batch: batch + 1, row: 0 } } else { At::Row { batch, row: end } };
    Some((Ok(bytes.into()), next))
}
