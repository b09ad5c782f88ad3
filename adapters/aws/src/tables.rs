//! The tables that AWS fills, one file each in the same shape, and the list of them.

mod accounts;
mod buckets;
mod clusters;
mod costs;
mod databases;
mod functions;
mod images;
pub(crate) mod instance_types;
mod instances;
mod load_balancers;
mod metrics;
mod nat_gateways;
mod networks;
mod public_ips;
mod security_groups;
mod snapshots;
mod subnets;
mod volumes;

#[cfg(test)]
mod conformance;

use crate::fetch::Fetch;
use engine::source::{CallEstimate, FetchRequest, TableSupport};
use engine::{FetchError, FetchErrorKind};
use rust_decimal::Decimal;
use schema::Table;

/// One table: what can be asked of it, and what that would take.
pub(crate) struct TableEntry {
    pub(crate) support: &'static TableSupport,
    pub(crate) estimate: fn(&FetchRequest) -> Vec<CallEstimate>,
}

/// Every table, in the schema's order.
pub(crate) static ALL: &[TableEntry] = &[
    TableEntry { support: &accounts::SUPPORT, estimate: accounts::estimate },
    TableEntry { support: &instances::SUPPORT, estimate: instances::estimate },
    TableEntry { support: &volumes::SUPPORT, estimate: volumes::estimate },
    TableEntry { support: &snapshots::SUPPORT, estimate: snapshots::estimate },
    TableEntry { support: &images::SUPPORT, estimate: images::estimate },
    TableEntry { support: &networks::SUPPORT, estimate: networks::estimate },
    TableEntry { support: &subnets::SUPPORT, estimate: subnets::estimate },
    TableEntry { support: &security_groups::SUPPORT, estimate: security_groups::estimate },
    TableEntry { support: &public_ips::SUPPORT, estimate: public_ips::estimate },
    TableEntry { support: &nat_gateways::SUPPORT, estimate: nat_gateways::estimate },
    TableEntry { support: &load_balancers::SUPPORT, estimate: load_balancers::estimate },
    TableEntry { support: &databases::SUPPORT, estimate: databases::estimate },
    TableEntry { support: &buckets::SUPPORT, estimate: buckets::estimate },
    TableEntry { support: &functions::SUPPORT, estimate: functions::estimate },
    TableEntry { support: &clusters::SUPPORT, estimate: clusters::estimate },
    TableEntry { support: &costs::SUPPORT, estimate: costs::estimate },
    TableEntry { support: &metrics::SUPPORT, estimate: metrics::estimate },
];

/// The entry of a table.
pub(crate) fn find(table: &Table) -> Option<&'static TableEntry> {
    ALL.iter().find(|entry| entry.support.table == table)
}

/// Fetches the request's table.
pub(crate) async fn fetch(f: &Fetch<'_>) -> Result<(), FetchError> {
    let name = f.request.table.name;
    if name == "accounts" {
        return accounts::fetch(f).await;
    }
    if let Some(error) = &f.account.unreadable {
        return Err(error.clone());
    }
    match name {
        "instances" => instances::fetch(f).await,
        "volumes" => volumes::fetch(f).await,
        "snapshots" => snapshots::fetch(f).await,
        "images" => images::fetch(f).await,
        "networks" => networks::fetch(f).await,
        "subnets" => subnets::fetch(f).await,
        "security_groups" => security_groups::fetch(f).await,
        "public_ips" => public_ips::fetch(f).await,
        "nat_gateways" => nat_gateways::fetch(f).await,
        "load_balancers" => load_balancers::fetch(f).await,
        "databases" => databases::fetch(f).await,
        "buckets" => buckets::fetch(f).await,
        "functions" => functions::fetch(f).await,
        "clusters" => clusters::fetch(f).await,
        "costs" => costs::fetch(f).await,
        "metrics" => metrics::fetch(f).await,
        _ => Err(FetchError::new(FetchErrorKind::Failed, format!("table `{name}` is not filled from AWS"))),
    }
}

/// So many calls that cost nothing, of an action whose permission has the same name.
pub(crate) fn calls(action: &str, calls: u64) -> CallEstimate {
    CallEstimate {
        action: action.to_owned(),
        calls,
        for_each: None,
        dollars_per_call: Decimal::ZERO,
        on_consent: false,
        seconds_per_call: 0.3,
        permissions: vec![action.to_owned()],
    }
}

/// Calls of which one is made for each of something that is counted only when it runs; at least so many.
pub(crate) fn calls_for_each(thing: &'static str, action: &str, at_least: u64) -> CallEstimate {
    CallEstimate { for_each: Some(thing), ..calls(action, at_least) }
}

/// Calls that are billed, and made only where that is allowed.
pub(crate) fn calls_on_consent(action: &str, number: u64, dollars_per_call: Decimal) -> CallEstimate {
    CallEstimate { on_consent: true, ..paid_calls(action, number, dollars_per_call) }
}

/// Calls that are billed.
pub(crate) fn paid_calls(action: &str, number: u64, dollars_per_call: Decimal) -> CallEstimate {
    CallEstimate { dollars_per_call, seconds_per_call: 1.0, ..calls(action, number) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_costly_column_and_push_is_of_its_table() {
        for entry in ALL {
            let support = entry.support;
            for column in support.costly.iter().copied().flatten() {
                assert!(support.table.column(column).is_some(), "`{}.{column}`", support.table.name);
            }
            for push in support.pushes {
                if let engine::source::Push::Column(column) = push {
                    assert!(support.table.column(column).is_some(), "`{}.{column}`", support.table.name);
                }
            }
        }
    }

    #[test]
    fn every_table_that_sources_fill_is_filled() {
        for table in schema::tables::ALL.iter().filter(|t| t.kind.is_fetched()) {
            assert!(find(table).is_some(), "`{}`", table.name);
        }
    }
}
