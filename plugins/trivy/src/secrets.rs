//! Secrets in files: one finding for each sort of secret and file. The secret itself is in the report, more or less
//! masked, and is never given on.

use crate::report::{Report, add, shown, text, title};
use crate::rules::SECRET;
use crate::{Found, severity};
use guest_sdk::{Finding, Json, Resource};
use std::collections::BTreeMap;

struct Hidden<'a> {
    entry: &'a Json,
    target: &'a str,
    lines: Vec<String>,
}

pub(crate) fn read(report: &Report) -> Found {
    let (mut secrets, mut found) = (BTreeMap::new(), Found::default());
    for (result, entry) in report.entries("Secrets") {
        let (Some(rule), Some(target)) = (text(entry, "RuleID"), text(result, "Target")) else {
            found.unreadable += 1;
            continue;
        };
        let secret =
            secrets.entry(format!("{rule}/{target}")).or_insert_with(|| Hidden { entry, target, lines: vec![] });
        add(&mut secret.lines, entry.get("StartLine").and_then(|line| line.as_u64()).map(|line| line.to_string()));
    }
    found.findings = secrets.into_iter().map(|(part, secret)| (part, finding(&secret))).collect();
    found
}

fn finding(secret: &Hidden<'_>) -> Finding {
    let said = |key| text(secret.entry, key).map(str::to_owned);
    let sort = text(secret.entry, "Title").unwrap_or("a secret");
    Finding::new(&SECRET, Resource::default())
        .title(title(&format!("{sort} in {}", secret.target)))
        .severity(severity::of(secret.entry))
        .evidence("secret_rule", said("RuleID"))
        .evidence("category", said("Category"))
        .evidence("target", secret.target)
        .evidence("lines", shown(&secret.lines))
}
