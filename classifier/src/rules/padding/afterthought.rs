//! "I want to size a load test", "licence audit is coming": a sentence behind what was asked that says what somebody is about.
//! "I want to see the owners" and "I need it by region" say what is asked for, and are none.

use super::fit::fits;
use super::words::{PEOPLE, SELVES};
use crate::draft::Draft;
use crate::phrases::{Phrases, phrases};

/// What somebody is about to do, or thinks, before the verb or the sentence that says it.
const ABOUT: Phrases = phrases(&[
    "want to",
    "wanted to",
    "need to",
    "have to",
    "had to",
    "must",
    "would like to",
    "like to",
    "hope to",
    "plan to",
    "intend to",
    "promised to",
    "am",
    "are",
    "think",
    "guess",
    "suspect",
    "fear",
    "bet",
    "heard",
    "keep",
    "kept",
]);

/// Verbs of somebody who says once more what is asked for.
const ASKING: &[&str] = &[
    "see",
    "know",
    "have",
    "get",
    "view",
    "show",
    "list",
    "count",
    "sort",
    "group",
    "filter",
    "find",
    "check",
    "look",
    "looking",
    "include",
    "exclude",
    "compare",
    "leave",
    "limit",
    "interested",
    "after",
    "asking",
    "talking",
    "thinking",
    "only",
    "just",
    "not",
    "in",
    "on",
    "at",
    "of",
    "from",
    "with",
    "without",
    "searching",
    "hunting",
    "focus",
    "focusing",
    "focussing",
    "restrict",
    "ignore",
    "skip",
    "understand",
    "be",
    "the",
    "those",
    "these",
    "it",
    "they",
    "them",
    "that",
];

/// What such a sentence may hold, although elsewhere it says which rows.
const TAME: &[&str] = &[
    "how", "why", "who", "where", "what", "when", "without", "chart", "graph", "plot", "number", "numbers", "size",
    "line", "up", "off", "on", "out", "down", "over", "into", "not", "doesn't", "don't", "didn't", "can't",
];

/// What people are busy with.
const EVENTS: &[&str] = &[
    "audit",
    "review",
    "renewal",
    "meeting",
    "freeze",
    "deadline",
    "test",
    "pentest",
    "migration",
    "cutover",
    "workshop",
    "inspection",
    "assessment",
    "certification",
    "release",
    "launch",
    "demo",
    "presentation",
];

/// What is said of it.
const COMES: &[&str] = &[
    "is",
    "are",
    "comes",
    "coming",
    "starts",
    "start",
    "begins",
    "looms",
    "looming",
    "approaches",
    "approaching",
    "due",
    "tomorrow",
];

/// Whether a clause behind what was asked says only what somebody is about.
pub(super) fn is_afterthought(draft: &Draft<'_>, from: usize, end: usize) -> bool {
    end >= from + 3 && (is_plan(draft, from, end) || is_event(draft, from, end))
}

/// "I have to promise a number to the CFO", "I think somebody deployed without telling me".
fn is_plan(draft: &Draft<'_>, from: usize, end: usize) -> bool {
    let who = draft.words.lower(from);
    let is_am = matches!(who, "i'm" | "im" | "we're");
    let about = match SELVES.contains(&who) {
        true if is_am => Some(1),
        true => draft.said(from + 1, ABOUT).map(|len| 1 + len),
        false => None,
    };
    let Some(verb) = about.map(|len| from + len).filter(|verb| *verb < end) else { return false };
    let am = is_am || matches!(draft.words.lower(verb - 1), "am" | "are");
    if ASKING.contains(&draft.words.lower(verb)) || am && !draft.words.lower(verb).ends_with("ing") {
        return false;
    }
    (verb..end).all(|at| is_tame(draft, at, from))
}

/// "licence audit is coming", "the pen test starts Monday".
fn is_event(draft: &Draft<'_>, from: usize, end: usize) -> bool {
    let Some(event) = (from..end.min(from + 4)).find(|at| EVENTS.contains(&draft.words.lower(*at))) else {
        return false;
    };
    COMES.contains(&draft.words.lower(event + 1))
        && (from..event).all(|at| is_tame(draft, at, from) || PEOPLE.contains(&draft.words.lower(at)))
        && (event + 2..end).all(|at| is_tame(draft, at, from) || is_day(draft.words.lower(at)))
}

fn is_tame(draft: &Draft<'_>, at: usize, from: usize) -> bool {
    TAME.contains(&draft.words.lower(at)) || fits(draft, at, from)
}

fn is_day(word: &str) -> bool {
    matches!(word, "monday" | "tuesday" | "wednesday" | "thursday" | "friday" | "next" | "week" | "month" | "soon")
}

/// "I'm writing our recovery plan and need the databases that …": how many words lead on from what somebody is about to what they
/// ask for.
pub(super) fn joins_request(draft: &Draft<'_>, at: usize) -> Option<usize> {
    const SAID: Phrases = phrases(&[
        "and need",
        "and i need",
        "and we need",
        "and want",
        "and want to see",
        "and want to know",
        "and i want",
        "and would like",
        "and would like to see",
        "and would like to know",
        "and would need",
        "and i would like",
        "and i'd like",
        "and i'd need",
        "and require",
        "and am looking for",
        "so i need",
        "so we need",
        "thats why i need",
        "that's why i need",
        "that is why i need",
        "for that i need",
        "for this i need",
        "for which i need",
    ]);
    draft.said(at, SAID)
}
