//! The SQL that a `Query` stands for. There is one way from a `Query` to rows, and it goes through this text.
//!
//! Where `Query` and bare SQL could differ in what people expect, the text says what is meant: `ne` and `not_in`
//! on texts take a missing value for different (`IS DISTINCT FROM`), nulls come last, a resource whose tags could not be
//! read is neither tagged nor untagged, and a list without an order comes by place and name.

use super::check::{QueryError, parse_time};
use super::{Aggregate, Compare, Condition, Direction, Field, Function, Literal, Op, Query};
use crate::{ColumnType, Grant, Table, TableKind};
use chrono::{DateTime, SecondsFormat, Utc};
use std::collections::BTreeSet;
use std::fmt::Write;

/// For whom SQL is written.
#[derive(Debug, Clone, Copy, Default)]
pub struct Asker<'a> {
    /// What they may read; all of it where there is none.
    pub grant: Option<&'a Grant>,
    /// The tables of sources' own that can be asked beside those of this program.
    pub own: &'a [&'static Table],
}

impl Query {
    /// The SQL that it stands for; `now` is what `ago` and `last` count from.
    pub fn to_sql(&self, now: DateTime<Utc>) -> Result<String, QueryError> {
        self.to_sql_for(now, Asker::default())
    }

    /// The same for one who may not read everything, or has tables beside those of this program. Where it names no order, its
    /// rows are in that of the columns that are granted, for it did not ask for the others.
    pub fn to_sql_for(&self, now: DateTime<Utc>, asker: Asker<'_>) -> Result<String, QueryError> {
        let (table, query) = self.resolve(asker.own)?;
        let granted = asker.grant.and_then(|grant| grant.columns_of(table.name));
        let render = Render { table, now, granted };
        let name: Vec<_> = table.name.split('.').map(identifier).collect();
        let mut sql = format!("SELECT {} FROM {}", render.select_list(&query), name.join("."));
        let conditions = render.all_conditions(&query)?;
        if !conditions.is_empty() {
            let _ = write!(sql, " WHERE {}", conditions.join(" AND "));
        }
        if !query.group_by.is_empty() {
            let groups: Vec<_> = query.group_by.iter().map(|f| render.field(f)).collect();
            let _ = write!(sql, " GROUP BY {}", groups.join(", "));
        }
        let keys = render.order_keys(&query);
        if !keys.is_empty() {
            let _ = write!(sql, " ORDER BY {}", keys.join(", "));
        }
        if let Some(limit) = query.limit {
            // SQL counts rows in 63 bits; nobody has more.
            let _ = write!(sql, " LIMIT {}", limit.min(i64::MAX as u64));
        }
        Ok(sql)
    }
}

/// A name as SQL writes it: bare where that is safe, else in double quotes.
pub fn identifier(name: &str) -> String {
    let bare = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    // Words that the SQL grammar keeps for itself, among those that columns and aggregates are called.
    const RESERVED: &[&str] = &[
        "all",
        "and",
        "any",
        "array",
        "as",
        "asc",
        "between",
        "by",
        "case",
        "cast",
        "ceil",
        "convert",
        "count",
        "cross",
        "current_date",
        "current_time",
        "current_timestamp",
        "date",
        "datetime",
        "day",
        "desc",
        "distinct",
        "else",
        "end",
        "except",
        "exists",
        "extract",
        "false",
        "fetch",
        "filter",
        "floor",
        "for",
        "from",
        "full",
        "group",
        "having",
        "hour",
        "in",
        "inner",
        "intersect",
        "interval",
        "into",
        "is",
        "join",
        "key",
        "lateral",
        "left",
        "like",
        "limit",
        "localtime",
        "localtimestamp",
        "map",
        "month",
        "natural",
        "not",
        "null",
        "offset",
        "on",
        "or",
        "order",
        "outer",
        "over",
        "overlay",
        "position",
        "prior",
        "qualify",
        "quarter",
        "right",
        "row",
        "select",
        "set",
        "some",
        "start",
        "struct",
        "substring",
        "sum",
        "table",
        "then",
        "time",
        "timestamp",
        "total",
        "trim",
        "true",
        "try_cast",
        "union",
        "unnest",
        "user",
        "using",
        "value",
        "values",
        "week",
        "when",
        "where",
        "window",
        "with",
        "year",
    ];
    if bare && !RESERVED.contains(&name) { name.to_owned() } else { format!("\"{}\"", name.replace('"', "\"\"")) }
}

/// A text as SQL writes it.
pub fn text(value: &str) -> String {
    format!("'{}'", value.replace('\'', "''"))
}

/// An instant as SQL writes it.
pub fn timestamp(at: DateTime<Utc>) -> String {
    format!("TIMESTAMP '{}'", at.to_rfc3339_opts(SecondsFormat::AutoSi, true))
}

struct Render<'a> {
    table: &'static Table,
    now: DateTime<Utc>,
    /// The columns that may be read; none: all.
    granted: Option<&'a BTreeSet<String>>,
}

impl Render<'_> {
    fn select_list(&self, query: &Query) -> String {
        if query.aggregate.is_empty() && query.group_by.is_empty() {
            if query.select.is_empty() {
                return self.table.shown.iter().map(|c| identifier(c)).collect::<Vec<_>>().join(", ");
            }
            return query.select.iter().map(|f| self.named(f)).collect::<Vec<_>>().join(", ");
        }
        let aggregate = |a: &Aggregate| format!("{} AS {}", self.aggregate(a), identifier(&a.output_name()));
        if query.select.is_empty() {
            let groups = query.group_by.iter().map(|f| self.named(f));
            return groups.chain(query.aggregate.iter().map(aggregate)).collect::<Vec<_>>().join(", ");
        }
        let one = |field: &Field| {
            let name = field.to_string();
            match query.aggregate.iter().find(|a| a.output_name() == name) {
                Some(found) => aggregate(found),
                None => self.named(field),
            }
        };
        query.select.iter().map(one).collect::<Vec<_>>().join(", ")
    }

    fn named(&self, field: &Field) -> String {
        match field {
            Field::Column(name) => identifier(name),
            _ => format!("{} AS {}", self.field(field), identifier(&field.output_name())),
        }
    }

    fn field(&self, field: &Field) -> String {
        match field {
            Field::Column(name) => identifier(name),
            Field::Key { column, key } => format!("{}[{}]", identifier(column), text(key)),
            Field::Bucket { width, column } => {
                format!("date_trunc('{}', {})", width.as_str(), identifier(column))
            }
        }
    }

    fn aggregate(&self, aggregate: &Aggregate) -> String {
        let field = aggregate.field.as_ref().map_or_else(|| "*".to_owned(), |f| self.field(f));
        match aggregate.function {
            Function::CountDistinct => format!("count(DISTINCT {field})"),
            function => format!("{}({field})", function.as_str()),
        }
    }

    /// Where a query names no order, its rows come by place and name, or by group: the same each time it is asked.
    /// Not with a limit, which would then have to read everything, and not for charges and data points, of which
    /// there are too many to sort unasked.
    fn order_keys(&self, query: &Query) -> Vec<String> {
        if !query.order_by.is_empty() || query.limit.is_some() {
            return query.order_by.iter().map(|o| self.order(o, query)).collect();
        }
        let plain = |name: &str| format!("{} ASC NULLS LAST", identifier(name));
        if !query.group_by.is_empty() {
            return query.group_by.iter().map(|field| plain(&field.output_name())).collect();
        }
        let by_place: &[&str] = match self.table.kind {
            _ if !query.aggregate.is_empty() => &[],
            TableKind::Resource | TableKind::Account => &["account_name", "region", "name", "native_id"],
            TableKind::Union => &["account_name", "region", "kind", "name", "native_id"],
            TableKind::Derived => &["rule", "account_name", "region", "name", "native_id"],
            TableKind::Changes => {
                &["changed_at", "table_name", "account_name", "region", "name", "native_id", "column_name"]
            }
            TableKind::Findings => &["account_name", "region", "plugin", "rule", "resource_id", "uid"],
            TableKind::Costs | TableKind::Metrics | TableKind::History | TableKind::Own => &[],
        };
        let is_granted = |name: &&&str| self.granted.is_none_or(|granted| granted.contains(**name));
        by_place.iter().filter(is_granted).map(|name| plain(name)).collect()
    }

    fn order(&self, order: &super::OrderBy, query: &Query) -> String {
        let name = order.field.to_string();
        let is_output = query.aggregate.iter().any(|a| a.output_name() == name)
            || query.group_by.iter().any(|g| g.output_name() == name);
        let key = if is_output { identifier(&name) } else { self.field(&order.field) };
        let dir = match order.dir {
            Direction::Asc => "ASC",
            Direction::Desc => "DESC",
        };
        format!("{key} {dir} NULLS LAST")
    }

    fn all_conditions(&self, query: &Query) -> Result<Vec<String>, QueryError> {
        let mut all = self.scope(query);
        if let (Some(range), Some(column)) = (&query.time, self.table.time_column) {
            let (from, to) = range.bounds(self.now);
            let column = identifier(column);
            all.extend(from.map(|t| format!("{column} >= {}", timestamp(t))));
            all.extend(to.map(|t| format!("{column} < {}", timestamp(t))));
        }
        for condition in &query.conditions {
            all.push(self.condition(condition)?);
        }
        Ok(all)
    }

    fn scope(&self, query: &Query) -> Vec<String> {
        let scope = &query.scope;
        let columns = self.table.scope_columns;
        let list = |values: &[String]| values.iter().map(|v| text(v)).collect::<Vec<_>>().join(", ");
        let mut all = Vec::new();
        if !scope.providers.is_empty() {
            all.push(format!("{} IN ({})", identifier(columns.provider), list(&scope.providers)));
        }
        if !scope.accounts.is_empty() {
            let values = list(&scope.accounts);
            let (id, name) = (identifier(columns.account_id), identifier(columns.account_name));
            all.push(format!("({id} IN ({values}) OR {name} IN ({values}))"));
        }
        if !scope.regions.is_empty() {
            all.push(format!("{} IN ({})", identifier(columns.region), list(&scope.regions)));
        }
        all
    }

    fn condition(&self, condition: &Condition) -> Result<String, QueryError> {
        let join = |group: &[Condition], word: &str| {
            let parts: Result<Vec<_>, _> = group.iter().map(|c| self.condition(c)).collect();
            parts.map(|parts| format!("({})", parts.join(word)))
        };
        match condition {
            Condition::Compare(compare) => self.compare(compare),
            Condition::Any { any } => join(any, " OR "),
            Condition::All { all } => join(all, " AND "),
            Condition::Not { not } => self.negated(not),
        }
    }

    /// Carried down to the comparisons, because each has its own idea of what is not there: a number that is not
    /// known stays unknown under `not`, a text that is not there is simply different, and a tag that could not be
    /// read is neither there nor missing.
    fn negated(&self, condition: &Condition) -> Result<String, QueryError> {
        let join = |group: &[Condition], word: &str| {
            let parts: Result<Vec<_>, _> = group.iter().map(|c| self.negated(c)).collect();
            parts.map(|parts| format!("({})", parts.join(word)))
        };
        match condition {
            Condition::Any { any } => join(any, " AND "),
            Condition::All { all } => join(all, " OR "),
            Condition::Not { not } => self.condition(not),
            Condition::Compare(compare) => {
                let opposite = match compare.op {
                    Op::IsNull => Op::NotNull,
                    Op::NotNull => Op::IsNull,
                    _ => {
                        let inner = self.compare(compare)?;
                        let is_text = matches!(
                            self.type_of(&compare.field),
                            ColumnType::Text | ColumnType::Bool | ColumnType::List
                        );
                        let negated = if is_text { format!("({inner}) IS NOT TRUE") } else { format!("NOT ({inner})") };
                        return Ok(self.where_readable(&compare.field, negated));
                    }
                };
                self.compare(&Compare { op: opposite, ..compare.clone() })
            }
        }
    }

    /// A test that a missing key passes, for resources whose tags could be read.
    fn where_readable(&self, field: &Field, test: String) -> String {
        match field {
            Field::Key { column, .. } if self.is_resource() => {
                format!("({} IS NOT NULL AND {test})", identifier(column))
            }
            _ => test,
        }
    }

    fn is_resource(&self) -> bool {
        !matches!(self.table.kind, TableKind::Costs | TableKind::Metrics)
    }

    fn type_of(&self, field: &Field) -> ColumnType {
        match field {
            Field::Key { .. } => ColumnType::Text,
            _ => self.table.column(field.column_name()).map_or(ColumnType::Text, |c| c.ty),
        }
    }

    fn compare(&self, compare: &Compare) -> Result<String, QueryError> {
        let ty = self.type_of(&compare.field);
        let field = self.field(&compare.field);
        if matches!(compare.op, Op::IsNull | Op::NotNull) {
            return Ok(self.null_test(&compare.field, &field, ty, compare.op == Op::IsNull));
        }
        if ty == ColumnType::List {
            return self.list_test(&field, compare);
        }
        let value = |literal: &Literal| self.literal(ty, literal);
        let list = |literal: &Literal| match literal {
            Literal::List(values) => values.iter().map(value).collect::<Result<Vec<_>, _>>().map(|v| v.join(", ")),
            one => value(one),
        };
        let is_text = matches!(ty, ColumnType::Text | ColumnType::Bool);
        let text_test = |function: &str| {
            let Literal::Text(wanted) = &compare.value else {
                return value(&compare.value);
            };
            Ok(format!("{function}(lower({field}), {})", text(&wanted.to_lowercase())))
        };
        Ok(match compare.op {
            Op::Eq => format!("{field} = {}", value(&compare.value)?),
            Op::Ne if is_text => {
                // In brackets: the parser takes an `AND` that follows for a part of the right side.
                let test = format!("({field} IS DISTINCT FROM {})", value(&compare.value)?);
                self.where_readable(&compare.field, test)
            }
            Op::Ne => format!("{field} <> {}", value(&compare.value)?),
            Op::Lt => format!("{field} < {}", value(&compare.value)?),
            Op::Le => format!("{field} <= {}", value(&compare.value)?),
            Op::Gt => format!("{field} > {}", value(&compare.value)?),
            Op::Ge => format!("{field} >= {}", value(&compare.value)?),
            Op::In => format!("{field} IN ({})", list(&compare.value)?),
            Op::NotIn if is_text => {
                let test = format!("({field} IS NULL OR {field} NOT IN ({}))", list(&compare.value)?);
                self.where_readable(&compare.field, test)
            }
            Op::NotIn => format!("{field} NOT IN ({})", list(&compare.value)?),
            Op::Contains => text_test("contains")?,
            Op::StartsWith => text_test("starts_with")?,
            Op::EndsWith => text_test("ends_with")?,
            Op::IsNull | Op::NotNull => String::new(),
        })
    }

    fn null_test(&self, field: &Field, sql: &str, ty: ColumnType, wants_null: bool) -> String {
        let is_resource = self.is_resource();
        match (field, ty) {
            // Tags that could not be read are null; tags that are not there are an empty map.
            (Field::Column(_), ColumnType::Map) if is_resource => {
                format!("cardinality({sql}) {} 0", if wants_null { "=" } else { ">" })
            }
            (Field::Column(_), ColumnType::Map | ColumnType::List) => {
                format!("coalesce(cardinality({sql}), 0) {} 0", if wants_null { "=" } else { ">" })
            }
            (Field::Key { column, .. }, _) if is_resource && wants_null => {
                format!("({} IS NOT NULL AND {sql} IS NULL)", identifier(column))
            }
            _ => format!("{sql} IS {}NULL", if wants_null { "" } else { "NOT " }),
        }
    }

    fn list_test(&self, field: &str, compare: &Compare) -> Result<String, QueryError> {
        let values = match &compare.value {
            Literal::List(values) => values.as_slice(),
            one => std::slice::from_ref(one),
        };
        let tests: Result<Vec<_>, _> =
            values.iter().map(|v| Ok(format!("array_has({field}, {})", self.literal(ColumnType::Text, v)?))).collect();
        let any = format!("({})", tests?.join(" OR "));
        let negated = matches!(compare.op, Op::Ne | Op::NotIn);
        Ok(if negated { format!("{any} IS NOT TRUE") } else { any })
    }

    fn literal(&self, ty: ColumnType, literal: &Literal) -> Result<String, QueryError> {
        Ok(match literal {
            Literal::Bool(yes) => yes.to_string(),
            Literal::Number(number) => number.to_string(),
            Literal::Text(value) if ty == ColumnType::Time => {
                parse_time(value).map(timestamp).ok_or_else(|| misfit(ty, value))?
            }
            Literal::Text(value) if ty == ColumnType::Decimal => {
                let decimal: rust_decimal::Decimal = value.parse().map_err(|_| misfit(ty, value))?;
                decimal.to_string()
            }
            Literal::Text(value) => text(value),
            Literal::Ago { ago } => timestamp(ago.before(self.now)),
            Literal::Absent | Literal::List(_) => return Err(misfit(ty, "a list or nothing")),
        })
    }
}

fn misfit(ty: ColumnType, value: &str) -> QueryError {
    QueryError::Shape(format!("{value} does not fit a {}", ty.name()))
}

#[cfg(test)]
mod tests;
