//! What a request would take, told before anything runs: scopes, calls, seconds, dollars and permissions.

use crate::costs;
use crate::engine::Inner;
use crate::run::Run;
use crate::scan::Planned;
use crate::source::{CallEstimate, FetchRequest};
use datafusion::physical_plan::{ExecutionPlan, displayable};
use rust_decimal::Decimal;
use schema::{Query, Scope, TableKind};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What a request would take.
#[derive(Debug, Clone, Serialize)]
pub struct Explanation {
    /// The typed request, where there was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query: Option<Query>,
    /// The SQL that would run.
    pub sql: String,
    /// What would be read, scope by scope.
    pub scopes: Vec<ScopePlan>,
    /// All calls, by action.
    pub calls: Vec<ActionPlan>,
    /// How many calls in all, at least: lists that turn out longer than a page take more.
    pub call_count: u64,
    /// A rough time in seconds, from typical times of the calls and how many scopes are read at once.
    pub seconds: f64,
    /// What the calls would cost, in US dollars, at least.
    pub dollars: Decimal,
    /// The permissions that the calls need, sorted.
    pub permissions: Vec<String>,
    /// Bytes of files (bills, snapshots) that a full read takes.
    pub file_bytes: u64,
    /// What cannot be read, and what else the reader must know.
    pub warnings: Vec<String>,
    /// The plan, for the curious.
    pub plan: String,
}

/// One table in one scope.
#[derive(Debug, Clone, Serialize)]
pub struct ScopePlan {
    /// The source's id.
    pub source: String,
    /// The scope.
    #[serde(flatten)]
    pub scope: Scope,
    /// The table.
    pub table: String,
    /// Whether kept rows will do.
    pub cached: bool,
    /// How many calls it takes, at least.
    pub calls: u64,
    /// Conditions that the provider applies.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pushed: Vec<schema::query::Condition>,
    /// Columns that take calls of their own.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub costly: Vec<&'static str>,
    /// Why it cannot be read, where that is known already.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The time that would be fetched, of tables that have one.
    #[serde(skip)]
    pub time: Option<(chrono::DateTime<chrono::Utc>, chrono::DateTime<chrono::Utc>)>,
}

/// All calls of one action.
#[derive(Debug, Clone, Serialize)]
pub struct ActionPlan {
    /// The action, as the provider's permissions write it.
    pub action: String,
    /// How many calls, at least.
    pub calls: u64,
    /// What such a call is made for each of (`uniform scale set`), where how many there are is known only when it runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub for_each: Option<&'static str>,
    /// What they would cost, in US dollars.
    pub dollars: Decimal,
    /// Typical time of all of them, one after the other.
    pub seconds: f64,
}

impl Explanation {
    /// What several requests would take together, one after the other. None of none.
    pub fn of_all(plans: impl IntoIterator<Item = Self>) -> Option<Self> {
        plans.into_iter().reduce(|mut all, next| {
            all.query = None;
            all.sql = format!("{};\n{}", all.sql, next.sql);
            // What one has read, the next finds kept.
            let is_new = |scope: &ScopePlan, all: &[ScopePlan]| {
                !all.iter().any(|had| {
                    had.source == scope.source
                        && had.scope == scope.scope
                        && had.table == scope.table
                        && had.time == scope.time
                        && scope.costly.iter().all(|column| had.costly.contains(column))
                })
            };
            let brings_calls = next.scopes.iter().any(|scope| !scope.cached && is_new(scope, &all.scopes));
            let new: Vec<ScopePlan> = next.scopes.into_iter().filter(|scope| is_new(scope, &all.scopes)).collect();
            all.scopes.extend(new);
            if brings_calls {
                for call in next.calls {
                    match all.calls.iter_mut().find(|had| had.action == call.action) {
                        Some(had) => {
                            had.calls += call.calls;
                            had.dollars += call.dollars;
                            had.seconds += call.seconds;
                        }
                        None => all.calls.push(call),
                    }
                }
                all.call_count += next.call_count;
                all.seconds += next.seconds;
                all.dollars += next.dollars;
            }
            all.permissions.extend(next.permissions);
            all.permissions.sort();
            all.permissions.dedup();
            all.file_bytes = all.file_bytes.max(next.file_bytes);
            for warning in next.warnings {
                if !all.warnings.contains(&warning) {
                    all.warnings.push(warning);
                }
            }
            all.plan.push_str(&next.plan);
            all
        })
    }
}

/// What a fetch would take. What it takes only of an account that the bill does not have is made for each of those: which
/// they are is known once the bill is read, and the permissions are needed for them.
fn estimate(fetch: &Planned, request: &FetchRequest) -> Vec<CallEstimate> {
    let mut all = fetch.source.estimate(request);
    if !fetch.may_be_billed {
        return all;
    }
    let is_of_costs = request.table.kind == TableKind::Costs;
    let mut billed = request.clone();
    billed.costly.retain(|column| !costs::COLUMNS.contains(column));
    let sure = if is_of_costs { Vec::new() } else { fetch.source.estimate(&billed) };
    for call in &mut all {
        let calls = sure.iter().find(|one| one.action == call.action).map_or(0, |one| one.calls);
        if calls < call.calls {
            call.calls = calls;
            call.for_each = Some("account that the billing files do not have");
        }
    }
    all
}

pub(crate) async fn explain(
    inner: &Inner,
    query: Option<Query>,
    sql: String,
    run: &Run,
    physical: &dyn ExecutionPlan,
) -> Explanation {
    let planned = run.gathered().planned.clone();
    let mut actions: BTreeMap<String, ActionPlan> = BTreeMap::new();
    let mut permissions = BTreeSet::new();
    let mut scopes = Vec::new();
    let mut slowest_scope: f64 = 0.0;
    let mut not_made = BTreeSet::new();
    for fetch in &planned {
        let meta = fetch.meta(run);
        let cached = fetch.gap.is_none() && inner.cache.has(&meta, run.now, run.max_age).await;
        let request = FetchRequest { known_rows: inner.cache.last_rows(&meta).await, ..fetch.request.clone() };
        scopes.push(ScopePlan {
            source: fetch.source.id().to_owned(),
            scope: fetch.request.scope.clone(),
            table: fetch.request.table.name.to_owned(),
            cached,
            pushed: fetch.request.filters.clone(),
            costly: fetch.request.costly.iter().copied().collect(),
            error: fetch.gap.as_ref().map(|error| error.message.clone()),
            time: fetch.request.time,
            calls: 0,
        });
        if fetch.gap.is_some() {
            continue;
        }
        let (mut scope_seconds, mut scope_calls) = (0.0, 0);
        for call in estimate(fetch, &request) {
            if call.on_consent && !inner.settings.paid_calls {
                not_made.insert(call.action);
                continue;
            }
            // Permissions are what the request needs once the kept rows have aged, so they are listed in any case.
            permissions.extend(call.permissions);
            // What discovery has found out already takes no call any more.
            if cached || (call.calls == 0 && call.for_each.is_none()) {
                continue;
            }
            let calls = Decimal::from(call.calls);
            #[expect(clippy::cast_precision_loss, reason = "a rough time")]
            let seconds = call.calls as f64 * call.seconds_per_call;
            scope_seconds += seconds;
            let action = actions.entry(call.action.clone()).or_insert_with(|| ActionPlan {
                action: call.action,
                calls: 0,
                for_each: call.for_each,
                dollars: Decimal::ZERO,
                seconds: 0.0,
            });
            action.calls += call.calls;
            scope_calls += call.calls;
            action.dollars += calls * call.dollars_per_call;
            action.seconds += seconds;
        }
        slowest_scope = slowest_scope.max(scope_seconds);
        if let Some(scope) = scopes.last_mut() {
            scope.calls = scope_calls;
        }
    }
    let calls: Vec<ActionPlan> = actions.into_values().collect();
    let all_seconds: f64 = calls.iter().map(|call| call.seconds).sum();
    #[expect(clippy::cast_precision_loss, reason = "a rough time")]
    let side_by_side = all_seconds / inner.settings.scopes_at_once.max(1) as f64;
    let gathered = run.gathered();
    let mut warnings = gathered.warnings.clone();
    warnings.extend(not_made.into_iter().map(|action| {
        format!(
            "`{action}` is billed and will not be made: what only it tells will be missing; allow it (`allow_paid_calls = true` in \
             `[costs]`) or point `[billing]` to an export"
        )
    }));
    for line in gathered.coverage.iter().filter(|line| !line.status.is_complete()) {
        let what = line.item.as_deref().unwrap_or(&line.table);
        let why = line.error.as_ref().map_or("", |error| error.message.as_str());
        let lacks = if line.is_undecided() { "is not wholly known" } else { "cannot be read" };
        warnings.push(format!("{what} in {} {lacks}: {why}", line.scope));
    }
    Explanation {
        query,
        sql,
        scopes,
        call_count: calls.iter().map(|call| call.calls).sum(),
        seconds: (slowest_scope.max(side_by_side) * 100.0).round() / 100.0,
        dollars: calls.iter().map(|call| call.dollars).sum(),
        calls,
        permissions: permissions.into_iter().collect(),
        file_bytes: gathered.in_place_bytes,
        warnings,
        plan: displayable(physical).indent(false).to_string(),
    }
}
