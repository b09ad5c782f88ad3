//! The real binary: exit codes, what goes to which stream, what survives.

use serde_json::Value;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

/// The binary with an environment of its own, in a folder of its own.
pub(crate) fn neph(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_neph"));
    command.env_clear().env("HOME", folder).env("USER", "ann").current_dir(folder).stdin(Stdio::null());
    command
}

fn run(arguments: &[&str]) -> (i32, String, String) {
    let folder = tempfile::tempdir().unwrap();
    of(neph(folder.path()).args(arguments).output().unwrap())
}

pub(crate) fn of(output: Output) -> (i32, String, String) {
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn check(arguments: &[&str], code: i32, stderr: &str) {
    let (got, out, err) = run(arguments);
    assert_eq!((got, err.as_str()), (code, stderr), "{arguments:?}: {out}");
}

#[test]
fn what_is_typed_wrong_exits_2_with_a_sentence_and_a_hint() {
    check(
        &["--demo", "query", "SELECT nme FROM instances"],
        2,
        "error: there is no column `nme`\nhint: did you mean `name`?\n",
    );
    check(
        &["--demo", "query", "SELECT * FROM instanses"],
        2,
        "error: there is no table `instanses`\nhint: did you mean `instances`?\n",
    );
    check(&["--demo", "query", "  "], 2, "error: the SQL is empty\nhint: try `neph query 'SELECT * FROM instances'`\n");
    check(
        &["--demo", "query", "--json", "nowhere.json"],
        2,
        "error: `nowhere.json` could not be read: No such file or directory (os error 2)\n",
    );
    check(&["tables", "instanses"], 2, "error: there is no table `instanses`\nhint: did you mean `instances`?\n");
    check(
        &["--config", "nowhere.toml", "ask", "list all VMs"],
        2,
        "error: there is no configuration file `nowhere.toml`\nhint: `neph doctor` says where one is looked for\n",
    );
    let (code, _, err) = run(&["expalin", "x"]);
    assert!(code == 2 && err.contains("explain"), "{err}");
    let (code, _, err) = run(&["--demo", "--region", "eu-wst-1", "ask", "list all VMs"]);
    assert_eq!(code, 2, "{err}");
    assert!(err.contains("eu-wst-1") && err.contains("hint: did you mean `eu-west-1`?"), "{err}");
}

#[test]
fn a_model_that_cannot_be_asked_is_a_failure_and_no_refusal() {
    let folder = tempfile::tempdir().unwrap();
    // A port that nobody listens on: it was free a moment ago.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let text = format!(
        "[demo]\n[model]\nprovider = \"openai_compatible\"\nname = \"m\"\nendpoint = \"http://127.0.0.1:{port}/v1\"\n"
    );
    std::fs::write(folder.path().join("nephoscope.toml"), text).unwrap();
    let question = "which account has the instance with the longest name of all";
    let (code, out, err) = of(neph(folder.path()).args(["-f", "json", "ask", question]).output().unwrap());
    let reply: Value = serde_json::from_str(&out).unwrap_or_else(|_| panic!("{out}{err}"));
    assert_eq!((code, &reply["route"], &reply["failed"]), (1, &"refused".into(), &true.into()), "{err}");
    let (code, out, _) = run(&["--demo", "-f", "json", "ask", question]);
    assert_eq!((code, &serde_json::from_str::<Value>(&out).unwrap()["failed"]), (4, &false.into()));
}

#[test]
fn what_is_refused_exits_4() {
    let (code, out, err) = run(&["--demo", "ask", "delete all untagged volumes"]);
    assert_eq!((code, out.as_str()), (4, ""));
    assert!(err.starts_with("not answered: "), "{err}");
    let (code, out, _) = run(&["--demo", "-f", "json", "ask", "delete all untagged volumes"]);
    assert_eq!((code, serde_json::from_str::<Value>(&out).unwrap()["route"].as_str()), (4, Some("refused")));
    let (code, _, err) = run(&["--demo", "query", "DROP TABLE instances"]);
    assert!(code == 4 && err.starts_with("error: "), "{err}");
}

#[test]
fn with_nothing_configured_the_demo_estate_answers_and_one_line_says_so() {
    let (code, out, err) = run(&["ask", "how many VMs per provider"]);
    assert_eq!(code, 0, "{err}");
    assert!(out.starts_with("provider"), "{out}");
    assert_eq!(err.lines().filter(|line| line.contains("demo estate")).count(), 1, "{err}");
    let (_, _, err) = run(&["--demo", "ask", "how many VMs per provider"]);
    assert!(!err.contains("demo estate"), "{err}");
}

#[test]
fn rows_go_to_standard_output_and_remarks_to_standard_error() {
    let (code, out, err) = run(&["--demo", "-f", "csv", "query", "SELECT name FROM databases ORDER BY name LIMIT 2"]);
    assert_eq!((code, out.lines().count()), (0, 3));
    let mut remarks = err.lines();
    assert!(remarks.next().unwrap().starts_with("2 rows in "), "{err}");
    assert!(remarks.next().unwrap().starts_with("complete: "), "{err}");
    let (_, out, err) = run(&["--demo", "-f", "json", "query", "SELECT 1 AS one"]);
    assert_eq!((serde_json::from_str::<Value>(&out).unwrap()["rows"][0]["one"].as_i64(), err.as_str()), (Some(1), ""));
}

#[test]
fn a_scope_that_denies_makes_the_exit_code_3() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("nephoscope.toml"), "[demo]\ndeny = [\"sandbox\"]\n").unwrap();
    let (code, out, err) = of(neph(folder.path()).args(["ask", "list all VMs"]).output().unwrap());
    assert_eq!(code, 3, "{err}");
    assert!(out.lines().count() > 100);
    assert!(err.contains("incomplete: 4 of 18 scopes") && err.contains("sandbox (333344445555)"), "{err}");
}

#[test]
fn what_a_program_could_not_tell_is_no_row_and_makes_the_exit_code_3() {
    let (code, out, err) = run(&["--demo", "-f", "csv", "ask", "which services' spend grew 11 months running"]);
    assert!(code == 3 && out.trim().is_empty(), "{code} {out}{err}");
    assert!(err.contains("incomplete: every scope was read"), "{err}");
    assert!(err.contains("warning: not known: the bill reaches back to 20"), "{err}");
}

#[test]
fn a_program_that_was_kept_by_hand_can_be_forgotten_and_one_that_ships_cannot() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("nephoscope.toml"), "[demo]\n[cache]\ndata_dir = \"kept\"\n").unwrap();
    let program = |arguments: &[&str]| of(neph(folder.path()).arg("program").args(arguments).output().unwrap());
    let question = "pairs of instances that share a birthday";
    std::fs::write(folder.path().join("p.js"), "query('SELECT count(*) AS n FROM instances')").unwrap();
    let (code, _, err) = program(&["keep", "p.js", "--question", question]);
    assert_eq!(code, 0, "{err}");
    let id = err.split('`').nth(1).unwrap().to_owned();
    assert!(program(&["list"]).1.contains(question));

    let (code, _, err) = program(&["forget", &id]);
    assert_eq!((code, err), (0, format!("deleted `{id}`: \"{question}\" is not answered by it any more\n")));
    assert!(!program(&["list"]).1.contains(question));
    let (code, _, err) = program(&["forget", &id]);
    assert!(code == 2 && err.starts_with(&format!("error: there is no program `{id}`")), "{code} {err}");
    let (code, _, err) = program(&["forget", "next-size-down"]);
    assert_eq!(
        (code, err.as_str()),
        (
            2,
            "error: `next-size-down` ships with this program\n\
             hint: it is no longer offered once three of its answers have a thumb down\n"
        )
    );
}

#[test]
fn a_program_is_kept_with_a_word_of_whether_its_question_comes_to_it() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("nephoscope.toml"), "[demo]\n[cache]\ndata_dir = \"kept\"\n").unwrap();
    std::fs::write(folder.path().join("p.js"), "query('SELECT count(*) AS n FROM instances')").unwrap();
    for (question, expected) in [
        ("pairs of instances that share a birthday", "`neph ask \"pairs of instances that share a birthday\"` runs it"),
        ("list all VMs", "and `neph ask \"list all VMs\"` does not: the rules read it as a query, "),
        ("delete all idle VMs", "and `neph ask \"delete all idle VMs\"` does not: it is refused, "),
    ] {
        let arguments = ["program", "keep", "p.js", "--question", question];
        let (code, _, err) = of(neph(folder.path()).args(arguments).output().unwrap());
        assert!(code == 0 && err.contains(expected), "{err}");
    }
}

#[cfg(unix)]
#[test]
fn a_file_without_an_end_is_no_program() {
    for action in ["run", "explain", "keep"] {
        let (code, _, err) = run(&["--demo", "program", action, "/dev/zero"]);
        assert_eq!(code, 2, "{err}");
        assert!(err.contains("`/dev/zero` has more than the 65536 bytes that a program may have"), "{err}");
    }
}

#[test]
fn a_query_in_a_file_and_an_answer_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("q.json"), r#"{"from":"instances","select":["name"],"limit":3}"#).unwrap();
    let arguments = ["--demo", "-f", "parquet", "-o", "rows.parquet", "query", "--json", "q.json"];
    let (code, out, err) = of(neph(folder.path()).args(arguments).output().unwrap());
    assert_eq!((code, out.as_str()), (0, ""), "{err}");
    let file = std::fs::read(folder.path().join("rows.parquet")).unwrap();
    assert!(file.starts_with(b"PAR1"));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "nothing temporary is left");
    std::fs::write(folder.path().join("bad.json"), r#"{"from":"instances","selekt":["name"]}"#).unwrap();
    let (code, _, err) = of(neph(folder.path()).args(["--demo", "query", "--json", "bad.json"]).output().unwrap());
    assert_eq!(
        (code, err.as_str()),
        (2, "error: `bad.json`: the query has no `selekt`\nhint: did you mean `select`?\n")
    );
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = neph(folder.path())
        .args(["--demo", "-f", "ndjson", "query", "SELECT * FROM resources"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    out.read_line(&mut line).unwrap();
    drop(out);
    let mut err = String::new();
    child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0), "{err}");
    assert!(line.starts_with('{') && !err.contains("error"), "{err}");
}

#[cfg(unix)]
pub(crate) fn signal(child: &std::process::Child, name: &str) {
    assert!(Command::new("kill").args([name, &child.id().to_string()]).status().unwrap().success());
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_a_question_with_130() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("nephoscope.toml"), "[demo]\nscale = 20\n").unwrap();
    let child = neph(folder.path())
        .args(["ask", "cost by service last month"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    std::thread::sleep(Duration::from_millis(700));
    signal(&child, "-INT");
    let (code, out, _) = of(child.wait_with_output().unwrap());
    assert_eq!((code, out.as_str()), (130, ""));
}

#[cfg(unix)]
#[test]
fn what_ctrl_c_ended_is_in_the_audit_log() {
    let folder = tempfile::tempdir().unwrap();
    // A cloud that takes the call and never answers.
    let cloud = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = cloud.local_addr().unwrap();
    let config = format!(
        "[cache]\ndata_dir = \"kept\"\n[aws]\nendpoint_url = \"http://{address}\"\nregions = [\"us-east-1\"]\n"
    );
    std::fs::write(folder.path().join("nephoscope.toml"), config).unwrap();
    let child = neph(folder.path())
        .env("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "example")
        .args(["ask", "how many VMs"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let held = cloud.accept().unwrap();
    signal(&child, "-INT");
    let (code, out, err) = of(child.wait_with_output().unwrap());
    drop(held);
    assert_eq!((code, out.as_str()), (130, ""), "{err}");
    assert_eq!(runs(folder.path()), [("how many VMs".to_owned(), "ann".to_owned(), None)]);
}

/// A server in a folder, and where it listens.
#[expect(clippy::zombie_processes, reason = "a server that does not start fails the test, which ends the process")]
pub(crate) fn serve(folder: &Path) -> (std::process::Child, String) {
    let mut child = neph(folder)
        .args(["serve", "--listen", "127.0.0.1:0"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut err = BufReader::new(child.stderr.take().unwrap());
    let mut said = String::new();
    loop {
        let mut line = String::new();
        assert!(err.read_line(&mut line).unwrap() > 0, "the server did not start: {said}");
        said.push_str(&line);
        if let Some(rest) = line.strip_prefix("listening on ") {
            let url = rest.split_whitespace().next().unwrap().to_owned();
            // Whoever writes to a pipe that nobody reads waits.
            std::thread::spawn(move || err.read_to_string(&mut String::new()));
            return (child, url);
        }
    }
}

fn post(url: &str, question: &str) -> Value {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let body = serde_json::json!({ "question": question });
    runtime.block_on(async {
        reqwest::Client::new().post(format!("{url}/v1/ask")).json(&body).send().await.unwrap().json().await.unwrap()
    })
}

/// The audit log: question, who, how many rows.
pub(crate) fn runs(folder: &Path) -> Vec<(String, String, Option<i64>)> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(folder.join("kept/nephoscope.db"));
        let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
        let text = "SELECT coalesce(question, ''), who, row_count FROM runs ORDER BY seq";
        sqlx::query_as(text).fetch_all(&pool).await.unwrap()
    })
}

#[cfg(unix)]
#[test]
fn a_server_that_is_killed_starts_again_and_still_has_its_log() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("nephoscope.toml"), "[cache]\ndata_dir = \"kept\"\n").unwrap();
    let (mut child, url) = serve(folder.path());
    assert_eq!(post(&url, "how many VMs per provider")["row_count"], 2);
    // The writer needs a moment; after a kill at any time the store must open.
    std::thread::sleep(Duration::from_millis(500));
    let busy =
        std::thread::spawn(move || std::panic::catch_unwind(|| post(&url, "cost by service last month")).is_err());
    std::thread::sleep(Duration::from_millis(300));
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(busy.join().unwrap(), "the request was under way when the server was killed");

    let (mut child, url) = serve(folder.path());
    assert_eq!(post(&url, "how many VMs per provider")["row_count"], 2);
    signal(&child, "-TERM");
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let question = "how many VMs per provider".to_owned();
    assert_eq!(
        runs(folder.path()),
        [(question.clone(), "http".to_owned(), Some(2)), (question, "http".to_owned(), Some(2))]
    );
}

#[test]
fn two_processes_share_a_data_folder() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("nephoscope.toml"), "[cache]\ndata_dir = \"kept\"\n").unwrap();
    let spawn = || {
        neph(folder.path())
            .args(["ask", "how many VMs per provider"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    };
    for child in [spawn(), spawn(), spawn()] {
        let (code, _, err) = of(child.wait_with_output().unwrap());
        assert_eq!(code, 0, "{err}");
        assert!(!err.contains("WARN"), "{err}");
    }
    assert_eq!(runs(folder.path()).len(), 3);
}

#[test]
fn a_data_folder_that_cannot_be_made_is_said_once_and_costs_no_answer() {
    let folder = tempfile::tempdir().unwrap();
    // A file in the way stops every user, root too; a read-only folder would not.
    std::fs::write(folder.path().join("kept"), "").unwrap();
    std::fs::write(folder.path().join("nephoscope.toml"), "[cache]\ndata_dir = \"kept\"\n").unwrap();
    let (code, out, err) = of(neph(folder.path()).args(["ask", "how many VMs per provider"]).output().unwrap());
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("azure"), "{out}");
    assert_eq!(err.lines().filter(|line| line.contains("could not be opened")).count(), 1, "{err}");
    let (code, out, _) = of(neph(folder.path()).arg("doctor").output().unwrap());
    assert_eq!(code, 1, "{out}");
    assert!(out.contains("WRONG data folder: `kept` cannot be written"), "{out}");
}

#[test]
fn the_doctor_names_what_is_wrong_and_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let (code, out, _) = of(neph(folder.path()).arg("doctor").output().unwrap());
    assert_eq!(code, 3, "{out}");
    assert!(out.contains("write `[aws]`, `[azure]` or `[billing]` into"), "{out}");
    std::fs::write(folder.path().join("nephoscope.toml"), "[cach]\n").unwrap();
    let (code, out, _) = of(neph(folder.path()).arg("doctor").output().unwrap());
    assert_eq!(code, 1);
    assert!(out.contains("unknown field `cach`") && out.contains("did you mean `cache`?"), "{out}");
}

#[test]
fn a_configured_address_that_others_can_reach_must_be_said_twice() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("nephoscope.toml"), "[server]\nlisten = \"0.0.0.0:0\"\n").unwrap();
    let (code, _, err) = of(neph(folder.path()).arg("serve").output().unwrap());
    assert_eq!(code, 2);
    assert!(err.contains("hint: if that is meant, say it: `neph serve --listen 0.0.0.0:0`"), "{err}");
}

#[test]
fn the_show_has_answers_and_ends() {
    let (code, out, err) = run(&["demo", "--no-serve"]);
    assert_eq!(code, 0, "{err}");
    for part in ["VMs with CPU below 20% and cost over $100", "incomplete: ", "sandbox", "… "] {
        assert!(out.contains(part), "no `{part}` in {out}");
    }
}

#[test]
fn sql_that_is_asked_runs_as_sql_and_is_said_to() {
    let (code, out, err) = run(&["--demo", "ask", "SELECT name, cost_30d FROM instances ORDER BY cost_30d LIMIT 5"]);
    assert!(code == 0 && out.contains("cost_30d"), "{out}{err}");
    assert!(err.contains("read as: SQL, run as it is"), "{err}");
    let (code, _, err) = run(&["--demo", "ask", "SELECT name FROM instances WHERE vcpus = = 4"]);
    assert!(code == 2 && err.starts_with("error: the SQL cannot be read: "), "{err}");
    assert!(err.contains("`neph query 'SELECT …'`"), "{err}");
}

#[test]
fn why_names_the_kept_program_that_would_run() {
    let asked = ["--demo", "ask", "--why", "stopped instances still costing money"];
    let (code, out, err) = run(&asked);
    assert_eq!(code, 0, "{out}{err}");
    assert!(out.contains("known: the kept program `stopped-instances-that-cost` would run"), "{out}");
    let (code, out, err) = run(&["-f", "json", "--demo", "ask", "--why", "stopped instances still costing money"]);
    assert_eq!(code, 0, "{err}");
    let told: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(told["program"]["name"], "stopped-instances-that-cost");
    assert!(told["reading"]["route"]["unusual"].is_object() && told["program"]["params"].is_object(), "{told}");
    let (code, out, _) = run(&["--demo", "ask", "--why", "SELECT name FROM instances"]);
    assert_eq!((code, out.as_str()), (0, "direct: SQL, run as it is\n"));
    assert_eq!(run(&["--demo", "ask", "--why", "machines nobody looks after"]).0, 4);
}
