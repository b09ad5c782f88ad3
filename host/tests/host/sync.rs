//! `neph sync` as a process: what it keeps, what it says, and what is left when it is ended in the middle.

use crate::binary::{neph, of};
use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::Value;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const SETTINGS: &str = "[cache]\ndata_dir = \"data\"\n";

fn folder(settings: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("nephoscope.toml"), format!("{SETTINGS}{settings}")).unwrap();
    folder
}

fn files(folder: &Path, table: &str) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder.join("data/history").join(table)) else { return Vec::new() };
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// How many rows a snapshot has, and what it says that it covers.
fn read(file: &Path) -> (usize, Value) {
    let builder = ParquetRecordBatchReaderBuilder::try_new(File::open(file).unwrap()).unwrap();
    let metadata = builder.metadata().file_metadata().key_value_metadata().unwrap();
    let coverage = metadata.iter().find(|pair| pair.key == "nephoscope.coverage").unwrap();
    let coverage = serde_json::from_str(coverage.value.as_deref().unwrap()).unwrap();
    (builder.build().unwrap().map(|batch| batch.unwrap().num_rows()).sum(), coverage)
}

fn sync(folder: &Path, arguments: &[&str]) -> (i32, Value) {
    let (code, out, err) =
        of(neph(folder).args(["--demo", "--format", "json", "sync"]).args(arguments).output().unwrap());
    (code, serde_json::from_str(&out).unwrap_or_else(|_| panic!("{out}{err}")))
}

#[test]
fn each_sync_adds_a_snapshot_of_each_table_with_its_coverage() {
    let folder = folder("[demo]\nscale = 0.1\n[history]\nkeep_snapshots = 2\n");
    for round in 1..=3 {
        let (code, said) = sync(folder.path(), &["volumes", "buckets"]);
        assert_eq!(code, 0, "{said}");
        for (table, line) in ["volumes", "buckets"].iter().zip(said["tables"].as_array().unwrap()) {
            let files = files(folder.path(), table);
            assert_eq!(files.len(), round.min(2), "{files:?}");
            let (rows, coverage) = read(files.last().unwrap());
            assert!(rows > 0);
            assert_eq!((&line["rows"], &line["stored"]), (&rows.into(), &true.into()), "{line}");
            assert_eq!(coverage["complete"], true);
        }
    }
}

#[test]
fn what_could_not_be_read_is_said_and_kept_with_the_snapshot() {
    let folder = folder("[demo]\nscale = 0.1\ndeny = [\"sandbox\"]\n");
    let (code, said) = sync(folder.path(), &["instances"]);
    let line = &said["tables"][0];
    assert_eq!((code, &line["stored"]), (3, &true.into()), "{said}");
    let missing = line["scopes_missing"].as_u64().unwrap();
    assert!(missing > 0 && line["problem"].as_str().unwrap().contains("sandbox"), "{line}");
    let (_, coverage) = read(&files(folder.path(), "instances")[0]);
    let lines = coverage["scopes"].as_array().unwrap();
    let denied = lines.iter().filter(|line| line["status"] == "denied" && line["columns"].is_null()).count();
    assert_eq!((coverage["complete"].clone(), denied as u64), (false.into(), missing));
}

#[test]
fn a_snapshot_has_a_bound_of_its_own_and_nothing_is_kept_of_a_longer_table() {
    let folder = folder("[demo]\nscale = 0.1\n[limits]\nmax_rows = 3\n");
    let (code, said) = sync(folder.path(), &["volumes"]);
    let rows = read(&files(folder.path(), "volumes")[0]).0;
    assert!(code == 0 && rows > 3, "{said}");
    let text = format!("{SETTINGS}[demo]\nscale = 0.1\n[history]\nmax_rows = {}\n", rows - 1);
    std::fs::write(folder.path().join("nephoscope.toml"), text).unwrap();
    let (code, said) = sync(folder.path(), &["volumes"]);
    let problem = format!("it has more than {} rows: raise `max_rows` in `[history]`", rows - 1);
    assert_eq!((code, said["tables"][0]["problem"].as_str()), (1, Some(problem.as_str())), "{said}");
    assert_eq!(files(folder.path(), "volumes").len(), 1);
}

#[test]
fn a_sync_that_is_killed_leaves_whole_snapshots_only_and_can_be_run_again() {
    let folder = folder("[demo]\nscale = 4.0\n");
    let mut child =
        neph(folder.path()).args(["--demo", "sync"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let begun = Instant::now();
    while files(folder.path(), "instances").is_empty() && begun.elapsed() < Duration::from_secs(120) {
        std::thread::sleep(Duration::from_millis(1));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let tables = std::fs::read_dir(folder.path().join("data/history")).unwrap();
    let all: Vec<PathBuf> =
        tables.flat_map(|table| files(folder.path(), table.unwrap().file_name().to_str().unwrap())).collect();
    let is_whole = |path: &&PathBuf| path.extension().is_some_and(|end| end == "parquet");
    assert!(!all.is_empty());
    for file in all.iter().filter(is_whole) {
        assert!(!read(file).1["scopes"].as_array().unwrap().is_empty(), "{}", file.display());
    }
    let (code, said) = sync(folder.path(), &["functions"]);
    assert_eq!(code, 0, "{said}");
}

/// A file that may not grow beyond a few blocks fails as on a full disk: in the middle of a write.
#[test]
fn a_snapshot_that_does_not_fit_is_an_error_that_leaves_the_others() {
    let folder = folder("[demo]\nscale = 1.0\n");
    assert_eq!(sync(folder.path(), &["instances"]).0, 0);
    let before = files(folder.path(), "instances");
    let mut shell = Command::new("/bin/bash");
    let script = "trap '' XFSZ; ulimit -f 8; exec \"$0\" --demo sync instances";
    shell.args(["-c", script, env!("CARGO_BIN_EXE_neph")]);
    // No log of the store may grow either, so that the snapshot alone is tried.
    shell.env_clear().env("HOME", folder.path()).current_dir(folder.path()).stdin(Stdio::null());
    let (code, _, err) = of(shell.output().unwrap());
    assert_eq!(code, 1, "{err}");
    assert!(
        err.contains("error: the snapshot of `instances` could not be written to") && err.contains("hint:"),
        "{err}"
    );
    assert_eq!(files(folder.path(), "instances"), before);
    assert!(read(&before[0]).0 > 0);
}

#[test]
fn a_sync_without_a_folder_or_of_a_part_says_what_to_do() {
    let check = |arguments: &[&str], expected: &str| {
        let folder = tempfile::tempdir().unwrap();
        let (code, _, err) = of(neph(folder.path()).arg("--demo").args(arguments).output().unwrap());
        assert_eq!((code, err.as_str()), (2, expected));
    };
    check(
        &["sync"],
        "error: there is no folder to keep snapshots in: the demo estate keeps nothing\n\
         hint: name one: `data_dir` in `[cache]`, or `NEPH_CACHE__DATA_DIR=FOLDER`\n",
    );
    check(
        &["--region", "eu-west-1", "sync"],
        "error: a sync reads all that is configured, so no scope and no limit can be set\n\
         hint: name tables instead: `neph sync instances volumes`\n",
    );
    check(
        &["sync", "costs"],
        "error: there are no snapshots of `costs`\n\
         hint: snapshots are of tables of resources and of `accounts`; bills keep their own history\n",
    );
    check(&["sync", "volums"], "error: there is no table `volums`\nhint: did you mean `volumes`?\n");
}
