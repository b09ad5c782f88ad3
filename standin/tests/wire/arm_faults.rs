//! Quotas, faults, latency and counts of Azure Resource Manager: the same switches as AWS's.

use super::arm_client::{error, started};
use standin::{Behaviour, Fault, FaultKind, Latency, Quota};
use std::time::{Duration, Instant};

const DISKS: &str = "Microsoft.Compute/disks?api-version=2024-03-02";
const DISKS_READ: &str = "Microsoft.Compute/disks/read";

#[tokio::test]
async fn each_fault_is_azures_own_error() {
    let (standin, arm) = started(Behaviour::default());
    for (kind, status, code) in [
        (FaultKind::Denied, 403, "AuthorizationFailed"),
        (FaultKind::Throttle, 429, "TooManyRequests"),
        (FaultKind::ServerError, 503, "ServerTimeout"),
        (FaultKind::ExpiredToken, 401, "ExpiredAuthenticationToken"),
    ] {
        standin.set_faults(vec![Fault::new(kind).action(DISKS_READ)]);
        let answer = arm.provided(DISKS).await;
        assert_eq!(error(&answer), (status, code.to_owned()));
        assert_eq!(answer.header("retry-after"), if status == 429 { "1" } else { "" });
    }
    standin.set_faults(vec![Fault::new(FaultKind::Garbage)]);
    assert_eq!(arm.provided(DISKS).await.text(), "<<< no reply of any protocol");
    standin.set_faults(vec![Fault::new(FaultKind::OtherShape)]);
    let answer = arm.provided(DISKS).await;
    assert_eq!(answer.status, 200);
    assert!(answer.json()["error"]["code"] == "ServerTimeout", "{}", answer.text());
    assert_eq!(standin.struck().len(), 6);
}

#[tokio::test]
async fn a_fault_strikes_its_subscription_and_page_alone() {
    let (standin, arm) = started(Behaviour::default());
    let fault = Fault::new(FaultKind::Denied).account(&arm.subscription().id).region("*").action(DISKS_READ).page(2);
    standin.set_behaviour(Behaviour { page_cap: Some(20), faults: vec![fault], ..Behaviour::default() });
    for (nth, expected) in [(0, 403), (1, 200)] {
        let first = arm.get(&format!("/subscriptions/{}/providers/{DISKS}", arm.estate.subscriptions[nth].id)).await;
        let next = first.json()["nextLink"].as_str().unwrap().to_owned();
        assert_eq!(arm.get(next.strip_prefix(&arm.url).unwrap()).await.status, expected, "subscription {nth}");
    }
}

#[tokio::test]
async fn a_cut_ends_in_the_middle_and_a_hang_never_ends() {
    let (standin, arm) = started(Behaviour::default());
    standin.set_faults(vec![Fault::new(FaultKind::Cut).call(1), Fault::new(FaultKind::Hang).call(2)]);
    let path = format!("/subscriptions/{}/providers/{DISKS}", arm.subscription().id);
    assert!(arm.try_get(&path).await.is_err());
    assert!(tokio::time::timeout(Duration::from_millis(300), arm.try_get(&path)).await.is_err());
    assert_eq!(arm.get(&path).await.status, 200);
}

#[tokio::test]
async fn beyond_the_quota_a_call_is_told_when_to_come_again() {
    let quota = Quota { per_second: 0.05, burst: 2.0 };
    let (_standin, arm) = started(Behaviour { quota: Some(quota), ..Behaviour::default() });
    for _ in 0..2 {
        assert_eq!(arm.provided(DISKS).await.status, 200);
    }
    let refused = arm.provided(DISKS).await;
    assert_eq!(error(&refused), (429, "TooManyRequests".to_owned()));
    assert_eq!(refused.header("retry-after"), "20");
    assert_eq!(refused.header("x-ms-ratelimit-microsoft.costmanagement-entity-retry-after"), "20");
    let other = format!("/subscriptions/{}/providers/{DISKS}", arm.estate.subscriptions[1].id);
    assert_eq!(arm.get(&other).await.status, 200, "each subscription has a bucket of its own");
    assert_eq!(arm.provided("Microsoft.Compute/images?api-version=2024-07-01").await.status, 200, "and each action");
}

#[tokio::test]
async fn a_call_takes_as_long_as_the_latency_says() {
    let (_standin, arm) =
        started(Behaviour { latency: Latency::fixed(Duration::from_millis(120)), ..Behaviour::default() });
    let began = Instant::now();
    assert_eq!(arm.provided(DISKS).await.status, 200);
    assert!(began.elapsed() >= Duration::from_millis(120));
}

#[tokio::test]
async fn counts_are_by_subscription_and_action() {
    let (standin, arm) = started(Behaviour::default());
    arm.provided(DISKS).await;
    arm.provided(DISKS).await;
    arm.get("/subscriptions?api-version=2022-12-01").await;
    let counts = standin.counts();
    assert_eq!(counts.at(&arm.subscription().id, "*", DISKS_READ), 2);
    assert_eq!(counts.at("*", "*", "Microsoft.Resources/subscriptions/read"), 1);
    assert_eq!((counts.total, counts.errors.len()), (3, 0));
    assert!(counts.bytes_out > 1000);
}
