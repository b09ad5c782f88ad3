//! Who of us may know whom.

use super::tree::Tree;
use crate::workspace::{Crate, Dependency};
use anyhow::Result;

/// Crate, what it may depend on, and what its tests may depend on besides.
type Edges = (&'static str, &'static [&'static str], &'static [&'static str]);

static ALLOWED: &[Edges] = &[
    ("schema", &[], &[]),
    ("classifier", &["schema"], &[]),
    ("manifest", &["schema"], &[]),
    ("engine", &["schema"], &[]),
    ("aws", &["engine", "schema"], &["standin"]),
    ("azure", &["engine", "schema"], &["standin"]),
    ("billing", &["engine", "schema"], &["standin"]),
    ("demo", &["engine", "schema"], &[]),
    ("history", &["engine", "schema"], &[]),
    ("standin", &[], &[]),
    ("sandbox", &["engine", "schema"], &["demo"]),
    // A guest shares the contract in `wit/` with its host, and nothing else.
    ("program", &[], &[]),
    ("guest-sdk", &[], &[]),
    ("exposure", &["guest-sdk"], &[]),
    ("waste", &["guest-sdk"], &[]),
    ("tagging", &["guest-sdk"], &[]),
    ("architecture", &["guest-sdk"], &[]),
    ("gcp-asset", &["guest-sdk"], &[]),
    ("misbehaving", &["guest-sdk"], &[]),
    ("misfilling", &["guest-sdk"], &[]),
    ("sonarqube", &["guest-sdk"], &[]),
    ("trivy", &["guest-sdk"], &[]),
    (
        "host",
        &["schema", "classifier", "manifest", "engine", "aws", "azure", "billing", "demo", "history", "sandbox"],
        &["standin"],
    ),
    ("xtask", &["schema"], &[]),
];

pub(super) fn check(tree: &Tree) -> Result<Vec<String>> {
    let members = &tree.workspace.crates;
    let is_ours = |d: &&Dependency| members.iter().any(|member| member.name == d.name);
    let complaints = members.iter().flat_map(|member| {
        let edges = member.dependencies.iter().filter(is_ours);
        edges.filter_map(|edge| complaint(member, edge)).collect::<Vec<_>>()
    });
    Ok(complaints.collect())
}

fn complaint(member: &Crate, edge: &Dependency) -> Option<String> {
    let (from, to) = (member.name.as_str(), edge.name.as_str());
    let Some((_, always, in_tests)) = ALLOWED.iter().find(|(name, ..)| *name == from) else {
        return Some(format!("`{from}` is new; say in the list of edges whom it may know"));
    };
    let is_allowed = always.contains(&to) || edge.is_dev && in_tests.contains(&to);
    (!is_allowed).then(|| format!("`{from}` may not depend on `{to}`"))
}
