//! `buckets`: S3 buckets of all regions, by `s3:ListBuckets`; tags, and what is public, by calls for each bucket.

mod access;

use super::{calls, calls_for_each};
use crate::arn;
use crate::fetch::Fetch;
use crate::pages::{Pages, listed, without_list};
use crate::place::{Place, properties, tags, time};
use access::{ACCOUNT_ACTION, ACL_ACTION, BLOCK_ACTION, Block, Known, POLICY_ACTION, Read};
use aws_config::SdkConfig;
use aws_sdk_s3::types::Bucket;
use engine::source::{CallEstimate, FetchRequest, TableSupport};
use engine::{FetchError, FetchErrorKind};
use futures::stream::{self, StreamExt};
use schema::tables::BUCKETS;
use schema::{Row, Value};
use serde_json::json;
use std::collections::BTreeMap;

/// Each comes by calls of its own for every bucket.
pub(crate) static SUPPORT: TableSupport =
    TableSupport { table: &BUCKETS, costly: &[&["tags"], &[BLOCKED], &[POLICY], &[PUBLIC]], pushes: &[] };

const BLOCKED: &str = "public_access_blocked";
const POLICY: &str = "policy_is_public";
const PUBLIC: &str = "public";

const ACTION: &str = "s3:ListBuckets";
const LOCATION_ACTION: &str = "s3:GetBucketLocation";
const TAGS_ACTION: &str = "s3:GetBucketTagging";

/// S3 allows hundreds a second; this is enough to hide the latency.
const BUCKETS_AT_ONCE: usize = 8;

pub(crate) fn estimate(request: &FetchRequest) -> Vec<CallEstimate> {
    let by = |permission: &str, call: CallEstimate| CallEstimate { permissions: vec![permission.to_owned()], ..call };
    let list = by("s3:ListAllMyBuckets", calls(ACTION, 1));
    // Only for servers that do not say a bucket's region when they list it.
    let location = calls(LOCATION_ACTION, 0);
    // What is public may be told without asking the buckets.
    let for_each = |column, or_public: bool, action| {
        let wanted = request.wants(column);
        (wanted || or_public && request.wants(PUBLIC)).then(|| calls_for_each("bucket", action, u64::from(wanted)))
    };
    let costly = [
        for_each("tags", false, TAGS_ACTION),
        for_each(BLOCKED, true, BLOCK_ACTION).map(|call| by("s3:GetBucketPublicAccessBlock", call)),
        for_each(POLICY, true, POLICY_ACTION),
        request.wants(PUBLIC).then(|| calls_for_each("bucket", ACL_ACTION, 0)),
        request.wants(PUBLIC).then(|| by("s3:GetAccountPublicAccessBlock", calls(ACCOUNT_ACTION, 1))),
    ];
    [list, location].into_iter().chain(costly.into_iter().flatten()).collect()
}

pub(crate) async fn fetch(f: &Fetch<'_>) -> Result<(), FetchError> {
    let account = if f.request.wants(PUBLIC) { Some(access::of_account(f).await) } else { None };
    let mut pages = Pages::of(ACTION);
    while let Some(token) = pages.token() {
        let send = || {
            // Without a bound S3 answers as it did before it had pages, and leaves the regions out.
            let request = f.clients().s3.list_buckets();
            let request = request.max_buckets(f.page_size(1, 1000)).set_continuation_token(token.clone());
            request.customize().config_override(f.here()).send()
        };
        let page = f.call(ACTION, send).await?;
        f.emit(rows(f, listed(ACTION, &page.buckets)?, account.as_ref()).await?).await?;
        pages.turn(page.continuation_token)?;
        if f.has_enough() {
            pages.stop();
        }
    }
    Ok(())
}

async fn rows(f: &Fetch<'_>, buckets: &[Bucket], account: Option<&Read<Block>>) -> Result<Vec<Row>, FetchError> {
    let reads: Vec<_> = buckets.iter().map(|bucket| one(f, bucket, account)).collect();
    let read: Vec<(Row, Vec<Lost>)> = stream::iter(reads).buffered(BUCKETS_AT_ONCE).collect().await;
    let (rows, lost): (Vec<Row>, Vec<Vec<Lost>>) = read.into_iter().unzip();
    let mut lost: Vec<Lost> = lost.into_iter().flatten().collect();
    for column in ["region", "tags", BLOCKED, POLICY, PUBLIC] {
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

/// One bucket; what its account blocks is read where it is wanted whether the bucket is public.
async fn one(f: &Fetch<'_>, bucket: &Bucket, account: Option<&Read<Block>>) -> (Row, Vec<Lost>) {
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
    let (mut own, mut policy) = (None, None);
    if f.request.wants(BLOCKED) {
        let read = access::block(f, &here, name).await;
        keep(BLOCKED, read.clone().map(|block| block.is_whole.into()));
        own = Some(read);
    }
    if f.request.wants(POLICY) {
        let read = access::policy_is_public(f, &here, name).await;
        keep(POLICY, read.clone().map(Value::from));
        policy = Some(read);
    }
    if let Some(account) = account {
        let known = Known { account, own, policy };
        keep(PUBLIC, access::is_public(f, &here, name, known).await.map(Value::from));
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
