//! Each request of a plugin as a line of the audit log: where it went, and what came of it. Each redirect is a line too.

use super::{Door, without_in_any_case};
use crate::clock;
use crate::store::requests::{PluginRequest, Requests};
use reqwest::{Method, Url};
use sandbox::plugin::outbound::{Incoming, OutboundError};
use std::time::Instant;

/// The most characters of an address that are written down, and of a method.
const PATH: usize = 300;
const METHOD: usize = 20;

/// Whose requests are written down, and where.
#[derive(Debug, Clone, Default)]
pub(super) struct Log {
    pub(super) plugin: String,
    pub(super) requests: Requests,
}

/// A request that is under way. Where it is dropped before it has ended, it is written down as given up.
pub(super) struct Noting<'a> {
    door: &'a Door,
    began: Instant,
    line: Option<PluginRequest>,
}

impl<'a> Noting<'a> {
    /// Of the method and the address as the plugin wrote them.
    pub(super) fn begin(door: &'a Door, method: &str, url: &str) -> Self {
        let mut this = Self { door, began: Instant::now(), line: None };
        this.line = Some(this.line_of(method, Url::parse(url).ok().as_ref()));
        this
    }

    /// Writes down one that was not even begun.
    pub(super) fn refused(door: &'a Door, method: &str, url: &str, error: &OutboundError) {
        let mut this = Self::begin(door, method, url);
        this.failed(error);
    }

    /// The server sends it elsewhere: a line for what it said, and then another.
    pub(super) async fn redirected(&mut self, status: u16, method: &Method, to: &Url) {
        let next = self.line_of(method.as_str(), Some(to));
        if let Some(mut line) = self.line.replace(next) {
            line.status = Some(status);
            line.ms = self.ms();
            self.began = Instant::now();
            self.door.log.requests.write(line).await;
        }
    }

    /// Writes down what came of it.
    pub(super) async fn end(mut self, done: &Result<Incoming, OutboundError>) {
        match done {
            Ok(response) => {
                if let Some(line) = &mut self.line {
                    (line.status, line.bytes) = (Some(response.status), response.body.len());
                }
            }
            Err(error) => self.failed(error),
        }
        let ms = self.ms();
        if let Some(line) = self.line.take() {
            self.door.log.requests.write(PluginRequest { ms, ..line }).await;
        }
    }

    fn failed(&mut self, error: &OutboundError) {
        let code = match error {
            OutboundError::Denied { code, .. }
            | OutboundError::Invalid { code, .. }
            | OutboundError::Upstream { code, .. }
            | OutboundError::Limit { name: code, .. } => *code,
        };
        let message = self.clean(&error.to_string(), PATH * 2);
        if let Some(line) = &mut self.line {
            line.error = Some((code, message));
        }
    }

    /// The line without query, fragment, user and password.
    fn line_of(&self, method: &str, url: Option<&Url>) -> PluginRequest {
        let host = url.map(|url| match url.origin() {
            origin if origin.is_tuple() => origin.ascii_serialization(),
            _ => format!("{}:", url.scheme()),
        });
        let path = url.filter(|url| !url.cannot_be_a_base()).map(Url::path).unwrap_or_default();
        PluginRequest {
            at: clock::now(),
            plugin: self.door.log.plugin.clone(),
            method: self.clean(method, METHOD),
            host: self.clean(&host.unwrap_or_default(), PATH),
            path: self.clean(path, PATH),
            ..PluginRequest::default()
        }
    }

    /// Without the plugin's secrets, which a redirect may name, and no longer than that.
    fn clean(&self, text: &str, most: usize) -> String {
        let text = without_in_any_case(text, &self.door.all_secrets());
        text.chars().filter(|c| !c.is_control()).take(most).collect()
    }

    fn ms(&self) -> f64 {
        (self.began.elapsed().as_secs_f64() * 1e6).round() / 1e3
    }
}

impl Drop for Noting<'_> {
    fn drop(&mut self) {
        let ms = self.ms();
        let Some(mut line) = self.line.take() else { return };
        line.ms = ms;
        let given_up =
            || ("given_up", "given up before a reply was there: its time was over, or its run was ended".to_owned());
        line.error.get_or_insert_with(given_up);
        // A drop cannot wait for a place.
        self.door.log.requests.write_at_once(line);
    }
}
