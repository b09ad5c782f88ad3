//! What holds: what a plugin asks for and the operator said yes to.

use crate::granted::{Granted, Reach};
use crate::manifest::Number;
use crate::scope::blocks;
use crate::{HostPattern, Manifest, Method, ScopePattern};
use schema::Grant;
use std::collections::{BTreeMap, BTreeSet};

/// What a plugin may do. Never wider than its manifest or than the operator's yes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Effective {
    /// Tables, and their columns; none without a column.
    pub tables: BTreeMap<String, BTreeSet<String>>,
    /// Where they may be read.
    pub scopes: BTreeSet<ScopePattern>,
    /// Hosts that it may talk to. What one rule allows is allowed.
    pub hosts: Vec<HostRule>,
    /// Secrets that the host may add to its requests, each with the hosts that it may go to.
    pub secrets: BTreeMap<String, BTreeSet<HostPattern>>,
    /// Files that the operator may hand it.
    pub inputs: BTreeMap<String, Number>,
}

/// Requests that a plugin may make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostRule {
    /// To these hosts.
    pub host: HostPattern,
    /// With these methods.
    pub methods: BTreeSet<Method>,
    /// At these addresses.
    pub reach: Reach,
}

/// Granted scopes that no one grant of the engine can mean.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the scopes {} are not all accounts and regions of each other, so that one grant of them together would be wider; \
     grant regions of one account, the same regions of several accounts, or all of a provider with `*`",
    crate::text::listed(.0.iter().map(ToString::to_string))
)]
pub struct ScopesApart(BTreeSet<ScopePattern>);

/// What a plugin may do.
pub fn effective(manifest: &Manifest, granted: &Granted) -> Effective {
    let needs = &manifest.needs;
    Effective {
        tables: tables(manifest, granted),
        scopes: granted.scopes.iter().flat_map(|own| needs.scopes.keys().filter_map(|asked| asked.and(own))).collect(),
        hosts: hosts(manifest, granted),
        secrets: secrets(manifest, granted),
        inputs: inputs(manifest, granted),
    }
}

fn tables(manifest: &Manifest, granted: &Granted) -> BTreeMap<String, BTreeSet<String>> {
    let both = granted.tables.iter().filter_map(|(name, columns)| {
        let asked = &manifest.needs.tables.get(name)?.columns;
        let columns: BTreeSet<String> = columns.intersection(asked).cloned().collect();
        (!columns.is_empty()).then(|| (name.clone(), columns))
    });
    both.collect()
}

fn hosts(manifest: &Manifest, granted: &Granted) -> Vec<HostRule> {
    let mut rules: BTreeMap<(HostPattern, Reach), BTreeSet<Method>> = BTreeMap::new();
    for (own, grant) in &granted.hosts {
        for (asked, need) in &manifest.needs.hosts {
            let Some(host) = asked.and(own) else { continue };
            let methods = need.methods.intersection(&grant.methods);
            rules.entry((host, grant.reach)).or_default().extend(methods);
        }
    }
    let rules = rules.into_iter().filter(|(_, methods)| !methods.is_empty());
    rules.map(|((host, reach), methods)| HostRule { host, methods, reach }).collect()
}

fn secrets(manifest: &Manifest, granted: &Granted) -> BTreeMap<String, BTreeSet<HostPattern>> {
    let both = granted.secrets.iter().filter_map(|(name, hosts)| {
        let asked = &manifest.needs.secrets.get(name)?.hosts;
        Some((name.clone(), asked.iter().flat_map(|asked| hosts.iter().filter_map(|own| asked.and(own))).collect()))
    });
    both.collect()
}

fn inputs(manifest: &Manifest, granted: &Granted) -> BTreeMap<String, Number> {
    let both = granted.inputs.iter().filter_map(|(name, number)| {
        let asked = manifest.needs.inputs.get(name)?.number;
        Some((name.clone(), asked.min(*number)))
    });
    both.collect()
}

impl Effective {
    /// Tables, their columns and scopes as grants of the engine: each is one block of providers, accounts and regions, and all together are
    /// what is granted. None where nothing is.
    pub fn query_grants(&self) -> Vec<Grant> {
        if self.tables.is_empty() {
            return Vec::new();
        }
        let tables = self.tables.iter().fold(Grant::default(), |grant, (table, columns)| {
            grant.with_columns(table, columns.iter().map(String::as_str))
        });
        let scopes: Vec<ScopePattern> = self.scopes.iter().cloned().collect();
        blocks(&scopes).iter().map(|filter| tables.clone().within(filter)).collect()
    }

    /// Tables, their columns and scopes as the one grant that means them; an error where there is none that is not wider.
    pub fn query_grant(&self) -> Result<Grant, ScopesApart> {
        let mut grants = self.query_grants();
        match (grants.pop(), grants.is_empty()) {
            (Some(grant), true) => Ok(grant),
            (Some(_), false) => Err(ScopesApart(self.scopes.clone())),
            // Without a scope nothing is granted, whereas a `Grant` without one is everywhere.
            (None, _) => Ok(Grant::default()),
        }
    }

    /// At which addresses a request may be made, if it may be made at all. The port is the scheme's own where the URL has none.
    pub fn reach(&self, scheme: &str, host: &str, port: Option<u16>, method: &str) -> Option<Reach> {
        self.hosts.iter().filter(|rule| rule.allows(scheme, host, port, method)).map(|rule| rule.reach).max()
    }

    /// Whether a secret may go to a host. That a request may be made there at all is another question: see [`Self::reach`].
    pub fn may_hear(&self, secret: &str, scheme: &str, host: &str, port: Option<u16>) -> bool {
        self.secrets.get(secret).is_some_and(|hosts| hosts.iter().any(|own| own.allows(scheme, host, port)))
    }
}

impl HostRule {
    /// Whether a request may be made: scheme, host and port as its URL has them, the method in capitals.
    pub fn allows(&self, scheme: &str, host: &str, port: Option<u16>, method: &str) -> bool {
        self.host.allows(scheme, host, port) && self.methods.iter().any(|own| own.as_str() == method)
    }
}

#[cfg(test)]
mod tests;
