//! `DescribeImages`: the account's own images; other people's are no part of an estate.

use super::{Item, write_tags, yes_no};
use crate::call::{Call, Refusal};
use crate::estate::{Image, Tags};
use crate::protocol::query::Form;
use crate::protocol::xml::Xml;
use chrono::SecondsFormat;

pub(crate) fn describe(call: &Call<'_>, form: &Form) -> Result<String, Refusal> {
    super::only_own(call, form, Image::IDS)?;
    super::describe(call, form, &call.here()?.images)
}

impl Item for Image {
    const SET: &'static str = "imagesSet";
    const IDS: &'static str = "ImageId";
    const NOT_FOUND: &'static str = "InvalidAMIID.NotFound";

    fn id(&self) -> &str {
        &self.id
    }

    fn tags(&self) -> &Tags {
        &self.tags
    }

    fn attribute(&self, filter: &str) -> Option<Vec<&str>> {
        Some(match filter {
            "image-id" => vec![&self.id],
            "name" => vec![&self.name],
            "state" => vec![&self.state],
            "architecture" => vec![&self.architecture],
            "is-public" => vec![yes_no(self.public)],
            _ => return None,
        })
    }

    fn write(&self, call: &Call<'_>, xml: &mut Xml) {
        xml.text("imageId", &self.id);
        xml.text("imageLocation", &format!("{}/{}", call.account.id, self.name));
        xml.text("imageState", &self.state);
        xml.text("imageOwnerId", &call.account.id);
        xml.text("creationDate", &self.created_at.to_rfc3339_opts(SecondsFormat::Millis, true));
        if let Some(at) = self.deprecated_at {
            xml.text("deprecationTime", &at.to_rfc3339_opts(SecondsFormat::Millis, true));
        }
        xml.plain("isPublic", self.public);
        xml.text("architecture", &self.architecture);
        xml.text("imageType", "machine");
        xml.text("platformDetails", &self.platform_details);
        xml.text("usageOperation", "RunInstances");
        xml.text("name", &self.name);
        xml.text("description", &self.description);
        xml.text("rootDeviceType", "ebs");
        xml.text("rootDeviceName", "/dev/xvda");
        xml.list("blockDeviceMapping", "item", self.snapshot_ids.iter().enumerate(), |xml, (nth, snapshot)| {
            xml.text("deviceName", &format!("/dev/xvd{}", char::from(b'a' + (nth % 26) as u8)));
            xml.nest("ebs", |xml| {
                xml.text("snapshotId", snapshot);
                xml.plain("volumeSize", 8);
                xml.text("volumeType", "gp3");
                xml.plain("deleteOnTermination", true);
            });
        });
        xml.text("virtualizationType", "hvm");
        xml.text("hypervisor", "xen");
        write_tags(xml, &self.tags);
    }
}
