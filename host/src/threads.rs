//! Threads of their own, for what must not wait for the rest: serving HTTP, and strangers' programs.
//!
//! A query can keep its thread busy for long, and a program in an endless loop is looked at only every few milliseconds. On
//! the same threads as HTTP, a few of them would make `/healthz`, Ctrl-C and time-outs late. The system shares the
//! processors between threads better than one queue of tasks could.

use crate::cli::STACK;
use std::fmt;
use std::future::Future;
use tokio::runtime::{Builder, Runtime};
use tokio::task::{JoinError, JoinSet};

/// Some threads. What runs on them is cut off when they are dropped.
pub(crate) struct Threads(Option<Runtime>);

impl fmt::Debug for Threads {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Threads").finish_non_exhaustive()
    }
}

impl Threads {
    /// So many threads; as many as there are processors where it is not said.
    pub(crate) fn start(name: &str, threads: Option<usize>) -> std::io::Result<Self> {
        let mut builder = Builder::new_multi_thread();
        if let Some(threads) = threads {
            builder.worker_threads(threads);
        }
        let runtime = builder.enable_all().thread_name(name).thread_stack_size(STACK).build()?;
        Ok(Self(Some(runtime)))
    }

    /// Does some work on these threads. Dropping the future ends the work.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, JoinError> {
        let mut tasks = JoinSet::new();
        match &self.0 {
            Some(runtime) => tasks.spawn_on(work, runtime.handle()),
            None => tasks.spawn(work),
        };
        match tasks.join_next().await {
            Some(done) => done,
            None => std::future::pending().await,
        }
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        // Waiting for them is not allowed where this may happen, and they may have much to do.
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use tokio::sync::Notify;

    #[tokio::test]
    async fn work_is_done_on_the_named_threads_and_a_panic_comes_back() {
        let threads = Threads::start("apart", Some(1)).unwrap();
        let name = threads.run(async { std::thread::current().name().map(str::to_owned) }).await.unwrap();
        assert_eq!(name.as_deref(), Some("apart"));
        let broken = threads.run(async { panic!("broken") }).await;
        assert!(broken.unwrap_err().is_panic());
    }

    #[tokio::test]
    async fn whoever_stops_waiting_ends_the_work() {
        struct Told(Arc<Notify>);
        impl Drop for Told {
            fn drop(&mut self) {
                self.0.notify_one();
            }
        }
        let threads = Threads::start("apart", Some(1)).unwrap();
        let (began, ended) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (told, started) = (Told(ended.clone()), began.clone());
        let work = async move {
            let _told = told;
            started.notify_one();
            std::future::pending::<()>().await;
        };
        tokio::select! {
            _ = threads.run(work) => panic!("it has no end"),
            () = began.notified() => {}
        }
        ended.notified().await;
    }
}
