//! "how much tax", "recurring charges", "credits received", "spot spend", "unused commitments": what kind of charge.

use crate::draft::Draft;
use crate::phrases::{Phrases, phrases};
use schema::query::Op;

/// A word for a kind of charge: the column that tells it, and the value there.
const KINDS: &[(&str, &str, &str)] = &[
    ("tax", "ChargeCategory", "Tax"),
    ("taxes", "ChargeCategory", "Tax"),
    ("vat", "ChargeCategory", "Tax"),
    ("credit", "ChargeCategory", "Credit"),
    ("credits", "ChargeCategory", "Credit"),
    ("purchases", "ChargeCategory", "Purchase"),
    ("correction-class", "ChargeClass", "Correction"),
    ("adjustments", "ChargeCategory", "Adjustment"),
    ("corrections", "ChargeClass", "Correction"),
    ("recurring", "ChargeFrequency", "Recurring"),
    ("one-time", "ChargeFrequency", "One-Time"),
    ("one-off", "ChargeFrequency", "One-Time"),
    ("usage-based", "ChargeFrequency", "Usage-Based"),
    ("spot", "PricingCategory", "Dynamic"),
    ("on-demand", "PricingCategory", "Standard"),
    ("committed", "PricingCategory", "Committed"),
];

/// More than one word for a kind of charge.
const PHRASES: &[(&[&str], &str, &str)] = &[
    (
        &[
            "unused commitments",
            "unused commitment",
            "unused commitment discounts",
            "unused savings plans",
            "unused savings plan",
            "unused reservations",
            "unused reservation",
            "unused reserved instances",
            "unused ris",
            "commitment status unused",
            "commitmentdiscountstatus unused",
        ],
        "CommitmentDiscountStatus",
        "Unused",
    ),
    (
        &[
            "unused reserved capacity",
            "unused capacity reservations",
            "unused capacity reservation",
            "reserved capacity that was not used",
            "capacity reservation status unused",
            "capacityreservationstatus unused",
        ],
        "CapacityReservationStatus",
        "Unused",
    ),
    (
        &[
            "covered by commitments",
            "covered by a commitment",
            "under commitments",
            "under a commitment",
            "committed pricing",
        ],
        "PricingCategory",
        "Committed",
    ),
    (&["dynamic pricing", "dynamically priced"], "PricingCategory", "Dynamic"),
    (&["standard pricing"], "PricingCategory", "Standard"),
    (&["category purchase"], "ChargeCategory", "Purchase"),
    (&["category usage"], "ChargeCategory", "Usage"),
    (&["category tax"], "ChargeCategory", "Tax"),
    (&["category credit"], "ChargeCategory", "Credit"),
    (&["category adjustment"], "ChargeCategory", "Adjustment"),
];

/// Reads what kind of charge is asked about, on the bill only.
pub(crate) fn read(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    if !draft.is_bill() {
        return None;
    }
    if let Some(len) = left_out(draft, at) {
        return Some(len);
    }
    // "each purchase charge".
    if draft.words.lower(at) == "each" && lists_each(draft, at) {
        return Some(1);
    }
    for (words, column, value) in PHRASES {
        if let Some(len) = draft.said(at, *words) {
            draft.condition(*column, Op::Eq, *value);
            return Some(len);
        }
    }
    if let Some(len) = of_column(draft, at) {
        return Some(len);
    }
    // "how much usage was covered by commitments".
    let covered = (at + 1..at + 5).any(|i| draft.words.phrase(i, 2) == "covered by");
    if covered && matches!(draft.words.lower(at), "usage" | "use") {
        return Some(1);
    }
    let (len, column, value) = kind(draft, at)?;
    let apart = at..at + len + set_apart(draft, at + len);
    // More than one kind, or all but one, is another question; the same kind in other words is none.
    let same = |i: usize| kind(draft, i).is_none_or(|(_, c, v)| c == column && v == value);
    let others = || (0..draft.words.len()).filter(|i| !apart.contains(i));
    // "usage charges only: daily" says by what, apart from what they are.
    let apart_from_it = |i: usize| {
        matches!(draft.words.lower(i), "daily" | "weekly" | "monthly") && draft.words.lower(i.wrapping_sub(1)) == ","
    };
    if !others().all(same) || !others().all(|i| is_plain(draft.words.lower(i)) || apart_from_it(i)) {
        return None;
    }
    draft.condition(column, Op::Eq, value);
    let more = &[
        "charge", "charges", "line", "lines", "received", "booked", "capacity", "priced", "applied", "granted", "got",
        "posted", "issued", "were",
    ];
    // "spot usage": what was used, and how it was priced.
    let used = usize::from(column == "PricingCategory" && draft.words.lower(apart.end) == "usage");
    Some(draft.skip(apart.end + used, more) - at)
}

/// Whether "each" or "every" stands there before one charge of a kind: "list every tax charge" wants to see them one by one.
pub(super) fn lists_each(draft: &Draft<'_>, at: usize) -> bool {
    matches!(draft.words.lower(at), "each" | "every")
        && kind(draft, at + 1)
            .is_some_and(|(len, ..)| matches!(draft.words.lower(at + 1 + len), "charge" | "line" | "item"))
}

/// Whether a column of few values stands there with one of them.
pub(super) fn names_value(draft: &Draft<'_>, at: usize) -> bool {
    value_of(draft, at).is_some()
}

fn value_of(draft: &Draft<'_>, at: usize) -> Option<(usize, &'static schema::Column, &'static str)> {
    let (len, column) = draft.column(at)?;
    let from = draft.skip(at + len, &["is", "=", "of", ":", "being"]);
    let said = draft.words.lower(from);
    let value = column.values.iter().find(|value| value.eq_ignore_ascii_case(said))?;
    Some((from, column, value))
}

/// "pricing category Standard", "charge class is Correction": a column of few values, and one of them.
fn of_column(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    if let Some(len) = other_than(draft, at) {
        return Some(len);
    }
    let (from, column, value) = value_of(draft, at)?;
    // "by pricing category, used or unused" names more than one.
    let more =
        matches!(draft.words.lower(from + 1), "or" | "and" | ",") && names_one(column, draft.words.lower(from + 2));
    let grouped = draft.role(at.wrapping_sub(1), crate::lexicon::Role::By).is_some();
    if more || grouped {
        return None;
    }
    draft.condition(column.name, Op::Eq, value);
    Some(draft.skip(from + 1, &["only", "charges", "lines"]) - at)
}

/// "charge category is not Tax", "ChargeCategory <> Usage": all but one of a few values.
fn other_than(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let (len, column) = draft.column(at)?;
    let not = draft
        .role(at + len, crate::lexicon::Role::IsNot)
        .or_else(|| (matches!(draft.words.lower(at + len), "!=" | "<>" | "not" | "isn't")).then_some(1))?;
    let from = at + len + not;
    let said = draft.words.lower(from);
    let value = column.values.iter().find(|value| value.eq_ignore_ascii_case(said))?;
    if matches!(draft.words.lower(from + 1), "or" | "and" | "nor") && names_one(column, draft.words.lower(from + 2)) {
        return None;
    }
    draft.condition(column.name, Op::Ne, *value);
    Some(from + 1 - at)
}

fn names_one(column: &schema::Column, word: &str) -> bool {
    column.values.iter().any(|value| value.eq_ignore_ascii_case(word))
}

/// "without tax", "excluding credits and tax", "net of credits": all charges but those.
fn left_out(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    const OUT: Phrases =
        phrases(&["without", "excluding", "excl", "ex", "minus", "less", "net of", "exclusive of", "not including"]);
    let len = draft.said(at, OUT)?;
    let mut end = at + len;
    let mut values = Vec::new();
    let mut of = None;
    loop {
        let from = draft.skip(end, &["any", "all", "the"]);
        let (len, column, value) = kind(draft, from)?;
        if of.is_some_and(|of| of != column) {
            return None;
        }
        of = Some(column);
        values.push(value);
        end = from + len;
        let joint = draft.skip(end, &["and", "or", ",", "&"]);
        if joint == end || kind(draft, joint).is_none() {
            break;
        }
        end = joint;
    }
    let column = of.filter(|column| *column == "ChargeCategory")?;
    // What else is said of kinds of charges makes another question of it.
    if (0..draft.words.len()).any(|i| !(at..end).contains(&i) && kind(draft, i).is_some()) {
        return None;
    }
    match values.pop() {
        Some(only) if values.is_empty() => draft.condition(column, Op::Ne, only),
        Some(last) => {
            values.push(last);
            draft.condition(column, Op::NotIn, values);
        }
        None => return None,
    }
    Some(draft.skip(end, &["charge", "charges", "line", "lines"]) - at)
}

/// Whether a kind of charge is named there: "credits", "tax".
pub(super) fn names_kind(draft: &Draft<'_>, at: usize) -> bool {
    kind(draft, at).is_some_and(|(_, column, _)| matches!(column, "ChargeCategory" | "ChargeClass"))
}

fn kind(draft: &Draft<'_>, at: usize) -> Option<(usize, &'static str, &'static str)> {
    let word = draft.words.lower(at);
    if word == "on" && draft.words.lower(at + 1) == "demand" {
        return Some((2, "PricingCategory", "Standard"));
    }
    // "was usage", "usage charges": what was used, and not how much of it.
    let used = word == "usage"
        && (matches!(draft.words.lower(at.wrapping_sub(1)), "was" | "is")
            || matches!(draft.words.lower(at + 1), "charges" | "charge"));
    if used {
        return Some((1, "ChargeCategory", "Usage"));
    }
    // "every purchase line": a word of another kind elsewhere.
    if word == "purchase" && matches!(draft.words.lower(at + 1), "line" | "lines" | "charges" | "charge") {
        return Some((1, "ChargeCategory", "Purchase"));
    }
    KINDS.iter().find(|(known, ..)| *known == word).map(|(_, column, value)| (1, *column, *value))
}

/// Whether a word makes no other question of it.
fn is_plain(word: &str) -> bool {
    !matches!(
        word,
        "excluding" | "without" | "except" | "net" | "before" | "after" | "minus" | "less" | "excl" | "ex" | "plus"
            | "including" | "incl" | "not" | "no" | "or" | "with" | "vs" | "versus" | "ratio" | "share"
            // What is left of it is on no bill.
            | "left" | "remaining" | "available" | "balance" | "expire" | "expiring" | "many"
            // How often it comes is another question.
            | "frequency" | "monthly" | "weekly" | "daily"
    )
}

/// "…, as opposed to purchases or tax": how many words say what it is not, which it is not anyway.
fn set_apart(draft: &Draft<'_>, at: usize) -> usize {
    let only = draft.skip(at, &["charges", "charge", "lines", "only"]);
    let comma = only + usize::from(draft.words.lower(only) == ",");
    let Some(len) = draft.said(comma, &["as opposed to", "rather than", "and not", "not", "no", "and no", "without"])
    else {
        return 0;
    };
    let mut end = comma + len;
    let Some((len, ..)) = kind(draft, end) else { return 0 };
    end += len;
    while matches!(draft.words.lower(end), "or" | "and" | ",")
        && let Some((len, ..)) = kind(draft, end + 1)
    {
        end += 1 + len;
    }
    end - at
}
