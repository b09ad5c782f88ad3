//! One cell of an answer as JSON and as text, the same in every format: decimals exact, times ISO with `Z`.

use chrono::{DateTime, SecondsFormat, Utc};
use datafusion::arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use datafusion::arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, Float16Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type,
    Int64Type, TimeUnit, TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
    TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use rust_decimal::Decimal;
use schema::ColumnType;
use serde_json::{Map, Value};

/// The schema's word for an Arrow type.
pub fn column_type(ty: &DataType) -> ColumnType {
    match ty {
        DataType::Boolean => ColumnType::Bool,
        DataType::Decimal128(..) | DataType::Decimal256(..) => ColumnType::Decimal,
        DataType::Float16 | DataType::Float32 | DataType::Float64 => ColumnType::Float,
        DataType::Timestamp(..) | DataType::Date32 | DataType::Date64 => ColumnType::Time,
        DataType::Map(..) => ColumnType::Map,
        DataType::List(_) | DataType::LargeList(_) => ColumnType::List,
        other if other.is_integer() => ColumnType::Int,
        _ => ColumnType::Text,
    }
}

/// A cell as JSON: decimals as strings, times as ISO texts, maps as objects, lists as arrays.
pub fn json(batch: &RecordBatch, row: usize, column: usize) -> Value {
    array_json(batch.column(column), row)
}

/// A cell as text; none if it is null. Maps and lists are JSON.
pub fn text(batch: &RecordBatch, row: usize, column: usize) -> Option<String> {
    match json(batch, row, column) {
        Value::Null => None,
        Value::String(text) => Some(text),
        other => Some(other.to_string()),
    }
}

pub(crate) fn array_json(array: &ArrayRef, row: usize) -> Value {
    if array.is_null(row) {
        return Value::Null;
    }
    match array.data_type() {
        // A column of nothing but NULL has no nulls of its own: it is nothing else.
        DataType::Null => Value::Null,
        DataType::Boolean => array.as_boolean().value(row).into(),
        DataType::Int8 => array.as_primitive::<Int8Type>().value(row).into(),
        DataType::Int16 => array.as_primitive::<Int16Type>().value(row).into(),
        DataType::Int32 => array.as_primitive::<Int32Type>().value(row).into(),
        DataType::Int64 => array.as_primitive::<Int64Type>().value(row).into(),
        DataType::UInt8 => array.as_primitive::<UInt8Type>().value(row).into(),
        DataType::UInt16 => array.as_primitive::<UInt16Type>().value(row).into(),
        DataType::UInt32 => array.as_primitive::<UInt32Type>().value(row).into(),
        DataType::UInt64 => array.as_primitive::<UInt64Type>().value(row).into(),
        DataType::Float16 => float(array.as_primitive::<Float16Type>().value(row).into()),
        DataType::Float32 => float(array.as_primitive::<Float32Type>().value(row).into()),
        DataType::Float64 => float(array.as_primitive::<Float64Type>().value(row)),
        DataType::Utf8 => array.as_string::<i32>().value(row).into(),
        DataType::Utf8View => array.as_string_view().value(row).into(),
        DataType::LargeUtf8 => array.as_string::<i64>().value(row).into(),
        DataType::Decimal128(_, scale) => decimal(array.as_primitive::<Decimal128Type>().value(row), *scale),
        DataType::Timestamp(unit, _) => time(array, row, *unit),
        DataType::Date32 => {
            let days = i64::from(array.as_primitive::<Date32Type>().value(row));
            iso(DateTime::from_timestamp(days * 86_400, 0))
        }
        DataType::List(_) => {
            let items = array.as_list::<i32>().value(row);
            (0..items.len()).map(|at| array_json(&items, at)).collect()
        }
        DataType::Map(..) => {
            let entries = array.as_map().value(row);
            let (keys, values) = (entries.column(0), entries.column(1));
            let pair = |at: usize| match array_json(keys, at) {
                Value::String(key) => (key, array_json(values, at)),
                key => (key.to_string(), array_json(values, at)),
            };
            Value::Object((0..entries.len()).map(pair).collect::<Map<_, _>>())
        }
        // Types that only an expression can make (intervals, structs): as Arrow writes them.
        _ => ArrayFormatter::try_new(array, &FormatOptions::default())
            .map_or(Value::Null, |formatter| Value::String(formatter.value(row).to_string())),
    }
}

fn float(value: f64) -> Value {
    serde_json::Number::from_f64(value).map_or(Value::Null, Value::Number)
}

/// An exact decimal without the zeros that a wide scale adds.
pub fn decimal_text(mantissa: i128, scale: i8) -> String {
    let scale = u32::from(scale.unsigned_abs());
    match Decimal::try_from_i128_with_scale(mantissa, scale) {
        Ok(decimal) => decimal.normalize().to_string(),
        // More digits than the decimal type holds: place the point by hand.
        Err(_) => {
            let digits = format!("{:0>width$}", mantissa.unsigned_abs(), width = scale as usize + 1);
            let (whole, fraction) = digits.split_at(digits.len() - scale as usize);
            let sign = if mantissa < 0 { "-" } else { "" };
            let fraction = fraction.trim_end_matches('0');
            if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
        }
    }
}

fn decimal(mantissa: i128, scale: i8) -> Value {
    Value::String(decimal_text(mantissa, scale))
}

fn time(array: &ArrayRef, row: usize, unit: TimeUnit) -> Value {
    iso(match unit {
        TimeUnit::Second => DateTime::from_timestamp(array.as_primitive::<TimestampSecondType>().value(row), 0),
        TimeUnit::Millisecond => {
            DateTime::from_timestamp_millis(array.as_primitive::<TimestampMillisecondType>().value(row))
        }
        TimeUnit::Microsecond => {
            DateTime::from_timestamp_micros(array.as_primitive::<TimestampMicrosecondType>().value(row))
        }
        TimeUnit::Nanosecond => {
            Some(DateTime::from_timestamp_nanos(array.as_primitive::<TimestampNanosecondType>().value(row)))
        }
    })
}

fn iso(time: Option<DateTime<Utc>>) -> Value {
    time.map_or(Value::Null, |time| time.to_rfc3339_opts(SecondsFormat::AutoSi, true).into())
}

#[cfg(test)]
mod tests {
    use super::decimal_text;

    #[test]
    fn decimals_are_exact_at_any_size() {
        assert_eq!(decimal_text(20_520_226_728_990_000_000, 18), "20.52022672899");
        assert_eq!(decimal_text(0, 18), "0");
        assert_eq!(decimal_text(-1, 18), "-0.000000000000000001");
        assert_eq!(decimal_text(i128::MAX, 18), "170141183460469231731.687303715884105727");
        assert_eq!(decimal_text(-132_500_000_000_000_000_000, 18), "-132.5");
    }
}
