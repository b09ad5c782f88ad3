//! Scanning: plugins are run under their grants, side by side, and what they find is kept. One that fails takes no other with it.

use crate::app::{App, Caller};
use crate::failure::{Code, Failure};
use crate::plugins::{Entry, Given, Origin, TRAPS};
use crate::reply::rows;
use crate::store::findings::{Changed, KnownResource, Recorded, Scanned};
use chrono::{DateTime, Utc};
use engine::{Engine, EngineError, Options, Request, What};
use futures::StreamExt;
use futures::stream;
use manifest::lock::State;
use manifest::{ComponentHash, Lock};
use sandbox::plugin::described::Described;
use sandbox::plugin::job::PluginJob;
use sandbox::{Failure as Broken, Scan};
use schema::finding::Finding;
use schema::finding::seen::{Seen, Standing};
use schema::query::ScopeFilter;
use schema::query::sql::text;
use schema::{Coverage, Grant, tables};
use serde::{Serialize, Serializer};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::PathBuf;
use std::time::Duration;
use uuid::Uuid;

/// Plugins that scan at once. Their queries wait for the same clouds, so that more would not be done sooner.
const AT_ONCE: usize = 4;
/// Resources that are looked up at once.
const LOOKED_UP: usize = 500;
/// How old the rows of a resource may be from which its tags are taken: they were read for the scan a moment ago.
const TAGS_AGE: Duration = Duration::from_secs(3_600);

/// What is to be scanned, and how.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// With these plugins; empty for all that are ready.
    pub plugins: Vec<String>,
    /// Values of parameters: plugin, name and value.
    pub parameters: Vec<(String, String, String)>,
    /// Files: plugin, input and path.
    pub inputs: Vec<(String, String, PathBuf)>,
}

/// What came of one plugin's scan.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// The scan's id; none where it did not begin.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The plugin.
    pub plugin: String,
    /// Its version.
    pub version: String,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// Whether no finding means that nothing is the matter.
    pub complete: bool,
    /// Why it did not end well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<Broken>,
    /// What it could not decide.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub gaps: Vec<sandbox::plugin::job::RuleGap>,
    /// What its queries covered.
    pub coverage: Coverage,
    /// What the reader must know.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// What it logged.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub log: Vec<String>,
    /// What it used up.
    pub used: sandbox::job::Meter,
    /// How many queries it made, and requests.
    pub queries: usize,
    /// Requests over HTTP.
    pub requests: Vec<sandbox::plugin::job::RequestNote>,
    /// What the store made of it; none where nothing is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changed: Option<Changed>,
    /// What it found, with what has become of it since; the worst first.
    #[serde(serialize_with = "as_objects")]
    pub findings: Vec<Seen>,
    /// What was found before, and that this scan did not find any more; for formats whose readers have to be told.
    #[serde(skip)]
    pub resolved: Vec<Seen>,
    /// Its rules; for formats that list them.
    #[serde(skip)]
    pub described: Option<Described>,
}

/// What came of all.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Scans {
    /// One for each plugin.
    pub scans: Vec<Report>,
    /// Plugins that did not scan, and why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub skipped: Vec<Skipped>,
}

/// A plugin that did not scan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Skipped {
    /// It.
    pub plugin: String,
    /// Why.
    pub why: String,
}

impl Scans {
    /// Whether no finding means that nothing is the matter.
    pub fn is_complete(&self) -> bool {
        self.skipped.is_empty() && self.scans.iter().all(|report| report.complete)
    }
}

impl App {
    /// Scans. Fails only where what is asked for is wrong; whatever a plugin does is in its report.
    pub async fn scan(&self, asked: &Asked, options: &Options, caller: &Caller) -> Result<Scans, Failure> {
        let (chosen, skipped) = self.chosen(asked)?;
        check_names(asked, &chosen)?;
        let reports = stream::iter(chosen.into_iter().map(|entry| self.report(entry, asked, options, caller)));
        let mut scans: Vec<Report> = reports.buffer_unordered(AT_ONCE).collect::<Vec<_>>().await;
        scans.sort_by(|a, b| a.plugin.cmp(&b.plugin));
        Ok(Scans { scans, skipped })
    }

    /// The plugins that scan, and those that would and may not.
    fn chosen(&self, asked: &Asked) -> Result<(Vec<Entry>, Vec<Skipped>), Failure> {
        if asked.plugins.is_empty() {
            let (all, damaged) = self.plugins.all()?;
            let (ready, held): (Vec<_>, Vec<_>) =
                all.into_iter().filter(Entry::is_scanner).partition(|entry| entry.held.is_empty());
            let skipped = |entry: &Entry| Skipped { plugin: entry.name().to_owned(), why: entry.held.join("; ") };
            // One that comes with this program and reads files is not missed where it is handed none.
            let has_use = |entry: &Entry| {
                let is_handed = asked.inputs.iter().any(|(plugin, ..)| plugin == entry.name());
                !entry.lives_on_inputs() || is_handed || self.plugins.config().inputs.contains_key(entry.name())
            };
            let mut skipped: Vec<Skipped> = held.iter().map(skipped).collect();
            // What it would have found, nobody knows.
            skipped.extend(damaged.into_iter().map(|one| Skipped { plugin: one.name, why: one.failure.to_string() }));
            return Ok((ready.into_iter().filter(has_use).collect(), skipped));
        }
        let mut chosen = Vec::new();
        for name in asked.plugins.iter().collect::<BTreeSet<_>>() {
            let entry = self.plugins.named(name)?;
            if !entry.is_scanner() {
                let message = format!("`{name}` is a source, which fills tables and finds nothing");
                return Err(Failure::new(Code::BadRequest, message));
            }
            if !entry.held.is_empty() {
                let message = format!("`{name}` is held: {}", entry.held.join("; "));
                return Err(
                    Failure::new(Code::NotGranted, message).hint(format!("`neph plugin grant {name}` says how"))
                );
            }
            chosen.push(entry);
        }
        Ok((chosen, Vec::new()))
    }

    async fn report(&self, entry: Entry, asked: &Asked, options: &Options, caller: &Caller) -> Report {
        let started_at = self.now();
        let name = entry.name().to_owned();
        let (mut scan, described, scope) = match self.run_one(&entry, asked, options).await {
            Ok((scan, described, scope)) => (scan, Some(described), scope),
            Err(failure) => (not_begun(&failure), None, options.scope.clone()),
        };
        let has_parameters = asked.parameters.iter().any(|(plugin, ..)| *plugin == name);
        // What could not even be begun says nothing of how the plugin behaves, and whoever may ask for a scan must not get a
        // plugin held for all by what he gives it.
        if described.is_some() && !has_parameters {
            self.note_breakdown(&entry, &scan);
        }
        let narrowed = Options { scope: scope.clone(), ..options.clone() };
        let time = self.plugins.limits().run.total_time;
        let looked_up = tokio::time::timeout(time, look_up(&self.engine, &scan, &narrowed)).await;
        let LookedUp { known, warnings } = looked_up.unwrap_or_else(|_| LookedUp::too_late(time));
        scan.warnings.extend(warnings);
        let is_usual = !has_parameters && !asked.inputs.iter().any(|(plugin, ..)| *plugin == name);
        let all_rules = || described.iter().flat_map(|described| &described.rules);
        let rules: HashSet<String> =
            all_rules().filter(|rule| rule.missing.is_none()).map(|rule| rule.id.clone()).collect();
        let known_rules: HashSet<String> = all_rules().map(|rule| rule.id.clone()).collect();
        let (mut not_kept, mut gone) = (None, Vec::new());
        let id = Uuid::now_v7().to_string();
        let version = entry.manifest.version.to_string();
        let changed = match &self.findings {
            None => None,
            Some(findings) => {
                let scanned = Scanned {
                    id: &id,
                    plugin: &name,
                    version: &version,
                    started_at,
                    ended_at: self.now(),
                    who: &caller.who,
                    via: caller.via,
                    scope: &scope,
                    is_usual,
                    reads_tables: !entry.effective().tables.is_empty(),
                    reads_inputs: !entry.effective().inputs.is_empty(),
                    tells_unknown: matches!(entry.origin, Origin::BuiltIn(_)),
                    rules: &rules,
                    known_rules: &known_rules,
                    scan: &scan,
                    known: &known,
                };
                match findings.record(&scanned).await {
                    Ok(Recorded { changed, resolved }) => {
                        not_kept = (changed.not_kept > 0).then(|| findings.not_kept(changed.not_kept));
                        gone = resolved;
                        Some(changed)
                    }
                    Err(error) => {
                        not_kept = Some(format!("what was found could not be kept: {error}"));
                        None
                    }
                }
            }
        };
        let complete = scan.is_complete() && not_kept.is_none();
        scan.warnings.extend(not_kept);
        // What was written down is found again by when; where nothing could be, what is known is older.
        let since = changed.map(|_| started_at);
        let (mut findings, mut resolved) = self.seen(&entry, scan.findings, &gone, &known, started_at, since).await;
        // A plugin hands over what it found in the order of its queries' rows, and those come in none.
        findings.sort_by(Seen::worst_first);
        resolved.sort_by(Seen::worst_first);
        Report {
            id: Some(id),
            plugin: name,
            version,
            started_at,
            complete,
            failure: scan.failure,
            gaps: scan.gaps,
            coverage: scan.coverage,
            warnings: scan.warnings,
            log: scan.log,
            used: scan.meter,
            queries: scan.queries.len(),
            requests: scan.requests,
            changed,
            findings,
            resolved,
            described,
        }
    }

    /// What was found, with what the store knows of it, and what is gone; where nothing is kept, all of it is new.
    async fn seen(
        &self,
        entry: &Entry,
        found: Vec<Finding>,
        gone: &[String],
        known: &BTreeMap<String, KnownResource>,
        at: DateTime<Utc>,
        since: Option<DateTime<Utc>>,
    ) -> (Vec<Seen>, Vec<Seen>) {
        let kept = match (&self.findings, since) {
            (Some(findings), Some(since)) => findings.of_plugin_since(entry.name(), since, self.now()).await,
            (Some(findings), None) => findings.of_plugin(entry.name(), self.now()).await,
            (None, _) => Ok(Vec::new()),
        };
        let by_uid = kept.unwrap_or_default().into_iter().map(|kept| (kept.seen.finding.uid.clone(), kept.seen));
        let mut kept: HashMap<String, Seen> = by_uid.collect();
        let new = |finding: Finding| {
            let resource = known.get(&finding.resource.resource_id).cloned().unwrap_or_default();
            let standing = Standing::by_scanner(&finding.status, true);
            Seen {
                finding,
                plugin: entry.name().to_owned(),
                plugin_version: entry.manifest.version.to_string(),
                first_seen: at,
                last_seen: at,
                standing,
                tags: resource.tags,
                account_name: resource.account_name,
            }
        };
        let gone = gone.iter().filter_map(|uid| kept.remove(uid)).collect();
        (found.into_iter().map(|finding| kept.remove(&finding.uid).unwrap_or_else(|| new(finding))).collect(), gone)
    }

    async fn run_one(
        &self,
        entry: &Entry,
        asked: &Asked,
        options: &Options,
    ) -> Result<(Scan, Described, ScopeFilter), Failure> {
        let loaded = self.plugins.load(entry).await?;
        let job = self.job(entry, &loaded.described, asked, options)?;
        let scope = job.options.scope.clone();
        let (plugin, described, engine) = (loaded.plugin.clone(), loaded.described.clone(), self.engine.clone());
        let scan = self.plugins.apart(async move { plugin.scan(&engine, &described, job).await }).await?;
        Ok((scan, loaded.described.clone(), scope))
    }

    fn job(
        &self,
        entry: &Entry,
        described: &Described,
        asked: &Asked,
        options: &Options,
    ) -> Result<PluginJob, Failure> {
        let name = entry.name();
        let of_plugin =
            |(plugin, key, value): &(String, String, String)| (plugin == name).then(|| (key.clone(), value.clone()));
        let set: Vec<_> = asked.parameters.iter().filter_map(of_plugin).collect();
        let files = asked.inputs.iter().filter(|(plugin, ..)| plugin == name);
        let files: Vec<_> = files.map(|(_, input, path)| (input.clone(), path.clone())).collect();
        let mut job = self.plugins.job(entry, described, &Given { set, files }, &self.secrets)?;
        job.now = self.now();
        job.options = Options { scope: narrowed(&options.scope, &job.grant), ..options.clone() };
        Ok(job)
    }

    /// Counts how often in a row an installed plugin has broken down; with the third time it is held.
    fn note_breakdown(&self, entry: &Entry, scan: &Scan) {
        if !matches!(entry.origin, Origin::Installed(_)) {
            return;
        }
        let noted = self.plugins.folder().and_then(|folder| {
            let _alone = folder.alone()?;
            let Some(installed) = folder.named(entry.name())? else { return Ok(()) };
            let broke = scan.failure.as_ref().filter(|failure| failure.is_breakdown);
            behaved(installed.lock, &entry.hash, broke).map_or(Ok(()), |lock| folder.relock(&lock))
        });
        if let Err(failure) = noted {
            tracing::warn!(plugin = entry.name(), error = %failure, "how a plugin behaved could not be noted");
        }
    }
}

/// The lock of a plugin after a scan of its, where that changes it. What was installed in its place meanwhile is not to blame.
fn behaved(lock: Lock, ran: &ComponentHash, broke: Option<&Broken>) -> Option<Lock> {
    let traps_in_a_row = if broke.is_some() { lock.traps_in_a_row.saturating_add(1) } else { 0 };
    if lock.component != *ran || lock.traps_in_a_row == traps_in_a_row {
        return None;
    }
    let state = match broke.filter(|_| traps_in_a_row >= TRAPS) {
        Some(failure) => {
            let why = format!("it broke down {traps_in_a_row} times in a row, the last time so: {}", failure.message);
            State::Held(vec![why])
        }
        None => lock.state,
    };
    Some(Lock { state, traps_in_a_row, ..lock })
}

/// The scope that is asked for, cut down to the one that is granted: a query beyond the grant would be refused whole.
fn narrowed(asked: &ScopeFilter, grant: &Grant) -> ScopeFilter {
    let [granted] = grant.scopes.as_slice() else { return asked.clone() };
    let both = |asked: &[String], granted: &[String]| match (asked, granted) {
        ([], granted) => granted.to_vec(),
        (asked, []) => asked.to_vec(),
        (asked, granted) => {
            let both: Vec<String> = asked.iter().filter(|name| granted.contains(name)).cloned().collect();
            // Nothing in common: what is asked is left to be refused, with its reason.
            if both.is_empty() { asked.to_vec() } else { both }
        }
    };
    ScopeFilter {
        providers: both(&asked.providers, &granted.providers),
        accounts: both(&asked.accounts, &granted.accounts),
        regions: both(&asked.regions, &granted.regions),
    }
}

/// What is set for a plugin that does not scan is a slip.
fn check_names(asked: &Asked, chosen: &[Entry]) -> Result<(), Failure> {
    let named =
        asked.parameters.iter().map(|(plugin, ..)| plugin).chain(asked.inputs.iter().map(|(plugin, ..)| plugin));
    for plugin in named {
        if !chosen.iter().any(|entry| entry.name() == plugin) {
            let names: Vec<_> = chosen.iter().map(|entry| format!("`{}`", entry.name())).collect();
            return Err(Failure::new(Code::BadRequest, format!("`{plugin}` is none of the plugins that scan"))
                .hint(format!("they are {}", names.join(", "))));
        }
    }
    Ok(())
}

/// Findings as JSON has them: what was found, by whom, since when, and what has become of it.
fn as_objects<S: Serializer>(findings: &[Seen], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(findings.iter().map(object))
}

/// A finding as JSON has it.
pub fn object(seen: &Seen) -> Value {
    let mut object = json!(seen.finding);
    let known = [
        ("plugin", json!(seen.plugin)),
        ("account_name", json!(seen.account_name)),
        ("tags", json!(seen.tags)),
        ("state", json!(seen.standing.as_str())),
        ("first_seen", json!(seen.first_seen)),
        ("last_seen", json!(seen.last_seen)),
    ];
    for (name, value) in known {
        object[name] = value;
    }
    if let Standing::Muted { reason, until } = &seen.standing {
        object["mute"] = json!({ "reason": reason, "until": until });
    }
    object
}

/// What the tables say of the resources that were found.
#[derive(Debug, Default, PartialEq, Eq)]
struct LookedUp {
    known: BTreeMap<String, KnownResource>,
    warnings: Vec<String>,
}

impl LookedUp {
    /// Nothing in the time that there was.
    fn too_late(time: Duration) -> Self {
        let why = format!("that took longer than {} s", time.as_secs());
        Self { known: BTreeMap::new(), warnings: vec![without_tags("the tables", &why)] }
    }
}

/// What is said where tags are not known. Findings without them are findings all the same.
fn without_tags(of: &str, why: &str) -> String {
    format!("of {of}, the tags of what was found could not be read, and are those of an earlier scan, if any: {why}")
}

/// Looks the resources up that were found: those whose kind is known, so that no table is read for it that the scan did not read.
async fn look_up(engine: &Engine, scan: &Scan, options: &Options) -> LookedUp {
    let mut looked_up = LookedUp::default();
    for (table, ids) in by_table(scan) {
        let ids: Vec<&str> = ids.into_iter().collect();
        for ids in ids.chunks(LOOKED_UP) {
            match resources(engine, table, ids, options).await {
                Ok(known) => looked_up.known.extend(known),
                // The rest of the table would not be read either.
                Err(error) => {
                    looked_up.warnings.push(without_tags(&format!("`{table}`"), &error.to_string()));
                    break;
                }
            }
        }
    }
    looked_up
}

/// The ids of what was found, by the table that lists it.
fn by_table(scan: &Scan) -> BTreeMap<&'static str, BTreeSet<&str>> {
    let read: HashSet<&str> = scan.coverage.scopes.iter().map(|line| line.table.as_str()).collect();
    let mut by_table: BTreeMap<&'static str, BTreeSet<&str>> = BTreeMap::new();
    for finding in &scan.findings {
        // The kind is the plugin's word.
        let kind = finding.resource.kind.as_deref();
        let table = tables::ALL.iter().find(|table| table.row_kind.is_some() && table.row_kind == kind);
        if let Some(table) = table.filter(|table| read.contains(table.name)) {
            by_table.entry(table.name).or_default().insert(&finding.resource.resource_id);
        }
    }
    by_table
}

/// What a table says of some resources.
async fn resources(
    engine: &Engine,
    table: &str,
    ids: &[&str],
    options: &Options,
) -> Result<Vec<(String, KnownResource)>, EngineError> {
    let ids: Vec<String> = ids.iter().map(|id| text(id)).collect();
    let sql = format!("SELECT resource_id, tags, account_name FROM {table} WHERE resource_id IN ({})", ids.join(", "));
    let options = Options { max_age: Some(TAGS_AGE), progress: None, ..options.clone() };
    let answer = engine.run(Request { what: What::Sql(sql), options }).await?;
    let known = rows(&answer).filter_map(|row| {
        let id = row.json(0).as_str()?.to_owned();
        let tags = serde_json::from_value(row.json(1)).unwrap_or_default();
        Some((id, KnownResource { tags, account_name: row.json(2).as_str().map(str::to_owned) }))
    });
    Ok(known.collect())
}

/// A scan that could not even be begun.
fn not_begun(failure: &Failure) -> Scan {
    Scan {
        findings: Vec::new(),
        gaps: Vec::new(),
        failure: Some(Broken::new(failure.code.as_str(), failure.message.clone(), false)),
        coverage: Coverage::default(),
        warnings: Vec::new(),
        queries: Vec::new(),
        requests: Vec::new(),
        log: Vec::new(),
        meter: sandbox::job::Meter::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::EngineSettings;
    use manifest::Granted;
    use manifest::lock::Signer;
    use schema::finding::{Class, Resource, Severity};
    use schema::{Scope, ScopeCoverage, Status};

    #[test]
    fn a_breakdown_is_counted_against_the_component_that_broke_down_and_no_other() {
        let (ran, other) = (ComponentHash::of(b"ran"), ComponentHash::of(b"installed meanwhile"));
        let lock = |component, traps_in_a_row| Lock {
            name: "probe".parse().unwrap(),
            version: "1.0.0".parse().unwrap(),
            component,
            signer: Signer::Unsigned,
            granted: Granted::default(),
            state: State::Enabled,
            traps_in_a_row,
            installed_at: "2026-11-27T02:00:00Z".to_owned(),
        };
        let broke = Broken::new("trap", "in the middle of it", true);
        assert_eq!(behaved(lock(ran, 0), &ran, Some(&broke)), Some(lock(ran, 1)));
        assert_eq!(behaved(lock(other, 0), &ran, Some(&broke)), None);
        assert_eq!(behaved(lock(ran, 2), &ran, None), Some(lock(ran, 0)));
        assert_eq!(behaved(lock(ran, 0), &ran, None), None);
        let held = behaved(lock(ran, TRAPS - 1), &ran, Some(&broke)).unwrap().state;
        let why = format!("it broke down {TRAPS} times in a row, the last time so: in the middle of it");
        assert_eq!(held, State::Held(vec![why]));
    }

    #[tokio::test]
    async fn tags_that_could_not_be_read_are_told() {
        let engine = Engine::builder(EngineSettings::default()).clock(|| DateTime::UNIX_EPOCH).build().unwrap();
        let resource = Resource {
            resource_id: "vol-1".to_owned(),
            kind: tables::VOLUMES.row_kind.map(str::to_owned),
            ..Resource::default()
        };
        let found = Finding {
            uid: "u".to_owned(),
            class: Class::Compliance,
            title: "something".to_owned(),
            severity: Severity::Low,
            status: "new".to_owned(),
            rule: "r".to_owned(),
            resource,
            evidence: serde_json::Map::new(),
            remediation: None,
            monthly_saving: None,
            currency: None,
        };
        let line = ScopeCoverage {
            source: "demo".to_owned(),
            scope: Scope::new("demo", "1", "1", "r1"),
            table: tables::VOLUMES.name.to_owned(),
            columns: Vec::new(),
            item: None,
            status: Status::Live,
            rows: 1,
            age_seconds: 0,
            calls: 0,
            error: None,
        };
        let scan = Scan {
            findings: vec![found],
            coverage: Coverage { scopes: vec![line], ..Coverage::default() },
            ..not_begun(&Failure::new(Code::BadRequest, "nothing"))
        };
        let grant = Some(std::sync::Arc::new(Grant::of_tables(["instances"])));
        let looked_up = look_up(&engine, &scan, &Options { grant, ..Options::default() }).await;
        assert!(looked_up.known.is_empty());
        let [warning] = looked_up.warnings.as_slice() else { panic!("{looked_up:?}") };
        assert!(warning.starts_with("of `volumes`, the tags of what was found could not be read"), "{warning}");
        let late = LookedUp::too_late(Duration::from_secs(60)).warnings;
        assert!(late[0].ends_with("if any: that took longer than 60 s"), "{late:?}");
    }
}
