//! What Azure Resource Manager refuses, and the allow-list of actions of both clouds.

use super::arm_client::{error, read, started};
use super::client::Client;
use serde_json::json;
use standin::Behaviour;

#[tokio::test]
async fn a_request_without_a_known_token_is_401() {
    let (_standin, arm) = started(Behaviour::default());
    let anonymous = read(arm.http.get(format!("{}/subscriptions?api-version=2022-12-01", arm.url))).await.unwrap();
    assert_eq!(error(&anonymous), (401, "AuthenticationFailed".to_owned()));
    let stranger = arm.with_token("nobody-knows-it").get("/subscriptions?api-version=2022-12-01").await;
    assert_eq!(error(&stranger), (401, "InvalidAuthenticationToken".to_owned()));
    assert!(stranger.header("www-authenticate").starts_with("Bearer"));
    assert!(!stranger.text().contains("nobody-knows-it"), "no token in an error");
}

#[tokio::test]
async fn each_call_has_one_version_and_must_say_it() {
    let (_standin, arm) = started(Behaviour::default());
    let none = arm.provided("Microsoft.Compute/disks").await;
    assert_eq!(error(&none), (400, "MissingApiVersionParameter".to_owned()));
    let empty = arm.provided("Microsoft.Compute/disks?api-version=").await;
    assert_eq!(error(&empty), (400, "MissingApiVersionParameter".to_owned()));
    let other = arm.provided("Microsoft.Compute/disks?api-version=2024-07-01").await;
    assert_eq!(error(&other), (400, "InvalidApiVersionParameter".to_owned()));
    assert_eq!(other.header("x-ms-error-code"), "InvalidApiVersionParameter");
}

#[tokio::test]
async fn a_subscription_is_found_readable_and_in_any_case() {
    let (standin, arm) = started(Behaviour::default());
    let path = |id: &str| format!("/SUBSCRIPTIONS/{id}/Providers/microsoft.compute/DISKS?api-version=2024-03-02");
    let missing = arm.get(&path("00000000-0000-4000-8000-000000000000")).await;
    assert_eq!(error(&missing), (404, "SubscriptionNotFound".to_owned()));
    let foreign = arm.with_token(&arm.estate.subscriptions[1].tokens[1]).get(&path(&arm.subscription().id)).await;
    assert_eq!(error(&foreign), (403, "AuthorizationFailed".to_owned()));
    assert!(foreign.text().contains("Microsoft.Compute/disks/read"), "{}", foreign.text());
    assert_eq!(arm.get(&path(&arm.subscription().id.to_uppercase())).await.status, 200);
    assert_eq!(standin.counts().at(&arm.subscription().id, "*", "Microsoft.Compute/disks/read"), 2);
    assert_eq!(standin.counts().errors["SubscriptionNotFound"], 1);
}

#[tokio::test]
async fn what_is_not_served_says_so() {
    let (_standin, arm) = started(Behaviour::default());
    for path in ["/subscriptions/x/providers/Microsoft.Odd/things?api-version=1", "/other?api-version=1"] {
        assert_eq!(error(&arm.get(path).await), (404, "InvalidResourceType".to_owned()), "{path}");
    }
    let posted = format!("/subscriptions/{}/providers/Microsoft.Compute/disks", arm.subscription().id);
    assert_eq!(arm.post(&posted, &json!({})).await.status, 404, "lists are read");
}

#[tokio::test]
async fn actions_beyond_the_allow_list_are_denied_by_both_clouds() {
    let allowed = ["Microsoft.Compute/disks/read", "ec2:DescribeVpcs", "s3:ListAllMyBuckets"];
    let allowed_actions = Some(allowed.into_iter().map(str::to_owned).collect());
    let (standin, arm) = started(Behaviour { allowed_actions, ..Behaviour::default() });
    assert_eq!(arm.provided("Microsoft.Compute/disks?api-version=2024-03-02").await.status, 200);
    let images = arm.provided("Microsoft.Compute/images?api-version=2024-07-01").await;
    assert_eq!(error(&images), (403, "AuthorizationFailed".to_owned()));
    let aws = Client::of(&standin, 0);
    assert_eq!(aws.query("ec2", "DescribeVpcs", &[]).await.status, 200);
    assert_eq!(aws.get("s3", "/?max-buckets=10").await.status, 200, "by the name that policies have for it");
    assert_eq!(aws.query("sts", "GetCallerIdentity", &[]).await.status, 200, "which needs no permission");
    let subnets = aws.query("ec2", "DescribeSubnets", &[]).await;
    assert_eq!((subnets.status, &*subnets.code()), (403, "UnauthorizedOperation"));
    assert_eq!(aws.get("lambda", "/2015-03-31/functions/").await.code(), "AccessDeniedException");
}

#[tokio::test]
async fn both_clouds_are_at_the_same_address() {
    let (standin, arm) = started(Behaviour::default());
    assert_eq!(Client::of(&standin, 0).query("ec2", "DescribeInstances", &[]).await.status, 200);
    assert_eq!(arm.provided("Microsoft.Compute/disks?api-version=2024-03-02").await.status, 200);
    let counts = standin.counts();
    assert_eq!((counts.of("ec2:DescribeInstances"), counts.of("Microsoft.Compute/disks/read")), (1, 1));
}

#[tokio::test]
async fn odd_requests_are_answered() {
    let (_standin, arm) = started(Behaviour::default());
    let here = format!("/subscriptions/{}", arm.subscription().id);
    // The token says disks, offset 18446744073709551615, page 18446744073709551615.
    let far = "TWljcm9zb2Z0LkNvbXB1dGUvZGlza3MvcmVhZHwxODQ0Njc0NDA3MzcwOTU1MTYxNXwxODQ0Njc0NDA3MzcwOTU1MTYxNQ";
    let disks = format!("{here}/providers/Microsoft.Compute/disks?api-version=2024-03-02&$skiptoken=");
    assert_eq!(arm.get(&format!("{disks}{far}")).await.json()["value"], json!([]), "beyond the end there is nothing");
    assert_eq!(arm.get(&format!("{disks}%FF%00")).await.status, 400);
    for path in
        ["/subscriptions//", "/subscriptions/%FF/locations?api-version=2022-12-01", "/providers", "/%2e%2e/?=&=&&"]
    {
        let status = arm.get(path).await.status;
        assert!((400..500).contains(&status), "{path}: {status}");
    }
    let costs = format!("{here}/providers/Microsoft.CostManagement/query?api-version=2023-11-01");
    let metrics = format!("{here}/metrics:getBatch?api-version=2024-02-01&metricnames=Percentage+CPU&metricnamespace=");
    let graph = "/providers/Microsoft.ResourceGraph/resources?api-version=2022-10-01";
    for body in [json!(null), json!([]), json!("ä"), json!({ "query": 7, "resourceids": 7, "dataset": [], "type": {} })]
    {
        assert_eq!(arm.post(&costs, &body).await.status, 400, "{body}");
        assert_eq!(arm.post(&format!("{metrics}Microsoft.Compute/virtualMachines"), &body).await.status, 400, "{body}");
        assert_eq!(arm.post(graph, &body).await.status, 400, "{body}");
    }
    let period = json!({ "from": "2026-10-0ä", "to": "9999-12-31" });
    let body = json!({ "type": "Usage", "timeframe": "Custom", "timePeriod": period });
    assert_eq!(arm.post(&costs, &body).await.status, 400);
    let id = &arm.subscription().virtual_machines[0].resource.id;
    let far = format!("{metrics}Microsoft.Compute/virtualMachines&interval=PT1M&starttime=0001-01-01T00:00:00Z");
    assert_eq!(arm.post(&far, &json!({ "resourceids": [id] })).await.status, 400, "two thousand years by minutes");
}
