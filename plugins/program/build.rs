//! Gives the guest a stack in its memory that is as deep as the host lets its calls go (`sandbox/src/engine.rs`): a program
//! that recurses without an end then runs into the host's bound, which has a name, and not out of its own memory.

#![expect(clippy::disallowed_methods, reason = "cargo speaks to build scripts through the environment")]

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_FAMILY").is_ok_and(|family| family == "wasm") {
        println!("cargo::rustc-link-arg-cdylib=-zstack-size=4194304");
    }
}
