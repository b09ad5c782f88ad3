//! Which words may stand in a clause that is beside the question.

use super::asks;
use super::words::{HARMLESS, IDIOMS, MENTAL, NEGATIONS, PEOPLE, SELECTING, SELVES, WISHES};
use crate::draft::Draft;
use crate::lexicon::{Role, Sense};
use crate::rules::aside::NARROWING;
use crate::rules::{preamble, quantity, scope, tag, time, value};
use crate::tokens::Kind;

/// "4.2" of a control, "2" of SOC 2.
pub(super) fn is_reference(draft: &Draft<'_>, at: usize) -> bool {
    matches!(draft.words.kind(at), Some(Kind::Number(_))) && draft.words.lower(at).len() <= 4
        || matches!(
            draft.words.lower(at),
            "soc" | "iso" | "pci" | "gdpr" | "nis2" | "dora" | "annual" | "quarterly" | "monthly"
        )
}

/// Whether a word says nothing of the estate in a sentence of that kind; one of a talk may say when that was.
pub(super) fn says_nothing(draft: &Draft<'_>, at: usize, from: usize, told: bool) -> bool {
    const CHOOSING: &[&str] = &[
        "except",
        "excluding",
        "exclude",
        "excluded",
        "ignoring",
        "ignore",
        "skip",
        "omit",
        "minus",
        "unless",
        "without",
        "only",
        "per",
        "each",
        "compare",
        "versus",
        "idle",
        "unused",
        "underused",
        "legacy",
        "obsolete",
        "deprecated",
        "stale",
        "orphaned",
        "abandoned",
        "untagged",
        "production",
        "staging",
        "prod",
        "dev",
        "internal",
        "external",
        "public",
        "private",
        "encrypted",
        "unencrypted",
        "forgotten",
        "oversized",
        "expensive",
        "cheap",
        "largest",
        "list",
        "show",
        "chart",
        "plot",
        "graph",
        "csv",
        "export",
        "explain",
        "forecast",
        "predict",
        "percent",
        "percentage",
        "average",
        "twice",
        "double",
    ];
    let word = draft.words.lower(at);
    let dated = |at: usize| time::when(draft, at).is_some();
    if fits(draft, at, from) {
        return true;
    }
    let named = || scope::is_own(draft, at) || draft.cx.vocabulary.has_in_name(word);
    let software = || value::is_engine(word) || value::names_software(draft, at);
    if CHOOSING.contains(&word) || named() || software() || tag::key(draft, at).is_some() {
        return false;
    }
    if HARMLESS.contains(&word) || PEOPLE.contains(&word) || selects(word) {
        return true;
    }
    if dated(at) || at > from && dated(at - 1) || at > from + 1 && dated(at - 2) {
        return told;
    }
    let number = quantity::number(draft, at).is_some() && word.bytes().all(|b| b.is_ascii_alphabetic());
    let free = draft.senses.at(at).all(|(_, s)| {
        matches!(
            s,
            Sense::Role(Role::Filler | Role::Is | Role::With | Role::Not | Role::Showing | Role::By | Role::First)
                | Sense::Command
                | Sense::Off(_)
                | Sense::Bucket(_)
        )
    }) && draft.senses.columns_at(at).next().is_none();
    number
        || draft.words.kind(at) == Some(Kind::Word)
            && free
            && !word.contains(|c: char| c.is_ascii_digit() || matches!(c, '_' | '.' | '=' | ':' | '/' | '*' | '-'))
}

/// Whether a word says which rows are meant, or what of them.
fn selects(word: &str) -> bool {
    NARROWING.contains(&word) || SELECTING.contains(&word)
}

pub(super) fn idiom(draft: &Draft<'_>, at: usize) -> Option<usize> {
    draft.said(at, IDIOMS)
}

/// Whether a word may stand in a clause that is beside the question and opened at `from`.
pub(super) fn fits(draft: &Draft<'_>, at: usize, from: usize) -> bool {
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
    if selects(word) {
        return false;
    }
    // "for this month's report" says which month.
    let timed = |at: usize| time::when(draft, at).is_some_and(|_| !matches!(draft.words.lower(at), "today" | "of"));
    if (timed(at) || at > from && timed(at - 1) && draft.words.lower(at - 1) != "today")
        && !deadline(draft, at)
        && !(1..4).any(|back| at >= back && deadline_len(draft, at - back) > back)
    {
        return false;
    }
    if matches!(word, "need" | "needs" | "want" | "wants" | "like" | "require" | "requires") && !wishes(draft, at) {
        return false;
    }
    if deadline(draft, at) || (1..4).any(|back| at >= back && deadline_len(draft, at - back) > back) {
        return true;
    }
    if HARMLESS.contains(&word) || PEOPLE.contains(&word) || WISHES.contains(&word) || preamble::is_paper(word) {
        return !scope::is_own(draft, at);
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
        && !scope::is_own(draft, at)
        && !draft.cx.vocabulary.has_in_name(word)
        && tag::key(draft, at).is_none()
        && time::when(draft, at).is_none()
        && !value::is_engine(word)
        && !value::names_software(draft, at)
}

/// "I want to shame someone", "I need this": no thing is asked for. "I need the hostnames" asks for one.
pub(super) fn wishes(draft: &Draft<'_>, at: usize) -> bool {
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
pub(super) fn deadline(draft: &Draft<'_>, at: usize) -> bool {
    deadline_len(draft, at) > 0
}

pub(super) fn deadline_len(draft: &Draft<'_>, at: usize) -> usize {
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
            let number =
                quantity::number(draft, at + 1).is_some() || matches!(draft.words.lower(at + 1), "a" | "an" | "few");
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
