//! Gives the guest a stack in its memory that lasts for longer than the host lets its calls go (`sandbox/src/engine.rs`): a
//! program that recurses without an end then runs into the host's bound, which has a name, and not out of its own memory.
//! Of what a level of calls takes, the host's stack has at least twice as much as this one. It is not larger than that:
//! it lies at the memory's beginning, all of which is set back after every run.

#![expect(clippy::disallowed_methods, reason = "cargo speaks to build scripts through the environment")]

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_FAMILY").is_ok_and(|family| family == "wasm") {
        println!("cargo::rustc-link-arg-cdylib=-zstack-size=524288");
    }
}
