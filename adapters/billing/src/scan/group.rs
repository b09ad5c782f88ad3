//! Files with the same format and the same header, which are read as one.

use super::Registered;
use crate::bad::Memory;
use crate::cast::Cell;
use crate::columns::Columns;
use crate::header::Format;
use crate::snapshot::OpenFile;
use async_trait::async_trait;
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
use datafusion::logical_expr::{Expr, TableType, lit};
use datafusion::physical_plan::ExecutionPlan;
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
}

impl Group {
    /// Sorts files into groups.
    pub(crate) fn all(files: &[Arc<OpenFile>], memory: &Memory) -> Result<Vec<Self>> {
        let mut places: HashMap<(Format, SchemaRef, bool), usize> = HashMap::new();
        let mut groups: Vec<Vec<Arc<OpenFile>>> = Vec::new();
        for file in files {
            let can_be_cut = memory.breaks(&file.found.meta) == Some(false);
            let key = (file.header.format, Arc::clone(&file.header.columns.schema), can_be_cut);
            let place = *places.entry(key).or_insert(groups.len());
            if place == groups.len() {
                groups.push(Vec::new());
            }
            groups[place].push(Arc::clone(file));
        }
        groups.iter().map(|files| Self::of(files, memory)).collect()
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
            name => own(name),
        };
        // A null of any type there is can be made; a table's columns have no others.
        expr.unwrap_or_else(|| lit(ScalarValue::try_from(field.data_type()).unwrap_or(ScalarValue::Null)))
    }

    fn focus(&self, relation: &str, name: &str) -> Option<Expr> {
        let (at, steps) = self.columns.position(name)?;
        Some(steps.expr(name, self.column(relation, *at)))
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
