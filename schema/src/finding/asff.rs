//! Findings in the AWS Security Finding Format (2018-10-08): what Security Hub imports.
//!
//! Its bounds are those of `BatchImportFindings`, which refuses a finding that is over one of them, and takes a hundred in a
//! call: whoever imports them puts them into such parts.

mod details;
mod hub;

pub use hub::{Hub, HubError};

use super::seen::{Seen, Standing, known};
use super::{Class, Severity, text, weakness};
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

const ID: usize = 512;
const TITLE: usize = 256;
const DESCRIPTION: usize = 1024;
const RECOMMENDATION: usize = 512;
const FIELD: usize = 2048;

/// The finding as `hub` takes it at `now`. Import gives up an update that is not later than the one before: so
/// `UpdatedAt` is `now`, and a mute gets through without a new scan.
pub fn finding(seen: &Seen, hub: &Hub, now: DateTime<Utc>) -> Value {
    let severity = severity(seen.finding.severity);
    let types = types(seen);
    known(json!({
        "SchemaVersion": "2018-10-08",
        // One product for all plugins: their uids are told apart by the plugin's name.
        "Id": text::id(&format!("{}/{}", seen.plugin, seen.finding.uid), ID),
        "ProductArn": hub.product_arn(),
        "ProductName": "Nephoscope",
        "CompanyName": "Nephoscope",
        "GeneratorId": text::id(&format!("nephoscope/{}/{}", seen.plugin, seen.finding.rule), ID),
        // The importing account: the default product takes no other. Whose the resource is stands in its details.
        "AwsAccountId": hub.account(),
        "Types": types,
        "FirstObservedAt": time(seen.first_seen),
        "LastObservedAt": time(seen.last_seen),
        "CreatedAt": time(seen.first_seen),
        "UpdatedAt": time(now),
        "Severity": severity,
        // What an import may change later: `Severity` and `Types` it may only set.
        "FindingProviderFields": { "Severity": severity, "Types": types },
        "Title": seen.title(TITLE),
        "Description": text::cut(&seen.sentence(), DESCRIPTION),
        "Resources": [details::resource(seen)],
        "Remediation": remediation(seen),
        "ProductFields": product_fields(seen),
        "Vulnerabilities": vulnerabilities(seen),
        "Compliance": compliance(seen),
        "RecordState": if seen.standing == Standing::Resolved { "ARCHIVED" } else { "ACTIVE" },
        "Workflow": { "Status": workflow(seen) },
    }))
}

fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

fn severity(severity: Severity) -> Value {
    let label = match severity {
        Severity::Unknown | Severity::Informational => "INFORMATIONAL",
        Severity::Low => "LOW",
        Severity::Medium => "MEDIUM",
        Severity::High => "HIGH",
        Severity::Critical | Severity::Fatal => "CRITICAL",
    };
    json!({ "Label": label, "Original": severity.as_str() })
}

/// From Security Hub's own list, and no finer than what is known of a finding of the class.
fn types(seen: &Seen) -> [&'static str; 1] {
    [match seen.finding.class {
        Class::Vulnerability if weakness::cves(&seen.finding).is_empty() => {
            "Software and Configuration Checks/Vulnerabilities"
        }
        Class::Vulnerability => "Software and Configuration Checks/Vulnerabilities/CVE",
        Class::Detection => "Unusual Behaviors",
        Class::Compliance | Class::Posture | Class::Iam => "Software and Configuration Checks",
    }]
}

fn remediation(seen: &Seen) -> Option<Value> {
    let text = text::short(seen.finding.remediation.as_deref()?, RECOMMENDATION, "");
    (!text.is_empty()).then(|| json!({ "Recommendation": { "Text": text } }))
}

fn vulnerabilities(seen: &Seen) -> Option<Vec<Value>> {
    let cves = weakness::cves(&seen.finding);
    (!cves.is_empty()).then(|| cves.iter().map(|id| json!({ "Id": id })).collect())
}

fn compliance(seen: &Seen) -> Option<Value> {
    let status = if seen.standing == Standing::Resolved { "PASSED" } else { "FAILED" };
    (seen.finding.class == Class::Compliance).then(|| json!({ "Status": status }))
}

/// What became of it here goes before what the scanner said. `NOTIFIED` is for people who told somebody.
fn workflow(seen: &Seen) -> &'static str {
    match (&seen.standing, seen.finding.status.as_str()) {
        (Standing::Resolved, _) | (Standing::New | Standing::Open, "resolved" | "archived") => "RESOLVED",
        (Standing::Muted { .. }, _) | (_, "suppressed") => "SUPPRESSED",
        _ => "NEW",
    }
}

/// What the format has no place for.
fn product_fields(seen: &Seen) -> Value {
    let (reason, until) = match &seen.standing {
        Standing::Muted { reason, until } => (reason.as_deref(), until.map(time)),
        _ => (None, None),
    };
    known(json!({
        "nephoscope/plugin": field(Some(&seen.plugin)),
        "nephoscope/plugin_version": field(Some(&seen.plugin_version)),
        "nephoscope/class": seen.finding.class.as_str(),
        "nephoscope/standing": seen.standing.as_str(),
        "nephoscope/monthly_saving": field(seen.saving().as_deref()),
        "nephoscope/mute_reason": field(reason),
        "nephoscope/muted_until": until,
    }))
}

/// No empty text: Security Hub refuses one wherever it stands.
fn field(text: Option<&str>) -> Option<String> {
    Some(text::short(text?, FIELD, "")).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests;
