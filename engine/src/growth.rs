//! How long the texts that a plan makes can become, told from the plan: `replace` of one letter by a thousand, of
//! that again, and a short query would fill the memory, which no pool counts for texts.
//!
//! And how long its expressions become where one is put into the other, as the optimizer does when it moves a condition
//! down: `a + a AS a` in each of thirty steps, and a short query would be planned for ever.

use crate::error::EngineError;
use datafusion::common::DFSchema;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::logical_expr::{BinaryExpr, Expr, LogicalPlan, Operator};

/// How many times as long as what it is made from a text may become. Joining a dozen columns, or a chain of
/// replacements as people write them, stays far below.
const MOST_GROWTH: usize = 1_024;
/// A literal of so many bytes counts as much as a column's text.
const USUAL_TEXT: usize = 1_024;

/// How many parts an expression may have when all that its columns stand for is written out.
const MOST_PARTS: usize = 50_000;

/// Refuses a plan whose texts or expressions could become too long.
pub(crate) fn check(plan: &LogicalPlan) -> Result<(), EngineError> {
    if parts_of_fields(plan).into_iter().any(|parts| parts > MOST_PARTS) {
        let message =
            format!("the SQL builds columns on columns that are more than {MOST_PARTS} parts when written out");
        return Err(EngineError::Limit { message });
    }
    if of_plan(plan) <= MOST_GROWTH {
        return Ok(());
    }
    let message = format!("the SQL could make texts more than {MOST_GROWTH} times as long as what they are made from");
    Err(EngineError::Limit { message })
}

/// For each column of a plan's result, how many parts its expression has when it is written out.
fn parts_of_fields(plan: &LogicalPlan) -> Vec<usize> {
    let fields = plan.schema().fields().len();
    let inputs: Vec<Vec<usize>> = plan.inputs().into_iter().map(parts_of_fields).collect();
    let mut parts = match plan {
        LogicalPlan::Projection(projection) => {
            let known = inputs.first().map(Vec::as_slice).unwrap_or_default();
            projection.expr.iter().map(|expr| parts_of(expr, projection.input.schema(), known)).collect()
        }
        // What is grouped by is passed on as it is; the rest is made anew.
        LogicalPlan::Aggregate(aggregate) => {
            let known = inputs.first().map(Vec::as_slice).unwrap_or_default();
            aggregate.group_expr.iter().map(|expr| parts_of(expr, aggregate.input.schema(), known)).collect()
        }
        LogicalPlan::Union(_) => {
            let at = |place: usize| inputs.iter().filter_map(|input| input.get(place)).copied().max();
            (0..fields).map(|place| at(place).unwrap_or(1)).collect()
        }
        _ => inputs.concat(),
    };
    parts.resize(fields, 1);
    parts
}

fn parts_of(expr: &Expr, schema: &DFSchema, known: &[usize]) -> usize {
    let mut parts = 0_usize;
    // The walk cannot fail: the closure never does.
    let _ = expr.apply(|part| {
        let own = match part {
            Expr::Column(column) => schema.maybe_index_of_column(column).and_then(|at| known.get(at).copied()),
            _ => None,
        };
        parts = parts.saturating_add(own.unwrap_or(1));
        Ok(TreeNodeRecursion::Continue)
    });
    parts
}

fn of_plan(plan: &LogicalPlan) -> usize {
    let inputs = plan.inputs().into_iter().map(of_plan).max().unwrap_or(1);
    let own = plan.expressions().iter().map(of_expr).max().unwrap_or(1);
    inputs.saturating_mul(own.max(1))
}

fn of_expr(expr: &Expr) -> usize {
    match expr {
        Expr::Literal(..) => (text(expr).map_or(0, str::len) / USUAL_TEXT).max(1),
        Expr::BinaryExpr(_) => of_chain(expr),
        Expr::Alias(_) | Expr::Cast(_) | Expr::TryCast(_) | Expr::IsNull(_) | Expr::IsNotNull(_) => {
            of_expr(innermost(expr))
        }
        Expr::ScalarFunction(call) => match (call.name(), call.args.as_slice()) {
            ("replace", [of, from, to]) => of_expr(of).saturating_mul(longer(to, text(from).map_or(1, str::len))),
            ("regexp_replace", [of, _, to, ..]) => of_expr(of).saturating_mul(longer(to, 1)),
            ("concat" | "concat_ws" | "array_to_string" | "make_array" | "array_concat" | "overlay", args) => {
                args.iter().map(of_expr).fold(0, usize::saturating_add)
            }
            _ => of_parts(expr),
        },
        Expr::ScalarSubquery(sub) => of_plan(&sub.subquery),
        _ => of_parts(expr),
    }
}

/// `a || b || c …` leans to the left: followed in a loop, for it can be longer than the stack is deep.
fn of_chain(expr: &Expr) -> usize {
    let (mut sum, mut most, mut joins, mut rest) = (0_usize, 1, false, expr);
    while let Expr::BinaryExpr(BinaryExpr { left, op, right }) = rest {
        let part = of_expr(right);
        joins |= *op == Operator::StringConcat;
        (sum, most, rest) = (sum.saturating_add(part), most.max(part), left);
    }
    let first = of_expr(rest);
    if joins { sum.saturating_add(first) } else { most.max(first) }
}

fn innermost(expr: &Expr) -> &Expr {
    let mut rest = expr;
    loop {
        rest = match rest {
            Expr::Alias(alias) => &alias.expr,
            Expr::Cast(cast) => &cast.expr,
            Expr::TryCast(cast) => &cast.expr,
            Expr::IsNull(inner) | Expr::IsNotNull(inner) => inner,
            other => return other,
        };
    }
}

fn of_parts(expr: &Expr) -> usize {
    let mut most = 1;
    // The walk cannot fail: the closure never does.
    let _ = expr.apply_children(|part| {
        most = most.max(of_expr(part));
        Ok(TreeNodeRecursion::Continue)
    });
    most
}

/// How much longer a text becomes when something of a length is replaced by this. What is no literal can be long.
fn longer(to: &Expr, from: usize) -> usize {
    text(to).map_or(USUAL_TEXT, str::len).div_ceil(from.max(1)).max(1)
}

fn text(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Literal(scalar, _) => scalar.try_as_str().flatten(),
        _ => None,
    }
}
