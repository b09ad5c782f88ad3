//! `neph plugin check`: a component as its author left it, held to its manifest, run, and what came of it.

use super::Given;
use crate::app::{App, Estate};
use crate::clock;
use crate::commands::Context;
use crate::config::Config;
use crate::exit::Exit;
use crate::failure::{Code, Failure};
use crate::format::Format;
use crate::plugins::{self, Loaded};
use crate::sources::Lifetime;
use crate::text::{count, visible};
use async_trait::async_trait;
use engine::source::{Source, TableSupport};
use engine::{Engine, EngineSettings, Options, Request, What};
use manifest::{Effective, Granted, Manifest, World};
use sandbox::plugin::job::{NO_RESULT, RuleGap, TWO_OF_ONE_UID};
use sandbox::plugin::outbound::{Incoming, Outbound, OutboundError, Outgoing};
use sandbox::plugin::source::PluginSource;
use sandbox::{Failure as Failed, PluginJob, Scan};
use schema::query::sql::identifier;
use schema::{Coverage, Finding, Scope};
use serde::Serialize;
use serde_json::json;
use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The most findings that are shown, and the most gaps.
const SHOWN: usize = 5;

/// Check a component as an author.
#[derive(Debug, clap::Args)]
pub(super) struct Check {
    /// The component; its manifest is within it, or lies beside it as `plugin.toml`
    #[arg(value_name = "FILE")]
    component: PathBuf,
    /// The manifest, where it lies elsewhere
    #[arg(long, value_name = "FILE")]
    manifest: Option<PathBuf>,
    /// A parameter's value (may be repeated)
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    set: Vec<(String, String)>,
    /// A file for one of its inputs (may be repeated)
    #[arg(long, value_name = "NAME=FILE", value_parser = pair)]
    input: Vec<(String, String)>,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("write it as NAME=VALUE, such as `days=30`")?;
    Ok((name.to_owned(), value.to_owned()))
}

/// Checks the manifest and the component, runs it, and says what came of it.
pub(super) async fn check(args: &Check, cx: &Context) -> anyhow::Result<Exit> {
    let given = Given::read(&args.component, args.manifest.as_deref())?;
    let app = App::open(Config::default(), Estate::Demo, Lifetime::OneAnswer, &cx.environment).await?;
    let checked = look(&app, &given, args).await;
    app.close().await;
    let checked = checked?;
    cx.write_output(|out| {
        if cx.global.format == Format::Json {
            serde_json::to_writer_pretty(&mut *out, &checked.json(&given))?;
            return writeln!(out);
        }
        checked.lines(&given).iter().try_for_each(|line| writeln!(out, "{line}"))
    })?;
    Ok(if checked.problems.is_empty() { Exit::Complete } else { Exit::Failed })
}

/// What a check found out.
struct Checked {
    loaded: Loaded,
    /// Of a scanner.
    scan: Option<Scan>,
    /// Of a source.
    filled: Vec<Filled>,
    /// What an author must mend.
    problems: Vec<String>,
    /// What an author may want to know.
    doubts: Vec<String>,
    withheld: Arc<Withheld>,
}

/// The way out of a plugin that is only checked. It leads nowhere, and remembers whether somebody wanted to go there.
#[derive(Debug, Default)]
struct Withheld(AtomicBool);

impl Withheld {
    fn was_wanted(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl Outbound for Withheld {
    async fn send(&self, _: Outgoing) -> Result<Incoming, OutboundError> {
        self.0.store(true, Ordering::Relaxed);
        let message = "no host is granted where a plugin is only checked".to_owned();
        Err(OutboundError::Denied { code: "host_not_granted", message })
    }

    fn has_secret(&self, _: &str) -> bool {
        self.0.store(true, Ordering::Relaxed);
        false
    }
}

/// What came of one table of a source.
#[derive(Debug, Serialize)]
struct Filled {
    /// As SQL has it.
    table: &'static str,
    rows: u64,
    scopes: usize,
    /// The columns that take calls of their own, where they were read as well.
    costly: Vec<&'static str>,
}

async fn look(app: &App, given: &Given, args: &Check) -> Result<Checked, Failure> {
    let loaded = app.plugins.look_at(&given.bytes, &given.manifest).await?;
    let granted = Granted::everything_in(&given.manifest);
    let effective = manifest::effective(&given.manifest, &granted);
    let withheld = Arc::new(Withheld::default());
    let job = job(app, given, &loaded, &effective, args, &withheld)?;
    let mut checked = Checked {
        loaded,
        scan: None,
        filled: Vec::new(),
        // No query may ever read it, and an operator would be asked to grant it all the same.
        problems: Manifest::unknown_columns(&given.text).iter().map(ToString::to_string).collect(),
        doubts: given.manifest.doubts(),
        withheld,
    };
    checked.compare_with_needs(given, &job);
    match given.manifest.world {
        World::Scanner => {
            let first = scan(app, &checked.loaded, job.clone()).await?;
            checked.note_scan(&first);
            if is_at_bound(&first) {
                let message = "it did not scan a second time: the first scan hit a bound, and so would that one";
                checked.doubts.push(message.to_owned());
            } else {
                let second = scan(app, &checked.loaded, job).await?;
                checked.note_second(&first, &second);
            }
            checked.scan = Some(first);
        }
        World::Source => checked.fetch(job).await?,
    }
    Ok(checked)
}

/// All that the manifest asks for but hosts, and the files that are handed over.
fn job(
    app: &App,
    given: &Given,
    loaded: &Loaded,
    effective: &Effective,
    args: &Check,
    withheld: &Arc<Withheld>,
) -> Result<PluginJob, Failure> {
    let name = given.manifest.name.as_str();
    let set: Vec<_> = args.set.iter().map(|(key, value)| (own(name, key).to_owned(), value.clone())).collect();
    let files = args.input.iter().map(|(key, path)| (own(name, key).to_owned(), PathBuf::from(path))).collect();
    Ok(PluginJob {
        params: loaded.described.params(&set).map_err(|message| Failure::new(Code::BadRequest, message))?,
        grant: effective.query_grant().map_err(|error| Failure::new(Code::BadPlugin, error.to_string()))?,
        outbound: (!given.manifest.needs.hosts.is_empty()).then(|| withheld.clone() as Arc<dyn Outbound>),
        inputs: plugins::inputs(name, effective, files)?,
        limits: app.plugins.limits().clone(),
        now: app.now(),
        options: Options::default(),
    })
}

/// What a scan calls `PLUGIN.NAME`, as the plugin itself calls it: an author takes it from the one command to the other.
fn own<'a>(plugin: &str, name: &'a str) -> &'a str {
    name.strip_prefix(plugin).and_then(|rest| rest.strip_prefix('.')).unwrap_or(name)
}

/// One scan of the demo estate.
async fn scan(app: &App, loaded: &Loaded, job: PluginJob) -> Result<Scan, Failure> {
    let (plugin, described, engine) = (loaded.plugin.clone(), loaded.described.clone(), app.engine.clone());
    app.plugins.apart(async move { plugin.scan(&engine, &described, job).await }).await
}

/// Whether it ran into one of the bounds of a run: of its time, its memory, or what it may hand over.
fn is_at_bound(scan: &Scan) -> bool {
    let is_limit = |code: &str| code == "limit";
    scan.failure.as_ref().is_some_and(|failure| is_limit(&failure.code))
        || scan.gaps.iter().any(|gap| gap.rule == "*" && is_limit(&gap.code))
}

/// Whether it is what a query was told. A plugin's own words come without characters that do not print, and may be cut.
fn is_of_a_query(scan: &Scan, message: &str) -> bool {
    let is_it = |told: &str| {
        let told: String = told.chars().filter(|c| !c.is_control()).collect();
        !message.is_empty() && told.starts_with(message)
    };
    scan.queries.iter().filter_map(|query| query.error.as_ref()).any(|error| is_it(&error.message))
}

/// Whether a gap is there because of a query that is listed with its SQL.
fn is_said_with_its_query(scan: &Scan, gap: &RuleGap) -> bool {
    let why = gap.message.strip_prefix(NO_RESULT);
    let mut errors = scan.queries.iter().filter_map(|query| query.error.as_ref());
    gap.rule == "*" && why.is_some_and(|why| errors.any(|error| error.message == why))
}

/// A problem on lines of its own: what follows its first line is indented, so that it is never taken for another one.
fn problem_lines(problem: &str) -> impl Iterator<Item = String> {
    let start = |at: usize| if at == 0 { "problem: " } else { "    " };
    problem.lines().enumerate().map(move |(at, line)| format!("{}{line}", start(at)))
}

/// In an order of our own: queries hand over rows in none.
fn sorted(scan: &Scan) -> Vec<Finding> {
    let mut findings = scan.findings.clone();
    findings.sort_by(|a, b| a.uid.cmp(&b.uid));
    findings
}

impl Checked {
    /// What the manifest asks for, beside what the component can make use of.
    fn compare_with_needs(&mut self, given: &Given, job: &PluginJob) {
        let needs = &given.manifest.needs;
        match (needs.hosts.is_empty(), self.loaded.plugin.imports_http()) {
            (false, true) => self.doubts.push(
                "requests are not tried here: no host is granted, so what it makes of replies is for its own tests"
                    .to_owned(),
            ),
            (false, false) => self.problems.push(
                "its manifest asks for hosts, and its component makes no request; leave `needs.hosts` out".to_owned(),
            ),
            // Components of other languages import all that there is.
            (true, true) => self.doubts.push("it could make requests, and its manifest asks for no host".to_owned()),
            (true, false) => {}
        }
        let is_handed = |name: &String| job.inputs.iter().any(|input| input.name == *name);
        for name in needs.inputs.keys().filter(|name| !is_handed(name)) {
            self.doubts.push(format!("it is handed no file for its input `{name}`: `--input {name}=FILE`"));
        }
    }

    fn note_second(&mut self, first: &Scan, second: &Scan) {
        if sorted(first) != sorted(second) {
            let message = "two scans of the same estate found different things; uids must be the same in each scan";
            self.problems.push(message.to_owned());
        }
        if let Some(failure) = second.failure.as_ref().filter(|failure| first.failure.as_ref() != Some(failure)) {
            self.note_failure("the second scan", failure);
        }
    }

    fn note_scan(&mut self, first: &Scan) {
        // A plugin that ends with what a query of its was told says nothing new.
        if let Some(failure) = first.failure.as_ref().filter(|failure| !is_of_a_query(first, &failure.message)) {
            self.note_failure("the scan", failure);
        }
        for (query, error) in first.queries.iter().filter_map(|query| Some((query, query.error.as_ref()?))) {
            let said = format!("{NO_RESULT}{}\n{}", error.message, query.sql);
            if !self.problems.contains(&said) {
                self.problems.push(said);
            }
        }
        // What this host says that it did not take, whatever the plugin made of that.
        let is_refused = |code: &str| matches!(code, "invalid" | "limit");
        let is_ours = |gap: &&RuleGap| gap.rule == "*" && is_refused(&gap.code) || gap.code == TWO_OF_ONE_UID;
        for gap in first.gaps.iter().filter(is_ours).filter(|gap| !is_said_with_its_query(first, gap)) {
            self.problems.push(match gap.message.starts_with(NO_RESULT) {
                true => gap.message.clone(),
                false => format!("something that it handed over was not taken: {}", gap.message),
            });
        }
        self.note_coverage(&first.coverage);
        if first.findings.is_empty() && first.failure.is_none() {
            self.doubts.push("it finds nothing in the demo estate".to_owned());
        }
    }

    /// A plugin that needs a host says so where it has none, and must: that is how it ends well here.
    fn note_failure(&mut self, which: &str, failure: &Failed) {
        let message = &failure.message;
        match self.withheld.was_wanted() && !failure.is_breakdown {
            true => self.doubts.push(format!("where no host is granted, as here, {which} ends with: {message}")),
            false => self.problems.push(format!("{which} did not end well: {message}")),
        }
    }

    fn note_coverage(&mut self, coverage: &Coverage) {
        for line in coverage.scopes.iter().filter(|line| !line.status.is_complete()) {
            let why = line.error.as_ref().map_or(line.status.as_str(), |error| error.message.as_str());
            let said = format!("`{}` could not be read in {}: {why}", line.table, line.scope);
            // Of a source this is what it says itself; a scanner's queries need no host.
            let is_for_want = self.loaded.plugin.world() == sandbox::World::Source && self.withheld.was_wanted();
            let list = if is_for_want { &mut self.doubts } else { &mut self.problems };
            if !list.contains(&said) {
                list.push(said);
            }
        }
    }

    /// Reads every table of a source in every scope that it names.
    async fn fetch(&mut self, job: PluginJob) -> Result<(), Failure> {
        let wrong = |error: &dyn std::fmt::Display| Failure::new(Code::BadPlugin, error.to_string());
        let source = PluginSource::new(self.loaded.plugin.clone(), self.loaded.described.clone(), job);
        let source = source.map_err(|error| wrong(&error))?;
        let tables = source.tables().to_vec();
        let engine = Engine::builder(EngineSettings::default()).clock(clock::now).source(Arc::new(source));
        let engine = engine.build().map_err(|error| wrong(&error))?;
        for table in tables {
            self.fetch_table(&engine, &table).await;
        }
        if self.filled.iter().all(|filled| filled.rows == 0) && self.problems.is_empty() {
            self.doubts.push("it fills no table with any row".to_owned());
        }
        Ok(())
    }

    /// Without the columns that take calls of their own, as most ask for it, and then with them: each way is code of its own.
    async fn fetch_table(&mut self, engine: &Engine, table: &TableSupport) {
        let name = table.table.name;
        let all = format!("SELECT count(*) FROM {name}");
        let Some((rows, scopes)) = self.rows_of(engine, &all).await else { return };
        let costly: Vec<&'static str> = table.costly.iter().copied().flatten().copied().collect();
        let is_read = costly.is_empty() || self.fetch_costly(engine, name, &costly, rows).await;
        self.filled.push(Filled { table: name, rows, scopes, costly: if is_read { costly } else { Vec::new() } });
    }

    /// Whether the table has the same number of rows where columns are asked for that take calls of their own.
    async fn fetch_costly(&mut self, engine: &Engine, name: &str, costly: &[&'static str], rows: u64) -> bool {
        let counts: Vec<String> = costly.iter().map(|column| format!("count({})", identifier(column))).collect();
        let with_them = format!("SELECT {} FROM {name}", counts.join(", "));
        let Some((there, _)) = self.rows_of(engine, &with_them).await else { return false };
        if there != rows {
            let (there, rows) = (count(there, "row"), count(rows, "row"));
            self.problems
                .push(format!("`{name}` has {there} where `{}` is asked for, and else {rows}", costly.join("`, `")));
        }
        there == rows
    }

    /// How many rows a query made the source hand over, in how many scopes.
    async fn rows_of(&mut self, engine: &Engine, sql: &str) -> Option<(u64, usize)> {
        match engine.run(Request { what: What::Sql(sql.to_owned()), options: Options::default() }).await {
            Ok(answer) => {
                self.note_coverage(&answer.coverage);
                let lines = &answer.coverage.scopes;
                let scopes: HashSet<&Scope> = lines.iter().map(|line| &line.scope).collect();
                Some((lines.iter().map(|line| line.rows).sum(), scopes.len()))
            }
            Err(error) => {
                self.problems.push(format!("`{sql}` could not be asked: {error}"));
                None
            }
        }
    }

    fn json(&self, given: &Given) -> serde_json::Value {
        json!({
            "plugin": given.manifest.name.as_str(),
            "describes": self.loaded.described,
            "problems": self.problems,
            "doubts": self.doubts,
            "findings": self.scan.as_ref().map(|scan| &scan.findings),
            "gaps": self.scan.as_ref().map(|scan| &scan.gaps),
            "queries": self.scan.as_ref().map(|scan| &scan.queries),
            "used": self.scan.as_ref().map(|scan| &scan.meter),
            "log": self.scan.as_ref().map(|scan| &scan.log),
            "filled": self.filled,
        })
    }

    fn lines(&self, given: &Given) -> Vec<String> {
        let described = &self.loaded.described;
        let what = match given.manifest.world {
            World::Scanner => format!("{} rules", described.rules.len()),
            World::Source => format!("{} tables", described.tables.len()),
        };
        let size = given.bytes.len() / 1024;
        let mut lines = vec![format!(
            "{} {}: {size} KiB, {what}, {} parameters",
            described.name,
            described.version,
            described.parameters.len()
        )];
        lines.extend(self.scan.iter().flat_map(scanned));
        for Filled { table, rows, scopes, costly } in &self.filled {
            let costly =
                if costly.is_empty() { String::new() } else { format!(", read with `{}` too", costly.join("`, `")) };
            lines.push(format!("`{table}`: {} in {}{costly}", count(*rows, "row"), count(*scopes as u64, "scope")));
        }
        lines.extend(self.doubts.iter().map(|doubt| format!("note: {doubt}")));
        lines.extend(self.problems.iter().flat_map(|problem| problem_lines(problem)));
        lines.push(if self.problems.is_empty() { "all well" } else { "not well" }.to_owned());
        lines.iter().map(|line| visible(line).into_owned()).collect()
    }
}

/// The worst findings, a line each, and how many more there are.
fn worst(findings: &[Finding]) -> Vec<String> {
    let mut all: Vec<&Finding> = findings.iter().collect();
    all.sort_by(|a, b| b.severity.cmp(&a.severity).then_with(|| a.uid.cmp(&b.uid)));
    let line = |finding: &&Finding| {
        let Finding { severity, title, resource, .. } = finding;
        format!("  {:13} {title}: {}", severity.as_str(), resource.resource_id)
    };
    let mut lines: Vec<String> = all.iter().take(SHOWN).map(line).collect();
    let more = all.len().saturating_sub(SHOWN);
    if more > 0 {
        lines.push(format!("  and {more} more; `--format json` has them"));
    }
    lines
}

/// What came of a scan.
fn scanned(scan: &Scan) -> Vec<String> {
    let meter = &scan.meter;
    let mut lines = vec![format!(
        "on the demo estate: {} findings, {} gaps; {} queries, {} rows, {:.1} ms of its own, {:.1} ms in all, {:.1} MiB",
        scan.findings.len(),
        scan.gaps.len(),
        scan.queries.len(),
        meter.rows_in,
        meter.own_ms,
        meter.total_ms,
        meter.memory_bytes as f64 / 1_048_576.0,
    )];
    lines.extend(worst(&scan.findings));
    let gaps = scan.gaps.iter().filter(|gap| !is_said_with_its_query(scan, gap));
    lines.extend(gaps.take(SHOWN).map(|gap| format!("gap, rule `{}`: {}", gap.rule, gap.said())));
    lines.extend(scan.log.iter().take(20).map(|line| format!("log: {line}")));
    lines
}
