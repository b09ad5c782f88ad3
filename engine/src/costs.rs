//! What each resource cost in the last 30 days, from the bill, ready to be joined to resource rows.
//!
//! A bill names a resource by ARN, by bare id or by ARM id. A row is matched by its whole id (an ARN without an account
//! also with its own), and by its bare id within its account (and region, where the bill names one); all are added up,
//! because one bill can use several. So is its part of what the bill has of a resource that stands for several (see
//! [`schema::share`]).

use crate::arrow;
use crate::engine::Inner;
use crate::error::{FetchError, FetchErrorKind};
use crate::run::Run;
use chrono::{DateTime, Utc};
use datafusion::arrow::array::{Array, ArrayRef, AsArray, Decimal128Builder, RecordBatch, StringBuilder};
use datafusion::arrow::datatypes::Decimal128Type;
use datafusion::error::Result;
use schema::share::Share;
use schema::tables::COSTS;
use schema::{Scope, ScopeCoverage, Status};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::{Mutex, PoisonError};

/// How far back `cost_30d` reaches.
const DAYS: u32 = 30;

pub(crate) use schema::tables::common::COST_COLUMNS as COLUMNS;

/// What each resource cost, and where that is known from.
#[derive(Debug, Default)]
pub(crate) struct CostIndex {
    /// By whole id: ARN, or ARM id in lower case.
    whole: HashMap<String, Amount>,
    /// By account and bare id.
    bare: HashMap<(String, String), Vec<(String, Amount)>>,
    /// Accounts that the bill has rows for.
    pub(crate) accounts: BTreeSet<String>,
    /// When the bill was looked at.
    made: DateTime<Utc>,
    /// What the look at the bill covered.
    coverage: Vec<ScopeCoverage>,
    warnings: Vec<String>,
}

#[derive(Debug, Clone)]
struct Amount {
    value: i128,
    currency: Arc<str>,
    /// Set when amounts of two currencies met: no sum means anything then.
    mixed: bool,
}

impl Amount {
    fn add(&mut self, other: &Self) {
        self.mixed |= other.mixed || self.currency != other.currency;
        self.value = self.value.saturating_add(other.value);
    }
}

/// A batch with its costs, and why some are lacking.
pub(crate) struct Joined {
    pub(crate) batch: RecordBatch,
    /// Some resource has charges in several currencies, which are no one amount.
    pub(crate) has_mixed: bool,
    /// Some resource is billed with others, of which nobody knows how many they are.
    pub(crate) has_unshared: bool,
}

/// A resource's part of what is billed for several.
enum Part {
    None,
    Of(Amount),
    NotKnown,
}

impl Part {
    /// The part and what the resource is billed by itself, and what that is from.
    fn with(self, own: Option<Amount>) -> (Option<Amount>, &'static str) {
        match (own, self) {
            (own, Self::None) => (own, "billing_export"),
            // What it is billed by itself would be too little.
            (_, Self::NotKnown) => (None, "billing_export_share"),
            (None, Self::Of(part)) => (Some(part), "billing_export_share"),
            (Some(mut own), Self::Of(part)) => {
                own.add(&part);
                (Some(own), "billing_export_share")
            }
        }
    }
}

/// The accounts that the bill has charges of, at any time.
#[derive(Debug, Default)]
pub(crate) struct BilledAccounts {
    accounts: BTreeSet<String>,
    is_whole: bool,
}

/// Whether the bill has an account.
pub(crate) enum Billed {
    Yes,
    No,
    /// Some of the bill could not be read.
    NotKnown(FetchError),
}

impl BilledAccounts {
    /// Whether what a source would tell of the scope's costs is in the bill.
    pub(crate) fn of(&self, scope: &Scope) -> Billed {
        if self.accounts.contains(&scope.account_id.to_lowercase()) {
            return Billed::Yes;
        }
        if self.is_whole {
            return Billed::No;
        }
        let text = "whether the billing files have this account is not known, because not all of them could be read";
        Billed::NotKnown(FetchError::new(FetchErrorKind::Failed, text))
    }
}

/// What was found out from the bill.
#[derive(Default)]
pub(crate) struct CostCache {
    index: Kept<CostIndex>,
    accounts: Kept<BilledAccounts>,
}

/// What was made from the bill: for which state of the files, and when.
struct Kept<T>(Mutex<Option<(u64, DateTime<Utc>, Arc<T>)>>);

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

/// The accounts that the bill has; all scans of the run use the same.
pub(crate) async fn accounts(inner: &Arc<Inner>, run: &Arc<Run>) -> Arc<BilledAccounts> {
    let accounts = run.billed.get_or_init(|| async {
        let version = inner.version_of_bills(run).await;
        if let Some(kept) = inner.cost_cache.accounts.get(version, run) {
            return kept;
        }
        let accounts = Arc::new(Box::pin(find_accounts(inner, run)).await);
        if accounts.is_whole {
            inner.cost_cache.accounts.put(version, run.now, accounts.clone());
        }
        accounts
    });
    accounts.await.clone()
}

async fn find_accounts(inner: &Arc<Inner>, run: &Run) -> BilledAccounts {
    let own = look(run);
    match inner.collect("SELECT DISTINCT \"SubAccountId\" FROM costs", &own).await {
        Ok(batches) => {
            let of_batch = |batch: &RecordBatch| -> Vec<String> {
                batch.column(0).as_string::<i32>().iter().flatten().map(account_of).collect()
            };
            let accounts = batches.iter().flat_map(of_batch).collect();
            BilledAccounts { accounts, is_whole: own.coverage().complete }
        }
        Err(_) => BilledAccounts::default(),
    }
}

/// A run that reads nothing but the bill, as the other run finds it.
fn look(run: &Run) -> Arc<Run> {
    let mut own = Run::new(run.now, run.max_age, schema::query::ScopeFilter::default(), None);
    own.bills_only = true;
    own.opened = run.opened.clone();
    Arc::new(own)
}

/// The index for a run; all scans of the run use the same.
pub(crate) async fn index(inner: &Arc<Inner>, run: &Arc<Run>) -> Arc<CostIndex> {
    let index = run.costs.get_or_init(|| async {
        let version = inner.version_of_bills(run).await;
        if let Some(kept) = inner.cost_cache.index.get(version, run) {
            return kept;
        }
        // Boxed: the look at the bill is itself a query of the engine that asks for it.
        let index = Arc::new(Box::pin(build(inner, run)).await);
        // Of a bill that could not be read whole, the next request tries again.
        if index.is_whole() {
            inner.cost_cache.index.put(version, run.now, index.clone());
        }
        index
    });
    let index = index.await.clone();
    let older = crate::cache::age(index.made, run.now).as_secs();
    for line in &index.coverage {
        let age_seconds = line.age_seconds + older;
        // What was read for an earlier request is not read live for this one.
        let status = if older > 0 && line.status == Status::Live { Status::Cached } else { line.status };
        run.cover(ScopeCoverage { columns: vec!["cost_30d".to_owned()], age_seconds, status, ..line.clone() });
    }
    index.warnings.iter().for_each(|warning| run.warn(warning.clone()));
    index
}

impl<T> Kept<T> {
    fn get(&self, version: u64, run: &Run) -> Option<Arc<T>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (of, made, value) = kept.as_ref()?;
        let is_young = !run.max_age.is_zero() && crate::cache::age(*made, run.now) <= run.max_age;
        (*of == version && is_young).then(|| value.clone())
    }

    fn put(&self, version: u64, made: DateTime<Utc>, value: Arc<T>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((version, made, value));
    }
}

async fn build(inner: &Arc<Inner>, run: &Run) -> CostIndex {
    if !inner.has_bills() {
        return CostIndex { made: run.now, ..CostIndex::default() };
    }
    let from = schema::query::sql::timestamp(schema::time::Span::days(DAYS).begin(run.now));
    let sql = format!(
        "SELECT \"ResourceId\", \"SubAccountId\", \"RegionId\", \"BillingCurrency\", sum(\"EffectiveCost\") AS cost \
         FROM costs WHERE \"ChargePeriodStart\" >= {from} \
         GROUP BY \"ResourceId\", \"SubAccountId\", \"RegionId\", \"BillingCurrency\""
    );
    let own = look(run);
    let mut index = CostIndex { made: run.now, ..CostIndex::default() };
    match inner.collect(&sql, &own).await {
        Ok(batches) => {
            batches.iter().for_each(|batch| index.add(batch));
            index.coverage = own.coverage().scopes;
            // What has to be known of the bill has to be known of costs that are taken from it.
            index.warnings.clone_from(&own.gathered().warnings);
        }
        Err(error) => {
            index.coverage = own.coverage().scopes;
            index.coverage.push(failed_line(&format!("costs of resources are not known: {error}")));
        }
    }
    index
}

fn failed_line(message: &str) -> ScopeCoverage {
    ScopeCoverage {
        source: "billing".to_owned(),
        scope: Scope::new("billing", "*", "*", "*"),
        table: COSTS.name.to_owned(),
        columns: Vec::new(),
        item: None,
        status: Status::Failed,
        rows: 0,
        age_seconds: 0,
        calls: 0,
        error: Some(schema::coverage::CoverageError::new("failed", message)),
    }
}

/// The account in the words of resource tables: Azure bills may write `/subscriptions/<id>`.
fn account_of(sub_account: &str) -> String {
    sub_account.to_lowercase().trim_start_matches("/subscriptions/").to_owned()
}

/// The ARN of a row with its account, where it names none: those of snapshots and images are written without, and bills
/// write them with.
fn with_account(arn: &str, account: &str) -> Option<String> {
    let mut parts: Vec<&str> = arn.splitn(6, ':').collect();
    let ["arn", _, _, _, of @ "", _] = parts.as_mut_slice() else { return None };
    *of = account;
    Some(parts.join(":"))
}

/// Whether an id says by itself which resource of which account it means.
fn is_whole(id: &str) -> bool {
    id.starts_with("arn:") || id.starts_with('/')
}

impl CostIndex {
    /// Whether all of the bill could be read.
    pub(crate) fn is_whole(&self) -> bool {
        self.coverage.iter().all(|line| line.status.is_complete())
    }

    fn add(&mut self, batch: &RecordBatch) {
        let texts: Vec<_> = (0..4).map(|at| batch.column(at).as_string::<i32>()).collect();
        let costs = batch.column(4).as_primitive::<Decimal128Type>();
        let text = |column: usize, row: usize| texts[column].is_valid(row).then(|| texts[column].value(row));
        for row in 0..batch.num_rows() {
            let account = account_of(text(1, row).unwrap_or_default());
            self.accounts.insert(account.clone());
            let (Some(id), true) = (text(0, row).filter(|id| !id.is_empty()), costs.is_valid(row)) else {
                continue;
            };
            let currency = text(3, row).unwrap_or_default();
            let amount = Amount { value: costs.value(row), currency: currency.into(), mixed: false };
            if is_whole(id) {
                let id = if id.starts_with('/') { id.to_lowercase() } else { id.to_owned() };
                self.whole.entry(id).and_modify(|known| known.add(&amount)).or_insert(amount);
            } else {
                let region = text(2, row).unwrap_or_default().to_owned();
                self.bare.entry((account, id.to_owned())).or_default().push((region, amount));
            }
        }
    }

    fn amount(&self, resource_id: &str, native_id: &str, account: &str, region: &str) -> Option<Amount> {
        let mut sum = self.whole.get(resource_id).cloned();
        let with_account = with_account(resource_id, account).and_then(|arn| self.whole.get(&arn));
        let bare = self.bare.get(&(account.to_lowercase(), native_id.to_owned())).into_iter().flatten();
        let same_place = |billed_region: &String| {
            billed_region.is_empty() || billed_region == region || billed_region.eq_ignore_ascii_case("global")
        };
        let bare = bare.filter(|(billed_region, _)| same_place(billed_region)).map(|(_, amount)| amount);
        for amount in with_account.into_iter().chain(bare) {
            match &mut sum {
                Some(sum) => sum.add(amount),
                None => sum = Some(amount.clone()),
            }
        }
        sum
    }

    /// Its part of what the bill has of a resource that stands for several, if its properties tell of one.
    fn part(&self, properties: Option<&str>) -> Part {
        let Some(share) = properties.and_then(Share::read) else { return Part::None };
        let Some(whole) = self.whole.get(&share.of) else { return Part::None };
        share.part(whole.value).map_or(Part::NotKnown, |value| Part::Of(Amount { value, ..whole.clone() }))
    }

    /// The same batch with `cost_30d`, `cost_basis` and `cost_currency` filled where the bill knows the resource. What a
    /// source filled in itself stays where the bill has no amount.
    pub(crate) fn join(&self, batch: &RecordBatch) -> Result<Joined> {
        let schema = batch.schema();
        let at = |name: &str| schema.index_of(name);
        let (cost_at, basis_at, currency_at) = (at("cost_30d")?, at("cost_basis")?, at("cost_currency")?);
        let texts = [at("resource_id")?, at("native_id")?, at("account_id")?, at("region")?]
            .map(|at| batch.column(at).as_string::<i32>());
        let costs = batch.column(cost_at).as_primitive::<Decimal128Type>();
        let bases = batch.column(basis_at).as_string::<i32>();
        let currencies = batch.column(currency_at).as_string::<i32>();
        let properties = batch.column(at("properties")?).as_string::<i32>();
        let mut cost = Decimal128Builder::with_capacity(batch.num_rows())
            .with_data_type(arrow::data_type(schema::ColumnType::Decimal));
        let (mut basis, mut currency) = (StringBuilder::new(), StringBuilder::new());
        let (mut has_mixed, mut has_unshared) = (false, false);
        for row in 0..batch.num_rows() {
            let [resource, native, account, region] = texts.map(|text| text.value(row));
            let own = self.amount(resource, native, account, region);
            let part = self.part(properties.is_valid(row).then(|| properties.value(row)));
            has_unshared |= matches!(part, Part::NotKnown) && costs.is_null(row);
            let (amount, from) = part.with(own);
            has_mixed |= amount.as_ref().is_some_and(|amount| amount.mixed) && costs.is_null(row);
            match amount.filter(|amount| !amount.mixed) {
                Some(amount) => {
                    cost.append_value(amount.value);
                    basis.append_value(from);
                    currency.append_option(Some(&*amount.currency).filter(|name| !name.is_empty()));
                }
                None => {
                    cost.append_option(costs.is_valid(row).then(|| costs.value(row)));
                    basis.append_option(bases.is_valid(row).then(|| bases.value(row)));
                    currency.append_option(currencies.is_valid(row).then(|| currencies.value(row)));
                }
            }
        }
        let mut columns: Vec<ArrayRef> = batch.columns().to_vec();
        columns[cost_at] = Arc::new(cost.finish());
        columns[basis_at] = Arc::new(basis.finish());
        columns[currency_at] = Arc::new(currency.finish());
        Ok(Joined { batch: RecordBatch::try_new(schema, columns)?, has_mixed, has_unshared })
    }
}
