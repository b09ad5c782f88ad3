//! A source for the sandbox's tests, with a table of its own: its parameter `act` says how it is to misbehave.

use guest_sdk::{
    ColumnDescription, Error, FetchRequest, Host, Level, Parameter, Parameters, Scope, Setting, Source,
    SourceDescription, Table, Tables, Value,
};
use std::collections::BTreeMap;
use std::time::Duration;

const NAME: &str = "misfilling";
/// Its own table, and the one of the host's.
const PARTS: &str = "parts";
const VOLUMES: &str = "volumes";

struct Misfilling;

impl Source for Misfilling {
    fn describe() -> SourceDescription {
        let text = |name, meaning| Parameter { name, default: Setting::Text(""), unit: None, meaning };
        let times = Parameter { name: "times", default: Setting::Int(1), unit: None, meaning: "how often" };
        SourceDescription {
            name: NAME,
            version: env!("CARGO_PKG_VERSION"),
            summary: "fills a table of its own and one of the host's, well or not, as its parameter says",
            parameters: vec![text("act", "how to misbehave"), times],
            tables: vec![
                Table { name: PARTS, meaning: "one part in a rack", columns: parts() },
                Table {
                    name: VOLUMES,
                    meaning: "one disk",
                    columns: vec![column("resource_id", "text"), column("name", "text"), column("size_gib", "int")],
                },
            ],
        }
    }

    fn costly() -> &'static [(&'static str, &'static str)] {
        &[(PARTS, "raw")]
    }

    fn scopes(_: &Host, parameters: &Parameters) -> Result<Vec<Scope>, Error> {
        if parameters.text("act")? == "all_accounts" {
            return Ok(vec![scope("*", "*")]);
        }
        if parameters.text("act")? == "nowhere" {
            return Ok(vec![]);
        }
        Ok(vec![scope("north", "hall-1"), scope("south", "hall-2")])
    }

    #[expect(clippy::disallowed_methods, reason = "a guest has one thread and no runtime")]
    fn fetch(host: &Host, request: &FetchRequest, tables: &mut Tables) -> Result<(), Error> {
        let (act, times) = (request.parameters.text("act")?, request.parameters.integer("times")?);
        for scope in &request.scopes {
            match act {
                "trap" => panic!("at once"),
                "warn" => {
                    host.log(Level::Info, "all is as always");
                    (0..times).for_each(|at| host.log(Level::Warn, &format!("the moon is {at} days old")));
                    fill(request, scope, 1, tables)?;
                }
                "gaps" => {
                    let moon = |at| Error::Failed(format!("the moon is {at} days old"));
                    (0..times)
                        .for_each(|at| tables.gap(PARTS, Some(self::scope("north", &format!("hall-{at}"))), &moon(at)));
                    fill(request, scope, 1, tables)?;
                }
                "throttled" => {
                    let message = "come back later".to_owned();
                    return Err(Error::Throttled { message, retry_after_seconds: Some(60) });
                }
                "sleep" => std::thread::sleep(Duration::from_secs(3_600)),
                "fail_in_the_south" if scope.account_id == "south" => {
                    return Err(Error::Failed("the moon is full".to_owned()));
                }
                "elsewhere" if request.wants(PARTS).is_some() => {
                    tables.emit(PARTS, &[("part", "p".into()), ("account_id", "nobody".into())])?;
                }
                "other_hall" if request.wants(PARTS).is_some() => {
                    tables.emit(PARTS, &[("part", "p".into()), ("region", "hall-2".into())])?;
                }
                _ => fill(request, scope, times, tables)?,
            }
        }
        Ok(())
    }
}

fn fill(request: &FetchRequest, scope: &Scope, times: i64, tables: &mut Tables) -> Result<(), Error> {
    let filler = if request.parameters.text("act")? == "heavy" { "x".repeat(2_000) } else { String::new() };
    for at in 0..times {
        if let Some(wanted) = request.wants(PARTS) {
            // What takes calls of its own is read where it is asked for; whether it was, `load` says.
            let is_asked = wanted.columns.iter().any(|column| column == "raw");
            let labels = BTreeMap::from([("owner".to_owned(), format!("team-{at}{filler}"))]);
            let row: [(&str, Value); 9] = [
                ("part", format!("{}-{at}", scope.account_id).into()),
                ("amount", at.into()),
                ("load", if is_asked { 0.5 } else { 0.0 }.into()),
                ("price", "12.50".into()),
                ("is_spare", (at == 0).into()),
                ("made_at", "2026-11-01T00:00:00Z".into()),
                ("labels", Value::map(&labels)),
                ("fits", Value::list(["a", "b"])),
                ("raw", if is_asked { "{\"x\": [1]}".into() } else { Value::Null }),
            ];
            tables.emit(PARTS, &row)?;
        }
        if request.wants(VOLUMES).is_some() {
            let id = format!("disk-{}-{at}", scope.account_id);
            tables
                .emit(VOLUMES, &[("resource_id", id.clone().into()), ("name", id.into()), ("size_gib", 100.into())])?;
        }
    }
    Ok(())
}

fn parts() -> Vec<ColumnDescription> {
    let typed = [
        ("part", "text"),
        ("amount", "int"),
        ("load", "float"),
        ("price", "decimal"),
        ("is_spare", "bool"),
        ("made_at", "time"),
        ("labels", "map"),
        ("fits", "list"),
        ("raw", "json"),
        // Those that every table has.
        ("account_id", "text"),
        ("region", "text"),
    ];
    typed.map(|(name, kind)| column(name, kind)).to_vec()
}

fn column(name: &'static str, kind: &'static str) -> ColumnDescription {
    let unit = (name == "amount").then_some("pieces");
    ColumnDescription { name, kind, unit, meaning: "what a test needs" }
}

fn scope(account_id: &str, region: &str) -> Scope {
    Scope { provider: NAME.to_owned(), account_id: account_id.to_owned(), region: region.to_owned() }
}

guest_sdk::register!(source: Misfilling);
