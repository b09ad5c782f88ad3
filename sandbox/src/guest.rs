//! What every run of a guest has in common, programs and plugins: its store, its bounds, and what stopped it in words.

use crate::fault::{Fault, FaultKind, Limit};
use crate::limits::Limits;
use crate::state::State;
use std::time::Duration;
use wasmtime::{Engine, Store, Trap, UpdateDeadline};
use wasmtime_wasi::I32Exit;

/// The most bytes that a guest may hand over in one call, beside a result of the greatest size.
pub(crate) const HOSTCALL_BYTES: usize = 1024 * 1024;

/// What messages call a guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Guest {
    /// A program in an interpreter.
    Program,
    /// A plugin.
    Plugin,
}

impl Guest {
    /// What somebody wrote: `the program`.
    pub(crate) fn written(self) -> &'static str {
        match self {
            Self::Program => "the program",
            Self::Plugin => "the plugin",
        }
    }

    /// What runs: `the interpreter`.
    fn running(self) -> &'static str {
        match self {
            Self::Program => "the interpreter",
            Self::Plugin => "the plugin",
        }
    }
}

/// What stops a guest from outside.
#[derive(Debug, thiserror::Error)]
#[error("the guest computed for longer than it may")]
struct OutOfTime;

/// A store for one run, whose guest may hand over so many bytes in one call.
pub(crate) fn store(engine: &Engine, state: State, bytes_a_call: usize) -> Store<State> {
    let mut store = Store::new(engine, state);
    store.limiter(|state| state);
    store.set_hostcall_fuel(bytes_a_call);
    store.set_epoch_deadline(1);
    store.epoch_deadline_callback(|store| {
        let state = store.data();
        if state.watch.elapsed() > state.limits.own_time {
            return Err(OutOfTime.into());
        }
        // Others have their turn.
        Ok(UpdateDeadline::Yield(1))
    });
    store
}

/// A guest's text, so many bytes of it at most, and a mark where there was more.
pub(crate) fn cut(mut text: String, most: usize) -> String {
    if text.len() > most {
        text.truncate(text.floor_char_boundary(most));
        text.push('…');
    }
    text
}

/// The sentence for a bound.
pub(crate) fn over(guest: Guest, limit: Limit, limits: &Limits) -> Fault {
    let seconds = |duration: Duration| format!("{} s", duration.as_secs_f64());
    let who = guest.written();
    let message = match limit {
        Limit::OwnTime => format!("{who} computed for longer than the {} that it may", seconds(limits.own_time)),
        Limit::TotalTime => format!("the run took longer than the {} that it may", seconds(limits.total_time)),
        Limit::Memory => {
            format!("{who} needs more than the {} MiB of memory that it may use", limits.memory_bytes >> 20)
        }
        Limit::Stack => format!("{who}'s calls go deeper than the stack: is there a recursion without an end?"),
        Limit::Query => "a query is longer, deeper or larger than it may be".to_owned(),
        Limit::CallBytes => {
            format!("{who} handed over more than {} KiB at once", limits.bytes_out.saturating_add(HOSTCALL_BYTES) >> 10)
        }
        Limit::Queries => format!("{} queries are the most that one run may make", limits.queries),
        Limit::MaxDollars => "a query's calls would cost more than the run may spend".to_owned(),
        Limit::RowsIn => format!("{} rows are the most that queries may hand over", limits.rows_in),
        Limit::BytesIn => format!("{} KiB are the most that open results may take", limits.bytes_in >> 10),
        Limit::RowsOut => {
            format!("the result has more than the {} rows that it may have; filter, or add up", limits.rows_out)
        }
        Limit::ColumnsOut => format!(
            "the result has more than the {} columns that it may have; make rows of what is in their names",
            limits.columns_out
        ),
        Limit::BytesOut => format!(
            "the result is larger than the {} KiB that it may be; filter, or name fewer columns",
            limits.bytes_out >> 10
        ),
        Limit::SourceBytes => {
            format!("the program's text is longer than the {} KiB that it may be", limits.source_bytes >> 10)
        }
    };
    Fault::new(FaultKind::Limit(limit), message)
}

/// What stopped a guest itself, with what a plugin said last of it. Of a program its own errors are told, with their lines.
pub(crate) fn trapped(error: &wasmtime::Error, state: &State) -> Fault {
    let fault = stopped(error, state);
    let is_said = fault.kind == FaultKind::Trap && state.guest == Guest::Plugin;
    match state.last_words.said().filter(|_| is_said) {
        Some(said) => Fault { message: format!("{}; it said last: {said}", fault.message), ..fault },
        None => fault,
    }
}

fn stopped(error: &wasmtime::Error, state: &State) -> Fault {
    let (limits, guest) = (&state.limits, state.guest);
    let over = |limit| over(guest, limit, limits);
    let who = guest.running();
    if error.is::<OutOfTime>() {
        return over(Limit::OwnTime);
    }
    if let Some(exit) = error.downcast_ref::<I32Exit>() {
        return Fault::new(FaultKind::Trap, format!("{who} left with exit code {}", exit.0));
    }
    match error.downcast_ref::<Trap>() {
        Some(Trap::StackOverflow) => over(Limit::Stack),
        Some(Trap::Interrupt) => over(Limit::OwnTime),
        Some(_) if state.memory_refused => over(Limit::Memory),
        Some(trap) => Fault::new(FaultKind::Trap, format!("{who} broke down: {trap}")),
        None if state.memory_refused => over(Limit::Memory),
        None if format!("{error:#}").contains(FUEL) => over(Limit::CallBytes),
        None if is_the_hosts(error) => {
            tracing::warn!(error = format!("{error:#}"), "a guest could not be run");
            Fault::new(FaultKind::Host, format!("the sandbox could not run it: {}", error.root_cause()))
        }
        // A handle that is none, text that is no UTF-8, a table of handles that is full.
        None => Fault::new(FaultKind::Trap, format!("{who} broke the contract: {}", error.root_cause())),
    }
}

/// How wasmtime says that a guest handed over too much in one call; it has no type for it.
const FUEL: &str = "fuel allocated for hostcalls has been exhausted";

/// Whether the system refused something, and no guest is to blame.
fn is_the_hosts(error: &wasmtime::Error) -> bool {
    error.is::<wasmtime::PoolConcurrencyLimitError>() || error.is::<std::io::Error>()
}
