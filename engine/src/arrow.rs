//! From the schema's types to Arrow's, and from rows to record batches.

use chrono::{DateTime, Utc};
use datafusion::arrow::array::{
    Array, ArrayRef, BooleanBuilder, Decimal128Builder, Float64Builder, Int64Builder, ListBuilder, MapBuilder,
    MapFieldNames, RecordBatch, StringBuilder, TimestampMicrosecondBuilder,
};
use datafusion::arrow::datatypes::{DataType, Field, Fields, Schema, SchemaRef, TimeUnit};
use datafusion::arrow::error::ArrowError;
use rust_decimal::Decimal;
use schema::{Column, ColumnType, Row, Table, Value};
use std::sync::Arc;

/// Digits of a decimal in all.
pub const DECIMAL_PRECISION: u8 = 38;
/// Digits of a decimal after the point. The finest unit prices seen in real exports have 15.
pub const DECIMAL_SCALE: i8 = 18;

/// The Arrow type of a column's values.
pub fn data_type(ty: ColumnType) -> DataType {
    match ty {
        ColumnType::Bool => DataType::Boolean,
        ColumnType::Int => DataType::Int64,
        ColumnType::Float => DataType::Float64,
        ColumnType::Decimal => DataType::Decimal128(DECIMAL_PRECISION, DECIMAL_SCALE),
        ColumnType::Text | ColumnType::Json => DataType::Utf8,
        ColumnType::Time => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        ColumnType::Map => DataType::Map(
            Arc::new(Field::new(
                "entries",
                DataType::Struct(Fields::from(vec![
                    Field::new("keys", DataType::Utf8, false),
                    Field::new("values", DataType::Utf8, true),
                ])),
                false,
            )),
            false,
        ),
        ColumnType::List => DataType::List(Arc::new(Field::new("item", DataType::Utf8, true))),
    }
}

/// The Arrow field of a column. Every column may be null.
pub fn field(column: &Column) -> Field {
    Field::new(column.name, data_type(column.ty), true)
}

/// The Arrow schema of a table.
pub fn schema_of(table: &'static Table) -> SchemaRef {
    Arc::new(Schema::new(table.columns().map(field).collect::<Vec<_>>()))
}

/// One record batch of rows of one table.
///
/// A cell whose value is of another type than its column is null in release builds; debug builds panic, so that
/// the adapter's first test finds the slip.
pub fn batch(table: &'static Table, rows: &[Row]) -> Result<RecordBatch, ArrowError> {
    let arrays: Vec<ArrayRef> = table
        .columns()
        .enumerate()
        .map(|(at, column)| {
            let mut array = array(column, rows.iter().map(|row| &row.cells()[at]), rows.len());
            // Batches are kept, and a builder's first guess (1,024 texts) is fifty times what a small account has.
            array.shrink_to_fit();
            array
        })
        .collect();
    RecordBatch::try_new(schema_of(table), arrays)
}

/// A decimal as Arrow holds it: an integer of `10^-18`. None if it has more digits than fit.
pub fn decimal_to_i128(decimal: Decimal) -> Option<i128> {
    let scale = u32::try_from(DECIMAL_SCALE).ok()?;
    let decimal = if decimal.scale() > scale { decimal.round_dp(scale) } else { decimal };
    decimal.mantissa().checked_mul(10_i128.checked_pow(scale - decimal.scale())?)
}

fn array<'a>(column: &Column, cells: impl Iterator<Item = &'a Value>, count: usize) -> ArrayRef {
    let slip = |value: &Value| {
        debug_assert!(value.is_null(), "column `{}` is {}, got {value:?}", column.name, column.ty.name());
    };
    macro_rules! build {
        ($builder:expr, $pattern:pat => $value:expr) => {{
            let mut builder = $builder;
            for cell in cells {
                match cell {
                    $pattern => builder.append_option($value),
                    other => {
                        slip(other);
                        builder.append_null();
                    }
                }
            }
            Arc::new(builder.finish()) as ArrayRef
        }};
    }
    match column.ty {
        ColumnType::Bool => {
            build!(BooleanBuilder::with_capacity(count), Value::Bool(v) => Some(*v))
        }
        ColumnType::Int => build!(Int64Builder::with_capacity(count), Value::Int(v) => Some(*v)),
        ColumnType::Float => {
            build!(Float64Builder::with_capacity(count), Value::Float(v) => Some(*v))
        }
        ColumnType::Decimal => build!(
            Decimal128Builder::with_capacity(count).with_data_type(data_type(ColumnType::Decimal)),
            Value::Decimal(v) => decimal_to_i128(*v)
        ),
        ColumnType::Text => build!(StringBuilder::new(), Value::Text(v) => Some(v)),
        ColumnType::Json => build!(StringBuilder::new(), Value::Json(v) => Some(v.to_string())),
        ColumnType::Time => build!(
            TimestampMicrosecondBuilder::with_capacity(count).with_timezone("UTC"),
            Value::Time(v) => Some(DateTime::<Utc>::timestamp_micros(v))
        ),
        ColumnType::Map => {
            let names = MapFieldNames { entry: "entries".into(), key: "keys".into(), value: "values".into() };
            let mut builder = MapBuilder::new(Some(names), StringBuilder::new(), StringBuilder::new());
            for cell in cells {
                let is_there = if let Value::Map(map) = cell {
                    for (key, value) in map {
                        builder.keys().append_value(key);
                        builder.values().append_value(value);
                    }
                    true
                } else {
                    slip(cell);
                    false
                };
                // Keys and values are appended in pairs above, so the lengths cannot differ.
                let _ = builder.append(is_there);
            }
            Arc::new(builder.finish())
        }
        ColumnType::List => {
            let mut builder = ListBuilder::new(StringBuilder::new());
            for cell in cells {
                if let Value::List(items) = cell {
                    items.iter().for_each(|item| builder.values().append_value(item));
                    builder.append(true);
                } else {
                    slip(cell);
                    builder.append(false);
                }
            }
            Arc::new(builder.finish())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use schema::tables::INSTANCES;

    #[test]
    fn the_rows_of_a_small_account_take_little_more_memory_than_what_they_say() {
        let row = |at: usize| {
            let mut row = Row::new(&INSTANCES);
            row.set("name", format!("web-{at}"));
            row.set("resource_id", format!("arn:aws:ec2:eu-west-1:111122223333:instance/i-{at:017}"));
            row.set("tags", Value::Map([("team".to_owned(), "web".to_owned())].into()));
            row.set("security_group_ids", Value::List(vec!["sg-1".to_owned()]));
            row.set("properties", Value::Json(serde_json::json!({ "at": at })));
            row
        };
        let rows: Vec<Row> = (0..20).map(row).collect();
        let batch = batch(&INSTANCES, &rows).unwrap();
        assert_eq!(batch.num_rows(), 20);
        let bytes = batch.get_array_memory_size();
        assert!(bytes < 40_000, "{bytes}");
    }
}
