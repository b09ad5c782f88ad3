//! `subnets`: subnets of networks.

use super::common::{RESOURCE, RESOURCE_SCOPE};
use crate::{Column, Locality, Table, TableKind};

/// `subnets`: subnets of networks.
pub static SUBNETS: Table = Table {
    name: "subnets",
    kind: TableKind::Resource,
    doc: "one subnet of a network",
    row_kind: Some("network.subnet"),
    aws_type: Some("AWS::EC2::Subnet"),
    azure_type: Some("microsoft.network/virtualnetworks/subnets"),
    locality: Locality::Regional,
    common: RESOURCE,
    own: &[
        Column::text("network_id", "its network (`networks.native_id`)")
            .aws("ec2:DescribeSubnets: VpcId")
            .azure("the virtual network that lists it")
            .also(&["vpc", "network", "vnet"]),
        Column::text("cidr_block", "its address range")
            .aws("ec2:DescribeSubnets: CidrBlock")
            .azure("properties.addressPrefix, else the first of addressPrefixes")
            .also(&["cidr"]),
        Column::int("available_ips", "addresses that are still free")
            .fleeting()
            .aws("ec2:DescribeSubnets: AvailableIpAddressCount")
            .azure("addresses of the range, less Azure's 5 and properties.ipConfigurations")
            .also(&["free ips", "available addresses"]),
        Column::bool("public_by_default", "whether new instances get a public address")
            .aws("ec2:DescribeSubnets: MapPublicIpOnLaunch")
            .azure("never")
            .also(&["public"]),
    ],
    shown: &[
        "name",
        "native_id",
        "provider",
        "account_name",
        "region",
        "zone",
        "network_id",
        "cidr_block",
        "available_ips",
    ],
    time_column: None,
    scope_columns: RESOURCE_SCOPE,
    synonyms: &["subnet", "subnetwork", "subnetworks"],
};
