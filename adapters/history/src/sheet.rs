//! The rows of one snapshot, ready to be compared with those of another.

use datafusion::arrow::array::{Array, AsArray, RecordBatch};
use datafusion::arrow::datatypes::DataType;
use engine::cells;
use schema::{Column, ColumnType, Table};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};

/// Columns that say which resource it is, and where: when one of these is another, it is another resource.
const IDENTITY: &[&str] =
    &["provider", "account_id", "account_name", "region", "resource_id", "native_id", "kind", "native_type"];

/// The columns of a table of which another value is a change.
pub(crate) fn compared(table: &'static Table) -> impl Iterator<Item = &'static Column> {
    table.columns().filter(|column| !column.costly && !column.fleeting && !IDENTITY.contains(&column.name))
}

/// Whether comparing reads a column.
pub(crate) fn is_read(table: &'static Table, name: &str) -> bool {
    IDENTITY.contains(&name) || compared(table).any(|column| column.name == name)
}

/// The rows of one snapshot.
#[derive(Debug)]
pub(crate) struct Sheet {
    batch: RecordBatch,
    columns: HashMap<String, usize>,
}

impl Sheet {
    pub(crate) fn new(batch: RecordBatch) -> Self {
        let columns =
            batch.schema().fields().iter().enumerate().map(|(at, field)| (field.name().clone(), at)).collect();
        Self { batch, columns }
    }

    pub(crate) fn len(&self) -> usize {
        self.batch.num_rows()
    }

    pub(crate) fn has(&self, column: &str) -> bool {
        self.columns.contains_key(column)
    }

    /// A cell as text; none if it is null or the snapshot has no such column.
    pub(crate) fn text(&self, row: usize, column: &str) -> Option<String> {
        cells::text(&self.batch, row, *self.columns.get(column)?)
    }

    /// A cell of text, where it lies.
    pub(crate) fn str(&self, row: usize, column: &str) -> Option<&str> {
        let array = self.batch.column(*self.columns.get(column)?);
        match array.data_type() {
            DataType::Utf8 if array.is_valid(row) => Some(array.as_string::<i32>().value(row)),
            _ => None,
        }
    }

    /// A cell of a map.
    pub(crate) fn map(&self, row: usize, column: &str) -> Option<BTreeMap<String, String>> {
        match cells::json(&self.batch, row, *self.columns.get(column)?) {
            Value::Object(map) => {
                Some(map.into_iter().map(|(key, value)| (key, value.as_str().unwrap_or_default().to_owned())).collect())
            }
            _ => None,
        }
    }
}

/// The two values of a column as text, where they differ. The order of lists is the provider's whim.
pub(crate) fn difference(
    column: &Column,
    (old, old_row): (&Sheet, usize),
    (new, new_row): (&Sheet, usize),
) -> Option<(Option<String>, Option<String>)> {
    // Most columns are texts that are the same, and are compared where they lie.
    if let (Some(a), Some(b)) = (old.str(old_row, column.name), new.str(new_row, column.name))
        && a == b
    {
        return None;
    }
    let values = (old.text(old_row, column.name), new.text(new_row, column.name));
    let is_same = match column.ty {
        ColumnType::List | ColumnType::Json => sorted(values.0.as_deref()) == sorted(values.1.as_deref()),
        _ => values.0 == values.1,
    };
    (!is_same).then_some(values)
}

/// JSON with its lists in order, as text.
fn sorted(text: Option<&str>) -> Option<String> {
    let text = text?;
    let Ok(mut value) = serde_json::from_str::<Value>(text) else {
        return Some(text.to_owned());
    };
    sort(&mut value);
    Some(value.to_string())
}

fn sort(value: &mut Value) {
    match value {
        Value::Array(items) => {
            items.iter_mut().for_each(sort);
            items.sort_by_cached_key(Value::to_string);
        }
        Value::Object(map) => {
            map.values_mut().for_each(sort);
            map.sort_keys();
        }
        _ => {}
    }
}
