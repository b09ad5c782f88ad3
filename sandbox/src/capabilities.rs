//! What a guest may ask of its host, one file each: the interface of `wit/`, its host, and what it denies.

mod clock;
mod log;
mod progress;
pub(crate) mod query;

use crate::bindings::Program;
use crate::state::State;
use wasmtime::Result;
use wasmtime::component::{HasSelf, Linker};

/// Everything that is there for a program.
pub(crate) fn link(linker: &mut Linker<State>) -> Result<()> {
    Program::add_to_linker::<_, HasSelf<State>>(linker, |state| state)
}
