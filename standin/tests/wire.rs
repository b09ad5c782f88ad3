//! The stand-in through its front door: HTTP requests as an SDK signs them, replies as the wire has them.

#![allow(clippy::unwrap_used)]

#[path = "wire/accounts.rs"]
mod accounts;
#[path = "wire/arm_client.rs"]
mod arm_client;
#[path = "wire/arm_costs.rs"]
mod arm_costs;
#[path = "wire/arm_errors.rs"]
mod arm_errors;
#[path = "wire/arm_faults.rs"]
mod arm_faults;
#[path = "wire/arm_graph.rs"]
mod arm_graph;
#[path = "wire/arm_lists.rs"]
mod arm_lists;
#[path = "wire/arm_metrics.rs"]
mod arm_metrics;
#[path = "wire/client.rs"]
mod client;
#[path = "wire/costs.rs"]
mod costs;
#[path = "wire/faults.rs"]
mod faults;
#[path = "wire/fields.rs"]
mod fields;
#[path = "wire/metrics.rs"]
mod metrics;
#[path = "wire/objects.rs"]
mod objects;
#[path = "wire/paging.rs"]
mod paging;
#[path = "wire/quotas.rs"]
mod quotas;
