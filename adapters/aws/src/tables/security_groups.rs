//! `security_groups`: security groups and what they let in, by `ec2:DescribeSecurityGroups`.

use super::calls;
use crate::arn;
use crate::fetch::Fetch;
use crate::pages::{Pages, listed};
use crate::place::{Place, ec2_tags, filled, name_tag, properties};
use aws_sdk_ec2::types::{IpPermission, SecurityGroup};
use engine::FetchError;
use engine::source::{CallEstimate, FetchRequest, TableSupport};
use schema::Row;
use schema::tables::SECURITY_GROUPS;
use serde_json::{Value as Json, json};

pub(crate) static SUPPORT: TableSupport = TableSupport { table: &SECURITY_GROUPS, costly: &[], pushes: &[] };

const ACTION: &str = "ec2:DescribeSecurityGroups";

pub(crate) fn estimate(_: &FetchRequest) -> Vec<CallEstimate> {
    vec![calls(ACTION, 1)]
}

pub(crate) async fn fetch(f: &Fetch<'_>) -> Result<(), FetchError> {
    let mut pages = Pages::of(ACTION);
    while let Some(token) = pages.token() {
        let send = || {
            let request = f.clients().ec2.describe_security_groups();
            let request = request.max_results(f.page_size(5, 1000)).set_next_token(token.clone());
            request.customize().config_override(f.here()).send()
        };
        let page = f.call(ACTION, send).await?;
        f.emit(listed(ACTION, &page.security_groups)?.iter().map(|group| row(&f.place, group)).collect()).await?;
        pages.turn(page.next_token)?;
        if f.has_enough() {
            pages.stop();
        }
    }
    Ok(())
}

pub(super) fn row(place: &Place, group: &SecurityGroup) -> Row {
    let id = group.group_id().unwrap_or_default();
    let owner = group.owner_id().unwrap_or(&place.account_id);
    let tags = ec2_tags(group.tags());
    let name = filled(group.group_name()).map(str::to_owned).or_else(|| name_tag(&tags));
    let open: Vec<String> = open_ports(group.ip_permissions());
    place
        .row(&SECURITY_GROUPS, id, arn::ec2_of(place, owner, "security-group", id))
        .with("name", name)
        .with("tags", tags)
        .with("network_id", filled(group.vpc_id()))
        .with("description", filled(group.description()))
        .with("open_to_world", !open.is_empty())
        .with("open_ports", open)
        .with("ingress", rules(group.ip_permissions()))
        .with("egress", rules(group.ip_permissions_egress()))
        .with("properties", properties(json!({ "OwnerId": group.owner_id() })))
}

/// The ports that every address may reach.
fn open_ports(permissions: &[IpPermission]) -> Vec<String> {
    let mut ports: Vec<String> = permissions.iter().filter(|rule| is_open(rule)).map(ports).collect();
    ports.sort();
    ports.dedup();
    ports
}

fn is_open(rule: &IpPermission) -> bool {
    let v4 = rule.ip_ranges().iter().any(|range| range.cidr_ip() == Some("0.0.0.0/0"));
    v4 || rule.ipv6_ranges().iter().any(|range| range.cidr_ipv6() == Some("::/0"))
}

fn ports(rule: &IpPermission) -> String {
    let protocol = rule.ip_protocol().unwrap_or("-1");
    match (protocol, rule.from_port(), rule.to_port()) {
        // Types and codes, not ports.
        ("icmp" | "icmpv6" | "1" | "58", ..) => "icmp".to_owned(),
        ("-1", ..) | (_, None | Some(-1), _) | (_, Some(0), Some(65535)) => "all".to_owned(),
        (_, Some(from), None) => from.to_string(),
        (_, Some(from), Some(to)) if from == to => from.to_string(),
        (_, Some(from), Some(to)) => format!("{from}-{to}"),
    }
}

fn rules(permissions: &[IpPermission]) -> Json {
    permissions.iter().map(rule).collect()
}

fn rule(rule: &IpPermission) -> Json {
    let described = |key: &str, value: Option<&str>, description: Option<&str>| {
        properties(json!({ key: value, "Description": description }))
    };
    properties(json!({
        "IpProtocol": rule.ip_protocol(),
        "FromPort": rule.from_port(),
        "ToPort": rule.to_port(),
        "IpRanges": rule.ip_ranges().iter()
            .map(|range| described("CidrIp", range.cidr_ip(), range.description())).collect::<Vec<_>>(),
        "Ipv6Ranges": rule.ipv6_ranges().iter()
            .map(|range| described("CidrIpv6", range.cidr_ipv6(), range.description())).collect::<Vec<_>>(),
        "PrefixListIds": rule.prefix_list_ids().iter()
            .map(|list| described("PrefixListId", list.prefix_list_id(), list.description())).collect::<Vec<_>>(),
        "UserIdGroupPairs": rule.user_id_group_pairs().iter()
            .map(|pair| properties(json!({
                "GroupId": pair.group_id(), "UserId": pair.user_id(), "Description": pair.description(),
            }))).collect::<Vec<_>>(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_ec2::types::{IpRange, Ipv6Range};
    use schema::Value;

    fn check(rules: Vec<IpPermission>, open: &[&str]) {
        let group = SecurityGroup::builder().group_id("sg-1").set_ip_permissions(Some(rules)).build();
        let row = row(&Place::for_testing("eu-west-1"), &group);
        assert_eq!(row.get("open_to_world"), &Value::Bool(!open.is_empty()));
        assert_eq!(row.get("open_ports"), &Value::List(open.iter().map(|p| (*p).to_owned()).collect()));
    }

    fn allow(protocol: &str, ports: Option<(i32, i32)>, cidr: &str) -> IpPermission {
        let rule = IpPermission::builder()
            .ip_protocol(protocol)
            .set_from_port(ports.map(|p| p.0))
            .set_to_port(ports.map(|p| p.1));
        if cidr.contains(':') {
            rule.ipv6_ranges(Ipv6Range::builder().cidr_ipv6(cidr).build()).build()
        } else {
            rule.ip_ranges(IpRange::builder().cidr_ip(cidr).build()).build()
        }
    }

    #[test]
    fn only_rules_for_every_address_open_a_group_to_the_world() {
        check(vec![], &[]);
        check(vec![allow("tcp", Some((22, 22)), "10.0.0.0/8")], &[]);
        check(vec![allow("tcp", Some((22, 22)), "0.0.0.0/0")], &["22"]);
        check(vec![allow("tcp", Some((8000, 8080)), "::/0")], &["8000-8080"]);
        check(vec![allow("-1", None, "0.0.0.0/0")], &["all"]);
        check(vec![allow("tcp", Some((0, 65535)), "0.0.0.0/0")], &["all"]);
        check(vec![allow("icmp", Some((-1, -1)), "0.0.0.0/0")], &["icmp"]);
    }
}
