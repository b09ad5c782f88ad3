//! How long a guest has computed: the time in which its future was polled. Its queries run on tasks of their own.
//!
//! Not the time on the wall: a program that waits for a cloud, or for its turn beside a hundred others, uses nothing up.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

/// Runs only while the guest does.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stopwatch(Arc<Mutex<Reading>>);

#[derive(Debug, Default)]
struct Reading {
    before: Duration,
    since: Option<Instant>,
    /// When it ran first.
    first: Option<Instant>,
}

impl Stopwatch {
    pub(crate) fn elapsed(&self) -> Duration {
        let reading = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        reading.before + reading.since.map(|since| since.elapsed()).unwrap_or_default()
    }

    /// How long ago it ran first; nothing where it never did.
    pub(crate) fn since_first(&self) -> Duration {
        let reading = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        reading.first.map(|first| first.elapsed()).unwrap_or_default()
    }

    pub(crate) fn turn(&self, on: bool) {
        let mut reading = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if on {
            reading.first.get_or_insert_with(Instant::now);
        }
        if let Some(since) = reading.since.take() {
            reading.before += since.elapsed();
        }
        reading.since = on.then(Instant::now);
    }
}

/// A future during whose polls the watch runs.
pub(crate) struct Timed<F> {
    watch: Stopwatch,
    future: Pin<Box<F>>,
}

impl<F: Future> Timed<F> {
    pub(crate) fn new(watch: &Stopwatch, future: F) -> Self {
        Self { watch: watch.clone(), future: Box::pin(future) }
    }
}

impl<F: Future> Future for Timed<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        self.watch.turn(true);
        let polled = self.future.as_mut().poll(cx);
        self.watch.turn(false);
        polled
    }
}
