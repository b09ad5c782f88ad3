//! Gives the interpreter a stack of C that is deeper than WebAssembly's own, so that endless recursion ends at the latter,
//! where the host can tell what happened.

#![expect(clippy::disallowed_methods, reason = "cargo speaks to build scripts through the environment")]

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|arch| arch == "wasm32") {
        println!("cargo::rustc-link-arg-cdylib=-zstack-size=16777216");
    }
}
