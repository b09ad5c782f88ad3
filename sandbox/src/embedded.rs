//! The interpreter and the plugins that come with this build.

/// The prepared and compiled interpreter; empty where `cargo xtask guest` has not made it yet.
pub static INTERPRETER: &[u8] = include_bytes!(env!("NEPH_INTERPRETER"));

/// A plugin that comes with this build.
#[derive(Debug, Clone, Copy)]
pub struct BuiltIn {
    /// Its name.
    pub name: &'static str,
    /// Its `plugin.toml`.
    pub manifest: &'static str,
    /// Its component.
    pub component: &'static [u8],
    /// What [`compile`](crate::compile) made of that.
    pub compiled: &'static [u8],
}

/// All of them; none where `cargo xtask guest` has not made them yet.
pub static PLUGINS: &[BuiltIn] = include!(concat!(env!("OUT_DIR"), "/plugins.rs"));
