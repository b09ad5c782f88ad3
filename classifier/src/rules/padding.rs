//! "I've a review at noon, so could you tell me …", "…, the auditors keep asking": what is said around a question.
//!
//! Looked for only where the question could not be read with it. A clause is passed over where it opens as chat does and
//! holds no word that could say which rows are meant, or what of them.

mod words;

use crate::draft::Draft;
use crate::lexicon::{Role, Sense};
use crate::tokens::Kind;
use words::{HARMLESS, IDIOMS, JOINTS, MENTAL, NEGATIONS, OPENERS, PEOPLE, SELECTING, SELF_VERBS, SELVES, WISHES};

/// Words of chat, which are spelled as they are.
pub(crate) fn chat_words() -> impl Iterator<Item = &'static str> {
    [SELF_VERBS, MENTAL, PEOPLE, WISHES, HARMLESS].into_iter().flatten().copied()
}

/// A longer clause is more than chat.
const LONGEST: usize = 30;

/// The stretches of a question that are beside it, in order: where, and how many words.
pub(crate) fn padding(draft: &Draft<'_>) -> Vec<(usize, usize)> {
    let mut found: Vec<(usize, usize)> = Vec::new();
    let mut at = 0;
    while at < draft.words.len() {
        let end = clause_end(draft, at);
        let from = at + lead(draft, at, end).unwrap_or(0);
        if from > at {
            found.push((at, from - at));
        }
        if from < end
            && let Some(tail) = (from.max(1)..end).find(|i| *i > at && trails(draft, *i, end))
        {
            found.push((tail, end - tail));
        }
        at = end + 1;
    }
    let passed: usize = found.iter().map(|(_, len)| len).sum();
    // Something must be left to be asked.
    if passed + 2 > draft.words.len() { Vec::new() } else { found }
}

/// Where the clause ends that holds that place: at a break, or behind the last word.
fn clause_end(draft: &Draft<'_>, at: usize) -> usize {
    (at..draft.words.len()).find(|i| is_break(draft, *i)).unwrap_or(draft.words.len())
}

fn is_break(draft: &Draft<'_>, at: usize) -> bool {
    matches!(draft.words.lower(at), "," | "-" | "--" | ":") && draft.words.kind(at) != Some(Kind::Quoted)
}

/// How many words at the beginning of a clause are beside the question: all of them, or those up to where it is asked.
fn lead(draft: &Draft<'_>, at: usize, end: usize) -> Option<usize> {
    let from = draft.skip(at, JOINTS).min(end);
    if from == end {
        return (end > at && end - at <= 3).then_some(end - at);
    }
    if let Some(len) = narrows(draft, from).filter(|len| from + len < end) {
        return Some(from + len - at);
    }
    let leading = (0..at).all(|i| draft.noun(i).is_none());
    if is_beside(draft, from, end, leading) {
        return Some(end - at);
    }
    // "I've been asked how many …", "they want to know which …".
    let head = (from + 1..end).find(|i| asks(draft, *i))?;
    is_beside(draft, from, head, true).then_some(head - at)
}

/// "I only care about", "only interested in": what follows says which rows.
fn narrows(draft: &Draft<'_>, at: usize) -> Option<usize> {
    const SAID: &[&str] = &[
        "i only care about",
        "i care only about",
        "we only care about",
        "i'm only interested in",
        "i am only interested in",
        "we're only interested in",
        "i'm interested in",
        "we're interested in",
        "only interested in",
        "interested only in",
        "i only need",
        "i only want",
        "we only need",
        "we only want",
        "i just need",
        "i just want",
        "i'm only after",
        "i'm after",
        "i'm only looking at",
        "i'm only looking for",
        "i mean only",
        "i only mean",
        "it's only about",
        "it's about",
        "this is about",
        "this is only about",
        "i'm talking about",
        "talking about",
        "we're talking about",
        "i'm asking about",
        "asking about",
        "i was thinking of",
        "i'm thinking of",
    ];
    draft.said(at, SAID)
}

/// Whether a question begins at that place: "which", "how many", "show me".
fn asks(draft: &Draft<'_>, at: usize) -> bool {
    let word = draft.words.lower(at);
    let counts = word == "how" && matches!(draft.words.lower(at + 1), "many" | "much" | "big" | "old");
    counts
        || matches!(
            word,
            "which"
                | "what"
                | "what's"
                | "list"
                | "show"
                | "give"
                | "whose"
                | "find"
                | "count"
                | "where"
                | "who"
                | "name"
        ) && !matches!(draft.words.lower(at.wrapping_sub(1)), "a" | "the" | "my" | "our" | "your" | "this")
            && idiom(draft, at).is_none()
}

/// Whether everything from that place to the end of the clause says why a question is asked.
fn trails(draft: &Draft<'_>, at: usize, end: usize) -> bool {
    const WHY: &[&str] = &[
        "because",
        "cause",
        "cos",
        "coz",
        "so that i",
        "so that we",
        "so i can",
        "so we can",
        "so i could",
        "so i know",
        "so we know",
        "so they",
        "in order to",
        "in case",
        "since finance",
        "since i",
        "since i'm",
        "since we",
        "since my",
        "as finance",
        "as my",
        "as our",
        "as i",
        "as they",
        "to satisfy",
        "to support",
        "to settle",
        "to help me",
        "to help us",
        "to keep the",
        "to keep my",
        "to be safe",
        "to be sure",
        "to show my",
        "to show the",
        "to show them",
        "to put in",
        "to put into",
        "to put on",
        "to take to",
        "to bring to",
        "to convince",
        "to prove",
        "to reassure",
        "to calm",
        "to brief",
        "to answer",
        "to report",
        "to present",
        "to discuss",
        "to prepare",
        "to complete",
        "to pass",
        "to paste",
        "to see if",
        "to make sure",
        "to double check",
        "to sanity check",
        "to get rid of",
        "to clean up",
        "before i",
        "before we",
        "before my",
        "before our",
        "before somebody",
        "before someone",
        "before anyone",
        "due to",
        "owing to",
        "on behalf of",
        "at the request of",
        "requested by",
        "as requested",
        "as required",
        "as part of",
        "ahead of",
        "in preparation for",
        "in time for",
        "for my",
        "for our",
        "for the",
        "for a",
        "for an",
        "for this",
        "for next",
        "for tomorrow",
        "for monday",
        "for tuesday",
        "for wednesday",
        "for thursday",
        "for friday",
        "by friday",
        "by monday",
        "by tomorrow",
        "by tonight",
        "by noon",
        "by eod",
        "by cob",
        "by end of day",
        "by end of business",
        "by close of business",
        "if you can",
        "if you could",
        "if possible",
        "if you have",
        "if you don't",
        "if that's",
        "if it isn't",
        "if it's not",
        "when you",
        "whenever you",
        "i need it",
        "i need this",
        "we need it",
        "we need this",
        "i'd like to know",
        "would be",
        "will do",
    ];
    let Some(len) = draft.said(at, WHY) else { return false };
    let word = draft.words.lower(at);
    // "created before we moved", "made for the finance team": which rows.
    let before = (at.saturating_sub(3)..at).any(|i| is_time_column(draft, i));
    if before && matches!(word, "before" | "since" | "for" | "by" | "as") {
        return false;
    }
    // "for the board deck": what it is for must be a paper or somebody who reads it.
    let needs_paper = matches!(word, "for" | "ahead") && !super::preamble::holds_paper(draft, at + 1, end);
    !needs_paper && (at + len..end).all(|i| fits(draft, i, at)) && end - at <= LONGEST && end > at + len - 1
}

fn is_time_column(draft: &Draft<'_>, at: usize) -> bool {
    draft.senses.columns_at(at).any(|(_, _, column)| column.ty == schema::ColumnType::Time)
        || matches!(draft.words.lower(at), "tagged" | "owned" | "ran" | "run" | "running" | "stopped" | "deleted")
}

/// Whether a clause is beside the question: it opens as chat does, and no word of it selects.
fn is_beside(draft: &Draft<'_>, from: usize, end: usize, leading: bool) -> bool {
    if end - from > LONGEST {
        return false;
    }
    let Some(len) = opens(draft, from, end, leading) else { return false };
    (from + len..end).all(|i| fits(draft, i, from))
}

/// Whether a clause opens there that is beside the question, although it stands behind what is asked for.
pub(super) fn opens_chat(draft: &Draft<'_>, at: usize) -> bool {
    opens(draft, at, clause_end(draft, at), false).is_some()
}

/// How many words open a clause of chat there.
fn opens(draft: &Draft<'_>, at: usize, end: usize, leading: bool) -> Option<usize> {
    let word = draft.words.lower(at);
    if let Some(len) = draft.said(at, OPENERS).or_else(|| idiom(draft, at)) {
        return (at + len <= end).then_some(len);
    }
    if SELVES.contains(&word) {
        let verb = draft.words.lower(at + 1);
        // Behind the question "we never patched" would say which rows.
        let told =
            leading || SELF_VERBS.contains(&verb) || matches!(word, "i'm" | "im" | "i've" | "ive" | "i'd" | "i'll");
        return (told && at + 1 < end).then_some(1);
    }
    // "the finance people want", "someone in the corridor said".
    let who = draft.skip(at, &["the", "our", "my", "a", "an", "some", "one", "of", "that"]);
    let noun = (who..(who + 3).min(end)).filter(|i| PEOPLE.contains(&draft.words.lower(*i))).last()?;
    let plain = (who..noun).all(|i| fits(draft, i, at) || PEOPLE.contains(&draft.words.lower(i)));
    let verb = (noun + 1..(noun + 5).min(end)).find(|i| WISHES.contains(&draft.words.lower(*i)))?;
    (plain && (noun + 1..verb).all(|i| fits(draft, i, at))).then_some(verb + 1 - at)
}

fn idiom(draft: &Draft<'_>, at: usize) -> Option<usize> {
    draft.said(at, IDIOMS)
}

/// Whether a word may stand in a clause that is beside the question and opened at `from`.
fn fits(draft: &Draft<'_>, at: usize, from: usize) -> bool {
    // An idiom that holds the word: "if you can".
    let within = |back: usize| at >= from + back && idiom(draft, at - back).is_some_and(|len| len > back);
    if (0..5).any(within) {
        return true;
    }
    let word = draft.words.lower(at);
    if SELVES.contains(&word)
        || matches!(word, "a" | "an" | "the" | "my" | "our" | "your" | "his" | "her" | "their" | "me" | "us" | "you")
    {
        return true;
    }
    if NEGATIONS.contains(&word) {
        let next =
            draft.skip(at + 1, &["really", "even", "quite", "want", "to", "a", "all", "be", "that", "too", "have"]);
        return draft.ends(next)
            || MENTAL.contains(&draft.words.lower(next))
            || MENTAL.contains(&draft.words.lower(at + 1));
    }
    if SELECTING.contains(&word) {
        return false;
    }
    if matches!(word, "need" | "needs" | "want" | "wants" | "like" | "require" | "requires") && !wishes(draft, at) {
        return false;
    }
    if deadline(draft, at) || (1..4).any(|back| at >= back && deadline_len(draft, at - back) > back) {
        return true;
    }
    if HARMLESS.contains(&word) || PEOPLE.contains(&word) || WISHES.contains(&word) || super::preamble::is_paper(word) {
        return !super::scope::is_own(draft, at);
    }
    let free = draft.senses.is_unknown(at)
        || draft.senses.at(at).all(|(len, s)| {
            len > 1 || matches!(s, Sense::Role(Role::Filler) | Sense::Command | Sense::Off(_) | Sense::Bucket(_))
        }) && draft.senses.columns_at(at).all(|(len, ..)| len > 1);
    draft.words.kind(at) == Some(Kind::Word)
        && free
        && !word.contains(|c: char| c.is_ascii_digit() || matches!(c, '_' | '.' | '=' | ':' | '/' | '*'))
        && (!word.contains('-')
            || matches!(
                word,
                "follow-up" | "month-end" | "year-end" | "sign-off" | "hand-over" | "post-mortem" | "e-mail"
            ))
        && !super::scope::is_own(draft, at)
        && super::tag::key(draft, at).is_none()
        && super::time::when(draft, at).is_none()
        && !super::value::is_engine(word)
        && !super::value::names_software(draft, at)
}

/// "I want to shame someone", "I need this": no thing is asked for. "I need the hostnames" asks for one.
fn wishes(draft: &Draft<'_>, at: usize) -> bool {
    let next = draft.words.lower(at + 1);
    draft.ends(at + 1)
        || matches!(
            next,
            "to" | "it"
                | "this"
                | "that"
                | "them"
                | "him"
                | "her"
                | "some"
                | "answers"
                | "an"
                | "for"
                | "by"
                | "asap"
                | "now"
                | "soon"
                | "urgently"
                | "quickly"
                | "when"
                | "if"
                | "evidence"
                | "proof"
                | "me"
                | "us"
                | "from"
                | "help"
        ) && !asks(draft, at + 2)
}

/// "by Friday", "for Thursday", "in ten minutes": when the answer is wanted.
fn deadline(draft: &Draft<'_>, at: usize) -> bool {
    deadline_len(draft, at) > 0
}

fn deadline_len(draft: &Draft<'_>, at: usize) -> usize {
    let day = |i: usize| {
        matches!(
            draft.words.lower(i),
            "monday"
                | "tuesday"
                | "wednesday"
                | "thursday"
                | "friday"
                | "saturday"
                | "sunday"
                | "tomorrow"
                | "tonight"
                | "noon"
                | "lunch"
                | "eod"
                | "cob"
                | "today"
                | "then"
        )
    };
    match draft.words.lower(at) {
        "by" | "for" | "until" | "before" => {
            let from = draft.skip(at + 1, &["this", "next", "coming", "the"]);
            let end = match draft.words.lower(from) {
                "end" | "close" if draft.words.lower(from + 1) == "of" => from + 3,
                _ if day(from) => from + 1,
                "week" | "month" | "quarter" if draft.words.lower(from.wrapping_sub(1)) == "next" => from + 1,
                _ => return 0,
            };
            end - at
        }
        "in" | "within" => {
            let number = super::quantity::number(draft, at + 1).is_some()
                || matches!(draft.words.lower(at + 1), "a" | "an" | "few");
            let from = draft.skip(at + 1, &["a", "an", "few"]).max(at + 2);
            let unit = if number && from > at + 2 { from } else { at + 2 };
            let soon = matches!(draft.words.lower(unit), "minute" | "minutes" | "mins" | "min" | "hour" | "hours");
            if number && soon { unit + 1 - at } else { 0 }
        }
        "next" if matches!(draft.words.lower(at + 1), "week" | "month" | "quarter" | "year") => 2,
        "this" if matches!(draft.words.lower(at + 1), "afternoon" | "evening" | "morning") => 2,
        "tomorrow" | "tonight" => 1,
        _ => 0,
    }
}
