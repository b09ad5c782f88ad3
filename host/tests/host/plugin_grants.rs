//! Plugins of others at the front doors: where their requests and secrets go, what a source may fill, what is damaged, and whose
//! a mute is.

use crate::binary::{neph, of, serve};
use crate::plugins::{Desk, as_it_is};
use axum::Router;
use axum::http::HeaderMap;
use axum::routing::get;
use serde_json::{Value, json};
use std::fs;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

const TOKEN: &str = "squ_0123456789abcdef";

/// A server that finds nothing, and the `authorization` of all requests that it had.
async fn sonarqube() -> (SocketAddr, Arc<Mutex<Vec<String>>>) {
    let heard: Arc<Mutex<Vec<String>>> = Arc::default();
    let noted = heard.clone();
    let answer = get(move |headers: HeaderMap| async move {
        noted.lock().unwrap().push(headers.get("authorization").map_or("", |value| value.to_str().unwrap()).to_owned());
        axum::Json(json!({ "paging": { "pageIndex": 1, "pageSize": 500, "total": 0 }, "components": [] }))
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, Router::new().route("/api/components/search", answer)).await });
    (address, heard)
}

/// A desk whose SonarQube is there, and whose token is in a file.
fn desk_for(server: &SocketAddr) -> Desk {
    let desk = Desk::new("");
    fs::write(desk.path().join("token"), TOKEN).unwrap();
    let secrets = "[plugins.secrets]\nsonarqube_token = \"file:token\"";
    desk.configure("", &format!("{secrets}\n[plugins.parameters.sonarqube]\nbase_url = \"http://{server}\""));
    desk
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_is_granted_for_one_host_is_not_told_to_another() {
    let ((mine, told), (other, heard)) = (sonarqube().await, sonarqube().await);
    let path = |desk: &Desk| desk.brought("sonarqube", as_it_is);
    let secret = format!("sonarqube_token=http://{mine}");
    let hosts = [mine, other].map(|host| format!("http://{host}"));
    let grant = ["--allow-unsigned", "--host", &hosts[0], "--host", &hosts[1], "--private", "--secret", &secret];
    let desk = desk_for(&mine);
    assert_eq!(desk.install(&grant, &path(&desk)).0, 0);
    let (_, shown, _) = desk.run(&["plugin", "show", "sonarqube"]);
    assert!(shown.contains("secret `sonarqube_token` (for the hosts that you name): to log in there"), "{shown}");
    assert!(shown.contains(&format!("secret `sonarqube_token` for `{}`\n", hosts[0])), "{shown}");
    assert_eq!((desk.scan("sonarqube").0, &told.lock().unwrap()[..]), (0, &[format!("Bearer {TOKEN}")][..]));
    let desk = desk_for(&other);
    assert_eq!(desk.install(&grant, &path(&desk)).0, 0);
    let (code, scan) = desk.scan("sonarqube");
    let message = scan["failure"]["message"].as_str().unwrap();
    let expected = format!("the secret `sonarqube_token` is not granted to this plugin for `http://{other}`");
    assert!(code == 1 && message.contains(&expected), "{code} {message}");
    assert!(heard.lock().unwrap().is_empty(), "nothing was sent");
    let (code, _, err) = desk.run(&["plugin", "grant", "sonarqube", "--secret", "sonarqube_token=a b"]);
    assert!(code == 2 && err.contains("the secret `sonarqube_token`: `a b` is no host"), "{err}");
}

#[test]
fn a_manifest_that_does_not_say_where_a_secret_goes_is_refused_where_it_could_go_to_several() {
    let desk = Desk::new("");
    let second =
        "\n[[needs.hosts]]\nhost = \"stats.vendor.example\"\nmethods = [\"POST\"]\nwhy = \"to report versions\"\n";
    let path = desk.brought("sonarqube", |manifest| manifest.replace("hosts = [\"*\"]\n", "") + second);
    let (code, err) = desk.install(&["--allow-unsigned", "--all"], &path);
    assert!(code != 0 && err.contains("does not say which of `[[needs.hosts]]` the secret goes to"), "{err}");
    let path = desk.brought("sonarqube", |manifest| manifest.replace("hosts = [\"*\"]\n", ""));
    assert_eq!(desk.install(&["--allow-unsigned", "--all"], &path).0, 0, "there is one host that can be meant");
}

#[test]
fn a_source_fills_what_its_manifest_says_and_for_that_provider() {
    let desk = Desk::new("");
    let fills = "fills = [\"parts\", \"volumes\"]";
    let path = desk.brought("misfilling", |manifest| manifest.replace(fills, "fills = [\"parts\"]"));
    let (code, err) = desk.install(&["--allow-unsigned"], &path);
    assert!(
        code != 0 && err.contains("its component fills `volumes`, which is not in `fills` of its manifest"),
        "{err}"
    );
    let path = desk.brought("misfilling", |manifest| manifest.replace(fills, ""));
    let (code, err) = desk.install(&["--allow-unsigned"], &path);
    assert!(code != 0 && err.contains("says which tables it fills; add `fills`"), "{err}");
    let path = desk.brought("misfilling", as_it_is);
    let (code, err) = desk.install(&["--allow-unsigned"], &path);
    let said = "to fill `parts`, `volumes` with rows of the provider `misfilling`";
    assert!(code == 0 && err.contains(said), "{err}");
    assert!(desk.run(&["plugin", "show", "misfilling"]).1.contains(&format!("It asks for\n  {said}\n")));
    // A version that speaks for another provider waits, and is refused the scopes of the one before.
    let path = desk.brought("misfilling", |manifest| manifest.replace(fills, &format!("{fills}\nprovider = \"aws\"")));
    let (code, err) = desk.install(&["--allow-unsigned"], &path);
    assert!(code == 0 && err.contains("held: to fill tables for the provider `aws` is asked for anew"), "{err}");
    assert_eq!(desk.run(&["plugin", "grant", "misfilling", "--all"]).0, 0);
    let text = "[cache]\ndata_dir = \"data\"\n[plugins]\nsources = [\"misfilling\"]\n";
    fs::write(desk.path().join("nephoscope.toml"), text).unwrap();
    let ask = ["--format", "json", "query", "SELECT count(*) AS n FROM misfilling.parts"];
    let (code, out, err) = of(neph(desk.path()).args(ask).output().unwrap());
    let why = "it names a scope of `misfilling`, and says that it is of `aws`";
    assert!(code == 3 && out.contains(why), "{code} {out}{err}");
}

#[test]
fn scopes_that_are_no_block_are_refused_when_they_are_granted() {
    let desk = Desk::new("");
    let path = desk.brought("misbehaving", as_it_is);
    assert_eq!(desk.install(&["--allow-unsigned"], &path).0, 0);
    let apart = ["--scope", "aws/1/eu-west-1", "--scope", "azure/2/*"];
    let (code, _, err) = desk.run(&[&["plugin", "grant", "misbehaving", "--table", "volumes"], &apart[..]].concat());
    assert!(
        code == 2 && err.contains("grant regions of one account, the same regions of several accounts"),
        "{code} {err}"
    );
    let lock = fs::read_to_string(desk.path().join("data/plugins/misbehaving/lock.toml")).unwrap();
    assert!(!lock.contains("azure"), "{lock}");
    let block = ["plugin", "grant", "misbehaving", "--table", "volumes", "--scope", "aws/1/a", "--scope", "aws/1/b"];
    assert_eq!(desk.run(&block).0, 0);
}

#[test]
fn a_source_that_is_called_like_one_of_this_program_is_refused_before_it_stops_everything() {
    let desk = Desk::new("");
    for name in ["aws", "billing", "history"] {
        let path = desk
            .brought("misfilling", |manifest| manifest.replace("name = \"misfilling\"", &format!("name = \"{name}\"")));
        let (code, err) = desk.install(&["--allow-unsigned"], &path);
        let why = format!("`{name}` is a source of this program's own: a plugin needs another name");
        assert!(code != 0 && err.contains(&why), "{code} {err}");
    }
}

#[test]
fn that_a_host_is_not_granted_in_a_check_is_no_problem_of_the_plugins() {
    let desk = Desk::new("");
    let path = desk.brought("sonarqube", as_it_is);
    let check = ["plugin", "check", path.to_str().unwrap(), "--set", "base_url=https://sonar.example"];
    let (code, out, err) = desk.run(&check);
    let note = "note: where no host is granted, as here, the scan ends with: ";
    assert!(code == 0 && out.contains(note) && out.contains("all well"), "{code} {out}{err}");
}

#[test]
fn a_damaged_plugin_is_named_wherever_it_is_missed() {
    let desk = Desk::new("");
    let path = desk.brought("misbehaving", as_it_is);
    assert_eq!(desk.install(&["--allow-unsigned", "--all"], &path).0, 0);
    let lock = desk.path().join("data/plugins/misbehaving/lock.toml");
    for (damage, why) in [(Some("x"), "the plugin's lock file is wrong"), (None, "installing it was cut off")] {
        match damage {
            Some(text) => fs::write(&lock, text).unwrap(),
            None => fs::remove_file(&lock).unwrap(),
        }
        let (code, scans) = desk.json(&["scan"]);
        assert_eq!((code, scans["skipped"][0]["plugin"].as_str()), (3, Some("misbehaving")), "{scans}");
        assert!(scans["skipped"][0]["why"].as_str().unwrap().contains(why), "{scans}");
        let (code, out, _) = desk.run(&["plugin", "list"]);
        assert!(code == 0 && out.lines().any(|line| line.starts_with("misbehaving") && line.contains(why)), "{out}");
        let (code, _, err) = desk.run(&["scan", "--plugin", "misbehaving"]);
        assert!(code != 0 && err.contains(why) && err.contains("`neph plugin remove misbehaving`"), "{err}");
    }
    assert_eq!(desk.run(&["plugin", "remove", "misbehaving"]).0, 0);
    let (_, scans) = desk.json(&["scan"]);
    assert!(scans["skipped"].as_array().is_none_or(Vec::is_empty), "{scans}");
}

#[test]
fn a_few_findings_are_the_worst_of_all_and_what_cannot_be_decided_yet_is_counted() {
    let desk = Desk::new("");
    let severities = |arguments: &[&str]| {
        let (_, scans) = desk.json(arguments);
        let reports = scans["scans"].as_array().unwrap().clone();
        let found = reports.iter().flat_map(|report| report["findings"].as_array().unwrap().clone());
        let mut severities: Vec<String> = found.map(|one| one["severity"].as_str().unwrap().to_owned()).collect();
        let order = ["critical", "high", "medium", "low", "informational"];
        severities.sort_by_key(|severity| order.iter().position(|one| one == severity));
        severities
    };
    let two = ["scan", "--plugin", "architecture,exposure"];
    let all = severities(&two);
    let few = severities(&[&["--limit", "5"], &two[..]].concat());
    assert_eq!((few.len(), &few[..]), (5, &all[..5]));
    // The same ones in each scan, and those that come first where all are shown.
    let uids = |arguments: &[&str]| {
        let (_, out, _) = desk.run(&[&["--format", "ndjson"], arguments].concat());
        let uid = |line: &str| serde_json::from_str::<Value>(line).unwrap()["uid"].clone();
        out.lines().map(uid).collect::<Vec<_>>()
    };
    assert_eq!(uids(&[&["--limit", "5"], &two[..]].concat()), uids(&two)[..5]);
    let (_, _, err) = desk.run(&["scan", "--plugin", "exposure"]);
    let said = "exposure: 2 of 11 rules cannot be decided yet; `neph plugin show exposure` names them";
    assert!(err.contains(said), "{err}");
}

#[test]
fn what_a_removed_plugin_found_can_be_forgotten() {
    let desk = Desk::new("");
    let path = desk.brought("misbehaving", as_it_is);
    assert_eq!(desk.install(&["--allow-unsigned", "--all"], &path).0, 0);
    assert_eq!(desk.json(&["scan", "--plugin", "misbehaving", "--set", "misbehaving.act=behave"]).0, 0);
    desk.scan("exposure");
    let (code, _, err) = desk.run(&["plugin", "remove", "misbehaving"]);
    assert!(code == 0 && err.contains("neph finding forget --plugin misbehaving"), "{err}");
    assert_eq!(desk.number("SELECT count(*) FROM findings WHERE plugin = 'misbehaving'"), 3);
    let (code, _, err) = desk.run(&["finding", "forget", "--plugin", "misbehaving"]);
    assert!(code == 0 && err.contains("forgot 3 findings"), "{err}");
    let (_, answer) = desk.json(&["query", "SELECT DISTINCT plugin FROM findings"]);
    assert_eq!((answer["rows"].as_array().unwrap().len(), &answer["rows"][0]["plugin"]), (1, &json!("exposure")));
    assert_eq!(answer["coverage"]["scopes"].as_array().unwrap().len(), 1, "{answer}");
    assert_eq!(desk.run(&["finding", "forget", "--plugin", "misbehaving"]).0, 2);
}

/// For the manifest of a source that asks a server.
const HOSTS: &str = "\n[[needs.hosts]]\nhost = \"*\"\nmethods = [\"GET\"]\nwhy = \"to ask for parts\"\n";

/// A server that says how many parts there are.
async fn parts() -> String {
    let router = Router::new().route("/parts", get(|| async { "twelve" }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    server
}

/// Has the desk's source ask that address.
fn configure_to_ask(desk: &Desk, url: &str) {
    let text = format!(
        "[cache]\ndata_dir = \"data\"\n[plugins]\nsources = [\"misfilling\"]\n\
         [plugins.parameters.misfilling]\nact = \"ask\"\nurl = \"{url}\"\n"
    );
    fs::write(desk.path().join("nephoscope.toml"), text).unwrap();
}

/// What a server answers that reads everything anew.
async fn answered(server: &str, sql: &str) -> Value {
    replied(server, json!({ "sql": sql, "options": { "fresh": true } })).await
}

/// What a server answers to a query.
async fn replied(server: &str, query: Value) -> Value {
    let reply = reqwest::Client::new().post(format!("{server}/v1/query")).json(&query).send();
    reply.await.unwrap().json().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_source_asks_of_a_server_is_in_the_audit_log() {
    let server = parts().await;
    let desk = Desk::new("");
    let path = desk.brought("misfilling", |manifest| manifest + HOSTS);
    assert_eq!(desk.install(&["--allow-unsigned", "--host", &server, "--private"], &path).0, 0);
    let ask = |url: &str| {
        configure_to_ask(&desk, url);
        let sql = "SELECT part FROM misfilling.parts WHERE account_id = 'north'";
        let words = ["--format", "json", "query", sql];
        let (code, out, err) = of(neph(desk.path()).args(words).output().unwrap());
        (code, serde_json::from_str::<Value>(&out).unwrap_or_else(|_| panic!("{out}{err}")))
    };
    let (code, answer) = ask(&format!("{server}/parts?key=S3cr3t"));
    assert_eq!((code, &answer["rows"][0]["part"]), (0, &json!("200 twelve")), "{answer}");
    let (code, answer) = ask("http://127.0.0.1:1/elsewhere");
    assert!(code == 3 && answer.to_string().contains("is not granted to this plugin"), "{answer}");
    let expected = [
        format!("misfilling GET {server}/parts 200"),
        "misfilling GET http://127.0.0.1:1/elsewhere host_not_granted".to_owned(),
    ];
    assert_eq!(desk.requests().await, expected);
}

#[test]
fn an_author_checks_a_source_and_hears_of_what_was_not_taken() {
    let desk = Desk::new("");
    let path = desk.brought("misfilling", as_it_is);
    let check = |more: &[&str]| desk.run(&[&["plugin", "check", path.to_str().unwrap()], more].concat());
    let (code, out, err) = check(&["--set", "times=3"]);
    assert!(
        code == 0
            && out.contains("`misfilling.parts`: 6 rows in 2 scopes, read with `raw` too\n")
            && out.contains("`volumes`: 6 rows in 2 scopes\n")
            && out.contains("all well"),
        "{out}{err}"
    );
    let (code, out, _) = check(&["--set", "act=fail_in_the_south"]);
    let problem = "problem: `misfilling.parts` could not be read in";
    assert!(code == 1 && out.contains(problem) && out.contains("the moon is full"), "{out}");
    let (code, out, _) = check(&["--set", "act=costly_trap"]);
    assert!(code == 1 && out.contains("`misfilling.parts`: 2 rows") && out.contains("too much is asked"), "{out}");
    let (code, out, _) = check(&["--set", "act=costly_loses"]);
    let problem = "problem: `misfilling.parts` has 1 row where `raw` is asked for, and else 2 rows";
    assert!(code == 1 && out.contains(problem), "{out}");
    let path = desk.brought("misbehaving", as_it_is);
    let by_no_rule = ["plugin", "check", path.to_str().unwrap(), "--set", "act=find_by_no_rule"];
    let (code, out, _) = desk.run(&by_no_rule);
    assert!(code == 1 && out.contains("problem: ") && out.contains("describes no rule `hidden`"), "{out}");
    // What a query was told is said once, above its SQL, whether or not the plugin ends with it.
    for act in ["act=query", "act=ask_in_vain"] {
        let words = ["plugin", "check", path.to_str().unwrap(), "--set", act, "--set", "with=SELECT size FROM volumes"];
        let (code, out, _) = desk.run(&words);
        let problem = "\nproblem: a query had no result: there is no column `size`";
        assert!(code == 1 && out.contains(problem) && out.contains("\n    SELECT size FROM volumes\n"), "{out}");
        assert_eq!(out.matches("no column").count(), 1, "{out}");
    }
    // A column that there is not, though no query reads it.
    let path = desk.brought("misbehaving", |manifest| manifest.replace("\"size_gib\"]", "\"size_gib\", \"sise\"]"));
    let (code, out, _) = desk.run(&["plugin", "check", path.to_str().unwrap(), "--set", "act=behave"]);
    let problem = "problem: plugin.toml, line 10, column 91: table `volumes` has no column `sise`";
    assert!(code == 1 && out.contains(problem) && !out.contains("all well"), "{out}");
    let export = concat!(env!("CARGO_MANIFEST_DIR"), "/../plugins/gcp-asset/fixtures/export.ndjson");
    let path = desk.brought("gcp-asset", as_it_is);
    let input = format!("export={export}");
    let (_, out, err) = desk.run(&["plugin", "check", path.to_str().unwrap(), "--input", &input]);
    assert!(out.contains("`instances`: ") && !out.contains("`instances`: 0 rows"), "{out}{err}");
    let (code, _, err) = desk.run(&["plugin", "check", path.to_str().unwrap(), "--input", "nothing=x"]);
    assert!(code == 4 && err.contains("is granted no input `nothing`"), "{code} {err}");
}

#[test]
fn an_author_is_shown_the_worst_of_what_a_check_found() {
    let desk = Desk::new("");
    let path = desk.brought("exposure", as_it_is);
    let (_, out, _) = desk.run(&["plugin", "check", path.to_str().unwrap()]);
    let shown: Vec<&str> = out.lines().filter(|line| line.starts_with("  ")).collect();
    assert!(shown.len() == 6 && shown[5].ends_with(" more; `--format json` has them"), "{out}");
    let severity = |line: &&str| ["critical", "high"].contains(&line.split_whitespace().next().unwrap());
    assert!(shown[..5].iter().all(severity) && shown[..5].iter().all(|line| line.contains(": ")), "{out}");
}

#[test]
fn what_is_revoked_no_longer_holds_in_a_server_that_has_it_open() {
    let desk = Desk::new("");
    let path = desk.brought("misfilling", as_it_is);
    assert_eq!(desk.install(&["--allow-unsigned"], &path).0, 0);
    let text = "[cache]\ndata_dir = \"data\"\n[plugins]\nsources = [\"misfilling\"]\n";
    fs::write(desk.path().join("nephoscope.toml"), text).unwrap();
    let (mut child, url) = serve(desk.path());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let ask = || runtime.block_on(answered(&url, "SELECT count(*) AS n FROM misfilling.parts"));
    let answer = ask();
    assert_eq!((&answer["rows"][0]["n"], &answer["coverage"]["complete"]), (&json!(2), &json!(true)), "{answer}");
    let (code, _, err) = desk.run(&["plugin", "remove", "misfilling"]);
    assert!(code == 0 && err.contains("removed misfilling"), "{code} {err}");
    assert!(!err.contains("finding forget"), "a source finds nothing: {err}");
    // Its rows are still kept, and are no longer read.
    let of_what_is_kept = json!({ "sql": "SELECT part FROM misfilling.parts" });
    for answer in [runtime.block_on(replied(&url, of_what_is_kept)), ask()] {
        assert_eq!(answer["coverage"]["complete"], false, "{answer}");
        assert!(answer.to_string().contains("the source `misfilling` was removed"), "{answer}");
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_gets_a_source_ready_again_that_is_granted_anew_or_replaced() {
    let parts = parts().await;
    let desk = Desk::new("");
    let install = |edit: &dyn Fn(String) -> String, section: &[u8]| {
        let path = desk.brought("misfilling", edit);
        let component = [&fs::read(&path).unwrap()[..], section].concat();
        fs::write(&path, component).unwrap();
        let (code, err) = desk.install(&["--allow-unsigned"], &path);
        assert_eq!(code, 0, "{err}");
    };
    let as_asked = |manifest: String| manifest + HOSTS;
    install(&as_asked, &[]);
    configure_to_ask(&desk, &format!("{parts}/parts"));
    let (mut child, url) = serve(desk.path());
    let sql = "SELECT part FROM misfilling.parts WHERE account_id = 'north'";
    let ask = || answered(&url, sql);
    let ask_of_what_is_kept = || replied(&url, json!({ "sql": sql }));
    let incomplete = |answer: &Value, why: &str| {
        assert_eq!(answer["coverage"]["complete"], false, "{answer}");
        assert!(answer.to_string().contains(why), "{answer}");
    };
    for answer in [ask().await, ask_of_what_is_kept().await] {
        incomplete(&answer, "the source `misfilling` is held: nothing is granted to it yet");
    }
    let grant = ["plugin", "grant", "misfilling", "--all", "--host", &parts, "--private"];
    assert_eq!(desk.run(&grant).0, 0);
    // That it was held is not kept, as what cannot be read else is for a while.
    let answer = ask_of_what_is_kept().await;
    assert_eq!((&answer["rows"][0]["part"], &answer["coverage"]["complete"]), (&json!("200 twelve"), &json!(true)));
    // Many at once have the same whole source.
    for answer in futures::future::join_all((0..8).map(|_| ask())).await {
        assert_eq!((&answer["rows"][0]["part"], &answer["coverage"]["complete"]), (&json!("200 twelve"), &json!(true)));
    }
    // Another version: the same with a section of its own, which nobody reads.
    install(&as_asked, &[0, 2, 1, b'x']);
    let answer = ask().await;
    assert_eq!((&answer["rows"][0]["part"], &answer["coverage"]["complete"]), (&json!("200 twelve"), &json!(true)));
    // A grant of less holds as well.
    assert_eq!(desk.run(&["plugin", "grant", "misfilling", "--host", "https://parts.example"]).0, 0);
    incomplete(&ask().await, "is not granted to this plugin");
    // What it fills was told to everybody at the start.
    let fills = "fills = [\"parts\", \"volumes\"]";
    let of_aws = |manifest: String| as_asked(manifest.replace(fills, &format!("{fills}\nprovider = \"aws\"")));
    install(&of_aws, &[]);
    assert_eq!(desk.run(&grant).0, 0);
    incomplete(&ask().await, "the source `misfilling` was installed anew, and fills other tables");
    incomplete(&ask().await, "restart this process");
    child.kill().unwrap();
    child.wait().unwrap();
}
