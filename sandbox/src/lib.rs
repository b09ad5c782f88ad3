//! Runs what others wrote inside WebAssembly: an interpreter of programs, whose only door is the engine's queries.
//!
//! The only crate that names wasmtime. A run gets a fresh instance from a pool, a grant, and bounds on everything it
//! could use up; it leaves nothing behind but its result and what is known of how it got it.

pub mod bindings;
mod capabilities;
pub mod embedded;
pub mod engine;
pub mod fault;
pub mod job;
pub mod limits;
mod run;
mod state;
mod stopwatch;
mod ticker;
mod wasi;

pub use fault::{Fault, FaultKind, Limit};
pub use job::{Job, Mode, QueryError, QueryNote, Run};
pub use limits::{Limits, SandboxSettings};
pub use run::{Interpreter, LoadError, Sandbox};
