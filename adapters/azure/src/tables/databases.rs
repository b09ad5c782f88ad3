//! `databases`: servers of Azure SQL, and flexible servers of PostgreSQL and MySQL.

use super::{COST, Listed};
use crate::fetch::List;
use crate::known::Known;
use crate::states;
use crate::words::{id, int, parent, properties, text};
use engine::source::TableSupport;
use schema::Row;
use schema::tables::DATABASES;
use serde_json::Value as Json;

pub(super) static SUPPORT: TableSupport = TableSupport { table: &DATABASES, costly: &[COST], pushes: &[] };

static SQL: List = List { path: "Microsoft.Sql/servers", action: "Microsoft.Sql/servers/read", version: "2023-08-01" };
static POSTGRES: List = List {
    path: "Microsoft.DBforPostgreSQL/flexibleServers",
    action: "Microsoft.DBforPostgreSQL/flexibleServers/read",
    version: "2024-08-01",
};
static MYSQL: List = List {
    path: "Microsoft.DBforMySQL/flexibleServers",
    action: "Microsoft.DBforMySQL/flexibleServers/read",
    version: "2023-12-30",
};

pub(super) static LISTS: &[Listed] = &[
    Listed { list: &SQL, rows: sql },
    Listed { list: &POSTGRES, rows: postgres },
    Listed { list: &MYSQL, rows: mysql },
];

const SAID: &[&str] = &[
    "/sku",
    "/kind",
    "/properties/state",
    "/properties/publicNetworkAccess",
    "/properties/network",
    "/properties/minimalTlsVersion",
    "/properties/storage",
    "/properties/backup",
    "/properties/highAvailability",
    "/properties/replicationRole",
];

/// A server of Azure SQL. Its size and storage are its databases', so that it has none.
fn sql(known: &Known, server: &Json) -> Vec<Row> {
    vec![common(known, server, "sqlserver")]
}

fn postgres(known: &Known, server: &Json) -> Vec<Row> {
    vec![flexible(known, server, "postgres")]
}

fn mysql(known: &Known, server: &Json) -> Vec<Row> {
    vec![flexible(known, server, "mysql")]
}

fn flexible(known: &Known, server: &Json, engine: &str) -> Row {
    let mode = text(server, "/properties/highAvailability/mode");
    let subnet = id(server, "/properties/network/delegatedSubnetResourceId");
    let zone = text(server, "/properties/availabilityZone");
    common(known, server, engine)
        .with("zone", zone)
        .with("instance_class", text(server, "/sku/name"))
        .with("storage_gib", int(server, "/properties/storage/storageSizeGB"))
        .with("multi_az", mode.map(|mode| mode == "ZoneRedundant"))
        .with("network_id", subnet.and_then(|subnet| parent(&subnet, 1)))
}

fn common(known: &Known, server: &Json, engine: &str) -> Row {
    let places = ["/properties/network/publicNetworkAccess", "/properties/publicNetworkAccess"];
    let public = places.iter().find_map(|at| text(server, at));
    known
        .place
        .row(&DATABASES, server)
        .with("state", states::database(text(server, "/properties/state")))
        .with("engine", engine)
        .with("engine_version", text(server, "/properties/version"))
        .with("publicly_accessible", public.map(|word| word == "Enabled"))
        // Azure encrypts the storage of each, with its own key where it was given none.
        .with("encrypted", true)
        .with("endpoint", text(server, "/properties/fullyQualifiedDomainName"))
        .with("properties", properties(server, SAID))
}
