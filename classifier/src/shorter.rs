//! A question without the words that could not be placed: what is offered to somebody who was not answered.
//!
//! Nothing is offered that means the opposite: "volumes no longer encrypted" are not those that are encrypted.

use crate::lexicon::{Kinds, Senses};
use crate::tokens::{Kind, Words};

/// Words that turn round what stands beside them, leave some of it out, or say when, how much or how surely it holds.
const TURNING: &[&str] = &[
    "not",
    "no",
    "denied",
    "immune",
    "opposed",
    "blocking",
    "disallowing",
    "protected",
    "against",
    "sans",
    "pre",
    "bar",
    "barring",
    "save",
    "migrated",
    "moved",
    "banned",
    "about",
    "median",
    "cumulative",
    "non",
    "none",
    "nor",
    "neither",
    "never",
    "nothing",
    "nobody",
    "nowhere",
    "cannot",
    "without",
    "w/o",
    "lacking",
    "missing",
    "unless",
    "except",
    "excepting",
    "excluding",
    "exclude",
    "excluded",
    "ignore",
    "ignoring",
    "omitting",
    "skipping",
    "apart",
    "aside",
    "outside",
    "unlike",
    "exempt",
    "supposed",
    "meant",
    "intended",
    "expected",
    "planned",
    "besides",
    "beside",
    "other",
    "others",
    "otherwise",
    "else",
    "but",
    "minus",
    "less",
    "instead",
    "rather",
    "only",
    "just",
    "solely",
    "merely",
    "if",
    "whether",
    "when",
    "whenever",
    "while",
    "once",
    "until",
    "till",
    "since",
    "before",
    "after",
    "during",
    "longer",
    "anymore",
    "still",
    "yet",
    "already",
    "ever",
    "always",
    "often",
    "sometimes",
    "rarely",
    "seldom",
    "formerly",
    "former",
    "previously",
    "previous",
    "originally",
    "initially",
    "earlier",
    "later",
    "first",
    "second",
    "last",
    "latest",
    "newest",
    "oldest",
    "initial",
    "final",
    "next",
    "ago",
    "recent",
    "recently",
    "lately",
    "soon",
    "now",
    "again",
    "ex",
    "used",
    "was",
    "were",
    "been",
    "had",
    "became",
    "become",
    "half",
    "quarter",
    "third",
    "double",
    "twice",
    "percent",
    "share",
    "part",
    "partly",
    "partially",
    "most",
    "mostly",
    "mainly",
    "some",
    "several",
    "few",
    "many",
    "majority",
    "all",
    "every",
    "each",
    "any",
    "both",
    "either",
    "almost",
    "nearly",
    "hardly",
    "barely",
    "scarcely",
    "too",
    "than",
    "versus",
    "vs",
    "compared",
    "more",
    "fewer",
    "least",
    "as",
    "or",
    "would",
    "could",
    "should",
    "must",
    "may",
    "might",
    "will",
    "need",
    "needs",
    "needing",
    "want",
    "wants",
    "wanting",
    "require",
    "requires",
    "requiring",
    "lack",
    "lacks",
    "fail",
    "fails",
    "failed",
    "failing",
    "supposedly",
    "allegedly",
    "possibly",
    "probably",
    "presumably",
    "likely",
    "unlikely",
    "perhaps",
    "maybe",
    "tagged",
    "labelled",
    "labeled",
    "tag",
    "tags",
];

/// Words that lead to others, and say nothing where those are gone.
const LEADING: &[&str] = &[
    "of", "for", "with", "in", "on", "at", "by", "from", "to", "under", "behind", "inside", "within", "about", "per",
    "into", "that", "which", "who", "whose", "and", "are", "is", "be", "have", "has", "a", "an", "the", "my", "our",
    "their", "its", ",",
];

/// The question as it was written, without some phrases of it, which come in its order, and without the words that led to them.
/// None where one of them is not there, or where what is left may mean something else.
pub(crate) fn without(words: &Words, senses: &Senses<'_>, phrases: &[String]) -> Option<String> {
    let (mut left_out, mut from) = (Vec::new(), 0);
    for phrase in phrases {
        let len = phrase.split(' ').count();
        let at = (from..words.len()).find(|at| words.raw_phrase(*at, len) == phrase)?;
        if (at..at + len).any(|at| turns(words, at)) {
            return None;
        }
        let begin = begin(words, senses, from, at, at + len)?;
        left_out.push((begin, at + len - begin));
        from = at + len;
    }
    let (kept, _) = words.without(&left_out);
    Some(kept.raw_phrase(0, kept.len()).replace(" ,", ",").trim_end_matches(',').to_owned())
}

/// Whether a word is no mere word too many: one that turns others round, a number, a text that somebody quoted.
fn turns(words: &Words, at: usize) -> bool {
    let word = words.lower(at);
    TURNING.contains(&word)
        || word.ends_with("n't")
        || word.ends_with("n’t")
        || word.starts_with("non-")
        || !matches!(words.kind(at), Some(Kind::Word | Kind::Symbol))
        || word.bytes().any(|b| b.is_ascii_digit())
}

/// Where what goes with a phrase begins: at its article; at the end of a clause with all that led to it. None where the words
/// before it would lead to others than they did.
fn begin(words: &Words, senses: &Senses<'_>, from: usize, at: usize, end: usize) -> Option<usize> {
    let leads = |at: usize| LEADING.contains(&words.lower(at));
    if matches!(words.lower(end), "" | ",") {
        return Some((from..at).rev().take_while(|at| leads(*at)).last().unwrap_or(at));
    }
    let article = at > from && matches!(words.lower(at - 1), "a" | "an" | "the");
    let begin = at - usize::from(article);
    // "of the wobbly machines" are still of machines.
    let qualifies = senses.kinds(end).any(Kinds::TABLE);
    let orphaned = begin > from && leads(begin - 1) && words.lower(begin - 1) != ",";
    // "a part of the volumes", at the beginning, is not all of them.
    let is_part = begin == 0 && matches!(words.lower(end), "of" | "in" | "for" | "with" | "by" | "from");
    (!is_part && (qualifies || !orphaned)).then_some(begin)
}
