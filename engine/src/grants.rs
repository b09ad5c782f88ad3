//! Holds a guest's requests to its grant of tables, columns and scopes: at planning, before anything is fetched.

use crate::error::EngineError;
use async_trait::async_trait;
use datafusion::arrow::array::{Array, BooleanArray, RecordBatch, StringArray};
use datafusion::arrow::compute::filter_record_batch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::{Session, TableProvider};
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType};
use datafusion::physical_plan::ExecutionPlan;
use schema::{Grant, Scope, Table};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The most columns that a denial names of each sort; a table of costs has over a hundred.
const NAMED: usize = 12;

/// Whether the grant has the table.
pub(crate) fn check_table(grant: &Grant, table: &str) -> Result<(), EngineError> {
    if grant.allows_table(table) {
        return Ok(());
    }
    let granted: Vec<String> = grant.tables.iter().map(|name| format!("`{name}`")).collect();
    let granted = if granted.is_empty() { "no table".to_owned() } else { granted.join(", ") };
    let message = format!("the table `{table}` is not granted; granted: {granted}");
    Err(EngineError::Denied { code: "table_not_granted", message })
}

/// The table, held to the columns that are granted of it, where not all of them are.
pub(crate) fn held_to_columns(
    grant: &Arc<Grant>,
    table: &'static Table,
    provider: Arc<dyn TableProvider>,
) -> Arc<dyn TableProvider> {
    match grant.columns_of(table.name) {
        Some(_) => Arc::new(Held { grant: grant.clone(), table, provider }),
        None => provider,
    }
}

/// A table of which some columns are granted. It shows them all: where `*` meant only those, what a guest reads would
/// change with its grant, and nobody would be told. What a query reads is what its plan asks a scan for, whatever the
/// query calls it; so this is the one place to look, and it must not be taken apart by the planner as a view is.
#[derive(Debug)]
struct Held {
    grant: Arc<Grant>,
    table: &'static Table,
    provider: Arc<dyn TableProvider>,
}

#[async_trait]
impl TableProvider for Held {
    fn schema(&self) -> SchemaRef {
        self.provider.schema()
    }

    fn table_type(&self) -> TableType {
        self.provider.table_type()
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        self.provider.supports_filters_pushdown(filters)
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        self.check(projection, filters).map_err(|error| DataFusionError::External(Box::new(error)))?;
        self.provider.scan(state, projection, filters, limit).await
    }
}

impl Held {
    fn check(&self, projection: Option<&Vec<usize>>, filters: &[Expr]) -> Result<(), EngineError> {
        let Some(granted) = self.grant.columns_of(self.table.name) else { return Ok(()) };
        let schema = self.provider.schema();
        let is_read = |at: usize| projection.is_none_or(|columns| columns.contains(&at));
        let fields = schema.fields().iter().enumerate();
        let mut read: BTreeSet<&str> = fields.filter(|(at, _)| is_read(*at)).map(|(_, f)| f.name().as_str()).collect();
        // A filter that the table takes upon itself is read by it, and by nobody else.
        read.extend(filters.iter().flat_map(Expr::column_refs).map(|column| column.name.as_str()));
        let beyond: Vec<&str> = read.into_iter().filter(|name| !granted.contains(*name)).collect();
        if beyond.is_empty() {
            return Ok(());
        }
        let (noun, verb) = if beyond.len() == 1 { ("column", "is") } else { ("columns", "are") };
        let granted: Vec<&str> = granted.iter().map(String::as_str).collect();
        let message = format!(
            "of the table `{}`, the {noun} {} {verb} not granted; granted: {}",
            self.table.name,
            named(&beyond),
            if granted.is_empty() { "no column".to_owned() } else { named(&granted) },
        );
        Err(EngineError::Denied { code: "column_not_granted", message })
    }
}

/// The first of some names, and how many more there are.
fn named(names: &[&str]) -> String {
    let first: Vec<String> = names.iter().take(NAMED).map(|name| format!("`{name}`")).collect();
    let more = names.len().saturating_sub(NAMED);
    if more == 0 { first.join(", ") } else { format!("{} and {more} more", first.join(", ")) }
}

/// Whether the grant has the scope.
pub(crate) fn check_scope(grant: &Grant, table: &str, scope: &Scope) -> Result<(), EngineError> {
    if grant.allows_scope(scope) {
        return Ok(());
    }
    let Scope { provider, account_id, account_name, region } = scope;
    let message = format!(
        "`{table}` of `{provider}` account `{account_name}` (`{account_id}`) in `{region}` is not granted; granted: {}; \
         leave the others out in `WHERE`, or have them granted",
        grant.scopes_in_words()
    );
    Err(EngineError::Denied { code: "scope_not_granted", message })
}

/// The rows that are granted, of what was read of many regions together. A row of no region is the account's, as the
/// scope is that it came with.
pub(crate) fn granted_rows(grant: &Grant, table: &Table, batch: &RecordBatch) -> Result<RecordBatch> {
    let regions = batch.column_by_name(table.scope_columns.region);
    // A table that does not say where its rows are has none that are granted.
    let granted: BooleanArray = match regions.and_then(|column| column.as_any().downcast_ref::<StringArray>()) {
        Some(regions) => {
            regions.iter().map(|region| Some(region.is_none_or(|name| grant.allows_region(name)))).collect()
        }
        None => vec![false; batch.num_rows()].into(),
    };
    Ok(filter_record_batch(batch, &granted)?)
}

/// The warning for what is read whole and then cut to what is granted of it.
pub(crate) fn cut(grant: &Grant, table: &str) -> String {
    format!("of `{table}`, only what is granted is read: {}", grant.scopes_in_words())
}
