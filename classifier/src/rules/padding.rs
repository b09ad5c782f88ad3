//! "I've a review at noon, so could you tell me …", "…, the auditors keep asking": what is said around a question.
//!
//! Looked for only where the question could not be read with it. A clause is passed over where it opens as chat does and
//! holds no word that could say which rows are meant, or what of them.

mod afterthought;
mod fit;
mod request;
mod trail;
mod words;

use crate::draft::Draft;
use crate::lexicon::Role;
use crate::phrases::{Phrases, phrases};
use crate::tokens::Kind;
use afterthought::{is_afterthought, leads_to_request};
use fit::{fits, idiom, is_reference, says_nothing};
use trail::trails;
use words::{HARMLESS, JOINTS, MENTAL, NEGATIONS, OPENERS, PEOPLE, SELF_VERBS, SELVES, WISHES};

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
        // Whether all that stands before is passed over.
        let covered = |i: usize| is_break(draft, i) || found.iter().any(|(at, len)| (*at..at + len).contains(&i));
        let nothing_yet = (0..at).all(covered);
        let from = at + lead(draft, at, end, nothing_yet).unwrap_or(0);
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
    // What says how rows are grouped is never beside the question.
    let groups = |i: usize| {
        draft.role(i, Role::By).is_some_and(|len| {
            super::group::dimension(draft, draft.skip(i + len, &["the", "our"]))
                .is_some_and(|(_, field)| field.is_some())
        })
    };
    // Nor is what says when something was, or how many there are: "that hit us this year", "the number of them please".
    let tells = |at: usize, end: usize| {
        let dated = matches!(draft.words.lower(at), "that" | "which")
            && (at + 1..end).any(|i| super::time::when(draft, i).is_some());
        dated
            || (at..end).any(|i| {
                matches!(
                    draft.words.phrase(i, 3),
                    "number of them" | "number of those" | "count of them" | "one by one"
                )
            })
    };
    // Nor which charges are meant: "I was wondering what credits we got".
    let charges = |i: usize| super::charges::names_kind(draft, i);
    found.retain(|(at, len)| !(*at..at + len).any(groups) && !(*at..at + len).any(charges) && !tells(*at, at + len));
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
fn lead(draft: &Draft<'_>, at: usize, end: usize, nothing_yet: bool) -> Option<usize> {
    let from = draft.skip(at, JOINTS).min(end);
    // "first charges of November" are not all of them.
    let money = draft.role(from, Role::Cost).or_else(|| draft.role(from, Role::Spend)).is_some();
    let from = from - usize::from(from > at && money && draft.words.lower(from - 1) == "first");
    if from == end {
        return (end > at && end - at <= 3).then_some(end - at);
    }
    let leading = (0..at).all(|i| draft.noun(i).is_none());
    // "VMs in prod, I think staging" takes something back, and nobody knows what.
    let doubts = || matches!(draft.words.phrase(from, 2), "i think" | "i believe" | "i guess" | "i hear");
    if let Some(len) = narrows(draft, from).filter(|len| from + len < end && (leading || !doubts())) {
        return Some(from + len - at);
    }
    let last = end == draft.words.len() || end + 1 == draft.words.len();
    if is_beside(draft, from, end, leading)
        || closes(draft, from, end)
        || leading && !last && is_sentence(draft, from, end)
        || !leading && is_afterthought(draft, from, end)
    {
        return Some(end - at);
    }
    if nothing_yet && !last && is_heading(draft, from, end) {
        return Some(end - at);
    }
    // "for planning purposes I'd like".
    let purpose = purpose(draft, from, end).unwrap_or(0);
    if from + purpose == end {
        return (!last).then_some(end - at);
    }
    if let Some(len) =
        request::request(draft, from + purpose, end).filter(|len| nothing_yet || from + purpose + len == end)
    {
        return Some(from + purpose + len - at);
    }
    // "I've been asked how many …", "they want to know which …".
    let head = (from + 1..end.min(from + LONGEST)).find(|i| asks(draft, *i));
    if let Some(head) =
        head.filter(|head| is_beside(draft, from, *head, true) || leading && is_sentence(draft, from, *head))
    {
        return Some(head - at);
    }
    // "I'm writing our recovery plan and need …".
    if let Some(len) = leads_to_request(draft, from, end).filter(|_| leading) {
        return Some(from + len - at);
    }
    // "Sorry to bother you, but which …": the joint of what was passed over.
    (nothing_yet && from + purpose > at).then_some(from + purpose - at)
}

/// "for planning purposes", "for my presentation": what it is for.
fn purpose(draft: &Draft<'_>, at: usize, end: usize) -> Option<usize> {
    if draft.words.lower(at) != "for" {
        return None;
    }
    let to = (at + 2..end.min(at + 6))
        .find(|i| matches!(draft.words.lower(*i), "purposes" | "reasons" | "sake"))
        .map(|i| i + 1);
    let to = to.or_else(|| (end - at <= 6 && super::preamble::holds_paper(draft, at + 1, end)).then_some(end))?;
    (at + 1..to).all(|i| fits(draft, i, at) || is_reference(draft, i)).then_some(to - at)
}

/// "Peer review: …", "Control 4.2: …", "Population for sampling: …".
fn is_heading(draft: &Draft<'_>, from: usize, end: usize) -> bool {
    let heads = |i: usize| {
        matches!(
            draft.words.lower(i),
            "review"
                | "audit"
                | "sample"
                | "sampling"
                | "control"
                | "check"
                | "request"
                | "report"
                | "assessment"
                | "evidence"
                | "newsletter"
                | "presentation"
                | "slides"
                | "deck"
                | "briefing"
                | "survey"
                | "exercise"
                | "inspection"
                | "attestation"
                | "question"
                | "favour"
                | "favor"
        )
    };
    end - from <= 5 && (from..end).any(heads) && (from..end).all(|i| fits(draft, i, from) || is_reference(draft, i))
}

/// "whenever convenient", "quickly if you can", "at your convenience": behind what was asked.
fn closes(draft: &Draft<'_>, at: usize, end: usize) -> bool {
    const SAID: Phrases = phrases(&[
        "whenever convenient",
        "when convenient",
        "if convenient",
        "at your convenience",
        "at your earliest convenience",
        "in your own time",
        "if that is possible",
        "if that's possible",
        "if possible",
        "if at all possible",
        "quickly if you can",
        "if you can",
        "if you could",
        "if you would",
        "if you don't mind",
        "if you like",
        "if it helps",
        "if that helps",
        "if that makes sense",
        "one figure will do",
        "one number will do",
        "a number will do",
        "a figure will do",
        "any format will do",
        "any order will do",
        "any format",
        "format does not matter",
        "the sooner the better",
        "the earlier the better",
        "sooner rather than later",
        "as soon as possible",
        "as soon as you can",
        "once you have a minute",
        "whatever you have",
        "that would be lovely",
        "that would be great",
        "that would help",
        "that is all",
        "that's all",
        "that's it",
        "that would be all",
        "nothing else",
        "nothing more",
        "no commentary needed",
        "no comment needed",
        "no details needed",
        "no explanation needed",
        "no need to explain",
        "no more no less",
        "with thanks",
        "with many thanks",
        "with your permission",
        "or so i hope",
        "many thanks",
        "all clouds together",
    ]);
    draft.said(at, SAID).is_some_and(|len| at + len == end)
}

/// "Our contract is up for renewal": a sentence of somebody before anything was asked, of which no word is of the estate. Who
/// says so much of themselves says nothing of the rows.
fn is_sentence(draft: &Draft<'_>, from: usize, end: usize) -> bool {
    const OF_SELF: &[&str] = &[
        "i", "i'm", "i've", "i'd", "i'll", "we", "we're", "we've", "we'd", "we'll", "my", "our", "you", "your",
        "you'd", "you're", "you've", "me", "us",
    ];
    const OF_OTHERS: &[&str] =
        &["he", "she", "they", "his", "her", "their", "somebody", "someone", "everyone", "everybody", "nobody", "who"];
    let of_people = |i: usize| PEOPLE.contains(&draft.words.lower(i));
    let person = (from..end).any(|i| OF_SELF.contains(&draft.words.lower(i)))
        || OF_OTHERS.contains(&draft.words.lower(from))
        || draft.words.lower(from) == "to"
        || draft.words.lower(from) == "the" && (from + 1..end.min(from + 4)).any(of_people);
    let told = (from..end).any(|i| {
        matches!(
            draft.words.lower(i),
            "thank"
                | "thanks"
                | "sorry"
                | "apologies"
                | "meeting"
                | "mail"
                | "email"
                | "call"
                | "talked"
                | "discussed"
                | "spoke"
                | "happy"
                | "asked"
        )
    });
    // "in our team, which VMs …" says where.
    let placed = matches!(
        draft.words.lower(from),
        "in" | "on" | "at" | "of" | "for" | "from" | "within" | "under" | "across" | "by" | "with" | "without"
    ) && !matches!(
        draft.words.phrase(from, 3),
        "in my opinion"
            | "in my view"
            | "in my experience"
            | "in my head"
            | "from my side"
            | "from what i"
            | "in your own"
            | "at your convenience"
            | "with your help"
            | "with your permission"
            | "on my side"
            | "from our side"
            | "on our side"
    );
    person
        && !placed
        && end - from >= 2
        && end - from <= LONGEST
        && (from..end).all(|i| says_nothing(draft, i, from, told))
        && !names_a_side(draft, from, end)
}

/// "I only care about", "only interested in": what follows says which rows.
fn narrows(draft: &Draft<'_>, at: usize) -> Option<usize> {
    const SAID: Phrases = phrases(&[
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
        "limited to account",
        "restricted to",
        "limited to the",
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
        "if i'm not mistaken there is",
        "if i'm not mistaken",
        "if i am not mistaken",
        "if i remember correctly",
        "if i remember rightly",
        "if memory serves",
        "as far as i know",
        "as far as i remember",
        "to be honest",
        "i'm told",
        "i am told",
        "i hear",
        "from what i hear",
        "i believe",
        "i think",
        "i guess",
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
    ]);
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

/// Whether a clause is beside the question: it opens as chat does, and no word of it selects.
fn is_beside(draft: &Draft<'_>, from: usize, end: usize, leading: bool) -> bool {
    if end - from > LONGEST {
        return false;
    }
    let Some(len) = opens(draft, from, end, leading) else { return false };
    // Behind what was asked, things that nobody knows may be which rows are meant: "we have to leave out bastions".
    let known = |i: usize| leading || !may_be_things(draft, i);
    (from + len..end).all(|i| fits(draft, i, from) && known(i)) && !names_a_side(draft, from, end)
}

/// Whether a word that nobody knows may be many things: "bastions", "webservers".
pub(super) fn may_be_things(draft: &Draft<'_>, at: usize) -> bool {
    let word = draft.words.lower(at);
    let is_many = word.len() > 3 && word.ends_with('s') && !word.ends_with("ss") && !word.ends_with("'s");
    is_many
        && draft.senses.is_unknown(at)
        && ![SELF_VERBS, MENTAL, PEOPLE, WISHES, HARMLESS, NEGATIONS].iter().any(|words| words.contains(&word))
        && !super::preamble::is_paper(word)
        && !afterthought::is_of_one(word)
}

/// "I'm looking at the payments side", "we are responsible for ingestion": what a clause says that somebody is on may be which
/// rows are meant.
fn names_a_side(draft: &Draft<'_>, from: usize, end: usize) -> bool {
    const SAID: Phrases = phrases(&[
        "looking at",
        "looking for",
        "looking into",
        "working on",
        "work on",
        "responsible for",
        "in charge of",
        "focused on",
        "focusing on",
        "on call for",
    ]);
    let known = |i: usize| HARMLESS.contains(&draft.words.lower(i)) || PEOPLE.contains(&draft.words.lower(i));
    let plain = |i: usize| !draft.senses.is_unknown(i) || known(i) || super::preamble::is_paper(draft.words.lower(i));
    (from..end).any(|at| draft.said(at, SAID).is_some_and(|len| !(at + len..end).all(plain)))
}

/// Whether a clause opens there that is beside the question, although it stands behind what is asked for.
pub(super) fn opens_chat(draft: &Draft<'_>, at: usize) -> bool {
    opens(draft, at, clause_end(draft, at), false).is_some()
}

/// How many words open a clause of chat there.
fn opens(draft: &Draft<'_>, at: usize, end: usize, leading: bool) -> Option<usize> {
    let word = draft.words.lower(at);
    if let Some(len) = draft.said(at, OPENERS).or_else(|| idiom(draft, at)) {
        // "team storefront" greets nobody.
        let named = matches!(draft.words.phrase(at, len), "team" | "folks") && at + len < end;
        return (at + len <= end && !named).then_some(len);
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
    let noun = (who..(who + 3).min(end)).rev().find(|i| PEOPLE.contains(&draft.words.lower(*i)))?;
    let plain = (who..noun).all(|i| fits(draft, i, at) || PEOPLE.contains(&draft.words.lower(i)));
    let verb = (noun + 1..(noun + 5).min(end)).find(|i| WISHES.contains(&draft.words.lower(*i)))?;
    // "they want owners", "the boss wants a ranking" says what is asked for.
    let wants = matches!(draft.words.lower(verb), "want" | "wants" | "wanted" | "need" | "needs" | "needed");
    if wants && !fit::wishes(draft, verb) {
        return None;
    }
    (plain && (noun + 1..verb).all(|i| fits(draft, i, at))).then_some(verb + 1 - at)
}
