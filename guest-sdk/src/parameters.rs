//! What the operator set, with the defaults for all that was left.

use crate::describe::Parameter;
use crate::error::Error;
use crate::value::Value;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// The parameters of a run: every one that was described has a value of its own type.
#[derive(Debug, Clone)]
pub struct Parameters {
    values: BTreeMap<&'static str, Value>,
}

impl Parameters {
    /// Holds what was given to what was described.
    pub(crate) fn new(described: &[Parameter], given: Vec<(String, Value)>) -> Result<Self, Error> {
        let mut values: BTreeMap<_, _> = described.iter().map(|p| (p.name, Value::from(p.default))).collect();
        for (name, value) in given {
            let Some(parameter) = described.iter().find(|p| p.name == name) else {
                let names: Vec<_> = described.iter().map(|p| p.name).collect();
                let message = format!("there is no parameter `{name}`; there are {}", names.join(", "));
                return Err(Error::invalid("unknown_parameter", message));
            };
            values.insert(parameter.name, fitted(parameter, value)?);
        }
        Ok(Self { values })
    }

    /// Yes or no.
    pub fn boolean(&self, name: &str) -> Result<bool, Error> {
        match self.get(name)? {
            Value::Boolean(value) => Ok(*value),
            _ => Err(is_other(name, "bool")),
        }
    }

    /// A whole number, in the parameter's own unit.
    pub fn integer(&self, name: &str) -> Result<i64, Error> {
        match self.get(name)? {
            Value::Integer(value) => Ok(*value),
            _ => Err(is_other(name, "int")),
        }
    }

    /// A measured number, in the parameter's own unit. A whole one will do.
    pub fn real(&self, name: &str) -> Result<f64, Error> {
        match self.get(name)? {
            Value::Real(value) => Ok(*value),
            Value::Integer(value) => Ok(*value as f64),
            _ => Err(is_other(name, "float")),
        }
    }

    /// Money.
    pub fn decimal(&self, name: &str) -> Result<Decimal, Error> {
        self.text(name)?.parse().map_err(|_| is_other(name, "decimal"))
    }

    /// A text.
    pub fn text(&self, name: &str) -> Result<&str, Error> {
        match self.get(name)? {
            Value::Text(value) => Ok(value),
            _ => Err(is_other(name, "text")),
        }
    }

    /// A text with commas, as a list: trimmed, without what is empty.
    pub fn list(&self, name: &str) -> Result<Vec<&str>, Error> {
        Ok(self.text(name)?.split(',').map(str::trim).filter(|item| !item.is_empty()).collect())
    }

    fn get(&self, name: &str) -> Result<&Value, Error> {
        self.values.get(name).ok_or_else(|| Error::Failed(format!("the plugin describes no parameter `{name}`")))
    }
}

/// The value, as the parameter's type has it.
fn fitted(parameter: &Parameter, value: Value) -> Result<Value, Error> {
    let kind = parameter.default.kind();
    let fits = match (&value, kind) {
        (Value::Boolean(_), "bool") | (Value::Integer(_), "int" | "float") | (Value::Text(_), "text") => true,
        (Value::Real(number), "float") => number.is_finite(),
        (Value::Text(text), "decimal") => text.parse::<Decimal>().is_ok(),
        (Value::Integer(number), "decimal") => return Ok(Value::Text(number.to_string())),
        _ => false,
    };
    if fits {
        return Ok(value);
    }
    Err(Error::invalid("parameter_type", format!("the parameter `{}` takes a value of type `{kind}`", parameter.name)))
}

fn is_other(name: &str, kind: &str) -> Error {
    Error::Failed(format!("the plugin reads its parameter `{name}` as `{kind}`, which it is not"))
}
