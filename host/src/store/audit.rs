//! The audit log: every run, so that it can be shown again, and every request that a plugin makes meanwhile.
//!
//! Both are handed to one writer, which puts all that wait into one transaction: a server that answers thousands
//! of questions a second does not wait for the disk thousands of times.

use super::requests::{self, PluginRequest, Requests};
use super::{Store, iso};
use crate::clock;
use crate::config::audit::Audit;
use chrono::{DateTime, TimeDelta, Utc};
use schema::{Coverage, Query, ScopeCoverage};
use serde_json::json;
use sqlx::SqlitePool;
use std::collections::BTreeMap;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;

/// Runs and requests that may wait for the writer. When the disk cannot keep up, answers begin to wait instead of memory to grow.
const WAITING: usize = 1_024;
/// Runs written in one transaction.
const TOGETHER: usize = 256;
/// Old runs are deleted after so many new ones.
const PRUNE_EVERY: u64 = 1_000;
/// Gaps listed with a run. An organisation of ten thousand accounts that all deny must not write megabytes a run.
const GAPS: usize = 200;

/// One run.
#[derive(Debug, Clone, Default)]
pub struct Run {
    /// Its id; the answer names it too.
    pub id: String,
    /// When it began.
    pub at: DateTime<Utc>,
    /// Who asked.
    pub who: String,
    /// Through which door: `cli`, `http`, `mcp`.
    pub via: &'static str,
    /// What was typed, if it was a question.
    pub question: Option<String>,
    /// Which way it went.
    pub route: &'static str,
    /// The typed request.
    pub query: Option<Query>,
    /// The SQL that ran.
    pub sql: Option<String>,
    /// The program that ran: its text, grant, queries and what it used up.
    pub program: Option<serde_json::Value>,
    /// How it was read.
    pub explanation: Option<String>,
    /// What the answer covers.
    pub coverage: Option<Coverage>,
    /// How many rows it has.
    pub row_count: Option<usize>,
    /// Whether there were more.
    pub truncated: bool,
    /// How long it took.
    pub timing: Option<engine::answer::Timing>,
    /// Why there is none: the code and the sentence.
    pub error: Option<(&'static str, String)>,
}

/// A run that is under way. Where it is dropped before it has ended, it is written down as given up.
#[derive(Debug)]
pub struct Begun {
    to_writer: mpsc::Sender<Message>,
    run: Option<Run>,
}

impl Begun {
    /// Writes down how it ended.
    pub async fn end(mut self, ended: impl FnOnce(&mut Run)) {
        // The writer ends only with the log.
        if let Ok(place) = self.to_writer.clone().reserve().await
            && let Some(mut run) = self.run.take()
        {
            ended(&mut run);
            place.send(Message::Run(Box::new(run)));
        }
    }
}

impl Drop for Begun {
    fn drop(&mut self) {
        let Some(mut run) = self.run.take() else { return };
        let why = "given up before it was answered: its time was over, or whoever asked went away";
        run.error = Some(("given_up", why.to_owned()));
        // A drop cannot wait for a place.
        if let Err(TrySendError::Full(_)) = self.to_writer.try_send(Message::Run(Box::new(run))) {
            tracing::warn!("a run that was given up could not be written to the audit log: too many wait for it");
        }
    }
}

/// What the writer is handed.
#[derive(Debug)]
pub(super) enum Message {
    Run(Box<Run>),
    Request(Box<PluginRequest>),
    Flush(oneshot::Sender<()>),
}

/// The way to the writer.
#[derive(Debug)]
pub struct AuditLog {
    to_writer: mpsc::Sender<Message>,
    /// Aborts the writer when it is dropped.
    _writer: JoinSet<()>,
}

impl AuditLog {
    /// Starts the writer.
    pub fn start(store: &Store, bounds: &Audit) -> Self {
        let (to_writer, messages) = mpsc::channel(WAITING);
        let writer = Writer { pool: store.pool.clone(), bounds: bounds.clone(), written: 0, has_complained: false };
        let mut held = JoinSet::new();
        held.spawn(writer.run(messages));
        Self { to_writer, _writer: held }
    }

    /// Begins a run, which is written down whatever becomes of it.
    pub fn begin(&self, run: Run) -> Begun {
        Begun { to_writer: self.to_writer.clone(), run: Some(run) }
    }

    /// Takes in what plugins ask of servers.
    pub fn takes_in(&self, requests: &Requests) {
        requests.connect(&self.to_writer);
    }

    /// Waits until all runs so far are written.
    pub async fn flush(&self) {
        let (done, is_done) = oneshot::channel();
        if self.to_writer.send(Message::Flush(done)).await.is_ok() {
            let _ = is_done.await;
        }
    }
}

struct Writer {
    pool: SqlitePool,
    bounds: Audit,
    written: u64,
    has_complained: bool,
}

impl Writer {
    async fn run(mut self, mut messages: mpsc::Receiver<Message>) {
        let mut waiting = Vec::with_capacity(TOGETHER);
        while messages.recv_many(&mut waiting, TOGETHER).await > 0 {
            let (mut runs, mut requests, mut flushes) = (Vec::new(), Vec::new(), Vec::new());
            for message in waiting.drain(..) {
                match message {
                    Message::Run(run) => runs.push(run),
                    Message::Request(request) => requests.push(request),
                    Message::Flush(done) => flushes.push(done),
                }
            }
            if let Err(error) = self.write(&runs, &requests).await
                && !std::mem::replace(&mut self.has_complained, true)
            {
                tracing::warn!(error = %error, "runs or requests could not be written to the audit log; answers go on without");
            }
            for done in flushes {
                let _ = done.send(());
            }
        }
    }

    async fn write(&mut self, runs: &[Box<Run>], requests: &[Box<PluginRequest>]) -> Result<(), sqlx::Error> {
        if runs.is_empty() && requests.is_empty() {
            return Ok(());
        }
        let mut transaction = self.pool.begin().await?;
        for run in runs {
            insert(&mut transaction, run).await?;
        }
        for request in requests {
            requests::insert(&mut transaction, request).await?;
        }
        transaction.commit().await?;
        let before = self.written;
        self.written += (runs.len() + requests.len()) as u64;
        if before == 0 || before / PRUNE_EVERY != self.written / PRUNE_EVERY {
            self.prune().await?;
        }
        Ok(())
    }

    async fn prune(&self) -> Result<(), sqlx::Error> {
        let oldest = clock::now() - TimeDelta::days(i64::from(self.bounds.keep_days));
        for (by_age, by_number) in [
            ("DELETE FROM runs WHERE at < ?", "DELETE FROM runs WHERE seq <= (SELECT max(seq) FROM runs) - ?"),
            (
                "DELETE FROM plugin_requests WHERE at < ?",
                "DELETE FROM plugin_requests WHERE seq <= (SELECT max(seq) FROM plugin_requests) - ?",
            ),
        ] {
            sqlx::query(by_age).bind(iso(oldest)).execute(&self.pool).await?;
            sqlx::query(by_number).bind(i64::from(self.bounds.keep_rows)).execute(&self.pool).await?;
        }
        Ok(())
    }
}

/// The id of the answer to the last question that somebody asked through a door.
pub async fn last_answer(store: &Store, who: &str, via: &str) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT id FROM runs WHERE who = ? AND via = ? AND question IS NOT NULL ORDER BY seq DESC LIMIT 1",
    )
    .bind(who)
    .bind(via)
    .fetch_optional(&store.pool)
    .await
}

async fn insert(connection: &mut sqlx::SqliteConnection, run: &Run) -> Result<(), sqlx::Error> {
    let json = |value: Option<serde_json::Value>| value.map(|value| value.to_string());
    sqlx::query(
        "INSERT INTO runs (id, at, who, via, question, route, query, sql, explanation, coverage, row_count, truncated, \
         timing, error_code, error, program) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(&run.id)
    .bind(iso(run.at))
    .bind(&run.who)
    .bind(run.via)
    .bind(&run.question)
    .bind(run.route)
    .bind(json(run.query.as_ref().and_then(|query| serde_json::to_value(query).ok())))
    .bind(&run.sql)
    .bind(&run.explanation)
    .bind(json(run.coverage.as_ref().map(summary)))
    .bind(run.row_count.and_then(|count| i64::try_from(count).ok()))
    .bind(run.truncated)
    .bind(json(run.timing.and_then(|timing| serde_json::to_value(timing).ok())))
    .bind(run.error.as_ref().map(|(code, _)| *code))
    .bind(run.error.as_ref().map(|(_, message)| message))
    .bind(json(run.program.clone()))
    .execute(connection)
    .await?;
    Ok(())
}

/// Coverage in short: how many scopes of each status, and those that are not complete.
fn summary(coverage: &Coverage) -> serde_json::Value {
    let mut statuses: BTreeMap<&str, usize> = BTreeMap::new();
    for line in &coverage.scopes {
        *statuses.entry(line.status.as_str()).or_default() += 1;
    }
    let gaps: Vec<&ScopeCoverage> = coverage.scopes.iter().filter(|line| !line.status.is_complete()).collect();
    json!({
        "complete": coverage.complete,
        "lower_bound": coverage.lower_bound,
        "unknown": coverage.unknown,
        "statuses": statuses,
        "calls": coverage.scopes.iter().map(|line| line.calls).sum::<u64>(),
        "gap_count": gaps.len(),
        "gaps": gaps.iter().take(GAPS).collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn count(store: &Store) -> i64 {
        sqlx::query_scalar("SELECT count(*) FROM runs").fetch_one(&store.pool).await.expect("counted")
    }

    fn run(at: DateTime<Utc>) -> Run {
        Run {
            id: uuid::Uuid::now_v7().to_string(),
            at,
            who: "ann".to_owned(),
            via: "cli",
            route: "direct",
            ..Run::default()
        }
    }

    #[tokio::test]
    async fn the_log_keeps_what_it_is_told_within_its_bounds() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(folder.path()).await.expect("opened");
        let log = AuditLog::start(&store, &Audit { keep_days: 30, keep_rows: 10 });
        let now = clock::now();
        for _ in 0..20 {
            log.begin(run(now)).end(|_| ()).await;
        }
        log.begin(run(now - TimeDelta::days(31))).end(|_| ()).await;
        log.flush().await;
        drop(log);
        // A second start prunes with its first run.
        let log = AuditLog::start(&store, &Audit { keep_days: 30, keep_rows: 10 });
        log.begin(run(now)).end(|_| ()).await;
        log.flush().await;
        let left = count(&store).await;
        assert!((9..=10).contains(&left), "{left}");
    }

    #[tokio::test]
    async fn requests_of_plugins_are_kept_within_the_same_bounds_and_not_before_there_is_a_log() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(folder.path()).await.expect("opened");
        let requests = Requests::default();
        let request = || PluginRequest { at: clock::now(), plugin: "caller".to_owned(), ..PluginRequest::default() };
        requests.write(request()).await;
        requests.write_at_once(request());
        for _ in 0..2 {
            // A second start prunes with what it writes first.
            let log = AuditLog::start(&store, &Audit { keep_days: 30, keep_rows: 10 });
            let requests = Requests::default();
            log.takes_in(&requests);
            for _ in 0..15 {
                requests.write(request()).await;
            }
            requests.write_at_once(request());
            log.flush().await;
        }
        let kept = "SELECT count(*) FROM plugin_requests";
        let left: i64 = sqlx::query_scalar(kept).fetch_one(&store.pool).await.expect("counted");
        assert!((10..=26).contains(&left), "{left}");
        assert_eq!(count(&store).await, 0);
    }

    #[tokio::test]
    async fn two_that_open_a_new_store_at_once_both_write() {
        let folder = tempfile::tempdir().expect("a folder");
        let (one, two) = tokio::join!(Store::open(folder.path()), Store::open(folder.path()));
        for store in [one.expect("first"), two.expect("second")] {
            let log = AuditLog::start(&store, &Audit::default());
            log.begin(run(clock::now())).end(|_| ()).await;
            log.flush().await;
        }
        let store = Store::open(folder.path()).await.expect("third");
        assert_eq!(count(&store).await, 2);
    }
}
