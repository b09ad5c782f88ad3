//! `clusters`: EKS clusters. `eks:ListClusters` gives names, `eks:DescribeCluster` all else, one cluster a call.

use super::{calls, calls_for_each};
use crate::fetch::Fetch;
use crate::pages::{Pages, listed};
use crate::place::{Place, filled, properties, time};
use crate::{arn, states};
use aws_sdk_eks::types::{Cluster, VpcConfigResponse};
use engine::source::{CallEstimate, FetchRequest, TableSupport};
use engine::{FetchError, FetchErrorKind};
use futures::stream::{self, StreamExt};
use schema::tables::CLUSTERS;
use schema::{Row, State, Value};
use serde_json::json;
use std::collections::BTreeMap;

/// What a name alone does not say comes by a call of its own for every cluster.
pub(crate) static SUPPORT: TableSupport = TableSupport { table: &CLUSTERS, costly: &[DESCRIBED], pushes: &[] };

/// What `eks:DescribeCluster` says.
const DESCRIBED: &[&str] = &[
    "state",
    "created_at",
    "tags",
    "version",
    "endpoint",
    "publicly_accessible",
    "network_id",
    "subnet_ids",
    "tier",
    "support_plan",
    "properties",
];

const ACTION: &str = "eks:ListClusters";
const DESCRIBE_ACTION: &str = "eks:DescribeCluster";

/// What EKS says of a cluster that there is none of.
const NOT_FOUND: &str = "ResourceNotFoundException";

/// How many clusters are described at once. The limiter learns what EKS allows; this keeps the burst small.
const CLUSTERS_AT_ONCE: usize = 4;

fn wants_described(request: &FetchRequest) -> bool {
    DESCRIBED.iter().any(|column| request.wants(column))
}

pub(crate) fn estimate(request: &FetchRequest) -> Vec<CallEstimate> {
    let describe = wants_described(request).then(|| calls_for_each("cluster", DESCRIBE_ACTION, 1));
    [calls(ACTION, 1)].into_iter().chain(describe).collect()
}

pub(crate) async fn fetch(f: &Fetch<'_>) -> Result<(), FetchError> {
    let mut pages = Pages::of(ACTION);
    while let Some(token) = pages.token() {
        let send = || {
            let request = f.clients().eks.list_clusters();
            let request = request.max_results(f.page_size(1, 100)).set_next_token(token.clone());
            request.customize().config_override(f.here()).send()
        };
        let page = f.call(ACTION, send).await?;
        let names = listed(ACTION, &page.clusters)?;
        let rows = if wants_described(f.request) {
            described(f, names).await?
        } else {
            names.iter().map(|name| named(&f.place, name)).collect()
        };
        f.emit(rows).await?;
        pages.turn(page.next_token)?;
        if f.has_enough() {
            pages.stop();
        }
    }
    Ok(())
}

/// The rows of a page of names. A cluster that cannot be described has a row of its name; one line in coverage says of
/// how many that is so.
async fn described(f: &Fetch<'_>, names: &[String]) -> Result<Vec<Row>, FetchError> {
    let reads: Vec<_> = names.iter().map(|name| describe(f, name)).collect();
    let read: Vec<_> = stream::iter(reads).buffered(CLUSTERS_AT_ONCE).collect().await;
    let (mut rows, mut lost) = (Vec::with_capacity(names.len()), Vec::new());
    for (name, cluster) in names.iter().zip(read) {
        match cluster {
            Ok(Some(cluster)) => rows.push(row(&f.place, &cluster)),
            Ok(None) => {}
            Err(error) => {
                rows.push(named(&f.place, name));
                lost.push((name.clone(), error));
            }
        }
    }
    f.lost(DESCRIBED, lost).await?;
    Ok(rows)
}

/// A cluster; none where it was deleted since it was listed.
async fn describe(f: &Fetch<'_>, name: &str) -> Result<Option<Cluster>, FetchError> {
    let send = || f.clients().eks.describe_cluster().name(name).customize().config_override(f.here()).send();
    match f.call(DESCRIBE_ACTION, send).await {
        Ok(reply) => match reply.cluster {
            Some(cluster) => Ok(Some(cluster)),
            None => Err(FetchError::new(
                FetchErrorKind::Failed,
                format!("`{DESCRIBE_ACTION}` gave no cluster for `{name}`"),
            )),
        },
        Err(error) if error.code == NOT_FOUND => Ok(None),
        Err(error) => Err(error),
    }
}

/// All that a name says.
fn named(place: &Place, name: &str) -> Row {
    place.row(&CLUSTERS, name, arn_of(place, name)).with("name", name).with("state", Value::Null)
}

fn arn_of(place: &Place, name: &str) -> String {
    format!("arn:{}:eks:{}:{}:cluster/{name}", arn::partition(&place.region), place.region, place.account_id)
}

pub(super) fn row(place: &Place, cluster: &Cluster) -> Row {
    let name = cluster.name().unwrap_or_default();
    let network = cluster.resources_vpc_config();
    let state = cluster.status().map(|word| word.as_str());
    let support = cluster.upgrade_policy().and_then(|policy| policy.support_type());
    let tier = cluster.control_plane_scaling_config().and_then(|config| config.tier());
    let tags: BTreeMap<String, String> =
        cluster.tags().into_iter().flatten().map(|(key, value)| (key.clone(), value.clone())).collect();
    place
        .row(&CLUSTERS, name, filled(cluster.arn()).map_or_else(|| arn_of(place, name), str::to_owned))
        .with("name", name)
        .with("state", state.map_or(State::Unknown, states::cluster))
        .with("created_at", time(cluster.created_at()))
        .with("tags", tags)
        .with("version", filled(cluster.version()))
        .with("endpoint", filled(cluster.endpoint()).map(host))
        .with("publicly_accessible", network.map(VpcConfigResponse::endpoint_public_access))
        .with("network_id", network.and_then(|network| filled(network.vpc_id())))
        .with("subnet_ids", network.map(|network| network.subnet_ids().to_vec()))
        .with("tier", tier.map(|word| word.as_str().to_lowercase()))
        .with("support_plan", support.map(|word| word.as_str().to_lowercase()))
        .with("properties", words(cluster, network))
}

/// EKS gives the address of the API server, of which the rest is always the same.
fn host(endpoint: &str) -> &str {
    endpoint.strip_prefix("https://").unwrap_or(endpoint)
}

/// The certificate authority and the codes with which a foreign cluster is registered are left out.
fn words(cluster: &Cluster, network: Option<&VpcConfigResponse>) -> serde_json::Value {
    properties(json!({
        "status": cluster.status().map(|word| word.as_str()),
        "platformVersion": cluster.platform_version(),
        "roleArn": cluster.role_arn(),
        "endpointPrivateAccess": network.map(VpcConfigResponse::endpoint_private_access),
        "publicAccessCidrs": network.map(VpcConfigResponse::public_access_cidrs),
        "securityGroupIds": network.map(VpcConfigResponse::security_group_ids),
        "clusterSecurityGroupId": network.and_then(VpcConfigResponse::cluster_security_group_id),
        "serviceIpv4Cidr": cluster.kubernetes_network_config().and_then(|config| config.service_ipv4_cidr()),
        "ipFamily": cluster.kubernetes_network_config().and_then(|config| config.ip_family()).map(|word| word.as_str()),
        "authenticationMode": cluster.access_config().and_then(|config| config.authentication_mode()).map(|word| word.as_str()),
        "autoMode": cluster.compute_config().and_then(|config| config.enabled()),
        "deletionProtection": cluster.deletion_protection(),
        "healthIssues": cluster.health().map(|health| {
            health.issues().iter().filter_map(|issue| issue.code()).map(|code| code.as_str()).collect::<Vec<_>>()
        }),
        "encryptionKeys": cluster.encryption_config().iter()
            .filter_map(|config| config.provider()?.key_arn()).collect::<Vec<_>>(),
        "loggedTypes": logged(cluster),
    }))
}

/// Which of its logs are kept.
fn logged(cluster: &Cluster) -> Vec<&str> {
    let setups = cluster.logging().map(|logging| logging.cluster_logging()).unwrap_or_default();
    let kept = setups.iter().filter(|setup| setup.enabled() == Some(true));
    kept.flat_map(|setup| setup.types()).map(|word| word.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_eks::types::{Certificate, ClusterStatus, ConnectorConfigResponse, SupportType, UpgradePolicyResponse};

    fn network(public: bool) -> VpcConfigResponse {
        VpcConfigResponse::builder().vpc_id("vpc-1").subnet_ids("subnet-1").endpoint_public_access(public).build()
    }

    #[test]
    fn a_cluster_has_what_eks_says_of_it() {
        let cluster = Cluster::builder()
            .name("prod")
            .arn("arn:aws:eks:eu-west-1:111122223333:cluster/prod")
            .version("1.34")
            .endpoint("https://ABC.gr7.eu-west-1.eks.amazonaws.com")
            .status(ClusterStatus::Updating)
            .resources_vpc_config(network(false))
            .upgrade_policy(UpgradePolicyResponse::builder().support_type(SupportType::Extended).build())
            .tags("env", "prod")
            .build();
        let row = row(&Place::for_testing("eu-west-1"), &cluster);
        assert_eq!(row.get("resource_id"), &Value::from("arn:aws:eks:eu-west-1:111122223333:cluster/prod"));
        assert_eq!(row.get("native_id"), &Value::from("prod"));
        assert_eq!(row.get("state"), &Value::from("available"));
        assert_eq!(row.get("endpoint"), &Value::from("ABC.gr7.eu-west-1.eks.amazonaws.com"));
        assert_eq!(row.get("publicly_accessible"), &Value::Bool(false));
        assert_eq!(row.get("network_id"), &Value::from("vpc-1"));
        assert_eq!(row.get("subnet_ids"), &Value::List(vec!["subnet-1".to_owned()]));
        assert_eq!(row.get("support_plan"), &Value::from("extended"));
        assert_eq!(row.get("tier"), &Value::Null);
        assert_eq!(row.get("node_count"), &Value::Null);
    }

    #[test]
    fn what_eks_does_not_say_of_a_cluster_is_null_and_never_no() {
        let cluster = Cluster::builder().name("new").status(ClusterStatus::Pending).build();
        let row = row(&Place::for_testing("cn-north-1"), &cluster);
        assert_eq!(row.get("resource_id"), &Value::from("arn:aws-cn:eks:cn-north-1:111122223333:cluster/new"));
        assert_eq!(row.get("state"), &Value::from("pending"));
        for column in ["publicly_accessible", "subnet_ids", "endpoint", "version", "created_at", "support_plan"] {
            assert_eq!(row.get(column), &Value::Null, "{column}");
        }
        assert_eq!(row.get("tags"), &Value::Map(BTreeMap::new()));
    }

    #[test]
    fn certificates_and_activation_codes_never_reach_a_row() {
        let cluster = Cluster::builder()
            .name("prod")
            .certificate_authority(Certificate::builder().data("hunter2").build())
            .connector_config(ConnectorConfigResponse::builder().activation_code("hunter2").build())
            .build();
        assert!(!format!("{:?}", row(&Place::for_testing("eu-west-1"), &cluster)).contains("hunter2"));
    }

    #[test]
    fn a_name_alone_says_neither_state_nor_tags() {
        let row = named(&Place::for_testing("eu-west-1"), "prod");
        assert_eq!(row.get("resource_id"), &Value::from("arn:aws:eks:eu-west-1:111122223333:cluster/prod"));
        for column in DESCRIBED {
            assert_eq!(row.get(column), &Value::Null, "{column}");
        }
    }
}
