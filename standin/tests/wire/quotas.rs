//! Quotas: a bucket of tokens for each account, region and action, and each service's own word when it is empty.

use super::client::{Client, small, start};
use standin::{Behaviour, Quota};
use std::time::Duration;

const SLOW: Quota = Quota { per_second: 0.001, burst: 1.0 };

#[tokio::test]
async fn beyond_the_quota_each_service_throttles_in_its_own_words() {
    let standin = start(small(), Behaviour { quota: Some(SLOW), ..Behaviour::default() });
    let client = Client::of(&standin, 0);
    for (service, answer) in client.one_of_each().await {
        assert_eq!(answer.status, 200, "{service}: {}", answer.text());
    }
    for (service, answer) in client.one_of_each().await {
        let expected = match service {
            "ec2" => (503, "RequestLimitExceeded"),
            "s3" => (503, "SlowDown"),
            "lambda" => (429, "TooManyRequestsException"),
            "eks" => (429, "ThrottlingException"),
            "organizations" => (400, "TooManyRequestsException"),
            "ce" => (400, "LimitExceededException"),
            _ => (400, "Throttling"),
        };
        assert_eq!((answer.status, &*answer.code()), expected, "{service}");
    }
    assert_eq!(standin.counts().errors["RequestLimitExceeded"], 1);
}

#[tokio::test]
async fn accounts_regions_and_actions_have_buckets_of_their_own() {
    let standin = start(small(), Behaviour { quota: Some(SLOW), ..Behaviour::default() });
    let elsewhere = standin.estate().accounts[0].regions[1].name.clone();
    let one = Client::of(&standin, 0);
    for (client, action) in [
        (one.clone(), "DescribeVpcs"),
        (one.clone(), "DescribeSubnets"),
        (one.region(&elsewhere), "DescribeVpcs"),
        (Client::of(&standin, 1), "DescribeVpcs"),
    ] {
        assert_eq!(client.query("ec2", action, &[]).await.status, 200, "{action}");
        assert_eq!(client.query("ec2", action, &[]).await.status, 503, "{action}");
    }
}

#[tokio::test]
async fn a_bucket_allows_its_burst_and_fills_again() {
    let quotas = [("ec2:DescribeVpcs".to_owned(), Quota { per_second: 5.0, burst: 3.0 })].into();
    let standin = start(small(), Behaviour { quotas, ..Behaviour::default() });
    let client = Client::of(&standin, 0);
    let mut allowed = 0;
    for _ in 0..3 {
        allowed += u32::from(client.query("ec2", "DescribeVpcs", &[]).await.status == 200);
    }
    assert_eq!(allowed, 3);
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert_eq!(client.query("ec2", "DescribeVpcs", &[]).await.status, 200);
    assert_eq!(client.query("ec2", "DescribeSubnets", &[]).await.status, 200, "other actions have no quota");
}
