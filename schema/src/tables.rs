//! Every table, one file each, and the list of them.

use crate::Table;

pub mod common;

mod accounts;
mod buckets;
mod changes;
mod clusters;
mod costs;
mod databases;
mod findings;
mod functions;
mod history;
mod images;
mod instances;
mod load_balancers;
mod metrics;
mod nat_gateways;
mod networks;
mod public_ips;
mod recommendations;
mod resources;
mod security_groups;
mod snapshots;
mod subnets;
mod volumes;

pub use accounts::ACCOUNTS;
pub use buckets::BUCKETS;
pub use changes::CHANGES;
pub use clusters::CLUSTERS;
pub use costs::COSTS;
pub use databases::DATABASES;
pub use findings::FINDINGS;
pub use functions::FUNCTIONS;
pub use history::HISTORY;
pub use images::IMAGES;
pub use instances::INSTANCES;
pub use load_balancers::LOAD_BALANCERS;
pub use metrics::METRICS;
pub use nat_gateways::NAT_GATEWAYS;
pub use networks::NETWORKS;
pub use public_ips::PUBLIC_IPS;
pub use recommendations::RECOMMENDATIONS;
pub use resources::RESOURCES;
pub use security_groups::SECURITY_GROUPS;
pub use snapshots::SNAPSHOTS;
pub use subnets::SUBNETS;
pub use volumes::VOLUMES;

/// Every table, in the order that people meet them.
pub static ALL: &[&Table] = &[
    &RESOURCES,
    &ACCOUNTS,
    &INSTANCES,
    &VOLUMES,
    &SNAPSHOTS,
    &IMAGES,
    &NETWORKS,
    &SUBNETS,
    &SECURITY_GROUPS,
    &PUBLIC_IPS,
    &NAT_GATEWAYS,
    &LOAD_BALANCERS,
    &DATABASES,
    &BUCKETS,
    &FUNCTIONS,
    &CLUSTERS,
    &COSTS,
    &METRICS,
    &RECOMMENDATIONS,
    &FINDINGS,
    &HISTORY,
    &CHANGES,
];

/// The table of that name, whatever its case.
pub fn find(name: &str) -> Option<&'static Table> {
    ALL.iter().copied().find(|t| t.name.eq_ignore_ascii_case(name))
}

/// The table whose name is nearest to a mistyped one, if any is near.
pub fn nearest(name: &str) -> Option<&'static str> {
    crate::names::nearest(name, ALL.iter().map(|t| t.name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TableKind;
    use std::collections::HashSet;

    #[test]
    fn names_are_unique_and_shown_columns_exist() {
        let mut tables = HashSet::new();
        for table in ALL {
            assert!(tables.insert(table.name), "table `{}` is listed twice", table.name);
            let mut columns = HashSet::new();
            for column in table.columns() {
                assert!(columns.insert(column.name.to_lowercase()), "`{}.{}` twice", table.name, column.name);
                assert!(!column.doc.is_empty(), "`{}.{}` has no meaning", table.name, column.name);
                assert!(!column.doc.ends_with('.'), "`{}.{}`: meanings are fragments", table.name, column.name);
            }
            let scope = table.scope_columns;
            for name in table.shown.iter().chain(&[scope.provider, scope.account_id, scope.account_name, scope.region])
            {
                assert!(table.column(name).is_some(), "`{}` has no `{name}`", table.name);
            }
        }
    }

    #[test]
    fn every_resource_table_has_one_kind_of_its_own() {
        let mut kinds = HashSet::new();
        for table in ALL.iter().filter(|t| t.kind == TableKind::Resource) {
            let kind = table.row_kind.expect("a resource table has a kind");
            assert!(kinds.insert(kind), "`{kind}` twice");
        }
    }
}
