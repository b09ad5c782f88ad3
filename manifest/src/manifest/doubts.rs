//! Names of tables and columns that the host does not have.

use super::{Manifest, TableNeed};
use crate::text::shown;
use schema::tables;

impl Manifest {
    /// A sentence for each table or column that is asked for and that the host does not have. These are no errors: another
    /// plugin may fill such a table, and a newer host may have such a column.
    pub fn doubts(&self) -> Vec<String> {
        self.needs.tables.iter().flat_map(|(name, need)| of_table(name, need)).collect()
    }
}

fn of_table(name: &str, need: &TableNeed) -> Vec<String> {
    let Some(table) = tables::find(name) else {
        let hint = hint(tables::nearest(name));
        return vec![format!("there is no table {}{hint}; only a source that fills it can give it rows", shown(name))];
    };
    let unknown = need.columns.iter().filter(|column| table.column(column).is_none());
    unknown
        .map(|column| format!("table `{name}` has no column {}{}", shown(column), hint(table.nearest_column(column))))
        .collect()
}

fn hint(nearest: Option<&str>) -> String {
    nearest.map(|name| format!(" (did you mean `{name}`?)")).unwrap_or_default()
}
