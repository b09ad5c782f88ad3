//! `nat_gateways`: managed NAT gateways.

use super::common::{RESOURCE, RESOURCE_SCOPE};
use crate::{Column, Locality, Table, TableKind};

/// `nat_gateways`: managed NAT gateways.
pub static NAT_GATEWAYS: Table = Table {
    name: "nat_gateways",
    kind: TableKind::Resource,
    doc: "one managed NAT gateway",
    row_kind: Some("network.nat_gateway"),
    aws_type: Some("AWS::EC2::NatGateway"),
    azure_type: Some("microsoft.network/natgateways"),
    locality: Locality::Regional,
    common: RESOURCE,
    own: &[
        Column::text("network_id", "its network (`networks.native_id`)")
            .aws("ec2:DescribeNatGateways: VpcId")
            .azure("the virtual network of the subnet")
            .also(&["vpc", "network", "vnet"]),
        Column::text("subnet_id", "its subnet (`subnets.native_id`)")
            .aws("ec2:DescribeNatGateways: SubnetId")
            .azure("the first of properties.subnets")
            .also(&["subnet"]),
        Column::list("public_ips", "its public addresses")
            .aws("ec2:DescribeNatGateways: NatGatewayAddresses.PublicIp")
            .azure("publicIPAddresses: properties.ipAddress"),
        Column::text("connectivity", "whether it leads to the internet")
            .one_of(&["public", "private"])
            .aws("ec2:DescribeNatGateways: ConnectivityType")
            .azure("always `public`"),
    ],
    shown: &["name", "native_id", "provider", "account_name", "region", "state", "network_id", "subnet_id"],
    time_column: None,
    scope_columns: RESOURCE_SCOPE,
    synonyms: &["nat gateway", "nat", "nats", "nat gw"],
};
