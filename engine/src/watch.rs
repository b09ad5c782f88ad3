//! The node on top of a scan of amounts, which takes down the currencies that they are in.

use crate::currency::Paid;
use crate::run::Run;
use datafusion::arrow::array::{Array, AsArray, BooleanArray, RecordBatch};
use datafusion::arrow::datatypes::{Schema, SchemaRef};
use datafusion::catalog::Session;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{DFSchema, DataFusionError, Result};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::Expr;
use datafusion::logical_expr::utils::conjunction;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_plan::execution_plan::{CardinalityEffect, ChildrenPropertiesMode, ReplaceChildrenOptions};
use datafusion::physical_plan::projection::ProjectionExec;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, ExecutionPlan, PhysicalExpr, PlanProperties};
use futures::StreamExt;
use schema::{Table, Unit};
use std::fmt;
use std::sync::Arc;

/// A scan whose amounts are watched: what is read for that, and where it stands among what is read.
pub(crate) struct Watched {
    /// The columns to read: those that are wanted, and after them what says the currency.
    pub(crate) read: Vec<usize>,
    wanted: usize,
    places: Places,
}

#[derive(Debug, Clone)]
struct Places {
    table: &'static Table,
    amounts: Vec<usize>,
    currency: usize,
    provider: usize,
}

impl Watched {
    /// None where no amount is wanted, or nothing says what currencies amounts are in.
    pub(crate) fn of(table: &'static Table, schema: &Schema, wanted: &[usize]) -> Option<Self> {
        let is_amount = |at: &usize| {
            let column = schema.fields().get(*at).and_then(|field| table.column(field.name()));
            column.is_some_and(|column| column.unit == Some(Unit::Currency))
        };
        let amounts: Vec<usize> = (0..wanted.len()).filter(|place| is_amount(&wanted[*place])).collect();
        let (currency, provider) = (table.currency_column()?, table.scope_columns.provider);
        let mut read = wanted.to_vec();
        let mut place_of = |name: &str| -> Option<usize> {
            let at = schema.index_of(name).ok()?;
            Some(read.iter().position(|one| *one == at).unwrap_or_else(|| {
                read.push(at);
                read.len() - 1
            }))
        };
        if amounts.is_empty() {
            return None;
        }
        let places = Places { table, amounts, currency: place_of(currency)?, provider: place_of(provider)? };
        Some(Self { read, wanted: wanted.len(), places })
    }

    /// The scan's plan with the watch on it. Of its rows, those count that the filters let through.
    pub(crate) fn over(
        &self,
        input: Arc<dyn ExecutionPlan>,
        state: &dyn Session,
        filters: &[Expr],
        run: &Arc<Run>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let schema = input.schema();
        // A filter that cannot be asked here is asked above: then more rows count than need to.
        let predicate = match (conjunction(filters.to_vec()), DFSchema::try_from(schema.as_ref().clone())) {
            (Some(filter), Ok(names)) => state.create_physical_expr(filter, &names).ok(),
            _ => None,
        };
        let watch = Arc::new(WatchExec { input, run: run.clone(), places: self.places.clone(), predicate });
        if self.read.len() == self.wanted {
            return Ok(watch);
        }
        let column = |at: usize| {
            let name = schema.field(at).name();
            (Arc::new(Column::new(name, at)) as Arc<dyn PhysicalExpr>, name.clone())
        };
        Ok(Arc::new(ProjectionExec::try_new((0..self.wanted).map(column), watch)?))
    }
}

/// Passes rows through. Has no statistics on purpose: an aggregate that is answered from them would see no row.
struct WatchExec {
    input: Arc<dyn ExecutionPlan>,
    run: Arc<Run>,
    places: Places,
    predicate: Option<Arc<dyn PhysicalExpr>>,
}

impl Places {
    fn see(&self, batch: &RecordBatch, predicate: Option<&Arc<dyn PhysicalExpr>>, run: &Run) {
        let counts = predicate.and_then(|predicate| {
            let values = predicate.evaluate(batch).and_then(|value| value.into_array(batch.num_rows())).ok()?;
            values.as_any().downcast_ref::<BooleanArray>().cloned()
        });
        let (currencies, providers) = (batch.column(self.currency), batch.column(self.provider));
        let (Some(currencies), Some(providers)) = (currencies.as_string_opt::<i32>(), providers.as_string_opt::<i32>())
        else {
            return;
        };
        let mut last = None;
        for row in 0..batch.num_rows() {
            let is_left_out = counts.as_ref().is_some_and(|counts| counts.is_null(row) || !counts.value(row));
            let has_amount = self.amounts.iter().any(|at| batch.column(*at).is_valid(row));
            if is_left_out || !has_amount || currencies.is_null(row) {
                continue;
            }
            let provider = if providers.is_valid(row) { providers.value(row) } else { "" };
            let seen = (provider, currencies.value(row));
            if last != Some(seen) {
                last = Some(seen);
                run.paid(Paid { table: self.table, provider: provider.to_owned(), currency: seen.1.to_owned() });
            }
        }
    }
}

impl fmt::Debug for WatchExec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WatchExec").field("places", &self.places).finish_non_exhaustive()
    }
}

impl DisplayAs for WatchExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WatchExec")
    }
}

impl ExecutionPlan for WatchExec {
    fn name(&self) -> &str {
        "WatchExec"
    }

    fn schema(&self) -> SchemaRef {
        self.input.schema()
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        self.input.properties()
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        vec![true]
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn replace_children(
        self: Arc<Self>,
        mut children: Vec<Arc<dyn ExecutionPlan>>,
        _: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let Some(input) = children.pop() else {
            return Err(DataFusionError::Internal("WatchExec has one child".to_owned()));
        };
        let (run, places, predicate) = (self.run.clone(), self.places.clone(), self.predicate.clone());
        Ok(Arc::new(Self { input, run, places, predicate }))
    }

    fn with_new_children(self: Arc<Self>, children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        self.replace_children(children, ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute))
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let (run, places, predicate) = (self.run.clone(), self.places.clone(), self.predicate.clone());
        let rows = self.input.execute(partition, context)?;
        let rows = rows.inspect(move |batch| {
            if let Ok(batch) = batch {
                places.see(batch, predicate.as_ref(), &run);
            }
        });
        Ok(Box::pin(RecordBatchStreamAdapter::new(self.schema(), rows)))
    }

    fn cardinality_effect(&self) -> CardinalityEffect {
        CardinalityEffect::Equal
    }
}
