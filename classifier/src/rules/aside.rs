//! "I've a meeting in ten minutes, …", "…, as the auditors asked": what is said beside the question.
//!
//! Passed over only where every word of the clause means nothing here, and none of them could change what is asked.

use crate::draft::Draft;
use crate::lexicon::Role;
use crate::phrases::{Phrases, phrases};
use crate::rules::starts::Starts;
use crate::tokens::Kind;

/// Who speaks, or of whom: how an aside begins.
const SPEAKERS: &[&str] = &[
    "i",
    "i'm",
    "i've",
    "i'd",
    "i'll",
    "we",
    "we're",
    "we've",
    "we'll",
    "my",
    "someone",
    "somebody",
    "he",
    "she",
    "they",
    "they're",
    "finance",
    "management",
    "that",
    "it's",
    "that's",
    "you",
    "sorry",
    "boss",
    "auditors",
    "something",
    "everyone",
    "people",
    "the",
    "our",
];

/// What a reason begins with.
const REASONS: Phrases = phrases(&[
    "because",
    "so that",
    "so i can",
    "so we can",
    "as part of",
    "as requested by",
    "as requested",
    "as required by",
    "as required",
    "in preparation for",
    "in connection with",
    "in view of",
    "ahead of",
    "in order to",
    "with a view to",
    "pursuant to",
    "in accordance with",
    "in response to",
    "with reference to",
    "to support",
    "to prepare",
    "to satisfy",
    "to help",
    "to plan",
    "as per",
    "before i",
    "before we",
    "since i",
    "since we",
    "as i",
    "as we",
    "as the",
    "as they",
    "to locate",
    "to verify",
    "to demonstrate",
    "to be reported",
    "to report",
    "as evidence",
    "as audit",
    "as input",
]);

/// Words that say which rows are meant, or what of them: no aside has them, and no clause that is passed over.
pub(super) const NARROWING: &[&str] = &[
    "ones",
    "big",
    "small",
    "old",
    "new",
    "large",
    "idle",
    "unused",
    "busy",
    "same",
    "other",
    "others",
    "latest",
    "recent",
    "expensive",
    "cheap",
    "half",
    "chart",
    "plot",
    "graph",
    "export",
    "csv",
    "email",
    "explain",
    "why",
    "how",
    "who",
    "whose",
    "which",
    "what",
    "where",
    "when",
    "compare",
    "compared",
    "versus",
    "exclude",
    "excluded",
    "excluding",
    "skip",
    "ignore",
    "ignoring",
    "leave",
    "leaving",
    "omit",
    "minus",
    "except",
    "unless",
    "if",
    "only",
    "not",
    "no",
    "none",
    "never",
    "nor",
    "or",
    "but",
    "per",
    "twice",
    "double",
    "than",
    "without",
    "until",
    "till",
    "show",
    "list",
    "give",
    "include",
    "add",
    "plus",
    "both",
    "each",
    "every",
    "rather",
    "instead",
    "any",
    "all",
    "most",
    "least",
    "more",
    "less",
    "fewer",
    "above",
    "below",
    "over",
    "under",
    "between",
    "don't",
    "can't",
    "won't",
    "aren't",
    "isn't",
    "didn't",
    "doesn't",
    "haven't",
    "hasn't",
    "wasn't",
    "couldn't",
    "shouldn't",
    "idle",
    "forgotten",
    "yours",
    "those",
    "these",
    "sort",
    "order",
    "count",
    "sum",
    "named",
    "called",
    "start",
    "starts",
    "end",
    "ends",
    "begin",
    "begins",
    "used",
    "using",
    "use",
    "uses",
    "running",
    "live",
    "dead",
    "down",
    "up",
    "off",
    "on",
];

/// Words that say what is wanted, or what is not.
const WISHING: &[&str] = &["need", "needs", "want", "wants", "like", "actually", "mean", "meant", "them", "it"];

/// Whether a word says what is wanted.
pub(crate) fn tells(word: &str) -> bool {
    NARROWING.contains(&word) || WISHING.contains(&word)
}

pub(super) const STARTS: Starts = Starts::at(SPEAKERS).and_at(REASONS.begins());

/// Passes over a clause that is beside the question.
pub(crate) fn read(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let begins = at == 0 || draft.words.lower(at - 1) == ",";
    let reason = draft.said(at, REASONS);
    let lead = match reason {
        Some(len) if at > 1 => len,
        // Behind what is asked for, "we bought from Acme" would say which.
        _ if begins
            && SPEAKERS.contains(&draft.words.lower(at))
            && (is_first(draft, at) || super::padding::opens_chat(draft, at)) =>
        {
            1
        }
        _ => return None,
    };
    let behind = !is_first(draft, at);
    let mut end = at + lead;
    while !draft.ends(end) {
        if !is_plain(draft, end) || behind && super::padding::may_be_things(draft, end) {
            return None;
        }
        end += 1;
    }
    // The whole of a question is no aside.
    let rest = (at > 1 || end + 2 < draft.words.len()) && end - at >= 3;
    rest.then_some(end - at)
}

/// Whether nothing was named yet that is asked for.
fn is_first(draft: &Draft<'_>, at: usize) -> bool {
    (0..at).all(|i| draft.noun(i).is_none())
}

/// Whether a word means nothing here.
fn is_plain(draft: &Draft<'_>, at: usize) -> bool {
    let word = draft.words.lower(at);
    draft.words.kind(at) == Some(Kind::Word)
        && !tells(word)
        && !word.contains(|c: char| c.is_ascii_digit() || matches!(c, '_' | '-' | '.' | '=' | ':' | '/' | '*'))
        && (draft.senses.is_unknown(at) || draft.role(at, Role::Filler) == Some(1))
        && draft.column(at).is_none()
        && [Role::Not, Role::Without, Role::NotIn, Role::By, Role::Spend, Role::Cost]
            .iter()
            .all(|role| draft.role(at, *role).is_none())
        && !super::scope::is_own(draft, at)
        && super::tag::key(draft, at).is_none()
        && super::time::when(draft, at).is_none()
        && !super::value::names_software(draft, at)
        && !super::charges::names_kind(draft, at)
}
