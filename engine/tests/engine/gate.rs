//! SQL that would do anything but read tables.

use crate::fake::{Fake, engine, now, settings, sql};
use engine::EngineError;
use std::sync::Arc;

#[tokio::test]
async fn whatever_is_not_reading_is_refused() {
    let fake = Arc::new(Fake::default());
    let engine = engine(&fake);
    for text in [
        "INSERT INTO instances SELECT * FROM instances",
        "DELETE FROM instances",
        "UPDATE instances SET name = 'x'",
        "DROP TABLE instances",
        "CREATE TABLE t AS SELECT 1",
        "CREATE VIEW v AS SELECT 1",
        "CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '/etc/passwd'",
        "COPY instances TO '/tmp/x.csv'",
        "COPY (SELECT 1) TO '/tmp/x.parquet'",
        "SET datafusion.execution.batch_size = 1",
        "SHOW TABLES",
        "EXPLAIN SELECT 1",
        "EXPLAIN ANALYZE SELECT name FROM instances",
        "DESCRIBE instances",
        "BEGIN",
        "PREPARE p AS SELECT 1",
        "EXECUTE p",
        "TRUNCATE TABLE instances",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM \"/etc/passwd.csv\"",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM generate_series(1, 1000000000000)",
        "SELECT repeat('x', 1000000000)",
        "SELECT version()",
        "SELECT input_file_name() FROM costs",
        "SELECT name INTO t FROM instances",
        "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r",
        "SELECT 1; SELECT 2",
        "SELECT * FROM information_schema.tables",
        "SELECT * FROM datafusion.public.instances",
        "",
        "SELECT",
    ] {
        let error = sql(&engine, text).await.expect_err(text);
        assert!(matches!(error, EngineError::Refused { .. } | EngineError::Sql { .. }), "{text} ended in {error:?}");
    }
    assert_eq!(fake.calls(), 0);
}

#[tokio::test]
async fn the_refusal_says_what_would_have_happened() {
    let engine = engine(&Arc::new(Fake::default()));
    for (text, expected) in [
        ("COPY instances TO '/tmp/x.csv'", "only queries that read tables run here: `COPY` would write a file"),
        ("SELECT 1; DROP TABLE instances", "one statement at a time: the SQL holds several"),
        ("", "the SQL is empty"),
    ] {
        assert_eq!(sql(&engine, text).await.unwrap_err().to_string(), expected);
    }
}

#[tokio::test]
async fn what_the_parser_complains_of_is_said_in_its_words_alone() {
    let engine = engine(&Arc::new(Fake::default()));
    for (text, why) in [
        (
            "SELECT name FROM instances WHERE name starts_with 'a'",
            "expected end of statement, found starts_with at line 1, column 39",
        ),
        ("SELECT name\nFROM", "expected identifier, found EOF"),
        ("SELECT 'a", "Unterminated string literal at line 1, column 8"),
    ] {
        let said = sql(&engine, text).await.unwrap_err().to_string();
        assert_eq!(said, format!("the SQL cannot be read: {why}"));
    }
}

#[tokio::test]
async fn deep_and_long_sql_ends_in_a_sentence() {
    let engine = engine(&Arc::new(Fake::default()));
    let deep = format!("SELECT {}1{}", "(".repeat(5_000), ")".repeat(5_000));
    assert!(sql(&engine, &deep).await.is_err());
    let long = format!("SELECT '{}'", "x".repeat(300_000));
    assert!(matches!(sql(&engine, &long).await, Err(EngineError::Limit { .. })));
}

#[tokio::test]
async fn chains_neither_overflow_the_stack_nor_take_for_ever() {
    let engine = engine(&Arc::new(Fake::default()));
    let chain = |first: &str, part: &str, last: &str, count: usize| format!("{first}{}{last}", part.repeat(count));
    let nested =
        |depth: usize| chain("SELECT 1 AS a FROM ", "(SELECT 1 AS a FROM ", "", depth) + "volumes" + &")".repeat(depth);
    for (text, longer) in [
        (chain("SELECT 1", "+1", "", 190), chain("SELECT 1", "+1", "", 100_000)),
        (chain("SELECT 1", "::BIGINT", "", 90), chain("SELECT 1", "::BIGINT", "", 20_000)),
        (chain("SELECT 1", " IS NULL", "", 90), chain("SELECT 1", " IS NULL", "", 20_000)),
        (chain("SELECT true", " OR true", "", 190), chain("SELECT true", " OR true", "", 20_000)),
        (
            chain("SELECT vcpus FROM instances WHERE vcpus = 0", " OR vcpus = 1", "", 500),
            chain("SELECT vcpus FROM instances WHERE vcpus = 0", " OR vcpus = 1", "", 10_000),
        ),
        (chain("SELECT 1", " UNION ALL SELECT 1", "", 60), chain("SELECT 1, 2", " UNION ALL SELECT 1, 2", "", 8_000)),
        (chain("SELECT 1 FROM volumes", ", volumes", "", 1), chain("SELECT 1 FROM volumes", ", volumes", "", 8_000)),
        (nested(8), nested(9)),
        (nested(8), nested(1_000)),
    ] {
        let began = std::time::Instant::now();
        let _ = sql(&engine, &text).await;
        assert!(began.elapsed().as_secs() < 60, "{}… took {:?}", &text[..20], began.elapsed());
        let error = sql(&engine, &longer).await.unwrap_err();
        assert!(matches!(error, EngineError::Limit { .. }), "{}… ended in {error}", &text[..20]);
    }
}

#[tokio::test]
async fn texts_cannot_be_blown_up() {
    let engine = engine(&Arc::new(Fake::default()));
    let long = "x".repeat(50_000);
    let doubled =
        (0..20).fold("SELECT name AS s FROM instances".to_owned(), |sql, _| format!("SELECT s || s AS s FROM ({sql})"));
    for text in [
        format!("SELECT replace('{long}', 'x', '{long}')"),
        format!("SELECT regexp_replace(name, '.', '{long}', 'g') FROM instances"),
        "SELECT replace(replace(name, 'i', account_name), 'a', name) FROM instances".to_owned(),
        doubled,
    ] {
        let error = sql(&engine, &text).await.unwrap_err();
        assert!(matches!(error, EngineError::Limit { .. }), "{error}");
    }
    for text in [
        "SELECT replace(replace(name, '-', '_'), 'prod', 'production') FROM instances",
        "SELECT regexp_replace(name, '-[0-9]+$', '-n') || '/' || region FROM instances",
        "SELECT concat(provider, '/', account_id, '/', region, '/', name) FROM instances",
    ] {
        sql(&engine, text).await.unwrap();
    }
}

#[tokio::test]
async fn rows_beyond_the_bound_in_bytes_are_refused_and_not_cut() {
    let settings = engine::EngineSettings { max_bytes: 100_000, ..settings() };
    let engine = engine::Engine::builder(settings).source(Arc::new(Fake::default())).clock(now).build().unwrap();
    // 256 rows of 1,000 letters.
    let wide = format!("SELECT a.name || '{}' AS t FROM instances a, instances b", "x".repeat(1_000));
    let error = sql(&engine, &wide).await.unwrap_err();
    let said = "the rows take more than the 100000 bytes that they may; filter, add up, or name fewer columns";
    assert!(matches!(error, EngineError::TooLarge { .. }) && error.to_string() == said, "{error}");
    assert_eq!(sql(&engine, &format!("{wide} LIMIT 50")).await.unwrap().row_count, 50);
    let options = |max_bytes| engine::Options { max_bytes: Some(max_bytes), ..engine::Options::default() };
    let under = |max_bytes| {
        let what = engine::What::Sql(format!("{wide} LIMIT 50"));
        engine.run(engine::Request { what, options: options(max_bytes) })
    };
    assert!(under(10_000).await.is_err(), "a request may ask for less");
    assert!(under(usize::MAX).await.is_ok() && sql(&engine, &wide).await.is_err(), "and for no more than there is");
}

#[tokio::test]
async fn a_query_without_end_is_stopped_by_the_time_that_a_request_is_given() {
    let settings = engine::EngineSettings { request_timeout: std::time::Duration::from_secs(1), ..settings() };
    let engine = engine::Engine::builder(settings).source(Arc::new(Fake::default())).clock(now).build().unwrap();
    let began = std::time::Instant::now();
    let tables = (0..9).map(|i| format!("instances i{i}")).collect::<Vec<_>>().join(", ");
    let error =
        sql(&engine, &format!("SELECT count(*) FROM {tables} WHERE i0.vcpus + i8.vcpus > 1")).await.unwrap_err();
    assert_eq!(error.to_string(), "the request took longer than the 1 s that it is given");
    assert!(began.elapsed().as_secs() < 20, "it took {:?}", began.elapsed());
}
