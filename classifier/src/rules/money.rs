//! "cost", "spend", "billed cost", where no comparison, order or group has taken them.

use crate::draft::Draft;
use crate::lexicon::Role;
use crate::phrases::{Phrases, phrases};
use schema::query::{Aggregate, Direction, Function, OrderBy};

/// Reads the money that a question is about.
pub(crate) fn read(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    if draft.is_bill() { of_bill(draft, at) } else { of_resources(draft, at) }
}

fn of_bill(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    const MEASURES: &[(&str, &str)] = &[
        ("billed cost", "BilledCost"),
        ("invoiced cost", "BilledCost"),
        ("list cost", "ListCost"),
        ("contracted cost", "ContractedCost"),
        ("effective cost", "EffectiveCost"),
        ("amortised cost", "EffectiveCost"),
        ("amortized cost", "EffectiveCost"),
        ("billed costs", "BilledCost"),
        ("list price", "ListCost"),
        ("list prices", "ListCost"),
    ];
    // "list cost by service" asks for a list, or for the cost at list prices.
    if at == 0 && matches!(draft.words.phrase(0, 2), "list cost") && !draft.ends(2) {
        draft.hint("`list cost` is a column too: say `show cost` or `show the list cost`");
        draft.unread.push((0, 2));
        return Some(2);
    }
    if let Some(len) = measure(draft, at) {
        return Some(len);
    }
    if let Some((words, column)) = MEASURES.iter().find(|(words, _)| draft.words.phrase(at, 2) == *words) {
        draft.measure = column;
        let end = at + words.split(' ').count();
        return Some(end + draft.role(end, Role::Cost).unwrap_or(0) - at);
    }
    // "pay the October invoice" wants it done.
    if draft.words.lower(at) == "pay"
        && (at + 1..at + 4).any(|i| matches!(draft.words.lower(i), "invoice" | "bill" | "invoices"))
        && !(0..at).any(|i| matches!(draft.words.lower(i), "we" | "i" | "did" | "do" | "much" | "what"))
    {
        return None;
    }
    // "money went to" is more than "money".
    if let Some(len) = draft.role(at, Role::Spend).filter(|len| *len > 1) {
        return Some(len);
    }
    if matches!(
        draft.words.lower(at),
        "money" | "dollars" | "dollar" | "usd" | "amount" | "$" | "figure" | "figures" | "amounts"
    ) {
        return Some(1);
    }
    if let Some(len) = amounts(draft, at).or_else(|| vague(draft, at)) {
        return Some(len);
    }
    let len = draft.role(at, Role::Spend).or_else(|| draft.role(at, Role::Cost))?;
    let us = usize::from(matches!(draft.words.lower(at + len), "us" | "me"));
    let len = len + us;
    if matches!(draft.words.lower(at), "bill" | "bills" | "billing") {
        draft.note("the bill is read as what was used, amortised; say `billed cost` for what the invoices ask");
    }
    if matches!(draft.words.lower(at), "billed" | "invoiced" | "invoice" | "invoices") {
        draft.measure = "BilledCost";
    }
    Some(len)
}

/// "ListCost", "amortised", "as invoiced", "at public list prices": which cost, in one word or many.
fn measure(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    const SAID: &[(&[&str], &str)] = &[
        (&["listcost", "at list prices", "at list price", "at public list prices", "at public prices"], "ListCost"),
        (&["billedcost", "as invoiced", "as billed", "as it was invoiced"], "BilledCost"),
        (&["effectivecost", "amortised", "amortized"], "EffectiveCost"),
        (
            &[
                "contractedcost",
                "at contracted prices",
                "at negotiated prices",
                "at contracted rates",
                "at negotiated rates",
            ],
            "ContractedCost",
        ),
    ];
    // "…, not amortised": which it is not, where which it is has been said.
    const NOT: Phrases = phrases(&["not amortised", "not amortized", "not billed", "and no other measure", "not list"]);
    if at > 0
        && let Some(len) = draft.said(at, NOT).filter(|len| draft.ends(at + len))
    {
        return Some(len);
    }
    let (len, column) = SAID.iter().find_map(|(words, column)| draft.said(at, *words).map(|len| (len, *column)))?;
    // Two measures are two questions.
    if draft.measure != "EffectiveCost" && draft.measure != column {
        return None;
    }
    draft.measure = column;
    Some(len + draft.role(at + len, Role::Cost).or_else(|| draft.role(at + len, Role::Spend)).unwrap_or(0))
}

/// "the S3 stuff", "security tooling", "untagged bits of the bill", "the biggest cost drivers": things that are paid for, and
/// whatever they are is said beside them.
fn vague(draft: &Draft<'_>, at: usize) -> Option<usize> {
    const THINGS: &[&str] = &[
        "stuff",
        "things",
        "bits",
        "items",
        "parts",
        "pieces",
        "tooling",
        "tools",
        "workloads",
        "footprint",
        "drivers",
        "side",
        "driver",
        "contributors",
        "contributor",
        "hitters",
        "chunks",
        "chunk",
        "positions",
        "offenders",
        "total",
        "totals",
    ];
    // "daily burn rate": of what time, stands before it.
    let rate = draft.words.lower(at) == "rate"
        && draft.words.lower(at.wrapping_sub(1)) == "burn"
        && draft.groups.iter().any(|group| matches!(group, schema::query::Field::Bucket { .. }));
    if rate {
        return Some(1);
    }
    // "the main cost drivers by service", "line items by service".
    let main = matches!(draft.words.lower(at), "main" | "major" | "primary" | "line" | "individual")
        && (at + 1..at + 4).any(|i| {
            draft.role(i, Role::Cost).or_else(|| draft.role(i, Role::Spend)).is_some()
                || THINGS.contains(&draft.words.lower(i))
        });
    if main {
        return Some(1);
    }
    // "itemised bill by service": what the items are, is said.
    let itemised = matches!(draft.words.lower(at), "itemised" | "itemized" | "detailed")
        && (at + 1..draft.words.len()).any(|i| draft.role(i, Role::By).is_some());
    (at > 0 && THINGS.contains(&draft.words.lower(at)) || itemised).then_some(1)
}

/// "how high was the bill", "what did it come to", "drove the most cost": verbs of money that say no more.
fn amounts(draft: &Draft<'_>, at: usize) -> Option<usize> {
    const SAID: Phrases = phrases(&[
        "how high was",
        "how high were",
        "how high is",
        "how high are",
        "how big was",
        "how big is",
        "how large was",
        "come to",
        "comes to",
        "came to",
        "add up to",
        "adds up to",
        "amount to",
        "amounts to",
        "amounted to",
        "looking like",
        "look like",
        "went into",
        "goes into",
        "went to",
        "goes to",
        "go to",
        "went on",
        "goes on",
        "all time",
        "we carried",
        "we bore",
        "carry",
        "carried",
        "account for",
        "accounts for",
        "accounted for",
        "make up",
        "makes up",
    ]);
    let said = draft.said(at, SAID);
    let verb = matches!(
        draft.words.lower(at),
        "drove"
            | "burns"
            | "burning"
            | "driving"
            | "drives"
            | "drive"
            | "caused"
            | "causes"
            | "eats"
            | "eat"
            | "burn"
            | "ate"
            | "generated"
            | "generates"
            | "consumed"
    ) && draft.role(at + 1, Role::Most).is_some();
    said.or(verb.then_some(1))
}

/// "how much do our VMs cost": added up. Elsewhere the cost is a column to see.
fn of_resources(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let cost = draft.cost_column()?;
    let len = draft.role(at, Role::Cost).or_else(|| draft.role(at, Role::Spend))?;
    let len = len + usize::from(matches!(draft.words.lower(at + len), "us" | "me"));
    // "machines that cost us nothing".
    if draft.words.lower(at + len) == "nothing"
        && !matches!(draft.words.lower(at + len + 1), "less" | "more" | "but" | "like")
    {
        draft.condition(cost.name, schema::query::Op::Eq, 0_i64);
        return Some(draft.skip(at + len + 1, &["at", "all"]) - at);
    }
    let behind = draft.role(at + len, Role::Monthly).unwrap_or(0);
    if draft.words.phrase(at + len + behind, 2) == "on average" && draft.aggregates.is_empty() {
        draft.aggregates.push(Aggregate::of(Function::Avg, cost.name, "average_cost_30d"));
        return Some(len + behind + 2);
    }
    // "which server do we pay the most for".
    if draft.role(at, Role::Spend).is_some()
        && let Some(n) = draft.role(at + len, Role::Most)
    {
        draft.order.push(OrderBy { field: cost.name.into(), dir: Direction::Desc });
        draft.ranked = None;
        draft.singular |= super::order::singular_before(draft, at) && draft.limit.is_none();
        return Some(draft.skip(at + len + n, &["for", "on"]) - at);
    }
    // "with a monthly bill over $500", "for which we pay more than $500": each of them, and no sum.
    if draft.role(at, Role::Spend).is_some() && !draft.total && draft.groups.is_empty() {
        let compared = draft.skip_to_compare(at + len + behind, &["of"]);
        if super::comparison::begins(draft, compared) {
            return Some(compared - at);
        }
    }
    let spent = draft.role(at, Role::Spend).is_some() || draft.words.lower(at + len) == "of";
    if (draft.total || spent) && draft.aggregates.is_empty() {
        draft.aggregates.push(Aggregate::of(Function::Sum, cost.name, "total_cost_30d"));
        return Some(len + behind);
    }
    // "the VMs that cost the most".
    let from = at + len;
    let most = draft
        .role(from, Role::Most)
        .map(|n| (n, Direction::Desc))
        .or_else(|| draft.role(from, Role::Least).map(|n| (n, Direction::Asc)));
    let Some((n, dir)) = most else {
        draft.cost_at = Some(at);
        return Some(len + behind);
    };
    draft.order.push(OrderBy { field: cost.name.into(), dir });
    draft.ranked = None;
    draft.singular |= super::order::singular_before(draft, at) && draft.limit.is_none();
    Some(from + n - at)
}
