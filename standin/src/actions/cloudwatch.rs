//! CloudWatch: metrics of instances, over CBOR and over the query protocol.

mod get_metric_data;
mod get_metric_statistics;
mod input;

pub(crate) use get_metric_data::{get_metric_data, get_metric_data_form};
pub(crate) use get_metric_statistics::{get_metric_statistics, get_metric_statistics_form};

use crate::call::Refusal;

fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::new(400, "ValidationError", message)
}
