//! Rows that a program made become the rows of an answer.
//!
//! A program hands over JSON, which knows no money and no time. Where a column has the name of a column that one of the
//! program's queries had, and its values can be of that column's type, it is of that type again.

use crate::answer::AnswerColumn;
use crate::arrow::{DECIMAL_SCALE, data_type, decimal_to_i128};
use crate::error::EngineError;
use chrono::{DateTime, Utc};
use datafusion::arrow::array::{
    ArrayRef, BooleanArray, Decimal128Array, Float64Array, Int64Array, RecordBatch, RecordBatchOptions, StringArray,
    TimestampMicrosecondArray,
};
use datafusion::arrow::datatypes::{Field, Schema};
use rust_decimal::Decimal;
use schema::ColumnType;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, HashMap};
use std::str::FromStr;
use std::sync::Arc;

/// What the program's queries called their columns. A name that meant two things means nothing.
pub type Known = BTreeMap<String, Option<AnswerColumn>>;

/// Remembers the columns of one more query.
pub fn learn(known: &mut Known, columns: &[AnswerColumn]) {
    for column in columns {
        known
            .entry(column.name.clone())
            .and_modify(|before| {
                if before.as_ref().is_some_and(|before| before != column) {
                    *before = None;
                }
            })
            .or_insert_with(|| Some(column.clone()));
    }
}

/// The columns and the rows, in the order in which the rows name them.
pub fn rows(rows: &[Map<String, Value>], known: &Known) -> Result<(Vec<AnswerColumn>, RecordBatch), EngineError> {
    let (mut names, mut seen) = (Vec::new(), HashMap::new());
    for name in rows.iter().flat_map(Map::keys) {
        if !seen.contains_key(name.as_str()) {
            seen.insert(name.as_str(), ());
            names.push(name.as_str());
        }
    }
    let (mut columns, mut fields, mut arrays) = (Vec::new(), Vec::new(), Vec::new());
    for name in names {
        let cells: Vec<&Value> = rows.iter().map(|row| row.get(name).unwrap_or(&Value::Null)).collect();
        let known = known.get(name).and_then(Option::as_ref);
        let ty = type_of(&cells, known.map(|column| column.ty));
        let unit = known.filter(|known| known.ty == ty).and_then(|known| known.unit.clone());
        fields.push(Field::new(name, data_type(ty), true));
        arrays.push(array(ty, &cells));
        columns.push(AnswerColumn { name: name.to_owned(), ty, unit });
    }
    let options = RecordBatchOptions::new().with_row_count(Some(rows.len()));
    let batch = RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), arrays, &options)
        .map_err(|error| EngineError::Run { message: error.to_string() })?;
    Ok((columns, batch))
}

/// The narrowest type that all values have; text where they have nothing in common.
fn type_of(cells: &[&Value], known: Option<ColumnType>) -> ColumnType {
    let values = || cells.iter().filter(|cell| !cell.is_null());
    if values().next().is_none() {
        return known.filter(|ty| !matches!(ty, ColumnType::Map | ColumnType::List)).unwrap_or(ColumnType::Text);
    }
    let all = |is: fn(&Value) -> bool| values().all(|cell| is(cell));
    match known {
        Some(ColumnType::Time) if all(|cell| time(cell).is_some()) => return ColumnType::Time,
        Some(ColumnType::Decimal) if all(|cell| decimal(cell).is_some()) => return ColumnType::Decimal,
        Some(ColumnType::Float) if all(Value::is_number) => return ColumnType::Float,
        _ => {}
    }
    if all(Value::is_boolean) {
        ColumnType::Bool
    } else if all(Value::is_i64) {
        ColumnType::Int
    } else if all(Value::is_number) {
        ColumnType::Float
    } else if all(|cell| cell.is_object() || cell.is_array()) {
        ColumnType::Json
    } else {
        ColumnType::Text
    }
}

fn array(ty: ColumnType, cells: &[&Value]) -> ArrayRef {
    let cells = cells.iter();
    match ty {
        ColumnType::Bool => Arc::new(cells.map(|cell| cell.as_bool()).collect::<BooleanArray>()),
        ColumnType::Int => Arc::new(cells.map(|cell| cell.as_i64()).collect::<Int64Array>()),
        ColumnType::Float => Arc::new(cells.map(|cell| cell.as_f64()).collect::<Float64Array>()),
        ColumnType::Decimal => {
            let values = cells.map(|cell| decimal(cell).and_then(decimal_to_i128)).collect::<Decimal128Array>();
            Arc::new(values.with_data_type(data_type(ColumnType::Decimal)))
        }
        ColumnType::Time => {
            let micros = cells.map(|cell| time(cell).map(|time| time.timestamp_micros()));
            Arc::new(micros.collect::<TimestampMicrosecondArray>().with_timezone("UTC"))
        }
        _ => Arc::new(cells.map(|cell| text(cell)).collect::<StringArray>()),
    }
}

fn text(cell: &Value) -> Option<String> {
    match cell {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

fn time(cell: &Value) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(cell.as_str()?).ok().map(|time| time.to_utc())
}

/// An amount, from a number or from digits; none where it has more digits than are kept.
fn decimal(cell: &Value) -> Option<Decimal> {
    let amount = match cell {
        Value::Number(number) => {
            let digits = number.to_string();
            Decimal::from_str(&digits).or_else(|_| Decimal::from_scientific(&digits)).ok()?
        }
        Value::String(text) => Decimal::from_str(text).ok()?,
        _ => return None,
    };
    let is_exact = amount.scale() <= u32::from(DECIMAL_SCALE.unsigned_abs());
    decimal_to_i128(amount).filter(|_| is_exact || cell.is_number()).map(|_| amount)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cells;
    use serde_json::json;

    fn check(made: &Value, known: &[(&str, ColumnType)], expected: &[(&str, &str, Value)]) {
        let made: Vec<Map<String, Value>> = serde_json::from_value(made.clone()).expect("rows");
        let mut names = Known::new();
        for (name, ty) in known {
            learn(&mut names, &[AnswerColumn { name: (*name).to_owned(), ty: *ty, unit: None }]);
        }
        let (columns, batch) = rows(&made, &names).expect("a batch");
        let found: Vec<(&str, &str, Value)> = columns
            .iter()
            .enumerate()
            .map(|(at, column)| {
                let values: Vec<Value> = (0..batch.num_rows()).map(|row| cells::json(&batch, row, at)).collect();
                (column.name.as_str(), column.ty.name(), Value::Array(values))
            })
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn columns_have_the_narrowest_type_that_fits() {
        check(
            &json!([{"a": 1, "b": 1.5, "c": true, "d": "x", "e": [1]}, {"a": 2, "b": 2, "c": null, "d": 3, "f": null}]),
            &[],
            &[
                ("a", "int", json!([1, 2])),
                ("b", "float", json!([1.5, 2.0])),
                ("c", "bool", json!([true, null])),
                ("d", "text", json!(["x", "3"])),
                ("e", "json", json!(["[1]", null])),
                ("f", "text", json!([null, null])),
            ],
        );
    }

    #[test]
    fn money_and_times_of_a_query_are_money_and_times_again() {
        check(
            &json!([{"cost_30d": 132.5, "created_at": "2026-11-01T00:00:00Z"}, {"cost_30d": 0.0000008, "created_at": null}]),
            &[("cost_30d", ColumnType::Decimal), ("created_at", ColumnType::Time)],
            &[
                ("cost_30d", "decimal", json!(["132.5", "0.0000008"])),
                ("created_at", "time", json!(["2026-11-01T00:00:00Z", null])),
            ],
        );
    }

    #[test]
    fn a_name_that_meant_two_things_means_nothing() {
        check(&json!([{"x": 1}]), &[("x", ColumnType::Decimal), ("x", ColumnType::Time)], &[("x", "int", json!([1]))]);
        check(&json!([{"x": "soon"}]), &[("x", ColumnType::Time)], &[("x", "text", json!(["soon"]))]);
    }

    #[test]
    fn rows_without_columns_are_still_rows() {
        let (columns, batch) = rows(&[Map::new(), Map::new()], &Known::new()).expect("a batch");
        assert_eq!((columns.len(), batch.num_rows()), (0, 2));
    }
}
