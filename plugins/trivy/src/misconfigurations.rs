//! Checks of configuration that fail: one finding for each check and the thing in the file that fails it.

use crate::report::{Report, add, shown, text, title};
use crate::rules::MISCONFIGURATION;
use crate::{Found, severity};
use guest_sdk::{Finding, Json, Resource};
use std::collections::BTreeMap;

/// One check that one thing fails, from all entries about it. Lines move from one scan to the next: they are evidence and
/// tell nothing apart.
struct Failure<'a> {
    result: &'a Json,
    entry: &'a Json,
    lines: Vec<String>,
}

pub(crate) fn read(report: &Report) -> Found {
    let (mut failures, mut found) = (BTreeMap::new(), Found::default());
    for (result, entry) in report.entries("Misconfigurations") {
        if matches!(text(entry, "Status"), Some("PASS" | "EXCEPTION")) {
            continue;
        }
        let (Some(id), Some(target)) = (text(entry, "ID"), text(result, "Target")) else {
            found.unreadable += 1;
            continue;
        };
        let part = format!("{id}/{target}/{}", thing(entry).unwrap_or_default());
        let failure = failures.entry(part).or_insert_with(|| Failure { result, entry, lines: vec![] });
        add(&mut failure.lines, lines(entry));
    }
    found.findings = failures.into_iter().map(|(part, failure)| (part, finding(&failure))).collect();
    found
}

fn finding(failure: &Failure<'_>) -> Finding {
    let entry = failure.entry;
    let said = |key| text(entry, key).map(str::to_owned);
    let named = text(entry, "Title").unwrap_or(MISCONFIGURATION.title);
    let finding = Finding::new(&MISCONFIGURATION, Resource::default())
        .title(title(named))
        .severity(severity::of(entry))
        .evidence("check", said("AVDID").or_else(|| said("ID")))
        .evidence("target", text(failure.result, "Target").map(str::to_owned))
        .evidence("thing", thing(entry).map(str::to_owned))
        .evidence("lines", shown(&failure.lines))
        .evidence("message", said("Message").map(|message| title(&message)))
        .evidence("primary_url", said("PrimaryURL"));
    match said("Resolution") {
        Some(resolution) => finding.remediation(resolution),
        None => finding,
    }
}

/// `aws_s3_bucket.logs`, or whatever it is in the file that fails.
fn thing(entry: &Json) -> Option<&str> {
    text(entry.get("CauseMetadata")?, "Resource")
}

fn lines(entry: &Json) -> Option<String> {
    let line = |key: &str| entry.get("CauseMetadata")?.get(key)?.as_u64();
    let (start, end) = (line("StartLine")?, line("EndLine")?);
    Some(if start == end { start.to_string() } else { format!("{start}-{end}") })
}
