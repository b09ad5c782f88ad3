//! `COLUMN is VALUE and COLUMN over VALUE …`: conditions on columns of a source's own table, each of the column's type.

use super::phrase::{Phrase, Token, spaced};
use schema::query::{Condition, Literal, Op};
use schema::{Column, ColumnType, Table};

/// What is compared how. `is` may stand before all but the first.
const OPS: &[(Op, &[&str])] = &[
    (Op::Eq, &["=", "==", "equals", "equal to", "exactly"]),
    (Op::Gt, &[">", "over", "above", "more than", "greater than", "larger than", "higher than"]),
    (Op::Lt, &["<", "under", "below", "less than", "fewer than", "smaller than", "lower than"]),
    (Op::Ge, &[">=", "at least"]),
    (Op::Le, &["<=", "at most"]),
];

/// Words that are no value unless somebody puts them in quotes: behind them comes what is not read here.
const NO_VALUES: &[&str] = &[
    "a", "an", "all", "and", "any", "between", "blank", "both", "but", "either", "empty", "except", "false", "in",
    "like", "missing", "neither", "nil", "no", "none", "nor", "not", "nothing", "null", "one", "only", "or", "set",
    "some", "the", "their", "there", "true", "unknown", "unset", "yes",
];

/// All conditions that follow; why not, where one of them is none.
pub(super) fn conditions(table: &'static Table, rest: &mut Phrase<'_>) -> Result<Vec<Condition>, String> {
    let mut all = Vec::new();
    loop {
        all.push(condition(table, rest)?);
        if !rest.take(&["and"]) {
            return Ok(all);
        }
        rest.skip(&["where", "with", "whose"]);
    }
}

fn condition(table: &'static Table, rest: &mut Phrase<'_>) -> Result<Condition, String> {
    rest.skip(&["the", "its", "their"]);
    let column = column(table, rest)?;
    let said = rest.take(&["is", "are"]);
    let op = OPS.iter().find(|(_, words)| rest.take(words)).map(|(op, _)| *op).or(said.then_some(Op::Eq));
    let name = column.name;
    let op = op.ok_or_else(|| format!("what `{name}` is compared with cannot be read"))?;
    let value = rest.word().ok_or_else(|| format!("there is nothing that `{name}` is compared with"))?;
    rest.pass(1);
    let literal = literal(column, op, value);
    let literal = literal.ok_or_else(|| format!("`{}` is no value that `{name}` is compared with", value.raw))?;
    Ok(Condition::compare(name, op, literal))
}

/// The column that comes next, the one with the longest name: `is_spare`, or `is spare`.
fn column(table: &'static Table, rest: &mut Phrase<'_>) -> Result<&'static Column, String> {
    let long = |column: &Column| {
        let mut ahead = rest.ahead();
        ahead.take(&[column.name, &spaced(column.name)]).then(|| ahead.at() - rest.at())
    };
    let found = table.columns().filter_map(|column| Some((long(column)?, column))).max_by_key(|(long, _)| *long);
    if let Some((long, column)) = found {
        rest.pass(long);
        return Ok(column);
    }
    let said = rest.word().map_or("", |word| word.raw);
    let nearest = table.nearest_column(said).map(|name| format!("; did you mean `{name}`?")).unwrap_or_default();
    Err(format!("`{}` has no column `{said}`{nearest}", table.name))
}

/// The value, if the column can be compared so with it.
fn literal(column: &Column, op: Op, value: &Token<'_>) -> Option<Literal> {
    let is_plain = || !NO_VALUES.contains(&value.lower.as_str()) && !value.raw.ends_with([',', ';', ':']);
    let is_word = value.is_quoted || is_plain();
    match column.ty {
        ColumnType::Text if op == Op::Eq && is_word => Some(Literal::from(value.raw)),
        ColumnType::Bool if op == Op::Eq => match value.lower.as_str() {
            "true" | "yes" => Some(true.into()),
            "false" | "no" => Some(false.into()),
            _ => None,
        },
        ColumnType::Int => value.raw.parse::<i64>().ok().map(Literal::from),
        ColumnType::Float => value.raw.parse::<f64>().ok().filter(|number| number.is_finite()).map(Literal::from),
        // As text it stays exact; what is none, the query itself refuses.
        ColumnType::Decimal => Some(Literal::from(value.raw)),
        // Of times, maps, lists and JSON too much could be meant.
        _ => None,
    }
}
