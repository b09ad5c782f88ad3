//! What the internet can reach, by the tables alone: nothing is probed.

mod checks;
mod instances;
mod ports;
mod rules;

use guest_sdk::{Description, Error, Findings, Host, Parameter, Parameters, Scanner, Setting};

struct Exposure;

impl Scanner for Exposure {
    fn describe() -> Description {
        Description {
            name: env!("CARGO_PKG_NAME"),
            version: env!("CARGO_PKG_VERSION"),
            summary: "finds what every address of the internet may reach: groups, instances, databases, images",
            parameters: vec![Parameter {
                name: "ports",
                default: Setting::Text(ports::SENSITIVE),
                unit: None,
                meaning: "the ports that should not be open to every address, with commas",
            }],
            rules: rules::ALL.to_vec(),
        }
    }

    fn scan(host: &Host, parameters: &Parameters, findings: &mut Findings) -> Result<(), Error> {
        let sensitive = ports::sensitive(&parameters.list("ports")?)?;
        let total = checks::ALL.len() as u32;
        for (done, check) in (0..).zip(checks::ALL) {
            host.progress(done, total, check.table);
            match (check.run)(host, &sensitive, findings) {
                // More of the same would reach the bound again.
                Err(error @ Error::Limit { .. }) => return Err(error),
                Err(error) => check.rules.iter().for_each(|rule| findings.gap(rule, &error)),
                Ok(()) => {}
            }
        }
        host.progress(total, total, "done");
        Ok(())
    }
}

guest_sdk::register!(scanner: Exposure);

#[cfg(test)]
mod tests;
