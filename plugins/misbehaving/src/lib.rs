//! A scanner for the sandbox's tests: its parameter `act` says how it is to misbehave.

use guest_sdk::{
    Class, Description, Error, Finding, Findings, Host, Level, Parameter, Parameters, Request, Resource, Rule, Scanner,
    Setting, Severity,
};

const RULE: Rule = Rule {
    id: "something",
    title: "Something is the matter",
    severity: Severity::Low,
    class: Class::Compliance,
    why: "Nothing is the matter.",
    remediation: "Leave it.",
    missing: None,
    origin: None,
};

/// Not among what it says that it has.
const HIDDEN: Rule = Rule { id: "hidden", ..RULE };

struct Misbehaving;

#[expect(clippy::disallowed_methods, reason = "what it tries is what a plugin may not")]
impl Scanner for Misbehaving {
    fn describe() -> Description {
        let text = |name, meaning| Parameter { name, default: Setting::Text(""), unit: None, meaning };
        Description {
            name: "misbehaving",
            version: env!("CARGO_PKG_VERSION"),
            summary: "does what a scanner must not, as its parameter says",
            parameters: vec![
                text("act", "how to misbehave"),
                text("with", "what with: a query, an address, a secret"),
                Parameter { name: "times", default: Setting::Int(1), unit: None, meaning: "how often" },
            ],
            rules: vec![RULE],
        }
    }

    fn scan(host: &Host, parameters: &Parameters, findings: &mut Findings) -> Result<(), Error> {
        let (act, with) = (parameters.text("act")?, parameters.text("with")?);
        let times = parameters.integer("times")?;
        match act {
            "behave" => volumes(host, findings),
            "count" => count(host, with, findings),
            "find" => (0..times).try_for_each(|at| findings.emit(found(&at.to_string()))),
            "find_the_same" => (0..times).try_for_each(|_| findings.emit(found("same"))),
            "find_then_trap" => {
                volumes(host, findings)?;
                panic!("in the middle of it")
            }
            "find_some_then_trap" => {
                (0..times).try_for_each(|at| findings.emit(found(&at.to_string())))?;
                panic!("after the last of them")
            }
            "find_then_fail" => {
                volumes(host, findings)?;
                Err(Error::Failed(with.to_owned()))
            }
            "find_then_loop" => {
                volumes(host, findings)?;
                endless()
            }
            "find_another_of_the_same" => {
                let one = |severity| found("same").severity(severity);
                [one(Severity::Low), one(Severity::Low), one(Severity::High), found("other")]
                    .into_iter()
                    .try_for_each(|finding| findings.emit(finding))
            }
            "find_by_no_rule" => findings.emit(Finding::new(&HIDDEN, resource("x"))),
            "find_much" => findings.emit(found("x").evidence("blob", "x".repeat(usize::try_from(times).unwrap_or(0)))),
            "loop" => endless(),
            "recurse" => Err(Error::Failed(deep(1).to_string())),
            "remember" => remember(),
            "trap" => panic!("at once"),
            "sleep" => {
                std::thread::sleep(std::time::Duration::from_secs(3_600));
                Ok(())
            }
            "log" => {
                (0..times).for_each(|at| host.log(Level::Info, &format!("line {at} {}", "x".repeat(200))));
                Ok(())
            }
            "query" => ask(host, with, times),
            "ask_in_vain" => {
                // Goes on as if nothing had happened.
                drop(ask(host, with, times));
                volumes(host, findings)
            }
            "send" => send(host, &Request::get(with), times, findings),
            "send_secret" => send(host, &Request::get(with).credential("X-Key", "", "other"), times, findings),
            "secret" => {
                let is_there = host.has_secret(with);
                findings.emit(found("secret").evidence("available", is_there))
            }
            "exit" => std::process::exit(3),
            "read_a_file" => outside(std::fs::read_to_string("/etc/passwd"), findings),
            "read_the_environment" => {
                let count = std::env::vars_os().count() + std::env::args_os().count();
                findings.emit(found("environment").evidence("count", i64::try_from(count).unwrap_or(i64::MAX)))
            }
            "write_a_file" => outside(std::fs::write("left-behind", b"x").map(|()| String::new()), findings),
            other => Err(Error::Failed(format!("there is no act `{other}`"))),
        }
    }
}

fn volumes(host: &Host, findings: &mut Findings) -> Result<(), Error> {
    let sql = format!("SELECT {} FROM volumes ORDER BY resource_id LIMIT 3", Resource::COLUMNS);
    for row in host.query(&sql, &[])? {
        findings.emit(Finding::new(&RULE, Resource::of(&row?)?))?;
    }
    Ok(())
}

/// Reads all rows of a query and says how many there were.
fn count(host: &Host, sql: &str, findings: &mut Findings) -> Result<(), Error> {
    let mut rows = 0_i64;
    for row in host.query(sql, &[])? {
        row?;
        rows += 1;
    }
    findings.emit(found("count").evidence("rows", rows))
}

fn ask(host: &Host, sql: &str, times: i64) -> Result<(), Error> {
    (0..times).try_for_each(|_| host.query(sql, &[]).map(drop))
}

fn send(host: &Host, request: &Request, times: i64, findings: &mut Findings) -> Result<(), Error> {
    for at in 0..times {
        let said = match host.send(request) {
            Ok(response) => format!("{} {}", response.status, response.text().unwrap_or_default()),
            Err(error) => format!("{}: {error}", error.code()),
        };
        findings.emit(found(&format!("send-{at}")).evidence("said", said))?;
    }
    Ok(())
}

fn outside(result: std::io::Result<String>, findings: &mut Findings) -> Result<(), Error> {
    let said = result.map_or_else(|error| error.to_string(), |text| format!("{} bytes", text.len()));
    findings.emit(found("outside").evidence("said", said))
}

fn found(id: &str) -> Finding {
    Finding::new(&RULE, resource(id))
}

fn resource(id: &str) -> Resource {
    Resource { resource_id: id.to_owned(), ..Resource::default() }
}

fn endless() -> Result<(), Error> {
    let mut at = 0_u64;
    loop {
        at = std::hint::black_box(at).wrapping_add(1);
    }
}

#[expect(unconditional_recursion, reason = "what it is for")]
fn deep(level: u64) -> u64 {
    std::hint::black_box(level) + deep(std::hint::black_box(level + 1))
}

fn remember() -> Result<(), Error> {
    let mut all = Vec::new();
    loop {
        all.push(std::hint::black_box(vec![1_u8; 1024 * 1024]));
    }
}

guest_sdk::register!(scanner: Misbehaving);
