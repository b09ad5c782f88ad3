//! Every kind of payload that the shared data has of AWS is read into rows, or is said to be none of ours.
//!
//! The payloads are what the command line prints. They are written here as the services write them and answered to the
//! SDK's own clients, and what those read becomes rows: nothing of the way from a reply to a row is left out.

#![allow(clippy::unwrap_used)]

mod clusters;

use super::*;
use crate::clients::Clients;
use crate::place::Place;
use crate::settings::Settings;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use chrono::DateTime;
use schema::{Row, Value};
use serde_json::Value as Json;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// How a service writes its replies.
#[derive(Debug, Clone, Copy)]
enum Wire {
    /// EC2's XML, with names of its own; the action.
    Ec2(&'static str),
    /// The XML of RDS and of load balancing; the action, and what an item of its list is called.
    Query(&'static str, &'static str),
    /// The XML of S3.
    S3,
    /// As the command line prints it.
    Json,
}

/// A kind of payload: its files (those of the command line's examples by two underscores), its list, the table of its
/// rows, how it comes, and which cell is which of its words.
type Ours = (&'static [&'static str], &'static str, &'static str, Wire, &'static [(&'static str, &'static str)]);

static OURS: &[Ours] = &[
    (
        &["ec2/describe-instances", "ec2__describe-instances"],
        "Reservations",
        "instances",
        Wire::Ec2("DescribeInstances"),
        &[
            ("native_id", "/InstanceId"),
            ("instance_type", "/InstanceType"),
            ("zone", "/Placement/AvailabilityZone"),
            ("image_id", "/ImageId"),
            ("private_ip", "/PrivateIpAddress"),
            ("public_ip", "/PublicIpAddress"),
            ("network_id", "/VpcId"),
            ("subnet_id", "/SubnetId"),
            ("architecture", "/Architecture"),
            ("launched_at", "/LaunchTime"),
            ("state", "/State/Name"),
        ],
    ),
    (
        &["ec2/describe-volumes"],
        "Volumes",
        "volumes",
        Wire::Ec2("DescribeVolumes"),
        &[
            ("native_id", "/VolumeId"),
            ("size_gib", "/Size"),
            ("volume_type", "/VolumeType"),
            ("iops", "/Iops"),
            ("zone", "/AvailabilityZone"),
            ("encrypted", "/Encrypted"),
            ("created_at", "/CreateTime"),
            ("instance_id", "/Attachments/0/InstanceId"),
        ],
    ),
    (
        &["ec2/describe-snapshots__self", "ec2__describe-snapshots"],
        "Snapshots",
        "snapshots",
        Wire::Ec2("DescribeSnapshots"),
        &[
            ("native_id", "/SnapshotId"),
            ("size_gib", "/VolumeSize"),
            ("volume_id", "/VolumeId"),
            ("encrypted", "/Encrypted"),
            ("created_at", "/StartTime"),
        ],
    ),
    (
        &["ec2/describe-images__self", "ec2__describe-images"],
        "Images",
        "images",
        Wire::Ec2("DescribeImages"),
        &[
            ("native_id", "/ImageId"),
            ("architecture", "/Architecture"),
            ("public", "/Public"),
            ("name", "/Name"),
            ("description", "/Description"),
            ("created_at", "/CreationDate"),
            ("state", "/State"),
        ],
    ),
    (
        &["ec2/describe-vpcs", "ec2__describe-vpcs"],
        "Vpcs",
        "networks",
        Wire::Ec2("DescribeVpcs"),
        &[("native_id", "/VpcId"), ("is_default", "/IsDefault"), ("state", "/State")],
    ),
    (
        &["ec2/describe-subnets", "ec2__describe-subnets"],
        "Subnets",
        "subnets",
        Wire::Ec2("DescribeSubnets"),
        &[
            ("native_id", "/SubnetId"),
            ("network_id", "/VpcId"),
            ("cidr_block", "/CidrBlock"),
            ("zone", "/AvailabilityZone"),
            ("available_ips", "/AvailableIpAddressCount"),
            ("public_by_default", "/MapPublicIpOnLaunch"),
        ],
    ),
    (
        &["ec2/describe-security-groups", "ec2__describe-security-groups"],
        "SecurityGroups",
        "security_groups",
        Wire::Ec2("DescribeSecurityGroups"),
        &[("native_id", "/GroupId"), ("network_id", "/VpcId")],
    ),
    (
        &["ec2/describe-addresses", "ec2__describe-addresses"],
        "Addresses",
        "public_ips",
        Wire::Ec2("DescribeAddresses"),
        &[("address", "/PublicIp"), ("instance_id", "/InstanceId")],
    ),
    (
        &["ec2/describe-nat-gateways", "ec2__describe-nat-gateways"],
        "NatGateways",
        "nat_gateways",
        Wire::Ec2("DescribeNatGateways"),
        &[
            ("native_id", "/NatGatewayId"),
            ("network_id", "/VpcId"),
            ("subnet_id", "/SubnetId"),
            ("state", "/State"),
            ("created_at", "/CreateTime"),
        ],
    ),
    (
        &["rds/describe-db-instances"],
        "DBInstances",
        "databases",
        Wire::Query("DescribeDBInstances", "DBInstance"),
        &[
            ("name", "/DBInstanceIdentifier"),
            ("engine", "/Engine"),
            ("engine_version", "/EngineVersion"),
            ("instance_class", "/DBInstanceClass"),
            ("storage_gib", "/AllocatedStorage"),
            ("multi_az", "/MultiAZ"),
            ("publicly_accessible", "/PubliclyAccessible"),
            ("encrypted", "/StorageEncrypted"),
            ("endpoint", "/Endpoint/Address"),
            ("network_id", "/DBSubnetGroup/VpcId"),
            ("created_at", "/InstanceCreateTime"),
            ("state", "/DBInstanceStatus"),
        ],
    ),
    (
        &["elbv2/describe-load-balancers", "elbv2__describe-load-balancers"],
        "LoadBalancers",
        "load_balancers",
        Wire::Query("DescribeLoadBalancers", "member"),
        &[
            ("resource_id", "/LoadBalancerArn"),
            ("name", "/LoadBalancerName"),
            ("load_balancer_type", "/Type"),
            ("scheme", "/Scheme"),
            ("dns_name", "/DNSName"),
            ("network_id", "/VpcId"),
            ("created_at", "/CreatedTime"),
        ],
    ),
    (
        &["elb/describe-load-balancers", "elb__describe-load-balancers"],
        "LoadBalancerDescriptions",
        "load_balancers",
        Wire::Query("DescribeLoadBalancers", "member"),
        &[
            ("native_id", "/LoadBalancerName"),
            ("name", "/LoadBalancerName"),
            ("scheme", "/Scheme"),
            ("dns_name", "/DNSName"),
            ("network_id", "/VPCId"),
            ("created_at", "/CreatedTime"),
        ],
    ),
    (
        &["lambda/list-functions", "lambda__list-functions"],
        "Functions",
        "functions",
        Wire::Json,
        &[
            ("name", "/FunctionName"),
            ("resource_id", "/FunctionArn"),
            ("runtime", "/Runtime"),
            ("memory_mib", "/MemorySize"),
            ("timeout_seconds", "/Timeout"),
            ("code_size_bytes", "/CodeSize"),
            ("handler", "/Handler"),
        ],
    ),
    (&["s3/list-buckets"], "Buckets", "buckets", Wire::S3, &[("name", "/Name"), ("created_at", "/CreationDate")]),
];

/// What is read from AWS and cannot be checked here, and why.
static BESIDES: &[(&str, &str)] = &[
    ("ec2/describe-instance-types ec2/describe-instance-types__instance_type_m4_large_mac2_metal", "sizes"),
    ("ec2/describe-instance-types__instance_type_mac2_metal_m4_large ec2__describe-instance-types", "sizes"),
    (
        "cloudwatch/get-metric-data__2020_03_01_00_00_00_00_00_volumereadops_aws_ebs_volumeid_vol_123_sum_AWS__88f481",
        "no CPU",
    ),
    (
        "cloudwatch/get-metric-data__2020_05_30_17_45_30_numberofobjects_aws_s3_bucketname_bucket_1_storagetyp_17f0a2",
        "no CPU",
    ),
    ("cloudwatch__get-metric-data", "answers to queries that are not ours"),
    ("ce__get-cost-and-usage", "answers to queries that are not ours"),
    ("organizations__list-accounts sts__get-caller-identity ec2__describe-regions", "discovery makes scopes of it"),
    ("ec2__describe-volumes", "printed through `--query`, which leaves no payload"),
    ("eks/list-clusters eks__list-clusters", "names, each of which is asked for"),
    ("eks/describe-cluster__cluster1 eks__describe-cluster", "read by a test of their own"),
];

/// The services of which no payload but those above is ours.
static NOT_OURS: &[(&str, &str)] = &[
    (
        "fixinventory",
        "acm apigateway athena autoscaling backup bedrock cloudformation cloudfront cloudtrail cloudwatch cognito_idp \
         config dynamodb ec2 ecr ecs efs eks elasticache elasticbeanstalk elb elbv2 glacier guardduty iam inspector2 \
         kinesis kms lambda logs opensearch pricing rds redshift route53 s3 s3control secretsmanager service_quotas \
         sns sqs ssm wafv2",
    ),
    (
        "awscli_examples",
        "accessanalyzer budgets ce cloudtrail cloudwatch cur dynamodb ec2 ecs eks elasticache elb elbv2 guardduty iam \
         kms lambda organizations pricing rds resourcegroupstaggingapi s3api secretsmanager securityhub sts support \
         trustedadvisor",
    ),
];

/// The calls that rows are made of. A payload of one of them that is not named above is a mistake here.
static CALLS: &[&str] = &[
    "ec2/describe-instances",
    "ec2/describe-volumes",
    "ec2/describe-snapshots",
    "ec2/describe-images",
    "ec2/describe-instance-types",
    "ec2/describe-vpcs",
    "ec2/describe-subnets",
    "ec2/describe-security-groups",
    "ec2/describe-addresses",
    "ec2/describe-nat-gateways",
    "ec2/describe-regions",
    "rds/describe-db-instances",
    "elbv2/describe-load-balancers",
    "elb/describe-load-balancers",
    "lambda/list-functions",
    "eks/list-clusters",
    "eks/describe-cluster",
    "s3/list-buckets",
    "s3api/list-buckets",
    "ce/get-cost-and-usage",
    "cloudwatch/get-metric-data",
    "organizations/list-accounts",
    "sts/get-caller-identity",
];

/// Where EC2's name of a word is not the word with a small first letter: what it is in, a dot, and the word. Facts of
/// EC2's model.
static EC2_NAMES: &[(&str, &str)] = &[
    (".Addresses", "addressesSet"),
    (".Images", "imagesSet"),
    (".NatGateways", "natGatewaySet"),
    (".Reservations", "reservationSet"),
    (".SecurityGroups", "securityGroupInfo"),
    (".Snapshots", "snapshotSet"),
    (".Subnets", "subnetSet"),
    (".Volumes", "volumeSet"),
    (".Vpcs", "vpcSet"),
    ("Attachments.State", "status"),
    ("Images.BlockDeviceMappings", "blockDeviceMapping"),
    ("Images.OwnerId", "imageOwnerId"),
    ("Images.Public", "isPublic"),
    ("Images.State", "imageState"),
    ("Instances.BlockDeviceMappings", "blockDeviceMapping"),
    ("Instances.NetworkInterfaces", "networkInterfaceSet"),
    ("Instances.PublicDnsName", "dnsName"),
    ("Instances.PublicIpAddress", "ipAddress"),
    ("Instances.SecurityGroups", "groupSet"),
    ("Instances.State", "instanceState"),
    ("Instances.StateTransitionReason", "reason"),
    ("IpPermissions.UserIdGroupPairs", "groups"),
    ("IpPermissionsEgress.UserIdGroupPairs", "groups"),
    ("NatGateways.NatGatewayAddresses", "natGatewayAddressSet"),
    ("NetworkInterfaces.Groups", "groupSet"),
    ("Reservations.Groups", "groupSet"),
    ("Reservations.Instances", "instancesSet"),
    ("SecurityGroups.Description", "groupDescription"),
    ("Snapshots.State", "status"),
    ("Snapshots.StateMessage", "statusMessage"),
    ("Volumes.Attachments", "attachmentSet"),
    ("Volumes.State", "status"),
];

/// A payload as EC2 writes it. `inside` is the word that it is under.
fn ec2(payload: &Json, inside: &str) -> String {
    match payload {
        Json::Object(fields) => {
            // A number to EC2, and `false` in one payload.
            let fields = fields.iter().filter(|(word, _)| *word != "EnableLniAtDeviceIndex");
            fields.map(|(word, value)| element(&ec2_name(inside, word), ec2(value, word))).collect()
        }
        Json::Array(items) => items.iter().map(|item| element("item", ec2(item, inside))).collect(),
        other => text(other),
    }
}

fn ec2_name(inside: &str, word: &str) -> String {
    let whole = format!("{inside}.{word}");
    if let Some((_, name)) = EC2_NAMES.iter().find(|(known, _)| *known == whole) {
        return (*name).to_owned();
    }
    if word == "Tags" {
        return "tagSet".to_owned();
    }
    let mut letters = word.chars();
    letters.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(letters).collect()
}

/// A payload as the older services write it: the items of the list that is asked for have a name of their own.
fn plain(payload: &Json, list: &str, item_name: &str, inside: &str) -> String {
    match payload {
        Json::Object(fields) => {
            fields.iter().map(|(word, value)| element(word, plain(value, list, item_name, word))).collect()
        }
        Json::Array(items) => {
            let name = match inside {
                _ if inside == list => item_name,
                "TagList" => "Tag",
                "VpcSecurityGroups" => "VpcSecurityGroupMembership",
                _ => "member",
            };
            items.iter().map(|item| element(name, plain(item, list, item_name, inside))).collect()
        }
        other => text(other),
    }
}

fn element(name: &str, content: impl AsRef<str>) -> String {
    let content = content.as_ref();
    format!("<{name}>{content}</{name}>")
}

fn text(value: &Json) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn written(payload: &Json, list: &str, wire: Wire) -> String {
    match wire {
        Wire::Ec2(action) => element(&format!("{action}Response"), ec2(payload, "")),
        Wire::Query(action, item) => {
            element(&format!("{action}Response"), element(&format!("{action}Result"), plain(payload, list, item, "")))
        }
        Wire::S3 => element("ListAllMyBucketsResult", plain(payload, list, "Bucket", "")),
        Wire::Json => payload.to_string(),
    }
}

/// Answers every call with one reply.
#[derive(Debug, Clone)]
struct Canned(String);

impl HttpConnector for Canned {
    fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
        let status = 200_u16.try_into().unwrap();
        HttpConnectorFuture::ready(Ok(HttpResponse::new(status, SdkBody::from(self.0.clone()))))
    }
}

impl HttpClient for Canned {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

fn clients(reply: String) -> Clients {
    let keys = aws_credential_types::Credentials::new("AKIDEXAMPLE", "secret", None, None, "test");
    let config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-west-2"))
        .credentials_provider(SharedCredentialsProvider::new(keys))
        .http_client(SharedHttpClient::new(Canned(reply)))
        .build();
    Clients::new(&Settings::default(), &config)
}

/// What the SDK read of a table's reply, or a panic that says why it could not without the whole reply.
fn read_by_sdk<T, E: std::error::Error + 'static>(table: &str, result: Result<T, E>) -> T {
    result.unwrap_or_else(|error| panic!("{table}: {}", crate::errors::innermost(&error)))
}

/// The rows of a table that the SDK's client and the table's own code make of a reply.
async fn rows(table: &str, reply: String) -> Vec<Row> {
    let is_classic = reply.contains("<LoadBalancerDescriptions>");
    let (clients, place) = (clients(reply), &Place::for_testing("us-west-2"));
    let ec2 = &clients.ec2;
    macro_rules! read {
        ($call:expr, $list:ident, $row:path) => {
            read_by_sdk(table, $call.send().await).$list().iter().map(|item| $row(place, item)).collect()
        };
    }
    match table {
        "instances" => {
            let page = read_by_sdk(table, ec2.describe_instances().send().await);
            let all = page.reservations().iter().flat_map(|one| one.instances());
            all.map(|one| instances::plain_row(place, one)).collect()
        }
        "volumes" => read!(ec2.describe_volumes(), volumes, volumes::row),
        "snapshots" => {
            let page = read_by_sdk(table, ec2.describe_snapshots().send().await);
            page.snapshots().iter().map(|one| snapshots::row(place, one, None)).collect()
        }
        "images" => read!(ec2.describe_images(), images, images::row),
        "networks" => read!(ec2.describe_vpcs(), vpcs, networks::row),
        "subnets" => read!(ec2.describe_subnets(), subnets, subnets::row),
        "security_groups" => read!(ec2.describe_security_groups(), security_groups, security_groups::row),
        "public_ips" => read!(ec2.describe_addresses(), addresses, public_ips::row),
        "nat_gateways" => read!(ec2.describe_nat_gateways(), nat_gateways, nat_gateways::row),
        "databases" => read!(clients.rds.describe_db_instances(), db_instances, databases::row),
        "load_balancers" if is_classic => read!(
            clients.classic_elb.describe_load_balancers(),
            load_balancer_descriptions,
            load_balancers::classic::row
        ),
        "load_balancers" => read!(clients.elb.describe_load_balancers(), load_balancers, load_balancers::row),
        "functions" => read!(clients.lambda.list_functions(), functions, functions::row),
        "buckets" => {
            let page = read_by_sdk(table, clients.s3.list_buckets().send().await);
            page.buckets().iter().map(|one| buckets::row(place, one, None)).collect()
        }
        other => panic!("`{other}` is not read here"),
    }
}

/// Where the payloads are; none where they are not, which is said.
fn folder() -> Option<PathBuf> {
    #[allow(clippy::disallowed_methods, reason = "only tests that use foreign data ask where it is")]
    let root = std::env::var_os("NEPH_CONFORMANCE_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), PathBuf::from);
    let folder = root.join("api");
    if folder.join("fixinventory/aws").is_dir() && folder.join("awscli_examples").is_dir() {
        return Some(folder);
    }
    #[allow(clippy::print_stderr, reason = "a skipped test must not look like one that passed")]
    {
        eprintln!("skipped: `{}` has no payloads of AWS; set NEPH_CONFORMANCE_DATA", folder.display());
    }
    None
}

/// The payloads of a file that have a list: itself, or those outputs of an example that are whole.
fn payloads(folder: &Path, name: &str, list: &str) -> Vec<Json> {
    let path = if name.contains('/') {
        format!("fixinventory/aws/{name}.json")
    } else {
        format!("awscli_examples/{name}.json")
    };
    let file: Json = serde_json::from_slice(&std::fs::read(folder.join(path)).unwrap()).unwrap();
    let all = file["outputs"].as_array().cloned().unwrap_or_else(|| vec![file]);
    all.into_iter().filter(|payload| payload[list].is_array()).collect()
}

/// The things of a payload that are rows.
fn things(payload: &Json, list: &str) -> Vec<Json> {
    let items = payload[list].as_array().unwrap();
    if list != "Reservations" {
        return items.clone();
    }
    items.iter().flat_map(|one| one["Instances"].as_array().unwrap()).cloned().collect()
}

/// Whether a cell is what the payload says. Nothing said and an empty text are null.
fn agrees(cell: &Value, said: Option<&Json>) -> bool {
    let Some(said) = said.filter(|said| !said.is_null() && *said != "") else { return cell.is_null() };
    let said = said.as_str().map_or_else(|| said.to_string(), str::to_owned);
    match cell {
        Value::Null => false,
        Value::Bool(value) => value.to_string() == said,
        Value::Int(value) => value.to_string() == said,
        Value::Text(value) => *value == said,
        Value::Time(at) => DateTime::parse_from_rfc3339(&said).is_ok_and(|said| said == *at),
        other => panic!("{other:?} is not compared here"),
    }
}

/// Whether a security group lets every address in, somewhere.
fn lets_all_in(group: &Json) -> bool {
    let list = |of: &Json, name: &str| of[name].as_array().cloned().unwrap_or_default();
    list(group, "IpPermissions").iter().any(|rule| {
        let four = list(rule, "IpRanges").iter().any(|range| range["CidrIp"] == "0.0.0.0/0");
        four || list(rule, "Ipv6Ranges").iter().any(|range| range["CidrIpv6"] == "::/0")
    })
}

#[tokio::test]
async fn payloads_become_rows_that_say_what_they_said() {
    let Some(folder) = folder() else { return };
    for (files, list, table, wire, cells) in OURS {
        for file in *files {
            let payloads = payloads(&folder, file, list);
            assert!(!payloads.is_empty(), "`{file}` has no `{list}`");
            for payload in payloads {
                let things = things(&payload, list);
                let rows = rows(table, written(&payload, list, *wire)).await;
                assert_eq!(rows.len(), things.len(), "{file}");
                for (row, thing) in rows.iter().zip(&things) {
                    if let Some(tags) = thing["Tags"].as_array().or(thing["TagList"].as_array()) {
                        let pairs =
                            tags.iter().map(|tag| (tag["Key"].as_str().unwrap(), tag["Value"].as_str().unwrap()));
                        let pairs = pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
                        assert_eq!(row.get("tags"), &Value::Map(pairs), "{file}");
                    }
                    if *table == "security_groups" {
                        assert_eq!(row.get("open_to_world"), &lets_all_in(thing).into(), "{file}");
                    }
                    for (column, at) in *cells {
                        let (cell, said) = (row.get(column), thing.pointer(at));
                        assert!(agrees(cell, said), "{file}: `{column}` is {cell:?}, not {said:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn every_payload_is_read_or_said_to_be_none_of_ours() {
    let Some(folder) = folder() else { return };
    let mut named: BTreeSet<&str> = OURS.iter().flat_map(|(files, ..)| files.iter().copied()).collect();
    named.extend(BESIDES.iter().flat_map(|(files, _)| files.split_whitespace()));
    let services = |of: &str| -> BTreeSet<&str> {
        NOT_OURS.iter().filter(|(name, _)| *name == of).flat_map(|(_, all)| all.split_whitespace()).collect()
    };
    let mut found: BTreeSet<String> = BTreeSet::new();
    let stem = |path: PathBuf| path.file_stem().unwrap().to_string_lossy().into_owned();
    for service in std::fs::read_dir(folder.join("fixinventory/aws")).unwrap().map(Result::unwrap) {
        let name = service.file_name().to_string_lossy().into_owned();
        assert!(services("fixinventory").contains(name.as_str()), "`{name}` is neither read nor none of ours");
        let files = std::fs::read_dir(service.path()).unwrap().map(Result::unwrap);
        found.extend(files.map(|file| format!("{name}/{}", stem(file.path()))));
    }
    for file in std::fs::read_dir(folder.join("awscli_examples")).unwrap().map(Result::unwrap) {
        let name = stem(file.path());
        let service = name.split("__").next().unwrap();
        assert!(services("awscli_examples").contains(service), "`{service}` is neither read nor none of ours");
        found.insert(name);
    }
    let gone: Vec<_> = named.iter().filter(|name| !found.contains(**name)).collect();
    assert!(gone.is_empty(), "named here and not there: {gone:?}");
    // `service/call`, without what it was asked with.
    let call = |name: &str| match name.split_once('/') {
        Some((service, rest)) => format!("{service}/{}", rest.split("__").next().unwrap_or_default()),
        None => name.replacen("__", "/", 1),
    };
    let forgotten: Vec<_> =
        found.iter().filter(|name| CALLS.contains(&call(name).as_str()) && !named.contains(name.as_str())).collect();
    assert!(forgotten.is_empty(), "of a call that rows are made of, and not read: {forgotten:?}");
}
