//! Amounts in several currencies: none is converted, so they are not added up, and whoever compares them is told.
//!
//! Which currencies there are is seen in the rows ([`crate::watch`]); what a query does with amounts, in its plan, whatever
//! it was written in. An amount keeps being one whatever it is called on its way, and whatever is reckoned from it.

use crate::bound::is_recommendations;
use crate::error::{EngineError, FetchError, FetchErrorKind};
use crate::run::Run;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::logical_expr::utils::split_conjunction;
use datafusion::logical_expr::{Aggregate, BinaryExpr, Distinct, Expr, LogicalPlan, Operator};
use schema::{Scope, ScopeCoverage, Table, Unit, tables};
use std::collections::BTreeSet;

type Names = BTreeSet<String>;

/// The code of the line in coverage that says so.
pub(crate) const COMPARED: &str = "currencies_compared";

/// That something was paid for in a currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Paid {
    pub(crate) table: &'static Table,
    pub(crate) provider: String,
    pub(crate) currency: String,
}

/// The one currency of all amounts that a run has met.
pub(crate) fn only(run: &Run) -> Option<String> {
    let gathered = run.gathered();
    let (first, rest) = gathered.paid.split_first()?;
    rest.iter().all(|one| one.currency == first.currency).then(|| first.currency.clone())
}

/// Refuses an answer in which amounts of several currencies are added up, and says so of one in which they are compared.
pub(crate) fn check(plan: &LogicalPlan, run: &Run) -> Result<(), EngineError> {
    let paid = run.gathered().paid.clone();
    let currencies: BTreeSet<&str> = paid.iter().map(|one| one.currency.as_str()).collect();
    let (Some(first), true) = (currencies.first(), currencies.len() > 1) else { return Ok(()) };
    let columns: BTreeSet<&str> = paid.iter().filter_map(|one| one.table.currency_column()).collect();
    let column = columns.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" and ");
    let example = columns.first().copied().unwrap_or_default();
    let all = currencies.iter().copied().collect::<Vec<_>>().join(" and ");
    let uses = Uses::of(plan);
    let is_mixed_within = |provider: &str| {
        let mut of = paid.iter().filter(|one| one.provider == provider).map(|one| &one.currency);
        let first = of.next();
        of.any(|currency| Some(currency) != first)
    };
    if uses.adds || (uses.adds_within_providers && paid.iter().any(|one| is_mixed_within(&one.provider))) {
        let message = format!(
            "amounts in {all} would be added up, and none is converted: group by {column}, or keep those in one \
             currency (`{example} = '{first}'`)"
        );
        return Err(EngineError::Refused { message });
    }
    if uses.compares {
        let text = format!(
            "amounts in {all} are compared, and none is converted: keep those in one currency (`{example} = '{first}'`)"
        );
        let error = FetchError::new(FetchErrorKind::Limited, text).with_code(COMPARED);
        let tables: BTreeSet<_> =
            paid.iter().map(|one| (one.table.name, one.table.currency_column().unwrap_or_default())).collect();
        for (table, column) in tables {
            run.cover(line(table, column, &error));
        }
    } else if uses.shows {
        run.warn(format!("amounts are in several currencies ({all}): {column} says which each is in"));
    }
    Ok(())
}

fn line(table: &str, column: &str, error: &FetchError) -> ScopeCoverage {
    ScopeCoverage {
        source: "*".to_owned(),
        scope: Scope::new("*", "*", "*", "*"),
        table: table.to_owned(),
        columns: vec![column.to_owned()],
        item: None,
        status: error.status(),
        rows: 0,
        age_seconds: 0,
        calls: 0,
        error: Some(error.to_coverage()),
    }
}

/// What a plan does with amounts.
#[derive(Default)]
struct Uses {
    /// It reckons with amounts of several rows, whatever their currency.
    adds: bool,
    /// It does so provider by provider.
    adds_within_providers: bool,
    /// It asks which is larger.
    compares: bool,
    /// Its rows have amounts, and no currency.
    shows: bool,
}

/// Aggregates that do not reckon with the values they are given.
const HANDS_ON: &[&str] =
    &["count", "approx_distinct", "first_value", "last_value", "nth_value", "array_agg", "string_agg"];

impl Uses {
    fn of(plan: &LogicalPlan) -> Self {
        let amounts = traced(plan, amounts(), &|expr, names| {
            let is_count =
                matches!(expr.clone().unalias(), Expr::AggregateFunction(call) if is_count(call.func.name()));
            names_one(expr, names) && !is_count
        });
        let currencies = traced(
            plan,
            currency_columns(),
            &|expr, names| matches!(expr.clone().unalias(), Expr::Column(column) if names.contains(&column.name)),
        );
        let mut uses = Self::default();
        let walked = plan.apply_with_subqueries(|node| {
            if is_recommendations(node) {
                return Ok(TreeNodeRecursion::Jump);
            }
            uses.see(node, &amounts, &currencies);
            Ok(TreeNodeRecursion::Continue)
        });
        uses.adds |= walked.is_err();
        let has_one_of = |names: &Names| plan.schema().fields().iter().any(|field| names.contains(field.name()));
        uses.shows = has_one_of(&amounts) && !has_one_of(&currencies);
        uses
    }

    fn see(&mut self, node: &LogicalPlan, amounts: &Names, currencies: &Names) {
        let is_currency = |expr: &Expr| matches!(expr, Expr::Column(column) if currencies.contains(&column.name));
        match node {
            LogicalPlan::Aggregate(aggregate) => self.see_aggregate(aggregate, amounts, &is_currency),
            LogicalPlan::Window(window) => {
                self.adds |= window.window_expr.iter().any(|expr| match expr.clone().unalias() {
                    Expr::WindowFunction(call) => {
                        let is_apart = call.params.partition_by.iter().any(is_currency);
                        names_one(expr, amounts) && !is_apart
                    }
                    _ => names_one(expr, amounts),
                });
            }
            LogicalPlan::Filter(filter) => self.compares |= compares(&filter.predicate, amounts, &is_currency),
            LogicalPlan::Join(join) => {
                let on = join.on.iter().any(|(left, right)| names_one(left, amounts) || names_one(right, amounts));
                self.compares |= on || join.filter.iter().any(|filter| compares(filter, amounts, &is_currency));
            }
            LogicalPlan::Limit(limit) => {
                let is_by_amount = |node: &LogicalPlan| match node {
                    LogicalPlan::Sort(sort) => sort.expr.iter().any(|by| names_one(&by.expr, amounts)),
                    _ => false,
                };
                self.compares |= limit.input.exists(|node| Ok(is_by_amount(node))).unwrap_or(true);
            }
            LogicalPlan::Distinct(Distinct::On(on)) => {
                let order = on.sort_expr.iter().flatten();
                self.compares |= order.into_iter().any(|by| names_one(&by.expr, amounts));
            }
            LogicalPlan::Projection(projection) => {
                let is_comparison = |expr: &Expr| names_one(expr, amounts) && is_comparison(expr);
                self.compares |=
                    projection.expr.iter().any(|expr| expr.exists(|e| Ok(is_comparison(e))).unwrap_or(true));
            }
            _ => {}
        }
        let is_over_tables = |part: &Expr| adds_over_tables(part, amounts);
        self.adds |= node.expressions().iter().any(|expr| expr.exists(|e| Ok(is_over_tables(e))).unwrap_or(true));
    }

    fn see_aggregate(&mut self, aggregate: &Aggregate, amounts: &Names, is_currency: &dyn Fn(&Expr) -> bool) {
        let mut reckons = false;
        for expr in &aggregate.aggr_expr {
            let Expr::AggregateFunction(call) = expr.clone().unalias() else { continue };
            let is_of_amounts = call.params.args.iter().any(|arg| names_one(arg, amounts));
            reckons |= is_of_amounts && !HANDS_ON.contains(&call.func.name());
            self.compares |= call.params.filter.iter().any(|filter| compares(filter, amounts, is_currency));
            self.compares |= call.params.order_by.iter().any(|by| names_one(&by.expr, amounts));
        }
        let is_provider = |expr: &Expr| matches!(expr, Expr::Column(column) if column.name == "provider");
        if !reckons || aggregate.group_expr.iter().any(is_currency) {
            return;
        }
        match aggregate.group_expr.iter().any(is_provider) {
            true => self.adds_within_providers = true,
            false => self.adds = true,
        }
    }
}

fn is_count(name: &str) -> bool {
    matches!(name, "count" | "approx_distinct")
}

fn amounts() -> Names {
    let all = tables::ALL.iter().flat_map(|table| table.columns());
    all.filter(|column| column.unit == Some(Unit::Currency)).map(|column| column.name.to_owned()).collect()
}

fn currency_columns() -> Names {
    tables::ALL.iter().filter_map(|table| table.currency_column()).map(str::to_owned).collect()
}

/// The names, and whatever is made from them on the way up.
fn traced(plan: &LogicalPlan, mut names: Names, follows: &dyn Fn(&Expr, &Names) -> bool) -> Names {
    loop {
        let before = names.len();
        // The walk cannot fail: the closure never does.
        let _ = plan.apply_with_subqueries(|node| {
            if is_recommendations(node) {
                return Ok(TreeNodeRecursion::Jump);
            }
            let made: Vec<String> = outputs(node).filter(|(expr, _)| follows(expr, &names)).map(|(_, to)| to).collect();
            names.extend(made);
            match node {
                // Columns of a union meet by their places.
                LogicalPlan::Union(union) => {
                    for input in &union.inputs {
                        let pairs = input.schema().fields().iter().zip(union.schema.fields());
                        names.extend(renamed(pairs.map(|(from, to)| (from.name(), to.name())), &names));
                    }
                }
                LogicalPlan::Unnest(unnest) => {
                    let of = |at: &usize| unnest.input.schema().field(*at).name();
                    let pairs = unnest.dependency_indices.iter().map(of).zip(unnest.schema.fields());
                    names.extend(renamed(pairs.map(|(from, to)| (from, to.name())), &names));
                }
                _ => {}
            }
            Ok(TreeNodeRecursion::Continue)
        });
        if names.len() == before {
            return names;
        }
    }
}

fn renamed<'a>(pairs: impl Iterator<Item = (&'a String, &'a String)>, names: &Names) -> Names {
    pairs.filter(|(from, _)| names.contains(*from)).map(|(_, to)| to.clone()).collect()
}

/// What a node makes, and what it is called.
fn outputs(node: &LogicalPlan) -> impl Iterator<Item = (Expr, String)> {
    let made = match node {
        LogicalPlan::Projection(projection) => projection.expr.clone(),
        LogicalPlan::Aggregate(aggregate) => groups_of(aggregate).chain(aggregate.aggr_expr.clone()).collect(),
        LogicalPlan::Window(window) => window.window_expr.clone(),
        _ => Vec::new(),
    };
    // What a node makes stands after what it hands on.
    let fields = node.schema().fields();
    let names: Vec<String> =
        fields.iter().skip(fields.len().saturating_sub(made.len())).map(|field| field.name().clone()).collect();
    made.into_iter().zip(names)
}

/// What an aggregate groups by, where each of it is a column of its own: of grouping sets there are more columns.
fn groups_of(aggregate: &Aggregate) -> impl Iterator<Item = Expr> {
    let is_plain = !aggregate.group_expr.iter().any(|expr| matches!(expr, Expr::GroupingSet(_)));
    aggregate.group_expr.clone().into_iter().filter(move |_| is_plain)
}

/// Whether a condition asks how large an amount is, of rows in whatever currency.
fn compares(condition: &Expr, amounts: &Names, is_currency: &dyn Fn(&Expr) -> bool) -> bool {
    let parts = split_conjunction(condition);
    let is_of_one = |part: &&Expr| match part {
        Expr::BinaryExpr(BinaryExpr { left, op: Operator::Eq, right }) => is_currency(left) || is_currency(right),
        _ => false,
    };
    if parts.iter().any(is_of_one) {
        return false;
    }
    parts.into_iter().any(|part| match part {
        Expr::BinaryExpr(BinaryExpr { left, op: Operator::Or, right }) => {
            compares(left, amounts, is_currency) || compares(right, amounts, is_currency)
        }
        Expr::Not(inner) => compares(inner, amounts, is_currency),
        Expr::IsNull(_) | Expr::IsNotNull(_) => false,
        // Nothing is nothing in any currency.
        Expr::BinaryExpr(BinaryExpr { left, right, .. }) if is_zero(left) || is_zero(right) => false,
        other => names_one(other, amounts),
    })
}

fn is_zero(expr: &Expr) -> bool {
    let Expr::Literal(scalar, _) = expr else { return false };
    matches!(scalar.cast_to(&DataType::Float64), Ok(ScalarValue::Float64(Some(number))) if number == 0.0)
}

fn is_comparison(expr: &Expr) -> bool {
    match expr {
        Expr::BinaryExpr(binary) => {
            use Operator::{Eq, Gt, GtEq, Lt, LtEq, NotEq};
            matches!(binary.op, Eq | NotEq | Lt | LtEq | Gt | GtEq)
        }
        Expr::Between(_) | Expr::InList(_) => true,
        _ => false,
    }
}

/// Whether amounts of two tables meet in one sum: a machine's and its disk's.
fn adds_over_tables(expr: &Expr, amounts: &Names) -> bool {
    let Expr::BinaryExpr(BinaryExpr { op: Operator::Plus | Operator::Minus, .. }) = expr else {
        return false;
    };
    let columns = expr.column_refs();
    let of: BTreeSet<_> =
        columns.iter().filter(|column| amounts.contains(&column.name)).map(|column| &column.relation).collect();
    of.len() > 1
}

fn names_one(expr: &Expr, names: &Names) -> bool {
    expr.column_refs().iter().any(|column| names.contains(&column.name))
}
