//! What is said below the rows: how many there are, what they cover, what to know, how the question was read.

use crate::reply::{Outcome, Reply, Route};
use crate::runner::ProgramNote;
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
            lines.extend(reply.program.iter().flat_map(|program| of_program(program, reply.route)));
            lines
        }
    }
}

/// What is said of a program: its log, what it did, and how to see it.
fn of_program(program: &ProgramNote, route: Route) -> Vec<String> {
    let mut lines: Vec<String> = program.log.iter().map(|line| format!("log: {}", visible(line))).collect();
    let queries = match program.queries.len() {
        1 => "1 query".to_owned(),
        many => format!("{many} queries"),
    };
    let did = format!("{queries}, {} of its own work", took(program.used.own_ms));
    lines.push(match (route, &program.model) {
        (Route::Generated, Some(model)) => {
            let attempts = count(u64::from(program.attempts), "attempt");
            format!(
                "program `{0}`, written by {model} in {attempts}: {did}; `neph program show {0}` shows it",
                program.id
            )
        }
        (Route::Known, _) => format!("program `{0}`: {did}; `neph program show {0}` shows it", program.id),
        _ => format!("program: {did}"),
    });
    lines
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
    if gaps.is_empty() && !answer.coverage.complete {
        return vec![
            "incomplete: every scope was read, and something else is missing: the warnings say what".to_owned(),
        ];
    }
    if gaps.is_empty() {
        return vec![complete(lines)];
    }
    let mut said = vec![incomplete(lines, &gaps)];
    said.extend(grouped(&gaps).iter().map(|group| format!("  {}", group.sentence())));
    if answer.coverage.lower_bound {
        said.push("the figures are a lower bound: they can only grow when the rest is read".to_owned());
    }
    if answer.coverage.unknown {
        said.push("the figures may be too low or too high: the rest could change them either way".to_owned());
    }
    said
}

/// In how many scopes something is missing. One of which a part could not be read is one that could not be read.
fn incomplete(lines: &[ScopeCoverage], gaps: &[&ScopeCoverage]) -> String {
    let all = count(places(lines.iter()) as u64, "scope");
    let unread = places(gaps.iter().copied().filter(|line| !line.is_undecided()));
    match (unread, places(gaps.iter().copied()) - unread) {
        (unread, 0) => format!("incomplete: {unread} of {all} could not be read:"),
        (0, undecided) => format!("incomplete: in {undecided} of {all} not everything is known:"),
        (unread, undecided) => {
            format!("incomplete: {unread} of {all} could not be read, and in {undecided} not everything is known:")
        }
    }
}

/// Gaps of one account that have the same reason, so that a role that is missing is one line and not two hundred.
/// Nothing is lost: each of its tables is missing in each of its regions.
struct Group<'a> {
    first: &'a ScopeCoverage,
    regions: BTreeSet<&'a str>,
    whats: Vec<String>,
    rows: u64,
    count: usize,
}

fn grouped<'a>(gaps: &[&'a ScopeCoverage]) -> Vec<Group<'a>> {
    let mut tables: Vec<Group<'a>> = Vec::new();
    for gap in gaps {
        let what = what(gap);
        let known = tables.iter_mut().find(|group| group.has_reason_of(gap) && group.whats[0] == what);
        if let Some(group) = known {
            group.regions.insert(&gap.scope.region);
            group.rows += rows_of(gap);
            group.count += 1;
        } else {
            let regions = BTreeSet::from([gap.scope.region.as_str()]);
            tables.push(Group { first: gap, regions, whats: vec![what], rows: rows_of(gap), count: 1 });
        }
    }
    let mut groups: Vec<Group<'a>> = Vec::new();
    for table in tables {
        match groups.iter_mut().find(|group| group.has_reason_of(table.first) && group.regions == table.regions) {
            Some(group) => {
                group.whats.extend(table.whats);
                group.rows += table.rows;
                group.count += table.count;
            }
            None => groups.push(table),
        }
    }
    groups
}

/// Rows that came before it failed; they are in the answer.
fn rows_of(gap: &ScopeCoverage) -> u64 {
    if gap.columns.is_empty() { gap.rows } else { 0 }
}

fn what(gap: &ScopeCoverage) -> String {
    let mut what = gap.table.clone();
    if !gap.columns.is_empty() {
        what = format!("{what} ({})", gap.columns.join(", "));
    }
    match &gap.item {
        Some(item) => format!("{what} ({item})"),
        None => what,
    }
}

impl Group<'_> {
    fn has_reason_of(&self, gap: &ScopeCoverage) -> bool {
        let code = |line: &ScopeCoverage| line.error.as_ref().map(|error| error.code.clone());
        let key = |line: &ScopeCoverage| {
            (line.source.clone(), line.scope.provider.clone(), line.scope.account_id.clone(), line.status, code(line))
        };
        key(self.first) == key(gap)
    }

    fn sentence(&self) -> String {
        let scope = &self.first.scope;
        let account = match (scope.account_id.as_str(), scope.account_name.as_str()) {
            ("*", _) => "all accounts".to_owned(),
            (id, name) if id == name || name.is_empty() => id.to_owned(),
            (id, name) => format!("{name} ({id})"),
        };
        let regions: Vec<_> = self.regions.iter().copied().collect();
        let regions = match regions.as_slice() {
            ["*"] => " in all regions".to_owned(),
            [schema::scope::GLOBAL] => String::new(),
            regions => format!(" in {}", regions.join(", ")),
        };
        // Nothing failed where a provider has no more than it gave, or where a value in what was read is not known.
        let status = match self.first {
            first if first.is_too_low() => "too low",
            first if first.is_undecided() => "not decided",
            first => first.status.as_str(),
        };
        let why = self.first.error.as_ref().map_or(status, |error| &error.message);
        let like_it = if self.count > 1 { format!(" (and {} more like it)", self.count - 1) } else { String::new() };
        let rows =
            if self.rows > 0 { format!("; {} came before that", count(self.rows, "row")) } else { String::new() };
        let whats = self.whats.join(", ");
        let provider = if scope.provider == "*" { "all providers," } else { &scope.provider };
        visible(&format!("{provider} {account}{regions}: {whats}: {status}: {why}{like_it}{rows}")).into_owned()
    }
}

fn place(line: &ScopeCoverage) -> (&str, &str, &str, &str, &str) {
    (&line.source, &line.scope.provider, &line.scope.account_id, &line.scope.region, &line.table)
}

/// How many scopes the lines are about.
fn places<'a>(lines: impl Iterator<Item = &'a ScopeCoverage>) -> usize {
    lines.map(place).collect::<BTreeSet<_>>().len()
}

fn complete(lines: &[ScopeCoverage]) -> String {
    if lines.is_empty() {
        return "complete: nothing had to be read".to_owned();
    }
    let scopes = count(places(lines.iter()) as u64, "scope");
    let oldest = lines.iter().filter(|line| line.status == Status::Cached).map(|line| line.age_seconds).max();
    let all_cached = lines.iter().all(|line| line.status == Status::Cached);
    match oldest {
        None => format!("complete: {scopes}, read now"),
        Some(oldest) if all_cached => format!("complete: {scopes}, read {} ago", age(oldest)),
        Some(oldest) => format!("complete: {scopes}, some read {} ago, the others now", age(oldest)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use schema::coverage::{CoverageError, UNDECIDED};
    use schema::{Coverage, Scope};

    fn gap(account: &str, region: &str, table: &str) -> ScopeCoverage {
        ScopeCoverage {
            source: "aws".to_owned(),
            scope: Scope::new("aws", account, account, region),
            table: table.to_owned(),
            columns: Vec::new(),
            item: None,
            status: Status::Denied,
            rows: 0,
            age_seconds: 0,
            calls: 1,
            error: Some(CoverageError::new("AccessDenied", format!("no `{table}` for you"))),
        }
    }

    #[test]
    fn gaps_of_one_reason_are_one_line_that_names_every_table_and_region() {
        let mut cut = gap("1", "eu", "volumes");
        cut.status = Status::Timeout;
        cut.rows = 7;
        let gaps = [
            gap("1", "eu", "volumes"),
            gap("1", "us", "volumes"),
            gap("1", "eu", "images"),
            gap("1", "us", "images"),
            gap("1", "eu", "functions"),
            gap("2", "eu", "images"),
            cut,
        ];
        let lines: Vec<_> = grouped(&gaps.iter().collect::<Vec<_>>()).iter().map(Group::sentence).collect();
        assert_eq!(
            lines,
            [
                "aws 1 in eu, us: volumes, images: denied: no `volumes` for you (and 3 more like it)",
                "aws 1 in eu: functions: denied: no `functions` for you",
                "aws 2 in eu: images: denied: no `images` for you",
                "aws 1 in eu: volumes: timeout: no `volumes` for you; 7 rows came before that",
            ]
        );
    }

    #[test]
    fn what_was_read_and_not_decided_is_not_said_to_be_unread() {
        let undecided = |region: &str| {
            let error = Some(CoverageError::new(UNDECIDED, "`cpu_avg` is not known"));
            ScopeCoverage { error, status: Status::Failed, ..gap("1", region, "findings") }
        };
        let read = ScopeCoverage { error: None, status: Status::Live, ..gap("2", "eu", "findings") };
        let said = |scopes: Vec<ScopeCoverage>| {
            let coverage = Coverage { scopes, ..Coverage::default() };
            super::coverage(&Answer { coverage, ..Answer::default() })
        };
        let both = ["eu", "us"].map(undecided);
        assert_eq!(
            said([both.as_slice(), &[read]].concat()),
            [
                "incomplete: in 2 of 3 scopes not everything is known:",
                "  aws 1 in eu, us: findings: not decided: `cpu_avg` is not known (and 1 more like it)",
            ]
        );
        let mixed = said([both.as_slice(), &[gap("2", "eu", "findings")]].concat());
        assert_eq!(mixed[0], "incomplete: 1 of 3 scopes could not be read, and in 2 not everything is known:");
    }
}
