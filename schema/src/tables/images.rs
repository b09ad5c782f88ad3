//! `images`: machine images that the account owns.

use super::common::{RESOURCE, RESOURCE_SCOPE};
use crate::{Column, Locality, Table, TableKind};

/// `images`: machine images that the account owns.
pub static IMAGES: Table = Table {
    name: "images",
    kind: TableKind::Resource,
    doc: "one machine image, owned by the account",
    row_kind: Some("compute.image"),
    aws_type: Some("AWS::EC2::Image"),
    azure_type: Some("microsoft.compute/images"),
    locality: Locality::Regional,
    common: RESOURCE,
    own: &[
        Column::text("architecture", "processor architecture")
            .one_of(&["x86_64", "arm64", "i386"])
            .aws("ec2:DescribeImages: Architecture")
            .also(&["arch"]),
        Column::text("platform", "operating system family")
            .one_of(&["linux", "windows"])
            .aws("ec2:DescribeImages: PlatformDetails")
            .azure("properties.storageProfile.osDisk.osType")
            .also(&["os"]),
        Column::bool("public", "whether anyone may use it").aws("ec2:DescribeImages: Public").azure("never"),
        Column::time("deprecated_at", "from when on it should not be used")
            .aws("ec2:DescribeImages: DeprecationTime")
            .also(&["deprecated"]),
        Column::list("snapshot_ids", "the snapshots it is made of (`snapshots.native_id`)")
            .aws("ec2:DescribeImages: BlockDeviceMappings.Ebs.SnapshotId")
            .azure("properties.storageProfile: osDisk.snapshot.id, dataDisks.snapshot.id"),
        Column::text("description", "what its maker wrote").aws("ec2:DescribeImages: Description"),
    ],
    shown: &[
        "name",
        "native_id",
        "provider",
        "account_name",
        "region",
        "platform",
        "architecture",
        "public",
        "created_at",
    ],
    time_column: None,
    scope_columns: RESOURCE_SCOPE,
    synonyms: &["image", "ami", "amis", "machine image", "machine images"],
};
