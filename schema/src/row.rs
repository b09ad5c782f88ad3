//! One row of one table, cells in the table's order.

use crate::{Table, Value};

/// One row. Cells that nobody sets stay null.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    table: &'static Table,
    cells: Vec<Value>,
}

impl Row {
    /// A row of nulls.
    pub fn new(table: &'static Table) -> Self {
        Self { table, cells: vec![Value::Null; table.width()] }
    }

    /// Sets a cell.
    ///
    /// # Panics
    ///
    /// In debug builds, if the table has no such column: that is a slip in the adapter, found by its first test.
    /// In release builds the value is dropped.
    pub fn set(&mut self, column: &str, value: impl Into<Value>) -> &mut Self {
        match self.table.position(column) {
            Some(at) => self.cells[at] = value.into(),
            None => debug_assert!(false, "table `{}` has no column `{column}`", self.table.name),
        }
        self
    }

    /// [`Row::set`], for building in one expression.
    #[must_use]
    pub fn with(mut self, column: &str, value: impl Into<Value>) -> Self {
        self.set(column, value);
        self
    }

    /// The cell of a column; null if the table has no such column.
    pub fn get(&self, column: &str) -> &Value {
        self.table.position(column).map_or(&Value::Null, |at| &self.cells[at])
    }

    /// The cells, in the table's order.
    pub fn cells(&self) -> &[Value] {
        &self.cells
    }

    /// Its table.
    pub fn table(&self) -> &'static Table {
        self.table
    }
}
