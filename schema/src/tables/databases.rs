//! `databases`: managed database servers, and the databases and elastic pools of Azure SQL.

use super::common::{RESOURCE, RESOURCE_SCOPE};
use crate::{Column, Locality, Table, TableKind, Unit};

/// `databases`: managed database servers, and the databases and elastic pools of Azure SQL.
pub static DATABASES: Table = Table {
    name: "databases",
    kind: TableKind::Resource,
    doc: "one managed database server, or one database or elastic pool of Azure SQL",
    row_kind: Some("database.instance"),
    aws_type: Some("AWS::RDS::DBInstance"),
    azure_type: Some("microsoft.sql/servers/databases"),
    locality: Locality::Regional,
    common: RESOURCE,
    own: &[
        Column::text("engine", "the database engine, such as `postgres` or `aurora-mysql`")
            .aws("rds:DescribeDBInstances: Engine")
            .azure("the kind of server")
            .also(&["database engine"]),
        Column::text("engine_version", "its version")
            .aws("rds:DescribeDBInstances: EngineVersion")
            .azure("properties.version of the server")
            .also(&["version"]),
        Column::text("instance_class", "the provider's size, such as `db.r5.large`")
            .aws("rds:DescribeDBInstances: DBInstanceClass")
            .azure("sku.name, properties.currentServiceObjectiveName")
            .also(&["class", "size", "type"]),
        Column::int("storage_gib", "allocated storage")
            .unit(Unit::GiB)
            .aws("rds:DescribeDBInstances: AllocatedStorage")
            .azure(
                "properties.storage.storageSizeGB, properties.maxSizeBytes: what Azure SQL may store and is paid for; \
                 null in a pool, which has it",
            )
            .also(&["storage"]),
        Column::bool("multi_az", "whether a standby waits in another zone")
            .aws("rds:DescribeDBInstances: MultiAZ")
            .azure("properties.highAvailability.mode, properties.zoneRedundant")
            .also(&["highly available"]),
        Column::bool("publicly_accessible", "whether it has a public address")
            .aws("rds:DescribeDBInstances: PubliclyAccessible")
            .azure("properties.publicNetworkAccess, properties.network.publicNetworkAccess of the server")
            .also(&["public", "publicly accessible"]),
        Column::bool("encrypted", "whether its storage is encrypted at rest")
            .aws("rds:DescribeDBInstances: StorageEncrypted")
            .azure("always: Azure encrypts the storage of each"),
        Column::text("endpoint", "the host name that clients use")
            .aws("rds:DescribeDBInstances: Endpoint.Address")
            .azure("properties.fullyQualifiedDomainName of the server"),
        Column::text("network_id", "its network (`networks.native_id`)")
            .aws("rds:DescribeDBInstances: DBSubnetGroup.VpcId")
            .azure("the virtual network of properties.network.delegatedSubnetResourceId")
            .also(&["vpc", "network", "vnet"]),
    ],
    shown: &["name", "provider", "account_name", "region", "engine", "engine_version", "instance_class", "state"],
    time_column: None,
    scope_columns: RESOURCE_SCOPE,
    synonyms: &[
        "database",
        "db",
        "dbs",
        "rds",
        "rds instance",
        "rds instances",
        "sql server",
        "sql servers",
        "database server",
        "database servers",
    ],
};
