//! Waste: what costs money and does little or nothing for it. The controls are data; this runs them.

mod control;
mod controls;
mod cost_changes;
mod look;
mod settings;

use control::{Control, Look, View};
use guest_sdk::{Description, Error, Findings, Host, Parameters, Scanner};

struct Waste;

impl Scanner for Waste {
    fn describe() -> Description {
        let rules = controls::ALL.iter().map(|control| control.rule).chain([cost_changes::RULE]);
        Description {
            name: env!("CARGO_PKG_NAME"),
            version: env!("CARGO_PKG_VERSION"),
            summary: "finds what costs money and does little or nothing for it",
            parameters: settings::ALL.to_vec(),
            rules: rules.collect(),
        }
    }

    fn scan(host: &Host, parameters: &Parameters, findings: &mut Findings) -> Result<(), Error> {
        let skipped = settings::skipped(parameters, &Self::describe())?;
        let runs = |id: &str| !skipped.iter().any(|skip| skip == id);
        let views = views(&runs);
        let total = views.len() as u32 + 1;
        for (done, (view, controls)) in (0..).zip(&views) {
            host.progress(done, total, view.what);
            match look::at(host, parameters, view, controls, findings) {
                // More of the same would reach the bound again.
                Err(error @ Error::Limit { .. }) => return Err(error),
                Err(error) => controls.iter().for_each(|(control, _)| findings.gap(&control.rule, &error)),
                Ok(()) => {}
            }
        }
        host.progress(total - 1, total, "costs");
        if runs(cost_changes::RULE.id) {
            match cost_changes::check(host, parameters, findings) {
                Err(error @ Error::Limit { .. }) => return Err(error),
                Err(error) => findings.gap(&cost_changes::RULE, &error),
                Ok(()) => {}
            }
        }
        host.progress(total, total, "done");
        Ok(())
    }
}

/// The views, each with the controls that look at it.
fn views(runs: &dyn Fn(&str) -> bool) -> Vec<(&'static View, Vec<(&'static Control, &'static Look)>)> {
    let mut views: Vec<(&View, Vec<_>)> = Vec::new();
    for control in controls::ALL.iter().filter(|control| runs(control.rule.id)) {
        let Some(look) = &control.look else { continue };
        match views.iter_mut().find(|(view, _)| *view == look.view) {
            Some((_, controls)) => controls.push((control, look)),
            None => views.push((look.view, vec![(control, look)])),
        }
    }
    views
}

guest_sdk::register!(scanner: Waste);

#[cfg(test)]
mod tests;
