//! `history`: which snapshots and columns are read, and what is said of those that cannot be.

use super::*;
use rust_decimal::Decimal;

const COUNTS: &str = "SELECT snapshot_at, count(*) AS vms FROM history WHERE table_name = 'instances' \
     GROUP BY snapshot_at ORDER BY snapshot_at";

/// One machine more each day, from the first to the third, the second account denied on the second day.
fn three_days() -> Kept {
    let kept = Kept::new();
    for at in 1..=3 {
        let vms: Vec<Row> =
            (0..at).map(|i| vm(&format!("i-{i}"), "111", "r1").with("cost_30d", Decimal::from(10))).collect();
        let second = if at == 2 { denied(&INSTANCES, "222", "r1") } else { read(&INSTANCES, "222", "r1") };
        let theirs = (at != 2).then(|| vm("i-9", "222", "r1"));
        let rows: Vec<Row> = vms.into_iter().chain(theirs).collect();
        kept.snapshot(&INSTANCES, day(at), &rows, &[read(&INSTANCES, "111", "r1"), second]);
        kept.snapshot(&VOLUMES, day(at), &[volume("v-1", "111", "r1")], &[read(&VOLUMES, "111", "r1")]);
    }
    kept
}

#[tokio::test]
async fn counts_and_costs_of_each_snapshot_are_there_in_sql_and_as_a_query() {
    let kept = three_days();
    let answer = kept.sql(COUNTS).await;
    let expected = ["2026-11-01T12:00:00Z|2", "2026-11-02T12:00:00Z|2", "2026-11-03T12:00:00Z|4"];
    assert_eq!(lines(&answer), expected);
    let query = r#"{"from": "history", "group_by": ["snapshot_at"], "aggregate": [{"fn": "count", "as": "vms"}],
        "where": [{"field": "table_name", "op": "eq", "value": "instances"}]}"#;
    assert_eq!(lines(&kept.query(query).await), expected);
    let costs = "SELECT date_trunc('week', snapshot_at) AS week, max(cost) FROM (SELECT snapshot_at, sum(cost_30d) AS cost \
         FROM history WHERE tags['tier'] = 'web' GROUP BY snapshot_at) GROUP BY 1 ORDER BY 1";
    let weeks = ["2026-10-26T00:00:00Z|10", "2026-11-02T00:00:00Z|30"];
    assert_eq!(lines(&kept.sql(costs).await), weeks);
}

#[tokio::test]
async fn a_scope_that_was_not_read_makes_its_count_a_lower_bound() {
    let answer = three_days().sql(COUNTS).await;
    assert!(answer.coverage.lower_bound);
    assert_eq!(
        missing(&answer),
        ["222 r1 denied: instances: 1 snapshot, the last of 2026-11-02T12:00:00Z: \
          it could not be read by `neph sync`: not allowed"]
    );
    // Who asks for the other account, or another time, lacks nothing.
    for condition in ["account_id = '111'", "snapshot_at >= '2026-11-03'", "table_name = 'volumes'"] {
        let answer = three_days().sql(&format!("SELECT count(*) FROM history WHERE {condition}")).await;
        assert!(answer.coverage.complete, "{condition}: {:?}", missing(&answer));
    }
}

#[tokio::test]
async fn only_the_snapshots_in_the_time_and_of_the_tables_asked_for_are_read() {
    let kept = three_days();
    // What is not to be read is no snapshot at all, so that reading it would be seen.
    fs::write(kept.folder().file("instances", day(1)), "damaged").unwrap();
    fs::write(kept.folder().file("volumes", day(3)), "damaged").unwrap();
    let answer = kept
        .sql("SELECT name FROM history WHERE kind = 'compute.instance' AND snapshot_at BETWEEN '2026-11-03' AND '2026-11-04' ORDER BY 1")
        .await;
    assert_eq!(lines(&answer), ["i-0", "i-1", "i-2", "i-9"]);
    assert!(answer.coverage.complete);
    let items: Vec<_> = answer.coverage.scopes.iter().filter_map(|line| line.item.as_deref()).collect();
    assert_eq!(items, ["instances: 1 snapshot"]);
    let explained = Request { what: What::Sql(COUNTS.to_owned()), options: Options::default() };
    let bytes = kept.engine().explain(explained).await.unwrap().file_bytes;
    let sizes = (1..=3).map(|at| fs::metadata(kept.folder().file("instances", day(at))).unwrap().len());
    assert_eq!(bytes, sizes.sum::<u64>());
}

#[tokio::test]
async fn a_broken_snapshot_is_named_and_the_others_are_read() {
    let kept = three_days();
    let file = kept.folder().file("instances", day(3));
    let whole = fs::read(&file).unwrap();
    for broken in
        [&b"no snapshot"[..], &whole[..whole.len() / 2], &[&whole[..40], &[0xff; 400], &whole[440..]].concat()]
    {
        fs::write(&file, broken).unwrap();
        let answer =
            kept.sql("SELECT snapshot_at, name FROM history WHERE table_name = 'instances' ORDER BY 1, 2").await;
        let days: Vec<String> = lines(&answer).iter().map(|line| line[..10].to_owned()).collect();
        assert_eq!(days, ["2026-11-01", "2026-11-01", "2026-11-02", "2026-11-02"]);
        let named: Vec<String> = missing(&answer).into_iter().filter(|line| line.starts_with('*')).collect();
        assert_eq!(named.len(), 1, "{named:?}");
        assert!(
            named[0].starts_with(
                "* * failed: instances/20261103T120000000Z.parquet: the snapshot cannot be read and is left out: "
            ),
            "{named:?}"
        );
    }
}

#[tokio::test]
async fn what_a_snapshot_lacks_of_a_column_is_said_where_the_column_is_asked_for() {
    let kept = Kept::new();
    let gap = ScopeCoverage { columns: vec!["cpu_avg".to_owned()], ..denied(&INSTANCES, "111", "r1") };
    kept.snapshot(&INSTANCES, day(1), &[vm("i-0", "111", "r1")], &[read(&INSTANCES, "111", "r1"), gap]);
    assert!(kept.sql("SELECT count(*) FROM history").await.coverage.complete);
    let answer = kept.sql("SELECT avg(cpu_avg) FROM history").await;
    assert_eq!(missing(&answer).len(), 1);
    assert!(missing(&answer)[0].starts_with("111 r1 [cpu_avg] denied: instances: 1 snapshot"));
    assert!(answer.coverage.unknown);
}

#[tokio::test]
async fn scopes_are_cut_and_nothing_is_said_of_others() {
    let kept = three_days();
    let filter = schema::query::ScopeFilter { accounts: vec!["111".to_owned()], ..Default::default() };
    let options = Options { scope: filter.clone(), ..Options::default() };
    let answer = kept.ask(What::Sql(COUNTS.to_owned()), options).await.unwrap();
    assert_eq!(lines(&answer).last().unwrap(), "2026-11-03T12:00:00Z|3");
    assert!(answer.coverage.complete);
    let grant = schema::Grant::of_tables(["history"]).within(&filter);
    let options = Options { grant: Some(Arc::new(grant)), ..Options::default() };
    let answer = kept.ask(What::Sql(COUNTS.to_owned()), options).await.unwrap();
    assert_eq!(lines(&answer).last().unwrap(), "2026-11-03T12:00:00Z|3");
}

#[tokio::test]
async fn more_than_one_query_may_read_is_refused_with_what_to_do() {
    let mut kept = three_days();
    kept.limits.most_files = 2;
    let error = kept.ask(What::Sql(COUNTS.to_owned()), Options::default()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "`history` would read 3 snapshots; 2 are the most that one query reads: ask for a shorter time (`snapshot_at`) or \
         for one table (`table_name`)"
    );
    assert!(matches!(error, EngineError::Limit { .. }));
    kept.limits = Limits { most_bytes: 10, ..Limits::default() };
    assert!(kept.ask(What::Sql(COUNTS.to_owned()), Options::default()).await.is_err());
}

#[tokio::test]
async fn without_a_snapshot_the_answer_says_what_to_run() {
    let kept = Kept::new();
    for table in ["history", "changes"] {
        let answer = kept.sql(&format!("SELECT count(*) FROM {table}")).await;
        assert_eq!(
            missing(&answer),
            ["* * failed: -: there are no snapshots yet: run `neph sync`, now and then again"]
        );
    }
    let answer = three_days().sql("SELECT count(*) FROM history WHERE snapshot_at > '2026-11-10'").await;
    assert_eq!(lines(&answer), ["0"]);
    let said = missing(&answer);
    assert_eq!(
        said[0],
        "* * failed: instances: no snapshot of `instances` is of that time, the last one is of 2026-11-03T12:00:00Z"
    );
    let answer = three_days().sql("SELECT count(*) FROM history WHERE table_name = 'images'").await;
    assert_eq!(missing(&answer), ["* * failed: images: there is no snapshot of `images`: run `neph sync`"]);
}

#[tokio::test]
async fn a_new_snapshot_makes_a_new_answer() {
    let kept = three_days();
    let engine = kept.engine();
    let ask = async || {
        let what = What::Sql("SELECT count(*) FROM history WHERE table_name = 'volumes'".to_owned());
        lines(&engine.run(Request { what, options: Options::default() }).await.unwrap())
    };
    assert_eq!((ask().await, ask().await), (vec!["3".to_owned()], vec!["3".to_owned()]));
    kept.snapshot(&VOLUMES, day(4), &[volume("v-1", "111", "r1")], &[read(&VOLUMES, "111", "r1")]);
    assert_eq!(ask().await, ["4"]);
    fs::remove_file(kept.folder().file("volumes", day(1))).unwrap();
    assert_eq!(ask().await, ["3"]);
}

#[tokio::test]
async fn a_limit_that_leaves_snapshots_unread_is_told() {
    let kept = three_days();
    let some = kept.sql("SELECT name FROM history LIMIT 1").await;
    let told = |answer: &Answer| answer.warnings.iter().any(|said| said.starts_with("not every snapshot was read"));
    assert!(some.row_count == 1 && told(&some), "{:?}", some.warnings);
    assert!(!told(&kept.sql("SELECT name FROM history ORDER BY name LIMIT 1").await));
    assert!(!told(&kept.sql("SELECT count(*) FROM changes WHERE changed_at > '2026-11-02'").await));
}
