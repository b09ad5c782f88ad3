//! Where in a question the next word stands: behind which words, in a question about which table.

use crate::lexicon::{Role, Sense, Senses};
use crate::tokens::Words;
use crate::{Classifier, Context, Vocabulary};
use chrono::DateTime;
use schema::{ColumnType, Table};

/// A phrase of more words is completed by its last ones.
const MOST_WORDS: usize = 3;

/// What stands before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum After {
    /// Nothing: the question begins.
    Nothing,
    /// A word for rows.
    Table,
    /// A word for a column.
    Column,
    /// A comparison.
    Compare,
    /// "in".
    In,
    /// "on".
    On,
    /// "account".
    Account,
    /// "region".
    Region,
    /// "tag".
    Tag,
    /// "by", "per".
    By,
    /// "with", "where".
    With,
    /// Anything else.
    Other,
}

/// Where the next word stands.
pub(super) struct Place {
    pub(super) after: After,
    /// The table that the question is about so far.
    pub(super) table: Option<&'static Table>,
    /// The column that was named last, right before or with a comparison between.
    pub(super) column: Option<&'static str>,
    pub(super) column_type: Option<ColumnType>,
}

impl Place {
    /// At the beginning of a question.
    const BEGINNING: Self = Self { after: After::Nothing, table: None, column: None, column_type: None };

    /// The place behind some words; none behind so many that no question has them.
    pub(super) fn of(classifier: &Classifier, head: &str, vocabulary: &Vocabulary) -> Option<Self> {
        if head.trim().is_empty() {
            return Some(Self::BEGINNING);
        }
        let cx = Context { now: DateTime::default(), vocabulary };
        let (words, _) = classifier.words(head, &cx).ok()?;
        let senses = classifier.lexicon.senses(&words);
        let table = classifier.rules(&words, &senses, Vec::new(), &cx, None).table;
        let end = words.len();
        let after = after(&words, &senses, table);
        let compared = (0..end).rev().find(|at| {
            ends_with(&senses, *at, end, |s| matches!(s, Sense::Compare(..) | Sense::Role(Role::Is | Role::IsNot)))
        });
        let column_end = if after == After::Compare { compared.unwrap_or(end) } else { end };
        let column = table.and_then(|table| {
            let columns = senses.columns(table);
            let reaches = |at: &usize| columns.at(*at).is_some_and(|(len, _)| at + len == column_end);
            (0..column_end).find(reaches).and_then(|at| columns.at(at)).map(|(_, columns)| columns[0])
        });
        let (name, column_type) = (column.map(|column| column.name), column.map(|column| column.ty));
        Some(Self { after, table, column: name, column_type })
    }
}

fn after(words: &Words, senses: &Senses<'_>, table: Option<&'static Table>) -> After {
    let end = words.len();
    let ends = |wanted: &dyn Fn(&Sense) -> bool| (0..end).any(|at| ends_with(senses, at, end, wanted));
    let column = table.map(|table| senses.columns(table));
    let is_column =
        column.is_some_and(|columns| (0..end).any(|at| columns.at(at).is_some_and(|(len, _)| at + len == end)));
    match words.lower(end.wrapping_sub(1)) {
        "" => After::Nothing,
        "in" => After::In,
        "on" => After::On,
        "account" | "accounts" | "subscription" => After::Account,
        "region" => After::Region,
        "tag" | "tagged" | "tags" => After::Tag,
        "by" | "per" | "each" => After::By,
        "with" | "where" | "whose" | "without" => After::With,
        _ if ends(&|s| matches!(s, Sense::Compare(..) | Sense::Role(Role::Is | Role::IsNot))) => After::Compare,
        _ if ends(&|s| matches!(s, Sense::Table(noun) if table == Some(noun.table))) => After::Table,
        _ if is_column => After::Column,
        _ => After::Other,
    }
}

/// Whether a phrase begins there and reaches the end, that means such a thing.
fn ends_with(senses: &Senses<'_>, at: usize, end: usize, wanted: impl Fn(&Sense) -> bool) -> bool {
    senses.at(at).any(|(len, sense)| at + len == end && wanted(sense))
}

/// The ways to cut a text into what stands and what is being typed: how many words that is, the one and the other. Where a
/// word is finished with a blank, the next one may be one of its own.
pub(super) fn cuts(text: &str) -> impl Iterator<Item = (usize, &str, String)> {
    let is_start = |at: usize| {
        text[at..].chars().next().is_some_and(|c| !c.is_whitespace())
            && text[..at].chars().next_back().is_none_or(char::is_whitespace)
    };
    let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).filter(|at| is_start(*at)).collect();
    let is_open = text.chars().next_back().is_none_or(char::is_whitespace);
    let mut cuts: Vec<(usize, usize)> =
        starts.iter().rev().take(MOST_WORDS).enumerate().map(|(i, at)| (i + 1, *at)).collect();
    if is_open {
        cuts.insert(0, (0, text.len()));
    }
    cuts.into_iter().map(move |(words, at)| (words, &text[..at], typed(&text[at..], is_open)))
}

/// What is being typed, with one blank between its words, and one behind where it ends in one.
fn typed(text: &str, is_open: bool) -> String {
    let mut typed = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if is_open && !typed.is_empty() {
        typed.push(' ');
    }
    typed
}

#[cfg(test)]
mod tests {
    use super::cuts;

    fn check(text: &str, expected: &[(usize, &str, &str)]) {
        let got: Vec<_> = cuts(text).collect();
        let got: Vec<_> = got.iter().map(|(words, head, typed)| (*words, *head, typed.as_str())).collect();
        assert_eq!(got, expected, "{text:?}");
    }

    #[test]
    fn what_is_typed_may_be_the_last_words_or_a_new_one() {
        check("", &[(0, "", "")]);
        check("vol", &[(1, "", "vol")]);
        check("open sec gr", &[(1, "open sec ", "gr"), (2, "open ", "sec gr"), (3, "", "open sec gr")]);
        check("all  nat ", &[(0, "all  nat ", ""), (1, "all  ", "nat "), (2, "", "all nat ")]);
        check("größe", &[(1, "", "größe")]);
    }
}
