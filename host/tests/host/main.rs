//! The host through its front doors: the binary, the router in-process, and a socket.
#![allow(clippy::unwrap_used, clippy::print_stdout)]
#![allow(clippy::disallowed_methods, reason = "tests wait for processes and hold their own tasks")]

mod binary;
mod busy;
mod cloud;
mod clouds;
mod completion;
mod first;
mod formats;
mod history;
mod joined;
mod learning;
mod mcp;
mod mcp_client;
mod model_server;
mod models;
mod outages;
mod plugin_grants;
mod plugins;
mod programs;
mod questions;
mod rest;
#[cfg(unix)]
mod sign_in;
mod slow;
mod socket;
mod sonarqube;
mod support;
mod sync;
#[cfg(unix)]
mod token_server;
mod unusual;
