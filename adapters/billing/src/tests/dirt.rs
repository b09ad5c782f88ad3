//! Files that cannot be read, or are something else: each is named, and the others count.

use super::kinds::parquet;
use super::*;
use datafusion::arrow::array::{ArrayRef, Float64Array, StringArray};
use std::sync::Arc;

fn good() -> (&'static str, Vec<u8>) {
    ("good.csv", csv(2).into())
}

const GOOD: &[&str] = &["2 | 3 | 2.5"];

#[tokio::test]
async fn a_bad_cell_is_named_by_row_and_column() {
    let bad = csv(3).replacen("1.5,1.25,USD", "1.5,abc,USD", 2).replacen("1.5,abc,USD", "1.5,1.25,USD", 1);
    check(
        &[("bad.csv", bad.into()), good()],
        SUMS,
        GOOD,
        &[("bad.csv", "row 2, column `EffectiveCost`: `abc` is not a number")],
    )
    .await;
    let bad = csv(9).replacen("1.5", "$1.50", 1);
    check(
        &[("deep/er/bad.csv.gz", gzip(&bad)), good()],
        SUMS,
        GOOD,
        &[("deep/er/bad.csv.gz", "row 1, column `BilledCost`: `$1.50`")],
    )
    .await;
    let bad = csv(1).replace("2024-09-18 23:00:00", "9/18/24");
    let sql = r#"SELECT count("ChargePeriodStart") FROM costs"#;
    check(&[("bad.csv", bad.into()), good()], sql, &["2"], &[("bad.csv", "`9/18/24` is not an ISO 8601 time")]).await;
    let bad = csv(1).replace("{", "");
    check(
        &[("bad.csv", bad.into()), good()],
        r#"SELECT count("Tags") FROM costs"#,
        &["2"],
        &[("bad.csv", "is not tags as a JSON object")],
    )
    .await;
}

#[tokio::test]
async fn a_row_with_too_few_or_too_many_cells_is_named() {
    let short = format!("{}1.5,1.25\n{}", csv(2), "1.5,1.25,USD,2024-09-18,Storage,AWS,\n");
    check(&[("short.csv", short.into()), good()], SUMS, GOOD, &[("short.csv", "incorrect number of fields")]).await;
    let long = format!("{}1.5,1.25,USD,2024-09-18,Storage,AWS,,,\n", csv(2));
    check(&[("long.csv", long.into()), good()], SUMS, GOOD, &[("long.csv", "incorrect number of fields")]).await;
}

#[tokio::test]
async fn a_quote_that_is_never_closed_does_not_swallow_rows_unseen() {
    let header = "BilledCost,ChargePeriodStart,x_note\n";
    let text = format!("{header}1,2024-09-01,a\n2,2024-09-01,\"b\n4,2024-09-01,c\n");
    let folder = folder(&[("bad.csv", text.clone().into()), ("bad.csv.gz", gzip(&text)), good()]);
    let opened = billing(folder.path(), Limits::default().verify_at_open_bytes).open().await.unwrap();
    let named = named(&opened);
    assert_eq!(named.len(), 2);
    assert!(named.iter().all(|(_, message)| message.contains("never closed")), "{named:?}");
    // A large file is not read to its end first, unless its quotes are odd in number.
    std::fs::remove_file(folder.path().join("bad.csv.gz")).unwrap();
    let mut settings = Settings::new(Location::Folder(folder.path().to_owned()));
    settings.limits = Limits { split_from_bytes: 1, ..Limits::for_testing() };
    let (rows, opened) = ask(&Billing::new(settings), SUMS).await;
    assert_eq!(rows, GOOD);
    assert_eq!(super::named(&opened).len(), 1);
}

#[tokio::test]
async fn half_written_files_are_named() {
    let whole = gzip(
        &(0..2000)
            .map(|n| csv(1).replace("1.5", &format!("{n}.5")))
            .collect::<String>()
            .replace(HEADER, "")
            .replacen("", HEADER, 1),
    );
    check(
        &[("cut.csv.gz", whole[..whole.len() - 9].to_vec()), good()],
        SUMS,
        GOOD,
        &[("cut.csv.gz", "cannot be read")],
    )
    .await;
    check(
        &[("cut.csv.gz", whole[..whole.len() / 2].to_vec()), good()],
        SUMS,
        GOOD,
        &[("cut.csv.gz", "cannot be read")],
    )
    .await;
    let cost: ArrayRef = Arc::new(Float64Array::from(vec![1.0; 5000]));
    let time: ArrayRef = Arc::new(StringArray::from(vec!["2024-09-01"; 5000]));
    let whole = parquet(&RecordBatch::try_from_iter([("BilledCost", cost), ("ChargePeriodStart", time)]).unwrap());
    check(
        &[("cut.parquet", whole[..whole.len() / 2].to_vec()), good()],
        SUMS,
        GOOD,
        &[("cut.parquet", "no Parquet footer")],
    )
    .await;
    let cut = csv(3);
    check(
        &[("cut.csv", cut[..cut.len() - 40].into()), good()],
        SUMS,
        GOOD,
        &[("cut.csv", "incorrect number of fields")],
    )
    .await;
    check(
        &[("empty.csv", vec![]), ("empty.parquet", vec![]), good()],
        SUMS,
        GOOD,
        &[("empty.csv", "is empty"), ("empty.parquet", "is empty")],
    )
    .await;
}

#[tokio::test]
async fn damage_in_the_middle_of_a_parquet_file_is_named() {
    let cost: ArrayRef = Arc::new(Float64Array::from_iter_values((0..5000).map(f64::from)));
    let time: ArrayRef = Arc::new(StringArray::from_iter_values(
        (0..5000).map(|n| format!("2024-09-01 00:{:02}:{:02}", n / 60 % 60, n % 60)),
    ));
    let mut bytes = parquet(
        &RecordBatch::try_from_iter([
            ("BilledCost", cost),
            ("EffectiveCost", time.clone()),
            ("ChargePeriodStart", time),
        ])
        .unwrap(),
    );
    // The header of the first page.
    bytes[4..24].fill(0xff);
    check(&[("bad.parquet", bytes), good()], SUMS, GOOD, &[("bad.parquet", "cannot be read")]).await;
}

#[tokio::test]
async fn what_is_not_billing_is_named_with_its_columns() {
    let files = [
        ("cur.csv", b"identity/LineItemId,lineItem/UsageAccountId,lineItem/UnblendedCost\na,b,1\n".to_vec()),
        good(),
        ("notes.csv", b"a,b\n1,2\n".to_vec()),
    ];
    let named = [("cur.csv", "AWS Cost and Usage Report"), ("notes.csv", "its columns are `a`, `b`")];
    check(&files, SUMS, GOOD, &named).await;
    let flags: ArrayRef = Arc::new(datafusion::arrow::array::BooleanArray::from(vec![true]));
    let time: ArrayRef = Arc::new(StringArray::from(vec!["2024-09-01"]));
    let file = parquet(&RecordBatch::try_from_iter([("BilledCost", flags), ("ChargePeriodStart", time)]).unwrap());
    check(
        &[good(), ("flags.parquet", file)],
        SUMS,
        GOOD,
        &[("flags.parquet", "`BilledCost` as Boolean; FOCUS has it as decimal")],
    )
    .await;
    let other =
        [("export.csv.zip", b"PK".to_vec()), good(), ("readme.md", b"hello".to_vec()), (".hidden.csv", b"x".to_vec())];
    check(&other, SUMS, GOOD, &[("export.csv.zip", "a zip archive, which is not read")]).await;
}

#[tokio::test]
async fn files_that_are_still_being_written_are_named_and_what_tools_leave_behind_is_passed_over() {
    let files = [
        ("_SUCCESS", vec![]),
        ("_temporary/0/a.csv", csv(1).into()),
        (".a.csv.crc", b"x".to_vec()),
        ("a.csv.gz.part", gzip(&csv(1))[..9].to_vec()),
        ("b.parquet.tmp", b"PAR1".to_vec()),
        good(),
        ("manifest.json", b"{}".to_vec()),
        ("notes.tmp", b"x".to_vec()),
    ];
    let named = [("a.csv.gz.part", "still being written"), ("b.parquet.tmp", "still being written")];
    check(&files, SUMS, GOOD, &named).await;
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_with_two_names_counts_once_and_a_link_in_a_circle_hides_nothing() {
    use std::os::unix::fs::symlink;
    let names: Vec<String> = (0..9).map(|n| format!("{n}/good.csv")).collect();
    let files: Vec<(&str, Vec<u8>)> = names.iter().map(|name| (name.as_str(), csv(2).into_bytes())).collect();
    let folder = folder(&files);
    symlink(folder.path().join("3/good.csv"), folder.path().join("latest.csv")).unwrap();
    symlink(folder.path().join("nowhere.csv"), folder.path().join("gone.csv")).unwrap();
    for n in [2, 5] {
        symlink(folder.path(), folder.path().join(n.to_string()).join("round")).unwrap();
    }
    let (rows, opened) = ask(&billing(folder.path(), 0), SUMS).await;
    assert_eq!(rows, ["18 | 27 | 22.5"]);
    let named = named(&opened);
    assert!(named.len() == 2 && named.iter().all(|(_, message)| message.contains("round")), "{named:?}");
}

#[tokio::test]
async fn a_file_without_a_column_that_sums_go_by_is_warned_of() {
    let folder = folder(&[good(), ("old.csv", "BilledCost,BillingPeriodStart\n1,2024-09-01\n".into())]);
    let opened = billing(folder.path(), 0).open().await.unwrap();
    let expected = [
        "no column `EffectiveCost` in `old.csv`: their rows add nothing to sums of it",
        "no column `ChargePeriodStart` in `old.csv`: their rows are left out wherever a time is asked for",
    ];
    assert_eq!(opened.warnings, expected);
}

#[tokio::test]
async fn several_bad_files_are_all_left_out_at_once() {
    let bad = || csv(4).replace("1.25", "x").into_bytes();
    let names: Vec<String> = (0..9).map(|n| format!("{n}.csv")).collect();
    let files: Vec<(&str, Vec<u8>)> = names
        .iter()
        .enumerate()
        .map(|(n, name)| (name.as_str(), if n % 3 == 0 { bad() } else { csv(1).into() }))
        .collect();
    check(&files, SUMS, &["6 | 9 | 7.5"], &[("0.csv", "row 1"), ("3.csv", "row 1"), ("6.csv", "row 1")]).await;
    let all_bad = [("a.csv", bad())];
    check(&all_bad, SUMS, &["0 | null | null"], &[("a.csv", "row 1")]).await;
}

#[tokio::test]
async fn a_failure_in_mid_read_names_its_file_and_the_next_opening_leaves_it_out() {
    let folder = folder(&[("bad.csv", csv(3).replace("1.25", "x").into()), good()]);
    let billing = billing(folder.path(), 0);
    let opened = billing.open().await.unwrap();
    let error = run(&opened, SUMS).await.unwrap_err();
    let failed = part_failed(&error).unwrap();
    assert_eq!((failed.source_id.as_str(), failed.item.as_str()), ("billing", "bad.csv"));
    assert_eq!(failed.error.code, "bad_cell");
    let again = billing.open().await.unwrap();
    assert_ne!(again.version, opened.version);
    assert_eq!(rows(&run(&again, SUMS).await.unwrap()), GOOD);
    // Mended, it counts again.
    put(folder.path(), "bad.csv", csv(3).as_bytes());
    assert_eq!(ask(&billing, SUMS).await.0, ["5 | 7.5 | 6.25"]);
}

#[tokio::test]
async fn a_file_that_changes_or_vanishes_between_opening_and_reading_is_named() {
    let folder = folder(&[("a.csv", csv(3).into()), good()]);
    let billing = billing(folder.path(), 0);
    let opened = billing.open().await.unwrap();
    put(folder.path(), "a.csv", csv(7).as_bytes());
    let error = run(&opened, SUMS).await.unwrap_err();
    assert_eq!(part_failed(&error).unwrap().item, "a.csv");
    assert_eq!(ask(&billing, SUMS).await.0, ["9 | 13.5 | 11.25"]);
    let opened = billing.open().await.unwrap();
    std::fs::remove_file(folder.path().join("a.csv")).unwrap();
    let error = run(&opened, SUMS).await.unwrap_err();
    assert!(part_failed(&error).unwrap().error.message.contains("vanished"), "{error}");
    assert_eq!(ask(&billing, SUMS).await.0, GOOD);
}

#[tokio::test]
async fn a_file_that_never_stops_changing_is_left_out_in_the_end() {
    let folder = folder(&[("log.csv", csv(1).into()), good()]);
    let billing = billing(folder.path(), 0);
    for n in 2..4 {
        let opened = billing.open().await.unwrap();
        put(folder.path(), "log.csv", csv(n).as_bytes());
        assert_eq!(part_failed(&run(&opened, SUMS).await.unwrap_err()).unwrap().item, "log.csv");
    }
    let opened = billing.open().await.unwrap();
    assert_eq!(named(&opened)[0].0, "log.csv");
    assert_eq!(rows(&run(&opened, SUMS).await.unwrap()), GOOD);
}

#[tokio::test]
async fn a_last_line_without_an_end_is_warned_of() {
    let text = csv(2);
    let folder = folder(&[("open.csv", text[..text.len() - 1].into()), good()]);
    let opened = billing(folder.path(), 0).open().await.unwrap();
    assert_eq!(opened.warnings.len(), 1);
    assert!(opened.warnings[0].starts_with("`open.csv`: the last line has no line break"), "{:?}", opened.warnings);
    assert_eq!(rows(&run(&opened, SUMS).await.unwrap()), ["4 | 6 | 5"]);
}

#[tokio::test]
async fn a_folder_that_is_missing_or_empty_is_an_error_that_says_what_to_do() {
    let folder = folder(&[]);
    let error = billing(folder.path(), 0).open().await.unwrap_err();
    assert!(
        error.message.contains("holds no billing files")
            && error.message.contains(&folder.path().display().to_string()),
        "{error}"
    );
    let error = billing(&folder.path().join("nowhere"), 0).open().await.unwrap_err();
    assert!(error.message.contains("nowhere` cannot be read"), "{error}");
}

#[tokio::test]
async fn the_bounds_are_hit_and_named() {
    let wide = format!("BilledCost,ChargePeriodStart{}\n", (0..100).map(|n| format!(",c{n}")).collect::<String>());
    let long = format!("BilledCost,ChargePeriodStart,{}\n", "x".repeat(5000));
    let folder = folder(&[("wide.csv", wide.into()), ("long.csv", long.into()), good()]);
    let mut settings = Settings::new(Location::Folder(folder.path().to_owned()));
    settings.limits = Limits::for_testing();
    let opened = Billing::new(settings.clone()).open().await.unwrap();
    let named = named(&opened);
    assert!(named[0].1.contains("`header_bytes`") && named[1].1.contains("`max_columns`"), "{named:?}");
    settings.limits.max_files = 2;
    let error = Billing::new(settings).open().await.unwrap_err();
    assert!(error.message.contains("`max_files`"), "{error}");
}

#[tokio::test]
async fn one_file_is_a_location_too() {
    let folder = folder(&[good(), ("other.csv", csv(1).into())]);
    let (rows, opened) = ask(&billing(&folder.path().join("good.csv"), 0), SUMS).await;
    assert_eq!(rows, GOOD);
    assert_eq!(opened.coverage.len(), 1);
}
