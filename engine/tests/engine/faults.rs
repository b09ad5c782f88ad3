//! One scope fails; the others' rows come and coverage names the rest.

use crate::fake::{Fake, Fault, engine, lines, missing, settings, sql};
use engine::{Engine, EngineSettings};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

async fn check(fault: Fault, page: usize, rows: &str, expected: &[&str]) {
    let fake = Arc::new(Fake::with(&[("222", "r1", page, fault)]));
    let answer = sql(&engine(&fake), "SELECT count(*) FROM instances").await.unwrap();
    assert_eq!(lines(&answer), [rows], "for {fault:?} at page {page}");
    assert_eq!(missing(&answer), expected, "for {fault:?} at page {page}");
    assert_eq!(answer.coverage.complete, expected.is_empty());
    assert_eq!(answer.coverage.lower_bound, !expected.is_empty());
}

#[tokio::test]
async fn a_denied_scope_is_named_and_the_others_count() {
    check(Fault::Denied, 0, "12", &["222/r1 instances denied rows=0: not allowed"]).await;
}

#[tokio::test]
async fn rows_before_a_failure_in_the_middle_of_paging_count() {
    check(Fault::Failed, 1, "14", &["222/r1 instances failed rows=2: broken"]).await;
}

#[tokio::test]
async fn a_throttle_that_passes_is_no_gap() {
    check(Fault::Throttled { times: 2 }, 0, "16", &[]).await;
}

#[tokio::test]
async fn a_throttle_that_stays_is_named() {
    check(Fault::Throttled { times: u64::MAX }, 0, "12", &["222/r1 instances throttled rows=0: slow down"]).await;
}

#[tokio::test]
async fn a_call_that_hangs_is_given_up() {
    check(Fault::Hang, 1, "14", &["222/r1 instances timeout rows=2: `fake:List` gave no reply within 0.5 s"]).await;
}

#[tokio::test]
async fn a_source_that_breaks_takes_nothing_else_with_it() {
    check(Fault::Panic, 0, "12", &["222/r1 instances failed rows=0: the source `fake` broke while reading"]).await;
}

#[tokio::test]
async fn a_scope_has_its_own_time() {
    let fake = Arc::new(Fake { delay: Duration::from_millis(300), ..Fake::default() });
    let settings = EngineSettings { scope_timeout: Duration::from_millis(100), ..settings() };
    let engine = Engine::builder(settings).source(fake).clock(crate::fake::now).build().unwrap();
    let answer = sql(&engine, "SELECT name FROM instances WHERE account_id = '111' AND region = 'r1'").await.unwrap();
    assert_eq!(
        missing(&answer),
        ["111/r1 instances timeout rows=0: reading took longer than the 0.1 s that a scope is given"]
    );
}

#[tokio::test]
async fn denied_metrics_leave_the_rows_and_name_the_columns() {
    let fake = Arc::new(Fake::with(&[("222", "r1", 0, Fault::MetricsDenied)]));
    let engine = engine(&fake);
    for _ in 0..2 {
        let answer = sql(&engine, "SELECT name, cpu_avg FROM instances").await.unwrap();
        assert_eq!(answer.row_count, 16);
        assert_eq!(missing(&answer), ["222/r1 instances [cpu_avg,cpu_max] denied rows=0: no metrics"]);
    }
}

#[tokio::test]
async fn what_incomplete_rows_still_mean_depends_on_the_query() {
    let fake = Arc::new(Fake::with(&[("222", "r1", 0, Fault::Denied)]));
    let engine = engine(&fake);
    for (text, lower_bound, unknown) in [
        ("SELECT name FROM instances", false, false),
        ("SELECT count(*) FROM instances", true, false),
        ("SELECT sum(vcpus), max(vcpus) FROM instances", true, false),
        ("SELECT avg(vcpus) FROM instances", false, true),
        ("SELECT min(vcpus) FROM instances", false, true),
        ("SELECT name FROM instances ORDER BY vcpus DESC LIMIT 3", false, true),
        ("SELECT name FROM instances ORDER BY vcpus", false, false),
        ("SELECT v.name FROM volumes v LEFT JOIN instances i ON i.region = v.region", false, true),
        ("SELECT name FROM volumes WHERE region NOT IN (SELECT region FROM instances)", false, true),
        ("SELECT name FROM volumes WHERE region IN (SELECT region FROM instances)", false, false),
        ("SELECT name FROM volumes WHERE size_gib > (SELECT avg(vcpus) FROM instances)", false, true),
        ("SELECT region FROM instances GROUP BY region HAVING count(*) < 3", false, true),
        ("SELECT name FROM volumes EXCEPT SELECT name FROM instances", false, true),
        ("SELECT name FROM instances INTERSECT SELECT name FROM instances", false, false),
        ("SELECT count(*) + 1, count(*) * 2 AS twice, count(*)::TEXT AS t FROM instances", true, false),
        ("SELECT upper(region), count(*) FROM instances GROUP BY region", true, false),
        ("SELECT region, count(*) AS n FROM instances GROUP BY region ORDER BY n", true, false),
        ("SELECT 10 - count(*) FROM instances", false, true),
        ("SELECT count(*) = 0 AS nothing FROM instances", false, true),
        ("SELECT sum(vcpus) / count(*) FROM instances", false, true),
        ("SELECT CASE WHEN count(*) > 14 THEN 'many' ELSE 'few' END FROM instances", false, true),
        ("SELECT sum(vcpus) FROM (SELECT -vcpus AS vcpus FROM instances)", false, true),
        ("SELECT sum(column1) FROM (VALUES (1), (-1)) JOIN instances ON true", false, true),
        ("SELECT sum(CASE WHEN state = 'running' THEN 1 ELSE -1 END) FROM instances", false, true),
        ("SELECT count(*) FILTER (WHERE state = 'running') FROM instances", true, false),
        ("SELECT count(DISTINCT region) FROM instances", true, false),
        ("SELECT count(*) FROM (SELECT name FROM instances ORDER BY vcpus LIMIT 3)", false, true),
        ("SELECT sum(vcpus) FROM (SELECT vcpus FROM instances LIMIT 15)", false, true),
        ("SELECT DISTINCT ON (region) region, name FROM instances ORDER BY region, vcpus DESC", false, true),
        (
            "SELECT v.name FROM volumes v WHERE EXISTS (SELECT 1 FROM instances i WHERE i.region = v.region)",
            false,
            false,
        ),
        (
            "SELECT v.name FROM volumes v WHERE NOT EXISTS (SELECT 1 FROM instances i WHERE i.region = v.region)",
            false,
            true,
        ),
        ("SELECT name FROM volumes WHERE (region IN (SELECT region FROM instances)) = false", false, true),
        ("SELECT name FROM volumes WHERE (region IN (SELECT region FROM instances)) IS NOT TRUE", false, true),
        ("SELECT name FROM volumes WHERE size_gib IN (SELECT count(*) FROM instances)", false, true),
        ("SELECT name FROM volumes WHERE size_gib > 1 OR region IN (SELECT region FROM instances)", false, false),
        ("SELECT v.name FROM volumes v JOIN (SELECT count(*) AS n FROM instances) c ON v.size_gib > c.n", false, true),
        ("SELECT max(n) FROM (SELECT count(*) AS n FROM instances GROUP BY region)", false, true),
        ("SELECT row_number() OVER (ORDER BY vcpus) FROM instances", false, true),
        ("WITH a AS (SELECT count(*) AS n FROM instances) SELECT n FROM a WHERE n < 20", false, true),
        ("SELECT name FROM volumes UNION ALL SELECT name FROM instances", false, false),
    ] {
        let coverage = sql(&engine, text).await.unwrap().coverage;
        assert_eq!((coverage.lower_bound, coverage.unknown), (lower_bound, unknown), "for {text}");
    }
}

#[tokio::test]
async fn a_missing_figure_is_not_taken_for_none() {
    let fake = Arc::new(Fake::with(&[("222", "r1", 0, Fault::MetricsDenied)]));
    let engine = engine(&fake);
    for (text, unknown) in [
        ("SELECT name FROM instances WHERE cpu_avg < 20", false),
        ("SELECT name FROM instances WHERE cpu_avg IS NULL", true),
        ("SELECT count(*) FROM instances WHERE coalesce(cpu_avg, 0) < 5", true),
        ("SELECT count(*) FROM instances WHERE (cpu_avg > 5) IS NOT TRUE", true),
        ("SELECT name, cpu_avg FROM instances WHERE subnet_id IS NULL", false),
    ] {
        let coverage = sql(&engine, text).await.unwrap().coverage;
        assert_eq!((coverage.complete, coverage.unknown), (false, unknown), "for {text}");
    }
}

#[tokio::test]
async fn rows_of_another_table_fail_their_scope_and_nobody_waits_for_ever() {
    let expected = "222/r1 instances failed rows=0: the rows that came do not fit the table";
    check(Fault::WrongRows, 0, "12", &[expected]).await;
}

#[tokio::test]
async fn a_source_that_breaks_while_looking_is_named() {
    let fake = Fake { gaps: vec![("panic".to_owned(), "panic".to_owned())], ..Fake::default() };
    let answer = sql(&engine(&Arc::new(fake)), "SELECT count(*) FROM instances").await.unwrap();
    let expected =
        "*/* instances failed rows=0: what `fake` covers could not be found out: the source broke while looking";
    assert_eq!(missing(&answer), [expected]);
    assert!(answer.coverage.lower_bound);
}

#[tokio::test]
async fn what_was_found_out_of_a_source_that_stands_otherwise_now_is_looked_at_anew() {
    let fake = Arc::new(Fake { gaps: vec![("333".to_owned(), "lost".to_owned())], ..Fake::default() });
    let engine = engine(&fake);
    let text = "SELECT count(*) FROM buckets";
    let answer = sql(&engine, text).await.unwrap();
    assert_eq!(missing(&answer), ["333/* buckets denied rows=0: the role cannot be assumed"]);
    let lost = ("333".to_owned(), "lost".to_owned());
    assert!(engine.vocabulary().await.accounts.contains(&lost));
    fake.standing.store(1, Ordering::SeqCst);
    // At the same time by the clock, so that anything that is kept is young.
    let answer = sql(&engine, text).await.unwrap();
    assert!(missing(&answer).is_empty() && answer.coverage.complete, "{:?}", missing(&answer));
    assert!(!engine.vocabulary().await.accounts.contains(&lost));
}

#[tokio::test]
async fn dropping_a_request_cancels_its_calls() {
    let fake = Arc::new(Fake { delay: Duration::from_secs(600), ..Fake::default() });
    let engine = engine(&fake);
    let running = fake.running.clone();
    let request = tokio::time::timeout(Duration::from_millis(200), sql(&engine, "SELECT name FROM instances"));
    assert!(request.await.is_err());
    // Aborting is asynchronous: give the tasks their turn.
    for _ in 0..100 {
        if running.load(Ordering::SeqCst) == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(fake.calls() > 0, "nothing had begun");
    assert_eq!(running.load(Ordering::SeqCst), 0);
}
