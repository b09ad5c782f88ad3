//! `public_ips`: public addresses that accounts reserve.

use super::common::{RESOURCE, RESOURCE_SCOPE};
use crate::{Column, Locality, Table, TableKind};

/// `public_ips`: public addresses that accounts reserve.
pub static PUBLIC_IPS: Table = Table {
    name: "public_ips",
    kind: TableKind::Resource,
    doc: "one public address that the account reserves",
    row_kind: Some("network.public_ip"),
    aws_type: Some("AWS::EC2::EIP"),
    azure_type: Some("microsoft.network/publicipaddresses"),
    locality: Locality::Regional,
    common: RESOURCE,
    own: &[
        Column::text("address", "the address")
            .aws("ec2:DescribeAddresses: PublicIp")
            .azure("properties.ipAddress")
            .also(&["ip"]),
        Column::text("associated_with", "the interface or other thing that holds it; null where nothing does")
            .aws("ec2:DescribeAddresses: NetworkInterfaceId, else InstanceId")
            .azure("properties.ipConfiguration.id")
            .also(&["associated", "association", "attached"]),
        Column::text("instance_id", "the instance that holds it (`instances.native_id`)")
            .aws("ec2:DescribeAddresses: InstanceId")
            .azure("networkInterfaces: properties.virtualMachine.id"),
    ],
    shown: &["address", "name", "provider", "account_name", "region", "state", "associated_with"],
    time_column: None,
    scope_columns: RESOURCE_SCOPE,
    synonyms: &[
        "public ip",
        "elastic ip",
        "elastic ips",
        "eip",
        "eips",
        "public ips",
        "public address",
        "public addresses",
        "public ip address",
        "public ip addresses",
    ],
};
