//! Findings and scans as tests make them, and what became of them.

use super::{Changed, Findings, KnownResource, Recorded, Scanned};
use chrono::{DateTime, TimeDelta, Utc};
use sandbox::Scan;
use sandbox::job::Meter;
use sandbox::plugin::job::RuleGap;
use schema::Coverage;
use schema::finding::{Class, Finding, Resource, Severity};
use schema::query::ScopeFilter;
use serde_json::Map;
use std::collections::BTreeMap;

pub(super) fn at(minute: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::minutes(minute)
}

pub(super) fn finding(uid: &str, rule: &str, status: &str) -> Finding {
    Finding {
        uid: uid.to_owned(),
        class: Class::Compliance,
        title: "something".to_owned(),
        severity: Severity::Low,
        status: status.to_owned(),
        rule: rule.to_owned(),
        resource: Resource { resource_id: uid.to_owned(), ..Resource::default() },
        evidence: Map::new(),
        remediation: None,
        monthly_saving: Some("12.50".parse().unwrap()),
        currency: Some("EUR".to_owned()),
    }
}

/// A scan that is written down.
pub(super) struct Made<'a> {
    pub(super) plugin: &'a str,
    /// When, and what its id ends in.
    pub(super) minute: i64,
    /// The rules that its version has; those with a `?` it cannot decide.
    pub(super) rules: &'a [&'a str],
    pub(super) found: Vec<Finding>,
    pub(super) is_complete: bool,
    pub(super) is_usual: bool,
}

impl Made<'_> {
    pub(super) async fn record(self, findings: &Findings) -> Changed {
        let coverage = Coverage { complete: self.is_complete, ..Coverage::default() };
        self.record_as(findings, coverage, Vec::new(), false, false).await.changed
    }

    /// The same of one of which that is known of the resources that it found.
    pub(super) async fn record_knowing(self, findings: &Findings, known: &BTreeMap<String, KnownResource>) {
        let coverage = Coverage { complete: self.is_complete, ..Coverage::default() };
        self.record_all(findings, coverage, Vec::new(), [false, false], known).await;
    }

    /// The same of one that read tables, or files, and covered that.
    pub(super) async fn record_as(
        self,
        findings: &Findings,
        coverage: Coverage,
        gaps: Vec<RuleGap>,
        reads_tables: bool,
        reads_inputs: bool,
    ) -> Recorded {
        self.record_all(findings, coverage, gaps, [reads_tables, reads_inputs], &BTreeMap::new()).await
    }

    async fn record_all(
        self,
        findings: &Findings,
        coverage: Coverage,
        gaps: Vec<RuleGap>,
        [reads_tables, reads_inputs]: [bool; 2],
        known: &BTreeMap<String, KnownResource>,
    ) -> Recorded {
        let scan = Scan {
            findings: self.found,
            gaps,
            failure: None,
            coverage,
            warnings: Vec::new(),
            queries: Vec::new(),
            requests: Vec::new(),
            log: Vec::new(),
            meter: Meter::default(),
        };
        let known_rules = self.rules.iter().map(|rule| rule.trim_end_matches('?').to_owned()).collect();
        let rules = self.rules.iter().filter(|rule| !rule.ends_with('?')).map(|rule| (*rule).to_owned()).collect();
        let scanned = Scanned {
            id: &format!("{}-{}", self.plugin, self.minute),
            plugin: self.plugin,
            version: "1.0.0",
            started_at: at(self.minute),
            ended_at: at(self.minute),
            who: "ann",
            via: "cli",
            scope: &ScopeFilter::default(),
            is_usual: self.is_usual,
            reads_tables,
            reads_inputs,
            tells_unknown: true,
            rules: &rules,
            known_rules: &known_rules,
            scan: &scan,
            known,
        };
        findings.record(&scanned).await.unwrap()
    }
}

/// What is kept of a plugin, and what became of each.
pub(super) async fn states(findings: &Findings, plugin: &str) -> Vec<(String, &'static str)> {
    let mut kept = findings.of_plugin(plugin, at(99)).await.unwrap();
    kept.sort_by(|a, b| a.seen.finding.uid.cmp(&b.seen.finding.uid));
    kept.into_iter().map(|one| (one.seen.finding.uid, one.seen.standing.as_str())).collect()
}

pub(super) fn named<'a>(states: &'a [(String, &'static str)]) -> Vec<(&'a str, &'static str)> {
    states.iter().map(|(uid, state)| (uid.as_str(), *state)).collect()
}
