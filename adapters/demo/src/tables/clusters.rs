//! `clusters`: managed Kubernetes clusters.

use super::{Ask, DemoTable, Rows, resource};
use schema::tables::CLUSTERS;
use serde_json::json;

pub(crate) static TABLE: DemoTable = DemoTable::listing(&CLUSTERS, "demo:ListClusters", rows);

fn rows(ask: Ask<'_>) -> Rows<'_> {
    let is_aws = ask.spot.place.is_aws();
    Box::new(ask.spot.region().clusters.iter().map(move |cluster| {
        let word = cluster.facts.state_word;
        let said = if is_aws {
            json!({ "status": word })
        } else {
            json!({ "powerState": { "code": word }, "provisioningState": "Succeeded" })
        };
        resource(&CLUSTERS, ask, &cluster.facts)
            .with("version", cluster.version)
            .with("endpoint", cluster.endpoint.as_str())
            .with("publicly_accessible", cluster.public)
            .with("network_id", cluster.network_id.as_str())
            .with("subnet_ids", cluster.subnet_ids.clone())
            .with("node_count", cluster.node_count)
            .with("tier", cluster.tier)
            .with("support_plan", cluster.support_plan)
            .with("properties", said)
    }))
}
