//! The server: where it is, and how it is asked.

use crate::pages::Pages;
use guest_sdk::{Error, Host, Json, Parameters, Request, Response};

/// The secret that the operator grants; the host puts it into the header.
pub(crate) const TOKEN: &str = "sonarqube_token";

pub(crate) struct Server<'a> {
    host: &'a Host,
    /// Without a `/` at its end.
    pub(crate) base: String,
    organization: Option<String>,
}

impl<'a> Server<'a> {
    pub(crate) fn of(host: &'a Host, parameters: &Parameters) -> Result<Self, Error> {
        let base = parameters.text("base_url")?.trim().trim_end_matches('/').to_owned();
        let organization = Some(parameters.text("organization")?.trim().to_owned()).filter(|name| !name.is_empty());
        let name = base.strip_prefix("https://").or_else(|| base.strip_prefix("http://"));
        if name.is_none_or(|name| name.is_empty() || name.contains(['?', '#', '@', ' '])) {
            // Not repeated: someone may have put a password into it.
            let what = "is no address, or has more in it than one";
            let message = format!("the parameter `base_url` {what}: write it as `https://sonarqube.example.com`");
            return Err(Error::Failed(message));
        }
        Ok(Self { host, base, organization })
    }

    /// All pages of a list.
    pub(crate) fn pages(&self, path: &'static str, query: &[(&str, &str)], key: &'static str) -> Pages<'_> {
        let organization = self.organization.as_deref().map(|name| ("organization", name));
        let query: Vec<_> = query.iter().copied().chain(organization).collect();
        let query: Vec<_> = query.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        Pages::new(self, format!("{}{path}?{}", self.base, query.join("&")), key)
    }

    pub(crate) fn get(&self, url: &str) -> Result<Json, Error> {
        let asked = Request::get(url).header("Accept", "application/json");
        let response = self.host.send(&asked.credential("Authorization", "Bearer ", TOKEN))?;
        match response.status {
            200..300 => response.json(),
            401 => Err(refused(&response, "the token is not one that it knows")),
            429 => {
                let seconds = response.header("Retry-After").and_then(|seconds| seconds.parse().ok());
                let message = "the server asks for patience".to_owned();
                Err(Error::Throttled { message, retry_after_seconds: seconds })
            }
            _ => Err(refused(&response, &said(&response).unwrap_or_else(|| "it does not say why".to_owned()))),
        }
    }
}

fn refused(response: &Response, why: &str) -> Error {
    let status = response.status;
    Error::Upstream {
        message: format!("the server answered with status {status}: {why}"),
        code: format!("http_{status}"),
    }
}

/// The first sentence that the server gives as its reason. It is others' text, and bounded.
fn said(response: &Response) -> Option<String> {
    const MOST: usize = 200;
    let body = response.json().ok()?;
    let said = body.get("errors")?.get(0)?.get("msg")?.as_str()?;
    Some(said.chars().filter(|c| !c.is_control()).take(MOST).collect())
}

/// As it may stand in a query.
pub(crate) fn encoded(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(byte).collect()
}
