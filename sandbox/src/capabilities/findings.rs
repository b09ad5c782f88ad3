//! `findings`: what a scanner hands over. Every finding is held to the plugin's own rules, to OCSF's words and to bounds; a
//! list with one that is wrong is refused whole, and the plugin is told which.

use crate::bindings::nephoscope::guest::query::{Bound, Error, Reason, Value as Given};
use crate::bindings::plugin::nephoscope::guest::plugins::Fact;
use crate::bindings::scanner::nephoscope::guest::findings::{Finding as Said, Gap, Host, Resource as SaidResource};
use crate::guest::cut;
use crate::plugin::handed::Handed;
use crate::plugin::job::{RuleGap, TWO_OF_ONE_UID};
use crate::state::State;
use rust_decimal::Decimal;
use schema::finding::{Class, Finding, Resource, Severity};
use serde_json::{Map, Number, Value};
use wasmtime::Result;

/// The most bytes of an id, of a title, and of a text of some length.
const ID: usize = 2_048;
const TITLE: usize = 500;
const TEXT: usize = 4_000;
/// The most facts of one finding's evidence.
const FACTS: usize = 60;
/// What a finding takes beside its texts, in bytes.
const OVERHEAD: usize = 200;

impl Host for State {
    fn emit(&mut self, findings: Vec<Said>) -> Result<Result<(), Error>> {
        let Some(handed) = self.plugin.as_mut().filter(|handed| handed.is_running) else {
            return Ok(Err(denied("not_running", "a plugin may hand over findings only while it scans")));
        };
        let taken = take(handed, findings);
        if let Err(Error::Invalid(why)) = &taken {
            // What was refused is missing, whether or not the plugin goes on.
            let (code, message) = ("invalid".to_owned(), why.message.clone());
            handed.gap(RuleGap { rule: "*".to_owned(), scope: None, code, message });
        }
        Ok(taken)
    }

    fn report_gap(&mut self, gap: Gap) -> Result<()> {
        let Some(handed) = self.plugin.as_mut() else { return Ok(()) };
        // A place that was cut would be another one. Without one the rule is undecided everywhere.
        let scope = gap.scope.map(|at| format!("{}/{}/{}", at.provider, at.account_id, at.region));
        let scope = scope.filter(|place| place.len() <= ID);
        // A rule that the plugin does not have may stand for any that it does.
        let rule = if handed.rules.contains(&gap.rule) { gap.rule } else { "*".to_owned() };
        let code = cut(gap.code, TITLE);
        handed.gap(RuleGap { rule, scope, code, message: cut(gap.message, TEXT) });
        Ok(())
    }
}

fn take(handed: &mut Handed, said: Vec<Said>) -> std::result::Result<(), Error> {
    let most = handed.limits.findings;
    if handed.findings.len() + said.len() > most {
        return Err(full(
            handed,
            "findings",
            most,
            format!("{most} findings are the most that one scan may hand over"),
        ));
    }
    let mut taken = Vec::with_capacity(said.len());
    for said in said {
        let uid = said.uid.clone();
        let finding =
            finding(handed, said).map_err(|why| invalid(&format!("the finding `{}`: {why}", cut(uid, 200))))?;
        taken.push(finding);
    }
    let bytes: usize = taken.iter().map(bytes_of).sum();
    let most = handed.limits.finding_bytes;
    if handed.finding_bytes + bytes > most {
        let message = format!("{} KiB are the most that the findings of one scan may be, together", most >> 10);
        return Err(full(handed, "finding_bytes", most, message));
    }
    handed.finding_bytes += bytes;
    for finding in taken {
        match handed.uids.get(&finding.uid).and_then(|at| handed.findings.get(*at)) {
            // The same thing said twice is one thing.
            Some(before) if *before == finding => {}
            Some(_) => handed.gap(two_of_one_uid(finding)),
            None => {
                handed.uids.insert(finding.uid.clone(), handed.findings.len());
                handed.findings.push(finding);
            }
        }
    }
    Ok(())
}

/// Two things that are called the same can only be kept as one: what the second says is missing.
fn two_of_one_uid(second: Finding) -> RuleGap {
    let message = format!(
        "two findings that differ are called `{}`: the first is kept, and the other is left out",
        cut(second.uid, 200)
    );
    RuleGap { rule: second.rule, scope: None, code: TWO_OF_ONE_UID.to_owned(), message }
}

/// What was not taken is missing, whether or not the plugin says so.
fn full(handed: &mut Handed, name: &str, most: usize, message: String) -> Error {
    let gap = RuleGap { rule: "*".to_owned(), scope: None, code: "limit".to_owned(), message: message.clone() };
    handed.gap(gap);
    Error::Limit(Bound { message, name: name.to_owned(), value: most as u64 })
}

fn finding(handed: &Handed, said: Said) -> std::result::Result<Finding, String> {
    if !handed.rules.contains(&said.rule) {
        return Err(format!("the plugin describes no rule `{}`", cut(said.rule, 200)));
    }
    let class = Class::named(&said.class).ok_or_else(|| format!("`{}` is no class", cut(said.class, 200)))?;
    let severity =
        Severity::named(&said.severity).ok_or_else(|| format!("`{}` is no severity", cut(said.severity, 200)))?;
    if !["new", "in_progress", "suppressed", "resolved", "archived"].contains(&said.status.as_str()) {
        return Err(format!("`{}` is no status", cut(said.status, 200)));
    }
    let saving =
        said.monthly_saving.map(|saving| money(&saving.amount).map(|amount| (amount, saving.currency))).transpose()?;
    let (monthly_saving, currency) = saving.map_or((None, None), |(amount, currency)| (Some(amount), currency));
    if currency.as_ref().is_some_and(|code| code.len() != 3 || !code.bytes().all(|byte| byte.is_ascii_uppercase())) {
        return Err("the saving's currency is not three capital letters".to_owned());
    }
    Ok(Finding {
        uid: id("uid", said.uid)?,
        class,
        title: short("title", said.title, TITLE)?,
        severity,
        status: said.status,
        rule: said.rule,
        resource: resource(said.resource)?,
        evidence: evidence(said.evidence)?,
        remediation: said.remediation.map(|text| short("remediation", text, TEXT)).transpose()?,
        monthly_saving,
        currency,
    })
}

fn resource(said: SaidResource) -> std::result::Result<Resource, String> {
    let optional = |what, text: Option<String>| text.map(|text| short(what, text, ID)).transpose();
    Ok(Resource {
        resource_id: id("resource-id", said.resource_id)?,
        kind: optional("kind", said.kind)?,
        name: optional("name", said.name)?,
        provider: optional("provider", said.provider)?,
        account_id: optional("account-id", said.account_id)?,
        region: optional("region", said.region)?,
    })
}

fn evidence(facts: Vec<Fact>) -> std::result::Result<Map<String, Value>, String> {
    if facts.len() > FACTS {
        return Err(format!("it has {} facts, and {FACTS} are the most", facts.len()));
    }
    let mut evidence = Map::new();
    for fact in facts {
        let name = short("fact's name", fact.name, TITLE)?;
        // The second would take the place of the first.
        if evidence.contains_key(&name) {
            return Err(format!("it has two facts `{}`", cut(name, 200)));
        }
        evidence.insert(name, value(fact.value)?);
    }
    Ok(evidence)
}

fn value(given: Given) -> std::result::Result<Value, String> {
    Ok(match given {
        Given::Null => Value::Null,
        Given::Boolean(value) => Value::Bool(value),
        Given::Integer(value) => Value::from(value),
        Given::Real(value) => Value::Number(Number::from_f64(value).ok_or("a number is not finite")?),
        Given::Text(value) => Value::String(short("fact's value", value, TEXT)?),
    })
}

fn money(digits: &str) -> std::result::Result<Decimal, String> {
    let amount = digits.parse::<Decimal>().ok().filter(|amount| !amount.is_sign_negative() || amount.is_zero());
    amount.ok_or_else(|| format!("`{}` is no saving", cut(digits.to_owned(), 60)))
}

/// What things are told apart by: not empty, and nothing in it that does not print.
fn id(what: &str, text: String) -> std::result::Result<String, String> {
    if text.is_empty() || text.len() > ID || text.chars().any(char::is_control) {
        return Err(format!("the {what} is empty, longer than {ID} bytes, or has control characters"));
    }
    Ok(text)
}

fn short(what: &str, text: String, most: usize) -> std::result::Result<String, String> {
    if text.len() > most { Err(format!("the {what} is longer than {most} bytes")) } else { Ok(text) }
}

fn bytes_of(finding: &Finding) -> usize {
    let facts: usize = finding.evidence.iter().map(|(name, value)| name.len() + text_bytes(value) + 64).sum();
    let resource = &finding.resource;
    let texts = [&resource.kind, &resource.name, &resource.provider, &resource.account_id, &resource.region];
    let resource = resource.resource_id.len() + texts.into_iter().flatten().map(String::len).sum::<usize>();
    let remediation = finding.remediation.as_ref().map_or(0, String::len);
    OVERHEAD + 2 * finding.uid.len() + finding.title.len() + finding.rule.len() + facts + resource + remediation
}

fn text_bytes(value: &Value) -> usize {
    value.as_str().map_or(8, str::len)
}

fn invalid(message: &str) -> Error {
    Error::Invalid(Reason { message: message.to_owned(), code: "bad_finding".to_owned() })
}

pub(super) fn denied(code: &str, message: &str) -> Error {
    Error::Denied(Reason { message: message.to_owned(), code: code.to_owned() })
}
