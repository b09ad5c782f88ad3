//! Files with the same format and the same header, which are read as one.

use super::Registered;
use crate::bad::Memory;
use crate::cast::Cell;
use crate::columns::{Columns, Dialect};
use crate::exports::Period;
use crate::header::Format;
use crate::shares::{Basis, DaySet, Shares, is_in};
use crate::snapshot::OpenFile;
use async_trait::async_trait;
use chrono::{NaiveDate, NaiveTime};
use datafusion::arrow::datatypes::{Field, SchemaRef};
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::config::CsvOptions;
use datafusion::common::stats::Precision;
use datafusion::common::{Column, DataFusionError, Result, ScalarValue, Statistics};
use datafusion::datasource::file_format::FileFormat;
use datafusion::datasource::file_format::file_compression_type::FileCompressionType;
use datafusion::datasource::file_format::parquet::ParquetFormat;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{CsvSource, FileGroup, FileScanConfigBuilder, ParquetSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::datasource::table_schema::TableSchema;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::functions::core::expr_fn::coalesce;
use datafusion::logical_expr::{Case, Expr, TableType, lit};
use datafusion::physical_plan::ExecutionPlan;
use engine::arrow::data_type;
use schema::ColumnType;
use schema::tables::COSTS;
use std::collections::HashMap;
use std::sync::Arc;

/// Files with the same format and the same header.
#[derive(Debug)]
pub(crate) struct Group {
    format: Format,
    columns: Arc<Columns>,
    /// Where the file's own columns are, by name without case.
    extras: HashMap<String, usize>,
    files: Vec<PartitionedFile>,
    rows: Option<usize>,
    /// Whether the files may be cut at any line break.
    can_be_cut: bool,
    /// Which costs the rows have.
    basis: Basis,
    /// Which rows of other files are the same charges.
    shares: Arc<Shares>,
    /// Days of which the rows do not count.
    hidden: Vec<Period>,
}

impl Group {
    /// Sorts files into groups.
    pub(crate) fn all(files: &[Arc<OpenFile>], memory: &Memory, shares: &Arc<Shares>) -> Result<Vec<Self>> {
        let mut places: HashMap<(Format, SchemaRef, bool, Basis, Vec<Period>), usize> = HashMap::new();
        let mut groups: Vec<Vec<Arc<OpenFile>>> = Vec::new();
        for file in files {
            let can_be_cut = memory.breaks(&file.found.meta) == Some(false);
            let key = (
                file.header.format,
                Arc::clone(&file.header.columns.schema),
                can_be_cut,
                file.basis,
                file.origin.hidden.clone(),
            );
            let place = *places.entry(key).or_insert(groups.len());
            if place == groups.len() {
                groups.push(Vec::new());
            }
            groups[place].push(Arc::clone(file));
        }
        let of = |files: &Vec<Arc<OpenFile>>| Ok(Self { shares: Arc::clone(shares), ..Self::of(files, memory)? });
        groups.iter().map(of).collect()
    }

    /// One group of files that are alike.
    pub(crate) fn of(files: &[Arc<OpenFile>], memory: &Memory) -> Result<Self> {
        let first = files.first().ok_or_else(|| DataFusionError::Internal("a group of no files".to_owned()))?;
        let columns = Arc::clone(&first.header.columns);
        let rows = files.iter().map(|file| file.header.rows).sum::<Option<u64>>();
        Ok(Self {
            format: first.header.format,
            extras: columns.extras.iter().enumerate().map(|(at, (name, ..))| (name.to_lowercase(), at)).collect(),
            files: files.iter().map(|file| PartitionedFile::new_from_meta(file.found.meta.clone())).collect(),
            can_be_cut: files.iter().all(|file| memory.breaks(&file.found.meta) == Some(false)),
            rows: rows.and_then(|rows| usize::try_from(rows).ok()),
            columns,
            basis: first.basis,
            hidden: first.origin.hidden.clone(),
            shares: Arc::default(),
        })
    }

    /// A column of `costs` as an expression over this group's columns, which stand under the relation's name.
    pub(super) fn expr(&self, relation: &str, at: usize, field: &Field) -> Expr {
        let own = |name: &str| self.focus(relation, name);
        let first_of = |names: &[&str]| {
            let mut found: Vec<Expr> = names.iter().filter_map(|name| own(name)).collect();
            if found.len() > 1 { Some(coalesce(found)) } else { found.pop() }
        };
        let expr = match field.name().as_str() {
            _ if at >= COSTS.width() => self.extra(relation, field.name()),
            name if name == COSTS.scope_columns.provider => {
                first_of(&["ServiceProviderName", "ProviderName", "PublisherName"])
                    .map(|provider| Cell::Provider.expr(name, provider))
            }
            "ServiceProviderName" => first_of(&["ServiceProviderName", "ProviderName"]),
            name => own(name).map(|expr| self.counted(relation, name, expr)),
        };
        // A null of any type there is can be made; a table's columns have no others.
        expr.unwrap_or_else(|| lit(ScalarValue::try_from(field.data_type()).unwrap_or(ScalarValue::Null)))
    }

    /// The rows that count, if not all do: not those that a FOCUS export has too, nor those of days that a newer run
    /// is of.
    pub(super) fn filter(&self, relation: &str) -> Option<Expr> {
        let focus = &self.shares.focus;
        let is_own = (self.basis != Basis::Both && !focus.is_empty()).then(|| !self.is_in(relation, focus));
        let time = self.focus(relation, "ChargePeriodStart");
        let is_shown = self.hidden.iter().filter_map(|period| {
            let time = time.clone()?;
            let midnight = |day: NaiveDate| {
                let time = day.and_time(NaiveTime::MIN).and_utc().timestamp_micros();
                lit(ScalarValue::TimestampMicrosecond(Some(time), Some("UTC".into())))
            };
            let after = period.to.succ_opt().map(|day| time.clone().gt_eq(midnight(day)));
            let before = time.clone().lt(midnight(period.from));
            Some(after.into_iter().fold(before.or(time.is_null()), Expr::or))
        });
        is_own.into_iter().chain(is_shown).reduce(Expr::and)
    }

    /// A column of rows that have one of the two costs, null where it is another file's to give.
    fn counted(&self, relation: &str, name: &str, expr: Expr) -> Expr {
        let other = match self.basis {
            Basis::Both => return expr,
            Basis::Actual => &self.shares.amortised,
            Basis::Amortised => &self.shares.actual,
        };
        let is_alone = (!other.is_empty()).then(|| !self.is_in(relation, other));
        let condition = match (self.basis, name) {
            // Without a commitment both costs are the same.
            (Basis::Actual, "EffectiveCost") | (Basis::Amortised, "BilledCost") => {
                [self.is_uncommitted(relation), is_alone].into_iter().flatten().reduce(Expr::and)
            }
            // What is counted by the amortised row is not counted by the actual one.
            (
                Basis::Actual,
                "ConsumedQuantity" | "PricingQuantity" | "CommitmentDiscountQuantity" | "ListCost" | "ContractedCost",
            ) => is_alone,
            _ => None,
        };
        match condition {
            Some(condition) => Expr::Case(Case::new(None, vec![(Box::new(condition), Box::new(expr))], None)),
            None => expr,
        }
    }

    fn is_uncommitted(&self, relation: &str) -> Option<Expr> {
        let Dialect::Azure { commitment: Some(commitment) } = &self.columns.dialect else { return None };
        Some(commitment.expr("EffectiveCost", |at| self.column(relation, at)).is_null())
    }

    fn is_in(&self, relation: &str, set: &Arc<DaySet>) -> Expr {
        let null = |ty| lit(ScalarValue::try_from(&data_type(ty)).unwrap_or(ScalarValue::Null));
        let account = self.focus(relation, "SubAccountId").unwrap_or_else(|| null(ColumnType::Text));
        let time = self.focus(relation, "ChargePeriodStart").unwrap_or_else(|| null(ColumnType::Time));
        is_in(set, account, self.focus(relation, "ResourceId"), time)
    }

    fn focus(&self, relation: &str, name: &str) -> Option<Expr> {
        Some(self.columns.recipe(name)?.expr(name, |at| self.column(relation, at)))
    }

    fn extra(&self, relation: &str, name: &str) -> Option<Expr> {
        let (_, at, steps) = &self.columns.extras[*self.extras.get(&name.to_lowercase())?];
        Some(steps.expr(name, self.column(relation, *at)))
    }

    fn column(&self, relation: &str, at: usize) -> Expr {
        Expr::Column(Column::new(Some(relation), self.columns.schema.field(at).name()))
    }

    /// The plan that reads the files' columns as they are.
    pub(crate) async fn exec(
        &self,
        url: &ObjectStoreUrl,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let table = TableSchema::from(Arc::clone(&self.columns.schema));
        let partitions = FileGroup::new(self.files.clone()).split_files(state.config().target_partitions());
        let config = match self.format {
            Format::Parquet => FileScanConfigBuilder::new(url.clone(), Arc::new(ParquetSource::new(table))),
            Format::Csv | Format::CsvGzip => {
                // Text in quotes may hold line breaks, which are no place to cut a file into partitions.
                let options = CsvOptions {
                    has_header: Some(true),
                    newlines_in_values: Some(!self.can_be_cut),
                    ..CsvOptions::default()
                };
                FileScanConfigBuilder::new(url.clone(), Arc::new(CsvSource::new(table).with_csv_options(options)))
            }
        };
        let compression = match self.format {
            Format::CsvGzip => FileCompressionType::GZIP,
            Format::Csv | Format::Parquet => FileCompressionType::UNCOMPRESSED,
        };
        let config = config
            .with_file_groups(partitions)
            .with_statistics(self.statistics())
            .with_file_compression_type(compression)
            .with_projection_indices(projection.cloned())?
            .with_limit(limit)
            .build();
        match self.format {
            Format::Parquet => {
                let options = state.default_table_options().parquet;
                ParquetFormat::new().with_options(options).create_physical_plan(state, config).await
            }
            Format::Csv | Format::CsvGzip => Ok(DataSourceExec::from_data_source(config)),
        }
    }

    fn statistics(&self) -> Statistics {
        let mut statistics = Statistics::new_unknown(&self.columns.schema);
        statistics.num_rows = self.rows.map_or(Precision::Absent, Precision::Exact);
        statistics
    }
}

/// A group as the table that the plan's branches read.
#[derive(Debug)]
pub(super) struct GroupTable {
    group: Arc<Group>,
    registered: Arc<Registered>,
}

impl GroupTable {
    pub(super) fn new(group: Arc<Group>, registered: Arc<Registered>) -> Self {
        Self { group, registered }
    }
}

#[async_trait]
impl TableProvider for GroupTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.group.columns.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        _: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        self.group.exec(&self.registered.url, state, projection, limit).await
    }
}
