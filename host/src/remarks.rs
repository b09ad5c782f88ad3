//! What is said below the rows: how many there are, what they cover, what to know, how the question was read.

use crate::reply::{Outcome, Reply};
use crate::text::{age, count, took, visible};
use engine::Answer;
use schema::{ScopeCoverage, Status};
use std::collections::BTreeSet;

/// The remarks on a reply, a line each.
pub fn of(reply: &Reply) -> Vec<String> {
    match &reply.outcome {
        Outcome::Refused(refusal) => {
            let mut lines = vec![format!("not answered: {}", visible(&refusal.why))];
            lines.extend(refusal.nearest.iter().map(|nearest| format!("hint: ask `{}`", visible(nearest))));
            lines
        }
        Outcome::Answer(answer) => {
            let mut lines = vec![rows(answer, reply.classify_ms)];
            lines.extend(coverage(answer));
            lines.extend(answer.warnings.iter().map(|warning| format!("warning: {}", visible(warning))));
            if reply.question.is_some() {
                lines.push(format!("read as: {}", visible(&reply.explanation)));
            }
            lines
        }
    }
}

fn rows(answer: &Answer, classify_ms: f64) -> String {
    let more = if answer.truncated { ", and more that were cut" } else { "" };
    let calls: u64 = answer.coverage.scopes.iter().map(|line| line.calls).sum();
    let calls = if calls == 0 { String::new() } else { format!(", {}", count(calls, "call")) };
    format!("{}{more} in {}{calls}", count(answer.row_count as u64, "row"), took(answer.timing.total + classify_ms))
}

/// What the answer covers: one line if that is everything, else one more for each gap.
pub fn coverage(answer: &Answer) -> Vec<String> {
    let lines = &answer.coverage.scopes;
    let gaps: Vec<_> = lines.iter().filter(|line| !line.status.is_complete()).collect();
    if gaps.is_empty() {
        return vec![complete(lines)];
    }
    // A scope of which a part is missing is one that could not be read.
    let all: BTreeSet<_> = lines.iter().map(place).collect();
    let incomplete: BTreeSet<_> = gaps.iter().map(|line| place(line)).collect();
    let mut said =
        vec![format!("incomplete: {} of {} could not be read:", incomplete.len(), count(all.len() as u64, "scope"))];
    said.extend(gaps.iter().map(|line| format!("  {}", gap(line))));
    if answer.coverage.lower_bound {
        said.push("the figures are a lower bound: they can only grow when the rest is read".to_owned());
    }
    if answer.coverage.unknown {
        said.push("the figures may be too low or too high: the rest could change them either way".to_owned());
    }
    said
}

fn place(line: &ScopeCoverage) -> (&str, &str, &str, &str, &str) {
    (&line.source, &line.scope.provider, &line.scope.account_id, &line.scope.region, &line.table)
}

fn complete(lines: &[ScopeCoverage]) -> String {
    if lines.is_empty() {
        return "complete: nothing had to be read".to_owned();
    }
    let scopes = count(lines.iter().map(place).collect::<BTreeSet<_>>().len() as u64, "scope");
    let oldest = lines.iter().filter(|line| line.status == Status::Cached).map(|line| line.age_seconds).max();
    let all_cached = lines.iter().all(|line| line.status == Status::Cached);
    match oldest {
        None => format!("complete: {scopes}, read now"),
        Some(oldest) if all_cached => format!("complete: {scopes}, read {} ago", age(oldest)),
        Some(oldest) => format!("complete: {scopes}, some read {} ago, the others now", age(oldest)),
    }
}

fn gap(line: &ScopeCoverage) -> String {
    let scope = &line.scope;
    let account = match (scope.account_id.as_str(), scope.account_name.as_str()) {
        ("*", _) => "all accounts".to_owned(),
        (id, name) if id == name || name.is_empty() => id.to_owned(),
        (id, name) => format!("{name} ({id})"),
    };
    let region = match scope.region.as_str() {
        "*" => " in all regions".to_owned(),
        schema::scope::GLOBAL => String::new(),
        region => format!(" in {region}"),
    };
    let mut what = line.table.clone();
    if !line.columns.is_empty() {
        what = format!("{what} ({})", line.columns.join(", "));
    }
    if let Some(item) = &line.item {
        what = format!("{what}, {item}");
    }
    let why = line.error.as_ref().map_or(line.status.as_str(), |error| &error.message);
    let got = if line.rows > 0 && line.columns.is_empty() {
        format!(" ({} came before that)", count(line.rows, "row"))
    } else {
        String::new()
    };
    visible(&format!("{} {account}{region}, {what}: {}: {why}{got}", scope.provider, line.status.as_str())).into_owned()
}
