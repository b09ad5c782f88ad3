//! `Query` JSON in, SQL or the error's sentence out.

use crate::Query;
use chrono::{TimeZone, Utc};

fn check(json: &str, expected: &str) {
    let now = Utc.with_ymd_and_hms(2026, 11, 21, 12, 0, 0).unwrap();
    let query: Query = serde_json::from_str(json).unwrap();
    let got = query.to_sql(now).unwrap_or_else(|e| format!("error: {e}"));
    assert_eq!(got, expected, "for {json}");
}

#[test]
fn comparisons_tags_and_scope() {
    check(
        r#"{"from": "instances", "select": ["name", "CPU_AVG", "tags.env"],
            "where": [{"field": "cpu_avg", "op": "lt", "value": 20}, {"field": "tags.env", "op": "eq", "value": "o'prod"}],
            "order_by": [{"field": "cost_30d", "dir": "desc"}], "limit": 50,
            "scope": {"providers": ["aws"], "accounts": ["prod"]}}"#,
        "SELECT name, cpu_avg, tags['env'] AS \"tags.env\" FROM instances WHERE provider IN ('aws') AND \
         (account_id IN ('prod') OR account_name IN ('prod')) AND cpu_avg < 20 AND tags['env'] = 'o''prod' \
         ORDER BY cost_30d DESC NULLS LAST LIMIT 50",
    );
}

#[test]
fn groups_buckets_and_time() {
    check(
        r#"{"from": "costs", "group_by": ["day(chargeperiodstart)"],
            "aggregate": [{"fn": "sum", "field": "EffectiveCost", "as": "cost"}],
            "order_by": [{"field": "day"}], "time": {"last": "30d"}}"#,
        "SELECT date_trunc('day', \"ChargePeriodStart\") AS \"day\", sum(\"EffectiveCost\") AS cost FROM costs \
         WHERE \"ChargePeriodStart\" >= TIMESTAMP '2026-10-22T00:00:00Z' \
         GROUP BY date_trunc('day', \"ChargePeriodStart\") ORDER BY \"day\" ASC NULLS LAST",
    );
}

#[test]
fn missing_values_mean_what_people_mean() {
    check(
        r#"{"from": "volumes", "select": ["name"], "where": [{"field": "tags", "op": "is_null"},
            {"field": "tags.env", "op": "is_null"}, {"field": "volume_type", "op": "ne", "value": "gp3"},
            {"not": {"field": "name", "op": "contains", "value": "DB"}},
            {"field": "created_at", "op": "lt", "value": {"ago": "90d"}}]}"#,
        "SELECT name FROM volumes WHERE cardinality(tags) = 0 AND (tags IS NOT NULL AND tags['env'] IS NULL) \
         AND volume_type IS DISTINCT FROM 'gp3' AND (contains(lower(name), 'db')) IS NOT TRUE \
         AND created_at < TIMESTAMP '2026-08-23T12:00:00Z'",
    );
}

#[test]
fn errors_name_the_thing_and_the_nearest_right_name() {
    check(r#"{"from": "instanses"}"#, "error: there is no table `instanses`; did you mean `instances`?");
    check(
        r#"{"from": "instances", "select": ["cpu"]}"#,
        "error: table `instances` has no column `cpu`; did you mean `cpu_avg`?",
    );
    check(
        r#"{"from": "instances", "where": [{"field": "cpu_avg", "op": "lt", "value": "twenty"}]}"#,
        "error: `cpu_avg` is float: \"twenty\" does not fit it",
    );
    check(
        r#"{"from": "instances", "where": [{"field": "tags", "op": "lt", "value": 1}]}"#,
        "error: `tags` is map and cannot be compared with `lt`",
    );
    check(
        r#"{"from": "volumes", "aggregate": [{"fn": "sum", "field": "name"}]}"#,
        "error: `sum` of `name` means nothing: it is text",
    );
}
