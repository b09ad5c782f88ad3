//! `volumes`: EBS volumes, by `ec2:DescribeVolumes`.

use super::calls;
use crate::fetch::Fetch;
use crate::pages::{Pages, listed};
use crate::place::{Place, ec2_tags, filled, name_tag, properties, time};
use crate::{arn, states};
use aws_sdk_ec2::types::Volume;
use engine::FetchError;
use engine::source::{CallEstimate, FetchRequest, TableSupport};
use schema::tables::VOLUMES;
use schema::{Row, State};
use serde_json::json;

pub(crate) static SUPPORT: TableSupport = TableSupport { table: &VOLUMES, costly: &[], pushes: &[] };

const ACTION: &str = "ec2:DescribeVolumes";

pub(crate) fn estimate(_: &FetchRequest) -> Vec<CallEstimate> {
    vec![calls(ACTION, 1)]
}

pub(crate) async fn fetch(f: &Fetch<'_>) -> Result<(), FetchError> {
    let mut pages = Pages::of(ACTION);
    while let Some(token) = pages.token() {
        let send = || {
            let request = f.clients().ec2.describe_volumes();
            let request = request.max_results(f.page_size(5, 1000)).set_next_token(token.clone());
            request.customize().config_override(f.here()).send()
        };
        let page = f.call(ACTION, send).await?;
        f.emit(listed(ACTION, &page.volumes)?.iter().map(|volume| row(&f.place, volume)).collect()).await?;
        pages.turn(page.next_token)?;
        if f.has_enough() {
            pages.stop();
        }
    }
    Ok(())
}

pub(super) fn row(place: &Place, volume: &Volume) -> Row {
    let id = volume.volume_id().unwrap_or_default();
    let state = volume.state().map(|state| state.as_str());
    let tags = ec2_tags(volume.tags());
    let attachment = volume.attachments().iter().find(|attachment| attachment.instance_id().is_some());
    place
        .row(&VOLUMES, id, arn::ec2(place, "volume", id))
        .with("zone", volume.availability_zone())
        .with("name", name_tag(&tags))
        .with("state", state.map_or(State::Unknown, states::volume))
        .with("created_at", time(volume.create_time()))
        .with("tags", tags)
        .with("volume_type", volume.volume_type().map(|kind| kind.as_str()))
        .with("size_gib", volume.size())
        .with("iops", volume.iops())
        .with("throughput_mibps", volume.throughput())
        .with("encrypted", volume.encrypted())
        .with("instance_id", attachment.and_then(|attachment| attachment.instance_id()))
        .with("snapshot_id", filled(volume.snapshot_id()))
        .with(
            "properties",
            properties(json!({
                "State": state,
                "KmsKeyId": volume.kms_key_id(),
                "MultiAttachEnabled": volume.multi_attach_enabled(),
                "Attachments": volume.attachments().iter().map(|attachment| json!({
                    "InstanceId": attachment.instance_id(),
                    "Device": attachment.device(),
                    "State": attachment.state().map(|state| state.as_str()),
                    "DeleteOnTermination": attachment.delete_on_termination(),
                    "AttachTime": time(attachment.attach_time()),
                })).map(properties).collect::<Vec<_>>(),
            })),
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_ec2::types::{Tag, VolumeAttachment, VolumeState, VolumeType};
    use schema::Value;

    #[test]
    fn an_attached_volume_names_its_instance() {
        let volume = Volume::builder()
            .volume_id("vol-1")
            .state(VolumeState::InUse)
            .volume_type(VolumeType::Gp2)
            .size(200)
            .snapshot_id("")
            .tags(Tag::builder().key("Name").value("data").build())
            .attachments(VolumeAttachment::builder().instance_id("i-1").device("/dev/xvda").build())
            .build();
        let row = row(&Place::for_testing("eu-west-1"), &volume);
        assert_eq!(row.get("resource_id"), &Value::from("arn:aws:ec2:eu-west-1:111122223333:volume/vol-1"));
        assert_eq!(row.get("name"), &Value::from("data"));
        assert_eq!(row.get("state"), &Value::from("in_use"));
        assert_eq!(row.get("instance_id"), &Value::from("i-1"));
        assert_eq!(row.get("size_gib"), &Value::Int(200));
        assert_eq!(row.get("snapshot_id"), &Value::Null);
    }

    #[test]
    fn a_volume_without_tags_has_an_empty_map() {
        let volume = Volume::builder().volume_id("vol-1").state(VolumeState::Available).build();
        let row = row(&Place::for_testing("eu-west-1"), &volume);
        assert_eq!(row.get("tags"), &Value::Map(Default::default()));
        assert_eq!(row.get("instance_id"), &Value::Null);
        assert_eq!(row.get("state"), &Value::from("available"));
    }
}
