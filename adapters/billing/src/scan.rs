//! The `costs` table over one request's files: a plan that reads only the columns that a query names.

mod checked;
mod group;
mod guard;

pub(crate) use checked::Registered;
pub(crate) use group::Group;

use crate::snapshot::Snapshot;
use async_trait::async_trait;
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::{Column, Result};
use datafusion::datasource::provider_as_source;
use datafusion::logical_expr::utils::conjunction;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, TableProviderFilterPushDown, TableType, Union};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::empty::EmptyExec;
use group::GroupTable;
use guard::GuardExec;
use schema::tables::COSTS;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The `costs` table over one request's files.
#[derive(Debug)]
pub(crate) struct CostsTable {
    schema: SchemaRef,
    groups: Vec<Arc<Group>>,
    snapshot: Arc<Snapshot>,
}

impl CostsTable {
    /// The table over a snapshot, with these columns beyond FOCUS's.
    pub(crate) fn new(snapshot: Arc<Snapshot>, extras: &[String]) -> Result<Self> {
        let focus = engine::arrow::schema_of(&COSTS);
        let mut fields: Vec<Arc<Field>> = focus.fields().iter().cloned().collect();
        fields.extend(extras.iter().map(|name| Arc::new(Field::new(name, DataType::Utf8, true))));
        let groups =
            Group::all(&snapshot.files, &snapshot.memory, &snapshot.shares)?.into_iter().map(Arc::new).collect();
        Ok(Self { schema: Arc::new(Schema::new(fields)), groups, snapshot })
    }

    /// One branch for each group of like files: the needed columns, cast, under the table's names.
    fn plan(&self, needed: &BTreeSet<usize>, registered: &Arc<Registered>) -> Result<LogicalPlan> {
        let mut branches = Vec::with_capacity(self.groups.len());
        for (number, group) in self.groups.iter().enumerate() {
            let name = format!("billing_{number}");
            let table = GroupTable::new(Arc::clone(group), Arc::clone(registered));
            let columns = needed.iter().map(|at| {
                let field = self.schema.field(*at);
                group.expr(&name, *at, field).alias(field.name())
            });
            let columns: Vec<Expr> = columns.collect();
            let filter = group.filter(&name);
            let mut branch = LogicalPlanBuilder::scan(name, provider_as_source(Arc::new(table)), None)?;
            if let Some(filter) = filter {
                branch = branch.filter(filter)?;
            }
            branches.push(Arc::new(branch.project(columns)?.build()?));
        }
        if branches.len() == 1 {
            return Ok(Arc::unwrap_or_clone(branches.remove(0)));
        }
        Ok(LogicalPlan::Union(Union::try_new(branches)?))
    }
}

#[async_trait]
impl TableProvider for CostsTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        // The plan below holds them as a filter of its own, which then finds its way into the files.
        Ok(vec![TableProviderFilterPushDown::Exact; filters.len()])
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let wanted = projection.cloned().unwrap_or_else(|| (0..self.schema.fields().len()).collect());
        if self.groups.is_empty() {
            return Ok(Arc::new(EmptyExec::new(Arc::new(self.schema.project(&wanted)?))));
        }
        let mut needed: BTreeSet<usize> = wanted.iter().copied().collect();
        for column in filters.iter().flat_map(Expr::column_refs) {
            needed.insert(self.schema.index_of(&column.name)?);
        }
        let metas = self.snapshot.files.iter().map(|file| &file.found.meta);
        let registered = Arc::new(Registered::new(Arc::clone(state.runtime_env()), &self.snapshot.root, metas));
        let mut plan = LogicalPlanBuilder::from(self.plan(&needed, &registered)?);
        if let Some(filter) = conjunction(filters.to_vec()) {
            plan = plan.filter(filter)?;
        }
        let output = wanted.iter().map(|at| Expr::Column(Column::new_unqualified(self.schema.field(*at).name())));
        let plan = plan.project(output)?.limit(0, limit)?.build()?;
        let input = state.create_physical_plan(&plan).await?;
        Ok(Arc::new(GuardExec::new(input, Arc::clone(&self.snapshot), registered)))
    }
}
