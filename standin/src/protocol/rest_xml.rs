//! REST-XML, as S3 speaks it (path style): the action in method, path and query.

use super::query::{Form, decode};
use super::xml::Xml;
use crate::call::{Refusal, Reply};
use axum::http::Method;

pub(crate) const CONTENT_TYPE: &str = "application/xml";
const NAMESPACE: &str = "http://s3.amazonaws.com/doc/2006-03-01/";

/// A request whose action is in method, path and query.
#[derive(Debug)]
pub(crate) struct RestRequest {
    pub(crate) method: Method,
    /// Decoded.
    pub(crate) path: String,
    pub(crate) query: Form,
    /// The names in the query, with or without value, such as `tagging`.
    names: Vec<String>,
    /// The `Range` header.
    pub(crate) range: Option<String>,
}

impl RestRequest {
    pub(crate) fn new(method: Method, path: &str, query: &str, range: Option<String>) -> Self {
        let names = query.split('&').map(|field| decode(field.split('=').next().unwrap_or(field))).collect();
        // A `+` in a path is itself.
        let path = percent_encoding::percent_decode_str(path).decode_utf8_lossy().into_owned();
        Self { method, path, query: Form::parse(query), names, range }
    }

    fn has(&self, name: &str) -> bool {
        self.names.iter().any(|n| n == name)
    }

    /// The bucket and the key of a path-style address; empty where it has none.
    pub(crate) fn bucket_and_key(&self) -> (&str, &str) {
        let path = self.path.strip_prefix('/').unwrap_or(&self.path);
        path.split_once('/').unwrap_or((path, ""))
    }
}

/// What every path of S3 Control begins with.
pub(crate) const CONTROL: &str = "/v20180820/";

/// The action of a request to S3 Control.
pub(crate) fn route_control(request: &RestRequest) -> Option<&'static str> {
    let what = request.path.strip_prefix(CONTROL)?;
    (request.method == Method::GET && what == "configuration/publicAccessBlock").then_some("GetPublicAccessBlock")
}

/// The action of a request to S3.
pub(crate) fn route(request: &RestRequest) -> Option<&'static str> {
    let (bucket, key) = request.bucket_and_key();
    match (&request.method, bucket.is_empty(), key.is_empty()) {
        (&Method::GET, true, _) => Some("ListBuckets"),
        (&Method::GET, _, true) if request.has("tagging") => Some("GetBucketTagging"),
        (&Method::GET, _, true) if request.has("publicAccessBlock") => Some("GetPublicAccessBlock"),
        (&Method::GET, _, true) if request.has("policyStatus") => Some("GetBucketPolicyStatus"),
        (&Method::GET, _, true) if request.has("acl") => Some("GetBucketAcl"),
        (&Method::GET, _, true) if request.has("location") => Some("GetBucketLocation"),
        (&Method::GET, _, true) => Some("ListObjectsV2"),
        (&Method::HEAD, false, true) => Some("HeadBucket"),
        (&Method::GET, _, false) => Some("GetObject"),
        (&Method::HEAD, _, false) => Some("HeadObject"),
        _ => None,
    }
}

/// A document of S3's whose root is `root`.
pub(crate) fn reply(root: &str, inner: &str) -> Reply {
    let xml = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{root} xmlns=\"{NAMESPACE}\">{inner}</{root}>");
    Reply::ok(CONTENT_TYPE, xml)
}

/// The document that an action is answered with, and nothing in it.
pub(crate) fn empty(action: &str) -> Reply {
    let root = match action {
        "ListBuckets" => "ListAllMyBucketsResult",
        "GetBucketTagging" => "Tagging",
        "GetBucketAcl" => "AccessControlPolicy",
        "GetBucketLocation" => "LocationConstraint",
        _ => "ListBucketResult",
    };
    reply(root, "")
}

pub(crate) fn refuse(refusal: &Refusal, request_id: &str) -> Reply {
    let mut xml = Xml::default();
    xml.raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    xml.nest("Error", |xml| {
        xml.text("Code", &refusal.code);
        xml.text("Message", &refusal.message);
        xml.text("RequestId", request_id);
        xml.text("HostId", "standin");
    });
    Reply::ok(CONTENT_TYPE, xml.done()).status(refusal.status())
}
