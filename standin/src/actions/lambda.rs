//! Lambda: functions, and the tags of each by a call of its own.

use crate::call::Reply;
use crate::call::{Call, Refusal};
use crate::estate::Function;
use crate::protocol::rest_json;
use crate::protocol::rest_xml::RestRequest;
use serde_json::{Value, json};

/// The largest page, and the default, whatever `MaxItems` asks for.
const LARGEST: usize = 50;

pub(crate) fn list_functions(call: &Call<'_>, request: &RestRequest) -> Result<Reply, Refusal> {
    let functions = &call.here()?.functions;
    let size = match request.query.number("MaxItems") {
        Ok(Some(size @ 1..=10_000)) => size.min(LARGEST),
        Ok(None) => LARGEST,
        _ => return Err(Refusal::new(400, "InvalidParameterValueException", "MaxItems must be between 1 and 10000")),
    };
    let (range, next) = call
        .page(request.query.get("Marker"), size, functions.len())
        .map_err(|bad| bad.refused("InvalidParameterValueException"))?;
    let page: Vec<Value> = functions[range].iter().map(|function| describe(function, &call.account.id)).collect();
    Ok(rest_json::reply(&json!({ "Functions": page, "NextMarker": next })))
}

fn describe(function: &Function, account_id: &str) -> Value {
    let mut value = json!({
        "FunctionName": function.name,
        "FunctionArn": function.arn,
        "Role": format!("arn:aws:iam::{account_id}:role/lambda"),
        "CodeSize": function.code_size_bytes,
        "Description": "",
        "Timeout": function.timeout_seconds,
        "MemorySize": function.memory_mib,
        "LastModified": function.modified_at.format("%Y-%m-%dT%H:%M:%S%.3f+0000").to_string(),
        "Version": "$LATEST",
        "PackageType": if function.runtime.is_some() { "Zip" } else { "Image" },
        "Architectures": [function.architecture],
    });
    if let Some(runtime) = &function.runtime {
        value["Runtime"] = json!(runtime);
    }
    if let Some(handler) = &function.handler {
        value["Handler"] = json!(handler);
    }
    value
}

pub(crate) fn list_tags(call: &Call<'_>, request: &RestRequest) -> Result<Reply, Refusal> {
    let arn = request.path.strip_prefix("/2017-03-31/tags/").unwrap_or_default().trim_end_matches('/');
    let function = call.here()?.functions.iter().find(|function| function.arn == arn);
    let function = function.ok_or_else(|| {
        Refusal::new(404, "ResourceNotFoundException", format!("The resource you requested does not exist: {arn}"))
    })?;
    Ok(rest_json::reply(&json!({ "Tags": function.tags })))
}
