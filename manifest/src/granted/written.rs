//! A grant as files have it, those of before secrets had hosts among them.

use super::HostGrant;
use crate::manifest::Number;
use crate::{HostPattern, ScopePattern};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// As the file has it.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Granted {
    tables: BTreeMap<String, BTreeSet<String>>,
    scopes: BTreeSet<ScopePattern>,
    hosts: BTreeMap<HostPattern, HostGrant>,
    secrets: Secrets,
    inputs: BTreeMap<String, Number>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Secrets {
    /// Each with the hosts that it may go to.
    ForHosts(BTreeMap<String, BTreeSet<HostPattern>>),
    /// As they were written before: for any host that was granted.
    Names(BTreeSet<String>),
}

impl Default for Secrets {
    fn default() -> Self {
        Self::ForHosts(BTreeMap::new())
    }
}

impl From<Granted> for super::Granted {
    fn from(written: Granted) -> Self {
        let secrets = match written.secrets {
            Secrets::ForHosts(secrets) => secrets,
            // It was for the one host that was granted; of several nobody has said which.
            Secrets::Names(names) => {
                let hosts: BTreeSet<HostPattern> =
                    if written.hosts.len() == 1 { written.hosts.keys().cloned().collect() } else { BTreeSet::new() };
                names.into_iter().map(|name| (name, hosts.clone())).collect()
            }
        };
        Self { tables: written.tables, scopes: written.scopes, hosts: written.hosts, secrets, inputs: written.inputs }
    }
}
