//! Tokens: where they come from, and when a fresh one is needed.

use crate::errors::safe;
use crate::settings::{CredentialKind, Secret, Settings};
use async_trait::async_trait;
use azure_core::credentials::{AccessToken, TokenCredential, TokenRequestOptions};
use azure_core::time::{Duration, OffsetDateTime};
use azure_identity::{
    AzureCliCredential, AzureCliCredentialOptions, ClientSecretCredential, ManagedIdentityCredential,
    ManagedIdentityCredentialOptions, UserAssignedId, WorkloadIdentityCredential, WorkloadIdentityCredentialOptions,
};
use engine::{FetchError, FetchErrorKind};
use std::fmt;
use std::sync::Arc;
use tokio::sync::Mutex;

/// A token that runs out sooner is not used any more.
const MARGIN: Duration = Duration::minutes(2);

/// How long a token may take to come. Looking for an identity where there is none can take minutes.
const LONGEST_WAIT: std::time::Duration = std::time::Duration::from_secs(20);

type Credential = Arc<dyn TokenCredential>;

/// The token that calls are made with.
pub(crate) struct Tokens {
    make: Box<dyn Fn() -> Result<Credential, FetchError> + Send + Sync>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    credential: Option<Credential>,
    /// By audience.
    tokens: Vec<(&'static str, AccessToken)>,
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tokens")
    }
}

impl Tokens {
    /// From the caller's credential.
    pub(crate) fn of(credential: Credential) -> Self {
        Self::made_by(move || Ok(credential.clone()))
    }

    /// As the settings say.
    pub(crate) fn from_settings(settings: Settings) -> Self {
        Self::made_by(move || make(&settings))
    }

    fn made_by(make: impl Fn() -> Result<Credential, FetchError> + Send + Sync + 'static) -> Self {
        Self { make: Box::new(make), state: Mutex::default() }
    }

    /// A token for an audience such as `https://management.azure.com/.default`. Concurrent callers share one request.
    pub(crate) async fn get(&self, audience: &'static str) -> Result<String, FetchError> {
        let mut state = self.state.lock().await;
        let soon = OffsetDateTime::now_utc() + MARGIN;
        if let Some((_, token)) = state.tokens.iter().find(|(of, token)| *of == audience && token.expires_on > soon) {
            return Ok(token.token.secret().to_owned());
        }
        let credential = match &state.credential {
            Some(credential) => credential.clone(),
            None => state.credential.insert((self.make)()?).clone(),
        };
        let audiences = [audience];
        let token = tokio::time::timeout(LONGEST_WAIT, credential.get_token(&audiences, None)).await;
        let token = token.map_err(|_| no_token_in_time())?.map_err(|error| no_token(&error))?;
        let text = token.token.secret().to_owned();
        state.tokens.retain(|(of, _)| *of != audience);
        state.tokens.push((audience, token));
        Ok(text)
    }

    /// Takes note that a token was refused: the next one comes from a credential made anew, because credentials keep
    /// their tokens too. Does nothing where another caller already got a fresh one.
    pub(crate) async fn refused(&self, used: &str) {
        let mut state = self.state.lock().await;
        if state.tokens.iter().any(|(_, token)| token.token.secret() == used) {
            *state = State::default();
        }
    }
}

fn no_token(error: &azure_core::Error) -> FetchError {
    let kind = match error.kind() {
        azure_core::error::ErrorKind::Io => FetchErrorKind::Transient,
        _ => FetchErrorKind::Expired,
    };
    FetchError::new(kind, format!("no token for Azure could be got: {}", safe(&error.to_string())))
}

fn no_token_in_time() -> FetchError {
    let text = format!(
        "no token for Azure came within {} s; say with the setting `credential` where it should come from",
        LONGEST_WAIT.as_secs()
    );
    FetchError::new(FetchErrorKind::Expired, text)
}

fn make(settings: &Settings) -> Result<Credential, FetchError> {
    let made = match settings.credential {
        CredentialKind::ServicePrincipal => return service_principal(settings),
        CredentialKind::ManagedIdentity => managed_identity(settings),
        CredentialKind::WorkloadIdentity => workload_identity(settings),
        CredentialKind::AzureCli => azure_cli(settings),
        CredentialKind::Auto if settings.client_secret.is_some() => return service_principal(settings),
        CredentialKind::Auto => {
            // A way that is not set up here (no token file) is left out of the chain.
            let ways = [workload_identity(settings), azure_cli(settings), managed_identity(settings)];
            Ok(Arc::new(Chain(ways.into_iter().flatten().collect())) as Credential)
        }
    };
    made.map_err(|error| unusable(&safe(&error.to_string())))
}

fn unusable(why: &str) -> FetchError {
    FetchError::new(FetchErrorKind::Failed, format!("the settings of Azure give no credential: {why}"))
}

fn service_principal(settings: &Settings) -> Result<Credential, FetchError> {
    let (Some(tenant), Some(client), Some(secret)) =
        (&settings.tenant_id, &settings.client_id, &settings.client_secret)
    else {
        return Err(unusable("a service principal needs `tenant_id`, `client_id` and `client_secret`"));
    };
    let made = ClientSecretCredential::new(tenant, client.clone(), secret.expose().to_owned().into(), None);
    made.map(|credential| credential as Credential).map_err(|error| unusable(&safe(&error.to_string())))
}

fn managed_identity(settings: &Settings) -> azure_core::Result<Credential> {
    let user_assigned_id = settings.client_id.clone().map(UserAssignedId::ClientId);
    let options = ManagedIdentityCredentialOptions { user_assigned_id, ..Default::default() };
    Ok(ManagedIdentityCredential::new(Some(options))?)
}

fn workload_identity(settings: &Settings) -> azure_core::Result<Credential> {
    let options = WorkloadIdentityCredentialOptions {
        client_id: settings.client_id.clone(),
        tenant_id: settings.tenant_id.clone(),
        ..Default::default()
    };
    Ok(WorkloadIdentityCredential::new(Some(options))?)
}

fn azure_cli(settings: &Settings) -> azure_core::Result<Credential> {
    let options = AzureCliCredentialOptions { tenant_id: settings.tenant_id.clone(), ..Default::default() };
    Ok(AzureCliCredential::new(Some(options))?)
}

/// A token that somebody else got. When it ends is not known: it is used until it is refused.
#[derive(Debug)]
pub(crate) struct Given(pub(crate) Secret);

#[async_trait]
impl TokenCredential for Given {
    async fn get_token(&self, _: &[&str], _: Option<TokenRequestOptions<'_>>) -> azure_core::Result<AccessToken> {
        Ok(AccessToken::new(self.0.expose().to_owned(), OffsetDateTime::now_utc() + Duration::hours(1)))
    }
}

/// The first credential that gives a token.
#[derive(Debug)]
struct Chain(Vec<Credential>);

#[async_trait]
impl TokenCredential for Chain {
    async fn get_token(
        &self,
        scopes: &[&str],
        options: Option<TokenRequestOptions<'_>>,
    ) -> azure_core::Result<AccessToken> {
        let mut reasons = Vec::new();
        for credential in &self.0 {
            match credential.get_token(scopes, options.clone()).await {
                Ok(token) => return Ok(token),
                Err(error) => reasons.push(error.to_string()),
            }
        }
        Err(azure_core::Error::with_message(azure_core::error::ErrorKind::Credential, reasons.join("; ")))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_service_principal_without_its_tenant_is_refused_by_what_is_missing() {
        let settings = Settings { credential: CredentialKind::ServicePrincipal, ..Settings::default() };
        assert!(make(&settings).unwrap_err().message.contains("`tenant_id`"));
    }

    #[test]
    fn every_other_kind_is_made_from_nothing_but_a_client_and_a_tenant() {
        for credential in [CredentialKind::Auto, CredentialKind::ManagedIdentity, CredentialKind::AzureCli] {
            let settings = Settings {
                credential,
                tenant_id: Some("t".to_owned()),
                client_id: Some("c".to_owned()),
                ..Settings::default()
            };
            assert!(make(&settings).is_ok(), "{credential:?}");
        }
    }
}
