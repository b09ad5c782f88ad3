//! `networks`: virtual networks.

use super::common::{RESOURCE, RESOURCE_SCOPE};
use crate::{Column, Locality, Table, TableKind};

/// `networks`: virtual networks.
pub static NETWORKS: Table = Table {
    name: "networks",
    kind: TableKind::Resource,
    doc: "one virtual network",
    row_kind: Some("network.network"),
    aws_type: Some("AWS::EC2::VPC"),
    azure_type: Some("microsoft.network/virtualnetworks"),
    locality: Locality::Regional,
    common: RESOURCE,
    own: &[
        Column::list("cidr_blocks", "its address ranges")
            .aws("ec2:DescribeVpcs: CidrBlockAssociationSet")
            .azure("properties.addressSpace.addressPrefixes")
            .also(&["cidr", "address range"]),
        Column::bool("is_default", "whether the provider made it by default")
            .aws("ec2:DescribeVpcs: IsDefault")
            .azure("never")
            .also(&["default"]),
    ],
    shown: &["name", "native_id", "provider", "account_name", "region", "cidr_blocks", "is_default"],
    time_column: None,
    scope_columns: RESOURCE_SCOPE,
    synonyms: &["network", "vpc", "vpcs", "vnet", "vnets", "virtual network", "virtual networks"],
};
