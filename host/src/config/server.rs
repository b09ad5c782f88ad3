//! `[server]`: where `neph serve` listens, and its bounds.

use serde::Deserialize;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

/// Where `neph serve` listens, and its bounds.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Server {
    /// Address and port. Another than a loopback address must be said on the command line too.
    pub listen: SocketAddr,
    /// Names that requests may be addressed to, beyond the loopback ones.
    pub allowed_hosts: Vec<String>,
    /// How long one request may take.
    #[serde(deserialize_with = "super::span::deserialize")]
    pub request_timeout: Duration,
    /// How long requests under way may go on after a signal to stop.
    #[serde(deserialize_with = "super::span::deserialize")]
    pub shutdown_grace: Duration,
    /// The largest body, and the longest line that `neph mcp` reads. A query with ten thousand values fits.
    pub max_body_bytes: usize,
    /// Requests answered at the same time; what is beyond waits a second and is then turned away.
    pub concurrent_requests: usize,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8010)),
            allowed_hosts: Vec::new(),
            request_timeout: Duration::from_secs(300),
            shutdown_grace: Duration::from_secs(20),
            max_body_bytes: 1024 * 1024,
            concurrent_requests: 256,
        }
    }
}
