//! EKS: names of clusters, and each cluster by a call of its own.

use crate::call::{Call, Refusal, Reply};
use crate::estate::Cluster;
use crate::protocol::rest_json;
use crate::protocol::rest_xml::RestRequest;
use serde_json::{Value, json};

/// The largest page, and the default.
const LARGEST: usize = 100;

pub(crate) fn list_clusters(call: &Call<'_>, request: &RestRequest) -> Result<Reply, Refusal> {
    let clusters = &call.here()?.clusters;
    let size = match request.query.number("maxResults") {
        Ok(Some(size @ 1..=LARGEST)) => size,
        Ok(None) => LARGEST,
        _ => return Err(Refusal::new(400, "InvalidParameterException", "maxResults must be between 1 and 100")),
    };
    let (range, next) = call
        .page(request.query.get("nextToken"), size, clusters.len())
        .map_err(|bad| bad.refused("InvalidParameterException"))?;
    let names: Vec<&str> = clusters[range].iter().map(|cluster| cluster.name.as_str()).collect();
    Ok(rest_json::reply(&json!({ "clusters": names, "nextToken": next })))
}

pub(crate) fn describe_cluster(call: &Call<'_>, request: &RestRequest) -> Result<Reply, Refusal> {
    let name = rest_json::cluster_of(&request.path).unwrap_or_default();
    let cluster = call.here()?.clusters.iter().find(|cluster| cluster.name == name);
    let cluster = cluster
        .ok_or_else(|| Refusal::new(404, "ResourceNotFoundException", format!("No cluster found for name: {name}.")))?;
    Ok(rest_json::reply(&json!({ "cluster": describe(cluster, &call.account.id) })))
}

fn describe(cluster: &Cluster, account_id: &str) -> Value {
    let mut value = json!({
        "name": cluster.name,
        "arn": cluster.arn,
        // Seconds since 1970, with a fraction.
        "createdAt": cluster.created_at.timestamp_millis() as f64 / 1000.0,
        "version": cluster.version,
        "roleArn": format!("arn:aws:iam::{account_id}:role/eks-cluster"),
        "resourcesVpcConfig": {
            "subnetIds": cluster.subnet_ids,
            "securityGroupIds": cluster.security_group_ids,
            "vpcId": cluster.vpc_id,
            "endpointPublicAccess": cluster.endpoint_public_access,
            "endpointPrivateAccess": true,
            "publicAccessCidrs": if cluster.endpoint_public_access { vec!["0.0.0.0/0"] } else { Vec::new() },
        },
        "kubernetesNetworkConfig": { "serviceIpv4Cidr": "10.100.0.0/16", "ipFamily": "ipv4" },
        "status": cluster.status,
        "certificateAuthority": { "data": "LS0tLS1CRUdJTg==" },
        "platformVersion": "eks.9",
        "upgradePolicy": { "supportType": cluster.support_type },
        "tags": cluster.tags,
    });
    if let Some(endpoint) = &cluster.endpoint {
        value["endpoint"] = json!(endpoint);
    }
    if let Some(tier) = &cluster.control_plane_tier {
        value["controlPlaneScalingConfig"] = json!({ "tier": tier });
    }
    value
}
