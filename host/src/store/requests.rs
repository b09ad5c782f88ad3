//! The audit log of what plugins ask of servers, a line a request.

use super::audit::Message;
use super::iso;
use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;
use std::sync::{Arc, OnceLock};
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;

/// One request, or one redirect on its way.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PluginRequest {
    /// When it began.
    pub at: DateTime<Utc>,
    /// Whose it is.
    pub plugin: String,
    /// `GET`, …
    pub method: String,
    /// Scheme, host and port.
    pub host: String,
    /// Without its query, which may hold what is nobody's business.
    pub path: String,
    /// The response's status.
    pub status: Option<u16>,
    /// Bytes of its body.
    pub bytes: usize,
    /// How long it took, in milliseconds.
    pub ms: f64,
    /// Why there is no response: the code and the sentence.
    pub error: Option<(&'static str, String)>,
}

/// The way of requests into the audit log. Sources are there before the log is: until it is connected, and where none is kept,
/// nothing is written down.
#[derive(Debug, Clone, Default)]
pub struct Requests(Arc<OnceLock<mpsc::Sender<Message>>>);

impl Requests {
    pub(super) fn connect(&self, to_writer: &mpsc::Sender<Message>) {
        // One that is connected stays so.
        drop(self.0.set(to_writer.clone()));
    }

    /// Writes one down. Where the disk cannot keep up, plugins wait as answers do.
    pub(crate) async fn write(&self, request: PluginRequest) {
        if let Some(to_writer) = self.0.get() {
            // The writer ends only with the log.
            drop(to_writer.send(Message::Request(Box::new(request))).await);
        }
    }

    /// The same where nobody can wait: as one is dropped.
    pub(crate) fn write_at_once(&self, request: PluginRequest) {
        if let Some(to_writer) = self.0.get()
            && let Err(TrySendError::Full(_)) = to_writer.try_send(Message::Request(Box::new(request)))
        {
            tracing::warn!("a request of a plugin could not be written to the audit log: too many wait for it");
        }
    }
}

pub(super) async fn insert(connection: &mut SqliteConnection, request: &PluginRequest) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO plugin_requests (at, plugin, method, host, path, status, bytes, ms, error_code, error) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(iso(request.at))
    .bind(&request.plugin)
    .bind(&request.method)
    .bind(&request.host)
    .bind(&request.path)
    .bind(request.status)
    .bind(i64::try_from(request.bytes).unwrap_or(i64::MAX))
    .bind(request.ms)
    .bind(request.error.as_ref().map(|(code, _)| *code))
    .bind(request.error.as_ref().map(|(_, message)| message))
    .execute(connection)
    .await?;
    Ok(())
}
