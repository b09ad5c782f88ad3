//! Every table of the demo estate, one file each, and the list of them.

mod accounts;
mod buckets;
mod clusters;
mod costs;
mod databases;
mod functions;
mod images;
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

use crate::estate::Spot;
use crate::estate::model::Facts;
use chrono::{DateTime, Utc};
use engine::source::{Push, TableSupport};
use schema::query::{Compare, Condition, Literal, Op};
use schema::{Row, Table, Value};
use serde_json::json;

/// One table of the estate.
pub(crate) struct DemoTable {
    pub(crate) table: &'static Table,
    /// The make-believe action that lists it.
    pub(crate) action: &'static str,
    pub(crate) costly: &'static [&'static [&'static str]],
    pub(crate) pushes: &'static [Push],
    /// Whether an account that refuses to be read still shows it.
    pub(crate) readable_when_denied: bool,
    /// Its rows at one spot, made as they are taken.
    pub(crate) rows: for<'a> fn(Ask<'a>) -> Rows<'a>,
}

/// Rows that are made as they are taken.
pub(crate) type Rows<'a> = Box<dyn Iterator<Item = Row> + Send + 'a>;

/// Which rows are wanted.
#[derive(Clone, Copy)]
pub(crate) struct Ask<'a> {
    pub(crate) spot: Spot<'a>,
    /// Whether utilisation is wanted too.
    pub(crate) utilisation: bool,
    /// For tables with a time.
    pub(crate) time: Option<(DateTime<Utc>, DateTime<Utc>)>,
    pub(crate) now: DateTime<Utc>,
}

/// Every table.
pub(crate) static ALL: &[&DemoTable] = &[
    &accounts::TABLE,
    &instances::TABLE,
    &volumes::TABLE,
    &snapshots::TABLE,
    &images::TABLE,
    &networks::TABLE,
    &subnets::TABLE,
    &security_groups::TABLE,
    &public_ips::TABLE,
    &nat_gateways::TABLE,
    &load_balancers::TABLE,
    &databases::TABLE,
    &buckets::TABLE,
    &functions::TABLE,
    &clusters::TABLE,
    &costs::TABLE,
    &metrics::TABLE,
];

/// The estate's version of a table.
pub(crate) fn find(table: &Table) -> Option<&'static DemoTable> {
    ALL.iter().copied().find(|demo| demo.table == table)
}

impl DemoTable {
    /// A table that lists resources.
    pub(crate) const fn listing(
        table: &'static Table,
        action: &'static str,
        rows: for<'a> fn(Ask<'a>) -> Rows<'a>,
    ) -> Self {
        Self { table, action, costly: &[], pushes: &[Push::Column("state")], readable_when_denied: false, rows }
    }

    pub(crate) fn support(&self) -> TableSupport {
        TableSupport { table: self.table, costly: self.costly, pushes: self.pushes }
    }
}

/// A row with the common columns of a resource.
pub(crate) fn resource(table: &'static Table, ask: Ask<'_>, facts: &Facts) -> Row {
    let place = ask.spot.place;
    let native_type = if place.is_aws() { table.aws_type } else { table.azure_type };
    Row::new(table)
        .with("provider", place.plan.provider)
        .with("account_id", place.plan.id)
        .with("account_name", place.plan.name)
        .with("region", place.region)
        .with("zone", facts.zone.clone())
        .with("resource_id", facts.ids.resource.as_str())
        .with("native_id", facts.ids.native.as_str())
        .with("name", facts.name.clone())
        .with("kind", table.row_kind)
        .with("native_type", native_type)
        .with("state", facts.state)
        .with("created_at", facts.created_at)
        .with("tags", facts.tags.clone())
        .with("properties", state_in_its_words(facts.state_word, place.is_aws()))
        .with("fetched_at", ask.now)
}

/// The state where the provider has it in its replies.
fn state_in_its_words(word: &str, is_aws: bool) -> serde_json::Value {
    match word {
        _ if is_aws => json!({ "State": word }),
        "Attached" | "Unattached" => json!({ "diskState": word }),
        "Running" | "Ready" => json!({ "state": word }),
        _ if word.starts_with("PowerState/") => json!({ "instanceView": { "statuses": [{ "code": word }] } }),
        // Azure says of most things only that making them went well.
        _ => json!({ "provisioningState": "Succeeded" }),
    }
}

/// Whether a row may be what the conditions ask for. Conditions that this does not read leave the row in.
pub(crate) fn matches(row: &Row, filters: &[Condition]) -> bool {
    filters.iter().all(|condition| match condition {
        Condition::Compare(Compare { field, op, value }) => {
            let Value::Text(cell) = row.get(&field.to_string()) else { return true };
            match (op, value) {
                (Op::Eq, Literal::Text(wanted)) => cell == wanted,
                (Op::In, Literal::List(wanted)) => {
                    wanted.iter().any(|wanted| !matches!(wanted, Literal::Text(text) if text != cell))
                }
                _ => true,
            }
        }
        _ => true,
    })
}
