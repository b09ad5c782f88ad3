//! Cost Explorer: what it says adds up to the estate's cost lines, to the last digit.

use super::client::{Client, small, start};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde_json::{Value, json};
use standin::Behaviour;
use standin::estate::{Account, CostLine};
use std::collections::BTreeMap;

type Sums = BTreeMap<(String, Vec<String>), Decimal>;

/// All pages of a request, as sums by day and keys.
async fn ask(client: &Client, action: &str, mut body: Value) -> (Sums, usize) {
    let (mut sums, mut pages) = (Sums::new(), 0);
    loop {
        let answer = client.json("ce", &format!("AWSInsightsIndexService.{action}"), &body).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let page = answer.json();
        pages += 1;
        for result in page["ResultsByTime"].as_array().unwrap() {
            let day = result["TimePeriod"]["Start"].as_str().unwrap();
            for group in result["Groups"].as_array().unwrap() {
                let keys =
                    group["Keys"].as_array().unwrap().iter().map(|key| key.as_str().unwrap().to_owned()).collect();
                let amount = group["Metrics"]["AmortizedCost"]["Amount"].as_str().unwrap().parse().unwrap();
                assert!(sums.insert((day.to_owned(), keys), amount).is_none(), "a group stands twice");
            }
        }
        match page["NextPageToken"].as_str() {
            Some(token) => body["NextPageToken"] = json!(token),
            None => return (sums, pages),
        }
    }
}

/// The same from the estate.
fn truth(accounts: &[Account], days: &[&str], keys: impl Fn(&Account, &CostLine) -> Option<Vec<String>>) -> Sums {
    let mut sums = Sums::new();
    for account in accounts {
        for line in &account.costs {
            for day in days {
                let amount = line.on(day.parse::<NaiveDate>().unwrap());
                if let Some(keys) = keys(account, line).filter(|_| !amount.is_zero()) {
                    *sums.entry(((*day).to_owned(), keys)).or_default() += amount;
                }
            }
        }
    }
    sums
}

fn body(start: &str, end: &str, group_by: &[&str], filter: Value) -> Value {
    let groups: Vec<Value> = group_by.iter().map(|key| json!({ "Type": "DIMENSION", "Key": key })).collect();
    let period = json!({ "Start": start, "End": end });
    let mut body =
        json!({ "TimePeriod": period, "Granularity": "DAILY", "Metrics": ["AmortizedCost"], "GroupBy": groups });
    if !filter.is_null() {
        body["Filter"] = filter;
    }
    body
}

#[tokio::test]
async fn the_management_account_sees_all_accounts_and_a_member_itself() {
    let standin = start(small(), Behaviour::default());
    let estate = standin.estate();
    let by_service = |_: &Account, line: &CostLine| Some(vec![line.service.clone(), line.region.clone()]);
    let by_account = |account: &Account, _: &CostLine| Some(vec![account.id.clone()]);
    let days = ["2026-10-29", "2026-10-30"];
    let request = |keys: &[&str]| body("2026-10-29", "2026-10-31", keys, json!(null));
    let (seen, _) = ask(&Client::of(&standin, 0), "GetCostAndUsage", request(&["SERVICE", "REGION"])).await;
    assert_eq!(seen, truth(&estate.accounts, &days, by_service));
    let (seen, _) = ask(&Client::of(&standin, 0), "GetCostAndUsage", request(&["LINKED_ACCOUNT"])).await;
    assert_eq!(seen, truth(&estate.accounts, &days, by_account));
    let (seen, _) = ask(&Client::of(&standin, 1), "GetCostAndUsage", request(&["LINKED_ACCOUNT"])).await;
    assert_eq!(seen, truth(&estate.accounts[1..], &days, by_account));
}

#[tokio::test]
async fn costs_by_resource_come_in_pages_and_obey_their_filter() {
    const COMPUTE: &str = "Amazon Elastic Compute Cloud - Compute";
    let standin = start(small(), Behaviour { page_cap: Some(10), ..Behaviour::default() });
    let estate = standin.estate();
    let account = &estate.accounts[0].id;
    let filter = json!({ "And": [
        { "Dimensions": { "Key": "SERVICE", "Values": [COMPUTE] } },
        { "Dimensions": { "Key": "LINKED_ACCOUNT", "Values": [account] } },
        { "Not": { "Dimensions": { "Key": "REGION", "Values": ["us-east-1"] } } },
    ]});
    let request = body("2026-10-18", "2026-10-20", &["RESOURCE_ID"], filter);
    let (seen, pages) = ask(&Client::of(&standin, 0), "GetCostAndUsageWithResources", request).await;
    let expected = truth(&estate.accounts[..1], &["2026-10-18", "2026-10-19"], |_, line| {
        let wanted = line.service == COMPUTE && line.region != "us-east-1";
        wanted.then(|| vec![line.resource_id.clone().unwrap_or("NoResourceId".to_owned())])
    });
    assert!(expected.len() > 20);
    assert_eq!((seen, pages), (expected.clone(), expected.len().div_ceil(10)));
}

#[tokio::test]
async fn months_and_totals_are_sums_of_days() {
    let standin = start(small(), Behaviour::default());
    let estate = standin.estate();
    let mut request = body("2026-09-20", "2026-11-01", &[], json!(null));
    request["Granularity"] = json!("MONTHLY");
    let answer = Client::of(&standin, 0).json("ce", "AWSInsightsIndexService.GetCostAndUsage", &request).await.json();
    let months = [("2026-09-20", "2026-10-01"), ("2026-10-01", "2026-11-01")];
    for (nth, (start, end)) in months.into_iter().enumerate() {
        let lines = estate.accounts.iter().flat_map(|account| &account.costs);
        let total: Decimal = lines.map(|line| line.between(start.parse().unwrap(), end.parse().unwrap())).sum();
        let result = &answer["ResultsByTime"][nth];
        assert_eq!(result["TimePeriod"], json!({ "Start": start, "End": end }));
        let seen: Decimal = result["Total"]["AmortizedCost"]["Amount"].as_str().unwrap().parse().unwrap();
        assert_eq!(seen, total);
    }
}

#[tokio::test]
async fn what_cost_explorer_does_not_have_is_refused() {
    let standin = start(small(), Behaviour::default());
    let client = Client::of(&standin, 0);
    let filter = json!({ "Dimensions": { "Key": "SERVICE", "Values": ["x"] } });
    let by_resource = json!({ "Dimensions": { "Key": "RESOURCE_ID", "Values": ["x"] } });
    for (action, body) in [
        ("GetCostAndUsageWithResources", body("2026-10-17", "2026-10-20", &["RESOURCE_ID"], filter.clone())),
        ("GetCostAndUsageWithResources", body("2026-10-19", "2026-10-20", &["RESOURCE_ID"], json!(null))),
        ("GetCostAndUsage", body("2026-10-19", "2026-10-20", &["RESOURCE_ID"], json!(null))),
        ("GetCostAndUsage", body("2026-10-19", "2026-10-20", &[], json!({ "Not": by_resource }))),
        ("GetCostAndUsage", body("2026-10-20", "2026-10-20", &[], json!(null))),
        ("GetCostAndUsage", body("yesterday", "2026-10-20", &[], json!(null))),
        ("GetCostAndUsage", body("2026-10-19", "2026-10-20", &["COLOUR"], json!(null))),
    ] {
        let answer = client.json("ce", &format!("AWSInsightsIndexService.{action}"), &body).await;
        assert_eq!((answer.status, &*answer.code()), (400, "ValidationException"), "{body}");
    }
}
