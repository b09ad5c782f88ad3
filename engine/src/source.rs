//! The port that every source implements: what it can fill, what that would take, and the fetch itself.
//!
//! A source names no SQL and keeps no cache. It is asked for one table in one scope, hands rows over page by
//! page, and makes every call to its provider through [`FetchContext::call`], which counts it, holds it to the
//! limits, and tries again what may be tried again. Dropping a fetch's future cancels its calls.

use crate::context::FetchContext;
use crate::error::FetchError;
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use schema::query::{Compare, Condition, Field, Literal, Op};
use schema::{Scope, Table};
use std::collections::BTreeSet;

/// Something that can fill tables for its scopes.
#[async_trait]
pub trait Source: Send + Sync + 'static {
    /// The name in coverage and configuration: `aws`, `demo`. Unique in an engine.
    fn id(&self) -> &str;

    /// The provider that its rows are of; `*` where that cannot be told beforehand.
    fn provider(&self) -> &str;

    /// Which tables it can fill, by name, and which of their columns take calls of their own.
    fn tables(&self) -> &[TableSupport];

    /// Whether its `costs` are a bill with resource ids, from which `cost_30d` of any resource may be taken.
    fn has_bill(&self) -> bool {
        false
    }

    /// A number that differs when another configuration of the source would give other rows (seed, endpoint).
    /// Rows that were kept under another number are not used.
    fn fingerprint(&self) -> u64 {
        0
    }

    /// A number that differs once what it covers may be another for a reason of its own: it was granted something, it was
    /// replaced. What was found out under another number is looked at anew. Makes no call.
    fn standing(&self) -> u64 {
        0
    }

    /// Which accounts and regions it covers, and which it should cover and cannot.
    ///
    /// May call the provider (regions, an organisation's accounts). The engine keeps the result as long as rows.
    /// An error means that nothing at all could be found out.
    async fn discover(&self, cx: &FetchContext) -> Result<Discovery, FetchError>;

    /// What a fetch would take, for `explain`. Makes no call.
    fn estimate(&self, request: &FetchRequest) -> Vec<CallEstimate>;

    /// Hands all rows of the request over to [`FetchContext::emit`].
    ///
    /// Rows may be more than the request's filters and limit ask for, never fewer: the engine filters again.
    /// On an error the rows handed over so far stay, and coverage says that the scope is not complete.
    /// A part that fails without the rows being wrong (metrics denied) goes to [`FetchContext::gap`].
    async fn fetch(&self, request: &FetchRequest, cx: &FetchContext) -> Result<(), FetchError>;
}

/// One table that a source can fill.
#[derive(Debug, Clone)]
pub struct TableSupport {
    /// The table.
    pub table: &'static Table,
    /// Groups of columns that take calls of their own; a group is fetched whole, when a query names one of it.
    /// Columns in no group come with every row.
    pub costly: &'static [&'static [&'static str]],
    /// Which conditions it can hand on to the provider, so that fewer rows come. The engine sends no others.
    pub pushes: &'static [Push],
}

/// A condition that a source can hand on to its provider: equality or `in` on a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Push {
    /// `column = x`, `column IN (…)`.
    Column(&'static str),
    /// `tags['key'] = x`.
    Tags,
}

/// What a source covers.
#[derive(Debug, Clone, Default)]
pub struct Discovery {
    /// Its scopes, account by account and region by region. Region-less tables are fetched once for each account.
    /// A provider that lists all regions of an account together has one scope for each account, with the region
    /// [`schema::scope::ALL_REGIONS`].
    pub scopes: Vec<Scope>,
    /// What it should cover and cannot: an account whose role is refused, regions that cannot be listed.
    pub gaps: Vec<Gap>,
    /// The regions that there are, where scopes have the region [`schema::scope::ALL_REGIONS`]: for checking a name that
    /// somebody typed, and for completing it.
    pub regions: Vec<String>,
}

/// A scope that cannot be read at all. Its region is `*` where all of the account is concerned.
#[derive(Debug, Clone)]
pub struct Gap {
    /// Which.
    pub scope: Scope,
    /// Why not.
    pub error: FetchError,
}

/// One table in one scope, and what of it.
#[derive(Debug, Clone)]
pub struct FetchRequest {
    /// The table.
    pub table: &'static Table,
    /// The scope. Its region is [`schema::scope::GLOBAL`] for region-less tables.
    pub scope: Scope,
    /// The costly columns that are wanted, all of their groups; the others always are.
    pub costly: BTreeSet<&'static str>,
    /// Conditions that all hold for the rows wanted, from [`TableSupport::pushes`] only.
    pub filters: Vec<Condition>,
    /// Rows beyond so many are not needed.
    pub limit: Option<usize>,
    /// For tables with a time: from (inclusive) and to (exclusive). Already bounded by the engine.
    pub time: Option<(DateTime<Utc>, DateTime<Utc>)>,
    /// How many rows there were when they were last read whole, where that is known: for estimates alone.
    pub known_rows: Option<u64>,
}

impl FetchRequest {
    /// All of a table in a scope, without its costly columns.
    pub fn new(table: &'static Table, scope: Scope) -> Self {
        Self { table, scope, costly: BTreeSet::new(), filters: Vec::new(), limit: None, time: None, known_rows: None }
    }

    /// How many calls its rows take at so many a call, as far as is known: one where they were never read.
    pub fn calls_of(&self, rows_a_call: usize) -> u64 {
        self.known_rows.unwrap_or_default().div_ceil(rows_a_call.max(1) as u64).max(1)
    }

    /// The texts that a column is to equal one of, where a filter says so.
    pub fn texts_of(&self, column: &str) -> Option<Vec<&str>> {
        self.filters.iter().find_map(|condition| {
            let Condition::Compare(Compare { field: Field::Column(name), op, value }) = condition else { return None };
            let values = match (op, value) {
                (Op::Eq, one) => std::slice::from_ref(one),
                (Op::In, Literal::List(list)) => list.as_slice(),
                _ => return None,
            };
            if name != column {
                return None;
            }
            values
                .iter()
                .map(|value| if let Literal::Text(text) = value { Some(text.as_str()) } else { None })
                .collect()
        })
    }

    /// Whether a costly column is wanted.
    pub fn wants(&self, column: &str) -> bool {
        self.costly.contains(column)
    }
}

/// What one kind of call would take.
#[derive(Debug, Clone, PartialEq)]
pub struct CallEstimate {
    /// The service and action as the provider's permissions write it: `ec2:DescribeInstances`.
    pub action: String,
    /// How many calls at least: more where more pages turn out to be needed.
    pub calls: u64,
    /// What such a call is made for each of, where it is: `function`. How many there are is known only when it runs.
    pub for_each: Option<&'static str>,
    /// Price of one call, in US dollars.
    pub dollars_per_call: rust_decimal::Decimal,
    /// Whether it is made only where the configuration allows paid calls ([`FetchContext::paid_calls_allowed`]).
    pub on_consent: bool,
    /// Typical time of one call.
    pub seconds_per_call: f64,
    /// The permissions that it needs.
    pub permissions: Vec<String>,
}
