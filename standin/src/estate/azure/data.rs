//! Databases, storage accounts, and web apps and functions.

use super::TrackedResource;
use chrono::{DateTime, Utc};

/// A server of Azure SQL.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the names say it")]
pub struct SqlServer {
    pub resource: TrackedResource,
    pub version: String,
    /// `Ready` or `Disabled`.
    pub state: String,
    pub public_network_access: bool,
    /// `master` among them, as Azure lists it.
    pub databases: Vec<SqlDatabase>,
    pub elastic_pools: Vec<ElasticPool>,
}

/// Compute and storage that several databases of a server share.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the names say it")]
pub struct ElasticPool {
    /// Its id is `{server}/elasticPools/{name}`.
    pub resource: TrackedResource,
    /// Such as `GP_Gen5`, `BasicPool`.
    pub sku_name: String,
    pub sku_tier: String,
    pub capacity: u32,
    /// `Ready`, `Creating` or `Disabled`.
    pub state: String,
    pub max_size_bytes: u64,
    pub zone_redundant: bool,
    pub creation_date: DateTime<Utc>,
}

/// A database of Azure SQL.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the names say it")]
pub struct SqlDatabase {
    /// Its id is `{server}/databases/{name}`.
    pub resource: TrackedResource,
    /// Such as `GP_Gen5`, `GP_S_Gen5` (serverless), `Basic`, `S0`, and `ElasticPool` where it is in one.
    pub sku_name: String,
    pub sku_tier: String,
    pub capacity: u32,
    /// `Online`, `Paused` and others.
    pub status: String,
    pub max_size_bytes: u64,
    pub zone_redundant: bool,
    pub creation_date: DateTime<Utc>,
    pub elastic_pool_id: Option<String>,
}

/// A managed instance of Azure SQL: a whole server in a network of the subscription's.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the names say it")]
pub struct ManagedInstance {
    pub resource: TrackedResource,
    /// Such as `GP_Gen5`, `BC_Gen5`.
    pub sku_name: String,
    pub sku_tier: String,
    pub v_cores: u32,
    /// `Ready`, `Stopped` and others.
    pub state: String,
    pub storage_size_in_gb: u32,
    pub zone_redundant: bool,
    pub public_data_endpoint_enabled: bool,
    pub subnet_id: String,
}

/// A flexible server of PostgreSQL or MySQL.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the names say it")]
pub struct FlexibleServer {
    pub resource: TrackedResource,
    pub sku_name: String,
    /// `Burstable`, `GeneralPurpose` or `MemoryOptimized`.
    pub sku_tier: String,
    pub version: String,
    /// `Ready`, `Stopped` and others.
    pub state: String,
    pub storage_gb: u32,
    pub iops: u32,
    pub availability_zone: String,
    /// `Disabled`, `SameZone` or `ZoneRedundant`.
    pub high_availability: String,
    pub public_network_access: bool,
    pub backup_retention_days: u32,
    pub fully_qualified_domain_name: String,
    pub created_at: DateTime<Utc>,
}

/// A storage account.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the names say it")]
pub struct StorageAccount {
    pub resource: TrackedResource,
    /// `StorageV2`, `BlobStorage`, `FileStorage` and others.
    pub kind: String,
    pub sku_name: String,
    /// `Hot`, `Cool` or `Cold`; some kinds have none.
    pub access_tier: Option<String>,
    pub allow_blob_public_access: bool,
    pub https_only: bool,
    pub creation_time: DateTime<Utc>,
}

/// A web app or function app.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Site {
    pub resource: TrackedResource,
    /// Such as `app`, `app,linux`, `functionapp`, `functionapp,linux`.
    pub kind: String,
    /// `Running` or `Stopped`.
    pub state: String,
    /// Such as `Python|3.12`; empty on Windows.
    pub linux_fx_version: String,
    pub https_only: bool,
    pub server_farm_id: String,
    pub last_modified: DateTime<Utc>,
}
