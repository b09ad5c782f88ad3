//! The host as it is in WebAssembly: every call is one of the contract's imports, and nothing is kept here.

use crate::bindings::nephoscope::guest as contract;
use crate::bindings::nephoscope::guest::query::Value as Given;
use crate::bindings::{scanner, source};
use crate::error::Error;
use crate::finding::{Finding, RuleGap, Scope};
use crate::host::Level;
use crate::http::{Request, Response};
use crate::input::Input;
use crate::rows::{Column, Page, Values};
use crate::source::TableGap;
use crate::value::{Fact, Value};
use contract::{clock, http, inputs, log, plugins, progress, query, secrets};
use scanner::nephoscope::guest::findings;
use source::nephoscope::guest::tables;

#[derive(Debug, Clone)]
pub(crate) struct Host;

impl Host {
    pub(crate) fn sql(&self, text: &str, parameters: &[(&str, Value)]) -> Result<Cursor, Error> {
        let parameter =
            |(name, value): &(&str, Value)| query::Parameter { name: (*name).to_owned(), value: given(value) };
        let parameters: Vec<_> = parameters.iter().map(parameter).collect();
        Ok(Cursor(query::sql(text, &parameters).map_err(failed)?))
    }

    pub(crate) fn typed(&self, json: &str) -> Result<Cursor, Error> {
        Ok(Cursor(query::typed(json).map_err(failed)?))
    }

    pub(crate) fn today(&self) -> String {
        clock::today()
    }

    pub(crate) fn log(&self, level: Level, message: &str) {
        let level = match level {
            Level::Debug => log::Level::Debug,
            Level::Info => log::Level::Info,
            Level::Warn => log::Level::Warn,
            Level::Error => log::Level::Error,
        };
        log::write(level, message);
    }

    pub(crate) fn progress(&self, done: u32, total: u32, message: &str) {
        progress::report(done, total, message);
    }

    pub(crate) fn send(&self, request: &Request) -> Result<Response, Error> {
        let header = |(name, value): &(String, String)| http::Header { name: name.clone(), value: value.clone() };
        let asked = http::Request {
            method: request.method.clone(),
            url: request.url.clone(),
            headers: request.headers.iter().map(header).collect(),
            credentials: request.credentials.iter().map(credential).collect(),
            body: request.body.clone(),
            timeout_ms: request.timeout.map(|timeout| u32::try_from(timeout.as_millis()).unwrap_or(u32::MAX)),
            details: Vec::new(),
        };
        let response = http::send(&asked).map_err(|error| match error {
            http::Error::Denied(why) => Error::Denied { message: why.message, code: why.code },
            http::Error::Invalid(why) => Error::Invalid { message: why.message, code: why.code },
            http::Error::Limit(why) => Error::Limit { message: why.message, name: why.name, value: why.value },
            http::Error::Upstream(why) => Error::Upstream { message: why.message, code: why.code },
        })?;
        let headers = response.headers.into_iter().map(|header| (header.name, header.value)).collect();
        Ok(Response { status: response.status, headers, body: response.body })
    }

    pub(crate) fn has_secret(&self, name: &str) -> bool {
        secrets::available(name)
    }

    pub(crate) fn inputs(&self) -> Vec<Input> {
        let input = |(at, input): (u32, inputs::Input)| Input::new(Self, at, input.name, input.file_name, input.bytes);
        (0..).zip(inputs::available()).map(input).collect()
    }

    pub(crate) fn open_input(&self, at: u32) -> Result<Reader, Error> {
        Ok(Reader(inputs::open(at).map_err(failed)?))
    }

    pub(crate) fn emit(&self, found: Vec<Finding>) -> Result<(), Error> {
        let found: Vec<_> = found.into_iter().map(finding).collect();
        findings::emit(&found).map_err(failed)
    }

    pub(crate) fn rule_gap(&self, gap: RuleGap) {
        let RuleGap { rule, scope, code, message } = gap;
        findings::report_gap(&findings::Gap { rule, scope: scope.map(place), code, message, details: Vec::new() });
    }

    pub(crate) fn emit_rows(&self, table: &str, columns: &[String], page: &Page) -> Result<(), Error> {
        let values = page.columns.iter().map(|values| match values {
            Values::Booleans(values) => query::Values::Booleans(values.clone()),
            Values::Integers(values) => query::Values::Integers(values.clone()),
            Values::Reals(values) => query::Values::Reals(values.clone()),
            Values::Texts(values) => query::Values::Texts(values.clone()),
        });
        let page = query::Page { rows: page.rows as u32, columns: values.collect() };
        tables::emit_rows(table, columns, &page).map_err(failed)
    }

    pub(crate) fn table_gap(&self, gap: TableGap) {
        let TableGap { table, scope, columns, code, message } = gap;
        let scope = scope.map(place);
        tables::report_gap(&tables::Gap { table, scope, columns, code, message, details: Vec::new() });
    }
}

/// A result that is being read.
pub(crate) struct Cursor(query::Cursor);

impl Cursor {
    pub(crate) fn columns(&self) -> Vec<Column> {
        self.0.columns().into_iter().map(|column| Column { name: column.name, kind: column.type_ }).collect()
    }

    pub(crate) fn next(&mut self, most: u32) -> Result<Option<Page>, Error> {
        let Some(page) = self.0.next(most).map_err(failed)? else { return Ok(None) };
        let columns = page.columns.into_iter().map(|values| match values {
            query::Values::Booleans(values) => Values::Booleans(values),
            query::Values::Integers(values) => Values::Integers(values),
            query::Values::Reals(values) => Values::Reals(values),
            query::Values::Texts(values) => Values::Texts(values),
        });
        Ok(Some(Page { rows: page.rows as usize, columns: columns.collect() }))
    }
}

/// A file that is being read.
#[derive(Debug)]
pub(crate) struct Reader(inputs::Reader);

impl Reader {
    pub(crate) fn next(&mut self, most: u32) -> Result<Option<Vec<u8>>, Error> {
        self.0.next(most).map_err(failed)
    }
}

pub(crate) fn given(value: &Value) -> Given {
    match value {
        Value::Null => Given::Null,
        Value::Boolean(value) => Given::Boolean(*value),
        Value::Integer(value) => Given::Integer(*value),
        Value::Real(value) => Given::Real(*value),
        Value::Text(value) => Given::Text(value.clone()),
    }
}

pub(crate) fn taken(parameters: Vec<query::Parameter>) -> Vec<(String, Value)> {
    let value = |value| match value {
        Given::Null => Value::Null,
        Given::Boolean(value) => Value::Boolean(value),
        Given::Integer(value) => Value::Integer(value),
        Given::Real(value) => Value::Real(value),
        Given::Text(value) => Value::Text(value),
    };
    parameters.into_iter().map(|parameter| (parameter.name, value(parameter.value))).collect()
}

fn failed(error: query::Error) -> Error {
    match error {
        query::Error::Denied(why) => Error::Denied { message: why.message, code: why.code },
        query::Error::Invalid(why) => Error::Invalid { message: why.message, code: why.code },
        query::Error::Throttled(why) => {
            Error::Throttled { message: why.message, retry_after_seconds: why.retry_after_seconds }
        }
        query::Error::Limit(why) => Error::Limit { message: why.message, name: why.name, value: why.value },
        query::Error::Upstream(why) => Error::Upstream { message: why.message, code: why.code },
    }
}

/// An error as the contract tells it at the end of a run.
pub(crate) fn failure(error: &Error) -> plugins::Failure {
    let fact = match error {
        Error::Throttled { retry_after_seconds: Some(seconds), .. } => {
            Some(Fact { name: "retry_after_seconds".to_owned(), value: (*seconds).into() })
        }
        Error::Column { column, .. } => Some(Fact { name: "column".to_owned(), value: column.as_str().into() }),
        _ => None,
    };
    let details = fact.map(bagged).into_iter().collect();
    plugins::Failure { code: error.code().to_owned(), message: error.to_string(), details }
}

fn bagged(fact: Fact) -> plugins::Fact {
    plugins::Fact { value: given(&fact.value), name: fact.name }
}

pub(crate) fn place(scope: Scope) -> plugins::Scope {
    plugins::Scope { provider: scope.provider, account_id: scope.account_id, region: scope.region }
}

fn credential(credential: &crate::http::Credential) -> http::Credential {
    let crate::http::Credential { header, prefix, secret } = credential.clone();
    http::Credential { header, prefix, secret_name: secret }
}

fn finding(finding: Finding) -> findings::Finding {
    let resource = finding.resource;
    let saving = finding
        .monthly_saving
        .map(|saving| findings::Saving { amount: saving.amount.to_string(), currency: saving.currency });
    findings::Finding {
        uid: finding.uid,
        class: finding.class.code().to_owned(),
        title: finding.title,
        severity: finding.severity.code().to_owned(),
        status: "new".to_owned(),
        rule: finding.rule,
        resource: findings::Resource {
            resource_id: resource.resource_id,
            kind: resource.kind,
            name: resource.name,
            provider: resource.provider,
            account_id: resource.account_id,
            region: resource.region,
        },
        evidence: finding.evidence.into_iter().map(bagged).collect(),
        remediation: finding.remediation,
        monthly_saving: saving,
        details: finding.details.into_iter().map(bagged).collect(),
    }
}
