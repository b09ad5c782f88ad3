//! `databases`: what has computing power of its own. Flexible servers of PostgreSQL and MySQL, as RDS has instances; of
//! Azure SQL the databases and the elastic pools, since a server there is a name and rules that nobody pays for, and the
//! managed instances, which are servers that somebody does pay for, whatever databases are in them.
//!
//! A database in a pool has a row too; what it costs and stores is its pool's. `master`, which every server has for
//! itself, has none.

use super::{COST, Listed};
use crate::fetch::{Fetch, List};
use crate::handover::Handover;
use crate::known::Known;
use crate::states;
use crate::words::{id, int, parent, properties, text, time};
use engine::FetchError;
use engine::source::TableSupport;
use futures::stream::{self, StreamExt};
use schema::Row;
use schema::tables::DATABASES;
use serde_json::Value as Json;

pub(super) static SUPPORT: TableSupport = TableSupport { table: &DATABASES, costly: &[COST], pushes: &[] };

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

static MANAGED: List = List {
    path: "Microsoft.Sql/managedInstances",
    action: "Microsoft.Sql/managedInstances/read",
    version: "2023-08-01",
};

pub(super) static LISTS: &[Listed] = &[
    Listed { list: &POSTGRES, rows: postgres },
    Listed { list: &MYSQL, rows: mysql },
    Listed { list: &MANAGED, rows: managed },
];

/// Servers of Azure SQL. What is in them is listed server by server.
pub(super) static SQL: List =
    List { path: "Microsoft.Sql/servers", action: "Microsoft.Sql/servers/read", version: "2023-08-01" };
pub(super) const SQL_DATABASES: &str = "Microsoft.Sql/servers/databases/read";
pub(super) const ELASTIC_POOLS: &str = "Microsoft.Sql/servers/elasticPools/read";

/// Servers that are read at once.
const AT_ONCE: usize = 4;

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
    "/properties/status",
    "/properties/elasticPoolId",
    "/properties/perDatabaseSettings",
    "/properties/licenseType",
    "/properties/autoPauseDelay",
    "/properties/currentBackupStorageRedundancy",
    "/properties/vCores",
    "/properties/instancePoolId",
];

/// Hands over the databases and pools of every server of Azure SQL. A server that cannot be read is a gap.
pub(super) async fn of_sql(f: &Fetch<'_>, known: &Known, out: &mut Handover<'_>) -> Result<(), FetchError> {
    let servers = match f.all(&SQL, &[]).await {
        Ok(servers) => servers,
        Err(error) => return f.cx.gap(&[], Some(SQL.path.to_owned()), error).await,
    };
    let mut all = std::pin::pin!(stream::iter(servers).map(|server| inside(f, known, server)).buffered(AT_ONCE));
    while let Some(rows) = all.next().await {
        out.take(rows?).await?;
        if out.has_enough() {
            break;
        }
    }
    Ok(())
}

/// The rows of what is in a server.
async fn inside(f: &Fetch<'_>, known: &Known, server: Json) -> Result<Vec<Row>, FetchError> {
    let Some(path) = text(&server, "/id") else { return Ok(Vec::new()) };
    let lists = [("databases", SQL_DATABASES), ("elasticPools", ELASTIC_POOLS)];
    let reads = lists.map(|(kind, action)| async move {
        let path = format!("{path}/{kind}");
        let mut values = Vec::new();
        let read = f.read_all(f.arm.get(action, &path, SQL.version, &[])?, &mut values).await;
        if let Err(error) = read {
            f.cx.gap(&[], Some(path.to_lowercase()), error).await?;
        }
        Ok(values)
    });
    let [databases, pools] = reads;
    let (databases, pools) = futures::try_join!(databases, pools)?;
    let databases = databases.iter().filter_map(|item| sql_database(known, &server, item));
    Ok(databases.chain(pools.iter().map(|item| elastic_pool(known, &server, item))).collect())
}

/// A database of Azure SQL, where it is not the server's own `master`.
pub(crate) fn sql_database(known: &Known, server: &Json, item: &Json) -> Option<Row> {
    if text(item, "/name") == Some("master") || text(item, "/sku/tier") == Some("System") {
        return None;
    }
    // Such as `GP_Gen5_2`: the SKU's name and its capacity.
    let objective = text(item, "/properties/currentServiceObjectiveName");
    let is_in_pool = text(item, "/properties/elasticPoolId").is_some();
    let mut row = in_server(known, server, item);
    row.set("state", states::database(text(item, "/properties/status")))
        .set("instance_class", objective.or_else(|| text(item, "/sku/name")));
    if is_in_pool {
        row.set("storage_gib", schema::Value::Null);
    }
    Some(row)
}

/// An elastic pool: what its databases share.
pub(crate) fn elastic_pool(known: &Known, server: &Json, item: &Json) -> Row {
    in_server(known, server, item)
}

/// What is in a server has that one's version, name and way in.
fn in_server(known: &Known, server: &Json, item: &Json) -> Row {
    common(known, item, server, "sqlserver")
        .with("created_at", time(item, "/properties/creationDate"))
        .with("instance_class", text(item, "/sku/name"))
        .with("storage_gib", int(item, "/properties/maxSizeBytes").map(|bytes| bytes >> 30))
        .with("multi_az", item.pointer("/properties/zoneRedundant").and_then(Json::as_bool))
}

fn managed(known: &Known, instance: &Json) -> Vec<Row> {
    let subnet = id(instance, "/properties/subnetId");
    let public = instance.pointer("/properties/publicDataEndpointEnabled").and_then(Json::as_bool);
    let row = common(known, instance, instance, "sqlserver")
        .with("instance_class", text(instance, "/sku/name"))
        .with("storage_gib", int(instance, "/properties/storageSizeInGB"))
        .with("multi_az", instance.pointer("/properties/zoneRedundant").and_then(Json::as_bool))
        .with("network_id", subnet.and_then(|subnet| parent(&subnet, 1)))
        // Only its endpoint for data can be opened; there is no word for the instance as a whole.
        .with("publicly_accessible", public);
    vec![row]
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
    common(known, server, server, engine)
        .with("zone", zone)
        .with("instance_class", text(server, "/sku/name"))
        .with("storage_gib", int(server, "/properties/storage/storageSizeGB"))
        .with("multi_az", mode.map(|mode| mode == "ZoneRedundant"))
        .with("network_id", subnet.and_then(|subnet| parent(&subnet, 1)))
}

/// A row of an item, which is a server or is in one.
fn common(known: &Known, item: &Json, server: &Json, engine: &str) -> Row {
    let places = ["/properties/network/publicNetworkAccess", "/properties/publicNetworkAccess"];
    let public = places.iter().find_map(|at| text(server, at));
    known
        .place
        .row(&DATABASES, item)
        .with("state", states::database(text(item, "/properties/state")))
        .with("engine", engine)
        .with("engine_version", text(server, "/properties/version"))
        .with("publicly_accessible", public.map(|word| word == "Enabled"))
        // Azure encrypts the storage of each, with its own key where it was given none.
        .with("encrypted", true)
        .with("endpoint", text(server, "/properties/fullyQualifiedDomainName"))
        .with("properties", properties(item, SAID))
}
