//! "cost by service and the total", "VMs by name", "max CPU per VM": what is computed of each, of all, or of neither.

use crate::draft::Draft;
use crate::lexicon::Role;
use crate::rules::assemble::holds;
use schema::query::{Condition, Field, Function, Op};
use schema::{Query, TableKind};

/// "cost by service and the total": the parts are rows, and their sum is none of them.
pub(super) fn and_a_total(draft: &Draft<'_>, query: &Query) -> Option<&'static str> {
    let groups = query.group_by.iter().any(|field| field.column_name() != "BillingCurrency");
    let total = |at: usize| {
        let from = draft.skip(at + 1, &["a", "the", "its", "their", "grand", "overall", "running", "one"]);
        matches!(draft.words.lower(at), "and" | "with" | "plus" | "including")
            && matches!(draft.words.lower(from), "total" | "totals" | "sum" | "subtotal" | "subtotals")
            && draft.ends(from + 1)
    };
    // "in total and per region".
    let both = |at: usize| {
        draft
            .role(at, Role::Total)
            .is_some_and(|len| draft.words.lower(at + len) == "and" && draft.role(at + len + 1, Role::By).is_some())
    };
    (groups && (1..draft.words.len()).any(|at| total(at) || both(at)))
        .then_some("groups and their total are two questions")
}

/// "VMs by name": hardly how many there are of each.
pub(super) fn counted_by_name(draft: &Draft<'_>, query: &Query) -> Option<&'static str> {
    let own = |field: &Field| matches!(field.column_name(), "name" | "native_id" | "resource_id" | "address" | "arn");
    (!draft.count && draft.table.kind == TableKind::Resource && query.group_by.iter().any(own))
        .then_some("say `sorted by name`, or `how many of each name`")
}

/// "databases of each engine, Oracle, Postgres and so on": examples of what is grouped by are no condition.
pub(super) fn of_examples(draft: &Draft<'_>, query: &Query) -> Option<&'static str> {
    let goes_on = |at: usize| {
        draft.words.phrase(at, 3) == "and so on"
            || draft.words.phrase(at, 3) == "and the like"
            || matches!(draft.words.lower(at), "etc" | "etcetera")
    };
    let grouped = |c: &Condition| query.group_by.iter().any(|field| holds(c, field.column_name()));
    (query.conditions.iter().any(grouped) && (0..draft.words.len()).any(goes_on))
        .then_some("leave the examples out: each of them is a group anyway")
}

/// "average size per region over 100 GB": of the volumes, or of the averages.
pub(super) fn of_groups(draft: &Draft<'_>, query: &Query) -> Option<&'static str> {
    if query.group_by.is_empty() {
        return None;
    }
    let computed = |c: &Condition| {
        query.aggregate.iter().filter_map(|a| a.field.as_ref()).any(|field| holds(c, field.column_name()))
    };
    let by = (0..draft.words.len()).find(|at| draft.role(*at, Role::By).is_some())?;
    let compared = (by..draft.words.len()).any(|at| draft.compare(at).is_some());
    (compared && query.conditions.iter().any(computed))
        .then_some("it is not clear whether the single ones are compared, or what is computed of each group")
}

/// "which regions have resources and cost less than $50": the regions may, and not each resource.
pub(super) fn what_groups_cost(draft: &Draft<'_>, query: &Query) -> Option<&'static str> {
    let joined = |at: usize| {
        matches!(draft.words.lower(at), "and" | "but" | "yet")
            && matches!(draft.words.lower(at + 1), "cost" | "costs" | "costing")
    };
    let of_cost = |c: &Condition| draft.cost_column().is_some_and(|cost| holds(c, cost.name));
    (!query.group_by.is_empty() && query.conditions.iter().any(of_cost) && (0..draft.words.len()).any(joined))
        .then_some("it is not clear whether each row costs so much, or all of a group")
}

/// "VMs costing over $1000 together": their sum is compared, and not each.
pub(super) fn together_over(draft: &Draft<'_>, query: &Query) -> Option<&'static str> {
    let counted = draft.total && !draft.count && query.aggregate.iter().all(|a| a.function == Function::Count);
    let amount = |c: &Condition| {
        matches!(c, Condition::Compare(c) if matches!(c.op, Op::Gt | Op::Ge | Op::Lt | Op::Le)
        && draft.own(c.field.column_name()).is_some_and(|c| c.ty.is_number()))
    };
    (counted && query.conditions.iter().any(amount)).then_some(
        "it is not clear whether each of them is compared, or all together: say `how many`, or ask for the sum",
    )
}

/// "max CPU per VM": a number for each row, and not one of all.
pub(super) fn of_each_row(draft: &Draft<'_>, query: &Query) -> Option<&'static str> {
    let ends = |function: Function| matches!(function, Function::Max | Function::Min);
    // "how many vCPUs does each VM have": their sum is none of them.
    let asked = (0..draft.words.len()).any(|at| matches!(draft.words.phrase(at, 2), "does each" | "does every"));
    let one = |function: Function| ends(function) || asked && function == Function::Sum;
    (draft.each && query.group_by.is_empty() && query.aggregate.iter().any(|a| one(a.function)))
        .then_some("each row has its own: ask to see the column")
}

/// "how many have no owner and how many have": two counts of one table.
pub(super) fn counted_twice(draft: &Draft<'_>, query: &Query) -> Option<&'static str> {
    let asked = (0..draft.words.len()).filter(|at| draft.words.phrase(*at, 2) == "how many").count();
    (asked > 1 && query.group_by.is_empty() && query.aggregate.len() < 2).then_some("ask for one count after the other")
}

/// "which teams have untagged volumes", "by owner, where owner is missing": what has no tag has no value of it to go by.
pub(super) fn of_what_is_not_there(_: &Draft<'_>, query: &Query) -> Option<&'static str> {
    let compared =
        || query.conditions.iter().filter_map(|c| if let Condition::Compare(c) = c { Some(c) } else { None });
    let missing = |field: &Field| {
        compared().filter(|c| c.op == Op::IsNull).any(|c| match (&c.field, field) {
            (Field::Column(all), Field::Key { column, .. }) => all == column,
            (one, other) => one == other,
        })
    };
    let asked = compared().filter(|c| !matches!(c.op, Op::IsNull | Op::Ne | Op::NotIn)).map(|c| &c.field);
    let computed = query.aggregate.iter().filter_map(|a| a.field.as_ref());
    let mut needed = query.group_by.iter().chain(computed).chain(asked);
    needed.any(missing).then_some("what is missing has no value: nothing can be both without it and told apart by it")
}
