//! Clusters of AKS and their node pools.

use super::TrackedResource;
use chrono::{DateTime, Utc};

/// A cluster of AKS.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the names say it")]
pub struct ManagedCluster {
    pub resource: TrackedResource,
    pub kubernetes_version: String,
    /// `Succeeded`, `Creating`, `Upgrading`, `Failed` and others.
    pub provisioning_state: String,
    /// `Running` or `Stopped`.
    pub power_state: String,
    /// The name of its API server: a private one where the cluster is private.
    pub fqdn: String,
    pub is_private: bool,
    /// `Free`, `Standard` or `Premium`.
    pub sku_tier: String,
    /// `KubernetesOfficial` or `AKSLongTermSupport`.
    pub support_plan: String,
    pub agent_pools: Vec<AgentPool>,
    pub created_at: DateTime<Utc>,
}

/// Nodes of one size.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the names say it")]
pub struct AgentPool {
    pub name: String,
    pub count: u32,
    pub vm_size: String,
    /// `System` or `User`.
    pub mode: String,
    /// Absent where AKS made the network.
    pub vnet_subnet_id: Option<String>,
}
