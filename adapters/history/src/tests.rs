//! Snapshots that a test chooses, and both tables over them through an engine.

mod changes;
mod rows;

use crate::{COVERAGE_KEY, Folder, History, Limits};
use chrono::{DateTime, Utc};
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::file::metadata::KeyValue;
use datafusion::parquet::file::properties::WriterProperties;
use engine::{Answer, Engine, EngineError, EngineSettings, Options, Request, What, cells};
use schema::coverage::CoverageError;
use schema::tables::{INSTANCES, VOLUMES};
use schema::{Coverage, Row, Scope, ScopeCoverage, State, Status, Table};
use std::collections::BTreeMap;
use std::fs;
use std::sync::Arc;
use tempfile::TempDir;

pub(crate) const NOON: &str = "2026-11-21T12:00:00Z";

pub(crate) fn time(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// Noon of a day of November.
pub(crate) fn day(day: u32) -> DateTime<Utc> {
    time(&format!("2026-11-{day:02}T12:00:00Z"))
}

/// A folder of snapshots.
pub(crate) struct Kept {
    pub(crate) data: TempDir,
    pub(crate) limits: Limits,
}

impl Kept {
    pub(crate) fn new() -> Self {
        Self { data: tempfile::tempdir().unwrap(), limits: Limits::default() }
    }

    pub(crate) fn folder(&self) -> Folder {
        Folder::within(self.data.path())
    }

    /// Keeps a snapshot as `neph sync` does.
    pub(crate) fn snapshot(&self, table: &'static Table, at: DateTime<Utc>, rows: &[Row], scopes: &[ScopeCoverage]) {
        let complete = scopes.iter().all(|line| line.status.is_complete());
        let coverage = Coverage { complete, scopes: scopes.to_vec(), ..Coverage::default() };
        let pair = KeyValue::new(COVERAGE_KEY.to_owned(), serde_json::to_string(&coverage).unwrap());
        let properties = WriterProperties::builder().set_key_value_metadata(Some(vec![pair])).build();
        let batch = engine::arrow::batch(table, rows).unwrap();
        let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties)).unwrap();
        writer.write(&batch).unwrap();
        fs::create_dir_all(self.folder().of_table(table.name)).unwrap();
        fs::write(self.folder().file(table.name, at), writer.into_inner().unwrap()).unwrap();
    }

    pub(crate) fn engine(&self) -> Engine {
        let clock: crate::Clock = Arc::new(|| time(NOON));
        let sources = History::both(Some(&self.folder()), &self.limits, &clock);
        let builder = Engine::builder(EngineSettings::default()).clock(|| time(NOON));
        sources.into_iter().fold(builder, |builder, source| builder.in_place(Arc::new(source))).build().unwrap()
    }

    pub(crate) async fn ask(&self, what: What, options: Options) -> Result<Answer, EngineError> {
        self.engine().run(Request { what, options }).await
    }

    pub(crate) async fn sql(&self, text: &str) -> Answer {
        self.ask(What::Sql(text.to_owned()), Options::default()).await.unwrap()
    }

    pub(crate) async fn query(&self, json: &str) -> Answer {
        self.ask(What::Query(serde_json::from_str(json).unwrap()), Options::default()).await.unwrap()
    }
}

pub(crate) fn scope(account: &str, region: &str) -> Scope {
    Scope::new("aws", account, format!("{account}-name"), region)
}

pub(crate) fn read(table: &Table, account: &str, region: &str) -> ScopeCoverage {
    ScopeCoverage {
        source: "aws".to_owned(),
        scope: scope(account, region),
        table: table.name.to_owned(),
        columns: Vec::new(),
        item: None,
        status: Status::Live,
        rows: 1,
        age_seconds: 0,
        calls: 1,
        error: None,
    }
}

pub(crate) fn denied(table: &Table, account: &str, region: &str) -> ScopeCoverage {
    let error = CoverageError::new("AccessDenied", "not allowed");
    ScopeCoverage { status: Status::Denied, rows: 0, error: Some(error), ..read(table, account, region) }
}

fn common(row: Row, name: &str, account: &str, region: &str) -> Row {
    row.with("provider", "aws")
        .with("account_id", account)
        .with("account_name", format!("{account}-name"))
        .with("region", region)
        .with("resource_id", format!("arn:{account}:{region}:{name}"))
        .with("native_id", name)
        .with("name", name)
        .with("fetched_at", time(NOON))
}

/// A running machine.
pub(crate) fn vm(name: &str, account: &str, region: &str) -> Row {
    let tags = BTreeMap::from([("tier".to_owned(), "web".to_owned())]);
    common(Row::new(&INSTANCES), name, account, region)
        .with("kind", "compute.instance")
        .with("state", State::Running)
        .with("instance_type", "m5.large")
        .with("tags", tags)
}

pub(crate) fn volume(name: &str, account: &str, region: &str) -> Row {
    common(Row::new(&VOLUMES), name, account, region).with("kind", "storage.volume").with("size_gib", 100)
}

/// The rows as lines.
pub(crate) fn lines(answer: &Answer) -> Vec<String> {
    let line = |batch: &_, row, columns| {
        let cells = (0..columns).map(|column| cells::text(batch, row, column).unwrap_or_else(|| "-".to_owned()));
        cells.collect::<Vec<_>>().join("|")
    };
    let batches = answer.batches.iter();
    batches.flat_map(|batch| (0..batch.num_rows()).map(|row| line(batch, row, batch.num_columns()))).collect()
}

/// What coverage says is missing, as lines.
pub(crate) fn missing(answer: &Answer) -> Vec<String> {
    let gaps = answer.coverage.scopes.iter().filter(|line| !line.status.is_complete());
    let line = |gap: &ScopeCoverage| {
        let columns = if gap.columns.is_empty() { String::new() } else { format!(" [{}]", gap.columns.join(",")) };
        let (item, error) = (gap.item.as_deref().unwrap_or("-"), gap.error.as_ref().unwrap());
        format!(
            "{} {}{columns} {}: {item}: {}",
            gap.scope.account_id,
            gap.scope.region,
            gap.status.as_str(),
            error.message
        )
    };
    gaps.map(line).collect()
}
