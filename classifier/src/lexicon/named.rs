//! The columns of each table by their names: rules ask for some at every word, and a table has dozens.

use super::Fnv;
use schema::{Column, ColumnType, Table, tables};
use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::sync::LazyLock;

/// The columns of one table.
#[derive(Debug)]
pub(crate) struct Named {
    table: &'static Table,
    columns: HashMap<&'static str, &'static Column, BuildHasherDefault<Fnv>>,
    /// These are asked for most.
    pub(crate) tags: Option<&'static Column>,
    pub(crate) cost: Option<&'static Column>,
    pub(crate) cpu_max: Option<&'static Column>,
    /// The size of a machine, as its provider calls it.
    pub(crate) machine: Option<&'static Column>,
    pub(crate) volume_type: Option<&'static Column>,
    pub(crate) runtime: Option<&'static Column>,
    pub(crate) engine: Option<&'static Column>,
}

static NAMED: LazyLock<Vec<Named>> = LazyLock::new(|| tables::ALL.iter().map(|table| Named::new(table)).collect());

impl Named {
    fn new(table: &'static Table) -> Self {
        let is_tags = |c: &&Column| c.ty == ColumnType::Map && c.name.eq_ignore_ascii_case("tags");
        let mut columns: HashMap<_, _, BuildHasherDefault<Fnv>> = HashMap::default();
        for column in table.columns() {
            // The first of a name is the one that the table finds.
            columns.entry(column.name).or_insert(column);
        }
        Self {
            table,
            columns,
            tags: table.columns().find(is_tags),
            cost: table.column("cost_30d"),
            cpu_max: table.column("cpu_max"),
            machine: table.column("instance_type").or_else(|| table.column("instance_class")),
            volume_type: table.column("volume_type"),
            runtime: table.column("runtime"),
            engine: table.column("engine"),
        }
    }

    /// Those of a table of this program: no question is read as one about another.
    pub(crate) fn of(table: &'static Table) -> &'static Self {
        let found = NAMED.iter().find(|named| std::ptr::eq(named.table, table));
        debug_assert!(found.is_some(), "`{}` is no table of this program", table.name);
        found.unwrap_or(&NAMED[0])
    }

    /// The column of that name.
    pub(crate) fn column(&self, name: &str) -> Option<&'static Column> {
        self.columns.get(name).copied()
    }
}
