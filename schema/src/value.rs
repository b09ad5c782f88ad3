//! One value of one cell, as adapters hand it over.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

use crate::State;

/// One cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Not there, or not known. Never stands for zero.
    Null,
    /// For [`crate::ColumnType::Bool`].
    Bool(bool),
    /// For [`crate::ColumnType::Int`].
    Int(i64),
    /// For [`crate::ColumnType::Float`].
    Float(f64),
    /// For [`crate::ColumnType::Decimal`].
    Decimal(Decimal),
    /// For [`crate::ColumnType::Text`].
    Text(String),
    /// For [`crate::ColumnType::Time`].
    Time(DateTime<Utc>),
    /// For [`crate::ColumnType::Map`].
    Map(BTreeMap<String, String>),
    /// For [`crate::ColumnType::List`].
    List(Vec<String>),
    /// For [`crate::ColumnType::Json`].
    Json(serde_json::Value),
}

impl Value {
    /// Whether it is [`Value::Null`].
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }
}

macro_rules! from {
    ($($ty:ty => $make:expr),* $(,)?) => {$(
        impl From<$ty> for Value {
            fn from(value: $ty) -> Self {
                ($make)(value)
            }
        }
    )*};
}

from! {
    bool => Self::Bool,
    i64 => Self::Int,
    i32 => |v: i32| Self::Int(v.into()),
    u32 => |v: u32| Self::Int(v.into()),
    f64 => Self::Float,
    Decimal => Self::Decimal,
    String => Self::Text,
    &str => |v: &str| Self::Text(v.to_owned()),
    DateTime<Utc> => Self::Time,
    BTreeMap<String, String> => Self::Map,
    Vec<String> => Self::List,
    serde_json::Value => Self::Json,
    State => |v: State| Self::Text(v.as_str().to_owned()),
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
