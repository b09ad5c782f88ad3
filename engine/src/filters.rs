//! From DataFusion's expressions to what sources understand: which scopes may match, which conditions can be
//! handed on, which time is asked for. Whatever is not understood is left to DataFusion, which filters again.

use crate::source::{Push, TableSupport};
use chrono::{DateTime, Utc};
use datafusion::common::ScalarValue;
use datafusion::logical_expr::{BinaryExpr, Expr, Operator};
use schema::query::{Condition, Field, Literal, Op};
use schema::scope::GLOBAL;
use schema::{Locality, Scope, Table};

/// False only if no row of the scope can match.
pub fn may_match(filters: &[Expr], table: &'static Table, scope: &Scope) -> bool {
    may_be(filters, &|column: &str| value_in(table, scope, column))
}

/// What a column has in each row of a scope, where that is the same in all of them and known.
pub fn value_in<'a>(table: &'static Table, scope: &'a Scope, column: &str) -> Option<&'a str> {
    let columns = table.scope_columns;
    if column == columns.provider {
        Some(scope.provider.as_str()).filter(|p| *p != "*")
    } else if column == columns.account_id {
        Some(scope.account_id.as_str()).filter(|a| *a != "*")
    } else if column == columns.account_name {
        // Where it is not known which account is meant, what it is called in rows is not known either.
        Some(scope.account_name.as_str()).filter(|a| *a != "*" && scope.account_id != "*")
    } else if column == columns.region {
        Some(scope.region.as_str()).filter(|r| *r != "*" && *r != GLOBAL && table.locality == Locality::Regional)
    } else if column == "kind" {
        table.row_kind
    } else {
        None
    }
}

/// False only if no row can match in which those columns have those values. `known` gives a column's value, where all
/// rows that are meant have the same.
pub fn may_be<'a>(filters: &[Expr], known: &dyn Fn(&str) -> Option<&'a str>) -> bool {
    filters.iter().all(|filter| truth(filter, known) != Some(false))
}

/// What an expression is, where that follows from the columns that are known. Three-valued: none is "may be either".
fn truth<'a>(expr: &Expr, known: &dyn Fn(&str) -> Option<&'a str>) -> Option<bool> {
    match expr {
        Expr::BinaryExpr(BinaryExpr { left, op, right }) => match op {
            Operator::And => match (truth(left, known), truth(right, known)) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            },
            Operator::Or => match (truth(left, known), truth(right, known)) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            },
            Operator::Eq => Some(value(left, known)? == value(right, known)?),
            Operator::NotEq => Some(value(left, known)? != value(right, known)?),
            _ => None,
        },
        Expr::Not(inner) => truth(inner, known).map(|t| !t),
        Expr::InList(list) => {
            let wanted = value(&list.expr, known)?;
            let values: Option<Vec<&str>> = list.list.iter().map(text).collect();
            Some(values?.contains(&wanted) != list.negated)
        }
        Expr::Literal(ScalarValue::Boolean(Some(yes)), _) => Some(*yes),
        _ => None,
    }
}

fn value<'a, 'b: 'a>(expr: &'a Expr, known: &dyn Fn(&str) -> Option<&'b str>) -> Option<&'a str> {
    match expr {
        Expr::Column(column) => known(&column.name),
        other => text(other),
    }
}

fn text(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Literal(
            ScalarValue::Utf8(Some(text)) | ScalarValue::Utf8View(Some(text)) | ScalarValue::LargeUtf8(Some(text)),
            _,
        ) => Some(text),
        _ => None,
    }
}

/// The texts that a column is compared with for equality anywhere in the filters, not negated.
pub fn wanted_texts<'a>(filters: &'a [Expr], column: &str) -> Vec<&'a str> {
    let mut wanted = Vec::new();
    filters.iter().for_each(|filter| gather_texts(filter, column, &mut wanted));
    wanted
}

fn gather_texts<'a>(expr: &'a Expr, column: &str, wanted: &mut Vec<&'a str>) {
    let is_column = |expr: &Expr| matches!(expr, Expr::Column(c) if c.name == column);
    match expr {
        Expr::BinaryExpr(BinaryExpr { left, op: Operator::And | Operator::Or, right }) => {
            gather_texts(left, column, wanted);
            gather_texts(right, column, wanted);
        }
        Expr::BinaryExpr(BinaryExpr { left, op: Operator::Eq, right }) => {
            if is_column(left) {
                wanted.extend(text(right));
            } else if is_column(right) {
                wanted.extend(text(left));
            }
        }
        Expr::InList(list) if !list.negated && is_column(&list.expr) => {
            wanted.extend(list.list.iter().filter_map(text));
        }
        _ => {}
    }
}

/// The conditions that a source can hand on to its provider.
pub(crate) fn pushable(filters: &[Expr], support: &TableSupport) -> Vec<Condition> {
    let mut conditions: Vec<Condition> =
        conjuncts(filters).into_iter().filter_map(|filter| condition(filter, support)).collect();
    // Sorted, so that the same conditions in another order are the same fetch.
    conditions.sort_by_key(|c| serde_json::to_string(c).unwrap_or_default());
    conditions
}

fn conjuncts(filters: &[Expr]) -> Vec<&Expr> {
    let mut parts = Vec::new();
    let mut rest: Vec<&Expr> = filters.iter().collect();
    while let Some(expr) = rest.pop() {
        match expr {
            Expr::BinaryExpr(BinaryExpr { left, op: Operator::And, right }) => rest.extend([&**left, &**right]),
            other => parts.push(other),
        }
    }
    parts
}

fn condition(filter: &Expr, support: &TableSupport) -> Option<Condition> {
    match filter {
        Expr::BinaryExpr(BinaryExpr { left, op: Operator::Eq, right }) => {
            let (field, wanted) =
                field(left, support).zip(text(right)).or_else(|| field(right, support).zip(text(left)))?;
            Some(Condition::compare(field, Op::Eq, wanted))
        }
        Expr::InList(list) if !list.negated => {
            let wanted: Option<Vec<&str>> = list.list.iter().map(text).collect();
            Some(Condition::compare(field(&list.expr, support)?, Op::In, Literal::from(wanted?)))
        }
        _ => None,
    }
}

fn field(expr: &Expr, support: &TableSupport) -> Option<Field> {
    match expr {
        Expr::Column(column) => {
            let pushes = |push: &Push| matches!(push, Push::Column(name) if *name == column.name);
            support.pushes.iter().any(pushes).then(|| Field::Column(column.name.clone()))
        }
        Expr::ScalarFunction(call) if call.name() == "get_field" && support.pushes.contains(&Push::Tags) => {
            match call.args.as_slice() {
                [Expr::Column(column), key] if column.name == "tags" => Some(Field::tag(text(key)?)),
                _ => None,
            }
        }
        _ => None,
    }
}

/// First instant (inclusive) and end (exclusive) that the filters leave of a time column.
pub fn time_bounds(filters: &[Expr], column: &str) -> (Option<DateTime<Utc>>, Option<DateTime<Utc>>) {
    let (mut from, mut to) = (None::<DateTime<Utc>>, None::<DateTime<Utc>>);
    let mut narrow = |op: Operator, at: DateTime<Utc>| {
        // One microsecond is the finest that our times hold; a bound that is a little wide costs nothing.
        let after = at.checked_add_signed(chrono::TimeDelta::microseconds(1)).unwrap_or(at);
        match op {
            Operator::Gt | Operator::GtEq => from = Some(from.map_or(at, |f| f.max(at))),
            Operator::Lt => to = Some(to.map_or(at, |t| t.min(at))),
            Operator::LtEq => to = Some(to.map_or(after, |t| t.min(after))),
            Operator::Eq => {
                from = Some(from.map_or(at, |f| f.max(at)));
                to = Some(to.map_or(after, |t| t.min(after)));
            }
            _ => {}
        }
    };
    let is_column = |expr: &Expr| match expr {
        Expr::Column(c) => c.name == column,
        Expr::Cast(cast) => matches!(&*cast.expr, Expr::Column(c) if c.name == column),
        _ => false,
    };
    for filter in conjuncts(filters) {
        match filter {
            Expr::BinaryExpr(BinaryExpr { left, op, right }) if is_column(left) => {
                if let Some(at) = instant(right) {
                    narrow(*op, at);
                }
            }
            Expr::BinaryExpr(BinaryExpr { left, op, right }) if is_column(right) => {
                if let (Some(at), Some(op)) = (instant(left), op.swap()) {
                    narrow(op, at);
                }
            }
            Expr::Between(between) if !between.negated && is_column(&between.expr) => {
                if let (Some(low), Some(high)) = (instant(&between.low), instant(&between.high)) {
                    narrow(Operator::GtEq, low);
                    narrow(Operator::LtEq, high);
                }
            }
            _ => {}
        }
    }
    (from, to)
}

fn instant(expr: &Expr) -> Option<DateTime<Utc>> {
    let scalar = match expr {
        Expr::Literal(scalar, _) => scalar,
        Expr::Cast(cast) => match &*cast.expr {
            Expr::Literal(scalar, _) => scalar,
            _ => return None,
        },
        _ => return None,
    };
    match scalar {
        ScalarValue::TimestampSecond(Some(v), _) => DateTime::from_timestamp(*v, 0),
        ScalarValue::TimestampMillisecond(Some(v), _) => DateTime::from_timestamp_millis(*v),
        ScalarValue::TimestampMicrosecond(Some(v), _) => DateTime::from_timestamp_micros(*v),
        ScalarValue::TimestampNanosecond(Some(v), _) => Some(DateTime::from_timestamp_nanos(*v)),
        ScalarValue::Date32(Some(days)) => DateTime::from_timestamp(i64::from(*days) * 86_400, 0),
        ScalarValue::Utf8(Some(text)) | ScalarValue::Utf8View(Some(text)) => schema::query::check::parse_time(text),
        _ => None,
    }
}
