//! `[plugins]`: whose plugins are trusted, what they may use up, and what they are given.

use crate::environment::Environment;
use crate::failure::{Code, Failure};
use crate::plugins::outbound::Secrets;
use manifest::PublicKey;
use rust_decimal::Decimal;
use sandbox::PluginLimits;
use serde::de::Error;
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

/// The most bytes of a secret in a file.
const SECRET_BYTES: u64 = 64 * 1024;

/// Whose plugins are trusted, what they may use up, and what they are given.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PluginsConfig {
    /// Keys of authors whose plugins may be installed, each a line as `neph plugin key` writes it.
    pub trusted_keys: Vec<PublicKey>,
    /// Source plugins that fill tables beside the clouds: `["gcp-asset"]`.
    pub sources: Vec<String>,
    /// How long a plugin itself may compute.
    #[serde(deserialize_with = "super::span::deserialize")]
    pub own_time: Duration,
    /// How long a run may take, waiting for clouds included.
    #[serde(deserialize_with = "super::span::deserialize")]
    pub total_time: Duration,
    /// Memory of one run, in MiB.
    #[serde(deserialize_with = "super::mib::deserialize")]
    pub memory_mib: usize,
    /// The most that the calls of one run may cost, in US dollars.
    #[serde(deserialize_with = "not_negative")]
    pub max_dollars: Decimal,
    /// Where secrets are, by name: `env:VARIABLE` or `file:PATH`.
    pub secrets: BTreeMap<String, String>,
    /// Values of parameters, by plugin and name.
    pub parameters: BTreeMap<String, BTreeMap<String, toml::Value>>,
    /// Files that plugins are handed, by plugin and by the input's name.
    pub inputs: BTreeMap<String, BTreeMap<String, Vec<PathBuf>>>,
}

impl Default for PluginsConfig {
    fn default() -> Self {
        let usual = PluginLimits::default();
        Self {
            trusted_keys: Vec::new(),
            sources: Vec::new(),
            own_time: usual.run.own_time,
            total_time: usual.run.total_time,
            memory_mib: usual.run.memory_bytes >> 20,
            max_dollars: usual.max_dollars,
            secrets: BTreeMap::new(),
            parameters: BTreeMap::new(),
            inputs: BTreeMap::new(),
        }
    }
}

impl PluginsConfig {
    /// The bounds of one run.
    pub fn limits(&self) -> PluginLimits {
        let mut limits = PluginLimits::default();
        limits.run.own_time = self.own_time;
        limits.run.total_time = self.total_time;
        limits.run.memory_bytes = self.memory_mib << 20;
        limits.max_dollars = self.max_dollars;
        limits
    }

    /// Values of a plugin's parameters, as texts.
    pub fn parameters_of(&self, plugin: &str) -> Vec<(String, String)> {
        let text = |value: &toml::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let set = self.parameters.get(plugin).into_iter().flatten();
        set.map(|(name, value)| (name.clone(), text(value))).collect()
    }

    /// The values of the secrets. One that is not there, or cannot be read, is said once in the log: whoever needs it is told
    /// then, and nobody else is held up by it.
    pub fn secrets(&self, environment: &Environment) -> Result<Secrets, Failure> {
        let mut values = BTreeMap::new();
        for (name, place) in &self.secrets {
            match value_of(name, place, environment)? {
                Some(value) => drop(values.insert(name.clone(), value)),
                None => tracing::warn!("`{name}` in `[plugins.secrets]` has no value"),
            }
        }
        Ok(Secrets::new(values))
    }
}

fn not_negative<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Decimal, D::Error> {
    let amount = Decimal::deserialize(deserializer)?;
    if amount.is_sign_negative() {
        return Err(D::Error::custom("`max_dollars` is not less than nothing"));
    }
    Ok(amount)
}

fn value_of(name: &str, place: &str, environment: &Environment) -> Result<Option<String>, Failure> {
    let at = format!("`{name}` in `[plugins.secrets]`");
    let value = match place.split_once(':') {
        Some(("env", variable)) => environment.get(variable).map(str::to_owned),
        Some(("file", path)) => {
            let bytes = crate::plugins::folder::bytes(path.as_ref(), SECRET_BYTES);
            let bytes = bytes.map_err(|error| tracing::warn!("{at}: `{path}` could not be read: {error}"));
            // The bytes are not shown: they are the secret.
            let text = |bytes| String::from_utf8(bytes).map_err(|_| tracing::warn!("{at}: `{path}` is no text"));
            bytes.and_then(text).ok()
        }
        // What is there may be the secret itself.
        _ => {
            return Err(Failure::new(Code::BadConfig, format!("{at} says not where the secret is")).hint(
                "write `env:VARIABLE` or `file:PATH`; the secret itself does not belong into the configuration",
            ));
        }
    };
    Ok(value.map(|value| value.trim().to_owned()).filter(|value| !value.is_empty()))
}
