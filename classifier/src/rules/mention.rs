//! "restart count of", "cleanup candidates: …", "we want to delete snapshots, which are old?": words of a change where none is
//! asked for.

use crate::lexicon::{Role, Sense, Senses};
use crate::tokens::{Kind, Words};

/// What a command may stand before as a noun does: "delete candidates", "restart count".
const PAPERS: &[&str] = &[
    "count",
    "counts",
    "policy",
    "policies",
    "rules",
    "list",
    "lists",
    "candidate",
    "candidates",
    "date",
    "dates",
    "status",
    "report",
    "log",
    "logs",
    "history",
    "schedule",
    "schedules",
    "window",
    "windows",
    "events",
    "statistics",
    "coverage",
];

/// Whether the word there, which can be a command, is none where it stands.
pub(super) fn mentions(words: &Words, senses: &Senses<'_>, at: usize) -> bool {
    let word = words.lower(at);
    let next = words.lower(at + 1);
    match word {
        // "add up the sizes".
        "add" => next == "up",
        "put" => {
            let into = |at: usize| matches!(words.lower(at), "on" | "in" | "into" | "to");
            let shown = (at + 2..words.len()).any(|i| {
                matches!(words.phrase(i, 3), "in a table" | "in a list" | "into a table" | "in one list")
                    || words.phrase(i, 2) == "in order"
            });
            let beside = (at + 2..words.len()).any(|i| {
                words.phrase(i, 2) == "next to" || matches!(words.lower(i), "beside" | "alongside" | "against")
            }) && (at + 1..words.len()).any(|i| is_money(senses, i));
            shown || beside || matches!(next, "together" | "it" | "them") && !into(at + 2)
        }
        // "allocate shared cost to teams by their share" asks for sums.
        "allocate" => (at..words.len()).any(|i| is_money(senses, i)),
        // "block volumes" are a kind of volumes.
        "block" => matches!(next, "volumes" | "volume" | "storage" | "device" | "devices"),
        // "over 5 %, make that 10 %" corrects what was said; "make it short" is about the answer.
        "make" => {
            let corrects = at > 0 && (at + 2..at + 5).any(|i| matches!(words.kind(i), Some(Kind::Number(_))));
            let form = (at + 2..at + 5)
                .any(|i| matches!(words.lower(i), "short" | "brief" | "quick" | "table" | "list" | "chart"));
            matches!(next, "that" | "it") && (corrects || form)
        }
        "send" => matches!(next, "me" | "us" | "over") || sends_list(words, at),
        "run" => matches!(next, "me" | "us") || words.phrase(at + 1, 2) == "the numbers",
        "update" => matches!(next, "me" | "us" | "on"),
        // "kindly revert with the cost by team" wants an answer.
        "revert" => matches!(next, "with" | "back" | "by" | "on"),
        "bring" | "copy" | "move" | "stop" if matches!(next, "me" | "us") => true,
        // A thing is shared with somebody; a list is told.
        "share" => !(at..words.len())
            .any(|i| matches!(words.lower(i), "with" | "publicly") && !matches!(words.lower(i + 1), "me" | "us" | "")),
        // "drop tax, spend by service": rows are left out, and nothing is changed.
        "remove" | "drop" | "strip" if is_charge(words, at + 1) => true,
        // "build servers by cost".
        "build" | "deploy" | "launch" | "patch" | "backup" | "archive" => {
            PAPERS.contains(&next) || thing(senses, at + 1).is_some_and(|len| told_of(senses, at + 1 + len))
        }
        _ => PAPERS.contains(&next),
    }
}

/// "please send the list of volumes": asks to be told, where nobody is named whom to send it to.
pub(super) fn sends_list(words: &Words, at: usize) -> bool {
    let list = (at + 1..at + 5)
        .take_while(|i| !matches!(words.lower(*i), "of" | "to" | "," | ""))
        .any(|i| matches!(words.lower(i), "list" | "overview" | "table" | "breakdown" | "figures"));
    let whom = |at: usize| matches!(words.lower(at), "to" | "email" | "mail" | "slack" | "teams");
    words.lower(at) == "send" && list && !(at + 1..words.len()).any(whom)
}

fn is_money(senses: &Senses<'_>, at: usize) -> bool {
    senses.at(at).any(|(_, s)| matches!(s, Sense::Role(Role::Cost | Role::Spend)))
}

fn is_charge(words: &Words, at: usize) -> bool {
    let from = at + usize::from(matches!(words.lower(at), "the" | "all" | "any"));
    matches!(
        words.lower(from),
        "tax" | "taxes" | "credits" | "refunds" | "discounts" | "purchases" | "support" | "noise" | "duplicates"
    )
}

fn thing(senses: &Senses<'_>, at: usize) -> Option<usize> {
    senses.at(at).find_map(|(len, s)| matches!(s, Sense::Table(_)).then_some(len))
}

fn told_of(senses: &Senses<'_>, at: usize) -> bool {
    is_money(senses, at) || senses.at(at).any(|(_, s)| matches!(s, Sense::Role(Role::By)))
}

/// "To clean up disks, which are unattached?", "we want to delete snapshots: which are old?": where what it is for ends, behind
/// which something is asked.
pub(super) fn purpose_end(words: &Words) -> usize {
    let plans = matches!(words.lower(0), "i" | "we")
        && matches!(
            words.lower(1),
            "want" | "need" | "plan" | "have" | "must" | "intend" | "will" | "should" | "might"
        )
        || matches!(words.phrase(0, 2), "need to" | "want to" | "have to" | "we're going" | "about to");
    let opens = words.lower(0) == "to"
        || matches!(words.phrase(0, 2), "before i" | "before we" | "so that" | "in order" | "when i" | "when we")
        || plans && !(0..words.len()).any(|at| words.lower(at) == "you");
    let end = (1..words.len().min(16)).find(|at| words.lower(*at) == ",").filter(|_| opens);
    let asks = |at: usize| {
        matches!(
            words.lower(at),
            "which" | "what" | "how" | "list" | "show" | "where" | "who" | "name" | "find" | "give" | "whose"
        )
    };
    end.filter(|end| (end + 1..end + 4).any(asks)).unwrap_or(0)
}
