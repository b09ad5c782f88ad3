//! What syncs kept, asked as tables: `neph sync` run by run over an estate that grows, shrinks and hides an account.

use crate::binary::{neph, of};
use serde_json::Value;
use std::path::Path;

fn settings(folder: &Path, demo: &str) {
    let text = format!("[cache]\ndata_dir = \"data\"\n[history]\nkeep_snapshots = 3\n[demo]\n{demo}\n");
    std::fs::write(folder.join("nephoscope.toml"), text).unwrap();
}

fn sync(folder: &Path, demo: &str) {
    settings(folder, demo);
    let (code, out, err) = of(neph(folder).args(["--demo", "sync", "instances", "volumes"]).output().unwrap());
    assert!(code == 0 || code == 3, "{out}{err}");
}

fn ask(folder: &Path, what: &[&str]) -> (i32, Value) {
    let (code, out, err) = of(neph(folder).args(["--demo", "--format", "json"]).args(what).output().unwrap());
    (code, serde_json::from_str(&out).unwrap_or_else(|_| panic!("{out}{err}")))
}

fn sql(folder: &Path, text: &str) -> (i32, Value) {
    ask(folder, &["query", text])
}

/// The first cell of the first row.
fn number(answer: &Value) -> i64 {
    answer["rows"][0].as_object().unwrap().values().next().unwrap().as_i64().unwrap()
}

const SMALL: &str = "scale = 0.1";
const LARGE: &str = "scale = 0.3";
const SMALL_BUT_SANDBOX: &str = "scale = 0.1\ndeny = [\"sandbox\"]";
const IN_SANDBOX: &str = "account_name = 'sandbox'";

#[test]
fn what_three_syncs_kept_is_answered_as_changes_and_as_history() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let count = |demo: &str, condition: &str| {
        settings(folder, demo);
        number(&sql(folder, &format!("SELECT count(*) FROM instances WHERE {condition}")).1)
    };
    let (small, large) = (count(SMALL, "true"), count(LARGE, "true"));
    let (small_there, large_there) = (count(SMALL, IN_SANDBOX), count(LARGE, IN_SANDBOX));
    assert!(small < large && large_there > 0, "{small} {large} {large_there}");
    sync(folder, SMALL);
    sync(folder, LARGE);
    sync(folder, SMALL_BUT_SANDBOX);
    let changes = |change: &str, condition: &str| {
        sql(
            folder,
            &format!(
                "SELECT count(*) FROM changes WHERE table_name = 'instances' AND change = '{change}' AND {condition}"
            ),
        )
    };
    assert_eq!(number(&changes("added", "true").1), large - small);
    // What is in the account that denies is not gone, and the answer says so.
    let (code, removed) = changes("removed", "true");
    assert_eq!((code, number(&removed)), (3, (large - large_there) - (small - small_there)));
    assert_eq!(removed["coverage"]["lower_bound"], true);
    let gaps = removed["coverage"]["scopes"].as_array().unwrap().iter().filter(|line| line["status"] == "denied");
    assert!(gaps.clone().count() > 0 && gaps.clone().all(|line| line["account_name"] == "sandbox"), "{removed}");
    assert_eq!(changes("removed", "account_name <> 'sandbox'").0, 0);
    let (code, counts) = sql(
        folder,
        "SELECT count(*) AS vms FROM history WHERE table_name = 'instances' GROUP BY snapshot_at ORDER BY snapshot_at",
    );
    let counts: Vec<i64> = counts["rows"].as_array().unwrap().iter().map(|row| row["vms"].as_i64().unwrap()).collect();
    assert_eq!((code, counts), (3, vec![small, large, small - small_there]));
    let measured =
        "SELECT count(*) FROM history WHERE table_name = 'instances' AND cpu_p95 <= cpu_max AND cpu_avg <= cpu_max
                    AND network_in >= 0 AND network_out >= 0";
    assert!(number(&sql(folder, measured).1) > 0, "utilisation has a history");
    // A `Query` is the same as its SQL.
    std::fs::write(
        folder.join("q.json"),
        r#"{"from": "changes", "aggregate": [{"fn": "count", "as": "n"}], "group_by": ["table_name", "change"]}"#,
    )
    .unwrap();
    let by_query = ask(folder, &["query", "--json", "q.json"]).1["rows"].clone();
    let text = "SELECT table_name, change, count(*) AS n FROM changes GROUP BY table_name, change ORDER BY 1, 2";
    assert_eq!(by_query, sql(folder, text).1["rows"]);
    // Retention forgets the first snapshot, and what is left is compared.
    sync(folder, SMALL);
    assert_eq!(number(&changes("added", "true").1), 0);
    let (code, removed) = changes("removed", "true");
    assert_eq!((code, number(&removed)), (0, large - small), "now that the account is read again");
}

#[test]
fn without_a_sync_the_answer_says_what_to_run_and_is_not_empty() {
    let folder = tempfile::tempdir().unwrap();
    settings(folder.path(), SMALL);
    for table in ["changes", "history"] {
        let (code, answer) = sql(folder.path(), &format!("SELECT * FROM {table}"));
        let error = &answer["coverage"]["scopes"][0]["error"]["message"];
        assert_eq!(
            (code, error.as_str().unwrap()),
            (3, "there are no snapshots yet: run `neph sync`, now and then again")
        );
    }
    std::fs::remove_file(folder.path().join("nephoscope.toml")).unwrap();
    let (code, answer) = sql(folder.path(), "SELECT count(*) FROM changes");
    let error = answer["coverage"]["scopes"][0]["error"]["message"].as_str().unwrap();
    assert!(code == 3 && error.contains("name one with `data_dir`"), "{error}");
}
