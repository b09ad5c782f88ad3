//! What can be wrong with a `Query`, found before anything runs, with the nearest right name.

use super::{Aggregate, Compare, Condition, Field, Function, Literal, Op, OrderBy, Query};
use crate::time::TimeRange;
use crate::{Column, ColumnType, Table, tables};
use chrono::{DateTime, Datelike, NaiveDate, Utc};

/// What is wrong with a `Query`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// No such table.
    #[error("there is no table `{name}`{}", hint(.nearest))]
    NoTable {
        /// As it was written.
        name: String,
        /// The nearest right name.
        nearest: Option<&'static str>,
    },
    /// No such column.
    #[error("table `{table}` has no column `{name}`{}", hint(.nearest))]
    NoColumn {
        /// The table.
        table: &'static str,
        /// As it was written.
        name: String,
        /// The nearest right name.
        nearest: Option<&'static str>,
    },
    /// The comparison means nothing for the column.
    #[error("`{field}` is {ty} and cannot be compared with `{op}`")]
    Op {
        /// The field.
        field: String,
        /// The type of its values.
        ty: &'static str,
        /// The comparison.
        op: String,
    },
    /// The value does not fit the column.
    #[error("`{field}` is {ty}: {value} does not fit it")]
    Value {
        /// The field.
        field: String,
        /// The type of its values.
        ty: &'static str,
        /// As it was written.
        value: String,
    },
    /// Anything else, in a sentence.
    #[error("{0}")]
    Shape(String),
}

fn hint(nearest: &Option<&'static str>) -> String {
    nearest.map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
}

/// How deep groups of conditions may be nested, so that a hostile query cannot exhaust the stack.
pub const MAX_DEPTH: usize = 32;
/// How many conditions, values and fields a query may have in all.
pub const MAX_PARTS: usize = 10_000;

/// The table of a name, whatever its case, among those of sources' own and of this program; or the error that names the nearest.
pub fn table_among(own: &[&'static Table], name: &str) -> Result<&'static Table, QueryError> {
    own.iter().copied().find(|table| table.name.eq_ignore_ascii_case(name)).map_or_else(|| table(name), Ok)
}

/// The table of a name, or the error that names the nearest.
pub fn table(name: &str) -> Result<&'static Table, QueryError> {
    tables::find(name).ok_or_else(|| QueryError::NoTable { name: name.to_owned(), nearest: tables::nearest(name) })
}

/// The column of a name, or the error that names the nearest.
pub fn column(table: &'static Table, name: &str) -> Result<&'static Column, QueryError> {
    table.column_any_case(name).ok_or_else(|| QueryError::NoColumn {
        table: table.name,
        name: name.to_owned(),
        nearest: table.nearest_column(name),
    })
}

impl Query {
    /// The same query with every name written as the schema writes it, or what is wrong with it.
    ///
    /// `own` are the tables of sources' own, beside those of this program.
    pub fn resolve(&self, own: &[&'static Table]) -> Result<(&'static Table, Self), QueryError> {
        let table = table_among(own, &self.from)?;
        let mut query = self.clone();
        query.from = table.name.to_owned();
        let lists = [query.select.len(), query.group_by.len(), query.aggregate.len(), query.order_by.len()];
        let scope = &query.scope;
        let mut parts =
            lists.iter().sum::<usize>() + scope.providers.len() + scope.accounts.len() + scope.regions.len();
        bounded(parts)?;
        for condition in &mut query.conditions {
            resolve_condition(table, condition, 0, &mut parts)?;
        }
        for field in query.select.iter_mut().chain(&mut query.group_by) {
            // An aggregate's name may be selected.
            let is_aggregate = query.aggregate.iter().any(|a| a.output_name() == field.to_string());
            if !is_aggregate {
                resolve_field(table, field)?;
            }
        }
        for aggregate in &mut query.aggregate {
            resolve_aggregate(table, aggregate)?;
        }
        check_names(&query)?;
        for order in &mut query.order_by {
            resolve_order(table, order, &query.aggregate, &query.group_by)?;
        }
        if let Some(TimeRange::Between { from, to }) = &query.time
            && let Some(far) = from.iter().chain(to).find(|at| !is_in_reach(**at))
        {
            return Err(QueryError::Shape(format!("`time` names {far}; years from 1678 to 2261 can be asked for")));
        }
        if let Some(TimeRange::Between { from: Some(from), to: Some(to) }) = &query.time
            && from >= to
        {
            return Err(QueryError::Shape(format!(
                "`time` ends ({to}) before it has begun ({from}); `to` is exclusive"
            )));
        }
        if query.time.is_some() && table.time_column.is_none() {
            let columns: Vec<_> =
                table.columns().filter(|c| c.ty == ColumnType::Time).map(|c| format!("`{}`", c.name)).collect();
            return Err(QueryError::Shape(format!(
                "table `{}` has no time of its own to filter with `time`; use `where` with one of {}",
                table.name,
                columns.join(", ")
            )));
        }
        Ok((table, query))
    }
}

fn bounded(parts: usize) -> Result<(), QueryError> {
    if parts > MAX_PARTS {
        return Err(QueryError::Shape(format!("the query has more than {MAX_PARTS} conditions, values and fields")));
    }
    Ok(())
}

fn check_names(query: &Query) -> Result<(), QueryError> {
    let grouped = !query.aggregate.is_empty() || !query.group_by.is_empty();
    if grouped {
        for field in &query.select {
            let known =
                query.group_by.contains(field) || query.aggregate.iter().any(|a| a.output_name() == field.to_string());
            if !known {
                return Err(QueryError::Shape(format!(
                    "`{field}` is selected beside aggregates and is neither one of them nor in `group_by`"
                )));
            }
        }
    }
    let computed =
        query.group_by.iter().map(Field::output_name).chain(query.aggregate.iter().map(Aggregate::output_name));
    unique(computed.collect())?;
    unique(query.select.iter().map(Field::output_name).collect())
}

fn unique(mut names: Vec<String>) -> Result<(), QueryError> {
    names.sort();
    if let Some(pair) = names.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(QueryError::Shape(format!("two columns of the result would be called `{}`", pair[0])));
    }
    if names.first().is_some_and(String::is_empty) {
        return Err(QueryError::Shape("a column of the result would have no name".to_owned()));
    }
    Ok(())
}

fn resolve_field(table: &'static Table, field: &mut Field) -> Result<&'static Column, QueryError> {
    let found = column(table, field.column_name())?;
    match field {
        Field::Column(name) => found.name.clone_into(name),
        Field::Key { column, .. } if found.ty == ColumnType::Map => found.name.clone_into(column),
        Field::Key { column, key } => {
            return Err(QueryError::Shape(format!(
                "`{column}.{key}`: `{column}` is {} and has no keys",
                found.ty.name()
            )));
        }
        Field::Bucket { column, .. } if found.ty == ColumnType::Time => found.name.clone_into(column),
        Field::Bucket { width, column } => {
            return Err(QueryError::Shape(format!(
                "`{}({column})`: `{column}` is {}, not a time",
                width.as_str(),
                found.ty.name()
            )));
        }
    }
    Ok(found)
}

fn resolve_condition(
    table: &'static Table,
    condition: &mut Condition,
    depth: usize,
    parts: &mut usize,
) -> Result<(), QueryError> {
    if depth > MAX_DEPTH {
        return Err(QueryError::Shape(format!("conditions are nested more than {MAX_DEPTH} deep")));
    }
    *parts += 1;
    bounded(*parts)?;
    match condition {
        Condition::Compare(compare) => resolve_compare(table, compare, parts),
        Condition::Any { any: group } | Condition::All { all: group } => {
            if group.is_empty() {
                return Err(QueryError::Shape("a group of conditions (`any`, `all`) is empty".to_owned()));
            }
            group.iter_mut().try_for_each(|c| resolve_condition(table, c, depth + 1, parts))
        }
        Condition::Not { not } => resolve_condition(table, not, depth + 1, parts),
    }
}

fn resolve_compare(table: &'static Table, compare: &mut Compare, parts: &mut usize) -> Result<(), QueryError> {
    let column = resolve_field(table, &mut compare.field)?;
    let ty = match &compare.field {
        Field::Key { .. } => ColumnType::Text,
        Field::Column(_) => column.ty,
        Field::Bucket { .. } => ColumnType::Time,
    };
    let op_fits = match compare.op {
        Op::IsNull | Op::NotNull => true,
        Op::Eq | Op::Ne | Op::In | Op::NotIn => !matches!(ty, ColumnType::Map | ColumnType::Json),
        Op::Lt | Op::Le | Op::Gt | Op::Ge => ty.is_ordered(),
        Op::Contains => matches!(ty, ColumnType::Text | ColumnType::Json | ColumnType::List),
        Op::StartsWith | Op::EndsWith => ty == ColumnType::Text,
    };
    if !op_fits {
        let op = serde_json::to_value(compare.op).ok().and_then(|v| v.as_str().map(str::to_owned));
        return Err(QueryError::Op { field: compare.field.to_string(), ty: ty.name(), op: op.unwrap_or_default() });
    }
    match (compare.op, &compare.value) {
        (Op::IsNull | Op::NotNull, Literal::Absent) => Ok(()),
        (Op::IsNull | Op::NotNull, _) => {
            Err(QueryError::Shape(format!("`{}`: `is_null` and `not_null` take no value", compare.field)))
        }
        (Op::In | Op::NotIn, Literal::List(values)) if !values.is_empty() => {
            *parts += values.len();
            bounded(*parts)?;
            values.iter().try_for_each(|v| check_literal(&compare.field, ty, v))
        }
        (Op::In | Op::NotIn, _) => {
            Err(QueryError::Shape(format!("`{}`: `in` and `not_in` take a list that is not empty", compare.field)))
        }
        (_, Literal::Absent) => Err(QueryError::Shape(format!("`{}` is compared with no value", compare.field))),
        (_, value) => check_literal(&compare.field, ty, value),
    }
}

fn check_literal(field: &Field, ty: ColumnType, literal: &Literal) -> Result<(), QueryError> {
    let fits = match (ty, literal) {
        (ColumnType::Bool, Literal::Bool(_))
        | (ColumnType::Int | ColumnType::Float | ColumnType::Decimal, Literal::Number(_))
        | (ColumnType::Text | ColumnType::List | ColumnType::Json, Literal::Text(_))
        | (ColumnType::Time, Literal::Ago { .. }) => true,
        (ColumnType::Decimal, Literal::Text(text)) => text.parse::<rust_decimal::Decimal>().is_ok(),
        (ColumnType::Time, Literal::Text(text)) => parse_time(text).is_some_and(is_in_reach),
        _ => false,
    };
    if fits {
        return Ok(());
    }
    let value = serde_json::to_string(literal).unwrap_or_default();
    Err(QueryError::Value { field: field.to_string(), ty: ty.name(), value })
}

/// Whether SQL can hold the instant: 64 bits of nanoseconds around 1970.
fn is_in_reach(at: DateTime<Utc>) -> bool {
    (1678..2262).contains(&at.year())
}

/// An ISO date or time; a date means its first instant in UTC.
pub fn parse_time(text: &str) -> Option<DateTime<Utc>> {
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Some(time.with_timezone(&Utc));
    }
    let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
    Some(date.and_hms_opt(0, 0, 0)?.and_utc())
}

fn resolve_aggregate(table: &'static Table, aggregate: &mut Aggregate) -> Result<(), QueryError> {
    let Some(field) = &mut aggregate.field else {
        if aggregate.function == Function::Count {
            return Ok(());
        }
        return Err(QueryError::Shape(format!("`{}` needs a `field`", aggregate.function.as_str())));
    };
    let column = resolve_field(table, field)?;
    let ty = if matches!(field, Field::Key { .. }) { ColumnType::Text } else { column.ty };
    let fits = match aggregate.function {
        Function::Count => true,
        Function::CountDistinct => !matches!(ty, ColumnType::Map | ColumnType::List),
        Function::Sum | Function::Avg => ty.is_number(),
        Function::Min | Function::Max => ty.is_ordered(),
    };
    if fits {
        return Ok(());
    }
    Err(QueryError::Shape(format!("`{}` of `{field}` means nothing: it is {}", aggregate.function.as_str(), ty.name())))
}

fn resolve_order(
    table: &'static Table,
    order: &mut OrderBy,
    aggregates: &[Aggregate],
    groups: &[Field],
) -> Result<(), QueryError> {
    let name = order.field.to_string();
    if aggregates.iter().any(|a| a.output_name() == name) || groups.iter().any(|g| g.output_name() == name) {
        return Ok(());
    }
    resolve_field(table, &mut order.field)?;
    if (aggregates.is_empty() && groups.is_empty()) || groups.contains(&order.field) {
        return Ok(());
    }
    Err(QueryError::Shape(format!("the order's `{name}` is neither a group nor an aggregate")))
}
