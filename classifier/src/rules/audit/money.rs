//! "savings by account", "what drives the bill", "billed cost and list cost": money that is not the one which was added up.

use super::any;
use crate::draft::Draft;
use crate::lexicon::{Role, Sense};
use crate::rules::assemble::holds;
use schema::query::{Condition, Field, Function, Op};
use schema::{Query, tables};

/// "what drives the bill of prod": the sum says nothing of it.
pub(super) fn of_causes(draft: &Draft<'_>, query: &Query) -> Option<&'static str> {
    let sum = query.from == "costs" && query.group_by.iter().all(|field| field.column_name() == "BillingCurrency");
    let cause = |word: &str| matches!(word, "drives" | "drove" | "drive" | "driving" | "driver" | "drivers" | "causes");
    (sum && any(draft, cause)).then_some("say by what to take the cost apart, as in `cost by service`")
}

/// "savings by account": what is saved, and not how many ways there are to.
pub(super) fn savings_counted(draft: &Draft<'_>, query: &Query) -> Option<&'static str> {
    let counted = query.aggregate.iter().any(|a| a.function == Function::Count);
    let saved =
        any(draft, |word| matches!(word, "saving" | "savings" | "save" | "saved" | "waste" | "wasted" | "wastage"));
    // "recommendations by category with savings" wants them beside the number.
    let beside = (1..draft.words.len()).any(|at| {
        matches!(draft.words.lower(at), "saving" | "savings")
            && matches!(draft.words.lower(at - 1), "with" | "and" | "plus" | "their" | "including")
    });
    let bound = query.conditions.iter().any(|c| holds(c, "saving_30d"));
    let named =
        (bound || !beside) && any(draft, |word| matches!(word, "recommendation" | "recommendations" | "advice"));
    (draft.table == &tables::RECOMMENDATIONS && counted && !draft.count && saved && !named)
        .then_some("say `sum of saving_30d`, or `how many recommendations`")
}

/// "recommendations over $100": of what is saved, or of what the thing costs.
pub(super) fn saving_or_cost(draft: &Draft<'_>, query: &Query) -> Option<&'static str> {
    let costs = query.conditions.iter().any(|c| holds(c, "cost_30d"));
    let said =
        (0..draft.words.len()).any(|at| draft.role(at, Role::Cost).is_some() || draft.role(at, Role::Spend).is_some());
    // "cost of cost optimisation": of what is advised, what it costs is no sum that anybody asks for.
    let summed = query.aggregate.iter().any(|a| a.field.as_ref().is_some_and(|f| f.column_name() == "cost_30d"));
    (draft.table == &tables::RECOMMENDATIONS && (costs && !said || summed))
        .then_some("say `saving more than`, or `of things that cost more than`")
}

/// "which cost center has the largest storage": of what is stored, and not of what was spent on it.
pub(super) fn most_of_no_money(draft: &Draft<'_>, query: &Query) -> Option<&'static str> {
    let thing = |at: usize| {
        let len = draft.role(at, Role::Most).or_else(|| draft.role(at, Role::Least))?;
        draft.sense(at + len, |s| matches!(s, Sense::Category(_) | Sense::Service(_) | Sense::Table(_)).then_some(()))
    };
    (query.from == "costs" && (0..draft.words.len()).any(|at| thing(at).is_some()) && !says_money(draft))
        .then_some("say `the highest spend on`, or name what is measured")
}

/// "which teams have no cost center tag": of teams and of tags, and of no charge.
pub(super) fn tags_of_no_money(draft: &Draft<'_>, query: &Query) -> Option<&'static str> {
    let by_tag = query.group_by.iter().any(|field| matches!(field, Field::Key { .. }));
    let untagged = query
        .conditions
        .iter()
        .any(|c| matches!(c, Condition::Compare(c) if c.op == Op::IsNull && matches!(c.field, Field::Key { .. })));
    (query.from == "costs" && by_tag && untagged && !says_money(draft))
        .then_some("a tag is missing on things: say which, as in `instances without that tag`, or ask for the spend")
}

/// "instances that owe us": nobody is owed by a thing.
pub(super) fn owed_by_things(draft: &Draft<'_>, query: &Query) -> Option<&'static str> {
    let owes = |at: usize| {
        matches!(draft.words.lower(at), "owe" | "owes" | "owing")
            && matches!(draft.words.lower(at + 1), "us" | "me" | "the" | "our" | "money")
    };
    (query.from != "costs" && (0..draft.words.len()).any(owes))
        .then_some("what is owed is on the bill, and of no thing")
}

/// "first charges of November", "first spend on Bedrock": the first of them, and not their sum.
pub(super) fn first_of_bill(draft: &Draft<'_>, query: &Query) -> Option<&'static str> {
    let money = |at: usize| draft.role(at, Role::Spend).or_else(|| draft.role(at, Role::Cost)).is_some();
    let first = |at: usize| draft.words.lower(at) == "first" && (money(at + 1) || money(at + 2));
    let ranked = |at: usize| draft.sense(at, |s| matches!(s, Sense::Superlative(..)).then_some(())).is_some();
    // "first 5 charges": of one sum there are no five.
    let some_of_one = is_one_sum(query) && query.limit.is_some_and(|limit| limit > 1);
    let said = || (0..draft.words.len()).any(|at| first(at) && !(at > 0 && ranked(at - 1)));
    (query.from == "costs" && (some_of_one || said()))
        .then_some("ask for charges by day: the first of them is none of their sums")
}

/// "the bill so far": since the month began, or the year.
pub(super) fn so_far(draft: &Draft<'_>, query: &Query) -> Option<&'static str> {
    let said = || (0..draft.words.len()).any(|at| draft.words.phrase(at, 2) == "so far");
    (query.from == "costs" && query.time.is_none() && said())
        .then_some("say since when: `this month so far`, or `this year so far`")
}

/// Whether all of it is one sum, of each currency.
fn is_one_sum(query: &Query) -> bool {
    !query.aggregate.is_empty() && query.group_by.iter().all(|field| field.column_name() == "BillingCurrency")
}

fn says_money(draft: &Draft<'_>) -> bool {
    (0..draft.words.len()).any(|at| {
        draft.role(at, Role::Spend).is_some()
            || draft.role(at, Role::Cost).is_some() && crate::rules::tag::key(draft, at).is_none()
            || matches!(draft.words.lower(at), "money" | "charges" | "billed" | "bill" | "$")
    })
}

/// "billed cost and list cost by service": one sum is of one measure.
pub(super) fn two_measures(draft: &Draft<'_>, query: &Query) -> Option<&'static str> {
    const MEASURES: &[&[&str]] = &[
        &["billed", "invoiced", "billedcost"],
        &["list cost", "list costs", "list price", "list prices", "listcost", "public prices"],
        &["contracted", "contractedcost", "negotiated prices"],
        &["effective", "amortised", "amortized", "effectivecost"],
    ];
    let not = |at: usize| matches!(draft.words.lower(at.wrapping_sub(1)), "not" | "no" | "than");
    let said = |all: &&&[&str]| (0..draft.words.len()).any(|at| draft.said(at, **all).is_some() && !not(at));
    // "spend by service and the list cost".
    let and_more = |at: usize| {
        draft.words.lower(at) == "and"
            && (0..at).any(|i| draft.role(i, Role::Spend).is_some())
            && MEASURES.iter().any(|all| {
                draft.said(draft.skip(at + 1, &["also", "show", "give", "me", "the", "their", "its"]), *all).is_some()
            })
    };
    let two =
        query.from == "costs" && (MEASURES.iter().filter(said).count() > 1 || (1..draft.words.len()).any(and_more));
    two.then_some("ask of one measure of cost after the other")
}

/// "which invoices did we get": a sum of all names none of them.
pub(super) fn which_is_no_sum(draft: &Draft<'_>, query: &Query) -> Option<&'static str> {
    let which = matches!(draft.words.lower(0), "which" | "who" | "whose");
    (which && is_one_sum(query) && !draft.count).then_some("say by what to take it apart, as in `by service`")
}
