//! Files that nobody here wrote.

use super::kinds::parquet;
use super::*;
use datafusion::arrow::compute::concat_batches;

const REAL: &str = "1000 | 20.52022672899 | 14.97651418586";

#[tokio::test]
async fn a_thousand_real_rows_add_up_to_the_last_digit_in_every_format() {
    let Some(path) = conformance("billing/focus/focus_sample_1000.csv") else { return };
    let text = std::fs::read_to_string(&path).unwrap();
    check(&[("real.csv", text.clone().into())], SUMS, &[REAL], &[]).await;
    check(&[("real.csv.gz", gzip(&text))], SUMS, &[REAL], &[]).await;
    let folder = folder(&[("real.csv", text.into())]);
    let opened = billing(folder.path(), 0).open().await.unwrap();
    let all = run(&opened, "SELECT * FROM costs").await.unwrap();
    let all = concat_batches(&opened.provider.schema(), &all).unwrap();
    check(&[("real.parquet", parquet(&all))], SUMS, &[REAL], &[]).await;
    // Amounts as binary fractions, as many writers have them.
    let columns = r#"SELECT "ChargePeriodStart", "ServiceName", "ProviderName", CAST("BilledCost" AS DOUBLE) AS "BilledCost", CAST("EffectiveCost" AS DOUBLE) AS "EffectiveCost" FROM costs"#;
    let floats = run(&opened, columns).await.unwrap();
    let floats = concat_batches(&floats[0].schema(), &floats).unwrap();
    check(&[("floats.parquet", parquet(&floats))], SUMS, &[REAL], &[]).await;
    let by_provider = r#"SELECT "provider", count(*) FROM costs GROUP BY 1 ORDER BY 2 DESC"#;
    check(&[("real.parquet", parquet(&all))], by_provider, &["aws | 942", "azure | 51", "oracle | 7"], &[]).await;
}

#[tokio::test]
async fn the_real_rows_keep_their_tags_times_and_own_columns() {
    let Some(path) = conformance("billing/focus/focus_sample_1000.csv") else { return };
    let sql = r#"SELECT count("Id"), count("Tags"), count("Tags"['environment']), min("ChargePeriodStart"), count("AvailabilityZone") FROM costs"#;
    let (rows, opened) = ask(&billing(&path, 0), sql).await;
    assert_eq!(rows.len(), 1);
    let cells: Vec<&str> = rows[0].split(" | ").collect();
    assert_eq!(cells[0], "1000");
    let text = std::fs::read_to_string(&path).unwrap();
    assert_eq!(cells[2], text.matches("\"\"environment\"\":").count().to_string());
    assert!(cells[3].starts_with("2024-0"), "{}", cells[3]);
    assert!(named(&opened).is_empty());
}

#[tokio::test]
async fn every_example_of_the_specification_is_read_or_named() {
    let Some(path) = conformance("billing/focus_spec_v1.2") else { return };
    let billing = billing(&path, Limits::default().verify_at_open_bytes);
    let (rows, opened) = ask(&billing, r#"SELECT count(*) FROM costs"#).await;
    let live = opened.coverage.iter().find(|line| line.status == Status::Live).unwrap();
    assert_eq!(rows, [live.rows.to_string()]);
    let named = named(&opened);
    assert_eq!(live.calls as usize + named.len(), 26);
    // What the examples have that nobody can read for certain: `5/1/25`, and amounts with a currency's sign.
    for (item, message) in named {
        assert!(
            message.contains("is not an ISO 8601 time") || message.contains("is not a number"),
            "{item}: {message}"
        );
    }
}

#[tokio::test]
async fn other_exports_are_named_as_what_they_are() {
    for (path, words) in
        [("billing/aws_cur", "AWS Cost and Usage Report"), ("billing/azure", "Azure actual or amortised cost export")]
    {
        let Some(path) = conformance(path) else { return };
        let opened = billing(&path, 0).open().await.unwrap();
        let named = named(&opened);
        assert!(!named.is_empty() && named.len() == opened.coverage.len());
        for (item, message) in named {
            assert!(message.contains(words), "{item}: {message}");
        }
    }
    let Some(path) = conformance("billing/focus/validator_sample.parquet") else { return };
    let named = named(&billing(&path, 0).open().await.unwrap());
    assert!(named[0].1.contains("its columns are `InvoiceIssuer`, `ResourceID`, `ChargeType`"), "{named:?}");
}
