//! The log: lines on standard error, for the person who runs this. Quiet but for warnings unless asked.

use crate::environment::Environment;
use tracing_subscriber::EnvFilter;

/// Starts the log. `NEPH_LOG` says what to show, else the number of `-v` does.
pub fn start(environment: &Environment, verbose: u8) {
    let ours = match verbose {
        0 => "warn",
        1 => "info",
        2 => "debug",
        _ => "trace",
    };
    // What libraries say is of use only to whoever asks for it by name.
    let usual =
        format!("error,host={ours},neph={ours},engine={ours},aws={ours},billing={ours},demo={ours},sandbox={ours}");
    let filter = environment.log_filter().unwrap_or(&usual);
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new(usual));
    // A second start (tests in one process) keeps the first.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(verbose > 1)
        .without_time()
        .with_ansi(false)
        .try_init();
}
