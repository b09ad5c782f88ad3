//! Serves until a signal to stop, and then lets what is under way finish, within a bound.

use super::{State, router};
use crate::app::App;
use crate::threads::Threads;
use std::future::{Future, IntoFuture};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tokio::net::TcpListener;
use tokio::sync::Notify;

/// Serves an app until Ctrl-C or a request to terminate. A second signal ends at once.
pub async fn run(app: Arc<App>, listener: TcpListener) -> anyhow::Result<()> {
    run_until(app, listener, async {
        signal().await;
    })
    .await
}

/// Threads that only take requests in and give replies out: answers are made elsewhere.
const THREADS: usize = 2;

/// Serves an app until something happens. Requests are taken in on threads of their own, and answered on the caller's.
pub async fn run_until(
    app: Arc<App>,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
    let state = Arc::new(State::new(app.clone(), listener.local_addr()?.ip().is_loopback()));
    let listener = listener.into_std()?;
    let threads = Threads::start("neph-http", Some(THREADS))?;
    let served = threads.run(serve(state, listener, stop)).await;
    // What was cut off ends here, so that it is written down before the store is closed.
    drop(threads);
    app.close().await;
    served?
}

async fn serve(
    state: Arc<State>,
    listener: std::net::TcpListener,
    stop: impl Future<Output = ()> + Send,
) -> anyhow::Result<()> {
    // Taken up here, so that these threads and no others are told of new connections.
    let listener = TcpListener::from_std(listener)?;
    let stopping = Arc::new(Notify::new());
    let told = stopping.clone();
    let serving =
        axum::serve(listener, router(state.clone())).with_graceful_shutdown(async move { told.notified().await });
    let serving = serving.into_future();
    tokio::pin!(serving);
    tokio::select! {
        result = &mut serving => result?,
        () = stop => {
            state.is_stopping.store(true, Ordering::Relaxed);
            stopping.notify_one();
            tokio::select! {
                result = tokio::time::timeout(state.bounds.shutdown_grace, &mut serving) => match result {
                    Ok(result) => result?,
                    Err(_) => tracing::warn!("requests were still under way at the end of the grace time and were cut off"),
                },
                _ = signal() => tracing::warn!("a second signal: requests under way were cut off"),
            }
        }
    }
    Ok(())
}

/// What stops a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signal {
    /// Ctrl-C.
    Interrupt,
    /// A request to terminate.
    Terminate,
}

/// Waits for Ctrl-C or a request to terminate.
pub(crate) async fn signal() -> Signal {
    #[cfg(unix)]
    {
        let terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
        if let Ok(mut terminate) = terminate {
            return tokio::select! {
                _ = tokio::signal::ctrl_c() => Signal::Interrupt,
                _ = terminate.recv() => Signal::Terminate,
            };
        }
    }
    let _ = tokio::signal::ctrl_c().await;
    Signal::Interrupt
}
