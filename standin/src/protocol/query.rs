//! The query protocols: a form in, XML out. EC2 has a variant of its own.

use super::xml::Xml;
use crate::call::{Refusal, Reply, Service};
use std::collections::BTreeMap;

pub(crate) const CONTENT_TYPE: &str = "text/xml;charset=UTF-8";

/// The fields of a form.
#[derive(Debug, Default)]
pub(crate) struct Form(BTreeMap<String, String>);

impl Form {
    /// Reads `a=b&c=d`.
    pub(crate) fn parse(text: &str) -> Self {
        let fields = text.split('&').filter(|field| !field.is_empty()).map(|field| {
            let (name, value) = field.split_once('=').unwrap_or((field, ""));
            (decode(name), decode(value))
        });
        Self(fields.collect())
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// A whole number; an error where it is none.
    pub(crate) fn number(&self, name: &str) -> Result<Option<usize>, Refusal> {
        let parse = |text: &str| {
            text.parse()
                .map_err(|_| Refusal::new(400, "InvalidParameterValue", format!("Invalid value '{text}' for {name}")))
        };
        self.get(name).map(parse).transpose()
    }

    /// `prefix.1`, `prefix.2`, …
    pub(crate) fn list(&self, prefix: &str) -> Vec<&str> {
        (1..).map_while(|n| self.0.get(&format!("{prefix}.{n}")).map(String::as_str)).collect()
    }

    /// How many groups `prefix.1.…`, `prefix.2.…` there are.
    pub(crate) fn groups(&self, prefix: &str) -> usize {
        (1..).take_while(|n| self.has_group(&format!("{prefix}.{n}."))).count()
    }

    fn has_group(&self, prefix: &str) -> bool {
        self.0.range(prefix.to_owned()..).next().is_some_and(|(name, _)| name.starts_with(prefix))
    }
}

/// Undoes the escapes of a form or of a query string.
pub(crate) fn decode(text: &str) -> String {
    let spaced = text.replace('+', " ");
    percent_encoding::percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}

/// A reply of EC2.
pub(crate) fn reply_ec2(action: &str, inner: &str, request_id: &str) -> Reply {
    let mut xml = Xml::with_capacity(inner.len() + 300);
    xml.raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<");
    xml.raw(action);
    xml.raw("Response xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\">");
    xml.text("requestId", request_id);
    xml.raw(inner);
    xml.raw("</");
    xml.raw(action);
    xml.raw("Response>");
    Reply::ok(CONTENT_TYPE, xml.done())
}

/// A reply of the services that speak the plain query protocol.
pub(crate) fn reply(service: Service, action: &str, inner: &str, request_id: &str) -> Reply {
    let mut xml = Xml::with_capacity(inner.len() + 300);
    xml.raw(&format!("<{action}Response xmlns=\"{}\"><{action}Result>", namespace(service)));
    xml.raw(inner);
    xml.raw(&format!("</{action}Result>"));
    xml.nest("ResponseMetadata", |xml| xml.text("RequestId", request_id));
    xml.raw(&format!("</{action}Response>"));
    Reply::ok(CONTENT_TYPE, xml.done())
}

pub(crate) fn refuse_ec2(refusal: &Refusal, request_id: &str) -> Reply {
    let mut xml = Xml::default();
    xml.raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    xml.nest("Response", |xml| {
        xml.nest("Errors", |xml| {
            xml.nest("Error", |xml| {
                xml.text("Code", &refusal.code);
                xml.text("Message", &refusal.message);
            });
        });
        xml.text("RequestID", request_id);
    });
    Reply::ok(CONTENT_TYPE, xml.done()).status(refusal.status())
}

pub(crate) fn refuse(service: Service, refusal: &Refusal, request_id: &str) -> Reply {
    let mut xml = Xml::default();
    xml.raw(&format!("<ErrorResponse xmlns=\"{}\">", namespace(service)));
    xml.nest("Error", |xml| {
        xml.text("Type", if refusal.status < 500 { "Sender" } else { "Receiver" });
        xml.text("Code", &refusal.code);
        xml.text("Message", &refusal.message);
    });
    xml.text("RequestId", request_id);
    xml.raw("</ErrorResponse>");
    Reply::ok(CONTENT_TYPE, xml.done()).status(refusal.status())
}

fn namespace(service: Service) -> &'static str {
    match service {
        Service::Elb => "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/",
        Service::ClassicElb => "http://elasticloadbalancing.amazonaws.com/doc/2012-06-01/",
        Service::Rds => "http://rds.amazonaws.com/doc/2014-10-31/",
        Service::CloudWatch => "http://monitoring.amazonaws.com/doc/2010-08-01/",
        Service::S3Control => "http://awss3control.amazonaws.com/doc/2018-08-20/",
        _ => "https://sts.amazonaws.com/doc/2011-06-15/",
    }
}
