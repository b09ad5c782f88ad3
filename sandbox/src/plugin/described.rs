//! What a plugin says of itself, held to bounds and turned into types that cannot be wrong.

use crate::bindings::nephoscope::guest::query::Value as Given;
use crate::bindings::plugin::nephoscope::guest::plugins as wit;
use crate::plugin::contract;
use ::engine::params::Param;
use rust_decimal::Decimal;
use schema::ColumnType;
use schema::finding::Severity;
use serde::Serialize;
use std::collections::HashSet;

/// The version of the contract that this host has.
pub const CONTRACT: &str = "0.1.0";

/// The most rules, parameters, tables, and columns of a table, that a plugin may have; a catalogue of controls has some
/// hundreds.
const MOST: usize = 1_000;
/// The most bytes of one of its texts.
const TEXT: usize = 2_000;

/// What a plugin is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Described {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The version of the contract that it was built against.
    pub contract: String,
    /// What it does, in a sentence.
    pub summary: String,
    /// The provider that its rows are of; none for a scanner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// What an operator may set.
    pub parameters: Vec<Parameter>,
    /// What it holds resources to; none for a source.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Rule>,
    /// What it fills; none for a scanner.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tables: Vec<Filled>,
}

/// Something that an operator may set.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// `bool`, `int`, `float`, `decimal` or `text`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// What holds where nobody sets it, as text.
    pub default: String,
    /// `days`, `percent`, …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// What it changes.
    pub meaning: String,
}

/// A rule.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Rule {
    /// Its id.
    pub id: String,
    /// What its findings are called.
    pub title: String,
    /// How bad they are, as a rule.
    pub severity: Severity,
    /// Why it matters.
    pub why: String,
    /// The table or column without which it cannot be decided yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<String>,
    /// Where it is from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
}

/// A table that a source fills.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Filled {
    /// Its name.
    pub name: String,
    /// What one row is.
    pub meaning: String,
    /// The columns that it can fill.
    pub columns: Vec<FilledColumn>,
}

/// One column of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FilledColumn {
    /// Its name.
    pub name: String,
    /// What its values are.
    #[serde(rename = "type")]
    pub ty: ColumnType,
    /// `GiB`, …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// What it means.
    pub meaning: String,
    /// Whether it takes calls of its own, and is asked for only where a query names it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub takes_calls: bool,
}

impl Described {
    /// Values for its parameters, from texts that somebody typed. An unknown name, and a value of another type, is a
    /// sentence that names it.
    pub fn params(&self, typed: &[(String, String)]) -> Result<Vec<(String, Param)>, String> {
        typed.iter().map(|(name, text)| self.param(name, text).map(|value| (name.clone(), value))).collect()
    }

    fn param(&self, name: &str, text: &str) -> Result<Param, String> {
        let Some(known) = self.parameters.iter().find(|known| known.name == name) else {
            let names: Vec<_> = self.parameters.iter().map(|known| format!("`{}`", known.name)).collect();
            let has = if names.is_empty() { "it has none".to_owned() } else { format!("it has {}", names.join(", ")) };
            return Err(format!("the plugin `{}` has no parameter `{name}`; {has}", self.name));
        };
        let value = match known.kind {
            "bool" => text.parse().ok().map(Param::Bool),
            "int" => text.parse().ok().map(Param::Int),
            "float" => text.parse().ok().filter(|number: &f64| number.is_finite()).map(Param::Float),
            "decimal" => text.parse::<Decimal>().ok().map(|_| Param::Text(text.to_owned())),
            _ => Some(Param::Text(text.to_owned())),
        };
        value.ok_or_else(|| format!("`{name}` of the plugin `{}` takes `{}`, not `{text}`", self.name, known.kind))
    }
}

/// What both worlds say.
pub(crate) struct Head {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) contract: String,
    pub(crate) summary: String,
    pub(crate) parameters: Vec<wit::ParameterDescription>,
    pub(crate) details: Vec<wit::Fact>,
}

pub(crate) fn described(
    head: Head,
    rules: Vec<wit::Rule>,
    tables: Vec<wit::TableDescription>,
) -> Result<Described, String> {
    if !contract::fits(&head.contract) {
        return Err(contract::why_not(&head.contract));
    }
    few("parameters", head.parameters.len())?;
    few("rules", rules.len())?;
    few("tables", tables.len())?;
    let described = Described {
        name: word("name", head.name)?,
        version: text("version", head.version)?,
        contract: head.contract,
        summary: text("summary", head.summary)?,
        provider: provider(head.details)?,
        parameters: head.parameters.into_iter().map(parameter).collect::<Result<_, _>>()?,
        rules: rules.into_iter().map(rule).collect::<Result<_, _>>()?,
        tables: tables.into_iter().map(table).collect::<Result<_, _>>()?,
    };
    once("parameter", described.parameters.iter().map(|parameter| parameter.name.as_str()))?;
    once("rule", described.rules.iter().map(|rule| rule.id.as_str()))?;
    once("table", described.tables.iter().map(|table| table.name.as_str()))?;
    Ok(described)
}

/// The known fact `provider`.
fn provider(details: Vec<wit::Fact>) -> Result<Option<String>, String> {
    let value = details.into_iter().find(|fact| fact.name == "provider").map(|fact| fact.value);
    match value {
        Some(Given::Text(name)) => word("provider", name).map(Some),
        _ => Ok(None),
    }
}

fn parameter(said: wit::ParameterDescription) -> Result<Parameter, String> {
    let name = word("parameter's name", said.name)?;
    let kind = ["bool", "int", "float", "decimal", "text"].into_iter().find(|kind| *kind == said.type_);
    let kind =
        kind.ok_or_else(|| format!("the parameter `{name}` has the type {}, which is none", shown(&said.type_)))?;
    let (default, fits) = match said.default {
        Given::Null => (String::new(), true),
        Given::Boolean(value) => (value.to_string(), kind == "bool"),
        Given::Integer(value) => (value.to_string(), kind == "int"),
        Given::Real(value) => (value.to_string(), kind == "float" && value.is_finite()),
        Given::Text(value) if kind == "decimal" => (value.clone(), value.parse::<Decimal>().is_ok()),
        Given::Text(value) => (value, kind == "text"),
    };
    if !fits {
        return Err(format!("the default of the parameter `{name}` is no `{kind}`"));
    }
    let unit = said.unit.map(unit).transpose()?;
    Ok(Parameter { kind, default: text("default", default)?, unit, meaning: text("meaning", said.meaning)?, name })
}

fn rule(said: wit::Rule) -> Result<Rule, String> {
    let id = word("rule's id", said.id)?;
    let severity = Severity::named(&said.severity);
    let severity =
        severity.ok_or_else(|| format!("the rule `{id}` has the severity {}, which is none", shown(&said.severity)))?;
    let mut rule = Rule {
        id,
        title: text("title", said.title)?,
        severity,
        why: text("why", said.why)?,
        missing: None,
        origin: None,
    };
    for fact in said.details {
        match (fact.name.as_str(), fact.value) {
            ("missing", Given::Text(value)) => rule.missing = Some(text("missing", value)?),
            ("origin", Given::Text(value)) => rule.origin = Some(text("origin", value)?),
            _ => {}
        }
    }
    Ok(rule)
}

fn table(said: wit::TableDescription) -> Result<Filled, String> {
    let name = word("table's name", said.name)?;
    few("columns", said.columns.len())?;
    let columns: Vec<FilledColumn> =
        said.columns.into_iter().map(|said| column(&name, said)).collect::<Result<_, _>>()?;
    once("column", columns.iter().map(|column| column.name.as_str()))?;
    Ok(Filled { meaning: text("meaning", said.meaning)?, columns, name })
}

fn column(table: &str, said: wit::ColumnDescription) -> Result<FilledColumn, String> {
    let name = word("column's name", said.name)?;
    let ty = column_type(&said.type_)
        .ok_or_else(|| format!("`{table}.{name}` has the type {}, which is none", shown(&said.type_)))?;
    if let Some(known) =
        schema::tables::find(table).and_then(|known| known.column(&name)).filter(|known| known.ty != ty)
    {
        return Err(format!("`{table}.{name}` is `{}`, and the plugin fills it with `{}`", known.ty.name(), ty.name()));
    }
    let unit = said.unit.map(unit).transpose()?;
    let takes_calls =
        said.details.iter().any(|fact| fact.name == "takes_calls" && matches!(fact.value, Given::Boolean(true)));
    Ok(FilledColumn { takes_calls, ty, unit, meaning: text("meaning", said.meaning)?, name })
}

fn column_type(word: &str) -> Option<ColumnType> {
    use ColumnType::{Bool, Decimal, Float, Int, Json, List, Map, Text, Time};
    [Bool, Int, Float, Decimal, Text, Time, Map, List, Json].into_iter().find(|ty| ty.name() == word)
}

/// A name that people type and that files and tables are called.
fn word(what: &str, word: String) -> Result<String, String> {
    let is_word = (1..=80).contains(&word.len())
        && word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    if is_word {
        return Ok(word);
    }
    Err(format!("the {what} {} is not one of letters, digits, `-`, `_` and `.`, 80 at most", shown(&word)))
}

fn text(what: &str, text: String) -> Result<String, String> {
    if text.len() > TEXT || text.chars().any(|c| c.is_control() && c != '\n') {
        return Err(format!("the {what} {} is longer than {TEXT} bytes, or has control characters", shown(&text)));
    }
    Ok(text)
}

/// A word beside a number. A line break in it would begin a line of its author's choosing.
fn unit(unit: String) -> Result<String, String> {
    let is_word = (1..=40).contains(&unit.chars().count()) && !unit.chars().any(char::is_control);
    if is_word { Ok(unit) } else { Err(format!("the unit {} is not 1 to 40 characters on one line", shown(&unit))) }
}

fn few(what: &str, count: usize) -> Result<(), String> {
    if count > MOST { Err(format!("the plugin has {count} {what}, and {MOST} are the most")) } else { Ok(()) }
}

fn once<'a>(what: &str, names: impl Iterator<Item = &'a str>) -> Result<(), String> {
    let mut seen = HashSet::new();
    let mut names = names;
    match names.find(|name| !seen.insert(*name)) {
        Some(twice) => Err(format!("the plugin has two {what}s `{twice}`")),
        None => Ok(()),
    }
}

/// A plugin's word in a message: short, and without what could fool a terminal.
fn shown(word: &str) -> String {
    format!("{:?}", word.chars().take(60).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_is_a_word_beside_a_number_and_no_second_line() {
        assert_eq!(unit("vCPUs".to_owned()), Ok("vCPUs".to_owned()));
        for forged in ["days: x\n\nIt is granted\n  nothing", "", &"x".repeat(41), "a\u{1b}[2J"] {
            assert!(unit(forged.to_owned()).unwrap_err().contains("on one line"), "{forged}");
        }
    }
}
