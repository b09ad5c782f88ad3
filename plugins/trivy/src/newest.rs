//! Which of several reports about one artifact count: the newest, and an older one of what no newer one is about. What is
//! left out though no newer report has the like is told.

use crate::report::{Head, Report};
use crate::rules::SYSTEM;
use guest_sdk::{Error, Findings, Host, Input, Level, Rule};
use std::collections::BTreeMap;

/// A report that counts.
pub(crate) struct Counted<'a> {
    pub(crate) input: &'a Input,
    /// Whether it is the one to say what the artifact's operating system is: several may.
    pub(crate) says_system: bool,
}

type Reports<'a> = Vec<(Head, &'a Input)>;

/// What is no report is a gap.
pub(crate) fn of<'a>(host: &Host, inputs: &'a [Input], findings: &Findings) -> Vec<Counted<'a>> {
    let mut artifacts: BTreeMap<(String, String), Reports<'a>> = BTreeMap::new();
    for input in inputs {
        match Report::read(input) {
            Ok(Report { head, .. }) => {
                artifacts.entry((head.id.clone(), head.kind.clone())).or_default().push((head, input));
            }
            Err(error) => crate::gap(findings, &error),
        }
    }
    artifacts.into_values().flat_map(|reports| of_artifact(host, reports, findings)).collect()
}

fn of_artifact<'a>(host: &Host, mut reports: Reports<'a>, findings: &Findings) -> Vec<Counted<'a>> {
    // Of two of one moment the one that was handed over later is taken for the newer.
    reports.reverse();
    reports.sort_by_key(|(head, _)| std::cmp::Reverse(head.made));
    let mut kept: Reports<'a> = Vec::new();
    for (head, input) in reports {
        if kept.is_empty() || is_of_something_else(&head, &kept) {
            kept.push((head, input));
        } else {
            tell(host, (&head, input), &kept, findings);
        }
    }
    let system = kept.iter().position(|(head, _)| has(head, &SYSTEM)).unwrap_or_default();
    kept.into_iter().enumerate().map(|(at, (_, input))| Counted { input, says_system: at == system }).collect()
}

/// Trivy was told to look for this here and for that there: no newer report has any of what this one has, and each of
/// them has something. The system is in reports of every sort.
fn is_of_something_else(head: &Head, newer: &Reports<'_>) -> bool {
    let mut sorts = head.has.iter().filter(|rule| rule.id != SYSTEM.id).peekable();
    let is_of_any = |(head, _): &(Head, &Input)| head.has.iter().any(|rule| rule.id != SYSTEM.id);
    sorts.peek().is_some() && newer.iter().all(is_of_any) && sorts.all(|rule| !newer.iter().any(|(n, _)| has(n, rule)))
}

fn has(head: &Head, rule: &Rule) -> bool {
    head.has.iter().any(|own| own.id == rule.id)
}

/// Says that a report is left out: in the log where newer ones say all that it might, else as a gap.
fn tell(host: &Host, (head, input): (&Head, &Input), newer: &Reports<'_>, findings: &Findings) {
    let (name, newest) = (input.file_name(), newer.first().map_or("", |(_, input)| input.file_name()));
    let is_dated = head.made.is_some() && newer.iter().all(|(head, _)| head.made.is_some());
    let why = match (is_dated, head.is_by_path) {
        (false, _) => "and which of the two is newer they do not say",
        (true, true) => "and whether both are about one folder they do not say: scan where Trivy sees the repository",
        (true, false) => "which is newer, has nothing of this sort and does not say whether that was looked for",
    };
    let is_missing = |rule: &&&Rule| !is_dated || head.is_by_path || !newer.iter().any(|(head, _)| has(head, rule));
    let missing: Vec<_> = head.has.iter().filter(is_missing).collect();
    for rule in &missing {
        findings.gap(rule, &Error::Failed(format!("`{name}` is left out for `{newest}`, {why}")));
    }
    if missing.is_empty() {
        host.log(Level::Info, &format!("`{name}` is left out: there is a newer report about the same artifact"));
    }
}
