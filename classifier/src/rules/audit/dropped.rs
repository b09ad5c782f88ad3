//! "possibly stopped", "quick databases", "instances of mine", "volumes lying around": words that mostly say nothing, where they
//! say which rows are meant.

use crate::draft::Draft;
use crate::lexicon::{Role, Sense};
use crate::phrases::{Phrases, phrases};
use schema::Query;
use schema::query::Condition;

/// "instances possibly stopped": nobody knows of which that may be. "possibly, which ones" is polite.
pub(super) fn hedged(draft: &Draft<'_>, _: &Query) -> Option<&'static str> {
    let hedge = |at: usize| {
        matches!(
            draft.words.lower(at),
            "maybe"
                | "perhaps"
                | "possibly"
                | "probably"
                | "presumably"
                | "supposedly"
                | "potentially"
                | "seemingly"
                | "apparently"
                | "allegedly"
                | "reportedly"
                | "ostensibly"
                | "theoretically"
                | "hopefully"
                | "mistakenly"
        )
    };
    let said_of_them = |at: usize| {
        let next = draft.skip(at + 1, &["be", "been", "not", "a"]);
        is_quality(draft, next) || draft.role(next, Role::Without).is_some() || draft.compare(next).is_some()
    };
    (1..draft.words.len())
        .any(|at| hedge(at) && !draft.opens_at(at) && draft.words.lower(at - 1) != "," && said_of_them(at))
        .then_some("what may be so is not known, only what is")
}

/// Whether a word there says how something is.
fn is_quality(draft: &Draft<'_>, at: usize) -> bool {
    const SAID: &[Role] = &[Role::Attached, Role::Detached, Role::Untagged, Role::Tagged];
    let told = draft.sense(at, |s| match s {
        Sense::State(_) => Some(()),
        Sense::Flag { column, .. } | Sense::Value { column, .. } => draft.own(column).map(|_| ()),
        _ => None,
    });
    let flag = || draft.column(at).is_some_and(|(_, column)| column.ty == schema::ColumnType::Bool);
    told.is_some() || SAID.iter().any(|role| draft.role(at, *role).is_some()) || flag()
}

/// "quick databases", "complete snapshots": of which kind they are. "quick VM count" is in a hurry.
pub(super) fn praised(draft: &Draft<'_>, _: &Query) -> Option<&'static str> {
    let praise = |at: usize| {
        matches!(
            draft.words.lower(at),
            "quick" | "complete" | "great" | "cool" | "perfect" | "simple" | "nice" | "good" | "fine"
        )
    };
    let kind_of = |at: usize| {
        draft.noun(at + 1).is_some_and(|(len, noun)| {
            let end = at + 1 + len;
            let of_them =
                matches!(draft.words.lower(end), "count" | "list" | "overview" | "check" | "breakdown" | "please");
            noun.plural && !of_them
        })
    };
    (0..draft.words.len())
        .any(|at| praise(at) && kind_of(at))
        .then_some("what makes them so is in no column: name one, with a figure")
}

/// "instances of mine", "the ones that are mine": whose they are is asked. "my instances" are those that there are.
pub(super) fn of_mine(draft: &Draft<'_>, _: &Query) -> Option<&'static str> {
    let owned = |at: usize| {
        draft.words.lower(at) == "mine"
            && matches!(draft.words.lower(at.wrapping_sub(1)), "of" | "are" | "is" | "being")
    };
    (0..draft.words.len())
        .any(owned)
        .then_some("whose they are is told by a tag: say for instance `owned by alice`, or `of team data`")
}

/// "volumes lying around", "snapshots left over": what nothing uses, and not all that there are.
pub(super) fn left_lying(draft: &Draft<'_>, query: &Query) -> Option<&'static str> {
    const LYING: Phrases = phrases(&[
        "lying around",
        "lying there",
        "laying around",
        "floating around",
        "hanging around",
        "kicking around",
        "sitting around",
        "sitting there",
        "sitting here",
        "standing around",
        "left over",
        "left around",
        "left behind",
    ]);
    let holds = |c: &Condition, column: &str| crate::rules::assemble::holds(c, column);
    let told = match draft.table.name {
        "volumes" => query.conditions.iter().any(|c| holds(c, "instance_id") || holds(c, "state")),
        "public_ips" => query.conditions.iter().any(|c| holds(c, "associated_with")),
        _ => !query.conditions.is_empty(),
    };
    (!told && (1..draft.words.len()).any(|at| draft.said(at, LYING).is_some()))
        .then_some("say what is meant of them: `unattached`, `stopped`, or `older than 90 days`")
}

/// "snapshots I need encrypted": what is wanted of them, and not what is so.
pub(super) fn wanted(draft: &Draft<'_>, _: &Query) -> Option<&'static str> {
    const WANTS: Phrases = phrases(&[
        "i need",
        "we need",
        "i want",
        "we want",
        "i wanted",
        "we wanted",
        "i needed",
        "we needed",
        "i'd like",
        "we'd like",
        "i would like",
        "we would like",
    ]);
    let behind_noun = |at: usize| {
        let last = draft.skip_back(at, &["that", "which"]);
        (1..=3).any(|len| last + 1 >= len && draft.noun(last + 1 - len).is_some_and(|(found, _)| found == len))
    };
    let so = |at: usize| {
        let Some(len) = draft.said(at, WANTS) else { return false };
        let next = draft.skip(at + len, &["to", "be", "have"]);
        is_quality(draft, next) && (next..next + 3).all(|i| draft.noun(i + 1).is_none())
    };
    (1..draft.words.len())
        .any(|at| so(at) && behind_noun(at))
        .then_some("it says what is wanted of them: ask for those that are so, or that are not")
}
