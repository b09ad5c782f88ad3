//! Folders of files in, rows and coverage out: with files verified when they are opened, and without.
#![allow(clippy::unwrap_used)]

mod azure;
mod dirt;
mod exports;
mod joined;
mod kinds;
mod real;
mod s3;

use crate::{Billing, Limits, Location, Settings};
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::error::DataFusionError;
use datafusion::prelude::{SessionConfig, SessionContext};
use engine::InPlace;
use engine::in_place::{Opened, PartFailed};
use flate2::Compression;
use flate2::write::GzEncoder;
use schema::Status;
use std::io::Write;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const SUMS: &str = r#"SELECT count(*), sum("BilledCost"), sum("EffectiveCost") FROM costs"#;
const HEADER: &str = "BilledCost,EffectiveCost,BillingCurrency,ChargePeriodStart,ServiceName,ProviderName,Tags\n";

/// A CSV file of rows that each cost 1.5 billed and 1.25 effective.
fn csv(rows: usize) -> String {
    let row = "1.5,1.25,USD,2024-09-18 23:00:00,Storage,AWS,\"{\"\"team\"\": \"\"a\"\"}\"\n";
    format!("{HEADER}{}", row.repeat(rows))
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

fn folder(files: &[(&str, Vec<u8>)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, bytes) in files {
        put(folder.path(), name, bytes);
    }
    folder
}

fn put(folder: &Path, name: &str, bytes: &[u8]) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, bytes).unwrap();
}

fn billing(folder: &Path, verify_at_open_bytes: u64) -> Billing {
    let mut settings = Settings::new(Location::Folder(folder.to_owned()));
    settings.limits = Limits { verify_at_open_bytes, ..Limits::default() };
    Billing::new(settings)
}

fn session() -> SessionContext {
    SessionContext::new_with_config(SessionConfig::new().with_target_partitions(4))
}

async fn run(opened: &Opened, sql: &str) -> Result<Vec<RecordBatch>, DataFusionError> {
    let context = session();
    context.register_table("costs", opened.provider.clone())?;
    context.sql(sql).await?.collect().await
}

fn part_failed(error: &DataFusionError) -> Option<&PartFailed> {
    let mut cause: &(dyn std::error::Error + 'static) = error;
    loop {
        if let Some(failed) = cause.downcast_ref::<PartFailed>() {
            return Some(failed);
        }
        cause = cause.source()?;
    }
}

/// Asks as the engine does: again from the start when a part fails.
async fn ask(billing: &Billing, sql: &str) -> (Vec<String>, Opened) {
    for _ in 0..3 {
        let opened = billing.open().await.unwrap();
        match run(&opened, sql).await {
            Ok(batches) => return (rows(&batches), opened),
            Err(error) => assert!(part_failed(&error).is_some(), "not a failed part: {error}"),
        }
    }
    panic!("parts kept failing");
}

fn rows(batches: &[RecordBatch]) -> Vec<String> {
    let mut rows = Vec::new();
    for batch in batches {
        for row in 0..batch.num_rows() {
            let cells = batch.columns().iter().map(|column| match column.is_null(row) {
                true => "null".to_owned(),
                false => trimmed(array_value_to_string(column, row).unwrap()),
            });
            rows.push(cells.collect::<Vec<_>>().join(" | "));
        }
    }
    rows
}

/// Decimals without the zeros at their end.
fn trimmed(text: String) -> String {
    match text.split_once('.') {
        Some((_, digits)) if digits.len() == 18 => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        _ => text,
    }
}

/// The lines of coverage that are not complete: item and message.
fn named(opened: &Opened) -> Vec<(String, String)> {
    let failed = opened.coverage.iter().filter(|line| line.status != Status::Live);
    failed.map(|line| (line.item.clone().unwrap_or_default(), line.error.as_ref().unwrap().message.clone())).collect()
}

/// A folder's answer to a query, and which files it names with which words; the same with and without verifying first.
async fn check(files: &[(&str, Vec<u8>)], sql: &str, expected: &[&str], expected_named: &[(&str, &str)]) {
    let folder = folder(files);
    for verify_at_open_bytes in [Limits::default().verify_at_open_bytes, 0] {
        let billing = billing(folder.path(), verify_at_open_bytes);
        let (rows, opened) = ask(&billing, sql).await;
        assert_eq!(rows, expected, "verifying {verify_at_open_bytes} bytes");
        let named = named(&opened);
        let items: Vec<&str> = named.iter().map(|(item, _)| item.as_str()).collect();
        let expected_items: Vec<&str> = expected_named.iter().map(|(item, _)| *item).collect();
        assert_eq!(items, expected_items, "{named:?}");
        for ((item, message), (_, words)) in named.iter().zip(expected_named) {
            assert!(message.contains(words), "`{item}`: {message}");
        }
    }
}

/// Data that nobody here wrote. Says so when it is not there.
fn conformance(path: &str) -> Option<PathBuf> {
    #[allow(clippy::disallowed_methods, reason = "only tests that use foreign data ask where it is")]
    let root = std::env::var_os("NEPH_CONFORMANCE_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), PathBuf::from);
    let path = root.join(path);
    if path.exists() {
        return Some(path);
    }
    #[allow(clippy::print_stderr, reason = "a skipped test must not look like one that passed")]
    {
        eprintln!("skipped: `{}` is not there; set NEPH_CONFORMANCE_DATA", path.display());
    }
    None
}
