//! Smithy RPC v2 CBOR: the action in the path, a map in, a map out.

use crate::call::{Refusal, Reply};
use ciborium::Value;

pub(crate) const CONTENT_TYPE: &str = "application/cbor";

/// The action of `/service/GraniteServiceVersion20100801/operation/<action>`.
pub(crate) fn route(path: &str) -> Option<&str> {
    path.strip_prefix("/service/GraniteServiceVersion20100801/operation/")
}

pub(crate) fn parse(body: &[u8]) -> Result<Value, Refusal> {
    ciborium::from_reader(body).map_err(|e| Refusal::new(400, "SerializationException", e.to_string()))
}

/// The value of a key of a map.
pub(crate) fn get<'a>(map: &'a Value, key: &str) -> Option<&'a Value> {
    map.as_map()?.iter().find(|(k, _)| k.as_text() == Some(key)).map(|(_, value)| value)
}

/// The text at a key of a map.
pub(crate) fn text<'a>(map: &'a Value, key: &str) -> Option<&'a str> {
    get(map, key)?.as_text()
}

/// Seconds since 1970 of a timestamp (tag 1), or of a bare number.
pub(crate) fn epoch(value: &Value) -> Option<f64> {
    match value {
        Value::Tag(1, inner) => epoch(inner),
        Value::Integer(n) => Some(i128::from(*n) as f64),
        Value::Float(x) => Some(*x),
        _ => None,
    }
}

pub(crate) fn reply(body: Vec<u8>) -> Reply {
    Reply::ok(CONTENT_TYPE, body).header("smithy-protocol", "rpc-v2-cbor")
}

pub(crate) fn refuse(refusal: &Refusal) -> Reply {
    let mut body = Writer::default();
    body.map(2);
    body.text("__type");
    body.text(&format!("com.amazonaws.cloudwatch#{}", refusal.code));
    body.text("message");
    body.text(&refusal.message);
    let side = if refusal.status < 500 { "Sender" } else { "Receiver" };
    reply(body.done()).status(refusal.status()).header("x-amzn-query-error", format!("{};{side}", refusal.code))
}

/// Writes CBOR straight into bytes: a page of metrics has 100,000 points, which as `Value`s would take megabytes.
#[derive(Debug, Default)]
pub(crate) struct Writer(Vec<u8>);

impl Writer {
    pub(crate) fn done(self) -> Vec<u8> {
        self.0
    }

    pub(crate) fn map(&mut self, len: usize) {
        self.head(5, len as u64);
    }

    pub(crate) fn array(&mut self, len: usize) {
        self.head(4, len as u64);
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.head(3, text.len() as u64);
        self.0.extend_from_slice(text.as_bytes());
    }

    pub(crate) fn float(&mut self, x: f64) {
        self.0.push(0xFB);
        self.0.extend_from_slice(&x.to_be_bytes());
    }

    /// Tag 1: seconds since 1970, as a float, as AWS writes it.
    pub(crate) fn time(&mut self, seconds: i64) {
        self.0.push(0xC1);
        self.float(seconds as f64);
    }

    fn head(&mut self, major: u8, n: u64) {
        let major = major << 5;
        match n {
            0..24 => self.0.push(major | n as u8),
            24..0x100 => self.0.extend_from_slice(&[major | 24, n as u8]),
            0x100..0x1_0000 => {
                self.0.push(major | 25);
                self.0.extend_from_slice(&(n as u16).to_be_bytes());
            }
            _ => {
                self.0.push(major | 26);
                self.0.extend_from_slice(&(n as u32).to_be_bytes());
            }
        }
    }
}
