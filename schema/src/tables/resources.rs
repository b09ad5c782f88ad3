//! `resources`: the union of all resource tables.

use super::common::{RESOURCE, RESOURCE_SCOPE};
use crate::{Locality, Table, TableKind};

/// `resources`: the union of all resource tables.
pub static RESOURCES: Table = Table {
    name: "resources",
    kind: TableKind::Union,
    doc: "every resource of every resource table, with the common columns only",
    row_kind: None,
    aws_type: None,
    azure_type: None,
    locality: Locality::Regional,
    common: RESOURCE,
    own: &[],
    shown: &["name", "kind", "provider", "account_name", "region", "state", "created_at"],
    time_column: None,
    scope_columns: RESOURCE_SCOPE,
    synonyms: &["resource", "asset", "assets", "thing", "things", "everything", "anything", "inventory"],
};
