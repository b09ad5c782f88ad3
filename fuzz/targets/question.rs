//! Fuzzes the classifier: whatever is asked is read without a panic, as a `Query` that can be run or not at all, in bounded time.
#![no_main]

#[path = "../../classifier/tests/fuzzed/case.rs"]
mod case;

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let text = String::from_utf8_lossy(input);
    case::holds(&text);
    case::is_soon(&text);
});
