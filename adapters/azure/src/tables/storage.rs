//! `buckets`: storage accounts.

use super::{COST, Listed};
use crate::fetch::List;
use crate::known::Known;
use crate::words::properties;
use engine::source::TableSupport;
use schema::Row;
use schema::tables::BUCKETS;
use serde_json::Value as Json;

pub(super) static SUPPORT: TableSupport = TableSupport { table: &BUCKETS, costly: &[COST], pushes: &[] };

static LIST: List = List {
    path: "Microsoft.Storage/storageAccounts",
    action: "Microsoft.Storage/storageAccounts/read",
    version: "2023-05-01",
};

pub(super) static LISTS: &[Listed] = &[Listed { list: &LIST, rows }];

const SAID: &[&str] = &[
    "/sku",
    "/kind",
    "/properties/provisioningState",
    "/properties/accessTier",
    "/properties/allowBlobPublicAccess",
    "/properties/allowSharedKeyAccess",
    "/properties/supportsHttpsTrafficOnly",
    "/properties/minimumTlsVersion",
    "/properties/publicNetworkAccess",
    "/properties/primaryEndpoints",
    "/properties/statusOfPrimary",
];

fn rows(known: &Known, account: &Json) -> Vec<Row> {
    vec![known.place.row(&BUCKETS, account).with("properties", properties(account, SAID))]
}
