//! Pages: every list, page by page, is the truth; filters and caps shape it; foreign tokens are refused.

use super::client::{Answer, Client, now, small, start};
use serde_json::json;
use standin::estate::Region;
use standin::{Behaviour, Estate, GenerateSettings};
use std::collections::BTreeMap;

/// All pages of a call of the query protocols: the ids in them and how many they were.
async fn pages(
    client: &Client,
    service: &str,
    action: &str,
    id: &str,
    fields: &[(&str, &str)],
) -> (Vec<String>, usize) {
    let (send, receive) = match service {
        "ec2" => ("NextToken", "nextToken"),
        "rds" => ("Marker", "Marker"),
        _ => ("Marker", "NextMarker"),
    };
    let (mut ids, mut count, mut token) = (Vec::new(), 0, None);
    loop {
        let mut fields = fields.to_vec();
        fields.extend(token.as_deref().map(|token: &str| (send, token)));
        let page: Answer = client.query(service, action, &fields).await;
        assert_eq!(page.status, 200, "{}", page.text());
        ids.extend(page.elements(id));
        count += 1;
        token = page.element(receive);
        if token.is_none() {
            return (ids, count);
        }
    }
}

#[tokio::test]
async fn every_list_in_small_pages_is_the_truth() {
    let standin = start(small(), Behaviour::default());
    let client = Client::of(&standin, 0);
    let estate = standin.estate();
    let region = &estate.accounts[0].regions[0];
    let ids = |of: &dyn Fn(&Region) -> Vec<String>| of(region);
    let five = [("MaxResults", "5")];
    let own = [("MaxResults", "5"), ("Owner.1", "self")];
    for (action, id, fields, truth) in [
        ("DescribeInstances", "instanceId", &five[..], ids(&|r| r.instances.iter().map(|x| x.id.clone()).collect())),
        ("DescribeSubnets", "subnetId", &five, ids(&|r| r.subnets.iter().map(|x| x.id.clone()).collect())),
        ("DescribeSnapshots", "snapshotId", &own, ids(&|r| r.snapshots.iter().map(|x| x.id.clone()).collect())),
        ("DescribeImages", "imageId", &own, ids(&|r| r.images.iter().map(|x| x.id.clone()).collect())),
        ("DescribeVpcs", "vpcId", &five, ids(&|r| r.vpcs.iter().map(|x| x.id.clone()).collect())),
        (
            "DescribeSecurityGroups",
            "groupId",
            &five,
            ids(&|r| r.security_groups.iter().map(|x| x.id.clone()).collect()),
        ),
        (
            "DescribeAddresses",
            "allocationId",
            &[],
            ids(&|r| r.addresses.iter().map(|x| x.allocation_id.clone()).collect()),
        ),
        ("DescribeNatGateways", "natGatewayId", &five, ids(&|r| r.nat_gateways.iter().map(|x| x.id.clone()).collect())),
    ] {
        let (seen, count) = pages(&client, "ec2", action, id, fields).await;
        assert_eq!(seen, truth, "{action}");
        let expected = if fields.is_empty() { 1 } else { truth.len().div_ceil(5) };
        assert_eq!(count, expected, "{action}");
    }
    let types: Vec<String> = estate.instance_types.iter().map(|x| x.name.clone()).collect();
    assert_eq!(pages(&client, "ec2", "DescribeInstanceTypes", "instanceType", &five).await, (types, 3));
    // An attached volume's id stands twice.
    let (mut volumes, count) = pages(&client, "ec2", "DescribeVolumes", "volumeId", &five).await;
    volumes.dedup();
    let truth: Vec<String> = region.volumes.iter().map(|x| x.id.clone()).collect();
    assert_eq!((volumes, count), (truth.clone(), truth.len().div_ceil(5)));
}

#[tokio::test]
async fn load_balancers_databases_functions_clusters_and_buckets_page_their_own_ways() {
    let settings = GenerateSettings { buckets_per_account: 7, ..GenerateSettings::sized(now(), 1, 1, 900) };
    let standin = start(Estate::generate(&settings), Behaviour::default());
    let (client, estate) = (Client::of(&standin, 0), standin.estate());
    let region = &estate.accounts[0].regions[0];
    let balancers: Vec<String> = region.load_balancers.iter().map(|x| x.arn.clone()).collect();
    let (seen, count) =
        pages(&client, "elasticloadbalancing", "DescribeLoadBalancers", "LoadBalancerArn", &[("PageSize", "10")]).await;
    assert_eq!((seen, count), (balancers, 5));
    let classic: Vec<String> = region.classic_load_balancers.iter().map(|x| x.name.clone()).collect();
    let fields = [("Version", "2012-06-01"), ("PageSize", "10")];
    let (seen, count) =
        pages(&client, "elasticloadbalancing", "DescribeLoadBalancers", "LoadBalancerName", &fields).await;
    assert_eq!((seen, count), (classic, 5));
    let databases: Vec<String> = region.db_instances.iter().map(|x| x.identifier.clone()).collect();
    let (seen, count) =
        pages(&client, "rds", "DescribeDBInstances", "DBInstanceIdentifier", &[("MaxRecords", "20")]).await;
    assert_eq!((seen, count), (databases, 3));

    let (mut seen, mut count, mut marker) = (Vec::new(), 0, String::new());
    loop {
        let page = client.get("lambda", &format!("/2015-03-31/functions/?MaxItems=10000{marker}")).await.json();
        seen.extend(
            page["Functions"].as_array().unwrap().iter().map(|f| f["FunctionName"].as_str().unwrap().to_owned()),
        );
        count += 1;
        match page["NextMarker"].as_str() {
            Some(next) => marker = format!("&Marker={next}"),
            None => break,
        }
    }
    let functions: Vec<String> = region.functions.iter().map(|x| x.name.clone()).collect();
    assert_eq!((seen, count), (functions.clone(), functions.len().div_ceil(50)));

    let (mut seen, mut count, mut token) = (Vec::new(), 0, String::new());
    loop {
        let page = client.get("eks", &format!("/clusters?maxResults=10{token}")).await.json();
        seen.extend(page["clusters"].as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()));
        count += 1;
        match page["nextToken"].as_str() {
            Some(next) => token = format!("&nextToken={next}"),
            None => break,
        }
    }
    let clusters: Vec<String> = region.clusters.iter().map(|x| x.name.clone()).collect();
    assert_eq!((seen, count), (clusters, 5));

    let (mut seen, mut count, mut token) = (BTreeMap::new(), 0, String::new());
    loop {
        let page = client.get("s3", &format!("/?max-buckets=3{token}")).await;
        seen.extend(page.elements("Name").into_iter().zip(page.elements("BucketRegion")));
        count += 1;
        match page.element("ContinuationToken") {
            Some(next) => token = format!("&continuation-token={next}"),
            None => break,
        }
    }
    let buckets = estate.accounts[0].buckets.iter().map(|x| (x.name.clone(), x.region.clone())).collect();
    assert_eq!((seen, count), (buckets, 3));
    assert!(client.get("s3", "/").await.elements("BucketRegion").is_empty(), "a bare request gets no regions");
}

#[tokio::test]
async fn ten_thousand_instances_come_in_ten_pages() {
    let standin = start(Estate::generate(&GenerateSettings::sized(now(), 1, 1, 10_000)), Behaviour::default());
    let client = Client::of(&standin, 0);
    let (seen, count) = pages(&client, "ec2", "DescribeInstances", "instanceId", &[("MaxResults", "1000")]).await;
    let estate = standin.estate();
    let truth: Vec<&String> = estate.accounts[0].regions[0].instances.iter().map(|x| &x.id).collect();
    assert_eq!(count, 10);
    assert!(seen.iter().eq(truth), "the pages are not the instances");
    assert_eq!(standin.counts().of("ec2:DescribeInstances"), 10);
}

#[tokio::test]
async fn a_page_cap_makes_pages_smaller_than_asked_for() {
    let page_caps = [("ec2:DescribeInstances".to_owned(), 7)].into();
    let standin = start(small(), Behaviour { page_cap: Some(2), page_caps, ..Behaviour::default() });
    let client = Client::of(&standin, 0);
    let (seen, count) = pages(&client, "ec2", "DescribeInstances", "instanceId", &[]).await;
    assert_eq!((seen.len(), count), (30, 5));
    let (seen, count) = pages(&client, "ec2", "DescribeSubnets", "subnetId", &[]).await;
    assert_eq!((seen.len(), count), (6, 3));
}

#[tokio::test]
async fn filters_hold_together_and_wildcards_fit() {
    let standin = start(small(), Behaviour::default());
    let (client, estate) = (Client::of(&standin, 0), standin.estate());
    let fields = [
        ("Filter.1.Name", "instance-state-name"),
        ("Filter.1.Value.1", "running"),
        ("Filter.2.Name", "instance-type"),
        ("Filter.2.Value.1", "m5.*"),
        ("Filter.2.Value.2", "t3.m?cro"),
        ("Filter.3.Name", "tag:team"),
        ("Filter.3.Value.1", "*a*"),
        ("MaxResults", "5"),
    ];
    let (seen, _) = pages(&client, "ec2", "DescribeInstances", "instanceId", &fields).await;
    let truth: Vec<String> = estate.accounts[0].regions[0]
        .instances
        .iter()
        .filter(|x| x.state == "running" && (x.instance_type.starts_with("m5.") || x.instance_type == "t3.micro"))
        .filter(|x| x.tags.get("team").is_some_and(|team| team.contains('a')))
        .map(|x| x.id.clone())
        .collect();
    assert!(!truth.is_empty());
    assert_eq!(seen, truth);
}

#[tokio::test]
async fn what_cannot_be_meant_is_refused_by_name() {
    let standin = start(small(), Behaviour::default());
    let client = Client::of(&standin, 0);
    let volumes_token =
        client.query("ec2", "DescribeVolumes", &[("MaxResults", "5")]).await.element("nextToken").unwrap();
    for (service, action, fields, code) in [
        ("ec2", "DescribeVolumes", [("NextToken", "nonsense")], "InvalidNextToken"),
        ("ec2", "DescribeSubnets", [("NextToken", &*volumes_token)], "InvalidNextToken"),
        ("ec2", "DescribeVolumes", [("MaxResults", "4")], "InvalidParameterValue"),
        ("ec2", "DescribeVolumes", [("MaxResults", "many")], "InvalidParameterValue"),
        ("ec2", "DescribeVolumes", [("Filter.1.Name", "colour")], "InvalidParameterValue"),
        ("ec2", "DescribeInstances", [("InstanceId.1", "i-0")], "InvalidInstanceID.NotFound"),
        ("ec2", "DescribeSpaceships", [("A", "1")], "InvalidAction"),
        ("rds", "DescribeDBInstances", [("MaxRecords", "5")], "InvalidParameterValue"),
        ("elasticloadbalancing", "DescribeLoadBalancers", [("PageSize", "500")], "ValidationError"),
        // Classic load balancers have names, and this API calls for them.
        ("elasticloadbalancing", "DescribeTags", [("Version", "2012-06-01")], "ValidationError"),
    ] {
        let answer = client.query(service, action, &fields).await;
        assert_eq!((answer.status, &*answer.code()), (400, code), "{action} {fields:?}");
    }
    for (path, status, code) in [
        ("/clusters?maxResults=101", 400, "InvalidParameterException"),
        ("/clusters?nextToken=nonsense", 400, "InvalidParameterException"),
        ("/clusters/nobodys", 404, "ResourceNotFoundException"),
        ("/clusters/nobodys/node-groups", 404, "UnknownOperationException"),
    ] {
        let answer = client.get("eks", path).await;
        assert_eq!((answer.status, &*answer.code()), (status, code), "{path}");
    }
    let answer = client.json("organizations", "AWSOrganizationsV20161128.ListRoots", &json!({})).await;
    assert_eq!(answer.code(), "UnknownOperationException");
}
