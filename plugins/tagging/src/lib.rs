//! Resources without an owner's tag, and whose they probably are.

mod clues;
mod owner;
mod read;
mod weigh;

use guest_sdk::{
    Class, Description, Error, Finding, Findings, Host, Level, Parameter, Parameters, Rule, Scanner, Setting, Severity,
};
use weigh::{Scales, Verdict};

const NO_OWNER: Rule = Rule {
    id: "no-owner",
    title: "Resource has no owner's tag",
    severity: Severity::Low,
    class: Class::Compliance,
    why: "What belongs to nobody is not looked after, not switched off, and its cost is nobody's.",
    remediation: "Ask those whose it probably is, and tag it.",
    missing: None,
    origin: None,
};

struct Tagging;

impl Scanner for Tagging {
    fn describe() -> Description {
        Description {
            name: env!("CARGO_PKG_NAME"),
            version: env!("CARGO_PKG_VERSION"),
            summary: "finds resources without an owner's tag, and says whose they probably are, and why",
            parameters: vec![
                Parameter {
                    name: "owner_tags",
                    default: Setting::Text(owner::TAGS),
                    unit: None,
                    meaning: "the tags that name an owner, whatever their case and with or without `-` and `_`; with commas",
                },
                Parameter {
                    name: "least_confidence",
                    default: Setting::Float(60.0),
                    unit: Some("percent"),
                    meaning: "an owner that is less sure is not named",
                },
            ],
            rules: vec![NO_OWNER],
        }
    }

    fn scan(host: &Host, parameters: &Parameters, findings: &mut Findings) -> Result<(), Error> {
        let things = read::things(host, &parameters.list("owner_tags")?, findings)?;
        let scales = Scales::new(&things);
        let least = parameters.real("least_confidence")?;
        host.log(Level::Info, &scales.said(&things, least));
        for thing in things.iter().filter(|thing| !thing.is_owned) {
            let finding = Finding::new(&NO_OWNER, thing.resource.clone());
            let verdict = scales.verdict(thing, false).filter(|verdict| verdict.percent() >= least);
            findings.emit(match verdict {
                Some(verdict) => named(finding, &verdict),
                None => finding,
            })?;
        }
        Ok(())
    }
}

fn named(finding: Finding, verdict: &Verdict) -> Finding {
    let percent = verdict.percent();
    let finding = finding
        .title(format!("Resource has no owner's tag; it probably belongs to {}", verdict.owner))
        .evidence("probable_owner", verdict.owner.as_str())
        .evidence("confidence_percent", percent.round())
        .evidence("because", verdict.because.join("; "));
    match verdict.against.is_empty() {
        true => finding,
        false => finding.evidence("against", verdict.against.join("; ")),
    }
}

guest_sdk::register!(scanner: Tagging);

#[cfg(test)]
mod tests;
