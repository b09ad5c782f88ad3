//! Classic load balancers, of the first generation.

use super::Tags;
use chrono::{DateTime, Utc};

/// A classic load balancer, which has a name and no ARN.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the names say it")]
pub struct ClassicLoadBalancer {
    pub name: String,
    /// `internet-facing` or `internal`.
    pub scheme: String,
    pub dns_name: String,
    /// One from before there were VPCs has none.
    pub vpc_id: Option<String>,
    pub zones: Vec<String>,
    pub subnet_ids: Vec<String>,
    pub security_group_ids: Vec<String>,
    pub instance_ids: Vec<String>,
    /// Port, and port of the instances.
    pub listeners: Vec<(u16, u16)>,
    pub created_at: DateTime<Utc>,
    pub tags: Tags,
}
