//! `Microsoft.Sql`, `Microsoft.DBforPostgreSQL`, `Microsoft.DBforMySQL`, `Microsoft.Storage` and `Microsoft.Web`.

use super::{resource, time};
use crate::estate::azure::{
    ElasticPool, FlexibleServer, ManagedInstance, Site, SqlDatabase, SqlServer, StorageAccount,
};
use serde_json::{Value, json};

fn enabled(yes: bool) -> &'static str {
    if yes { "Enabled" } else { "Disabled" }
}

pub(in crate::arm) fn sql_server(server: &SqlServer) -> Value {
    let properties = json!({
        "administratorLogin": "sqladmin",
        "version": server.version,
        "state": server.state,
        "fullyQualifiedDomainName": format!("{}.database.windows.net", server.resource.name()),
        "publicNetworkAccess": enabled(server.public_network_access),
    });
    resource("Microsoft.Sql/servers", &server.resource, json!({ "kind": "v12.0" }), properties)
}

pub(in crate::arm) fn sql_database(database: &SqlDatabase) -> Value {
    let SqlDatabase { sku_name, sku_tier, capacity, .. } = database;
    let sku = json!({ "name": sku_name, "tier": sku_tier, "capacity": capacity });
    let is_system = sku_tier == "System";
    let more = json!({ "kind": if is_system { "v12.0,system" } else { "v12.0,user" }, "sku": sku });
    let objective = if sku_name.contains("Gen") { format!("{sku_name}_{capacity}") } else { sku_name.clone() };
    let properties = json!({
        "status": database.status,
        "maxSizeBytes": database.max_size_bytes,
        "creationDate": time(database.creation_date),
        "zoneRedundant": database.zone_redundant,
        "currentServiceObjectiveName": objective,
        "currentSku": sku,
        "elasticPoolId": database.elastic_pool_id,
    });
    resource("Microsoft.Sql/servers/databases", &database.resource, more, properties)
}

pub(in crate::arm) fn elastic_pool(pool: &ElasticPool) -> Value {
    let more = json!({ "sku": { "name": pool.sku_name, "tier": pool.sku_tier, "capacity": pool.capacity } });
    let properties = json!({
        "state": pool.state,
        "maxSizeBytes": pool.max_size_bytes,
        "creationDate": time(pool.creation_date),
        "zoneRedundant": pool.zone_redundant,
        "perDatabaseSettings": { "minCapacity": 0, "maxCapacity": pool.capacity },
    });
    resource("Microsoft.Sql/servers/elasticPools", &pool.resource, more, properties)
}

pub(in crate::arm) fn managed_instance(instance: &ManagedInstance) -> Value {
    let ManagedInstance { sku_name, sku_tier, v_cores, .. } = instance;
    let sku = json!({ "name": sku_name, "tier": sku_tier, "family": "Gen5", "capacity": v_cores });
    let properties = json!({
        "provisioningState": "Succeeded",
        "administratorLogin": "sqladmin",
        "fullyQualifiedDomainName": format!("{}.3c1b5d8a9f7e.database.windows.net", instance.resource.name()),
        "subnetId": instance.subnet_id,
        "state": instance.state,
        "licenseType": "LicenseIncluded",
        "vCores": v_cores,
        "storageSizeInGB": instance.storage_size_in_gb,
        "publicDataEndpointEnabled": instance.public_data_endpoint_enabled,
        "minimalTlsVersion": "1.2",
        "zoneRedundant": instance.zone_redundant,
    });
    resource("Microsoft.Sql/managedInstances", &instance.resource, json!({ "sku": sku }), properties)
}

pub(in crate::arm) fn postgresql_server(server: &FlexibleServer) -> Value {
    let storage = json!({ "storageSizeGB": server.storage_gb, "iops": server.iops, "autoGrow": "Disabled" });
    flexible_server("Microsoft.DBforPostgreSQL/flexibleServers", server, &storage)
}

pub(in crate::arm) fn mysql_server(server: &FlexibleServer) -> Value {
    let storage = json!({
        "storageSizeGB": server.storage_gb,
        "iops": server.iops,
        "autoGrow": "Enabled",
        "storageSku": "Premium_LRS",
    });
    flexible_server("Microsoft.DBforMySQL/flexibleServers", server, &storage)
}

fn flexible_server(kind: &str, server: &FlexibleServer, storage: &Value) -> Value {
    let more = json!({
        "sku": { "name": server.sku_name, "tier": server.sku_tier },
        "systemData": { "createdAt": time(server.created_at) },
    });
    let properties = json!({
        "administratorLogin": "dbadmin",
        "version": server.version,
        "state": server.state,
        "fullyQualifiedDomainName": server.fully_qualified_domain_name,
        "availabilityZone": server.availability_zone,
        "storage": storage,
        "network": { "publicNetworkAccess": enabled(server.public_network_access) },
        "backup": { "backupRetentionDays": server.backup_retention_days, "geoRedundantBackup": "Disabled" },
        "highAvailability": { "mode": server.high_availability },
    });
    resource(kind, &server.resource, more, properties)
}

pub(in crate::arm) fn storage_account(account: &StorageAccount) -> Value {
    let tier = account.sku_name.split('_').next();
    let more = json!({ "kind": account.kind, "sku": { "name": account.sku_name, "tier": tier } });
    let endpoint = |what: &str| format!("https://{}.{what}.core.windows.net/", account.resource.name());
    let properties = json!({
        "provisioningState": "Succeeded",
        "creationTime": time(account.creation_time),
        "primaryLocation": account.resource.location,
        "statusOfPrimary": "available",
        "accessTier": account.access_tier,
        "allowBlobPublicAccess": account.allow_blob_public_access,
        "supportsHttpsTrafficOnly": account.https_only,
        "encryption": { "keySource": "Microsoft.Storage", "services": { "blob": { "enabled": true } } },
        "primaryEndpoints": { "blob": endpoint("blob"), "file": endpoint("file"), "queue": endpoint("queue") },
    });
    resource("Microsoft.Storage/storageAccounts", &account.resource, more, properties)
}

pub(in crate::arm) fn site(site: &Site) -> Value {
    let host = format!("{}.azurewebsites.net", site.resource.name());
    let properties = json!({
        "state": site.state,
        "enabled": site.state == "Running",
        "hostNames": [host],
        "defaultHostName": host,
        "httpsOnly": site.https_only,
        "serverFarmId": site.server_farm_id,
        "lastModifiedTimeUtc": time(site.last_modified),
        "siteConfig": { "linuxFxVersion": site.linux_fx_version },
    });
    resource("Microsoft.Web/sites", &site.resource, json!({ "kind": site.kind }), properties)
}
