//! Tokens: where they come from, and when a fresh one is needed.

use crate::cloud::Cloud;
use crate::errors::safe;
use crate::settings::{CredentialKind, Secret, Settings};
use async_trait::async_trait;
use azure_core::credentials::{AccessToken, TokenCredential, TokenRequestOptions};
use azure_core::http::ClientOptions;
use azure_core::time::{Duration, OffsetDateTime};
use azure_identity::{
    AzureCliCredential, AzureCliCredentialOptions, ClientAssertionCredentialOptions, ClientSecretCredential,
    ClientSecretCredentialOptions, ManagedIdentityCredential, ManagedIdentityCredentialOptions, UserAssignedId,
    WorkloadIdentityCredential, WorkloadIdentityCredentialOptions,
};
use engine::{FetchError, FetchErrorKind};
use std::fmt;
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::Mutex;

/// A token that runs out sooner is not used any more.
const MARGIN: Duration = Duration::minutes(2);

/// How long a token may take to come. Looking for an identity where there is none can take minutes.
const LONGEST_WAIT: std::time::Duration = std::time::Duration::from_secs(20);

/// How long a failure that trying again does not mend is told to whoever asks next. The many fetches of an answer would
/// else fail one after the other, and the later ones at the time-out of their own call, which says nothing of tokens.
const FAILURE_KEPT: std::time::Duration = std::time::Duration::from_secs(5);

type Credential = Arc<dyn TokenCredential>;

/// The token that calls are made with.
pub(crate) struct Tokens {
    /// What gives none, and what to do about it.
    none: &'static str,
    /// [`LONGEST_WAIT`], but for tests.
    longest_wait: std::time::Duration,
    make: Box<dyn Fn() -> Result<Credential, FetchError> + Send + Sync>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    credential: Option<Credential>,
    /// By audience.
    tokens: Vec<(String, AccessToken)>,
    failed: Option<Failed>,
}

/// The last failure: for which audience, when, and why.
struct Failed {
    /// None where no audience gets one.
    audience: Option<String>,
    at: Instant,
    error: FetchError,
}

impl Failed {
    /// Whether it is an answer to who asked at this time: one that was waiting for it, or one that comes soon after and
    /// would find the same.
    fn is_for(&self, audience: &str, asked: Instant) -> bool {
        let is_kept = self.error.kind != FetchErrorKind::Transient && self.at.elapsed() < FAILURE_KEPT;
        self.audience.as_deref().is_none_or(|of| of == audience) && (asked <= self.at || is_kept)
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tokens")
    }
}

impl Tokens {
    /// From the caller's credential.
    pub(crate) fn of(credential: Credential) -> Self {
        Self::made_by("the credential that was given", move || Ok(credential.clone()))
    }

    /// As the settings say.
    pub(crate) fn from_settings(settings: Settings) -> Self {
        Self::made_by(none_of(&settings), move || make(&settings))
    }

    fn made_by(none: &'static str, make: impl Fn() -> Result<Credential, FetchError> + Send + Sync + 'static) -> Self {
        Self { none, longest_wait: LONGEST_WAIT, make: Box::new(make), state: Mutex::default() }
    }

    /// A token for an audience such as `https://management.azure.com/.default`. Concurrent callers share one request.
    /// So do they a failure.
    pub(crate) async fn get(&self, audience: &str) -> Result<String, FetchError> {
        let asked = Instant::now();
        let mut state = self.state.lock().await;
        let soon = OffsetDateTime::now_utc() + MARGIN;
        if let Some((_, token)) = state.tokens.iter().find(|(of, token)| *of == audience && token.expires_on > soon) {
            return Ok(token.token.secret().to_owned());
        }
        if let Some(failed) = state.failed.as_ref().filter(|failed| failed.is_for(audience, asked)) {
            return Err(failed.error.clone());
        }
        let credential = match &state.credential {
            Some(credential) => credential.clone(),
            None => state.credential.insert((self.make)()?).clone(),
        };
        let audiences = [audience];
        let token = match tokio::time::timeout(self.longest_wait, credential.get_token(&audiences, None)).await {
            Ok(Ok(token)) => token,
            Ok(Err(error)) => return Err(state.fail(Some(audience), no_token(&error, self.none))),
            Err(_) => return Err(state.fail(None, no_token_in_time(self.longest_wait))),
        };
        state.failed = None;
        let text = token.token.secret().to_owned();
        state.tokens.retain(|(of, _)| *of != audience);
        state.tokens.push((audience.to_owned(), token));
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

impl State {
    fn fail(&mut self, audience: Option<&str>, error: FetchError) -> FetchError {
        let audience = audience.map(str::to_owned);
        self.failed = Some(Failed { audience, at: Instant::now(), error: error.clone() });
        error
    }
}

/// One sentence for the person who has to act. What was tried, which is long, is in the log.
fn no_token(error: &azure_core::Error, none: &str) -> FetchError {
    let kind = match error.kind() {
        azure_core::error::ErrorKind::Io => FetchErrorKind::Transient,
        _ => FetchErrorKind::Expired,
    };
    let said = error.to_string();
    tracing::debug!(error = %safe(&said), "no token for Azure");
    let code = code_of(&said).map(|code| format!(" (`{code}`)")).unwrap_or_default();
    FetchError::new(kind, format!("no token for Azure{code}: {none}"))
}

/// The code of Microsoft's sign-in, by which its pages explain the failure.
fn code_of(said: &str) -> Option<&str> {
    let from = said.find("AADSTS")?;
    let code = said.get(from..)?;
    let end = code.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(code.len());
    code.get(..end.min("AADSTS".len() + 8))
}

/// What gives no token where these settings give none, and what to do about it.
fn none_of(settings: &Settings) -> &'static str {
    match settings.credential {
        CredentialKind::Auto if settings.client_secret.is_none() => {
            "neither a workload identity, nor `az login`, nor a managed identity gave one; sign in with `az login`, or \
             set `tenant_id`, `client_id` and `client_secret` in `[azure]` (`NEPH_LOG=debug` shows what was tried)"
        }
        CredentialKind::Auto | CredentialKind::ServicePrincipal => {
            "the service principal was refused or not reached; correct `tenant_id`, `client_id` and `client_secret` in \
             `[azure]`, or renew the secret (`NEPH_LOG=debug` shows Azure's words)"
        }
        CredentialKind::ManagedIdentity => {
            "this machine has no managed identity that gives one; assign one to it, or correct `client_id` in `[azure]`"
        }
        CredentialKind::WorkloadIdentity => {
            "this pod's workload identity gave none; check its service account's federation, and `tenant_id` and \
             `client_id` in `[azure]`"
        }
        CredentialKind::AzureCli => "the Azure command line gave none; install it, and sign in with `az login`",
    }
}

fn no_token_in_time(waited: std::time::Duration) -> FetchError {
    let text = format!(
        "no token for Azure came within {} s; say with the setting `credential` where it should come from",
        waited.as_secs()
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
            let ways = [
                ("workload_identity", workload_identity(settings)),
                ("azure_cli", azure_cli(settings)),
                ("managed_identity", managed_identity(settings)),
            ];
            let ways = ways.into_iter().filter_map(|(name, way)| Some((name, way.ok()?)));
            Ok(Arc::new(Chain(ways.collect())) as Credential)
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
    let options = ClientSecretCredentialOptions { client_options: client_options(settings) };
    let made = ClientSecretCredential::new(tenant, client.clone(), secret.expose().to_owned().into(), Some(options));
    made.map(|credential| credential as Credential).map_err(|error| unusable(&safe(&error.to_string())))
}

/// Where one signs in: in the cloud that is read.
fn client_options(settings: &Settings) -> ClientOptions {
    let cloud = settings.endpoint.as_deref().and_then(Cloud::at).and_then(|cloud| cloud.sign_in.configuration());
    ClientOptions { cloud: cloud.map(Arc::new), ..Default::default() }
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
        credential_options: ClientAssertionCredentialOptions { client_options: client_options(settings) },
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
struct Chain(Vec<(&'static str, Credential)>);

#[async_trait]
impl TokenCredential for Chain {
    async fn get_token(
        &self,
        scopes: &[&str],
        options: Option<TokenRequestOptions<'_>>,
    ) -> azure_core::Result<AccessToken> {
        for (name, credential) in &self.0 {
            match credential.get_token(scopes, options.clone()).await {
                Ok(token) => return Ok(token),
                Err(error) => {
                    let error = safe(&error.to_string());
                    tracing::debug!(credential = name, %error, "no token from this credential");
                }
            }
        }
        let text = "no credential gave a token";
        Err(azure_core::Error::with_message(azure_core::error::ErrorKind::Credential, text))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn one_signs_in_where_the_cloud_that_is_read_has_its_sign_in() {
        let at = |endpoint: &str| {
            let endpoint = Some(endpoint.to_owned());
            client_options(&Settings { endpoint, ..Settings::default() }).cloud.map(|cloud| format!("{cloud:?}"))
        };
        assert_eq!(at("https://management.usgovcloudapi.net").as_deref(), Some("AzureGovernment"));
        assert_eq!(at("https://management.chinacloudapi.cn").as_deref(), Some("AzureChina"));
        assert_eq!((at("https://management.azure.com"), at("https://proxy.example")), (None, None));
    }

    #[test]
    fn a_service_principal_without_its_tenant_is_refused_by_what_is_missing() {
        let settings = Settings { credential: CredentialKind::ServicePrincipal, ..Settings::default() };
        assert!(make(&settings).unwrap_err().message.contains("`tenant_id`"));
    }

    /// Never gives a token, for a reason as long as the real ones are.
    #[derive(Debug)]
    struct Never;

    #[async_trait]
    impl TokenCredential for Never {
        async fn get_token(&self, _: &[&str], _: Option<TokenRequestOptions<'_>>) -> azure_core::Result<AccessToken> {
            let text = format!("AADSTS7000215: Invalid client secret provided. {}", "Trace ID: 1 ".repeat(200));
            Err(azure_core::Error::with_message(azure_core::error::ErrorKind::Credential, text))
        }
    }

    #[tokio::test]
    async fn a_token_that_cannot_be_got_is_one_sentence_that_says_what_to_do() {
        let chain = Chain(vec![("azure_cli", Arc::new(Never)), ("managed_identity", Arc::new(Never))]);
        let chain: Credential = Arc::new(chain);
        for (settings, credential, said) in [
            (Settings::default(), chain, "sign in with `az login`"),
            (
                Settings { client_secret: Some(Secret::new("hunter2")), ..Settings::default() },
                Arc::new(Never) as Credential,
                "(`AADSTS7000215`): the service principal was refused",
            ),
        ] {
            let tokens = Tokens::made_by(none_of(&settings), move || Ok(credential.clone()));
            let error = tokens.get("https://management.azure.com/.default").await.unwrap_err();
            assert_eq!(error.kind, FetchErrorKind::Expired);
            assert!(error.message.contains(said) && error.message.len() < 250, "{error}");
            assert!(!error.message.contains("Trace ID"), "{error}");
        }
    }

    /// Gives no token after a while, of which kind it is asked, and counts how often.
    #[derive(Debug)]
    struct Slow {
        wait: std::time::Duration,
        kind: azure_core::error::ErrorKind,
        asked: AtomicUsize,
    }

    #[async_trait]
    impl TokenCredential for Slow {
        async fn get_token(&self, _: &[&str], _: Option<TokenRequestOptions<'_>>) -> azure_core::Result<AccessToken> {
            self.asked.fetch_add(1, Ordering::Relaxed);
            tokio::time::sleep(self.wait).await;
            Err(azure_core::Error::with_message(self.kind.clone(), "no"))
        }
    }

    /// How often a credential is asked where six ask for a token in one moment, and then, after them, one more.
    async fn times_asked(wait: std::time::Duration, kind: azure_core::error::ErrorKind) -> (usize, usize) {
        let slow = Arc::new(Slow { wait, kind, asked: AtomicUsize::new(0) });
        let credential: Credential = slow.clone();
        let tokens = Tokens { longest_wait: std::time::Duration::from_millis(80), ..Tokens::of(credential) };
        let audience = "https://management.azure.com/.default";
        let all = futures::future::join_all((0..6).map(|_| tokens.get(audience))).await;
        let errors: std::collections::BTreeSet<String> = all.into_iter().map(|one| one.unwrap_err().message).collect();
        assert_eq!(errors.len(), 1, "{errors:?}");
        let first = slow.asked.load(Ordering::Relaxed);
        tokens.get(audience).await.unwrap_err();
        (first, slow.asked.load(Ordering::Relaxed))
    }

    #[tokio::test]
    async fn who_waits_for_a_token_that_does_not_come_fails_with_the_one_who_asked() {
        use azure_core::error::ErrorKind;
        let (soon, late) = (std::time::Duration::from_millis(20), std::time::Duration::from_secs(60));
        assert_eq!(times_asked(soon, ErrorKind::Credential).await, (1, 1));
        assert_eq!(times_asked(late, ErrorKind::Credential).await, (1, 1));
        assert_eq!(times_asked(soon, ErrorKind::Io).await, (1, 2), "what may pass is tried again");
    }

    #[test]
    fn a_code_ends_where_its_letters_do() {
        assert_eq!(code_of("got: AADSTS700016: Application"), Some("AADSTS700016"));
        assert_eq!(code_of("nothing of that sort"), None);
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
