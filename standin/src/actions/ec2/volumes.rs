//! `DescribeVolumes`.

use super::{Item, write_tags, yes_no};
use crate::call::{Call, Refusal};
use crate::estate::{Tags, Volume};
use crate::protocol::query::Form;
use crate::protocol::xml::Xml;

pub(crate) fn describe(call: &Call<'_>, form: &Form) -> Result<String, Refusal> {
    super::describe(call, form, &call.here()?.volumes)
}

impl Item for Volume {
    const SET: &'static str = "volumeSet";
    const IDS: &'static str = "VolumeId";
    const NOT_FOUND: &'static str = "InvalidVolume.NotFound";

    fn id(&self) -> &str {
        &self.id
    }

    fn tags(&self) -> &Tags {
        &self.tags
    }

    fn attribute(&self, filter: &str) -> Option<Vec<&str>> {
        Some(match filter {
            "volume-id" => vec![&self.id],
            "volume-type" => vec![&self.volume_type],
            "status" => vec![&self.state],
            "availability-zone" => vec![&self.zone],
            "encrypted" => vec![yes_no(self.encrypted)],
            "snapshot-id" => self.snapshot_id.iter().map(String::as_str).collect(),
            "attachment.instance-id" => self.attachments.iter().map(|a| a.instance_id.as_str()).collect(),
            _ => return None,
        })
    }

    fn write(&self, _call: &Call<'_>, xml: &mut Xml) {
        xml.text("volumeId", &self.id);
        xml.plain("size", self.size_gib);
        xml.text("snapshotId", self.snapshot_id.as_deref().unwrap_or_default());
        xml.text("availabilityZone", &self.zone);
        xml.text("status", &self.state);
        xml.time("createTime", self.created_at);
        xml.list("attachmentSet", "item", &self.attachments, |xml, attachment| {
            xml.text("volumeId", &self.id);
            xml.text("instanceId", &attachment.instance_id);
            xml.text("device", &attachment.device);
            xml.text("status", "attached");
            xml.time("attachTime", attachment.attached_at);
            xml.plain("deleteOnTermination", true);
        });
        xml.text("volumeType", &self.volume_type);
        if let Some(iops) = self.iops {
            xml.plain("iops", iops);
        }
        if let Some(throughput) = self.throughput {
            xml.plain("throughput", throughput);
        }
        xml.plain("encrypted", self.encrypted);
        xml.plain("multiAttachEnabled", false);
        write_tags(xml, &self.tags);
    }
}
