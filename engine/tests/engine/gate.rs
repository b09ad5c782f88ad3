//! SQL that would do anything but read tables.

use crate::fake::{Fake, engine, sql};
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
async fn deep_and_long_sql_ends_in_a_sentence() {
    let engine = engine(&Arc::new(Fake::default()));
    let deep = format!("SELECT {}1{}", "(".repeat(5_000), ")".repeat(5_000));
    assert!(sql(&engine, &deep).await.is_err());
    let long = format!("SELECT '{}'", "x".repeat(300_000));
    assert!(matches!(sql(&engine, &long).await, Err(EngineError::Limit { .. })));
}
