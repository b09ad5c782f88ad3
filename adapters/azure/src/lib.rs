//! Azure as a source: its tables over Azure Resource Manager, subscription by subscription.
//!
//! A subscription lists all of its regions together, so it is one scope. Every call goes through
//! [`FetchContext::call`], which counts, limits, times out and tries again. Only calls that read are made.

mod arm;
mod billed;
mod cloud;
mod costs;
mod credentials;
mod discovery;
mod errors;
mod fetch;
mod handover;
mod inbound;
mod known;
mod metrics;
mod percentile;
mod place;
pub mod policy;
mod scale_sets;
pub mod settings;
mod sizes;
mod states;
mod tables;
mod unmeasured;
mod words;

#[cfg(test)]
mod conformance;

pub use azure_core::credentials::TokenCredential;
pub use policy::custom_role;
pub use settings::{CredentialKind, Secret, Settings};

use arm::Arm;
use async_trait::async_trait;
use billed::Billed;
use credentials::Tokens;
use engine::source::{CallEstimate, Discovery, FetchRequest, TableSupport};
use engine::{FetchContext, FetchError, Source};
use fetch::Fetch;
use sizes::Sizes;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

/// The provider that rows are of, and the source's name unless it is configured.
pub(crate) const PROVIDER: &str = "azure";

/// Azure as a source.
#[derive(Debug)]
pub struct Azure {
    settings: Settings,
    tables: Vec<TableSupport>,
    /// Or why there is none: said at the first call, so that one source's settings do not stop the others.
    arm: Result<Arm, FetchError>,
    sizes: Sizes,
    billed: Billed,
}

impl Azure {
    /// The source for some settings. Calls nothing.
    pub fn new(settings: Settings) -> Self {
        let tokens = Tokens::from_settings(settings.clone());
        Self::with_tokens(settings, tokens)
    }

    /// The source for some settings, with a credential of the caller's in place of theirs.
    pub fn with_credential(settings: Settings, credential: Arc<dyn TokenCredential>) -> Self {
        Self::with_tokens(settings, Tokens::of(credential))
    }

    /// The source for some settings, with a token that the caller has and renews.
    pub fn with_token(settings: Settings, token: Secret) -> Self {
        Self::with_credential(settings, Arc::new(credentials::Given(token)))
    }

    fn with_tokens(settings: Settings, tokens: Tokens) -> Self {
        Self {
            tables: tables::ALL.iter().map(|table| table.support.clone()).collect(),
            arm: Arm::new(&settings, tokens),
            settings,
            sizes: Sizes::default(),
            billed: Billed::default(),
        }
    }

    fn arm(&self) -> Result<&Arm, FetchError> {
        self.arm.as_ref().map_err(Clone::clone)
    }
}

#[async_trait]
impl Source for Azure {
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
        discovery::discover(self, cx).await
    }

    fn estimate(&self, request: &FetchRequest) -> Vec<CallEstimate> {
        tables::estimate(request)
    }

    async fn fetch(&self, request: &FetchRequest, cx: &FetchContext) -> Result<(), FetchError> {
        tables::fetch(&Fetch::new(self, request, cx)?).await
    }
}
