//! The host: command line, REST, MCP, store and configuration around the engine.
//!
//! The only crate that knows HTTP serving, SQL storage, clap and the environment. [`app::App`] is what the
//! doors (command line, REST and MCP) stand on; a door only speaks its own language.

pub mod app;
pub mod cli;
pub mod clock;
pub mod commands;
pub mod config;
pub mod environment;
pub mod exit;
pub mod failure;
pub mod first;
pub mod format;
pub mod http;
mod javascript;
mod language;
pub mod learning;
pub mod logging;
pub mod mcp;
pub mod model;
mod names;
pub(crate) mod places;
pub mod plugins;
pub mod programs;
pub mod progress;
pub mod query_json;
pub mod remarks;
pub mod reply;
pub mod runner;
pub mod scans;
pub mod snapshots;
pub mod sources;
pub mod store;
mod taken;
pub mod text;
pub(crate) mod threads;
pub mod unusual;
mod whole_file;
