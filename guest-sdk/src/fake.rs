//! A host that is not there: it says what an author lets it say, and keeps what a plugin hands over.

use crate::describe::{Description, SourceDescription};
use crate::error::Error;
use crate::finding::{Finding, RuleGap, Scope};
use crate::host::Level;
use crate::http::{Request, Response};
use crate::input::Input;
use crate::rows::{Column, Page, Values};
use crate::scanner::Scanner;
use crate::source::{Source, TableGap, Wanted, empty, fitted, push};
use crate::value::Value;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// A host for tests. It runs no SQL: a query gets the rows that were given for the table after its first FROM, all of
/// them, and of these the columns that its text names. So a test tries what a plugin makes of rows; that the SQL itself
/// is right, and what a WHERE leaves out, `neph plugin check` tries on the demo estate.
///
/// It is as strict as a real host where it can be: what was not given is denied, a rule that was not described is
/// invalid, and two findings with one `uid` are an error.
#[derive(Debug, Clone)]
pub struct Fake {
    state: Rc<RefCell<State>>,
}

#[derive(Debug, Default)]
struct State {
    day: String,
    tables: BTreeMap<String, Result<Given, Error>>,
    queries: Vec<String>,
    http: BTreeMap<(String, String), Result<Response, Error>>,
    requests: Vec<Request>,
    secrets: BTreeSet<String>,
    inputs: Vec<File>,
    input_bytes_read: u64,
    most_findings: Option<usize>,
    findings: Vec<Finding>,
    rule_gaps: Vec<RuleGap>,
    rows: BTreeMap<String, Vec<BTreeMap<String, Value>>>,
    table_gaps: Vec<TableGap>,
    logs: Vec<(Level, String)>,
}

/// The rows of a table, as the author gave them.
#[derive(Debug, Clone)]
struct Given {
    columns: Vec<Column>,
    rows: Vec<Vec<Value>>,
}

/// A file that was handed over, and the error that reading it ends in, where it does.
#[derive(Debug, Clone)]
struct File {
    name: String,
    file_name: String,
    bytes: Rc<[u8]>,
    error: Option<Error>,
}

impl Default for Fake {
    fn default() -> Self {
        Self::new()
    }
}

impl Fake {
    /// A host with no tables, on the day 2026-11-26.
    pub fn new() -> Self {
        let state = State { day: "2026-11-26".to_owned(), ..State::default() };
        Self { state: Rc::new(RefCell::new(state)) }
    }

    /// Another day.
    pub fn today(self, day: &str) -> Self {
        self.state.borrow_mut().day = day.to_owned();
        self
    }

    /// The rows of a table. `columns` are names and types (`name text, size_gib int, cost_30d decimal`); each row has a
    /// value for each.
    ///
    /// # Panics
    ///
    /// Where a row is shorter or longer than the columns, or a value is of another type than its column.
    #[track_caller]
    pub fn table(self, name: &str, columns: &str, rows: Vec<Vec<Value>>) -> Self {
        let columns: Vec<_> = columns.split(',').map(column).collect();
        let rows = rows.into_iter().map(|row| checked(name, &columns, &row)).collect();
        self.state.borrow_mut().tables.insert(name.to_owned(), Ok(Given { columns, rows }));
        self
    }

    /// A table whose queries end in an error.
    pub fn failing_table(self, name: &str, error: Error) -> Self {
        self.state.borrow_mut().tables.insert(name.to_owned(), Err(error));
        self
    }

    /// What a request of this method and address is answered with. All others are denied.
    pub fn http(self, method: &str, url: &str, response: Result<Response, Error>) -> Self {
        self.state.borrow_mut().http.insert((method.to_owned(), url.to_owned()), response);
        self
    }

    /// A secret that is granted. It has no value here either.
    pub fn secret(self, name: &str) -> Self {
        self.state.borrow_mut().secrets.insert(name.to_owned());
        self
    }

    /// A file that is handed over: for which of the manifest's inputs, the last part of its path, and what is in it.
    pub fn input(self, name: &str, file_name: &str, bytes: impl Into<Vec<u8>>) -> Self {
        self.file(name, file_name, bytes.into(), None)
    }

    /// A file that can be read so far, and then ends in an error.
    pub fn failing_input(self, name: &str, file_name: &str, bytes: impl Into<Vec<u8>>, error: Error) -> Self {
        self.file(name, file_name, bytes.into(), Some(error))
    }

    fn file(self, name: &str, file_name: &str, bytes: Vec<u8>, error: Option<Error>) -> Self {
        let file = File { name: name.to_owned(), file_name: file_name.to_owned(), bytes: bytes.into(), error };
        self.state.borrow_mut().inputs.push(file);
        self
    }

    /// The most findings that are taken: what is beyond ends in [`Error::Limit`].
    pub fn most_findings(self, most: usize) -> Self {
        self.state.borrow_mut().most_findings = Some(most);
        self
    }

    /// Scans with these parameters, and the defaults of all others.
    pub fn scan<S: Scanner>(&self, parameters: &[(&str, Value)]) -> Result<(), Error> {
        check_scanner(&S::describe())?;
        crate::scanner::run::<S>(&self.host(), owned(parameters))
    }

    /// The scopes that a source says it can read, with these parameters.
    pub fn scopes<S: Source>(&self, parameters: &[(&str, Value)]) -> Result<Vec<Scope>, Error> {
        crate::source::scopes::<S>(&self.host(), owned(parameters))
    }

    /// Fetches tables (all columns that the source describes of them), from all scopes, with these parameters.
    pub fn fetch<S: Source>(&self, tables: &[&str], parameters: &[(&str, Value)]) -> Result<(), Error> {
        let description = S::describe();
        let wanted = tables.iter().map(|table| wanted(&description, table)).collect::<Result<_, _>>()?;
        self.fetch_of::<S>(wanted, Vec::new(), parameters)
    }

    /// Fetches some columns of tables, from some scopes.
    pub fn fetch_of<S: Source>(
        &self,
        tables: Vec<Wanted>,
        scopes: Vec<Scope>,
        parameters: &[(&str, Value)],
    ) -> Result<(), Error> {
        crate::source::run::<S>(&self.host(), tables, scopes, owned(parameters))
    }

    /// What was found, in its order.
    pub fn findings(&self) -> Vec<Finding> {
        self.state.borrow().findings.clone()
    }

    /// The findings as `rule resource_id`, sorted: what most tests compare.
    pub fn found(&self) -> Vec<String> {
        let state = self.state.borrow();
        let mut found: Vec<_> =
            state.findings.iter().map(|f| format!("{} {}", f.rule, f.resource.resource_id)).collect();
        found.sort();
        found
    }

    /// What a scanner said it could not look at.
    pub fn rule_gaps(&self) -> Vec<RuleGap> {
        self.state.borrow().rule_gaps.clone()
    }

    /// The rows that a source handed over for a table: values by column, without those that are null.
    pub fn rows(&self, table: &str) -> Vec<BTreeMap<String, Value>> {
        self.state.borrow().rows.get(table).cloned().unwrap_or_default()
    }

    /// What a source said is missing.
    pub fn table_gaps(&self) -> Vec<TableGap> {
        self.state.borrow().table_gaps.clone()
    }

    /// The log.
    pub fn logs(&self) -> Vec<(Level, String)> {
        self.state.borrow().logs.clone()
    }

    /// The queries that were run, as text.
    pub fn queries(&self) -> Vec<String> {
        self.state.borrow().queries.clone()
    }

    /// How many bytes of its inputs were read, those that were read again counted again.
    pub fn input_bytes_read(&self) -> u64 {
        self.state.borrow().input_bytes_read
    }

    /// The requests that were made, those that were denied among them.
    pub fn requests(&self) -> Vec<Request> {
        self.state.borrow().requests.clone()
    }

    fn host(&self) -> crate::host::Host {
        crate::host::Host { inner: Host { state: Rc::clone(&self.state) } }
    }
}

fn owned(parameters: &[(&str, Value)]) -> Vec<(String, Value)> {
    parameters.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
}

/// What the host would refuse to install.
fn check_scanner(description: &Description) -> Result<(), Error> {
    let mut ids = BTreeSet::new();
    match description.rules.iter().find(|rule| !ids.insert(rule.id)) {
        Some(rule) => Err(Error::invalid("duplicate_rule", format!("two rules are called `{}`", rule.id))),
        None => Ok(()),
    }
}

fn wanted(description: &SourceDescription, table: &str) -> Result<Wanted, Error> {
    let described = description.tables.iter().find(|described| described.name == table);
    let Some(described) = described else {
        return Err(Error::invalid("unknown_table", format!("the source describes no table `{table}`")));
    };
    let columns = described.columns.iter().map(|column| column.name.to_owned()).collect();
    Ok(Wanted { table: table.to_owned(), columns })
}

fn column(text: &str) -> Column {
    let (name, kind) = text.trim().split_once(' ').unwrap_or((text.trim(), "text"));
    Column { name: name.to_owned(), kind: kind.trim().to_owned() }
}

#[track_caller]
fn checked(table: &str, columns: &[Column], row: &[Value]) -> Vec<Value> {
    assert_eq!(row.len(), columns.len(), "a row of `{table}` has not as many values as there are columns: {row:?}");
    let cells = columns.iter().zip(row);
    let fitted = cells.map(|(column, value)| {
        let cell = fitted(&column.kind, value);
        assert!(cell.is_some(), "`{table}.{}` is `{}`, and {value:?} is not", column.name, column.kind);
        cell.unwrap_or(Value::Null)
    });
    fitted.collect()
}

/// What stands in for the host natively.
#[derive(Debug, Clone)]
pub(crate) struct Host {
    state: Rc<RefCell<State>>,
}

impl Host {
    pub(crate) fn sql(&self, text: &str, parameters: &[(&str, Value)]) -> Result<Cursor, Error> {
        let mut state = self.state.borrow_mut();
        state.queries.push(text.to_owned());
        if let Some(name) = placeholders(text).find(|name| !parameters.iter().any(|(given, _)| given == name)) {
            return Err(Error::invalid("unknown_parameter", format!("the query has no value for `${name}`")));
        }
        let table = first_table(text)
            .ok_or_else(|| Error::invalid("syntax", "the query has no FROM, by which the fake host finds its rows"))?;
        match state.tables.get(table) {
            Some(Ok(given)) => Ok(cursor(given, text)),
            Some(Err(error)) => Err(error.clone()),
            None => {
                let message = format!("the table `{table}` is not granted: give the fake host its rows");
                Err(Error::Denied { message, code: "table_not_granted".to_owned() })
            }
        }
    }

    pub(crate) fn typed(&self, json: &str) -> Result<Cursor, Error> {
        let query: serde_json::Value =
            serde_json::from_str(json).map_err(|error| Error::invalid("json", format!("no JSON: {error}")))?;
        let table = query["from"].as_str().unwrap_or_default();
        let columns: Vec<_> = query["select"].as_array().into_iter().flatten().filter_map(|c| c.as_str()).collect();
        self.sql(&format!("SELECT {} FROM {table}", columns.join(", ")), &[])
    }

    pub(crate) fn today(&self) -> String {
        self.state.borrow().day.clone()
    }

    pub(crate) fn log(&self, level: Level, message: &str) {
        self.state.borrow_mut().logs.push((level, message.to_owned()));
    }

    pub(crate) fn progress(&self, _done: u32, _total: u32, _message: &str) {}

    pub(crate) fn send(&self, request: &Request) -> Result<Response, Error> {
        let mut state = self.state.borrow_mut();
        state.requests.push(request.clone());
        if let Some(credential) = request.credentials.iter().find(|c| !state.secrets.contains(&c.secret)) {
            let message = format!("the secret `{}` is not granted", credential.secret);
            return Err(Error::Denied { message, code: "secret_not_granted".to_owned() });
        }
        let key = (request.method.clone(), request.url.clone());
        state.http.get(&key).cloned().unwrap_or_else(|| {
            let message = format!("`{} {}` is not granted", request.method, request.url);
            Err(Error::Denied { message, code: "host_not_granted".to_owned() })
        })
    }

    pub(crate) fn has_secret(&self, name: &str) -> bool {
        self.state.borrow().secrets.contains(name)
    }

    pub(crate) fn inputs(&self) -> Vec<Input> {
        let state = self.state.borrow();
        let inputs = (0..).zip(&state.inputs).map(|(at, file)| {
            Input::new(self.clone(), at, file.name.clone(), file.file_name.clone(), file.bytes.len() as u64)
        });
        inputs.collect()
    }

    pub(crate) fn open_input(&self, at: u32) -> Result<Reader, Error> {
        let state = self.state.borrow();
        let file = state.inputs.get(at as usize).cloned();
        let none = || Error::Denied { message: format!("no input {at}"), code: "input_not_granted".to_owned() };
        Ok(Reader { host: self.clone(), file: file.ok_or_else(none)?, at: 0 })
    }

    pub(crate) fn emit(&self, findings: Vec<Finding>) -> Result<(), Error> {
        let mut state = self.state.borrow_mut();
        for finding in findings {
            if let Some(most) = state.most_findings.filter(|most| state.findings.len() >= *most) {
                let message = format!("no more than {most} findings are taken");
                return Err(Error::Limit { message, name: "findings".to_owned(), value: most as u64 });
            }
            if state.findings.iter().any(|other| other.uid == finding.uid) {
                let message = format!("two findings are called `{}`: tell them apart with `part`", finding.uid);
                return Err(Error::invalid("duplicate_finding", message));
            }
            let mut names = BTreeSet::new();
            if let Some(twice) = finding.evidence.iter().find(|fact| !names.insert(fact.name.as_str())) {
                let message = format!("the finding `{}` has two facts `{}`", finding.uid, twice.name);
                return Err(Error::invalid("bad_finding", message));
            }
            state.findings.push(finding);
        }
        Ok(())
    }

    pub(crate) fn rule_gap(&self, gap: RuleGap) {
        self.state.borrow_mut().rule_gaps.push(gap);
    }

    #[expect(clippy::unnecessary_wraps, reason = "a real host may refuse")]
    pub(crate) fn emit_rows(&self, table: &str, columns: &[String], page: &Page) -> Result<(), Error> {
        let mut state = self.state.borrow_mut();
        let rows = state.rows.entry(table.to_owned()).or_default();
        for at in 0..page.rows {
            let cells = columns.iter().zip(&page.columns).map(|(name, values)| (name.clone(), cell(values, at)));
            rows.push(cells.filter(|(_, value)| *value != Value::Null).collect());
        }
        Ok(())
    }

    pub(crate) fn table_gap(&self, gap: TableGap) {
        self.state.borrow_mut().table_gaps.push(gap);
    }
}

fn cell(values: &Values, at: usize) -> Value {
    match values {
        Values::Booleans(values) => values[at].into(),
        Values::Integers(values) => values[at].into(),
        Values::Reals(values) => values[at].into(),
        Values::Texts(values) => values[at].clone().into(),
    }
}

/// The words of SQL: names, numbers, and `$name`.
fn words(sql: &str) -> impl Iterator<Item = &str> {
    sql.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$')).filter(|word| !word.is_empty())
}

fn placeholders(sql: &str) -> impl Iterator<Item = &str> {
    words(sql).filter_map(|word| word.strip_prefix('$')).filter(|name| !name.starts_with(|c: char| c.is_ascii_digit()))
}

fn first_table(sql: &str) -> Option<&str> {
    let mut words = words(sql);
    words.find(|word| word.eq_ignore_ascii_case("from"))?;
    words.next()
}

fn cursor(given: &Given, sql: &str) -> Cursor {
    let named: BTreeSet<_> = words(sql).collect();
    let takes_all = sql.contains('*');
    let chosen: Vec<_> =
        given.columns.iter().enumerate().filter(|(_, c)| takes_all || named.contains(c.name.as_str())).collect();
    let columns = chosen.iter().map(|(_, column)| (*column).clone()).collect();
    // Two rows a page, so that every test with more goes over the end of one.
    let pages = given.rows.chunks(2).map(|rows| {
        let columns = chosen.iter().map(|(at, column)| {
            let mut values = empty(&column.kind);
            rows.iter().for_each(|row| push(&mut values, row[*at].clone()));
            values
        });
        Page { rows: rows.len(), columns: columns.collect() }
    });
    let mut pages: Vec<_> = pages.collect();
    pages.reverse();
    Cursor { columns, pages }
}

/// What a query gave, with its next page last.
#[derive(Debug)]
pub(crate) struct Cursor {
    columns: Vec<Column>,
    pages: Vec<Page>,
}

impl Cursor {
    pub(crate) fn columns(&self) -> Vec<Column> {
        self.columns.clone()
    }

    #[expect(clippy::unnecessary_wraps, reason = "a real host may fail half-way")]
    pub(crate) fn next(&mut self, _most: u32) -> Result<Option<Page>, Error> {
        Ok(self.pages.pop())
    }
}

/// A file that is being read.
#[derive(Debug)]
pub(crate) struct Reader {
    host: Host,
    file: File,
    at: usize,
}

impl Reader {
    pub(crate) fn next(&mut self, most: u32) -> Result<Option<Vec<u8>>, Error> {
        /// Little and odd, so that every test with more than a few lines has one that lies across.
        const AT_ONCE: usize = 61;
        let rest = &self.file.bytes[self.at..];
        if rest.is_empty() {
            return self.file.error.clone().map_or(Ok(None), Err);
        }
        let next = rest[..rest.len().min(AT_ONCE).min(most as usize)].to_vec();
        self.at += next.len();
        self.host.state.borrow_mut().input_bytes_read += next.len() as u64;
        Ok(Some(next))
    }
}
