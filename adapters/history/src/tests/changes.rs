//! `changes`: what is added, removed and changed, and what is not called so because it could not be read.

use super::*;

const ALL: &str =
    "SELECT changed_at, change, native_id, column_name, old_value, new_value FROM changes ORDER BY 1, 2, 3, 4";

fn kept(days: &[(u32, Vec<Row>, Vec<ScopeCoverage>)]) -> Kept {
    let kept = Kept::new();
    for (at, rows, scopes) in days {
        kept.snapshot(&INSTANCES, day(*at), rows, scopes);
    }
    kept
}

fn ours() -> ScopeCoverage {
    read(&INSTANCES, "111", "r1")
}

fn a(name: &str) -> Row {
    vm(name, "111", "r1")
}

/// Lines without the date's end.
fn short(answer: &Answer) -> Vec<String> {
    lines(answer).iter().map(|line| line.replacen("T12:00:00Z", "", 1).replacen("2026-11-", "", 1)).collect()
}

#[tokio::test]
async fn what_came_what_went_and_each_column_that_is_another_are_rows() {
    let changed = a("i-2").with("state", State::Stopped).with("instance_type", "m5.xlarge");
    let kept = kept(&[
        (18, vec![a("i-1"), a("i-2"), a("i-3")], vec![ours()]),
        (19, vec![a("i-2"), a("i-3"), a("i-4")], vec![ours()]),
        (20, vec![changed, a("i-3"), a("i-4")], vec![ours()]),
    ]);
    let answer = kept.sql(ALL).await;
    let expected = [
        "19|added|i-4|-|-|-",
        "19|removed|i-1|-|-|-",
        "20|changed|i-2|instance_type|m5.large|m5.xlarge",
        "20|changed|i-2|state|running|stopped",
    ];
    assert_eq!(short(&answer), expected);
    assert!(answer.coverage.complete, "{:?}", missing(&answer));
    let query = r#"{"from": "changes", "select": ["changed_at", "change", "native_id", "column_name", "old_value", "new_value"]}"#;
    let mut by_name = short(&kept.query(query).await);
    by_name.sort();
    assert_eq!(by_name, expected);
    let answer = kept.sql("SELECT previous_at, name, tags['tier'], kind FROM changes WHERE change = 'removed'").await;
    assert_eq!(lines(&answer), ["2026-11-18T12:00:00Z|i-1|web|compute.instance"]);
}

#[tokio::test]
async fn only_what_changed_in_the_time_asked_for_is_compared() {
    let kept = kept(&[
        (17, vec![a("i-1")], vec![ours()]),
        (18, vec![a("i-1"), a("i-2")], vec![ours()]),
        (19, vec![a("i-1"), a("i-2"), a("i-3")], vec![ours()]),
        (20, vec![a("i-1")], vec![ours()]),
    ]);
    fs::write(kept.folder().file("instances", day(17)), "not to be read").unwrap();
    let between =
        "SELECT change, native_id FROM changes WHERE changed_at >= '2026-11-19' AND changed_at < '2026-11-20'";
    let answer = kept.sql(between).await;
    assert_eq!(lines(&answer), ["added|i-3"]);
    assert!(answer.coverage.complete && answer.warnings.iter().all(|said| said.starts_with("there is no snapshot of")));
    let query = r#"{"from": "changes", "select": ["change", "native_id"], "time": {"from": "2026-11-19T00:00:00Z", "to": "2026-11-20T00:00:00Z"}}"#;
    assert_eq!(lines(&kept.query(query).await), ["added|i-3"]);
}

#[tokio::test]
async fn what_could_not_be_read_is_not_gone_and_is_compared_with_when_it_was_last_read() {
    let theirs = |name| vm(name, "222", "r1");
    let both = || vec![ours(), read(&INSTANCES, "222", "r1")];
    let half = || vec![ours(), denied(&INSTANCES, "222", "r1")];
    let days = [
        (17, vec![a("i-1"), theirs("i-7"), theirs("i-8")], both()),
        (18, vec![a("i-1")], half()),
        (19, vec![a("i-1")], half()),
        (20, vec![a("i-1"), theirs("i-8"), theirs("i-9")], both()),
    ];
    let until_the_19th = kept(&days[..3]).sql(ALL).await;
    assert_eq!(short(&until_the_19th), Vec::<String>::new());
    assert_eq!(
        missing(&until_the_19th),
        ["222 r1 denied: instances: 1 snapshot, the last of 2026-11-19T12:00:00Z: it was not read in the \
          snapshot of 2026-11-19T12:00:00Z, so what changed or was removed since 2026-11-17T12:00:00Z is not known: not allowed"]
    );
    let all = kept(&days).sql(ALL).await;
    assert_eq!(short(&all), ["20|added|i-9|-|-|-", "20|removed|i-7|-|-|-"]);
    assert!(all.coverage.complete, "{:?}", missing(&all));
    // The time asked for begins after the scope was last read: what it held then is looked up.
    let late =
        kept(&days).sql("SELECT previous_at, change FROM changes WHERE changed_at >= '2026-11-20' ORDER BY 2").await;
    assert_eq!(lines(&late), ["2026-11-17T12:00:00Z|added", "2026-11-17T12:00:00Z|removed"]);
    let mut nearsighted = kept(&days);
    nearsighted.limits.look_back = 1;
    let late = nearsighted.sql("SELECT change FROM changes WHERE changed_at >= '2026-11-20'").await;
    assert_eq!((lines(&late).len(), missing(&late).len()), (0, 1), "not looked up, and said so");
}

#[tokio::test]
async fn a_scope_that_is_read_for_the_first_time_has_nothing_added_and_that_is_said() {
    let theirs = |name| vm(name, "222", "r1");
    let days = |first: Vec<ScopeCoverage>| {
        kept(&[
            (18, vec![a("i-1")], first),
            (19, vec![a("i-1"), a("i-2"), theirs("i-7"), theirs("i-8")], vec![ours(), read(&INSTANCES, "222", "r1")]),
        ])
    };
    let new = days(vec![ours()]).sql(ALL).await;
    assert_eq!(short(&new), ["19|added|i-2|-|-|-"]);
    assert_eq!(
        missing(&new),
        ["222 r1 failed: instances: 1 snapshot, the last of 2026-11-19T12:00:00Z: it was not read to \
          its end in any snapshot before that of 2026-11-19T12:00:00Z, so what was added is not known"]
    );
    let answer = days(vec![ours(), denied(&INSTANCES, "222", "r1")]).sql(ALL).await;
    assert!(
        missing(&answer)[0].starts_with("222 r1 denied: ") && missing(&answer)[0].ends_with("(before: not allowed)")
    );
    // Who asks for what is gone, or for the other account, lacks nothing.
    for condition in ["change = 'removed'", "account_id = '111'"] {
        let answer = days(vec![ours()]).sql(&format!("SELECT count(*) FROM changes WHERE {condition}")).await;
        assert!(answer.coverage.complete, "{condition}: {:?}", missing(&answer));
    }
    assert!(new.coverage.scopes.iter().any(|line| line.item.as_deref() == Some("instances: 1 snapshot")));
}

#[tokio::test]
async fn a_scope_that_is_not_there_any_more_is_named_and_its_rows_are_not_gone() {
    let kept = kept(&[
        (18, vec![a("i-1"), vm("i-7", "222", "r1")], vec![ours(), read(&INSTANCES, "222", "r1")]),
        (19, vec![], vec![ours()]),
    ]);
    let answer = kept.sql(ALL).await;
    assert_eq!(short(&answer), ["19|removed|i-1|-|-|-"]);
    assert_eq!(missing(&answer).len(), 1);
    assert!(missing(&answer)[0].ends_with("it is not among the scopes of that snapshot"), "{:?}", missing(&answer));
}

#[tokio::test]
async fn an_account_that_was_not_read_at_all_hides_all_its_regions() {
    let cut = |status| ScopeCoverage { status, ..denied(&INSTANCES, "111", "*") };
    let rows = || vec![a("i-1"), vm("i-2", "111", "r2")];
    for status in [Status::Denied, Status::Throttled, Status::Timeout, Status::Failed] {
        let kept = kept(&[(18, rows(), vec![ours(), read(&INSTANCES, "111", "r2")]), (19, vec![], vec![cut(status)])]);
        let answer = kept.sql(ALL).await;
        assert_eq!((lines(&answer).len(), missing(&answer).len()), (0, 1), "{:?}", missing(&answer));
    }
    // A scope that failed in the middle of paging has some of its rows.
    let half = ScopeCoverage { status: Status::Failed, ..denied(&INSTANCES, "111", "r1") };
    let kept = kept(&[(18, vec![a("i-1"), a("i-2")], vec![ours()]), (19, vec![a("i-1")], vec![half])]);
    assert_eq!(lines(&kept.sql(ALL).await).len(), 0);
}

#[tokio::test]
async fn a_provider_that_lists_its_regions_together_is_one_scope() {
    let whole = || vec![read(&INSTANCES, "111", "*")];
    let kept = kept(&[(18, vec![a("i-1"), a("i-2")], whole()), (19, vec![a("i-1"), vm("i-3", "111", "r2")], whole())]);
    assert_eq!(short(&kept.sql(ALL).await), ["19|added|i-3|-|-|-", "19|removed|i-2|-|-|-"]);
}

#[tokio::test]
async fn a_column_that_could_not_be_read_is_not_compared_and_what_moves_by_itself_is_no_change() {
    let gap = ScopeCoverage { columns: vec!["vcpus".to_owned()], ..denied(&INSTANCES, "111", "r1") };
    let with = |cpus: Option<i32>, cpu: f64| {
        a("i-1").with("vcpus", cpus).with("cpu_avg", cpu).with("cost_30d", rust_decimal::Decimal::from(3))
    };
    let list = |row: Row, ids: [&str; 2]| row.with("security_group_ids", ids.map(str::to_owned).to_vec());
    let kept = kept(&[
        (18, vec![list(with(Some(4), 1.0), ["sg-1", "sg-2"])], vec![ours()]),
        (19, vec![list(with(None, 2.0), ["sg-2", "sg-1"])], vec![ours(), gap]),
        (20, vec![list(with(Some(8), 3.0), ["sg-1", "sg-3"]).with("fetched_at", day(20))], vec![ours()]),
    ]);
    let answer = kept.sql(ALL).await;
    assert_eq!(short(&answer), [r#"20|changed|i-1|security_group_ids|["sg-2","sg-1"]|["sg-1","sg-3"]"#]);
    assert_eq!(missing(&answer).len(), 1);
    assert!(missing(&answer)[0].starts_with("111 r1 [vcpus] failed: instances: 2 snapshots"), "{:?}", missing(&answer));
}

#[tokio::test]
async fn a_broken_snapshot_is_stepped_over_and_named() {
    let kept =
        kept(&[(18, vec![a("i-1")], vec![ours()]), (19, vec![], vec![ours()]), (20, vec![a("i-2")], vec![ours()])]);
    fs::write(kept.folder().file("instances", day(19)), "damaged").unwrap();
    let answer = kept.sql(ALL).await;
    assert_eq!(short(&answer), ["20|added|i-2|-|-|-", "20|removed|i-1|-|-|-"]);
    assert!(
        missing(&answer)[0].starts_with("* * failed: instances/20261119T120000000Z.parquet"),
        "{:?}",
        missing(&answer)
    );
}

#[tokio::test]
async fn what_no_snapshot_can_tell_is_said() {
    let kept = kept(&[(17, vec![a("i-1")], vec![ours()]), (18, vec![a("i-1")], vec![ours()])]);
    kept.snapshot(&VOLUMES, day(18), &[volume("v-1", "111", "r1")], &[read(&VOLUMES, "111", "r1")]);
    let answer = kept.sql("SELECT count(*) FROM changes WHERE table_name IN ('instances', 'volumes', 'images')").await;
    assert_eq!(
        answer.warnings,
        [
            "`changes` was asked for no time: the last 30 days are shown",
            "the snapshots of `instances` begin at 2026-11-17T12:00:00Z: what changed before is not known",
            "the last snapshot of `instances` in that time is of 2026-11-18T12:00:00Z: what changed since is not known; `neph sync` takes one",
        ]
    );
    assert_eq!(
        missing(&answer),
        [
            "* * failed: images: there is no snapshot of `images`: run `neph sync`",
            "* * failed: volumes: `volumes` has one snapshot, of 2026-11-18T12:00:00Z, and nothing to compare it with: run `neph sync`",
        ]
    );
    let answer = kept.sql("SELECT * FROM changes WHERE changed_at > '2026-11-20' AND table_name = 'instances'").await;
    assert_eq!(
        missing(&answer),
        [
            "* * failed: instances: no snapshot of `instances` is of that time, the last one is of 2026-11-18T12:00:00Z: run `neph sync`"
        ]
    );
}

#[tokio::test]
async fn a_resource_that_two_sources_read_is_one() {
    let twice = |state| vec![a("i-1").with("state", State::Running), a("i-1").with("state", state)];
    let kept = kept(&[(18, twice(State::Running), vec![ours()]), (19, twice(State::Stopped), vec![ours()])]);
    assert_eq!(short(&kept.sql(ALL).await), Vec::<String>::new());
}
