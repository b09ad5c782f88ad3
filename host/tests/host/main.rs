//! The host through its front doors: the binary, the router in-process, and a socket.
#![allow(clippy::unwrap_used)]

mod binary;
mod cloud;
mod formats;
mod questions;
mod rest;
mod socket;
mod support;
