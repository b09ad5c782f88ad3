//! What Trivy found, from its reports.

mod licences;
mod misconfigurations;
mod newest;
mod place;
mod report;
mod resource;
mod rules;
mod secrets;
mod severity;
mod system;
mod vulnerabilities;

use guest_sdk::{
    Description, Error, Finding, Findings, Host, Input, Parameter, Parameters, Rule, Scanner, Setting, Severity,
};
use newest::Counted;
use report::Report;
use std::collections::BTreeMap;

/// The manifest's name of the files.
const REPORT: &str = "report";

struct Trivy;

impl Scanner for Trivy {
    fn describe() -> Description {
        Description {
            name: env!("CARGO_PKG_NAME"),
            version: env!("CARGO_PKG_VERSION"),
            summary: "reads reports of Trivy: vulnerable packages, misconfigurations, secrets and licences",
            parameters: vec![Parameter {
                name: "min_severity",
                default: Setting::Text("unknown"),
                unit: None,
                meaning: "what is less severe is left alone: unknown, low, medium, high or critical",
            }],
            rules: rules::ALL.to_vec(),
        }
    }

    fn scan(host: &Host, parameters: &Parameters, findings: &mut Findings) -> Result<(), Error> {
        let least = severity::least(parameters.text("min_severity")?)?;
        let reports = reports(host)?;
        let counted = newest::of(host, &reports, findings);
        let total = counted.len() as u32;
        for (done, Counted { input, says_system }) in (0..).zip(counted) {
            host.progress(done, total, input.file_name());
            // It was read before; that it cannot be now is a gap all the same.
            match Report::read(input) {
                Ok(report) => emit_report(host, &report, says_system, least, findings)?,
                Err(error) => gap(findings, &error),
            }
        }
        host.progress(total, total, "done");
        Ok(())
    }
}

/// The files that were handed over. Without any there is nothing that could be said of anything.
fn reports(host: &Host) -> Result<Vec<Input>, Error> {
    let reports: Vec<_> = host.inputs().filter(|input| input.name() == REPORT).collect();
    if reports.is_empty() {
        let hint = "write one with `trivy image --format json --output report.json IMAGE`";
        return Err(Error::Failed(format!("no file was handed over for the input `{REPORT}`: {hint}")));
    }
    Ok(reports)
}

fn emit_report(
    host: &Host,
    report: &Report,
    says_system: bool,
    least: Severity,
    findings: &mut Findings,
) -> Result<(), Error> {
    let resource = resource::of(host, &report.head);
    for (rule, read) in READERS.iter().filter(|(rule, _)| says_system || rule.id != rules::SYSTEM.id) {
        let found = read(report);
        if found.unreadable > 0 {
            let (count, file) = (found.unreadable, &report.file_name);
            let message = format!("{count} entries of `{file}` do not say what they are about, and were left out");
            findings.gap(rule, &Error::Failed(message));
        }
        for (part, mut finding) in found.findings {
            if finding.severity >= least {
                finding.resource = resource.clone();
                findings.emit(finding.part(part))?;
            }
        }
    }
    Ok(())
}

/// What one rule finds in a report: findings by what tells them apart, which is the same in the next report.
#[derive(Default)]
struct Found {
    findings: BTreeMap<String, Finding>,
    unreadable: usize,
}

static READERS: &[(&Rule, fn(&Report) -> Found)] = &[
    (&rules::VULNERABILITY, vulnerabilities::read),
    (&rules::MISCONFIGURATION, misconfigurations::read),
    (&rules::SECRET, secrets::read),
    (&rules::LICENCE, licences::read),
    (&rules::SYSTEM, system::read),
];

/// A file that cannot be read could have anything in it.
pub(crate) fn gap(findings: &Findings, why: &Error) {
    rules::ALL.iter().for_each(|rule| findings.gap(rule, why));
}

guest_sdk::register!(scanner: Trivy);

#[cfg(test)]
mod tests;
