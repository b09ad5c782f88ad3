//! The rows of a query, one after the other, with a view of each by the names of its columns.

use crate::error::Error;
use crate::inner;
use crate::time::Time;
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::rc::Rc;

/// How many rows are asked for at once. Fewer may come.
const AT_ONCE: u32 = 4096;

/// A column of a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// `bool`, `int`, `float`, `decimal`, `text`, `time`, `map`, `list` or `json`; a later host may have more.
    pub kind: String,
}

/// The values of one column in one page.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Values {
    Booleans(Vec<Option<bool>>),
    Integers(Vec<Option<i64>>),
    Reals(Vec<Option<f64>>),
    Texts(Vec<Option<String>>),
}

/// Some rows, column by column.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Page {
    pub(crate) rows: usize,
    pub(crate) columns: Vec<Values>,
}

/// The rows of a query. They are all of one moment, and are fetched from the host page by page.
pub struct Rows {
    columns: Rc<[Column]>,
    cursor: inner::Cursor,
    page: Option<Rc<Page>>,
    at: usize,
    is_over: bool,
}

impl Rows {
    pub(crate) fn new(cursor: inner::Cursor) -> Self {
        let columns = cursor.columns().into();
        Self { columns, cursor, page: None, at: 0, is_over: false }
    }

    /// The columns, in order.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn read(&mut self) -> Result<Option<Row>, Error> {
        loop {
            if let Some(page) = self.page.as_ref().filter(|page| self.at < page.rows) {
                let row = Row { columns: Rc::clone(&self.columns), page: Rc::clone(page), at: self.at };
                self.at += 1;
                return Ok(Some(row));
            }
            let Some(page) = self.cursor.next(AT_ONCE)? else { return Ok(None) };
            self.page = Some(Rc::new(page));
            self.at = 0;
        }
    }
}

impl Iterator for Rows {
    type Item = Result<Row, Error>;

    /// The next row. After an error there is no other: the rows before it are not all.
    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let row = self.read().transpose();
        self.is_over = !matches!(row, Some(Ok(_)));
        row
    }
}

/// One row. Its columns are read by name and type; what is not there, is null or is of another type is an error that
/// names the column. The `optional_` ones give `None` for null.
#[derive(Debug, Clone)]
pub struct Row {
    columns: Rc<[Column]>,
    page: Rc<Page>,
    at: usize,
}

macro_rules! typed {
    ($(#[$doc:meta])* $name:ident, $optional:ident, $case:ident, $type:ty, $word:literal) => {
        $(#[$doc])*
        pub fn $name(&self, column: &str) -> Result<$type, Error> {
            self.$optional(column)?.ok_or_else(|| is_null(column))
        }

        #[doc = concat!("As [`", stringify!($name), "`](Self::", stringify!($name), "); `None` for null.")]
        pub fn $optional(&self, column: &str) -> Result<Option<$type>, Error> {
            match self.values(column)? {
                Values::$case(values) => Ok(values.get(self.at).copied().flatten()),
                _ => Err(self.is_other(column, $word)),
            }
        }
    };
}

macro_rules! parsed {
    ($(#[$doc:meta])* $name:ident, $optional:ident, $type:ty, $read:expr) => {
        $(#[$doc])*
        pub fn $name(&self, column: &str) -> Result<$type, Error> {
            self.$optional(column)?.ok_or_else(|| is_null(column))
        }

        #[doc = concat!("As [`", stringify!($name), "`](Self::", stringify!($name), "); `None` for null.")]
        pub fn $optional(&self, column: &str) -> Result<Option<$type>, Error> {
            let read: fn(&str) -> Result<$type, String> = $read;
            let text = self.optional_text(column)?;
            text.map(|text| read(text).map_err(|message| Error::column(column, message))).transpose()
        }
    };
}

impl Row {
    /// A text, or whatever else is written as text.
    pub fn text(&self, column: &str) -> Result<&str, Error> {
        self.optional_text(column)?.ok_or_else(|| is_null(column))
    }

    /// As [`text`](Self::text); `None` for null.
    pub fn optional_text(&self, column: &str) -> Result<Option<&str>, Error> {
        match self.values(column)? {
            Values::Texts(values) => Ok(values.get(self.at).and_then(Option::as_deref)),
            _ => Err(self.is_other(column, "text")),
        }
    }

    typed!(
        /// A truth value.
        boolean, optional_boolean, Booleans, bool, "bool"
    );
    typed!(
        /// A whole number.
        integer, optional_integer, Integers, i64, "int"
    );
    typed!(
        /// A measured number. Never money: that is [`decimal`](Self::decimal).
        real, optional_real, Reals, f64, "float"
    );
    parsed!(
        /// Money and other exact numbers, in the column's own unit.
        decimal, optional_decimal, Decimal, |text| {
            text.parse().map_err(|_| format!("`{}` is no decimal", shown(text)))
        }
    );
    parsed!(
        /// A moment in UTC.
        time, optional_time, Time, |text| text.parse()
    );
    parsed!(
        /// A map of texts, such as `tags`.
        tags, optional_tags, BTreeMap<String, String>, tags_of
    );
    parsed!(
        /// A list of texts, such as `security_group_ids`.
        list, optional_list, Vec<String>, |text| {
            serde_json::from_str(text).map_err(|_| format!("`{}` is no list of texts", shown(text)))
        }
    );
    parsed!(
        /// A provider's own structure, such as `properties`.
        json, optional_json, serde_json::Value, |text| {
            serde_json::from_str(text).map_err(|_| format!("`{}` is no JSON", shown(text)))
        }
    );

    fn values(&self, column: &str) -> Result<&Values, Error> {
        let at = self.columns.iter().position(|c| c.name == column);
        at.and_then(|at| self.page.columns.get(at)).ok_or_else(|| {
            let names: Vec<_> = self.columns.iter().map(|c| c.name.as_str()).collect();
            Error::column(column, format!("the query does not give it; it gives {}", names.join(", ")))
        })
    }

    fn is_other(&self, column: &str, asked: &str) -> Error {
        let kind = self.columns.iter().find(|c| c.name == column).map_or("another", |c| c.kind.as_str());
        Error::column(column, format!("is read as `{asked}`, and is `{kind}`"))
    }
}

fn is_null(column: &str) -> Error {
    Error::column(column, "is null here; read it as optional where that may be")
}

/// The beginning of what someone else wrote: it goes into a message.
fn shown(text: &str) -> &str {
    &text[..text.floor_char_boundary(80)]
}

/// A tag without a value is there, and empty.
fn tags_of(text: &str) -> Result<BTreeMap<String, String>, String> {
    let tags: BTreeMap<String, Option<String>> =
        serde_json::from_str(text).map_err(|_| format!("`{}` is no map of texts", shown(text)))?;
    Ok(tags.into_iter().map(|(key, value)| (key, value.unwrap_or_default())).collect())
}
