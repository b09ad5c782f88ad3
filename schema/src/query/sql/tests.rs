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
         AND (volume_type IS DISTINCT FROM 'gp3') AND (contains(lower(name), 'db')) IS NOT TRUE \
         AND created_at < TIMESTAMP '2026-08-23T12:00:00Z' \
         ORDER BY account_name ASC NULLS LAST, region ASC NULLS LAST, name ASC NULLS LAST, native_id ASC NULLS LAST",
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

#[test]
fn not_is_carried_to_each_comparison() {
    check(
        r#"{"from": "instances", "select": ["name"], "where": [
            {"not": {"any": [{"field": "name", "op": "eq", "value": "a"}, {"field": "vcpus", "op": "gt", "value": 2}]}},
            {"not": {"field": "tags.env", "op": "is_null"}}, {"not": {"not": {"field": "tags", "op": "is_null"}}},
            {"field": "tags.env", "op": "ne", "value": "prod"}, {"not": {"field": "tags.env", "op": "eq", "value": "x"}}]}"#,
        "SELECT name FROM instances WHERE ((name = 'a') IS NOT TRUE AND NOT (vcpus > 2)) AND tags['env'] IS NOT NULL \
         AND cardinality(tags) = 0 AND (tags IS NOT NULL AND (tags['env'] IS DISTINCT FROM 'prod')) \
         AND (tags IS NOT NULL AND (tags['env'] = 'x') IS NOT TRUE) \
         ORDER BY account_name ASC NULLS LAST, region ASC NULLS LAST, name ASC NULLS LAST, native_id ASC NULLS LAST",
    );
}

#[test]
fn what_cannot_be_meant_is_an_error_and_nothing_is_dropped() {
    check(
        r#"{"from": "costs", "time": {"from": "2026-11-01T00:00:00Z", "to": "2026-10-01T00:00:00Z"}}"#,
        "error: `time` ends (2026-10-01 00:00:00 UTC) before it has begun (2026-11-01 00:00:00 UTC); `to` is exclusive",
    );
    check(
        r#"{"from": "instances", "where": [{"field": "created_at", "op": "lt", "value": "9999-12-31"}]}"#,
        "error: `created_at` is time: \"9999-12-31\" does not fit it",
    );
    check(
        r#"{"from": "instances", "group_by": ["region"], "select": ["region", "region"]}"#,
        "error: two columns of the result would be called `region`",
    );
    check(
        r#"{"from": "instances", "aggregate": [{"fn": "count", "as": ""}]}"#,
        "error: a column of the result would have no name",
    );
    for json in [
        r#"{"from": "costs", "time": {"lst": "30d"}}"#,
        r#"{"from": "costs", "time": {"last": "30d", "from": "2026-11-01T00:00:00Z"}}"#,
        r#"{"from": "costs", "where": [{"any": [{"field": "provider", "op": "eq", "value": "x"}], "all": []}]}"#,
        r#"{"from": "costs", "where": [{"field": "provider", "op": "eq", "value": "x", "not": {}}]}"#,
        r#"{"from": "costs", "limt": 3}"#,
    ] {
        assert!(serde_json::from_str::<Query>(json).is_err(), "{json}");
    }
}

#[test]
fn aggregates_may_be_called_what_sql_keeps_for_itself() {
    check(
        r#"{"from": "instances", "aggregate": [{"fn": "count", "as": "true"}], "order_by": [{"field": "true"}],
            "limit": 18446744073709551615}"#,
        "SELECT count(*) AS \"true\" FROM instances ORDER BY \"true\" ASC NULLS LAST LIMIT 9223372036854775807",
    );
}
