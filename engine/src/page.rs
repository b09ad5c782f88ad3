//! An answer's rows page by page and column by column, for guests: plain values, no Arrow.

use crate::answer::Answer;
use crate::cells;
use datafusion::arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use datafusion::arrow::datatypes::{Float64Type, Int64Type};
use schema::ColumnType;

/// The values of one column in one page; none where a row has no value.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// Of a `bool` column.
    Bools(Vec<Option<bool>>),
    /// Of an `int` column.
    Ints(Vec<Option<i64>>),
    /// Of a `float` column.
    Floats(Vec<Option<f64>>),
    /// Of every other: decimals in digits, times as ISO texts, maps and lists as JSON.
    Texts(Vec<Option<String>>),
}

/// Some rows, column by column.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// How many rows.
    pub rows: usize,
    /// The columns, in the answer's order.
    pub columns: Vec<Values>,
}

/// Reads an answer from its first row to its last.
#[derive(Debug)]
pub struct Pages {
    answer: Answer,
    batch: usize,
    row: usize,
}

impl Pages {
    /// Begins at the first row.
    pub fn new(answer: Answer) -> Self {
        Self { answer, batch: 0, row: 0 }
    }

    /// The answer that is read.
    pub fn answer(&self) -> &Answer {
        &self.answer
    }

    /// The next rows, at most so many and at least one; none at the end.
    pub fn next(&mut self, max_rows: usize) -> Option<Page> {
        let batch = self.answer.batches.get(self.batch)?;
        let rows = max_rows.max(1).min(batch.num_rows() - self.row);
        let part = batch.slice(self.row, rows);
        self.row += rows;
        if self.row == batch.num_rows() {
            (self.batch, self.row) = (self.batch + 1, 0);
        }
        Some(page(&part))
    }
}

fn page(batch: &RecordBatch) -> Page {
    Page { rows: batch.num_rows(), columns: batch.columns().iter().map(values).collect() }
}

fn values(array: &ArrayRef) -> Values {
    let rows = 0..array.len();
    let json = |row: usize| cells::array_json(array, row);
    match cells::column_type(array.data_type()) {
        ColumnType::Bool => Values::Bools(array.as_boolean().iter().collect()),
        ColumnType::Int => Values::Ints(match array.as_primitive_opt::<Int64Type>() {
            Some(ints) => ints.iter().collect(),
            // A text is better than nothing for the few that are larger than what a signed number holds.
            None if rows.clone().any(|row| json(row).as_u64().is_some_and(|n| i64::try_from(n).is_err())) => {
                return Values::Texts(rows.map(|row| text(json(row))).collect());
            }
            None => rows.map(|row| json(row).as_i64()).collect(),
        }),
        ColumnType::Float => Values::Floats(match array.as_primitive_opt::<Float64Type>() {
            Some(floats) => floats.iter().collect(),
            None => rows.map(|row| json(row).as_f64()).collect(),
        }),
        _ => Values::Texts(match array.as_string_opt::<i32>() {
            Some(texts) => texts.iter().map(|text| text.map(str::to_owned)).collect(),
            None => rows.map(|row| text(json(row))).collect(),
        }),
    }
}

fn text(value: serde_json::Value) -> Option<String> {
    match value {
        serde_json::Value::Null => None,
        serde_json::Value::String(text) => Some(text),
        other => Some(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use datafusion::arrow::array::{Float32Array, Int32Array, UInt8Array, UInt64Array};
    use std::sync::Arc;

    #[test]
    fn every_kind_of_number_keeps_its_value() {
        let ints = |array: ArrayRef| match values(&array) {
            Values::Ints(ints) => ints,
            other => panic!("{other:?} are no ints"),
        };
        assert_eq!(ints(Arc::new(Int32Array::from(vec![Some(-7), None]))), [Some(-7), None]);
        assert_eq!(ints(Arc::new(UInt8Array::from(vec![255]))), [Some(255)]);
        assert_eq!(ints(Arc::new(UInt64Array::from(vec![5]))), [Some(5)]);
        let floats: ArrayRef = Arc::new(Float32Array::from(vec![0.5]));
        assert_eq!(values(&floats), Values::Floats(vec![Some(0.5)]));
        let large: ArrayRef = Arc::new(UInt64Array::from(vec![u64::MAX]));
        assert_eq!(values(&large), Values::Texts(vec![Some(u64::MAX.to_string())]));
    }
}
