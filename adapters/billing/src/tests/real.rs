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
    let Some(path) = conformance("billing/aws_cur") else { return };
    let opened = billing(&path, 0).open().await.unwrap();
    let named = named(&opened);
    assert!(!named.is_empty() && named.len() == opened.coverage.len());
    for (item, message) in named {
        assert!(message.contains("AWS Cost and Usage Report"), "{item}: {message}");
    }
    let Some(path) = conformance("billing/focus/validator_sample.parquet") else { return };
    let named = super::named(&billing(&path, 0).open().await.unwrap());
    assert!(named[0].1.contains("its columns are `InvoiceIssuer`, `ResourceID`, `ChargeType`"), "{named:?}");
}

#[tokio::test]
async fn a_real_enterprise_export_of_azure_adds_up_to_the_last_digit() {
    let Some(path) = conformance("billing/azure/sample-anonymous-ea-export-dataset.csv") else { return };
    let text = std::fs::read_to_string(&path).unwrap();
    let files = [("a.csv", text.into())];
    check(&files, SUMS, &["27 | 1.26136926505726 | 1.26136926505726"], &[]).await;
    let sql = r#"SELECT DISTINCT "provider", "BillingCurrency", "ChargeCategory", "BillingPeriodEnd", "Tags"['tagB'] FROM costs"#;
    check(&files, sql, &["azure | CAD | Usage | 2023-10-01T00:00:00Z | valueB"], &[]).await;
    let sql = r#"SELECT count("SubAccountId"), count("ListCost"), min("ChargePeriodStart"), count(*) FILTER (WHERE "PricingCategory" = 'Dynamic') FROM costs"#;
    let dynamic = std::fs::read_to_string(&path).unwrap().matches(",Spot,").count();
    check(&files, sql, &[&format!("27 | 27 | 2023-09-02T00:00:00Z | {dynamic}")], &[]).await;
}

#[tokio::test]
async fn the_headers_and_values_that_azure_has_had_are_all_read() {
    let Some(path) = conformance("billing/azure/opencost") else { return };
    for (file, sums) in [
        ("headersets_BOM.csv", "1 | null | null"),
        ("headersets_Enterprise.csv", "1 | 0 | null"),
        ("headersets_EnterpriseCamel.csv", "1 | 0.012 | 0.012"),
        ("headersets_PayAsYouGo.csv", "1 | 0.075 | 0.075"),
        ("headersets_YA.csv", "1 | 0.075 | 0.075"),
        ("values_MissingBrackets.csv", "1 | 4 | 4"),
        ("values_VirtualMachine.csv", "1 | 4 | 4"),
    ] {
        let text = std::fs::read_to_string(path.join(file)).unwrap();
        check(&[(file, text.into())], SUMS, &[sums], &[]).await;
    }
    // Its rows have a cell less than its header; without that column they add up.
    let text = std::fs::read_to_string(path.join("values_Template.csv")).unwrap();
    let sums = "87 | 16.393506212224391 | 16.393506212224391";
    check(&[("a.csv", text.replacen(",resourcelocation", "", 1).into())], SUMS, &[sums], &[]).await;
    check(&[("a.csv", text.into())], SUMS, &["0 | null | null"], &[("a.csv", "incorrect number of fields")]).await;
    let sql = r#"SELECT "ResourceId", "Tags"['resourceNameSuffix'], "ChargePeriodStart" FROM costs"#;
    let (rows, _) = ask(&billing(&path.join("values_MissingBrackets.csv"), 0), sql).await;
    assert!(rows[0].starts_with("/subscriptions/11111111-12ab-34dc-56ef-123456abcdef/resourcegroups/"), "{rows:?}");
    assert!(rows[0].ends_with(" | 12345678 | 2021-02-01T00:00:00Z"), "{rows:?}");
}

/// The toolkit's list has what Azure has ever written for a region. Names of the kind `US East 2`, which bills have, must
/// become the codes that it has for them.
#[test]
fn the_regions_of_real_bills_get_their_codes() {
    let Some(path) = conformance("mapping/finops-toolkit/Regions.csv") else { return };
    let text = std::fs::read_to_string(&path).unwrap();
    let (mut checked, mut wrong) = (0, Vec::new());
    for line in text.lines().skip(1) {
        let mut cells = line.split(',');
        let (written, code) = (cells.next().unwrap(), cells.next().unwrap());
        let is_bills = written.len() > 3 && written.as_bytes()[2] == b' ';
        let is_name = written.replace(' ', "") == code;
        if is_bills || is_name {
            checked += 1;
            let read = crate::azure::region(written);
            if read.as_deref() != Some(code) {
                wrong.push(format!("{written}: {read:?}, not {code}"));
            }
        }
    }
    assert!(checked > 150 && wrong.is_empty(), "{checked} {wrong:#?}");
}
