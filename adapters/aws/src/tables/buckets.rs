//! `buckets`: S3 buckets of all regions, by `s3:ListBuckets`; tags, and what is public, by one call a bucket each.

use super::{calls, calls_for_each};
use crate::arn;
use crate::fetch::Fetch;
use crate::pages::{Pages, listed, without_list};
use crate::place::{Place, properties, tags, time};
use aws_config::SdkConfig;
use aws_sdk_s3::types::Bucket;
use engine::source::{CallEstimate, FetchRequest, TableSupport};
use engine::{FetchError, FetchErrorKind};
use futures::stream::{self, StreamExt};
use schema::tables::BUCKETS;
use schema::{Row, Value};
use serde_json::json;
use std::collections::BTreeMap;

/// Each comes by a call of its own for every bucket.
pub(crate) static SUPPORT: TableSupport =
    TableSupport { table: &BUCKETS, costly: &[&["tags"], &[BLOCKED], &[PUBLIC]], pushes: &[] };

const BLOCKED: &str = "public_access_blocked";
const PUBLIC: &str = "policy_is_public";

const ACTION: &str = "s3:ListBuckets";
const LOCATION_ACTION: &str = "s3:GetBucketLocation";
const TAGS_ACTION: &str = "s3:GetBucketTagging";
const BLOCK_ACTION: &str = "s3:GetPublicAccessBlock";
const POLICY_ACTION: &str = "s3:GetBucketPolicyStatus";

/// S3 allows hundreds a second; this is enough to hide the latency.
const BUCKETS_AT_ONCE: usize = 8;

pub(crate) fn estimate(request: &FetchRequest) -> Vec<CallEstimate> {
    let permissions = vec!["s3:ListAllMyBuckets".to_owned()];
    let list = CallEstimate { permissions, ..calls(ACTION, 1) };
    // Only for servers that do not say a bucket's region when they list it.
    let location = calls(LOCATION_ACTION, 0);
    let for_each = |column, action| request.wants(column).then(|| calls_for_each("bucket", action, 1));
    let permissions = vec!["s3:GetBucketPublicAccessBlock".to_owned()];
    let block = for_each(BLOCKED, BLOCK_ACTION).map(|block| CallEstimate { permissions, ..block });
    let costly = [for_each("tags", TAGS_ACTION), block, for_each(PUBLIC, POLICY_ACTION)];
    [list, location].into_iter().chain(costly.into_iter().flatten()).collect()
}

pub(crate) async fn fetch(f: &Fetch<'_>) -> Result<(), FetchError> {
    let mut pages = Pages::of(ACTION);
    while let Some(token) = pages.token() {
        let send = || {
            // Without a bound S3 answers as it did before it had pages, and leaves the regions out.
            let request = f.clients().s3.list_buckets();
            let request = request.max_buckets(f.page_size(1, 1000)).set_continuation_token(token.clone());
            request.customize().config_override(f.here()).send()
        };
        let page = f.call(ACTION, send).await?;
        f.emit(rows(f, listed(ACTION, &page.buckets)?).await?).await?;
        pages.turn(page.continuation_token)?;
        if f.has_enough() {
            pages.stop();
        }
    }
    Ok(())
}

async fn rows(f: &Fetch<'_>, buckets: &[Bucket]) -> Result<Vec<Row>, FetchError> {
    let reads: Vec<_> = buckets.iter().map(|bucket| one(f, bucket)).collect();
    let read: Vec<(Row, Vec<Lost>)> = stream::iter(reads).buffered(BUCKETS_AT_ONCE).collect().await;
    let (rows, lost): (Vec<Row>, Vec<Vec<Lost>>) = read.into_iter().unzip();
    let mut lost: Vec<Lost> = lost.into_iter().flatten().collect();
    for column in ["region", "tags", BLOCKED, PUBLIC] {
        let of_it = lost.extract_if(.., |lost| lost.column == column).map(|lost| (lost.bucket, lost.error));
        f.lost(&[column], of_it.collect()).await?;
    }
    Ok(rows)
}

/// A column of a bucket that could not be read.
struct Lost {
    bucket: String,
    column: &'static str,
    error: FetchError,
}

async fn one(f: &Fetch<'_>, bucket: &Bucket) -> (Row, Vec<Lost>) {
    let name = bucket.name().unwrap_or_default();
    let mut lost = Vec::new();
    let mut lose = |column, error| lost.push(Lost { bucket: name.to_owned(), column, error });
    let region = match bucket.bucket_region() {
        Some(region) => Some(region.to_owned()),
        None => location(f, name).await.map_err(|error| lose("region", error)).ok(),
    };
    let mut row = row(&f.place, bucket, region.as_deref());
    // A bucket is asked where it is: elsewhere S3 answers with a redirect.
    let here = region.map_or_else(|| f.here().clone(), |region| f.elsewhere(&region));
    let mut keep = |column, read: Result<Value, FetchError>| match read {
        Ok(value) => {
            row.set(column, value);
        }
        Err(error) => lose(column, error),
    };
    if f.request.wants("tags") {
        keep("tags", tags_of(f, &here, name).await.map(Value::from));
    }
    if f.request.wants(BLOCKED) {
        keep(BLOCKED, is_blocked(f, &here, name).await.map(Value::from));
    }
    if f.request.wants(PUBLIC) {
        keep(PUBLIC, is_public(f, &here, name).await.map(Value::from));
    }
    (row, lost)
}

async fn location(f: &Fetch<'_>, bucket: &str) -> Result<String, FetchError> {
    let send = || f.clients().s3.get_bucket_location().bucket(bucket).customize().config_override(f.here()).send();
    let reply = f.call(LOCATION_ACTION, send).await?;
    // The two names are from before S3 had regions.
    Ok(match reply.location_constraint().map(|region| region.as_str()) {
        None | Some("") => "us-east-1".to_owned(),
        Some("EU") => "eu-west-1".to_owned(),
        Some(region) => region.to_owned(),
    })
}

async fn tags_of(f: &Fetch<'_>, here: &SdkConfig, bucket: &str) -> Result<BTreeMap<String, String>, FetchError> {
    let send = || f.clients().s3.get_bucket_tagging().bucket(bucket).customize().config_override(here).send();
    match or_nothing(f.call(TAGS_ACTION, send).await, "NoSuchTagSet")? {
        // Of a bucket without any S3 says so, by that error.
        Some(reply) if reply.tag_set().is_empty() => Err(without_list(TAGS_ACTION)),
        Some(reply) => Ok(tags(reply.tag_set().iter().map(|tag| (Some(tag.key()), Some(tag.value()))))),
        None => Ok(BTreeMap::new()),
    }
}

/// Whether all four are set: what they are for closes policies and ACLs, those that are there and those to come.
async fn is_blocked(f: &Fetch<'_>, here: &SdkConfig, bucket: &str) -> Result<bool, FetchError> {
    let send = || f.clients().s3.get_public_access_block().bucket(bucket).customize().config_override(here).send();
    let reply = or_nothing(f.call(BLOCK_ACTION, send).await, "NoSuchPublicAccessBlockConfiguration")?;
    let set = reply.and_then(|reply| reply.public_access_block_configuration);
    Ok(set.is_some_and(|set| {
        let all = [set.block_public_acls, set.ignore_public_acls, set.block_public_policy, set.restrict_public_buckets];
        all.into_iter().all(|one| one == Some(true))
    }))
}

async fn is_public(f: &Fetch<'_>, here: &SdkConfig, bucket: &str) -> Result<bool, FetchError> {
    let send = || f.clients().s3.get_bucket_policy_status().bucket(bucket).customize().config_override(here).send();
    let Some(reply) = or_nothing(f.call(POLICY_ACTION, send).await, "NoSuchBucketPolicy")? else { return Ok(false) };
    reply.policy_status.and_then(|status| status.is_public).ok_or_else(|| {
        FetchError::new(FetchErrorKind::Failed, format!("`{POLICY_ACTION}` does not say whether the policy is public"))
    })
}

/// S3 has an error for what was never set.
fn or_nothing<T>(reply: Result<T, FetchError>, unset: &str) -> Result<Option<T>, FetchError> {
    match reply {
        Ok(reply) => Ok(Some(reply)),
        Err(error) if error.kind == FetchErrorKind::Failed && error.code == unset => Ok(None),
        Err(error) => Err(error),
    }
}

pub(super) fn row(place: &Place, bucket: &Bucket, region: Option<&str>) -> Row {
    let name = bucket.name().unwrap_or_default();
    let mut row = place
        .in_region(region.unwrap_or_default())
        .row(&BUCKETS, name, arn::bucket(region.unwrap_or_default(), name))
        .with("name", name)
        .with("created_at", time(bucket.creation_date()))
        .with("properties", properties(json!({ "BucketRegion": region })));
    if region.is_none() {
        row.set("region", Value::Null);
    }
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_is_in_its_own_region_and_not_in_the_scopes() {
        let bucket = Bucket::builder().name("logs").bucket_region("eu-central-1").build();
        let row = row(&Place::for_testing("global"), &bucket, bucket.bucket_region());
        assert_eq!(row.get("region"), &Value::from("eu-central-1"));
        assert_eq!(row.get("resource_id"), &Value::from("arn:aws:s3:::logs"));
        assert_eq!(row.get("tags"), &Value::Null);
    }

    #[test]
    fn a_bucket_whose_region_could_not_be_read_has_none() {
        let bucket = Bucket::builder().name("logs").build();
        assert_eq!(row(&Place::for_testing("global"), &bucket, None).get("region"), &Value::Null);
    }
}
