//! Sources: they fill tables.

use crate::describe::{SourceDescription, Table};
use crate::error::Error;
use crate::finding::Scope;
use crate::host::Host;
use crate::inner;
use crate::parameters::Parameters;
use crate::rows::{Page, Values};
use crate::time::Time;
use crate::value::Value;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// How many rows are handed over at once.
const AT_ONCE: usize = 500;

/// A source. Made known to the host by [`register!`](crate::register).
pub trait Source {
    /// What it is. Asks nothing of anybody.
    fn describe() -> SourceDescription;

    /// What it can read now: the host asks before [`fetch`](Self::fetch), so that coverage names each scope, those among
    /// them that will have no rows. It may ask the host, for a list of accounts or the head of an input. `*` stands for
    /// a part that cannot be told without reading all; where nothing is said here, the account and the region are that,
    /// and the provider is the source's own name.
    fn scopes(host: &Host, parameters: &Parameters) -> Result<Vec<Scope>, Error> {
        let _ = (host, parameters);
        let any = || "*".to_owned();
        Ok(vec![Scope { provider: Self::describe().name.to_owned(), account_id: any(), region: any() }])
    }

    /// Columns that take calls of their own, each after its table: they are wanted only where a query names them.
    fn costly() -> &'static [(&'static str, &'static str)] {
        &[]
    }

    /// Reads, and hands over rows and gaps. When it returns, every row that was asked for has been handed over or is
    /// within a gap: one that is missing and that nobody mentions is a wrong answer.
    fn fetch(host: &Host, request: &FetchRequest, tables: &mut Tables) -> Result<(), Error>;
}

/// A table that is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Its name.
    pub table: String,
    /// The columns that are wanted. What takes calls of its own ([`Source::costly`]) and is not here should not be read.
    pub columns: Vec<String>,
}

/// What is to be read.
#[derive(Debug, Clone)]
pub struct FetchRequest {
    /// The tables.
    pub tables: Vec<Wanted>,
    /// Only these; empty for all that the source has.
    pub scopes: Vec<Scope>,
    /// What the operator set.
    pub parameters: Parameters,
}

impl FetchRequest {
    /// Whether a table is wanted, and with which columns.
    pub fn wants(&self, table: &str) -> Option<&Wanted> {
        self.tables.iter().find(|wanted| wanted.table == table)
    }
}

/// What could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableGap {
    /// The table.
    pub table: String,
    /// Where; `None` for everywhere.
    pub scope: Option<Scope>,
    /// The columns that are null for it in rows that are there; empty where the rows themselves are missing.
    pub columns: Vec<String>,
    /// `denied`, `throttled`, …
    pub code: String,
    /// In a sentence.
    pub message: String,
}

/// Where rows go.
#[derive(Debug)]
pub struct Tables {
    host: inner::Host,
    described: Vec<Table>,
    waiting: BTreeMap<&'static str, Vec<Vec<Value>>>,
}

impl Tables {
    pub(crate) fn new(host: inner::Host, description: &SourceDescription) -> Self {
        Self { host, described: description.tables.clone(), waiting: BTreeMap::new() }
    }

    /// Takes a row, and hands it over with others: names of columns and values. What is not named is null. A column
    /// that was not described, and a value that does not fit its column, is an error that names it.
    pub fn emit(&mut self, table: &str, row: &[(&str, Value)]) -> Result<(), Error> {
        let Some(described) = self.described.iter().find(|described| described.name == table) else {
            return Err(Error::invalid("unknown_table", format!("the plugin describes no table `{table}`")));
        };
        let mut cells = vec![Value::Null; described.columns.len()];
        for (name, value) in row {
            let Some(at) = described.columns.iter().position(|column| column.name == *name) else {
                let message = format!("the plugin describes no column `{name}` in `{table}`");
                return Err(Error::invalid("unknown_column", message));
            };
            let kind = described.columns[at].kind;
            cells[at] = fitted(kind, value).ok_or_else(|| Error::column(name, format!("takes a value of `{kind}`")))?;
        }
        let waiting = self.waiting.entry(described.name).or_default();
        waiting.push(cells);
        if waiting.len() < AT_ONCE {
            return Ok(());
        }
        let rows = std::mem::take(waiting);
        self.hand_over(table, rows)
    }

    /// Says what is missing: the rows of a table, in a scope or everywhere.
    pub fn gap(&self, table: &str, scope: Option<Scope>, why: &Error) {
        self.gap_in_columns(table, scope, &[], why);
    }

    /// Says that rows are there and some of their columns could not be read.
    pub fn gap_in_columns(&self, table: &str, scope: Option<Scope>, columns: &[&str], why: &Error) {
        let columns = columns.iter().map(|&column| column.to_owned()).collect();
        let (code, message) = (why.code().to_owned(), why.to_string());
        self.host.table_gap(TableGap { table: table.to_owned(), scope, columns, code, message });
    }

    fn hand_over(&self, table: &str, rows: Vec<Vec<Value>>) -> Result<(), Error> {
        let Some(described) = self.described.iter().find(|described| described.name == table) else { return Ok(()) };
        let mut columns: Vec<_> = described.columns.iter().map(|column| empty(column.kind)).collect();
        let count = rows.len();
        for cell in rows {
            for (column, value) in columns.iter_mut().zip(cell) {
                push(column, value);
            }
        }
        let names: Vec<_> = described.columns.iter().map(|column| column.name.to_owned()).collect();
        self.host.emit_rows(table, &names, &Page { rows: count, columns })
    }

    pub(crate) fn flush(&mut self) -> Result<(), Error> {
        let waiting = std::mem::take(&mut self.waiting);
        let filled = waiting.into_iter().filter(|(_, rows)| !rows.is_empty());
        // One table that is refused takes no other with it.
        filled.map(|(table, rows)| self.hand_over(table, rows)).fold(Ok(()), Result::and)
    }
}

/// The value as its column's type has it, where it fits.
pub(crate) fn fitted(kind: &str, value: &Value) -> Option<Value> {
    let fits = match (value, kind) {
        (Value::Null, _) | (Value::Boolean(_), "bool") | (Value::Integer(_), "int") => true,
        (Value::Real(number), "float") => number.is_finite(),
        (Value::Integer(number), "float") => return Some(Value::Real(*number as f64)),
        (Value::Integer(number), "decimal") => return Some(Value::Text(number.to_string())),
        (Value::Text(text), "decimal") => text.parse::<Decimal>().is_ok(),
        (Value::Text(text), "time") => text.parse::<Time>().is_ok(),
        (Value::Text(text), "map") => serde_json::from_str::<BTreeMap<String, Option<String>>>(text).is_ok(),
        (Value::Text(text), "list") => serde_json::from_str::<Vec<String>>(text).is_ok(),
        (Value::Text(text), "json") => serde_json::from_str::<serde_json::Value>(text).is_ok(),
        (Value::Text(_), kind) => !matches!(kind, "bool" | "int" | "float"),
        _ => false,
    };
    fits.then(|| value.clone())
}

/// A column of a type, with nothing in it.
pub(crate) fn empty(kind: &str) -> Values {
    match kind {
        "bool" => Values::Booleans(Vec::new()),
        "int" => Values::Integers(Vec::new()),
        "float" => Values::Reals(Vec::new()),
        _ => Values::Texts(Vec::new()),
    }
}

/// One value more. It fits, or is null.
pub(crate) fn push(column: &mut Values, value: Value) {
    match (column, value) {
        (Values::Booleans(column), Value::Boolean(value)) => column.push(Some(value)),
        (Values::Integers(column), Value::Integer(value)) => column.push(Some(value)),
        (Values::Reals(column), Value::Real(value)) => column.push(Some(value)),
        (Values::Texts(column), Value::Text(value)) => column.push(Some(value)),
        (Values::Booleans(column), _) => column.push(None),
        (Values::Integers(column), _) => column.push(None),
        (Values::Reals(column), _) => column.push(None),
        (Values::Texts(column), _) => column.push(None),
    }
}

/// As [`run`], for the scopes.
pub(crate) fn scopes<S: Source>(host: &Host, given: Vec<(String, Value)>) -> Result<Vec<Scope>, Error> {
    let parameters = Parameters::new(&S::describe().parameters, given)?;
    S::scopes(host, &parameters)
}

/// What `register!` calls, and the fake host. What was read is handed over even where the fetch ends in an error, and
/// of two errors the fetch's own is told.
pub(crate) fn run<S: Source>(
    host: &Host,
    tables: Vec<Wanted>,
    scopes: Vec<Scope>,
    given: Vec<(String, Value)>,
) -> Result<(), Error> {
    let description = S::describe();
    let parameters = Parameters::new(&description.parameters, given)?;
    let mut sink = Tables::new(host.inner.clone(), &description);
    let fetched = S::fetch(host, &FetchRequest { tables, scopes, parameters }, &mut sink);
    let flushed = sink.flush();
    fetched.and(flushed)
}
