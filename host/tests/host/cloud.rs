//! The binary against a server that speaks AWS's protocols, and against billing files: the main job, on real input.

use crate::binary::{neph, of};
use chrono::{DateTime, Utc};
use serde_json::Value;
use standin::{Behaviour, Estate, Fault, FaultKind, GenerateSettings, Standin};
use std::path::Path;
use std::process::Command;

/// Three accounts with three regions of 20 instances each.
const INSTANCES: u64 = 180;

fn start() -> Standin {
    let now: DateTime<Utc> = "2026-11-20T09:30:00Z".parse().unwrap();
    Standin::start(Estate::generate(&GenerateSettings::new(now)), Behaviour::default()).unwrap()
}

/// A folder that is configured for the stand-in.
fn configured(standin: &Standin) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let text = format!(
        "[cache]\ndata_dir = \"kept\"\nmax_age = \"1h\"\n[aws]\nendpoint_url = \"{}\"\nforce_path_style = true\n\
         [aws.organization]\nrole_name = \"nephoscope-read\"\n",
        standin.url()
    );
    std::fs::write(folder.path().join("nephoscope.toml"), text).unwrap();
    folder
}

fn command(folder: &Path, standin: &Standin) -> Command {
    let estate = standin.estate();
    let key = &estate.accounts[0];
    let mut command = neph(folder);
    command
        .env("AWS_ACCESS_KEY_ID", &key.access_key_id)
        .env("AWS_SECRET_ACCESS_KEY", &key.secret_access_key)
        .env("AWS_REGION", "us-east-1");
    command
}

fn ask(folder: &Path, standin: &Standin, arguments: &[&str]) -> (i32, Value, String) {
    let (code, out, err) = of(command(folder, standin).args(["-f", "json"]).args(arguments).output().unwrap());
    (code, serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}{err}")), err)
}

fn statuses(answer: &Value) -> Vec<&str> {
    let mut all: Vec<_> =
        answer["coverage"]["scopes"].as_array().unwrap().iter().map(|line| line["status"].as_str().unwrap()).collect();
    all.sort_unstable();
    all.dedup();
    all
}

#[test]
fn rows_of_real_calls_are_kept_for_the_next_process() {
    let standin = start();
    let folder = configured(&standin);
    let (code, first, err) = ask(folder.path(), &standin, &["ask", "list all VMs"]);
    assert_eq!((code, first["row_count"].as_u64()), (0, Some(INSTANCES)), "{err} {}", first["coverage"]);
    assert_eq!((statuses(&first), first["coverage"]["scopes"].as_array().unwrap().len()), (vec!["live"], 9));
    let calls = standin.counts().of("ec2:DescribeInstances");
    assert!(calls >= 9, "{calls}");

    let (code, second, _) = ask(folder.path(), &standin, &["ask", "list all VMs"]);
    assert_eq!((code, statuses(&second)), (0, vec!["cached"]));
    assert_eq!(standin.counts().of("ec2:DescribeInstances"), calls, "kept rows take no calls");
    let names = |answer: &Value| {
        let mut names: Vec<_> = answer["rows"].as_array().unwrap().iter().map(|row| row["name"].to_string()).collect();
        names.sort();
        names
    };
    assert_eq!(names(&first), names(&second));

    let (_, third, _) = ask(folder.path(), &standin, &["--fresh", "ask", "list all VMs"]);
    assert_eq!(statuses(&third), ["live"]);
    assert!(standin.counts().of("ec2:DescribeInstances") > calls);

    // What is damaged on disk is read anew, and nobody notices.
    for entry in std::fs::read_dir(folder.path().join("kept/cache")).unwrap() {
        std::fs::write(entry.unwrap().path(), "damaged").unwrap();
    }
    let (code, fourth, err) = ask(folder.path(), &standin, &["ask", "list all VMs"]);
    assert_eq!((code, statuses(&fourth), err.as_str()), (0, vec!["live"], ""));
}

#[test]
fn a_region_that_denies_is_named_and_everything_else_comes() {
    let standin = start();
    let folder = configured(&standin);
    let estate = standin.estate();
    let (account, region) = (estate.accounts[1].id.clone(), estate.accounts[1].regions[2].name.clone());
    standin.set_faults(vec![Fault {
        account_id: Some(account.clone()),
        region: Some(region.clone()),
        action: Some("ec2:DescribeInstances".to_owned()),
        when: standin::When::Always,
        kind: FaultKind::Denied,
    }]);
    let (code, answer, _) = ask(folder.path(), &standin, &["ask", "how many VMs per provider"]);
    assert_eq!(code, 3);
    assert_eq!(answer["rows"][0]["count"], INSTANCES - 20);
    assert_eq!(answer["coverage"]["lower_bound"], true);
    let lines = answer["coverage"]["scopes"].as_array().unwrap();
    let missing: Vec<_> = lines.iter().filter(|line| line["status"] == "denied").collect();
    assert_eq!(missing.len(), 1);
    assert_eq!((missing[0]["account_id"].as_str(), missing[0]["region"].as_str()), (Some(&*account), Some(&*region)));
}

#[test]
fn accounts_that_cannot_be_listed_make_the_answer_partial_and_the_doctor_says_so() {
    let standin = start();
    let folder = configured(&standin);
    standin.set_faults(vec![Fault::new(FaultKind::Denied).action("organizations:ListAccounts")]);
    let (code, answer, _) = ask(folder.path(), &standin, &["ask", "how many VMs per provider"]);
    assert_eq!((code, &answer["coverage"]["complete"]), (3, &Value::Bool(false)), "{answer:#}");
    let line = &answer["coverage"]["scopes"][0];
    assert_eq!((line["account_id"].as_str(), line["status"].as_str()), (Some("*"), Some("denied")));
    assert!(line["error"]["message"].as_str().unwrap().contains("organizations:ListAccounts"), "{line}");
    let (code, out, err) = of(command(folder.path(), &standin).arg("doctor").output().unwrap());
    // There is no account beside it, so that nothing can be asked.
    assert!(code == 1 && out.contains("organizations:ListAccounts"), "{code} {out}{err}");
}

#[test]
fn explain_names_the_exact_permissions_and_makes_no_call_for_rows() {
    let standin = start();
    let folder = configured(&standin);
    let (code, explained, _) = ask(folder.path(), &standin, &["explain", "average CPU by instance type"]);
    assert_eq!(code, 0);
    let permissions = explained["plan"]["permissions"].to_string();
    for action in ["ec2:DescribeInstances", "cloudwatch:GetMetricData", "sts:AssumeRole"] {
        assert!(permissions.contains(action), "no {action} in {permissions}");
    }
    assert_eq!(explained["policy"]["Statement"][0]["Effect"], "Allow");
    assert_eq!(standin.counts().of("ec2:DescribeInstances"), 0);
    let asked = ["explain", "average CPU by instance type", "--policy", "policy.json"];
    let (code, explained, _) = ask(folder.path(), &standin, &asked);
    let written: Value = serde_json::from_slice(&std::fs::read(folder.path().join("policy.json")).unwrap()).unwrap();
    assert_eq!((code, &written), (0, &explained["policy"]));
    let asked = ["explain", "average CPU by instance type", "--role", "role.json"];
    let (code, _, err) = of(command(folder.path(), &standin).args(asked).output().unwrap());
    assert!(code == 2 && err.contains("there is no Azure custom role to write"), "{code} {err}");
    assert!(!folder.path().join("role.json").exists());
}

#[test]
fn once_the_machines_are_counted_an_estimate_is_of_all_of_them() {
    let now: DateTime<Utc> = "2026-11-20T09:30:00Z".parse().unwrap();
    let estate = Estate::generate(&GenerateSettings::sized(now, 2, 1, 600));
    let standin = Standin::start(estate, Behaviour::default()).unwrap();
    let folder = configured(&standin);
    let question = ["explain", "SELECT avg(cpu_avg), avg(cpu_max) FROM instances"];
    let calls = |explained: &Value| {
        let all = explained["plan"]["calls"].as_array().unwrap();
        let metrics = all.iter().find(|call| call["action"] == "cloudwatch:GetMetricData").unwrap();
        metrics["calls"].as_u64().unwrap()
    };
    let before = ask(folder.path(), &standin, &question).1;
    ask(folder.path(), &standin, &["query", "SELECT count(*) FROM instances"]);
    let after = ask(folder.path(), &standin, &question).1;
    let expected = |region: &standin::estate::Region| (region.instances.len() as u64).div_ceil(250).max(1);
    let estate = standin.estate();
    let all: u64 = estate.accounts.iter().flat_map(|account| &account.regions).map(expected).sum();
    assert!(calls(&after) > calls(&before), "{} and {}", calls(&after), calls(&before));
    assert_eq!(calls(&after), all);
    let of_scopes: u64 =
        after["plan"]["scopes"].as_array().unwrap().iter().map(|scope| scope["calls"].as_u64().unwrap()).sum();
    assert_eq!(of_scopes, after["plan"]["call_count"].as_u64().unwrap());
}

#[test]
fn the_doctor_finds_a_role_that_is_not_there() {
    let standin = start();
    let mut estate = (*standin.estate()).clone();
    estate.accounts[2].roles.clear();
    let name = estate.accounts[2].id.clone();
    standin.set_estate(estate);
    let folder = configured(&standin);
    let (code, out, err) = of(command(folder.path(), &standin).arg("doctor").output().unwrap());
    assert_eq!(code, 3, "{out}{err}");
    assert!(out.contains("ok    source `aws`: 2 accounts in 3 regions"), "{out}");
    assert!(out.lines().any(|line| line.starts_with("poor") && line.contains(&name)), "{out}");
}

pub(crate) const HEADER: &str = "BilledCost,BillingAccountId,BillingCurrency,BillingPeriodEnd,BillingPeriodStart,ChargeCategory,\
    ChargePeriodEnd,ChargePeriodStart,EffectiveCost,ListCost,ProviderName,RegionId,ResourceId,ServiceCategory,\
    ServiceName,SubAccountId";

fn charge(cost: &str, service: &str) -> String {
    format!(
        "{cost},1,USD,2026-12-01T00:00:00Z,2026-11-01T00:00:00Z,Usage,2026-11-03T00:00:00Z,2026-11-02T00:00:00Z,\
         {cost},{cost},AWS,eu-west-1,i-0abc,Compute,{service},111122223333"
    )
}

#[test]
fn billing_files_add_up_to_the_last_digit_and_a_bad_one_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let bill = folder.path().join("bill");
    std::fs::create_dir(&bill).unwrap();
    let lines = [HEADER.to_owned(), charge("20.520226728990000001", "EC2"), charge("0.1", "S3"), charge("0.2", "S3")];
    std::fs::write(bill.join("good.csv"), lines.join("\n")).unwrap();
    std::fs::write(folder.path().join("nephoscope.toml"), "[billing]\npath = \"bill\"\n").unwrap();
    let sum = ["-f", "json", "query", "SELECT sum(\"EffectiveCost\") AS cost FROM costs"];
    let (code, out, err) = of(neph(folder.path()).args(sum).output().unwrap());
    assert_eq!(code, 0, "{out}{err}");
    assert_eq!(serde_json::from_str::<Value>(&out).unwrap()["rows"][0]["cost"], "20.820226728990000001");

    std::fs::write(bill.join("notes.csv"), "who,what\nann,lunch\n").unwrap();
    let (code, out, err) = of(neph(folder.path()).args(sum).output().unwrap());
    assert_eq!(code, 3, "{out}{err}");
    let answer: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(answer["rows"][0]["cost"], "20.820226728990000001");
    assert!(answer["coverage"].to_string().contains("notes.csv"), "{}", answer["coverage"]);
}
