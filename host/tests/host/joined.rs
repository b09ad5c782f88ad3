//! Inventory, utilisation and actual cost in one row, on both clouds: the rows are the estate's, whatever words ask for
//! them; the permissions that are told suffice and none is too many; and what breaks is said, with the rest still true.

use crate::clouds::{app_with, now, question, sql};
use chrono::TimeDelta;
use engine::EngineSettings;
use engine::context::RetryPolicy;
use host::app::{App, Asked};
use rust_decimal::Decimal;
use serde_json::Value;
use standin::metrics::{Metric, Statistic, azure as monitor, values};
use standin::{Behaviour, Estate, FaultKind, GenerateSettings, RandomFaults, Standin};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// The bounds in the question. The estate's machines cost less than a hundred dollars in the fortnight that Cost
/// Explorer tells.
const CPU: f64 = 20.0;
const COST: i64 = 30;

/// Ten ways in which people ask for the same.
const WORDINGS: &[&str] = &[
    "List VMs with CPU under 20 % that cost more than $30 last month, on AWS and Azure",
    "VMs on AWS and Azure with CPU below 20% and cost over $30 in the last 30 days",
    "show me servers whose average CPU is under 20% and whose cost is above $30",
    "instances with cpu < 20 and cost > 30",
    "which machines use less than 20 percent CPU and cost more than 30 dollars?",
    "VMs costing more than $30 with average CPU under 20%",
    "which virtual machines cost over 30 USD and are under 20 % CPU utilisation?",
    "find compute instances across AWS and Azure where CPU utilization is lower than 20% and cost exceeds $30",
    "give me all VMs on Azure and AWS with a CPU of less than 20% that cost us more than $30",
    "servers over $30 with less than 20% CPU",
];

/// What is true of a machine: its CPU, where the cloud has measured it, and its cost.
type Truth = BTreeMap<(String, String), (Option<f64>, Option<Decimal>)>;

fn standin() -> Standin {
    let sized = GenerateSettings::sized(now(), 2, 2, 20);
    let estate = Estate::generate(&GenerateSettings { subscriptions: 2, ..sized });
    Standin::start(estate, Behaviour { page_cap: Some(9), ..Behaviour::default() }).unwrap()
}

fn settings() -> EngineSettings {
    EngineSettings { paid_calls: true, ..EngineSettings::default() }
}

/// Every machine of the estate, by provider and id, as its structures have it.
fn truth(estate: &Estate) -> Truth {
    let today = now().date_naive();
    let mut truth = Truth::new();
    let nothing_is_none = |cost: Decimal| Some(cost).filter(|cost| !cost.is_zero());
    for account in &estate.accounts {
        for instance in account.regions.iter().flat_map(|region| &region.instances) {
            let from = now() - TimeDelta::days(14);
            let points = values(instance, Metric::CpuUtilization, Statistic::Average, from, now(), 14 * 86_400);
            let lines = account.costs.iter().filter(|line| line.resource_id.as_deref() == Some(&instance.id));
            let cost = lines.map(|line| line.between(today - TimeDelta::days(14), today)).sum();
            let is = (points.first().map(|(_, value)| *value), nothing_is_none(cost));
            truth.insert(("aws".to_owned(), instance.id.clone()), is);
        }
    }
    for subscription in &estate.subscriptions {
        for machine in subscription.machines() {
            let (metric, mean) = (monitor::Metric::PercentageCpu, monitor::Aggregation::Average);
            let days = monitor::values(machine, metric, mean, now() - TimeDelta::days(14), now(), 86_400);
            let days: Vec<f64> = days.into_iter().filter_map(|(_, value)| value).collect();
            #[expect(clippy::cast_precision_loss, reason = "a fortnight")]
            let cpu = (!days.is_empty()).then(|| days.iter().sum::<f64>() / days.len() as f64);
            let id = machine.resource.id.to_lowercase();
            let lines = subscription.costs.iter().filter(|line| line.resource_id.to_lowercase() == id);
            let cost = lines.map(|line| line.between(true, today - TimeDelta::days(30), today)).sum();
            truth.insert(("azure".to_owned(), id), (cpu, nothing_is_none(cost)));
        }
    }
    truth
}

fn is_wanted((cpu, cost): &(Option<f64>, Option<Decimal>)) -> bool {
    cpu.is_some_and(|cpu| cpu < CPU) && cost.is_some_and(|cost| cost > Decimal::from(COST))
}

fn key(row: &Value) -> (String, String) {
    let text = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
    let id = if row["provider"] == "aws" { text("native_id") } else { text("resource_id") };
    (text("provider"), id)
}

fn cost(row: &Value) -> Option<Decimal> {
    row["cost_30d"].as_str().map(|text| text.parse().unwrap())
}

/// What of a row is not true.
fn untrue(row: &Value, truth: &Truth) -> Option<String> {
    let Some((cpu, money)) = truth.get(&key(row)) else { return Some(format!("no such machine: {row}")) };
    // The stand-in's documents round: CPU to what JSON and XML carry, Azure's costs to binary fractions.
    let cpu_is = match (row["cpu_avg"].as_f64(), cpu) {
        (Some(got), Some(cpu)) => (got - cpu).abs() < 1e-6,
        (None, _) => true,
        (Some(_), None) => false,
    };
    let cost_is = match (cost(row), money) {
        (Some(got), Some(money)) => (got - money).abs() < Decimal::new(1, 6),
        (None, _) => true,
        (Some(_), None) => false,
    };
    (!cpu_is || !cost_is).then(|| format!("{row} is in truth {cpu:?}, {money:?}"))
}

const SELECT: &str = "SELECT provider, account_id, region, native_id, resource_id, cpu_avg, cost_30d FROM instances";

#[tokio::test(flavor = "multi_thread")]
async fn ten_wordings_of_the_joined_question_have_the_same_true_rows() {
    let standin = standin();
    let app = app_with(&standin, settings()).await;
    let truth = truth(&standin.estate());
    let wanted: BTreeSet<_> = truth.iter().filter(|(_, is)| is_wanted(is)).map(|(key, _)| key.clone()).collect();
    for provider in ["aws", "azure"] {
        assert!(wanted.iter().filter(|(of, _)| of == provider).count() >= 3, "{wanted:?}");
    }
    let typed = format!("{SELECT} WHERE cpu_avg < {CPU} AND cost_30d > {COST}");
    let answer = sql(&app, &typed).await;
    let rows = answer["rows"].as_array().unwrap();
    let untrue: Vec<_> = rows.iter().filter_map(|row| untrue(row, &truth)).collect();
    assert!(untrue.is_empty(), "{untrue:#?}");
    assert_eq!(rows.iter().map(key).collect::<BTreeSet<_>>(), wanted);
    assert_eq!(rows.len(), wanted.len());
    assert_eq!(answer["coverage"]["complete"], true, "{}", answer["coverage"]);
    let shown = |row: &Value| (row["provider"].to_string(), row["cpu_avg"].to_string(), cost(row));
    let mut expected: Vec<_> = rows.iter().map(shown).collect();
    expected.sort();
    for wording in WORDINGS {
        let answer = question(&app, wording).await;
        assert_eq!(answer["route"], "common", "{wording}: {}", answer["explanation"]);
        let mut got: Vec<_> = answer["rows"].as_array().unwrap().iter().map(shown).collect();
        got.sort();
        assert_eq!(got, expected, "{wording}: {}", answer["query"]);
        assert_eq!(answer["coverage"]["complete"], true, "{wording}");
    }
}

/// The actions of the policy and of the role that the joined question needs.
async fn told(app: &App) -> BTreeSet<String> {
    let asked = Asked::Question(WORDINGS[0].to_owned());
    let explained = app.explain(asked, engine::Options::default()).await.unwrap();
    let policy = explained.policy.unwrap();
    let statements = policy["Statement"].as_array().unwrap().iter();
    let of_aws = statements.flat_map(|statement| statement["Action"].as_array().unwrap());
    let role = explained.role.unwrap();
    let of_azure = role["Actions"].as_array().unwrap();
    of_aws.chain(of_azure).map(|action| action.as_str().unwrap().to_owned()).collect()
}

fn allow(standin: &Standin, actions: BTreeSet<String>) {
    standin.set_behaviour(Behaviour { allowed_actions: Some(actions), ..Behaviour::default() });
}

#[tokio::test(flavor = "multi_thread")]
async fn the_permissions_that_are_told_suffice_and_none_of_them_is_too_many() {
    let standin = standin();
    let told = told(&app_with(&standin, settings()).await).await;
    assert!(told.iter().any(|action| action.starts_with("ec2:")), "{told:?}");
    assert!(told.iter().any(|action| action.starts_with("Microsoft.")), "{told:?}");
    let answer = question(&app_with(&standin, settings()).await, WORDINGS[0]).await;
    allow(&standin, told.clone());
    let allowed = question(&app_with(&standin, settings()).await, WORDINGS[0]).await;
    assert_eq!(allowed["coverage"]["complete"], true, "{}", allowed["coverage"]);
    assert_eq!(allowed["row_count"], answer["row_count"]);
    let mut needless = Vec::new();
    // AWS lets everyone ask who they are.
    for without in told.iter().filter(|action| *action != "sts:GetCallerIdentity") {
        allow(&standin, told.iter().filter(|action| *action != without).cloned().collect());
        // What of a source cannot be found at all may be an error instead of an answer.
        let app = app_with(&standin, settings()).await;
        let caller = host::app::Caller { who: "test".to_owned(), via: "cli" };
        let asked = Asked::Question(WORDINGS[0].to_owned());
        let Ok(reply) = app.answer(asked, engine::Options::default(), &caller).await else { continue };
        let answer = serde_json::to_value(reply).unwrap();
        if answer["coverage"]["complete"] == true {
            needless.push(without);
        }
    }
    assert!(needless.is_empty(), "{needless:?}");
}

/// What an answer says wrongly, or leaves out without saying so.
fn wrong(answer: &Value, truth: &Truth, scopes: &BTreeMap<(String, String), (String, String)>) -> Vec<String> {
    let rows = answer["rows"].as_array().unwrap();
    let mut wrong: Vec<String> = rows.iter().filter_map(|row| untrue(row, truth)).collect();
    let got: BTreeMap<_, _> = rows.iter().map(|row| (key(row), row)).collect();
    if got.len() != rows.len() {
        wrong.push("a machine is there twice".to_owned());
    }
    let lines = answer["coverage"]["scopes"].as_array().unwrap();
    for (machine, (cpu, money)) in truth {
        let (account, region) = &scopes[machine];
        let fits = |is: &Value, wanted: &str| is == wanted || is == "*";
        // What is said to be missing of its scope: rows, or columns.
        let missing: Vec<_> = lines
            .iter()
            .filter(|line| line["provider"] == machine.0.as_str() || line["provider"] == "*")
            .filter(|line| fits(&line["account_id"], account) && fits(&line["region"], region))
            .filter(|line| line["status"] != "live" && line["status"] != "cached")
            .collect();
        let lacks = |column: &str| {
            missing.iter().any(|line| line["columns"].as_array().is_some_and(|all| all.iter().any(|one| one == column)))
        };
        let lacks_rows = missing.iter().any(|line| line["columns"].as_array().is_none_or(Vec::is_empty));
        match got.get(machine) {
            None if !lacks_rows => wrong.push(format!("{machine:?} is missing, and nothing says so: {missing:?}")),
            Some(row) if row["cpu_avg"].is_null() && cpu.is_some() && !lacks("cpu_avg") && !lacks_rows => {
                wrong.push(format!("the CPU of {machine:?} is missing, and nothing says so"));
            }
            Some(row) if row["cost_30d"].is_null() && money.is_some() && !lacks("cost_30d") && !lacks_rows => {
                wrong.push(format!("the cost of {machine:?} is missing, and nothing says so"));
            }
            _ => {}
        }
    }
    let complete = lines.iter().all(|line| line["status"] == "live" || line["status"] == "cached");
    if answer["coverage"]["complete"] != complete {
        wrong.push("`complete` is not what the lines say".to_owned());
    }
    wrong
}

/// Account and region of every machine.
fn scopes(estate: &Estate) -> BTreeMap<(String, String), (String, String)> {
    let mut scopes = BTreeMap::new();
    for account in &estate.accounts {
        for region in &account.regions {
            for instance in &region.instances {
                scopes.insert(("aws".to_owned(), instance.id.clone()), (account.id.clone(), region.name.clone()));
            }
        }
    }
    for subscription in &estate.subscriptions {
        for machine in subscription.machines() {
            let place = (subscription.id.clone(), machine.resource.location.to_lowercase());
            scopes.insert(("azure".to_owned(), machine.resource.id.to_lowercase()), place);
        }
    }
    scopes
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_breaks_on_either_cloud_the_rest_is_true_and_what_lacks_is_said() {
    let standin = standin();
    let (truth, scopes) = (truth(&standin.estate()), scopes(&standin.estate()));
    let retry = RetryPolicy {
        attempts: 2,
        first_wait: Duration::from_millis(2),
        longest_wait: Duration::from_millis(10),
        call_timeout: Duration::from_millis(1_500),
    };
    let settings = EngineSettings { retry, scope_timeout: Duration::from_secs(30), ..settings() };
    let wanted = truth.values().filter(|is| is_wanted(is)).count();
    let (mut struck, mut kinds, mut incomplete) = (BTreeSet::new(), BTreeSet::new(), 0);
    for seed in 1..=20_u64 {
        #[expect(clippy::cast_precision_loss, reason = "a rate")]
        let rate = 0.01 + 0.03 * (seed % 7) as f64;
        standin.reset_counts();
        let kinds_of_all = FaultKind::ALL.to_vec();
        standin.set_random_faults(Some(RandomFaults { seed, rate, kinds: kinds_of_all, actions: Vec::new() }));
        let app = app_with(&standin, settings.clone()).await;
        let caller = host::app::Caller { who: "test".to_owned(), via: "cli" };
        let run = async |text: String| {
            let reply = app.answer(Asked::Sql(text), engine::Options::default(), &caller).await;
            reply.map(|reply| serde_json::to_value(reply).unwrap())
        };
        // Where not even one cloud can be asked what there is, there is an error and no answer.
        let Ok(answer) = run(SELECT.to_owned()).await else { continue };
        let said = wrong(&answer, &truth, &scopes);
        assert!(said.is_empty(), "seed {seed}: {said:#?}\nstruck: {:#?}", standin.struck());
        incomplete += u64::from(answer["coverage"]["complete"] == false);
        let counted = format!("SELECT count(*) AS n FROM instances WHERE cpu_avg < {CPU} AND cost_30d > {COST}");
        if let Ok(counted) = run(counted).await {
            let (count, coverage) = (counted["rows"][0]["n"].as_u64().unwrap(), &counted["coverage"]);
            let is_all = count == wanted as u64;
            assert!(count <= wanted as u64, "seed {seed}: {count} of {wanted}");
            assert!(is_all || coverage["lower_bound"] == true, "seed {seed}: {count} of {wanted}: {coverage}");
            assert_eq!(coverage["lower_bound"] == true, coverage["complete"] == false, "seed {seed}: {coverage}");
        }
        for fault in standin.struck() {
            kinds.insert(format!("{:?}", fault.kind));
            struck.insert(fault.key.action.starts_with("Microsoft."));
        }
    }
    assert!(incomplete > 3, "{incomplete}");
    assert_eq!((struck.len(), kinds.len()), (2, FaultKind::ALL.len()), "the faults did not strike: {kinds:?}");
}
