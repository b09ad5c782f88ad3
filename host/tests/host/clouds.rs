//! AWS and Azure in one question, both over HTTP from the stand-in, whose estate is the truth.

use crate::support::ask;
use aws::{OrganizationSettings, SharedCredentialsProvider, StaticCredentials};
use chrono::{DateTime, TimeZone, Utc};
use engine::engine::EngineBuilder;
use engine::{Engine, EngineSettings};
use host::app::{App, Asked};
use host::config::Config;
use host::reply::Reply;
use serde_json::{Value, json};
use standin::{Behaviour, Estate, Fault, FaultKind, GenerateSettings, Standin};
use std::sync::Arc;

pub(crate) fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 20, 9, 30, 0).unwrap()
}

/// Two accounts with two regions of 20 instances, two subscriptions with two locations of 20 machines.
fn start(faults: Vec<Fault>) -> Standin {
    let sized = GenerateSettings::sized(now(), 2, 2, 20);
    let estate = Estate::generate(&GenerateSettings { subscriptions: 2, ..sized });
    Standin::start(estate, Behaviour { faults, ..Behaviour::default() }).unwrap()
}

/// An engine that reads both clouds of the stand-in.
pub(crate) fn builder(standin: &Standin, settings: EngineSettings) -> EngineBuilder {
    let estate = standin.estate();
    let key = &estate.accounts[0];
    let credentials = StaticCredentials::new(&key.access_key_id, &key.secret_access_key, None, None, "test");
    let role = key.roles[0].name.clone();
    let amazon = aws::Settings {
        endpoint_url: Some(standin.url()),
        force_path_style: true,
        organization: Some(OrganizationSettings { role_name: role, ..OrganizationSettings::default() }),
        ..aws::Settings::default()
    };
    let microsoft = azure::Settings { endpoint: Some(standin.url()), ..azure::Settings::default() };
    let token = azure::Secret::new(estate.subscriptions[0].tokens[0].as_str());
    Engine::builder(settings)
        .source(Arc::new(aws::Aws::with_credentials(amazon, SharedCredentialsProvider::new(credentials))))
        .source(Arc::new(azure::Azure::with_token(microsoft, token)))
}

async fn app(standin: &Standin) -> App {
    let builder = builder(standin, EngineSettings::default());
    App::assemble(Config::default(), builder, None, false, now).await.unwrap()
}

pub(crate) async fn question(app: &App, text: &str) -> Value {
    let reply: Reply = ask(app, Asked::Question(text.to_owned())).await;
    serde_json::to_value(reply).unwrap()
}

pub(crate) async fn sql(app: &App, text: &str) -> Value {
    serde_json::to_value(ask(app, Asked::Sql(text.to_owned())).await).unwrap()
}

fn machines(standin: &Standin) -> (usize, usize) {
    let estate = standin.estate();
    let regions = estate.accounts.iter().flat_map(|account| &account.regions);
    let machines = estate.subscriptions.iter().flat_map(|subscription| subscription.machines());
    (regions.map(|region| region.instances.len()).sum(), machines.count())
}

#[tokio::test(flavor = "multi_thread")]
async fn one_question_counts_the_machines_of_both_clouds() {
    let standin = start(Vec::new());
    let app = app(&standin).await;
    let answer = question(&app, "how many VMs per provider").await;
    let (on_aws, on_azure) = machines(&standin);
    assert!(on_aws > 0 && on_azure > 0);
    let mut counts: Vec<_> =
        answer["rows"].as_array().unwrap().iter().map(|row| (row["provider"].clone(), row["count"].clone())).collect();
    counts.sort_by_key(|(provider, _)| provider.to_string());
    assert_eq!(counts, [(json!("aws"), json!(on_aws)), (json!("azure"), json!(on_azure))], "{}", answer["coverage"]);
    assert_eq!(answer["coverage"]["complete"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn utilisation_under_a_bound_is_asked_of_both_clouds_at_once() {
    let standin = start(Vec::new());
    let app = app(&standin).await;
    let answer = question(&app, "VMs with CPU under 20%").await;
    let rows = answer["rows"].as_array().unwrap();
    for provider in ["aws", "azure"] {
        let of: Vec<_> = rows.iter().filter(|row| row["provider"] == provider).collect();
        assert!(!of.is_empty(), "none of {provider}");
        assert!(of.iter().all(|row| row["cpu_avg"].as_f64().unwrap() < 20.0));
    }
    let counted = sql(&app, "SELECT count(*) AS n FROM instances WHERE cpu_avg < 20").await;
    assert_eq!(counted["rows"][0]["n"], rows.len());
    assert_eq!(counted["coverage"]["complete"], true, "{}", counted["coverage"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_that_one_cloud_denies_leave_the_others_answer_and_say_so() {
    let standin = start(vec![Fault::new(FaultKind::Denied).action("Microsoft.Insights/metrics/read")]);
    let app = app(&standin).await;
    let all = question(&app, "how many VMs per provider").await;
    assert_eq!(all["coverage"]["complete"], true);
    let answer = question(&app, "VMs with CPU under 20%").await;
    assert!(answer["rows"].as_array().unwrap().iter().all(|row| row["provider"] == "aws"));
    assert_eq!(answer["coverage"]["complete"], false);
    let counted = sql(&app, "SELECT count(*) AS n FROM instances WHERE cpu_avg < 20").await;
    assert_eq!(counted["rows"][0]["n"], answer["row_count"]);
    assert_eq!(counted["coverage"]["lower_bound"], true, "{}", counted["coverage"]);
    let denied: Vec<_> =
        counted["coverage"]["scopes"].as_array().unwrap().iter().filter(|l| l["status"] == "denied").collect();
    assert!(!denied.is_empty() && denied.iter().all(|line| line["provider"] == "azure"), "{denied:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn explaining_prints_a_policy_for_the_one_and_a_role_for_the_other() {
    let standin = start(Vec::new());
    let app = app(&standin).await;
    let asked = Asked::Question("VMs with CPU under 20%".to_owned());
    let explained = app.explain(asked, engine::Options::default()).await.unwrap();
    let (policy, role) = (explained.policy.unwrap().to_string(), explained.role.unwrap());
    assert!(policy.contains("ec2:DescribeInstances") && !policy.contains("Microsoft."), "{policy}");
    let actions = role["Actions"].as_array().unwrap();
    for action in ["Microsoft.Compute/virtualMachines/read", "Microsoft.Insights/metrics/read"] {
        assert!(actions.contains(&json!(action)), "{role}");
    }
    assert!(actions.iter().all(|action| action.as_str().unwrap().ends_with("/read")), "{role}");
    let scopes: Vec<_> = standin.estate().subscriptions.iter().map(|s| format!("/subscriptions/{}", s.id)).collect();
    let said = role["AssignableScopes"].as_array().unwrap();
    assert!(scopes.iter().all(|scope| said.contains(&json!(scope.to_lowercase()))), "{role}");
    assert_eq!(standin.counts().of("Microsoft.Compute/virtualMachines/read"), 0, "explaining fetches nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_is_for_the_subscriptions_that_are_there_and_for_no_name_of_another() {
    let standin = start(Vec::new());
    let here = standin.estate().subscriptions[0].clone();
    let microsoft = azure::Settings {
        endpoint: Some(standin.url()),
        subscriptions: vec![here.display_name.clone(), "absent".to_owned()],
        ..azure::Settings::default()
    };
    let source = azure::Azure::with_token(microsoft, azure::Secret::new(here.tokens[0].as_str()));
    let builder = Engine::builder(EngineSettings::default()).source(Arc::new(source));
    let app = App::assemble(Config::default(), builder, None, false, now).await.unwrap();
    let asked = Asked::Question("how many VMs per provider".to_owned());
    let role = app.explain(asked, engine::Options::default()).await.unwrap().role.unwrap();
    assert_eq!(role["AssignableScopes"], json!([format!("/subscriptions/{}", here.id.to_lowercase())]));
}
