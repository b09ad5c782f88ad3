//! From the contract's exports to a plugin's trait: what `register!` fills in.

use crate::bindings::nephoscope::guest::{plugins, query};
use crate::bindings::{scanner, source};
use crate::describe::{Parameter, Rule, Table};
use crate::finding::Scope;
use crate::host::Host;
use crate::scanner::Scanner;
use crate::source::{Source, Wanted};
use crate::value::Value;
use crate::wasm;
use scanner::exports::nephoscope::guest::scanners;
use source::exports::nephoscope::guest::sources;

/// The contract that this crate is made from.
const CONTRACT: &str = "0.1.0";

pub fn describe_scanner<S: Scanner>() -> scanners::Description {
    let description = S::describe();
    scanners::Description {
        name: description.name.to_owned(),
        version: description.version.to_owned(),
        contract: CONTRACT.to_owned(),
        summary: description.summary.to_owned(),
        parameters: description.parameters.iter().map(parameter).collect(),
        rules: description.rules.iter().map(rule).collect(),
        details: Vec::new(),
    }
}

pub fn scan<S: Scanner>(parameters: Vec<query::Parameter>) -> Result<(), plugins::Failure> {
    let host = Host { inner: wasm::Host };
    crate::scanner::run::<S>(&host, wasm::taken(parameters)).map_err(|error| wasm::failure(&error))
}

pub fn describe_source<S: Source>() -> sources::Description {
    let description = S::describe();
    sources::Description {
        name: description.name.to_owned(),
        version: description.version.to_owned(),
        contract: CONTRACT.to_owned(),
        summary: description.summary.to_owned(),
        parameters: description.parameters.iter().map(parameter).collect(),
        tables: description.tables.iter().map(|one| table(one, S::costly())).collect(),
        details: Vec::new(),
    }
}

pub fn scopes<S: Source>(parameters: Vec<query::Parameter>) -> Result<Vec<plugins::Scope>, plugins::Failure> {
    let host = Host { inner: wasm::Host };
    match crate::source::scopes::<S>(&host, wasm::taken(parameters)) {
        Ok(scopes) => Ok(scopes.into_iter().map(wasm::place).collect()),
        Err(error) => Err(wasm::failure(&error)),
    }
}

pub fn fetch<S: Source>(request: sources::Request) -> Result<(), plugins::Failure> {
    let host = Host { inner: wasm::Host };
    let wanted = |wanted: sources::Wanted| Wanted { table: wanted.table, columns: wanted.columns };
    let scope =
        |scope: plugins::Scope| Scope { provider: scope.provider, account_id: scope.account_id, region: scope.region };
    let tables = request.tables.into_iter().map(wanted).collect();
    let scopes = request.scopes.into_iter().map(scope).collect();
    crate::source::run::<S>(&host, tables, scopes, wasm::taken(request.parameters))
        .map_err(|error| wasm::failure(&error))
}

fn parameter(parameter: &Parameter) -> plugins::ParameterDescription {
    plugins::ParameterDescription {
        name: parameter.name.to_owned(),
        type_: parameter.default.kind().to_owned(),
        default: wasm::given(&Value::from(parameter.default)),
        unit: parameter.unit.map(str::to_owned),
        meaning: parameter.meaning.to_owned(),
        details: Vec::new(),
    }
}

fn rule(rule: &Rule) -> plugins::Rule {
    let facts = [("missing", rule.missing), ("origin", rule.origin)];
    let facts = facts.into_iter().filter_map(|(name, value)| {
        let value = query::Value::Text(value?.to_owned());
        Some(plugins::Fact { name: name.to_owned(), value })
    });
    plugins::Rule {
        id: rule.id.to_owned(),
        title: rule.title.to_owned(),
        severity: rule.severity.code().to_owned(),
        why: rule.why.to_owned(),
        details: facts.collect(),
    }
}

fn table(table: &Table, costly: &[(&str, &str)]) -> plugins::TableDescription {
    let takes_calls = |column| {
        let fact = plugins::Fact { name: "takes_calls".to_owned(), value: query::Value::Boolean(true) };
        costly.contains(&(table.name, column)).then_some(fact).into_iter().collect()
    };
    let columns = table.columns.iter().map(|column| plugins::ColumnDescription {
        name: column.name.to_owned(),
        type_: column.kind.to_owned(),
        unit: column.unit.map(str::to_owned),
        meaning: column.meaning.to_owned(),
        details: takes_calls(column.name),
    });
    plugins::TableDescription {
        name: table.name.to_owned(),
        meaning: table.meaning.to_owned(),
        columns: columns.collect(),
        details: Vec::new(),
    }
}
