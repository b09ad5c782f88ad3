//! Which places a snapshot's rows speak for: a scope that was read to its end has no other rows than those.

use schema::scope::{ALL_REGIONS, GLOBAL};
use schema::{Coverage, Scope, ScopeCoverage, Table, tables};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Where a row is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) provider: String,
    pub(crate) account_id: String,
    pub(crate) region: String,
}

impl Place {
    pub(crate) fn of(scope: &Scope) -> Self {
        Self { provider: scope.provider.clone(), account_id: scope.account_id.clone(), region: scope.region.clone() }
    }
}

/// What a snapshot covers of its table.
#[derive(Debug)]
pub(crate) struct Covered {
    lines: Vec<ScopeCoverage>,
    /// The lines of each account, by their place in the list.
    of_account: HashMap<(String, String), Vec<usize>>,
    /// Lines of what account nobody knows.
    of_any: Vec<usize>,
}

impl Covered {
    /// What a snapshot's coverage says of its table; and of bills, where costs were taken from them.
    pub(crate) fn new(table: &Table, coverage: Coverage) -> Self {
        let is_meant = |line: &ScopeCoverage| {
            line.table == table.name || (line.table == tables::COSTS.name && !line.columns.is_empty())
        };
        let lines: Vec<ScopeCoverage> = coverage.scopes.into_iter().filter(is_meant).collect();
        let mut of_account: HashMap<_, Vec<usize>> = HashMap::new();
        let mut of_any = Vec::new();
        for (at, line) in lines.iter().enumerate() {
            let Scope { provider, account_id, .. } = &line.scope;
            match account_id.as_str() {
                "*" => of_any.push(at),
                _ => of_account.entry((provider.clone(), account_id.clone())).or_default().push(at),
            }
        }
        Self { lines, of_account, of_any }
    }

    /// The lines that say something of a place.
    fn lines_of(&self, place: &Place) -> impl Iterator<Item = &ScopeCoverage> {
        let key = (place.provider.clone(), place.account_id.clone());
        let own = self.of_account.get(&key).into_iter().flatten();
        let all = own.chain(&self.of_any).map(|at| &self.lines[*at]);
        all.filter(|line| line.scope.provider == place.provider && reaches(&line.scope, place))
    }

    /// The scope whose reading to its end covers a place; none where a part of it could not be read.
    pub(crate) fn scope_of(&self, place: &Place) -> Option<&Scope> {
        let mut scope = None;
        for line in self.lines_of(place).filter(|line| line.columns.is_empty()) {
            if !line.status.is_complete() {
                return None;
            }
            scope = Some(&line.scope);
        }
        scope
    }

    /// The columns that could not be read in a place.
    pub(crate) fn lacks(&self, place: &Place) -> BTreeSet<&str> {
        let gaps = self.lines_of(place).filter(|line| !line.status.is_complete());
        gaps.flat_map(|line| &line.columns).map(String::as_str).collect()
    }

    /// The scopes that were read to their end.
    pub(crate) fn whole(&self) -> impl Iterator<Item = &Scope> {
        let rows = self.lines.iter().filter(|line| line.columns.is_empty() && line.status.is_complete());
        rows.map(|line| &line.scope).filter(|scope| self.scope_of(&Place::of(scope)).is_some())
    }

    /// What could not be read: rows, or some columns of them.
    pub(crate) fn missing(&self) -> impl Iterator<Item = &ScopeCoverage> {
        self.lines.iter().filter(|line| !line.status.is_complete())
    }

    /// Why a place could not be read, where that is known.
    pub(crate) fn why_not(&self, place: &Place) -> Option<&ScopeCoverage> {
        self.lines_of(place).find(|line| line.columns.is_empty() && !line.status.is_complete())
    }
}

/// The accounts of which something was read to its end, with the regions of that, by provider.
#[derive(Debug, Default)]
pub(crate) struct ReadRegions(BTreeMap<String, BTreeMap<String, BTreeSet<String>>>);

impl ReadRegions {
    pub(crate) fn of(covered: &Covered) -> Self {
        let mut of = Self::default();
        for scope in covered.whole() {
            let accounts = of.0.entry(scope.provider.clone()).or_default();
            accounts.entry(scope.account_id.clone()).or_default().insert(scope.region.clone());
        }
        of
    }

    /// Whether they have a part of a place, which may be all regions, and of all accounts.
    pub(crate) fn has_some_of(&self, place: &Place) -> bool {
        let Some(accounts) = self.0.get(&place.provider) else { return false };
        if place.account_id == "*" {
            return !accounts.is_empty();
        }
        let regions = accounts.get(&place.account_id);
        regions.is_some_and(|regions| {
            place.region == ALL_REGIONS
                || [&place.region, ALL_REGIONS, GLOBAL].iter().any(|region| regions.contains(*region))
        })
    }
}

/// Whether a scope has a place in it. Tables that are kept once an account have rows of regions in a scope of none.
fn reaches(scope: &Scope, place: &Place) -> bool {
    let is_any = |region: &str| region == ALL_REGIONS || region == GLOBAL;
    scope.region == place.region || is_any(&scope.region) || place.region == ALL_REGIONS
}
