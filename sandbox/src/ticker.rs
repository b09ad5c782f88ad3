//! The thread that lets guests be interrupted: it moves wasmtime's epoch on while anything runs.

use std::sync::{Arc, Condvar, Mutex, PoisonError, Weak};
use std::thread;
use std::time::Duration;
use wasmtime::Engine;

/// How long a guest computes before it is looked at, and others have their turn.
pub(crate) const TICK: Duration = Duration::from_millis(5);

/// Ticks while there is a [`Running`]; sleeps for nothing otherwise.
#[derive(Debug)]
pub(crate) struct Ticker(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    running: Mutex<usize>,
    changed: Condvar,
}

/// One run that wants ticks.
pub(crate) struct Running(Arc<Shared>);

impl Ticker {
    /// Starts the thread; it ends with the ticker.
    pub(crate) fn start(engine: &Engine) -> std::io::Result<Self> {
        let shared = Arc::new(Shared::default());
        let (weak, engine) = (Arc::downgrade(&shared), engine.clone());
        thread::Builder::new().name("neph-ticker".to_owned()).spawn(move || tick(&weak, &engine))?;
        Ok(Self(shared))
    }

    pub(crate) fn running(&self) -> Running {
        *self.0.lock() += 1;
        self.0.changed.notify_one();
        Running(self.0.clone())
    }
}

impl Shared {
    fn lock(&self) -> std::sync::MutexGuard<'_, usize> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        *self.0.lock() -= 1;
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        self.0.changed.notify_one();
    }
}

fn tick(shared: &Weak<Shared>, engine: &Engine) {
    // Now and then it looks whether the ticker is still there.
    const LOOK: Duration = Duration::from_millis(500);
    while let Some(shared) = shared.upgrade() {
        let mut running = shared.lock();
        if *running == 0 {
            running = shared.changed.wait_timeout(running, LOOK).unwrap_or_else(PoisonError::into_inner).0;
        }
        let is_needed = *running > 0;
        drop(running);
        drop(shared);
        if is_needed {
            #[expect(clippy::disallowed_methods, reason = "a thread of its own, which does nothing else")]
            thread::sleep(TICK);
            engine.increment_epoch();
        }
    }
}
