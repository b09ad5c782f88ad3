//! How an unfinished question could go on: words of tables, columns, comparisons and known values, and the estate's own names.

mod place;

use crate::{Classifier, MAX_CHARS, Vocabulary, nearest};
use place::{After, Place};
use schema::{Column, ColumnType, Table, tables};
use serde::Serialize;
use std::borrow::Cow;

/// No more are offered: a person reads them while typing.
pub const MOST_SUGGESTIONS: usize = 10;

/// A way in which an unfinished question could go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Suggestion {
    /// The question with it.
    pub text: String,
    /// The word or phrase that is put in.
    pub word: String,
    /// What it is.
    pub kind: SuggestionKind,
    /// What it means, in a sentence; empty where the word says it.
    pub about: String,
}

/// What is suggested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SuggestionKind {
    /// A whole question.
    Question,
    /// A word for the rows of a table.
    Table,
    /// A word for a column.
    Column,
    /// A comparison, an order, a group.
    Operator,
    /// One of the values that a column can have.
    Value,
    /// A provider.
    Provider,
    /// An account of the estate.
    Account,
    /// A region of the estate.
    Region,
    /// A key of the estate's tags.
    TagKey,
}

/// So many of them may go on from words that seem finished, so that the words that could come next have room.
const MOST_GOING_ON: usize = 3;

/// How well a suggestion fits where it stands; the less the better.
type Fit = u8;

/// It is what comes next.
const NEXT: Fit = 0;
/// It may well come next.
const LIKELY: Fit = 1;
/// Only what is typed speaks for it.
const TYPED: Fit = 2;

/// A word that could be put in.
struct Candidate<'a> {
    word: Cow<'a, str>,
    kind: SuggestionKind,
    fit: Fit,
    /// Whether it is another word for something that has a better one.
    is_other: bool,
    /// Its place among its kind: the lists of the schema begin with what is asked for most.
    order: usize,
    about: &'a str,
}

impl<'a> Candidate<'a> {
    fn new(word: impl Into<Cow<'a, str>>, kind: SuggestionKind, fit: Fit, order: usize) -> Self {
        Self { word: word.into(), kind, fit, is_other: false, order, about: "" }
    }
}

/// Words that begin a question.
static LEADS: &[&str] = &["list all", "how many", "top 10", "which", "average", "total", "cost of", "cost by"];

/// Words that go on behind a table, and the types of columns that each is for; for all where there is none.
static OPERATORS: &[(&str, &[ColumnType])] = &[
    ("over", NUMBERS),
    ("under", NUMBERS),
    ("at least", NUMBERS),
    ("at most", NUMBERS),
    ("between", NUMBERS),
    ("before", &[ColumnType::Time]),
    ("after", &[ColumnType::Time]),
    ("since", &[ColumnType::Time]),
    ("in the last", &[ColumnType::Time]),
    ("is", &[ColumnType::Text]),
    ("is not", &[ColumnType::Text]),
    ("contains", &[ColumnType::Text, ColumnType::List]),
    ("starting with", &[ColumnType::Text]),
    ("ending with", &[ColumnType::Text]),
    ("older than", &[]),
    ("newer than", &[]),
    ("with", &[]),
    ("without", &[]),
    ("with tag", &[]),
    ("without tag", &[]),
    ("in account", &[]),
    ("in region", &[]),
    ("in", &[]),
    ("by", &[]),
    ("per account", &[]),
    ("per region", &[]),
    ("sorted by", &[]),
    ("last month", &[]),
    ("this month", &[]),
];

const NUMBERS: &[ColumnType] = &[ColumnType::Int, ColumnType::Float, ColumnType::Decimal];

impl Classifier {
    /// How an unfinished question could go on, the likeliest first. The same text and names give the same suggestions.
    pub fn suggest(&self, unfinished: &str, vocabulary: &Vocabulary) -> Vec<Suggestion> {
        if unfinished.chars().nth(MAX_CHARS).is_some() {
            return Vec::new();
        }
        let mut found: Vec<(usize, Candidate<'_>, &str)> = Vec::new();
        for (words, head, typed) in place::cuts(unfinished) {
            let Some(place) = Place::of(self, head, vocabulary) else { continue };
            let fitting = candidates(&place, vocabulary).filter(|candidate| goes_on(candidate, &typed));
            found.extend(fitting.map(|candidate| (words, candidate, head)));
        }
        found.sort_by(|(a_words, a, _), (b_words, b, _)| {
            // What completes more of what was typed comes first; then what fits; then what is asked for more.
            let key = |words: usize, c: &Candidate<'_>| (usize::MAX - words, c.fit, c.is_other, c.order, c.word.len());
            key(*a_words, a).cmp(&key(*b_words, b)).then(a.kind.cmp(&b.kind)).then(a.word.cmp(&b.word))
        });
        let is_open = unfinished.ends_with(char::is_whitespace);
        let mut going_on = 0;
        let mut suggestions: Vec<Suggestion> = Vec::new();
        for (words, candidate, head) in found {
            if suggestions.len() == MOST_SUGGESTIONS {
                break;
            }
            let is_late = is_open && words > 0 && going_on == MOST_GOING_ON;
            if is_late || suggestions.iter().any(|other| other.word == candidate.word) {
                continue;
            }
            going_on += usize::from(words > 0);
            suggestions.push(candidate.suggest(head));
        }
        suggestions
    }
}

/// Whether what was typed goes on to be that word. Where nothing is typed yet, only what is likely is offered.
fn goes_on(candidate: &Candidate<'_>, typed: &str) -> bool {
    let begins = candidate.word.get(..typed.len()).is_some_and(|start| start.eq_ignore_ascii_case(typed));
    begins && candidate.word.len() > typed.len() && (!typed.is_empty() || candidate.fit < TYPED)
}

impl Candidate<'_> {
    fn suggest(self, head: &str) -> Suggestion {
        let text = format!("{head}{}", self.word);
        Suggestion { text, word: self.word.into_owned(), kind: self.kind, about: self.about.to_owned() }
    }
}

/// Every word that could stand there.
fn candidates<'a>(place: &Place, vocabulary: &'a Vocabulary) -> impl Iterator<Item = Candidate<'a>> + use<'a> {
    let mut all = Vec::new();
    add_questions(&mut all, place);
    add_tables(&mut all, place);
    if let Some(table) = place.table {
        add_columns(&mut all, place, table);
    }
    add_operators(&mut all, place);
    add_names(&mut all, place, vocabulary);
    all.into_iter()
}

fn add_questions(all: &mut Vec<Candidate<'_>>, place: &Place) {
    if place.after != After::Nothing {
        return;
    }
    let leads = LEADS.iter().map(|lead| Candidate::new(*lead, SuggestionKind::Operator, NEXT, 0));
    all.extend(leads);
    all.extend(nearest::READABLE.iter().map(|question| Candidate::new(*question, SuggestionKind::Question, LIKELY, 0)));
}

fn add_tables(all: &mut Vec<Candidate<'_>>, place: &Place) {
    let fit = match (place.table, place.after) {
        (None, After::Nothing) => LIKELY,
        (None, _) => NEXT,
        (Some(_), _) => TYPED,
    };
    for (order, table) in tables::ALL.iter().enumerate() {
        let name =
            Candidate { about: table.doc, ..Candidate::new(spaced(table.name), SuggestionKind::Table, fit, order) };
        all.extend(others(table.synonyms, table.doc, SuggestionKind::Table, order));
        all.push(name);
    }
}

fn add_columns(all: &mut Vec<Candidate<'_>>, place: &Place, table: &'static Table) {
    for (at, column) in table.columns().enumerate() {
        let shown = table.shown.iter().position(|name| *name == column.name);
        let fit = match (place.after, shown) {
            (After::By | After::With, Some(_)) => NEXT,
            (After::By | After::With, None) => LIKELY,
            (After::Table | After::Other, Some(_)) => LIKELY,
            _ => TYPED,
        };
        let order = shown.unwrap_or(table.shown.len() + at);
        let name = Candidate::new(said(column), SuggestionKind::Column, fit, order);
        all.push(Candidate { about: column.doc, ..name });
        all.extend(others(std::slice::from_ref(&column.name), column.doc, SuggestionKind::Column, order));
        all.extend(others(column.synonyms, column.doc, SuggestionKind::Column, order));
        add_values(all, place, column);
    }
}

/// Other words for a thing: offered to those who begin to type them.
fn others<'a>(
    words: &'static [&'static str],
    about: &'static str,
    kind: SuggestionKind,
    order: usize,
) -> impl Iterator<Item = Candidate<'a>> {
    words.iter().map(move |word| Candidate { is_other: true, about, ..Candidate::new(*word, kind, TYPED, order) })
}

/// How people say a column's name: the bill has names of its own that nobody says.
fn said(column: &'static Column) -> Cow<'static, str> {
    let is_said = column.name.starts_with(|c: char| c.is_ascii_lowercase());
    match column.synonyms.first().filter(|_| !is_said) {
        Some(word) => Cow::Borrowed(*word),
        None => spaced(column.name),
    }
}

fn spaced(name: &'static str) -> Cow<'static, str> {
    if name.contains('_') { Cow::Owned(name.replace('_', " ")) } else { Cow::Borrowed(name) }
}

fn add_values(all: &mut Vec<Candidate<'_>>, place: &Place, column: &'static Column) {
    let is_asked = matches!(place.after, After::Compare | After::Column) && place.column == Some(column.name);
    let fit = if is_asked { NEXT } else { TYPED };
    let values = column.values.iter().enumerate();
    all.extend(values.map(|(order, value)| Candidate {
        about: column.doc,
        ..Candidate::new(spaced(value), SuggestionKind::Value, fit, order)
    }));
}

fn add_operators(all: &mut Vec<Candidate<'_>>, place: &Place) {
    for (order, (word, types)) in OPERATORS.iter().enumerate() {
        let fits_column = place.column_type.is_some_and(|ty| types.contains(&ty));
        let fit = match place.after {
            After::Column if fits_column => NEXT,
            After::Column if types.is_empty() => LIKELY,
            After::Table if types.is_empty() => NEXT,
            After::Other if types.is_empty() && place.table.is_some() => LIKELY,
            _ => TYPED,
        };
        all.push(Candidate::new(*word, SuggestionKind::Operator, fit, order));
    }
}

fn add_names<'a>(all: &mut Vec<Candidate<'a>>, place: &Place, vocabulary: &'a Vocabulary) {
    use SuggestionKind::{Account, Provider, Region, TagKey};
    let mut add = |word: &'a str, kind, is_next: bool, order, about: &'a str| {
        let fit = if is_next { NEXT } else { TYPED };
        all.push(Candidate { about, ..Candidate::new(word, kind, fit, order) });
    };
    for (order, (id, name)) in vocabulary.accounts.iter().enumerate() {
        add(name, Account, matches!(place.after, After::In | After::Account), order, id);
        add(id, Account, false, order, name);
    }
    for (order, region) in vocabulary.regions.iter().enumerate() {
        add(region, Region, matches!(place.after, After::In | After::Region), order, "");
    }
    for (order, provider) in vocabulary.providers.iter().enumerate() {
        add(provider, Provider, matches!(place.after, After::On | After::In), order, "");
    }
    for (order, key) in vocabulary.tag_keys.iter().enumerate() {
        add(key, TagKey, place.after == After::Tag, order, "");
    }
}
