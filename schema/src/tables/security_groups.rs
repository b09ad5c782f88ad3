//! `security_groups`: sets of network rules.

use super::common::{RESOURCE, RESOURCE_SCOPE};
use crate::{Column, Locality, Table, TableKind};

/// `security_groups`: sets of network rules.
pub static SECURITY_GROUPS: Table = Table {
    name: "security_groups",
    kind: TableKind::Resource,
    doc: "one set of network rules: a security group, a network security group",
    row_kind: Some("network.security_group"),
    aws_type: Some("AWS::EC2::SecurityGroup"),
    azure_type: Some("microsoft.network/networksecuritygroups"),
    locality: Locality::Regional,
    common: RESOURCE,
    own: &[
        Column::text("network_id", "its network (`networks.native_id`)")
            .aws("ec2:DescribeSecurityGroups: VpcId")
            .azure("the one virtual network of properties.subnets")
            .also(&["vpc", "network", "vnet"]),
        Column::text("description", "what its maker wrote").aws("ec2:DescribeSecurityGroups: Description"),
        Column::bool("open_to_world", "whether some inbound rule allows every address (`0.0.0.0/0` or `::/0`)")
            .aws("ec2:DescribeSecurityGroups: IpPermissions.IpRanges, Ipv6Ranges")
            .azure(
                "properties.securityRules, defaultSecurityRules: inbound from `*`, `Internet`, `0.0.0.0/0` or `::/0`, \
                 less what rules before them deny",
            )
            .also(&["open to the world", "open to the internet", "public"]),
        Column::list(
            "open_ports",
            "the ports, or `from-to` ranges, that every address may reach; `all` for every port",
        )
        .aws("ec2:DescribeSecurityGroups: IpPermissions.FromPort, ToPort")
        .azure("the same: destinationPortRange, destinationPortRanges")
        .also(&["ports"]),
        Column::json("ingress", "the inbound rules, in the provider's words")
            .aws("ec2:DescribeSecurityGroups: IpPermissions")
            .azure("properties.securityRules, defaultSecurityRules: direction Inbound"),
        Column::json("egress", "the outbound rules, in the provider's words")
            .aws("ec2:DescribeSecurityGroups: IpPermissionsEgress")
            .azure("properties.securityRules, defaultSecurityRules: direction Outbound"),
    ],
    shown: &["name", "native_id", "provider", "account_name", "region", "network_id", "open_to_world", "open_ports"],
    time_column: None,
    scope_columns: RESOURCE_SCOPE,
    synonyms: &["security group", "nsg", "nsgs", "network security group", "network security groups", "firewall rules"],
};
