//! The index of names: each phrase as it would be typed, and what is called so.

use super::Rows;
use super::rows::Found;
use crate::store::make_folder;
use classifier::{Name, NameOf};
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use tantivy::directory::MmapDirectory;
use tantivy::schema::{FAST, Field, IndexRecordOption, STRING, Schema};
use tantivy::{DocSet, IndexReader, IndexWriter, ReloadPolicy, TERMINATED, TantivyDocument, Term};

/// Memory for writing: the least that tantivy takes.
const WRITE_BYTES: usize = 15_000_000;
/// A phrase is looked at in so many places of the estate: what is called so in more is known by then.
const MOST_PLACES: usize = 5_000;
/// No more different things are told of one phrase: it means nothing in particular.
const MOST_MEANINGS: usize = 8;
/// So many keys are known: those on most rows.
const MOST_KEYS: usize = 500;

/// What an entry of the index is of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
enum Entry {
    Key(String),
    Value(String, String),
    Row(String, String),
    Service(String),
}

pub(super) struct Index {
    index: tantivy::Index,
    reader: IndexReader,
    fields: Fields,
}

#[derive(Clone, Copy)]
struct Fields {
    /// The phrase, in lower case.
    said: Field,
    /// The entry, as JSON.
    entry: Field,
    /// The table and scope that it was in.
    place: Field,
}

/// The name of the entry's field, which is read by it.
const ENTRY: &str = "entry";

/// What keys are filed under: no phrase of a question has such a sign.
const KEYS: &str = "\u{1}keys";

impl Index {
    /// The index of a folder, made anew where it cannot be read; in memory where there is no folder.
    pub(super) fn open(folder: Option<&Path>) -> tantivy::Result<Self> {
        let mut schema = Schema::builder();
        let fields = Fields {
            said: schema.add_text_field("said", STRING),
            entry: schema.add_text_field(ENTRY, STRING | FAST),
            place: schema.add_text_field("place", STRING),
        };
        let schema = schema.build();
        let index = match folder {
            None => tantivy::Index::create_in_ram(schema),
            Some(folder) => on_disk(folder, &schema).or_else(|error| {
                tracing::debug!(error = %error, "the index of names is damaged and is made anew");
                std::fs::remove_dir_all(folder)?;
                on_disk(folder, &schema)
            })?,
        };
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        Ok(Self { index, reader, fields })
    }

    /// Takes in names of rows, in place of those that were there before. Another process that writes meanwhile fails it.
    pub(super) fn take_in<'a>(&self, all: impl Iterator<Item = (&'a Rows, Found)>) -> tantivy::Result<()> {
        let mut writer: IndexWriter = self.index.writer_with_num_threads(1, WRITE_BYTES)?;
        for (rows, found) in all {
            if rows.are_all {
                writer.delete_term(Term::from_field_text(self.fields.place, &rows.place));
            }
            for (said, entry) in entries(&rows.table, found) {
                let mut document = TantivyDocument::default();
                document.add_text(self.fields.said, said);
                document.add_text(self.fields.entry, serde_json::to_string(&entry).unwrap_or_default());
                document.add_text(self.fields.place, &rows.place);
                writer.add_document(document)?;
            }
        }
        writer.commit()?;
        writer.wait_merging_threads()?;
        self.reader.reload()
    }

    /// The keys of tags, those in most tables of most scopes first.
    pub(super) fn keys(&self) -> tantivy::Result<Vec<String>> {
        let filed = self.filed(KEYS, usize::MAX)?;
        Ok(most_used(filed.into_iter().filter_map(|(entry, count)| match entry {
            Entry::Key(key) => Some((key, count)),
            Entry::Value(..) | Entry::Row(..) | Entry::Service(_) => None,
        })))
    }

    /// What is called by some phrases.
    pub(super) fn find(&self, phrases: &[String]) -> tantivy::Result<Vec<Name>> {
        let mut names = Vec::new();
        let phrases: BTreeSet<&String> = phrases.iter().collect();
        for phrase in phrases {
            let meanings = self.filed(phrase, MOST_PLACES)?;
            let known = meanings.into_keys().filter_map(|entry| name(phrase, entry));
            names.extend(known.take(MOST_MEANINGS));
        }
        Ok(names)
    }

    /// What is filed under a phrase, each with the number of its places.
    fn filed(&self, said: &str, most: usize) -> tantivy::Result<BTreeMap<Entry, usize>> {
        let term = Term::from_field_text(self.fields.said, said);
        let mut found: BTreeMap<Entry, usize> = BTreeMap::new();
        for segment in self.reader.searcher().segment_readers() {
            let inverted = segment.inverted_index(self.fields.said)?;
            let Some(mut postings) = inverted.read_postings(&term, IndexRecordOption::Basic)? else { continue };
            let Some(column) = segment.fast_fields().str(ENTRY)? else { continue };
            let mut counts: BTreeMap<u64, usize> = BTreeMap::new();
            let (mut document, mut looked_at) = (postings.doc(), 0);
            while document != TERMINATED && looked_at < most {
                if segment.alive_bitset().is_none_or(|alive| alive.is_alive(document)) {
                    column.term_ords(document).for_each(|ord| *counts.entry(ord).or_default() += 1);
                }
                (document, looked_at) = (postings.advance(), looked_at + 1);
            }
            for (ord, count) in counts {
                let mut text = String::new();
                if column.ord_to_str(ord, &mut text)?
                    && let Ok(entry) = serde_json::from_str(&text)
                {
                    *found.entry(entry).or_default() += count;
                }
            }
        }
        Ok(found)
    }
}

/// Keys in the order of their numbers, added up.
pub(super) fn most_used(keys: impl Iterator<Item = (String, usize)>) -> Vec<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    keys.for_each(|(key, count)| *counts.entry(key).or_default() += count);
    let mut keys: Vec<_> = counts.into_iter().collect();
    keys.sort_by_cached_key(|(key, count)| (Reverse(*count), key.to_lowercase(), key.clone()));
    keys.truncate(MOST_KEYS);
    keys.into_iter().map(|(key, _)| key).collect()
}

fn on_disk(folder: &Path, schema: &Schema) -> tantivy::Result<tantivy::Index> {
    make_folder(folder)?;
    tantivy::Index::open_or_create(MmapDirectory::open(folder)?, schema.clone())
}

/// What is filed, and under which phrase.
fn entries(table: &str, found: Found) -> impl Iterator<Item = (String, Entry)> {
    let Found { keys, values, names, services } = found;
    let table = table.to_owned();
    let typed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_ascii_lowercase();
    let keys = keys.into_iter().map(|key| (KEYS.to_owned(), Entry::Key(key)));
    let values = values.into_iter().map(move |(key, value)| (typed(&value), Entry::Value(key, value)));
    let names = names.into_iter().map(move |name| (typed(&name), Entry::Row(table.clone(), name)));
    let services = services.into_iter().map(move |(called, service)| (typed(&called), Entry::Service(service)));
    keys.chain(values).chain(names).chain(services)
}

fn name(said: &str, entry: Entry) -> Option<Name> {
    let (text, of) = match entry {
        Entry::Key(_) => return None,
        Entry::Value(key, value) => (value, NameOf::Tag(key)),
        Entry::Row(table, name) => (name, NameOf::Row(table)),
        Entry::Service(service) => (service, NameOf::Service),
    };
    Some(Name { said: said.to_owned(), text, of })
}
