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
    "line", "up", "off", "on", "out", "down", "over", "into", "not", "deployed", "pushed", "doesn't", "don't",
    "didn't", "can't",
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

/// Who reads what is answered, or sells what is bought: of whom a sentence says nothing of the rows.
const READERS: &[&str] = &[
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
    "controller",
    "controlling",
    "regulator",
    "regulators",
    "assessor",
    "assessors",
    "investors",
    "colleague",
    "colleagues",
    "somebody",
    "someone",
    "nobody",
    "everyone",
    "everybody",
    "he",
    "she",
];

/// Words with which somebody says what the things are, or which: "we call them workers", "we run nginx", "we keep those".
const NAMING: &[&str] = &[
    "call",
    "calls",
    "called",
    "name",
    "names",
    "named",
    "mean",
    "means",
    "meant",
    "label",
    "refer",
    "use",
    "uses",
    "used",
    "run",
    "runs",
    "own",
    "owns",
    "host",
    "hosts",
    "deploy",
    "deploys",
    "keep",
    "keeps",
    "put",
    "puts",
    "prefer",
    "only",
    "want",
    "wants",
    "need",
    "needs",
    "like",
    "likes",
    "them",
    "those",
    "these",
    "ones",
    "it",
    "that",
    "which",
    "who",
    "whose",
    "except",
    "about",
    "looking",
    "interested",
    "care",
    "cares",
];

/// Whether a clause behind what was asked says only what somebody is about.
pub(super) fn is_afterthought(draft: &Draft<'_>, from: usize, end: usize) -> bool {
    end >= from + 3 && (is_plan(draft, from, end) || is_event(draft, from, end) || is_of_somebody(draft, from, end))
}

/// "The board meets on Tuesday", "I promised the CEO a figure by noon", "although we had a freeze".
fn is_of_somebody(draft: &Draft<'_>, from: usize, end: usize) -> bool {
    let from = draft.skip(from, &["although", "though", "since", "as", "because"]);
    let who = draft.skip(from, &["the", "our", "my", "a", "an"]);
    let is_self = matches!(draft.words.lower(from), "i" | "we");
    let is_reader = (who..who + 2).find(|at| READERS.contains(&draft.words.lower(*at)));
    let Some(verb) = is_self.then_some(from + 1).or(is_reader.map(|at| at + 1)) else { return false };
    // "the board of directors machines": what stands behind must be said of them.
    let joint = matches!(
        draft.words.lower(verb),
        "of" | "in" | "on" | "at" | "with" | "from" | "which" | "that" | "who" | "and" | "or" | "for" | "by"
    );
    // "VMs, we bought from Acme": a verb without an object is said of what stands before.
    let said = draft.skip(verb, &["have", "had", "could", "can", "can't", "will", "would", "just", "already", "not"]);
    let object = matches!(
        draft.words.lower(said + 1),
        "a" | "an"
            | "the"
            | "my"
            | "our"
            | "some"
            | "this"
            | "no"
            | "him"
            | "her"
            | "everybody"
            | "somebody"
            | "nobody"
    );
    if is_self && !object && draft.words.lower(said) != "a" {
        return false;
    }
    let names = |at: usize| NAMING.contains(&draft.words.lower(at));
    let dated = |at: usize| is_day(draft.words.lower(at)) && at > verb;
    verb + 1 < end
        && !joint
        && (who..verb).all(|at| is_tame(draft, at, from) || READERS.contains(&draft.words.lower(at)))
        && (verb..end).all(|at| !names(at) && (is_tame(draft, at, from) || dated(at)))
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
    matches!(
        word,
        "monday"
            | "tuesday"
            | "wednesday"
            | "thursday"
            | "friday"
            | "next"
            | "week"
            | "month"
            | "soon"
            | "today"
            | "noon"
    )
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
