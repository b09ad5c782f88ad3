//! `DescribeAddresses`: AWS does not page it.

use super::{Item, write_tags};
use crate::call::{Call, Refusal};
use crate::estate::{Address, Tags};
use crate::protocol::query::Form;
use crate::protocol::xml::Xml;

pub(crate) fn describe(call: &Call<'_>, form: &Form) -> Result<String, Refusal> {
    let unpaged = Call { page_cap: usize::MAX, ..*call };
    let addresses = &call.here()?.addresses;
    if form.get("NextToken").is_some() || form.get("MaxResults").is_some() {
        return Err(Refusal::new(400, "UnknownParameter", "The parameter MaxResults is not recognized"));
    }
    super::describe_sized(&unpaged, form, addresses, usize::MAX)
}

impl Item for Address {
    const SET: &'static str = "addressesSet";
    const IDS: &'static str = "AllocationId";
    const NOT_FOUND: &'static str = "InvalidAllocationID.NotFound";

    fn id(&self) -> &str {
        &self.allocation_id
    }

    fn tags(&self) -> &Tags {
        &self.tags
    }

    fn attribute(&self, filter: &str) -> Option<Vec<&str>> {
        Some(match filter {
            "allocation-id" => vec![&self.allocation_id],
            "public-ip" => vec![&self.public_ip],
            "association-id" => self.association_id.iter().map(String::as_str).collect(),
            "instance-id" => self.instance_id.iter().map(String::as_str).collect(),
            "domain" => vec!["vpc"],
            _ => return None,
        })
    }

    fn write(&self, call: &Call<'_>, xml: &mut Xml) {
        xml.text("publicIp", &self.public_ip);
        xml.text("allocationId", &self.allocation_id);
        xml.text("domain", "vpc");
        xml.maybe("instanceId", self.instance_id.as_deref());
        xml.maybe("associationId", self.association_id.as_deref());
        xml.maybe("networkInterfaceId", self.network_interface_id.as_deref());
        if self.network_interface_id.is_some() {
            xml.text("networkInterfaceOwnerId", &call.account.id);
        }
        xml.maybe("privateIpAddress", self.private_ip.as_deref());
        write_tags(xml, &self.tags);
    }
}
