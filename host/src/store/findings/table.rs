//! `findings` as a table of the engine: what the store has at the moment of a request, with when each plugin scanned last.

use super::{Findings, Kept, LastScan, MOST};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use datafusion::datasource::MemTable;
use engine::arrow::{batch, schema_of};
use engine::in_place::{InPlace, Opened};
use engine::{FetchError, FetchErrorKind};
use schema::coverage::CoverageError;
use schema::finding::seen::Standing;
use schema::scope::ALL_REGIONS;
use schema::tables::FINDINGS;
use schema::{Row, Scope, ScopeCoverage, Status, Table};
use serde_json::Value as Json;
use std::sync::Arc;

/// Rows of one batch.
const BATCH: usize = 8_192;

/// The table.
#[derive(Debug, Clone)]
pub struct FindingsTable {
    /// None where nothing is kept.
    findings: Option<Findings>,
    now: fn() -> DateTime<Utc>,
}

impl FindingsTable {
    /// The findings of a store; without one, it says that there is none.
    pub fn new(findings: Option<Findings>, now: fn() -> DateTime<Utc>) -> Self {
        Self { findings, now }
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
        let failed = |error: sqlx::Error| {
            FetchError::new(FetchErrorKind::Failed, format!("the findings could not be read: {error}"))
        };
        let scans = findings.last_scans().await.map_err(failed)?;
        if scans.is_empty() {
            return Err(nothing_yet("nothing was scanned yet: run `neph scan`, now and then again"));
        }
        // Before the rows: a scan in between makes the rows younger than their version, and never older.
        let version = findings.version(now).await.map_err(failed)?;
        let mut kept = findings.all(now).await.map_err(failed)?;
        let is_cut = kept.len() as i64 > MOST;
        kept.truncate(usize::try_from(MOST).unwrap_or(usize::MAX));
        let rows: Vec<Row> = kept.iter().map(row).collect();
        let batches = rows.chunks(BATCH).map(|rows| batch(&FINDINGS, rows)).collect::<Result<Vec<_>, _>>();
        let table =
            batches.map_err(Into::into).and_then(|batches| MemTable::try_new(schema_of(&FINDINGS), vec![batches]));
        let table = table.map_err(|error| {
            FetchError::new(FetchErrorKind::Failed, format!("the findings could not be made into rows: {error}"))
        })?;
        let lines = scans.iter().map(|scan| line(scan, &kept, now));
        let coverage = lines.chain(is_cut.then(|| cut(&kept))).collect();
        Ok(Opened { provider: Arc::new(table), coverage, warnings: Vec::new(), version, bytes: 0, later: None })
    }
}

/// When a plugin scanned last, and what it could not look at. Its findings are as old as that.
fn line(scan: &LastScan, kept: &[Kept], now: DateTime<Utc>) -> ScopeCoverage {
    let first_gap = scan.gaps.first().and_then(|gap| {
        let message = gap["message"].as_str()?;
        Some(gap["scope"].as_str().map_or_else(|| message.to_owned(), |scope| format!("{scope}: {message}")))
    });
    let why = scan.failure.clone().or(first_gap);
    let error = (!scan.complete).then(|| {
        let why = why.as_deref().unwrap_or("some scopes could not be read");
        let message = format!("the last scan of `{}` did not look at everything: {why}", scan.plugin);
        CoverageError::new("scan_incomplete", message)
    });
    ScopeCoverage {
        source: FINDINGS.name.to_owned(),
        scope: Scope::new("*", "*", "*", ALL_REGIONS),
        table: FINDINGS.name.to_owned(),
        columns: Vec::new(),
        item: Some(scan.plugin.clone()),
        status: if scan.complete { Status::Cached } else { Status::Failed },
        rows: kept.iter().filter(|one| one.seen.plugin == scan.plugin).count() as u64,
        age_seconds: u64::try_from((now - scan.ended_at).num_seconds()).unwrap_or_default(),
        calls: 0,
        error,
    }
}

/// More than can be held.
fn cut(kept: &[Kept]) -> ScopeCoverage {
    let message =
        format!("there are more than {} findings, and those that were seen longest ago are left out", kept.len());
    ScopeCoverage {
        source: FINDINGS.name.to_owned(),
        scope: Scope::new("*", "*", "*", ALL_REGIONS),
        table: FINDINGS.name.to_owned(),
        columns: Vec::new(),
        item: Some("the oldest findings".to_owned()),
        status: Status::Failed,
        rows: 0,
        age_seconds: 0,
        calls: 0,
        error: Some(CoverageError::new("limit", message)),
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
