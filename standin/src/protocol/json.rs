//! JSON 1.0 and 1.1: the action in `X-Amz-Target`, an object in, an object out.

use crate::call::{Refusal, Reply, Service};
use serde_json::{Value, json};

pub(crate) const CONTENT_TYPE: &str = "application/x-amz-json-1.1";

/// The service and the action of an `X-Amz-Target`.
pub(crate) fn route(target: &str) -> Option<(Service, &str)> {
    let (service, action) = target.split_once('.')?;
    let service = match service {
        "AWSOrganizationsV20161128" => Service::Organizations,
        "AWSInsightsIndexService" => Service::CostExplorer,
        // boto3 speaks this to CloudWatch; the Rust SDK speaks CBOR.
        "GraniteServiceVersion20100801" => Service::CloudWatch,
        _ => return None,
    };
    Some((service, action))
}

/// The object of a body; an empty body is an empty object.
pub(crate) fn parse(body: &[u8]) -> Result<Value, Refusal> {
    if body.is_empty() {
        return Ok(json!({}));
    }
    serde_json::from_slice(body).map_err(|e| Refusal::new(400, "SerializationException", e.to_string()))
}

pub(crate) fn reply(value: &Value) -> Reply {
    Reply::ok(CONTENT_TYPE, value.to_string())
}

pub(crate) fn refuse(refusal: &Refusal) -> Reply {
    let body = json!({ "__type": refusal.code, "message": refusal.message, "Message": refusal.message });
    Reply::ok(CONTENT_TYPE, body.to_string()).status(refusal.status())
}
