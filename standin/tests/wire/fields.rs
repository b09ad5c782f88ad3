//! What the estate says arrives as it is: escapes, tags, absent values, and an estate that changes.

use super::client::{Client, small, start};
use serde_json::json;
use standin::Behaviour;
use standin::estate::CpuOptions;

const AWKWARD: &str = "r&d <old> \"keep\" 'it' – größer ✓";

#[tokio::test]
async fn awkward_text_survives_every_protocol() {
    let mut estate = small();
    let account = &mut estate.accounts[0];
    account.name = AWKWARD.to_owned();
    account.buckets[0].tags = [(AWKWARD.to_owned(), AWKWARD.to_owned())].into();
    let region = &mut account.regions[0];
    let tags: standin::estate::Tags = [("key".to_owned(), AWKWARD.to_owned())].into();
    region.vpcs.truncate(1);
    region.vpcs[0].tags = tags.clone();
    region.db_instances[0].tags = tags.clone();
    region.load_balancers[0].tags = tags.clone();
    region.classic_load_balancers[0].tags = tags.clone();
    region.functions[0].tags = tags.clone();
    region.clusters[0].tags = tags;
    let standin = start(estate, Behaviour::default());
    let (client, estate) = (Client::of(&standin, 0), standin.estate());
    let account = &estate.accounts[0];
    let region = &account.regions[0];

    assert_eq!(client.query("ec2", "DescribeVpcs", &[]).await.elements("value"), [AWKWARD]);
    assert_eq!(client.query("rds", "DescribeDBInstances", &[]).await.elements("Value")[0], AWKWARD);
    let arn = &*region.load_balancers[0].arn;
    let tags = client.query("elasticloadbalancing", "DescribeTags", &[("ResourceArns.member.1", arn)]).await;
    assert_eq!(tags.elements("Value"), [AWKWARD]);
    let name = [("Version", "2012-06-01"), ("LoadBalancerNames.member.1", &*region.classic_load_balancers[0].name)];
    let tags = client.query("elasticloadbalancing", "DescribeTags", &name).await;
    assert_eq!(tags.elements("Value"), [AWKWARD]);
    let path = format!("/2017-03-31/tags/{}", region.functions[0].arn.replace(':', "%3A"));
    assert_eq!(client.get("lambda", &path).await.json()["Tags"]["key"], AWKWARD);
    let path = format!("/clusters/{}", region.clusters[0].name);
    assert_eq!(client.get("eks", &path).await.json()["cluster"]["tags"]["key"], AWKWARD);
    let bucket = &account.buckets[0];
    let tagging = client.region(&bucket.region).get("s3", &format!("/{}?tagging", bucket.name)).await;
    assert_eq!(
        (tagging.elements("Key"), tagging.elements("Value")),
        (vec![AWKWARD.to_owned()], vec![AWKWARD.to_owned()])
    );
    let accounts = client.json("organizations", "AWSOrganizationsV20161128.ListAccounts", &json!({})).await.json();
    assert_eq!(accounts["Accounts"][0]["Name"], AWKWARD);
}

#[tokio::test]
async fn a_bucket_without_tags_says_so_and_one_elsewhere_says_where() {
    let mut estate = small();
    estate.accounts[0].buckets[0].tags.clear();
    let standin = start(estate, Behaviour::default());
    let (client, estate) = (Client::of(&standin, 0), standin.estate());
    let bucket = &estate.accounts[0].buckets[0];
    let path = format!("/{}?tagging", bucket.name);
    let untagged = client.region(&bucket.region).get("s3", &path).await;
    assert_eq!((untagged.status, &*untagged.code()), (404, "NoSuchTagSet"));
    let wrong_region = client.region("sa-east-1").get("s3", &path).await;
    assert_eq!((wrong_region.status, &*wrong_region.code()), (301, "PermanentRedirect"));
    assert_eq!(wrong_region.header("x-amz-bucket-region"), bucket.region);
    let location = client.region("sa-east-1").get("s3", &format!("/{}?location", bucket.name)).await;
    let expected = if bucket.region == "us-east-1" { "></LocationConstraint>" } else { &bucket.region };
    assert!(location.text().contains(expected), "{}", location.text());
    assert_eq!(Client::of(&standin, 1).get("s3", &path).await.code(), "AccessDenied");
    assert_eq!(client.get("s3", "/no-such-bucket?tagging").await.code(), "NoSuchBucket");
}

#[tokio::test]
async fn an_acl_grants_all_to_the_owner_and_a_block_is_told_of_bucket_and_account() {
    let mut estate = small();
    estate.accounts[0].public_access_block = Some([false, true, false, false]);
    estate.accounts[0].buckets[0].acl_grants = vec![("global/AllUsers".to_owned(), "READ".to_owned())];
    let standin = start(estate, Behaviour::default());
    let (client, estate) = (Client::of(&standin, 0), standin.estate());
    let bucket = &estate.accounts[0].buckets[0];
    let acl = client.region(&bucket.region).get("s3", &format!("/{}?acl", bucket.name)).await;
    assert_eq!(acl.elements("Permission"), ["FULL_CONTROL", "READ"]);
    assert_eq!(acl.elements("URI"), ["http://acs.amazonaws.com/groups/global/AllUsers"]);
    let path = "/v20180820/configuration/publicAccessBlock";
    let block = client.get("s3", path).await;
    assert_eq!((block.element("BlockPublicAcls"), block.element("IgnorePublicAcls")), (text("false"), text("true")));
    let unset = Client::of(&standin, 1).get("s3", path).await;
    assert_eq!((unset.status, &*unset.code()), (404, "NoSuchPublicAccessBlockConfiguration"));
    assert!(unset.text().starts_with("<ErrorResponse"), "{}", unset.text());
    let counted = |action| standin.counts().of(action);
    assert_eq!((counted("s3:GetBucketAcl"), counted("s3control:GetPublicAccessBlock")), (1, 2));
}

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[tokio::test]
async fn absent_values_are_absent_on_the_wire() {
    let mut estate = small();
    let region = &mut estate.accounts[0].regions[0];
    region.instances.truncate(1);
    let instance = &mut region.instances[0];
    instance.public_ip = None;
    instance.lifecycle = None;
    instance.tags.clear();
    let standin = start(estate, Behaviour::default());
    let text = Client::of(&standin, 0).query("ec2", "DescribeInstances", &[]).await.text();
    for absent in ["ipAddress>", "instanceLifecycle", "tagSet", "nextToken"] {
        assert!(!text.contains(&format!("<{absent}")), "{absent} in {text}");
    }
}

#[tokio::test]
async fn a_cluster_is_as_the_estate_has_it() {
    let mut estate = small();
    let cluster = &mut estate.accounts[0].regions[0].clusters[0];
    (cluster.endpoint, cluster.control_plane_tier) = (None, None);
    let standin = start(estate, Behaviour::default());
    let (client, estate) = (Client::of(&standin, 0), standin.estate());
    let clusters = &estate.accounts[0].regions[0].clusters;
    for (nth, cluster) in clusters.iter().enumerate() {
        let said = &client.get("eks", &format!("/clusters/{}", cluster.name)).await.json()["cluster"];
        assert_eq!((&said["arn"], &said["version"]), (&json!(cluster.arn), &json!(cluster.version)));
        let network = &said["resourcesVpcConfig"];
        assert_eq!(network["endpointPublicAccess"], cluster.endpoint_public_access);
        assert_eq!(network["subnetIds"], json!(cluster.subnet_ids));
        assert!(said["createdAt"].as_f64().is_some_and(|at| at as i64 == cluster.created_at.timestamp()));
        assert_eq!(said.get("endpoint").is_none(), nth == 0, "what is absent has no field");
        assert_eq!(said.get("controlPlaneScalingConfig").is_none(), cluster.control_plane_tier.is_none());
    }
    assert!(clusters.len() == 2 && clusters[1].status == "UPDATING");
    assert_eq!(client.region("sa-east-1").get("eks", "/clusters").await.code(), "UnrecognizedClientException");
}

#[tokio::test]
async fn instances_of_one_reservation_stand_together_and_options_are_said() {
    let mut estate = small();
    let region = &mut estate.accounts[0].regions[0];
    for (nth, instance) in region.instances.iter_mut().enumerate() {
        instance.reservation_id = format!("r-{}", nth / 4);
        instance.cpu_options = None;
    }
    region.instances[3].cpu_options = Some(CpuOptions { core_count: 3, threads_per_core: 1 });
    let standin = start(estate, Behaviour::default());
    let page = Client::of(&standin, 0).query("ec2", "DescribeInstances", &[("MaxResults", "10")]).await;
    assert_eq!(page.elements("reservationId"), ["r-0", "r-1", "r-2"]);
    assert_eq!(page.elements("instanceId").len(), 10);
    assert_eq!((page.elements("coreCount"), page.elements("threadsPerCore")), (vec!["3".into()], vec!["1".into()]));
}

#[tokio::test]
async fn an_estate_that_changes_is_served_as_it_is_now() {
    let standin = start(small(), Behaviour::default());
    let client = Client::of(&standin, 0);
    let before = client.query("ec2", "DescribeInstances", &[]).await.elements("instanceId");
    let mut estate = (*standin.estate()).clone();
    estate.accounts[0].regions[0].instances.remove(0);
    standin.set_estate(estate);
    let after = client.query("ec2", "DescribeInstances", &[]).await.elements("instanceId");
    assert_eq!(after, before[1..]);
}

#[test]
fn equal_settings_give_equal_estates() {
    assert_eq!(format!("{:?}", small()), format!("{:?}", small()));
}
