//! Packages with a known vulnerability: one finding for each package and vulnerability, wherever in the artifact it is.

use crate::report::{Report, add, shown, text, title};
use crate::rules::VULNERABILITY;
use crate::{Found, severity};
use guest_sdk::{Finding, Json, Resource, Severity};
use std::collections::BTreeMap;

/// One vulnerability of one package, from all entries about it.
struct Weakness<'a> {
    entry: &'a Json,
    severity: Severity,
    targets: Vec<String>,
    installed: Vec<String>,
    fixed: Vec<String>,
}

pub(crate) fn read(report: &Report) -> Found {
    let (mut weaknesses, mut found) = (BTreeMap::new(), Found::default());
    for (result, entry) in report.entries("Vulnerabilities") {
        let (Some(id), Some(package)) = (text(entry, "VulnerabilityID"), text(entry, "PkgName")) else {
            found.unreadable += 1;
            continue;
        };
        // `openssl` of Debian and `openssl` of npm are two packages.
        let part = format!("{id}/{}/{package}", text(result, "Type").unwrap_or("package"));
        let weakness = weaknesses.entry(part).or_insert_with(|| Weakness {
            entry,
            severity: severity::of(entry),
            targets: vec![],
            installed: vec![],
            fixed: vec![],
        });
        weakness.severity = weakness.severity.max(severity::of(entry));
        add(&mut weakness.targets, text(entry, "PkgPath").or_else(|| text(result, "Target")));
        add(&mut weakness.installed, text(entry, "InstalledVersion"));
        add(&mut weakness.fixed, text(entry, "FixedVersion"));
    }
    found.findings = weaknesses.into_iter().map(|(part, weakness)| (part, finding(&weakness))).collect();
    found
}

fn finding(weakness: &Weakness<'_>) -> Finding {
    let entry = weakness.entry;
    let said = |key| text(entry, key);
    let (id, package) = (said("VulnerabilityID").unwrap_or_default(), said("PkgName").unwrap_or_default());
    let named = said("Title").map_or_else(|| format!("in {package}"), str::to_owned);
    Finding::new(&VULNERABILITY, Resource::default())
        .title(title(&format!("{id}: {named}")))
        .severity(weakness.severity)
        .remediation(remediation(weakness, package))
        .evidence("vulnerability_id", id)
        .evidence("package", package)
        .evidence("installed_version", shown(&weakness.installed))
        .evidence("fixed_version", shown(&weakness.fixed))
        .evidence("status", said("Status").map(str::to_owned))
        .evidence("target", shown(&weakness.targets))
        .evidence("cvss_v3_score", score(entry))
        .evidence("primary_url", said("PrimaryURL").map(str::to_owned))
        .detail("severity_source", said("SeveritySource").map(str::to_owned))
        .detail("published_at", said("PublishedDate").map(str::to_owned))
}

fn remediation(weakness: &Weakness<'_>, package: &str) -> String {
    if let Some(fixed) = shown(&weakness.fixed) {
        return format!("Update `{package}` to {fixed}, and build the artifact anew.");
    }
    let why = match text(weakness.entry, "Status") {
        Some("will_not_fix") => "its maintainers will not fix it here",
        Some("end_of_life") => "this release gets no more fixes",
        Some("fix_deferred") => "a fix is put off",
        Some("under_investigation") => "its maintainers are looking whether it is affected",
        _ => "none is known",
    };
    format!("There is no fixed version ({why}). Do without `{package}`, or close the way to what is weak in it.")
}

/// By whoever the severity is from, else by the National Vulnerability Database.
fn score(entry: &Json) -> Option<f64> {
    let by = |source: &str| entry.get("CVSS")?.get(source)?.get("V3Score")?.as_f64();
    text(entry, "SeveritySource").and_then(by).or_else(|| by("nvd"))
}
