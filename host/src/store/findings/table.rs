//! `findings` as a table of the engine: what the store has at the moment of a request, with when each plugin scanned last.

use super::coverage::{self, Lines, OfPlugin};
use super::{Findings, Kept, LastScan, MOST};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::{Session, TableProvider};
use datafusion::datasource::MemTable;
use datafusion::error::Result as Planned;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType};
use datafusion::physical_plan::ExecutionPlan;
use engine::arrow::{batch, schema_of};
use engine::in_place::{InPlace, Opened};
use engine::{FetchError, FetchErrorKind};
use schema::coverage::CoverageError;
use schema::finding::seen::Standing;
use schema::tables::FINDINGS;
use schema::{Row, ScopeCoverage, Table};
use serde_json::Value as Json;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::Mutex;

/// Rows of one batch.
const BATCH: usize = 8_192;

/// The table.
#[derive(Debug, Clone)]
pub struct FindingsTable {
    /// None where nothing is kept.
    findings: Option<Findings>,
    now: fn() -> DateTime<Utc>,
    /// What was made last, for as long as the findings are the same: many of them take seconds to make rows of.
    built: Arc<Mutex<Option<Arc<Built>>>>,
}

/// The rows of a version of the findings, and the scans that they are of.
#[derive(Debug)]
struct Built {
    version: u64,
    scans: Vec<LastScan>,
    table: Arc<MemTable>,
    /// What accounts are called, by their ids.
    names: HashMap<String, String>,
    /// How many rows each plugin has.
    counts: HashMap<String, u64>,
    /// Whether there were more than can be held.
    is_cut: bool,
}

impl FindingsTable {
    /// The findings of a store; without one, it says that there is none.
    pub fn new(findings: Option<Findings>, now: fn() -> DateTime<Utc>) -> Self {
        Self { findings, now, built: Arc::default() }
    }

    /// The rows of a version. Whoever asks meanwhile waits for them, and does not make them once more.
    async fn built(&self, findings: &Findings, version: u64, now: DateTime<Utc>) -> Result<Arc<Built>, FetchError> {
        let mut built = self.built.lock().await;
        if let Some(built) = built.as_ref().filter(|built| built.version == version) {
            return Ok(built.clone());
        }
        // Those before go first, so that no two are held.
        *built = None;
        let new = Arc::new(Built::of(findings, version, now).await?);
        *built = Some(new.clone());
        Ok(new)
    }
}

impl Built {
    async fn of(findings: &Findings, version: u64, now: DateTime<Utc>) -> Result<Self, FetchError> {
        // Before the rows: a scan in between makes them younger than what is said of them, and never older.
        let scans = findings.last_scans().await.map_err(|error| not_read(&error))?;
        let mut kept = findings.all(now).await.map_err(|error| not_read(&error))?;
        let is_cut = kept.len() as i64 > MOST;
        kept.truncate(usize::try_from(MOST).unwrap_or(usize::MAX));
        let rows: Vec<Row> = kept.iter().map(row).collect();
        let batches = rows.chunks(BATCH).map(|rows| batch(&FINDINGS, rows)).collect::<Result<Vec<_>, _>>();
        let table =
            batches.map_err(Into::into).and_then(|batches| MemTable::try_new(schema_of(&FINDINGS), vec![batches]));
        let table = table.map_err(|error| {
            FetchError::new(FetchErrorKind::Failed, format!("the findings could not be made into rows: {error}"))
        })?;
        let mut counts: HashMap<String, u64> = HashMap::new();
        let mut names = HashMap::new();
        // The latest come first.
        for Kept { seen, .. } in kept {
            *counts.entry(seen.plugin).or_default() += 1;
            if let (Some(id), Some(name)) = (seen.finding.resource.account_id, seen.account_name) {
                names.entry(id).or_insert(name);
            }
        }
        Ok(Self { version, scans, table: Arc::new(table), names, counts, is_cut })
    }

    /// What is said of its scans.
    fn lines(&self, now: DateTime<Utc>) -> Lines {
        let count = |plugin: &str| self.counts.get(plugin).copied().unwrap_or_default();
        let of_plugins = self.scans.iter().map(|scan| OfPlugin::of(scan, count(&scan.plugin), &self.names, now));
        Lines::new(of_plugins.collect(), self.is_cut.then(cut))
    }
}

#[async_trait]
impl InPlace for FindingsTable {
    fn id(&self) -> &str {
        FINDINGS.name
    }

    fn table(&self) -> &'static Table {
        &FINDINGS
    }

    async fn open(&self) -> Result<Opened, FetchError> {
        let Some(findings) = &self.findings else {
            return Err(nothing_yet(
                "there is no folder that findings are kept in: name one with `data_dir` in `[cache]`, then run `neph scan`",
            ));
        };
        let now = (self.now)();
        // Before all else: a scan in between makes what is built younger than its version, and never older.
        let version = findings.version(now).await.map_err(|error| not_read(&error))?;
        let built = self.built(findings, version, now).await?;
        if built.scans.is_empty() {
            return Err(nothing_yet("nothing was scanned yet: run `neph scan`, now and then again"));
        }
        let lines = Arc::new(built.lines(now));
        let provider = Arc::new(Asked { table: built.table.clone(), lines: lines.clone() });
        // Whose findings are read depends on the query.
        Ok(Opened { provider, coverage: Vec::new(), warnings: Vec::new(), version, bytes: 0, later: Some(lines) })
    }
}

/// The rows in one request, which tells its coverage whose findings are asked for.
#[derive(Debug)]
struct Asked {
    table: Arc<MemTable>,
    lines: Arc<Lines>,
}

#[async_trait]
impl TableProvider for Asked {
    fn schema(&self) -> SchemaRef {
        self.table.schema()
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Planned<Vec<TableProviderFilterPushDown>> {
        Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()])
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Planned<Arc<dyn ExecutionPlan>> {
        self.lines.note(filters);
        self.table.scan(state, projection, filters, limit).await
    }
}

fn not_read(error: &sqlx::Error) -> FetchError {
    FetchError::new(FetchErrorKind::Failed, format!("the findings could not be read: {error}"))
}

/// More than can be held.
fn cut() -> ScopeCoverage {
    let message = format!("there are more than {MOST} findings, and those that were seen longest ago are left out");
    ScopeCoverage {
        error: Some(CoverageError::new("limit", message)),
        ..coverage::empty(coverage::everywhere(), "the oldest findings".to_owned())
    }
}

pub(super) fn row(kept: &Kept) -> Row {
    let (seen, finding) = (&kept.seen, &kept.seen.finding);
    let resource = &finding.resource;
    let (reason, until) = match &seen.standing {
        Standing::Muted { reason, until } => (reason.clone(), *until),
        _ => (None, None),
    };
    Row::new(&FINDINGS)
        .with("uid", finding.uid.as_str())
        .with("plugin", seen.plugin.as_str())
        .with("rule", finding.rule.as_str())
        .with("class", finding.class.as_str())
        .with("title", finding.title.as_str())
        .with("severity", finding.severity.as_str())
        .with("severity_id", finding.severity.id())
        .with("state", seen.standing.as_str())
        .with("reported_status", finding.status.as_str())
        .with("first_seen", seen.first_seen)
        .with("last_seen", seen.last_seen)
        .with("resolved_at", kept.resolved_at)
        .with("mute_reason", reason)
        .with("muted_until", until)
        .with("provider", resource.provider.clone())
        .with("account_id", resource.account_id.clone())
        .with("account_name", seen.account_name.clone().or_else(|| resource.account_id.clone()))
        .with("region", resource.region.clone())
        .with("resource_id", resource.resource_id.as_str())
        .with("name", resource.name.clone())
        .with("kind", resource.kind.clone())
        .with("tags", seen.tags.clone())
        .with("evidence", Json::Object(finding.evidence.clone()))
        .with("remediation", finding.remediation.clone())
        .with("monthly_saving", finding.monthly_saving)
        .with("saving_currency", finding.currency.clone())
}

fn nothing_yet(message: &str) -> FetchError {
    FetchError::new(FetchErrorKind::Failed, message).with_code("no_scans")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;
    use crate::store::findings::Mute;
    use crate::store::findings::made::{Made, at, finding};
    use engine::{Engine, EngineSettings, Options, Request, What};
    use sandbox::plugin::job::RuleGap;
    use schema::Coverage;
    use schema::query::ScopeFilter;

    async fn scan(findings: &Findings, plugin: &str, minute: i64, gaps: Vec<RuleGap>) {
        let found = vec![finding(&format!("{plugin}-found"), "r", "new")];
        let made = Made { plugin, minute, rules: &["r"], found, is_complete: true, is_usual: true };
        let coverage = Coverage { complete: true, ..Coverage::default() };
        made.record_as(findings, coverage, gaps, false, false).await;
    }

    fn names(scans: &[LastScan]) -> Vec<&str> {
        scans.iter().map(|scan| scan.plugin.as_str()).collect()
    }

    fn gap() -> RuleGap {
        RuleGap {
            rule: "r".to_owned(),
            scope: Some("aws/1/eu-west-1".to_owned()),
            code: "failed".to_owned(),
            message: "a value is not known".to_owned(),
        }
    }

    #[tokio::test]
    async fn coverage_is_of_the_plugins_that_are_asked_for_and_of_the_places_they_could_not_look() {
        let folder = tempfile::tempdir().unwrap();
        let findings = Findings::new(&Store::open(folder.path()).await.unwrap());
        scan(&findings, "whole", 0, Vec::new()).await;
        scan(&findings, "part", 0, vec![gap()]).await;
        let table = Arc::new(FindingsTable::new(Some(findings), || at(9)));
        let engine = Engine::builder(EngineSettings::default()).clock(|| at(9)).in_place(table).build().unwrap();
        let lines = async |sql: &str| {
            let request = Request { what: What::Sql(sql.to_owned()), options: Options::default() };
            let coverage = engine.run(request).await.unwrap().coverage;
            let line = |line: &ScopeCoverage| {
                format!("{} {} {}", line.item.as_deref().unwrap(), line.scope, line.status.as_str())
            };
            (coverage.complete, coverage.scopes.iter().map(line).collect::<Vec<_>>())
        };
        let (part, whole) = (["part */*/* cached", "part aws/1/eu-west-1 failed"], "whole */*/* cached");
        let unscanned = "other */*/* failed";
        let of_part = (false, part.map(str::to_owned).to_vec());
        let and_other = (false, [unscanned, part[0], part[1]].map(str::to_owned).to_vec());
        let of_other = (false, vec![unscanned.to_owned()]);
        let of_nobody = (false, vec!["every other plugin */*/* failed".to_owned()]);
        let elsewhere = (true, vec![part[0].to_owned()]);
        let of_whole = (true, vec![whole.to_owned()]);
        let of_both = (false, [part[0], whole, part[1]].map(str::to_owned).to_vec());
        for (sql, expected) in [
            ("SELECT count(*) FROM findings", &of_both),
            ("SELECT uid FROM findings WHERE state = 'new'", &of_both),
            ("SELECT count(*) FROM findings WHERE plugin = 'whole'", &of_whole),
            ("SELECT uid FROM findings WHERE plugin <> 'part' AND state = 'new'", &of_whole),
            ("SELECT count(*) FROM findings WHERE plugin IN ('part', 'other')", &and_other),
            ("SELECT count(*) FROM findings WHERE plugin = 'other'", &of_other),
            ("SELECT uid FROM findings WHERE plugin NOT IN ('part', 'whole')", &of_nobody),
            ("SELECT count(*) FROM findings WHERE plugin = 'part' AND account_id = '1'", &of_part),
            ("SELECT count(*) FROM findings WHERE plugin = 'part' AND account_id = '2'", &elsewhere),
            ("SELECT count(*) FROM findings WHERE plugin = 'part' AND provider = 'azure'", &elsewhere),
            ("SELECT count(*) FROM findings WHERE plugin = 'part' AND region IN ('eu-west-2', 'r')", &elsewhere),
            // What the account is called is not known.
            ("SELECT count(*) FROM findings WHERE plugin = 'part' AND account_name = 'prod'", &of_part),
            ("SELECT uid FROM findings WHERE plugin = 'whole' OR state = 'new'", &of_both),
            (
                "SELECT a.uid FROM findings a JOIN findings b ON a.rule = b.rule \
                 WHERE a.plugin = 'whole' AND b.plugin = 'part'",
                &of_both,
            ),
        ] {
            assert_eq!(&lines(sql).await, expected, "{sql}");
        }
        let scope = ScopeFilter { providers: vec!["azure".to_owned()], ..ScopeFilter::default() };
        let sql = "SELECT count(*) FROM findings WHERE plugin = 'part'".to_owned();
        let request = Request { what: What::Sql(sql), options: Options { scope, ..Options::default() } };
        assert!(engine.run(request).await.unwrap().coverage.complete, "of another provider nothing is missing");
        let sql = "SELECT uid FROM findings WHERE plugin IN ('part', 'other')".to_owned();
        let request = Request { what: What::Sql(sql), options: Options::default() };
        let warnings = engine.explain(request).await.unwrap().warnings;
        let expected = [
            "other in */*/* cannot be read: there is no scan of `other`: `neph plugin list` has the names, and `neph scan` runs them",
            "part in aws/1/eu-west-1 is not wholly known: the last scan of `part` could not decide everything there: \
             a value is not known",
        ];
        assert!(expected.iter().all(|said| warnings.iter().any(|warning| warning == said)), "{warnings:?}");
    }

    #[tokio::test]
    async fn rows_are_made_once_for_as_long_as_the_findings_are_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let findings = Findings::new(&Store::open(folder.path()).await.unwrap());
        scan(&findings, "p", 0, Vec::new()).await;
        let table = FindingsTable::new(Some(findings.clone()), || at(9));
        let built = async |minute: i64| {
            let version = findings.version(at(minute)).await.unwrap();
            table.built(&findings, version, at(minute)).await.unwrap()
        };
        let first = built(1).await;
        assert!(Arc::ptr_eq(&first, &built(2).await));
        let mute = Mute { reason: "noise".to_owned(), who: "ann".to_owned(), until: Some(at(5)) };
        assert!(findings.mute("p", "p-found", &mute, at(3)).await.unwrap());
        let muted = built(4).await;
        assert!(!Arc::ptr_eq(&first, &muted) && Arc::ptr_eq(&muted, &built(4).await));
        let past = built(6).await;
        assert!(!Arc::ptr_eq(&muted, &past), "the mute has ended");
        // As another process does, with a store of its own.
        let other = Findings::new(&Store::open(folder.path()).await.unwrap());
        scan(&other, "q", 7, Vec::new()).await;
        let both = built(8).await;
        assert_eq!((past.counts.len(), both.counts.len()), (1, 2));
        // What is said of rows is of the scans that they are of, whoever scanned since.
        assert_eq!((names(&past.scans), names(&both.scans)), (vec!["p"], vec!["p", "q"]));
    }
}
