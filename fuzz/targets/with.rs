//! Runs one case, with an engine and a sandbox that are made once.

use super::cases::Cases;
use std::sync::LazyLock;
use tokio::runtime::{Builder, Runtime};

/// Plans of nested SQL recurse; the product's threads have as much.
const STACK: usize = 16 * 1024 * 1024;

static READY: LazyLock<(Runtime, Cases)> = LazyLock::new(|| {
    let runtime = Builder::new_multi_thread().worker_threads(2).thread_stack_size(STACK).enable_all().build();
    (runtime.expect("threads can be started"), Cases::new())
});

/// Panics, which the fuzzer takes for a find, where the case does not hold.
pub fn cases(case: impl AsyncFnOnce(&Cases) -> Result<(), String>) {
    let (runtime, cases) = &*READY;
    if let Err(complaint) = runtime.block_on(case(cases)) {
        panic!("{complaint}");
    }
}
