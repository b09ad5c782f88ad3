//! Names of the user's estate: words that no language knows, and that the estate does.
//!
//! Whoever holds the estate looks up the phrases of a question that may be names, and hands over those that it knows. So a
//! question is read by what there is, and this crate needs to hold none of it.

use crate::Vocabulary;
use crate::lexicon::Senses;
use crate::tokens::{Kind, Words};

/// The most words that a name of the estate may have, where it is to be known in a question.
pub const LONGEST_NAME: usize = 4;

/// The most phrases of a question that are looked up: a longer one has said what it is about by then.
const MOST_PHRASES: usize = 120;

/// Something of the estate that a phrase of a question may mean.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name {
    /// The phrase, in lower case.
    pub said: String,
    /// How the estate writes it.
    pub text: String,
    /// What is called so.
    pub of: NameOf,
}

/// What has a name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum NameOf {
    /// A value of the tags with this key.
    Tag(String),
    /// A row of this table.
    Row(String),
    /// A service, as the bill calls it.
    Service,
}

impl Vocabulary {
    /// Whether a word, in lower case, is part of a name that stands in the question.
    pub(crate) fn has_in_name(&self, word: &str) -> bool {
        self.names.iter().any(|name| name.said.split(' ').any(|part| part == word))
    }
}

/// The phrases that may be names: each has a word that is of no table, column or comparison, and holds no sentence together.
pub(crate) fn phrases(words: &Words, senses: &Senses<'_>) -> Vec<String> {
    let is_word = |at: usize| matches!(words.kind(at), Some(Kind::Word | Kind::Quoted));
    let is_strange = |at: usize| is_word(at) && senses.is_unknown(at) && words.lower(at).len() > 1;
    let mut found = Vec::new();
    for at in 0..words.len() {
        for len in 1..=LONGEST_NAME.min(words.len() - at) {
            if (at..at + len).any(is_strange) {
                found.push(words.phrase(at, len).to_owned());
            }
            if found.len() == MOST_PHRASES {
                return found;
            }
        }
    }
    found
}
