//! `load_balancers`: load balancers.

use super::common::{RESOURCE, RESOURCE_SCOPE};
use crate::{Column, Locality, Table, TableKind};

/// `load_balancers`: load balancers.
pub static LOAD_BALANCERS: Table = Table {
    name: "load_balancers",
    kind: TableKind::Resource,
    doc: "one load balancer",
    row_kind: Some("network.load_balancer"),
    aws_type: Some("AWS::ElasticLoadBalancingV2::LoadBalancer"),
    azure_type: Some("microsoft.network/loadbalancers"),
    locality: Locality::Regional,
    common: RESOURCE,
    own: &[
        Column::text("load_balancer_type", "at which layer it works; `classic` is AWS's first generation")
            .one_of(&["application", "network", "gateway", "classic"])
            .aws("elasticloadbalancing:DescribeLoadBalancers: Type; `classic` in the API of 2012, which has no such word")
            .azure("`network` of load balancers, `application` of application gateways")
            .also(&["type"]),
        Column::text("scheme", "whether it faces the internet")
            .one_of(&["internet-facing", "internal"])
            .aws("elasticloadbalancing:DescribeLoadBalancers: Scheme")
            .azure("properties.frontendIPConfigurations.properties.publicIPAddress"),
        Column::text("dns_name", "its name in DNS")
            .aws("elasticloadbalancing:DescribeLoadBalancers: DNSName")
            .also(&["dns"]),
        Column::text("network_id", "its network (`networks.native_id`)")
            .aws("elasticloadbalancing:DescribeLoadBalancers: VpcId (VPCId of a classic one)")
            .azure("the virtual network of the first subnet")
            .also(&["vpc", "network", "vnet"]),
        Column::list("subnet_ids", "its subnets (`subnets.native_id`)")
            .aws("elasticloadbalancing:DescribeLoadBalancers: AvailabilityZones.SubnetId (Subnets of a classic one)")
            .azure("the subnets in properties.frontendIPConfigurations, and in gatewayIPConfigurations of an application gateway")
            .also(&["subnets"]),
        Column::list("security_group_ids", "its security groups (`security_groups.native_id`)")
            .aws("elasticloadbalancing:DescribeLoadBalancers: SecurityGroups")
            .also(&["security groups"]),
    ],
    shown: &["name", "provider", "account_name", "region", "load_balancer_type", "scheme", "state", "dns_name"],
    time_column: None,
    scope_columns: RESOURCE_SCOPE,
    synonyms: &[
        "load balancer",
        "application load balancer",
        "network load balancer",
        "lb",
        "lbs",
        "elb",
        "elbs",
        "alb",
        "albs",
        "nlb",
        "nlbs",
    ],
};
