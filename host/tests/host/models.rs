//! Programs written by a model: configuration, requests on the wire, replies of every kind, and what comes of them.

use crate::model_server::{Asked, Line, ModelServer, cannot, draft};
use async_trait::async_trait;
use chrono::NaiveDate;
use host::config::Config;
use host::environment::Environment;
use host::model::prompt::Ask;
use host::model::{
    Again, Budget, Complaint, Draft, Ending, ModelError, Origin, Outcome, Prompt, Step, Tokens, Trial, Writer,
};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;

const KEY: &str = "sk-very-secret";
const QUESTION: &str = "which volumes were created within an hour of another team's instances";

/// Stands for checks and the sandbox: what a program holds decides how it goes.
struct Pretended;

#[async_trait]
impl Trial for Pretended {
    type Done = String;

    async fn try_draft(&self, draft: &Draft, _: u32) -> Result<String, Complaint> {
        let program = draft.program.as_str();
        if program.contains("require") {
            return Err(Complaint {
                origin: Origin::Run,
                line: Some(1),
                ..Complaint::new("ReferenceError", "'require' is not defined")
            });
        }
        if program.contains("nmae") {
            return Err(Complaint {
                hint: Some("did you mean `name`?".to_owned()),
                ..Complaint::new("no_column", "there is no column `nmae` beside 'payroll-db'")
            });
        }
        if program.contains("denied") {
            return Err(Complaint { again: Again::Useless, ..Complaint::new("denied", "the role may read nothing") });
        }
        Ok(format!("ran {program}"))
    }
}

fn environment() -> Environment {
    Environment::from_pairs([("MY_KEY", KEY)])
}

fn prompt() -> Prompt {
    let names = |list: &[&str]| -> BTreeSet<String> { list.iter().map(|&name| name.to_owned()).collect() };
    Prompt::new(&Ask {
        question: QUESTION,
        today: NaiveDate::from_ymd_opt(2026, 11, 21).unwrap(),
        providers: &names(&["aws"]),
        regions: &names(&["eu-west-1"]),
        examples: &[],
        limits: &sandbox::Limits::default(),
    })
}

fn writer(section: &str) -> Writer {
    let config: Config = toml::from_str(section).unwrap();
    Writer::new(config.model.unwrap().settings(&environment()).unwrap()).unwrap()
}

/// What comes of a question when the server does these things.
async fn write(lines: impl IntoIterator<Item = Line>, more: &str) -> (Outcome<String>, Vec<Asked>) {
    let server = ModelServer::start(lines).await;
    let writer = writer(&server.section(&format!("api_key_env = \"MY_KEY\"\n{more}")));
    let outcome = writer.write(&prompt(), &Pretended, &|_: &Step| {}).await;
    // Whatever happened, the key was in its header and nowhere else.
    for asked in server.asked() {
        assert_eq!(asked.header("authorization"), Some("Bearer sk-very-secret"));
        assert!(!asked.body.to_string().contains(KEY) && !asked.query.contains(KEY));
    }
    assert!(!format!("{outcome:?} {writer:?}").contains(KEY));
    (outcome, server.asked())
}

/// The error that it ends in, and how often the server was asked.
async fn fails(lines: impl IntoIterator<Item = Line>, more: &str) -> (ModelError, usize) {
    let (outcome, asked) = write(lines, more).await;
    match outcome.ending {
        Ending::Failed(error) => (error, asked.len()),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_good_reply_becomes_a_program_that_ran() {
    let (outcome, asked) = write([draft("volumes near instances", &["volumes", "instances"], "[]")], "").await;
    let Ending::Written { draft, done } = outcome.ending else { panic!("{outcome:?}") };
    assert_eq!((draft.reading.as_str(), done.as_str()), ("volumes near instances", "ran []"));
    assert_eq!(outcome.tokens, Tokens { read: 2_000, written: 100 });
    let asked = &asked[0];
    assert_eq!(asked.path, "/v1/chat/completions");
    assert_eq!((&asked.body["model"], &asked.body["max_tokens"]), (&json!("m-1"), &json!(8_000)));
    assert_eq!(asked.body["temperature"].as_f64(), Some(0.0));
    let [system, user] = asked.messages().try_into().unwrap();
    assert!(system.contains("- size_gib int in GiB") && system.contains("## instances"), "{system}");
    assert!(user.contains(QUESTION), "{user}");
}

#[tokio::test]
async fn a_wrong_column_is_said_without_rows_and_mended() {
    let lines = || [draft("r", &["volumes"], "nmae"), draft("r", &["volumes"], "name")];
    let (outcome, asked) = write(lines(), "").await;
    assert!(matches!(&outcome.ending, Ending::Written { done, .. } if done == "ran name"), "{outcome:?}");
    let messages = asked[1].messages();
    assert_eq!(messages.len(), 4);
    assert!(messages[3].contains("there is no column `nmae` beside '…'"), "{}", messages[3]);
    assert!(messages[3].contains("Hint: did you mean `name`?"), "{}", messages[3]);
    assert!(!asked[1].body.to_string().contains("payroll"));
    let (_, asked) = write(lines(), "rows = \"errors\"").await;
    assert!(asked[1].messages()[3].contains("beside 'payroll-db'"), "{}", asked[1].messages()[3]);
}

#[tokio::test]
async fn what_is_never_right_is_given_up_after_three_attempts() {
    let (outcome, asked) = write(vec![draft("r", &["volumes"], "nmae"); 5], "").await;
    assert!(matches!(outcome.ending, Ending::GaveUp), "{outcome:?}");
    assert_eq!((outcome.attempts, outcome.complaints.len(), asked.len()), (3, 3, 3));
    let (outcome, asked) = write([draft("r", &["volumes"], "denied")], "").await;
    assert!(matches!(outcome.ending, Ending::Blocked) && asked.len() == 1, "{outcome:?}");
}

#[tokio::test]
async fn a_reply_in_prose_is_asked_for_again() {
    let prose = Line::Says("SELECT * FROM volumes would do".to_owned());
    let (outcome, asked) = write([prose, draft("r", &["volumes"], "[]")], "").await;
    assert!(matches!(outcome.ending, Ending::Written { .. }) && outcome.attempts == 2, "{outcome:?}");
    assert!(asked[1].messages()[3].contains("no JSON object"), "{:?}", asked[1].messages());
}

#[tokio::test]
async fn a_program_that_tries_to_leave_the_sandbox_is_told_that_it_cannot() {
    let escape = draft("r", &["volumes"], "require('fs').readFileSync('/etc/passwd')");
    let (outcome, asked) = write([escape, cannot("files are none of the tables")], "").await;
    assert!(matches!(&outcome.ending, Ending::Refused { why } if why == "files are none of the tables"), "{outcome:?}");
    assert!(asked[1].messages()[3].contains("ReferenceError at line 1: 'require' is not defined"));
}

#[tokio::test]
async fn a_reply_that_is_cut_off_by_its_bound_is_asked_for_shorter() {
    let (outcome, asked) = write([Line::CutOff("{\"read".to_owned()), draft("r", &["volumes"], "[]")], "").await;
    assert!(matches!(outcome.ending, Ending::Written { .. }) && outcome.attempts == 2, "{outcome:?}");
    assert!(asked[1].messages()[3].contains("cut off at 8000 tokens"));
}

#[tokio::test]
async fn failures_have_a_type_and_a_sentence_for_whoever_has_to_act() {
    let garbage = fails([Line::Garbage], "").await;
    assert!(matches!(garbage, (ModelError::Malformed { .. }, 1)), "{garbage:?}");
    let slow = fails([Line::Slow(Duration::from_secs(30))], "timeout = \"300ms\"").await;
    assert_eq!(slow, (ModelError::TimedOut { after: Duration::from_millis(300) }, 1));
    let giant = fails([Line::Giant], "").await;
    assert_eq!(giant, (ModelError::TooLarge { bytes: 256 * 1024 }, 1));
    let said = json!({ "error": { "message": format!("wrong key {KEY}") } });
    let refused = fails([Line::Fails(401, vec![], said.clone())], "").await;
    assert_eq!(refused.0.to_string(), "`openai_compatible` did not accept the key (HTTP 401)");
    let unknown = fails([Line::Fails(404, vec![], json!({ "error": "no model `m-1`" }))], "").await;
    assert_eq!(unknown.0.to_string(), "`openai_compatible` answered with HTTP 404: no model `m-1`");
    let repeated = fails([Line::Fails(400, vec![], said)], "").await;
    assert_eq!(repeated.0.to_string(), "`openai_compatible` answered with HTTP 400: wrong key [key]");
}

#[tokio::test]
async fn nobody_there_is_said_with_the_address() {
    let server = ModelServer::start([]).await;
    let section = server.section("");
    drop(server);
    // The port is free once the task is gone.
    tokio::time::sleep(Duration::from_millis(50)).await;
    let outcome = writer(&section).write(&prompt(), &Pretended, &|_: &Step| {}).await;
    assert!(matches!(&outcome.ending, Ending::Failed(ModelError::Unreachable { .. })), "{outcome:?}");
}

#[tokio::test]
async fn what_may_pass_is_tried_again_a_bounded_number_of_times() {
    let good = || draft("r", &["volumes"], "[]");
    let limited = |after: &str| Line::Fails(429, vec![("retry-after", after.to_owned())], json!({}));
    let (outcome, asked) = write([limited("0"), good()], "").await;
    assert!(matches!(outcome.ending, Ending::Written { .. }) && asked.len() == 2, "{outcome:?}");
    assert_eq!(outcome.attempts, 1);
    let hour = fails([limited("3600")], "").await;
    assert_eq!(hour.0.to_string(), "`openai_compatible` asks for fewer calls, and would take one after 3600 s");
    assert_eq!(hour.1, 1);
    let broken = fails(vec![Line::Breaks; 5], "").await;
    assert!(matches!(broken, (ModelError::Interrupted { .. }, 3)), "{broken:?}");
    let failing = fails(vec![Line::Fails(500, vec![], json!({ "error": { "message": "oops" } })); 5], "").await;
    assert!(matches!(failing, (ModelError::Failed { status: 500, .. }, 3)), "{failing:?}");
}

#[tokio::test]
async fn the_budgets_of_tokens_and_time_end_it() {
    let bad = || draft("r", &["volumes"], "nmae");
    // A prompt of 5,000 tokens or so fits once more, and not twice.
    let (outcome, asked) = write([bad(), bad(), bad()], "token_budget = 9000").await;
    assert!(matches!(outcome.ending, Ending::BudgetSpent(Budget::Tokens)) && asked.len() == 2, "{outcome:?}");
    let slow = Line::Slow(Duration::from_secs(30));
    let (outcome, asked) = write([bad(), slow], "time_budget = \"600ms\"").await;
    assert!(matches!(outcome.ending, Ending::BudgetSpent(Budget::Time)) && asked.len() == 2, "{outcome:?}");
}

#[tokio::test]
async fn a_redirect_takes_neither_key_nor_prompt_elsewhere() {
    let other = ModelServer::start([]).await;
    let elsewhere = Line::Fails(307, vec![("location", format!("{}/chat/completions", other.endpoint()))], json!({}));
    let (error, _) = fails([elsewhere], "").await;
    assert!(matches!(error, ModelError::Failed { status: 307, .. }), "{error:?}");
    assert!(other.asked().is_empty());
}

#[tokio::test]
async fn a_model_without_temperature_is_asked_without_one() {
    let said = json!({ "error": { "message": "Unsupported value: 'temperature' does not support 0" } });
    let lines = [Line::Fails(400, vec![], said), draft("r", &["volumes"], "nmae"), draft("r", &["volumes"], "[]")];
    let (outcome, asked) = write(lines, "").await;
    assert!(matches!(outcome.ending, Ending::Written { .. }) && outcome.attempts == 2, "{outcome:?}");
    let sent: Vec<_> = asked.iter().map(|asked| asked.body.get("temperature").is_some()).collect();
    assert_eq!(sent, [true, false, false]);
}

/// Asks each provider's own API, as far as a request and a reply, on loopback.
async fn check(section: &str, path: &str, key: (&str, &str), reply: Value) {
    let server = ModelServer::start([Line::Json(reply)]).await;
    let section = section.replace("ROOT", &server.root());
    let text = format!("[model]\nname = \"m-1\"\napi_key_env = \"MY_KEY\"\n{section}");
    let outcome = writer(&text).write(&prompt(), &Pretended, &|_: &Step| {}).await;
    assert!(matches!(&outcome.ending, Ending::Written { done, .. } if done == "ran []"), "{section}: {outcome:?}");
    assert_eq!(outcome.tokens, Tokens { read: 7, written: 3 }, "{section}");
    let asked = server.asked().remove(0);
    assert_eq!(asked.path, path, "{section}");
    match key {
        ("query", value) => assert!(asked.query.contains(value), "{section}: {}", asked.query),
        (header, value) => assert_eq!(asked.header(header), Some(value), "{section}"),
    }
    assert!(asked.body.to_string().contains(QUESTION), "{section}");
    assert!(!format!("{outcome:?} {}", asked.body).contains(KEY), "{section}");
}

#[tokio::test]
async fn each_provider_is_asked_in_its_own_way() {
    let said = r#"{"reading": "r", "needs": {"tables": ["volumes"]}, "program": "[]"}"#;
    let chat = json!({
        "id": "1", "object": "chat.completion", "created": 1, "model": "m-1",
        "choices": [{ "index": 0, "message": { "role": "assistant", "content": said }, "finish_reason": "stop" }],
        "usage": { "prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10 },
    });
    let bearer = ("authorization", "Bearer sk-very-secret");
    for provider in ["openai", "openai_compatible", "deepseek", "groq", "openrouter"] {
        let section = format!("provider = \"{provider}\"\nendpoint = \"ROOT/v1\"");
        check(&section, "/v1/chat/completions", bearer, chat.clone()).await;
    }
    for provider in ["mistral", "together", "ollama"] {
        let section = format!("provider = \"{provider}\"\nendpoint = \"ROOT\"");
        check(&section, "/v1/chat/completions", bearer, chat.clone()).await;
    }
    let azure = "provider = \"azure_openai\"\nendpoint = \"ROOT\"";
    check(azure, "/openai/deployments/m-1/chat/completions", ("api-key", KEY), chat).await;
    let messages = json!({
        "id": "1", "type": "message", "role": "assistant", "model": "m-1",
        "content": [{ "type": "text", "text": said }],
        "stop_reason": "end_turn", "stop_sequence": null,
        "usage": { "input_tokens": 7, "output_tokens": 3 },
    });
    check("provider = \"anthropic\"\nendpoint = \"ROOT\"", "/v1/messages", ("x-api-key", KEY), messages).await;
    let content = json!({
        "candidates": [{ "content": { "role": "model", "parts": [{ "text": said }] }, "finishReason": "STOP", "index": 0 }],
        "usageMetadata": { "promptTokenCount": 7, "candidatesTokenCount": 3, "totalTokenCount": 10 },
        "modelVersion": "m-1", "responseId": "1",
    });
    let gemini = "provider = \"gemini\"\nendpoint = \"ROOT\"";
    check(gemini, "/v1beta/models/m-1:generateContent", ("query", "key=sk-very-secret"), content).await;
}

/// `neph doctor` in a folder with this configuration: exit code and standard output.
async fn doctor(section: &str, arguments: &[&str], key: Option<&str>) -> (i32, String) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("nephoscope.toml"), section).unwrap();
    let mut command = tokio::process::Command::from(crate::binary::neph(folder.path()));
    command.args(["--demo", "doctor"]).args(arguments);
    if let Some(key) = key {
        command.env("MY_KEY", key);
    }
    let output = command.output().await.unwrap();
    let (code, out, err) = crate::binary::of(output);
    (code, out + &err)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_says_what_is_wrong_with_the_model() {
    let (code, out) = doctor("", &[], None).await;
    assert!(code == 0 && out.contains("ok    language model: none is configured"), "{out}");
    let server = ModelServer::start([Line::CutOff("o".to_owned()), Line::Fails(401, vec![], json!({}))]).await;
    let section = server.section("api_key_env = \"MY_KEY\"");
    let (code, out) = doctor(&section, &[], None).await;
    assert!(code == 1 && out.contains("WRONG language model: `[model]` needs a key"), "{out}");
    assert!(out.contains("set `MY_KEY`, or name another variable"), "{out}");
    let (code, out) = doctor(&section, &[], Some(KEY)).await;
    assert!(code == 0 && out.contains("key from `MY_KEY`; `neph doctor --model` calls it"), "{out}");
    assert!(server.asked().is_empty());
    let (code, out) = doctor(&section, &["--model"], Some(KEY)).await;
    assert!(code == 0 && out.contains("key from `MY_KEY`; it answers (2100 tokens)"), "{out}");
    let (code, out) = doctor(&section, &["--model"], Some(KEY)).await;
    assert!(code == 1 && out.contains("did not accept the key") && out.contains("check the key"), "{out}");
    assert!(!out.contains(KEY));
    let (code, out) = doctor("[model]\nprovider = \"opnai\"", &[], None).await;
    assert!(code == 1 && out.contains("there is no `opnai`") && out.contains("did you mean `openai`?"), "{out}");
}
