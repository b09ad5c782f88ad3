//! `changes`: what differs between a resource in one sync and in the one before.

use super::common::RESOURCE_SCOPE;
use crate::{Column, Locality, Table, TableKind};

/// `changes`: what differs between a resource in one sync and in the one before.
pub static CHANGES: Table = Table {
    name: "changes",
    kind: TableKind::Changes,
    doc: "one difference of one resource between two snapshots of `neph sync`: added, removed, or a column that has another value; what could not be read is not taken for gone",
    row_kind: None,
    aws_type: None,
    azure_type: None,
    locality: Locality::Regional,
    common: &[],
    own: &[
        Column::time(
            "changed_at",
            "when the later snapshot was taken: it changed before that, and after `previous_at`",
        ),
        Column::time("previous_at", "when the earlier snapshot was taken"),
        Column::text("table_name", "the table that the resource is in, such as `instances`"),
        Column::text("change", "what happened").one_of(&["added", "removed", "changed"]),
        Column::text("provider", "which cloud the resource is in"),
        Column::text("account_id", "the account of the resource"),
        Column::text("account_name", "the account's name, or its id where it has none"),
        Column::text("region", "the region of the resource"),
        Column::text("resource_id", "the resource (`resources.resource_id`)"),
        Column::text("native_id", "the resource's id in the provider's own API (`resources.native_id`)"),
        Column::text("name", "the resource's name; of what is gone the last one"),
        Column::text("kind", "what it is, the same on every provider"),
        Column::map("tags", "the resource's tags; of what is gone the last ones"),
        Column::text(
            "column_name",
            "the column that has another value, where `change` is `changed`. Columns that move by themselves are not compared: costs and utilisation, `properties`, `fetched_at`, how many addresses of a subnet are free",
        ),
        Column::text("old_value", "the value that it had, as text; null where it had none"),
        Column::text("new_value", "the value that it has, as text; null where it has none"),
    ],
    shown: &[
        "changed_at",
        "change",
        "table_name",
        "name",
        "account_name",
        "region",
        "column_name",
        "old_value",
        "new_value",
    ],
    time_column: Some("changed_at"),
    scope_columns: RESOURCE_SCOPE,
    synonyms: &["change"],
};
