//! By which words a question is about what happened, or about what there was.

use crate::lexicon::{Noun, Role, Sense, Senses};
use crate::phrases::{Mark, Marks};
use crate::rules::time::names_a_time;
use crate::tokens::Words;
use schema::{ColumnType, Table, TableKind, tables};

/// What happened to a resource between two syncs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Event {
    Added,
    Removed,
    Changed,
    /// Its size has another value.
    Resized,
}

impl Event {
    pub(super) fn value(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed | Self::Resized => "changed",
        }
    }
}

/// Verbs for what happened, and whether a table of resources may have a column or a state of that name, so that only a
/// time makes it an event.
pub(super) const EVENTS: &[(&str, Event, bool)] = &[
    ("appeared", Event::Added, false),
    ("appear", Event::Added, false),
    ("showed up", Event::Added, false),
    ("show up", Event::Added, false),
    ("popped up", Event::Added, false),
    ("turned up", Event::Added, false),
    ("newly added", Event::Added, false),
    ("added", Event::Added, false),
    ("are gone", Event::Removed, false),
    ("is gone", Event::Removed, false),
    ("gone", Event::Removed, false),
    ("disappeared", Event::Removed, false),
    ("disappear", Event::Removed, false),
    ("vanished", Event::Removed, false),
    ("vanish", Event::Removed, false),
    ("went away", Event::Removed, false),
    ("gone away", Event::Removed, false),
    ("went missing", Event::Removed, false),
    ("gone missing", Event::Removed, false),
    ("removed", Event::Removed, false),
    ("decommissioned", Event::Removed, false),
    ("torn down", Event::Removed, false),
    ("taken down", Event::Removed, false),
    ("destroyed", Event::Removed, false),
    ("deleted", Event::Removed, true),
    ("terminated", Event::Removed, true),
    ("changed", Event::Changed, false),
    ("modified", Event::Changed, false),
    ("altered", Event::Changed, false),
    ("reconfigured", Event::Changed, false),
    ("resized", Event::Resized, false),
];

const BEGINS: Marks = {
    let (mut marks, mut at) = (Marks::NONE, 0);
    while at < EVENTS.len() {
        marks = marks.with(Mark::of(EVENTS[at].0));
        at += 1;
    }
    marks
};

pub(super) fn event(words: &Words, at: usize) -> Option<(usize, Event, bool)> {
    // Most words are none of these.
    if !BEGINS.has(words.mark(at)) {
        return None;
    }
    let word = words.lower(at);
    let mut likely = EVENTS.iter().filter(|(verb, ..)| verb.starts_with(word));
    likely.find_map(|(verb, event, needs_time)| Some((words.says(at, verb)?, *event, *needs_time)))
}

/// How many words name changes as such there: "changes", "change log".
pub(super) fn noted(words: &Words, at: usize) -> Option<usize> {
    match (words.lower(at), words.lower(at + 1)) {
        ("change", "log" | "history" | "events") => Some(2),
        ("changes" | "changelog", _) => Some(1),
        _ => None,
    }
}

/// The table of what happened or of what was, where a question is about one of them.
pub(in crate::rules) fn subject(words: &Words, senses: &Senses<'_>, nouns: &[Noun]) -> Option<&'static Table> {
    let any = |wanted: &dyn Fn(usize) -> bool| (0..words.len()).any(wanted);
    const STARTS: Marks = Marks::of(&[
        "change",
        "changes",
        "changelog",
        "did",
        "have",
        "were",
        "was",
        "we",
        "had",
        "that",
        "existed",
        "over",
        "trend",
        "trends",
        "development",
        "evolution",
        "history",
        "changed",
        "evolve",
        "evolved",
        "develop",
        "developed",
        "grow",
        "grown",
        "shrunk",
        "moved",
        "trended",
    ])
    .and(BEGINS);
    let found = (0..words.len()).filter(|at| STARTS.has(words.mark(*at))).any(|at| {
        event(words, at).is_some() || noted(words, at).is_some() || was(words, at) || trend(words, at).is_some()
    });
    if !found || nouns.iter().any(|n| !kept(n.table)) {
        return None;
    }
    // Of causes, people, rates and money these tables tell nothing, and nothing of what did not happen.
    let else_ = any(&|at| {
        matches!(
            words.lower(at),
            "who"
                | "why"
                | "because"
                | "caused"
                | "cause"
                | "rate"
                | "percent"
                | "percentage"
                | "%"
                | "compare"
                | "compared"
                | "versus"
                | "vs"
                | "than"
                | "not"
                | "never"
                | "no"
                | "without"
                | "unchanged"
                | "haven't"
                | "hasn't"
                | "didn't"
                | "weren't"
                | "wasn't"
                | "increase"
                | "drop"
                | "if"
                | "unless"
                | "often"
                | "twice"
                | "times"
                | "longest"
                | "average"
                | "fast"
                | "quickly"
                | "expected"
                | "forecast"
                | "will"
        )
    });
    let money = any(&|at| senses.at(at).any(|(_, s)| matches!(s, Sense::Role(Role::Cost | Role::Spend))))
        || any(&|at| matches!(words.lower(at), "$" | "price" | "prices" | "savings" | "budget"));
    if else_ || money {
        return None;
    }
    let timed = any(&|at| names_a_time(words, at) || matches!(words.lower(at), "last" | "past" | "since"));
    let thing = nouns.iter().any(|n| is_thing(n.table));
    if thing && counts_over_time(words) || thing && timed && was_there(words, senses) {
        return Some(&tables::HISTORY);
    }
    // "created or deleted in October" is about two tables.
    let made = any(&|at| {
        matches!(words.lower(at), "created" | "launched" | "started" | "made" | "taken" | "stopped")
            && event(words, at).is_none()
    });
    let changes = any(&|at| happened(words, senses, at, nouns, timed));
    (changes && !made).then_some(&tables::CHANGES)
}

pub(super) fn is_thing(table: &Table) -> bool {
    table.name != "accounts" && (table.kind == TableKind::Resource || table.name == "resources")
}

/// Whether syncs keep what is in a table.
pub(super) fn kept(table: &Table) -> bool {
    table.kind == TableKind::Resource && table.name != "accounts"
        || matches!(table.name, "resources" | "accounts" | "changes" | "history")
}

/// Whether something came, went or changed, by the words there.
pub(super) fn happened(words: &Words, senses: &Senses<'_>, at: usize, nouns: &[Noun], timed: bool) -> bool {
    let before = words.lower(at.wrapping_sub(1));
    if noted(words, at).is_some() {
        return !matches!(before, "of" | "the" | "to") || at <= 3;
    }
    let Some((_, event, needs_time)) = event(words, at) else { return false };
    // "snapshots of deleted volumes": which ones, and not what happened.
    if needs_time && (!timed || matches!(before, "of" | "from" | "for" | "by" | "to")) {
        return false;
    }
    // "functions changed after 15 November" have a column for it.
    let own = |table: &Table| table.column("modified_at").is_some();
    let dated = nouns.iter().any(|n| own(n.table));
    let asked = (0..at)
        .any(|i| matches!(words.lower(i), "what" | "what's" | "whats" | "anything" | "something" | "everything"));
    let noun = nouns.iter().any(|n| is_thing(n.table));
    let named = senses.at(at).any(|(_, s)| matches!(s, Sense::Table(_)));
    !named && (asked || noun) && !(dated && matches!(event, Event::Changed))
}

/// "did we have", "were there", "existed": what was, and is perhaps no more.
pub(super) fn was(words: &Words, at: usize) -> bool {
    was_len(words, at).is_some()
}

pub(super) fn was_len(words: &Words, at: usize) -> Option<usize> {
    let three = matches!(words.phrase(at, 3), "did we have" | "did we run" | "did i have" | "have we had");
    let two = matches!(
        words.phrase(at, 2),
        "were there"
            | "was there"
            | "we had"
            | "had we"
            | "did exist"
            | "were running"
            | "was running"
            | "we ran"
            | "that existed"
    );
    if three {
        return Some(3);
    }
    // "what was our number of servers".
    let number = matches!(
        words.phrase(at + 1, 2),
        "our number" | "the number" | "our count" | "the count" | "our headcount" | "the headcount"
    );
    if words.lower(at) == "was" && number && words.lower(at + 3) == "of" {
        return Some(1);
    }
    if two {
        // The state is read by its own rule.
        return Some(if words.lower(at + 1) == "running" { 1 } else { 2 });
    }
    (words.lower(at) == "existed").then_some(1)
}

/// Whether it asks what there was at some time: "how many VMs did we have on Monday", "which VMs were running yesterday".
pub(super) fn was_there(words: &Words, senses: &Senses<'_>) -> bool {
    let asks = (0..words.len().min(4))
        .any(|at| matches!(words.lower(at), "which" | "what" | "list") || senses.role(at, Role::HowMany).is_some());
    let asks = asks || (1..words.len()).any(|at| words.phrase(at - 1, 2) == "what was" && was(words, at));
    let had = (0..words.len()).any(|at| was(words, at));
    // What is made has a time of its own, and so do snapshots.
    let dated = (0..words.len()).any(|at| {
        let own = |(_, _, c): (usize, &Table, &schema::Column)| {
            c.ty == ColumnType::Time && !matches!(words.lower(at), "age" | "old")
        };
        senses.columns_at(at).any(own)
            || matches!(
                words.lower(at),
                "created" | "launched" | "new" | "taken" | "older" | "newer" | "before" | "after" | "until"
            )
    });
    asks && had && !dated
}

/// "over time", "how did … change", "trend of": a count of each sync.
pub(super) fn trend(words: &Words, at: usize) -> Option<usize> {
    match (words.lower(at), words.lower(at + 1)) {
        ("over", "time") => Some(2),
        ("trend" | "trends" | "development" | "evolution" | "history", _) => Some(1),
        (
            "change" | "changed" | "evolve" | "evolved" | "develop" | "developed" | "grow" | "grown" | "shrunk"
            | "moved" | "trended",
            _,
        ) if opens_trend(words) => Some(1),
        _ => None,
    }
}

/// "how did", "how has".
pub(super) fn opens_trend(words: &Words) -> bool {
    (0..words.len().min(4))
        .any(|at| words.lower(at) == "how" && matches!(words.lower(at + 1), "did" | "has" | "have" | "does" | "is"))
}

/// "VM count over time", "how did the number of volumes change this month".
pub(super) fn counts_over_time(words: &Words) -> bool {
    let all = |wanted: &dyn Fn(usize) -> bool| (0..words.len()).any(wanted);
    let counted = all(&|at| matches!(words.lower(at), "count" | "counts" | "number" | "numbers" | "many"));
    counted && all(&|at| trend(words, at).is_some())
}
