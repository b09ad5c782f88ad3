//! Holds a guest's requests to its grant: at planning, before anything is fetched.

use crate::error::EngineError;
use datafusion::arrow::array::{Array, BooleanArray, RecordBatch, StringArray};
use datafusion::arrow::compute::filter_record_batch;
use datafusion::error::Result;
use schema::{Grant, Scope, Table};

/// Whether the grant has the table.
pub(crate) fn check_table(grant: &Grant, table: &str) -> Result<(), EngineError> {
    if grant.allows_table(table) {
        return Ok(());
    }
    let granted: Vec<String> = grant.tables.iter().map(|name| format!("`{name}`")).collect();
    let granted = if granted.is_empty() { "no table".to_owned() } else { granted.join(", ") };
    let message = format!("the table `{table}` is not granted; granted: {granted}");
    Err(EngineError::Denied { code: "table_not_granted", message })
}

/// Whether the grant has the scope.
pub(crate) fn check_scope(grant: &Grant, table: &str, scope: &Scope) -> Result<(), EngineError> {
    if grant.allows_scope(scope) {
        return Ok(());
    }
    let Scope { provider, account_id, account_name, region } = scope;
    let message = format!(
        "`{table}` of `{provider}` account `{account_name}` (`{account_id}`) in `{region}` is not granted; granted: {}; \
         leave the others out in `WHERE`, or have them granted",
        grant.scopes_in_words()
    );
    Err(EngineError::Denied { code: "scope_not_granted", message })
}

/// The rows that are granted, of what was read of many regions together. A row of no region is the account's, as the
/// scope is that it came with.
pub(crate) fn granted_rows(grant: &Grant, table: &Table, batch: &RecordBatch) -> Result<RecordBatch> {
    let regions = batch.column_by_name(table.scope_columns.region);
    // A table that does not say where its rows are has none that are granted.
    let granted: BooleanArray = match regions.and_then(|column| column.as_any().downcast_ref::<StringArray>()) {
        Some(regions) => {
            regions.iter().map(|region| Some(region.is_none_or(|name| grant.allows_region(name)))).collect()
        }
        None => vec![false; batch.num_rows()].into(),
    };
    Ok(filter_record_batch(batch, &granted)?)
}

/// The warning for what is read whole and then cut to what is granted of it.
pub(crate) fn cut(grant: &Grant, table: &str) -> String {
    format!("of `{table}`, only what is granted is read: {}", grant.scopes_in_words())
}
