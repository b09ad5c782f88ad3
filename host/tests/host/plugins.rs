//! Plugins at the front doors: scanning, what becomes of findings, installing what others wrote, and holding it to its grant.

use crate::binary::{neph, of};
use crate::support::{get, post, request, send, service};
use axum::body::Body;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use tower::ServiceExt;

/// A component that `cargo xtask guest` made.
fn component(name: &str) -> PathBuf {
    let target = Path::new(env!("CARGO_BIN_EXE_neph")).ancestors().nth(2).unwrap();
    target.join("guest/plugins").join(name.replace('-', "_")).with_extension("wasm")
}

/// A folder with a configuration that keeps what is found.
pub(crate) struct Desk(tempfile::TempDir);

impl Desk {
    pub(crate) fn new(demo: &str) -> Self {
        let desk = Self(tempfile::tempdir().unwrap());
        desk.configure(demo, "");
        desk
    }

    pub(crate) fn configure(&self, demo: &str, plugins: &str) {
        let text = format!("[cache]\ndata_dir = \"data\"\n[demo]\nscale = 0.2\n{demo}\n[plugins]\n{plugins}\n");
        fs::write(self.path().join("nephoscope.toml"), text).unwrap();
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        of(neph(self.path()).arg("--demo").args(arguments).output().unwrap())
    }

    pub(crate) fn json(&self, arguments: &[&str]) -> (i32, Value) {
        let (code, out, err) = self.run(&[&["--format", "json"], arguments].concat());
        (code, serde_json::from_str(&out).unwrap_or_else(|_| panic!("{arguments:?}: {out}{err}")))
    }

    pub(crate) fn scan(&self, plugin: &str) -> (i32, Value) {
        let (code, scans) = self.json(&["scan", "--plugin", plugin]);
        (code, scans["scans"][0].clone())
    }

    /// What the audit log has of requests of plugins: whose, where to, status or refusal.
    pub(crate) async fn requests(&self) -> Vec<String> {
        let url = format!("sqlite://{}", self.path().join("data/nephoscope.db").display());
        let pool = sqlx::SqlitePool::connect(&url).await.unwrap();
        let sql = "SELECT plugin || ' ' || method || ' ' || host || path || ' ' || coalesce(status, error_code) \
                   FROM plugin_requests ORDER BY seq";
        sqlx::query_scalar(sql).fetch_all(&pool).await.unwrap()
    }

    /// The first cell of each row.
    fn column(&self, sql: &str) -> Vec<Value> {
        let (_, answer) = self.json(&["query", sql]);
        let rows = answer["rows"].as_array().unwrap_or_else(|| panic!("{answer}")).clone();
        rows.iter().map(|row| row.as_object().unwrap().values().next().unwrap().clone()).collect()
    }

    pub(crate) fn number(&self, sql: &str) -> i64 {
        self.column(sql)[0].as_i64().unwrap()
    }

    /// A plugin of others', its manifest beside it. `edit` makes another manifest of it.
    pub(crate) fn brought(&self, name: &str, edit: impl Fn(String) -> String) -> PathBuf {
        let folder = self.path().join(format!("brought-{name}"));
        fs::create_dir_all(&folder).unwrap();
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../plugins").join(name);
        let manifest = fs::read_to_string(root.join("plugin.toml")).unwrap();
        fs::write(folder.join("plugin.toml"), edit(manifest)).unwrap();
        fs::copy(component(name), folder.join("it.wasm")).unwrap();
        folder.join("it.wasm")
    }

    pub(crate) fn install(&self, arguments: &[&str], path: &Path) -> (i32, String) {
        let (code, _, err) = self.run(&[&["plugin", "install", path.to_str().unwrap()], arguments].concat());
        (code, err)
    }
}

pub(crate) fn as_it_is(manifest: String) -> String {
    manifest
}

#[test]
fn a_finding_is_new_then_open_and_its_state_can_be_asked_with_sql() {
    let desk = Desk::new("");
    let (code, _, err) = desk.run(&["query", "SELECT count(*) FROM findings"]);
    assert!(code != 0 && err.contains("run `neph scan`"), "{code} {err}");
    let (_, first) = desk.scan("exposure");
    let found = first["findings"].as_array().unwrap().len() as i64;
    assert!(found > 5, "{first}");
    assert_eq!(first["changed"], json!({ "new": found, "open": 0, "resolved": 0 }));
    assert_eq!(desk.number("SELECT count(*) FROM findings WHERE state = 'new'"), found);
    let (_, second) = desk.scan("exposure");
    assert_eq!(second["changed"], json!({ "new": 0, "open": found, "resolved": 0 }));
    assert_eq!(desk.number("SELECT count(*) FROM findings WHERE state = 'open' AND plugin = 'exposure'"), found);
    // By team: a finding has the tags of its resource.
    let sql = "SELECT count(*) FROM findings WHERE tags['Team'] IS NOT NULL OR tags['team'] IS NOT NULL";
    assert!(desk.number(sql) > 0);
    let (_, asked) = desk.json(&["query", "SELECT count(*) FROM findings"]);
    assert_eq!(asked["coverage"]["scopes"][0]["item"], "exposure");
}

#[test]
fn who_tries_the_demo_is_told_of_new_critical_findings_by_team() {
    let desk = Desk::new("");
    fs::write(desk.path().join("nephoscope.toml"), "[cache]\ndata_dir = \"data\"\n").unwrap();
    desk.scan("exposure");
    let (_, answer) = desk.json(&["ask", "new critical findings this week by team"]);
    let rows = answer["rows"].as_array().unwrap();
    let teams = ["payments", "platform", "data", "web", "ml"].map(Value::from);
    let is_of_a_team = |row: &Value| row.as_object().unwrap().values().any(|cell| teams.contains(cell));
    assert!(rows.iter().any(is_of_a_team), "{answer}");
}

#[test]
fn what_is_gone_is_resolved_and_what_could_not_be_looked_at_is_not() {
    let desk = Desk::new("");
    let all = desk.scan("exposure").1["findings"].as_array().unwrap().len() as i64;
    let there = desk.number("SELECT count(*) FROM findings WHERE account_name = 'staging'");
    assert!(there > 0 && there < all, "{there} of {all}");
    // Nobody can look into the account any more; all that was found elsewhere is found again.
    desk.configure("deny = [\"staging\"]", "");
    let (code, partial) = desk.scan("exposure");
    assert_eq!((code, partial["complete"].as_bool()), (3, Some(false)));
    assert_eq!(partial["changed"]["resolved"], 0, "{}", partial["changed"]);
    assert_eq!(desk.number("SELECT count(*) FROM findings WHERE state = 'resolved'"), 0);
    let lines = desk.json(&["query", "SELECT count(*) FROM findings"]).1;
    assert_eq!(lines["coverage"]["complete"], false, "{lines}");
    let scopes = lines["coverage"]["scopes"].as_array().unwrap();
    assert!(scopes.iter().any(|line| line["account_name"] == "staging" && line["status"] == "denied"), "{lines}");
    // What a query leaves out takes nothing away from its answer.
    let (code, other) = desk.json(&["query", "SELECT count(*) FROM findings WHERE account_name = 'prod'"]);
    assert_eq!((code, other["coverage"]["complete"].as_bool()), (0, Some(true)), "{other}");
    // Where nobody looked, nothing found is no answer.
    let (code, other) = desk.json(&["query", "SELECT count(*) FROM findings WHERE plugin = 'waste'"]);
    let lines = other["coverage"]["scopes"].as_array().unwrap();
    assert_eq!((code, lines.len(), &lines[0]["error"]["code"]), (3, 1, &json!("no_scans")), "{other}");
    // A smaller port list is another question: what it no longer finds is gone.
    desk.configure("", "[plugins.parameters.exposure]\nports = \"3389\"");
    let (_, fewer) = desk.scan("exposure");
    let resolved = fewer["changed"]["resolved"].as_i64().unwrap();
    assert!(resolved > 0, "{}", fewer["changed"]);
    assert_eq!(desk.number("SELECT count(*) FROM findings WHERE state = 'resolved'"), resolved);
    // And found again when it is asked for again.
    desk.configure("", "");
    assert_eq!(desk.scan("exposure").1["changed"]["new"], resolved);
    assert_eq!(desk.number("SELECT count(*) FROM findings WHERE state = 'resolved'"), 0);
}

#[test]
fn a_scan_of_one_account_resolves_nothing_elsewhere() {
    let desk = Desk::new("");
    desk.scan("exposure");
    let (code, scans) = desk.json(&["scan", "--plugin", "exposure", "--account", "prod"]);
    assert!(code == 0 || code == 3);
    assert_eq!(scans["scans"][0]["changed"]["resolved"], 0);
    assert!(scans["scans"][0]["findings"].as_array().unwrap().iter().all(|one| one["account_name"] == "prod"));
}

#[test]
fn a_mute_has_a_reason_and_an_end_and_outlives_the_next_scan() {
    let desk = Desk::new("");
    desk.scan("exposure");
    let uid = desk.column("SELECT uid FROM findings ORDER BY uid LIMIT 1")[0].as_str().unwrap().to_owned();
    let (code, _, err) = desk.run(&["finding", "mute", &uid, "--reason", "known, ticket 7", "--for", "30d"]);
    assert!(code == 0 && err.contains("muted until"), "{err}");
    desk.scan("exposure");
    let sql = "SELECT concat(uid, ' ', mute_reason) FROM findings WHERE state = 'muted' AND muted_until > now()";
    assert_eq!(desk.column(sql), [json!(format!("{uid} known, ticket 7"))]);
    assert_eq!(desk.run(&["finding", "unmute", &uid]).0, 0);
    assert_eq!(desk.number("SELECT count(*) FROM findings WHERE state = 'muted'"), 0);
    let (code, _, err) = desk.run(&["finding", "mute", "nothing", "--reason", "x"]);
    assert!(code == 2 && err.contains("there is no finding `nothing`"), "{code} {err}");
    for none in ["0", "0s", "0d"] {
        let (code, _, err) = desk.run(&["finding", "mute", &uid, "--reason", "x", "--for", none]);
        assert!(code == 2 && err.contains("a mute of no time mutes nothing"), "{none}: {code} {err}");
    }
    assert_eq!(desk.number("SELECT count(*) FROM findings WHERE state = 'muted'"), 0);
}

#[test]
fn findings_are_written_in_the_formats_of_others() {
    let desk = Desk::new("");
    let (_, out, _) = desk.run(&["scan", "--plugin", "exposure", "--format", "ocsf"]);
    let events: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(events.len() > 5 && events.iter().all(|event| event["class_uid"].as_u64().unwrap() / 1000 == 2));
    let (_, sarif) = {
        let (code, out, _) = desk.run(&["scan", "--plugin", "exposure", "--format", "sarif"]);
        (code, serde_json::from_str::<Value>(&out).unwrap())
    };
    assert_eq!(sarif["runs"][0]["results"].as_array().unwrap().len(), events.len());
    let asff = ["scan", "--plugin", "exposure", "--format", "asff", "--security-hub", "111122223333/eu-west-1"];
    let (_, out, _) = desk.run(&asff);
    assert_eq!(serde_json::from_str::<Value>(&out).unwrap().as_array().unwrap().len(), events.len());
    let (code, _, err) = desk.run(&["scan", "--format", "asff"]);
    assert!(code == 2 && err.contains("--security-hub"), "{err}");
    let (code, _, err) = desk.run(&["query", "SELECT 1", "--format", "sarif"]);
    assert!(code == 2 && err.contains("`sarif` is for findings"), "{err}");
    // Only where they are written are they offered.
    for other in ["plugin", "finding", "query"] {
        let (_, out, _) = desk.run(&[other, "--help"]);
        assert!(out.contains("parquet") && !out.contains("sarif") && !out.contains("ocsf"), "{out}");
    }
    let (_, out, _) = desk.run(&["scan", "--help"]);
    assert!(["ocsf", "asff", "sarif"].iter().all(|format| out.contains(format)), "{out}");
    let (code, _, err) = desk.run(&["plugin", "list", "--format", "ocsf"]);
    assert!(code == 2 && err.contains("`ocsf` is for findings") && err.contains("`neph scan` writes it"), "{err}");
    let (_, out, _) = desk.run(&["scan", "--plugin", "exposure", "--format", "csv"]);
    assert!(out.lines().count() > events.len() && out.starts_with("plugin,rule,"));
}

#[test]
fn what_others_wrote_does_nothing_until_it_is_granted() {
    let desk = Desk::new("");
    let path = desk.brought("misbehaving", as_it_is);
    let (code, err) = desk.install(&[], &path);
    assert!(code != 0 && err.contains("is not signed"), "{err}");
    let (code, err) = desk.install(&["--allow-unsigned"], &path);
    assert!(
        code == 0 && err.contains("held: nothing is granted to it yet") && err.contains("to have something to read"),
        "{err}"
    );
    let (code, _, err) = desk.run(&["scan", "--plugin", "misbehaving"]);
    assert!(code == 4 && err.contains("`misbehaving` is held"), "{code} {err}");
    let (code, _, err) = desk.run(&["plugin", "grant", "misbehaving", "--table", "instances"]);
    assert!(code == 2 && err.contains("does not ask for the table"), "{err}");
    assert_eq!(desk.run(&["plugin", "grant", "misbehaving", "--all"]).0, 0);
    let act = |act: &str, with: &str| {
        let (act, with) = (format!("misbehaving.act={act}"), format!("misbehaving.with={with}"));
        desk.json(&["scan", "--plugin", "misbehaving", "--set", &act, "--set", &with])
    };
    let (code, scans) = act("behave", "");
    assert_eq!((code, scans["scans"][0]["findings"].as_array().unwrap().len()), (0, 3));
    // The grant is of one table, whatever the plugin asks for when it runs.
    let (code, scans) = act("query", "SELECT count(*) FROM instances");
    assert_eq!(code, 1);
    assert!(scans["scans"][0]["failure"]["message"].as_str().unwrap().contains("instances"), "{scans}");
    let (code, _, err) = desk.run(&["scan", "--set", "misbehaving.acts=x", "--plugin", "misbehaving"]);
    assert!(code == 1 && err.contains("has no parameter `acts`"), "{code} {err}");
    assert_eq!(desk.run(&["plugin", "remove", "misbehaving"]).0, 0);
    assert!(desk.run(&["plugin", "list"]).1.lines().all(|line| !line.starts_with("misbehaving")));
}

#[test]
fn a_grant_of_some_columns_is_all_that_is_read() {
    let desk = Desk::new("");
    let path = desk.brought("misbehaving", as_it_is);
    assert_eq!(desk.install(&["--allow-unsigned", "--table", "volumes:name,region"], &path).0, 0);
    let count = |sql: &str| {
        let with = format!("misbehaving.with={sql}");
        desk.json(&["scan", "--plugin", "misbehaving", "--set", "misbehaving.act=count", "--set", &with])
    };
    let (code, scans) = count("SELECT name, region FROM volumes LIMIT 3");
    assert_eq!((code, scans["scans"][0]["findings"][0]["evidence"]["rows"].as_i64()), (0, Some(3)), "{scans}");
    // Its manifest asks for more than it was granted, and its queries for more than either.
    for (sql, column) in
        [("SELECT name FROM volumes WHERE size_gib > 5", "size_gib"), ("SELECT tags FROM volumes", "tags")]
    {
        let (code, scans) = count(sql);
        let message = scans["scans"][0]["failure"]["message"].as_str().unwrap().to_owned();
        let expected =
            format!("of the table `volumes`, the column `{column}` is not granted; granted: `name`, `region`");
        assert!(code == 1 && message.contains(&expected), "{code} {message}");
    }
    let (_, shown, _) = desk.run(&["plugin", "show", "misbehaving"]);
    assert!(shown.contains("table `volumes`: `name`, `region`\n"), "{shown}");
    let (code, _, err) = desk.run(&["plugin", "grant", "misbehaving", "--table", "volumes:names"]);
    assert!(
        code == 2 && err.contains("does not ask for the column `names`") && err.contains("did you mean `name`?"),
        "{err}"
    );
}

#[test]
fn the_scanners_of_this_program_ask_for_every_column_that_they_read() {
    let desk = Desk::new("");
    let (_, scans) = desk.json(&["scan"]);
    let scans = scans["scans"].as_array().unwrap();
    assert_eq!(scans.len(), 4, "{scans:?}");
    for scan in scans {
        let gaps = scan["gaps"].as_array().cloned().unwrap_or_default();
        assert!(gaps.iter().all(|gap| gap["code"] != "denied"), "{}: {gaps:?}", scan["plugin"]);
        assert!(scan["failure"].is_null() && scan["queries"].as_u64().unwrap() > 0, "{scan}");
    }
}

#[test]
fn a_grant_of_one_account_is_all_that_is_read() {
    let desk = Desk::new("");
    let path = desk.brought("misbehaving", as_it_is);
    let prod = desk.column("SELECT account_id FROM volumes WHERE account_name = 'prod' LIMIT 1")[0]
        .as_str()
        .unwrap()
        .to_owned();
    let scope = format!("*/{prod}/*");
    assert_eq!(desk.install(&["--allow-unsigned", "--table", "volumes", "--scope", &scope], &path).0, 0);
    let (_, scans) = desk.json(&["scan", "--plugin", "misbehaving", "--set", "misbehaving.act=behave"]);
    let found = scans["scans"][0]["findings"].as_array().unwrap();
    assert_eq!(found.len(), 3, "{scans}");
    assert!(found.iter().all(|one| one["resource"]["account_id"] == prod.as_str()));
}

#[test]
fn a_new_version_that_asks_for_more_waits_and_a_changed_component_does_not_run() {
    let desk = Desk::new("");
    let path = desk.brought("misbehaving", as_it_is);
    assert_eq!(desk.install(&["--allow-unsigned", "--all"], &path).0, 0);
    let wider = |manifest: String| manifest.replace("\"size_gib\"]", "\"size_gib\", \"tags\"]");
    let path = desk.brought("misbehaving", wider);
    let (code, err) = desk.install(&["--allow-unsigned"], &path);
    assert!(code == 0 && err.contains("held: ") && err.contains("tags"), "{err}");
    assert_eq!(desk.run(&["scan", "--plugin", "misbehaving"]).0, 4);
    assert_eq!(desk.run(&["plugin", "grant", "misbehaving", "--all"]).0, 0);
    // All scanners go on beside one whose component is no longer what was installed.
    let installed = desk.path().join("data/plugins/misbehaving/component.wasm");
    let mut bytes = fs::read(&installed).unwrap();
    bytes.extend_from_slice(&[0, 2, 1, b'x']);
    fs::write(&installed, bytes).unwrap();
    let (code, scans) = desk.json(&["scan", "--plugin", "misbehaving", "--plugin", "exposure"]);
    assert_eq!(code, 3);
    assert!(scans["scans"][0]["findings"].as_array().unwrap().len() > 5, "{scans}");
    let failure = scans["scans"][1]["failure"]["message"].as_str().unwrap();
    assert_eq!(failure, "the component of `misbehaving` is not the one that was installed");
}

#[test]
fn machine_code_that_somebody_changed_is_made_anew() {
    let desk = Desk::new("");
    let path = desk.brought("misbehaving", as_it_is);
    assert_eq!(desk.install(&["--allow-unsigned", "--all"], &path).0, 0);
    let scan = || desk.json(&["scan", "--plugin", "misbehaving", "--set", "misbehaving.act=behave"]).0;
    assert_eq!(scan(), 0);
    let compiled = desk.path().join("data/plugins/misbehaving/compiled.cwasm");
    let mut bad = fs::read(&compiled).unwrap();
    let middle = bad.len() / 2;
    bad[middle] ^= 0xff;
    fs::write(&compiled, &bad).unwrap();
    assert_eq!(scan(), 0);
    assert!(fs::read(&compiled).unwrap() != bad, "it was compiled once more");
}

#[test]
fn a_plugin_that_breaks_down_three_times_in_a_row_is_held() {
    let desk = Desk::new("");
    let path = desk.brought("misbehaving", as_it_is);
    assert_eq!(desk.install(&["--allow-unsigned", "--all"], &path).0, 0);
    desk.configure("", "[plugins.parameters.misbehaving]\nact = \"trap\"");
    let trap = ["scan", "--plugin", "misbehaving"];
    for _ in 0..3 {
        let (code, scans) = desk.json(&trap);
        assert_eq!((code, scans["scans"][0]["failure"]["code"].as_str()), (1, Some("trap")), "{scans}");
    }
    let (code, _, err) = desk.run(&trap);
    assert!(code == 4 && err.contains("it broke down 3 times in a row"), "{code} {err}");
    let (code, out, _) = desk.run(&["plugin", "list"]);
    assert!(code == 0 && out.contains("held: broke down ") && !out.contains("times in a row"), "{out}");
    let (code, out, _) = desk.run(&["plugin", "show", "misbehaving"]);
    assert!(code == 0 && out.contains("held: it broke down 3 times in a row"), "{out}");
    assert_eq!(desk.run(&["plugin", "grant", "misbehaving", "--all"]).0, 0);
    assert_eq!(desk.json(&["scan", "--plugin", "misbehaving", "--set", "misbehaving.act=behave"]).0, 0);
}

#[test]
fn what_a_plugin_is_given_for_one_scan_gets_it_held_for_nobody() {
    let desk = Desk::new("");
    let path = desk.brought("misbehaving", as_it_is);
    assert_eq!(desk.install(&["--allow-unsigned", "--all"], &path).0, 0);
    let given =
        |act: &str| desk.json(&["scan", "--plugin", "misbehaving", "--set", &format!("misbehaving.act={act}")]).0;
    for _ in 0..4 {
        assert_eq!(given("trap"), 1);
    }
    assert_eq!(given("behave"), 0);
    // Nor does it make good what a usual scan has broken down of.
    desk.configure("", "[plugins.parameters.misbehaving]\nact = \"trap\"");
    for _ in 0..3 {
        assert_eq!(desk.json(&["scan", "--plugin", "misbehaving"]).0, 1);
        desk.run(&["scan", "--plugin", "misbehaving", "--set", "misbehaving.act=behave"]);
    }
    assert_eq!(desk.run(&["scan", "--plugin", "misbehaving"]).0, 4);
}

#[test]
fn another_component_is_not_held_for_what_the_one_before_broke_down_of() {
    let desk = Desk::new("");
    let path = desk.brought("misbehaving", as_it_is);
    assert_eq!(desk.install(&["--allow-unsigned", "--all"], &path).0, 0);
    desk.configure("", "[plugins.parameters.misbehaving]\nact = \"trap\"");
    let trap = ["scan", "--plugin", "misbehaving"];
    for _ in 0..3 {
        assert_eq!(desk.json(&trap).0, 1);
    }
    // The same one once more, however often, is no better.
    for _ in 0..2 {
        let (code, err) = desk.install(&["--allow-unsigned"], &path);
        assert!(code == 0 && err.contains("held: it broke down 3 times in a row"), "{code} {err}");
    }
    let mut bytes = fs::read(&path).unwrap();
    bytes.extend_from_slice(&[0, 2, 1, b'x']);
    fs::write(&path, bytes).unwrap();
    let (code, err) = desk.install(&["--allow-unsigned"], &path);
    assert!(code == 0 && !err.contains("held: "), "{code} {err}");
    assert_eq!(desk.json(&["scan", "--plugin", "misbehaving", "--set", "misbehaving.act=behave"]).0, 0);
    // It has three of its own.
    for _ in 0..3 {
        assert_eq!(desk.json(&trap).0, 1);
    }
    assert_eq!(desk.run(&trap).0, 4);
}

#[test]
fn only_what_a_trusted_author_signed_is_installed_without_a_word() {
    let desk = Desk::new("");
    let path = desk.brought("misbehaving", as_it_is);
    let folder = path.parent().unwrap().to_str().unwrap().to_owned();
    assert_eq!(desk.run(&["plugin", "key", "ann"]).0, 0);
    let manifest = format!("{folder}/plugin.toml");
    let pack = [
        "plugin",
        "pack",
        path.to_str().unwrap(),
        "--manifest",
        &manifest,
        "--key",
        "neph-plugin.key",
        "-o",
        "packed.wasm",
    ];
    assert_eq!(desk.run(&pack).0, 0);
    let packed = desk.path().join("packed.wasm");
    let (code, err) = desk.install(&["--all"], &packed);
    assert!(code != 0 && err.contains("not among the trusted ones"), "{err}");
    let key = fs::read_to_string(desk.path().join("neph-plugin.key.pub")).unwrap();
    desk.configure("", &format!("trusted_keys = [\"{}\"]", key.trim()));
    assert_eq!(desk.install(&["--all"], &packed).0, 0);
    assert!(desk.run(&["plugin", "list"]).1.contains("signed by ann"));
    // One byte more, and it is not what was signed.
    let mut bytes = fs::read(&packed).unwrap();
    bytes.extend_from_slice(&[0, 2, 1, b'x']);
    fs::write(&packed, bytes).unwrap();
    let (code, err) = desk.install(&["--all"], &packed);
    assert!(code != 0 && err.contains("changed after it was signed"), "{err}");
    let (code, err) = desk.install(&["--all", "--allow-unsigned"], &packed);
    assert!(code != 0 && err.contains("changed after it was signed"), "{err}");
    // A signature of somebody unknown is as good as none.
    desk.configure("", "");
    assert_eq!(desk.install(&["--all", "--allow-unsigned"], &packed).0, 0);
    // A key is not made over another, and is its owner's alone.
    assert_eq!(desk.run(&["plugin", "key", "ann"]).0, 2);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(desk.path().join("neph-plugin.key")).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0);
    }
}

#[test]
fn what_is_no_plugin_is_refused_with_a_sentence() {
    let desk = Desk::new("");
    let path = desk.brought("misbehaving", as_it_is);
    let good = fs::read(&path).unwrap();
    for bytes in [&b"\0asm\x01\0\0\0"[..], b"hello", &good[..good.len() / 2], &[]] {
        fs::write(&path, bytes).unwrap();
        let (code, err) = desk.install(&["--allow-unsigned", "--all"], &path);
        assert!(code != 0 && err.starts_with("error: ") && !err.contains("panicked"), "{err}");
    }
    fs::write(&path, good).unwrap();
    let manifest = path.with_file_name("plugin.toml");
    let text = fs::read_to_string(&manifest).unwrap();
    for (edited, expected) in [
        (text.replace("summary", "sumary"), "line 6"),
        (text.replace("name = \"misbehaving\"", "name = \"other\""), "its component says that it is `misbehaving`"),
        (text.replace("0.1.0", "0.2.0"), "its component says that it is 0.1.0, and its manifest 0.2.0"),
        (text.replace("\"scanner\"", "\"source\"\nfills = [\"volumes\"]"), "cannot be used"),
    ] {
        fs::write(&manifest, edited).unwrap();
        let (code, err) = desk.install(&["--allow-unsigned", "--all"], &path);
        assert!(code != 0 && err.contains(expected), "{expected}: {err}");
    }
    assert!(desk.run(&["plugin", "list"]).1.lines().all(|line| !line.starts_with("misbehaving")), "nothing was kept");
}

#[test]
fn an_author_checks_a_plugin_on_the_demo_estate() {
    let desk = Desk::new("");
    let path = desk.brought("misbehaving", as_it_is);
    let path = path.to_str().unwrap();
    let (code, out, err) = desk.run(&["plugin", "check", path, "--set", "act=behave"]);
    assert!(code == 0 && out.contains("3 findings") && out.contains("all well"), "{out}{err}");
    // As a scan takes it as well, of this plugin and of no other.
    let (code, out, err) = desk.run(&["plugin", "check", path, "--set", "misbehaving.act=behave"]);
    assert!(code == 0 && out.contains("3 findings"), "{out}{err}");
    let (code, _, err) = desk.run(&["plugin", "check", path, "--set", "exposure.act=behave"]);
    assert!(code == 2 && err.contains("has no parameter `exposure.act`"), "{code} {err}");
    let (code, out, _) = desk.run(&["plugin", "check", path, "--set", "act=trap"]);
    assert!(code == 1 && out.contains("problem: the scan did not end well: the plugin broke down"), "{out}");
    assert!(!out.contains("did not scan a second time"), "{out}");
    // Once more would take as long, and say the same.
    let (code, out, _) = desk.run(&["plugin", "check", path, "--set", "act=remember"]);
    let note = "note: it did not scan a second time: the first scan hit a bound";
    assert!(code == 1 && out.contains("problem: the scan did not end well: ") && out.contains(note), "{out}");
}

#[tokio::test]
async fn what_several_want_at_once_is_got_ready_once() {
    let (app, _) = crate::slow::app(std::time::Duration::ZERO, toml::from_str("").unwrap()).await;
    let entry = app.plugins.named("exposure").unwrap();
    let (one, other) = tokio::join!(app.plugins.load(&entry), app.plugins.load(&entry));
    assert!(std::sync::Arc::ptr_eq(&one.unwrap(), &other.unwrap()));
}

#[test]
fn a_new_plugin_is_there_with_all_that_it_needs() {
    let desk = Desk::new("");
    let sdk = Path::new(env!("CARGO_MANIFEST_DIR")).join("../guest-sdk");
    for world in ["scanner", "source"] {
        let name = format!("my-{world}");
        let (code, _, err) = desk.run(&["plugin", "new", &name, "--world", world, "--sdk", sdk.to_str().unwrap()]);
        assert!(code == 0 && err.contains("cargo test") && err.contains("export NEPH_CACHE__DATA_DIR="), "{err}");
        assert_eq!(
            err.contains("neph scan --plugin"),
            world == "scanner",
            "a source fills tables, and does not scan: {err}"
        );
        let code = fs::read_to_string(desk.path().join(&name).join("src/lib.rs")).unwrap();
        assert!(!code.contains("{name}") && !code.contains("{type}"), "{code}");
        assert!(fs::read_to_string(desk.path().join(&name).join("plugin.toml")).unwrap().contains(&name));
    }
    assert_eq!(desk.run(&["plugin", "new", "my-scanner", "--sdk", sdk.to_str().unwrap()]).0, 2, "it is there already");
    assert_eq!(desk.run(&["plugin", "new", "../up", "--sdk", sdk.to_str().unwrap()]).0, 2);
    let (code, _, err) = desk.run(&["plugin", "new", "self", "--sdk", sdk.to_str().unwrap()]);
    assert!(code == 2 && err.contains("`self` is no name for a crate") && !desk.path().join("self").exists(), "{err}");
}

#[test]
fn reports_of_trivy_are_handed_to_their_plugin_and_their_findings_kept() {
    let desk = Desk::new("");
    let report = json!({
        "SchemaVersion": 2, "ArtifactName": "web:1.2", "ArtifactType": "container_image",
        "Results": [{ "Target": "web:1.2 (debian 12)", "Class": "os-pkgs", "Type": "debian", "Vulnerabilities": [{
            "VulnerabilityID": "CVE-2024-0001", "PkgName": "libx", "InstalledVersion": "1.0", "FixedVersion": "1.1",
            "Severity": "CRITICAL", "Title": "libx reads too far" }] }],
    });
    fs::write(desk.path().join("report.json"), report.to_string()).unwrap();
    let (code, scans) = desk.json(&["scan", "--plugin", "trivy", "--input", "trivy.report=report.json"]);
    assert_eq!((code, scans["scans"][0]["findings"][0]["severity"].as_str()), (0, Some("critical")), "{scans}");
    let sql = "SELECT title FROM findings WHERE severity = 'critical' AND state = 'new' AND first_seen > now() - INTERVAL '7 days'";
    assert_eq!(desk.column(sql).len(), 1);
    let (code, _, err) = desk.run(&["scan", "--plugin", "trivy", "--input", "trivy.report=nowhere.json"]);
    assert!(code == 1 && err.contains("`nowhere.json` could not be read"), "{code} {err}");
    let (code, _, err) = desk.run(&["scan", "--plugin", "trivy", "--input", "trivy.reports=report.json"]);
    assert!(code == 1 && err.contains("granted no input `reports`"), "{code} {err}");
}

#[test]
fn what_a_later_report_of_trivy_no_longer_has_is_resolved() {
    let desk = Desk::new("");
    desk.configure("", "[plugins.inputs.trivy]\nreport = [\"report.json\"]");
    let report = |made: &str, ids: &[&str]| {
        let one = |id: &&str| json!({ "VulnerabilityID": id, "PkgName": "libx", "InstalledVersion": "1.0", "Severity": "HIGH" });
        let found: Vec<Value> = ids.iter().map(one).collect();
        let text = json!({
            "SchemaVersion": 2, "CreatedAt": made, "ArtifactName": "web:1.2", "ArtifactType": "container_image",
            "Results": [{ "Target": "web", "Class": "os-pkgs", "Type": "debian", "Vulnerabilities": found }],
        });
        fs::write(desk.path().join("report.json"), text.to_string()).unwrap();
    };
    report("2026-11-01T00:00:00Z", &["CVE-2024-0001", "CVE-2024-0002"]);
    assert_eq!(desk.scan("trivy").1["changed"]["new"], 2);
    report("2026-11-02T00:00:00Z", &["CVE-2024-0002"]);
    assert_eq!(desk.scan("trivy").1["changed"], json!({ "new": 0, "open": 1, "resolved": 1 }));
    let gone = desk.column("SELECT uid FROM findings WHERE state = 'resolved'");
    assert!(gone.len() == 1 && gone[0].as_str().unwrap().contains("CVE-2024-0001"), "{gone:?}");
}

#[test]
fn readers_of_other_formats_are_told_what_is_gone() {
    let desk = Desk::new("");
    let hub = ["--security-hub", "111122223333/eu-west-1"];
    let told = |format: &str, is_gone: fn(&Value) -> bool| {
        desk.configure("", "");
        let all = desk.scan("exposure").1["findings"].as_array().unwrap().len();
        // With fewer ports to look at, some are no longer found.
        desk.configure("", "[plugins.parameters.exposure]\nports = \"3389\"");
        let (_, out, err) = desk.run(&[&["scan", "--plugin", "exposure", "--format", format][..], &hub[..]].concat());
        let lines: Vec<Value> = match format {
            "ocsf" => out.lines().map(|line| serde_json::from_str(line).unwrap()).collect(),
            "asff" => serde_json::from_str(&out).unwrap(),
            _ => serde_json::from_str::<Value>(&out).unwrap()["runs"][0]["results"].as_array().unwrap().clone(),
        };
        let gone = lines.iter().filter(|line| is_gone(line)).count();
        assert!(
            gone > 0 && lines.len() == all && err.contains(&format!("{gone} gone")),
            "{format}: {gone} of {all}: {err}"
        );
    };
    told("ocsf", |event| event["activity_name"] == "Close" && event["status"] == "Resolved");
    told("asff", |finding| finding["RecordState"] == "ARCHIVED" && finding["Workflow"]["Status"] == "RESOLVED");
    told("sarif", |result| result["baselineState"] == "absent");
}

#[test]
fn an_export_of_a_third_cloud_is_asked_like_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let export = Path::new(env!("CARGO_MANIFEST_DIR")).join("../plugins/gcp-asset/fixtures/export.ndjson");
    let text = format!(
        "[cache]\ndata_dir = \"data\"\n[plugins]\nsources = [\"gcp-asset\"]\n[plugins.inputs.gcp-asset]\nexport = [{:?}]\n",
        export.to_str().unwrap()
    );
    fs::write(folder.path().join("nephoscope.toml"), text).unwrap();
    let ask = |arguments: &[&str]| of(neph(folder.path()).args(arguments).output().unwrap());
    let (code, out, err) = ask(&["--format", "json", "ask", "how many VMs per provider"]);
    let answer: Value = serde_json::from_str(&out).unwrap_or_else(|_| panic!("{out}{err}"));
    assert!(code == 0 || code == 3, "{answer}");
    assert_eq!(answer["rows"][0]["provider"], "gcp", "{answer}");
    assert_eq!(answer["coverage"]["scopes"][0]["source"], "gcp-asset");
}

/// What a configuration of `[plugins]` makes of a query: the exit code, the answer and what was said beside it.
fn asked(folder: &Path, plugins: &str, sql: &str) -> (i32, Value, String) {
    fs::write(folder.join("nephoscope.toml"), format!("[cache]\ndata_dir = \"data\"\n[plugins]\n{plugins}\n")).unwrap();
    let (code, out, err) = of(neph(folder).args(["--format", "json", "query", sql]).output().unwrap());
    (code, serde_json::from_str(&out).unwrap_or_else(|_| panic!("{out}{err}")), err)
}

#[test]
fn a_source_that_cannot_run_says_so_where_it_is_missed_and_holds_up_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let plugins = "sources = [\"gcp-asset\"]\n[plugins.secrets]\ntoken = \"file:nowhere\"\n\
                   [plugins.inputs.gcp-asset]\nexport = [\"nowhere.ndjson\"]";
    let (code, _, err) = asked(folder.path(), plugins, "SELECT 1 AS one");
    assert_eq!(code, 0, "{err}");
    let missing = "the input `nowhere.ndjson` could not be read: No such file or directory (os error 2)";
    assert!(err.contains(&format!("the source `gcp-asset` fills nothing: {missing}")), "{err}");
    assert!(err.contains("`token` in `[plugins.secrets]`: `nowhere` could not be read"), "{err}");
    let lines = |answer: &Value| answer["coverage"]["scopes"].as_array().unwrap().clone();
    let message = |answer: &Value| lines(answer)[0]["error"]["message"].as_str().unwrap().to_owned();
    let (code, answer, _) = asked(folder.path(), plugins, "SELECT count(*) AS n FROM instances WHERE provider = 'gcp'");
    assert_eq!((code, lines(&answer).len()), (3, 1), "{answer}");
    assert_eq!(message(&answer), format!("what `gcp-asset` covers could not be found out: {missing}"));
    // What it does not fill is not missed.
    assert_eq!(asked(folder.path(), plugins, "SELECT count(*) AS n FROM costs").0, 0);
}

#[test]
fn a_source_that_is_gone_damaged_or_held_is_missed_in_every_table_that_it_may_fill() {
    let desk = Desk::new("");
    let (plugins, sql) =
        ("sources = [\"misfilling\"]", "SELECT count(*) AS n FROM volumes WHERE provider = 'misfilling'");
    let missed = |expected: &str| {
        let (code, answer, err) = asked(desk.path(), plugins, sql);
        let message = answer["coverage"]["scopes"][0]["error"]["message"].as_str().unwrap();
        assert!(code == 3 && message.contains(expected), "{code} {answer}");
        err
    };
    let err = missed("there is no plugin `misfilling`");
    let own = "the source `misfilling` fills nothing, and tables of its own are not there: there is no plugin";
    assert!(err.contains(own), "{err}");
    // Commands that put it right are not held up either.
    let path = desk.brought("misfilling", as_it_is);
    let install = ["plugin", "install", "--allow-unsigned", path.to_str().unwrap()];
    let (code, _, err) = of(neph(desk.path()).args(install).output().unwrap());
    assert_eq!(code, 0, "{err}");
    assert_eq!(asked(desk.path(), plugins, "SELECT count(*) AS n FROM volumes").0, 0);
    let lock = desk.path().join("data/plugins/misfilling/lock.toml");
    let text = fs::read_to_string(&lock).unwrap();
    let held = text.replace("state = \"enabled\"", "state = \"held\"\nheld_for = [\"a test\"]");
    assert_ne!(held, text);
    fs::write(&lock, held).unwrap();
    let err = missed("the source `misfilling` is held: a test (`neph plugin grant misfilling` says how)");
    assert!(!err.contains("tables of its own"), "{err}");
    fs::write(&lock, text).unwrap();
    fs::write(desk.path().join("data/plugins/misfilling/component.wasm"), "x").unwrap();
    missed("the component of `misfilling` is not the one that was installed");
}

#[test]
fn a_table_of_a_sources_own_is_listed_described_and_asked() {
    let desk = Desk::new("");
    let path = desk.brought("misfilling", as_it_is);
    assert_eq!(desk.install(&["--allow-unsigned"], &path).0, 0);
    let text = "[cache]\ndata_dir = \"data\"\n[plugins]\nsources = [\"misfilling\"]\n[plugins.parameters.misfilling]\ntimes = \"3\"\n";
    fs::write(desk.path().join("nephoscope.toml"), text).unwrap();
    let ask = |arguments: &[&str]| of(neph(desk.path()).args(arguments).output().unwrap());
    let (code, out, err) = ask(&["tables"]);
    assert!(code == 0 && out.contains("misfilling.parts") && out.contains("instances"), "{out}{err}");
    let (code, out, err) = ask(&["tables", "misfilling.parts"]);
    assert!(code == 0 && out.contains("fetched_at") && out.contains("is_spare"), "{out}{err}");
    let (code, out, err) = ask(&["--format", "json", "query", "SELECT sum(amount) AS n FROM misfilling.parts"]);
    let answer: Value = serde_json::from_str(&out).unwrap_or_else(|_| panic!("{out}{err}"));
    assert_eq!((code, answer["rows"][0]["n"].as_i64()), (0, Some(6)), "{answer}");
    let lines = answer["coverage"]["scopes"].as_array().unwrap();
    assert!(lines.len() == 2 && lines.iter().all(|line| line["table"] == "misfilling.parts"), "{answer}");
    let query =
        r#"{"from": "misfilling.parts", "where": [{"field": "amount", "op": "ge", "value": 1}], "select": ["part"]}"#;
    fs::write(desk.path().join("q.json"), query).unwrap();
    let (code, out, err) = ask(&["--format", "json", "query", "--json", "q.json"]);
    let answer: Value = serde_json::from_str(&out).unwrap_or_else(|_| panic!("{out}{err}"));
    assert_eq!((code, answer["rows"].as_array().map(Vec::len)), (0, Some(4)), "{answer}");
    fs::write(desk.path().join("p.js"), "query('select sum(amount) as n from misfilling.parts', [])[0].n * 2").unwrap();
    let (code, out, err) = ask(&["--format", "json", "program", "run", "p.js"]);
    assert!(code == 0 && out.contains("12"), "{out}{err}");
    let declared = ["--format", "json", "program", "run", "p.js", "--tables", "volumes"];
    let (code, out, err) = ask(&declared);
    assert!(code != 0 && format!("{out}{err}").contains("misfilling.parts"), "{out}{err}");
    for (question, rows) in [
        ("list misfilling.parts", 6),
        ("list all parts where amount is at least 1 and is_spare is no", 4),
        ("how many misfilling.parts are there?", 1),
    ] {
        let (code, out, err) = ask(&["--format", "json", "ask", question]);
        let answer: Value = serde_json::from_str(&out).unwrap_or_else(|_| panic!("{out}{err}"));
        assert_eq!((code, answer["rows"].as_array().map(Vec::len)), (0, Some(rows)), "{question}: {answer}");
        assert_eq!(answer["query"]["from"], "misfilling.parts", "{answer}");
    }
    let (code, out, err) = ask(&["ask", "which misfilling.parts cost the most"]);
    let how = "in SQL, such as `SELECT * FROM misfilling.parts`";
    assert!(code == 4 && format!("{out}{err}").contains(how), "{code} {out}{err}");
    let (code, _, err) = ask(&["tables", "misfilling.part"]);
    assert!(code == 2 && err.contains("there is no table `misfilling.part`"), "{code} {err}");
    // Kept rows of a table that is no longer there, or is another one, are no reason to fail.
    assert_eq!(ask(&["query", "SELECT count(*) FROM misfilling.parts"]).0, 0);
}

#[tokio::test]
async fn plugins_are_listed_and_scans_run_over_rest() {
    let router = service(&[]).await;
    let listed = get(&router, "/v1/plugins").await.json();
    let names: Vec<_> =
        listed["plugins"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect();
    assert_eq!(names, ["architecture", "exposure", "gcp-asset", "tagging", "trivy", "waste"]);
    assert_eq!(get(&router, "/v1/plugins/exposure").await.json()["describes"]["name"], "exposure");
    assert_eq!(get(&router, "/v1/plugins/nothing").await.status, 404);
    let response = post(&router, "/v1/scans", json!({ "plugins": ["exposure"] }).to_string()).await;
    assert_eq!(response.status, 200);
    assert!(response.json()["scans"][0]["findings"].as_array().unwrap().len() > 5);
    assert_eq!(post(&router, "/v1/scans", json!({ "plugins": ["nothing"] }).to_string()).await.status, 404);
    assert_eq!(post(&router, "/v1/scans", json!({ "plugin": [] }).to_string()).await.status, 400);
}

#[tokio::test]
async fn scans_that_are_watched_have_their_places_until_the_stream_ends() {
    let router = service(&[]).await;
    let watched = || {
        let asked = request("POST", "/v1/scans").header("accept", "text/event-stream");
        let body = json!({ "plugins": ["exposure"] }).to_string();
        asked.header("content-type", "application/json").body(Body::from(body)).unwrap()
    };
    let mut streams = Vec::new();
    for _ in 0..4 {
        streams.push(router.clone().oneshot(watched()).await.unwrap());
    }
    assert!(streams.iter().all(|stream| stream.status() == 200));
    let refused = send(&router, watched()).await;
    assert_eq!(refused.status, 503);
    assert_eq!(refused.json()["code"], "busy");
    // Whoever goes away gives the place back.
    streams.pop();
    assert_eq!(router.clone().oneshot(watched()).await.unwrap().status(), 200);
}
