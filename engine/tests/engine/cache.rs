//! What is not fetched twice, and what is.

use crate::fake::{Fake, Fault, builder, engine, lines, now, settings, sql};
use async_trait::async_trait;
use engine::{CacheMeta, CacheStore, EngineSettings, Options, Request, What};
use schema::Status;
use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

#[tokio::test]
async fn fewer_columns_and_narrower_conditions_are_served_from_what_is_kept() {
    let fake = Arc::new(Fake::default());
    let engine = engine(&fake);
    for (text, calls) in [
        ("SELECT name, cpu_avg FROM instances", 8),
        ("SELECT name FROM instances", 8),
        ("SELECT name FROM instances WHERE state = 'running'", 8),
        ("SELECT cpu_max FROM instances WHERE region = 'r1'", 8),
        ("SELECT cpu_p95 FROM instances", 16),
        ("SELECT name FROM volumes WHERE name = 'x'", 20),
    ] {
        sql(&engine, text).await.unwrap();
        assert_eq!(fake.calls(), calls, "after {text}");
    }
}

#[tokio::test]
async fn rows_fetched_with_a_condition_do_not_serve_a_wider_request() {
    let fake = Arc::new(Fake::default());
    let engine = engine(&fake);
    sql(&engine, "SELECT name FROM instances WHERE state = 'running' AND region = 'r1' AND account_id = '111'")
        .await
        .unwrap();
    let answer = sql(&engine, "SELECT count(*) FROM instances").await.unwrap();
    assert_eq!((lines(&answer), fake.calls()), (vec!["16".to_owned()], 10));
}

#[tokio::test]
async fn equal_fetches_share_one_flight() {
    let fake = Arc::new(Fake { delay: Duration::from_millis(50), ..Fake::default() });
    let engine = engine(&fake);
    let text = "SELECT count(*) FROM instances";
    let answers = futures::future::join_all((0..20).map(|_| sql(&engine, text))).await;
    assert!(answers.iter().all(|answer| lines(answer.as_ref().unwrap()) == ["16"]));
    assert_eq!(fake.calls(), 8);
}

#[tokio::test]
async fn an_answer_is_given_again_only_while_its_rows_are_young_and_nothing_newer_came() {
    let fake = Arc::new(Fake::default());
    let minutes = Arc::new(AtomicI64::new(0));
    let clock = minutes.clone();
    let engine =
        builder(&fake).clock(move || now() + chrono::TimeDelta::minutes(clock.load(Ordering::SeqCst))).build().unwrap();
    let text = "SELECT count(*) FROM volumes";
    let first = sql(&engine, text).await.unwrap();
    assert!(first.coverage.scopes.iter().all(|line| line.status == Status::Live && line.calls == 1));
    minutes.store(3, Ordering::SeqCst);
    let again = sql(&engine, text).await.unwrap();
    assert_eq!(lines(&again), lines(&first));
    assert!(again.coverage.scopes.iter().all(|l| l.status == Status::Cached && l.age_seconds == 180 && l.calls == 0));
    // Another reads anew; the old answer must not come back.
    let what = What::Sql("SELECT name FROM volumes".to_owned());
    let options = Options { max_age: Some(Duration::ZERO), ..Options::default() };
    engine.run(Request { what, options }).await.unwrap();
    let newer = sql(&engine, text).await.unwrap();
    assert!(newer.coverage.scopes.iter().all(|line| line.age_seconds == 0));
    minutes.store(9, Ordering::SeqCst);
    assert!(sql(&engine, text).await.unwrap().coverage.scopes.iter().all(|line| line.status == Status::Live));
}

#[tokio::test]
async fn fresh_reads_again() {
    let fake = Arc::new(Fake::default());
    let engine = engine(&fake);
    let request = || Request {
        what: What::Sql("SELECT name FROM volumes".to_owned()),
        options: Options { max_age: Some(Duration::ZERO), ..Options::default() },
    };
    engine.run(request()).await.unwrap();
    engine.run(request()).await.unwrap();
    assert_eq!(fake.calls(), 8);
}

/// A store that lives as long as the test.
#[derive(Default)]
struct Kept(Mutex<HashMap<String, (CacheMeta, Vec<u8>)>>);

#[async_trait]
impl CacheStore for Kept {
    async fn index(&self) -> Vec<CacheMeta> {
        self.0.lock().unwrap().values().map(|(meta, _)| meta.clone()).collect()
    }
    async fn load(&self, id: &str) -> Option<Vec<u8>> {
        self.0.lock().unwrap().get(id).map(|(_, bytes)| bytes.clone())
    }
    async fn save(&self, meta: &CacheMeta, bytes: Vec<u8>) {
        self.0.lock().unwrap().insert(meta.id.clone(), (meta.clone(), bytes));
    }
    async fn remove(&self, id: &str) {
        self.0.lock().unwrap().remove(id);
    }
}

#[tokio::test]
async fn rows_outlive_the_engine_and_show_their_age_until_they_are_too_old() {
    let store = Arc::new(Kept::default());
    let text = "SELECT name, cpu_avg, tags FROM instances ORDER BY name";
    let first = Arc::new(Fake::default());
    let rows = sql(&builder(&first).cache_store(store.clone()).build().unwrap(), text).await.unwrap();

    let minutes = Arc::new(AtomicI64::new(4));
    let clock = minutes.clone();
    let second = Arc::new(Fake::default());
    let engine = builder(&second)
        .cache_store(store.clone())
        .clock(move || now() + chrono::TimeDelta::minutes(clock.load(Ordering::SeqCst)))
        .build()
        .unwrap();
    let again = sql(&engine, text).await.unwrap();
    assert_eq!(lines(&again), lines(&rows));
    assert_eq!(second.calls(), 0);
    assert!(again.coverage.scopes.iter().all(|line| line.status == Status::Cached && line.age_seconds == 240));

    minutes.store(6, Ordering::SeqCst);
    sql(&engine, text).await.unwrap();
    assert_eq!(second.calls(), 8);
}

#[tokio::test]
async fn rows_that_the_store_has_too_leave_memory_first_and_others_stay() {
    let fake = Arc::new(Fake::with(&[("111", "r1", 0, Fault::MetricsDenied)]));
    let store = Arc::new(Kept::default());
    let small = EngineSettings { stored_cache_bytes: 1, ..settings() };
    let builder = engine::Engine::builder(small).source(fake.clone()).clock(now).cache_store(store.clone());
    let engine = builder.build().unwrap();
    let calls = async |engine: &engine::Engine| {
        sql(engine, "SELECT name, cpu_avg FROM instances").await.unwrap();
        fake.calls()
    };
    assert_eq!((calls(&engine).await, calls(&engine).await), (8, 8), "what is not in memory is in the store");
    store.0.lock().unwrap().clear();
    // What lacks a column is in no store: letting go of it would mean to call again.
    assert_eq!(calls(&engine).await, 14, "three of four scopes were in the store alone");
}

#[tokio::test]
async fn damaged_bytes_are_fetched_again() {
    let store = Arc::new(Kept::default());
    let text = "SELECT count(*) FROM instances";
    sql(&builder(&Arc::new(Fake::default())).cache_store(store.clone()).build().unwrap(), text).await.unwrap();
    for (_, bytes) in store.0.lock().unwrap().values_mut() {
        bytes.truncate(bytes.len() / 2);
    }
    let fake = Arc::new(Fake::default());
    let answer = sql(&builder(&fake).cache_store(store).build().unwrap(), text).await.unwrap();
    assert_eq!((lines(&answer), fake.calls()), (vec!["16".to_owned()], 8));
}

/// An engine whose clock a test sets, in seconds after the usual time.
fn clocked(fake: &Arc<Fake>, store: Option<Arc<Kept>>) -> (engine::Engine, Arc<AtomicI64>) {
    let seconds = Arc::new(AtomicI64::new(0));
    let clock = seconds.clone();
    let builder = builder(fake).clock(move || now() + chrono::TimeDelta::seconds(clock.load(Ordering::SeqCst)));
    let builder = match store {
        Some(store) => builder.cache_store(store),
        None => builder,
    };
    (builder.build().unwrap(), seconds)
}

#[tokio::test]
async fn an_answer_that_tells_the_time_is_never_given_again() {
    let (engine, seconds) = clocked(&Arc::new(Fake::default()), None);
    for text in ["SELECT now()", "SELECT current_timestamp AS t FROM volumes LIMIT 1"] {
        seconds.store(0, Ordering::SeqCst);
        assert_eq!(lines(&sql(&engine, text).await.unwrap()), ["2026-11-21T12:00:00Z"], "for {text}");
        sql(&engine, text).await.unwrap();
        seconds.store(100, Ordering::SeqCst);
        assert_eq!(lines(&sql(&engine, text).await.unwrap()), ["2026-11-21T12:01:40Z"], "for {text}");
    }
    // The rows' `fetched_at` is the usual time: an hour later none is of the last 30 minutes.
    let text = r#"{"from": "volumes", "aggregate": [{"fn": "count", "as": "n"}],
        "where": [{"field": "fetched_at", "op": "gt", "value": {"ago": "30m"}}]}"#;
    for (second, expected) in [(0, "8"), (0, "8"), (3_600, "0")] {
        seconds.store(second, Ordering::SeqCst);
        let what = What::Query(serde_json::from_str(text).unwrap());
        let options = Options { max_age: Some(Duration::from_secs(86_400)), ..Options::default() };
        assert_eq!(lines(&engine.run(Request { what, options }).await.unwrap()), [expected]);
    }
}

#[tokio::test]
async fn an_answer_is_as_old_as_its_oldest_rows() {
    let (engine, seconds) = clocked(&Arc::new(Fake::default()), None);
    sql(&engine, "SELECT name FROM instances WHERE state = 'running'").await.unwrap();
    seconds.store(200, Ordering::SeqCst);
    let text = "SELECT (SELECT count(*) FROM instances WHERE state = 'running') AS a, count(*) AS b FROM instances";
    let answer = sql(&engine, text).await.unwrap();
    assert_eq!(lines(&answer), ["12|16"]);
    assert!(answer.coverage.scopes.iter().all(|line| line.age_seconds == 200), "{:?}", answer.coverage.scopes);
}

#[tokio::test]
async fn older_bytes_of_the_store_are_not_taken_for_newer_rows() {
    let store = Arc::new(Kept::default());
    let text = "SELECT count(*) FROM volumes";
    let (engine, _) = clocked(&Arc::new(Fake::default()), Some(store.clone()));
    sql(&engine, text).await.unwrap();
    // The index knows of a later fetch whose bytes never arrived.
    for (meta, _) in store.0.lock().unwrap().values_mut() {
        meta.fetched_at += chrono::TimeDelta::seconds(250);
    }
    let fake = Arc::new(Fake::default());
    let (engine, seconds) = clocked(&fake, Some(store));
    seconds.store(400, Ordering::SeqCst);
    let answer = sql(&engine, text).await.unwrap();
    assert!(answer.coverage.scopes.iter().all(|line| line.status == Status::Live));
    assert_eq!(fake.calls(), 4);
}
