//! Networks and what is in them.

use super::TrackedResource;

/// A virtual network.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the names say it")]
pub struct VirtualNetwork {
    pub resource: TrackedResource,
    pub address_prefixes: Vec<String>,
    pub subnets: Vec<Subnet>,
}

/// A subnet of a virtual network, written inside it.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Subnet {
    pub id: String,
    pub name: String,
    pub address_prefix: String,
    pub network_security_group_id: Option<String>,
    pub nat_gateway_id: Option<String>,
    /// The IP configurations that stand in it.
    pub ip_configuration_ids: Vec<String>,
}

/// A network security group.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the names say it")]
pub struct NetworkSecurityGroup {
    pub resource: TrackedResource,
    pub security_rules: Vec<SecurityRule>,
    pub subnet_ids: Vec<String>,
    pub network_interface_ids: Vec<String>,
}

/// A rule of a network security group.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the names say it")]
pub struct SecurityRule {
    pub name: String,
    /// `Tcp`, `Udp`, `Icmp` or `*`.
    pub protocol: String,
    /// `Inbound` or `Outbound`.
    pub direction: String,
    /// `Allow` or `Deny`.
    pub access: String,
    /// 100 to 4096; the lowest that fits counts.
    pub priority: u32,
    /// Addresses, ranges, service tags or `*`. One is written as `sourceAddressPrefix`, several as `…Prefixes`.
    pub source_address_prefixes: Vec<String>,
    pub destination_address_prefix: String,
    /// Such as `22`, `8000-8100` or `*`; written as the sources are.
    pub destination_port_ranges: Vec<String>,
}

/// A public address.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the names say it")]
pub struct PublicIpAddress {
    pub resource: TrackedResource,
    /// `Standard` or `Basic`.
    pub sku_name: String,
    /// `Static` or `Dynamic`.
    pub allocation_method: String,
    /// A dynamic one that is unused has none.
    pub ip_address: Option<String>,
    /// What uses it, if not a NAT gateway.
    pub ip_configuration_id: Option<String>,
    pub nat_gateway_id: Option<String>,
}

/// A NAT gateway.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the names say it")]
pub struct NatGateway {
    pub resource: TrackedResource,
    pub public_ip_ids: Vec<String>,
    pub subnet_ids: Vec<String>,
}

/// A load balancer.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the names say it")]
pub struct LoadBalancer {
    pub resource: TrackedResource,
    pub sku_name: String,
    pub frontends: Vec<Frontend>,
    /// The IP configurations of its backends.
    pub backend_ip_configuration_ids: Vec<String>,
    /// Public port and backend port of its rules.
    pub rules: Vec<(u16, u16)>,
}

/// Where a load balancer listens: a public address, or a private one in a subnet.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Frontend {
    pub name: String,
    pub public_ip_id: Option<String>,
    pub subnet_id: Option<String>,
    pub private_ip: Option<String>,
}

/// An application gateway.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the names say it")]
pub struct ApplicationGateway {
    pub resource: TrackedResource,
    /// `Standard_v2` or `WAF_v2`.
    pub sku_name: String,
    /// Absent where it scales by itself.
    pub capacity: Option<u32>,
    /// `Running`, `Starting`, `Stopping` or `Stopped`.
    pub operational_state: String,
    /// Where it stands itself.
    pub subnet_id: String,
    pub frontends: Vec<Frontend>,
    /// Where it listens, and whither it sends.
    pub ports: Vec<u16>,
    pub backend_addresses: Vec<String>,
}

/// A network interface with one IP configuration, `ipconfig1`.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the names say it")]
pub struct NetworkInterface {
    pub resource: TrackedResource,
    pub private_ip: String,
    pub subnet_id: String,
    pub public_ip_id: Option<String>,
    pub network_security_group_id: Option<String>,
    pub virtual_machine_id: Option<String>,
}

impl NetworkInterface {
    /// The id of its IP configuration.
    pub fn ip_configuration_id(&self) -> String {
        format!("{}/ipConfigurations/ipconfig1", self.resource.id)
    }
}
