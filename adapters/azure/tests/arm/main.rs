//! The adapter against a stand-in of Azure Resource Manager, over HTTP on loopback.

#![allow(clippy::unwrap_used)]

mod bed;
mod extras;
mod failures;
mod rows;
