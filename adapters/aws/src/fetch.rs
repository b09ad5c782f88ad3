//! One fetch of one table in one scope: the request, the account, and the way every call is made.

use crate::Aws;
use crate::account::Account;
use crate::clients::Clients;
use crate::credentials::with_credentials;
use crate::errors::{Call, classify};
use crate::place::Place;
use aws_config::{Region, SdkConfig};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use engine::source::FetchRequest;
use engine::{FetchContext, FetchError, FetchErrorKind};
use schema::Row;
use schema::scope::GLOBAL;
use std::error::Error;
use std::future::Future;
use std::sync::atomic::Ordering;

/// One fetch of one table in one scope.
pub(crate) struct Fetch<'a> {
    pub(crate) aws: &'a Aws,
    pub(crate) account: &'a Account,
    pub(crate) request: &'a FetchRequest,
    pub(crate) cx: &'a FetchContext,
    /// Where rows belong.
    pub(crate) place: Place,
    here: SdkConfig,
}

impl<'a> Fetch<'a> {
    pub(crate) fn new(aws: &'a Aws, account: &'a Account, request: &'a FetchRequest, cx: &'a FetchContext) -> Self {
        let place = Place::new(&request.scope, cx.now());
        let region = match request.scope.region.as_str() {
            GLOBAL | "*" => account.base.region(),
            region => region.to_owned(),
        };
        let here = configure(account, &region);
        Self { aws, account, request, cx, place, here }
    }

    pub(crate) fn clients(&self) -> &Clients {
        &self.aws.clients
    }

    /// The account and region of the scope, to override a call's configuration with.
    pub(crate) fn here(&self) -> &SdkConfig {
        &self.here
    }

    /// The same account in another region.
    pub(crate) fn elsewhere(&self, region: &str) -> SdkConfig {
        configure(self.account, region)
    }

    /// Makes one call. Where its credentials turn out to have run out, it gets new ones and makes it once more.
    pub(crate) async fn call<T, E, F, Fut>(&self, action: &str, send: F) -> Result<T, FetchError>
    where
        E: ProvideErrorMetadata + Error + 'static,
        F: Fn() -> Fut,
        Fut: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
    {
        call(self.account, self.clients(), self.cx, (action, &self.request.scope.region), send).await
    }

    /// Hands rows over.
    pub(crate) async fn emit(&self, rows: Vec<Row>) -> Result<(), FetchError> {
        self.cx.emit(rows).await
    }

    /// Says that columns could not be read of some items: one line in coverage, however many items there are.
    pub(crate) async fn lost(
        &self,
        columns: &[&'static str],
        items: Vec<(String, FetchError)>,
    ) -> Result<(), FetchError> {
        let more = items.len().saturating_sub(1);
        let Some((name, error)) = items.into_iter().next() else { return Ok(()) };
        let item = if more == 0 { name } else { format!("{name} and {more} more") };
        self.cx.gap(columns, Some(item), error).await
    }

    /// Whether as many rows are handed over as the request needs.
    pub(crate) fn has_enough(&self) -> bool {
        self.has_enough_with(0)
    }

    /// The same, where some rows are read and still wait to be handed over.
    pub(crate) fn has_enough_with(&self, waiting: usize) -> bool {
        let rows = self.cx.counts().rows.load(Ordering::Relaxed) + waiting as u64;
        self.request.limit.is_some_and(|limit| rows >= limit as u64)
    }

    /// How many rows to ask for at once: the action's own bound, less where a limit needs fewer.
    pub(crate) fn page_size(&self, smallest: i32, largest: i32) -> i32 {
        let limit = self.request.limit.and_then(|limit| i32::try_from(limit).ok());
        limit.map_or(largest, |limit| limit.clamp(smallest, largest))
    }
}

fn configure(account: &Account, region: &str) -> SdkConfig {
    let config = with_credentials(&account.base.config, &account.credentials);
    config.into_builder().region(Region::new(region.to_owned())).build()
}

/// [`Fetch::call`], for the calls that are made before there is a fetch.
pub(crate) async fn call<T, E, F, Fut>(
    account: &Account,
    clients: &Clients,
    cx: &FetchContext,
    (action, region): (&str, &str),
    send: F,
) -> Result<T, FetchError>
where
    E: ProvideErrorMetadata + Error + 'static,
    F: Fn() -> Fut,
    Fut: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
{
    let name = if account.id == "*" { &account.name } else { &account.id };
    let at = Call { action, account: name, region };
    let attempt = || {
        let sent = send();
        async move { sent.await.map_err(|error| classify(&error, at)) }
    };
    let used = account.credentials.ready(clients, cx).await?;
    match cx.call(action, attempt).await {
        Err(error) if error.kind == FetchErrorKind::Expired => {
            account.credentials.expired(&used).await;
            account.credentials.ready(clients, cx).await?;
            cx.call(action, attempt).await
        }
        result => result,
    }
}
