//! The requests that plugins make, made for them. Each address, and each that a redirect leads to, is held to the grant: its
//! host and method, and where its name leads. Secrets are put in here and taken out of what comes back.

mod noted;

use crate::store::requests::Requests;
use async_trait::async_trait;
use futures::future::BoxFuture;
use manifest::{Effective, Reach};
use noted::{Log, Noting};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, Response, StatusCode, Url};
use sandbox::plugin::outbound::{Incoming, Outbound, OutboundError, Outgoing};
use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

/// The most redirects of one request.
const REDIRECTS: u64 = 5;
/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(10);
/// A secret of fewer bytes would be found in texts that have nothing to do with it; none is so short.
const SHORTEST_SECRET: usize = 4;
/// What stands where a secret was.
const CUT: &str = "[secret]";

/// Headers that say how a message is carried, which are not a plugin's to set.
/// The last ones would hide a secret that comes back: packed, or in pieces.
const NOT_ITS_OWN: [&str; 11] = [
    "host",
    "connection",
    "content-length",
    "transfer-encoding",
    "upgrade",
    "te",
    "trailer",
    "proxy-authorization",
    "accept-encoding",
    "range",
    "if-range",
];

/// Values of secrets, by name. Not shown by `Debug`.
#[derive(Clone, Default)]
pub struct Secrets(Arc<BTreeMap<String, String>>);

impl Secrets {
    /// These.
    pub fn new(values: BTreeMap<String, String>) -> Self {
        Self(Arc::new(values))
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// The way out of one plugin.
#[derive(Debug)]
pub struct Door {
    effective: Effective,
    secrets: Secrets,
    log: Log,
}

impl Door {
    /// The way out of a plugin. Where no host is granted there is none, and who tries is written down all the same.
    pub fn of(plugin: &str, effective: &Effective, secrets: &Secrets, requests: &Requests) -> Arc<dyn Outbound> {
        let log = Log { plugin: plugin.to_owned(), requests: requests.clone() };
        Arc::new(Self { effective: effective.clone(), secrets: secrets.clone(), log })
    }

    fn secret(&self, name: &str) -> Option<&str> {
        if !self.effective.secrets.contains_key(name) {
            return None;
        }
        self.secrets.0.get(name).map(String::as_str).filter(|value| value.len() >= SHORTEST_SECRET)
    }

    /// All of its secrets: a server may tell of one that an earlier request brought. The longest first.
    fn all_secrets(&self) -> Vec<&str> {
        let mut secrets: Vec<&str> = self.effective.secrets.keys().filter_map(|name| self.secret(name)).collect();
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        secrets
    }

    /// The error without what a server may have put into it: a redirect names a host of its choosing.
    fn cleaned(&self, mut error: OutboundError) -> OutboundError {
        let (OutboundError::Denied { message, .. }
        | OutboundError::Invalid { message, .. }
        | OutboundError::Limit { message, .. }
        | OutboundError::Upstream { message, .. }) = &mut error;
        *message = without_in_any_case(message, &self.all_secrets());
        error
    }

    /// Where the grant lets a request go, or that it does not.
    fn reach(&self, url: &Url, method: &Method) -> Result<Reach, OutboundError> {
        let host = url.host_str().unwrap_or_default();
        let Some(reach) = self.effective.reach(url.scheme(), host, url.port(), method.as_str()) else {
            let at = url.origin().ascii_serialization();
            return Err(denied("host_not_granted", format!("{method} to `{at}` is not granted to this plugin")));
        };
        match literal(host) {
            Some(address) if !reach.allows(address) => Err(not_there(host)),
            _ => Ok(reach),
        }
    }

    /// Makes one request, and no other: a redirect is a response.
    async fn make(&self, asked: &Asked<'_>) -> Result<Response, OutboundError> {
        let reach = self.reach(&asked.url, &asked.method)?;
        let client = match (reach, asked.tells_a_secret_in_the_clear()) {
            (Reach::Public, false) => &*PUBLIC,
            (Reach::Private, false) => &*PRIVATE,
            (Reach::Private, true) if is_at_home(&asked.url) => &*AT_HOME,
            (_, true) => return Err(in_the_clear(&asked.url)),
        };
        let client = client.as_ref().map_err(|why| upstream("no_client", why.clone()))?;
        let mut request = client.request(asked.method.clone(), asked.url.clone()).headers(asked.headers.clone());
        if let Some(body) = asked.body {
            request = request.body(body.to_vec());
        }
        request.send().await.map_err(|error| failed(&asked.url, &error))
    }

    async fn follow(&self, outgoing: &Outgoing) -> Result<Incoming, OutboundError> {
        let mut noting = Noting::begin(self, &outgoing.method, &outgoing.url);
        let done = self.followed(outgoing, &mut noting).await.map_err(|error| self.cleaned(error));
        noting.end(&done).await;
        done
    }

    async fn followed(&self, outgoing: &Outgoing, noting: &mut Noting<'_>) -> Result<Incoming, OutboundError> {
        if self.effective.hosts.is_empty() {
            return Err(denied("host_not_granted", "no host is granted to this plugin".to_owned()));
        }
        let mut asked = self.asked(outgoing)?;
        for _ in 0..=REDIRECTS {
            let response = self.make(&asked).await?;
            match redirect(&response) {
                Some(to) => {
                    let status = response.status();
                    asked = asked.redirected(status, &to)?;
                    noting.redirected(status.as_u16(), &asked.method, &asked.url).await;
                }
                None => return self.taken(response, outgoing).await,
            }
        }
        let message = format!("{REDIRECTS} redirects are the most of one request");
        Err(OutboundError::Limit { name: "redirects", value: REDIRECTS, message })
    }

    fn asked<'a>(&self, outgoing: &'a Outgoing) -> Result<Asked<'a>, OutboundError> {
        let url = address(&outgoing.url)?;
        let method = Method::from_bytes(outgoing.method.as_bytes());
        let method = method.map_err(|_| invalid("bad_method", "the method is none".to_owned()))?;
        let mut headers = HeaderMap::new();
        for (name, value) in &outgoing.headers {
            put(&mut headers, name, value)?;
        }
        let mut secret_headers = Vec::new();
        for credential in &outgoing.credentials {
            self.may_hear(&credential.secret, &url)?;
            let Some(value) = self.secret(&credential.secret) else {
                let message =
                    format!("the secret `{}` is not granted to this plugin, or has no value", credential.secret);
                return Err(denied("secret_not_granted", message));
            };
            secret_headers.push(put(&mut headers, &credential.header, &format!("{}{value}", credential.prefix))?);
        }
        Ok(Asked { url, method, headers, secret_headers, body: outgoing.body.as_deref() })
    }

    /// That a secret may go there: it is granted for hosts, and one of them is not told what is meant for another.
    fn may_hear(&self, secret: &str, url: &Url) -> Result<(), OutboundError> {
        let is_granted = self.effective.secrets.contains_key(secret);
        if !is_granted || self.effective.may_hear(secret, url.scheme(), url.host_str().unwrap_or_default(), url.port())
        {
            return Ok(());
        }
        let at = url.origin().ascii_serialization();
        Err(denied("secret_not_granted", format!("the secret `{secret}` is not granted to this plugin for `{at}`")))
    }

    /// The response, within bounds and without secrets.
    async fn taken(&self, mut response: Response, outgoing: &Outgoing) -> Result<Incoming, OutboundError> {
        let url = response.url().clone();
        let status = response.status().as_u16();
        let secrets = self.all_secrets();
        let headers = response.headers().iter().map(|(name, value)| {
            // Names come in small letters.
            let name = without_in_any_case(name.as_str(), &secrets);
            (name, without(&String::from_utf8_lossy(value.as_bytes()), &secrets))
        });
        let headers = headers.collect();
        let most = outgoing.response_bytes;
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| failed(&url, &error))? {
            if body.len() + chunk.len() > most {
                let message = format!("the response is larger than {most} bytes");
                return Err(OutboundError::Limit { name: "response_bytes", value: most as u64, message });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Incoming { status, headers, body: without_bytes(body, &secrets) })
    }
}

#[async_trait]
impl Outbound for Door {
    async fn send(&self, request: Outgoing) -> Result<Incoming, OutboundError> {
        match tokio::time::timeout(request.timeout, self.follow(&request)).await {
            Ok(done) => done,
            Err(_) => {
                let value = u64::try_from(request.timeout.as_millis()).unwrap_or(u64::MAX);
                let message = format!("the request took longer than {value} ms");
                Err(OutboundError::Limit { name: "time", value, message })
            }
        }
    }

    fn has_secret(&self, name: &str) -> bool {
        self.secret(name).is_some()
    }

    fn refused(&self, method: &str, url: &str, error: &OutboundError) {
        Noting::refused(self, method, url, error);
    }
}

/// A request as it goes out.
struct Asked<'a> {
    url: Url,
    method: Method,
    headers: HeaderMap,
    secret_headers: Vec<HeaderName>,
    body: Option<&'a [u8]>,
}

impl Asked<'_> {
    /// Whether somebody on the way could read a secret.
    fn tells_a_secret_in_the_clear(&self) -> bool {
        self.url.scheme() == "http" && !self.secret_headers.is_empty()
    }

    /// What a redirect asks for, as browsers read it. To another origin nothing goes that is secret, or that might be.
    fn redirected(mut self, status: StatusCode, to: &str) -> Result<Self, OutboundError> {
        let joined =
            self.url.join(to).map_err(|_| invalid("bad_redirect", "a redirect leads to no address".to_owned()))?;
        let url = address(joined.as_str())?;
        let is_get = status == StatusCode::SEE_OTHER
            || matches!(status, StatusCode::MOVED_PERMANENTLY | StatusCode::FOUND) && self.method == Method::POST;
        if is_get && self.method != Method::HEAD {
            (self.method, self.body) = (Method::GET, None);
        }
        if url.origin() != self.url.origin() {
            for name in self.secret_headers.drain(..) {
                self.headers.remove(name);
            }
            self.headers.remove("authorization");
            self.headers.remove("cookie");
        }
        self.url = url;
        Ok(self)
    }
}

fn redirect(response: &Response) -> Option<String> {
    let is_redirect = matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308);
    let to = response.headers().get("location").filter(|_| is_redirect)?;
    to.to_str().ok().map(str::to_owned)
}

/// An address that a request may be made to at all.
fn address(text: &str) -> Result<Url, OutboundError> {
    let url = Url::parse(text).map_err(|_| invalid("bad_url", "the address is none".to_owned()))?;
    if !matches!(url.scheme(), "https" | "http") || !url.has_host() {
        return Err(invalid("bad_url", "an address begins with `https://` or `http://`, and names a host".to_owned()));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(invalid(
            "bad_url",
            "an address has no user and no password; name a secret in a credential".to_owned(),
        ));
    }
    Ok(url)
}

fn put(headers: &mut HeaderMap, name: &str, value: &str) -> Result<HeaderName, OutboundError> {
    // A secret with a line break must not be told in the error.
    let wrong = || invalid("bad_header", "a header has a name or a value that is none".to_owned());
    let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| wrong())?;
    if NOT_ITS_OWN.contains(&name.as_str()) {
        return Err(invalid("bad_header", format!("the header `{name}` is not the plugin's to set")));
    }
    let mut value = HeaderValue::from_str(value).map_err(|_| wrong())?;
    value.set_sensitive(true);
    headers.insert(name.clone(), value);
    Ok(name)
}

fn without(text: &str, secrets: &[&str]) -> String {
    secrets.iter().fold(text.to_owned(), |text, secret| text.replace(secret, CUT))
}

/// The same where letters may have become small ones, as in the name of a host or of a header.
fn without_in_any_case(text: &str, secrets: &[&str]) -> String {
    secrets.iter().fold(text.to_owned(), |text, secret| {
        let (small, mut kept, mut from) = (text.to_ascii_lowercase(), String::new(), 0);
        for (at, found) in small.match_indices(&secret.to_ascii_lowercase()) {
            kept.push_str(&text[from..at]);
            kept.push_str(CUT);
            from = at + found.len();
        }
        kept.push_str(&text[from..]);
        kept
    })
}

/// The same of bytes; what is no text holds no secret that could be read.
fn without_bytes(body: Vec<u8>, secrets: &[&str]) -> Vec<u8> {
    let holds_one = |secret: &&str| body.windows(secret.len()).any(|window| window == secret.as_bytes());
    if !secrets.iter().any(holds_one) {
        return body;
    }
    without(&String::from_utf8_lossy(&body), secrets).into_bytes()
}

/// Resolves names, and leaves out addresses that are not within.
struct Within {
    allows: fn(IpAddr) -> bool,
    /// What is said where one is not.
    refusal: fn() -> BoxedError,
    /// Where a name leads.
    look_up: fn(Name) -> Looked,
}

type BoxedError = Box<dyn std::error::Error + Send + Sync>;

type Looked = BoxFuture<'static, io::Result<Vec<SocketAddr>>>;

/// To hosts of the internet.
const PUBLICLY: Within =
    Within { allows: |address| Reach::Public.allows(address), refusal: || NotThere.into(), look_up: by_the_system };
/// To this machine and the operator's network as well.
const PRIVATELY: Within = Within { allows: |address| Reach::Private.allows(address), ..PUBLICLY };
/// To those alone: for secrets that are not encrypted on the way.
const AT_HOME_ALONE: Within =
    Within { allows: Reach::is_private, refusal: || InTheClear.into(), look_up: by_the_system };

fn by_the_system(name: Name) -> Looked {
    Box::pin(async move { tokio::net::lookup_host((name.as_str(), 0)).await.map(Iterator::collect) })
}

impl Resolve for Within {
    fn resolve(&self, name: Name) -> Resolving {
        let (allows, refusal, found) = (self.allows, self.refusal, (self.look_up)(name));
        Box::pin(async move {
            let found = found.await?;
            // One that is not reached means that the name is not what it seems; the others are not tried.
            if found.iter().any(|address| !allows(address.ip())) {
                return Err(refusal());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// Whether the address is written out and is one of the operator's own network, or is a name, which the resolver asks the same of.
fn is_at_home(url: &Url) -> bool {
    literal(url.host_str().unwrap_or_default()).is_none_or(Reach::is_private)
}

/// The address that a host of a URL writes out, where it is no name.
fn literal(host: &str) -> Option<IpAddr> {
    host.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

/// A name leads where the grant does not.
#[derive(Debug, thiserror::Error)]
#[error("the name leads to an address that is not granted")]
struct NotThere;

/// A name leads out of the operator's network, and what would go there is a secret that is not encrypted.
#[derive(Debug, thiserror::Error)]
#[error("the name leads out of the private network, and a secret is not sent there unencrypted")]
struct InTheClear;

static PUBLIC: LazyLock<Result<Client, String>> = LazyLock::new(|| client(PUBLICLY));
static PRIVATE: LazyLock<Result<Client, String>> = LazyLock::new(|| client(PRIVATELY));
static AT_HOME: LazyLock<Result<Client, String>> = LazyLock::new(|| client(AT_HOME_ALONE));

fn client(within: Within) -> Result<Client, String> {
    let built = Client::builder()
        .user_agent(concat!("nephoscope/", env!("CARGO_PKG_VERSION")))
        .redirect(Policy::none())
        .connect_timeout(CONNECT)
        // A proxy would resolve names by itself, and reach what this machine does not.
        .no_proxy()
        .dns_resolver(Arc::new(within))
        .build();
    built.map_err(|error| format!("no client for HTTP: {error}"))
}

fn failed(url: &Url, error: &reqwest::Error) -> OutboundError {
    let host = url.host_str().unwrap_or_default();
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    let mut last = String::new();
    while let Some(one) = cause {
        if one.is::<NotThere>() {
            return not_there(host);
        }
        if one.is::<InTheClear>() {
            return in_the_clear(url);
        }
        last = one.to_string();
        cause = one.source();
    }
    upstream("connection_failed", format!("`{host}` gave no reply: {last}"))
}

fn not_there(host: &str) -> OutboundError {
    let message = format!(
        "`{host}` leads to an address of this machine, of a private network or of a cloud's own services, which is not granted"
    );
    denied("address_not_granted", message)
}

fn in_the_clear(url: &Url) -> OutboundError {
    let host = url.host_str().unwrap_or_default();
    let message = format!(
        "a secret goes to `{host}` over `https` alone: unencrypted it is sent to this machine and to private addresses, where those are granted"
    );
    denied("secret_unencrypted", message)
}

fn denied(code: &'static str, message: String) -> OutboundError {
    OutboundError::Denied { code, message }
}

fn invalid(code: &'static str, message: String) -> OutboundError {
    OutboundError::Invalid { code, message }
}

fn upstream(code: &'static str, message: String) -> OutboundError {
    OutboundError::Upstream { code, message }
}

#[cfg(test)]
mod tests;
