//! Questions that the rules do not read: kept programs, programs that a model writes, and nobody.

use crate::model_server::{Line, ModelServer, cannot, draft};
use crate::slow;
use crate::support::{app, ask, estate, now, post, request, send};
use axum::body::Body;
use engine::{Engine, EngineSettings, Options, Source};
use host::app::{App, Asked, Caller};
use host::config::Config;
use host::environment::Environment;
use host::http::{State, router};
use host::model::Writer;
use host::programs::{Standing, WrittenBy};
use host::reply::{Reply, Route};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// A question that takes a program, in words that no kept one has.
const QUESTION: &str = "which account has the instance with the longest name of all, and how long is it";
/// A right program for it.
const RIGHT: &str = "const rows = query('SELECT name, account_name FROM instances WHERE name IS NOT NULL');\n\
                     rows.sort((a, b) => b.name.length - a.name.length || (a.name < b.name ? -1 : 1));\n\
                     rows.slice(0, 1).map(r => ({ account_name: r.account_name, name: r.name, length: r.name.length }))";

/// An app over the demo estate whose model is the server, keeping what it learns in a folder, where one is named.
async fn with_model(server: &ModelServer, more: &str, folder: Option<&Path>) -> Arc<App> {
    with_model_over(Arc::new(estate(&[])), server, more, folder).await
}

/// The same over another source.
async fn with_model_over(source: Arc<dyn Source>, server: &ModelServer, more: &str, folder: Option<&Path>) -> Arc<App> {
    let config: Config = toml::from_str(&server.section(more)).unwrap();
    let settings = config.model.as_ref().unwrap().settings(&Environment::default()).unwrap();
    let builder = Engine::builder(EngineSettings::default()).source(source);
    let app = App::assemble(config, builder, folder.map(Path::to_owned), true, now).await.unwrap();
    Arc::new(app.with_writer(Ok(Some(Writer::new(settings).unwrap()))))
}

async fn question(app: &App, text: &str) -> Reply {
    ask(app, Asked::Question(text.to_owned())).await
}

fn json_of(reply: &Reply) -> Value {
    serde_json::to_value(reply).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kept_program_answers_with_no_model() {
    let app = app(&[], Config::default()).await;
    let reply = question(&app, "please show me which services' spend grew two months in a row").await;
    assert_eq!(reply.route, Route::Known, "{}", reply.explanation);
    let json = json_of(&reply);
    assert!(json["row_count"].as_u64().unwrap() > 3, "{json}");
    assert_eq!(json["program"]["attempts"], 0);
    assert_eq!(json["program"]["grant"]["tables"], json!(["costs"]));
    assert!(json["program"]["source"].as_str().unwrap().contains("query("));
    assert_eq!(json["coverage"]["complete"], true);
    assert_eq!(json["sql"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gap_in_what_a_program_read_is_a_gap_in_its_answer() {
    let app = app(&["sandbox"], Config::default()).await;
    let reply = question(&app, "which volumes were created in the same hour as another team's instances").await;
    let json = json_of(&reply);
    assert_eq!(json["route"], "known");
    assert_eq!((&json["coverage"]["complete"], &json["coverage"]["unknown"]), (&json!(false), &json!(true)));
    let scopes = json["coverage"]["scopes"].as_array().unwrap();
    let denied: Vec<_> = scopes.iter().filter(|scope| scope["status"] == "denied").collect();
    assert!(denied.iter().any(|scope| scope["table"] == "volumes"), "{denied:?}");
    assert!(denied.iter().any(|scope| scope["table"] == "instances"), "{denied:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_model_an_unusual_question_gets_why_what_is_near_and_the_prompt() {
    let service = router(Arc::new(State::new(app(&[], Config::default()).await, true)));
    let body = json!({ "question": QUESTION, "show_prompt": true }).to_string();
    let reply = post(&service, "/v1/ask", body).await.json();
    assert_eq!(reply["route"], "refused");
    let why = reply["explanation"].as_str().unwrap();
    assert!(
        why.ends_with("no program is kept for it, and no language model is configured that could write one"),
        "{why}"
    );
    assert!(!reply["nearest"].as_array().unwrap().is_empty());
    let prompt = reply["prompt"].as_str().unwrap();
    assert!(prompt.contains("longest name") && prompt.contains("instances"), "{prompt}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_with_a_word_too_many_is_offered_without_it_before_any_other() {
    let service = router(Arc::new(State::new(app(&[], Config::default()).await, true)));
    let body = json!({ "question": "flaky volumes larger than 100 GB" }).to_string();
    let reply = post(&service, "/v1/ask", body).await.json();
    assert_eq!(reply["route"], "refused");
    assert_eq!(reply["nearest"][0], "volumes larger than 100 GB", "{reply}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_would_change_something_is_refused_and_no_model_is_asked() {
    let server = ModelServer::start([]).await;
    let app = with_model(&server, "", None).await;
    for text in
        ["delete all stopped instances", "terminate every VM that costs over $100", "what is the weather in Rome"]
    {
        let reply = question(&app, text).await;
        assert_eq!(reply.route, Route::Refused, "{text}");
    }
    assert!(server.asked().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_writes_a_program_that_is_stored_and_found_again() {
    let folder = tempfile::tempdir().unwrap();
    let server = ModelServer::start([draft("the longest name", &["instances"], RIGHT)]).await;
    let app = with_model(&server, "", Some(folder.path())).await;
    let first = question(&app, QUESTION).await;
    assert_eq!(first.route, Route::Generated, "{}", first.explanation);
    let first = json_of(&first);
    assert_eq!(first["explanation"], "the longest name");
    assert_eq!((&first["program"]["attempts"], &first["row_count"]), (&json!(1), &json!(1)));
    assert_eq!(first["program"]["grant"]["tables"], json!(["instances"]));

    let again = json_of(&question(&app, QUESTION).await);
    assert_eq!(again["route"], "known");
    assert_eq!((&again["rows"], &again["program"]["id"]), (&first["rows"], &first["program"]["id"]));
    app.close().await;
    // Another process, with no model at all.
    let builder = Engine::builder(EngineSettings::default()).source(Arc::new(estate(&[])));
    let later = App::assemble(Config::default(), builder, Some(folder.path().to_owned()), true, now).await.unwrap();
    assert_eq!(json_of(&question(&later, QUESTION).await)["rows"], first["rows"]);
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_differs_in_a_value_runs_the_same_program() {
    let folder = tempfile::tempdir().unwrap();
    let program = "const names = query('SELECT name FROM volumes WHERE size_gib > 700').map(r => r.name ?? '');\n\
                   [{ letters: names.reduce((sum, name) => sum + name.length, 0), volumes: names.length }]";
    let server =
        ModelServer::start([draft("letters in the names of volumes over 700 GiB", &["volumes"], program)]).await;
    let app = with_model(&server, "", Some(folder.path())).await;
    let ask = async |gib: u32| {
        json_of(&question(&app, &format!("how many letters have the names of volumes over {gib} GiB altogether")).await)
    };
    let (many, few) = (ask(700).await, ask(1500).await);
    assert_eq!((&many["route"], &few["route"]), (&json!("generated"), &json!("known")), "{few}");
    let source = many["program"]["source"].as_str().unwrap();
    assert!(source.starts_with("/* nephoscope") && source.contains("params."), "{source}");
    assert_eq!(
        (&many["program"]["source"], &many["program"]["id"]),
        (&few["program"]["source"], &few["program"]["id"])
    );
    assert_eq!(many["program"]["params"].as_object().unwrap().values().next(), Some(&json!(700)));
    assert_eq!(few["program"]["params"].as_object().unwrap().values().next(), Some(&json!(1500)));
    assert!(many["rows"][0]["volumes"].as_u64() > few["rows"][0]["volumes"].as_u64(), "{many} {few}");
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_column_goes_back_to_the_model_before_anything_runs() {
    let wrong = "query('SELECT nmae, account_name FROM instances').length";
    let server =
        ModelServer::start([draft("first", &["instances"], wrong), draft("second", &["instances"], RIGHT)]).await;
    let app = with_model(&server, "", None).await;
    let reply = json_of(&question(&app, QUESTION).await);
    assert_eq!((&reply["route"], &reply["program"]["attempts"]), (&json!("generated"), &json!(2)), "{reply}");
    let told = server.asked()[1].messages().pop().unwrap();
    assert!(told.contains("there is no column `nmae`; did you mean `name`?"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_was_not_asked_for_is_denied_and_said() {
    let greedy = "query('SELECT name FROM instances').length + query('SELECT 1 AS x FROM costs').length";
    let server = ModelServer::start([draft("a", &["instances"], greedy), draft("b", &["instances"], RIGHT)]).await;
    let app = with_model(&server, "", None).await;
    assert_eq!(question(&app, QUESTION).await.route, Route::Generated);
    let told = server.asked()[1].messages().pop().unwrap();
    assert!(told.contains("the table `costs` is not granted"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn three_wrong_programs_are_enough() {
    let server = ModelServer::start([
        draft("a", &["instances"], "fetch('http://169.254.169.254/')"),
        draft("b", &["instances"], "require('fs').readFileSync('/etc/passwd')"),
        draft("c", &["instances"], "for (;;) {}"),
        draft("d", &["instances"], RIGHT),
    ])
    .await;
    let app = with_model(&server, "[programs]\nown_time = \"200ms\"", None).await;
    let reply = question(&app, QUESTION).await;
    assert_eq!(reply.route, Route::Refused);
    assert!(reply.explanation.contains("wrote 3 programs for it, and none was right"), "{}", reply.explanation);
    assert!(reply.explanation.contains("computed for longer than the 0.2 s"), "{}", reply.explanation);
    assert_eq!(server.asked().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_a_provider_stands_in_the_way_of_is_not_called_wrong() {
    let server = ModelServer::start([draft("a", &["instances"], RIGHT), draft("b", &["instances"], RIGHT)]).await;
    let app = with_model_over(slow::throttled(), &server, "", None).await;
    let said = question(&app, QUESTION).await.explanation;
    assert!(
        said.contains("wrote a program for it, which could not be run to its end: nothing could be read"),
        "{said}"
    );
    assert!(!said.contains("none was right"), "{said}");
    assert_eq!(server.asked().len(), 1, "no other program would do better");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_whose_program_cannot_be_kept_says_so_each_time() {
    let server = ModelServer::start([draft("a", &["instances"], RIGHT), draft("b", &["instances"], RIGHT)]).await;
    let app = with_model(&server, "", None).await;
    // Few enough characters to be read, and too many bytes to be kept.
    let long = format!("{QUESTION}, of those named '{}'", "ü".repeat(1_500));
    assert!(long.len() > host::programs::header::MAX_SENTENCE);
    for _ in 0..2 {
        let reply = json_of(&question(&app, &long).await);
        assert_eq!(reply["route"], "generated", "{reply}");
        assert!(reply["warnings"].to_string().contains("the program is not kept, and will be written anew"), "{reply}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_says_it_cannot_or_fails_is_quoted() {
    let server =
        ModelServer::start([cannot("no table has names of people"), Line::Fails(401, Vec::new(), json!({}))]).await;
    let app = with_model(&server, "", None).await;
    let said = question(&app, QUESTION).await.explanation;
    assert!(said.contains("no table has names of people"), "{said}");
    let said = question(&app, QUESTION).await.explanation;
    assert!(said.contains("the language model could not be asked"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_stay_here() {
    let leaky = "const [r] = query('SELECT name FROM instances WHERE name IS NOT NULL ORDER BY name LIMIT 1');\n\
                 throw new Error('it is ' + r.name)";
    let server = ModelServer::start([draft("a", &["instances"], leaky), draft("b", &["instances"], RIGHT)]).await;
    let app = with_model(&server, "", None).await;
    let first_name = "SELECT name FROM instances WHERE name IS NOT NULL ORDER BY name LIMIT 1";
    let name = json_of(&ask(&app, Asked::Sql(first_name.to_owned())).await)["rows"][0]["name"].clone();
    assert_eq!(question(&app, QUESTION).await.route, Route::Generated);
    let all: String = server.asked().iter().flat_map(|asked| asked.messages()).collect();
    assert!(!all.contains(name.as_str().unwrap()), "{name} went to the model");
}

/// What the model is told of a first draft, where the second is right.
async fn told_of(first: &str, second: &str, more: &str) -> String {
    let server = ModelServer::start([draft("a", &["instances"], first), draft("b", &["instances"], second)]).await;
    let app = with_model(&server, more, None).await;
    let reply = question(&app, QUESTION).await;
    assert_eq!((reply.route, server.asked().len()), (Route::Generated, 2), "{}", reply.explanation);
    server.asked()[1].messages().pop().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_cannot_be_spelled_in_the_programs_own_words() {
    let bits = "[...r.name].map(c => c.charCodeAt(0) % 2 ? 'yes' : 'no').join(' ')";
    let read = "const [r] = query('SELECT name FROM instances WHERE name IS NOT NULL ORDER BY name LIMIT 1');";
    let left_out = "(its message is left out, because it may hold values of rows)";
    for (thrown, expected) in [
        (format!("throw new Error({bits})"), format!("Error at line 2: {left_out}")),
        (
            format!("const e = new Error('not a function'); e.name = {bits}; throw e"),
            format!("Error at line 2: {left_out}"),
        ),
        (format!("JSON.parse({bits})"), format!("SyntaxError at line 2: {left_out}")),
        (format!("null[{bits}]"), "TypeError at line 2: cannot read property '…' of null".to_owned()),
        (format!("query('SELECT ' + ({bits}).replaceAll(' ', '_') + ' FROM instances')"), String::new()),
    ] {
        let told = told_of(&format!("{read}\n{thrown}"), RIGHT, "").await;
        assert!(told.contains(&expected), "{thrown}: {told}");
        assert!(!told.contains("yes") && !told.contains("no_"), "{thrown}: {told}");
        let told = told_of(&format!("{read}\n{thrown}"), RIGHT, "rows = \"errors\"").await;
        assert!(told.contains("yes") || told.contains("token: 'no'"), "{thrown}: {told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_wrong_without_rows_too_is_told_in_full() {
    let told = told_of("const n = 1;\nfetch('/' + n)", RIGHT, "").await;
    assert!(told.contains("ReferenceError at line 2: fetch is not defined; a program has `query`"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_that_is_made_of_rows_is_not_held_against_a_program_that_had_none() {
    let made_of_rows = "const ids = query('SELECT native_id FROM instances LIMIT 3').map(r => `'${r.native_id}'`);\n\
                        query(`SELECT native_id FROM instances WHERE native_id IN (${ids.join(',')})`)";
    let server = ModelServer::start([draft("a", &["instances"], made_of_rows)]).await;
    let app = with_model(&server, "", None).await;
    let reply = json_of(&question(&app, QUESTION).await);
    assert_eq!((&reply["route"], &reply["row_count"]), (&json!("generated"), &json!(3)), "{reply}");

    let told = told_of("query('SELECT name FROM instances WHERE name IN ()')", RIGHT, "").await;
    assert!(told.contains("QueryError at line 1: ") && !told.contains("left out"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_is_right_today_alone_is_complained_of_and_never_kept() {
    let dated = "query(\"SELECT name FROM instances WHERE launched_at < TIMESTAMP '2026-11-19T00:00:00Z' LIMIT 1\")";
    let told = told_of(dated, RIGHT, "").await;
    assert!(told.contains("FixedDay: the program holds the day 2026-11-19") && told.contains("today()"), "{told}");

    let lines = [draft("a", &["instances"], dated), draft("b", &["instances"], dated)];
    let server = ModelServer::start(lines.clone().into_iter().chain(lines)).await;
    let app = with_model(&server, "", None).await;
    let reply = json_of(&question(&app, QUESTION).await);
    assert_eq!((&reply["route"], &reply["program"]["attempts"]), (&json!("generated"), &json!(2)), "{reply}");
    assert!(reply["warnings"].to_string().contains("it holds the day 2026-11-19"), "{reply}");
    let monthly = "query(\"SELECT sum(EffectiveCost) AS cost FROM costs WHERE strftime('%Y-%m', ChargePeriodStart) = '2026-10'\")";
    assert!(told_of(monthly, RIGHT, "").await.contains("FixedDay: the program holds the year 2026"));
    assert_eq!(question(&app, QUESTION).await.route, Route::Generated);
    let named = format!("{QUESTION}, of those launched before 2026-11-19");
    let server = ModelServer::start([draft("a", &["instances"], dated)]).await;
    let app = with_model(&server, "", None).await;
    assert_eq!(question(&app, &named).await.route, Route::Generated);
    assert_eq!((question(&app, &named).await.route, server.asked().len()), (Route::Known, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_that_were_written_here_are_no_examples_unless_that_is_wanted() {
    let server = ModelServer::start([]).await;
    let ours = "/* nephoscope\nquestion = \"which of our boxes has the longest name\"\n*/\n\
                query(\"SELECT name FROM instances WHERE name = 'payroll-db-7'\")";
    for (more, is_shown) in [("", false), ("examples = \"all\"", true)] {
        let app = with_model(&server, more, None).await;
        let by = WrittenBy::Hand("ann".to_owned());
        app.library.keep(ours, by, Standing::Kept, now()).await.unwrap();
        let prompt = app.prompt("which of our boxes has the longest name of all").await.to_string();
        assert_eq!(prompt.contains("payroll-db-7"), is_shown, "{prompt}");
        assert!(is_shown || prompt.contains("query("), "{prompt}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_stay_here() {
    let aws = RIGHT.replace("WHERE", "WHERE provider = \"aws\" AND").replace("\"aws\"", "\\'aws\\'");
    let told = told_of(RIGHT, &aws, "[programs]\nproviders = [\"aws\"]").await;
    assert!(told.contains("is not granted"), "{told}");
    let all = app(&[], Config::default()).await;
    let sql = "SELECT DISTINCT account_name, account_id FROM accounts WHERE provider <> 'aws'";
    let accounts = json_of(&ask(&all, Asked::Sql(sql.to_owned())).await);
    let accounts = accounts["rows"].as_array().unwrap();
    assert!(accounts.len() > 1, "{accounts:?}");
    for value in accounts.iter().flat_map(|row| row.as_object().unwrap().values()) {
        assert!(!told.contains(value.as_str().unwrap()), "{value} in {told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thumb_down_ends_what_a_thumb_up_keeps() {
    let server = ModelServer::start([
        draft("one", &["instances"], RIGHT),
        draft("two", &["instances"], &format!("{RIGHT} // another")),
    ])
    .await;
    let service = router(Arc::new(State::new(with_model(&server, "", None).await, true)));
    let ask = async || post(&service, "/v1/ask", json!({ "question": QUESTION }).to_string()).await.json();
    let vote = async |id: &Value, verdict: &str| {
        let path = format!("/v1/answers/{}/feedback", id.as_str().unwrap());
        post(&service, &path, json!({ "verdict": verdict, "comment": "because" }).to_string()).await
    };
    let first = ask().await;
    assert_eq!(vote(&first["id"], "down").await.status, 204);
    let second = ask().await;
    assert_eq!((&second["route"], &second["explanation"]), (&json!("generated"), &json!("two")), "{second}");
    assert_eq!(vote(&second["id"], "up").await.status, 204);
    let third = ask().await;
    assert_eq!((&third["route"], &third["program"]["id"]), (&json!("known"), &second["program"]["id"]));

    let unknown = vote(&json!("nothing"), "up").await;
    assert_eq!((unknown.status.as_u16(), unknown.json()["code"].as_str().unwrap()), (404, "answer_not_found"));
    assert_eq!(vote(&third["id"], "sideways").await.status, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_ships_is_voted_out_over_rest_by_three_answers_and_by_no_fewer() {
    let service = router(Arc::new(State::new(app(&[], Config::default()).await, true)));
    let ask = async || {
        let body = json!({ "question": "which tag keys are written in more than one way" });
        post(&service, "/v1/ask", body.to_string()).await.json()
    };
    let against = async |answer: &Value| {
        let path = format!("/v1/answers/{}/feedback", answer["id"].as_str().unwrap());
        assert_eq!(post(&service, &path, r#"{"verdict": "down"}"#).await.status, 204);
    };
    let first = ask().await;
    // The same answer counts once, however often it is clicked.
    for _ in 0..4 {
        against(&first).await;
    }
    for _ in 0..2 {
        let next = ask().await;
        assert_eq!(next["route"], "known", "{next}");
        against(&next).await;
    }
    let gone = ask().await;
    assert_eq!(gone["route"], "refused", "{gone}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_was_kept_is_explained_as_what_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let builder = Engine::builder(EngineSettings::default()).source(Arc::new(estate(&[])));
    let app = App::assemble(Config::default(), builder, Some(folder.path().to_owned()), true, now).await.unwrap();
    let caller = Caller { who: "ann".to_owned(), via: "cli" };
    app.keep("[{ answer: 6 * 7 }]", Some("what is the answer to everything"), &caller).await.unwrap();
    let explain =
        async |question: &str| app.explain(Asked::Question(question.to_owned()), Options::default()).await.unwrap();
    let everything = explain("what is the answer to everything").await;
    assert_eq!((everything.route, everything.is_refused()), ("known", false));
    assert_eq!(everything.explanation, "it reads no table");
    // What nobody can answer is explained as it is answered.
    let nobody = explain(QUESTION).await;
    let asked = app.answer(Asked::Question(QUESTION.to_owned()), Options::default(), &caller).await.unwrap();
    assert!(nobody.is_refused() && nobody.explanation.contains("no language model is configured"));
    assert_eq!(nobody.explanation, asked.explanation);
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_program_by_hand_would_take_is_told_over_rest() {
    let service = router(Arc::new(State::new(app(&[], Config::default()).await, true)));
    let explain = async |body: Value| post(&service, "/v1/programs/explain", body.to_string()).await;
    let volumes = explain(json!({ "source": "query('SELECT count(*) AS n FROM volumes')" })).await.json();
    assert_eq!(volumes["plan"]["scopes"][0]["table"], "volumes", "{volumes}");
    let kept = explain(json!({ "id": "volumes-near-another-team" })).await.json();
    assert!(kept["plan"]["call_count"].as_u64().unwrap() > 10, "{kept}");
    assert_eq!(explain(json!({ "id": "nothing-like-it" })).await.status, 404);
    assert_eq!(explain(json!({})).await.status, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_run_by_hand_over_rest() {
    let service = router(Arc::new(State::new(app(&[], Config::default()).await, true)));
    let run = async |body: Value| post(&service, "/v1/programs/run", body.to_string()).await;
    let rows = run(json!({ "source": "query('SELECT count(*) AS n FROM instances')[0].n > params.than", "params": { "than": 10 } })).await;
    assert_eq!(rows.json()["rows"], json!([{ "value": true }]), "{}", rows.text);
    assert_eq!(rows.json()["route"], "direct");

    let denied =
        run(json!({ "source": "query('SELECT 1 AS x FROM costs')", "needs": { "tables": ["instances"] } })).await;
    assert_eq!((denied.status.as_u16(), denied.json()["code"].as_str().unwrap()), (403, "not_granted"));
    let thrown = run(json!({ "source": "console.log('here');\nnull.x" })).await;
    let problem = thrown.json();
    assert_eq!((thrown.status.as_u16(), &problem["code"]), (422, &json!("program_failed")));
    assert_eq!((&problem["details"]["fault"]["line"], &problem["details"]["log"]), (&json!(2), &json!(["here"])));
    assert_eq!(problem["details"]["may_be_mended"], true);
    let endless = run(json!({ "source": "for (;;) {}" })).await;
    assert_eq!(endless.json()["code"], "limit_reached");
    for (body, code) in [
        (json!({}), "bad_request"),
        (json!({ "source": "" }), "bad_request"),
        (json!({ "source": "1", "id": "x" }), "bad_request"),
        (json!({ "id": "no-such-program" }), "program_not_found"),
        (json!({ "source": "1", "needs": { "tables": ["instanses"] } }), "unknown_table"),
        (json!({ "source": "1", "params": { "x": [1] } }), "bad_request"),
    ] {
        assert_eq!(run(body.clone()).await.json()["code"], code, "{body}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operators_bounds_hold_for_every_program() {
    let config: Config =
        toml::from_str("[programs]\ntables = [\"instances\"]\nproviders = [\"aws\"]\nqueries = 2").unwrap();
    let service = router(Arc::new(State::new(app(&[], config).await, true)));
    let run =
        async |source: &str| post(&service, "/v1/programs/run", json!({ "source": source }).to_string()).await.json();
    assert_eq!(run("query('SELECT 1 AS x FROM volumes')").await["code"], "not_granted");
    assert_eq!(run("query('SELECT count(*) AS n FROM instances')").await["code"], "not_granted");
    let aws = run("query(\"SELECT DISTINCT provider FROM instances WHERE provider = 'aws'\")").await;
    assert_eq!(aws["rows"], json!([{ "provider": "aws" }]), "{aws}");
    let third = "for (let i = 0; i < 3; i++) query(\"SELECT 1 AS x FROM instances WHERE provider = 'aws' LIMIT 1\")";
    assert_eq!(run(third).await["code"], "limit_reached");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_model_wrote_is_held_to_its_dollars_in_every_run_and_what_a_person_wrote_is_not() {
    // Two scopes at 30 cents, twice.
    let app = slow::paid(30, toml::from_str("[programs]\nmax_dollars = 1").unwrap()).await;
    let source = |of: &str, most: &str| {
        format!(
            "/* nephoscope\nquestion = \"how odd are the boxes of {of}\"\n{most}*/\n\
             const more = query('SELECT count(*) AS n FROM instances WHERE region <> $1', ['{of}']);\n\
             query('SELECT name FROM instances').length + more.length"
        )
    };
    let model = WrittenBy::Model("m-1".to_owned());
    let ann = WrittenBy::Hand("ann".to_owned());
    for (by, standing, most, fails) in [
        (model.clone(), Standing::Fresh, "", true),
        (model, Standing::Kept, "", true),
        (ann.clone(), Standing::Kept, "", false),
        // What a program says itself holds for everybody's.
        (ann, Standing::Kept, "max_dollars = 1\n", true),
    ] {
        let of = format!("{by:?} {standing:?} {most:?}").replace(|c: char| !c.is_ascii_lowercase(), "");
        let kept = app.library.keep(&source(&of, most), by, standing, now()).await.unwrap();
        for asked in [
            Asked::Question(format!("how odd are the boxes of {of}")),
            app.kept_program(&kept.id, None, &serde_json::Map::new()).await.unwrap(),
        ] {
            let fresh = Options { max_age: Some(Duration::ZERO), ..Options::default() };
            let ann = Caller { who: "ann".to_owned(), via: "cli" };
            let failure = app.answer(asked, fresh, &ann).await.err();
            assert_eq!(failure.is_some(), fails, "{of}");
            let said = failure.as_ref().map(ToString::to_string).unwrap_or_default();
            assert!(!fails || said.contains("would cost $0.6 or more, and $0.4 are left"), "{said}");
            let limit =
                failure.and_then(|failure| failure.details).map(|details| details["fault"]["kind"]["limit"].clone());
            assert_eq!(limit, fails.then(|| json!("max_dollars")));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn kept_programs_are_listed_and_shown() {
    let service = router(Arc::new(State::new(app(&[], Config::default()).await, true)));
    let get = async |path: &str| send(&service, request("GET", path).body(Body::empty()).unwrap()).await;
    let list = get("/v1/programs").await.json();
    let programs = list["programs"].as_array().unwrap();
    assert!(programs.len() >= 12, "{list}");
    assert!(programs.iter().all(|program| program["text"].is_null() && program["question"].is_string()));
    let shown = get("/v1/programs/services-that-grew").await.json();
    assert!(shown["text"].as_str().unwrap().starts_with("/* nephoscope"), "{shown}");
    let missing = get("/v1/programs/services-that-grow").await;
    assert_eq!(
        (missing.status.as_u16(), missing.json()["hint"].as_str().unwrap()),
        (404, "did you mean `services-that-grew`?")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_kept_program_would_take_is_told_before_it_runs() {
    let app = app(&[], Config::default()).await;
    let question = "which volumes were created in the same hour as another team's instances";
    let explained = app.explain(Asked::Question(question.to_owned()), Options::default()).await.unwrap();
    assert_eq!(explained.route, "known");
    let plan = explained.plan.unwrap();
    let tables: std::collections::BTreeSet<&str> = plan.scopes.iter().map(|scope| scope.table.as_str()).collect();
    assert!(tables.contains("volumes") && tables.contains("instances"), "{tables:?}");
    assert!(plan.call_count > 10 && !plan.permissions.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_of_a_program_can_be_shown_again_from_the_audit_log() {
    let folder = tempfile::tempdir().unwrap();
    let builder = Engine::builder(EngineSettings::default()).source(Arc::new(estate(&[])));
    let app = App::assemble(Config::default(), builder, Some(folder.path().to_owned()), true, now).await.unwrap();
    let caller = Caller { who: "ann".to_owned(), via: "cli" };
    let asked = Asked::Question("which tag keys are written in more than one way".to_owned());
    let reply = app.answer(asked, Options::default(), &caller).await.unwrap();
    app.close().await;
    let runs = audited(folder.path()).await;
    let [(id, route, program)] = runs.as_slice() else { panic!("{runs:?}") };
    assert_eq!((id.as_str(), route.as_str()), (reply.id.as_str(), "known"));
    assert_eq!(program["source"], reply.program.unwrap().source);
    assert!(program["grant"]["limits"]["queries"] == 32 && !program["queries"].as_array().unwrap().is_empty());
}

/// The runs of the audit log, oldest first: id, route, program.
async fn audited(folder: &Path) -> Vec<(String, String, Value)> {
    let mut files = std::fs::read_dir(folder).unwrap().filter_map(Result::ok).map(|entry| entry.path());
    let database = files.find(|path| path.extension().is_some_and(|e| e == "db" || e == "sqlite")).unwrap();
    let pool = sqlx::SqlitePool::connect(&format!("sqlite://{}", database.display())).await.unwrap();
    let runs: Vec<(String, String, String)> =
        sqlx::query_as("SELECT id, route, program FROM runs ORDER BY id").fetch_all(&pool).await.unwrap();
    runs.into_iter().map(|(id, route, program)| (id, route, serde_json::from_str(&program).unwrap())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_log_says_how_a_program_was_written_and_how_none_was() {
    let folder = tempfile::tempdir().unwrap();
    let wrong = draft("a", &["instances"], "query('SELECT nmae FROM instances')");
    let lines = [wrong.clone(), draft("b", &["instances"], RIGHT), wrong, cannot("no table has the weather")];
    let server = ModelServer::start(lines).await;
    let app = with_model(&server, "", Some(folder.path())).await;
    let complaints = json!([{ "class": "invalid", "message": "there is no column `nmae`; did you mean `name`?" }]);
    let reply = json_of(&question(&app, QUESTION).await);
    assert_eq!(reply["program"]["complaints"], complaints, "{reply}");
    assert_eq!(reply["program"]["tokens"], json!({ "read": 4000, "written": 200 }));
    let none = question(&app, "which account has the volume with the shortest name of all").await;
    assert_eq!(none.route, Route::Refused, "{}", none.explanation);
    app.close().await;
    let runs = audited(folder.path()).await;
    let [(_, _, first), (_, route, second)] = runs.as_slice() else { panic!("{runs:?}") };
    assert_eq!((&first["complaints"], &first["tokens"]["written"]), (&complaints, &json!(200)));
    let tokens = json!({ "read": 4000, "written": 200 });
    assert_eq!(route, "refused");
    assert_eq!(second, &json!({ "attempts": 2, "complaints": complaints, "tokens": tokens }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_is_given_up_is_in_the_audit_log() {
    let folder = tempfile::tempdir().unwrap();
    let config: Config = toml::from_str("[server]\nrequest_timeout = \"100ms\"").unwrap();
    let (slow, _calls) = slow::kept(Duration::from_secs(3600), config, Some(folder.path().to_owned())).await;
    let service = router(Arc::new(State::new(slow.clone(), true)));
    let reply = post(&service, "/v1/query", r#"{"sql": "SELECT count(*) FROM instances"}"#).await;
    assert_eq!(reply.json()["code"], "timed_out");
    let url = format!("sqlite://{}", folder.path().join("nephoscope.db").display());
    let pool = sqlx::SqlitePool::connect(&url).await.unwrap();
    // The work ends, and is written down, on a thread of its own soon after the reply.
    let runs = loop {
        let runs: Vec<(String, String, String)> =
            sqlx::query_as("SELECT via, sql, error_code FROM runs").fetch_all(&pool).await.unwrap();
        if !runs.is_empty() {
            break runs;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    };
    slow.close().await;
    let given_up = ("http", "SELECT count(*) FROM instances", "given_up");
    assert_eq!(runs, [given_up].map(|(via, sql, code)| (via.to_owned(), sql.to_owned(), code.to_owned())));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bill_that_does_not_reach_back_far_enough_is_no_row_and_a_warning_of_an_incomplete_answer() {
    let service = router(Arc::new(State::new(app(&[], Config::default()).await, true)));
    let body = json!({ "id": "services-that-grew", "params": { "months": 11 } });
    let reply = post(&service, "/v1/programs/run", body.to_string()).await.json();
    assert_eq!((&reply["row_count"], &reply["coverage"]["complete"]), (&json!(0), &json!(false)), "{reply}");
    let warning = reply["warnings"][0].as_str().unwrap();
    assert!(warning.starts_with("not known: the bill reaches back to 20"), "{warning}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_program_caught_is_a_gap_all_the_same() {
    let service = router(Arc::new(State::new(app(&[], Config::default()).await, true)));
    let source = "let n = 0; try { n = query('SELECT count(*) AS n FROM costs')[0].n } catch {} ({ n })";
    let body = json!({ "source": source, "needs": { "tables": ["instances"] } }).to_string();
    let reply = post(&service, "/v1/programs/run", body).await.json();
    assert_eq!(reply["rows"], json!([{ "n": 0 }]));
    assert_eq!((&reply["coverage"]["complete"], &reply["coverage"]["unknown"]), (&json!(false), &json!(true)));
    assert!(reply["warnings"][0].as_str().unwrap().contains("the table `costs` is not granted"), "{reply}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_result_of_thousands_of_columns_is_no_result() {
    let service = router(Arc::new(State::new(app(&[], Config::default()).await, true)));
    let body = json!({ "source": "Array.from({ length: 4000 }, (_, i) => ({ ['c' + i]: i }))" }).to_string();
    let reply = post(&service, "/v1/programs/run", body).await.json();
    assert_eq!(reply["code"], "limit_reached", "{reply}");
    assert!(reply["detail"].as_str().unwrap().contains("more than the 200 columns"), "{reply}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_caller_grants_only_makes_less_of_what_a_program_declares() {
    let service = router(Arc::new(State::new(app(&[], Config::default()).await, true)));
    let run = async |body: Value| post(&service, "/v1/programs/run", body.to_string()).await.json();
    let kept = run(json!({ "id": "services-that-grew", "needs": { "tables": ["volumes"] } })).await;
    assert_eq!(kept["code"], "not_granted", "{kept}");
    let header = "/* nephoscope\nquestion = \"how many volumes\"\ntables = [\"instances\"]\n*/\nquery('SELECT 1 AS x FROM volumes')";
    assert_eq!(run(json!({ "source": header })).await["code"], "not_granted");
    assert_eq!(run(json!({ "source": header, "needs": { "tables": ["volumes"] } })).await["code"], "not_granted");
    let upper = json!({ "source": "query('SELECT count(*) AS n FROM instances').length", "needs": { "tables": ["Instances"] } });
    assert_eq!(run(upper).await["rows"], json!([{ "value": 1 }]));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_kept_program_throws_on_purpose_is_the_answer_and_no_model_is_asked() {
    let server = ModelServer::start([]).await;
    let app = with_model(&server, "", None).await;
    let own = "/* nephoscope\nquestion = \"how odd are our boxes\"\n*/\n\
               const fail = (why) => { throw new Error(why) };\nfail('there are none')";
    app.library.keep(own, WrittenBy::Hand("ann".to_owned()), Standing::Kept, now()).await.unwrap();
    let caller = Caller { who: "ann".to_owned(), via: "cli" };
    let asked = Asked::Question("how odd are our boxes".to_owned());
    let failure = app.answer(asked, Options::default(), &caller).await.unwrap_err();
    assert!(failure.to_string().contains("there are none"), "{failure}");
    assert!(server.asked().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_in_place_of_a_program_that_slipped_goes_first_for_those_words() {
    let count = "query('SELECT count(*) AS n FROM instances WHERE vcpus > 4')";
    for (words, wrong) in [
        ("how odd are boxes over 4 vcpus altogether", "null.length"),
        ("how odd are boxes over {cpus} vcpus altogether", "params.cpus > 3 ? null.length : [{ n: 'few' }]"),
    ] {
        let params = if words.contains('{') { "\n[params.cpus]\ntype = \"number\"\ndefault = 2\n" } else { "" };
        let kept = format!("/* nephoscope\nquestion = \"{words}\"\n{params}*/\n{wrong}");
        let server = ModelServer::start([draft("boxes over 4", &["instances"], count)]).await;
        let app = with_model(&server, "", None).await;
        let kept = app.library.keep(&kept, WrittenBy::Hand("ann".to_owned()), Standing::Kept, now()).await.unwrap();
        let asked = "how odd are boxes over 4 vcpus altogether";
        let first = json_of(&question(&app, asked).await);
        assert_eq!(first["route"], "generated", "{first}");
        let again = json_of(&question(&app, asked).await);
        assert_eq!((&again["route"], &again["rows"]), (&json!("known"), &first["rows"]), "{words}");
        let source = again["program"]["source"].as_str().unwrap();
        assert!(source.contains(&format!("instead_of = \"{}\"", kept.id)), "{source}");
        assert_eq!(server.asked().len(), 1, "it is paid once");
        if !params.is_empty() {
            let other = json_of(&question(&app, "how odd are boxes over 3 vcpus altogether").await);
            assert_eq!(other["rows"], json!([{ "n": "few" }]), "with another value it is right: {other}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kept_program_that_fails_is_written_down_as_what_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let config: Config = toml::from_str("[programs]\nrows_in = 3").unwrap();
    let builder = Engine::builder(EngineSettings::default()).source(Arc::new(estate(&[])));
    let app = App::assemble(config, builder, Some(folder.path().to_owned()), true, now).await.unwrap();
    let caller = Caller { who: "ann".to_owned(), via: "cli" };
    let asked = Asked::Question("which tag keys are written in more than one way".to_owned());
    assert!(app.answer(asked, Options::default(), &caller).await.is_err());
    app.close().await;
    let url = format!("sqlite://{}", folder.path().join("nephoscope.db").display());
    let pool = sqlx::SqlitePool::connect(&url).await.unwrap();
    let (route, program): (String, String) =
        sqlx::query_as("SELECT route, program FROM runs").fetch_one(&pool).await.unwrap();
    let program: Value = serde_json::from_str(&program).unwrap();
    assert_eq!(
        (route.as_str(), &program["failed"]["fault"]["kind"]["limit"]),
        ("known", &json!("rows_in")),
        "{program}"
    );
}

#[test]
fn a_table_that_is_none_is_an_error_in_the_settings_of_programs() {
    let config: Config = toml::from_str("[programs]\ntables = [\"instnces\"]").unwrap();
    let failure = config.programs.ceiling().unwrap_err();
    assert_eq!(failure.message, "`tables` in `[programs]`: there is no table `instnces`");
    assert_eq!(failure.hint.as_deref(), Some("did you mean `instances`?"));
}
