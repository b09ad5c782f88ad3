//! The adapter over HTTP: the same checks against moto (the second opinion on the protocol) and against the stand-in
//! (paging, quotas, faults, CloudWatch, Cost Explorer).

#![allow(clippy::unwrap_used)]

mod checks;
mod moto;
mod moto_server;
mod standin;
mod truth;
