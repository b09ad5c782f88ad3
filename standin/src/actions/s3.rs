//! S3: buckets, their tags and places, who may reach them, and the objects in them.

mod objects;

pub(crate) use objects::{get_object, head_object, list_objects};

use crate::call::{Call, Refusal, Reply};
use crate::estate::Bucket;
use crate::protocol::rest_xml::{self, RestRequest};
use crate::protocol::xml::Xml;
use axum::http::StatusCode;

/// The largest page of `ListBuckets`, and the default.
const LARGEST: usize = 10_000;

pub(crate) fn list_buckets(call: &Call<'_>, request: &RestRequest) -> Result<Reply, Refusal> {
    let query = &request.query;
    let (region, prefix) = (query.get("bucket-region"), query.get("prefix"));
    let fits = |bucket: &&Bucket| {
        region.is_none_or(|region| bucket.region == region)
            && prefix.is_none_or(|prefix| bucket.name.starts_with(prefix))
    };
    let mut buckets: Vec<&Bucket> = call.account.buckets.iter().filter(fits).collect();
    buckets.sort_by(|one, other| one.name.cmp(&other.name));
    let most = query.number("max-buckets").map_err(|_| invalid_argument("max-buckets"))?;
    let token = query.get("continuation-token");
    let (range, next) =
        call.page(token, most.unwrap_or(LARGEST), buckets.len()).map_err(|_| invalid_argument("continuation-token"))?;
    // AWS adds the region only where the request has one parameter at least.
    let with_region = most.is_some() || token.is_some() || region.is_some() || prefix.is_some();
    let mut xml = Xml::default();
    xml.nest("Owner", |xml| xml.text("ID", &call.account.id));
    xml.list("Buckets", "Bucket", &buckets[range], |xml, bucket| {
        xml.text("Name", &bucket.name);
        xml.time("CreationDate", bucket.created_at);
        if with_region {
            xml.text("BucketRegion", &bucket.region);
        }
    });
    xml.maybe("ContinuationToken", next.as_deref());
    Ok(rest_xml::reply("ListAllMyBucketsResult", &xml.done()))
}

pub(crate) fn get_bucket_tagging(call: &Call<'_>, request: &RestRequest) -> Result<Reply, Refusal> {
    let bucket = bucket(call, request)?;
    if bucket.tags.is_empty() {
        return Err(Refusal::new(404, "NoSuchTagSet", "The TagSet does not exist"));
    }
    let mut xml = Xml::default();
    xml.list("TagSet", "Tag", &bucket.tags, |xml, (key, value)| {
        xml.text("Key", key);
        xml.text("Value", value);
    });
    Ok(rest_xml::reply("Tagging", &xml.done()))
}

pub(crate) fn get_public_access_block(call: &Call<'_>, request: &RestRequest) -> Result<Reply, Refusal> {
    public_access_block(bucket(call, request)?.public_access_block)
}

/// The account's, which S3 Control tells.
pub(crate) fn get_account_public_access_block(call: &Call<'_>, _: &RestRequest) -> Result<Reply, Refusal> {
    public_access_block(call.account.public_access_block)
}

fn public_access_block(block: Option<[bool; 4]>) -> Result<Reply, Refusal> {
    let Some(block) = block else {
        let message = "The public access block configuration was not found";
        return Err(Refusal::new(404, "NoSuchPublicAccessBlockConfiguration", message));
    };
    let names = ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"];
    let mut xml = Xml::default();
    for (name, is_set) in names.into_iter().zip(block) {
        xml.plain(name, is_set);
    }
    Ok(rest_xml::reply("PublicAccessBlockConfiguration", &xml.done()))
}

pub(crate) fn get_bucket_acl(call: &Call<'_>, request: &RestRequest) -> Result<Reply, Refusal> {
    let bucket = bucket(call, request)?;
    let mut xml = Xml::default();
    xml.nest("Owner", |xml| xml.text("ID", &call.account.id));
    xml.nest("AccessControlList", |xml| {
        grant(xml, "CanonicalUser", ("ID", &call.account.id), "FULL_CONTROL");
        for (group, permission) in &bucket.acl_grants {
            grant(xml, "Group", ("URI", &format!("http://acs.amazonaws.com/groups/{group}")), permission);
        }
    });
    Ok(rest_xml::reply("AccessControlPolicy", &xml.done()))
}

fn grant(xml: &mut Xml, kind: &str, (name, who): (&str, &str), permission: &str) {
    xml.nest("Grant", |xml| {
        // The only attribute that anything is told in.
        let namespace = "http://www.w3.org/2001/XMLSchema-instance";
        xml.raw(&format!("<Grantee xmlns:xsi=\"{namespace}\" xsi:type=\"{kind}\">"));
        xml.text(name, who);
        xml.raw("</Grantee>");
        xml.text("Permission", permission);
    });
}

pub(crate) fn get_bucket_policy_status(call: &Call<'_>, request: &RestRequest) -> Result<Reply, Refusal> {
    let Some(is_public) = bucket(call, request)?.policy_is_public else {
        return Err(Refusal::new(404, "NoSuchBucketPolicy", "The bucket policy does not exist"));
    };
    let mut xml = Xml::default();
    xml.plain("IsPublic", is_public);
    Ok(rest_xml::reply("PolicyStatus", &xml.done()))
}

/// May be asked in any region.
pub(crate) fn get_bucket_location(call: &Call<'_>, request: &RestRequest) -> Result<Reply, Refusal> {
    let bucket = owned_bucket(call, request)?;
    let location = if bucket.region == "us-east-1" { "" } else { &bucket.region };
    Ok(rest_xml::reply("LocationConstraint", location))
}

pub(crate) fn head_bucket(call: &Call<'_>, request: &RestRequest) -> Result<Reply, Refusal> {
    let bucket = bucket(call, request)?;
    let reply = Reply::ok(rest_xml::CONTENT_TYPE, "");
    Ok(reply.status(StatusCode::OK).header("x-amz-bucket-region", &*bucket.region))
}

/// The bucket of a request that must be made in the bucket's own region.
fn bucket<'a>(call: &Call<'a>, request: &RestRequest) -> Result<&'a Bucket, Refusal> {
    let bucket = owned_bucket(call, request)?;
    if bucket.region != call.region {
        let message = format!(
            "The bucket you are attempting to access must be addressed using the specified endpoint: it is in {}",
            bucket.region
        );
        return Err(Refusal::new(301, "PermanentRedirect", message).header("x-amz-bucket-region", &bucket.region));
    }
    Ok(bucket)
}

fn owned_bucket<'a>(call: &Call<'a>, request: &RestRequest) -> Result<&'a Bucket, Refusal> {
    let (name, _) = request.bucket_and_key();
    if let Some(bucket) = call.account.buckets.iter().find(|bucket| bucket.name == name) {
        return Ok(bucket);
    }
    let elsewhere = call.estate.accounts.iter().any(|account| account.buckets.iter().any(|bucket| bucket.name == name));
    Err(if elsewhere {
        Refusal::new(403, "AccessDenied", "Access Denied")
    } else {
        Refusal::new(404, "NoSuchBucket", "The specified bucket does not exist")
    })
}

fn invalid_argument(name: &str) -> Refusal {
    Refusal::new(400, "InvalidArgument", format!("Argument {name} is not valid"))
}
