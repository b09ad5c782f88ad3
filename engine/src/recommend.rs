//! `recommendations`: the rules of the schema as one query over the other tables.
//!
//! Each rule is a branch of a union whose `rule` column is its name, so that a query that asks for one rule plans no
//! other: the planner drops branches that cannot match before any fetch is planned. All that is true of a scan is
//! true of these: scopes, grants of scopes, costly columns, coverage.

use crate::run::Run;
use datafusion::arrow::array::{Array, ArrayRef, BooleanArray};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::cast::as_string_array;
use datafusion::common::tree_node::TreeNode;
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, Expr, LogicalPlan, ScalarFunctionArgs, ScalarUDFImpl, Signature, TypeSignature, Volatility,
};
use schema::query::sql::{identifier, text, timestamp};
use schema::rules::{self, Rule, Thresholds};
use schema::scope::{ALL_REGIONS, GLOBAL};
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// The function that [`AllRead`] is, in the rules' SQL.
const ALL_READ: &str = "all_read";
/// What the rules' SQL calls its value.
const SURE: &str = "is_sure";

/// The query that `recommendations` stands for.
pub(crate) fn sql(thresholds: &Thresholds, run: &Run) -> String {
    let branches: Vec<String> = rules::all().iter().map(|rule| branch(rule, thresholds, run)).collect();
    branches.join(" UNION ALL ")
}

/// Whether a plan is that of the rules. A request's own SQL does not know the function that theirs calls.
pub(crate) fn is_of_rules(plan: &LogicalPlan) -> bool {
    let is_ours = |part: &Expr| matches!(part, Expr::ScalarFunction(call) if call.name() == ALL_READ);
    let calls = |node: &LogicalPlan| {
        Ok(node.expressions().iter().any(|expr| expr.exists(|part| Ok(is_ours(part))).unwrap_or(false)))
    };
    matches!(plan, LogicalPlan::Union(_)) && plan.exists(calls).unwrap_or(false)
}

fn branch(rule: &Rule, thresholds: &Thresholds, run: &Run) -> String {
    let now = timestamp(run.now);
    let filled = |text: &str| rule.filled(text, thresholds).replace("{now}", &now);
    let of_resource = |name: &str| format!("r.{}", identifier(name));
    let mut cells: Vec<String> = schema::tables::RECOMMENDATIONS
        .columns()
        .map(|column| {
            let cell = match column.name {
                "rule" => text(&rule.name),
                "title" => text(&rule.title),
                "category" => text(&rule.category),
                "confidence" => text(&rule.confidence),
                "why" => text(&rule.why),
                "saving_30d" => money(&filled(&rule.saving)),
                "saving_basis" => {
                    let basis = text(&filled(&rule.saving_basis));
                    format!("CASE WHEN ({}) IS NOT NULL THEN {basis} END", filled(&rule.saving))
                }
                "evidence" => evidence(rule, &filled),
                name => of_resource(name),
            };
            format!("{cell} AS {}", identifier(column.name))
        })
        .collect();
    if !rule.gone.is_empty() {
        cells.push(sure(rule));
    }
    let mut sql = format!("SELECT {} FROM {} AS r", cells.join(", "), rule.from);
    if let Some(join) = &rule.join {
        sql = format!("{sql} {}", filled(join));
    }
    sql = format!("{sql} WHERE ({})", filled(&rule.condition));
    for gone in &rule.gone {
        let condition = filled(&gone.condition);
        sql = format!(
            "{sql} AND NOT EXISTS (SELECT 1 FROM {} AS g WHERE g.account_id = r.account_id AND {condition})",
            gone.table
        );
    }
    if rule.gone.is_empty() {
        return sql;
    }
    let names: Vec<String> = schema::tables::RECOMMENDATIONS.columns().map(|column| identifier(column.name)).collect();
    format!("SELECT {} FROM ({sql}) AS found WHERE {SURE}", names.join(", "))
}

/// Whether all was read of what must not be there. A value of the rows, and no condition on the resource: the planner would
/// ask that before it joins.
fn sure(rule: &Rule) -> String {
    let tests =
        rule.gone.iter().map(|gone| format!("{ALL_READ}({}, r.provider, r.account_id, r.region)", text(&gone.table)));
    format!("{} AS {SURE}", tests.collect::<Vec<_>>().join(" AND "))
}

/// Money as the schema has it, whatever digits a share adds.
fn money(sql: &str) -> String {
    format!("CAST({sql} AS DECIMAL({}, {}))", crate::arrow::DECIMAL_PRECISION, crate::arrow::DECIMAL_SCALE)
}

fn evidence(rule: &Rule, filled: &dyn Fn(&str) -> String) -> String {
    let names: Vec<String> = rule.evidence.iter().map(|(name, _)| text(name)).collect();
    let values: Vec<String> =
        rule.evidence.iter().map(|(_, value)| format!("CAST({} AS VARCHAR)", filled(value))).collect();
    format!("map(make_array({}), make_array({}))", names.join(", "), values.join(", "))
}

/// `all_read(table, provider, account_id, region)`: whether the run has read all of a table there.
///
/// "No volume has this id" follows from what was read only where everything was. The function is volatile, so that
/// the planner leaves it where it stands, above the join that reads the table: it is asked once the reading has ended.
pub(crate) struct AllRead {
    run: Arc<Run>,
    signature: Signature,
}

impl AllRead {
    pub(crate) fn new(run: Arc<Run>) -> Self {
        let signature = Signature::new(TypeSignature::Exact(vec![DataType::Utf8; 4]), Volatility::Volatile);
        Self { run, signature }
    }

    fn is_read(&self, table: &str, provider: &str, account_id: &str, region: &str) -> bool {
        let gathered = self.run.gathered();
        let mut gaps = gathered.coverage.iter().filter(|line| !line.status.is_complete() && line.columns.is_empty());
        !gaps.any(|line| {
            let scope = &line.scope;
            let is_there = |of_scope: &str, of_row: &str| of_scope == of_row || of_scope == ALL_REGIONS;
            line.table == table
                && is_there(&scope.provider, provider)
                && is_there(&scope.account_id, account_id)
                && (is_there(&scope.region, region) || scope.region == GLOBAL)
        })
    }
}

impl fmt::Debug for AllRead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(ALL_READ)
    }
}

impl PartialEq for AllRead {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.run, &other.run)
    }
}

impl Eq for AllRead {}

impl Hash for AllRead {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Arc::as_ptr(&self.run).hash(state);
    }
}

impl ScalarUDFImpl for AllRead {
    fn name(&self) -> &str {
        ALL_READ
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Boolean)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(&args.args)?;
        let texts: Vec<_> = arrays.iter().map(|array| as_string_array(array)).collect::<Result<_>>()?;
        let text = |column: usize, row: usize| texts[column].is_valid(row).then(|| texts[column].value(row));
        let rows = arrays.first().map_or(0, |array: &ArrayRef| array.len());
        let read: BooleanArray = (0..rows)
            .map(|row| {
                let (table, provider, account, region) = (text(0, row)?, text(1, row)?, text(2, row)?, text(3, row)?);
                Some(self.is_read(table, provider, account, region))
            })
            .collect();
        Ok(ColumnarValue::Array(Arc::new(read)))
    }
}
