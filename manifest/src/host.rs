//! Which host of the network is meant: one, all under a name, or whatever the operator names.

mod name;

use crate::limits::MAX_HOST;
use crate::text::shown;
use name::HostName;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Whether what is sent can be read on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scheme {
    /// Encrypted.
    Https,
    /// Not encrypted, and shown as such.
    Http,
}

impl Scheme {
    /// The port where none is written.
    pub fn default_port(self) -> u16 {
        match self {
            Self::Https => 443,
            Self::Http => 80,
        }
    }

    /// As a URL has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Https => "https",
            Self::Http => "http",
        }
    }
}

/// `https://name[:port]`, `name` (the same as `https://name`), `http://name`, `*.name` for all under a name, at any depth and
/// without the name itself; or `*`, for whatever host the operator names.
///
/// Shown as a whole URL, without a port that is the scheme's own.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct HostPattern(Kind);

#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Kind {
    Any,
    Named { scheme: Scheme, name: HostName, port: u16 },
}

/// A text that is no host.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} is no host: it {wrong}", shown(.text))]
pub struct HostError {
    text: String,
    wrong: String,
}

impl HostPattern {
    /// Whatever host the operator names.
    pub const ANY: Self = Self(Kind::Any);

    /// Whether it is `*`.
    pub fn is_any(&self) -> bool {
        self.0 == Kind::Any
    }

    /// Whether what is sent can be read on the way.
    pub fn is_unencrypted(&self) -> bool {
        matches!(&self.0, Kind::Named { scheme: Scheme::Http, .. })
    }

    /// Whether it is this machine, or an address of the operator's own network. What a name resolves to is another question:
    /// see [`crate::granted::Reach::allows`].
    pub fn is_private(&self) -> bool {
        matches!(&self.0, Kind::Named { name, .. } if name.is_private())
    }

    /// Whether it is a host as a request has it. The port is the scheme's own where the URL has none; other schemes are
    /// covered by nothing, not by `*` either.
    pub fn allows(&self, scheme: &str, host: &str, port: Option<u16>) -> bool {
        let scheme = match scheme {
            s if s.eq_ignore_ascii_case("https") => Scheme::Https,
            s if s.eq_ignore_ascii_case("http") => Scheme::Http,
            _ => return false,
        };
        match &self.0 {
            Kind::Any => true,
            Kind::Named { scheme: own, name, port: own_port } => {
                *own == scheme && *own_port == port.unwrap_or(scheme.default_port()) && name.allows(host)
            }
        }
    }

    /// What both mean, if anything.
    #[must_use]
    pub fn and(&self, other: &Self) -> Option<Self> {
        match (&self.0, &other.0) {
            (Kind::Any, _) => Some(other.clone()),
            (_, Kind::Any) => Some(self.clone()),
            (Kind::Named { scheme, name, port }, Kind::Named { scheme: s, name: n, port: p }) => {
                let name = if (scheme, port) == (s, p) { name.and(n)? } else { return None };
                Some(Self(Kind::Named { scheme: *scheme, name, port: *port }))
            }
        }
    }

    /// Whether it means all that the other means.
    pub fn covers(&self, other: &Self) -> bool {
        self.and(other).as_ref() == Some(other)
    }
}

impl FromStr for HostPattern {
    type Err = HostError;

    fn from_str(text: &str) -> Result<Self, HostError> {
        if text == "*" {
            return Ok(Self::ANY);
        }
        // What is before an `@` is a credential, and not repeated.
        let harmless = || text.rsplit_once('@').map_or_else(|| text.to_owned(), |(_, host)| format!("…@{host}"));
        named(text).map(Self).map_err(|wrong| HostError { text: harmless(), wrong })
    }
}

fn named(text: &str) -> Result<Kind, String> {
    if text.len() > MAX_HOST {
        return Err(format!("is longer than {MAX_HOST} characters"));
    }
    let (scheme, rest) = match text.split_once("://") {
        None => (Scheme::Https, text),
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => (Scheme::Https, rest),
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => (Scheme::Http, rest),
        Some((scheme, _)) => return Err(format!("begins with {}; there are `https://` and `http://`", shown(scheme))),
    };
    if rest.contains('@') {
        return Err("has a user or a password; credentials are secrets, which the host adds".to_owned());
    }
    if rest.contains(['/', '?', '#', '\\']) {
        return Err("has a path, or is a range; write one host alone".to_owned());
    }
    let (name, port) = split_port(rest)?;
    Ok(Kind::Named { scheme, name: name.parse()?, port: port.unwrap_or(scheme.default_port()) })
}

/// The name and the port: `[::1]:8080`, `name:8080`.
fn split_port(text: &str) -> Result<(&str, Option<u16>), String> {
    let (name, port) = match text.rfind(']') {
        Some(end) => match &text[end + 1..] {
            "" => (text, None),
            after => (&text[..=end], Some(after.strip_prefix(':').ok_or("has something after `]` that is no port")?)),
        },
        None => text.split_once(':').map_or((text, None), |(name, port)| (name, Some(port))),
    };
    let Some(port) = port else { return Ok((name, None)) };
    let is_number = !port.is_empty() && port.len() <= 5 && port.bytes().all(|b| b.is_ascii_digit());
    match port.parse::<u16>() {
        Ok(number) if is_number && number > 0 => Ok((name, Some(number))),
        _ => Err(format!("has the port {}; ports are 1 to 65535", shown(port))),
    }
}

impl TryFrom<String> for HostPattern {
    type Error = HostError;

    fn try_from(text: String) -> Result<Self, HostError> {
        text.parse()
    }
}

impl From<HostPattern> for String {
    fn from(host: HostPattern) -> Self {
        host.to_string()
    }
}

impl fmt::Display for HostPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Any => f.write_str("*"),
            Kind::Named { scheme, name, port } => {
                write!(f, "{}://{name}", scheme.as_str())?;
                if *port == scheme.default_port() { Ok(()) } else { write!(f, ":{port}") }
            }
        }
    }
}

#[cfg(test)]
mod tests;
