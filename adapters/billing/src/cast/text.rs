//! Text: the word `NULL` of CSV files, and structures of Parquet files as JSON.

use super::BadCell;
use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, StringBuilder};
use datafusion::arrow::compute::nullif;
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::util::display::array_value_to_string;
use serde_json::Value;
use std::sync::Arc;

/// Text with `NULL` as null. Empty cells are null already.
pub(super) fn read(array: &ArrayRef) -> ArrayRef {
    let text = array.as_string::<i32>();
    let is_null = |cell: Option<&str>| cell == Some("NULL");
    if !text.iter().any(is_null) {
        return Arc::clone(array);
    }
    let mask = BooleanArray::from_iter(text.iter().map(|cell| Some(is_null(cell))));
    // Fails only for lengths that differ.
    nullif(array, &mask).unwrap_or_else(|_| Arc::clone(array))
}

/// Structures as JSON text.
pub(super) fn json(array: &ArrayRef) -> Result<ArrayRef, BadCell> {
    let mut out = StringBuilder::new();
    for row in 0..array.len() {
        if array.is_null(row) {
            out.append_null();
        } else {
            let value = value(array, row).map_err(|error| BadCell { row, what: error.to_string() })?;
            out.append_value(value.to_string());
        }
    }
    Ok(Arc::new(out.finish()))
}

/// One value of any type as JSON. What JSON has no form for is text.
pub(super) fn value(array: &ArrayRef, row: usize) -> Result<Value, ArrowError> {
    if array.is_null(row) {
        return Ok(Value::Null);
    }
    match array.data_type() {
        DataType::Struct(fields) => {
            let columns = array.as_struct().columns();
            fields.iter().zip(columns).map(|(field, column)| Ok((field.name().clone(), value(column, row)?))).collect()
        }
        DataType::Map(..) => {
            let map = array.as_map();
            let entries = map.value(row);
            let (keys, values) = (entries.column(0), entries.column(1));
            (0..entries.len()).map(|at| Ok((array_value_to_string(keys, at)?, value(values, at)?))).collect()
        }
        DataType::List(_) => list(&array.as_list::<i32>().value(row)),
        DataType::LargeList(_) => list(&array.as_list::<i64>().value(row)),
        DataType::Boolean => Ok(Value::Bool(array.as_boolean().value(row))),
        other => {
            let text = array_value_to_string(array, row)?;
            let number = if other.is_numeric() { serde_json::from_str(&text).ok() } else { None };
            Ok(number.unwrap_or(Value::String(text)))
        }
    }
}

fn list(items: &ArrayRef) -> Result<Value, ArrowError> {
    (0..items.len()).map(|at| value(items, at)).collect()
}
