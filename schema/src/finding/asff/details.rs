//! The resource of a finding, in Security Hub's words and within its bounds.

use super::super::seen::{Seen, known};
use super::super::text;
use crate::scope::{ALL_REGIONS, GLOBAL};
use serde_json::{Map, Value, json};

/// A map has so many entries at most; tags as well.
const ENTRIES: usize = 50;
const NAME: usize = 128;
const VALUE: usize = 1024;
const TAG_VALUE: usize = 256;
const RESOURCE_ID: usize = 2048;

/// All the details of a resource, in bytes, each counted twice: escaped for the wire a text grows, to three times itself
/// at most. A finding has 240 KB in all, and Security Hub drops all the details where it is over: so we leave some out.
const BYTES: usize = 64 * 1024;

pub(super) fn resource(seen: &Seen) -> Value {
    let resource = &seen.finding.resource;
    let arn = Arn::of(&resource.resource_id);
    let in_aws = arn.is_some() || resource.provider.as_deref() == Some("aws");
    let (tags, others) = tags(seen, in_aws);
    known(json!({
        "Type": kind(seen, in_aws),
        "Id": text::id(&resource.resource_id, RESOURCE_ID),
        "Partition": arn.as_ref().and_then(|arn| arn.partition),
        "Region": in_aws.then(|| region(seen, arn.as_ref())).flatten(),
        "Tags": Some(tags).filter(|tags| !tags.is_empty()),
        "Details": { "Other": other(seen, others) },
    }))
}

/// What is said of a resource by its ARN.
struct Arn<'a> {
    partition: Option<&'a str>,
    region: &'a str,
}

impl<'a> Arn<'a> {
    fn of(id: &'a str) -> Option<Self> {
        let mut parts = id.split(':');
        let (arn, partition, _service, region) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        // Of the partitions, only these have the same name in Security Hub's list.
        let partition = Some(partition).filter(|name| matches!(*name, "aws" | "aws-cn" | "aws-us-gov"));
        (arn == "arn").then_some(Self { partition, region })
    }
}

/// The region of what is in AWS. Another provider's can be longer than the format allows, and stands among the details.
fn region<'a>(seen: &'a Seen, arn: Option<&Arn<'a>>) -> Option<&'a str> {
    let said = seen.finding.resource.region.as_deref().filter(|region| !["", GLOBAL, ALL_REGIONS].contains(region));
    said.or(arn.map(|arn| arn.region)).filter(|region| (1..=16).contains(&region.len()))
}

/// Security Hub's word for what has one, by our kind; `Other` for the rest.
fn kind(seen: &Seen, in_aws: bool) -> &'static str {
    match seen.finding.resource.kind.as_deref() {
        _ if !in_aws => "Other",
        Some("compute.instance") => "AwsEc2Instance",
        Some("compute.function") => "AwsLambdaFunction",
        Some("compute.cluster") => "AwsEksCluster",
        Some("storage.volume") => "AwsEc2Volume",
        Some("storage.bucket") => "AwsS3Bucket",
        Some("database.instance") => "AwsRdsDbInstance",
        Some("network.network") => "AwsEc2Vpc",
        Some("network.subnet") => "AwsEc2Subnet",
        Some("network.security_group") => "AwsEc2SecurityGroup",
        Some("network.public_ip") => "AwsEc2Eip",
        Some("network.load_balancer") if is_classic_balancer(&seen.finding.resource.resource_id) => {
            "AwsElbLoadBalancer"
        }
        Some("network.load_balancer") => "AwsElbv2LoadBalancer",
        _ => "Other",
    }
}

/// A classic load balancer's ARN ends in its name; a newer one's has the type before it and an id behind.
fn is_classic_balancer(arn: &str) -> bool {
    arn.split_once(":loadbalancer/").is_some_and(|(_, name)| !name.contains('/'))
}

/// The tags that AWS's own rules allow, and the others. An empty value is common and refused.
fn tags(seen: &Seen, in_aws: bool) -> (Map<String, Value>, Vec<(String, String)>) {
    let (mut tags, mut others) = (Map::new(), Vec::new());
    for (name, value) in &seen.tags {
        if in_aws && tags.len() < ENTRIES && is_tag(name, NAME) && is_tag(value, TAG_VALUE) && !reserved(name) {
            tags.insert(name.clone(), json!(value));
        } else {
            others.push((format!("tags.{name}"), value.clone()));
        }
    }
    (tags, others)
}

fn is_tag(text: &str, most: usize) -> bool {
    let allowed = |c: char| c.is_alphanumeric() || " _.:/=+-@".contains(c);
    !text.trim().is_empty() && text.encode_utf16().count() <= most && text.chars().all(allowed)
}

fn reserved(name: &str) -> bool {
    name.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("aws:"))
}

/// Whose the resource is, the evidence, and the tags that have no place elsewhere; how many did not fit is said.
fn other(seen: &Seen, tags: Vec<(String, String)>) -> Map<String, Value> {
    let evidence = seen.finding.evidence.iter().map(|(name, value)| (format!("evidence.{name}"), plain(value)));
    let mut other = Map::new();
    let (mut bytes, mut left_out) = (0, 0_usize);
    for (name, value) in whose(seen).into_iter().chain(evidence).chain(tags) {
        let (name, value) = (text::id(&name, NAME), text::short(&value, VALUE, "(empty)"));
        bytes += 2 * (name.len() + value.len());
        // One place is kept for the count.
        if other.len() < ENTRIES - 1 && bytes <= BYTES {
            other.insert(name, json!(value));
        } else {
            left_out += 1;
        }
    }
    if left_out > 0 {
        other.insert("left_out".to_owned(), json!(left_out.to_string()));
    }
    other
}

fn whose(seen: &Seen) -> Vec<(String, String)> {
    let resource = &seen.finding.resource;
    let said = [
        ("provider", &resource.provider),
        ("account_id", &resource.account_id),
        ("account_name", &seen.account_name),
        ("region", &resource.region),
        ("kind", &resource.kind),
        ("name", &resource.name),
    ];
    said.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value.clone()?))).collect()
}

/// A text as it is, everything else as JSON.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
