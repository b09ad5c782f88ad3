//! `security_groups`: network security groups, and what their rules let in from everywhere.

use super::Listed;
use crate::fetch::List;
use crate::inbound::open_ports;
use crate::known::Known;
use crate::words::{ids, int, list, parent, properties, text};
use engine::source::TableSupport;
use schema::Row;
use schema::tables::SECURITY_GROUPS;
use serde_json::Value as Json;

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
    let open = open_ports(&of_direction(group, "Inbound"));
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn rules_decide_in_the_order_of_their_priority_whatever_the_order_they_are_written_in() {
        let rule = |priority: i64, access: &str, direction: &str| {
            json!({"properties": {
                "priority": priority, "access": access, "direction": direction, "protocol": "*",
                "sourceAddressPrefix": "*", "sourcePortRange": "*", "destinationAddressPrefix": "*",
                "destinationPortRange": "22",
            }})
        };
        let open = |rules: &[Json]| {
            let group = json!({"properties": {"securityRules": rules}});
            open_ports(&of_direction(&group, "Inbound")).into_iter().collect::<Vec<_>>()
        };
        assert_eq!(open(&[rule(200, "Allow", "Inbound"), rule(100, "Deny", "Inbound")]), Vec::<String>::new());
        assert_eq!(open(&[rule(300, "Deny", "Inbound"), rule(200, "Allow", "Inbound")]), ["22"]);
        assert_eq!(open(&[rule(100, "Deny", "Outbound"), rule(200, "Allow", "Inbound")]), ["22"]);
    }
}
