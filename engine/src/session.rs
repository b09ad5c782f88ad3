//! One DataFusion session for each request, made by copying one that was prepared at the start.
//!
//! The session knows our tables and nothing else: no files, no object stores, no table functions, and none of the
//! scalar functions that make much out of little.

use crate::engine::{EngineSettings, Inner};
use crate::error::EngineError;
use crate::recommend::{self, AllRead};
use crate::run::Run;
use crate::table::CloudTable;
use crate::{gate, grants};
use async_trait::async_trait;
use datafusion::catalog::{CatalogProvider, CatalogProviderList, SchemaProvider, TableProvider};
use datafusion::datasource::{ViewTable, provider_as_source};
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::execution::{FunctionRegistry, SessionState, SessionStateBuilder};
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, ScalarUDF, lit};
use datafusion::prelude::{SessionConfig, ident};
use schema::query::ScopeFilter;
use schema::scope::GLOBAL;
use schema::{ScopeCoverage, Table, TableKind, tables};
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

const CATALOG: &str = "cloud";
/// Where the tables of this program are. Those of a source's own are in a schema that is called like it.
pub(crate) const SCHEMA: &str = "now";

/// Functions that make an answer of any size out of a short query: `repeat('x', 1000000000)`.
const UNBOUNDED: &[&str] = &[
    "repeat",
    "lpad",
    "rpad",
    "range",
    "generate_series",
    "gen_series",
    "list_repeat",
    "array_repeat",
    "list_resize",
    "array_resize",
];

/// Functions that tell of this program and its files instead of the clouds.
const TELLING: &[&str] = &["version", "input_file_name", "file_row_index"];

/// The prepared session.
pub(crate) struct Sessions {
    base: SessionState,
}

impl Sessions {
    pub(crate) fn new(settings: &EngineSettings) -> Result<Self, EngineError> {
        let runtime = RuntimeEnvBuilder::new()
            .with_memory_pool(Arc::new(FairSpillPool::new(settings.query_bytes)))
            .with_disk_manager_builder(DiskManagerBuilder::default().with_mode(DiskManagerMode::Disabled))
            .build_arc()
            .map_err(|error| gate::explain_error(&error))?;
        let mut config = SessionConfig::new()
            .with_default_catalog_and_schema(CATALOG, SCHEMA)
            .with_create_default_catalog_and_schema(false)
            .with_information_schema(false);
        let options = config.options_mut();
        // `price * 1.1` stays exact.
        options.sql_parser.parse_float_as_decimal = true;
        options.sql_parser.map_string_types_to_utf8view = false;
        options.execution.parquet.schema_force_view_types = false;
        options.execution.parquet.pushdown_filters = true;
        options.catalog.default_catalog = CATALOG.to_owned();
        let mut base = SessionStateBuilder::new()
            .with_config(config)
            .with_runtime_env(runtime)
            .with_default_features()
            .with_table_functions(std::collections::HashMap::new())
            .build();
        for name in UNBOUNDED.iter().chain(TELLING) {
            // A name that a later version does not have any more needs no removing.
            let _ = base.deregister_udf(name);
        }
        let table_functions: Vec<String> = base.table_functions().keys().cloned().collect();
        for name in table_functions {
            base.deregister_udtf(&name).map_err(|error| gate::explain_error(&error))?;
        }
        Ok(Self { base })
    }

    /// A session whose tables are those of one run.
    pub(crate) async fn open(&self, inner: &Arc<Inner>, run: &Arc<Run>) -> Result<SessionState, EngineError> {
        let mut state = self.base.clone();
        let tables = Tables::new(inner, run, AskedBy::Request);
        state.register_catalog_list(Arc::new(tables));
        let props = state.execution_props_mut();
        *props = std::mem::take(props).with_query_execution_start_time(run.now);
        Ok(state)
    }

    /// The plan of all rules, over the tables of one run.
    async fn rules(&self, inner: &Arc<Inner>, run: &Arc<Run>) -> Result<LogicalPlan> {
        let mut state = self.base.clone();
        let tables = Tables::new(inner, run, AskedBy::Rule);
        state.register_catalog_list(Arc::new(tables));
        state.register_udf(Arc::new(ScalarUDF::new_from_impl(AllRead::new(run.clone()))))?;
        state.create_logical_plan(&recommend::sql(&inner.settings.thresholds, run)).await
    }
}

/// The tables of one run, as catalogue, schema and all.
#[derive(Clone)]
struct Tables {
    inner: Arc<Inner>,
    run: Arc<Run>,
    asked_by: AskedBy,
    /// Which schema it is, where it is one.
    schema: Arc<str>,
}

/// Who reads a table. Whoever is granted `recommendations` is granted what the rules make of the others; the grant of
/// scopes holds in either case.
#[derive(Clone, Copy, PartialEq, Eq)]
enum AskedBy {
    Request,
    Rule,
}

impl fmt::Debug for Tables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tables")
    }
}

impl CatalogProviderList for Tables {
    fn register_catalog(&self, _: String, _: Arc<dyn CatalogProvider>) -> Option<Arc<dyn CatalogProvider>> {
        None
    }
    fn catalog_names(&self) -> Vec<String> {
        vec![CATALOG.to_owned()]
    }
    fn catalog(&self, name: &str) -> Option<Arc<dyn CatalogProvider>> {
        (name == CATALOG).then(|| Arc::new(self.clone()) as _)
    }
}

impl CatalogProvider for Tables {
    fn schema_names(&self) -> Vec<String> {
        let own = self.inner.own.iter().filter_map(|table| table.name.split_once('.'));
        let own: BTreeSet<&str> = own.map(|(source, _)| source).collect();
        std::iter::once(SCHEMA).chain(own).map(str::to_owned).collect()
    }
    fn schema(&self, name: &str) -> Option<Arc<dyn SchemaProvider>> {
        let is_there = self.schema_names().iter().any(|schema| schema == name);
        is_there.then(|| Arc::new(Self { schema: name.into(), ..self.clone() }) as _)
    }
}

#[async_trait]
impl SchemaProvider for Tables {
    fn table_names(&self) -> Vec<String> {
        if &*self.schema == SCHEMA {
            return tables::ALL.iter().map(|table| table.name.to_owned()).collect();
        }
        let own = self.inner.own.iter().filter_map(|table| table.name.split_once('.'));
        own.filter(|(source, _)| *source == &*self.schema).map(|(_, name)| name.to_owned()).collect()
    }

    fn table_exist(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    async fn table(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>, DataFusionError> {
        let Some(table) = self.find(name) else { return Ok(None) };
        let grant = self.run.grant.as_ref().filter(|_| self.asked_by == AskedBy::Request);
        if let Some(grant) = grant {
            grants::check_table(grant, table.name).map_err(|error| DataFusionError::External(Box::new(error)))?;
        }
        let provider: Arc<dyn TableProvider> = match table.kind {
            TableKind::Union => self.union().await?,
            TableKind::Derived => {
                let rules = self.inner.sessions.rules(&self.inner, &self.run).await?;
                Arc::new(ViewTable::new(rules, None))
            }
            _ => self.one(table).await?,
        };
        Ok(Some(match grant {
            Some(grant) => grants::held_to_columns(grant, table, provider),
            None => provider,
        }))
    }
}

impl Tables {
    fn new(inner: &Arc<Inner>, run: &Arc<Run>, asked_by: AskedBy) -> Self {
        Self { inner: inner.clone(), run: run.clone(), asked_by, schema: SCHEMA.into() }
    }

    fn find(&self, name: &str) -> Option<&'static Table> {
        if &*self.schema == SCHEMA {
            return tables::find(name);
        }
        let full = format!("{}.{name}", self.schema);
        self.inner.own.iter().copied().find(|table| table.name.eq_ignore_ascii_case(&full))
    }

    async fn one(&self, table: &'static Table) -> Result<Arc<dyn TableProvider>> {
        let mut in_place = Vec::new();
        for (at, source) in self.inner.in_place_of(table) {
            match self.run.opened.of(at, source.as_ref()).await {
                Ok(opened) => {
                    opened.coverage.into_iter().for_each(|line| self.run.cover(line));
                    opened.warnings.into_iter().for_each(|warning| self.run.warn(warning));
                    self.run.gathered().in_place_bytes += opened.bytes;
                    in_place.push(opened.provider);
                }
                Err(error) => self.run.cover(ScopeCoverage {
                    source: source.id().to_owned(),
                    scope: schema::Scope::new(source.id(), "*", "*", "*"),
                    table: table.name.to_owned(),
                    columns: Vec::new(),
                    item: None,
                    status: error.status(),
                    rows: 0,
                    age_seconds: 0,
                    calls: 0,
                    error: Some(error.to_coverage()),
                }),
            }
        }
        let mut granted: &[ScopeFilter] = &[];
        if let Some(grant) = self.run.grant.as_deref()
            && !in_place.is_empty()
            && !grant.scopes.is_empty()
        {
            // Which scopes files have rows of is known only once they are read, so they are cut and not refused.
            self.run.warn(grants::cut(grant, table.name));
            granted = &grant.scopes;
        }
        let mut provider: Arc<dyn TableProvider> =
            Arc::new(CloudTable { table, inner: self.inner.clone(), run: self.run.clone(), in_place });
        if !self.run.scope.is_all() {
            provider = within(&self.run.scope, table, provider, Nowhere::LeftOut)?;
        }
        for scope in granted.iter().filter(|scope| !scope.is_all()) {
            provider = within(scope, table, provider, Nowhere::LetThrough)?;
        }
        Ok(provider)
    }

    /// `resources`: every resource table, the common columns.
    async fn union(&self) -> Result<Arc<dyn TableProvider>> {
        let mut all: Option<LogicalPlanBuilder> = None;
        for table in tables::ALL.iter().filter(|t| t.kind == TableKind::Resource) {
            let provider = self.one(table).await?;
            let columns = table.common.iter().map(|column| ident(column.name));
            let plan = LogicalPlanBuilder::scan(table.name, provider_as_source(provider), None)?.project(columns)?;
            all = Some(match all {
                None => plan,
                Some(all) => all.union(plan.build()?)?,
            });
        }
        let Some(all) = all else {
            return Err(DataFusionError::Internal("there is no resource table".to_owned()));
        };
        Ok(Arc::new(ViewTable::new(all.build()?, None)))
    }
}

/// What becomes of rows that are in no region, as a tax of a whole account is, where regions are filtered.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Nowhere {
    /// Who asks for a region does not ask for these.
    LeftOut,
    /// Who is granted an account is granted these, in whatever regions.
    LetThrough,
}

/// What a filter of scopes leaves of a table, whatever the query says.
fn within(
    scope: &ScopeFilter,
    table: &'static Table,
    provider: Arc<dyn TableProvider>,
    nowhere: Nowhere,
) -> Result<Arc<dyn TableProvider>> {
    let columns = table.scope_columns;
    let among = |column: &str, values: &[String]| {
        ident(column).in_list(values.iter().map(|v| lit(v.as_str())).collect(), false)
    };
    let mut filters: Vec<Expr> = Vec::new();
    if !scope.providers.is_empty() {
        filters.push(among(columns.provider, &scope.providers));
    }
    if !scope.accounts.is_empty() {
        let id = among(columns.account_id, &scope.accounts);
        filters.push(id.or(among(columns.account_name, &scope.accounts)));
    }
    if !scope.regions.is_empty() {
        let there = among(columns.region, &scope.regions);
        filters.push(match nowhere {
            Nowhere::LeftOut => there,
            Nowhere::LetThrough => {
                let region = ident(columns.region);
                there.or(region.clone().is_null()).or(region.eq(lit(GLOBAL)))
            }
        });
    }
    let mut plan = LogicalPlanBuilder::scan(table.name, provider_as_source(provider), None)?;
    for filter in filters {
        plan = plan.filter(filter)?;
    }
    Ok(Arc::new(ViewTable::new(plan.build()?, None)))
}
