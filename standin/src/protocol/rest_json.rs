//! REST-JSON, as Lambda and EKS speak it: the action in method and path, the error's code in a header.

use super::rest_xml::RestRequest;
use crate::call::{Refusal, Reply};
use axum::http::Method;
use serde_json::{Value, json};

pub(crate) const CONTENT_TYPE: &str = "application/json";

/// The action of a request to Lambda or to EKS.
pub(crate) fn route(request: &RestRequest) -> Option<&'static str> {
    let path = request.path.trim_end_matches('/');
    match () {
        () if request.method != Method::GET => None,
        () if path == "/2015-03-31/functions" => Some("ListFunctions"),
        () if path.starts_with("/2017-03-31/tags/") => Some("ListTags"),
        () if path == "/clusters" => Some("ListClusters"),
        () if cluster_of(path).is_some() => Some("DescribeCluster"),
        () => None,
    }
}

/// The cluster that a path of EKS names, and nothing of it.
pub(crate) fn cluster_of(path: &str) -> Option<&str> {
    path.strip_prefix("/clusters/").map(|rest| rest.trim_end_matches('/')).filter(|name| !name.contains('/'))
}

pub(crate) fn reply(value: &Value) -> Reply {
    Reply::ok(CONTENT_TYPE, value.to_string())
}

pub(crate) fn refuse(refusal: &Refusal) -> Reply {
    let fault = if refusal.status < 500 { "User" } else { "Server" };
    let body = json!({ "Type": fault, "Message": refusal.message });
    Reply::ok(CONTENT_TYPE, body.to_string()).status(refusal.status()).header("x-amzn-errortype", &*refusal.code)
}
