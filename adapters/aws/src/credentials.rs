//! The credentials of one account: kept until shortly before they run out, thrown away when AWS says they have.
//!
//! A role's credentials are got through [`FetchContext::call`], so that `sts:AssumeRole` is counted, limited and
//! tried again as any other call. The SDK sees them through [`Current`], which never calls.

use crate::clients::{Base, Clients};
use crate::errors::{Call, classify, innermost, safe};
use aws_config::SdkConfig;
use aws_credential_types::Credentials as Keys;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use aws_smithy_async::time::{SystemTimeSource, TimeSource};
use engine::{FetchContext, FetchError, FetchErrorKind};
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::sync::Mutex;

/// How long before their end credentials are renewed, so that none runs out between the check and the call.
const MARGIN: Duration = Duration::from_secs(300);

/// What the sessions of assumed roles are called in the accounts' own logs.
const SESSION_NAME: &str = "nephoscope";

/// The credentials of one account.
pub(crate) struct Credentials {
    origin: Origin,
    held: Mutex<Option<Held>>,
}

/// Where credentials come from.
enum Origin {
    /// The SDK's chain, a profile, or whoever started the program.
    Provider { provider: SharedCredentialsProvider, what: String },
    /// A role, assumed with other credentials. `base` says where STS is; ten thousand accounts share it.
    Role { role_arn: String, external_id: Option<String>, parent: Arc<Credentials>, base: Arc<Base> },
}

#[derive(Clone)]
struct Held {
    keys: Keys,
    /// From when on they are renewed; none for keys that do not run out.
    renew_at: Option<SystemTime>,
}

impl Credentials {
    /// Credentials from a provider; `what` names it in messages (``profile `prod` ``).
    pub(crate) fn provided(provider: SharedCredentialsProvider, what: String) -> Self {
        Self { origin: Origin::Provider { provider, what }, held: Mutex::default() }
    }

    /// A role, assumed with the parent's credentials. `base` says where STS is.
    pub(crate) fn role(role_arn: &str, external_id: Option<&str>, parent: Arc<Self>, base: Arc<Base>) -> Self {
        let origin =
            Origin::Role { role_arn: role_arn.to_owned(), external_id: external_id.map(str::to_owned), parent, base };
        Self { origin, held: Mutex::default() }
    }

    /// Makes sure that there are credentials that have not run out, and says which (their key id).
    pub(crate) async fn ready(&self, clients: &Clients, cx: &FetchContext) -> Result<String, FetchError> {
        // The lock is held over the call: whoever else needs them waits for this one flight.
        let mut held = self.held.lock().await;
        if let Some(held) = held.as_ref().filter(|held| held.is_fresh()) {
            return Ok(held.keys.access_key_id().to_owned());
        }
        let keys = match &self.origin {
            Origin::Provider { provider, what } => provided(provider, what).await?,
            Origin::Role { parent, .. } => {
                let used = Box::pin(parent.ready(clients, cx)).await?;
                match self.assume(clients, cx).await {
                    Err(error) if error.kind == FetchErrorKind::Expired => {
                        parent.expired(&used).await;
                        Box::pin(parent.ready(clients, cx)).await?;
                        self.assume(clients, cx).await?
                    }
                    result => result?,
                }
            }
        };
        let id = keys.access_key_id().to_owned();
        *held = Some(Held::new(keys));
        Ok(id)
    }

    /// The keys themselves, for credentials that no role has to be assumed for.
    pub(crate) async fn provided_keys(&self) -> Result<Keys, FetchError> {
        let Origin::Provider { provider, what } = &self.origin else {
            return Err(FetchError::new(FetchErrorKind::Failed, "keys of a role are not handed out"));
        };
        let mut held = self.held.lock().await;
        if let Some(held) = held.as_ref().filter(|held| held.is_fresh()) {
            return Ok(held.keys.clone());
        }
        let keys = provided(provider, what).await?;
        *held = Some(Held::new(keys.clone()));
        Ok(keys)
    }

    /// AWS said that these have run out, whatever their own date says. Newer ones are kept.
    ///
    /// They are renewed when they are next made ready, and stay until then: another call that is about to sign would
    /// fail for want of keys, where with the old ones it learns what this one did.
    pub(crate) async fn expired(&self, access_key_id: &str) {
        let mut held = self.held.lock().await;
        if let Some(held) = held.as_mut().filter(|held| held.keys.access_key_id() == access_key_id) {
            held.renew_at = Some(SystemTime::UNIX_EPOCH);
        }
    }

    async fn assume(&self, clients: &Clients, cx: &FetchContext) -> Result<Keys, FetchError> {
        let Origin::Role { role_arn, external_id, parent, base } = &self.origin else {
            return Err(FetchError::new(FetchErrorKind::Failed, "there is no role to assume"));
        };
        const ACTION: &str = "sts:AssumeRole";
        let config = &base.config;
        let region = config.region().map_or_else(String::new, ToString::to_string);
        let account = crate::arn::account_of(role_arn).unwrap_or(role_arn);
        let here = with_credentials(config, parent);
        let reply = cx
            .call(ACTION, || async {
                let sent = clients.sts.assume_role().role_arn(role_arn).role_session_name(SESSION_NAME);
                let sent = sent.set_external_id(external_id.clone()).customize().config_override(&here).send();
                sent.await.map_err(|error| classify(&error, Call { action: ACTION, account, region: &region }))
            })
            .await
            .map_err(|error| FetchError { message: format!("role `{role_arn}`: {}", error.message), ..error })?;
        let Some(got) = reply.credentials() else {
            return Err(FetchError::new(
                FetchErrorKind::Failed,
                format!("`{ACTION}` of role `{role_arn}` gave no keys"),
            ));
        };
        let expiry = SystemTime::try_from(*got.expiration()).ok();
        let token = Some(got.session_token().to_owned());
        Ok(Keys::new(got.access_key_id(), got.secret_access_key(), token, expiry, "AssumeRole"))
    }
}

async fn provided(provider: &SharedCredentialsProvider, what: &str) -> Result<Keys, FetchError> {
    provider.provide_credentials().await.map_err(|error| {
        let reason = safe(&innermost(&error));
        let kind = match &error {
            _ if reason.to_lowercase().contains("expired") => FetchErrorKind::Expired,
            CredentialsError::ProviderTimedOut(_) => FetchErrorKind::Timeout,
            _ => FetchErrorKind::Denied,
        };
        FetchError::new(kind, format!("{what} gave no credentials: {reason}")).with_code("no_credentials")
    })
}

impl Held {
    fn new(keys: Keys) -> Self {
        let renew_at = keys.expiry().map(|end| {
            let left = end.duration_since(SystemTimeSource::new().now()).unwrap_or_default();
            // A session shorter than the margin is used for most of its life nevertheless.
            end - MARGIN.min(left / 4)
        });
        Self { keys, renew_at }
    }

    fn is_fresh(&self) -> bool {
        self.renew_at.is_none_or(|at| SystemTimeSource::new().now() < at)
    }
}

/// The configuration with an account's credentials in place of its own.
pub(crate) fn with_credentials(config: &SdkConfig, credentials: &Arc<Credentials>) -> SdkConfig {
    let current = SharedCredentialsProvider::new(Current(credentials.clone()));
    config.to_builder().credentials_provider(current).build()
}

/// What the SDK signs with: the keys that are held, as they are. Making them ready is [`Credentials::ready`]'s work.
#[derive(Debug)]
struct Current(Arc<Credentials>);

impl ProvideCredentials for Current {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async {
            let held = self.0.held.lock().await;
            let keys = held.as_ref().map(|held| held.keys.clone());
            keys.ok_or_else(|| CredentialsError::not_loaded("the credentials were not made ready"))
        })
    }
}

impl fmt::Debug for Credentials {
    /// Says where they come from, never what they are.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.origin {
            Origin::Provider { what, .. } => f.debug_tuple("Credentials").field(what).finish(),
            Origin::Role { role_arn, .. } => f.debug_tuple("Credentials").field(role_arn).finish(),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[tokio::test]
    async fn keys_that_ran_out_are_stale_and_not_gone_while_others_sign_with_them() {
        let keys = Keys::new("old", "secret", None, None, "test");
        let provider = SharedCredentialsProvider::new(keys.clone());
        let credentials = Arc::new(Credentials::provided(provider, "a test".to_owned()));
        credentials.provided_keys().await.unwrap();
        let fresh = || async { credentials.held.lock().await.as_ref().is_some_and(Held::is_fresh) };
        credentials.expired("another").await;
        assert!(fresh().await, "newer keys than those that ran out are kept");
        credentials.expired("old").await;
        assert!(!fresh().await);
        assert_eq!(Current(credentials.clone()).provide_credentials().await.unwrap(), keys);
        credentials.provided_keys().await.unwrap();
        assert!(fresh().await);
    }
}
