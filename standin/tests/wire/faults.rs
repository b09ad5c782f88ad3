//! Faults: each kind as a client meets it, at the calls and pages that were chosen, or drawn from a seed.

use super::client::{Client, small, start};
use standin::{Behaviour, Fault, FaultKind, Latency, RandomFaults, Standin};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

fn with_fault(fault: Fault) -> Standin {
    start(small(), Behaviour { faults: vec![fault], ..Behaviour::default() })
}

/// The status and the code that each service answers under a fault.
async fn check(kind: FaultKind, expected: &[(&str, u16, &str)]) {
    let standin = with_fault(Fault::new(kind));
    let answers = Client::of(&standin, 0).one_of_each().await;
    for (service, answer) in &answers {
        let wanted = expected.iter().find(|(name, ..)| name == service).or(expected.last()).unwrap();
        assert_eq!((answer.status, &*answer.code()), (wanted.1, wanted.2), "{service}");
    }
    assert_eq!(standin.struck().len(), answers.len());
}

#[tokio::test]
async fn denied_is_each_services_own_error() {
    check(
        FaultKind::Denied,
        &[
            ("ec2", 403, "UnauthorizedOperation"),
            ("lambda", 403, "AccessDeniedException"),
            ("eks", 403, "AccessDeniedException"),
            ("organizations", 400, "AccessDeniedException"),
            ("ce", 400, "AccessDeniedException"),
            ("others", 403, "AccessDenied"),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_server_error_is_each_services_own_error() {
    check(
        FaultKind::ServerError,
        &[
            ("ec2", 500, "InternalError"),
            ("s3", 500, "InternalError"),
            ("lambda", 500, "ServiceException"),
            ("eks", 500, "ServerException"),
            ("organizations", 500, "ServiceException"),
            ("cloudwatch", 500, "InternalServiceFault"),
            ("others", 500, "InternalFailure"),
        ],
    )
    .await;
}

#[tokio::test]
async fn an_expired_token_is_each_services_own_error() {
    check(
        FaultKind::ExpiredToken,
        &[
            ("ec2", 400, "RequestExpired"),
            ("s3", 400, "ExpiredToken"),
            ("lambda", 403, "ExpiredTokenException"),
            ("eks", 403, "ExpiredTokenException"),
            ("organizations", 400, "ExpiredTokenException"),
            ("ce", 400, "ExpiredTokenException"),
            ("others", 403, "ExpiredToken"),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_throttle_lasts_as_many_calls_as_chosen() {
    let standin = with_fault(Fault::new(FaultKind::Throttle).action("ec2:DescribeVpcs").calls(2, 2));
    let client = Client::of(&standin, 0);
    let mut statuses = Vec::new();
    for _ in 0..5 {
        statuses.push(client.query("ec2", "DescribeVpcs", &[]).await.status);
    }
    assert_eq!(statuses, [200, 503, 503, 200, 200]);
    standin.set_faults(vec![Fault::new(FaultKind::Throttle)]);
    assert_eq!(client.query("ec2", "DescribeVpcs", &[]).await.code(), "RequestLimitExceeded");
}

#[tokio::test]
async fn a_hang_is_never_answered() {
    let standin = with_fault(Fault::new(FaultKind::Hang).action("ec2:DescribeVpcs"));
    let client = Client::of(&standin, 0);
    let hung = tokio::time::timeout(Duration::from_millis(300), client.query("ec2", "DescribeVpcs", &[])).await;
    assert!(hung.is_err());
    assert_eq!(client.query("ec2", "DescribeSubnets", &[]).await.status, 200, "other calls go on");
}

#[tokio::test]
async fn a_cut_ends_in_the_middle_of_the_body() {
    let standin = with_fault(Fault::new(FaultKind::Cut).action("ec2:DescribeInstances").call(1));
    let client = Client::of(&standin, 0);
    let cut = client.try_query("ec2", "DescribeInstances", &[]).await;
    assert!(cut.as_ref().is_err_and(|error| error.is_body() || error.is_decode() || error.is_request()), "{cut:?}");
    assert_eq!(client.query("ec2", "DescribeInstances", &[]).await.status, 200);
}

#[tokio::test]
async fn garbage_is_a_success_that_nobody_can_read() {
    let standin = with_fault(Fault::new(FaultKind::Garbage));
    for (service, answer) in Client::of(&standin, 0).one_of_each().await {
        assert_eq!((answer.status, &*answer.text()), (200, "<<< no reply of any protocol"), "{service}");
    }
}

#[tokio::test]
async fn an_empty_reply_is_a_success_that_lists_nothing_in_any_protocol() {
    let standin = with_fault(Fault::new(FaultKind::Empty));
    let small = Client::of(&standin, 0).one_of_each().await;
    standin.set_faults(Vec::new());
    for ((service, empty), (_, full)) in small.iter().zip(Client::of(&standin, 0).one_of_each().await) {
        assert_eq!((empty.status, empty.header("content-type")), (200, full.header("content-type")), "{service}");
        assert!(empty.body.len() < full.body.len(), "{service}");
        let root = |answer: &super::client::Answer| {
            let text = answer.text();
            text.split(['<', '>', ' '])
                .find(|word| word.ends_with("Response") || word.ends_with("Result"))
                .map(str::to_owned)
        };
        assert_eq!(root(empty), root(&full), "{service}");
    }
}

#[tokio::test]
async fn a_fault_strikes_its_account_region_and_page_alone() {
    let estate = small();
    let (account, region) = (estate.accounts[0].id.clone(), estate.accounts[0].regions[1].name.clone());
    let fault = Fault::new(FaultKind::Denied).account(&account).region(&region).action("ec2:DescribeInstances").page(2);
    let standin = start(estate, Behaviour { faults: vec![fault], ..Behaviour::default() });
    for (nth, place, expected) in [(0, 0, 200), (0, 1, 403), (1, 0, 200), (1, 1, 200)] {
        let region = standin.estate().accounts[nth].regions[place].name.clone();
        let client = Client::of(&standin, nth).region(&region);
        let first = client.query("ec2", "DescribeInstances", &[("MaxResults", "20")]).await;
        assert_eq!(first.status, 200);
        let token = first.element("nextToken").unwrap();
        for _ in 0..2 {
            let second = client.query("ec2", "DescribeInstances", &[("MaxResults", "20"), ("NextToken", &token)]).await;
            assert_eq!(second.status, expected, "account {nth}, region {place}");
        }
    }
    let struck = standin.struck();
    assert_eq!(struck.iter().map(|s| (s.nth, s.page)).collect::<Vec<_>>(), [(2, 2), (3, 2)]);
}

/// Which of 60 calls go wrong under random faults of a seed.
async fn random_run(seed: u64) -> Vec<u16> {
    let kinds = vec![FaultKind::Denied, FaultKind::ServerError, FaultKind::Throttle];
    let random_faults = Some(RandomFaults { seed, rate: 0.3, kinds, actions: Vec::new() });
    let standin = start(small(), Behaviour { random_faults, ..Behaviour::default() });
    let client = Client::of(&standin, 0);
    let mut statuses = Vec::new();
    for _ in 0..60 {
        statuses.push(client.query("ec2", "DescribeVpcs", &[]).await.status);
    }
    let failed = statuses.iter().filter(|status| **status != 200).count();
    assert_eq!(standin.struck().len(), failed);
    statuses
}

#[tokio::test]
async fn random_faults_depend_on_the_seed_alone() {
    let (one, again, other) = (random_run(1).await, random_run(1).await, random_run(2).await);
    assert_eq!(one, again);
    assert_ne!(one, other);
    let failed = one.iter().filter(|status| **status != 200).count();
    assert!((6..=30).contains(&failed), "{failed} of 60 at a rate of 0.3");
}

#[tokio::test]
async fn a_call_takes_as_long_as_the_latency_says() {
    let latency = Latency::fixed(Duration::from_millis(120));
    let standin = start(small(), Behaviour { latency, ..Behaviour::default() });
    let began = Instant::now();
    assert_eq!(Client::of(&standin, 0).query("ec2", "DescribeVpcs", &[]).await.status, 200);
    assert!(began.elapsed() >= Duration::from_millis(120));
}

#[tokio::test]
async fn a_dropped_stand_in_is_gone() {
    let standin = with_fault(Fault::new(FaultKind::Hang).action("ec2:DescribeVpcs"));
    let client = Client::of(&standin, 0);
    let mut hanging = JoinSet::new();
    let hung = client.clone();
    hanging.spawn(async move { hung.try_query("ec2", "DescribeVpcs", &[]).await.is_err() });
    while standin.counts().total == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    drop(standin);
    assert!(hanging.join_next().await.unwrap().unwrap(), "a hanging call is cut");
    assert!(client.try_query("ec2", "DescribeSubnets", &[]).await.is_err());
}

#[tokio::test]
async fn counts_are_by_account_region_and_action_and_can_begin_again() {
    let standin = start(small(), Behaviour::default());
    let (client, estate) = (Client::of(&standin, 0), standin.estate());
    for _ in 0..3 {
        client.query("ec2", "DescribeVpcs", &[]).await;
    }
    client.get("lambda", "/2015-03-31/functions/").await;
    let counts = standin.counts();
    let (account, region) = (&estate.accounts[0].id, &estate.accounts[0].regions[0].name);
    assert_eq!(counts.at(account, region, "ec2:DescribeVpcs"), 3);
    assert_eq!(counts.at(account, region, "lambda:ListFunctions"), 1);
    assert_eq!((counts.total, counts.errors.len()), (4, 0));
    assert!(counts.bytes_out > 1000 && counts.bytes_in > 0);
    standin.reset_counts();
    assert_eq!(standin.counts(), standin::Counts::default());
}
