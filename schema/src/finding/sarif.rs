//! Findings as SARIF 2.1.0: what viewers and collectors of scan results read. A run for each plugin.
//!
//! A cloud's resource is in no file, so a result has a logical location and no physical one. Readers that show
//! results within files only, as GitHub's code scanning does, have nowhere to show them.

use super::Severity;
use super::seen::{Gap, GapKind, Report, Rule, Seen, Standing, known};
use super::text;
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};
use std::collections::HashMap;

/// The log of what the plugins have to report at `now`.
///
/// A scan that is not complete says so: `executionSuccessful` is false, and each gap is a notification.
pub fn log(reports: &[Report], now: DateTime<Utc>) -> Value {
    let runs: Vec<Value> = reports.iter().map(|report| run(report, now)).collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": runs,
    })
}

fn run(report: &Report, now: DateTime<Utc>) -> Value {
    let places: HashMap<&str, usize> =
        report.rules.iter().enumerate().map(|(place, rule)| (rule.id.as_str(), place)).collect();
    let rules: Vec<Value> = report.rules.iter().map(|one| rule(one, &report.findings)).collect();
    let results: Vec<Value> = report.findings.iter().map(|seen| result(seen, &places)).collect();
    json!({
        "tool": {
            "driver": {
                "name": format!("nephoscope/{}", report.plugin),
                "version": report.version,
                "product": "Nephoscope",
                "rules": rules,
            }
        },
        // So that reports of two plugins do not stand in for each other where both are uploaded.
        "automationDetails": { "id": format!("nephoscope/{}/", report.plugin) },
        "invocations": [invocation(&report.gaps, now)],
        "results": results,
    })
}

fn rule(rule: &Rule, findings: &[Seen]) -> Value {
    let title = text::short(&rule.title, usize::MAX, &rule.id);
    let why = text::line(&rule.why);
    let help = remedy(rule, findings).unwrap_or_else(|| if why.is_empty() { title.clone() } else { why.clone() });
    known(json!({
        "id": rule.id,
        "shortDescription": { "text": prose(&title) },
        "fullDescription": (!why.is_empty()).then(|| json!({ "text": prose(&why) })),
        // GitHub takes no rule without it.
        "help": { "text": prose(&help) },
        "defaultConfiguration": { "level": level(rule.severity) },
        "properties": known(json!({ "severity": rule.severity.as_str(), "origin": rule.origin })),
    }))
}

/// What to do about the rule's findings, where that is the same for all of them: the rule itself is not asked for it.
fn remedy(rule: &Rule, findings: &[Seen]) -> Option<String> {
    let mut remedies = findings.iter().filter(|seen| seen.finding.rule == rule.id).map(remediation);
    let first = remedies.next()??;
    remedies.all(|other| other.as_ref() == Some(&first)).then_some(first)
}

fn remediation(seen: &Seen) -> Option<String> {
    seen.finding.remediation.as_deref().map(text::line).filter(|text| !text.is_empty())
}

fn result(seen: &Seen, places: &HashMap<&str, usize>) -> Value {
    let finding = &seen.finding;
    known(json!({
        "ruleId": finding.rule,
        "ruleIndex": places.get(finding.rule.as_str()),
        "level": level(finding.severity),
        "message": { "text": prose(&message(seen)) },
        "locations": [{ "logicalLocations": [location(seen)] }],
        "partialFingerprints": { "nephoscope/v1": finding.uid },
        "baselineState": baseline(&seen.standing),
        "suppressions": suppressions(&seen.standing),
        "properties": properties(seen),
    }))
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Fatal | Severity::Critical | Severity::High => "error",
        // It cannot be said how bad it is: the level that SARIF has for results that say none.
        Severity::Medium | Severity::Unknown => "warning",
        Severity::Low | Severity::Informational => "note",
    }
}

fn message(seen: &Seen) -> String {
    match remediation(seen) {
        Some(remediation) => format!("{}. {remediation}", seen.sentence()),
        None => format!("{}.", seen.sentence()),
    }
}

/// SARIF reads `[text](target)` in plain text as a link, and a name of a resource must not make one. `{0}` is a place for an
/// argument there: braces that are meant are written twice.
fn prose(text: &str) -> String {
    text.replace("](", "] (").replace('{', "{{").replace('}', "}}")
}

fn location(seen: &Seen) -> Value {
    let resource = &seen.finding.resource;
    known(json!({
        "fullyQualifiedName": resource.resource_id,
        "name": resource.name,
        "kind": "resource",
    }))
}

/// Against what was known before this scan. Muted ones are there as they were.
fn baseline(standing: &Standing) -> &'static str {
    match standing {
        Standing::New => "new",
        Standing::Open | Standing::Muted { .. } => "unchanged",
        Standing::Resolved => "absent",
    }
}

/// Empty for what is not muted: in SARIF that says "not suppressed", and absence says "not known".
fn suppressions(standing: &Standing) -> Value {
    let Standing::Muted { reason, until } = standing else { return json!([]) };
    json!([known(json!({
        "kind": "external",
        "status": "accepted",
        "justification": reason.as_deref().map(text::line).filter(|reason| !reason.is_empty()),
        "properties": until.map(|until| json!({ "until": time(until) })),
    }))])
}

/// `tags` has a meaning of its own in a bag of SARIF's: hence `resource_tags`.
fn properties(seen: &Seen) -> Value {
    let (finding, resource) = (&seen.finding, &seen.finding.resource);
    known(json!({
        "class": finding.class.as_str(),
        "severity": finding.severity.as_str(),
        "standing": seen.standing.as_str(),
        "provider": resource.provider,
        "account_id": resource.account_id,
        "account_name": seen.account_name,
        "region": resource.region,
        "kind": resource.kind,
        "resource_tags": Some(&seen.tags).filter(|tags| !tags.is_empty()),
        "evidence": Some(&finding.evidence).filter(|evidence| !evidence.is_empty()),
        "monthly_saving": finding.monthly_saving.map(|amount| amount.to_string()),
        "currency": finding.monthly_saving.and(finding.currency.as_deref()),
        "first_seen": time(seen.first_seen),
        "last_seen": time(seen.last_seen),
    }))
}

fn invocation(gaps: &[Gap], now: DateTime<Utc>) -> Value {
    let notifications: Vec<Value> = gaps.iter().map(notification).collect();
    json!({
        "executionSuccessful": gaps.is_empty(),
        "endTimeUtc": time(now),
        "toolExecutionNotifications": notifications,
    })
}

fn notification(gap: &Gap) -> Value {
    let level = match gap.kind {
        GapKind::Failure => "error",
        GapKind::Unread => "warning",
    };
    known(json!({
        "level": level,
        "descriptor": { "id": gap.code },
        "message": { "text": prose(&text::short(&gap.message, usize::MAX, &gap.code)) },
        "associatedRule": gap.rule.as_ref().map(|rule| json!({ "id": rule })),
        "properties": gap.scope.as_ref().map(|scope| json!({ "scope": scope })),
    }))
}

fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

#[cfg(test)]
mod tests;
