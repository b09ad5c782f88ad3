//! Azure's cost exports as they lie in a container: of several runs of a period one counts, and never half of one.

use super::*;
use std::time::{Duration, SystemTime};

const SUM: &str = r#"SELECT count(*), sum("BilledCost") FROM costs"#;
const GUID: &str = "3f2504e0-4f89-11d3-9a0c-0305e82c3301";

/// FOCUS rows that each cost so much.
fn focus(rows: usize, cost: &str) -> Vec<u8> {
    csv(rows).replace("1.5,", &format!("{cost},")).into_bytes()
}

fn manifest(submitted: &str, blobs: &[(&str, usize)]) -> Vec<u8> {
    let blobs = blobs.iter().map(|(name, bytes)| {
        format!(r#"{{"blobName": "bills/c/20240901-20240930/x/{name}", "byteCount": {bytes}, "dataRowCount": 1}}"#)
    });
    format!(
        r#"{{"exportConfig": {{"type": "FocusCost"}}, "runInfo": {{"submittedTime": "{submitted}"}}, "blobs": [{}]}}"#,
        blobs.collect::<Vec<_>>().join(",")
    )
    .into_bytes()
}

/// The answer, the warnings and what coverage names.
async fn opened(folder: &Path) -> (Vec<String>, Vec<String>, Vec<(String, String)>) {
    let (rows, opened) = ask(&billing(folder, 0), SUM).await;
    (rows, opened.warnings.clone(), named(&opened))
}

fn set_time(folder: &Path, name: &str, seconds: u64) {
    let file = std::fs::File::options().append(true).open(folder.join(name)).unwrap();
    file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)).unwrap();
}

#[tokio::test]
async fn of_several_runs_of_a_month_only_the_newest_counts() {
    let folder = folder(&[
        ("c/20240801-20240831/202409010300/r1/part_0_0001.csv", focus(1, "100")),
        ("c/20240901-20240930/202409140300/r1/part_0_0001.csv", focus(9, "7")),
        ("c/20240901-20240930/202409150300/r2/part_0_0001.csv", focus(2, "1")),
        ("c/20240901-20240930/202409150300/r2/part_1_0001.csv.gz", gzip(&String::from_utf8(focus(3, "1")).unwrap())),
        ("d/20240901-20240930/202409140300/r3/part_0_0001.csv", focus(1, "1000")),
    ]);
    assert_eq!(opened(folder.path()).await, (vec!["7 | 1105".to_owned()], vec![], vec![]));
    // One of its folders as the location is read alike.
    let (rows, ..) = opened(&folder.path().join("c/20240901-20240930")).await;
    assert_eq!(rows, ["5 | 5"]);
}

#[tokio::test]
async fn a_run_that_its_manifest_says_is_not_complete_gives_way_to_the_one_before() {
    let old = "c/20240901-20240930/202409140300/r1";
    let new = "c/20240901-20240930/202409150300/r2";
    let rows = focus(2, "1");
    let bytes = rows.len();
    let folder = folder(&[
        (&format!("{old}/part_0_0001.csv"), focus(1, "7")),
        (&format!("{old}/manifest.json"), manifest("2024-09-14T03:00:00Z", &[("part_0_0001.csv", 1)])),
        (&format!("{new}/part_0_0001.csv"), rows.clone()),
    ]);
    let check = async |expected: &str, said: &str| {
        let (rows, warnings, named) = opened(folder.path()).await;
        assert_eq!(rows, [expected]);
        assert!(named.is_empty() && warnings.len() == usize::from(!said.is_empty()), "{warnings:?} {named:?}");
        assert!(said.is_empty() || (warnings[0].contains(said) && warnings[0].contains(old)), "{warnings:?}");
    };
    check("1 | 7", "its `manifest.json` is not there").await;
    put(folder.path(), &format!("{new}/manifest.json"), b"{\"blobs\": [");
    check("1 | 7", "its `manifest.json` is not JSON").await;
    let parts = [("part_0_0001.csv", bytes), ("part_1_0001.csv", bytes)];
    put(folder.path(), &format!("{new}/manifest.json"), &manifest("2024-09-15T03:00:00Z", &parts));
    check("1 | 7", "`part_1_0001.csv`, which its `manifest.json` lists, is not there").await;
    put(folder.path(), &format!("{new}/part_1_0001.csv"), &rows[..bytes - 9]);
    check("1 | 7", &format!("`part_1_0001.csv` has {} of {bytes} bytes", bytes - 9)).await;
    put(folder.path(), &format!("{new}/part_1_0001.csv"), &rows);
    check("4 | 4", "").await;
}

#[tokio::test]
async fn a_manifest_that_lists_no_files_gives_way_to_the_run_before() {
    let folder = folder(&[
        ("c/20240901-20240930/202409140300/r1/part_0_0001.csv", focus(1, "7")),
        (
            "c/20240901-20240930/202409140300/r1/manifest.json",
            manifest("2024-09-14T03:00:00Z", &[("part_0_0001.csv", 1)]),
        ),
        ("c/20240901-20240930/202409150300/r2/manifest.json", manifest("2024-09-15T03:00:00Z", &[])),
    ]);
    let (rows, warnings, named) = opened(folder.path()).await;
    assert_eq!((rows, named), (vec!["1 | 7".to_owned()], vec![]));
    assert!(warnings.len() == 1 && warnings[0].contains("its `manifest.json` lists no files"), "{warnings:?}");
}

#[tokio::test]
async fn where_no_run_is_complete_none_counts_and_coverage_says_so() {
    let run = "c/20240901-20240930/202409150300/r2";
    let folder = folder(&[
        (&format!("{run}/part_0_0001.csv"), focus(2, "1")),
        (
            &format!("{run}/manifest.json"),
            manifest("2024-09-15T03:00:00Z", &[("part_0_0001.csv", 1), ("part_1_0001.csv", 1)]),
        ),
        ("c/20240801-20240831/202409010300/r1/part_0_0001.csv", focus(1, "100")),
    ]);
    let (rows, warnings, named) = opened(folder.path()).await;
    assert_eq!((rows, warnings), (vec!["1 | 100".to_owned()], vec![]));
    assert_eq!(named.len(), 1);
    assert_eq!(named[0].0, run);
    assert!(named[0].1.contains("no run of `c/20240901-20240930` is complete"), "{named:?}");
}

#[tokio::test]
async fn runs_without_a_time_in_their_folder_are_told_apart_by_their_manifest() {
    let folder = folder(&[
        ("20240901-20240930/a/part_0_0001.csv", focus(1, "7")),
        ("20240901-20240930/a/manifest.json", manifest("2024-09-16T03:00:00.5", &[("part_0_0001.csv", 1)])),
        ("20240901-20240930/b/part_0_0001.csv", focus(2, "1")),
        ("20240901-20240930/b/manifest.json", manifest("2024-09-15T03:00:00Z", &[("part_0_0001.csv", 1)])),
        ("20240901-20240930/a/part_7_0001.csv", focus(1, "9")),
    ]);
    // What someone leaves in a run's folder is not of the run, and does not make it one that is being written.
    put(folder.path(), "20240901-20240930/a/part_9_0001.csv.tmp", b"x");
    // Copied in the other order.
    set_time(folder.path(), "20240901-20240930/a/part_0_0001.csv", 1_000);
    let (rows, warnings, named) = opened(folder.path()).await;
    assert_eq!(rows, ["1 | 7"]);
    assert!(named.is_empty());
    assert_eq!(
        warnings,
        ["`20240901-20240930/a/part_7_0001.csv` and 1 more are not in the folder's `manifest.json`, and left out"]
    );
}

#[tokio::test]
async fn periods_that_share_days_are_told_apart_by_their_manifests_too() {
    let month = "c/20240901-20240930/a";
    let half = "c/20240916-20240930/b";
    let folder = folder(&[
        (&format!("{month}/part_0_0001.csv"), focus(1, "7")),
        (&format!("{month}/manifest.json"), manifest("2024-09-30T03:00:00Z", &[("part_0_0001.csv", 1)])),
        (&format!("{half}/part_0_0001.csv"), focus(2, "1")),
        (&format!("{half}/manifest.json"), manifest("2024-09-20T03:00:00Z", &[("part_0_0001.csv", 1)])),
    ]);
    // The older of the two was copied last.
    for name in ["part_0_0001.csv", "manifest.json"] {
        set_time(folder.path(), &format!("{month}/{name}"), 1_000);
    }
    assert_eq!(opened(folder.path()).await, (vec!["1 | 7".to_owned()], vec![], vec![]));
}

#[tokio::test]
async fn folders_of_a_period_that_nothing_tells_to_be_runs_are_warned_of() {
    let folder = folder(&[
        ("c/20240901-20240930/a/part_0_0001.csv", focus(1, "7")),
        ("c/20240901-20240930/b/part_0_0001.csv", focus(1, "7")),
    ]);
    let (rows, warnings, _) = opened(folder.path()).await;
    assert_eq!(rows, ["1 | 7"]);
    assert!(warnings.len() == 1 && warnings[0].contains("of the 2 folders in `c/20240901-20240930`"), "{warnings:?}");
}

#[tokio::test]
async fn older_exports_are_one_file_a_run_and_the_last_written_counts() {
    let first = format!("costs/20240901-20240930/costs_{GUID}.csv");
    let second = format!("costs/20240901-20240930/costs_0{}.csv", &GUID[1..]);
    let folder = folder(&[(&first, focus(1, "7")), (&second, focus(2, "1"))]);
    set_time(folder.path(), &first, 2_000_000);
    set_time(folder.path(), &second, 1_000_000);
    assert_eq!(opened(folder.path()).await.0, ["1 | 7"]);
    set_time(folder.path(), &second, 3_000_000);
    assert_eq!(opened(folder.path()).await.0, ["2 | 2"]);
    // One that is still being downloaded is not the one.
    put(folder.path(), &format!("costs/20240901-20240930/costs_1{}.csv.part", &GUID[1..]), b"x");
    let (rows, warnings, named) = opened(folder.path()).await;
    assert_eq!(rows, ["2 | 2"]);
    assert!(named.is_empty() && warnings[0].contains("is still being written"), "{warnings:?}");
}

#[tokio::test]
async fn a_part_that_is_missing_without_a_manifest_is_seen() {
    let folder = folder(&[
        ("c/20240901-20240930/202409150300/r/part_0_0001.csv", focus(1, "1")),
        ("c/20240901-20240930/202409150300/r/part_2_0001.csv", focus(1, "1")),
    ]);
    let (rows, warnings, _) = opened(folder.path()).await;
    assert_eq!(rows, ["2 | 2"]);
    assert!(warnings[0].contains("may not be complete: a part before `part_2_0001`"), "{warnings:?}");
    put(folder.path(), "c/20240901-20240930/202409140300/r/part_0_0001.csv", &focus(1, "7"));
    let (rows, warnings, _) = opened(folder.path()).await;
    assert_eq!(rows, ["1 | 7"]);
    assert!(
        warnings[0].contains("the newest run `c/20240901-20240930/202409150300/r` is not complete"),
        "{warnings:?}"
    );
}

#[tokio::test]
async fn folders_that_only_look_alike_are_all_added_up() {
    let folder = folder(&[
        ("20240901-20240930/a.csv", focus(1, "1")),
        ("20240901-20240930/b.csv", focus(1, "2")),
        ("20240901-20240930/manifest.json", b"{}".to_vec()),
        ("x/part_0_0001.csv", focus(1, "4")),
        ("y/part_0_0001.csv", focus(1, "8")),
        ("20240901-20240930/202409150300/r/part_0_0001.csv", focus(1, "16")),
    ]);
    assert_eq!(opened(folder.path()).await, (vec!["5 | 31".to_owned()], vec![], vec![]));
}

#[tokio::test]
async fn a_new_run_counts_from_the_moment_it_is_there() {
    let folder = folder(&[("c/20240901-20240930/202409140300/r/part_0_0001.csv", focus(1, "7"))]);
    let billing = billing(folder.path(), 0);
    let (rows, before) = ask(&billing, SUM).await;
    assert_eq!(rows, ["1 | 7"]);
    put(folder.path(), "c/20240901-20240930/202409150300/r/part_0_0001.csv", &focus(3, "1"));
    let (rows, after) = ask(&billing, SUM).await;
    assert_eq!(rows, ["3 | 3"]);
    assert_ne!(before.version, after.version);
    std::fs::remove_dir_all(folder.path().join("c/20240901-20240930/202409150300")).unwrap();
    assert_eq!(ask(&billing, SUM).await.0, ["1 | 7"]);
}

#[tokio::test]
async fn exports_that_hold_no_costs_are_left_out_and_said() {
    let prices = String::from_utf8(manifest("2024-09-15T03:00:00Z", &[("part_0_0001.csv", 1)])).unwrap();
    let folder = folder(&[
        ("prices/20240901-20240930/202409150300/r/part_0_0001.csv", b"MeterId,UnitPrice\na,1\n".to_vec()),
        ("prices/20240901-20240930/202409150300/r/manifest.json", prices.replace("FocusCost", "PriceSheet").into()),
        ("good.csv", focus(1, "1")),
    ]);
    let (rows, warnings, named) = opened(folder.path()).await;
    assert_eq!((rows, named), (vec!["1 | 1".to_owned()], vec![]));
    assert_eq!(warnings, ["`prices` is an Azure export of type `PriceSheet`, which holds no costs: it is left out"]);
}

#[tokio::test]
async fn days_that_two_periods_of_an_export_share_count_once_and_from_the_newer_run() {
    let days = |days: std::ops::RangeInclusive<u32>, cost: &str| {
        let row = |day| format!("{cost},1,USD,2024-09-{day:02},Storage,AWS,\n");
        format!("{HEADER}{}", days.map(row).collect::<String>()).into_bytes()
    };
    let month = "c/20240901-20240930/202410010300/r/part_0_0001.csv";
    let part = "c/20240911-20240920/202410020300/r/part_0_0001.csv";
    let folder = folder(&[(month, days(1..=30, "1")), (part, days(11..=20, "3"))]);
    assert_eq!(opened(folder.path()).await.0, ["30 | 50"]);
    // A month that is newer than its part hides it whole.
    put(folder.path(), "c/20240901-20240930/202410030300/r/part_0_0001.csv", &days(1..=30, "2"));
    assert_eq!(opened(folder.path()).await.0, ["30 | 60"]);
    // Another export's is another matter.
    put(folder.path(), "d/20240911-20240920/202410040300/r/part_0_0001.csv", &days(11..=20, "3"));
    assert_eq!(opened(folder.path()).await.0, ["40 | 90"]);
}
