//! Cells as people read them: money with two decimals, short times, a dash for what is not there.

use crate::text::visible;
use engine::Answer;
use engine::answer::AnswerColumn;
use schema::{ColumnType, Query, Unit, tables};
use serde_json::Value;

/// What stands for a value that is not there. Not an empty cell: that may be an empty text.
pub const NOTHING: &str = "–";

/// How the cells of one column are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// As it is.
    Plain,
    /// Two decimals.
    Money,
    /// As few decimals as say it.
    Number,
    /// A day, where all are at midnight.
    Day,
    /// To the minute.
    Minute,
}

impl Style {
    /// The style of a column; its cells say whether its times are days.
    pub fn of(answer: &Answer, at: usize, mut cells: impl Iterator<Item = Value>) -> Self {
        let column = &answer.columns[at];
        match column.ty {
            ColumnType::Decimal if is_money(column, answer.query.as_ref()) => Self::Money,
            ColumnType::Decimal | ColumnType::Int | ColumnType::Float => Self::Number,
            ColumnType::Time => {
                let at_midnight = |cell: &Value| cell.as_str().is_none_or(|time| time.ends_with("T00:00:00Z"));
                if cells.all(|cell| at_midnight(&cell)) { Self::Day } else { Self::Minute }
            }
            _ => Self::Plain,
        }
    }

    /// Whether its cells stand to the right.
    pub fn is_right(self) -> bool {
        matches!(self, Self::Money | Self::Number)
    }

    /// A cell as it is shown.
    pub fn show(self, cell: &Value) -> String {
        match (self, cell) {
            (_, Value::Null) => NOTHING.to_owned(),
            (Self::Money, Value::String(text)) => money(text),
            (Self::Day, Value::String(time)) => time.get(..10).unwrap_or(time).to_owned(),
            (Self::Minute, Value::String(time)) => time.get(..16).unwrap_or(time).replace('T', " "),
            (Self::Number, Value::Number(number)) if number.is_f64() => number.as_f64().map_or_else(String::new, float),
            (_, Value::String(text)) => visible(text).into_owned(),
            (_, Value::Object(map)) => {
                let pairs: Vec<_> = map.iter().map(|(k, v)| format!("{k}={}", bare(v))).collect();
                visible(&pairs.join(", ")).into_owned()
            }
            (_, Value::Array(items)) => visible(&items.iter().map(bare).collect::<Vec<_>>().join(", ")).into_owned(),
            (_, other) => other.to_string(),
        }
    }
}

/// The heading of a column: its name, and the unit that its numbers are in.
pub fn heading(column: &AnswerColumn) -> String {
    let name = visible(&column.name);
    match column.unit.as_deref() {
        Some("percent") => format!("{name} (%)"),
        // `size_gib` says it already.
        Some(unit) if name.to_lowercase().ends_with(&unit.to_lowercase()) => name.into_owned(),
        Some(unit) => format!("{name} ({unit})"),
        None => name.into_owned(),
    }
}

/// Whether its amounts are money: the unit is a currency's code, or the schema says so where currencies are mixed.
fn is_money(column: &AnswerColumn, query: Option<&Query>) -> bool {
    let is_code = |unit: &str| unit.len() == 3 && unit.chars().all(|c| c.is_ascii_uppercase());
    if let Some(unit) = &column.unit {
        return is_code(unit);
    }
    let aggregate = query.and_then(|query| query.aggregate.iter().find(|a| a.output_name() == column.name));
    let name = aggregate.and_then(|a| a.field.as_ref()).map_or(column.name.as_str(), |field| field.column_name());
    let known = tables::ALL.iter().find_map(|table| table.column_any_case(name));
    known.is_some_and(|known| known.unit == Some(Unit::Currency))
}

fn bare(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn money(text: &str) -> String {
    let Ok(amount) = text.parse::<rust_decimal::Decimal>() else { return text.to_owned() };
    let rounded = amount.round_dp_with_strategy(2, rust_decimal::RoundingStrategy::MidpointAwayFromZero);
    // A charge too small to show is not nothing.
    if rounded.is_zero() && !amount.is_zero() {
        return if amount.is_sign_negative() { "> -0.01" } else { "< 0.01" }.to_owned();
    }
    format!("{rounded:.2}")
}

fn float(number: f64) -> String {
    let decimals = match number.abs() {
        n if n >= 1_000.0 => 0,
        n if n >= 10.0 => 1,
        n if n >= 0.01 || n == 0.0 => 2,
        _ => return number.to_string(),
    };
    let text = format!("{number:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn cells_are_short_and_never_lie_about_nothing() {
        for (style, cell, shown) in [
            (Style::Money, json!("132.5"), "132.50"),
            (Style::Money, json!("0.004"), "< 0.01"),
            (Style::Money, json!("0"), "0.00"),
            (Style::Money, json!("-0.001"), "> -0.01"),
            (Style::Money, Value::Null, "–"),
            (Style::Number, json!("20.52022672899"), "20.52022672899"),
            (Style::Number, json!(12.3456), "12.3"),
            (Style::Number, json!(100.0), "100"),
            (Style::Number, json!(1234567.8), "1234568"),
            (Style::Number, json!(7), "7"),
            (Style::Day, json!("2026-11-01T00:00:00Z"), "2026-11-01"),
            (Style::Minute, json!("2026-11-01T12:34:56.789Z"), "2026-11-01 12:34"),
            (Style::Plain, json!({"env": "prod", "team": "a"}), "env=prod, team=a"),
            (Style::Plain, json!(["a", "b"]), "a, b"),
            (Style::Plain, json!("a\x1b[31m"), "a\\u{1b}[31m"),
            (Style::Plain, json!(true), "true"),
        ] {
            assert_eq!(style.show(&cell), shown, "{style:?} {cell}");
        }
    }
}
