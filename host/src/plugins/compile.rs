//! Compiling strangers' components: in a process of its own with little time and memory, for a compiler may need as much of
//! both as a hostile component likes.

use super::folder::{self, COMPONENT_BYTES};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::io::AsyncReadExt;
use tokio::process::Command;

/// How long compiling may take: an interpreter of Python takes some ten seconds.
const TIME: Duration = Duration::from_secs(180);
/// The most address space that compiling may take. An interpreter of Python with a plugin (18 MB) takes 0.5 GiB of it, 0.36 GiB
/// resident, measured with two threads; a component of the greatest size seven times as much.
const ADDRESS_SPACE: u64 = 4 << 30;
/// Threads that compile, and threads of this program beside them. Each has a stack and an arena of its own: as many as the machine
/// has processors would take more than the bound for nothing on a large one.
const THREADS: [(&str, &str); 2] = [("RAYON_NUM_THREADS", "4"), ("TOKIO_WORKER_THREADS", "2")];
/// The most that the compiler may say on standard error.
const SAID: u64 = 4_096;

/// The hidden command that compiles: `neph compile-component FROM TO`.
pub const COMMAND: &str = "compile-component";

/// Who compiles.
#[derive(Debug, Clone, Default)]
pub enum Compiler {
    /// This process, for tests whose program is no `neph`.
    #[default]
    Here,
    /// A process of this program.
    Apart(PathBuf),
}

impl Compiler {
    /// What is compiled of a component, or why nothing is.
    pub async fn compile(&self, component: &[u8]) -> Result<Vec<u8>, String> {
        if component.len() as u64 > COMPONENT_BYTES {
            return Err(format!("its component is larger than {} MiB", COMPONENT_BYTES >> 20));
        }
        match self {
            Self::Here => {
                let component = component.to_vec();
                let compiled = tokio::task::spawn_blocking(move || sandbox::compile(&component)).await;
                compiled.map_err(|error| error.to_string())?.map_err(|error| error.to_string())
            }
            Self::Apart(program) => apart(program, component).await,
        }
    }
}

async fn apart(program: &Path, component: &[u8]) -> Result<Vec<u8>, String> {
    let failed = |what: &str, error: &dyn std::fmt::Display| format!("{what}: {error}");
    let folder = tempfile::tempdir().map_err(|error| failed("no folder to compile it in", &error))?;
    let (from, to) = (folder.path().join("component.wasm"), folder.path().join("component.cwasm"));
    tokio::fs::write(&from, component)
        .await
        .map_err(|error| failed("it could not be handed to the compiler", &error))?;
    let mut command = Command::new(program);
    // Nothing of this process's environment is for a compiler that may be fooled.
    command.arg(COMMAND).arg(&from).arg(&to).env_clear().envs(THREADS).kill_on_drop(true);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| failed("the compiler could not be started", &error))?;
    let mut said = Vec::new();
    let ended = tokio::time::timeout(TIME, async {
        if let Some(stderr) = child.stderr.take() {
            // What it says beyond that is of no use, and it ends when the pipe does.
            let _ = stderr.take(SAID).read_to_end(&mut said).await;
        }
        child.wait().await
    });
    let status = match ended.await {
        Ok(status) => status.map_err(|error| failed("the compiler did not end", &error))?,
        Err(_) => return Err(format!("compiling it takes longer than {} s", TIME.as_secs())),
    };
    if !status.success() {
        let said = String::from_utf8_lossy(&said);
        let said: String = said.trim().trim_start_matches("error: ").chars().filter(|c| !c.is_control()).collect();
        let why = if said.is_empty() { format!("the compiler ended with {status}") } else { said };
        return Err(why);
    }
    tokio::task::spawn_blocking(move || folder::bytes(&to, 8 * COMPONENT_BYTES))
        .await
        .map_err(|error| error.to_string())?
        .map_err(|error| failed("what was compiled cannot be read", &error))
}

/// What the hidden command does: bounds this process, and compiles.
pub fn here(from: &Path, to: &Path) -> anyhow::Result<()> {
    bound_this_process();
    let component = folder::bytes(from, COMPONENT_BYTES)?;
    let compiled = sandbox::compile(&component)?;
    Ok(std::fs::write(to, compiled)?)
}

/// Memory and time of the processor, from here to its end.
#[cfg(unix)]
fn bound_this_process() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    for (resource, most) in [(Resource::As, ADDRESS_SPACE), (Resource::Cpu, 2 * TIME.as_secs()), (Resource::Core, 0)] {
        // A system that does not know one of them has the other bounds.
        let _ = setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) });
    }
}

#[cfg(not(unix))]
fn bound_this_process() {}
