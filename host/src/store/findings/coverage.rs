//! What the coverage of `findings` says: when each plugin scanned last, and where it could not look. Plugins and places that a
//! query does not ask for are left out, which is known once a plan was made over the rows.

use super::LastScan;
use super::looked::{BILL, place_named};
use chrono::{DateTime, Utc};
use datafusion::logical_expr::Expr;
use engine::filters;
use engine::in_place::{Later, Told};
use sandbox::plugin::job::NO_RESULT;
use schema::coverage::{CoverageError, UNDECIDED};
use schema::scope::ALL_REGIONS;
use schema::tables::{FINDINGS, HISTORY};
use schema::{Scope, ScopeCoverage, Status};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Places of one plugin that are named; the rest are counted.
const MOST_PLACES: usize = 20;

/// The lines of one request.
#[derive(Debug)]
pub(super) struct Lines {
    of_plugins: Vec<OfPlugin>,
    of_all: Option<ScopeCoverage>,
    /// What is asked for; none where no rows are.
    wanted: Mutex<Option<Wanted>>,
}

/// What the scans of one request may have rows of.
#[derive(Debug, Clone, Default)]
struct Wanted {
    /// Lines by their place, of plugins by theirs.
    lines: BTreeMap<usize, BTreeSet<usize>>,
    /// Plugins that are asked for by their name, and never scanned.
    unscanned: BTreeSet<String>,
    /// Whether a scan names no plugin, and leaves out each that has scanned.
    has_nobody: bool,
}

impl Lines {
    /// Those of each plugin, and one that is about all of them.
    pub(super) fn new(of_plugins: Vec<OfPlugin>, of_all: Option<ScopeCoverage>) -> Self {
        Self { of_plugins, of_all, wanted: Mutex::default() }
    }

    /// Takes down which plugins and places a scan may have rows of.
    pub(super) fn note(&self, filters: &[Expr]) {
        let lines = self.of_plugins.iter().map(|of_plugin| of_plugin.asked(filters)).enumerate();
        let lines: Vec<_> = lines.filter(|(_, asked)| !asked.is_empty()).collect();
        let named = filters::wanted_texts(filters, "plugin");
        let mut guard = self.wanted();
        let wanted = guard.get_or_insert_default();
        wanted.has_nobody |= lines.is_empty() && named.is_empty();
        for (at, asked) in lines {
            wanted.lines.entry(at).or_default().extend(asked);
        }
        let has_scanned = |plugin: &str| self.of_plugins.iter().any(|of_plugin| of_plugin.plugin == plugin);
        for plugin in named {
            if !has_scanned(plugin) && may_have(filters, plugin, &everywhere()) {
                wanted.unscanned.insert(plugin.to_owned());
            }
        }
    }

    fn wanted(&self) -> MutexGuard<'_, Option<Wanted>> {
        self.wanted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Later for Lines {
    fn told(&self) -> Told {
        let wanted = self.wanted().clone();
        let Some(wanted) = wanted else { return Told::default() };
        let of_plugins = wanted.lines.iter().filter_map(|(at, asked)| Some(self.of_plugins.get(*at)?.said(asked)));
        let coverage = of_plugins
            .flatten()
            .chain(wanted.unscanned.iter().map(|plugin| unscanned(plugin)))
            .chain(wanted.has_nobody.then(nobody))
            .chain(self.of_all.clone())
            .collect();
        Told { coverage, ..Told::default() }
    }
}

/// Nobody looked: that there are no findings says nothing.
fn unscanned(plugin: &str) -> ScopeCoverage {
    let message =
        format!("there is no scan of `{plugin}`: `neph plugin list` has the names, and `neph scan` runs them");
    ScopeCoverage { error: Some(CoverageError::new("no_scans", message)), ..empty(everywhere(), plugin.to_owned()) }
}

fn nobody() -> ScopeCoverage {
    let message = "no plugin that is asked for has scanned: `neph plugin list` has their names";
    ScopeCoverage {
        error: Some(CoverageError::new("no_scans", message)),
        ..empty(everywhere(), "every other plugin".to_owned())
    }
}

/// When a plugin scanned last, and where it could not look.
#[derive(Debug)]
pub(super) struct OfPlugin {
    plugin: String,
    /// That of all places first.
    lines: Vec<ScopeCoverage>,
}

impl OfPlugin {
    /// What is known of its last scan; its findings are as old as that. `names` are those of accounts, by their ids.
    pub(super) fn of(scan: &LastScan, rows: u64, names: &HashMap<String, String>, now: DateTime<Utc>) -> Self {
        let plugin = &scan.plugin;
        let age_seconds = u64::try_from((now - scan.ended_at).num_seconds()).unwrap_or_default();
        let line = |scope: Scope, status: Status, error: Option<CoverageError>| ScopeCoverage {
            age_seconds,
            status,
            error,
            ..empty(scope, plugin.clone())
        };
        let mut places = Places::of(scan, names).0;
        let unseen = places.remove(&everywhere());
        let status = unseen.as_ref().map_or(Status::Cached, |unseen| unseen.status);
        let why = unseen.map(|unseen| unseen.error(plugin, ""));
        let mut lines = vec![ScopeCoverage { rows, ..line(everywhere(), status, why) }];
        for unseen in places.into_values() {
            let why = unseen.error(plugin, " there");
            lines.push(line(unseen.scope, unseen.status, Some(why)));
        }
        Self { plugin: plugin.clone(), lines }
    }

    /// Its lines that are about what the filters let through.
    fn asked(&self, filters: &[Expr]) -> BTreeSet<usize> {
        let lines = self.lines.iter().enumerate();
        lines.filter(|(_, line)| may_have(filters, &self.plugin, &line.scope)).map(|(at, _)| at).collect()
    }

    /// Those of its lines that are asked for. Of many places the first are named.
    fn said(&self, asked: &BTreeSet<usize>) -> Vec<ScopeCoverage> {
        let asked: Vec<&ScopeCoverage> = asked.iter().filter_map(|at| self.lines.get(*at)).collect();
        let (named, rest) = asked.split_at(asked.len().min(1 + MOST_PLACES));
        named.iter().copied().cloned().chain(self.counted(rest)).collect()
    }

    /// One line for all of the places that are not named.
    fn counted(&self, rest: &[&ScopeCoverage]) -> Option<ScopeCoverage> {
        let plugin = &self.plugin;
        let first = rest.first()?;
        let places = if rest.len() == 1 { "1 more place".to_owned() } else { format!("{} more places", rest.len()) };
        let is_undecided = rest.iter().all(|line| line.is_undecided());
        let message = format!("the last scan of `{plugin}` {} in {places}", lacking(is_undecided));
        Some(ScopeCoverage {
            age_seconds: first.age_seconds,
            error: Some(CoverageError::new(code(is_undecided), message)),
            ..empty(everywhere(), format!("{plugin}: {places}"))
        })
    }
}

/// False only if no finding of a plugin in a place can pass the filters.
fn may_have(filters: &[Expr], plugin: &str, place: &Scope) -> bool {
    filters::may_be(filters, &|column: &str| match column {
        "plugin" => Some(plugin),
        column if is_unsaid(column, place) => None,
        column => filters::value_in(&FINDINGS, place, column),
    })
}

/// Whose charges a bill has, and whose rows a snapshot, does not follow from its scope; and an account that goes by its id may
/// have a name that is not known.
fn is_unsaid(column: &str, place: &Scope) -> bool {
    let columns = FINDINGS.scope_columns;
    let is_file = [BILL, HISTORY.name].contains(&place.provider.as_str());
    (column == columns.provider && is_file)
        || (column == columns.account_name && place.account_name == place.account_id)
}

/// What a scan did not do, in a sentence about it.
fn lacking(is_undecided: bool) -> &'static str {
    if is_undecided { "could not decide everything" } else { "did not look at everything" }
}

fn code(is_undecided: bool) -> &'static str {
    if is_undecided { UNDECIDED } else { "scan_incomplete" }
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

/// Why not, first of all, and whether there are other reasons.
#[derive(Debug)]
struct Unseen {
    scope: Scope,
    status: Status,
    why: String,
    /// Whether all was read there, and something in it is not known.
    is_undecided: bool,
    has_more: bool,
}

impl Unseen {
    fn new(scope: Scope, status: Status, why: impl Into<String>) -> Self {
        Self { scope, status, why: why.into(), is_undecided: false, has_more: false }
    }

    /// The reasons are not counted: whoever shows lines that are alike counts those.
    fn error(&self, plugin: &str, place: &str) -> CoverageError {
        let more = if self.has_more { ", among other reasons" } else { "" };
        let lacking = lacking(self.is_undecided);
        let message = format!("the last scan of `{plugin}` {lacking}{place}: {}{more}", self.why);
        CoverageError::new(code(self.is_undecided), message)
    }
}

impl Places {
    fn of(scan: &LastScan, names: &HashMap<String, String>) -> Self {
        let mut places = Self::default();
        if scan.complete {
            return places;
        }
        if let Some(failure) = &scan.failure {
            places.add(Unseen::new(everywhere(), Status::Failed, failure));
        }
        scan.not_read.iter().for_each(|line| places.add(unread(line)));
        for gap in &scan.gaps {
            let mut gap = undecided(gap);
            if let Some(name) = name_of(&gap.scope, &scan.not_read, names) {
                gap.scope.account_name = name.to_owned();
            }
            places.add(gap);
        }
        if scan.is_cut {
            places.add(Unseen::new(everywhere(), Status::Failed, "there was more than is kept of it"));
        }
        if places.0.is_empty() {
            places.add(Unseen::new(everywhere(), Status::Failed, "some scopes could not be read"));
        }
        places
    }

    /// What could not be read comes before what could not be decided: it may be the reason of that.
    fn add(&mut self, unseen: Unseen) {
        let place = Scope { account_name: unseen.scope.account_id.clone(), ..unseen.scope.clone() };
        let unseen = match self.0.remove(&place) {
            None => unseen,
            Some(before) => {
                let has_more = before.has_more || before.why != unseen.why;
                let is_worse = before.is_undecided && !unseen.is_undecided;
                Unseen { has_more, ..if is_worse { unseen } else { before } }
            }
        };
        self.0.insert(place, unseen);
    }
}

/// What a line of a scan's own coverage lacks. Where it names columns, the rows were read.
fn unread(line: &ScopeCoverage) -> Unseen {
    let why = line.error.as_ref().map_or(line.status.as_str(), |error| &error.message);
    if line.columns.is_empty() {
        return Unseen::new(line.scope.clone(), line.status, why);
    }
    let why = format!("`{}` of `{}`: {why}", line.columns.join("`, `"), line.table);
    Unseen { is_undecided: true, ..Unseen::new(line.scope.clone(), line.status, why) }
}

/// Where a rule could not be decided, and why. A text that is no place stands for everywhere.
fn undecided(gap: &Value) -> Unseen {
    let message = gap["message"].as_str().unwrap_or("a rule could not be decided");
    let (scope, why) = match gap["scope"].as_str().map(|named| (named, place_named(named))) {
        None => (everywhere(), message.to_owned()),
        Some((_, Some([provider, account, region]))) => {
            (Scope::new(provider, account, account, region), message.to_owned())
        }
        Some((named, None)) => (everywhere(), format!("{named}: {message}")),
    };
    // Any other code is of what was refused, or broke off.
    let is_undecided = gap["code"] == "failed" && !message.starts_with(NO_RESULT);
    Unseen { is_undecided, ..Unseen::new(scope, Status::Failed, why) }
}

/// What the account of a place is called, by what the same scan could not read, or by what is known of findings.
fn name_of<'a>(place: &Scope, lines: &'a [ScopeCoverage], names: &'a HashMap<String, String>) -> Option<&'a str> {
    let is_named = |scope: &Scope| {
        (&scope.provider, &scope.account_id) == (&place.provider, &place.account_id)
            && scope.account_name != scope.account_id
    };
    let line = lines.iter().find(|line| is_named(&line.scope));
    line.map(|line| &line.scope.account_name).or_else(|| names.get(&place.account_id)).map(String::as_str)
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

    fn missing(place: [&str; 3], columns: &[&str]) -> ScopeCoverage {
        let [id, name, region] = place;
        ScopeCoverage {
            table: "instances".to_owned(),
            columns: columns.iter().map(|column| (*column).to_owned()).collect(),
            status: Status::Denied,
            error: Some(CoverageError::new("denied", "no permission")),
            ..empty(Scope::new("aws", id, name, region), "some".to_owned())
        }
    }

    fn of(scan: &LastScan) -> OfPlugin {
        OfPlugin::of(scan, 3, &HashMap::from([("2".to_owned(), "staging".to_owned())]), at(1))
    }

    /// Where each line is about, whether it is missing, and its message.
    fn said(scan: &LastScan) -> Vec<(String, &'static str, String)> {
        let of_plugin = of(scan);
        let lines = of_plugin.said(&(0..of_plugin.lines.len()).collect());
        assert!(lines.iter().all(|line| line.age_seconds == 60) && lines[0].rows == 3, "{lines:?}");
        let message = |line: &ScopeCoverage| line.error.as_ref().map(|error| error.message.clone()).unwrap_or_default();
        lines.iter().map(|line| (line.scope.to_string(), line.status.as_str(), message(line))).collect()
    }

    #[test]
    fn each_place_that_was_not_looked_at_is_a_line_and_the_rest_is_there() {
        let gaps = ["aws/1/r1", "aws/2/*", "aws/1/r2", "aws/3/r1", "aws/3/r1"].map(gap).to_vec();
        let scan = LastScan { not_read: vec![missing(["1", "prod", "r1"], &[])], ..incomplete(gaps) };
        let unknown = "the last scan of `p` could not decide everything there: a value is not known";
        let unread = "the last scan of `p` did not look at everything there: no permission, among other reasons";
        let expected = [
            ("*/*/*".to_owned(), "cached", String::new()),
            ("aws/1/r1".to_owned(), "denied", unread.to_owned()),
            ("aws/1/r2".to_owned(), "failed", unknown.to_owned()),
            ("aws/2/*".to_owned(), "failed", unknown.to_owned()),
            ("aws/3/r1".to_owned(), "failed", unknown.to_owned()),
        ];
        assert_eq!(said(&scan), expected);
        let names: Vec<_> = of(&scan).lines.into_iter().map(|line| line.scope.account_name).collect();
        assert_eq!(names, ["*", "prod", "prod", "staging", "3"]);
        let complete = LastScan { complete: true, ..scan };
        assert_eq!(said(&complete), expected[..1].to_vec());
    }

    #[test]
    fn what_was_read_and_not_decided_is_told_from_what_was_not_read() {
        let is_undecided = |scan: &LastScan| of(scan).lines.iter().any(ScopeCoverage::is_undecided);
        let of_columns = missing(["1", "prod", "r1"], &["cpu_avg", "cpu_max"]);
        let scan = LastScan { not_read: vec![of_columns.clone()], ..incomplete(Vec::new()) };
        let why = "the last scan of `p` could not decide everything there: `cpu_avg`, `cpu_max` of `instances`: no permission";
        assert_eq!(said(&scan)[1], ("aws/1/r1".to_owned(), "denied", why.to_owned()));
        assert!(is_undecided(&scan) && is_undecided(&incomplete(vec![gap("aws/1/r1")])));
        // Where rows are missing too, that is what is said.
        let both = vec![of_columns, missing(["1", "prod", "r1"], &[])];
        let scan = LastScan { not_read: both, ..incomplete(vec![gap("aws/1/r1")]) };
        let why = "the last scan of `p` did not look at everything there: no permission, among other reasons";
        assert_eq!(said(&scan)[1].2, why);
        assert!(!is_undecided(&scan));
        for (code, message) in [("denied", "not granted"), ("failed", "a query had no result: it is wrong")] {
            let gap = json!({ "rule": "*", "code": code, "message": message });
            assert!(!is_undecided(&incomplete(vec![gap])), "{code}");
        }
    }

    #[test]
    fn what_is_missing_in_no_place_of_its_own_is_missing_everywhere() {
        let of_all = |lacking: &str, why: &str| {
            vec![("*/*/*".to_owned(), "failed", format!("the last scan of `p` {lacking} everything: {why}"))]
        };
        let unread = |why: &str| of_all("did not look at", why);
        let undecided = |why: &str| of_all("could not decide", why);
        assert_eq!(said(&incomplete(Vec::new())), unread("some scopes could not be read"));
        assert_eq!(said(&incomplete(vec![gap("nowhere")])), undecided("nowhere: a value is not known"));
        assert_eq!(said(&incomplete(vec![gap("*/*/*")])), undecided("*/*/*: a value is not known"));
        let broken = LastScan { failure: Some("it broke down".to_owned()), ..incomplete(Vec::new()) };
        assert_eq!(said(&broken), unread("it broke down"));
        let cut = LastScan { is_cut: true, ..incomplete(Vec::new()) };
        assert_eq!(said(&cut), unread("there was more than is kept of it"));
    }

    #[test]
    fn many_places_are_counted() {
        let gaps = (0..MOST_PLACES + 2).map(|at| gap(&format!("aws/{at}/r1"))).collect();
        let said = said(&incomplete(gaps));
        assert_eq!(said.len(), 1 + MOST_PLACES + 1);
        let last = said.last().unwrap();
        assert_eq!(last.2, "the last scan of `p` could not decide everything in 2 more places");
    }
}
