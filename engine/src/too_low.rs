//! What an answer still means where some columns' values are too low: costs of fewer days than the column is about.
//!
//! The plan is walked from its tables up, with the names of the columns whose values are too low there. Only what is known
//! to keep "right or too low" does: a row that must be above a bound may be missing, and none is there that should not be.

use crate::bound::{Bound, holds_subquery, is_positive, is_recommendations};
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::logical_expr::{Aggregate, BinaryExpr, Expr, LogicalPlan, Operator, Projection, Union};
use std::collections::BTreeSet;

type Names = BTreeSet<String>;

/// What the rows of a plan are when the values of these columns are too low.
pub(crate) fn bound(plan: &LogicalPlan, columns: &BTreeSet<&str>) -> Bound {
    if columns.is_empty() {
        return Bound::Part;
    }
    match low(plan, columns) {
        Some(names) if names.is_empty() => Bound::Part,
        Some(_) => Bound::Lower,
        None => Bound::Unknown,
    }
}

/// The columns of a plan that are right or too low; none where some value may be too high, or some row be wrong.
fn low(plan: &LogicalPlan, columns: &BTreeSet<&str>) -> Option<Names> {
    if is_recommendations(plan) {
        // No rule asks whether a cost is high; a saving is a share of it.
        return Some(names_of(plan).filter(|name| name == "saving_30d" || columns.contains(name.as_str())).collect());
    }
    if let LogicalPlan::TableScan(_) = plan {
        return Some(names_of(plan).filter(|name| columns.contains(name.as_str())).collect());
    }
    if plan.expressions().iter().any(|expr| holds_subquery(expr) && reads(expr, columns)) {
        return None;
    }
    if let LogicalPlan::Union(union) = plan {
        return of_union(union, columns);
    }
    let mut names = Names::new();
    for input in plan.inputs() {
        names.extend(low(input, columns)?);
    }
    let keeps = match plan {
        LogicalPlan::Filter(filter) => lets_through_what_is_right(&filter.predicate, &names),
        LogicalPlan::Projection(projection) => return of_projection(projection, &names),
        LogicalPlan::Aggregate(aggregate) => return of_aggregate(aggregate, &names),
        // The largest first, by figures that are too low by different shares, is no order.
        LogicalPlan::Sort(_) | LogicalPlan::Join(_) => !plan.expressions().iter().any(|expr| names_one(expr, &names)),
        LogicalPlan::SubqueryAlias(_)
        | LogicalPlan::Limit(_)
        | LogicalPlan::Subquery(_)
        | LogicalPlan::Repartition(_)
        | LogicalPlan::EmptyRelation(_)
        | LogicalPlan::Values(_) => true,
        _ => names.is_empty(),
    };
    keeps.then_some(names)
}

fn names_of(plan: &LogicalPlan) -> impl Iterator<Item = String> {
    plan.schema().fields().iter().map(|field| field.name().clone())
}

/// Columns of a union meet by their places, and are called as in the first of its parts.
fn of_union(union: &Union, columns: &BTreeSet<&str>) -> Option<Names> {
    let mut names = Names::new();
    for input in &union.inputs {
        let of_input = low(input, columns)?;
        let fields = union.schema.fields().iter().zip(input.schema().fields());
        names.extend(fields.filter(|(_, here)| of_input.contains(here.name())).map(|(field, _)| field.name().clone()));
    }
    Some(names)
}

fn of_projection(projection: &Projection, names: &Names) -> Option<Names> {
    let mut all = Names::new();
    for (expr, field) in projection.expr.iter().zip(projection.schema.fields()) {
        if !names_one(expr, names) {
            continue;
        }
        if !rises(expr, names) {
            return None;
        }
        all.insert(field.name().clone());
    }
    Some(all)
}

fn of_aggregate(aggregate: &Aggregate, names: &Names) -> Option<Names> {
    if aggregate.group_expr.iter().any(|expr| names_one(expr, names)) {
        return None;
    }
    let groups = aggregate.schema.fields().len().saturating_sub(aggregate.aggr_expr.len());
    let mut all = Names::new();
    for (expr, field) in aggregate.aggr_expr.iter().zip(aggregate.schema.fields().iter().skip(groups)) {
        if !names_one(expr, names) {
            continue;
        }
        let Expr::AggregateFunction(call) = expr.clone().unalias() else { return None };
        let is_filter_right = call.params.filter.iter().all(|filter| lets_through_what_is_right(filter, names));
        let is_plain = call.params.args.iter().all(|arg| rises(arg, names)) && call.params.order_by.is_empty();
        let grows = match call.func.name() {
            "count" => !call.params.distinct,
            "max" => true,
            // Of two different amounts that are both too low, one may be left.
            "sum" => !call.params.distinct,
            _ => false,
        };
        if !(is_filter_right && is_plain && grows) {
            return None;
        }
        all.insert(field.name().clone());
    }
    Some(all)
}

/// Whether a row for which the condition holds is one for which it would hold with the values that are right.
fn lets_through_what_is_right(predicate: &Expr, names: &Names) -> bool {
    if !names_one(predicate, names) {
        return true;
    }
    let rises_to = |low: &Expr, bound: &Expr| rises(low, names) && !names_one(bound, names);
    match predicate {
        Expr::BinaryExpr(BinaryExpr { left, op, right }) => match op {
            Operator::And | Operator::Or => {
                lets_through_what_is_right(left, names) && lets_through_what_is_right(right, names)
            }
            Operator::Gt | Operator::GtEq => rises_to(left, right),
            Operator::Lt | Operator::LtEq => rises_to(right, left),
            _ => false,
        },
        // Whoever cost something in fewer days did so in more.
        Expr::IsNotNull(inner) => rises(inner, names),
        Expr::Alias(alias) => lets_through_what_is_right(&alias.expr, names),
        _ => false,
    }
}

/// Whether an expression can only grow when the values of these columns do.
fn rises(expr: &Expr, names: &Names) -> bool {
    match expr {
        Expr::Column(_) => true,
        Expr::Alias(alias) => rises(&alias.expr, names),
        Expr::Cast(cast) => rises(&cast.expr, names),
        Expr::BinaryExpr(BinaryExpr { left, op: Operator::Plus, right }) => rises(left, names) && rises(right, names),
        Expr::BinaryExpr(BinaryExpr { left, op: Operator::Multiply | Operator::Divide, right })
            if is_positive(right) =>
        {
            rises(left, names)
        }
        Expr::ScalarFunction(call) if call.name() == "round" => call
            .args
            .split_first()
            .is_some_and(|(first, rest)| rises(first, names) && !rest.iter().any(|expr| names_one(expr, names))),
        other => !names_one(other, names),
    }
}

fn names_one(expr: &Expr, names: &Names) -> bool {
    expr.column_refs().iter().any(|column| names.contains(&column.name))
}

/// Whether an expression, or a subquery in it, names one of the columns.
fn reads(expr: &Expr, columns: &BTreeSet<&str>) -> bool {
    let names = |expr: &Expr| expr.column_refs().iter().any(|column| columns.contains(column.name.as_str()));
    let in_plan = |plan: &LogicalPlan| {
        let mut found = false;
        let walked = plan.apply_with_subqueries(|node| {
            found |= node.expressions().iter().any(names);
            Ok(if found { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
        });
        found || walked.is_err()
    };
    let in_part = |part: &Expr| match part {
        Expr::InSubquery(sub) => in_plan(&sub.subquery.subquery),
        Expr::Exists(sub) => in_plan(&sub.subquery.subquery),
        Expr::ScalarSubquery(sub) => in_plan(&sub.subquery),
        Expr::SetComparison(sub) => in_plan(&sub.subquery.subquery),
        _ => false,
    };
    names(expr) || expr.exists(|part| Ok(in_part(part))).unwrap_or(true)
}
