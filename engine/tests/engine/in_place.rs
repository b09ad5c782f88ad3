//! A table, whichever it is, that is read where it lies: rows, coverage, grants, `explain`, and when answers are kept.

use crate::fake::{Fake, builder, lines, sql};
use async_trait::async_trait;
use datafusion::catalog::MemTable;
use engine::in_place::{InPlace, Later, Opened, Told};
use engine::{Answer, Engine, EngineError, FetchError, FetchErrorKind, Options, Request, What};
use schema::query::ScopeFilter;
use schema::tables::{INSTANCES, SNAPSHOTS};
use schema::{Grant, Row, Scope, ScopeCoverage, Status, Table};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Two rows of a table in two accounts, and something that is told late.
struct Held {
    table: &'static Table,
    version: AtomicU64,
    opened: AtomicU64,
    is_broken: bool,
}

impl Held {
    fn of(table: &'static Table) -> Arc<Self> {
        Arc::new(Self { table, version: AtomicU64::new(1), opened: AtomicU64::new(0), is_broken: false })
    }

    fn line(&self, item: &str) -> ScopeCoverage {
        ScopeCoverage {
            source: "held".to_owned(),
            scope: Scope::new("held", "*", "*", "*"),
            table: self.table.name.to_owned(),
            columns: Vec::new(),
            item: Some(item.to_owned()),
            status: Status::Live,
            rows: 1,
            age_seconds: 0,
            calls: 0,
            error: None,
        }
    }
}

struct Late(ScopeCoverage);

impl Later for Late {
    fn told(&self) -> Told {
        Told { coverage: vec![self.0.clone()], warnings: vec!["told late".to_owned()], bytes: 30 }
    }
}

#[async_trait]
impl InPlace for Held {
    fn id(&self) -> &str {
        "held"
    }
    fn table(&self) -> &'static Table {
        self.table
    }
    async fn open(&self) -> Result<Opened, FetchError> {
        self.opened.fetch_add(1, Ordering::SeqCst);
        if self.is_broken {
            return Err(FetchError::new(FetchErrorKind::Failed, "the folder is not there"));
        }
        let row = |account: &str| {
            Row::new(self.table)
                .with("provider", "aws")
                .with("account_id", account)
                .with("account_name", account)
                .with("region", "r1")
                .with("native_id", format!("held-{account}"))
        };
        let batch = engine::arrow::batch(self.table, &[row("111"), row("999")]).unwrap();
        let provider = Arc::new(MemTable::try_new(batch.schema(), vec![vec![batch]]).unwrap());
        Ok(Opened {
            provider,
            coverage: vec![self.line("first")],
            warnings: Vec::new(),
            version: self.version.load(Ordering::SeqCst),
            bytes: 70,
            later: Some(Arc::new(Late(self.line("second")))),
        })
    }
}

fn engine(held: &Arc<Held>) -> Engine {
    builder(&Arc::new(Fake::default())).in_place(held.clone()).build().unwrap()
}

async fn under(engine: &Engine, text: &str, options: Options) -> Result<Answer, EngineError> {
    engine.run(Request { what: What::Sql(text.to_owned()), options }).await
}

const IDS: &str = "SELECT native_id FROM snapshots ORDER BY 1";

#[tokio::test]
async fn any_table_can_be_read_in_place_and_says_what_it_found_out_late() {
    let engine = engine(&Held::of(&SNAPSHOTS));
    let answer = sql(&engine, IDS).await.unwrap();
    assert_eq!(lines(&answer), ["held-111", "held-999"]);
    let items: Vec<_> = answer.coverage.scopes.iter().map(|line| line.item.as_deref().unwrap()).collect();
    assert_eq!((items.as_slice(), answer.coverage.complete), (["first", "second"].as_slice(), true));
    assert_eq!(answer.warnings, ["told late"]);
    let asked = Request { what: What::Sql(IDS.to_owned()), options: Options::default() };
    assert_eq!(engine.explain(asked).await.unwrap().file_bytes, 100);
}

#[tokio::test]
async fn what_is_held_of_a_table_adds_to_what_is_fetched_of_it() {
    let engine = engine(&Held::of(&INSTANCES));
    let answer = sql(&engine, "SELECT count(*), count(cost_30d) FROM instances").await.unwrap();
    assert_eq!(lines(&answer), ["18|0"], "four instances in each of four scopes, and no bill to take costs from");
    // An account that only the files have is no slip of the pen.
    let answer = sql(&engine, "SELECT native_id FROM instances WHERE account_id = '999'").await.unwrap();
    assert_eq!(lines(&answer), ["held-999"]);
}

#[tokio::test]
async fn scopes_and_grants_hold_for_what_is_read_in_place() {
    let engine = engine(&Held::of(&SNAPSHOTS));
    let scope = ScopeFilter { accounts: vec!["999".to_owned()], ..ScopeFilter::default() };
    let answer = under(&engine, IDS, Options { scope: scope.clone(), ..Options::default() }).await.unwrap();
    assert_eq!(lines(&answer), ["held-999"]);
    let grant = Grant::of_tables(["snapshots"]).within(&scope);
    let granted = Options { grant: Some(Arc::new(grant.clone())), ..Options::default() };
    let answer = under(&engine, IDS, granted.clone()).await.unwrap();
    assert_eq!(lines(&answer), ["held-999"]);
    assert!(answer.warnings.iter().any(|said| said.starts_with("of `snapshots`, only what is granted")), "{answer:?}");
    let refused = under(&engine, "SELECT * FROM volumes", granted).await;
    assert!(matches!(refused, Err(EngineError::Denied { code: "table_not_granted", .. })), "{refused:?}");
}

#[tokio::test]
async fn an_answer_is_kept_until_the_files_that_it_read_change() {
    let held = Held::of(&SNAPSHOTS);
    let engine = engine(&held);
    let is_kept = async |engine: &Engine| sql(engine, IDS).await.unwrap().coverage.scopes[0].status == Status::Cached;
    assert!(!is_kept(&engine).await);
    assert!(is_kept(&engine).await);
    held.version.store(2, Ordering::SeqCst);
    assert!(!is_kept(&engine).await);
    assert!(is_kept(&engine).await);
    let opened = held.opened.load(Ordering::SeqCst);
    sql(&engine, "SELECT count(*) FROM volumes").await.unwrap();
    assert_eq!(held.opened.load(Ordering::SeqCst), opened, "what no query reads is not looked at");
}

#[tokio::test]
async fn what_cannot_be_opened_is_named_and_not_empty() {
    let broken = Held { is_broken: true, ..Arc::try_unwrap(Held::of(&SNAPSHOTS)).ok().unwrap() };
    let engine = engine(&Arc::new(broken));
    let answer = sql(&engine, IDS).await.unwrap();
    assert_eq!((answer.row_count, answer.coverage.complete), (0, false));
    let error = answer.coverage.scopes[0].error.as_ref().unwrap();
    assert_eq!(error.message, "the folder is not there");
    assert!(answer.warnings.is_empty(), "{:?}", answer.warnings);
}
