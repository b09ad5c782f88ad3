//! `functions`: Lambda functions, by `lambda:ListFunctions`; tags by one call a function.
//!
//! AWS leaves a function's state out of the list, so that `state` is mostly `unknown`: only a call for each function
//! would tell.

use super::{calls, calls_for_each};
use crate::fetch::Fetch;
use crate::pages::{Pages, listed, without_list};
use crate::place::{Place, filled, iso_time, properties};
use crate::states;
use aws_sdk_lambda::types::FunctionConfiguration;
use engine::FetchError;
use engine::source::{CallEstimate, FetchRequest, TableSupport};
use futures::stream::{self, StreamExt};
use schema::tables::FUNCTIONS;
use schema::{Row, State, Value};
use serde_json::json;
use std::collections::BTreeMap;

/// Tags come by a call of their own for every function.
pub(crate) static SUPPORT: TableSupport = TableSupport { table: &FUNCTIONS, costly: &[&["tags"]], pushes: &[] };

const ACTION: &str = "lambda:ListFunctions";
const TAGS_ACTION: &str = "lambda:ListTags";

/// Lambda allows 15 reads a second of its control plane; the limiter learns that, this keeps the burst small.
const FUNCTIONS_AT_ONCE: usize = 4;

pub(crate) fn estimate(request: &FetchRequest) -> Vec<CallEstimate> {
    let tags = request.wants("tags").then(|| calls_for_each("function", TAGS_ACTION, 1));
    [calls(ACTION, 1)].into_iter().chain(tags).collect()
}

pub(crate) async fn fetch(f: &Fetch<'_>) -> Result<(), FetchError> {
    let mut pages = Pages::of(ACTION);
    while let Some(token) = pages.token() {
        let send = || {
            let request = f.clients().lambda.list_functions();
            let request = request.max_items(f.page_size(1, 50)).set_marker(token.clone());
            request.customize().config_override(f.here()).send()
        };
        let page = f.call(ACTION, send).await?;
        let mut rows: Vec<Row> =
            listed(ACTION, &page.functions)?.iter().map(|function| row(&f.place, function)).collect();
        if f.request.wants("tags") {
            fill_tags(f, &mut rows).await?;
        }
        f.emit(rows).await?;
        pages.turn(page.next_marker)?;
        if f.has_enough() {
            pages.stop();
        }
    }
    Ok(())
}

/// Fills the tags of a page. One line in coverage says of how many functions they could not be read.
async fn fill_tags(f: &Fetch<'_>, rows: &mut [Row]) -> Result<(), FetchError> {
    let reads: Vec<_> = rows.iter().map(|row| tags_of(f, row.get("resource_id").clone())).collect();
    let read: Vec<_> = stream::iter(reads).buffered(FUNCTIONS_AT_ONCE).collect().await;
    let mut lost = Vec::new();
    for (row, tags) in rows.iter_mut().zip(read) {
        match tags {
            Ok(tags) => {
                row.set("tags", tags);
            }
            Err(error) => lost.push((name_of(row), error)),
        }
    }
    f.lost(&["tags"], lost).await
}

fn name_of(row: &Row) -> String {
    match row.get("name") {
        Value::Text(name) => name.clone(),
        _ => String::new(),
    }
}

async fn tags_of(f: &Fetch<'_>, arn: Value) -> Result<BTreeMap<String, String>, FetchError> {
    let Value::Text(arn) = arn else { return Ok(BTreeMap::new()) };
    let send = || f.clients().lambda.list_tags().resource(&arn).customize().config_override(f.here()).send();
    let reply = f.call(TAGS_ACTION, send).await?;
    Ok(reply.tags.ok_or_else(|| without_list(TAGS_ACTION))?.into_iter().collect())
}

pub(super) fn row(place: &Place, function: &FunctionConfiguration) -> Row {
    let name = function.function_name().unwrap_or_default();
    let state = function.state().map(|state| state.as_str());
    place
        .row(&FUNCTIONS, name, function.function_arn().unwrap_or_default().to_owned())
        .with("name", name)
        .with("state", state.map_or(State::Unknown, states::function))
        .with("runtime", function.runtime().map(|runtime| runtime.as_str()))
        .with("memory_mib", function.memory_size())
        .with("timeout_seconds", function.timeout())
        .with("code_size_bytes", function.code_size())
        // Functions from before Lambda had a choice say none: they run on x86_64.
        .with("architecture", function.architectures().first().map_or("x86_64", |word| word.as_str()))
        .with("handler", filled(function.handler()))
        .with("modified_at", iso_time(function.last_modified()))
        .with("properties", words(function, state))
}

/// The environment is left out: people keep secrets in it.
fn words(function: &FunctionConfiguration, state: Option<&str>) -> serde_json::Value {
    properties(json!({
        "State": state,
        "StateReason": function.state_reason(),
        "LastUpdateStatus": function.last_update_status().map(|word| word.as_str()),
        "Description": filled(function.description()),
        "Role": function.role(),
        "Version": function.version(),
        "PackageType": function.package_type().map(|word| word.as_str()),
        "VpcId": function.vpc_config().and_then(|vpc| filled(vpc.vpc_id())),
        "SubnetIds": function.vpc_config().map(|vpc| vpc.subnet_ids()),
        "SecurityGroupIds": function.vpc_config().map(|vpc| vpc.security_group_ids()),
        "TracingMode": function.tracing_config().and_then(|tracing| tracing.mode()).map(|word| word.as_str()),
        "EphemeralStorageMiB": function.ephemeral_storage().map(|storage| storage.size()),
        "Layers": function.layers().iter().filter_map(|layer| layer.arn()).collect::<Vec<_>>(),
        "KMSKeyArn": function.kms_key_arn(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_lambda::types::{EnvironmentResponse, Runtime};

    #[test]
    fn a_functions_environment_never_reaches_a_row() {
        let function = FunctionConfiguration::builder()
            .function_name("resize")
            .function_arn("arn:aws:lambda:eu-west-1:111122223333:function:resize")
            .runtime(Runtime::from("python3.13"))
            .memory_size(256)
            .last_modified("2026-11-20T10:00:00.000+0000")
            .environment(EnvironmentResponse::builder().variables("PASSWORD", "hunter2").build())
            .build();
        let row = row(&Place::for_testing("eu-west-1"), &function);
        assert!(!format!("{row:?}").contains("hunter2"));
        assert_eq!(row.get("runtime"), &Value::from("python3.13"));
        assert_eq!(row.get("memory_mib"), &Value::Int(256));
        assert_eq!(row.get("architecture"), &Value::from("x86_64"));
        assert_eq!(row.get("state"), &Value::from("unknown"));
        assert!(matches!(row.get("modified_at"), Value::Time(_)));
    }
}
