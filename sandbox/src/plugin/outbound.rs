//! The port through which a plugin's requests leave. The sandbox counts and bounds them; whoever implements it holds
//! each address and each redirect to the grant, adds the secrets, and makes the call.

use async_trait::async_trait;
use std::time::Duration;

/// Makes a plugin's requests.
#[async_trait]
pub trait Outbound: Send + Sync {
    /// Makes one, held to the grant, and waits for the whole response.
    async fn send(&self, request: Outgoing) -> Result<Incoming, OutboundError>;

    /// Whether a secret of this name is granted and has a value.
    fn has_secret(&self, name: &str) -> bool;

    /// Is told of a request that was beyond a bound and is not made, for a log; of the first of a run alone.
    fn refused(&self, _method: &str, _url: &str, _error: &OutboundError) {}
}

/// A request that a plugin wants made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// `GET`, `POST`, …
    pub method: String,
    /// Whole, as the plugin wrote it.
    pub url: String,
    /// Names and values.
    pub headers: Vec<(String, String)>,
    /// Headers that are made from secrets.
    pub credentials: Vec<Credential>,
    /// What is sent.
    pub body: Option<Vec<u8>>,
    /// How long it may take, redirects included.
    pub timeout: Duration,
    /// The most bytes of the response's body.
    pub response_bytes: usize,
}

/// A header that is made from a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// Its name.
    pub header: String,
    /// What stands before the secret's value.
    pub prefix: String,
    /// The secret's name.
    pub secret: String,
}

/// A response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incoming {
    /// Its status.
    pub status: u16,
    /// Names and values; none that holds a secret.
    pub headers: Vec<(String, String)>,
    /// Its body, whole.
    pub body: Vec<u8>,
}

/// Why a request has no response.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OutboundError {
    /// The grant does not cover it.
    #[error("{message}")]
    Denied {
        /// `host_not_granted`, `method_not_granted`, `secret_not_granted`, `address_not_granted`.
        code: &'static str,
        /// In a sentence.
        message: String,
    },
    /// The request is wrong.
    #[error("{message}")]
    Invalid {
        /// `bad_url`, `bad_header`, …
        code: &'static str,
        /// In a sentence.
        message: String,
    },
    /// A bound was reached.
    #[error("{message}")]
    Limit {
        /// `time`, `response_bytes`, `redirects`.
        name: &'static str,
        /// The bound.
        value: u64,
        /// In a sentence.
        message: String,
    },
    /// No reply came.
    #[error("{message}")]
    Upstream {
        /// `connection_failed`, `no_such_name`, …
        code: &'static str,
        /// In a sentence.
        message: String,
    },
}
