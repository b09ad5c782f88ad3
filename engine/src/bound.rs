//! What an answer over incomplete coverage still means: a part of the rows, a lower bound, or nothing certain.

use datafusion::common::JoinType;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::logical_expr::{Expr, LogicalPlan};
use schema::{Unit, tables};

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

/// What the rows of a plan are when some rows of its tables are missing.
pub(crate) fn of(plan: &LogicalPlan) -> Bound {
    let inputs = plan.inputs().into_iter().map(of).max().unwrap_or(Bound::Part);
    let own = match plan {
        LogicalPlan::Aggregate(aggregate) => {
            let functions = aggregate.aggr_expr.iter().map(function_bound).max().unwrap_or(Bound::Part);
            // An aggregate of an aggregate can move either way (the mean of counts, the maximum of sums is fine,
            // but telling them apart is not worth being wrong once).
            if inputs > Bound::Part { Bound::Unknown } else { functions }
        }
        LogicalPlan::Join(join) => match join.join_type {
            JoinType::Inner | JoinType::LeftSemi | JoinType::RightSemi => Bound::Part,
            _ => Bound::Unknown,
        },
        LogicalPlan::Window(_) => Bound::Unknown,
        // "The ten largest" of a part need not be among the ten largest of all.
        LogicalPlan::Limit(limit) if sorts(&limit.input) => Bound::Unknown,
        LogicalPlan::Filter(_) if inputs > Bound::Part => Bound::Unknown,
        _ => Bound::Part,
    };
    own.max(inputs).max(subqueries(plan))
}

fn sorts(plan: &LogicalPlan) -> bool {
    match plan {
        LogicalPlan::Sort(_) => true,
        LogicalPlan::Projection(projection) => sorts(&projection.input),
        LogicalPlan::SubqueryAlias(alias) => sorts(&alias.input),
        _ => false,
    }
}

fn function_bound(expr: &Expr) -> Bound {
    let Expr::AggregateFunction(call) = expr.clone().unalias() else {
        return Bound::Unknown;
    };
    match call.func.name() {
        "count" | "max" => Bound::Lower,
        "sum" if call.params.args.iter().all(is_never_negative) => Bound::Lower,
        _ => Bound::Unknown,
    }
}

/// Sizes, counts and what a resource cost. Rows of a bill can be credits, so their sums are no bound.
fn is_never_negative(expr: &Expr) -> bool {
    let name = match expr {
        Expr::Column(column) => &column.name,
        Expr::Cast(cast) => match &*cast.expr {
            Expr::Column(column) => &column.name,
            _ => return false,
        },
        _ => return false,
    };
    let is_bill = tables::COSTS.column(name).is_some_and(|c| c.unit == Some(Unit::Currency));
    !is_bill && tables::ALL.iter().any(|table| table.column(name).is_some_and(|c| c.ty.is_number()))
}

fn subqueries(plan: &LogicalPlan) -> Bound {
    let mut worst = Bound::Part;
    for expr in plan.expressions() {
        // The walk cannot fail: the closure never does.
        let _ = expr.apply(|part| {
            match part {
                Expr::ScalarSubquery(_) => worst = Bound::Unknown,
                Expr::InSubquery(sub) if sub.negated => worst = Bound::Unknown,
                Expr::InSubquery(sub) => worst = worst.max(of(&sub.subquery.subquery)),
                Expr::Exists(exists) if exists.negated => worst = Bound::Unknown,
                Expr::Exists(exists) => worst = worst.max(of(&exists.subquery.subquery)),
                // `NOT (x IN (SELECT …))` is the negation written outside.
                Expr::Not(inner) if holds_subquery(inner) => worst = Bound::Unknown,
                _ => {}
            }
            Ok(TreeNodeRecursion::Continue)
        });
    }
    worst
}

fn holds_subquery(expr: &Expr) -> bool {
    expr.exists(|part| Ok(matches!(part, Expr::InSubquery(_) | Expr::Exists(_) | Expr::ScalarSubquery(_))))
        .unwrap_or(true)
}
