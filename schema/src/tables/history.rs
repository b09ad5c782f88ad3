//! `history`: what tables of resources held at each sync.
//!
//! Its columns are those that trends are made of, by the names that they have in the tables that they come from; a table
//! that has no such column has null there.

use super::common::RESOURCE_SCOPE;
use crate::{Column, Locality, Table, TableKind, Unit};

/// `history`: what tables of resources held at each sync.
pub static HISTORY: Table = Table {
    name: "history",
    kind: TableKind::History,
    doc: "one resource as it was at one `neph sync`; grouped by `snapshot_at`, counts and costs over time",
    row_kind: None,
    aws_type: None,
    azure_type: None,
    locality: Locality::Regional,
    common: &[],
    own: &[
        Column::time(
            "snapshot_at",
            "when the sync began; the same for all tables of one sync. Name a time, so that only the snapshots in it are read",
        ),
        Column::text("table_name", "the table that the resource is in, such as `instances`"),
        Column::text("provider", "which cloud it was in"),
        Column::text("account_id", "its account"),
        Column::text("account_name", "the account's name, or its id where it had none"),
        Column::text("region", "its region"),
        Column::text("zone", "its availability zone, where it had just one"),
        Column::text("resource_id", "the resource (`resources.resource_id`)"),
        Column::text("native_id", "the resource's id in the provider's own API (`resources.native_id`)"),
        Column::text("name", "its name at that time"),
        Column::text("kind", "what it is, the same on every provider"),
        Column::text("native_type", "the provider's word for what it is"),
        Column::text("state", "what it was doing"),
        Column::time("created_at", "when it was made"),
        Column::map("tags", "its tags or labels at that time"),
        Column::decimal(
            "cost_30d",
            "what it had cost in the 30 days before; null where that was not known or not synced",
        )
        .unit(Unit::Currency),
        Column::text("cost_basis", "what `cost_30d` is from"),
        Column::text("cost_currency", "the currency of `cost_30d`; null in snapshots of before there was the column"),
        Column::text("instance_type", "the provider's size, of `instances`"),
        Column::text("instance_class", "the provider's size, of `databases`"),
        Column::text("lifecycle", "how it was bought, of `instances`"),
        Column::int("vcpus", "virtual CPUs, of `instances`"),
        Column::float("memory_gib", "memory, of `instances`").unit(Unit::GiB),
        Column::float("cpu_avg", "mean CPU utilisation of the 14 days before, of `instances`").unit(Unit::Percent),
        Column::float("cpu_p95", "95th percentile of CPU utilisation over the 14 days before, of `instances`")
            .unit(Unit::Percent),
        Column::float("cpu_max", "highest CPU utilisation of the 14 days before, of `instances`").unit(Unit::Percent),
        Column::float("memory_avg", "mean memory utilisation of the 14 days before, of `instances`")
            .unit(Unit::Percent),
        Column::float("network_in", "mean rate received over the 14 days before, of `instances`")
            .unit(Unit::BytesPerSecond),
        Column::float("network_out", "mean rate sent over the 14 days before, of `instances`")
            .unit(Unit::BytesPerSecond),
        Column::text("volume_type", "the provider's type, of `volumes`"),
        Column::int("size_gib", "size, of `volumes` and `snapshots`").unit(Unit::GiB),
        Column::int("storage_gib", "allocated storage, of `databases`").unit(Unit::GiB),
    ],
    shown: &["snapshot_at", "table_name", "name", "provider", "account_name", "region", "state", "cost_30d"],
    time_column: Some("snapshot_at"),
    scope_columns: RESOURCE_SCOPE,
    synonyms: &[],
};
