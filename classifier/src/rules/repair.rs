//! "on AWS, no wait, Azure", "last month, sorry, this month", "volumes, I mean snapshots": what somebody took back while
//! writing.

use super::quantity::{Measured, quantity};
use super::{group, scope, time};
use crate::draft::Draft;
use crate::lexicon::{Role, Sense};
use crate::phrases::{Phrases, phrases};
use crate::tokens::{Kind, Words};

/// What becomes of a question in which something is taken back.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Repair {
    /// It is read without these stretches: where, and how many words.
    Without(Vec<(usize, usize)>),
    /// Nothing is taken back.
    Nothing,
    /// What is taken back cannot be told.
    Unclear,
}

/// Words with which somebody takes back what they said, longest first.
const MARKS: Phrases = phrases(&[
    "no wait sorry",
    "sorry i meant to say",
    "sorry i meant",
    "sorry i mean",
    "no i mean",
    "no i meant",
    "no sorry",
    "sorry no",
    "no wait",
    "wait no",
    "oh wait",
    "no actually",
    "actually no",
    "no rather",
    "i meant",
    "i mean",
    "or rather",
    "or better",
    "make that",
    "make it",
    "scratch that",
    "strike that",
    "let me rephrase",
    "let me rephrase that",
    "let me start over",
    "let me start again",
    "never mind",
    "nevermind",
    "correction",
    "actually",
    "rather",
    "sorry",
    "oops",
    "wait",
    "nope",
    "erm",
    "err",
    "er",
    "no",
]);

/// What a phrase is, where one of its kind can stand for another.
#[derive(Debug, Clone, Copy, PartialEq)]
enum What {
    Time,
    Provider,
    Place,
    Account,
    Rows,
    State,
    Amount(Measured),
    Top,
    Tag,
}

/// Whether something may be taken back: asked of every question, most of which have no such word.
pub(crate) fn may_repair(words: &Words) -> bool {
    (1..words.len()).any(|at| {
        matches!(
            words.lower(at),
            "no" | "sorry"
                | "wait"
                | "i"
                | "or"
                | "make"
                | "scratch"
                | "strike"
                | "let"
                | "never"
                | "nevermind"
                | "correction"
                | "actually"
                | "rather"
                | "oops"
                | "nope"
                | "erm"
                | "err"
                | "er"
                | "not"
                | "oh"
                | "well"
                | "hm"
        )
    })
}

/// What is taken back.
pub(crate) fn repair(draft: &Draft<'_>) -> Repair {
    for at in 1..draft.words.len() {
        let found = regrouped(draft, at).or_else(|| marked(draft, at));
        match found.unwrap_or_else(|| contrasted(draft, at)) {
            Repair::Nothing => {}
            found => return found,
        }
    }
    Repair::Nothing
}

/// "spend by service, sorry, by region": the first group is taken back.
fn regrouped(draft: &Draft<'_>, at: usize) -> Option<Repair> {
    let takes_back = matches!(draft.words.lower(at), "well" | "hm" | "sorry" | "no" | "rather" | "actually")
        && is_break(draft, at - 1);
    if !takes_back {
        return None;
    }
    let from = draft.skip(at + 1, &[",", "-", "i", "mean", "meant"]);
    draft.role(from, Role::By)?;
    let begins = |i: &usize| {
        let group = draft.role(*i, Role::By).map(|by| i + by);
        group.is_some_and(|i| group::dimension(draft, i).is_some_and(|(len, _)| i + len == at - 1))
    };
    let start = (1..at - 1).rev().find(begins)?;
    Some(Repair::Without(vec![(start, from - start)]))
}

/// What is taken back by the words there, if these are such words.
fn marked(draft: &Draft<'_>, at: usize) -> Option<Repair> {
    let len = mark(draft, at)?;
    let from = draft.skip(at + len, &[",", "-", "--", "the", "i", "meant", "mean"]);
    let before = (0..at).rev().find(|i| !is_break(draft, *i)).map_or(0, |i| i + 1);
    if before == 0 || from >= draft.words.len() {
        return None;
    }
    if restarted(draft, before, from) {
        return Some(Repair::Without(vec![(0, from)]));
    }
    // "stopped VMs. Sorry, VMs on spot" says anew what it is about, and perhaps no longer which.
    if (from..draft.words.len().min(from + 2)).any(|at| draft.noun(at).is_some())
        && (0..before).any(|at| draft.noun(at).is_some())
    {
        return Some(Repair::Unclear);
    }
    replaced(draft, before, from)
}

/// How many words take something back there. "no" alone must stand by itself, or before what it corrects.
fn mark(draft: &Draft<'_>, at: usize) -> Option<usize> {
    let len = draft.said(at, MARKS)?;
    let alone = is_break(draft, at - 1) && is_break(draft, at + len);
    let weak = matches!(
        draft.words.phrase(at, len),
        "no" | "actually" | "rather" | "wait" | "er" | "err" | "make it" | "correction"
    );
    // "with no owner", "no tags" take nothing back.
    let corrects = is_break(draft, at - 1)
        || what(draft, at + len).is_some_and(|(_, what)| matches!(what, What::Time | What::Provider | What::Place));
    // "boxes in prod, no public ip, no owner": a thing that they have not.
    let lacks = draft.words.phrase(at, len) == "no"
        && !alone
        && (draft.column(at + 1).is_some()
            || draft.role(at + 1, Role::TagWord).is_some()
            || super::tag::key(draft, at + 1).is_some());
    ((!weak || alone || corrects) && !lacks).then_some(len)
}

fn is_break(draft: &Draft<'_>, at: usize) -> bool {
    matches!(draft.words.lower(at), "," | "-" | "--") && draft.words.kind(at) != Some(Kind::Quoted)
}

/// "AWS, no wait, Azure": the last of the same kind before, or the only one.
fn replaced(draft: &Draft<'_>, before: usize, from: usize) -> Option<Repair> {
    let lead =
        draft.skip(from, &["in", "on", "for", "by", "of", "the", "from", "those", "only", "just", "over", "under"]);
    let (_, kind) = what(draft, from).or_else(|| what(draft, lead))?;
    // "on Amazon versus… never mind, just Amazon".
    let joint = |at: usize| {
        matches!(draft.words.lower(at), "and" | "or" | "versus" | "vs" | "," | "with" | "to" | "in" | "on" | "for")
    };
    let before = (0..before).rev().find(|i| !joint(*i)).map_or(before, |i| i + 1);
    let same = |at: usize| what(draft, at).filter(|(_, other)| *other == kind);
    if let Some(start) = (0..before).find(|at| same(*at).is_some_and(|(len, _)| at + len == before)) {
        return Some(Repair::Without(vec![(start, from - start)]));
    }
    let mut all = Vec::new();
    let mut at = 0;
    while at < before {
        match same(at) {
            Some((len, _)) => {
                all.push((at, len));
                at += len;
            }
            None => at += 1,
        }
    }
    match all.as_slice() {
        [] => None,
        // What stands between stays, and the break before the correction with it.
        [one] => {
            let rest = (before + 1, (from - before).saturating_sub(1));
            Some(Repair::Without([*one, rest].into_iter().filter(|(_, len)| *len > 0).collect()))
        }
        _ => Some(Repair::Unclear),
    }
}

/// "how much did … no, which services cost the most": what follows is a question of its own, and says again what was said.
fn restarted(draft: &Draft<'_>, before: usize, from: usize) -> bool {
    let about = (from..draft.words.len()).any(|at| {
        matches!(what(draft, at), Some((_, What::Rows)))
            || draft.role(at, Role::Spend).is_some()
            || draft.role(at, Role::Cost).is_some()
    });
    let said_again = |at: usize| {
        let word = draft.words.lower(at);
        let stem = word.trim_end_matches('s');
        (from..draft.words.len()).any(|i| draft.words.lower(i).trim_end_matches('s') == stem)
    };
    let means = |at: usize| {
        draft.words.kind(at) != Some(Kind::Word)
            || what(draft, at).is_some()
            || draft.senses.columns_at(at).next().is_some()
            || draft
                .senses
                .at(at)
                .any(|(_, s)| !matches!(s, Sense::Role(_) | Sense::Command | Sense::Off(_) | Sense::Bucket(_)))
            || super::tag::key(draft, at).is_some()
            || super::charges::names_kind(draft, at)
    };
    // "Hello again, and sorry for …" takes nothing back.
    let greets = draft.words.lower(from.saturating_sub(1)) == "sorry"
        && !(0..before).any(|at| !is_break(draft, at) && means(at));
    about && !greets && (0..before).filter(|at| !is_break(draft, *at)).all(|at| !means(at) || said_again(at))
}

/// "last month, not this month", "volumes, not snapshots".
fn contrasted(draft: &Draft<'_>, at: usize) -> Repair {
    if draft.words.lower(at) != "not" {
        return Repair::Nothing;
    }
    let before = (0..at).rev().find(|i| !is_break(draft, *i)).map_or(0, |i| i + 1);
    let from = draft.skip(at + 1, &["the", "for", "of"]);
    let Some((len, kind)) = what(draft, from).filter(|(_, what)| matches!(what, What::Time | What::Rows)) else {
        return Repair::Nothing;
    };
    let adjacent = (0..before).any(|i| what(draft, i).is_some_and(|(n, other)| other == kind && i + n == before));
    let closes = draft.ends(from + len);
    if adjacent && closes { Repair::Without(vec![(before, from + len - before)]) } else { Repair::Nothing }
}

/// What stands there, and how many words it takes.
fn what(draft: &Draft<'_>, at: usize) -> Option<(usize, What)> {
    if let Some((len, _)) = time::when(draft, at) {
        return Some((len, What::Time));
    }
    if scope::is_own(draft, at) {
        let region = draft.sense(at, |s| matches!(s, Sense::Region(_)).then_some(What::Place));
        return Some(region.unwrap_or((1, What::Account)));
    }
    if draft.role(at, Role::Top).is_some() && super::quantity::number(draft, at + 1).is_some() {
        return Some((2, What::Top));
    }
    // "every department tag, sorry, team tag".
    let key = super::tag::key(draft, at).map(|(len, _)| len).or_else(|| draft.senses.is_unknown(at).then_some(1));
    if let Some(len) = key
        && let Some(word) = draft.role(at + len, Role::TagWord)
    {
        return Some((len + word, What::Tag));
    }
    let sensed = draft.sense(at, |s| match s {
        Sense::Provider(_) => Some(What::Provider),
        Sense::Region(_) => Some(What::Place),
        Sense::Table(noun) if noun.table.name != "accounts" => Some(What::Rows),
        Sense::State(_) => Some(What::State),
        _ => None,
    });
    sensed.or_else(|| quantity(draft, at).map(|(len, found)| (len, What::Amount(found.unit))))
}
