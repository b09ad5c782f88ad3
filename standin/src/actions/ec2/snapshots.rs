//! `DescribeSnapshots`: the account's own snapshots; other people's are no part of an estate.

use super::{Item, write_tags, yes_no};
use crate::call::{Call, Refusal};
use crate::estate::{Snapshot, Tags};
use crate::protocol::query::Form;
use crate::protocol::xml::Xml;

pub(crate) fn describe(call: &Call<'_>, form: &Form) -> Result<String, Refusal> {
    super::only_own(call, form, Snapshot::IDS)?;
    super::describe(call, form, &call.here()?.snapshots)
}

impl Item for Snapshot {
    const SET: &'static str = "snapshotSet";
    const IDS: &'static str = "SnapshotId";
    const NOT_FOUND: &'static str = "InvalidSnapshot.NotFound";

    fn id(&self) -> &str {
        &self.id
    }

    fn tags(&self) -> &Tags {
        &self.tags
    }

    fn attribute(&self, filter: &str) -> Option<Vec<&str>> {
        Some(match filter {
            "snapshot-id" => vec![&self.id],
            "volume-id" => vec![&self.volume_id],
            "status" => vec![&self.state],
            "storage-tier" => vec![&self.tier],
            "encrypted" => vec![yes_no(self.encrypted)],
            _ => return None,
        })
    }

    fn write(&self, call: &Call<'_>, xml: &mut Xml) {
        xml.text("snapshotId", &self.id);
        xml.text("volumeId", &self.volume_id);
        xml.text("status", &self.state);
        xml.time("startTime", self.started_at);
        xml.text("progress", if self.state == "completed" { "100%" } else { "37%" });
        xml.text("ownerId", &call.account.id);
        xml.plain("volumeSize", self.size_gib);
        xml.text("description", &self.description);
        xml.plain("encrypted", self.encrypted);
        xml.text("storageTier", &self.tier);
        write_tags(xml, &self.tags);
    }

    /// `all` is everybody. Its owner may restore any, and shares with other accounts are no part of an estate.
    fn is_asked(&self, form: &Form) -> bool {
        let who = form.list("RestorableBy");
        who.is_empty() || who.iter().any(|who| *who != "all") || self.public
    }
}
