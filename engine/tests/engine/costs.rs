//! `cost_30d` joined from a bill, by ARN and by bare id.

use crate::fake::{Fake, engine, lines, query, sql};
use std::sync::Arc;

#[tokio::test]
async fn resources_get_the_cost_that_the_bill_has_and_null_where_it_has_none() {
    let engine = engine(&Arc::new(Fake { bill: true, ..Fake::default() }));
    let answer = sql(
        &engine,
        "SELECT native_id, cost_30d, cost_basis FROM instances WHERE account_id = '111' AND region = 'r1' ORDER BY 1",
    )
    .await
    .unwrap();
    assert_eq!(
        lines(&answer),
        ["i-111-r1-0|123.45|billing_export", "i-111-r1-1|123.46|billing_export", "i-111-r1-2|-|-", "i-111-r1-3|-|-"]
    );
    assert_eq!(answer.columns[1].unit.as_deref(), Some("USD"));
}

#[tokio::test]
async fn sums_of_costs_are_exact_and_say_what_is_left_out() {
    let engine = engine(&Arc::new(Fake { bill: true, ..Fake::default() }));
    let answer = query(
        &engine,
        r#"{"from": "instances", "aggregate": [{"fn": "sum", "field": "cost_30d", "as": "total"}],
            "where": [{"field": "cost_30d", "op": "gt", "value": 100}]}"#,
    )
    .await
    .unwrap();
    assert_eq!(lines(&answer), ["987.64"]);
    assert_eq!(answer.warnings, ["8 more `instances` have no `cost_30d` and are left out"]);
    let answer = sql(&engine, "SELECT sum(effectivecost) FROM costs").await.unwrap();
    assert_eq!(lines(&answer), ["987.64"]);
}
