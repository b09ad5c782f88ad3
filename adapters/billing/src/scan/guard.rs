//! The node on top of a plan over billing files: when reading fails, it finds out which file is to blame.

use super::Registered;
use crate::snapshot::Snapshot;
use crate::verify::store_cause;
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{DataFusionError, Result, Statistics};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_plan::execution_plan::{CardinalityEffect, ReplaceChildrenOptions};
use datafusion::physical_plan::filter_pushdown::{
    ChildPushdownResult, FilterDescription, FilterPushdownPhase, FilterPushdownPropagation,
};
use datafusion::physical_plan::statistics::{ChildStats, StatisticsArgs};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, ExecutionPlanProperties, PhysicalExpr, PlanProperties,
};
use engine::FetchErrorKind;
use engine::in_place::PartFailed;
use futures::StreamExt;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Passes rows through, and turns a failed reading into the file that failed.
#[derive(Debug)]
pub(super) struct GuardExec {
    input: Arc<dyn ExecutionPlan>,
    guard: Arc<Guard>,
}

#[derive(Debug)]
struct Guard {
    snapshot: Arc<Snapshot>,
    /// Kept as long as the plan, because the plan reads through it.
    _registered: Arc<Registered>,
    partitions: usize,
    ended: AtomicUsize,
}

impl GuardExec {
    pub(super) fn new(input: Arc<dyn ExecutionPlan>, snapshot: Arc<Snapshot>, registered: Arc<Registered>) -> Self {
        let partitions = input.output_partitioning().partition_count().max(1);
        let guard = Guard { snapshot, _registered: registered, partitions, ended: AtomicUsize::new(0) };
        Self { input, guard: Arc::new(guard) }
    }
}

impl Guard {
    /// Names the file that made a reading fail. An error that no file is to blame for stays what it is.
    async fn explain(&self, error: DataFusionError) -> DataFusionError {
        if matches!(
            error.find_root(),
            DataFusionError::ResourcesExhausted(_) | DataFusionError::Plan(_) | DataFusionError::Configuration(_)
        ) {
            return error;
        }
        if let Some(failed) = self.snapshot.find_bad().await {
            return DataFusionError::External(Box::new(failed));
        }
        let Some(cause) = store_cause(&error) else { return error };
        // Every file can be read now, so what failed has passed, and the same request may be made again.
        let mut error = crate::files::store_error(cause, &self.snapshot.root.shown);
        error.kind = FetchErrorKind::Transient;
        let failed =
            PartFailed { source_id: self.snapshot.source_id.clone(), item: self.snapshot.root.shown.clone(), error };
        DataFusionError::External(Box::new(failed))
    }

    /// Called when a partition has no more rows. After the last one: whether a file changed while it was read.
    async fn end(&self) -> Option<DataFusionError> {
        let is_last = (self.ended.fetch_add(1, Ordering::AcqRel) + 1).is_multiple_of(self.partitions);
        if !is_last || !self.snapshot.root.is_folder() {
            return None;
        }
        let failed = self.snapshot.first_changed().await?;
        Some(DataFusionError::External(Box::new(failed)))
    }

    async fn next(
        self: Arc<Self>,
        input: Option<SendableRecordBatchStream>,
    ) -> Option<(Result<RecordBatch>, Option<SendableRecordBatchStream>)> {
        let mut input = input?;
        match input.next().await {
            Some(Ok(batch)) => Some((Ok(batch), Some(input))),
            Some(Err(error)) => Some((Err(self.explain(error).await), None)),
            None => self.end().await.map(|error| (Err(error), None)),
        }
    }
}

impl DisplayAs for GuardExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BillingExec: files={}", self.guard.snapshot.files.len())
    }
}

impl ExecutionPlan for GuardExec {
    fn name(&self) -> &str {
        "BillingExec"
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
            return Err(DataFusionError::Internal("BillingExec has one child".to_owned()));
        };
        let (snapshot, registered) = (Arc::clone(&self.guard.snapshot), Arc::clone(&self.guard._registered));
        Ok(Arc::new(Self::new(input, snapshot, registered)))
    }

    fn with_new_children(self: Arc<Self>, children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        let mode = datafusion::physical_plan::ChildrenPropertiesMode::Recompute;
        self.replace_children(children, ReplaceChildrenOptions::new(mode))
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let input = self.input.execute(partition, context)?;
        let guard = Arc::clone(&self.guard);
        let rows = futures::stream::unfold(Some(input), move |input| Arc::clone(&guard).next(input));
        Ok(Box::pin(RecordBatchStreamAdapter::new(self.schema(), rows)))
    }

    fn child_stats_requests(&self, partition: Option<usize>) -> Vec<ChildStats> {
        vec![ChildStats::At(partition)]
    }

    fn statistics_from_inputs(&self, inputs: &[Arc<Statistics>], _: &StatisticsArgs) -> Result<Arc<Statistics>> {
        Ok(Arc::clone(&inputs[0]))
    }

    fn supports_limit_pushdown(&self) -> bool {
        true
    }

    fn cardinality_effect(&self) -> CardinalityEffect {
        CardinalityEffect::Equal
    }

    fn gather_filters_for_pushdown(
        &self,
        _: FilterPushdownPhase,
        filters: Vec<Arc<dyn PhysicalExpr>>,
        _: &ConfigOptions,
    ) -> Result<FilterDescription> {
        FilterDescription::from_children(filters, &self.children())
    }

    fn handle_child_pushdown_result(
        &self,
        _: FilterPushdownPhase,
        result: ChildPushdownResult,
        _: &ConfigOptions,
    ) -> Result<FilterPushdownPropagation<Arc<dyn ExecutionPlan>>> {
        Ok(FilterPushdownPropagation::if_all(result))
    }
}
