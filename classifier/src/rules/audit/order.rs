//! "the largest volume of every account", "the cheapest and the most expensive service": what one order does not give.

use super::any;
use crate::draft::Draft;
use crate::lexicon::{Measure, Role, Sense};
use schema::Query;
use schema::query::{Direction, Field, Function};

/// "the largest volume of every account", "top 3 services for each region": one order gives the first of all.
pub(super) fn first_of_each(draft: &Draft<'_>, query: &Query) -> Option<&'static str> {
    query.limit?;
    let each = |at: usize| matches!(draft.words.lower(at), "each" | "every" | "per");
    let by = |at: usize| {
        let from = draft.skip(at + 1, &["of", "the", "our", "single"]);
        matches!(crate::rules::group::dimension(draft, from), Some((_, Some(field))) if !query.group_by.contains(&field))
    };
    (0..draft.words.len()).any(|at| each(at) && by(at)).then_some("the first of each group cannot be asked for")
}

/// "total cost of the five largest disks", "sum of the top 10 services": the first of all are rows, and their sum is none.
pub(super) fn sum_of_the_first(draft: &Draft<'_>, query: &Query) -> Option<&'static str> {
    query.limit?;
    let computed = |at: usize| {
        matches!(draft.words.lower(at), "total" | "sum" | "combined" | "average" | "mean" | "aggregate" | "summed")
    };
    let first = |at: usize| {
        let from = draft.skip(at, &["the", "our", "all"]);
        draft.role(from, Role::Top).is_some() || crate::rules::quantity::number(draft, from).is_some()
    };
    let of = |at: usize| (at + 1..at + 4).any(|i| matches!(draft.words.lower(i), "of" | "for") && first(i + 1));
    (0..draft.words.len())
        .any(|at| computed(at) && of(at))
        .then_some("what is computed of the first of all cannot be asked for: ask for them with their numbers")
}

/// "the cheapest and the most expensive service", "top 5 and bottom 5": an order has one end.
pub(super) fn both_ends(draft: &Draft<'_>, query: &Query) -> Option<&'static str> {
    if query.order_by.is_empty() || query.aggregate.len() > 1 {
        return None;
    }
    let end = |at: usize| {
        let named = draft.sense(at, |s| match s {
            Sense::Superlative(_, dir) => Some(*dir),
            Sense::Role(Role::Most | Role::Top | Role::Maximum) => Some(Direction::Desc),
            Sense::Role(Role::Least | Role::Bottom | Role::Minimum) => Some(Direction::Asc),
            _ => None,
        });
        named.map(|(_, dir)| dir)
    };
    let joint = |at: usize| matches!(draft.words.lower(at), "and" | "&" | "or" | "plus");
    let before = |at: usize| (at.saturating_sub(4)..at).rev().find_map(end);
    let behind = |at: usize| (at + 1..at + 3).find_map(end);
    let both = |at: usize| matches!((before(at), behind(at)), (Some(one), Some(other)) if one != other);
    (1..draft.words.len())
        .any(|at| joint(at) && both(at))
        .then_some("both ends of an order cannot be asked for at once: ask for one after the other")
}

/// "the largest volume in Ireland and in Frankfurt": one of both, or one of each.
pub(super) fn places_apart(draft: &Draft<'_>, query: &Query) -> Option<&'static str> {
    query.limit?;
    let place = |at: usize| {
        crate::rules::scope::is_own(draft, at)
            || draft.sense(at, |s| matches!(s, Sense::Region(_) | Sense::Provider(_)).then_some(())).is_some()
    };
    let again = |at: usize| {
        draft.words.lower(at) == "and"
            && matches!(draft.words.lower(at + 1), "in" | "on" | "for" | "from" | "one" | "another")
            && place(draft.skip(at + 1, &["in", "on", "for", "from", "one", "another", "the"]))
    };
    (1..draft.words.len()).any(again).then_some(
        "it is not clear whether the first of all places is meant, or that of each: ask of one after the other",
    )
}

/// "the most expensive service per month", "the dearest day of each month": one order gives the first of all.
pub(super) fn one_of_each_time(draft: &Draft<'_>, query: &Query) -> Option<&'static str> {
    let bucket = query.group_by.iter().any(|field| matches!(field, Field::Bucket { .. }));
    let groups = query.group_by.iter().filter(|field| field.column_name() != "BillingCurrency").count();
    let ranked = query.limit.is_some()
        || any(draft, |word| matches!(word, "each" | "every")) && superlatives(draft).next().is_some();
    (bucket && groups > 1 && ranked).then_some("the first of each group cannot be asked for")
}

fn superlatives(draft: &Draft<'_>) -> impl Iterator<Item = usize> {
    (0..draft.words.len())
        .filter(|at| draft.sense(*at, |s| matches!(s, Sense::Superlative(..)).then_some(())).is_some())
}

/// "VMs per region, most expensive first": ranked by what was not computed.
pub(super) fn ranked_otherwise(draft: &Draft<'_>, query: &Query) -> Option<&'static str> {
    let by_count = query.order_by.first().is_some_and(|order| order.field.column_name() == "count");
    let counted = query.aggregate.iter().all(|a| a.function == Function::Count);
    let costly = |at: usize| {
        draft.sense(at, |s| matches!(s, Sense::Superlative(Measure::Cost, _)).then_some(())).is_some()
            || draft.role(at, Role::SortBy).is_some_and(|len| draft.role(at + len, Role::Cost).is_some())
    };
    (by_count && counted && (0..draft.words.len()).any(costly)).then_some("say what to rank by: add `by cost`")
}
