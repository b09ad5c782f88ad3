//! A source whose scopes, rows and faults a test chooses, and an engine over it.

use async_trait::async_trait;
use chrono::{DateTime, TimeZone, Utc};
use engine::engine::EngineBuilder;
use engine::source::{CallEstimate, Discovery, Gap, Push, TableSupport};
use engine::{
    Answer, Engine, EngineError, EngineSettings, FetchContext, FetchError, FetchErrorKind, FetchRequest, Options,
    Request, Source, What, cells,
};
use schema::coverage::TOO_LOW;
use schema::tables::{ACCOUNTS, BUCKETS, COSTS, INSTANCES, SNAPSHOTS, VOLUMES};
use schema::{Row, Scope, State};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

pub(crate) fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 21, 12, 0, 0).unwrap()
}

/// What happens at a page of a scope.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Fault {
    Denied,
    Throttled {
        times: u64,
    },
    Hang,
    Panic,
    Failed,
    MetricsDenied,
    /// Rows of another table, with fewer columns.
    WrongRows,
}

/// Two accounts, two regions each, four instances a scope in pages of two.
pub(crate) struct Fake {
    pub(crate) faults: HashMap<(String, String, usize), Fault>,
    pub(crate) gaps: Vec<(String, String)>,
    /// How it stands: gaps are there while it is as at the beginning.
    pub(crate) standing: AtomicU64,
    pub(crate) calls: AtomicU64,
    pub(crate) requests: Mutex<Vec<FetchRequest>>,
    pub(crate) throttled: AtomicU64,
    pub(crate) running: Arc<AtomicU64>,
    pub(crate) delay: Duration,
    pub(crate) bill: bool,
    /// The accounts that the bill has.
    pub(crate) billed: Vec<&'static str>,
    /// The accounts of which it tells by itself what instances cost, and in which currency.
    pub(crate) api_costs: Vec<(&'static str, &'static str)>,
    /// Whether those are of fewer days than they should be.
    pub(crate) low: bool,
    /// Whether it lists both regions of an account together.
    pub(crate) wide: bool,
    /// Whether it has snapshots, whose ARNs name no account: the same one in each account and region.
    pub(crate) snapshots: bool,
    /// Whether the first three instances of a scope are billed together, and whether how many they are is known.
    pub(crate) billed_together: Option<Known>,
}

/// Whether something is known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Known {
    Yes,
    No,
}

impl Default for Fake {
    fn default() -> Self {
        Self {
            faults: HashMap::new(),
            gaps: Vec::new(),
            standing: AtomicU64::new(0),
            calls: AtomicU64::new(0),
            requests: Mutex::default(),
            throttled: AtomicU64::new(0),
            running: Arc::default(),
            delay: Duration::ZERO,
            bill: false,
            billed: vec!["111", "222"],
            api_costs: Vec::new(),
            low: false,
            wide: false,
            snapshots: false,
            billed_together: None,
        }
    }
}

struct Running(Arc<AtomicU64>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Fake {
    pub(crate) fn with(faults: &[(&str, &str, usize, Fault)]) -> Self {
        let faults = faults.iter().map(|(a, r, page, f)| (((*a).to_owned(), (*r).to_owned(), *page), *f)).collect();
        Self { faults, ..Self::default() }
    }

    pub(crate) fn calls(&self) -> u64 {
        self.calls.load(Ordering::SeqCst)
    }

    fn currency_of(&self, account: &str) -> Option<&'static str> {
        self.api_costs.iter().find(|(of, _)| *of == account).map(|(_, currency)| *currency)
    }

    fn rows(&self, request: &FetchRequest) -> Vec<Row> {
        let scope = &request.scope;
        if scope.region == schema::scope::ALL_REGIONS {
            let regions = ["r1", "r2"].map(|region| Scope { region: region.to_owned(), ..scope.clone() });
            let requests = regions.map(|scope| FetchRequest { scope, ..request.clone() });
            return requests.iter().flat_map(|request| self.rows(request)).collect();
        }
        let common = |row: Row, name: &str| {
            row.with("provider", scope.provider.as_str())
                .with("account_id", scope.account_id.as_str())
                .with("account_name", scope.account_name.as_str())
                .with("region", scope.region.as_str())
                .with("resource_id", format!("arn:aws:x:{}:{}:{name}", scope.region, scope.account_id))
                .with("native_id", name)
                .with("name", name)
                .with("tags", std::collections::BTreeMap::new())
                .with("fetched_at", now())
        };
        match request.table.name {
            "instances" => (0..4_i32)
                .map(|i| {
                    let name = format!("i-{}-{}-{i}", scope.account_id, scope.region);
                    let state = if i == 3 { State::Stopped } else { State::Running };
                    let mut row = common(Row::new(&INSTANCES), &name).with("state", state).with("vcpus", i);
                    if let (Some(known), 0..3) = (self.billed_together, i) {
                        let of = format!("/sets/{}/{}", scope.account_id, scope.region);
                        let among = (known == Known::Yes).then_some(3);
                        let share = schema::share::Share { of, nth: i as u32, among };
                        row.set("properties", serde_json::json!({ schema::share::KEY: share }));
                    }
                    if request.wants("cpu_avg") && i != 3 {
                        row.set("cpu_avg", f64::from(i) * 10.0);
                    }
                    if let (Some(currency), true) = (self.currency_of(&scope.account_id), request.wants("cost_30d")) {
                        row.set("cost_30d", rust_decimal::Decimal::from(i * 50))
                            .set("cost_basis", "cost_api")
                            .set("cost_currency", currency);
                    }
                    row
                })
                .collect(),
            "volumes" => (0..2_i32)
                .map(|i| common(Row::new(&VOLUMES), &format!("v-{i}-{}", scope.region)).with("size_gib", 100))
                .collect(),
            "snapshots" => {
                let arn = format!("arn:aws:ec2:{}::snapshot/snap-1", scope.region);
                vec![common(Row::new(&SNAPSHOTS), "snap-1").with("resource_id", arn)]
            }
            "buckets" => vec![common(Row::new(&BUCKETS), &format!("b-{}", scope.account_id)).with("region", "r1")],
            "accounts" => {
                let readable = !self.gaps.iter().any(|(account, _)| *account == scope.account_id);
                vec![common(Row::new(&ACCOUNTS), &scope.account_name).with("readable", readable)]
            }
            "costs" if self.bill && !self.billed.contains(&scope.account_id.as_str()) => Vec::new(),
            "costs" => ["r1", "r2"]
                .iter()
                .flat_map(|region| {
                    let account = scope.account_id.clone();
                    (0..2).map(move |i| {
                        let id = format!("i-{account}-{region}-{i}");
                        // One resource by ARN, one by bare id.
                        let id = if i == 0 { format!("arn:aws:x:{region}:{account}:{id}") } else { id };
                        Row::new(&COSTS)
                            .with("ResourceId", id)
                            .with("SubAccountId", account.as_str())
                            .with("RegionId", *region)
                            .with("provider", "aws")
                            .with("BillingCurrency", self.currency_of(&scope.account_id).unwrap_or("USD"))
                            .with("ChargePeriodStart", now() - chrono::TimeDelta::days(2))
                            .with("EffectiveCost", rust_decimal::Decimal::new(12_345 + i, 2))
                    })
                })
                .collect(),
            _ => Vec::new(),
        }
    }

    async fn page(&self, request: &FetchRequest, page: usize) -> Result<(), FetchError> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        self.running.fetch_add(1, Ordering::SeqCst);
        let _running = Running(self.running.clone());
        tokio::time::sleep(self.delay).await;
        let scope = &request.scope;
        match self.faults.get(&(scope.account_id.clone(), scope.region.clone(), page)) {
            Some(Fault::Denied) => {
                Err(FetchError::new(FetchErrorKind::Denied, "not allowed").with_code("AccessDenied"))
            }
            Some(Fault::Throttled { times }) if self.throttled.fetch_add(1, Ordering::SeqCst) < *times => {
                Err(FetchError::new(FetchErrorKind::Throttled, "slow down"))
            }
            Some(Fault::Hang) => std::future::pending().await,
            Some(Fault::Panic) => panic!("the source breaks"),
            Some(Fault::Failed) => Err(FetchError::new(FetchErrorKind::Failed, "broken")),
            _ => Ok(()),
        }
    }
}

static TABLES: std::sync::LazyLock<Vec<TableSupport>> =
    std::sync::LazyLock::new(|| tables(&[&["cpu_avg", "cpu_max"], &["cpu_p95"]]));
static WITH_COSTS: std::sync::LazyLock<Vec<TableSupport>> = std::sync::LazyLock::new(|| {
    tables(&[&["cpu_avg", "cpu_max"], &["cpu_p95"], &["cost_30d", "cost_basis", "cost_currency"]])
});

static WITH_SNAPSHOTS: std::sync::LazyLock<Vec<TableSupport>> =
    std::sync::LazyLock::new(|| vec![TableSupport { table: &SNAPSHOTS, costly: &[], pushes: &[] }]);

fn tables(costly: &'static [&'static [&'static str]]) -> Vec<TableSupport> {
    let plain = |table| TableSupport { table, costly: &[], pushes: &[] };
    vec![
        TableSupport { table: &INSTANCES, costly, pushes: &[Push::Column("state"), Push::Tags] },
        plain(&VOLUMES),
        plain(&BUCKETS),
        plain(&ACCOUNTS),
        plain(&COSTS),
    ]
}

#[async_trait]
impl Source for Fake {
    fn id(&self) -> &str {
        "fake"
    }
    fn provider(&self) -> &str {
        "aws"
    }
    fn tables(&self) -> &[TableSupport] {
        if self.snapshots {
            &WITH_SNAPSHOTS
        } else if self.api_costs.is_empty() {
            &TABLES
        } else {
            &WITH_COSTS
        }
    }
    fn has_bill(&self) -> bool {
        self.bill
    }
    fn standing(&self) -> u64 {
        self.standing.load(Ordering::SeqCst)
    }
    async fn discover(&self, _: &FetchContext) -> Result<Discovery, FetchError> {
        assert!(!self.gaps.iter().any(|(account, _)| account == "panic"), "the source breaks");
        let mut discovery = Discovery::default();
        for (account, name) in [("111", "prod"), ("222", "dev")] {
            let regions: &[&str] = if self.wide { &["*"] } else { &["r1", "r2"] };
            for region in regions.iter().copied() {
                discovery.scopes.push(Scope::new("aws", account, name, region));
            }
        }
        if self.wide {
            discovery.regions = ["r1", "r2", "r3"].map(str::to_owned).to_vec();
        }
        for (account, name) in self.gaps.iter().filter(|_| self.standing() == 0) {
            let error = FetchError::new(FetchErrorKind::Denied, "the role cannot be assumed");
            discovery.gaps.push(Gap { scope: Scope::new("aws", account, name, "*"), error });
        }
        Ok(discovery)
    }
    fn estimate(&self, request: &FetchRequest) -> Vec<CallEstimate> {
        let calls = |action: String, calls: u64| CallEstimate {
            permissions: vec![action.clone()],
            action,
            calls,
            for_each: None,
            dollars_per_call: rust_decimal::Decimal::new(1, 2),
            on_consent: false,
            seconds_per_call: 0.1,
        };
        let mut all = vec![calls(format!("fake:List{}", request.table.name), 2)];
        if request.wants("cost_30d") {
            all.push(calls("fake:GetCosts".to_owned(), 1));
        }
        all
    }
    async fn fetch(&self, request: &FetchRequest, cx: &FetchContext) -> Result<(), FetchError> {
        self.requests.lock().unwrap().push(request.clone());
        let rows = self.rows(request);
        for (page, rows) in rows.chunks(2).enumerate() {
            cx.call("fake:List", || self.page(request, page)).await?;
            let fault = self.faults.get(&(request.scope.account_id.clone(), request.scope.region.clone(), page));
            if fault == Some(&Fault::WrongRows) {
                cx.emit(vec![Row::new(&BUCKETS)]).await?;
            }
            cx.emit(rows.to_vec()).await?;
        }
        let fault = self.faults.get(&(request.scope.account_id.clone(), request.scope.region.clone(), 0));
        if fault == Some(&Fault::MetricsDenied) && request.wants("cpu_avg") {
            let error = FetchError::new(FetchErrorKind::Denied, "no metrics");
            cx.gap(&["cpu_avg", "cpu_max"], None, error).await?;
        }
        if self.low && request.wants("cost_30d") {
            let error = FetchError::new(FetchErrorKind::Limited, "of 14 days").with_code(TOO_LOW);
            cx.gap(&["cost_30d"], None, error).await?;
        }
        Ok(())
    }
}

pub(crate) fn settings() -> EngineSettings {
    EngineSettings {
        retry: engine::context::RetryPolicy::for_testing(),
        scope_timeout: Duration::from_secs(5),
        ..EngineSettings::default()
    }
}

pub(crate) fn builder(fake: &Arc<Fake>) -> EngineBuilder {
    Engine::builder(settings()).source(fake.clone()).clock(now)
}

pub(crate) fn engine(fake: &Arc<Fake>) -> Engine {
    builder(fake).build().unwrap()
}

pub(crate) async fn sql(engine: &Engine, sql: &str) -> Result<Answer, EngineError> {
    engine.run(Request { what: What::Sql(sql.to_owned()), options: Options::default() }).await
}

pub(crate) async fn query(engine: &Engine, json: &str) -> Result<Answer, EngineError> {
    let query = serde_json::from_str(json).unwrap();
    engine.run(Request { what: What::Query(query), options: Options::default() }).await
}

/// The rows as lines, cells with `|` between, in the answer's order.
pub(crate) fn lines(answer: &Answer) -> Vec<String> {
    let mut lines = Vec::new();
    for batch in &answer.batches {
        for row in 0..batch.num_rows() {
            let cells: Vec<String> = (0..batch.num_columns())
                .map(|column| cells::text(batch, row, column).unwrap_or_else(|| "-".to_owned()))
                .collect();
            lines.push(cells.join("|"));
        }
    }
    lines
}

/// Coverage as lines, what is complete left out.
pub(crate) fn missing(answer: &Answer) -> Vec<String> {
    let scopes = answer.coverage.scopes.iter().filter(|line| !line.status.is_complete());
    scopes
        .map(|line| {
            let columns =
                if line.columns.is_empty() { String::new() } else { format!(" [{}]", line.columns.join(",")) };
            format!(
                "{}/{} {}{columns} {} rows={}: {}",
                line.scope.account_id,
                line.scope.region,
                line.table,
                line.status.as_str(),
                line.rows,
                line.error.as_ref().unwrap().message
            )
        })
        .collect()
}
