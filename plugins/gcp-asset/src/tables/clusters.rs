//! `clusters`: clusters of Google Kubernetes Engine.

use super::{Filled, column};
use crate::asset::Asset;
use crate::index::Index;
use crate::row::{Row, at, native_id, text};
use guest_sdk::{Json, Value};

pub(super) static FILLED: Filled = Filled {
    table: "clusters",
    meaning: "one cluster of Google Kubernetes Engine",
    kind: Some("compute.cluster"),
    types: &["container.googleapis.com/Cluster"],
    labels: Some("resourceLabels"),
    own: &[
        column("version", "text", "data.currentMasterVersion"),
        column("endpoint", "text", "data.endpoint: an address"),
        column(
            "publicly_accessible",
            "bool",
            "data.controlPlaneEndpointsConfig.ipEndpointsConfig, else privateClusterConfig.enablePrivateEndpoint",
        ),
        column("network_id", "text", "data.networkConfig.network"),
        column("subnet_ids", "list", "data.networkConfig.subnetwork"),
        column("node_count", "int", "data.currentNodeCount"),
        column("support_plan", "text", "data.releaseChannel.channel: `EXTENDED` is `extended`"),
    ],
    rows,
};

fn rows(asset: &Asset, _: &Index) -> Vec<Row> {
    let data = asset.data();
    let subnet = text(data, "networkConfig.subnetwork").map(native_id);
    let row = Row::default()
        .set("state", state(data))
        .text("version", data, "currentMasterVersion")
        .text("endpoint", data, "endpoint")
        .set("publicly_accessible", is_public(data))
        .reference("network_id", data, "networkConfig.network")
        .set("subnet_ids", subnet.map(|subnet| Value::list([subnet])))
        .int("node_count", data, "currentNodeCount")
        .set("support_plan", support_plan(data));
    vec![row]
}

/// One that is private says so, in the words of today or in those of before; what says neither has a public address. A name
/// that answers to callers from anywhere is no address, and not looked at.
fn is_public(data: &Json) -> bool {
    let said = |path: &str| at(data, path).and_then(|value| value.as_bool());
    let today = |key: &str| said(&format!("controlPlaneEndpointsConfig.ipEndpointsConfig.{key}"));
    let has_addresses = today("enabled") != Some(false);
    let is_private = || said("privateClusterConfig.enablePrivateEndpoint") == Some(true);
    has_addresses && today("enablePublicEndpoint").unwrap_or_else(|| !is_private())
}

fn support_plan(data: &Json) -> Option<&'static str> {
    match text(data, "releaseChannel.channel")? {
        "RAPID" | "REGULAR" | "STABLE" => Some("standard"),
        "EXTENDED" => Some("extended"),
        _ => None,
    }
}

fn state(data: &Json) -> &'static str {
    match text(data, "status") {
        Some("RUNNING" | "RECONCILING" | "DEGRADED") => "available",
        Some("PROVISIONING") => "pending",
        Some("STOPPING") => "deleting",
        Some("ERROR") => "failed",
        _ => "unknown",
    }
}
