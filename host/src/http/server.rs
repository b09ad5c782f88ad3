//! Serves until a signal to stop, and then lets what is under way finish, within a bound.

use super::{State, router};
use crate::app::App;
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

/// Serves an app until something happens.
pub async fn run_until(app: Arc<App>, listener: TcpListener, stop: impl Future<Output = ()>) -> anyhow::Result<()> {
    let is_loopback = listener.local_addr()?.ip().is_loopback();
    let state = Arc::new(State::new(app.clone(), is_loopback));
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
    app.close().await;
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
