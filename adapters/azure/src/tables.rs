//! The tables that Azure fills, and the lists that they are made of: one file a table, or a family of them.

mod accounts;
mod charges;
mod clusters;
pub(crate) mod databases;
mod disks;
mod functions;
mod images;
pub(crate) mod instances;
mod load_balancers;
mod networks;
mod public;
mod security_groups;
mod series;
mod storage;

use crate::discovery::{LOCATIONS, SUBSCRIPTIONS};
use crate::fetch::{Fetch, List};
use crate::handover::Handover;
use crate::known::{self, Known};
use crate::{costs, metrics, percentile, scale_sets};
use engine::source::{CallEstimate, FetchRequest, TableSupport};
use engine::{FetchError, FetchErrorKind};
use rust_decimal::Decimal;
use schema::{Row, Table};
use serde_json::Value as Json;

/// One table: what can be asked of it, and the lists that it is made of.
pub(crate) struct TableEntry {
    pub(crate) support: &'static TableSupport,
    pub(crate) lists: &'static [Listed],
}

/// One list, and the rows that an item of it is.
pub(crate) struct Listed {
    pub(crate) list: &'static List,
    pub(crate) rows: fn(&Known, &Json) -> Vec<Row>,
}

/// The columns of every resource table that take a call of their own.
pub(crate) const COST: &[&str] = costs::COLUMNS;

/// Every table, in the schema's order.
pub(crate) static ALL: &[TableEntry] = &[
    TableEntry { support: &accounts::SUPPORT, lists: &[] },
    TableEntry { support: &instances::SUPPORT, lists: instances::LISTS },
    TableEntry { support: &disks::VOLUMES_SUPPORT, lists: disks::VOLUME_LISTS },
    TableEntry { support: &disks::SNAPSHOTS_SUPPORT, lists: disks::SNAPSHOT_LISTS },
    TableEntry { support: &images::SUPPORT, lists: images::LISTS },
    TableEntry { support: &networks::NETWORKS_SUPPORT, lists: networks::NETWORK_LISTS },
    TableEntry { support: &networks::SUBNETS_SUPPORT, lists: networks::SUBNET_LISTS },
    TableEntry { support: &security_groups::SUPPORT, lists: security_groups::LISTS },
    TableEntry { support: &public::IPS_SUPPORT, lists: public::IP_LISTS },
    TableEntry { support: &public::NAT_SUPPORT, lists: public::NAT_LISTS },
    TableEntry { support: &load_balancers::SUPPORT, lists: load_balancers::LISTS },
    TableEntry { support: &databases::SUPPORT, lists: databases::LISTS },
    TableEntry { support: &storage::SUPPORT, lists: storage::LISTS },
    TableEntry { support: &functions::SUPPORT, lists: functions::LISTS },
    TableEntry { support: &clusters::SUPPORT, lists: clusters::LISTS },
    TableEntry { support: &charges::SUPPORT, lists: &[] },
    TableEntry { support: &series::SUPPORT, lists: &[] },
];

/// The entry of a table.
pub(crate) fn find(table: &Table) -> Option<&'static TableEntry> {
    ALL.iter().find(|entry| entry.support.table == table)
}

/// Fetches the request's table.
pub(crate) async fn fetch(f: &Fetch<'_>) -> Result<(), FetchError> {
    let name = f.request.table.name;
    let Some(entry) = find(f.request.table) else {
        return Err(FetchError::new(FetchErrorKind::Failed, format!("table `{name}` is not filled from Azure")));
    };
    let mut out = Handover::new(f);
    let read = read(f, entry, &mut out).await;
    // Rows that wait for a full batch of metrics are handed over even where a list then failed.
    out.finish().await?;
    read
}

async fn read(f: &Fetch<'_>, entry: &TableEntry, out: &mut Handover<'_>) -> Result<(), FetchError> {
    match f.request.table.name {
        "accounts" => return out.take(accounts::rows(f).await?).await,
        "costs" => return out.take(charges::rows(f).await?).await,
        "metrics" => return series::fetch(f, out).await,
        _ => {}
    }
    let mut known = Known::read(f).await?;
    for listed in entry.lists {
        if out.has_enough() {
            return Ok(());
        }
        match list(f, &mut known, listed, out).await {
            // The other lists' rows are right without those of this one.
            Err(error) if entry.lists.len() > 1 => {
                f.cx.gap(&[], Some(listed.list.path.to_owned()), error).await?;
            }
            result => result?,
        }
    }
    if f.request.table.name == "instances" && !out.has_enough() {
        return instances::of_scale_sets(f, known, out).await;
    }
    if f.request.table.name == "databases" && !out.has_enough() {
        databases::of_sql(f, &known, out).await?;
    }
    Ok(())
}

async fn list(f: &Fetch<'_>, known: &mut Known, listed: &Listed, out: &mut Handover<'_>) -> Result<(), FetchError> {
    let mut listing = f.list(listed.list, &[])?;
    while let Some(page) = listing.values(f.arm, f.cx).await? {
        known.learn_sizes(f, &page).await?;
        let rows: Vec<Row> = page.iter().flat_map(|item| (listed.rows)(known, item)).collect();
        known.tell_unlisted(f, &rows).await?;
        out.take(rows).await?;
        if out.has_enough() {
            break;
        }
    }
    Ok(())
}

/// What a fetch would take at least.
pub(crate) fn estimate(request: &FetchRequest) -> Vec<CallEstimate> {
    let Some(entry) = find(request.table) else { return Vec::new() };
    let mut actions: Vec<&str> = known::needs(request).into_iter().map(|need| need.list().action).collect();
    actions.extend(entry.lists.iter().map(|listed| listed.list.action));
    if request.table.name == "instances" {
        actions.push(scale_sets::SETS.action);
        actions.extend(scale_sets::actions(request));
    }
    let batches = request.calls_of(metrics::RESOURCES_A_CALL);
    let batches = std::iter::repeat_n(metrics::ACTION, usize::try_from(batches).unwrap_or(usize::MAX));
    if metrics::MEASURES.iter().any(|measure| request.wants(measure.column)) {
        actions.extend(batches.clone());
    }
    if request.wants(percentile::COLUMN) {
        actions.extend(batches);
    }
    if request.wants("cost_30d") {
        actions.push(costs::ACTION);
    }
    match request.table.name {
        "accounts" => actions.push(SUBSCRIPTIONS),
        "databases" => {
            actions.extend([databases::SQL.action, databases::SQL_DATABASES, databases::ELASTIC_POOLS]);
        }
        "costs" => actions.extend(std::iter::repeat_n(costs::ACTION, charges::queries(request.time))),
        "metrics" => {
            actions.extend([known::MACHINES.action, scale_sets::SETS.action, scale_sets::MACHINES]);
            let calls = usize::try_from(series::calls(request)).unwrap_or(usize::MAX);
            actions.extend(std::iter::repeat_n(metrics::ACTION, calls));
        }
        _ => {}
    }
    // Discovery has made these two.
    let mut calls = vec![CallEstimate { calls: 0, ..one_call(SUBSCRIPTIONS) }];
    calls.push(CallEstimate { calls: 0, ..one_call(LOCATIONS) });
    for action in actions {
        match calls.iter_mut().find(|call| call.action == action) {
            Some(call) => call.calls += 1,
            None => calls.push(one_call(action)),
        }
    }
    calls
}

fn one_call(action: &str) -> CallEstimate {
    CallEstimate {
        action: action.to_owned(),
        calls: u64::from(of_each(action).is_none()),
        for_each: of_each(action),
        dollars_per_call: Decimal::ZERO,
        on_consent: false,
        seconds_per_call: if action == costs::ACTION { 2.0 } else { 0.4 },
        // Which regions there are makes no row: it is asked for, and done without where that is denied.
        permissions: if action == LOCATIONS { Vec::new() } else { vec![action.to_owned()] },
    }
}

/// What an action is taken once for each of, where that is something that only some subscriptions have and that nobody
/// has counted before.
fn of_each(action: &str) -> Option<&'static str> {
    match action {
        scale_sets::MACHINES | scale_sets::INTERFACES | scale_sets::ADDRESSES => Some("uniform scale set"),
        databases::SQL_DATABASES | databases::ELASTIC_POOLS => Some("server of Azure SQL"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use schema::Scope;
    use schema::scope::ALL_REGIONS;

    #[test]
    fn every_costly_column_is_of_its_table() {
        for support in ALL.iter().map(|entry| entry.support) {
            for column in support.costly.iter().copied().flatten() {
                assert!(support.table.column(column).is_some(), "`{}.{column}`", support.table.name);
            }
        }
    }

    #[test]
    fn every_table_that_sources_fill_is_filled() {
        for table in schema::tables::ALL.iter().filter(|table| table.kind.is_fetched()) {
            assert!(find(table).is_some(), "`{}`", table.name);
        }
    }

    #[test]
    fn an_estimate_counts_both_readings_of_machines_and_what_is_wanted_besides() {
        let request = FetchRequest {
            costly: ["cpu_avg", "cost_30d", "cost_basis"].into(),
            ..FetchRequest::new(&schema::tables::INSTANCES, Scope::new("azure", "s", "s", ALL_REGIONS))
        };
        let calls = estimate(&request);
        let of = |action: &str| calls.iter().find(|call| call.action == action).map(|call| call.calls);
        assert_eq!(of("Microsoft.Compute/virtualMachines/read"), Some(2));
        assert_eq!(of("Microsoft.Insights/metrics/read"), Some(1));
        assert_eq!(of("Microsoft.CostManagement/query/action"), Some(1));
        assert_eq!(of("Microsoft.Compute/skus/read"), None);
    }
}
