//! Licences that ask for something: one finding for each licence and package, or file. Of those that Trivy holds to be of
//! low severity (notice, permissive, unencumbered) there is nothing to say.

use crate::report::{Report, add, shown, text, title};
use crate::rules::LICENCE;
use crate::{Found, severity};
use guest_sdk::{Finding, Json, Resource, Severity};
use std::collections::BTreeMap;

struct Licensed<'a> {
    entry: &'a Json,
    what: &'a str,
    targets: Vec<String>,
}

pub(crate) fn read(report: &Report) -> Found {
    let (mut licences, mut found) = (BTreeMap::new(), Found::default());
    for (result, entry) in report.entries("Licenses") {
        if severity::of(entry) == Severity::Low {
            continue;
        }
        let what = text(entry, "PkgName").or_else(|| text(entry, "FilePath"));
        let (Some(name), Some(what)) = (text(entry, "Name"), what) else {
            found.unreadable += 1;
            continue;
        };
        let part = format!("{name}/{what}");
        let licensed = licences.entry(part).or_insert_with(|| Licensed { entry, what, targets: vec![] });
        add(&mut licensed.targets, text(result, "Target"));
    }
    found.findings = licences.into_iter().map(|(part, licensed)| (part, finding(&licensed))).collect();
    found
}

fn finding(licensed: &Licensed<'_>) -> Finding {
    let said = |key| text(licensed.entry, key).map(str::to_owned);
    let name = text(licensed.entry, "Name").unwrap_or_default();
    Finding::new(&LICENCE, Resource::default())
        .title(title(&format!("{} is under {name}", licensed.what)))
        .severity(severity::of(licensed.entry))
        .evidence("licence", name)
        .evidence("category", said("Category"))
        .evidence("package", licensed.what)
        .evidence("target", shown(&licensed.targets))
        .evidence("link", said("Link"))
}
