//! The names that are in rows.

use super::Rows;
use classifier::LONGEST_NAME;
use datafusion::arrow::array::{AsArray, RecordBatch};
use schema::{TableKind, tables};
use std::collections::BTreeSet;

/// A longer text is no name that somebody types.
const LONGEST: usize = 80;
/// The most names that are taken from one table of one scope: what has more is a load of made-up names.
const MOST: usize = 20_000;

/// Tags that providers set, and that nobody asks by.
const PROVIDERS_OWN: &[&str] = &["aws:", "hidden-", "ms-resource-usage", "kubernetes.io/", "k8s.io/"];

/// What providers put before the names of their services.
const BRANDS: &[&str] = &["Amazon ", "AWS ", "Azure ", "Microsoft "];

/// The names in the rows of one table of one scope.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// Keys of tags.
    pub(super) keys: BTreeSet<String>,
    /// Values of tags, each with its key.
    pub(super) values: BTreeSet<(String, String)>,
    /// Names of rows.
    pub(super) names: BTreeSet<String>,
    /// Services: what they are called, and the whole name.
    pub(super) services: BTreeSet<(String, String)>,
}

impl Found {
    pub(super) fn of(rows: &Rows) -> Self {
        let mut found = Self::default();
        let are_resources = tables::find(&rows.table).is_some_and(|table| table.kind == TableKind::Resource);
        for batch in rows.batches.iter() {
            if are_resources {
                found.names.extend(texts(batch, "name").into_iter().filter(|name| is_name(name)).map(str::to_owned));
            }
            found.services(batch);
            found.tags(batch);
            if found.names.len() + found.values.len() > MOST {
                break;
            }
        }
        found
    }

    fn services(&mut self, batch: &RecordBatch) {
        for service in texts(batch, "ServiceName") {
            let called = BRANDS.iter().find_map(|brand| service.strip_prefix(brand));
            let all = [Some(service), called].into_iter().flatten().filter(|name| is_name(name));
            self.services.extend(all.map(|name| (name.to_owned(), service.to_owned())));
        }
    }

    fn tags(&mut self, batch: &RecordBatch) {
        for column in ["tags", "Tags"] {
            let Some(maps) = batch.column_by_name(column).and_then(|column| column.as_map_opt()) else { continue };
            let (keys, values) = (maps.keys().as_string_opt::<i32>(), maps.values().as_string_opt::<i32>());
            let (Some(keys), Some(values)) = (keys, values) else { continue };
            let all: BTreeSet<(&str, &str)> =
                keys.iter().flatten().zip(values.iter().map(Option::unwrap_or_default)).collect();
            for (key, value) in all {
                if PROVIDERS_OWN.iter().any(|own| key.starts_with(own)) || !is_name(key) {
                    continue;
                }
                self.keys.insert(key.to_owned());
                // It says what the row is called, which is known already.
                if is_name(value) && !key.eq_ignore_ascii_case("name") {
                    self.values.insert((key.to_owned(), value.to_owned()));
                }
            }
        }
    }
}

/// The different texts of a column; none where there is no such column.
fn texts<'a>(batch: &'a RecordBatch, column: &str) -> BTreeSet<&'a str> {
    let column = batch.column_by_name(column).and_then(|column| column.as_string_opt::<i32>());
    column.into_iter().flat_map(|texts| texts.iter().flatten()).collect()
}

/// Whether it is a name that may be typed in a question: not empty, no number, and no longer than one that would be looked up.
fn is_name(text: &str) -> bool {
    text.len() > 1
        && text.len() <= LONGEST
        && text.split_whitespace().count() <= LONGEST_NAME
        && text.contains(char::is_alphabetic)
}
