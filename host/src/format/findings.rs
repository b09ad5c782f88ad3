//! What plugins found, in the formats of people and of other programs.

use super::table::write_texts;
use super::{Format, View, csv};
use crate::failure::{Code, Failure};
use crate::scans::{Report, Scans, object};
use crate::text::visible;
use chrono::{DateTime, Utc};
use schema::Scope;
use schema::finding::asff::{self, Hub};
use schema::finding::seen::{Gap, GapKind, Report as Sarif, Rule, Seen};
use schema::finding::{ocsf, sarif};
use serde_json::{Value, json};
use std::io::{self, Write};

/// The columns of `csv`.
const COLUMNS: [&str; 20] = [
    "plugin",
    "rule",
    "class",
    "severity",
    "state",
    "title",
    "provider",
    "account_id",
    "account_name",
    "region",
    "resource_id",
    "kind",
    "name",
    "monthly_saving",
    "currency",
    "remediation",
    "evidence",
    "first_seen",
    "last_seen",
    "uid",
];

/// The Security Hub of `ACCOUNT/REGION`.
pub fn hub(text: &str) -> Result<Hub, Failure> {
    let wrong = |why: String| Failure::new(Code::BadRequest, why).hint("write it as `111122223333/eu-west-1`");
    let (account, region) = text.split_once('/').ok_or_else(|| wrong(format!("`{text}` is no account and region")))?;
    Hub::new(account, region).map_err(|error| wrong(error.to_string()))
}

/// Writes what was found. `hub` is there for [`Format::Asff`].
pub fn write(
    format: Format,
    scans: &Scans,
    hub: Option<&Hub>,
    now: DateTime<Utc>,
    view: View,
    out: &mut dyn Write,
) -> io::Result<()> {
    let all = || sorted(scans.scans.iter().flat_map(|report| &report.findings));
    // Their readers keep what they were told until they are told that it is gone.
    let with_gone = || sorted(scans.scans.iter().flat_map(|report| report.findings.iter().chain(&report.resolved)));
    match format {
        Format::Json => whole(&json!(scans), out),
        Format::Ndjson => all().into_iter().try_for_each(|seen| line(&object(seen), out)),
        Format::Csv => {
            csv::line(out, COLUMNS.iter().map(|name| Some((*name).to_owned())))?;
            all().into_iter().try_for_each(|seen| csv::line(out, cells(seen).into_iter()))
        }
        Format::Ocsf => with_gone().into_iter().try_for_each(|seen| line(&ocsf::event(seen, now), out)),
        Format::Asff => {
            let Some(hub) = hub else { return Err(io::Error::other("`asff` names no Security Hub")) };
            whole(&json!(with_gone().into_iter().map(|seen| asff::finding(seen, hub, now)).collect::<Vec<_>>()), out)
        }
        Format::Sarif => {
            let reports: Vec<Sarif> =
                scans.scans.iter().map(sarif_of).chain(scans.skipped.iter().map(skipped)).collect();
            whole(&sarif::log(&reports, now), out)
        }
        _ => table(&all(), view, out),
    }
}

/// In the order of all plugins together: the worst first, whichever found it.
fn sorted<'a>(findings: impl Iterator<Item = &'a Seen>) -> Vec<&'a Seen> {
    let mut all: Vec<&Seen> = findings.collect();
    all.sort_by(|a, b| a.worst_first(b));
    all
}

fn whole(value: &Value, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    writeln!(out)
}

fn line(value: &Value, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    writeln!(out)
}

fn table(all: &[&Seen], view: View, out: &mut dyn Write) -> io::Result<()> {
    if all.is_empty() {
        return Ok(());
    }
    let has_saving = all.iter().any(|seen| seen.finding.monthly_saving.is_some());
    let mut headings = vec!["severity", "finding", "resource", "account", "region", "state", "plugin"];
    if has_saving {
        headings.insert(5, "saving a month");
    }
    let lines: Vec<Vec<String>> = all.iter().map(|seen| shown(seen, has_saving)).collect();
    write_texts(&headings, &lines, view, out)
}

fn shown(seen: &Seen, has_saving: bool) -> Vec<String> {
    let finding = &seen.finding;
    let resource = &finding.resource;
    let seen_text = |text: &str| visible(text).into_owned();
    let name = resource.name.as_deref().filter(|name| !name.is_empty()).unwrap_or(&resource.resource_id);
    let account = seen.account_name.as_deref().or(resource.account_id.as_deref()).unwrap_or_default();
    let mut cells = vec![
        finding.severity.as_str().to_owned(),
        seen_text(&finding.title),
        seen_text(name),
        seen_text(account),
        seen_text(resource.region.as_deref().unwrap_or_default()),
        seen.standing.as_str().to_owned(),
        seen.plugin.clone(),
    ];
    if has_saving {
        let saving = finding.monthly_saving.map(|amount| {
            let currency = finding.currency.as_ref().map(|code| format!(" {code}")).unwrap_or_default();
            format!("{:.2}{currency}", amount.round_dp(2))
        });
        cells.insert(5, saving.unwrap_or_default());
    }
    cells
}

fn cells(seen: &Seen) -> Vec<Option<String>> {
    let (finding, resource) = (&seen.finding, &seen.finding.resource);
    vec![
        Some(seen.plugin.clone()),
        Some(finding.rule.clone()),
        Some(finding.class.as_str().to_owned()),
        Some(finding.severity.as_str().to_owned()),
        Some(seen.standing.as_str().to_owned()),
        Some(finding.title.clone()),
        resource.provider.clone(),
        resource.account_id.clone(),
        seen.account_name.clone(),
        resource.region.clone(),
        Some(resource.resource_id.clone()),
        resource.kind.clone(),
        resource.name.clone(),
        finding.monthly_saving.map(|amount| amount.to_string()),
        finding.currency.clone(),
        finding.remediation.clone(),
        Some(Value::Object(finding.evidence.clone()).to_string()),
        Some(seen.first_seen.to_rfc3339()),
        Some(seen.last_seen.to_rfc3339()),
        Some(finding.uid.clone()),
    ]
}

/// A scan that did not end well says so in its report.
fn sarif_of(report: &Report) -> Sarif {
    let rules = report.described.iter().flat_map(|described| &described.rules).map(|rule| Rule {
        id: rule.id.clone(),
        title: rule.title.clone(),
        severity: rule.severity,
        why: rule.why.clone(),
        origin: rule.origin.clone(),
    });
    let failure =
        report.failure.iter().map(|failure| gap(GapKind::Failure, &failure.code, &failure.message, None, None));
    let gaps = report.gaps.iter().map(|one| {
        let rule = (one.rule != "*").then(|| one.rule.clone());
        gap(GapKind::Unread, &one.code, &one.said(), rule, None)
    });
    let unread = report.coverage.scopes.iter().filter(|line| !line.status.is_complete()).map(|line| {
        let why = line.error.as_ref().map_or(line.status.as_str(), |error| error.message.as_str());
        gap(GapKind::Unread, line.status.as_str(), &format!("{}: {why}", line.table), None, Some(line.scope.clone()))
    });
    Sarif {
        plugin: report.plugin.clone(),
        version: report.version.clone(),
        rules: rules.collect(),
        findings: report.findings.iter().chain(&report.resolved).cloned().collect(),
        gaps: failure.chain(gaps).chain(unread).collect(),
    }
}

fn skipped(skipped: &crate::scans::Skipped) -> Sarif {
    Sarif {
        plugin: skipped.plugin.clone(),
        version: String::new(),
        rules: Vec::new(),
        findings: Vec::new(),
        gaps: vec![gap(GapKind::Failure, "held", &skipped.why, None, None)],
    }
}

fn gap(kind: GapKind, code: &str, message: &str, rule: Option<String>, scope: Option<Scope>) -> Gap {
    Gap { kind, code: code.to_owned(), message: message.to_owned(), rule, scope }
}
