//! The client of Azure Resource Manager: calls with a bearer token, replies of a bounded size, listings page by page.
//!
//! A token is sent to nobody but the configured address: redirects are not followed, and a page that names another
//! scheme, host or port as the next one is refused, as is an id from a reply that would make another host's address.

use crate::cloud::{self, Cloud, scope_of};
use crate::credentials::Tokens;
use crate::{Settings, errors};
use engine::{FetchContext, FetchError, FetchErrorKind};
use futures::StreamExt;
use reqwest::redirect::Policy;
use reqwest::{Client, Method, Response};
use serde::de::DeserializeOwned;
use serde_json::Value as Json;
use std::collections::HashSet;
use std::sync::Arc;
use url::{Host, Url};

/// What Azure answers of a provider that the subscription has not turned on.
const NOT_REGISTERED: &str = "MissingSubscriptionRegistration";

/// The largest reply that is read. The longest that Azure gives are pages of metrics and lists of sizes, of some MiB.
const LARGEST_REPLY: usize = 96 << 20;

/// The most pages of one listing. A page has at least one resource, and no subscription may hold more.
const MOST_PAGES: usize = 20_000;

/// One call: what it is counted as, and where it goes.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    /// The action that a role must allow.
    pub(crate) action: &'static str,
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) body: Option<Json>,
    /// Whom its token is for.
    audience: Arc<str>,
}

/// The client.
#[derive(Debug)]
pub(crate) struct Arm {
    http: Client,
    base: String,
    metrics: String,
    audience: Arc<str>,
    metrics_audience: Arc<str>,
    tokens: Tokens,
    /// In bytes.
    pub(crate) largest_reply: usize,
}

impl Arm {
    pub(crate) fn new(settings: &Settings, tokens: Tokens) -> Result<Self, FetchError> {
        let base = settings.endpoint.clone().unwrap_or_else(|| cloud::PUBLIC.endpoint());
        let at = Cloud::at(&base);
        // Where ARM is nobody's server that is known, its metrics are not at the public cloud's address either.
        let metrics = settings.metrics_endpoint.as_deref().or(at.map(|cloud| cloud.metrics)).unwrap_or(&base);
        let of = at.unwrap_or(&cloud::PUBLIC);
        let audience: Arc<str> = scope_of(settings.audience.as_ref().unwrap_or(&of.endpoint())).into();
        // Metrics that are not asked for by region take the token of their resource manager.
        let metrics_audience =
            if metrics.contains("{region}") { of.metrics_audience.into() } else { Arc::clone(&audience) };
        let http = Client::builder().redirect(Policy::none()).build().map_err(|error| {
            FetchError::new(FetchErrorKind::Failed, format!("no HTTP client could be made for Azure: {error}"))
        })?;
        let plain = |text: &str| text.trim_end_matches('/').to_owned();
        Ok(Self {
            http,
            metrics: plain(metrics),
            base: plain(&base),
            audience,
            metrics_audience,
            tokens,
            largest_reply: LARGEST_REPLY,
        })
    }

    /// A read of a path that begins with `/`. `query` is added to the version.
    pub(crate) fn get(
        &self,
        action: &'static str,
        path: &str,
        version: &str,
        query: &[(&str, &str)],
    ) -> Result<Request, FetchError> {
        let url = address(&self.base, path, version, query)?;
        Ok(Request { action, method: Method::GET, url, body: None, audience: self.audience.clone() })
    }

    /// A question that is too long for an address.
    pub(crate) fn post(
        &self,
        action: &'static str,
        path: &str,
        version: &str,
        body: Json,
    ) -> Result<Request, FetchError> {
        let url = address(&self.base, path, version, &[])?;
        Ok(Request { action, method: Method::POST, url, body: Some(body), audience: self.audience.clone() })
    }

    /// The same, to where the metrics of a region are.
    pub(crate) fn post_metrics(
        &self,
        action: &'static str,
        region: &str,
        path: &str,
        version: &str,
        query: &[(&str, &str)],
        body: Json,
    ) -> Result<Request, FetchError> {
        if !region.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            let text = format!("`{}` is no region that metrics can be asked for in", errors::safe(region));
            return Err(FetchError::new(FetchErrorKind::Failed, text));
        }
        let url = address(&self.metrics.replace("{region}", region), path, version, query)?;
        Ok(Request { action, method: Method::POST, url, body: Some(body), audience: self.metrics_audience.clone() })
    }

    /// Makes a call. Where its token is refused, it gets a fresh one and makes the call once more.
    pub(crate) async fn call(&self, cx: &FetchContext, request: &Request) -> Result<Json, FetchError> {
        self.call_as(cx, request).await
    }

    /// The same, of a reply whose shape is known: long ones take far less memory so.
    pub(crate) async fn call_as<T: DeserializeOwned>(
        &self,
        cx: &FetchContext,
        request: &Request,
    ) -> Result<T, FetchError> {
        match cx.call(request.action, || self.attempt(request)).await {
            Err(error) if error.kind == FetchErrorKind::Expired && error.code != FetchErrorKind::Expired.as_str() => {
                cx.call(request.action, || self.attempt(request)).await
            }
            result => result,
        }
    }

    async fn attempt<T: DeserializeOwned>(&self, request: &Request) -> Result<T, FetchError> {
        let token = self.tokens.get(&request.audience).await?;
        let mut sent = self.http.request(request.method.clone(), request.url.clone()).bearer_auth(&token);
        if let Some(body) = &request.body {
            sent = sent.header("content-type", "application/json").body(body.to_string());
        }
        let response = sent.send().await.map_err(|error| errors::connection(request.action, error))?;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = read(request.action, response, self.largest_reply).await?;
        if status.is_success() {
            return serde_json::from_slice(&body).map_err(|error| {
                let text = format!(
                    "`{}` was answered with what is no reply to it: {}",
                    request.action,
                    errors::safe(&error.to_string())
                );
                FetchError::new(FetchErrorKind::Failed, text)
            });
        }
        let error = errors::classify(request.action, status, &headers, &body);
        if error.kind == FetchErrorKind::Expired {
            self.tokens.refused(&token).await;
            let code = if error.code == error.kind.as_str() {
                "InvalidAuthenticationToken".to_owned()
            } else {
                error.code.clone()
            };
            return Err(error.with_code(code));
        }
        Err(error)
    }
}

async fn read(action: &str, response: Response, largest: usize) -> Result<Vec<u8>, FetchError> {
    let mut body = Vec::new();
    let mut chunks = response.bytes_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|error| errors::connection(action, error))?;
        if body.len() + chunk.len() > largest {
            let text = format!("`{action}` was answered with more than {} KiB, which is not read", largest >> 10);
            return Err(FetchError::new(FetchErrorKind::Failed, text));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn address(base: &str, path: &str, version: &str, query: &[(&str, &str)]) -> Result<Url, FetchError> {
    let wrong = |why: &str| {
        FetchError::new(
            FetchErrorKind::Failed,
            format!("the setting `endpoint` of Azure, `{}`, {why}", errors::safe(base)),
        )
    };
    let server = Url::parse(base).map_err(|_| wrong("is no address like `https://…`"))?;
    // Paths begin with ids that come from replies. One such as `.evil.example/x` or `@evil.example/x` behind the base
    // would name another host, which would get the token.
    let elsewhere = || {
        let text = format!("`{}` is no path at Azure's address, and gets no token", errors::safe(path));
        FetchError::new(FetchErrorKind::Failed, text)
    };
    if !path.starts_with('/') {
        return Err(elsewhere());
    }
    let mut url = Url::parse(&format!("{base}{path}")).map_err(|_| elsewhere())?;
    if url.origin() != server.origin() {
        return Err(elsewhere());
    }
    let is_loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    if url.scheme() != "https" && !(url.scheme() == "http" && is_loopback) {
        return Err(wrong("must begin with `https://`: tokens are sent in plain text to this machine only"));
    }
    url.query_pairs_mut().append_pair("api-version", version).extend_pairs(query);
    Ok(url)
}

/// The list that a reply is made of. A reply without it, such as an error that came with the status of a success, says
/// nothing: taken for an empty list, it would be one that is complete.
pub(crate) fn array(action: &str, mut reply: Json, name: &str) -> Result<Vec<Json>, FetchError> {
    match reply.get_mut(name).map(Json::take) {
        Some(Json::Array(values)) => Ok(values),
        _ => Err(FetchError::new(FetchErrorKind::Failed, format!("`{action}` was answered without `{name}`"))),
    }
}

/// A listing page by page. It never leaves its server, and never goes round in a circle.
pub(crate) struct Listing {
    action: &'static str,
    /// Or why it cannot be read: said after the rows of the page that names it.
    next: Option<Result<Request, FetchError>>,
    seen: HashSet<String>,
}

impl Listing {
    /// A listing that begins.
    pub(crate) fn of(first: Request) -> Self {
        let seen = HashSet::from([first.url.to_string()]);
        Self { action: first.action, next: Some(Ok(first)), seen }
    }

    /// Reads the next page whole, or nothing where the listing has ended. `link` is where a page names the next one.
    async fn page(&mut self, arm: &Arm, cx: &FetchContext, link: &str) -> Result<Option<Json>, FetchError> {
        let Some(request) = self.next.take().transpose()? else { return Ok(None) };
        let page = arm.call(cx, &request).await?;
        if let Some(link) = page.pointer(link).and_then(Json::as_str).filter(|link| !link.is_empty()) {
            self.next = Some(self.follow(&request, link));
        }
        Ok(Some(page))
    }

    /// Reads the next page's things.
    pub(crate) async fn values(&mut self, arm: &Arm, cx: &FetchContext) -> Result<Option<Vec<Json>>, FetchError> {
        let page = match self.page(arm, cx, "/nextLink").await {
            // Where a subscription has not turned a provider on, nothing of it can be there.
            Err(error) if error.code == NOT_REGISTERED => return Ok(None),
            page => page?,
        };
        page.map(|page| array(self.action, page, "value")).transpose()
    }

    /// Reads the next page of a query's properties.
    pub(crate) async fn query(&mut self, arm: &Arm, cx: &FetchContext) -> Result<Option<Json>, FetchError> {
        self.page(arm, cx, "/properties/nextLink").await
    }

    /// The next page's call.
    fn follow(&mut self, request: &Request, link: &str) -> Result<Request, FetchError> {
        let failed = |why: String| FetchError::new(FetchErrorKind::Failed, format!("`{}` {why}", request.action));
        let url = Url::parse(link).map_err(|_| failed("names a next page that is no address".to_owned()))?;
        if url.origin() != request.url.origin() || !url.username().is_empty() || url.password().is_some() {
            let host = errors::safe(url.host_str().unwrap_or_default());
            return Err(failed(format!("names a next page at another server, `{host}`, which gets no token")));
        }
        if !self.seen.insert(url.to_string()) || self.seen.len() > MOST_PAGES {
            return Err(failed("names pages without end".to_owned()));
        }
        Ok(Request { url, ..request.clone() })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::{Azure, Secret};
    use chrono::{DateTime, TimeDelta};
    use engine::{FetchRequest, Source};
    use schema::Scope;
    use schema::scope::ALL_REGIONS;
    use serde_json::json;
    use standin::{Behaviour, Estate, GenerateSettings, Standin};

    const PUBLIC: &str = "https://management.azure.com";

    /// Whom a token of the resource manager and one of metrics are for, and where the latter are.
    fn audiences(settings: &Settings) -> [String; 3] {
        let arm = Arm::new(settings, Tokens::from_settings(Settings::default())).unwrap();
        let get = arm.get("A/read", "/subscriptions", "1", &[]).unwrap();
        let metrics = arm.post_metrics("M/read", "somewhere", "/m", "1", &[], Json::Null).unwrap();
        [get.audience.to_string(), metrics.audience.to_string(), metrics.url.host_str().unwrap().to_owned()]
    }

    #[test]
    fn a_token_is_asked_for_in_the_name_of_the_cloud_that_it_is_for() {
        let at = |endpoint: &str| audiences(&Settings { endpoint: Some(endpoint.to_owned()), ..Settings::default() });
        let public = [
            "https://management.azure.com/.default",
            "https://metrics.monitor.azure.com/.default",
            "somewhere.metrics.monitor.azure.com",
        ];
        assert_eq!(audiences(&Settings::default()), public);
        assert_eq!(at("https://management.azure.com/"), public);
        let government = [
            "https://management.usgovcloudapi.net/.default",
            "https://metrics.monitor.azure.us/.default",
            "somewhere.metrics.monitor.azure.us",
        ];
        assert_eq!(at("https://management.usgovcloudapi.net"), government);
        assert_eq!(at("https://management.chinacloudapi.cn")[0], "https://management.chinacloudapi.cn/.default");
        // Who is nobody's known cloud passes on what the public one takes, unless the setting says otherwise.
        assert_eq!(at("https://proxy.example"), [public[0], public[0], "proxy.example"]);
        let audience = Some("https://management.stack.example/guid".to_owned());
        let endpoint = Some("https://management.stack.example".to_owned());
        let own = "https://management.stack.example/guid/.default";
        let stack = audiences(&Settings { endpoint, audience, ..Settings::default() });
        assert_eq!(stack, [own, own, "management.stack.example"]);
    }

    #[test]
    fn plain_http_is_for_this_machine_only() {
        for base in ["http://127.0.0.1:1", "http://[::1]:1", "http://localhost:1", "https://management.azure.com"] {
            assert!(address(base, "/subscriptions", "1", &[]).is_ok(), "{base}");
        }
        for base in ["http://management.azure.com", "http://10.0.0.1", "ftp://127.0.0.1", "management.azure.com"] {
            let error = address(base, "/subscriptions", "1", &[]).unwrap_err();
            assert!(error.message.contains("`endpoint`"), "{error}");
        }
    }

    #[test]
    fn an_id_never_makes_the_address_of_another_host() {
        for id in [".evil.example/x", "@evil.example/x", ":444/x", "x", "\\evil.example/x"] {
            let error = address(PUBLIC, &format!("{id}/virtualMachines"), "1", &[]).unwrap_err();
            assert!(error.message.contains("gets no token"), "{id}: {error}");
        }
        for id in ["/subscriptions/s", "//evil.example/x", "/@evil.example/x"] {
            let url = address(PUBLIC, id, "1", &[]).unwrap();
            assert_eq!(url.host_str(), Some("management.azure.com"), "{id}");
        }
    }

    #[tokio::test]
    async fn a_reply_over_the_bound_is_a_failure_of_that_scope() {
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
        let sized = GenerateSettings::sized(now, 0, 1, 30);
        let estate = Estate::generate(&GenerateSettings { subscriptions: 1, ..sized });
        let (id, token) = (estate.subscriptions[0].id.clone(), estate.subscriptions[0].tokens[0].clone());
        let standin = Standin::start(estate, Behaviour::default()).unwrap();
        let settings = Settings { endpoint: Some(standin.url()), ..Settings::default() };
        let mut azure = Azure::with_token(settings, Secret::new(token));
        azure.arm.as_mut().unwrap().largest_reply = 20 << 10;
        let scope = Scope::new("azure", id, "s", ALL_REGIONS);
        let fetch = async |table| {
            let request = FetchRequest::new(table, scope.clone());
            let (cx, mut out) = FetchContext::for_testing("azure", scope.clone(), now);
            let end = azure.fetch(&request, &cx).await;
            (end, out.try_recv().is_ok())
        };
        let (end, has_rows) = fetch(&schema::tables::VOLUMES).await;
        let error = end.unwrap_err();
        assert_eq!((error.kind, has_rows), (FetchErrorKind::Failed, false));
        assert!(error.message.contains("`Microsoft.Compute/disks/read` was answered with more than 20 KiB"), "{error}");
        let (end, has_rows) = fetch(&schema::tables::NETWORKS).await;
        assert!(end.is_ok() && has_rows, "shorter replies are read");
    }

    #[test]
    fn a_reply_without_its_list_is_no_empty_list() {
        assert!(array("A/read", json!({"value": []}), "value").unwrap().is_empty());
        for reply in [
            json!({}),
            json!(null),
            json!([1]),
            json!("x"),
            json!({"value": null}),
            json!({"value": {"a": 1}}),
            json!({"error": {"code": "InternalError"}}),
        ] {
            let error = array("A/read", reply.clone(), "value").unwrap_err();
            assert_eq!(error.kind, FetchErrorKind::Failed, "{reply}");
            assert_eq!(error.message, "`A/read` was answered without `value`", "{reply}");
        }
    }

    #[test]
    fn a_next_page_elsewhere_or_seen_before_is_refused() {
        let url = address("https://a.example", "/things", "1", &[]).unwrap();
        let first = Request { action: "A/read", method: Method::GET, url, body: None, audience: "a".into() };
        let mut listing = Listing::of(first.clone());
        let elsewhere =
            ["http://a.example/x", "https://b.example/x", "https://a.example:444/x", "https://u:p@a.example/x", "/x"];
        for link in elsewhere {
            assert!(listing.follow(&first, link).is_err(), "{link}");
        }
        assert!(listing.follow(&first, "https://a.example/things?page=2").is_ok());
        assert!(listing.follow(&first, "https://a.example/things?page=2").unwrap_err().message.contains("without end"));
    }
}
