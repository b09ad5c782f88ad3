//! Requests over HTTP, where the operator has granted a host.

use crate::error::Error;
use std::time::Duration;

/// A request. The host makes it, and holds its address and every redirect to the grant.
///
/// ```
/// use guest_sdk::Request;
/// let request = Request::get("https://sonar.example.com/api/issues/search?ps=500")
///     .header("Accept", "application/json")
///     .credential("Authorization", "Bearer ", "sonar_token");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    pub(crate) method: String,
    pub(crate) url: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) credentials: Vec<Credential>,
    pub(crate) body: Option<Vec<u8>>,
    pub(crate) timeout: Option<Duration>,
}

/// A header that the host makes from a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Credential {
    pub(crate) header: String,
    pub(crate) prefix: String,
    pub(crate) secret: String,
}

impl Request {
    /// A request of a method: `GET`, `POST`, …
    pub fn new(method: &str, url: impl Into<String>) -> Self {
        let method = method.to_ascii_uppercase();
        Self { method, url: url.into(), headers: vec![], credentials: vec![], body: None, timeout: None }
    }

    /// A `GET`.
    pub fn get(url: impl Into<String>) -> Self {
        Self::new("GET", url)
    }

    /// A `POST` with a body.
    pub fn post(url: impl Into<String>, body: impl Into<Vec<u8>>) -> Self {
        Self { body: Some(body.into()), ..Self::new("POST", url) }
    }

    /// One header more.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// A header that the host makes: `prefix` (`Bearer `, with its space), then the value of a secret, which the plugin
    /// never sees.
    pub fn credential(mut self, header: &str, prefix: &str, secret: &str) -> Self {
        let (header, prefix, secret) = (header.to_owned(), prefix.to_owned(), secret.to_owned());
        self.credentials.push(Credential { header, prefix, secret });
        self
    }

    /// How long it may take with all of its reply. The grant has a bound of its own.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// The method, in capitals.
    pub fn method(&self) -> &str {
        &self.method
    }

    /// The address.
    pub fn url(&self) -> &str {
        &self.url
    }
}

/// A response, whatever its status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// `200`, `404`, …
    pub status: u16,
    /// Names and values.
    pub headers: Vec<(String, String)>,
    /// The whole body.
    pub body: Vec<u8>,
}

impl Response {
    /// A response without headers, for a fake host to give.
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self { status, headers: Vec::new(), body: body.into() }
    }

    /// The first header of a name, in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut named = self.headers.iter().filter(|(own, _)| own.eq_ignore_ascii_case(name));
        named.next().map(|(_, value)| value.as_str())
    }

    /// Itself, where the status is one of success; else an error that has the status.
    pub fn success(self) -> Result<Self, Error> {
        if (200..300).contains(&self.status) {
            return Ok(self);
        }
        let message = format!("the server answered with status {}", self.status);
        Err(Error::Upstream { message, code: format!("http_{}", self.status) })
    }

    /// The body as text.
    pub fn text(&self) -> Result<&str, Error> {
        std::str::from_utf8(&self.body).map_err(|_| Error::Failed("the response is no UTF-8".to_owned()))
    }

    /// The body as JSON.
    pub fn json(&self) -> Result<serde_json::Value, Error> {
        serde_json::from_slice(&self.body).map_err(|error| Error::Failed(format!("the response is no JSON: {error}")))
    }
}
