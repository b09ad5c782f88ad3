//! Serves very many small accounts of one organisation, for benchmarks of memory: instances and nothing else, each
//! account a copy of the same few with ids of its own.
//!
//! ```text
//! cargo run --release -p standin --example many -- 5566 10000 20
//! ```
//!
//! The arguments are the port, the number of accounts and that of the instances of each; all may be left out.

#![expect(clippy::print_stdout, reason = "an example is a program: it speaks to the person who started it")]

use chrono::Utc;
use standin::estate::{Account, Organization, Region};
use standin::{Behaviour, Estate, GenerateSettings, Standin};

#[tokio::main]
#[expect(clippy::disallowed_methods, reason = "an example is a program: it begins with the time of the machine")]
async fn main() -> Result<(), String> {
    let [port, accounts, instances] = read(std::env::args().skip(1))?;
    let port = u16::try_from(port).map_err(|_| format!("{port} is no port: 0 to 65535"))?;
    let settings = GenerateSettings { buckets_per_account: 0, ..GenerateSettings::sized(Utc::now(), 1, 1, instances) };
    let one = Estate::generate(&settings);
    let template = one.accounts.first().ok_or("an estate of one account has none")?;
    let accounts: Vec<Account> = (0..accounts).map(|nth| copy(template, nth)).collect();
    let organization =
        accounts.first().map(|first| Organization { id: "o-many".to_owned(), management_account_id: first.id.clone() });
    let estate = Estate { organization, accounts, ..Estate::empty(one.now) };
    let standin = Standin::start_on(port, estate, Behaviour::default()).map_err(|e| e.to_string())?;
    println!("{}", standin.url());
    if let Some(first) = standin.estate().accounts.first() {
        println!("account {} key {} secret {}", first.id, first.access_key_id, first.secret_access_key);
    }
    println!("role {} in every account, region {}", settings.role_name, settings.regions.join(", "));
    tokio::signal::ctrl_c().await.map_err(|e| e.to_string())?;
    println!("{} calls: {:?}", standin.counts().total, standin.counts().by_action());
    Ok(())
}

/// Port, accounts and instances.
fn read(arguments: impl Iterator<Item = String>) -> Result<[usize; 3], String> {
    let mut numbers = [0, 10_000, 20];
    for (nth, text) in arguments.enumerate() {
        let place = numbers.get_mut(nth).ok_or("at most three arguments: port, accounts, instances of each")?;
        *place = text.parse().map_err(|_| format!("`{text}` is not a whole number"))?;
    }
    Ok(numbers)
}

/// The `nth` account: the instances of the first, under ids of its own.
fn copy(template: &Account, nth: usize) -> Account {
    let regions = template.regions.iter().map(|region| {
        let instances = region.instances.iter().enumerate().map(|(place, instance)| {
            let mut instance = instance.clone();
            instance.id = format!("i-0{nth:08x}{place:08x}");
            instance.reservation_id = format!("r-0{nth:08x}{place:08x}");
            instance
        });
        Region { instances: instances.collect(), ..Region::empty(&region.name) }
    });
    Account {
        id: format!("{:012}", 300_000_000_000 + nth),
        name: format!("account-{nth}"),
        email: format!("account-{nth}@example.com"),
        access_key_id: format!("AKIAMANY{nth:012}"),
        regions: regions.collect(),
        buckets: Vec::new(),
        costs: Vec::new(),
        ..template.clone()
    }
}
