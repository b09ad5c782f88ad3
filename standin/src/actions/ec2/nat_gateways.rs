//! `DescribeNatGateways`.

use super::{Item, write_tags};
use crate::call::{Call, Refusal};
use crate::estate::{NatGateway, Tags};
use crate::protocol::query::Form;
use crate::protocol::xml::Xml;

pub(crate) fn describe(call: &Call<'_>, form: &Form) -> Result<String, Refusal> {
    super::describe(call, form, &call.here()?.nat_gateways)
}

impl Item for NatGateway {
    const SET: &'static str = "natGatewaySet";
    const IDS: &'static str = "NatGatewayId";
    const NOT_FOUND: &'static str = "NatGatewayNotFound";

    fn id(&self) -> &str {
        &self.id
    }

    fn tags(&self) -> &Tags {
        &self.tags
    }

    fn attribute(&self, filter: &str) -> Option<Vec<&str>> {
        Some(match filter {
            "nat-gateway-id" => vec![&self.id],
            "state" => vec![&self.state],
            "vpc-id" => vec![&self.vpc_id],
            "subnet-id" => vec![&self.subnet_id],
            _ => return None,
        })
    }

    fn write(&self, _call: &Call<'_>, xml: &mut Xml) {
        xml.text("natGatewayId", &self.id);
        xml.text("vpcId", &self.vpc_id);
        xml.text("subnetId", &self.subnet_id);
        xml.text("state", &self.state);
        xml.time("createTime", self.created_at);
        xml.text("connectivityType", &self.connectivity);
        xml.nest("natGatewayAddressSet", |xml| {
            xml.nest("item", |xml| {
                xml.maybe("allocationId", self.allocation_id.as_deref());
                xml.text("networkInterfaceId", &self.network_interface_id);
                xml.text("privateIp", &self.private_ip);
                xml.maybe("publicIp", self.public_ip.as_deref());
                xml.plain("isPrimary", true);
                xml.text("status", "succeeded");
            });
        });
        write_tags(xml, &self.tags);
    }
}
