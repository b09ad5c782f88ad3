//! A plugin that asks a server over HTTP, from its installing to its findings: a stand-in of SonarQube on this machine.

use crate::plugins::Desk;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

const TOKEN: &str = "squ_0f1e2d3c4b5a";

/// What the server was sent to be known by, request by request.
type Seen = Arc<Mutex<Vec<String>>>;

/// The parameters of a request.
type Asked = Query<BTreeMap<String, String>>;

/// One project with one bug, for whoever has the token. It tells the token back, as careless servers do, and leaves out
/// parameters that it does not know, as servers before 10.2 do: without `componentKeys` it gives the issues of all projects.
async fn server() -> (SocketAddr, Seen) {
    let reply = |seen: Seen, headers: &HeaderMap, key: &str, items: Vec<Value>| {
        let sent = headers.get("authorization").and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        seen.lock().unwrap().push(sent.clone());
        if sent != format!("Bearer {TOKEN}") {
            return StatusCode::UNAUTHORIZED.into_response();
        }
        let paging = json!({ "pageIndex": 1, "pageSize": 500, "total": items.len() });
        Json(json!({ "paging": paging, key: items })).into_response()
    };
    let projects = move |State(seen): State<Seen>, headers: HeaderMap| async move {
        reply(seen, &headers, "components", vec![json!({ "key": "shop", "name": "The shop", "qualifier": "TRK" })])
    };
    let issues = move |State(seen): State<Seen>, Query(asked): Asked, headers: HeaderMap| async move {
        let issue = |project: &&str| {
            json!({ "key": format!("{project}-1"), "rule": "java:S1", "severity": "MAJOR", "project": project, "type": "BUG",
                "component": format!("{project}:src/A.java"), "message": format!("Take {TOKEN} out of the code.") })
        };
        let is_asked =
            |project: &&&str| asked.get("componentKeys").is_none_or(|keys| keys.split(',').any(|key| key == **project));
        reply(seen, &headers, "issues", ["shop", "web"].iter().filter(is_asked).map(issue).collect())
    };
    let seen = Seen::default();
    let router = Router::new()
        .route("/api/components/search", get(projects))
        .route("/api/issues/search", get(issues))
        .with_state(seen.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::task::spawn(async move { axum::serve(listener, router).await });
    (address, seen)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_is_asked_by_grant_with_a_secret_that_the_plugin_never_sees() {
    let (at, seen) = server().await;
    let base = format!("http://{at}");
    let desk = Desk::new("");
    std::fs::write(desk.path().join("token"), format!("{TOKEN}\n")).unwrap();
    let settings = format!(
        "[plugins.secrets]\nsonarqube_token = \"file:token\"\n\
         [plugins.parameters.sonarqube]\nbase_url = \"{base}\"\ntypes = \"bug\"\n"
    );
    desk.configure("", &settings);
    let path = desk.brought("sonarqube", |manifest| manifest);
    assert_eq!(desk.install(&["--allow-unsigned"], &path).0, 0);
    let (code, _, err) = desk.run(&["scan", "--plugin", "sonarqube"]);
    assert!(code == 4 && err.contains("nothing is granted to it yet"), "{code} {err}");
    let grant =
        |words: &[&str]| assert_eq!(desk.run(&[&["plugin", "grant", "sonarqube"], words].concat()).0, 0, "{words:?}");
    let failed = |expected: &str| {
        let (_, scan) = desk.scan("sonarqube");
        let message = scan["failure"]["message"].as_str().unwrap_or_else(|| panic!("{scan}"));
        assert!(message.contains(expected), "{message}");
    };
    // A host on this machine needs its own yes; then the secret is missing.
    let (code, _, err) = desk.run(&["plugin", "grant", "sonarqube", "--host", &base, "--secret", "sonarqube_token"]);
    assert!(code == 2 && err.contains("is this machine, or one of your own network"), "{code} {err}");
    assert!(err.contains("add `--private`"), "{err}");
    // The secret alone can go nowhere, and that is what is said.
    grant(&["--all"]);
    let why = "no host is granted to it yet: the secret `sonarqube_token` is, and can go nowhere";
    let (_, shown, _) = desk.run(&["plugin", "show", "sonarqube"]);
    assert!(shown.contains(&format!("held: {why}")) && !shown.contains("nothing is granted"), "{shown}");
    grant(&["--host", &base, "--private"]);
    failed("the secret `sonarqube_token` is not granted");
    assert!(seen.lock().unwrap().is_empty(), "none of these left the machine");

    grant(&["--host", &base, "--private", "--secret", "sonarqube_token"]);
    let (code, scan) = desk.scan("sonarqube");
    assert_eq!((code, scan["complete"].as_bool()), (0, Some(true)), "{scan}");
    assert_eq!(scan["findings"].as_array().map(Vec::len), Some(1), "of the project that was asked for alone: {scan}");
    assert_eq!(scan["findings"][0]["title"], "Take [secret] out of the code.");
    assert_eq!(scan["requests"].as_array().unwrap().len(), 2, "{scan}");
    assert_eq!(*seen.lock().unwrap(), vec![format!("Bearer {TOKEN}"); 2]);
    assert!(!scan.to_string().contains(TOKEN), "{scan}");
    let line = |path: &str, came: &str| format!("sonarqube GET {base}/api/{path} {came}");
    let expected = [
        line("components/search", "secret_not_granted"),
        line("components/search", "200"),
        line("issues/search", "200"),
    ];
    assert_eq!(desk.requests().await, expected, "the audit log has those, and that which was refused");
}
