//! `DescribeVpcs`.

use super::{Item, write_tags, yes_no};
use crate::call::{Call, Refusal};
use crate::estate::{Tags, Vpc};
use crate::protocol::query::Form;
use crate::protocol::xml::Xml;

pub(crate) fn describe(call: &Call<'_>, form: &Form) -> Result<String, Refusal> {
    super::describe(call, form, &call.here()?.vpcs)
}

impl Item for Vpc {
    const SET: &'static str = "vpcSet";
    const IDS: &'static str = "VpcId";
    const NOT_FOUND: &'static str = "InvalidVpcID.NotFound";

    fn id(&self) -> &str {
        &self.id
    }

    fn tags(&self) -> &Tags {
        &self.tags
    }

    fn attribute(&self, filter: &str) -> Option<Vec<&str>> {
        Some(match filter {
            "vpc-id" => vec![&self.id],
            "state" => vec![&self.state],
            "is-default" => vec![yes_no(self.is_default)],
            "cidr" => self.cidrs.first().map(String::as_str).into_iter().collect(),
            _ => return None,
        })
    }

    fn write(&self, call: &Call<'_>, xml: &mut Xml) {
        xml.text("vpcId", &self.id);
        xml.text("ownerId", &call.account.id);
        xml.text("state", &self.state);
        xml.maybe("cidrBlock", self.cidrs.first().map(String::as_str));
        xml.list("cidrBlockAssociationSet", "item", &self.cidrs, |xml, cidr| {
            xml.text("cidrBlock", cidr);
            xml.nest("cidrBlockState", |xml| xml.text("state", "associated"));
        });
        xml.text("instanceTenancy", "default");
        xml.plain("isDefault", self.is_default);
        write_tags(xml, &self.tags);
    }
}
