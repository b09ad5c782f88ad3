//! What is worth asking of an estate, from what its rows hold.

use crate::binary::{neph, of};
use crate::support::{app, ask, get, now};
use engine::{Engine, EngineSettings, Options};
use host::app::{App, Asked};
use host::config::Config;
use host::first::Reach;
use host::http::{State, router};
use serde_json::Value;
use std::sync::Arc;

#[tokio::test(flavor = "multi_thread")]
async fn each_first_question_has_as_many_rows_as_it_says() {
    let app = app(&[], Config::default()).await;
    let found = app.first(Reach::Fetch, &Options::default()).await;
    assert!(found.len() >= 8, "{found:?}");
    for first in &found {
        let reply = ask(&app, Asked::Question(first.question.clone())).await;
        let rows = reply.answer().map(|answer| answer.row_count as u64);
        assert_eq!((rows, first.at_least), (Some(first.count), false), "{first:?}");
        assert!(first.count > 0 && first.says.starts_with(&first.count.to_string()), "{first:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_read_may_hold_more_of_them() {
    let found = app(&["sandbox"], Config::default()).await.first(Reach::Fetch, &Options::default()).await;
    assert!(found.iter().any(|first| first.at_least && first.says.starts_with("at least ")), "{found:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_estate_without_rows_has_no_first_question() {
    let builder = Engine::builder(EngineSettings::default());
    let app = App::assemble(Config::default(), builder, None, true, now).await.unwrap();
    assert_eq!(app.first(Reach::Fetch, &Options::default()).await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn before_a_question_is_begun_the_kept_rows_suggest_some_and_nothing_is_fetched() {
    let app = app(&[], Config::default()).await;
    let service = router(Arc::new(State::new(app.clone(), true)));
    let suggested = async || get(&service, "/v1/suggest?q=").await.json()["suggestions"].as_array().unwrap().clone();
    let has_count =
        |suggestion: &Value| suggestion["about"].as_str().unwrap().starts_with(|c: char| c.is_ascii_digit());
    let before = suggested().await;
    assert!(!before.is_empty() && !before.iter().any(has_count), "{before:?}");
    ask(&app, Asked::Question("list all volumes".to_owned())).await;
    let after = suggested().await;
    assert!(has_count(&after[0]) && after[0]["text"].as_str().unwrap().contains("volumes"), "{after:?}");
    assert!(after.len() <= 10 && after.iter().any(|suggestion| !has_count(suggestion)), "{after:?}");
}

#[test]
fn a_command_says_what_is_worth_asking() {
    let folder = tempfile::tempdir().unwrap();
    let (code, out, err) = of(neph(folder.path()).args(["--demo", "-f", "json", "first"]).output().unwrap());
    let told: Value = serde_json::from_str(&out).unwrap_or_else(|_| panic!("{out}{err}"));
    assert_eq!((code, told["questions"][0]["question"].as_str()), (0, Some("publicly accessible databases")), "{out}");
    let (code, out, err) = of(neph(folder.path()).args(["--demo", "ask"]).output().unwrap());
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.starts_with("error: the question is empty\nhint: ") && err.contains("`neph first`"), "{err}");
}
