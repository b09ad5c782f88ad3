//! One table: a named, typed set of columns, and what the rest of the product must know about it.

use crate::column::Column;
use serde::Serialize;

/// What kind of table it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TableKind {
    /// One row a resource; begins with the common columns and is part of `resources`.
    Resource,
    /// Begins with the common columns, and is no part of `resources`: `accounts`.
    Account,
    /// One row a charge.
    Costs,
    /// One row a data point.
    Metrics,
    /// The union of all [`TableKind::Resource`] tables, their common columns.
    Union,
    /// Made from other tables by rules: `recommendations`.
    Derived,
    /// Rows of resource tables as they were at each sync: `history`.
    History,
    /// What differs from sync to sync: `changes`.
    Changes,
    /// What scanners said: `findings`.
    Findings,
    /// A source's own, which this program knows nothing of: [`crate::own::OwnTable`].
    Own,
}

impl TableKind {
    /// Whether providers fill it. The others are made from what these told, now or at a sync.
    pub fn is_fetched(self) -> bool {
        matches!(self, Self::Resource | Self::Account | Self::Costs | Self::Metrics | Self::Own)
    }
}

/// Whether a provider keeps it once a region or once an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Locality {
    /// Fetched region by region.
    Regional,
    /// Fetched once an account; its scope's region is [`crate::scope::GLOBAL`], and rows may still have regions.
    Global,
}

/// Which of its columns say where a row belongs. A scope filter on `Query` is made of these.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct ScopeColumns {
    /// The provider's column.
    pub provider: &'static str,
    /// The account's id.
    pub account_id: &'static str,
    /// The account's name.
    pub account_name: &'static str,
    /// The region.
    pub region: &'static str,
}

/// One table.
#[derive(Debug, Serialize)]
pub struct Table {
    /// The name in SQL: plural, lower case.
    pub name: &'static str,
    /// What kind of table it is.
    pub kind: TableKind,
    /// What one row is, in one sentence.
    pub doc: &'static str,
    /// The neutral kind of its rows (`compute.instance`), where all have the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row_kind: Option<&'static str>,
    /// AWS's word for a row's type, as in CloudFormation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aws_type: Option<&'static str>,
    /// Azure's word for it, lower case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub azure_type: Option<&'static str>,
    /// Once a region or once an account.
    pub locality: Locality,
    /// The columns that it shares with its kind; they come first.
    pub common: &'static [Column],
    /// Its own columns.
    pub own: &'static [Column],
    /// The columns shown when a question names none.
    pub shown: &'static [&'static str],
    /// The column that `Query.time` is about, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_column: Option<&'static str>,
    /// Which columns say where a row belongs.
    pub scope_columns: ScopeColumns,
    /// Other words people use for one or many rows of it, lower case, singular where it matters.
    pub synonyms: &'static [&'static str],
}

impl Table {
    /// All columns, in order.
    pub fn columns(&self) -> impl Iterator<Item = &'static Column> + use<> {
        self.common.iter().chain(self.own)
    }

    /// How many columns it has.
    pub fn width(&self) -> usize {
        self.common.len() + self.own.len()
    }

    /// Where a column stands.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.columns().position(|c| c.name == name)
    }

    /// The column of that name, exactly.
    pub fn column(&self, name: &str) -> Option<&'static Column> {
        self.columns().find(|c| c.name == name)
    }

    /// The column of that name whatever its case.
    pub fn column_any_case(&self, name: &str) -> Option<&'static Column> {
        self.column(name).or_else(|| self.columns().find(|c| c.name.eq_ignore_ascii_case(name)))
    }

    /// What the columns that say a currency are called.
    pub const CURRENCY_COLUMNS: [&'static str; 3] = ["BillingCurrency", "cost_currency", "saving_currency"];

    /// The column that says which currency a row's amounts are in, if it has one.
    pub fn currency_column(&self) -> Option<&'static str> {
        self.columns().map(|column| column.name).find(|name| Self::CURRENCY_COLUMNS.contains(name))
    }

    /// The column whose name is nearest to a mistyped one, if any is near.
    pub fn nearest_column(&self, name: &str) -> Option<&'static str> {
        crate::names::nearest(name, self.columns().map(|c| c.name))
    }
}

impl PartialEq for Table {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Table {}
