//! What the operator said yes to.

mod words;
mod written;

pub use crate::address::Reach;
pub use words::{GrantError, Word};

use crate::limits::MAX_GRANTED;
use crate::manifest::Number;
use crate::text::{identifier, listed};
use crate::{HostPattern, Manifest, Method, ScopePattern};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What the operator said yes to; the default is nothing. Columns, methods and numbers are written out, so that a new version
/// that asks for more of them does not have them by an old yes.
///
/// It may be wider than what a plugin asks for: what holds is [`crate::effective`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "written::Granted")]
pub struct Granted {
    /// Tables, and their columns.
    pub tables: BTreeMap<String, BTreeSet<String>>,
    /// Where they may be read.
    pub scopes: BTreeSet<ScopePattern>,
    /// Hosts.
    pub hosts: BTreeMap<HostPattern, HostGrant>,
    /// Secrets, by name, with the hosts that each may go to.
    pub secrets: BTreeMap<String, BTreeSet<HostPattern>>,
    /// Files that the operator hands over, by name.
    pub inputs: BTreeMap<String, Number>,
}

/// What a plugin may do with a host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HostGrant {
    /// With these methods.
    pub methods: BTreeSet<Method>,
    /// Which addresses its name may stand for.
    #[serde(default)]
    pub reach: Reach,
}

impl Granted {
    /// All that a manifest asks for, but whatever needs a name from the operator: the hosts that `*` stands for, and hosts at
    /// private addresses.
    pub fn everything_in(manifest: &Manifest) -> Self {
        let needs = &manifest.needs;
        let named = needs.hosts.iter().filter(|(host, _)| !host.is_any() && !host.is_private());
        let host = |methods: &BTreeSet<Method>| HostGrant { methods: methods.clone(), reach: Reach::Public };
        let all = Self {
            tables: needs.tables.iter().map(|(name, need)| (name.clone(), need.columns.clone())).collect(),
            scopes: needs.scopes.keys().cloned().collect(),
            hosts: named.map(|(name, need)| (name.clone(), host(&need.methods))).collect(),
            secrets: needs.secrets.iter().map(|(name, need)| (name.clone(), need.hosts.clone())).collect(),
            inputs: needs.inputs.iter().map(|(name, need)| (name.clone(), need.number)).collect(),
        };
        all.with_secrets_within_hosts()
    }

    /// With each secret for granted hosts alone, written out: of `*`, those that the operator named.
    fn with_secrets_within_hosts(mut self) -> Self {
        for hosts in self.secrets.values_mut() {
            *hosts = hosts.iter().flat_map(|own| self.hosts.keys().filter_map(|granted| own.and(granted))).collect();
        }
        self
    }

    /// What is wrong with one that was read from a file.
    pub(crate) fn check(&self) -> Result<(), String> {
        let of_secrets = self.secrets.values().map(BTreeSet::len).sum();
        for (kind, length) in
            [("scopes", self.scopes.len()), ("hosts", self.hosts.len()), ("hosts of secrets", of_secrets)]
        {
            if length > MAX_GRANTED {
                return Err(format!("it grants {length} {kind}; {MAX_GRANTED} is the most"));
            }
        }
        let columns = self.tables.values().flatten();
        let names = self.tables.keys().chain(columns).chain(self.secrets.keys()).chain(self.inputs.keys());
        for name in names {
            identifier(name).map_err(|end| format!("a granted name {end}"))?;
        }
        if self.hosts.keys().chain(self.secrets.values().flatten()).any(HostPattern::is_any) {
            return Err("the host `*` cannot be granted; name the hosts one by one".to_owned());
        }
        Ok(())
    }
}

/// `volumes` (with its columns), hosts and the rest in words.
impl std::fmt::Display for Granted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut lines = Vec::new();
        lines.extend(self.tables.iter().map(|(name, columns)| format!("table `{name}`: {}", listed(columns))));
        lines.extend(self.scopes.iter().map(|scope| format!("scope `{scope}`")));
        lines.extend(self.hosts.iter().map(|(host, grant)| in_words(host, grant)));
        lines.extend(self.secrets.iter().map(|(name, hosts)| format!("secret `{name}` for {}", hosts_in_words(hosts))));
        lines.extend(self.inputs.keys().map(|name| format!("input `{name}`")));
        if lines.is_empty() { f.write_str("nothing") } else { f.write_str(&lines.join("\n")) }
    }
}

/// The hosts that a secret is for.
fn hosts_in_words(hosts: &BTreeSet<HostPattern>) -> String {
    if hosts.is_empty() { "no host".to_owned() } else { listed(hosts.iter().map(ToString::to_string)) }
}

fn in_words(host: &HostPattern, grant: &HostGrant) -> String {
    let methods: Vec<&str> = grant.methods.iter().map(|method| method.as_str()).collect();
    let encryption = if host.is_unencrypted() { ", unencrypted" } else { "" };
    let reach = if grant.reach == Reach::Private { ", at private addresses too" } else { "" };
    format!("host `{host}` ({}{encryption}{reach})", methods.join(", "))
}

#[cfg(test)]
mod tests;
