//! `DescribeTags`: which c7n calls when some instances have no tags; our own adapter never does.

use super::{Filters, Item};
use crate::call::{Call, Refusal};
use crate::estate::Tags;
use crate::protocol::query::Form;
use crate::protocol::xml::Xml;

pub(crate) fn describe(call: &Call<'_>, form: &Form) -> Result<String, Refusal> {
    let region = call.here()?;
    let mut tags = Vec::new();
    collect(&mut tags, "instance", &region.instances);
    collect(&mut tags, "volume", &region.volumes);
    collect(&mut tags, "snapshot", &region.snapshots);
    collect(&mut tags, "image", &region.images);
    collect(&mut tags, "vpc", &region.vpcs);
    collect(&mut tags, "subnet", &region.subnets);
    collect(&mut tags, "security-group", &region.security_groups);
    collect(&mut tags, "elastic-ip", &region.addresses);
    collect(&mut tags, "natgateway", &region.nat_gateways);
    let filters = Filters::read(form);
    let mut chosen = Vec::new();
    for tag in &tags {
        if filters.allow(tag)? {
            chosen.push(tag);
        }
    }
    let (range, next) = call
        .page(form.get("NextToken"), super::page_size(form)?, chosen.len())
        .map_err(|bad| bad.refused("InvalidNextToken"))?;
    let mut xml = Xml::with_capacity(range.len() * 150);
    xml.list("tagSet", "item", &chosen[range], |xml, tag| tag.write(call, xml));
    xml.maybe("nextToken", next.as_deref());
    Ok(xml.done())
}

/// One tag of one resource.
struct Tag<'a> {
    resource_type: &'static str,
    resource_id: &'a str,
    key: &'a str,
    value: &'a str,
}

fn collect<'a, T: Item>(tags: &mut Vec<Tag<'a>>, resource_type: &'static str, items: &'a [T]) {
    for item in items {
        let resource_id = item.id();
        tags.extend(item.tags().iter().map(|(key, value)| Tag { resource_type, resource_id, key, value }));
    }
}

static NO_TAGS: Tags = Tags::new();

impl Item for Tag<'_> {
    const SET: &'static str = "tagSet";
    const IDS: &'static str = "ResourceId";
    const NOT_FOUND: &'static str = "InvalidID";

    fn id(&self) -> &str {
        self.resource_id
    }

    fn tags(&self) -> &Tags {
        &NO_TAGS
    }

    fn attribute(&self, filter: &str) -> Option<Vec<&str>> {
        Some(match filter {
            "resource-id" => vec![self.resource_id],
            "resource-type" => vec![self.resource_type],
            "key" => vec![self.key],
            "value" => vec![self.value],
            _ => return None,
        })
    }

    fn write(&self, _call: &Call<'_>, xml: &mut Xml) {
        xml.text("resourceId", self.resource_id);
        xml.text("resourceType", self.resource_type);
        xml.text("key", self.key);
        xml.text("value", self.value);
    }
}
