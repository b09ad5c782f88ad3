//! Clusters of EKS.

use super::Tags;
use chrono::{DateTime, Utc};

/// A cluster of EKS.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Cluster {
    pub arn: String,
    pub name: String,
    pub version: String,
    /// `CREATING`, `ACTIVE`, `DELETING`, `FAILED`, `UPDATING` or `PENDING`.
    pub status: String,
    /// Absent while it is being made.
    pub endpoint: Option<String>,
    pub vpc_id: String,
    pub subnet_ids: Vec<String>,
    pub security_group_ids: Vec<String>,
    pub endpoint_public_access: bool,
    /// `STANDARD` or `EXTENDED`.
    pub support_type: String,
    /// Such as `standard`, `tier-xl`; older clusters have none.
    pub control_plane_tier: Option<String>,
    pub created_at: DateTime<Utc>,
    pub tags: Tags,
}
