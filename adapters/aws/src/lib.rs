//! AWS as a source: its tables through the official SDK crates, account by account and region by region.
//!
//! Every call goes through [`FetchContext::call`], which counts, limits, times out and tries again, so the SDK's
//! own retries are off. Credentials are kept and refreshed here, so that one that runs out in the middle of a
//! listing costs one more try and no rows. Only calls that read are made.

mod account;
mod arn;
mod clients;
mod credentials;
mod discovery;
mod errors;
mod fetch;
mod filters;
mod key_chain;
mod metrics;
mod pages;
mod place;
pub mod policy;
pub mod settings;
mod states;
mod tables;

pub use aws_credential_types::Credentials as StaticCredentials;
pub use aws_credential_types::provider::SharedCredentialsProvider;
pub use key_chain::{AccessKeys, KeyChain};
pub use policy::policy;
pub use settings::{AccountSettings, OrganizationSettings, Settings};

use account::Accounts;
use async_trait::async_trait;
use clients::{Bases, Clients};
use engine::source::{CallEstimate, Discovery, FetchRequest, TableSupport};
use engine::{FetchContext, FetchError, Source};
use fetch::Fetch;
use std::hash::{DefaultHasher, Hash, Hasher};
use tables::instance_types::InstanceTypes;

/// The provider that rows are of, and the source's name unless it is configured.
pub(crate) const PROVIDER: &str = "aws";

/// AWS as a source.
#[derive(Debug)]
pub struct Aws {
    settings: Settings,
    tables: Vec<TableSupport>,
    bases: Bases,
    clients: Clients,
    accounts: Accounts,
    instance_types: InstanceTypes,
}

impl Aws {
    /// The source for some settings. Reads the SDK's configuration files and environment, and calls nothing.
    pub async fn new(settings: Settings) -> Self {
        let bases = Bases::load(&settings).await;
        Self::with_bases(settings, bases)
    }

    /// The source for some settings, where accounts that name no profile use these credentials, and neither the
    /// SDK's files nor its environment are read. For tests, and for programs that have credentials of their own.
    pub fn with_credentials(settings: Settings, provider: SharedCredentialsProvider) -> Self {
        let bases = Bases::of(&settings, provider);
        Self::with_bases(settings, bases)
    }

    fn with_bases(settings: Settings, bases: Bases) -> Self {
        let clients = Clients::new(&settings, bases.default_config());
        Self {
            tables: tables::ALL.iter().map(|table| table.support.clone()).collect(),
            settings,
            bases,
            clients,
            accounts: Accounts::default(),
            instance_types: InstanceTypes::default(),
        }
    }
}

#[async_trait]
impl Source for Aws {
    fn id(&self) -> &str {
        self.settings.id.as_deref().unwrap_or(PROVIDER)
    }

    fn provider(&self) -> &str {
        PROVIDER
    }

    fn tables(&self) -> &[TableSupport] {
        &self.tables
    }

    fn fingerprint(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        format!("{:?}", self.settings).hash(&mut hasher);
        hasher.finish()
    }

    async fn discover(&self, cx: &FetchContext) -> Result<Discovery, FetchError> {
        Ok(discovery::discover(self, cx).await)
    }

    fn estimate(&self, request: &FetchRequest) -> Vec<CallEstimate> {
        let mut calls = tables::find(request.table).map_or_else(Vec::new, |table| (table.estimate)(request));
        calls.extend(discovery::estimate(&self.settings));
        calls
    }

    async fn fetch(&self, request: &FetchRequest, cx: &FetchContext) -> Result<(), FetchError> {
        let account = discovery::account(self, &request.scope, cx).await?;
        if let Some(warning) = &account.warning {
            cx.warn(warning.clone()).await?;
        }
        let fetch = Fetch::new(self, &account, request, cx);
        tables::fetch(&fetch).await
    }
}
