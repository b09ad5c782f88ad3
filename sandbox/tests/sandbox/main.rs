//! The sandbox at its front door: a program in, rows or a named fault out, over the demo estate.
#![allow(clippy::unwrap_used)]

mod cases;
mod components;
mod door;
mod fuzz;
mod grants;
mod guests;
mod hostile;
mod known_truth;
mod many;
mod mutate;
mod old_plugins;
mod one_cloud;
mod own_tables;
mod plugins;
mod support;
mod throttled;
mod together;
mod values;
mod waiting;
