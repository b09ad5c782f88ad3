//! Tags: JSON text of CSV files, and maps, structures and lists of Parquet files, as one kind of map.

use super::{BadCell, text};
use datafusion::arrow::array::{Array, ArrayRef, AsArray, MapBuilder, MapFieldNames, StringBuilder};
use datafusion::arrow::datatypes::DataType;
use serde_json::{Map, Value};
use std::sync::Arc;

/// Tags as maps. Null where the file has none; a structure's fields that are null are no tags.
pub(super) fn read(array: &ArrayRef) -> Result<ArrayRef, BadCell> {
    let names = MapFieldNames { entry: "entries".into(), key: "keys".into(), value: "values".into() };
    let mut out = MapBuilder::new(Some(names), StringBuilder::new(), StringBuilder::new());
    let is_text = *array.data_type() == DataType::Utf8;
    for row in 0..array.len() {
        let tags = if is_text { from_text(array.as_string::<i32>(), row)? } else { from_structure(array, row)? };
        let is_there = tags.is_some();
        for (key, value) in tags.into_iter().flatten() {
            out.keys().append_value(key);
            out.values().append_option(as_text(value));
        }
        // Keys and values are appended in pairs, so the lengths cannot differ.
        let _ = out.append(is_there);
    }
    Ok(Arc::new(out.finish()))
}

fn from_text(array: &datafusion::arrow::array::StringArray, row: usize) -> Result<Option<Map<String, Value>>, BadCell> {
    let cell = if array.is_null(row) { "" } else { array.value(row).trim_ascii() };
    if cell.is_empty() || cell.eq_ignore_ascii_case("null") {
        return Ok(None);
    }
    let bad = || BadCell::new(row, cell, "tags as a JSON object");
    // Azure's older exports leave the braces out.
    let parsed =
        if cell.starts_with('"') { serde_json::from_str(&format!("{{{cell}}}")) } else { serde_json::from_str(cell) };
    as_map(parsed.map_err(|_| bad())?).ok_or_else(bad).map(Some)
}

fn from_structure(array: &ArrayRef, row: usize) -> Result<Option<Map<String, Value>>, BadCell> {
    if array.is_null(row) {
        return Ok(None);
    }
    let value = text::value(array, row).map_err(|error| BadCell { row, what: error.to_string() })?;
    let is_struct = matches!(array.data_type(), DataType::Struct(_));
    let mut map = as_map(value).ok_or_else(|| BadCell { row, what: "the tags are no map".to_owned() })?;
    if is_struct {
        map.retain(|_, value| !value.is_null());
    }
    Ok(Some(map))
}

/// An object, or a list of `{"key": …, "value": …}`.
fn as_map(value: Value) -> Option<Map<String, Value>> {
    match value {
        Value::Object(map) => Some(map),
        Value::Array(items) => items.into_iter().map(entry).collect(),
        _ => None,
    }
}

fn entry(item: Value) -> Option<(String, Value)> {
    let Value::Object(mut item) = item else { return None };
    let key = ["key", "Key"].iter().find_map(|name| item.remove(*name)).and_then(as_text)?;
    let value = ["value", "Value"].iter().find_map(|name| item.remove(*name)).unwrap_or(Value::Null);
    Some((key, value))
}

fn as_text(value: Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text),
        other => Some(other.to_string()),
    }
}
