//! MCP with the official Python client, and with plain lines: the binary on its standard streams, and a server.

use crate::binary::{neph, of, runs, signal};
use crate::slow;
use host::config::Config;
use host::http::server;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// The Python that has the client. Without it the tests of this file that need it say that they were skipped.
fn python(test: &str) -> Option<String> {
    let python = std::env::var("NEPH_MCP_PYTHON").ok();
    if python.is_none() {
        println!("{test}: skipped, NEPH_MCP_PYTHON is not set (`cargo xtask test` sets it)");
    }
    python
}

/// What the client saw.
fn client(python: &str, wanted: &Value) -> Value {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/mcp/client.py");
    let (code, out, err) = of(Command::new(python).arg(script).arg(wanted.to_string()).output().unwrap());
    assert_eq!(code, 0, "{out}{err}");
    serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}{err}"))
}

/// What an assistant may write.
const PROGRAM: &str =
    "query('SELECT provider, count(*) AS n FROM instances GROUP BY 1 ORDER BY 1').filter(r => r.n > params.least)";

/// The main job of an assistant: look at the tables, ask, page, slip, explain, and compute.
fn calls() -> Value {
    json!([
        { "tool": "describe_tables", "arguments": {} },
        { "tool": "describe_tables", "arguments": { "tables": ["instances"] } },
        { "tool": "ask", "arguments": { "question": "how many VMs per provider" } },
        { "tool": "query", "arguments": { "sql": "SELECT native_id, tags FROM volumes ORDER BY native_id" } },
        { "tool": "query", "arguments": {}, "next_page_of": 3 },
        { "tool": "query", "arguments": { "sql": "SELECT nme FROM instances" } },
        { "tool": "explain", "arguments": { "question": "top 10 most expensive instances" } },
        { "tool": "ask", "arguments": { "quetsion": "how many VMs" } },
        { "tool": "nope", "arguments": {} },
        { "tool": "list_programs", "arguments": {} },
        { "tool": "list_programs", "arguments": { "id": "services-that-grew" } },
        { "tool": "run_program", "arguments": { "program": PROGRAM, "params": { "least": 200 } } },
        { "tool": "run_program", "arguments": { "id": "services-that-grew", "params": { "months": 1 } } },
    ])
}

fn check(seen: &Value, protocol: &str) {
    assert_eq!((&seen["protocol"], &seen["server"]), (&json!(protocol), &json!("nephoscope")));
    let tools: Vec<_> = host::mcp::Mcp::tools().iter().map(|tool| tool.name.to_string()).collect();
    assert_eq!((&seen["tools"], &seen["read_only"]), (&json!(tools), &json!(true)));
    assert!(seen["instructions"].as_str().unwrap().contains("How to work:"));
    let [tables, columns, ask, first, second, slip, explain, wrong, unknown, programs, kept, written, run] =
        seen["results"].as_array().unwrap().as_slice()
    else {
        panic!("{seen}")
    };
    assert!(tables["text"].as_str().unwrap().contains("\nvolumes (25): "), "{tables}");
    assert!(columns["text"].as_str().unwrap().contains("\n- cpu_avg float percent: "), "{columns}");
    assert_eq!((&ask["is_error"], &ask["structured"]["row_count"]), (&json!(false), &json!(2)), "{ask}");
    assert!(ask["text"].as_str().unwrap().contains("\ncomplete: 18 scopes"), "{ask}");
    let shown = &first["structured"]["rows_shown"];
    assert_eq!((&first["structured"]["offset"], &second["structured"]["offset"]), (&json!(0), shown));
    assert_eq!(first["structured"]["row_count"], second["structured"]["row_count"]);
    let last = &first["structured"]["rows"][usize::try_from(shown.as_u64().unwrap()).unwrap() - 1]["native_id"];
    assert!(last.as_str().unwrap() < second["structured"]["rows"][0]["native_id"].as_str().unwrap());
    assert_eq!((&slip["is_error"], &slip["structured"]["error"]["code"]), (&json!(true), &json!("bad_sql")));
    assert!(explain["text"].as_str().unwrap().contains("\nsql: SELECT "), "{explain}");
    assert!(wrong["protocol_error"].as_str().unwrap().contains("unknown field `quetsion`"), "{wrong}");
    assert!(unknown["protocol_error"].as_str().unwrap().contains("there is no tool `nope`"), "{unknown}");
    assert_eq!(programs["structured"]["programs_total"], 14, "{programs}");
    assert!(programs["text"].as_str().unwrap().contains("services-that-grew | built in | "), "{programs}");
    assert!(kept["structured"]["text"].as_str().unwrap().starts_with("/* nephoscope\n"), "{kept}");
    assert_eq!(written["structured"]["rows"], json!([{ "provider": "aws", "n": 254 }]), "{written}");
    assert_eq!((&run["is_error"], &run["structured"]["coverage"]["complete"]), (&json!(false), &json!(true)), "{run}");
    assert!(run["structured"]["row_count"].as_u64().unwrap() > 3, "{run}");
}

/// The protocol that the client speaks at its newest, and the last one that begins with a handshake.
const MODES: [(&str, &str); 2] = [("auto", "2026-07-28"), ("legacy", "2025-11-25")];

#[test]
fn the_official_client_works_over_standard_streams() {
    let Some(python) = python("standard streams") else { return };
    for (mode, protocol) in MODES {
        let folder = tempfile::tempdir().unwrap();
        let server = json!({
            "command": env!("CARGO_BIN_EXE_neph"), "args": ["--demo", "mcp"], "cwd": folder.path(),
            "env": { "HOME": folder.path(), "USER": "ann" },
        });
        check(&client(&python, &json!({ "server": server, "mode": mode, "calls": calls() })), protocol);
    }
}

/// A server over an app, at its address; stopped and waited for when the work is done.
async fn served(app: std::sync::Arc<host::app::App>, work: impl AsyncFnOnce(String)) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/mcp", listener.local_addr().unwrap());
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(server::run_until(app, listener, async move {
        let _ = stopped.await;
    }));
    work(url).await;
    stop.send(()).unwrap();
    tokio::time::timeout(Duration::from_secs(10), serving).await.unwrap().unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_official_client_works_over_http() {
    let Some(python) = python("HTTP") else { return };
    served(crate::support::app(&[], Config::default()).await, async move |url| {
        for (mode, protocol) in MODES {
            let (python, url) = (python.clone(), url.clone());
            let wanted = json!({ "server": { "url": url }, "mode": mode, "calls": calls() });
            let seen = tokio::task::spawn_blocking(move || client(&python, &wanted)).await.unwrap();
            check(&seen, protocol);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_the_official_client_gives_up_is_cancelled_and_the_next_is_answered() {
    let Some(python) = python("giving up") else { return };
    let (app, running) = slow::app(Duration::from_secs(600), Config::default()).await;
    served(app, async move |url| {
        let calls = json!([
            { "tool": "query", "arguments": { "sql": "SELECT name FROM instances" }, "give_up_after": 3 },
            { "tool": "query", "arguments": { "sql": "SELECT 1 AS one" } },
        ]);
        let wanted = json!({ "server": { "url": url }, "mode": "auto", "calls": calls });
        let seeing = tokio::task::spawn_blocking(move || client(&python, &wanted));
        slow::until(&running, 1).await;
        let seen = seeing.await.unwrap();
        let [given_up, next] = seen["results"].as_array().unwrap().as_slice() else { panic!("{seen}") };
        assert_eq!(given_up["cancelled"], true, "{seen}");
        assert_eq!(given_up["progress"][0]["total"], 2.0, "{seen}");
        assert_eq!(next["structured"]["rows"], json!([{ "one": 1 }]), "{seen}");
        slow::until(&running, 0).await;
    })
    .await;
}

/// `neph mcp` in a folder, with its streams held here.
fn start(folder: &Path) -> Child {
    start_with(folder, "")
}

fn start_with(folder: &Path, more: &str) -> Child {
    std::fs::write(folder.join("nephoscope.toml"), format!("[cache]\ndata_dir = \"kept\"\n{more}")).unwrap();
    neph(folder).arg("mcp").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn say(child: &mut Child, messages: &[Value]) {
    let input = child.stdin.as_mut().unwrap();
    messages.iter().for_each(|message| writeln!(input, "{message}").unwrap());
}

fn handshake() -> [Value; 2] {
    let about = json!({ "name": "test", "version": "1" });
    let params = json!({ "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": about });
    [
        json!({ "jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params }),
        json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }),
    ]
}

fn ask(id: u64) -> Value {
    let params = json!({ "name": "ask", "arguments": { "question": "how many VMs per provider" } });
    json!({ "jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params })
}

#[test]
fn the_end_of_input_ends_it_well_with_every_answer_given_and_every_run_written_down() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = start(folder.path());
    say(&mut child, &handshake());
    say(&mut child, &[ask(1), json!({ "jsonrpc": "2.0", "id": 2, "method": "tools/list" })]);
    drop(child.stdin.take());
    let (code, out, err) = of(child.wait_with_output().unwrap());
    assert_eq!(code, 0, "{err}");
    // Nothing but the protocol is on standard output.
    let mut ids: Vec<_> =
        out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["id"].as_u64().unwrap()).collect();
    ids.sort_unstable();
    assert_eq!(ids, [0, 1, 2]);
    assert_eq!(runs(folder.path()), [("how many VMs per provider".to_owned(), "ann".to_owned(), Some(2))]);
}

#[test]
fn a_message_that_is_too_long_is_refused_and_the_next_ones_are_answered() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = start_with(folder.path(), "[server]\nmax_body_bytes = 2000\n");
    let arguments = json!({ "question": "how many VMs per provider ".repeat(10_000) });
    let long = json!({ "name": "ask", "arguments": arguments });
    let long = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": long });
    say(&mut child, &handshake());
    say(&mut child, &[long.clone(), ask(2), long]);
    drop(child.stdin.take());
    let (code, out, err) = of(child.wait_with_output().unwrap());
    assert_eq!(code, 0, "{err}");
    let said: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let (refused, answered): (Vec<&Value>, Vec<&Value>) = said.iter().partition(|one| one["id"].is_null());
    assert_eq!(answered.iter().map(|one| one["id"].as_u64().unwrap()).collect::<Vec<_>>(), [0, 2]);
    assert!(answered[1]["result"]["content"].is_array(), "{out}");
    let messages: Vec<&str> = refused.iter().map(|one| one["error"]["message"].as_str().unwrap()).collect();
    assert_eq!(messages, ["a message is longer than 2000 bytes, and was not read; ask for less at once"; 2]);
}

#[test]
fn a_client_that_says_nothing_and_leaves_is_no_failure() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = start(folder.path());
    drop(child.stdin.take());
    let (code, out, err) = of(child.wait_with_output().unwrap());
    assert_eq!((code, out.as_str()), (0, ""), "{err}");
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_it_with_130_and_a_request_to_terminate_with_0() {
    for (name, expected) in [("-INT", 130), ("-TERM", 0)] {
        let folder = tempfile::tempdir().unwrap();
        let mut child = start(folder.path());
        say(&mut child, &handshake());
        say(&mut child, &[ask(1)]);
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        while !line.contains("\"id\":1") {
            line.clear();
            assert!(out.read_line(&mut line).unwrap() > 0);
        }
        // Waiting would close the input, which is another way to end it.
        let input = child.stdin.take();
        signal(&child, name);
        assert_eq!(child.wait().unwrap().code(), Some(expected), "{name}");
        drop(input);
        assert_eq!(runs(folder.path()).len(), 1, "{name}");
    }
}
