//! The estate that a stand-in serves: plain structures, so that a test can compute the truth from them.
//!
//! Words are AWS's own (`running`, `gp3`, `application`), because that is what goes over the wire; what is in
//! [`azure`] has Microsoft's.

pub mod azure;
mod classic_load_balancers;
mod clusters;
mod generate;

use bytes::Bytes;
use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::path::PathBuf;

pub use azure::Subscription;
pub use classic_load_balancers::ClassicLoadBalancer;
pub use clusters::Cluster;
pub use generate::{GenerateSettings, LOCATION_NAMES, REGION_NAMES};

/// Tags of one resource.
pub type Tags = BTreeMap<String, String>;

/// Everything that a stand-in serves.
#[derive(Debug, Clone)]
pub struct Estate {
    /// The time at which the estate is as it is; ages and "the last 14 days" count from here.
    pub now: DateTime<Utc>,
    /// The organisation that accounts belong to, if any.
    pub organization: Option<Organization>,
    /// The accounts.
    pub accounts: Vec<Account>,
    /// The instance types that every region offers.
    pub instance_types: Vec<InstanceType>,
    /// The subscriptions of Azure.
    pub subscriptions: Vec<Subscription>,
    /// The sizes of virtual machines that every location of Azure offers.
    pub vm_sizes: Vec<azure::VmSize>,
}

impl Estate {
    /// An estate without accounts and subscriptions.
    pub fn empty(now: DateTime<Utc>) -> Self {
        Self {
            now,
            organization: None,
            accounts: Vec::new(),
            instance_types: InstanceType::common(),
            subscriptions: Vec::new(),
            vm_sizes: azure::VmSize::common(),
        }
    }

    /// The subscription of that id.
    pub fn subscription(&self, id: &str) -> Option<&Subscription> {
        self.subscriptions.iter().find(|s| s.id.eq_ignore_ascii_case(id))
    }

    /// The subscription of that id, to be changed before the estate is served.
    pub fn subscription_mut(&mut self, id: &str) -> Option<&mut Subscription> {
        self.subscriptions.iter_mut().find(|s| s.id.eq_ignore_ascii_case(id))
    }

    /// A believable estate; equal settings give equal estates.
    pub fn generate(settings: &GenerateSettings) -> Self {
        generate::estate(settings)
    }

    /// The account of that id.
    pub fn account(&self, id: &str) -> Option<&Account> {
        self.accounts.iter().find(|a| a.id == id)
    }

    /// The account of that id, to be changed before the estate is served.
    pub fn account_mut(&mut self, id: &str) -> Option<&mut Account> {
        self.accounts.iter_mut().find(|a| a.id == id)
    }
}

/// An organisation of accounts.
#[derive(Debug, Clone)]
pub struct Organization {
    /// `o-…`.
    pub id: String,
    /// The account that may list the others.
    pub management_account_id: String,
}

/// One account.
#[derive(Debug, Clone)]
pub struct Account {
    /// Twelve digits.
    pub id: String,
    /// Its name in the organisation.
    pub name: String,
    /// Its address in the organisation.
    pub email: String,
    /// `ACTIVE`, `SUSPENDED` or `PENDING_CLOSURE`.
    pub status: String,
    /// When it joined the organisation.
    pub joined_at: DateTime<Utc>,
    /// Whether it is a member of the estate's organisation.
    pub in_organization: bool,
    /// A long-lived key of the account. Who signs with it is this account's user.
    pub access_key_id: String,
    /// Its secret. Signatures are not verified; any secret does.
    pub secret_access_key: String,
    /// Roles that others may assume.
    pub roles: Vec<Role>,
    /// The regions that the account has.
    pub regions: Vec<Region>,
    /// Buckets, whatever their region.
    pub buckets: Vec<Bucket>,
    /// What holds for all of its buckets, as [`Bucket::public_access_block`]; none where it was never set.
    pub public_access_block: Option<[bool; 4]>,
    /// What the account costs.
    pub costs: Vec<CostLine>,
}

impl Account {
    /// The region of that name.
    pub fn region(&self, name: &str) -> Option<&Region> {
        self.regions.iter().find(|r| r.name == name)
    }

    /// The region of that name, to be changed before the estate is served.
    pub fn region_mut(&mut self, name: &str) -> Option<&mut Region> {
        self.regions.iter_mut().find(|r| r.name == name)
    }

    /// The ARN of one of its roles.
    pub fn role_arn(&self, role: &str) -> String {
        format!("arn:aws:iam::{}:role/{role}", self.id)
    }
}

/// A role that others may assume.
#[derive(Debug, Clone)]
pub struct Role {
    /// Its name.
    pub name: String,
    /// The external id that must be given, where one is required.
    pub external_id: Option<String>,
    /// The accounts that may assume it; absent: every account of the estate.
    pub trusted_account_ids: Option<Vec<String>>,
}

/// One region of one account.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Region {
    pub name: String,
    /// `opt-in-not-required`, `opted-in` or `not-opted-in`; the last refuses every call.
    pub opt_in_status: String,
    pub instances: Vec<Instance>,
    pub volumes: Vec<Volume>,
    pub snapshots: Vec<Snapshot>,
    pub images: Vec<Image>,
    pub vpcs: Vec<Vpc>,
    pub subnets: Vec<Subnet>,
    pub security_groups: Vec<SecurityGroup>,
    pub addresses: Vec<Address>,
    pub nat_gateways: Vec<NatGateway>,
    pub load_balancers: Vec<LoadBalancer>,
    pub classic_load_balancers: Vec<ClassicLoadBalancer>,
    pub db_instances: Vec<DbInstance>,
    pub functions: Vec<Function>,
    pub clusters: Vec<Cluster>,
}

impl Region {
    /// A region with nothing in it.
    pub fn empty(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            opt_in_status: "opt-in-not-required".to_owned(),
            instances: Vec::new(),
            volumes: Vec::new(),
            snapshots: Vec::new(),
            images: Vec::new(),
            vpcs: Vec::new(),
            subnets: Vec::new(),
            security_groups: Vec::new(),
            addresses: Vec::new(),
            nat_gateways: Vec::new(),
            load_balancers: Vec::new(),
            classic_load_balancers: Vec::new(),
            db_instances: Vec::new(),
            functions: Vec::new(),
            clusters: Vec::new(),
        }
    }
}

/// What `DescribeInstanceTypes` says of a type.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the names say it")]
pub struct InstanceType {
    pub name: String,
    pub vcpus: u32,
    pub memory_mib: u64,
    pub architecture: String,
}

/// A virtual machine.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Instance {
    pub id: String,
    /// Instances that were started together share one; those stand side by side.
    pub reservation_id: String,
    pub instance_type: String,
    /// `pending`, `running`, `shutting-down`, `terminated`, `stopping` or `stopped`.
    pub state: String,
    pub launched_at: DateTime<Utc>,
    /// Where it is stopped.
    pub stopped_at: Option<DateTime<Utc>>,
    pub zone: String,
    pub image_id: String,
    pub architecture: String,
    /// Such as `Linux/UNIX` or `Windows`.
    pub platform_details: String,
    pub vpc_id: String,
    pub subnet_id: String,
    pub security_group_ids: Vec<String>,
    pub private_ip: Option<String>,
    pub public_ip: Option<String>,
    /// `spot` or `scheduled`; absent: on demand.
    pub lifecycle: Option<String>,
    pub root_volume_id: Option<String>,
    /// Where it was started with fewer cores or threads than its type has.
    pub cpu_options: Option<CpuOptions>,
    pub tags: Tags,
    /// What its metrics are made of; see [`crate::metrics`].
    pub usage: Usage,
}

/// The cores and threads that an instance was started with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct CpuOptions {
    pub core_count: u32,
    pub threads_per_core: u32,
}

/// What an instance's metrics are made of; see [`crate::metrics`] for the function.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Usage {
    /// About the mean of its CPU utilisation, percent.
    pub cpu: f64,
    /// How far CPU utilisation swings over a day, percent.
    pub cpu_swing: f64,
    /// About the bytes received each second.
    pub network_in: f64,
    /// About the bytes sent each second.
    pub network_out: f64,
    /// What its noise is drawn from.
    pub seed: u64,
}

/// A block volume.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Volume {
    pub id: String,
    pub size_gib: u32,
    pub volume_type: String,
    /// `available`, `in-use`, `creating`, `deleting`, `error`.
    pub state: String,
    pub zone: String,
    pub iops: Option<u32>,
    pub throughput: Option<u32>,
    pub encrypted: bool,
    pub snapshot_id: Option<String>,
    pub created_at: DateTime<Utc>,
    pub attachments: Vec<Attachment>,
    pub tags: Tags,
}

/// What a volume is attached to.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Attachment {
    pub instance_id: String,
    pub device: String,
    pub attached_at: DateTime<Utc>,
}

/// A snapshot that the account owns.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Snapshot {
    pub id: String,
    pub volume_id: String,
    pub size_gib: u32,
    /// `completed`, `pending`, `error`.
    pub state: String,
    pub started_at: DateTime<Utc>,
    pub encrypted: bool,
    pub description: String,
    /// `standard` or `archive`.
    pub tier: String,
    /// Whether anyone may make a volume of it.
    pub public: bool,
    pub tags: Tags,
}

/// An image that the account owns.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Image {
    pub id: String,
    pub name: String,
    pub description: String,
    /// `available`, `pending`, `failed`.
    pub state: String,
    pub created_at: DateTime<Utc>,
    pub deprecated_at: Option<DateTime<Utc>>,
    pub architecture: String,
    pub platform_details: String,
    pub public: bool,
    pub snapshot_ids: Vec<String>,
    pub tags: Tags,
}

/// A network.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Vpc {
    pub id: String,
    /// The first is the primary one.
    pub cidrs: Vec<String>,
    pub is_default: bool,
    pub state: String,
    pub tags: Tags,
}

/// A subnet.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Subnet {
    pub id: String,
    pub vpc_id: String,
    pub cidr: String,
    pub zone: String,
    pub available_ips: u32,
    pub public: bool,
    pub default_for_az: bool,
    pub state: String,
    pub tags: Tags,
}

/// A security group.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the names say it")]
pub struct SecurityGroup {
    pub id: String,
    pub name: String,
    pub description: String,
    pub vpc_id: String,
    pub ingress: Vec<IpPermission>,
    pub egress: Vec<IpPermission>,
    pub tags: Tags,
}

/// One rule of a security group.
#[derive(Debug, Clone)]
pub struct IpPermission {
    /// `tcp`, `udp`, `icmp`, or `-1` for all.
    pub protocol: String,
    /// First port; absent for all protocols.
    pub from_port: Option<i32>,
    /// Last port.
    pub to_port: Option<i32>,
    /// IPv4 ranges.
    pub cidrs: Vec<String>,
    /// IPv6 ranges.
    pub cidrs_v6: Vec<String>,
    /// Other groups.
    pub group_ids: Vec<String>,
}

/// A reserved public address.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Address {
    pub allocation_id: String,
    pub public_ip: String,
    pub association_id: Option<String>,
    pub instance_id: Option<String>,
    pub network_interface_id: Option<String>,
    pub private_ip: Option<String>,
    pub tags: Tags,
}

/// A NAT gateway.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the names say it")]
pub struct NatGateway {
    pub id: String,
    /// `available`, `pending`, `failed`, `deleting`, `deleted`.
    pub state: String,
    pub vpc_id: String,
    pub subnet_id: String,
    /// `public` or `private`.
    pub connectivity: String,
    pub public_ip: Option<String>,
    pub allocation_id: Option<String>,
    pub network_interface_id: String,
    pub private_ip: String,
    pub created_at: DateTime<Utc>,
    pub tags: Tags,
}

/// A load balancer (ELBv2).
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the names say it")]
pub struct LoadBalancer {
    pub arn: String,
    pub name: String,
    /// `application`, `network` or `gateway`.
    pub lb_type: String,
    /// `internet-facing` or `internal`; gateways have none.
    pub scheme: Option<String>,
    /// `active`, `provisioning`, `active_impaired`, `failed`.
    pub state: String,
    pub dns_name: String,
    pub vpc_id: String,
    /// Zone and subnet id.
    pub subnets: Vec<(String, String)>,
    pub security_group_ids: Vec<String>,
    pub created_at: DateTime<Utc>,
    pub tags: Tags,
}

/// A database server.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the names say it")]
pub struct DbInstance {
    pub arn: String,
    pub identifier: String,
    pub class: String,
    pub engine: String,
    pub engine_version: String,
    pub status: String,
    pub storage_gib: u32,
    pub storage_type: String,
    pub multi_az: bool,
    pub publicly_accessible: bool,
    pub encrypted: bool,
    pub endpoint: Option<String>,
    pub port: u16,
    pub vpc_id: String,
    pub zone: String,
    pub created_at: DateTime<Utc>,
    pub tags: Tags,
}

/// A Lambda function.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Function {
    pub arn: String,
    pub name: String,
    /// Absent for functions made of a container image.
    pub runtime: Option<String>,
    pub memory_mib: u32,
    pub timeout_seconds: u32,
    pub code_size_bytes: u64,
    pub architecture: String,
    pub handler: Option<String>,
    pub modified_at: DateTime<Utc>,
    pub tags: Tags,
}

/// A bucket.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Bucket {
    pub name: String,
    pub region: String,
    pub created_at: DateTime<Utc>,
    /// Empty: `GetBucketTagging` answers `NoSuchTagSet`, as AWS does.
    pub tags: Tags,
    /// ACLs blocked, ACLs ignored, policies blocked, public buckets restricted; none where it was never set.
    pub public_access_block: Option<[bool; 4]>,
    /// What `GetBucketPolicyStatus` says; none where it has no policy.
    pub policy_is_public: Option<bool>,
    /// What its ACL grants to groups, beside all to its owner: the group, such as `global/AllUsers`, and the permission.
    pub acl_grants: Vec<(String, String)>,
    /// Objects by key.
    pub objects: BTreeMap<String, Object>,
}

impl Bucket {
    /// A bucket with no tags, no policy, no grants and no objects, closed to the public.
    pub fn new(name: &str, region: &str, created_at: DateTime<Utc>) -> Self {
        Self {
            name: name.to_owned(),
            region: region.to_owned(),
            created_at,
            tags: Tags::new(),
            public_access_block: Some([true; 4]),
            policy_is_public: None,
            acl_grants: Vec::new(),
            objects: BTreeMap::new(),
        }
    }

    /// With one object more, held in memory.
    pub fn object(mut self, key: &str, body: impl Into<Bytes>) -> Self {
        self.objects.insert(key.to_owned(), Object::Memory(body.into()));
        self
    }

    /// With every file of a folder (and its sub-folders) as an object whose key is `prefix` and the path below the
    /// folder. Files are read when they are asked for.
    ///
    /// # Errors
    /// Where the folder cannot be listed.
    pub fn folder(mut self, prefix: &str, folder: &std::path::Path) -> std::io::Result<Self> {
        let mut open = vec![(prefix.to_owned(), folder.to_owned())];
        while let Some((prefix, folder)) = open.pop() {
            for entry in std::fs::read_dir(folder)? {
                let entry = entry?;
                let key = format!("{prefix}{}", entry.file_name().to_string_lossy());
                if entry.file_type()?.is_dir() {
                    open.push((format!("{key}/"), entry.path()));
                } else {
                    self.objects.insert(key, Object::File(entry.path()));
                }
            }
        }
        Ok(self)
    }
}

/// What an object holds.
#[derive(Debug, Clone)]
pub enum Object {
    /// These bytes.
    Memory(Bytes),
    /// What the file holds when it is asked for.
    File(PathBuf),
}

/// A cost that recurs every day. Cost Explorer's answers are sums of these and of nothing else.
#[derive(Debug, Clone, PartialEq)]
pub struct CostLine {
    /// As Cost Explorer names it, such as `Amazon Relational Database Service`.
    pub service: String,
    /// The region, or `global`.
    pub region: String,
    /// As Cost Explorer names it: `i-…` and `vol-…` bare, most others by ARN; absent for what has no resource.
    pub resource_id: Option<String>,
    /// Amortised cost of each day, USD.
    pub per_day: Decimal,
    /// The first day.
    pub from: NaiveDate,
    /// The first day no more.
    pub until: NaiveDate,
}

impl CostLine {
    /// The amortised cost of one day.
    pub fn on(&self, day: NaiveDate) -> Decimal {
        if (self.from..self.until).contains(&day) { self.per_day } else { Decimal::ZERO }
    }

    /// The amortised cost of the days from `start` until before `end`.
    pub fn between(&self, start: NaiveDate, end: NaiveDate) -> Decimal {
        let days = (self.until.min(end) - self.from.max(start)).num_days().max(0);
        self.per_day * Decimal::from(days)
    }
}

impl InstanceType {
    /// The types that generated estates use.
    pub fn common() -> Vec<Self> {
        const TYPES: &[(&str, u32, u64, &str)] = &[
            ("t3.micro", 2, 1_024, "x86_64"),
            ("t3.medium", 2, 4_096, "x86_64"),
            ("t4g.small", 2, 2_048, "arm64"),
            ("m5.large", 2, 8_192, "x86_64"),
            ("m5.xlarge", 4, 16_384, "x86_64"),
            ("m5.2xlarge", 8, 32_768, "x86_64"),
            ("m6g.large", 2, 8_192, "arm64"),
            ("c5.large", 2, 4_096, "x86_64"),
            ("c5.4xlarge", 16, 32_768, "x86_64"),
            ("r5.large", 2, 16_384, "x86_64"),
            ("r5.2xlarge", 8, 65_536, "x86_64"),
        ];
        TYPES
            .iter()
            .map(|&(name, vcpus, memory_mib, architecture)| Self {
                name: name.to_owned(),
                vcpus,
                memory_mib,
                architecture: architecture.to_owned(),
            })
            .collect()
    }
}
