//! `DescribeSubnets`.

use super::{Item, write_tags, yes_no};
use crate::call::{Call, Refusal};
use crate::estate::{Subnet, Tags};
use crate::protocol::query::Form;
use crate::protocol::xml::Xml;

pub(crate) fn describe(call: &Call<'_>, form: &Form) -> Result<String, Refusal> {
    super::describe(call, form, &call.here()?.subnets)
}

impl Item for Subnet {
    const SET: &'static str = "subnetSet";
    const IDS: &'static str = "SubnetId";
    const NOT_FOUND: &'static str = "InvalidSubnetID.NotFound";

    fn id(&self) -> &str {
        &self.id
    }

    fn tags(&self) -> &Tags {
        &self.tags
    }

    fn attribute(&self, filter: &str) -> Option<Vec<&str>> {
        Some(match filter {
            "subnet-id" => vec![&self.id],
            "vpc-id" => vec![&self.vpc_id],
            "availability-zone" => vec![&self.zone],
            "state" => vec![&self.state],
            "cidr-block" => vec![&self.cidr],
            "default-for-az" => vec![yes_no(self.default_for_az)],
            _ => return None,
        })
    }

    fn write(&self, call: &Call<'_>, xml: &mut Xml) {
        xml.text("subnetId", &self.id);
        xml.text("subnetArn", &format!("arn:aws:ec2:{}:{}:subnet/{}", call.region, call.account.id, self.id));
        xml.text("state", &self.state);
        xml.text("ownerId", &call.account.id);
        xml.text("vpcId", &self.vpc_id);
        xml.text("cidrBlock", &self.cidr);
        xml.plain("availableIpAddressCount", self.available_ips);
        xml.text("availabilityZone", &self.zone);
        xml.plain("defaultForAz", self.default_for_az);
        xml.plain("mapPublicIpOnLaunch", self.public);
        write_tags(xml, &self.tags);
    }
}
