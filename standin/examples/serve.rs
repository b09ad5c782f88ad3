//! Serves a generated estate until Ctrl-C, for benchmarks with the SDK, boto3 or c7n side by side.
//!
//! ```text
//! cargo run -p standin --example serve -- --port 5566 --accounts 3 --regions 3 --instances 10000 --latency-ms 20
//! cargo run -p standin --example serve -- --port 5566 --accounts 0 --subscriptions 2 --instances 10000
//! ```

#![expect(clippy::print_stdout, reason = "an example is a program: it speaks to the person who started it")]

use chrono::Utc;
use standin::{Behaviour, Estate, GenerateSettings, Latency, Quota, Standin};
use std::time::Duration;

/// What can be chosen, and what is chosen otherwise.
const OPTIONS: &[(&str, f64)] = &[
    ("--port", 0.0),
    ("--accounts", 1.0),
    ("--subscriptions", 0.0),
    ("--regions", 1.0),
    ("--instances", 100.0),
    ("--latency-ms", 0.0),
    ("--jitter-ms", 0.0),
    ("--rate", 0.0),
    ("--account-rate", 0.0),
    ("--page-cap", 0.0),
    ("--seed", 1.0),
];

#[tokio::main]
#[expect(clippy::disallowed_methods, reason = "an example is a program: it begins with the time of the machine")]
async fn main() -> Result<(), String> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |name: &str| read(&arguments, name);
    check(&arguments)?;
    let count = |name: &str| number(name).map(|n| n as usize);
    let sized = GenerateSettings::sized(Utc::now(), count("--accounts")?, count("--regions")?, count("--instances")?);
    let role_name = sized.role_name.clone();
    let subscriptions = count("--subscriptions")?;
    let estate = Estate::generate(&GenerateSettings { seed: number("--seed")? as u64, subscriptions, ..sized });
    let quota = |rate: f64| (rate > 0.0).then_some(Quota { per_second: rate, burst: rate });
    let behaviour = Behaviour {
        latency: Latency {
            fixed: Duration::from_secs_f64(number("--latency-ms")? / 1000.0),
            jitter: Duration::from_secs_f64(number("--jitter-ms")? / 1000.0),
            seed: 1,
        },
        quota: quota(number("--rate")?),
        account_quota: quota(number("--account-rate")?),
        page_cap: Some(count("--page-cap")?).filter(|&cap| cap > 0),
        ..Behaviour::default()
    };
    let standin = Standin::start_on(number("--port")? as u16, estate, behaviour).map_err(|e| e.to_string())?;
    let estate = standin.estate();
    println!("{}", standin.url());
    for account in estate.accounts.iter().take(3) {
        println!("account {} key {} secret {}", account.id, account.access_key_id, account.secret_access_key);
    }
    for subscription in estate.subscriptions.iter().take(3) {
        println!("subscription {} token {}", subscription.id, subscription.tokens.join(" or "));
    }
    if let Some(first) = estate.accounts.first() {
        let regions: Vec<&str> = first.regions.iter().map(|region| region.name.as_str()).collect();
        println!("{} accounts in {}", estate.accounts.len(), regions.join(", "));
        println!("role {role_name} in every account");
    }
    tokio::signal::ctrl_c().await.map_err(|e| e.to_string())?;
    let counts = standin.counts();
    for (action, calls) in counts.by_action() {
        println!("{calls:8} {action}");
    }
    println!("{:8} calls, {} bytes in, {} bytes out", counts.total, counts.bytes_in, counts.bytes_out);
    println!("{:8} answered calls of the busiest account", counts.answered.values().max().unwrap_or(&0));
    println!("errors: {:?}", counts.errors);
    Ok(())
}

/// Every argument is a known option with a value.
fn check(arguments: &[String]) -> Result<(), String> {
    let names: Vec<&str> = OPTIONS.iter().map(|(name, _)| *name).collect();
    match arguments.chunks(2).find(|pair| pair.len() < 2 || !names.contains(&pair[0].as_str())) {
        Some(pair) => Err(format!("`{}` is no option with a value: there are {}", pair[0], names.join(", "))),
        None => Ok(()),
    }
}

fn read(arguments: &[String], name: &str) -> Result<f64, String> {
    let given = arguments.iter().position(|argument| argument == name).and_then(|at| arguments.get(at + 1));
    let default = OPTIONS.iter().find(|(option, _)| *option == name).map_or(0.0, |(_, default)| *default);
    given.map_or(Ok(default), |text| text.parse().map_err(|_| format!("`{name} {text}` is not a number")))
}
