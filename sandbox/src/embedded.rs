//! The interpreter that comes with this build.

/// The prepared and compiled interpreter; empty where `cargo xtask guest` has not made it yet.
pub static INTERPRETER: &[u8] = include_bytes!(env!("NEPH_INTERPRETER"));
