//! What is checked of the adapter, whatever server answers.

use crate::truth::{Shape, Truth};
use aws::{AccountSettings, Aws, Settings, SharedCredentialsProvider, StaticCredentials};
use chrono::{DateTime, Utc};
use engine::context::{Emitted, RetryPolicy};
use engine::source::{Discovery, FetchRequest, Source};
use engine::{FetchContext, FetchError};
use schema::query::Condition;
use schema::{Locality, Row, Scope, Table, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering;
use std::time::Duration;

/// The role that every account of every server has.
pub(crate) const ROLE: &str = "nephoscope-read";

/// Where a server is and who is on it.
pub(crate) struct Server {
    pub(crate) url: String,
    pub(crate) key: (String, String),
    pub(crate) account_ids: Vec<String>,
    pub(crate) regions: Vec<String>,
    pub(crate) now: DateTime<Utc>,
}

impl Server {
    /// Every account by its role, every region by name.
    pub(crate) fn settings(&self) -> Settings {
        let account = |id: &String| AccountSettings {
            role_arn: Some(format!("arn:aws:iam::{id}:role/{ROLE}")),
            ..AccountSettings::default()
        };
        Settings {
            accounts: self.account_ids.iter().map(account).collect(),
            regions: self.regions.clone(),
            endpoint_url: Some(self.url.clone()),
            force_path_style: true,
            ..Settings::default()
        }
    }

    pub(crate) fn aws(&self) -> Aws {
        self.aws_with(self.settings())
    }

    pub(crate) fn aws_with(&self, settings: Settings) -> Aws {
        let keys = StaticCredentials::new(&self.key.0, &self.key.1, None, None, "test");
        Aws::with_credentials(settings, SharedCredentialsProvider::new(keys))
    }

    pub(crate) fn scope(&self, account: usize, region: usize) -> Scope {
        let id = &self.account_ids[account];
        Scope::new("aws", id, id, &self.regions[region])
    }
}

/// What a fetch gave.
#[derive(Debug)]
pub(crate) struct Fetched {
    pub(crate) rows: Vec<Row>,
    pub(crate) gaps: Vec<(Vec<&'static str>, Option<String>, FetchError)>,
    pub(crate) warnings: Vec<String>,
    pub(crate) result: Result<(), FetchError>,
    pub(crate) calls: u64,
}

impl Fetched {
    /// The rows, where nothing went wrong.
    pub(crate) fn whole(self) -> Vec<Row> {
        assert!(self.result.is_ok(), "{:?}", self.result);
        assert!(self.gaps.is_empty(), "{:?}", self.gaps);
        self.rows
    }
}

/// One fetch, made up field by field.
pub(crate) struct Ask<'a> {
    aws: &'a Aws,
    request: FetchRequest,
    now: DateTime<Utc>,
    paid: bool,
    retry: RetryPolicy,
}

impl<'a> Ask<'a> {
    pub(crate) fn new(aws: &'a Aws, server: &Server, table: &'static str, scope: &Scope) -> Self {
        let table = schema::tables::find(table).unwrap();
        let scope = if table.locality == Locality::Global { scope.global() } else { scope.clone() };
        let request = FetchRequest::new(table, scope);
        // A debug build on a busy machine takes its time over a page of 1,000.
        let retry = RetryPolicy { attempts: 8, call_timeout: Duration::from_secs(20), ..RetryPolicy::for_testing() };
        Self { aws, request, now: server.now, paid: false, retry }
    }

    pub(crate) fn costly(mut self, columns: &[&'static str]) -> Self {
        self.request.costly = columns.iter().copied().collect();
        self
    }

    pub(crate) fn filter(mut self, condition: Condition) -> Self {
        self.request.filters.push(condition);
        self
    }

    pub(crate) fn limit(mut self, rows: usize) -> Self {
        self.request.limit = Some(rows);
        self
    }

    pub(crate) fn time(mut self, from: DateTime<Utc>, to: DateTime<Utc>) -> Self {
        self.request.time = Some((from, to));
        self
    }

    pub(crate) fn paid(mut self) -> Self {
        self.paid = true;
        self
    }

    pub(crate) fn attempts(mut self, attempts: u32, call_timeout: Duration) -> Self {
        self.retry = RetryPolicy { attempts, call_timeout, ..self.retry };
        self
    }

    pub(crate) async fn fetch(self) -> Fetched {
        let (cx, mut received) = FetchContext::for_testing("aws", self.request.scope.clone(), self.now);
        let cx = cx.with_paid_calls(self.paid).with_retry(self.retry.clone());
        let fetching = async {
            let result = self.aws.fetch(&self.request, &cx).await;
            let calls = cx.counts().calls.load(Ordering::Relaxed);
            drop(cx);
            (result, calls)
        };
        let receiving = async {
            let (mut rows, mut gaps, mut warnings) = (Vec::new(), Vec::new(), Vec::new());
            while let Some(emitted) = received.recv().await {
                match emitted {
                    Emitted::Rows(page) => rows.extend(page),
                    Emitted::Gap { columns, item, error } => gaps.push((columns, item, error)),
                    Emitted::Warning(text) => warnings.push(text),
                }
            }
            (rows, gaps, warnings)
        };
        let ((result, calls), (rows, gaps, warnings)) = tokio::join!(fetching, receiving);
        Fetched { rows, gaps, warnings, result, calls }
    }
}

pub(crate) async fn discover(aws: &Aws, server: &Server) -> Discovery {
    let scope = Scope::new("aws", "*", "*", "*");
    let (cx, _received) = FetchContext::for_testing("aws", scope, server.now);
    let retry = RetryPolicy { call_timeout: Duration::from_secs(20), ..RetryPolicy::for_testing() };
    aws.discover(&cx.with_retry(retry)).await.unwrap()
}

/// Every account and region is found, and every table has the truth's rows in each, and no others.
pub(crate) async fn every_table_has_the_truths_rows(server: &Server, truth: &Truth) {
    let aws = server.aws();
    let found = discover(&aws, server).await;
    assert!(found.gaps.is_empty(), "{:?}", found.gaps);
    let expected: BTreeSet<(String, String)> = Truth::scopes(server);
    let scopes: BTreeSet<_> = found.scopes.iter().map(|s| (s.account_id.clone(), s.region.clone())).collect();
    assert_eq!(scopes, expected);
    for (shape, wanted) in &truth.tables {
        for scope in scopes_of(shape.table, &found.scopes) {
            let rows = Ask::new(&aws, server, shape.table, &scope).costly(shape.costly).fetch().await.whole();
            let wanted = wanted.get(&(scope.account_id.clone(), scope.region.clone())).cloned().unwrap_or_default();
            compare(shape, &scope, &rows, &wanted);
        }
    }
}

fn scopes_of(table: &str, scopes: &[Scope]) -> Vec<Scope> {
    let table: &Table = schema::tables::find(table).unwrap();
    let of: BTreeSet<Scope> = match table.locality {
        Locality::Regional => scopes.iter().cloned().collect(),
        Locality::Global => scopes.iter().map(Scope::global).collect(),
    };
    of.into_iter().collect()
}

fn compare(shape: &Shape, scope: &Scope, rows: &[Row], wanted: &BTreeMap<String, Vec<Value>>) {
    let ids: BTreeMap<String, &Row> = rows.iter().map(|row| (text(row, "native_id"), row)).collect();
    assert_eq!(ids.len(), rows.len(), "`{}` in {scope} has a row twice", shape.table);
    if shape.exact {
        let got: Vec<&String> = ids.keys().collect();
        assert_eq!(got, wanted.keys().collect::<Vec<_>>(), "`{}` in {scope}", shape.table);
    }
    for (id, values) in wanted {
        let row = ids.get(id).unwrap_or_else(|| panic!("`{}` in {scope} lacks `{id}`", shape.table));
        for (column, value) in shape.columns.iter().zip(values) {
            assert_eq!(row.get(column), value, "`{}.{column}` of `{id}` in {scope}", shape.table);
        }
        assert_eq!(text(row, "account_id"), scope.account_id);
        assert_eq!(text(row, "provider"), "aws");
        assert!(!text(row, "resource_id").is_empty());
    }
}

pub(crate) fn text(row: &Row, column: &str) -> String {
    match row.get(column) {
        Value::Text(text) => text.clone(),
        other => panic!("`{column}` is {other:?}"),
    }
}

/// A condition that EC2 can answer leaves fewer rows to come, and the right ones.
pub(crate) async fn conditions_are_handed_on(server: &Server, instance_type: &str) {
    use schema::query::{Field, Op};
    let aws = server.aws();
    let scope = server.scope(0, 0);
    let all = Ask::new(&aws, server, "instances", &scope).fetch().await.whole();
    for (field, column, value) in
        [(Field::column("instance_type"), "instance_type", instance_type), (Field::column("state"), "state", "running")]
    {
        let condition = Condition::compare(field, Op::Eq, value);
        let some = Ask::new(&aws, server, "instances", &scope).filter(condition).fetch().await.whole();
        let expected: BTreeSet<String> =
            all.iter().filter(|row| text(row, column) == value).map(|row| text(row, "native_id")).collect();
        assert!(!expected.is_empty(), "the server has no `{value}`");
        assert_eq!(some.iter().map(|row| text(row, "native_id")).collect::<BTreeSet<_>>(), expected);
    }
}

/// Patterns are read against the regions that the account has.
pub(crate) async fn a_pattern_of_regions_is_expanded(server: &Server, pattern: &str, expected: &[&str]) {
    let settings = Settings { regions: vec![pattern.to_owned()], ..server.settings() };
    let found = discover(&server.aws_with(settings), server).await;
    assert!(found.gaps.is_empty(), "{:?}", found.gaps);
    let regions: BTreeSet<&str> = found.scopes.iter().map(|scope| scope.region.as_str()).collect();
    assert_eq!(regions, expected.iter().copied().collect());
    assert_eq!(found.scopes.len(), expected.len() * server.account_ids.len());
}
