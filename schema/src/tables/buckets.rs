//! `buckets`: buckets of objects and storage accounts.

use super::common::{RESOURCE, RESOURCE_SCOPE};
use crate::{Column, Locality, Table, TableKind};

/// `buckets`: buckets of objects and storage accounts.
pub static BUCKETS: Table = Table {
    name: "buckets",
    kind: TableKind::Resource,
    doc: "one bucket of objects, or one storage account",
    row_kind: Some("storage.bucket"),
    aws_type: Some("AWS::S3::Bucket"),
    azure_type: Some("microsoft.storage/storageaccounts"),
    locality: Locality::Global,
    common: RESOURCE,
    own: &[
        Column::bool(
            "public_access_blocked",
            "whether a setting of its own keeps policies and ACLs from opening it to everybody",
        )
        .costly()
        .aws("s3:GetPublicAccessBlock, all four of its settings; one call a bucket")
        .azure("properties: allowBlobPublicAccess, publicNetworkAccess"),
        Column::bool("policy_is_public", "whether its policy grants something to everybody")
            .costly()
            .aws("s3:GetBucketPolicyStatus: IsPublic; one call a bucket"),
        Column::bool(
            "public",
            "whether its policy or its ACL lets everybody in and nothing stops that; ACLs of single objects, and access \
             points, are not looked at",
        )
        .costly()
        .aws(
            "s3:GetBucketPolicyStatus: IsPublic; s3:GetBucketAcl: grants to AllUsers or AuthenticatedUsers; less what \
             s3:GetPublicAccessBlock (RestrictPublicBuckets, IgnorePublicAcls) stops, the bucket's own and the account's; \
             up to three calls a bucket and one an account",
        )
        .azure("false where `public_access_blocked` is true; else null, for which containers are open is not read"),
    ],
    shown: &["name", "provider", "account_name", "region", "created_at"],
    time_column: None,
    scope_columns: RESOURCE_SCOPE,
    synonyms: &["bucket", "s3", "s3 bucket", "s3 buckets", "storage account", "storage accounts", "object storage"],
};
