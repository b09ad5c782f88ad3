//! What an answer over incomplete coverage still means: a part of the rows, a lower bound, or nothing certain.
//!
//! Whatever is not known to be a part or a bound is unknown: too little said costs the reader a second look, too
//! much said costs a wrong decision.

use crate::currency::COMPARED;
use crate::too_low;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, JoinType, ScalarValue, TableReference};
use datafusion::logical_expr::{Aggregate, BinaryExpr, Distinct, Expr, LogicalPlan, Operator, Projection};
use schema::{ScopeCoverage, tables};
use std::collections::BTreeSet;

/// What the rows of a plan are when some rows of its tables are missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Bound {
    /// Each row is right; others may be missing.
    Part,
    /// Values are right or too low.
    Lower,
    /// Values and rows may be wrong in either direction.
    Unknown,
}

/// What the rows of a plan are when what these lines of coverage name is missing.
pub(crate) fn with_gaps(plan: &LogicalPlan, coverage: &[ScopeCoverage]) -> Bound {
    let gaps = || coverage.iter().filter(|line| !line.status.is_complete() && !line.columns.is_empty());
    // A resource's cost from half a bill is a wrong figure: what is missing may be charges, and may be credits.
    let is_compared = |line: &ScopeCoverage| line.error.as_ref().is_some_and(|error| error.code == COMPARED);
    if gaps().any(|line| line.table == tables::COSTS.name || is_compared(line)) {
        return Bound::Unknown;
    }
    let columns: BTreeSet<&str> = gaps().flat_map(|line| &line.columns).map(String::as_str).collect();
    if asks_for_nulls(plan, &columns) {
        return Bound::Unknown;
    }
    let low = gaps().filter(|line| line.is_too_low()).flat_map(|line| &line.columns);
    of(plan).max(too_low::bound(plan, &low.map(String::as_str).collect()))
}

/// What the rows of a plan are when some rows of its tables are missing.
pub(crate) fn of(plan: &LogicalPlan) -> Bound {
    if is_recommendations(plan) {
        return Bound::Part;
    }
    let inputs = plan.inputs().into_iter().map(of).max().unwrap_or(Bound::Part);
    inputs.max(own(plan, inputs)).max(subqueries(plan))
}

/// Rules are written so that what could not be read makes no recommendation ([`schema::Rule`]): outer joins, tests for
/// nulls and what must not exist are part of that.
pub(crate) fn is_recommendations(plan: &LogicalPlan) -> bool {
    let LogicalPlan::SubqueryAlias(alias) = plan else {
        return false;
    };
    alias.alias.table() == tables::RECOMMENDATIONS.name && crate::recommend::is_of_rules(&alias.input)
}

fn own(plan: &LogicalPlan, inputs: Bound) -> Bound {
    let unless = |is_safe: bool| if is_safe { Bound::Part } else { Bound::Unknown };
    match plan {
        LogicalPlan::Aggregate(aggregate) => aggregate_bound(aggregate, inputs),
        LogicalPlan::Join(join) => {
            // Values that are too low must not decide which rows meet.
            let meets_rightly = inputs == Bound::Part || (join.on.is_empty() && join.filter.is_none());
            let keeps = matches!(join.join_type, JoinType::Inner | JoinType::LeftSemi | JoinType::RightSemi);
            unless(keeps && meets_rightly)
        }
        LogicalPlan::Window(_) | LogicalPlan::Distinct(Distinct::On(_)) => Bound::Unknown,
        // "The ten largest" of a part need not be among the ten largest of all.
        LogicalPlan::Limit(limit) => unless(!holds(&limit.input, |node| matches!(node, LogicalPlan::Sort(_)))),
        LogicalPlan::Filter(_) => unless(inputs == Bound::Part),
        LogicalPlan::Projection(projection) if inputs == Bound::Lower => {
            unless(projection.expr.iter().all(|expr| grows(expr, projection)))
        }
        _ => Bound::Part,
    }
}

fn aggregate_bound(aggregate: &Aggregate, inputs: Bound) -> Bound {
    // An aggregate of an aggregate can move either way (the maximum of counts is fine, the mean of them is not, but
    // telling them apart is not worth being wrong once). Which rows a limit lets through is chance.
    let has_limit = holds(&aggregate.input, |node| matches!(node, LogicalPlan::Limit(_)));
    if inputs > Bound::Part || has_limit {
        return Bound::Unknown;
    }
    let functions = aggregate.aggr_expr.iter().map(|expr| function_bound(expr, &aggregate.input));
    functions.max().unwrap_or(Bound::Part)
}

fn function_bound(expr: &Expr, input: &LogicalPlan) -> Bound {
    let Expr::AggregateFunction(call) = expr.clone().unalias() else {
        return Bound::Unknown;
    };
    match call.func.name() {
        "count" | "max" => Bound::Lower,
        "sum" if call.params.args.iter().all(|arg| is_never_negative(arg, input)) => Bound::Lower,
        _ => Bound::Unknown,
    }
}

/// Sizes, counts and what a resource cost. Rows of a bill can be credits and corrections, so their sums are no bound.
fn is_never_negative(expr: &Expr, input: &LogicalPlan) -> bool {
    let name = match expr {
        Expr::Column(column) => &column.name,
        Expr::Cast(cast) => match &*cast.expr {
            Expr::Column(column) => &column.name,
            _ => return false,
        },
        _ => return false,
    };
    let mut tables = tables::ALL.iter().filter(|table| **table != &tables::COSTS);
    let is_size = tables.any(|table| table.column(name).is_some_and(|c| c.ty.is_number()));
    is_size && tables::COSTS.column(name).is_none() && !reads_own(input) && !holds(input, |node| renames(node, name))
}

/// Whether a table of a source's own is read, of whose columns nothing is known but what they are called.
pub(crate) fn reads_own(plan: &LogicalPlan) -> bool {
    let is_own = |name: &TableReference| name.schema().is_some_and(|schema| schema != crate::session::SCHEMA);
    let mut found = false;
    let walked = plan.apply_with_subqueries(|node| {
        found |= matches!(node, LogicalPlan::TableScan(scan) if is_own(&scan.table_name));
        Ok(if found { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
    });
    found || walked.is_err()
}

/// Whether a node gives a column's name to something else: `SELECT -vcpus AS vcpus`.
fn renames(node: &LogicalPlan, name: &str) -> bool {
    let LogicalPlan::Projection(projection) = node else {
        return false;
    };
    projection.expr.iter().any(|expr| {
        let is_itself = matches!(expr.clone().unalias(), Expr::Column(column) if column.name == name);
        expr.schema_name().to_string().rsplit('.').next() == Some(name) && !is_itself
    })
}

/// Whether an expression over aggregates can only grow when they do.
fn grows(expr: &Expr, projection: &Projection) -> bool {
    match expr {
        Expr::Column(_) | Expr::Literal(..) => true,
        Expr::Alias(alias) => grows(&alias.expr, projection),
        Expr::Cast(cast) => grows(&cast.expr, projection),
        Expr::BinaryExpr(BinaryExpr { left, op: Operator::Plus, right }) => {
            grows(left, projection) && grows(right, projection)
        }
        Expr::BinaryExpr(BinaryExpr { left, op: Operator::Multiply | Operator::Divide, right })
            if is_positive(right) =>
        {
            grows(left, projection)
        }
        Expr::ScalarFunction(call) if call.name() == "round" => call.args.iter().all(|arg| grows(arg, projection)),
        other => !other.column_refs().into_iter().any(|column| is_aggregate(column, &projection.input)),
    }
}

pub(crate) fn is_positive(expr: &Expr) -> bool {
    let Expr::Literal(scalar, _) = expr else {
        return false;
    };
    matches!(scalar.cast_to(&DataType::Float64), Ok(ScalarValue::Float64(Some(number))) if number > 0.0)
}

/// Whether a column holds an aggregate's value. Where that cannot be told at a glance, it is taken to.
fn is_aggregate(column: &Column, input: &LogicalPlan) -> bool {
    let LogicalPlan::Aggregate(aggregate) = input else {
        return true;
    };
    let groups = aggregate.schema.fields().len().saturating_sub(aggregate.aggr_expr.len());
    aggregate.schema.fields().iter().skip(groups).any(|field| *field.name() == column.name)
}

/// What the subqueries of a node make of its rows. One that asks whether something is there, plainly and as the
/// whole of a condition, loses rows with what is missing; any other use can turn the answer around.
fn subqueries(plan: &LogicalPlan) -> Bound {
    let mut rest = plan.expressions();
    let is_filter = matches!(plan, LogicalPlan::Filter(_));
    while let Some(expr) = rest.pop() {
        let is_there = match expr {
            Expr::BinaryExpr(BinaryExpr { left, op: Operator::And | Operator::Or, right }) if is_filter => {
                rest.extend([*left, *right]);
                true
            }
            Expr::InSubquery(sub) if is_filter && !sub.negated && !holds_subquery(&sub.expr) => {
                of(&sub.subquery.subquery) == Bound::Part
            }
            Expr::Exists(sub) if is_filter && !sub.negated => of(&sub.subquery.subquery) == Bound::Part,
            other => !holds_subquery(&other),
        };
        if !is_there {
            return Bound::Unknown;
        }
    }
    Bound::Part
}

pub(crate) fn holds_subquery(expr: &Expr) -> bool {
    let is_subquery = |part: &Expr| {
        matches!(part, Expr::InSubquery(_) | Expr::Exists(_) | Expr::ScalarSubquery(_) | Expr::SetComparison(_))
    };
    expr.exists(|part| Ok(is_subquery(part))).unwrap_or(true)
}

/// Whether a plan holds such a node. What the rules of `recommendations` do inside is their own affair.
fn holds(plan: &LogicalPlan, what: impl Fn(&LogicalPlan) -> bool) -> bool {
    let mut found = false;
    let walked = plan.apply(|node| {
        if is_recommendations(node) {
            return Ok(TreeNodeRecursion::Jump);
        }
        found |= what(node);
        Ok(if found { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
    });
    found || walked.is_err()
}

/// Whether the plan makes something of a missing value in one of the columns: `cpu_avg IS NULL` would be true for
/// what has a figure that could not be read.
fn asks_for_nulls(plan: &LogicalPlan, columns: &BTreeSet<&str>) -> bool {
    let names = |expr: &Expr| expr.column_refs().iter().any(|column| columns.contains(column.name.as_str()));
    let is_test = |part: &Expr| match part {
        Expr::IsNull(_) | Expr::IsUnknown(_) | Expr::IsNotTrue(_) | Expr::IsNotFalse(_) | Expr::Case(_) => true,
        Expr::IsTrue(_) | Expr::IsFalse(_) | Expr::IsNotUnknown(_) => true,
        Expr::BinaryExpr(binary) => matches!(binary.op, Operator::IsDistinctFrom | Operator::IsNotDistinctFrom),
        Expr::ScalarFunction(call) => matches!(call.name(), "coalesce" | "nvl" | "ifnull" | "nvl2" | "nullif"),
        _ => false,
    };
    let mut found = false;
    // The walk cannot fail: the closure never does.
    let _ = plan.apply_with_subqueries(|node| {
        if is_recommendations(node) {
            return Ok(TreeNodeRecursion::Jump);
        }
        found |=
            node.expressions().iter().any(|expr| expr.exists(|part| Ok(is_test(part) && names(part))).unwrap_or(true));
        Ok(if found { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
    });
    found
}
