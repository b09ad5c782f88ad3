//! AWS's wire protocols: how a call is known for what it is, and how replies and errors are written.

pub(crate) mod cbor;
pub(crate) mod errors;
pub(crate) mod json;
pub(crate) mod query;
pub(crate) mod rest_json;
pub(crate) mod rest_xml;
pub(crate) mod xml;

use crate::call::{Refusal, Reply, Service};

/// A wire protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// EC2's own variant of the query protocol.
    Ec2,
    /// Form in, XML out.
    Query(Service),
    /// JSON 1.1 with `X-Amz-Target`.
    Json,
    /// S3's.
    RestXml,
    /// That of S3 Control: as S3's, with errors as the query protocol has them.
    S3Control,
    /// That of Lambda and of EKS.
    RestJson,
    /// Smithy RPC v2 CBOR.
    Cbor,
}

impl Protocol {
    /// Writes an error as the protocol does.
    pub(crate) fn refuse(self, refusal: &Refusal, request_id: &str) -> Reply {
        let mut reply = match self {
            Self::Ec2 => query::refuse_ec2(refusal, request_id),
            Self::Query(service) => query::refuse(service, refusal, request_id),
            Self::S3Control => query::refuse(Service::S3Control, refusal, request_id),
            Self::Json => json::refuse(refusal),
            Self::RestXml => rest_xml::refuse(refusal, request_id),
            Self::RestJson => rest_json::refuse(refusal),
            Self::Cbor => cbor::refuse(refusal),
        };
        reply.headers.extend(refusal.headers.iter().cloned());
        reply
    }

    /// A reply to an action that says nothing.
    pub(crate) fn empty(self, action: &str, request_id: &str) -> Reply {
        match self {
            Self::Ec2 => query::reply_ec2(action, "", request_id),
            Self::Query(service) => query::reply(service, action, "", request_id),
            Self::Json | Self::RestJson => Reply::ok(self.content_type(), "{}"),
            Self::RestXml | Self::S3Control => rest_xml::empty(action),
            Self::Cbor => {
                let mut nothing = cbor::Writer::default();
                nothing.map(0);
                cbor::reply(nothing.done())
            }
        }
    }

    /// The type of its replies.
    pub(crate) fn content_type(self) -> &'static str {
        match self {
            Self::Ec2 | Self::Query(_) => query::CONTENT_TYPE,
            Self::Json => json::CONTENT_TYPE,
            Self::RestXml | Self::S3Control => rest_xml::CONTENT_TYPE,
            Self::RestJson => rest_json::CONTENT_TYPE,
            Self::Cbor => cbor::CONTENT_TYPE,
        }
    }
}
