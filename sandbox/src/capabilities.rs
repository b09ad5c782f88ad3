//! What a guest may ask of its host, one file each: the interface of `wit/`, its host, and what it denies.

mod clock;
mod findings;
mod http;
pub(crate) mod inputs;
mod log;
mod progress;
pub(crate) mod query;
mod secrets;
mod tables;

use crate::bindings::nephoscope::guest as shared;
use crate::bindings::plugin::nephoscope::guest as plugins;
use crate::bindings::{Program, scanner, source};
use crate::state::State;
use wasmtime::Result;
use wasmtime::component::{HasSelf, Linker};

/// Everything that is there for a program.
pub(crate) fn link_program(linker: &mut Linker<State>) -> Result<()> {
    Program::add_to_linker::<_, HasSelf<State>>(linker, |state| state)
}

/// Everything that is there for a scanner.
pub(crate) fn link_scanner(linker: &mut Linker<State>) -> Result<()> {
    link_plugin(linker)?;
    scanner::nephoscope::guest::findings::add_to_linker::<_, HasSelf<State>>(linker, |state| state)
}

/// Everything that is there for a source.
pub(crate) fn link_source(linker: &mut Linker<State>) -> Result<()> {
    link_plugin(linker)?;
    source::nephoscope::guest::tables::add_to_linker::<_, HasSelf<State>>(linker, |state| state)
}

fn link_plugin(linker: &mut Linker<State>) -> Result<()> {
    shared::query::add_to_linker::<_, HasSelf<State>>(linker, |state| state)?;
    shared::clock::add_to_linker::<_, HasSelf<State>>(linker, |state| state)?;
    shared::log::add_to_linker::<_, HasSelf<State>>(linker, |state| state)?;
    shared::progress::add_to_linker::<_, HasSelf<State>>(linker, |state| state)?;
    plugins::plugins::add_to_linker::<_, HasSelf<State>>(linker, |state| state)?;
    plugins::inputs::add_to_linker::<_, HasSelf<State>>(linker, |state| state)?;
    plugins::http::add_to_linker::<_, HasSelf<State>>(linker, |state| state)?;
    plugins::secrets::add_to_linker::<_, HasSelf<State>>(linker, |state| state)
}

/// Words that the interfaces of plugins share, and no function.
impl plugins::plugins::Host for State {}
