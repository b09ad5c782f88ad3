//! Which sources the configuration asks for, and what else the adapters' own words turn into.

use crate::clock;
use crate::config::Config;
use crate::environment::Environment;
use crate::failure::Failure;
use azure::{CredentialKind, Secret};
use engine::context::RetryPolicy;
use engine::engine::EngineBuilder;
use engine::{Engine, EngineSettings};
use std::sync::Arc;

/// The memory, while one answer is made, of kept rows that are on disk too: some hundred resources, so that a query that
/// reads a table twice need not read the disk, and ten thousand accounts take no more than a hundred.
const ONE_ANSWERS_BYTES: u64 = 4 * 1024 * 1024;

/// What a row with all its columns takes at most, by and large.
const BYTES_OF_A_ROW: usize = 2 << 10;

/// How long an engine is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lifetime {
    /// As long as a command takes to answer.
    OneAnswer,
    /// As long as a server runs.
    ManyAnswers,
}

/// An engine with every source that is configured, or with the demo estate alone.
pub async fn builder(
    config: &Config,
    is_demo: bool,
    lifetime: Lifetime,
    environment: &Environment,
) -> Result<EngineBuilder, Failure> {
    let thresholds = config.recommendations.checked()?;
    let mut builder = Engine::builder(EngineSettings { thresholds, ..settings(config, lifetime) });
    if is_demo {
        return Ok(builder.source(Arc::new(demo(config))));
    }
    if let Some(settings) = &config.aws {
        builder = builder.source(Arc::new(aws::Aws::new(settings.clone()).await));
    }
    if let Some(settings) = &config.azure {
        builder = builder.source(Arc::new(azure::Azure::new(service_principal(settings.clone(), environment))));
    }
    if let Some(billing) = &config.billing {
        builder = builder.in_place(Arc::new(billing::Billing::new(billing.settings().await?)));
    }
    Ok(builder)
}

/// What the settings leave out of a service principal, from the variables that Azure's own tools read.
fn service_principal(mut settings: azure::Settings, environment: &Environment) -> azure::Settings {
    if matches!(settings.credential, CredentialKind::Auto | CredentialKind::ServicePrincipal) {
        let variable = |name| environment.get(name).map(str::to_owned);
        settings.tenant_id = settings.tenant_id.or_else(|| variable("AZURE_TENANT_ID"));
        settings.client_id = settings.client_id.or_else(|| variable("AZURE_CLIENT_ID"));
        settings.client_secret = settings.client_secret.or_else(|| variable("AZURE_CLIENT_SECRET").map(Secret::new));
    }
    settings
}

/// The demo estate of a configuration.
pub(crate) fn demo(config: &Config) -> demo::Demo {
    let wanted = config.demo.clone().unwrap_or_default();
    demo::Demo::new(demo::Settings { seed: wanted.seed, scale: wanted.scale, now: clock::now(), deny: wanted.deny })
}

fn settings(config: &Config, lifetime: Lifetime) -> EngineSettings {
    EngineSettings {
        paid_calls: config.costs.allow_paid_calls,
        max_age: config.cache.max_age,
        scope_timeout: config.limits.scope_timeout,
        scopes_at_once: config.limits.scopes_at_once,
        max_rows: config.limits.max_rows,
        // Whoever raises the one wants the rows: the widest of ours take less than that.
        max_bytes: EngineSettings::default().max_bytes.max(config.limits.max_rows.saturating_mul(BYTES_OF_A_ROW)),
        cache_bytes: config.cache.memory_bytes,
        stored_cache_bytes: match lifetime {
            // Nobody comes back for the rows but the next process, which finds them on disk.
            Lifetime::OneAnswer => ONE_ANSWERS_BYTES,
            Lifetime::ManyAnswers => config.cache.memory_bytes,
        },
        retry: RetryPolicy { patience: config.limits.scope_timeout / 2, ..RetryPolicy::default() },
        ..EngineSettings::default()
    }
}

/// An IAM policy that allows the AWS actions among some permissions, and to assume some roles; none where there are none.
pub fn aws_policy(permissions: &[String], roles: &[String]) -> Option<serde_json::Value> {
    // Azure's permissions are paths (`Microsoft.Compute/virtualMachines/read`); the demo estate's are made up.
    let actions: Vec<_> = permissions
        .iter()
        .map(String::as_str)
        .filter(|p| p.contains(':') && !p.contains('/') && !p.starts_with("demo:"))
        .collect();
    (!actions.is_empty()).then(|| aws::policy(actions, roles))
}

/// A custom role that allows the Azure actions among some permissions in some subscriptions; none where there are none.
pub fn azure_role<'a>(
    permissions: &'a [String],
    subscriptions: impl IntoIterator<Item = &'a str>,
) -> Option<serde_json::Value> {
    let actions: Vec<_> = permissions.iter().map(String::as_str).filter(|p| p.starts_with("Microsoft.")).collect();
    (!actions.is_empty()).then(|| azure::custom_role(actions, subscriptions))
}
