//! What one guest may read. Nothing is the default.

use crate::query::ScopeFilter;
use crate::scope::{ALL_REGIONS, GLOBAL};
use crate::{Scope, tables};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Tables, columns and scopes that a guest may read. What is not in it is denied; the default grants nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// The tables' names. `resources` and `recommendations` stand for themselves: the columns that all resources share, and
    /// what the rules make of all tables.
    pub tables: BTreeSet<String>,
    /// Of these tables, only these columns. A granted table that is not named here is granted with all that it has.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub columns: BTreeMap<String, BTreeSet<String>>,
    /// A scope is granted if every one of these filters lets it through. None: every scope.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<ScopeFilter>,
}

impl Grant {
    /// Every table, everywhere.
    pub fn everything() -> Self {
        Self::of_tables(tables::ALL.iter().map(|table| table.name))
    }

    /// These tables, everywhere.
    pub fn of_tables<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        Self { tables: names.into_iter().map(str::to_owned).collect(), ..Self::default() }
    }

    /// One more table, of which these columns may be read.
    #[must_use]
    pub fn with_columns<'a>(mut self, table: &str, columns: impl IntoIterator<Item = &'a str>) -> Self {
        self.tables.insert(table.to_owned());
        self.columns.insert(table.to_owned(), columns.into_iter().map(str::to_owned).collect());
        self
    }

    /// Cut down to scopes that a filter lets through.
    #[must_use]
    pub fn within(mut self, filter: &ScopeFilter) -> Self {
        if !filter.is_all() && !self.scopes.contains(filter) {
            self.scopes.push(filter.clone());
        }
        self
    }

    /// What both grant.
    #[must_use]
    pub fn and(mut self, other: &Self) -> Self {
        self.tables.retain(|table| other.tables.contains(table));
        for (table, columns) in &other.columns {
            let own = self.columns.entry(table.clone()).or_insert_with(|| columns.clone());
            own.retain(|column| columns.contains(column));
        }
        self.columns.retain(|table, _| self.tables.contains(table));
        other.scopes.iter().fold(self, |all, filter| all.within(filter))
    }

    /// Whether the table may be read at all.
    pub fn allows_table(&self, name: &str) -> bool {
        self.tables.contains(name)
    }

    /// The columns of a granted table that may be read; none: all of them.
    pub fn columns_of(&self, table: &str) -> Option<&BTreeSet<String>> {
        self.columns.get(table)
    }

    /// Whether the scope may be read.
    pub fn allows_scope(&self, scope: &Scope) -> bool {
        self.scopes.iter().all(|filter| lets_through(filter, scope))
    }

    /// Whether rows of some regions only may be read.
    fn is_by_region(&self) -> bool {
        self.scopes.iter().any(|filter| !filter.regions.is_empty())
    }

    /// Whether some rows of a scope may be read and others not: it is read whole, and holds rows of many regions.
    pub fn cuts(&self, scope: &Scope) -> bool {
        self.is_by_region() && matches!(scope.region.as_str(), GLOBAL | ALL_REGIONS)
    }

    /// Whether a row of this region may be read, where its scope may.
    pub fn allows_region(&self, region: &str) -> bool {
        let lets = |filter: &ScopeFilter| filter.regions.is_empty() || filter.regions.iter().any(|name| name == region);
        region == GLOBAL || self.scopes.iter().all(lets)
    }

    /// The scopes in words, for messages: `all scopes`, `aws in eu-west-1`.
    pub fn scopes_in_words(&self) -> String {
        if self.scopes.is_empty() {
            return "all scopes".to_owned();
        }
        self.scopes.iter().map(in_words).collect::<Vec<_>>().join(" and at once ")
    }
}

/// What an account has in no region in particular counts as being in each. Of what is read of all regions together, and
/// of what is read of an account as a whole, the rows are held to [`Grant::allows_region`].
fn lets_through(filter: &ScopeFilter, scope: &Scope) -> bool {
    let has = |list: &[String], names: &[&str]| list.is_empty() || names.iter().any(|n| list.iter().any(|l| l == n));
    has(&filter.providers, &[&scope.provider])
        && has(&filter.accounts, &[&scope.account_id, &scope.account_name])
        && (matches!(scope.region.as_str(), GLOBAL | ALL_REGIONS) || has(&filter.regions, &[&scope.region]))
}

fn in_words(filter: &ScopeFilter) -> String {
    let part = |list: &[String], before: &str| match list {
        [] => None,
        list => Some(format!("{before}{}", list.join(", "))),
    };
    let parts = [part(&filter.providers, ""), part(&filter.accounts, "account "), part(&filter.regions, "in ")];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(providers: &[&str], regions: &[&str]) -> ScopeFilter {
        let texts = |list: &[&str]| list.iter().map(|&text| text.to_owned()).collect();
        ScopeFilter { providers: texts(providers), accounts: Vec::new(), regions: texts(regions) }
    }

    #[test]
    fn nothing_is_granted_by_default() {
        let grant = Grant::default();
        assert!(tables::ALL.iter().all(|table| !grant.allows_table(table.name)));
    }

    #[test]
    fn two_grants_that_share_no_scope_grant_none() {
        let (ireland, ohio) = (filter(&["aws"], &["eu-west-1"]), filter(&["aws"], &["us-east-2"]));
        let both = Grant::everything().within(&ireland).and(&Grant::everything().within(&ohio));
        for region in ["eu-west-1", "us-east-2", "eu-central-1"] {
            assert!(!both.allows_scope(&Scope::new("aws", "1", "prod", region)), "{region}");
        }
        assert!(both.allows_scope(&Scope::new("aws", "1", "prod", GLOBAL)));
        assert!(!both.allows_scope(&Scope::new("azure", "1", "prod", GLOBAL)));
    }

    #[test]
    fn of_a_table_two_grants_share_the_columns_that_both_name() {
        let names = Grant::of_tables(["volumes"]).with_columns("instances", ["name", "region"]);
        let states = Grant::of_tables(["costs"]).with_columns("instances", ["name", "state"]);
        let columns = |grant: &Grant| grant.columns_of("instances").map(|columns| columns.iter().cloned().collect());
        let both = names.clone().and(&states);
        assert_eq!((both.tables.len(), columns(&both)), (1, Some(vec!["name".to_owned()])));
        for whole in [names.clone().and(&Grant::everything()), Grant::everything().and(&names)] {
            assert_eq!(columns(&whole), columns(&names));
            assert!(whole.allows_table("volumes") && whole.columns_of("volumes").is_none());
        }
        assert!(Grant::of_tables(["costs"]).and(&names).columns.is_empty(), "of a table that is not granted");
    }

    #[test]
    fn of_what_is_read_of_all_regions_together_only_the_granted_ones_rows_are_let_through() {
        let grant = Grant::everything().within(&filter(&["azure"], &["westeurope"]));
        assert!(grant.allows_scope(&Scope::new("azure", "1", "prod", ALL_REGIONS)));
        assert!(!grant.allows_scope(&Scope::new("aws", "1", "prod", ALL_REGIONS)));
        assert!(grant.allows_region("westeurope") && grant.allows_region(GLOBAL));
        assert!(!grant.allows_region("northeurope"));
        for (region, is_cut) in [(ALL_REGIONS, true), (GLOBAL, true), ("westeurope", false)] {
            let scope = Scope::new("azure", "1", "prod", region);
            assert_eq!((grant.cuts(&scope), Grant::everything().cuts(&scope)), (is_cut, false), "{region}");
        }
    }

    #[test]
    fn a_grant_in_words_names_what_it_covers() {
        let grant = Grant::everything().within(&filter(&["aws"], &["eu-west-1", "us-east-2"]));
        assert_eq!(grant.scopes_in_words(), "aws in eu-west-1, us-east-2");
        assert_eq!(Grant::everything().scopes_in_words(), "all scopes");
    }
}
