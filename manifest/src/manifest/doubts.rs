//! Names of tables that the host does not have.

use super::Manifest;
use crate::text::shown;
use schema::tables;

impl Manifest {
    /// A sentence for each table that is asked for and that the host does not have. These are no errors: another plugin may fill
    /// such a table.
    pub fn doubts(&self) -> Vec<String> {
        let unknown = self.needs.tables.keys().filter(|name| tables::find(name).is_none());
        let doubt = |name: &String| {
            let hint = hint(tables::nearest(name));
            format!("there is no table {}{hint}; only a source that fills it can give it rows", shown(name))
        };
        unknown.map(doubt).collect()
    }
}

pub(super) fn hint(nearest: Option<&str>) -> String {
    nearest.map(|name| format!(" (did you mean `{name}`?)")).unwrap_or_default()
}
