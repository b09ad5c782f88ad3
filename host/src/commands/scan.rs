//! `neph scan`: runs scanner plugins, shows what they find, and keeps it.

use super::Context;
use crate::exit::Exit;
use crate::failure::{Code, Failure};
use crate::format::Format;
use crate::format::findings;
use crate::progress;
use crate::scans::{Asked, Report, Scans};
use crate::text::visible;
use engine::Options;
use sandbox::plugin::job::RuleGap;
use schema::finding::Severity;
use schema::finding::asff::Hub;
use schema::finding::seen::Seen;
use std::collections::{HashMap, HashSet};
use std::path::PathBuf;

/// Runs scanner plugins, shows what they find, and keeps it.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only with this plugin, instead of all that are ready (may be repeated)
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    plugin: Vec<String>,
    /// A parameter's value (may be repeated)
    #[arg(long, value_name = "PLUGIN.NAME=VALUE", value_parser = setting)]
    set: Vec<(String, String, String)>,
    /// A file for a plugin (may be repeated)
    #[arg(long, value_name = "PLUGIN.NAME=FILE", value_parser = setting)]
    input: Vec<(String, String, String)>,
    /// Show only findings of this severity and worse; all are kept
    #[arg(long, value_name = "SEVERITY", value_parser = severity)]
    at_least: Option<Severity>,
    /// Account and region of the Security Hub that takes the findings, for `--format asff`
    #[arg(long, value_name = "ACCOUNT/REGION")]
    security_hub: Option<String>,
}

fn setting(text: &str) -> Result<(String, String, String), String> {
    let (place, value) =
        text.split_once('=').ok_or("write it as PLUGIN.NAME=VALUE, such as `exposure.ports=22,3389`")?;
    let (plugin, name) = place.split_once('.').ok_or("name the plugin as well: PLUGIN.NAME=VALUE")?;
    Ok((plugin.to_owned(), name.to_owned(), value.to_owned()))
}

fn severity(word: &str) -> Result<Severity, String> {
    let names = || Severity::ALL.map(Severity::as_str).join(", ");
    Severity::named(word).ok_or_else(|| format!("there is {}", names()))
}

/// Scans.
pub async fn run(args: &Args, cx: &Context) -> anyhow::Result<Exit> {
    let hub = hub(args, cx)?;
    let app = cx.app().await?;
    let asked = Asked {
        plugins: args.plugin.clone(),
        parameters: args.set.clone(),
        inputs: args.input.iter().map(|(p, n, path)| (p.clone(), n.clone(), PathBuf::from(path))).collect(),
    };
    let caller = cx.caller();
    let scans = progress::shown(cx.stderr_is_terminal, |progress| {
        let options = Options { progress, max_rows: None, ..cx.options() };
        let (app, asked, caller) = (&app, &asked, &caller);
        async move { app.scan(asked, &options, caller).await }
    })
    .await;
    let now = app.now();
    app.close().await;
    let mut scans = scans?;
    let found: Vec<usize> = scans.scans.iter().map(|report| report.findings.len()).collect();
    let hidden = hide(&mut scans, args.at_least, cx.global.limit);
    cx.write_output(|out| findings::write(cx.global.format, &scans, hub.as_ref(), now, cx.view(), out))?;
    remarks(&scans, &found, hidden).iter().for_each(|line| cx.say(line));
    Ok(exit_of(&scans))
}

/// Where findings go as ASFF; asked for before anything runs.
fn hub(args: &Args, cx: &Context) -> Result<Option<Hub>, Failure> {
    let format = cx.global.format;
    if !format.is_for_findings() {
        return Err(Failure::new(Code::BadRequest, format!("`neph scan` does not write `{}`", format.name()))
            .hint("it writes `table`, `json`, `ndjson`, `csv`, `ocsf`, `asff` and `sarif`"));
    }
    match (&args.security_hub, format) {
        (Some(text), _) => findings::hub(text).map(Some),
        (None, Format::Asff) => Err(Failure::new(Code::BadRequest, "`asff` names the Security Hub that it is for")
            .hint("add `--security-hub 111122223333/eu-west-1`")),
        (None, _) => Ok(None),
    }
}

/// Leaves out what is not to be shown, and says how much.
fn hide(scans: &mut Scans, at_least: Option<Severity>, limit: Option<usize>) -> usize {
    let count = |scans: &Scans| scans.scans.iter().map(|report| report.findings.len()).sum::<usize>();
    let before = count(scans);
    for report in &mut scans.scans {
        let is_bad = |seen: &Seen| at_least.is_none_or(|least| seen.finding.severity >= least);
        report.findings.retain(is_bad);
        report.resolved.retain(is_bad);
    }
    // The worst of all, whichever plugin found them.
    let mut all: Vec<&Seen> = scans.scans.iter().flat_map(|report| &report.findings).collect();
    if let Some(limit) = limit.filter(|limit| *limit < all.len()) {
        all.sort_by(|a, b| a.worst_first(b));
        let shown = all[..limit].iter().map(|seen| (seen.plugin.clone(), seen.finding.uid.clone()));
        let shown: HashSet<(String, String)> = shown.collect();
        for report in &mut scans.scans {
            let is_shown = |seen: &Seen| shown.contains(&(seen.plugin.clone(), seen.finding.uid.clone()));
            report.findings.retain(is_shown);
        }
    }
    before - count(scans)
}

/// What is said beside the findings: what became of each plugin, and what is missing.
fn remarks(scans: &Scans, found: &[usize], hidden: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for (report, found) in scans.scans.iter().zip(found) {
        let mut line = format!("{}: {}", report.plugin, counted(*found, "finding"));
        if let Some(changed) = report.changed {
            line += &format!(" ({} new, {} seen before, {} gone)", changed.new, changed.open, changed.resolved);
        }
        lines.push(line);
        lines.extend(undecided(report));
        if let Some(failure) = &report.failure {
            lines.push(format!("{} did not end well: {}", report.plugin, visible(&failure.message)));
        }
        for gap in by_turns(&report.gaps).into_iter().take(SHOWN) {
            lines.push(format!("{}, rule `{}`: {}", report.plugin, visible(&gap.rule), visible(&gap.said())));
        }
        if report.gaps.len() > SHOWN {
            lines.push(format!("{}: {} gaps more; `--format json` has them", report.plugin, report.gaps.len() - SHOWN));
        }
        lines.extend(report.warnings.iter().map(|warning| format!("{}: {}", report.plugin, visible(warning))));
        let unread = report.coverage.scopes.iter().filter(|line| !line.status.is_complete()).count();
        if unread > 0 {
            lines.push(format!(
                "{}: {} could not be read; `--format json` has them",
                report.plugin,
                counted(unread, "scope")
            ));
        }
    }
    lines.extend(scans.skipped.iter().map(|one| format!("{} did not scan: {}", one.plugin, visible(&one.why))));
    if hidden > 0 {
        lines.push(format!("{} not shown", counted(hidden, "finding")));
    }
    lines
}

/// That some rules found nothing because nobody could look.
fn undecided(report: &Report) -> Option<String> {
    let rules = || report.described.iter().flat_map(|described| &described.rules);
    let undecided = rules().filter(|rule| rule.missing.is_some()).count();
    (undecided > 0).then(|| {
        let (plugin, all) = (&report.plugin, rules().count());
        format!("{plugin}: {undecided} of {all} rules cannot be decided yet; `neph plugin show {plugin}` names them")
    })
}

/// Gaps that are shown of one plugin.
const SHOWN: usize = 5;

/// One gap of each rule before the second of any: a rule that is undecided in many places hides no other.
fn by_turns(gaps: &[RuleGap]) -> Vec<&RuleGap> {
    let mut turns: HashMap<&str, usize> = HashMap::new();
    let mut all: Vec<(usize, &RuleGap)> = Vec::with_capacity(gaps.len());
    for gap in gaps {
        let turn = turns.entry(gap.rule.as_str()).or_default();
        *turn += 1;
        all.push((*turn, gap));
    }
    all.sort_by_key(|(turn, _)| *turn);
    all.into_iter().map(|(_, gap)| gap).collect()
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

fn exit_of(scans: &Scans) -> Exit {
    match scans {
        scans if scans.is_complete() => Exit::Complete,
        scans if !scans.scans.is_empty() && scans.scans.iter().all(|report| report.failure.is_some()) => Exit::Failed,
        _ => Exit::Partial,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_that_is_undecided_in_many_places_hides_no_other() {
        let gap = |(rule, account): (&str, &str)| RuleGap {
            rule: rule.to_owned(),
            scope: Some(format!("aws/{account}/eu-west-1")),
            code: "failed".to_owned(),
            message: "of 1 volumes `encrypted` is not known".to_owned(),
        };
        let gaps = [("a", "1"), ("a", "2"), ("a", "3"), ("b", "1"), ("b", "2"), ("c", "9")].map(gap);
        let said: Vec<_> = by_turns(&gaps).into_iter().map(|gap| format!("{} {}", gap.rule, gap.said())).collect();
        let places: Vec<_> = said.iter().filter_map(|said| said.split_once(':')).map(|(place, _)| place).collect();
        let expected =
            ["a aws/1/eu-west-1", "b aws/1/eu-west-1", "c aws/9/eu-west-1", "a aws/2/eu-west-1", "b aws/2/eu-west-1"];
        assert_eq!(places[..5], expected);
    }
}
