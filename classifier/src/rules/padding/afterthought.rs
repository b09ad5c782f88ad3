//! "The board meets on Tuesday", "I have to brief the CISO", "I'm drafting our recovery plan and need …": sentences around a
//! question that say what somebody is about.
//!
//! Of known words alone: one that nobody knows may be a name, and then the sentence may say which rows are meant.

use crate::draft::Draft;
use crate::phrases::{Phrases, phrases};

/// Who speaks, or of whom.
const WHO: &[&str] = &[
    "i",
    "i'm",
    "we",
    "we're",
    "he",
    "she",
    "board",
    "cfo",
    "ceo",
    "cto",
    "cio",
    "ciso",
    "boss",
    "manager",
    "auditor",
    "auditors",
    "finance",
    "management",
    "legal",
    "procurement",
    "reseller",
    "supplier",
    "vendor",
    "sec",
    "infosec",
    "secops",
    "committee",
    "leadership",
    "accounting",
    "controlling",
    "regulator",
    "assessor",
    "investors",
    "colleagues",
];

/// What such people do that says nothing of any rows.
const DOES: &[&str] = &[
    "promised",
    "promise",
    "owe",
    "told",
    "tell",
    "said",
    "ask",
    "asked",
    "asking",
    "meets",
    "meet",
    "met",
    "waits",
    "wait",
    "waiting",
    "present",
    "presenting",
    "brief",
    "briefing",
    "report",
    "reporting",
    "drawing",
    "drafting",
    "writing",
    "preparing",
    "building",
    "filling",
    "finish",
    "finishing",
    "explain",
    "justify",
    "defend",
    "discuss",
    "believe",
    "nagging",
    "complaining",
    "planning",
];

/// What they do it with, and when.
const BESIDE: &[&str] = &[
    "a",
    "an",
    "the",
    "my",
    "our",
    "me",
    "us",
    "him",
    "her",
    "to",
    "by",
    "at",
    "on",
    "for",
    "in",
    "am",
    "is",
    "are",
    "was",
    "were",
    "have",
    "has",
    "had",
    "will",
    "would",
    "must",
    "should",
    "could",
    "can",
    "not",
    "does",
    "do",
    "did",
    "keep",
    "keeps",
    "kept",
    "just",
    "already",
    "again",
    "need",
    "want",
    "like",
    "figure",
    "slide",
    "slides",
    "deck",
    "paper",
    "chart",
    "line",
    "answer",
    "meeting",
    "review",
    "audit",
    "freeze",
    "deadline",
    "test",
    "pen",
    "penetration",
    "plan",
    "plans",
    "recovery",
    "disaster",
    "capacity",
    "budget",
    "renewal",
    "licence",
    "license",
    "contract",
    "workshop",
    "inspection",
    "assessment",
    "certification",
    "presentation",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "next",
    "this",
    "week",
    "month",
    "quarter",
    "morning",
    "afternoon",
    "today",
    "tomorrow",
    "noon",
    "soon",
    "hour",
    "minutes",
    "half",
    "ten",
    "due",
    "coming",
    "comes",
    "starts",
    "begins",
];

/// What is coming.
const EVENTS: &[&str] = &[
    "audit",
    "review",
    "renewal",
    "meeting",
    "freeze",
    "deadline",
    "test",
    "workshop",
    "inspection",
    "assessment",
    "certification",
    "presentation",
];

/// That it comes.
const COMES: &[&str] = &["is", "comes", "coming", "starts", "begins", "due", "tomorrow"];

/// Whether a clause behind what was asked says only what somebody is about.
pub(super) fn is_afterthought(draft: &Draft<'_>, from: usize, end: usize) -> bool {
    let from = draft.skip(from, &["although", "though", "as", "because"]);
    end >= from + 3
        && (from..end).all(|at| is_of_one(draft.words.lower(at)))
        && (is_of_somebody(draft, from, end) || is_event(draft, from, end))
}

/// "I promised the CEO a figure by noon", "although we had a freeze".
fn is_of_somebody(draft: &Draft<'_>, from: usize, end: usize) -> bool {
    let who = draft.skip(from, &["the", "our", "my"]);
    let had = || draft.words.lower(who + 1) == "had" && EVENTS.contains(&draft.words.lower(end - 1));
    WHO.contains(&draft.words.lower(who)) && ((who + 1..end).any(|at| DOES.contains(&draft.words.lower(at))) || had())
}

/// "licence audit is coming", "the pen test starts Monday".
fn is_event(draft: &Draft<'_>, from: usize, end: usize) -> bool {
    (from..end.min(from + 4))
        .any(|at| EVENTS.contains(&draft.words.lower(at)) && at + 1 < end && COMES.contains(&draft.words.lower(at + 1)))
}

/// Whether a word may stand in such a sentence.
pub(super) fn is_of_one(word: &str) -> bool {
    BESIDE.contains(&word) || WHO.contains(&word) || DOES.contains(&word)
}

/// "I'm drafting our recovery plan and need the databases that …": how many words lead from there to what is asked for, where all
/// that stands before says what somebody is about.
pub(super) fn leads_to_request(draft: &Draft<'_>, from: usize, end: usize) -> Option<usize> {
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
        "and require",
        "so i need",
        "so we need",
        "that's why i need",
        "that is why i need",
    ]);
    let (joint, len) = (from + 2..end).find_map(|at| draft.said(at, SAID).map(|len| (at, len)))?;
    (joint + len < end && is_afterthought(draft, from, joint)).then_some(joint + len - from)
}
