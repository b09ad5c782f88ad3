//! A grant from the words of a command line: all of what is asked for, or parts of it.

use super::{Granted, HostGrant, Reach};
use crate::host::HostError;
use crate::text::{listed, shown};
use crate::{HostPattern, Manifest, Method, ScopePattern};
use std::collections::BTreeSet;

/// A word of the operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Word {
    /// All that is asked for, as [`Granted::everything_in`] has it.
    All,
    /// A table with all columns that are asked for, or with some of them: `volumes`, `volumes:name,region`.
    Table(String),
    /// A scope: what is asked for, or a part of it.
    Scope(ScopePattern),
    /// A host: what is asked for, or a part of it. With all methods that are asked for.
    Host(HostPattern, Reach),
    /// A secret for all granted hosts that it is asked for, or for some of them: `token`, `token=sonar.example.com`.
    Secret(String),
    /// An input, by name.
    Input(String),
}

/// Why a word grants nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GrantError {
    /// The plugin does not ask for it: a slip, which a grant of something else would hide.
    #[error("`{plugin}` does not ask for the {kind} {}; {instead}", shown(.name))]
    NotAsked {
        /// The plugin.
        plugin: String,
        /// `table`, `host`, …
        kind: &'static str,
        /// What was named.
        name: String,
        /// What it does ask for, or what was probably meant.
        instead: String,
    },
    /// The host `*`.
    #[error("the host `*` cannot be granted; name the hosts that the plugin may talk to, one by one")]
    AnyHost,
    /// A host of a secret that is none.
    #[error("the secret `{0}`: {1}")]
    SecretHost(String, HostError),
    /// A private address, without the word that it needs.
    #[error("`{0}` is this machine, or one of your own network; add `--private` if the plugin may talk to it")]
    PrivateHost(HostPattern),
}

impl Granted {
    /// What some words grant of what a plugin asks for.
    pub fn of_words(manifest: &Manifest, words: &[Word]) -> Result<Self, GrantError> {
        let mut granted = Self::default();
        for word in words {
            granted.add(manifest, word)?;
        }
        Ok(granted.with_secrets_within_hosts())
    }

    fn add(&mut self, manifest: &Manifest, word: &Word) -> Result<(), GrantError> {
        match word {
            Word::All => self.add_all(manifest),
            Word::Table(text) => self.add_table(manifest, text)?,
            Word::Scope(scope) => self.add_scope(manifest, scope)?,
            Word::Host(host, reach) => self.add_host(manifest, host, *reach)?,
            Word::Secret(text) => self.add_secret(manifest, text)?,
            Word::Input(name) => {
                let (name, need) = asked(manifest, "input", name, &manifest.needs.inputs)?;
                self.inputs.insert(name.clone(), need.number);
            }
        }
        Ok(())
    }

    fn add_all(&mut self, manifest: &Manifest) {
        let mut all = Self::everything_in(manifest);
        // For the hosts as well that another word names.
        all.secrets = manifest.needs.secrets.iter().map(|(name, need)| (name.clone(), need.hosts.clone())).collect();
        for (name, columns) in all.tables {
            self.tables.entry(name).or_default().extend(columns);
        }
        self.scopes.extend(all.scopes);
        for (host, grant) in all.hosts {
            self.put_host(host, grant.methods, grant.reach);
        }
        for (name, hosts) in all.secrets {
            self.secrets.entry(name).or_default().extend(hosts);
        }
        self.inputs.extend(all.inputs);
    }

    fn add_table(&mut self, manifest: &Manifest, text: &str) -> Result<(), GrantError> {
        let (name, columns) = text.split_once(':').map_or((text, None), |(name, columns)| (name, Some(columns)));
        let (name, need) = asked(manifest, "table", name, &manifest.needs.tables)?;
        let columns = match columns {
            None => need.columns.clone(),
            Some(columns) => columns
                .split(',')
                .map(|column| match need.columns.get(column.trim()) {
                    Some(column) => Ok(column.clone()),
                    None => Err(not_asked(manifest, "column", column.trim(), &need.columns)),
                })
                .collect::<Result<_, _>>()?,
        };
        self.tables.entry(name.clone()).or_default().extend(columns);
        Ok(())
    }

    fn add_scope(&mut self, manifest: &Manifest, scope: &ScopePattern) -> Result<(), GrantError> {
        if manifest.needs.scopes.keys().all(|asked| asked.and(scope).is_none()) {
            let asked = manifest.needs.scopes.keys().map(ToString::to_string);
            return Err(not_asked(manifest, "scope", &scope.to_string(), &asked.collect()));
        }
        self.scopes.insert(scope.clone());
        Ok(())
    }

    fn add_secret(&mut self, manifest: &Manifest, text: &str) -> Result<(), GrantError> {
        let (name, hosts) = text.split_once('=').map_or((text, None), |(name, hosts)| (name, Some(hosts)));
        let (name, need) = asked(manifest, "secret", name, &manifest.needs.secrets)?;
        let hosts = match hosts {
            None => need.hosts.clone(),
            Some(hosts) => hosts
                .split(',')
                .map(|host| {
                    let wrong = |error| GrantError::SecretHost(name.clone(), error);
                    let host: HostPattern = host.trim().parse().map_err(wrong)?;
                    if need.hosts.iter().any(|asked| asked.and(&host).is_some()) {
                        return Ok(host);
                    }
                    let asked = need.hosts.iter().map(ToString::to_string).collect();
                    Err(not_asked(manifest, "secret for the host", &host.to_string(), &asked))
                })
                .collect::<Result<_, _>>()?,
        };
        self.secrets.entry(name.clone()).or_default().extend(hosts);
        Ok(())
    }

    fn add_host(&mut self, manifest: &Manifest, host: &HostPattern, reach: Reach) -> Result<(), GrantError> {
        if host.is_any() {
            return Err(GrantError::AnyHost);
        }
        if host.is_private() && reach == Reach::Public {
            return Err(GrantError::PrivateHost(host.clone()));
        }
        let asked = manifest.needs.hosts.iter().filter(|(asked, _)| asked.and(host).is_some());
        let methods: BTreeSet<Method> = asked.flat_map(|(_, need)| need.methods.iter().copied()).collect();
        if methods.is_empty() {
            let asked = manifest.needs.hosts.keys().map(ToString::to_string);
            return Err(not_asked(manifest, "host", &host.to_string(), &asked.collect()));
        }
        self.put_host(host.clone(), methods, reach);
        Ok(())
    }

    /// `--all --host h --private` widens the reach of `h`, in whatever order.
    fn put_host(&mut self, host: HostPattern, methods: BTreeSet<Method>, reach: Reach) {
        let grant = self.hosts.entry(host).or_insert(HostGrant { methods: BTreeSet::new(), reach });
        grant.methods.extend(methods);
        grant.reach = grant.reach.max(reach);
    }
}

fn asked<'a, N>(
    manifest: &Manifest,
    kind: &'static str,
    name: &str,
    asked: &'a std::collections::BTreeMap<String, N>,
) -> Result<(&'a String, &'a N), GrantError> {
    asked.get_key_value(name).ok_or_else(|| not_asked(manifest, kind, name, &asked.keys().cloned().collect()))
}

fn not_asked(manifest: &Manifest, kind: &'static str, name: &str, asked: &BTreeSet<String>) -> GrantError {
    let instead = match schema::names::nearest(name, asked.iter().map(String::as_str)) {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None if asked.is_empty() => "it asks for none".to_owned(),
        None => format!("it asks for {}", listed(asked)),
    };
    GrantError::NotAsked { plugin: manifest.name.to_string(), kind, name: name.to_owned(), instead }
}
