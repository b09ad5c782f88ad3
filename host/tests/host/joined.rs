//! The joined question over both clouds of the stand-in: inventory, utilisation and actual cost in one row, held to what
//! the stand-in's own structures say.

use crate::clouds::{builder, now, question, sql};
use crate::support::ask;
use chrono::TimeDelta;
use engine::context::RetryPolicy;
use engine::{EngineSettings, Options, Progress};
use host::app::{App, Asked, Caller};
use host::config::Config;
use rust_decimal::Decimal;
use schema::Query;
use schema::coverage::TOO_LOW;
use serde_json::{Value, json};
use standin::estate::azure::ScaleSet;
use standin::metrics::{self, azure};
use standin::{Behaviour, Dice, Estate, Fault, FaultKind, GenerateSettings, Quota, Standin};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// What the stand-in's estate says of a machine.
#[derive(Debug, Clone)]
struct Machine {
    provider: &'static str,
    account_id: String,
    /// Of AWS; a scope of Azure has all regions.
    region: String,
    cpu: Option<f64>,
    /// What `cost_30d` can be: of AWS, without a bill, the cost of 14 days.
    cost: Option<Decimal>,
    /// What it did cost in 30 days.
    month: Decimal,
}

impl Machine {
    /// Whether it is under 20 percent and above 100, by what can be known.
    fn is_asked_for(&self) -> bool {
        self.is_idle() && self.cost.is_some_and(|cost| cost > Decimal::from(100))
    }

    /// Whether it is so by what is true.
    fn should_be_found(&self) -> bool {
        self.is_idle() && self.month > Decimal::from(100)
    }

    fn is_idle(&self) -> bool {
        self.cpu.is_some_and(|cpu| cpu < 20.0)
    }

    /// Whether a line of coverage is about the scope that it is in.
    fn is_covered_by(&self, line: &Value) -> bool {
        let fits = |field: &str, is: &str| line[field] == is || line[field] == "*";
        fits("provider", self.provider)
            && fits("account_id", &self.account_id)
            && (self.provider == "azure" || fits("region", &self.region))
    }
}

/// Every machine, by the provider's own id in lower case.
fn truth(estate: &Estate) -> BTreeMap<String, Machine> {
    amazon(estate).chain(microsoft(estate)).collect()
}

fn amazon(estate: &Estate) -> impl Iterator<Item = (String, Machine)> {
    let today = now().date_naive();
    let scopes = estate.accounts.iter().flat_map(|account| account.regions.iter().map(move |region| (account, region)));
    scopes.flat_map(move |(account, region)| {
        region.instances.iter().map(move |instance| {
            let (metric, statistic) = (metrics::Metric::CpuUtilization, metrics::Statistic::Average);
            let window = (now() - TimeDelta::days(14), now());
            let points = metrics::values(instance, metric, statistic, window.0, window.1, 1_209_600);
            // Cost Explorer keeps costs by resource for 14 days.
            let lines = || account.costs.iter().filter(|line| line.resource_id.as_deref() == Some(&instance.id));
            let cost: Decimal = lines().map(|line| line.between(today - TimeDelta::days(14), today)).sum();
            let month = (today - TimeDelta::days(30), today + TimeDelta::days(1));
            let machine = Machine {
                provider: "aws",
                account_id: account.id.clone(),
                region: region.name.clone(),
                cpu: points.first().map(|(_, value)| *value),
                cost: Some(cost).filter(|cost| !cost.is_zero()),
                month: lines().map(|line| line.between(month.0, month.1)).sum(),
            };
            (instance.id.clone(), machine)
        })
    })
}

fn microsoft(estate: &Estate) -> impl Iterator<Item = (String, Machine)> {
    let (first, last) = ((now() - TimeDelta::days(30)).date_naive(), now().date_naive());
    let all = estate.subscriptions.iter().flat_map(|here| here.machines().map(move |machine| (here, machine)));
    all.map(move |(here, vm)| {
        let id = vm.resource.id.to_lowercase();
        // One interval of all 14 days: the mean of every sample.
        let (metric, mean) = (azure::Metric::PercentageCpu, azure::Aggregation::Average);
        let all = azure::values(vm, metric, mean, now() - TimeDelta::days(14), now(), 14 * 86_400);
        // Azure bills a uniform scale set, whose instances share that.
        let of_set = |set: &&ScaleSet| set.instances.iter().any(|one| one.machine.resource.id == vm.resource.id);
        let set = here.scale_sets.iter().find(of_set);
        let billed = set.map_or(&id, |set| &set.resource.id);
        let lines = here.costs.iter().filter(|line| line.resource_id.eq_ignore_ascii_case(billed));
        let cost: Decimal = lines.map(|line| line.between(true, first, last)).sum();
        let cost = cost / Decimal::from(set.map_or(1, |set| set.instances.len()));
        let machine = Machine {
            provider: "azure",
            account_id: here.id.clone(),
            region: "*".to_owned(),
            cpu: all.into_iter().find_map(|(_, value)| value),
            cost: Some(cost).filter(|cost| !cost.is_zero()),
            month: cost,
        };
        (id, machine)
    })
}

fn start(per_region: usize, behaviour: Behaviour) -> Standin {
    start_in("USD", per_region, behaviour)
}

/// AWS is billed in US dollars.
fn start_in(currency_of_azure: &str, per_region: usize, behaviour: Behaviour) -> Standin {
    let sized = GenerateSettings::sized(now(), 2, 2, per_region);
    let mut estate = Estate::generate(&GenerateSettings { subscriptions: 2, ..sized });
    for line in estate.subscriptions.iter_mut().flat_map(|subscription| &mut subscription.costs) {
        currency_of_azure.clone_into(&mut line.currency);
    }
    Standin::start(estate, behaviour).unwrap()
}

/// Cost Explorer may be paid for.
fn settings() -> EngineSettings {
    EngineSettings { paid_calls: true, ..EngineSettings::default() }
}

async fn app(standin: &Standin, settings: EngineSettings) -> App {
    App::assemble(Config::default(), builder(standin, settings), None, false, now).await.unwrap()
}

/// The id that the truth goes by: an ARN ends in it, and Azure's is whole.
fn id(row: &Value) -> String {
    let id = row["resource_id"].as_str().unwrap();
    if row["provider"] == "aws" { id.rsplit('/').next().unwrap().to_owned() } else { id.to_owned() }
}

fn cost(row: &Value) -> Option<Decimal> {
    row["cost_30d"].as_str().map(|text| text.parse().unwrap())
}

/// What is wrong with a row's values; a null that is not true is told apart by `is_missing`.
fn differs(row: &Value, machine: &Machine, is_missing: impl Fn(&str) -> bool) -> Option<String> {
    let cpu = match (row["cpu_avg"].as_f64(), machine.cpu) {
        (None, None) => true,
        (None, Some(_)) => is_missing("cpu_avg"),
        // Sums in another order differ in their last bits.
        (Some(got), Some(is)) => (got - is).abs() < 1e-9,
        (Some(_), None) => false,
    };
    let cost = match (cost(row), machine.cost) {
        (None, None) => true,
        (None, Some(_)) => is_missing("cost_30d"),
        // Azure writes costs as binary fractions.
        (Some(got), Some(is)) => (got - is).abs() < Decimal::new(1, 9),
        (Some(_), None) => false,
    };
    (!cpu || !cost).then(|| format!("{row} is not {machine:?}"))
}

/// The lines of coverage that say what lacks, but for the days that Cost Explorer does not keep.
fn lacks(answer: &Value) -> Vec<&Value> {
    let lines = answer["coverage"]["scopes"].as_array().unwrap().iter();
    let lacks = lines.filter(|line| line["status"] != "live" && line["status"] != "cached");
    lacks.filter(|line| line["error"]["code"] != TOO_LOW).collect()
}

const WORDINGS: &[&str] = &[
    "List VMs with CPU under 20 % that cost more than $100 last month, on AWS and Azure",
    "VMs on AWS and Azure with CPU under 20% costing more than $100 last month",
    "Which AWS and Azure instances have average CPU below 20 percent and cost over $100 in the last 30 days?",
    "Show me all VMs in Azure and AWS that cost over $100 last month with less than 20% CPU usage",
    "show VMs on both AWS and Azure with CPU utilization under 20% and cost above $100",
    "instances where cpu_avg < 20 and cost_30d > 100 in aws and azure",
    "find virtual machines in aws and azure with cpu below 20% and cost over 100 dollars",
    "VMs over $100 last month and under 20% CPU in AWS and Azure",
    "which machines on AWS and Azure cost more than $100 last month and have CPU under 20%?",
    "list every VM in AWS and Azure with a CPU utilisation lower than 20 % and a cost higher than $100 last month",
];

#[tokio::test(flavor = "multi_thread")]
async fn ten_wordings_of_the_joined_question_find_the_same_machines_on_both_clouds() {
    let standin = start(40, Behaviour::default());
    let app = app(&standin, settings()).await;
    let truth: BTreeMap<_, _> = truth(&standin.estate()).into_iter().filter(|(_, m)| m.is_asked_for()).collect();
    for provider in ["aws", "azure"] {
        assert!(truth.values().any(|machine| machine.provider == provider), "nothing to find on {provider}");
    }
    let mut wrong = Vec::new();
    for wording in WORDINGS {
        let answer = question(&app, wording).await;
        if answer["route"] != "common" {
            wrong.push(format!("`{wording}` was not read: {}", answer["explanation"]));
            continue;
        }
        assert!(lacks(&answer).is_empty(), "{:?}", lacks(&answer));
        // The same query once more, with the ids that a person does not ask for.
        let mut query = answer["query"].clone();
        query["select"].as_array_mut().unwrap().push(json!("resource_id"));
        let query: Query = serde_json::from_value(query).unwrap();
        let with_ids = serde_json::to_value(ask(&app, Asked::Query(Box::new(query))).await).unwrap();
        let rows = with_ids["rows"].as_array().unwrap();
        let ids: BTreeSet<String> = rows.iter().map(id).collect();
        if ids.len() != rows.len() || !ids.iter().eq(truth.keys()) {
            wrong.push(format!("`{wording}` found {} of {}: {}", rows.len(), truth.len(), answer["query"]));
            continue;
        }
        wrong.extend(rows.iter().filter_map(|row| differs(row, &truth[&id(row)], |_| false)));
        let shown = |answer: &Value| -> BTreeSet<String> {
            let rows = answer["rows"].as_array().unwrap().iter();
            rows.map(|row| format!("{} {} {} {}", row["provider"], row["name"], row["cpu_avg"], row["cost_30d"]))
                .collect()
        };
        assert_eq!(shown(&answer), shown(&with_ids), "{wording}");
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cost_explorer_does_not_keep_is_no_machine_that_is_left_out_in_silence() {
    let standin = start(40, Behaviour::default());
    let app = app(&standin, settings()).await;
    let truth = truth(&standin.estate());
    let (found, all) = (
        truth.values().filter(|machine| machine.is_asked_for()).count(),
        truth.values().filter(|machine| machine.should_be_found()).count(),
    );
    assert!(found < all, "no machine of the estate is above 100 in a month and below in 14 days");
    let counted = sql(&app, COUNTED).await;
    assert_eq!(counted["rows"][0]["n"], found);
    let coverage = &counted["coverage"];
    assert_eq!((&coverage["complete"], &coverage["lower_bound"]), (&json!(false), &json!(true)), "{coverage}");
    let lines: Vec<_> =
        coverage["scopes"].as_array().unwrap().iter().filter(|line| line["error"]["code"] == TOO_LOW).collect();
    assert_eq!(lines.len(), 4, "one for each region of each account: {lines:#?}");
    for line in lines {
        assert_eq!((&line["provider"], &line["columns"]), (&json!("aws"), &json!(["cost_30d"])));
        assert!(line["error"]["message"].as_str().unwrap().contains("add a billing export"), "{line}");
    }
    // Below a bound, too low a figure finds machines that are not: then nothing is certain.
    let below = sql(&app, "SELECT count(*) AS n FROM instances WHERE cost_30d < 100").await;
    assert_eq!((&below["coverage"]["lower_bound"], &below["coverage"]["unknown"]), (&json!(false), &json!(true)));
    let asked = question(&app, WORDINGS[0]).await;
    assert_eq!(asked["coverage"]["complete"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn amounts_in_two_currencies_are_not_compared_with_one_bound_as_if_they_were_in_one() {
    let standin = start_in("EUR", 10, Behaviour::default());
    let app = app(&standin, settings()).await;
    let answer = question(&app, WORDINGS[0]).await;
    let coverage = &answer["coverage"];
    assert_eq!((&coverage["complete"], &coverage["unknown"]), (&json!(false), &json!(true)), "{coverage}");
    let said = lacks(&answer)[0]["error"]["message"].as_str().unwrap();
    assert!(said.starts_with("amounts in EUR and USD are compared, and none is converted"), "{said}");
    let of_one = sql(&app, "SELECT name FROM instances WHERE cost_30d > 100 AND cost_currency = 'EUR'").await;
    assert!(lacks(&of_one).is_empty(), "{:?}", lacks(&of_one));
}

/// The actions that `explain` says the joined question needs.
async fn explained_actions(standin: &Standin) -> BTreeSet<String> {
    let asked = Asked::Question(WORDINGS[0].to_owned());
    let explained = app(standin, settings()).await.explain(asked, Options::default()).await.unwrap();
    let (policy, role) = (explained.policy.unwrap(), explained.role.unwrap());
    let actions = [&policy["Statement"][0]["Action"], &role["Actions"]];
    actions.into_iter().flat_map(|list| list.as_array().unwrap()).map(|one| one.as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_policy_and_the_role_suffice_for_the_joined_question_and_without_any_of_it_something_lacks() {
    let standin = start(20, Behaviour::default());
    let all = question(&app(&standin, settings()).await, WORDINGS[0]).await;
    let actions = explained_actions(&standin).await;
    let allow = |actions: &BTreeSet<String>| {
        standin.set_behaviour(Behaviour { allowed_actions: Some(actions.clone()), ..Behaviour::default() });
    };
    allow(&actions);
    let allowed = question(&app(&standin, settings()).await, WORDINGS[0]).await;
    assert!(lacks(&allowed).is_empty(), "{actions:?} {:?}", lacks(&allowed));
    assert_eq!(allowed["row_count"], all["row_count"]);
    // Which regions Azure has is not among it: a name that cannot be checked is said to be none that is known.
    let misspelt = sql(&app(&standin, settings()).await, "SELECT name FROM instances WHERE region = 'westeurop'").await;
    assert!(misspelt["warnings"].to_string().contains("`westeurop` is not known"), "{}", misspelt["warnings"]);
    assert!(allowed["row_count"].as_u64().unwrap() > 0);

    let mut unneeded = Vec::new();
    for action in &actions {
        let mut fewer = actions.clone();
        fewer.remove(action);
        allow(&fewer);
        let poorer = question(&app(&standin, settings()).await, WORDINGS[0]).await;
        assert!(poorer["row_count"].as_u64() <= all["row_count"].as_u64(), "{action}");
        if lacks(&poorer).is_empty() {
            unneeded.push(action);
        }
    }
    assert!(unneeded.is_empty(), "{unneeded:?} of {actions:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_billed_and_not_allowed_is_in_no_price_and_no_policy_and_is_said() {
    let standin = start(5, Behaviour::default());
    let asked = || Asked::Question(WORDINGS[0].to_owned());
    let explain = async |settings| app(&standin, settings).await.explain(asked(), Options::default()).await.unwrap();
    let (allowed, not) = (explain(settings()).await, explain(EngineSettings::default()).await);
    let has = |explained: &Explained| explained.policy.as_ref().unwrap().to_string().contains("ce:GetCost");
    assert_eq!((has(&allowed), has(&not)), (true, false));
    let (allowed, not) = (allowed.plan.unwrap(), not.plan.unwrap());
    assert!(not.dollars < allowed.dollars, "{} {}", not.dollars, allowed.dollars);
    let said = |plan: &engine::Explanation| plan.warnings.iter().any(|line| line.contains("`allow_paid_calls = true`"));
    assert_eq!((said(&allowed), said(&not)), (false, true), "{:?}", not.warnings);
    // Which subscriptions there are is known by then.
    assert!(!allowed.calls.iter().any(|call| call.action.contains("subscriptions/read")), "{:?}", allowed.calls);
}

const ON_AWS: &[&str] = &["ec2:DescribeInstances", "cloudwatch:GetMetricData", "ce:GetCostAndUsageWithResources"];
const ON_AZURE: &[&str] = &[
    "Microsoft.Compute/virtualMachines/read",
    "Microsoft.Insights/metrics/read",
    "Microsoft.CostManagement/query/action",
];
const KINDS: &[FaultKind] = &[
    FaultKind::Denied,
    FaultKind::Throttle,
    FaultKind::ServerError,
    FaultKind::Hang,
    FaultKind::Cut,
    FaultKind::Garbage,
];

/// As many as every change may wait for: who hangs takes its time. `NEPH_CHAOS_RUNS` makes them more.
const RUNS: u64 = 16;

/// Up to three things that go wrong, on either cloud or both.
fn faults(dice: &mut Dice, estate: &Estate) -> Vec<Fault> {
    let fault = |dice: &mut Dice| {
        let fault = Fault::new(*dice.pick(KINDS));
        let fault = if dice.below(2) == 0 {
            let account = &estate.accounts[dice.below(estate.accounts.len())];
            let region = &account.regions[dice.below(account.regions.len())];
            fault.account(&account.id).region(&region.name).action(dice.pick::<&str>(ON_AWS))
        } else {
            let here = &estate.subscriptions[dice.below(estate.subscriptions.len())];
            fault.account(&here.id).action(dice.pick::<&str>(ON_AZURE))
        };
        // For ever, in the middle of paging, or once, which another try mends.
        match dice.below(3) {
            0 => fault,
            1 => fault.page(2),
            _ => fault.call(1),
        }
    };
    (0..=dice.below(3)).map(|_| fault(dice)).collect()
}

/// What is wrong with the rows of all machines: one that is not true, or lacks and is not named.
fn compare(truth: &BTreeMap<String, Machine>, answer: &Value) -> Vec<String> {
    let rows = answer["rows"].as_array().unwrap();
    let lines: Vec<_> = answer["coverage"]["scopes"].as_array().unwrap().iter().collect();
    let is_bad = |line: &&&Value| line["status"] != "live" && line["status"] != "cached";
    let names = |line: &Value, column: &str| {
        line["columns"].as_array().is_some_and(|columns| columns.iter().any(|one| one == column))
    };
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    for row in rows {
        let id = id(row);
        let Some(machine) = truth.get(&id) else {
            wrong.push(format!("{row} is nowhere"));
            continue;
        };
        // What is too low is there: the line that says so is no reason for a null.
        let bad = lines.iter().filter(is_bad).filter(|line| line["error"]["code"] != TOO_LOW);
        let bad = bad.filter(|line| machine.is_covered_by(line));
        wrong.extend(differs(row, machine, |column| bad.clone().any(|line| names(line, column))));
        if !seen.insert(id) {
            wrong.push(format!("{row} comes twice"));
        }
    }
    for (id, machine) in truth.iter().filter(|(id, _)| !seen.contains(*id)) {
        let mut bad = lines.iter().filter(is_bad).filter(|line| machine.is_covered_by(line));
        if !bad.any(|line| line["columns"].is_null()) {
            wrong.push(format!("{id} lacks, and no line says so"));
        }
    }
    if answer["coverage"]["complete"] != (lines.iter().filter(is_bad).count() == 0) {
        wrong.push("`complete` does not say what the lines say".to_owned());
    }
    wrong
}

const EVERYTHING: &str = "SELECT resource_id, provider, cpu_avg, cost_30d FROM instances";
const COUNTED: &str = "SELECT count(*) AS n FROM instances WHERE cpu_avg < 20 AND cost_30d > 100";

/// The answers to [`EVERYTHING`] and [`COUNTED`] while something goes wrong, and what is wrong with them.
async fn under(standin: &Standin, truth: &BTreeMap<String, Machine>) -> (Value, Value, Vec<String>) {
    let retry = RetryPolicy {
        attempts: 2,
        first_wait: Duration::from_millis(2),
        longest_wait: Duration::from_millis(10),
        patience: Duration::from_millis(50),
        call_timeout: Duration::from_millis(700),
    };
    let app = app(standin, EngineSettings { retry, ..settings() }).await;
    let (rows, counted) = (sql(&app, EVERYTHING).await, sql(&app, COUNTED).await);
    let mut wrong = compare(truth, &rows);
    let (n, all) =
        (counted["rows"][0]["n"].as_u64().unwrap(), truth.values().filter(|m| m.is_asked_for()).count() as u64);
    // What Cost Explorer does not keep makes it a lower bound in any case, so that what else lacks must be named.
    let (bound, lacks) = (&counted["coverage"]["lower_bound"], lacks(&counted));
    if n > all || (n < all && lacks.is_empty()) || bound != true {
        wrong.push(format!("{n} of {all} with lower_bound {bound} and {lacks:?}"));
    }
    (rows, counted, wrong)
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_breaks_on_either_cloud_the_joined_answer_says_what_it_lacks() {
    // Small pages, so that there is a middle of paging.
    let standin = start(10, Behaviour { page_cap: Some(6), ..Behaviour::default() });
    let (estate, truth) = (standin.estate(), truth(&standin.estate()));
    let (_, _, wrong) = under(&standin, &truth).await;
    assert!(wrong.is_empty(), "{wrong:#?}");
    let runs = std::env::var("NEPH_CHAOS_RUNS").ok().and_then(|text| text.parse().ok()).unwrap_or(RUNS);
    let (mut struck, mut partial, mut kinds) = (0, 0, BTreeSet::new());
    for seed in 0..runs {
        let faults = faults(&mut Dice::new(seed), &estate);
        standin.reset_counts();
        standin.set_faults(faults.clone());
        let (rows, _, wrong) = under(&standin, &truth).await;
        assert!(wrong.is_empty(), "seed {seed}: {wrong:#?}\n{faults:#?}\n{:#}", rows["coverage"]);
        struck += standin.struck().len();
        kinds.extend(standin.struck().iter().map(|one| format!("{:?}", one.kind)));
        partial += u64::from(!lacks(&rows).is_empty());
    }
    println!("{struck} faults of {} kinds struck, {partial} of {runs} answers were partial", kinds.len());
    assert!(runs < RUNS || (struck > 0 && partial > 0 && partial < runs), "the faults did not strike, or too often");
    assert!(runs < 60 || kinds.len() == KINDS.len(), "{kinds:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_or_costs_that_fail_leave_every_machine_in_its_place() {
    let standin = start(10, Behaviour::default());
    let truth = truth(&standin.estate());
    for (action, column) in
        [(ON_AWS[1], "cpu_avg"), (ON_AWS[2], "cost_30d"), (ON_AZURE[1], "cpu_avg"), (ON_AZURE[2], "cost_30d")]
    {
        for kind in [FaultKind::Denied, FaultKind::Garbage, FaultKind::Cut] {
            standin.set_faults(vec![Fault::new(kind).action(action)]);
            let (rows, counted, wrong) = under(&standin, &truth).await;
            assert!(wrong.is_empty(), "{action} {kind:?}: {wrong:#?}");
            assert_eq!(rows["row_count"], truth.len(), "{action} {kind:?}");
            let cloud = if action.contains('/') { "azure" } else { "aws" };
            let here: Vec<_> = rows["rows"].as_array().unwrap().iter().filter(|row| row["provider"] == cloud).collect();
            assert!(!here.is_empty() && here.iter().all(|row| row[column].is_null()), "{action} {kind:?}");
            assert_eq!(rows["coverage"]["complete"], false);
            assert_eq!(counted["coverage"]["lower_bound"], true, "{action} {kind:?}: {}", counted["coverage"]);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn machines_of_which_no_state_could_be_read_are_counted_under_none() {
    let standin = start(10, Behaviour::default());
    let estate = standin.estate();
    let amazon = estate.accounts.iter().flat_map(|account| &account.regions).flat_map(|region| &region.instances);
    let microsoft = estate.subscriptions.iter().flat_map(|here| here.machines());
    let idle = amazon.filter(|one| one.state != "running").count()
        + microsoft.filter(|one| one.power_state != "running").count();
    // The first list of a subscription's machines has their states.
    let fault = Fault::new(FaultKind::Denied).action(ON_AZURE[0]).call(1);
    standin.set_faults(vec![fault.account(&estate.subscriptions[0].id)]);
    let counted =
        sql(&app(&standin, settings()).await, "SELECT count(*) AS n FROM instances WHERE state <> 'running'").await;
    let n = counted["rows"][0]["n"].as_u64().unwrap() as usize;
    assert!(n > 0 && n < idle, "{n} of {idle}");
    assert_eq!(counted["coverage"]["lower_bound"], true, "{}", counted["coverage"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_scopes_are_all_read_where_an_account_allows_five_calls_a_second() {
    let (accounts, regions) = (20, 10);
    let estate = Estate::generate(&GenerateSettings {
        subscriptions: 1,
        ..GenerateSettings::sized(now(), accounts, regions, 2)
    });
    let quota = Quota { per_second: 5.0, burst: 5.0 };
    let standin = Standin::start(estate, Behaviour { account_quota: Some(quota), ..Behaviour::default() }).unwrap();
    let app = app(&standin, settings()).await;
    let (progress, told) = tokio::sync::watch::channel(Progress::default());
    let options = Options { progress: Some(progress), ..Options::default() };
    let caller = Caller { who: "test".to_owned(), via: "cli" };
    let asked = Asked::Question("how many VMs per provider".to_owned());
    let answer = serde_json::to_value(app.answer(asked, options, &caller).await.unwrap()).unwrap();
    assert_eq!(answer["coverage"]["complete"], true, "{}", answer["coverage"]);
    assert_eq!(answer["coverage"]["scopes"].as_array().unwrap().len(), accounts * regions + 1);
    let counted: u64 = answer["rows"].as_array().unwrap().iter().map(|row| row["count"].as_u64().unwrap()).sum();
    assert_eq!(counted, truth(&standin.estate()).len() as u64);
    let refused: u64 = standin.counts().errors.values().sum();
    assert!(refused > 0, "the server refused nothing: {:?}", standin.counts().by_action());
    assert!(answer["timing_ms"]["waited"].as_f64().unwrap() > 0.0, "{}", answer["timing_ms"]);
    let told = told.borrow().clone();
    assert!(!told.waited.is_zero() && told.scopes_done == accounts * regions + 1, "{told:?}");
}
