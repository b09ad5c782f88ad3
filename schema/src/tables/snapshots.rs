//! `snapshots`: snapshots of volumes.

use super::common::{RESOURCE, RESOURCE_SCOPE};
use crate::{Column, Locality, Table, TableKind, Unit};

/// `snapshots`: snapshots of volumes.
pub static SNAPSHOTS: Table = Table {
    name: "snapshots",
    kind: TableKind::Resource,
    doc: "one snapshot of a volume, owned by the account",
    row_kind: Some("storage.snapshot"),
    aws_type: Some("AWS::EC2::Snapshot"),
    azure_type: Some("microsoft.compute/snapshots"),
    locality: Locality::Regional,
    common: RESOURCE,
    own: &[
        Column::text("volume_id", "the volume it was taken of (`volumes.native_id`); the volume may be gone")
            .aws("ec2:DescribeSnapshots: VolumeId")
            .azure("properties.creationData.sourceResourceId")
            .also(&["volume"]),
        Column::int("size_gib", "size of the volume it was taken of")
            .unit(Unit::GiB)
            .aws("ec2:DescribeSnapshots: VolumeSize")
            .azure("properties.diskSizeGB")
            .also(&["size"]),
        Column::bool("encrypted", "whether it is encrypted at rest")
            .aws("ec2:DescribeSnapshots: Encrypted")
            .azure("always: Azure encrypts every snapshot"),
        Column::bool("public", "whether anyone may make a volume of it")
            .costly()
            .aws("ec2:DescribeSnapshots: RestorableByUserIds `all`; a list of its own")
            .azure("never"),
        Column::text("description", "what its maker wrote").aws("ec2:DescribeSnapshots: Description"),
        Column::text("tier", "storage tier")
            .one_of(&["standard", "archive"])
            .aws("ec2:DescribeSnapshots: StorageTier")
            .azure("always `standard`"),
    ],
    shown: &["name", "native_id", "provider", "account_name", "region", "size_gib", "created_at", "volume_id"],
    time_column: None,
    scope_columns: RESOURCE_SCOPE,
    synonyms: &["snapshot", "ebs snapshot", "ebs snapshots", "disk snapshot", "disk snapshots", "backup snapshots"],
};
