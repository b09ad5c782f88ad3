//! Azure Resource Manager: the same life of a call as AWS's, over its own routes, tokens, pages and errors.

mod costs;
mod errors;
mod graph;
mod json;
mod lists;
mod machines;
mod metrics;
mod routes;
mod target;

pub(crate) use machines::Machines;

use crate::behaviour::{Behaviour, Quota};
use crate::call::{PageToken, Refusal, Reply};
use crate::counts::CallKey;
use crate::estate::Subscription;
use crate::faults::FaultKind;
use crate::protocol::query::decode;
use crate::state::{Shared, World};
use crate::turn;
use axum::body::Body;
use axum::http::header::{AUTHORIZATION, HOST};
use axum::http::{Response, request::Parts};
use bytes::Bytes;
use routes::Route;
use target::Target;

const CONTENT_TYPE: &str = "application/json; charset=utf-8";
/// In counts, quotas and faults: the region of every call, and the account of those about no subscription.
const ALL: &str = "*";

/// Whether a request is one to Azure Resource Manager: it bears a token, or its path can be no other's.
pub(crate) fn is_asked(parts: &Parts) -> bool {
    if parts.headers.contains_key(AUTHORIZATION) {
        return bearer(parts).is_some();
    }
    let first = parts.uri.path().split('/').find(|segment| !segment.is_empty()).unwrap_or_default();
    first.eq_ignore_ascii_case("subscriptions") || first.eq_ignore_ascii_case("providers")
}

fn bearer(parts: &Parts) -> Option<&str> {
    let header = parts.headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Answers one request.
pub(crate) async fn answer(shared: &Shared, parts: &Parts, body: &Bytes) -> Response<Body> {
    let (world, behaviour) = (shared.world(), shared.behaviour());
    let target = Target::parse(parts.uri.path());
    let route = target.as_ref().and_then(|target| routes::find(&parts.method, target));
    let query = Query::parse(parts.uri.query().unwrap_or_default());
    let subscription_id = target.as_ref().and_then(|target| target.subscription_id.clone());
    let key = CallKey {
        account_id: subscription_id.unwrap_or_else(|| ALL.to_owned()),
        region: ALL.to_owned(),
        action: route.map_or_else(|| format!("{} {}", parts.method, parts.uri.path()), Route::action),
    };
    let page = query.get("$skiptoken").and_then(PageToken::parse).map_or(1, |token| token.page);
    let turn = turn::begin(shared, &behaviour, &key, page, body.len()).await;
    let asked = Asked { shared, world: &world, behaviour: &behaviour, parts, query: &query, body, key: &key };
    let done = match (&target, route) {
        (Some(target), Some(route)) => asked.answer(target, route, turn.fault),
        _ => asked.token().and(Err(errors::not_served(&key.action))),
    };
    let (reply, error) = match done {
        Ok(reply) => (reply, None),
        Err(refusal) => (errors::write(&refusal), Some(refusal.code)),
    };
    shared.count_reply(&key, error.as_deref(), reply.body.len());
    turn.write(reply, &parts.method, "x-ms-request-id")
}

/// A request, and what it is answered from.
struct Asked<'a> {
    shared: &'a Shared,
    world: &'a World,
    behaviour: &'a Behaviour,
    parts: &'a Parts,
    query: &'a Query,
    body: &'a [u8],
    key: &'a CallKey,
}

impl<'a> Asked<'a> {
    /// The reply, or why there is none, in the order in which Azure finds out.
    fn answer(&self, target: &Target, route: &Route, fault: Option<FaultKind>) -> Result<Reply, Refusal> {
        let scope = target.scope();
        match fault {
            Some(FaultKind::Throttle) => return Err(errors::throttled(1)),
            Some(FaultKind::ServerError) => return Err(errors::broken()),
            Some(FaultKind::ExpiredToken) => return Err(errors::expired()),
            Some(FaultKind::Denied) => return Err(errors::denied(&self.key.action, &scope)),
            Some(FaultKind::Garbage) => return Ok(Reply::ok(CONTENT_TYPE, "<<< no reply of any protocol")),
            Some(FaultKind::OtherShape) => return Ok(Reply::ok(CONTENT_TYPE, errors::body(&errors::broken()))),
            Some(FaultKind::Cut | FaultKind::Hang) | None => {}
        }
        let token = self.token()?;
        route.check_version(self.query.get("api-version"))?;
        let subscription = match &target.subscription_id {
            None => None,
            Some(id) => {
                let found = self.world.estate.subscription(id).ok_or_else(|| errors::no_subscription(id))?;
                if !may_read(found, token) {
                    return Err(errors::denied(&self.key.action, &scope));
                }
                Some(found)
            }
        };
        if !self.behaviour.allows(&self.key.action) {
            return Err(errors::denied(&self.key.action, &scope));
        }
        let provider = self.key.action.split('/').next().unwrap_or_default();
        if self.behaviour.unregistered.contains(provider) {
            return Err(errors::not_registered(provider));
        }
        if let Some(quota) = self.shared.exceeded(self.key, self.behaviour) {
            return Err(errors::throttled(seconds_of_one(quota)));
        }
        let host = self.parts.headers.get(HOST).and_then(|host| host.to_str().ok());
        let call = ArmCall {
            world: self.world,
            token,
            subscription,
            target,
            query: self.query,
            body: self.body,
            host: host.unwrap_or("127.0.0.1"),
            path: self.parts.uri.path(),
            action: &self.key.action,
            behaviour: self.behaviour,
        };
        (route.handler)(&call).map(|body| Reply::ok(CONTENT_TYPE, body))
    }

    /// The token, where some subscription knows it.
    fn token(&self) -> Result<&'a str, Refusal> {
        let token = bearer(self.parts).ok_or_else(errors::no_token)?;
        let known = self.world.estate.subscriptions.iter().any(|subscription| may_read(subscription, token));
        if known { Ok(token) } else { Err(errors::unknown_token()) }
    }
}

fn may_read(subscription: &Subscription, token: &str) -> bool {
    subscription.tokens.iter().any(|known| known == token)
}

/// After how many seconds an empty bucket allows one call more.
fn seconds_of_one(quota: Quota) -> u64 {
    (1.0 / quota.per_second).ceil().clamp(1.0, 3600.0) as u64
}

/// One call, as handlers see it.
struct ArmCall<'a> {
    world: &'a World,
    token: &'a str,
    subscription: Option<&'a Subscription>,
    target: &'a Target,
    query: &'a Query,
    body: &'a [u8],
    host: &'a str,
    path: &'a str,
    action: &'a str,
    behaviour: &'a Behaviour,
}

impl<'a> ArmCall<'a> {
    /// The subscription that the path names.
    fn here(&self) -> Result<&'a Subscription, Refusal> {
        self.subscription.ok_or_else(|| errors::not_served(self.path))
    }

    /// Which of `len` things are on the page that is asked for, and where the next page is.
    fn page(&self, largest: usize, len: usize) -> Result<(std::ops::Range<usize>, Option<String>), Refusal> {
        let (start, page) = match self.query.get("$skiptoken") {
            None if self.behaviour.empty_first_pages => {
                return Ok((0..0, Some(self.next_link(&PageToken::write(self.action, 0, 2)))));
            }
            None => (0, 1),
            Some(token) => PageToken::parse(token)
                .filter(|token| token.action == self.action)
                .map(|token| (token.offset, token.page))
                .ok_or_else(|| errors::bad("InvalidSkipToken", "The skip token is not one of this request's."))?,
        };
        let end = start.saturating_add(largest.min(self.behaviour.page_cap_of(self.action))).min(len);
        let next = (end < len).then(|| self.next_link(&PageToken::write(self.action, end, page.saturating_add(1))));
        Ok((start.min(len)..end, next))
    }

    /// The same request again, with another token.
    fn next_link(&self, token: &str) -> String {
        let here = || format!("http://{}", self.host);
        let base = self.behaviour.next_links_at.clone().unwrap_or_else(here);
        format!("{base}{}?{}$skiptoken={token}", self.path, self.query.without("$skiptoken"))
    }
}

/// What follows the `?` of a request. Azure compares names without regard to case.
struct Query(Vec<(String, String, String)>);

impl Query {
    fn parse(text: &str) -> Self {
        let fields = text.split('&').filter(|field| !field.is_empty()).map(|field| {
            let (name, value) = field.split_once('=').unwrap_or((field, ""));
            (decode(name).to_ascii_lowercase(), decode(value), field.to_owned())
        });
        Self(fields.collect())
    }

    /// A parameter by its name in lower case; an empty one is none.
    fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, ..)| known == name).map(|(_, value, _)| value.as_str());
        found.filter(|value| !value.is_empty())
    }

    /// Every other parameter as it was sent, each followed by `&`.
    fn without(&self, name: &str) -> String {
        self.0.iter().filter(|(known, ..)| known != name).map(|(.., raw)| format!("{raw}&")).collect()
    }
}
