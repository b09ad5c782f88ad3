//! The tables that can be asked: those of this program, and those that sources have of their own.

use crate::engine::Engine;
use crate::error::EngineError;
use crate::source::Source;
use schema::{Table, TableKind, query, tables};
use std::sync::Arc;

/// The tables of sources' own; an error where two sources would fill the same.
pub(crate) fn tables_of(sources: &[Arc<dyn Source>]) -> Result<Vec<&'static Table>, EngineError> {
    let mut own: Vec<&'static Table> = Vec::new();
    for table in sources.iter().flat_map(|source| source.tables()).map(|support| support.table) {
        if table.kind != TableKind::Own {
            continue;
        }
        if own.contains(&table) {
            let message = format!("two sources have a table `{}` of their own", table.name);
            return Err(EngineError::Run { message });
        }
        own.push(table);
    }
    Ok(own)
}

impl Engine {
    /// The tables that can be asked: those of this program, then those of sources' own.
    pub fn tables(&self) -> impl Iterator<Item = &'static Table> {
        tables::ALL.iter().copied().chain(self.inner.own.iter().copied())
    }

    /// The table of that name, whatever its case; an error with the nearest right name.
    pub fn table(&self, name: &str) -> Result<&'static Table, EngineError> {
        Ok(query::check::table_among(&self.inner.own, name)?)
    }
}
