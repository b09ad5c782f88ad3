//! What a fetch is given: where its rows go, and the one way to call a provider.

use crate::error::{FetchError, FetchErrorKind};
use crate::limiter::{CallKey, Limiter};
use backon::{BackoffBuilder, ExponentialBuilder};
use chrono::{DateTime, Utc};
use schema::{Row, Scope};
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::mpsc;

/// How calls to providers are tried again. Every bound has its reason.
#[derive(Debug, Clone)]
pub struct RetryPolicy {
    /// Tries of one call in all. Throttles are the usual case; five tries outlast a burst of our own making.
    pub attempts: u32,
    /// The first wait; each next is twice as long, with jitter so that scopes do not march in step.
    pub first_wait: Duration,
    /// The longest wait of our own choosing.
    pub longest_wait: Duration,
    /// How long one call may wait in all, for a provider that says how long (`Retry-After`) too: half of what a scope may
    /// take, so that the rows which are read besides still come. What asks for more is reported.
    pub patience: Duration,
    /// How long one try may take: a connection that says nothing is given up.
    pub call_timeout: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            attempts: 5,
            first_wait: Duration::from_millis(200),
            longest_wait: Duration::from_secs(20),
            patience: Duration::from_secs(60),
            call_timeout: Duration::from_secs(30),
        }
    }
}

impl RetryPolicy {
    /// Small enough for tests to hit.
    pub fn for_testing() -> Self {
        Self {
            attempts: 3,
            first_wait: Duration::from_millis(5),
            longest_wait: Duration::from_millis(50),
            patience: Duration::from_millis(900),
            call_timeout: Duration::from_millis(500),
        }
    }
}

/// What one fetch has counted so far.
#[derive(Debug, Default)]
pub struct FetchCounts {
    /// Calls made, retries among them.
    pub calls: AtomicU64,
    /// Rows handed over.
    pub rows: AtomicU64,
    /// Microseconds spent waiting for the limiter and between tries.
    pub waited_us: AtomicU64,
}

/// What a fetch hands over besides its end.
#[derive(Debug)]
pub enum Emitted {
    /// A page of rows.
    Rows(Vec<Row>),
    /// Some columns, or one part (a file), could not be read; the rows are right otherwise.
    Gap {
        /// Which columns. Empty: rows are missing.
        columns: Vec<&'static str>,
        /// Which part, where it is less than the scope.
        item: Option<String>,
        /// Why not.
        error: FetchError,
    },
    /// Something the reader of the answer must know, such as a cost that covers fewer days than asked.
    Warning(String),
}

/// What a fetch is given.
#[derive(Clone)]
pub struct FetchContext {
    pub(crate) source: Arc<str>,
    pub(crate) scope: Scope,
    pub(crate) now: DateTime<Utc>,
    pub(crate) limiter: Limiter,
    pub(crate) retry: RetryPolicy,
    pub(crate) counts: Arc<FetchCounts>,
    pub(crate) out: mpsc::Sender<Emitted>,
    pub(crate) paid_calls: bool,
    pub(crate) patience: Duration,
}

impl FetchContext {
    /// A context of its own, for testing a source without an engine: what it emits comes out of the receiver.
    pub fn for_testing(source: &str, scope: Scope, now: DateTime<Utc>) -> (Self, mpsc::Receiver<Emitted>) {
        let (out, received) = mpsc::channel(64);
        let cx = Self {
            source: source.into(),
            scope,
            now,
            limiter: Limiter::default(),
            retry: RetryPolicy::for_testing(),
            counts: Arc::default(),
            out,
            paid_calls: true,
            patience: Duration::from_secs(120),
        };
        (cx, received)
    }

    /// The same, where calls that cost money are allowed or not.
    #[must_use]
    pub fn with_paid_calls(mut self, allowed: bool) -> Self {
        self.paid_calls = allowed;
        self
    }

    /// The same, with another way of trying calls again.
    #[must_use]
    pub fn with_retry(mut self, retry: RetryPolicy) -> Self {
        self.retry = retry;
        self
    }

    /// The scope that is fetched.
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// The time that the whole request counts from.
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// How long the engine waits for the fetch; then it drops it.
    pub fn patience(&self) -> Duration {
        self.patience
    }

    /// Whether the configuration allows calls that cost money (Cost Explorer).
    pub fn paid_calls_allowed(&self) -> bool {
        self.paid_calls
    }

    /// What has been counted so far.
    pub fn counts(&self) -> &FetchCounts {
        &self.counts
    }

    /// Hands over a page of rows. Waits while the reader is behind; an error means that nobody reads any more.
    pub async fn emit(&self, rows: Vec<Row>) -> Result<(), FetchError> {
        if rows.is_empty() {
            return Ok(());
        }
        self.counts.rows.fetch_add(rows.len() as u64, Ordering::Relaxed);
        self.send(Emitted::Rows(rows)).await
    }

    /// Says that some columns, or (with none named) some rows, could not be read.
    pub async fn gap(
        &self,
        columns: &[&'static str],
        item: Option<String>,
        error: FetchError,
    ) -> Result<(), FetchError> {
        self.send(Emitted::Gap { columns: columns.to_vec(), item, error }).await
    }

    /// Says something that the reader of the answer must know.
    pub async fn warn(&self, sentence: impl Into<String>) -> Result<(), FetchError> {
        self.send(Emitted::Warning(sentence.into())).await
    }

    async fn send(&self, emitted: Emitted) -> Result<(), FetchError> {
        self.out
            .send(emitted)
            .await
            .map_err(|_| FetchError::new(FetchErrorKind::Failed, "the reader of the rows went away"))
    }

    /// Makes one call to the provider, and makes it again while that may help.
    ///
    /// `action` is the provider's own name with its service, `ec2:DescribeInstances`; the limiter keeps one
    /// budget for each account, region and action. `attempt` is called once for each try.
    pub async fn call<T, F, Fut>(&self, action: &str, attempt: F) -> Result<T, FetchError>
    where
        F: Fn() -> Fut,
        Fut: Future<Output = Result<T, FetchError>>,
    {
        let key = CallKey::new(&self.source, &self.scope, action);
        let mut waits = ExponentialBuilder::default()
            .with_min_delay(self.retry.first_wait)
            .with_max_delay(self.retry.longest_wait)
            .with_max_times(self.retry.attempts.saturating_sub(1) as usize)
            .with_jitter()
            .build();
        let mut waited_in_all = Duration::ZERO;
        loop {
            let waited = self.limiter.acquire(&key).await;
            self.count_wait(waited);
            self.counts.calls.fetch_add(1, Ordering::Relaxed);
            let result = match tokio::time::timeout(self.retry.call_timeout, attempt()).await {
                Ok(result) => result,
                Err(_) => Err(FetchError::new(
                    FetchErrorKind::Timeout,
                    format!("`{action}` gave no reply within {:.1} s", self.retry.call_timeout.as_secs_f64()),
                )),
            };
            let error = match result {
                Ok(value) => {
                    self.limiter.succeeded(&key);
                    return Ok(value);
                }
                Err(error) => error,
            };
            if error.kind == FetchErrorKind::Throttled {
                self.limiter.throttled(&key);
            }
            if !error.kind.may_pass() {
                return Err(error);
            }
            let Some(wait) = waits.next() else {
                return Err(error);
            };
            let wait = error.retry_after.unwrap_or_default().max(wait);
            waited_in_all += wait;
            if waited_in_all > self.retry.patience {
                return Err(error);
            }
            if let Some(asked) = error.retry_after {
                self.limiter.hold(&key, asked);
            }
            tracing::debug!(action, scope = %self.scope, wait_ms = wait.as_millis() as u64, error = %error, "call is made again");
            self.count_wait(wait);
            tokio::time::sleep(wait).await;
        }
    }

    fn count_wait(&self, wait: Duration) {
        self.counts.waited_us.fetch_add(u64::try_from(wait.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use schema::scope::ALL_REGIONS;
    use tokio::time::Instant;

    /// How often a call that is throttled again and again is made, and how long that takes.
    async fn throttled(asked: u64) -> (u64, u64) {
        let (cx, _out) =
            FetchContext::for_testing("s", Scope::new("azure", "a", "a", ALL_REGIONS), DateTime::UNIX_EPOCH);
        let cx = cx.with_retry(RetryPolicy::default());
        let error = FetchError::new(FetchErrorKind::Throttled, "too many");
        let error = error.with_retry_after(Some(Duration::from_secs(asked)));
        let began = Instant::now();
        let end: Result<(), _> = cx.call("A/read", || std::future::ready(Err(error.clone()))).await;
        assert_eq!(end.map_err(|error| error.kind), Err(FetchErrorKind::Throttled));
        (cx.counts().calls.load(Ordering::Relaxed), began.elapsed().as_secs())
    }

    #[tokio::test(start_paused = true)]
    async fn a_provider_is_waited_for_as_long_as_it_asks_up_to_the_patience_for_one_call() {
        assert_eq!(throttled(5).await, (5, 20));
        assert_eq!(throttled(45).await, (2, 45));
        assert_eq!(throttled(61).await, (1, 0));
    }
}
