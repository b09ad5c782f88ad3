//! `security_groups`: firewall rules of VPC networks.

use super::{Filled, column};
use crate::asset::Asset;
use crate::firewalls::RULE;
use crate::index::Index;
use crate::row::{Row, at, list, text, texts};
use guest_sdk::{Json, Value};

pub(super) static FILLED: Filled = Filled {
    table: "security_groups",
    meaning: "one firewall rule of a VPC network; what it opens, another rule of a higher priority may close",
    kind: Some("network.security_group"),
    types: &[RULE],
    labels: None,
    own: &[
        column("network_id", "text", "data.network"),
        column("description", "text", "data.description"),
        column("open_to_world", "bool", "data.allowed of an inbound rule from every address that is not disabled"),
        column("open_ports", "list", "data.allowed.ports of such a rule"),
        column("ingress", "json", "data.allowed, denied, sourceRanges, … of an inbound rule"),
        column("egress", "json", "data.allowed, denied, destinationRanges, … of an outbound rule"),
    ],
    rows,
};

/// What a rule says of the traffic itself.
const SAID: &[&str] = &[
    "direction",
    "priority",
    "disabled",
    "allowed",
    "denied",
    "sourceRanges",
    "sourceTags",
    "sourceServiceAccounts",
    "destinationRanges",
    "targetTags",
    "targetServiceAccounts",
];

fn rows(asset: &Asset, _: &Index) -> Vec<Row> {
    let data = asset.data();
    // A rule that does not say it is inbound.
    let is_inbound = text(data, "direction") != Some("EGRESS");
    let said = Json::Array(vec![rule(data)]).to_string();
    let (ingress, egress) = if is_inbound { (said, "[]".to_owned()) } else { ("[]".to_owned(), said) };
    let opens = is_inbound && is_for_all(data) && list(data, "allowed").next().is_some();
    let ports: Vec<_> = if opens { list(data, "allowed").flat_map(ports).collect() } else { vec![] };
    let row = Row::default()
        .set("state", "available")
        .reference("network_id", data, "network")
        .text("description", data, "description")
        .set("open_to_world", opens)
        .set("open_ports", Value::list(ports))
        .set("ingress", ingress)
        .set("egress", egress);
    vec![row]
}

/// Whether it is in force for every address: said so, or not restricted in any way.
fn is_for_all(data: &Json) -> bool {
    let is_disabled = at(data, "disabled").and_then(|is| is.as_bool()) == Some(true);
    let mut sources = texts(data, "sourceRanges").peekable();
    let restricted = ["sourceTags", "sourceServiceAccounts"].iter().any(|by| list(data, by).next().is_some());
    let is_for_all = match sources.peek() {
        None => !restricted,
        Some(_) => sources.any(|range| matches!(range, "0.0.0.0/0" | "::/0")),
    };
    is_for_all && !is_disabled
}

/// As the table has them: `22`, `8000-8100`, `icmp`, `all`.
fn ports(allowed: &Json) -> Vec<String> {
    let protocol = text(allowed, "IPProtocol").unwrap_or_default().to_ascii_lowercase();
    let named: Vec<_> = texts(allowed, "ports").map(str::to_owned).collect();
    match (protocol.as_str(), named.is_empty()) {
        ("all", _) => vec!["all".to_owned()],
        ("icmp" | "1", _) => vec!["icmp".to_owned()],
        ("tcp" | "udp" | "sctp" | "6" | "17" | "132", true) => vec!["0-65535".to_owned()],
        (_, false) => named,
        // What has no ports: ESP, AH, IPIP, …
        (_, true) => vec![],
    }
}

fn rule(data: &Json) -> Json {
    let said = SAID.iter().filter_map(|key| Some(((*key).to_owned(), at(data, key)?.clone())));
    Json::Object(said.collect())
}
