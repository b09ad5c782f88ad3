//! Keys for who reads S3 without this adapter: the billing files' reader, which has a client of its own.

use crate::clients;
use crate::credentials::Credentials;
use crate::settings::Settings;
use engine::FetchError;
use std::fmt;
use std::sync::Arc;

/// The SDK's chain of credentials, or one profile of it, as plain keys.
#[derive(Debug, Clone)]
pub struct KeyChain {
    credentials: Arc<Credentials>,
}

/// Keys that are good now. Never printed.
#[derive(Clone)]
pub struct AccessKeys {
    /// The access key's id.
    pub access_key_id: String,
    /// Its secret.
    pub secret_access_key: String,
    /// The session's token, for keys that run out.
    pub session_token: Option<String>,
}

impl fmt::Debug for AccessKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessKeys").finish_non_exhaustive()
    }
}

impl KeyChain {
    /// The chain, or one profile of it. Reads the SDK's files and environment, and calls nothing.
    pub async fn load(profile: Option<&str>) -> Self {
        let base = clients::load(&Settings::default(), profile).await;
        Self { credentials: base.credentials }
    }

    /// Keys that are good now; they are kept until shortly before they run out.
    pub async fn keys(&self) -> Result<AccessKeys, FetchError> {
        let keys = self.credentials.provided_keys().await?;
        Ok(AccessKeys {
            access_key_id: keys.access_key_id().to_owned(),
            secret_access_key: keys.secret_access_key().to_owned(),
            session_token: keys.session_token().map(str::to_owned),
        })
    }
}
