//! The interpreter of programs: QuickJS behind the world `prepared-program`, so that what a program can reach is what
//! that world imports and nothing else.

#![allow(clippy::needless_pass_by_value, reason = "the engine hands values over, and natives take them as it does")]

mod bindings;
mod bridge;
mod fault;
mod hint;
mod interpreter;
mod json;
mod native;
mod numbers;
mod random;
mod rows;
mod source;
mod tools;
mod values;

use bindings::exports::nephoscope::guest::programs::{Fault, Guest as Programs, Parameter};

struct Program;

impl bindings::Guest for Program {
    fn init() {
        interpreter::prepare();
    }
}

impl Programs for Program {
    fn run(source: String, params: Vec<Parameter>, max_bytes: u32) -> Result<String, Fault> {
        interpreter::with(|interpreter| interpreter.run(&source, &params, max_bytes))
    }

    fn check(source: String) -> Result<(), Fault> {
        interpreter::with(|interpreter| interpreter.check(&source))
    }
}
