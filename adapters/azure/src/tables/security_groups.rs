//! `security_groups`: network security groups, and what their rules let in from everywhere.

use super::Listed;
use crate::fetch::List;
use crate::known::Known;
use crate::words::{ids, int, list, parent, properties, text, texts};
use engine::source::TableSupport;
use schema::Row;
use schema::tables::SECURITY_GROUPS;
use serde_json::Value as Json;
use std::collections::BTreeSet;

pub(super) static SUPPORT: TableSupport = TableSupport { table: &SECURITY_GROUPS, costly: &[], pushes: &[] };

static LIST: List = List {
    path: "Microsoft.Network/networkSecurityGroups",
    action: "Microsoft.Network/networkSecurityGroups/read",
    version: "2024-05-01",
};

pub(super) static LISTS: &[Listed] = &[Listed { list: &LIST, rows }];

fn rows(known: &Known, group: &Json) -> Vec<Row> {
    let mut networks: Vec<String> =
        ids(group, "/properties/subnets").iter().filter_map(|subnet| parent(subnet, 1)).collect();
    networks.sort();
    networks.dedup();
    let network = if networks.len() == 1 { networks.pop() } else { None };
    let open = open_ports(group);
    vec![
        known
            .place
            .row(&SECURITY_GROUPS, group)
            .with("network_id", network)
            .with("open_to_world", !open.is_empty())
            .with("open_ports", open.into_iter().collect::<Vec<_>>())
            .with("ingress", rules(group, "Inbound"))
            .with("egress", rules(group, "Outbound"))
            .with("properties", properties(group, &["/properties/provisioningState", "/properties/subnets"])),
    ]
}

/// The rules of one direction, the group's own and then those that every group has.
fn of_direction<'a>(group: &'a Json, direction: &str) -> Vec<&'a Json> {
    let all = list(group, "/properties/securityRules").chain(list(group, "/properties/defaultSecurityRules"));
    let mut rules: Vec<&Json> = all.filter(|rule| text(rule, "/properties/direction") == Some(direction)).collect();
    rules.sort_by_key(|rule| int(rule, "/properties/priority"));
    rules
}

fn rules(group: &Json, direction: &str) -> Json {
    let written = |rule: &&Json| {
        let mut written = rule["properties"].clone();
        if let Some(fields) = written.as_object_mut() {
            fields.remove("provisioningState");
            fields.insert("name".to_owned(), rule["name"].clone());
        }
        written
    };
    of_direction(group, direction).iter().map(written).collect()
}

/// The ports that every address may reach. Of two rules for the same ports the first one decides, so that a group that
/// denies them all and allows them below is closed.
fn open_ports(group: &Json) -> BTreeSet<String> {
    let mut open = BTreeSet::new();
    let mut denied = BTreeSet::new();
    for rule in of_direction(group, "Inbound").into_iter().filter(|rule| is_from_everywhere(rule)) {
        let ports = ports(rule);
        if text(rule, "/properties/access") == Some("Deny") {
            // A denial of one protocol leaves the others.
            if text(rule, "/properties/protocol") == Some("*") {
                denied.extend(ports);
            }
            continue;
        }
        if !denied.contains("all") {
            open.extend(ports.into_iter().filter(|port| !denied.contains(port)));
        }
    }
    open
}

fn is_from_everywhere(rule: &Json) -> bool {
    let is_all = |source: &str| matches!(source, "*" | "0.0.0.0/0" | "::/0") || source.eq_ignore_ascii_case("internet");
    let several = texts(rule, "/properties/sourceAddressPrefixes");
    text(rule, "/properties/sourceAddressPrefix").is_some_and(is_all) || several.iter().any(|source| is_all(source))
}

fn ports(rule: &Json) -> Vec<String> {
    if text(rule, "/properties/protocol").is_some_and(|word| word.eq_ignore_ascii_case("icmp")) {
        return vec!["icmp".to_owned()];
    }
    let mut ports = texts(rule, "/properties/destinationPortRanges");
    ports.extend(text(rule, "/properties/destinationPortRange").map(str::to_owned));
    let named = |port: String| if matches!(port.as_str(), "*" | "0-65535") { "all".to_owned() } else { port };
    ports.into_iter().map(named).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn rule(priority: i64, access: &str, source: &str, port: &str) -> Json {
        json!({"name": "r", "properties": {
            "priority": priority, "access": access, "direction": "Inbound", "protocol": "*",
            "sourceAddressPrefix": source, "destinationPortRange": port,
        }})
    }

    fn check(rules: &[Json], open: &[&str]) {
        let group = json!({"properties": {"securityRules": rules}});
        assert_eq!(open_ports(&group).into_iter().collect::<Vec<_>>(), open);
    }

    #[test]
    fn what_every_address_may_reach_is_open() {
        check(&[rule(100, "Allow", "*", "22"), rule(110, "Allow", "10.0.0.0/8", "5432")], &["22"]);
        check(&[rule(100, "Allow", "Internet", "*")], &["all"]);
        check(&[rule(100, "Allow", "0.0.0.0/0", "8000-8010")], &["8000-8010"]);
        check(&[rule(65500, "Deny", "*", "*")], &[]);
    }

    #[test]
    fn the_first_rule_decides() {
        check(&[rule(200, "Allow", "*", "22"), rule(100, "Deny", "*", "*")], &[]);
        check(&[rule(200, "Allow", "*", "22"), rule(300, "Deny", "*", "*")], &["22"]);
    }
}
