//! `load_balancers`: forwarding rules, which are what clients of a load balancer reach.

use super::{Filled, column};
use crate::asset::Asset;
use crate::index::Index;
use crate::row::{Row, native_id, text};
use guest_sdk::{Json, Value};

pub(super) static FILLED: Filled = Filled {
    table: "load_balancers",
    meaning: "one forwarding rule that leads to a load balancer",
    kind: Some("network.load_balancer"),
    types: &["compute.googleapis.com/ForwardingRule", "compute.googleapis.com/GlobalForwardingRule"],
    labels: Some("labels"),
    own: &[
        column("load_balancer_type", "text", "what data.target is: a proxy of HTTP is `application`"),
        column("scheme", "text", "data.loadBalancingScheme"),
        column("dns_name", "text", "data.serviceName"),
        column("network_id", "text", "data.network"),
        column("subnet_ids", "list", "data.subnetwork"),
    ],
    rows,
};

/// A forwarding rule may also lead to a gateway of a VPN or to a service of someone else's: those balance nothing.
fn rows(asset: &Asset, _: &Index) -> Vec<Row> {
    let data = asset.data();
    let Some(kind) = kind(data) else { return vec![] };
    let scheme = match text(data, "loadBalancingScheme") {
        Some("EXTERNAL" | "EXTERNAL_MANAGED") => Some("internet-facing"),
        Some("INTERNAL" | "INTERNAL_MANAGED" | "INTERNAL_SELF_MANAGED") => Some("internal"),
        _ => None,
    };
    let row = Row::default()
        .set("state", "available")
        .set("load_balancer_type", kind)
        .set("scheme", scheme)
        .text("dns_name", data, "serviceName")
        .reference("network_id", data, "network")
        .set("subnet_ids", Value::list(text(data, "subnetwork").map(native_id)));
    vec![row]
}

fn kind(data: &Json) -> Option<&'static str> {
    let Some(target) = text(data, "target") else { return text(data, "backendService").map(|_| "network") };
    let of_type = |kind: &str| target.split('/').any(|part| part == kind);
    match () {
        () if of_type("targetHttpProxies") || of_type("targetHttpsProxies") || of_type("targetGrpcProxies") => {
            Some("application")
        }
        () if of_type("targetVpnGateways") || of_type("serviceAttachments") => None,
        // Private access to Google's own services has a word for a target, and no address.
        () if !target.contains('/') => None,
        () => Some("network"),
    }
}
