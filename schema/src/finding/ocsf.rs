//! Findings as events of OCSF: what security lakes and SIEMs read.
//!
//! Version 1.6.0: the first that has all five classes (`iam_analysis_finding`, 2008, came with it). Readers of 1.3 to
//! 1.5 find what they know in the same places.

use super::seen::{Seen, Standing, known};
use super::{Class, Severity, text, weakness};
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value, json};

/// The version of OCSF that is written.
pub const VERSION: &str = "1.6.0";

/// The event that says how the finding stands at `now`.
pub fn event(seen: &Seen, now: DateTime<Utc>) -> Value {
    let (activity, activity_name) = activity(&seen.standing);
    let class = seen.finding.class;
    let (status, status_name) = status(seen);
    let mut event = json!({
        "activity_id": activity,
        "activity_name": activity_name,
        "category_uid": 2,
        "category_name": "Findings",
        "class_uid": class.uid(),
        "class_name": class_name(class),
        "type_uid": class.uid() * 100 + activity,
        "type_name": format!("{}: {activity_name}", class_name(class)),
        "time": now.timestamp_millis(),
        "severity_id": seen.finding.severity.id(),
        "severity": severity_name(seen.finding.severity),
        "status_id": status,
        "status": status_name,
        "status_detail": muted_because(&seen.standing),
        "message": seen.sentence(),
        "metadata": metadata(seen),
        "finding_info": finding_info(seen),
        "cloud": cloud(seen),
        "resources": [resource(seen)],
        "unmapped": unmapped(seen),
    });
    event.as_object_mut().expect("it was written as one").extend(of_class(seen));
    known(event)
}

/// What OCSF wants of this class and of no other.
fn of_class(seen: &Seen) -> Map<String, Value> {
    let members = match seen.finding.class {
        // Remediation is a member of each vulnerability there.
        Class::Vulnerability => json!({ "vulnerabilities": vulnerabilities(seen) }),
        Class::Compliance => {
            json!({ "compliance": compliance(seen), "evidences": evidences(seen), "remediation": remediation(seen) })
        }
        Class::Detection => json!({ "evidences": evidences(seen), "remediation": remediation(seen) }),
        Class::Posture => json!({
            "compliance": compliance(seen),
            "vulnerabilities": Some(known_vulnerabilities(seen)).filter(|known| !known.is_empty()),
            "remediation": remediation(seen),
        }),
        Class::Iam => json!({ "permission_analysis_results": [analysis(seen)], "remediation": remediation(seen) }),
    };
    match members {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

fn activity(standing: &Standing) -> (u32, &'static str) {
    match standing {
        Standing::New => (1, "Create"),
        Standing::Open | Standing::Muted { .. } => (2, "Update"),
        Standing::Resolved => (3, "Close"),
    }
}

/// What became of it here goes before what the scanner said. `New` is OCSF's word for "not looked at by anybody yet".
fn status(seen: &Seen) -> (u32, &'static str) {
    match (&seen.standing, seen.finding.status.as_str()) {
        (Standing::Resolved, "archived") => (5, "Archived"),
        (Standing::Resolved, _) => (4, "Resolved"),
        (Standing::Muted { .. }, _) => (3, "Suppressed"),
        (_, "in_progress") => (2, "In Progress"),
        (_, "suppressed") => (3, "Suppressed"),
        (_, "resolved") => (4, "Resolved"),
        (_, "archived") => (5, "Archived"),
        _ => (1, "New"),
    }
}

fn muted_because(standing: &Standing) -> Option<String> {
    match standing {
        Standing::Muted { reason, .. } => reason.as_deref().map(text::line).filter(|reason| !reason.is_empty()),
        _ => None,
    }
}

fn class_name(class: Class) -> &'static str {
    match class {
        Class::Vulnerability => "Vulnerability Finding",
        Class::Compliance => "Compliance Finding",
        Class::Detection => "Detection Finding",
        Class::Posture => "Application Security Posture Finding",
        Class::Iam => "IAM Analysis Finding",
    }
}

fn severity_name(severity: Severity) -> &'static str {
    match severity {
        Severity::Unknown => "Unknown",
        Severity::Informational => "Informational",
        Severity::Low => "Low",
        Severity::Medium => "Medium",
        Severity::High => "High",
        Severity::Critical => "Critical",
        Severity::Fatal => "Fatal",
    }
}

fn metadata(seen: &Seen) -> Value {
    known(json!({
        "version": VERSION,
        "profiles": provider(seen).map(|_| ["cloud"]),
        "event_code": seen.finding.rule,
        "product": {
            "name": "Nephoscope",
            "vendor_name": "Nephoscope",
            "version": env!("CARGO_PKG_VERSION"),
            "feature": { "name": seen.plugin, "version": seen.plugin_version },
        },
    }))
}

fn finding_info(seen: &Seen) -> Value {
    json!({
        // Readers close what has this uid, whoever says so: one plugin must not close what another found.
        "uid": format!("{}/{}", seen.plugin, seen.finding.uid),
        "title": seen.title(usize::MAX),
        "desc": seen.sentence(),
        "first_seen_time": seen.first_seen.timestamp_millis(),
        "last_seen_time": seen.last_seen.timestamp_millis(),
        "types": [seen.finding.class.as_str()],
        "product_uid": seen.plugin,
        "analytic": { "uid": seen.finding.rule, "name": seen.title(usize::MAX), "type_id": 1, "type": "Rule" },
    })
}

/// The provider, in the spelling of OCSF's examples.
fn provider(seen: &Seen) -> Option<&str> {
    match seen.finding.resource.provider.as_deref()? {
        "aws" => Some("AWS"),
        "azure" => Some("Azure"),
        "gcp" => Some("GCP"),
        other => Some(other),
    }
}

/// Required by the profile `cloud`, and not allowed without it: both are there where the provider is known.
fn cloud(seen: &Seen) -> Option<Value> {
    let resource = &seen.finding.resource;
    Some(known(json!({ "provider": provider(seen)?, "account": account(seen), "region": resource.region })))
}

fn account(seen: &Seen) -> Option<Value> {
    let uid = seen.finding.resource.account_id.as_deref();
    let (type_id, kind) = match seen.finding.resource.provider.as_deref() {
        Some("aws") => (10, "AWS Account"),
        Some("azure") => (13, "Azure Subscription"),
        Some("gcp") => (11, "GCP Project"),
        _ => (99, "Other"),
    };
    // OCSF wants one of the two, and some readers the name: an account without a name goes by its id.
    let name = seen.account_name.as_deref().or(uid)?;
    Some(known(json!({ "uid": uid, "name": name, "type_id": type_id, "type": kind })))
}

fn resource(seen: &Seen) -> Value {
    let resource = &seen.finding.resource;
    let tags: Vec<Value> = seen.tags.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
    known(json!({
        "uid": resource.resource_id,
        "name": resource.name,
        "type": resource.kind,
        "region": provider(seen).and(resource.region.as_deref()),
        "tags": Some(tags).filter(|tags| !tags.is_empty()),
    }))
}

fn remediation(seen: &Seen) -> Option<Value> {
    let desc = text::line(seen.finding.remediation.as_deref()?);
    (!desc.is_empty()).then(|| json!({ "desc": desc }))
}

fn evidences(seen: &Seen) -> Option<Value> {
    (!seen.finding.evidence.is_empty()).then(|| json!([{ "data": seen.finding.evidence }]))
}

/// What the resource was held to: our rule. A resolved finding is one that now passes.
fn compliance(seen: &Seen) -> Value {
    let (id, name) = if seen.standing == Standing::Resolved { (1, "Pass") } else { (3, "Fail") };
    json!({ "control": seen.finding.rule, "requirements": [seen.title(usize::MAX)], "status_id": id, "status": name })
}

/// OCSF wants at least one, each with a CVE, a CWE or an advisory. What is none of the first two is known by the
/// scanner's rule alone, which then is the advisory.
fn vulnerabilities(seen: &Seen) -> Vec<Value> {
    let known = known_vulnerabilities(seen);
    if known.is_empty() {
        return vec![vulnerability(seen, "advisory", &seen.finding.rule)];
    }
    known
}

/// Those that have a name everybody knows. A CWE says what kind of weakness it is, so it counts where no CVE does.
fn known_vulnerabilities(seen: &Seen) -> Vec<Value> {
    let cves = weakness::cves(&seen.finding);
    if !cves.is_empty() {
        return cves.iter().map(|uid| vulnerability(seen, "cve", uid)).collect();
    }
    weakness::cwes(&seen.finding).iter().map(|uid| vulnerability(seen, "cwe", uid)).collect()
}

fn vulnerability(seen: &Seen, kind: &str, uid: &str) -> Value {
    known(json!({
        kind: { "uid": uid },
        "title": seen.title(usize::MAX),
        "severity": severity_name(seen.finding.severity),
        "first_seen_time": seen.first_seen.timestamp_millis(),
        "last_seen_time": seen.last_seen.timestamp_millis(),
        "remediation": remediation(seen),
    }))
}

/// OCSF wants the result of an analysis; this one says what was analysed, and what was seen of it.
fn analysis(seen: &Seen) -> Value {
    let resource = &seen.finding.resource;
    let policy = known(json!({
        "uid": resource.resource_id,
        "name": resource.name,
        "type": resource.kind,
        "data": Some(&seen.finding.evidence).filter(|evidence| !evidence.is_empty()),
    }));
    json!({ "policy": policy })
}

/// What OCSF has no place for.
fn unmapped(seen: &Seen) -> Option<Value> {
    let finding = &seen.finding;
    let homeless = matches!(finding.class, Class::Vulnerability | Class::Posture) && !finding.evidence.is_empty();
    let until = match &seen.standing {
        Standing::Muted { until, .. } => until.map(|until| until.to_rfc3339_opts(SecondsFormat::Secs, true)),
        _ => None,
    };
    let unmapped = known(json!({
        "evidence": homeless.then_some(&finding.evidence),
        "monthly_saving": finding.monthly_saving.map(|amount| amount.to_string()),
        "currency": finding.monthly_saving.and(finding.currency.as_deref()),
        "muted_until": until,
    }));
    unmapped.as_object().is_some_and(|members| !members.is_empty()).then_some(unmapped)
}

#[cfg(test)]
mod tests;
