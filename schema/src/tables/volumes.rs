//! `volumes`: block storage volumes.

use super::common::{RESOURCE, RESOURCE_SCOPE};
use crate::{Column, Locality, Table, TableKind, Unit};

/// `volumes`: block storage volumes.
pub static VOLUMES: Table = Table {
    name: "volumes",
    kind: TableKind::Resource,
    doc: "one block storage volume",
    row_kind: Some("storage.volume"),
    aws_type: Some("AWS::EC2::Volume"),
    azure_type: Some("microsoft.compute/disks"),
    locality: Locality::Regional,
    common: RESOURCE,
    own: &[
        Column::text("volume_type", "the provider's type, such as `gp3` or `Premium_LRS`")
            .aws("ec2:DescribeVolumes: VolumeType")
            .azure("sku.name")
            .also(&["type", "disk type"]),
        Column::int("size_gib", "size")
            .unit(Unit::GiB)
            .aws("ec2:DescribeVolumes: Size")
            .azure("properties.diskSizeGB")
            .also(&["size", "capacity"]),
        Column::int("iops", "provisioned or baseline operations")
            .unit(Unit::Iops)
            .aws("ec2:DescribeVolumes: Iops")
            .azure("properties.diskIOPSReadWrite"),
        Column::int("throughput_mibps", "provisioned throughput")
            .unit(Unit::MiBPerSecond)
            .aws("ec2:DescribeVolumes: Throughput")
            .azure("properties.diskMBpsReadWrite, which is in millions of bytes, as MiB to the nearest")
            .also(&["throughput"]),
        Column::bool("encrypted", "whether it is encrypted at rest")
            .aws("ec2:DescribeVolumes: Encrypted")
            .azure("always: Azure encrypts every managed disk"),
        Column::text(
            "instance_id",
            "the instance that it is attached to (`instances.native_id`); null where it is attached to none",
        )
        .aws("ec2:DescribeVolumes: Attachments.InstanceId")
        .azure("managedBy")
        .also(&["attached", "attached to", "attachment"]),
        Column::text("snapshot_id", "the snapshot it was made from (`snapshots.native_id`)")
            .aws("ec2:DescribeVolumes: SnapshotId")
            .azure("properties.creationData.sourceResourceId, where it is a snapshot"),
    ],
    shown: &[
        "name",
        "native_id",
        "provider",
        "account_name",
        "region",
        "volume_type",
        "size_gib",
        "state",
        "instance_id",
    ],
    time_column: None,
    scope_columns: RESOURCE_SCOPE,
    synonyms: &["volume", "disk", "disks", "ebs", "ebs volume", "ebs volumes", "block storage"],
};
