//! What a plugin asks for beyond what it has: by the operator's grant, or by the manifest of its last version.

use crate::granted::Granted;
use crate::manifest::{Fills, Number};
use crate::text::listed;
use crate::{HostPattern, Manifest, Method, ScopePattern};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Something that is asked for and not there. Shown as a sentence with its why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// What kind of thing.
    pub kind: Kind,
    /// Which: its name, and what of it.
    pub what: String,
    /// What it is asked for.
    pub why: String,
    /// What it is missing in.
    pub against: Against,
}

/// What kind of thing is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// What the plugin does at all.
    World,
    /// A table that it fills.
    Fills,
    /// The provider that its rows are of.
    Provider,
    /// A table, or columns of it.
    Table,
    /// A scope.
    Scope,
    /// A host, or methods.
    Host,
    /// A secret, or hosts that it would go to.
    Secret,
    /// An input, or more than one file for it.
    Input,
}

/// What something is missing in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Against {
    /// In the operator's grant.
    Grant,
    /// In the manifest of an older version.
    Older,
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verb = match self.against {
            Against::Grant => "is not granted",
            Against::Older => "is asked for anew",
        };
        write!(f, "{} {verb}; why it is asked for: {}", self.what, self.why)
    }
}

/// What is asked for and not granted.
pub fn missing(manifest: &Manifest, granted: &Granted) -> Vec<Missing> {
    beyond(manifest, &Had::by_grant(manifest, granted))
}

/// What a new version asks for beyond the old one. A plugin that does is held until the operator has said yes.
pub fn widened(old: &Manifest, new: &Manifest) -> Vec<Missing> {
    let mut all = beyond(new, &Had::by_older(old));
    let anew = |(kind, what)| Missing { kind, what, why: new.summary.clone(), against: Against::Older };
    all.extend(fills(old.fills.as_ref(), new.fills.as_ref()).into_iter().map(anew));
    if old.world != new.world {
        let what = format!("the world `{}` in place of `{}`", new.world.as_str(), old.world.as_str());
        all.push(Missing { kind: Kind::World, what, why: new.summary.clone(), against: Against::Older });
    }
    all
}

/// What a plugin has already.
struct Had<'a> {
    against: Against,
    tables: BTreeMap<&'a str, &'a BTreeSet<String>>,
    scopes: Vec<&'a ScopePattern>,
    hosts: Vec<(&'a HostPattern, &'a BTreeSet<Method>)>,
    /// Hosts that the operator named where the plugin named none.
    named: BTreeSet<&'a HostPattern>,
    secrets: BTreeMap<&'a str, &'a BTreeSet<HostPattern>>,
    inputs: BTreeMap<&'a str, Number>,
}

impl<'a> Had<'a> {
    fn by_grant(manifest: &Manifest, granted: &'a Granted) -> Self {
        let asked = manifest.needs.hosts.keys().filter(|host| !host.is_any());
        let is_named = |host: &&HostPattern| !asked.clone().any(|asked| asked.covers(host));
        Self {
            named: granted.hosts.keys().filter(is_named).collect(),
            against: Against::Grant,
            tables: granted.tables.iter().map(|(name, columns)| (name.as_str(), columns)).collect(),
            scopes: granted.scopes.iter().collect(),
            hosts: granted.hosts.iter().map(|(host, grant)| (host, &grant.methods)).collect(),
            secrets: granted.secrets.iter().map(|(name, hosts)| (name.as_str(), hosts)).collect(),
            inputs: granted.inputs.iter().map(|(name, number)| (name.as_str(), *number)).collect(),
        }
    }

    fn by_older(manifest: &'a Manifest) -> Self {
        let needs = &manifest.needs;
        Self {
            against: Against::Older,
            named: BTreeSet::new(),
            tables: needs.tables.iter().map(|(name, need)| (name.as_str(), &need.columns)).collect(),
            scopes: needs.scopes.keys().collect(),
            hosts: needs.hosts.iter().map(|(host, need)| (host, &need.methods)).collect(),
            secrets: needs.secrets.iter().map(|(name, need)| (name.as_str(), &need.hosts)).collect(),
            inputs: needs.inputs.iter().map(|(name, need)| (name.as_str(), need.number)).collect(),
        }
    }

    /// Whether the host is all that is asked for. What `*` stands for is whatever the operator named.
    fn covers_host(&self, own: &HostPattern, asked: &HostPattern) -> bool {
        own.covers(asked) || asked.is_any() && self.named.contains(own)
    }
}

/// What a new version fills that the old one did not: rows are believed, whoever they are from.
fn fills(old: Option<&Fills>, new: Option<&Fills>) -> Vec<(Kind, String)> {
    let Some(new) = new else { return Vec::new() };
    let is_old = |table: &&String| old.is_some_and(|old| old.tables.contains(*table));
    let tables: Vec<&String> = new.tables.iter().filter(|table| !is_old(table)).collect();
    let mut all = Vec::new();
    if !tables.is_empty() {
        all.push((Kind::Fills, format!("to fill {}", listed(tables))));
    }
    if old.is_none_or(|old| old.provider != new.provider) {
        all.push((Kind::Provider, format!("to fill tables for the provider `{}`", new.provider)));
    }
    all
}

fn beyond(manifest: &Manifest, had: &Had<'_>) -> Vec<Missing> {
    let needs = &manifest.needs;
    let missing = |kind: Kind, what: Option<String>, why: &str| {
        what.map(|what| Missing { kind, what, why: why.to_owned(), against: had.against })
    };
    let tables =
        needs.tables.iter().map(|(name, need)| missing(Kind::Table, table(name, &need.columns, had), &need.why));
    let scopes = needs.scopes.iter().map(|(asked, why)| missing(Kind::Scope, scope(asked, had), why));
    let hosts = needs.hosts.iter().map(|(asked, need)| missing(Kind::Host, host(asked, &need.methods, had), &need.why));
    let secrets =
        needs.secrets.iter().map(|(name, need)| missing(Kind::Secret, secret(name, &need.hosts, had), &need.why));
    let inputs = needs.inputs.iter().map(|(name, need)| missing(Kind::Input, input(name, need.number, had), &need.why));
    tables.chain(scopes).chain(hosts).chain(secrets).chain(inputs).flatten().collect()
}

fn table(name: &str, columns: &BTreeSet<String>, had: &Had<'_>) -> Option<String> {
    let Some(own) = had.tables.get(name) else {
        return Some(format!("table `{name}` with {}", listed(columns)));
    };
    let rest: Vec<&String> = columns.difference(own).collect();
    (!rest.is_empty()).then(|| format!("of table `{name}`, {}", listed(rest)))
}

fn scope(asked: &ScopePattern, had: &Had<'_>) -> Option<String> {
    if had.scopes.iter().any(|own| own.covers(asked)) {
        return None;
    }
    let parts: BTreeSet<String> = had.scopes.iter().filter_map(|own| own.and(asked)).map(|s| s.to_string()).collect();
    Some(format!("scope `{asked}`{}", besides(&parts)))
}

fn host(asked: &HostPattern, methods: &BTreeSet<Method>, had: &Had<'_>) -> Option<String> {
    let name = match (asked.is_any(), asked.is_unencrypted()) {
        (true, _) => "whatever host the operator names".to_owned(),
        (false, false) => format!("host `{asked}`"),
        (false, true) => format!("unencrypted host `{asked}`"),
    };
    let whole = had.hosts.iter().filter(|(own, _)| had.covers_host(own, asked));
    let own: BTreeSet<Method> = whole.flat_map(|(_, methods)| methods.iter().copied()).collect();
    let rest: Vec<&str> = methods.difference(&own).map(|method| method.as_str()).collect();
    if rest.is_empty() {
        return None;
    }
    // Of what the operator is to name, no host is a part.
    let is_part = |own: &HostPattern| !(had.covers_host(own, asked) || asked.is_any() && had.against == Against::Grant);
    let parts = had.hosts.iter().filter(|(own, _)| is_part(own)).filter_map(|(own, _)| own.and(asked));
    let parts: BTreeSet<String> = parts.map(|part| part.to_string()).collect();
    Some(format!("{name} with {}{}", rest.join(", "), besides(&parts)))
}

fn secret(name: &str, hosts: &BTreeSet<HostPattern>, had: &Had<'_>) -> Option<String> {
    let own = had.secrets.get(name);
    let is_had = |asked: &&HostPattern| {
        own.is_some_and(|own| {
            // What `*` stands for is whatever the operator named.
            let is_named = asked.is_any() && had.against == Against::Grant && !own.is_empty();
            is_named || own.iter().any(|own| own.covers(asked))
        })
    };
    let rest: Vec<String> = hosts.iter().filter(|asked| !is_had(asked)).map(in_words).collect();
    match (own, rest.is_empty()) {
        (Some(_), true) => None,
        (None, true) => Some(format!("secret `{name}`")),
        (_, false) => Some(format!("secret `{name}` for {}", rest.join(", "))),
    }
}

/// A host that a secret would go to.
fn in_words(host: &HostPattern) -> String {
    if host.is_any() { "whatever host the operator names".to_owned() } else { format!("`{host}`") }
}

fn input(name: &str, number: Number, had: &Had<'_>) -> Option<String> {
    match had.inputs.get(name) {
        None => Some(format!("input `{name}`")),
        Some(own) if *own < number => Some(format!("more than one file for the input `{name}`")),
        Some(_) => None,
    }
}

fn besides(parts: &BTreeSet<String>) -> String {
    if parts.is_empty() { String::new() } else { format!(" beyond {}", listed(parts)) }
}

#[cfg(test)]
mod tests;
