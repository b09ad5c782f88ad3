//! CloudWatch: metrics of instances, over CBOR, JSON and the query protocol.

mod get_metric_data;
mod get_metric_statistics;
mod input;

pub(crate) use get_metric_data::{get_metric_data, get_metric_data_form, get_metric_data_json};
pub(crate) use get_metric_statistics::{get_metric_statistics, get_metric_statistics_form, get_metric_statistics_json};

use crate::call::Refusal;

fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::new(400, "ValidationError", message)
}
