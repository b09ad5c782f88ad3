//! What the configuration says of Azure: who reads, which subscriptions, and where. Inert: nothing is checked by calling.

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};
use std::fmt;

/// What the configuration says of Azure. Where it lists nothing, every subscription that the credential can see is read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The source's name in coverage; `azure` when absent.
    pub id: Option<String>,
    /// Where tokens come from.
    pub credential: CredentialKind,
    /// The tenant of the service principal, or of the workload's or command line's sign-in.
    pub tenant_id: Option<String>,
    /// The service principal, or the identity that is assigned to the machine or workload.
    pub client_id: Option<String>,
    /// The service principal's secret.
    pub client_secret: Option<Secret>,
    /// Subscriptions by id or name. Empty: every subscription that the credential can see.
    pub subscriptions: Vec<String>,
    /// Where Azure Resource Manager is called, instead of the public cloud's `https://management.azure.com`.
    pub endpoint: Option<String>,
    /// Whom tokens are asked for, such as `https://management.azure.com`: that of the cloud that `endpoint` is of, or of
    /// the public one, when absent.
    pub audience: Option<String>,
    /// Where metrics are asked for; `{region}` stands for the region's name. The address of the cloud that `endpoint` is
    /// of when absent, or `endpoint` itself where that is none of Azure's.
    pub metrics_endpoint: Option<String>,
}

/// Where tokens come from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CredentialKind {
    /// A service principal where its secret is given, else the first that gives a token of: workload identity, the
    /// command line's sign-in, managed identity.
    #[default]
    Auto,
    /// A service principal with a secret: `tenant_id`, `client_id` and `client_secret`.
    ServicePrincipal,
    /// The identity of the machine or service that this program runs on.
    ManagedIdentity,
    /// The identity of the pod that this program runs in.
    WorkloadIdentity,
    /// Whoever is signed in with `az login`.
    AzureCli,
}

/// A text that is never printed, not even where it is none: a secret of digits alone, without quotes, is a number to
/// TOML.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Not `deserialize_string`: formats that know the type refuse others themselves, in words that hold the value.
        deserializer.deserialize_any(SecretText)
    }
}

struct SecretText;

impl Visitor<'_> for SecretText {
    type Value = Secret;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a secret as a text in quotes")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Secret, E> {
        Ok(Secret::new(text))
    }

    // What these would say by themselves holds the value.
    fn visit_bool<E: Error>(self, _: bool) -> Result<Secret, E> {
        Err(E::custom("a secret must be a text in quotes"))
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Secret, E> {
        self.visit_bool(false)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Secret, E> {
        self.visit_bool(false)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Secret, E> {
        self.visit_bool(false)
    }
}

impl Secret {
    /// A secret.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_setting_that_does_not_exist_is_refused() {
        let read = |text: &str| serde_json::from_str::<Settings>(text);
        assert_eq!(read("{}").unwrap(), Settings::default());
        assert!(read(r#"{"subscription": []}"#).unwrap_err().to_string().contains("subscription"));
        let settings = read(r#"{"credential": "workload_identity"}"#).unwrap();
        assert_eq!(settings.credential, CredentialKind::WorkloadIdentity);
    }

    #[test]
    fn a_secret_is_never_printed() {
        let settings = Settings { client_secret: Some(Secret::new("hunter2")), ..Settings::default() };
        assert!(!format!("{settings:?}").contains("hunter2"));
        for secret in ["73313", "-73313", "73313.5", "true", "[73313]"] {
            let error = serde_json::from_str::<Settings>(&format!(r#"{{"client_secret": {secret}}}"#)).unwrap_err();
            assert!(error.to_string().contains("a text in quotes"), "{error}");
            assert!(!error.to_string().contains("73313") && !error.to_string().contains("true"), "{error}");
        }
    }
}
