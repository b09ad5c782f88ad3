//! Runs what others wrote inside WebAssembly: an interpreter of programs, and plugins, whose only door is the engine's
//! queries and what an operator granted.
//!
//! The only crate that names wasmtime. A run gets a fresh instance from a pool, a grant, and bounds on everything it
//! could use up; it leaves nothing behind but its result and what is known of how it got it.

pub mod bindings;
mod capabilities;
pub mod embedded;
pub mod engine;
pub mod fault;
mod guest;
pub mod job;
mod last_words;
pub mod limits;
pub mod plugin;
mod run;
mod state;
mod stopwatch;
mod ticker;
mod wasi;

pub use fault::{Fault, FaultKind, Limit};
pub use job::{Job, Mode, QueryError, QueryNote, Run};
pub use limits::{Limits, SandboxSettings};
pub use plugin::described::Described;
pub use plugin::job::{Failure, PluginJob, Scan};
pub use plugin::limits::PluginLimits;
pub use plugin::{Plugin, World};
pub use run::{InUse, Interpreter, LoadError, Sandbox, compile};
