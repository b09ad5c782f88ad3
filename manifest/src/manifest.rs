//! What a plugin is and what it asks for: its `plugin.toml`.

mod doubts;
mod read;

use crate::{HostPattern, Method, PluginName, ScopePattern};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What a plugin is and what it asks for. Every text in it is short and on one line, and has no character that a terminal would
/// not show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// Its name.
    pub name: PluginName,
    /// Its version.
    pub version: semver::Version,
    /// What it does.
    pub world: World,
    /// What it looks for, or what it reads.
    pub summary: String,
    /// What a source fills; none for a scanner.
    pub fills: Option<Fills>,
    /// What it asks for.
    pub needs: Needs,
}

/// The world of `wit/` that a plugin is written against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum World {
    /// It finds.
    Scanner,
    /// It fills tables.
    Source,
}

/// What a source fills: its rows are believed like any other's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fills {
    /// The provider that all of its rows are of.
    pub provider: String,
    /// Tables, as it describes them.
    pub tables: BTreeSet<String>,
}

/// What a plugin asks for, and why. Nothing is asked for twice.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Needs {
    /// Tables, by name.
    pub tables: BTreeMap<String, TableNeed>,
    /// Where it would read them, with why.
    pub scopes: BTreeMap<ScopePattern, String>,
    /// Hosts that it would talk to.
    pub hosts: BTreeMap<HostPattern, HostNeed>,
    /// Secrets that the host would add to its requests, by name.
    pub secrets: BTreeMap<String, SecretNeed>,
    /// Files that the operator would hand it, by name.
    pub inputs: BTreeMap<String, InputNeed>,
}

/// A table that a plugin would read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableNeed {
    /// Of its columns, these.
    pub columns: BTreeSet<String>,
    /// What for.
    pub why: String,
}

/// A host that a plugin would talk to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostNeed {
    /// With these methods.
    pub methods: BTreeSet<Method>,
    /// What for.
    pub why: String,
}

/// A secret that the host would add to a plugin's requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretNeed {
    /// To these hosts and to no other: each is one of those that it would talk to, or a part of them.
    pub hosts: BTreeSet<HostPattern>,
    /// What for.
    pub why: String,
}

/// Something that the operator would hand a plugin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputNeed {
    /// How many of it.
    pub number: Number,
    /// What for.
    pub why: String,
}

/// How many files an input may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Number {
    /// One.
    One,
    /// Any number.
    Many,
}

/// What is wrong with a manifest, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("plugin.toml, line {line}, column {column}: {sentence}")]
pub struct ManifestError {
    /// Counted from 1.
    pub line: usize,
    /// Counted from 1, in characters.
    pub column: usize,
    /// What is wrong, and what to do.
    pub sentence: String,
}

impl World {
    /// As a manifest has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Scanner => "scanner",
            Self::Source => "source",
        }
    }
}

impl std::str::FromStr for World {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "scanner" => Ok(Self::Scanner),
            "source" => Ok(Self::Source),
            _ => Err(format!(
                "{} is no world; there are `scanner`, which finds, and `source`, which fills tables",
                crate::text::shown(text)
            )),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
