//! The tables that an export fills, and from which types of assets.

mod accounts;
mod assets;
mod buckets;
mod clusters;
mod common;
mod databases;
mod functions;
mod images;
mod instances;
mod load_balancers;
mod nat_gateways;
mod networks;
mod public_ips;
mod security_groups;
mod snapshots;
mod subnets;
mod volumes;

use crate::asset::Asset;
use crate::index::Index;
use crate::row::Row;
use guest_sdk::{ColumnDescription, Table};

/// Projects: they are rows, and they say what all others belong to.
pub(crate) const PROJECT: &str = "cloudresourcemanager.googleapis.com/Project";

/// A table, and how it is filled.
pub(crate) struct Filled {
    /// Its name.
    pub(crate) table: &'static str,
    /// What one row is.
    pub(crate) meaning: &'static str,
    /// The neutral kind of its rows; none where they are of many.
    pub(crate) kind: Option<&'static str>,
    /// The types of assets that are its rows; empty for all.
    pub(crate) types: &'static [&'static str],
    /// Where the labels lie; none where such a resource can have none.
    pub(crate) labels: Option<&'static str>,
    /// The columns beyond the common ones.
    pub(crate) own: &'static [ColumnDescription],
    /// Its rows for an asset: one, as a rule.
    pub(crate) rows: fn(&Asset, &Index) -> Vec<Row>,
}

pub(crate) static ALL: &[&Filled] = &[
    &accounts::FILLED,
    &instances::FILLED,
    &volumes::FILLED,
    &snapshots::FILLED,
    &images::FILLED,
    &networks::FILLED,
    &subnets::FILLED,
    &security_groups::FILLED,
    &public_ips::FILLED,
    &nat_gateways::FILLED,
    &load_balancers::FILLED,
    &databases::FILLED,
    &buckets::FILLED,
    &functions::FILLED,
    &clusters::FILLED,
    &assets::FILLED,
];

impl Filled {
    /// Whether the asset is of a type of its rows.
    pub(crate) fn is_for(&self, asset: &Asset) -> bool {
        self.types.is_empty() || self.types.contains(&asset.kind.as_str())
    }
}

/// All of it, as the host is told.
pub(crate) fn described() -> Vec<Table> {
    let table = |filled: &&Filled| Table { name: filled.table, meaning: filled.meaning, columns: filled.columns() };
    ALL.iter().map(table).collect()
}

/// A column, and where in an asset it is from.
const fn column(name: &'static str, kind: &'static str, meaning: &'static str) -> ColumnDescription {
    ColumnDescription { name, kind, unit: None, meaning }
}

/// A column that has a unit.
const fn measured(
    name: &'static str,
    kind: &'static str,
    unit: &'static str,
    meaning: &'static str,
) -> ColumnDescription {
    ColumnDescription { name, kind, unit: Some(unit), meaning }
}
