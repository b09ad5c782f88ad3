//! `buckets`: storage accounts.

use super::{COST, Listed};
use crate::fetch::List;
use crate::known::Known;
use crate::words::{properties, text};
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
    let blocked = public_access_blocked(account);
    let row = known.place.row(&BUCKETS, account).with("public_access_blocked", blocked);
    // Of one that lets its containers be open it is not told whether one is.
    let public = (blocked == Some(true)).then_some(false);
    vec![row.with("public", public).with("properties", properties(account, SAID))]
}

/// With the public network closed no container is reached by everybody, whatever else is set. What is meant where nothing is
/// set has changed over the years.
fn public_access_blocked(account: &Json) -> Option<bool> {
    if text(account, "/properties/publicNetworkAccess") == Some("Disabled") {
        return Some(true);
    }
    account.pointer("/properties/allowBlobPublicAccess").and_then(Json::as_bool).map(|allowed| !allowed)
}
