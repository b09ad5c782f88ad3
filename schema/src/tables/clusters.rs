//! `clusters`: managed Kubernetes control planes.

use super::common::{RESOURCE, RESOURCE_SCOPE};
use crate::{Column, Locality, Table, TableKind};

/// `clusters`: managed Kubernetes control planes.
pub static CLUSTERS: Table = Table {
    name: "clusters",
    kind: TableKind::Resource,
    doc: "one managed Kubernetes cluster",
    row_kind: Some("compute.cluster"),
    aws_type: Some("AWS::EKS::Cluster"),
    azure_type: Some("microsoft.containerservice/managedclusters"),
    locality: Locality::Regional,
    common: RESOURCE,
    own: &[
        Column::text("version", "the version of Kubernetes, such as `1.33`")
            .aws("eks:DescribeCluster: version")
            .azure("properties.currentKubernetesVersion, or else properties.kubernetesVersion")
            .also(&["kubernetes version", "k8s version"]),
        Column::text("endpoint", "the host name of its API server")
            .aws("eks:DescribeCluster: endpoint")
            .azure("properties.fqdn, or else properties.privateFQDN")
            .also(&["api endpoint", "api server", "api server endpoint"]),
        Column::bool("publicly_accessible", "whether its API server has a public address, for some callers or for all")
            .aws("eks:DescribeCluster: resourcesVpcConfig.endpointPublicAccess")
            .azure("properties.apiServerAccessProfile.enablePrivateCluster, properties.publicNetworkAccess")
            .also(&["public", "publicly accessible"]),
        Column::text("network_id", "its network (`networks.native_id`)")
            .aws("eks:DescribeCluster: resourcesVpcConfig.vpcId")
            .azure("the virtual network of the first subnet; null where AKS made a network for it")
            .also(&["vpc", "network", "vnet"]),
        Column::list("subnet_ids", "its subnets (`subnets.native_id`)")
            .aws("eks:DescribeCluster: resourcesVpcConfig.subnetIds")
            .azure("properties.agentPoolProfiles.vnetSubnetID")
            .also(&["subnets"]),
        Column::int(
            "node_count",
            "how many nodes its pools have; null where the provider does not say it with the cluster",
        )
        .azure("the sum of properties.agentPoolProfiles.count")
        .also(&["number of nodes"]),
        Column::text("tier", "how its control plane is dimensioned and guaranteed, such as `free` or `standard`")
            .aws("eks:DescribeCluster: controlPlaneScalingConfig.tier")
            .azure("sku.tier, in lower case"),
        Column::text(
            "support_plan",
            "whether its version is to be supported beyond the usual time, at a price: `standard` or `extended`",
        )
        .aws("eks:DescribeCluster: upgradePolicy.supportType")
        .azure("properties.supportPlan: `AKSLongTermSupport` is `extended`")
        .also(&["support type"]),
    ],
    shown: &["name", "provider", "account_name", "region", "version", "state", "node_count", "publicly_accessible"],
    time_column: None,
    scope_columns: RESOURCE_SCOPE,
    synonyms: &[
        "cluster",
        "kubernetes cluster",
        "k8s cluster",
        "eks",
        "eks cluster",
        "eks clusters",
        "aks",
        "aks cluster",
        "aks clusters",
    ],
};
