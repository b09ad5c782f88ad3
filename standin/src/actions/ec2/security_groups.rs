//! `DescribeSecurityGroups`.

use super::{Item, write_tags};
use crate::call::{Call, Refusal};
use crate::estate::{IpPermission, SecurityGroup, Tags};
use crate::protocol::query::Form;
use crate::protocol::xml::Xml;

pub(crate) fn describe(call: &Call<'_>, form: &Form) -> Result<String, Refusal> {
    super::describe(call, form, &call.here()?.security_groups)
}

impl Item for SecurityGroup {
    const SET: &'static str = "securityGroupInfo";
    const IDS: &'static str = "GroupId";
    const NOT_FOUND: &'static str = "InvalidGroup.NotFound";

    fn id(&self) -> &str {
        &self.id
    }

    fn tags(&self) -> &Tags {
        &self.tags
    }

    fn attribute(&self, filter: &str) -> Option<Vec<&str>> {
        Some(match filter {
            "group-id" => vec![&self.id],
            "group-name" => vec![&self.name],
            "description" => vec![&self.description],
            "vpc-id" => vec![&self.vpc_id],
            _ => return None,
        })
    }

    fn write(&self, call: &Call<'_>, xml: &mut Xml) {
        xml.text("ownerId", &call.account.id);
        xml.text("groupId", &self.id);
        xml.text("groupName", &self.name);
        xml.text("groupDescription", &self.description);
        xml.text("vpcId", &self.vpc_id);
        xml.list("ipPermissions", "item", &self.ingress, |xml, rule| write_rule(xml, rule, call));
        xml.list("ipPermissionsEgress", "item", &self.egress, |xml, rule| write_rule(xml, rule, call));
        write_tags(xml, &self.tags);
    }
}

fn write_rule(xml: &mut Xml, rule: &IpPermission, call: &Call<'_>) {
    xml.text("ipProtocol", &rule.protocol);
    if let Some(port) = rule.from_port {
        xml.plain("fromPort", port);
    }
    if let Some(port) = rule.to_port {
        xml.plain("toPort", port);
    }
    xml.list("groups", "item", &rule.group_ids, |xml, group| {
        xml.text("userId", &call.account.id);
        xml.text("groupId", group);
    });
    xml.list("ipRanges", "item", &rule.cidrs, |xml, cidr| xml.text("cidrIp", cidr));
    xml.list("ipv6Ranges", "item", &rule.cidrs_v6, |xml, cidr| xml.text("cidrIpv6", cidr));
}
