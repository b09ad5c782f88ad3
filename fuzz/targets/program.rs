//! Fuzzes the path of programs: `Cases::program` must hold for any input.
#![no_main]

#[path = "../../sandbox/tests/sandbox/cases.rs"]
#[allow(dead_code, missing_docs, reason = "shared with other targets")]
mod cases;
mod with;

libfuzzer_sys::fuzz_target!(|input: &[u8]| with::cases(async |cases| cases.program(input).await));
