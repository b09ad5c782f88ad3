//! The engine through its front door: requests in, rows and coverage out, over a hand-written source.

#![allow(clippy::unwrap_used, missing_docs)]

mod answers;
mod cache;
mod columns;
mod costs;
mod fake;
mod faults;
mod gate;
mod in_place;
mod recommendations;
mod unfilled;
mod wide;
