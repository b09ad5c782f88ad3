//! Cost Management: rows are sums of the subscription's cost lines.

use super::arm_client::{Arm, azure, error, started};
use super::client::start;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde_json::{Value, json};
use standin::Behaviour;
use std::collections::{BTreeMap, BTreeSet};

fn path(arm: &Arm) -> String {
    let id = &arm.subscription().id;
    format!("/subscriptions/{id}/providers/Microsoft.CostManagement/query?api-version=2023-11-01")
}

fn body(kind: &str, granularity: &str, grouping: &[&str]) -> Value {
    let grouping: Vec<Value> = grouping.iter().map(|name| json!({ "type": "Dimension", "name": name })).collect();
    json!({
        "type": kind,
        "timeframe": "Custom",
        "timePeriod": { "from": "2026-10-01T00:00:00+00:00", "to": "2026-10-07T23:59:59+00:00" },
        "dataset": {
            "granularity": granularity,
            "aggregation": { "totalCost": { "name": "Cost", "function": "Sum" } },
            "grouping": grouping,
        },
    })
}

fn day(nth: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 10, nth).unwrap()
}

/// Sums by resource and currency over the seven days.
fn truth(arm: &Arm, amortized: bool) -> BTreeMap<(String, String), Decimal> {
    let mut sums = BTreeMap::new();
    for line in &arm.subscription().costs {
        let key = (line.resource_id.to_lowercase(), line.currency.clone());
        *sums.entry(key).or_insert(Decimal::ZERO) += line.between(amortized, day(1), day(7));
    }
    sums.retain(|_, sum| !sum.is_zero());
    sums
}

/// The rows of every page, asked for by POST with the same body.
async fn rows(arm: &Arm, body: &Value) -> (Vec<Value>, usize) {
    let (mut rows, mut pages, mut path) = (Vec::new(), 0, path(arm));
    loop {
        let answer = arm.post(&path, body).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let properties = &answer.json()["properties"];
        rows.extend(properties["rows"].as_array().unwrap().iter().cloned());
        pages += 1;
        match properties["nextLink"].as_str() {
            Some(next) => path = next.strip_prefix(&arm.url).unwrap().to_owned(),
            None => return (rows, pages),
        }
    }
}

fn amount(value: &Value) -> Decimal {
    value.to_string().parse().unwrap()
}

#[tokio::test]
async fn costs_by_resource_are_the_sums_of_lines_amortised_and_actual() {
    let (standin, arm) = started(Behaviour { page_cap: Some(9), ..Behaviour::default() });
    for (kind, amortized) in [("AmortizedCost", true), ("ActualCost", false)] {
        let (rows, pages) = rows(&arm, &body(kind, "None", &["ResourceId"])).await;
        let truth = truth(&arm, amortized);
        assert_eq!((rows.len(), pages), (truth.len(), truth.len().div_ceil(9)));
        for (row, ((id, currency), sum)) in rows.iter().zip(&truth) {
            assert_eq!((&row[1], &row[2]), (&json!(id), &json!(currency)));
            assert_eq!(amount(&row[0]).round_dp(6), *sum, "{id}");
        }
    }
    assert_ne!(truth(&arm, true), truth(&arm, false), "some machines are reserved");
    assert!(standin.counts().of("Microsoft.CostManagement/query/action") > 2);
    let columns =
        &arm.post(&path(&arm), &body("ActualCost", "None", &["ResourceId"])).await.json()["properties"]["columns"];
    let names: Vec<&str> = columns.as_array().unwrap().iter().map(|column| column["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Cost", "ResourceId", "Currency"]);
}

#[tokio::test]
async fn days_and_currencies_are_told_apart() {
    let mut estate = azure();
    let mut dollars = estate.subscriptions[0].costs[0].clone();
    (dollars.currency, dollars.amortized_per_day) = ("USD".to_owned(), Decimal::ONE);
    estate.subscriptions[0].costs.push(dollars.clone());
    let standin = start(estate, Behaviour::default());
    let arm = Arm::of(&standin);
    let (rows, _) = rows(&arm, &body("AmortizedCost", "Daily", &["ServiceName", "ResourceLocation"])).await;
    let own: Vec<&Value> = rows.iter().filter(|row| row[4] == "USD").collect();
    assert_eq!(own.len(), 7, "both ends of the period count");
    assert_eq!(own[0], &json!([1.0, 20261001, dollars.service_name, dollars.location, "USD"]));
    assert_eq!(own[6][1], 20261007);
    let mut long = body("AmortizedCost", "Daily", &["ServiceName"]);
    long["timePeriod"]["from"] = json!("2026-08-01T00:00:00Z");
    let days: BTreeSet<u64> = self::rows(&arm, &long).await.0.iter().filter_map(|row| row[1].as_u64()).collect();
    assert_eq!((days.len(), days.first()), (31, Some(&20260907)), "of a longer period the last 31 days come");
}

#[tokio::test]
async fn what_cannot_be_answered_is_400() {
    let (_standin, arm) = started(Behaviour::default());
    let good = body("AmortizedCost", "None", &["ResourceId"]);
    for (field, value) in [
        ("/type", json!("Odd")),
        ("/timeframe", json!("Yesteryear")),
        ("/timePeriod/from", json!("soon")),
        ("/timePeriod/to", json!("2026-09-01")),
        ("/dataset/granularity", json!("Hourly")),
        ("/dataset/aggregation/totalCost/name", json!("CostOfAll")),
        ("/dataset/grouping/0/name", json!("Mood")),
    ] {
        let mut wrong = good.clone();
        *wrong.pointer_mut(field).unwrap() = value;
        assert_eq!(error(&arm.post(&path(&arm), &wrong).await), (400, "BadRequest".to_owned()), "{field}");
    }
    assert_eq!(arm.post(&path(&arm), &good).await.status, 200);
}
