//! Values that go to the host: parameters of a query, evidence, cells of a row.

use crate::time::Time;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// A value. Decimals and times are texts: digits, and ISO 8601 in UTC with `Z`; maps and lists are JSON.
///
/// ```
/// use guest_sdk::{Decimal, Value};
/// assert_eq!(Value::from(Decimal::new(13250, 2)), Value::Text("132.50".to_owned()));
/// assert_eq!(Value::from(None::<i64>), Value::Null);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing is known.
    Null,
    /// A truth value.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A measured number, never money.
    Real(f64),
    /// Text, and all that is written as text.
    Text(String),
}

impl Value {
    /// A map, as JSON: what a column of the type `map` holds.
    pub fn map(map: &BTreeMap<String, String>) -> Self {
        Self::Text(serde_json::json!(map).to_string())
    }

    /// A list, as JSON: what a column of the type `list` holds.
    pub fn list<T: AsRef<str>>(items: impl IntoIterator<Item = T>) -> Self {
        let items: Vec<_> = items.into_iter().map(|item| item.as_ref().to_owned()).collect();
        Self::Text(serde_json::json!(items).to_string())
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Boolean(value)
    }
}

impl From<i32> for Value {
    fn from(value: i32) -> Self {
        Self::Integer(value.into())
    }
}

impl From<u32> for Value {
    fn from(value: u32) -> Self {
        Self::Integer(value.into())
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Self::Real(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl From<Decimal> for Value {
    fn from(value: Decimal) -> Self {
        Self::Text(value.to_string())
    }
}

impl From<Time> for Value {
    fn from(value: Time) -> Self {
        Self::Text(value.to_string())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// A name and a value.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// The name: a column's, as a rule.
    pub name: String,
    /// The value.
    pub value: Value,
}
