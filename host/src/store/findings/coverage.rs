//! What the coverage of `findings` says: when each plugin scanned last, and where it could not look. Plugins that a query does not
//! ask for are left out, which is known once a plan was made over the rows.

use super::LastScan;
use super::looked::place_named;
use chrono::{DateTime, Utc};
use datafusion::logical_expr::Expr;
use engine::filters;
use engine::in_place::{Later, Told};
use schema::coverage::CoverageError;
use schema::scope::ALL_REGIONS;
use schema::tables::FINDINGS;
use schema::{Scope, ScopeCoverage, Status};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Places of one plugin that are named; the rest are counted.
const MOST_PLACES: usize = 20;

/// The lines of one request.
#[derive(Debug)]
pub(super) struct Lines {
    of_plugins: Vec<(String, Vec<ScopeCoverage>)>,
    of_all: Option<ScopeCoverage>,
    /// The plugins that are asked for, by their place; none where no rows are.
    asked: Mutex<Option<BTreeSet<usize>>>,
}

impl Lines {
    /// Those of each plugin, and one that is about all of them.
    pub(super) fn new(of_plugins: Vec<(String, Vec<ScopeCoverage>)>, of_all: Option<ScopeCoverage>) -> Self {
        Self { of_plugins, of_all, asked: Mutex::default() }
    }

    /// Takes down which plugins a scan may have rows of.
    pub(super) fn note(&self, filters: &[Expr]) {
        let is_asked = |plugin: &str| filters::may_be(filters, &|column: &str| (column == "plugin").then_some(plugin));
        let plugins = self.of_plugins.iter().enumerate();
        let asked = plugins.filter(|(_, of_plugin)| is_asked(of_plugin.0.as_str())).map(|(at, _)| at);
        self.asked().get_or_insert_default().extend(asked);
    }

    fn asked(&self) -> MutexGuard<'_, Option<BTreeSet<usize>>> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Later for Lines {
    fn told(&self) -> Told {
        let asked = self.asked().clone();
        let Some(asked) = asked else { return Told::default() };
        let of_plugins = asked.iter().filter_map(|at| self.of_plugins.get(*at)).flat_map(|of_plugin| &of_plugin.1);
        let nobody = || "no plugin that is asked for has scanned: `neph plugin list` has their names".to_owned();
        let warnings = asked.is_empty().then(nobody).into_iter().collect();
        Told { coverage: of_plugins.chain(&self.of_all).cloned().collect(), warnings, bytes: 0 }
    }
}

/// When a plugin scanned last, and where it could not look. Its findings are as old as that.
pub(super) fn of_plugin(scan: &LastScan, rows: u64, now: DateTime<Utc>) -> Vec<ScopeCoverage> {
    let plugin = &scan.plugin;
    let line = |scope: Scope, item: String, status: Status, message: Option<String>| ScopeCoverage {
        age_seconds: u64::try_from((now - scan.ended_at).num_seconds()).unwrap_or_default(),
        status,
        error: message.map(|message| CoverageError::new("scan_incomplete", message)),
        ..empty(scope, item)
    };
    let mut places = Places::of(scan).0;
    let status = places.get(&everywhere()).map_or(Status::Cached, |unseen| unseen.status);
    let why = places.remove(&everywhere()).map(|unseen| unseen.said(plugin, ""));
    let mut lines = vec![ScopeCoverage { rows, ..line(everywhere(), plugin.clone(), status, why) }];
    let more = places.len().saturating_sub(MOST_PLACES);
    for unseen in places.into_values().take(MOST_PLACES) {
        let why = unseen.said(plugin, " there");
        lines.push(line(unseen.scope, plugin.clone(), unseen.status, Some(why)));
    }
    if more > 0 {
        let places = if more == 1 { "1 more place".to_owned() } else { format!("{more} more places") };
        let why = format!("the last scan of `{plugin}` did not look at everything in {places}");
        lines.push(line(everywhere(), format!("{plugin}: {places}"), Status::Failed, Some(why)));
    }
    lines
}

/// A line of which the rest is to be said.
pub(super) fn empty(scope: Scope, item: String) -> ScopeCoverage {
    ScopeCoverage {
        source: FINDINGS.name.to_owned(),
        scope,
        table: FINDINGS.name.to_owned(),
        columns: Vec::new(),
        item: Some(item),
        status: Status::Failed,
        rows: 0,
        age_seconds: 0,
        calls: 0,
        error: None,
    }
}

/// Of all places.
pub(super) fn everywhere() -> Scope {
    Scope::new("*", "*", "*", ALL_REGIONS)
}

/// Where a scan could not look, or not at everything, by place without its account's name, which not every gap has.
#[derive(Debug, Default)]
struct Places(BTreeMap<Scope, Unseen>);

/// Why not, first of all, and how many more reasons there are.
#[derive(Debug)]
struct Unseen {
    scope: Scope,
    status: Status,
    why: String,
    more: usize,
}

impl Unseen {
    fn said(&self, plugin: &str, place: &str) -> String {
        let more = if self.more > 0 { format!(" (and {} more)", self.more) } else { String::new() };
        format!("the last scan of `{plugin}` did not look at everything{place}: {}{more}", self.why)
    }
}

impl Places {
    fn of(scan: &LastScan) -> Self {
        let mut places = Self::default();
        if scan.complete {
            return places;
        }
        if let Some(failure) = &scan.failure {
            places.add(everywhere(), Status::Failed, failure);
        }
        for line in &scan.not_read {
            let why = line.error.as_ref().map_or(line.status.as_str(), |error| &error.message);
            places.add(line.scope.clone(), line.status, why);
        }
        for gap in &scan.gaps {
            let (scope, why) = place_of(gap);
            places.add(scope, Status::Failed, &why);
        }
        if scan.is_cut {
            places.add(everywhere(), Status::Failed, "there was more than is kept of it");
        }
        if places.0.is_empty() {
            places.add(everywhere(), Status::Failed, "some scopes could not be read");
        }
        places
    }

    fn add(&mut self, scope: Scope, status: Status, why: &str) {
        let place = Scope { account_name: scope.account_id.clone(), ..scope.clone() };
        let first = || Unseen { scope, status, why: why.to_owned(), more: 0 };
        self.0.entry(place).and_modify(|unseen| unseen.more += 1).or_insert_with(first);
    }
}

/// Where a rule could not be decided, and why. A text that is no place stands for everywhere.
fn place_of(gap: &Value) -> (Scope, String) {
    let message = gap["message"].as_str().unwrap_or("a rule could not be decided");
    let Some(named) = gap["scope"].as_str() else { return (everywhere(), message.to_owned()) };
    match place_named(named) {
        Some([provider, account, region]) => (Scope::new(provider, account, account, region), message.to_owned()),
        None => (everywhere(), format!("{named}: {message}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::findings::made::at;
    use serde_json::json;

    fn gap(scope: &str) -> Value {
        json!({ "rule": "r", "scope": scope, "code": "failed", "message": "a value is not known" })
    }

    fn incomplete(gaps: Vec<Value>) -> LastScan {
        LastScan {
            plugin: "p".to_owned(),
            ended_at: at(0),
            complete: false,
            failure: None,
            gaps,
            not_read: Vec::new(),
            is_cut: false,
        }
    }

    /// Where each line is about, whether it is missing, and its message.
    fn said(scan: &LastScan) -> Vec<(String, &'static str, String)> {
        let lines = of_plugin(scan, 3, at(1));
        assert!(lines.iter().all(|line| line.age_seconds == 60) && lines[0].rows == 3, "{lines:?}");
        let message = |line: &ScopeCoverage| line.error.as_ref().map(|error| error.message.clone()).unwrap_or_default();
        lines.iter().map(|line| (line.scope.to_string(), line.status.as_str(), message(line))).collect()
    }

    #[test]
    fn each_place_that_was_not_looked_at_is_a_line_and_the_rest_is_there() {
        let denied = ScopeCoverage {
            status: Status::Denied,
            error: Some(CoverageError::new("denied", "no permission")),
            ..empty(Scope::new("aws", "1", "prod", "r1"), "some".to_owned())
        };
        let gaps = vec![gap("aws/1/r1"), gap("aws/2/*")];
        let scan = LastScan { not_read: vec![denied], ..incomplete(gaps) };
        let there = |why: &str| format!("the last scan of `p` did not look at everything there: {why}");
        let expected = [
            ("*/*/*".to_owned(), "cached", String::new()),
            ("aws/1/r1".to_owned(), "denied", there("no permission (and 1 more)")),
            ("aws/2/*".to_owned(), "failed", there("a value is not known")),
        ];
        assert_eq!(said(&scan), expected);
        assert_eq!(of_plugin(&scan, 0, at(1))[1].scope.account_name, "prod");
        let complete = LastScan { complete: true, ..scan };
        assert_eq!(said(&complete), expected[..1].to_vec());
    }

    #[test]
    fn what_is_missing_in_no_place_of_its_own_is_missing_everywhere() {
        let of_all = |why: &str| {
            let message = format!("the last scan of `p` did not look at everything: {why}");
            vec![("*/*/*".to_owned(), "failed", message)]
        };
        assert_eq!(said(&incomplete(Vec::new())), of_all("some scopes could not be read"));
        assert_eq!(said(&incomplete(vec![gap("nowhere")])), of_all("nowhere: a value is not known"));
        assert_eq!(said(&incomplete(vec![gap("*/*/*")])), of_all("*/*/*: a value is not known"));
        let broken = LastScan { failure: Some("it broke down".to_owned()), ..incomplete(Vec::new()) };
        assert_eq!(said(&broken), of_all("it broke down"));
        let cut = LastScan { is_cut: true, ..incomplete(Vec::new()) };
        assert_eq!(said(&cut), of_all("there was more than is kept of it"));
    }

    #[test]
    fn many_places_are_counted() {
        let gaps = (0..MOST_PLACES + 2).map(|at| gap(&format!("aws/{at}/r1"))).collect();
        let said = said(&incomplete(gaps));
        assert_eq!(said.len(), 1 + MOST_PLACES + 1);
        let last = said.last().unwrap();
        assert_eq!(last.2, "the last scan of `p` did not look at everything in 2 more places");
    }
}
