//! An operating system that gets no more fixes.

use crate::Found;
use crate::report::{Report, text};
use crate::rules::SYSTEM;
use guest_sdk::{Finding, Json, Resource};
use std::collections::BTreeMap;

pub(crate) fn read(report: &Report) -> Found {
    let system = report.metadata().get("OS").unwrap_or(&Json::Null);
    if system.get("EOSL").and_then(|is| is.as_bool()) != Some(true) {
        return Found::default();
    }
    let family = text(system, "Family").unwrap_or("system");
    let finding = Finding::new(&SYSTEM, Resource::default())
        .evidence("family", family)
        .evidence("release", text(system, "Name").map(str::to_owned));
    Found { findings: BTreeMap::from([(family.to_owned(), finding)]), unreadable: 0 }
}
