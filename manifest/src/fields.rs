//! TOML read by hand, so that each error has its place and the nearest right key.

use crate::text::{listed, shown};
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// What is wrong, and where.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) at: Range<usize>,
    pub(crate) sentence: String,
}

impl Fault {
    pub(crate) fn new(at: Range<usize>, sentence: impl Into<String>) -> Self {
        Self { at, sentence: sentence.into() }
    }
}

/// A value, its place, and how errors call it.
pub(crate) struct Field<'a, 'i> {
    name: String,
    at: Range<usize>,
    value: &'a DeValue<'i>,
}

/// The keys of one table.
pub(crate) struct Fields<'a, 'i> {
    name: String,
    at: Range<usize>,
    table: &'a DeTable<'i>,
    known: &'static [&'static str],
}

impl<'a, 'i> Fields<'a, 'i> {
    /// A table that has these keys and no others.
    pub(crate) fn new(
        name: &str,
        at: Range<usize>,
        table: &'a DeTable<'i>,
        known: &'static [&'static str],
    ) -> Result<Self, Fault> {
        for key in table.keys() {
            let text: &str = key.get_ref();
            if !known.contains(&text) {
                let instead = match schema::names::nearest(text, known.iter().copied()) {
                    Some(nearest) => format!("did you mean `{nearest}`?"),
                    None => format!("there are {}", listed(known)),
                };
                let within = if name.is_empty() { String::new() } else { format!(" in `{name}`") };
                return Err(Fault::new(key.span(), format!("there is no key {}{within}; {instead}", shown(text))));
            }
        }
        Ok(Self { name: name.to_owned(), at, table, known })
    }

    /// The value of a key, if it is there.
    pub(crate) fn get(&self, key: &'static str) -> Option<Field<'a, 'i>> {
        debug_assert!(self.known.contains(&key), "`{key}` is read and refused at once");
        let name = if self.name.is_empty() { key.to_owned() } else { format!("{}.{key}", self.name) };
        self.table.get(key).map(|value| Field { name, at: value.span(), value: value.get_ref() })
    }

    /// The value of a key that must be there.
    pub(crate) fn need(&self, key: &'static str) -> Result<Field<'a, 'i>, Fault> {
        let name = if self.name.is_empty() { "the manifest".to_owned() } else { format!("`{}`", self.name) };
        self.get(key).ok_or_else(|| Fault::new(self.at.clone(), format!("{name} has no `{key}`; add it")))
    }

    /// The tables of a list of tables (`[[needs.tables]]`); none where the key is not there.
    pub(crate) fn tables(
        &self,
        key: &'static str,
        most: usize,
        known: &'static [&'static str],
    ) -> Result<Vec<Fields<'a, 'i>>, Fault> {
        let Some(field) = self.get(key) else { return Ok(Vec::new()) };
        let items = field.items(most)?;
        items.into_iter().map(|item| item.fields(known)).collect()
    }

    /// Where the table is.
    pub(crate) fn at(&self) -> Range<usize> {
        self.at.clone()
    }
}

impl<'a, 'i> Field<'a, 'i> {
    /// An error about it: the name, then this.
    pub(crate) fn wrong(&self, end: impl std::fmt::Display) -> Fault {
        Fault::new(self.at.clone(), format!("`{}` {end}", self.name))
    }

    /// An error where it is, in a sentence of its own.
    pub(crate) fn fault(&self, sentence: String) -> Fault {
        Fault::new(self.at.clone(), sentence)
    }

    /// A text, through a parser of its own whose error is the end of a sentence.
    pub(crate) fn text<T>(&self, parse: impl FnOnce(&str) -> Result<T, String>) -> Result<T, Fault> {
        let text = self.value.as_str().ok_or_else(|| self.no("a text"))?;
        parse(text).map_err(|end| self.wrong(end))
    }

    /// A text that its type reads, whose error is a sentence of its own.
    pub(crate) fn parse<T: std::str::FromStr<Err: std::fmt::Display>>(&self) -> Result<T, Fault> {
        let text = self.value.as_str().ok_or_else(|| self.no("a text"))?;
        text.parse().map_err(|error| Fault::new(self.at.clone(), format!("`{}`: {error}", self.name)))
    }

    /// `true` or `false`.
    pub(crate) fn flag(&self) -> Result<bool, Fault> {
        self.value.as_bool().ok_or_else(|| self.no("`true` or `false`"))
    }

    /// The keys of a table.
    pub(crate) fn fields(&self, known: &'static [&'static str]) -> Result<Fields<'a, 'i>, Fault> {
        let table = self.value.as_table().ok_or_else(|| self.no("a table"))?;
        Fields::new(&self.name, self.at.clone(), table, known)
    }

    /// The items of a list.
    pub(crate) fn items(&self, most: usize) -> Result<Vec<Field<'a, 'i>>, Fault> {
        let list = self.value.as_array().ok_or_else(|| self.no("a list"))?;
        if list.len() > most {
            return Err(self.wrong(format!("has {} entries; {most} is the most", list.len())));
        }
        let item = |value: &'a Spanned<DeValue<'i>>| Field {
            name: self.name.clone(),
            at: value.span(),
            value: value.get_ref(),
        };
        Ok(list.iter().map(item).collect())
    }

    fn no(&self, what: &str) -> Fault {
        let found = self.value.type_str();
        let article = if found.starts_with(['a', 'i']) { "an" } else { "a" };
        self.wrong(format!("is {article} {found}, and must be {what}"))
    }
}

/// Line and column of a byte, counted from 1; the column in characters.
pub(crate) fn place(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line = before.rsplit('\n').next().unwrap_or_default();
    (before.matches('\n').count() + 1, line.chars().count() + 1)
}
