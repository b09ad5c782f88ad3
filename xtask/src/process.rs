//! Starting other programs, so that their output, Ctrl-C and their exit codes pass through.

use crate::environment;
use anyhow::{Context, Result, bail};
use std::ffi::OsString;
use std::fmt;
use std::process::{Command, ExitCode, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// A program ended with an exit code other than 0. It has told the person why already.
#[derive(Debug)]
pub(crate) struct Ended {
    program: String,
    status: ExitStatus,
    /// What this program has to end with in turn.
    pub(crate) code: ExitCode,
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` ended with {}", self.program, self.status)
    }
}

impl std::error::Error for Ended {}

/// Cargo, as it would be started from a shell.
///
/// `cargo run` hands this program variables about the package `xtask`. Build scripts that watch them would take
/// each change between a task and a plain `cargo build` for a reason to compile again.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(environment::get("CARGO").unwrap_or_else(|| OsString::from("cargo")));
    for name in environment::names() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") || text == "CARGO_BIN_NAME" {
            command.env_remove(&name);
        }
    }
    command
}

/// The command line of a command, for messages.
pub(crate) fn shown(command: &Command) -> String {
    let name = std::path::Path::new(command.get_program()).file_stem().unwrap_or(command.get_program());
    std::iter::once(name)
        .chain(command.get_args())
        .map(|part| part.to_string_lossy().into_owned())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Whether a program can be started and ends well. What it prints is thrown away.
pub(crate) fn works(command: &mut Command) -> bool {
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    quiet.status().is_ok_and(|status| status.success())
}

/// What a program printed; an error with what it complained of, where it did not end well.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let program = shown(command);
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("`{program}` could not be started"))?;
    if !output.status.success() {
        bail!("`{program}` ended with {}: {}", output.status, String::from_utf8_lossy(&output.stderr).trim());
    }
    String::from_utf8(output.stdout).with_context(|| format!("`{program}` printed something that is not UTF-8"))
}

/// Runs a program to its end.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let program = shown(command);
    let status = command.status().with_context(|| format!("`{program}` could not be started"))?;
    ended(program, status)
}

/// Runs a program to its end, and shows what it printed only where it does not end well.
pub(crate) fn run_quietly(command: &mut Command) -> Result<()> {
    let program = shown(command);
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("`{program}` could not be started"))?;
    if !output.status.success() {
        eprint!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    }
    ended(program, output.status)
}

/// Runs a program that must come to its end within a bound, and ends it where it does not.
pub(crate) fn run_within(command: &mut Command, bound: Duration) -> Result<()> {
    let program = shown(command);
    let begun = Instant::now();
    let mut child = command.spawn().with_context(|| format!("`{program}` could not be started"))?;
    loop {
        if let Some(status) = child.try_wait()? {
            return ended(program, status);
        }
        if begun.elapsed() > bound {
            child.kill()?;
            child.wait()?;
            bail!("`{program}` did not come to its end within {} s", bound.as_secs());
        }
        #[expect(clippy::disallowed_methods, reason = "this program has one thread and nothing else to do")]
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Becomes the program, where the system can do that: signals and the exit code are then its own.
#[cfg(unix)]
pub(crate) fn hand_over(command: &mut Command) -> Result<ExitCode> {
    use std::os::unix::process::CommandExt;
    let program = shown(command);
    // Returns only where the program could not be started.
    Err(command.exec()).with_context(|| format!("`{program}` could not be started"))
}

/// Runs the program to its end and passes its exit code on.
#[cfg(not(unix))]
pub(crate) fn hand_over(command: &mut Command) -> Result<ExitCode> {
    run(command).map(|()| ExitCode::SUCCESS)
}

fn ended(program: String, status: ExitStatus) -> Result<()> {
    if status.success() {
        return Ok(());
    }
    let code = ExitCode::from(exit_code(status));
    Err(Ended { program, status, code }.into())
}

/// The exit code, or as shells write the end by a signal: 128 and its number.
fn exit_code(status: ExitStatus) -> u8 {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return u8::try_from(128 + signal).unwrap_or(1);
    }
    status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}
