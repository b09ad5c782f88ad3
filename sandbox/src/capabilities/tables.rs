//! `tables`: the rows that a source hands over. Every value is held to its column's type, and a page with one that does not
//! fit is refused whole.

use crate::bindings::nephoscope::guest::query::{Bound, Error, Page, Reason, Values};
use crate::bindings::source::nephoscope::guest::tables::{Gap, Host};
use crate::capabilities::findings::denied;
use crate::guest::cut;
use crate::plugin::handed::{Filling, Handed, Told};
use crate::plugin::limits::PluginLimits;
use crate::state::State;
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use schema::scope::GLOBAL;
use schema::{ColumnType, Row, TableKind, Value};
use std::collections::{BTreeMap, HashSet};
use wasmtime::Result;

/// The column of when a row was read, where a table has it.
const FETCHED_AT: &str = "fetched_at";
/// The most bytes of one text cell: a provider's own structure of a large resource.
const CELL: usize = 256 * 1024;
/// The most rows of one page. A row has a place for every column of its table, so that a page of few values can be large.
const PAGE_ROWS: usize = 8_192;

/// What a cell takes beside its value: its place in a row, and in an array.
const PLACE: usize = 8;

impl Host for State {
    async fn emit_rows(
        &mut self,
        table: String,
        columns: Vec<String>,
        page: Page,
    ) -> Result<std::result::Result<(), Error>> {
        let running = self.plugin.as_deref_mut().filter(|handed| handed.is_running);
        let Some(Handed { limits, filling: Some(filling), .. }) = running else {
            return Ok(Err(denied("not_running", "a plugin may hand over rows only while it fetches")));
        };
        // Before a row is made: the page's own count is only the guest's word.
        let bytes = bytes_of(&page, filling.table.width());
        if let Some(reached) = over(limits, filling, &page, bytes) {
            filling.lacks_rows("limit", reached.message.clone()).await;
            return Ok(Err(Error::Limit(reached)));
        }
        let rows = match rows_of(filling, &table, &columns, page) {
            Ok(rows) => rows,
            Err(error) => {
                // What was refused is missing, whether or not the plugin goes on.
                if let Error::Invalid(why) = &error {
                    filling.lacks_rows("failed", why.message.clone()).await;
                }
                return Ok(Err(error));
            }
        };
        filling.rows += rows.len();
        filling.bytes += bytes;
        // Waits while the reader is behind. Nobody reading any more ends the run from outside.
        drop(filling.out.send(Told::Rows(rows)).await);
        Ok(Ok(()))
    }

    async fn report_gap(&mut self, gap: Gap) -> Result<()> {
        let Some(handed) = self.plugin.as_mut() else { return Ok(()) };
        let Some(told) = told_of(handed, gap) else { return Ok(()) };
        if let Some(filling) = &mut handed.filling {
            filling.gap(told).await;
        }
        Ok(())
    }
}

/// The bound that a page goes beyond, if it does.
fn over(limits: &PluginLimits, filling: &Filling, page: &Page, bytes: usize) -> Option<Bound> {
    let count = page.rows as usize;
    let reached = |name: &str, most: usize, what: &str| {
        Some(Bound { message: format!("{most} {what}"), name: name.to_owned(), value: most as u64 })
    };
    if count > PAGE_ROWS {
        return reached("page_rows", PAGE_ROWS, "rows are the most that one page may have");
    }
    if filling.rows + count > limits.rows_out {
        return reached("rows_out", limits.rows_out, "rows are the most that one fetch may hand over");
    }
    if filling.bytes + bytes > limits.row_bytes {
        return reached("row_bytes", limits.row_bytes, "bytes are the most that the rows of one fetch may have");
    }
    None
}

/// What the rows of a page take in a table of so many columns, near enough to bound them. A column that the source does not
/// fill has its place in every row all the same.
fn bytes_of(page: &Page, width: usize) -> usize {
    let of_one = |values: &Values| match values {
        Values::Booleans(values) => values.len(),
        Values::Integers(values) => 8 * values.len(),
        Values::Reals(values) => 8 * values.len(),
        Values::Texts(values) => values.iter().map(|text| 8 + text.as_ref().map_or(0, String::len)).sum(),
    };
    let places = (page.rows as usize).saturating_mul(width).saturating_mul(PLACE);
    page.columns.iter().map(of_one).fold(places, usize::saturating_add)
}

/// A gap in the table that is fetched; one in another was not asked for.
fn told_of(handed: &Handed, gap: Gap) -> Option<Told> {
    let filling = handed.filling.as_ref().filter(|filling| filling.described.name == gap.table)?;
    let named = |column: &String| filling.table.column(column).map(|known| known.name);
    let columns: Vec<&'static str> = gap.columns.iter().filter_map(named).collect();
    // Columns that nobody knows are not nothing: then the rows are not what they should be.
    let place = gap.scope.map(|at| cut(format!("{}/{}/{}", at.provider, at.account_id, at.region), 300));
    Some(Told::Gap { columns, place, code: cut(gap.code, 100), message: cut(gap.message, 2_000) })
}

fn rows_of(filling: &Filling, table: &str, columns: &[String], page: Page) -> std::result::Result<Vec<Row>, Error> {
    let asked = &filling.described.name;
    if table != asked {
        let message = format!("`{asked}` is asked for, not `{}`", cut(table.to_owned(), 80));
        return Err(invalid("table_not_asked", message));
    }
    if columns.len() != page.columns.len() || columns.iter().collect::<HashSet<_>>().len() != columns.len() {
        return Err(invalid("bad_page", format!("a page of `{table}` does not name each of its columns once")));
    }
    let count = page.rows as usize;
    let mut rows = Vec::new();
    for (name, values) in columns.iter().zip(page.columns) {
        let known = filling.described.columns.iter().find(|column| &column.name == name);
        let known = known.and_then(|known| filling.table.column(name).map(|column| (column.name, known.ty)));
        let Some((name, ty)) = known else {
            return Err(invalid(
                "unknown_column",
                format!("the plugin describes no column `{}` in `{table}`", cut(name.clone(), 80)),
            ));
        };
        let cells = cells_of(ty, values).map_err(|why| invalid("bad_value", format!("`{table}.{name}`: {why}")))?;
        if cells.len() != count {
            return Err(invalid(
                "bad_page",
                format!("`{table}.{name}` has {} values in a page of {count} rows", cells.len()),
            ));
        }
        // Only now is it known that there are as many as the page says.
        if rows.is_empty() {
            rows = vec![Row::new(filling.table); count];
        }
        for (row, cell) in rows.iter_mut().zip(cells) {
            row.set(name, cell);
        }
    }
    place(filling, &mut rows).map_err(|why| invalid("not_its_scope", why))?;
    if rows.len() != count {
        return Err(invalid("bad_page", format!("a page of `{table}` has {count} rows and no column")));
    }
    Ok(rows)
}

/// A source speaks for the scope that it was asked for, and for no other: a row that says that it is somebody else's is
/// refused, and one that does not say is that scope's.
fn place(filling: &Filling, rows: &mut [Row]) -> std::result::Result<(), String> {
    let (scope, columns) = (&filling.scope, filling.table.scope_columns);
    // What a provider lists for all regions together may still be in one.
    let region = Some(&scope.region).filter(|region| *region != GLOBAL);
    let held = [
        (columns.provider, Some(&scope.provider)),
        (columns.account_id, Some(&scope.account_id)),
        (columns.region, region),
    ];
    for (column, of_scope) in held {
        let known = of_scope.filter(|name| *name != "*" && filling.table.column(column).is_some());
        let Some(of_scope) = known else { continue };
        for row in &mut *rows {
            match row.get(column) {
                Value::Null => drop(row.set(column, of_scope.as_str())),
                Value::Text(of_row) if of_row != of_scope => {
                    return Err(format!("a row of `{}` is in the scope of `{}`", cut(of_row.clone(), 80), of_scope));
                }
                _ => {}
            }
        }
    }
    if filling.table.kind == TableKind::Own && scope.region != "*" {
        set_where_null(rows, columns.region, scope.region.as_str());
    }
    if scope.account_name != "*" {
        set_where_null(rows, columns.account_name, scope.account_name.as_str());
    }
    if filling.table.column(FETCHED_AT).is_some() {
        set_where_null(rows, FETCHED_AT, filling.now);
    }
    Ok(())
}

fn set_where_null(rows: &mut [Row], column: &str, value: impl Into<Value>) {
    let value = value.into();
    for row in rows.iter_mut().filter(|row| row.get(column).is_null()) {
        row.set(column, value.clone());
    }
}

fn cells_of(ty: ColumnType, values: Values) -> std::result::Result<Vec<Value>, String> {
    match (ty, values) {
        (ColumnType::Bool, Values::Booleans(values)) => Ok(values.into_iter().map(Value::from).collect()),
        (ColumnType::Int, Values::Integers(values)) => Ok(values.into_iter().map(Value::from).collect()),
        (ColumnType::Float, Values::Reals(values)) => match values.iter().flatten().find(|value| !value.is_finite()) {
            Some(value) => Err(format!("{value} is no number")),
            None => Ok(values.into_iter().map(Value::from).collect()),
        },
        (ColumnType::Bool | ColumnType::Int | ColumnType::Float, _)
        | (_, Values::Booleans(_) | Values::Integers(_) | Values::Reals(_)) => {
            Err(format!("the values are not what `{}` is made of", ty.name()))
        }
        (ty, Values::Texts(values)) => {
            values.into_iter().map(|text| text.map_or(Ok(Value::Null), |text| cell_of(ty, text))).collect()
        }
    }
}

fn cell_of(ty: ColumnType, text: String) -> std::result::Result<Value, String> {
    if text.len() > CELL {
        return Err(format!("a value is longer than {} KiB", CELL >> 10));
    }
    let wrong = |text: &str| format!("`{}` is no `{}`", cut(text.to_owned(), 80), ty.name());
    match ty {
        ColumnType::Decimal => text.parse::<Decimal>().map(Value::Decimal).map_err(|_| wrong(&text)),
        ColumnType::Time => {
            let time = DateTime::parse_from_rfc3339(&text).map_err(|_| wrong(&text))?;
            Ok(Value::Time(time.with_timezone(&Utc)))
        }
        ColumnType::Map => {
            let map: BTreeMap<String, Option<String>> = serde_json::from_str(&text).map_err(|_| wrong(&text))?;
            Ok(Value::Map(map.into_iter().map(|(key, value)| (key, value.unwrap_or_default())).collect()))
        }
        ColumnType::List => serde_json::from_str(&text).map(Value::List).map_err(|_| wrong(&text)),
        ColumnType::Json => serde_json::from_str(&text).map(Value::Json).map_err(|_| wrong(&text)),
        _ => Ok(Value::Text(text)),
    }
}

fn invalid(code: &str, message: String) -> Error {
    Error::Invalid(Reason { message, code: code.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use schema::{Scope, tables};

    fn filling() -> Filling {
        let (out, _) = tokio::sync::mpsc::channel(1);
        let described = crate::plugin::described::Filled {
            name: "volumes".to_owned(),
            meaning: String::new(),
            columns: Vec::new(),
        };
        let (scope, now) = (Scope::new("misfilling", "north", "north", "hall-1"), DateTime::UNIX_EPOCH);
        let (rows, bytes, gaps, most_gaps) = (0, 0, 0, 5);
        Filling { table: &tables::VOLUMES, described, now, scope, rows, bytes, gaps, most_gaps, out }
    }

    #[test]
    fn a_page_is_bounded_by_what_it_says_and_by_what_it_has() {
        let page = |rows, columns| Page { rows, columns };
        let name =
            |page: &Page| over(&PluginLimits::default(), &filling(), page, bytes_of(page, 40)).map(|bound| bound.name);
        assert_eq!(name(&page(8_192, vec![Values::Booleans(vec![None; 8_192])])), None);
        assert_eq!(name(&page(8_193, vec![Values::Booleans(vec![None; 8_193])])).as_deref(), Some("page_rows"));
        // A claim is enough: nothing is made of it.
        assert_eq!(name(&page(u32::MAX, Vec::new())).as_deref(), Some("page_rows"));
        let text = Values::Texts(vec![Some("x".repeat(1_000)), None]);
        assert_eq!(bytes_of(&page(2, vec![text, Values::Integers(vec![Some(1), None])]), 0), 1_000 + 16 + 16);
        // Rows of one cell are as wide as their table.
        let narrow = page(1_000, vec![Values::Booleans(vec![None; 1_000])]);
        assert_eq!(bytes_of(&narrow, 40), 1_000 + 1_000 * 40 * 8);
        let small = PluginLimits { row_bytes: 100_000, ..PluginLimits::default() };
        let bound = over(&small, &filling(), &narrow, bytes_of(&narrow, tables::VOLUMES.width()));
        assert_eq!(bound.map(|bound| bound.name).as_deref(), Some("row_bytes"));
    }
}
