//! `images`: machine images that the account owns, by `ec2:DescribeImages`.

use super::calls;
use super::instances::platform;
use crate::fetch::Fetch;
use crate::pages::{Pages, listed};
use crate::place::{Place, ec2_tags, filled, iso_time, name_tag, properties};
use crate::{arn, states};
use aws_sdk_ec2::types::Image;
use engine::FetchError;
use engine::source::{CallEstimate, FetchRequest, TableSupport};
use schema::tables::IMAGES;
use schema::{Row, State};
use serde_json::json;

pub(crate) static SUPPORT: TableSupport = TableSupport { table: &IMAGES, costly: &[], pushes: &[] };

const ACTION: &str = "ec2:DescribeImages";

pub(crate) fn estimate(_: &FetchRequest) -> Vec<CallEstimate> {
    vec![calls(ACTION, 1)]
}

pub(crate) async fn fetch(f: &Fetch<'_>) -> Result<(), FetchError> {
    let mut pages = Pages::of(ACTION);
    while let Some(token) = pages.token() {
        let send = || {
            let request = f.clients().ec2.describe_images().owners("self");
            let request = request.include_deprecated(true).include_disabled(true);
            let request = request.max_results(f.page_size(5, 1000)).set_next_token(token.clone());
            request.customize().config_override(f.here()).send()
        };
        let page = f.call(ACTION, send).await?;
        let own = listed(ACTION, &page.images)?.iter().filter(|image| is_own(&f.place, image));
        f.emit(own.map(|image| row(&f.place, image)).collect()).await?;
        pages.turn(page.next_token)?;
        if f.has_enough() {
            pages.stop();
        }
    }
    Ok(())
}

/// Images that others shared are theirs. Not every server that looks like AWS leaves them out.
fn is_own(place: &Place, image: &Image) -> bool {
    image.owner_id().is_none_or(|owner| owner == place.account_id)
}

pub(super) fn row(place: &Place, image: &Image) -> Row {
    let id = image.image_id().unwrap_or_default();
    let state = image.state().map(|state| state.as_str());
    let tags = ec2_tags(image.tags());
    let name = filled(image.name()).map(str::to_owned).or_else(|| name_tag(&tags));
    let disks = image.block_device_mappings().iter().filter_map(|mapping| mapping.ebs());
    let snapshots: Vec<String> = disks.filter_map(|disk| filled(disk.snapshot_id()).map(str::to_owned)).collect();
    let os = platform(image.platform_details(), image.platform().map(|platform| platform.as_str()));
    place
        .row(&IMAGES, id, arn::ec2_without_account(place, "image", id))
        .with("name", name)
        .with("state", state.map_or(State::Unknown, states::image))
        .with("created_at", iso_time(image.creation_date()))
        .with("tags", tags)
        .with("architecture", image.architecture().map(|word| word.as_str()))
        .with("platform", os)
        .with("public", image.public())
        .with("deprecated_at", iso_time(image.deprecation_time()))
        .with("snapshot_ids", snapshots)
        .with("description", filled(image.description()))
        .with(
            "properties",
            properties(json!({
                "State": state,
                "PlatformDetails": image.platform_details(),
                "ImageType": image.image_type().map(|word| word.as_str()),
                "ImageLocation": image.image_location(),
                "RootDeviceType": image.root_device_type().map(|word| word.as_str()),
                "RootDeviceName": image.root_device_name(),
                "VirtualizationType": image.virtualization_type().map(|word| word.as_str()),
                "BootMode": image.boot_mode().map(|word| word.as_str()),
                "ImdsSupport": image.imds_support().map(|word| word.as_str()),
                "SourceInstanceId": image.source_instance_id(),
                "SourceImageId": image.source_image_id(),
                "LastLaunchedTime": image.last_launched_time(),
            })),
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_ec2::types::{BlockDeviceMapping, EbsBlockDevice, ImageState};
    use schema::Value;

    #[test]
    fn an_image_lists_the_snapshots_it_is_made_of() {
        let disk = EbsBlockDevice::builder().snapshot_id("snap-1").build();
        let image = Image::builder()
            .image_id("ami-1")
            .name("golden")
            .state(ImageState::Available)
            .platform_details("Windows with SQL Server")
            .creation_date("2026-01-02T03:04:05.000Z")
            .block_device_mappings(BlockDeviceMapping::builder().ebs(disk).build())
            .block_device_mappings(BlockDeviceMapping::builder().virtual_name("ephemeral0").build())
            .build();
        let row = row(&Place::for_testing("eu-west-1"), &image);
        assert_eq!(row.get("resource_id"), &Value::from("arn:aws:ec2:eu-west-1::image/ami-1"));
        assert_eq!(row.get("snapshot_ids"), &Value::List(vec!["snap-1".to_owned()]));
        assert_eq!(row.get("platform"), &Value::from("windows"));
        assert!(matches!(row.get("created_at"), Value::Time(_)));
    }
}
