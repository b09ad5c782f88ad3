//! Subscriptions of Azure: plain structures in Microsoft's words, as Azure Resource Manager says them.
//!
//! Ids are in mixed case, as Azure writes them, and say everything of where a thing is; names are their last parts.

mod compute;
mod containers;
mod data;
mod network;

use super::Tags;
use chrono::NaiveDate;
use rust_decimal::Decimal;

pub use compute::{Disk, Image, ImageReference, ScaleSet, ScaleSetInstance, Snapshot, Usage, VirtualMachine, VmSize};
pub use containers::{AgentPool, ManagedCluster};
pub use data::{ElasticPool, FlexibleServer, ManagedInstance, Site, SqlDatabase, SqlServer, StorageAccount};
pub use network::{
    ApplicationGateway, Frontend, LoadBalancer, NatGateway, NetworkInterface, NetworkSecurityGroup, PublicIpAddress,
    SecurityRule, Subnet, VirtualNetwork,
};

/// One subscription.
#[derive(Debug, Clone)]
pub struct Subscription {
    /// A GUID in lower case.
    pub id: String,
    /// Its name for people.
    pub display_name: String,
    /// `Enabled`, `Warned`, `PastDue`, `Disabled` or `Deleted`.
    pub state: String,
    /// The bearer tokens that may read it. A token that no subscription names is refused altogether.
    pub tokens: Vec<String>,
    /// Where it may have resources.
    pub locations: Vec<Location>,
    /// `Microsoft.Compute/virtualMachines`, members of flexible scale sets included.
    pub virtual_machines: Vec<VirtualMachine>,
    /// `Microsoft.Compute/virtualMachineScaleSets`, with the instances of uniform ones.
    pub scale_sets: Vec<ScaleSet>,
    /// `Microsoft.Compute/disks`.
    pub disks: Vec<Disk>,
    /// `Microsoft.Compute/snapshots`.
    pub snapshots: Vec<Snapshot>,
    /// `Microsoft.Compute/images`.
    pub images: Vec<Image>,
    /// `Microsoft.Network/virtualNetworks`, with their subnets.
    pub virtual_networks: Vec<VirtualNetwork>,
    /// `Microsoft.Network/networkSecurityGroups`, with their rules.
    pub network_security_groups: Vec<NetworkSecurityGroup>,
    /// `Microsoft.Network/publicIPAddresses`.
    pub public_ip_addresses: Vec<PublicIpAddress>,
    /// `Microsoft.Network/natGateways`.
    pub nat_gateways: Vec<NatGateway>,
    /// `Microsoft.Network/loadBalancers`.
    pub load_balancers: Vec<LoadBalancer>,
    /// `Microsoft.Network/applicationGateways`.
    pub application_gateways: Vec<ApplicationGateway>,
    /// `Microsoft.Network/networkInterfaces`.
    pub network_interfaces: Vec<NetworkInterface>,
    /// `Microsoft.Sql/servers`, with their databases.
    pub sql_servers: Vec<SqlServer>,
    /// `Microsoft.Sql/managedInstances`.
    pub managed_instances: Vec<ManagedInstance>,
    /// `Microsoft.DBforPostgreSQL/flexibleServers`.
    pub postgresql_servers: Vec<FlexibleServer>,
    /// `Microsoft.DBforMySQL/flexibleServers`.
    pub mysql_servers: Vec<FlexibleServer>,
    /// `Microsoft.Storage/storageAccounts`.
    pub storage_accounts: Vec<StorageAccount>,
    /// `Microsoft.Web/sites`: web apps, and functions where `kind` says so.
    pub sites: Vec<Site>,
    /// `Microsoft.ContainerService/managedClusters`, with their node pools.
    pub managed_clusters: Vec<ManagedCluster>,
    /// What it costs.
    pub costs: Vec<CostLine>,
}

impl Subscription {
    /// A subscription with nothing in it, which one token may read.
    pub fn empty(id: &str, display_name: &str, token: &str) -> Self {
        Self {
            id: id.to_owned(),
            display_name: display_name.to_owned(),
            state: "Enabled".to_owned(),
            tokens: vec![token.to_owned()],
            locations: Vec::new(),
            virtual_machines: Vec::new(),
            scale_sets: Vec::new(),
            disks: Vec::new(),
            snapshots: Vec::new(),
            images: Vec::new(),
            virtual_networks: Vec::new(),
            network_security_groups: Vec::new(),
            public_ip_addresses: Vec::new(),
            nat_gateways: Vec::new(),
            load_balancers: Vec::new(),
            application_gateways: Vec::new(),
            network_interfaces: Vec::new(),
            sql_servers: Vec::new(),
            managed_instances: Vec::new(),
            postgresql_servers: Vec::new(),
            mysql_servers: Vec::new(),
            storage_accounts: Vec::new(),
            sites: Vec::new(),
            managed_clusters: Vec::new(),
            costs: Vec::new(),
        }
    }

    /// Every virtual machine, the instances of uniform scale sets included.
    pub fn machines(&self) -> impl Iterator<Item = &VirtualMachine> {
        let instances = self.scale_sets.iter().flat_map(|set| &set.instances);
        self.virtual_machines.iter().chain(instances.map(|instance| &instance.machine))
    }
}

/// A place where Azure runs things.
#[derive(Debug, Clone)]
pub struct Location {
    /// Such as `westeurope`.
    pub name: String,
    /// Such as `West Europe`.
    pub display_name: String,
}

/// What every resource has.
#[derive(Debug, Clone, Default)]
pub struct TrackedResource {
    /// The whole path, such as `/subscriptions/…/resourceGroups/RG-One/providers/Microsoft.Compute/disks/data-1`.
    pub id: String,
    /// The location's name; some providers write its display name instead.
    pub location: String,
    /// Tags, whose names Azure compares without regard to case.
    pub tags: Tags,
    /// The availability zones, such as `1`; none: regional.
    pub zones: Vec<String>,
}

impl TrackedResource {
    /// A resource without tags and zones. `kind` is provider and type, such as `Microsoft.Compute/disks`.
    pub fn new(subscription_id: &str, group: &str, kind: &str, name: &str, location: &str) -> Self {
        Self {
            id: format!("/subscriptions/{subscription_id}/resourceGroups/{group}/providers/{kind}/{name}"),
            location: location.to_owned(),
            ..Self::default()
        }
    }

    /// The last part of the id.
    pub fn name(&self) -> &str {
        self.id.rsplit('/').next().unwrap_or_default()
    }
}

/// A cost that recurs every day. Cost Management's answers are sums of these and of nothing else.
#[derive(Debug, Clone, PartialEq)]
pub struct CostLine {
    /// The resource; Cost Management writes it in lower case. Empty where a cost has none.
    pub resource_id: String,
    /// Such as `Virtual Machines`.
    pub service_name: String,
    /// The name of the location.
    pub location: String,
    /// Such as `EUR`.
    pub currency: String,
    /// Amortised cost of each day, in the currency.
    pub amortized_per_day: Decimal,
    /// Actual cost of each day, in the currency: nothing where a reservation was paid before.
    pub actual_per_day: Decimal,
    /// The first day.
    pub from: NaiveDate,
    /// The first day no more.
    pub until: NaiveDate,
}

impl CostLine {
    /// The amortised (or else the actual) cost of the days from `first` to `last`, both included.
    pub fn between(&self, amortized: bool, first: NaiveDate, last: NaiveDate) -> Decimal {
        let end = last.succ_opt().unwrap_or(last);
        let days = (self.until.min(end) - self.from.max(first)).num_days().max(0);
        let per_day = if amortized { self.amortized_per_day } else { self.actual_per_day };
        per_day * Decimal::from(days)
    }
}
