//! What the estate is made of, before it becomes rows. References are native ids, as in the rows.

use super::load::Load;
use super::place::Ids;
use chrono::{DateTime, Utc};
use schema::State;
use std::collections::BTreeMap;

/// What every resource has.
#[derive(Debug, Clone)]
pub(crate) struct Facts {
    pub(crate) ids: Ids,
    /// The name; null on AWS where the name is a tag that nobody set.
    pub(crate) name: Option<String>,
    pub(crate) zone: Option<String>,
    pub(crate) state: State,
    /// The provider's own word for the state.
    pub(crate) state_word: &'static str,
    pub(crate) created_at: Option<DateTime<Utc>>,
    pub(crate) tags: BTreeMap<String, String>,
    /// Whose it really is, whatever its tags say; empty for what is nobody's.
    pub(crate) team: &'static str,
}

/// Everything in one region of one account.
#[derive(Debug, Default)]
pub(crate) struct Region {
    pub(crate) networks: Vec<Network>,
    pub(crate) instances: Vec<Instance>,
    pub(crate) volumes: Vec<Volume>,
    pub(crate) snapshots: Vec<Snapshot>,
    pub(crate) images: Vec<Image>,
    pub(crate) public_ips: Vec<PublicIp>,
    pub(crate) load_balancers: Vec<LoadBalancer>,
    pub(crate) databases: Vec<Database>,
    pub(crate) functions: Vec<Function>,
    pub(crate) clusters: Vec<Cluster>,
}

/// A network and what cannot be without it.
#[derive(Debug)]
pub(crate) struct Network {
    pub(crate) facts: Facts,
    pub(crate) cidr: String,
    pub(crate) is_default: bool,
    pub(crate) subnets: Vec<Subnet>,
    pub(crate) groups: Vec<SecurityGroup>,
    pub(crate) nats: Vec<Nat>,
}

#[derive(Debug)]
pub(crate) struct Subnet {
    pub(crate) facts: Facts,
    pub(crate) cidr: String,
    /// Addresses that it has in all.
    pub(crate) size: i64,
    pub(crate) public: bool,
}

#[derive(Debug)]
pub(crate) struct SecurityGroup {
    pub(crate) facts: Facts,
    /// What it is for, as its name begins: `web`, `db`, …
    pub(crate) role: &'static str,
    pub(crate) description: &'static str,
    /// Ports that every address may reach.
    pub(crate) open: Vec<&'static str>,
    /// Ports that the network itself may reach.
    pub(crate) inside: Vec<&'static str>,
}

#[derive(Debug)]
pub(crate) struct Nat {
    pub(crate) facts: Facts,
    pub(crate) subnet_id: String,
    pub(crate) address: String,
}

#[derive(Debug)]
pub(crate) struct Instance {
    pub(crate) facts: Facts,
    pub(crate) instance_type: &'static str,
    pub(crate) windows: bool,
    pub(crate) spot: bool,
    pub(crate) image_id: String,
    pub(crate) private_ip: String,
    pub(crate) public_ip: Option<String>,
    pub(crate) network_id: String,
    pub(crate) subnet_id: String,
    pub(crate) group_ids: Vec<String>,
    pub(crate) launched_at: DateTime<Utc>,
    /// When it was stopped; null while it runs.
    pub(crate) stopped_at: Option<DateTime<Utc>>,
    /// Whether a savings plan covers it.
    pub(crate) committed: bool,
    /// Null where nothing is measured.
    pub(crate) load: Option<Load>,
    /// What it was made as, for what is made beside it.
    pub(crate) owner: super::tags::Owner,
    /// When it was first made.
    pub(crate) made_at: DateTime<Utc>,
    /// Its place in the region's networks.
    pub(crate) network: usize,
    /// The name that it was made with, whether its tags still say so or not.
    pub(crate) made_as: String,
}

#[derive(Debug)]
pub(crate) struct Volume {
    pub(crate) facts: Facts,
    pub(crate) volume_type: &'static str,
    pub(crate) size_gib: i64,
    pub(crate) encrypted: bool,
    pub(crate) instance_id: Option<String>,
    pub(crate) snapshot_id: Option<String>,
    /// When it was made.
    pub(crate) made_at: DateTime<Utc>,
}

#[derive(Debug)]
pub(crate) struct Snapshot {
    pub(crate) facts: Facts,
    pub(crate) volume_id: Option<String>,
    pub(crate) size_gib: i64,
    pub(crate) encrypted: bool,
    pub(crate) description: String,
    pub(crate) archived: bool,
    /// Whether anyone may make a volume of it.
    pub(crate) public: bool,
    /// When it was taken.
    pub(crate) made_at: DateTime<Utc>,
}

#[derive(Debug)]
pub(crate) struct Image {
    pub(crate) facts: Facts,
    pub(crate) windows: bool,
    pub(crate) public: bool,
    pub(crate) deprecated_at: Option<DateTime<Utc>>,
    pub(crate) snapshot_id: String,
    pub(crate) description: String,
}

#[derive(Debug)]
pub(crate) struct PublicIp {
    pub(crate) facts: Facts,
    pub(crate) address: String,
    pub(crate) associated_with: Option<String>,
    pub(crate) instance_id: Option<String>,
    /// Since when it is billed.
    pub(crate) made_at: DateTime<Utc>,
}

#[derive(Debug)]
pub(crate) struct LoadBalancer {
    pub(crate) facts: Facts,
    /// `load_balancers.load_balancer_type`.
    pub(crate) sort: &'static str,
    pub(crate) public: bool,
    pub(crate) dns_name: Option<String>,
    pub(crate) network_id: String,
    pub(crate) subnet_ids: Vec<String>,
    pub(crate) group_ids: Vec<String>,
    /// When it was made.
    pub(crate) made_at: DateTime<Utc>,
}

#[derive(Debug)]
pub(crate) struct Database {
    pub(crate) facts: Facts,
    pub(crate) engine: &'static str,
    pub(crate) version: &'static str,
    pub(crate) class: &'static str,
    pub(crate) storage_gib: i64,
    pub(crate) multi_az: bool,
    pub(crate) public: bool,
    pub(crate) encrypted: bool,
    pub(crate) endpoint: String,
    pub(crate) network_id: Option<String>,
    /// When it was made.
    pub(crate) made_at: DateTime<Utc>,
    /// When it was stopped; null while it runs.
    pub(crate) stopped_at: Option<DateTime<Utc>>,
}

#[derive(Debug)]
pub(crate) struct Function {
    pub(crate) facts: Facts,
    pub(crate) runtime: &'static str,
    pub(crate) memory_mib: i64,
    pub(crate) timeout_seconds: i64,
    pub(crate) code_bytes: i64,
    pub(crate) arm: bool,
    pub(crate) handler: &'static str,
    pub(crate) modified_at: DateTime<Utc>,
    /// GiB-seconds on a usual day; null where nobody calls it.
    pub(crate) usage: Option<i64>,
    /// When it was made.
    pub(crate) made_at: DateTime<Utc>,
}

#[derive(Debug)]
pub(crate) struct Cluster {
    pub(crate) facts: Facts,
    pub(crate) version: &'static str,
    pub(crate) endpoint: String,
    pub(crate) public: bool,
    pub(crate) network_id: String,
    pub(crate) subnet_ids: Vec<String>,
    /// Null where the provider does not say it with the cluster.
    pub(crate) node_count: Option<i64>,
    pub(crate) tier: &'static str,
    pub(crate) support_plan: &'static str,
}

/// A bucket or storage account; an account's are listed at once, whatever their region.
#[derive(Debug)]
pub(crate) struct Bucket {
    pub(crate) facts: Facts,
    pub(crate) region: &'static str,
    /// GiB kept at the end of the estate's time.
    pub(crate) gib: i64,
    /// When it was made.
    pub(crate) made_at: DateTime<Utc>,
    /// Whether a setting keeps it from being opened to everybody.
    pub(crate) blocked: bool,
    /// Whether a policy grants something to everybody; none where there are no policies.
    pub(crate) policy_is_public: Option<bool>,
}
