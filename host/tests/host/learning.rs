//! Questions that are kept with consent, and none without.

use crate::binary::{neph, of};
use crate::support::{estate, now, post};
use engine::{Engine, EngineSettings, Options};
use host::app::{App, Asked, Caller};
use host::config::Config;
use host::http::{State, router};
use host::learning::report::{How, Report};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;

/// An app over the demo estate that keeps what it keeps in a folder.
async fn app(folder: &Path, keep: Option<bool>) -> App {
    let mut config = Config::default();
    config.learning.keep = keep;
    let builder = Engine::builder(EngineSettings::default()).source(Arc::new(estate(&[])));
    App::assemble(config, builder, Some(folder.to_owned()), true, now).await.unwrap()
}

async fn ask(app: &App, who: &str, question: &str) -> String {
    let caller = Caller { who: who.to_owned(), via: "cli" };
    app.answer(Asked::Question(question.to_owned()), Options::default(), &caller).await.unwrap().id
}

/// What is kept in a folder, seen by an app that may look.
async fn kept(folder: &Path) -> Vec<String> {
    let app = app(folder, Some(true)).await;
    let all = app.learning().unwrap().all().await.unwrap();
    app.close().await;
    all.into_iter().map(|kept| kept.question).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn without_consent_no_question_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let silent = app(folder.path(), None).await;
    let id = ask(&silent, "ann", "list all VMs").await;
    assert!(silent.learning().unwrap_err().message.contains("nobody has consented"));
    silent.close().await;
    let service = router(Arc::new(State::new(Arc::new(app(folder.path(), None).await), true)));
    let path = format!("/v1/answers/{id}/feedback");
    let thumb = post(&service, &path, json!({ "verdict": "down" }).to_string()).await;
    assert_eq!(thumb.status, 404, "{}", thumb.text);
    let query = json!({ "verdict": "down", "query": { "from": "volumes" } });
    let query = post(&service, &path, query.to_string()).await;
    assert_eq!(query.status, 400, "{}", query.text);
    assert!(query.json()["hint"].as_str().unwrap().contains("`keep = true` in `[learning]`"), "{}", query.text);
    assert_eq!(kept(folder.path()).await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consent_that_is_taken_back_deletes_what_was_kept_and_one_that_is_left_out_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let open = app(folder.path(), Some(true)).await;
    ask(&open, "ann", "list all VMs").await;
    open.close().await;
    app(folder.path(), None).await.close().await;
    assert_eq!(kept(folder.path()).await, ["list all VMs"]);
    app(folder.path(), Some(false)).await.close().await;
    assert_eq!(kept(folder.path()).await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_asked_and_what_people_made_of_it_is_told_as_rates_and_a_list() {
    let folder = tempfile::tempdir().unwrap();
    let app = app(folder.path(), Some(true)).await;
    ask(&app, "ann", "which boxes does nobody look after").await;
    ask(&app, "bob", "Which boxes does nobody look after?").await;
    ask(&app, "ann", "boxes without tag owner").await;
    ask(&app, "bob", "delete all boxes").await;
    let report = Report::of(&app.learning().unwrap().all().await.unwrap());
    app.close().await;
    assert_eq!((report.questions, report.abstention_rate), (4, 0.5));
    assert_eq!((report.routes["common"], report.routes["refused"], report.layers["rules"]), (1, 3, 4));
    // Each asked again in words that are like, and neither after the other's.
    let told: Vec<_> = report.corrected.iter().map(|one| (one.how, one.reworded.as_deref())).collect();
    assert_eq!(told, [(How::Reworded, Some("delete all boxes")), (How::Reworded, Some("boxes without tag owner"))]);
    assert_eq!((report.candidates.len(), report.candidates[0].times), (1, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn sql_that_was_pasted_as_a_question_is_none_that_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let app = app(folder.path(), Some(true)).await;
    let sql = "SELECT name FROM instances";
    ask(&app, "ann", sql).await;
    app.close().await;
    assert_eq!(kept(folder.path()).await, Vec::<String>::new());
    let url = format!("sqlite://{}", folder.path().join("nephoscope.db").display());
    let pool = sqlx::SqlitePool::connect(&url).await.unwrap();
    let runs: Vec<(Option<String>, String)> =
        sqlx::query_as("SELECT question, sql FROM runs").fetch_all(&pool).await.unwrap();
    assert_eq!(runs, [(None, sql.to_owned())]);
}

#[tokio::test(flavor = "multi_thread")]
async fn over_rest_a_session_is_what_the_client_says() {
    let folder = tempfile::tempdir().unwrap();
    let app = Arc::new(app(folder.path(), Some(true)).await);
    let service = router(Arc::new(State::new(app.clone(), true)));
    let ask = async |question: &str, session: Option<&str>| {
        let body = json!({ "question": question, "session": session });
        post(&service, "/v1/ask", body.to_string()).await.json()
    };
    let first = ask("which boxes does nobody look after", Some("tab 1")).await;
    ask("list all VMs", None).await;
    ask("list all buckets", Some("tab 2")).await;
    let last = ask("untagged boxes", Some("tab 1")).await;
    let all = app.learning().unwrap().all().await.unwrap();
    let reworded: Vec<_> = all.iter().filter(|kept| kept.reworded_by.is_some()).collect();
    assert_eq!(reworded.len(), 1);
    assert_eq!(
        (reworded[0].answer_id.as_str(), reworded[0].reworded_by.as_deref()),
        (first["id"].as_str().unwrap(), last["id"].as_str())
    );

    let judge = async |body: Value| {
        let path = format!("/v1/answers/{}/feedback", last["id"].as_str().unwrap());
        post(&service, &path, body.to_string()).await
    };
    let wrong = judge(json!({ "verdict": "down", "query": { "from": "instances", "select": ["nme"] } })).await;
    assert_eq!((wrong.status.as_u16(), wrong.json()["code"].as_str()), (400, Some("unknown_column")), "{}", wrong.text);
    assert_eq!(judge(json!({ "verdict": "up", "query": { "from": "instances" } })).await.status, 400);
    assert_eq!(judge(json!({ "verdict": "down", "query": { "from": "volumes" } })).await.status, 204);
    let all = app.learning().unwrap().all().await.unwrap();
    assert_eq!((all[3].vote, all[3].corrected.as_deref()), (Some(-1), Some(r#"{"from":"volumes"}"#)));
}

#[test]
fn a_person_judges_the_last_answer_and_takes_the_judged_questions_away() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let mut command = neph(folder.path());
        command.env("NEPH_CACHE__DATA_DIR", folder.path().join("data")).env("NEPH_LEARNING__KEEP", "true");
        of(command.arg("--demo").args(arguments).output().unwrap())
    };
    let (code, out, err) = run(&["eval", "--from-log"]);
    assert_eq!((code, out.as_str()), (0, "no question was kept yet\n"), "{err}");
    let (code, _, err) = run(&["feedback", "last", "up"]);
    assert_eq!(code, 2, "{err}");
    assert!(err.starts_with("error: there is no last answer"), "{err}");
    assert_eq!(run(&["ask", "how many VMs per provider"]).0, 0);
    assert_eq!(run(&["feedback", "last", "up"]).0, 0);
    assert_eq!(run(&["ask", "which boxes does nobody look after"]).0, 4);
    std::fs::write(folder.path().join("right.json"), r#"{"from":"instances","limit":3}"#).unwrap();
    assert_eq!(run(&["feedback", "last", "down", "--query", "right.json"]).0, 0);
    let (code, out, err) = run(&["-f", "json", "eval", "--from-log"]);
    let report: Value = serde_json::from_str(&out).unwrap_or_else(|_| panic!("{code} {out} {err}"));
    assert_eq!((&report["questions"], &report["thumbs_down_rate"]), (&json!(2), &json!(0.5)));
    assert_eq!(report["corrected"][0]["query"], json!({ "from": "instances", "limit": 3 }));
    let (code, _, err) = run(&["eval", "--from-log", "--export", "mine.jsonl"]);
    assert_eq!((code, err.contains("wrote 2 labelled questions of 2 kept ones")), (0, true), "{err}");
    let text = std::fs::read_to_string(folder.path().join("mine.jsonl")).unwrap();
    assert_eq!(classifier::labelled::questions(&text, None).unwrap().len(), 2);
}

#[test]
fn without_consent_eval_says_so_and_how_to_give_it() {
    let folder = tempfile::tempdir().unwrap();
    let (code, out, err) = of(neph(folder.path()).args(["--demo", "eval", "--from-log"]).output().unwrap());
    assert_eq!((code, out.as_str()), (2, ""));
    assert_eq!(
        err,
        "error: questions are not kept here, for nobody has consented to it\n\
         hint: `keep = true` in `[learning]` keeps them from then on; or `NEPH_LEARNING__KEEP=true`\n"
    );
}
