//! A table as DataFusion sees it. Scanning plans fetches; nothing is fetched before the plan runs.

use crate::arrow::schema_of;
use crate::costs::Billed;
use crate::engine::{Inner, Place};
use crate::error::{EngineError, FetchError, FetchErrorKind};
use crate::run::Run;
use crate::scan::{Planned, ScopeScan};
use crate::source::{FetchRequest, Gap, Source, TableSupport};
use crate::watch::Watched;
use crate::{costs, filters, grants};
use async_trait::async_trait;
use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::{Session, TableProvider};
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::streaming::StreamingTableExec;
use datafusion::physical_plan::union::UnionExec;
use schema::scope::{ALL_REGIONS, GLOBAL};
use schema::tables::ACCOUNTS;
use schema::{Grant, Locality, Scope, Table, TableKind};
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

/// How far back metrics reach where no time is asked for: as far as the utilisation columns.
const METRICS_DAYS: i64 = 14;
/// How far back fetched costs reach where no time is asked for: what Cost Explorer keeps.
const COSTS_DAYS: i64 = 400;

/// One table in one run.
pub(crate) struct CloudTable {
    pub(crate) table: &'static Table,
    pub(crate) inner: Arc<Inner>,
    pub(crate) run: Arc<Run>,
    /// What is read of it in place.
    pub(crate) in_place: Vec<Arc<dyn TableProvider>>,
}

impl fmt::Debug for CloudTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CloudTable").field("table", &self.table.name).finish_non_exhaustive()
    }
}

#[async_trait]
impl TableProvider for CloudTable {
    fn schema(&self) -> SchemaRef {
        match self.in_place.as_slice() {
            // What the files have beyond FOCUS can be read too, as long as no other source must have it as well.
            [only] if !self.inner.sources.iter().any(|s| supports(s, self.table).is_some()) => only.schema(),
            _ => schema_of(self.table),
        }
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()])
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let all: Vec<usize> = (0..self.schema().fields().len()).collect();
        let wanted: &[usize] = projection.map_or(&all, Vec::as_slice);
        let watched = Watched::of(self.table, &self.schema(), wanted);
        let wanted = watched.as_ref().map_or(wanted, |watched| watched.read.as_slice());
        let mut plans = Vec::new();
        for provider in &self.in_place {
            plans.push(provider.scan(state, Some(&wanted.to_vec()), filters, limit).await?);
        }
        let planned = self.plan_fetches(wanted, filters, limit).await?;
        if !planned.is_empty() || plans.is_empty() {
            plans.push(self.fetch_plan(planned, wanted, limit)?);
        }
        let plan = match plans.len() {
            1 => plans.remove(0),
            _ => UnionExec::try_new(plans)?,
        };
        match watched.as_ref() {
            Some(watched) => watched.over(plan, state, filters, &self.run),
            None => Ok(plan),
        }
    }
}

pub(crate) fn supports<'a>(source: &'a Arc<dyn Source>, table: &Table) -> Option<&'a TableSupport> {
    source.tables().iter().find(|support| support.table.name == table.name)
}

impl CloudTable {
    fn fetch_plan(
        &self,
        planned: Vec<Arc<Planned>>,
        wanted: &[usize],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let schema = Arc::new(schema_of(self.table).project(wanted)?);
        let scan = ScopeScan {
            inner: self.inner.clone(),
            run: self.run.clone(),
            planned,
            projection: wanted.into(),
            schema: schema.clone(),
        };
        Ok(Arc::new(StreamingTableExec::try_new(schema, vec![Arc::new(scan)], None, [], false, limit)?))
    }

    async fn plan_fetches(
        &self,
        wanted: &[usize],
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Vec<Arc<Planned>>> {
        let mut all = Vec::new();
        let mut known = Known::default();
        let is_in_place = self.inner.in_place_of(self.table).next().is_some();
        if !is_in_place && !self.inner.sources.iter().any(|s| supports(s, self.table).is_some()) {
            self.run.warn(format!("nothing that is configured fills `{}`", self.table.name));
        }
        for source in &self.inner.sources {
            let Some(support) = supports(source, self.table) else {
                self.tell_unfilled(source, filters);
                continue;
            };
            let is_api_of_costs = self.table.kind == TableKind::Costs && !source.has_bill();
            if is_api_of_costs && self.run.bills_only {
                continue;
            }
            let is_beside_bills = is_api_of_costs && self.inner.has_bills();
            let mut billed = 0;
            let discovery = self.inner.discover(source, &self.run).await;
            let scopes = self.scopes(&discovery.scopes, &discovery.gaps);
            known.add(&scopes, &discovery.regions);
            for (scope, gap) in scopes {
                if !filters::may_match(filters, self.table, &scope) {
                    continue;
                }
                let gap = match is_beside_bills && !self.run.explains {
                    true => match costs::accounts(&self.inner, &self.run).await.of(&scope) {
                        Billed::Yes => {
                            billed += 1;
                            continue;
                        }
                        Billed::No => gap,
                        Billed::NotKnown(error) => Some(gap.unwrap_or(error)),
                    },
                    false => gap,
                };
                // A gap gives no rows, and often names no account that a grant could cover.
                if let (Some(grant), None) = (&self.run.grant, &gap) {
                    grants::check_scope(grant, self.table.name, &scope)
                        .map_err(|error| DataFusionError::External(Box::new(error)))?;
                    if grant.cuts(&scope) && !self.keeps_to(grant, filters) {
                        self.run.warn(grants::cut(grant, self.table.name));
                    }
                }
                let planned = self.plan_fetch(source, support, scope, gap, wanted, filters, limit).await;
                self.run.plan(planned.clone());
                all.push(planned);
            }
            if billed > 0 {
                let accounts = if billed == 1 { "1 account".to_owned() } else { format!("{billed} accounts") };
                self.run.warn(format!(
                    "costs of {accounts} of `{}` are what the billing files say; what it would tell of them itself is not \
                     added",
                    source.id()
                ));
            }
        }
        self.check_names(filters, &known, all.is_empty())?;
        Ok(all)
    }

    /// Of a source that tells a cloud's accounts somebody expects the rest of that cloud too: where others fill the table that is
    /// asked and it does not, its rows would be missing without a word. Files that are read in place may have them, and whoever
    /// names accounts does not ask for all clouds.
    fn tell_unfilled(&self, source: &Arc<dyn Source>, filters: &[Expr]) {
        let is_of_clouds = self.table.kind.is_fetched() && self.table.kind != TableKind::Own;
        let tells_accounts = supports(source, &ACCOUNTS).is_some();
        let mut fillers = self.inner.sources.iter().filter(|other| supports(other, self.table).is_some()).peekable();
        let is_filled_elsewhere =
            fillers.peek().is_some() && fillers.all(|other| other.provider() != source.provider());
        let columns = self.table.scope_columns;
        let names_accounts = [columns.account_id, columns.account_name]
            .into_iter()
            .any(|column| !filters::wanted_texts(filters, column).is_empty());
        let may_be_asked =
            !names_accounts && filters::may_match(filters, self.table, &Scope::new(source.provider(), "*", "*", "*"));
        if is_of_clouds && tells_accounts && is_filled_elsewhere && may_be_asked && self.in_place.is_empty() {
            self.run.warn(format!("the source `{}` does not fill `{}`", source.id(), self.table.name));
        }
    }

    /// Whether a query asks for nothing but what is granted of the regions, or for what is in none.
    fn keeps_to(&self, grant: &Grant, filters: &[Expr]) -> bool {
        let wanted = filters::wanted_texts(filters, self.table.scope_columns.region);
        let asks_for_granted = !wanted.is_empty() && wanted.iter().all(|region| grant.allows_region(region));
        asks_for_granted || self.table.kind == TableKind::Account
    }

    /// The scopes of the table, and those that cannot be read. `accounts` has a row for these too.
    fn scopes(&self, scopes: &[Scope], gaps: &[Gap]) -> Vec<(Scope, Option<FetchError>)> {
        let gaps_of = |gap: &Gap| (gap.scope.clone(), Some(gap.error.clone()));
        // Two accounts whose ids could not be found out are not one.
        let is_unknown = |gap: &Gap| gap.scope.account_id == "*";
        let mut all: Vec<(Scope, Option<FetchError>)> = match self.table.locality {
            Locality::Regional => scopes.iter().map(|s| (s.clone(), None)).chain(gaps.iter().map(gaps_of)).collect(),
            Locality::Global => {
                let mut seen = BTreeSet::new();
                let mut all = Vec::new();
                for scope in scopes {
                    if seen.insert((&scope.provider, &scope.account_id)) {
                        all.push((scope.global(), None));
                    }
                }
                for gap in gaps {
                    if self.table.kind == TableKind::Account && !is_unknown(gap) {
                        if seen.insert((&gap.scope.provider, &gap.scope.account_id)) {
                            all.push((gap.scope.global(), None));
                        }
                    } else if is_unknown(gap) || seen.insert((&gap.scope.provider, &gap.scope.account_id)) {
                        all.push(gaps_of(gap));
                    }
                }
                all
            }
        };
        all.sort_by(|a, b| a.0.cmp(&b.0));
        all
    }

    #[expect(clippy::too_many_arguments, reason = "one straight list of what a fetch is made of")]
    async fn plan_fetch(
        &self,
        source: &Arc<dyn Source>,
        support: &TableSupport,
        scope: Scope,
        gap: Option<FetchError>,
        wanted: &[usize],
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Arc<Planned> {
        let names: Vec<&'static str> =
            wanted.iter().filter_map(|at| self.table.columns().nth(*at)).map(|c| c.name).collect();
        let is_cut = self.run.grant.as_ref().is_some_and(|grant| grant.cuts(&scope));
        let is_resource = matches!(self.table.kind, TableKind::Resource);
        let wants_cost = is_resource && names.iter().any(|name| costs::COLUMNS.contains(name));
        let joins_costs = wants_cost && self.inner.has_bills();
        let fills_cost = support.costly.iter().any(|group| group.contains(&"cost_30d"));
        // Explaining must not read the bill: whether it has the account is then not known.
        let index = match joins_costs && !self.run.explains {
            true => Some(costs::index(&self.inner, &self.run).await),
            false => None,
        };
        let is_billed = index.as_ref().is_some_and(|index| index.accounts.contains(&scope.account_id.to_lowercase()));
        // Of a bill that could not be read whole, coverage has a line already.
        let is_told = is_billed || (joins_costs && index.is_none_or(|index| !index.is_whole()));
        let leaves_open = self.run.explains && self.inner.has_bills();
        let is_api_of_costs = self.table.kind == TableKind::Costs && !source.has_bill();
        let no_costs = (wants_cost && !fills_cost && !is_told).then(|| self.no_costs(source, &scope));
        if let (Some(error), true) = (&no_costs, self.run.explains) {
            self.run.warn(error.message.clone());
        }
        let mut costly: BTreeSet<&'static str> = BTreeSet::new();
        for group in support.costly {
            let is_cost = group.contains(&"cost_30d");
            if group.iter().any(|column| names.contains(column)) && !(is_cost && is_billed) {
                costly.extend(group.iter());
            }
        }
        let request = FetchRequest {
            table: self.table,
            scope,
            costly,
            filters: filters::pushable(filters, support),
            // What is not granted is left out afterwards: then the first rows may be none of those that count.
            limit: limit.filter(|_| filters.is_empty() && !is_cut),
            time: self.time(filters),
            known_rows: None,
        };
        Arc::new(Planned {
            source: source.clone(),
            request,
            gap,
            joins_costs,
            may_be_billed: leaves_open && (wants_cost || is_api_of_costs),
            no_costs,
        })
    }

    /// Why nobody can tell what resources cost that a source lists.
    fn no_costs(&self, source: &Arc<dyn Source>, scope: &Scope) -> FetchError {
        let (id, table) = (source.id(), self.table.name);
        let text = if self.inner.has_bills() {
            let account = &scope.account_id;
            format!(
                "`{id}` does not tell what `{table}` cost, and the billing files have no charge of the account `{account}` \
                 in the last 30 days: add its export"
            )
        } else {
            format!("`{id}` does not tell what `{table}` cost: add a billing export (`[billing]`), which does")
        };
        FetchError::new(FetchErrorKind::Limited, text).with_code("no_costs")
    }

    /// The time to fetch, in whole days, so that a request a moment later finds the same rows in the cache.
    fn time(&self, filters: &[Expr]) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        let column = self.table.time_column?;
        let day = TimeDelta::days(1);
        let floor = |at: DateTime<Utc>| at.duration_trunc(day).unwrap_or(at);
        let (from, to) = filters::time_bounds(filters, column);
        let now = self.run.now;
        let default_days = if self.table.kind == TableKind::Metrics { METRICS_DAYS } else { COSTS_DAYS };
        if from.is_none() && self.table.kind == TableKind::Metrics {
            self.run.warn(format!("`metrics` was asked for no time: the last {METRICS_DAYS} days are shown"));
        }
        let from = from.unwrap_or_else(|| {
            let from = now - TimeDelta::days(default_days);
            if to.is_some_and(|to| to < from) {
                let table = self.table.name;
                self.run
                    .warn(format!("`{table}` is read for the last {default_days} days where no begin is asked for"));
            }
            from
        });
        let from = floor(from);
        let last = to.and_then(|to| to.checked_sub_signed(TimeDelta::microseconds(1))).filter(|last| *last < now);
        let to = floor(last.unwrap_or(now)) + day;
        Some((from, to.max(from)))
    }

    /// A region or account that nothing configured has is a slip of the pen, not an empty answer.
    fn check_names(&self, filters: &[Expr], known: &Known, nothing_left: bool) -> Result<()> {
        let Known { scopes, regions, any_region } = known;
        if scopes.is_empty() || scopes.iter().any(|scope| scope.account_id == "*") {
            return Ok(());
        }
        let columns = self.table.scope_columns;
        let regions: BTreeSet<&str> = regions.iter().map(String::as_str).collect();
        let accounts: BTreeSet<&str> =
            scopes.iter().flat_map(|s| [s.account_id.as_str(), s.account_name.as_str()]).collect();
        let providers: BTreeSet<&str> = scopes.iter().map(|s| s.provider.as_str()).collect();
        let mut checks = vec![
            ("account", filters::wanted_texts(filters, columns.account_id), &accounts),
            ("account", filters::wanted_texts(filters, columns.account_name), &accounts),
            ("provider", filters::wanted_texts(filters, columns.provider), &providers),
        ];
        if self.table.locality == Locality::Regional && !any_region {
            checks.push(("region", filters::wanted_texts(filters, columns.region), &regions));
        }
        if self.table.kind == TableKind::Costs || !self.in_place.is_empty() {
            // Files may have accounts and regions that nothing configured has.
            return Ok(());
        }
        if self.table.locality == Locality::Regional && *any_region {
            let wanted = filters::wanted_texts(filters, columns.region).into_iter();
            for name in wanted.filter(|name| !regions.contains(name) && *name != GLOBAL) {
                let what = match self.place_of(name) {
                    Some(place) => format!("another region in `{}`", place.name),
                    None => format!("a region `{name}`"),
                };
                self.run.warn(format!(
                    "whether there is {what} is not known: not every account's regions could be found out"
                ));
            }
        }
        for (what, wanted, known) in checks {
            for name in wanted {
                if known.contains(name) || name == GLOBAL {
                    continue;
                }
                let message = match self.place_of(name).filter(|_| what == "region") {
                    Some(place) if place.regions.iter().any(|region| known.contains(region.as_str())) => continue,
                    Some(place) => {
                        format!("no region in `{}` is among those that are configured{}", place.name, listed(known))
                    }
                    None => {
                        let nearest = schema::names::nearest(name, known.iter().copied());
                        let hint = nearest.map_or_else(|| listed(known), |n| format!("; did you mean `{n}`?"));
                        format!("no {what} `{name}` is among those that are configured{hint}")
                    }
                };
                if nothing_left {
                    return Err(DataFusionError::External(Box::new(EngineError::Scope { message })));
                }
                self.run.warn(message);
            }
        }
        Ok(())
    }

    /// What whoever asked calls a region by, where that is a place of theirs.
    fn place_of(&self, region: &str) -> Option<&Place> {
        self.run.places.iter().find(|place| place.regions.iter().any(|other| other == region))
    }
}

/// The places that are configured.
#[derive(Default)]
struct Known {
    scopes: Vec<Scope>,
    regions: BTreeSet<String>,
    /// Whether there may be regions beyond those: some account's could not be found out.
    any_region: bool,
}

impl Known {
    fn add(&mut self, scopes: &[(Scope, Option<FetchError>)], regions: &[String]) {
        self.regions.extend(regions.iter().cloned());
        for (scope, gap) in scopes {
            if scope.region == ALL_REGIONS {
                self.any_region |= gap.is_some() || regions.is_empty();
            } else {
                self.regions.insert(scope.region.clone());
            }
            self.scopes.push(scope.clone());
        }
    }
}

/// The names that there are, where they are few enough to read.
fn listed(known: &BTreeSet<&str>) -> String {
    let all: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
    if all.len() <= 12 { format!(" ({})", all.join(", ")) } else { String::new() }
}

/// The line for a source that could tell nothing at all of what it covers.
pub(crate) fn undiscovered(source: &Arc<dyn Source>, error: FetchError) -> Gap {
    let error = FetchError {
        message: format!("what `{}` covers could not be found out: {}", source.id(), error.message),
        ..error
    };
    Gap { scope: Scope::new(source.provider(), "*", "*", "*"), error }
}
