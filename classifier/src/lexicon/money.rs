//! Words for what was spent, and for what the money is asked about.

use super::{Lexicon, Role, Sense};

/// Money on the bill, beyond doubt.
static SPEND: &[&str] = &[
    "burn",
    "burned",
    "burns",
    "burnt",
    "burning",
    "burning through",
    "burn through",
    "burned through",
    "burnt through",
    "owe",
    "owed",
    "drop on",
    "dropped on",
    "fork out",
    "forked out",
    "forking out",
    "splash out",
    "splashed out",
    "blow on",
    "blew on",
    "blown on",
    "pay out",
    "paid out",
    "gave we out",
    "give out",
    "lay out",
    "laid out",
    "splurge on",
    "opex",
    "money go",
    "money goes",
    "money went",
    "the damage",
    "total damage",
    "shell out",
    "shelled out",
    "shelling out",
    "cough up",
    "coughed up",
    "coughing up",
    "dish out",
    "dished out",
    "dishing out",
    "run us",
    "running us",
    "runs us",
    "ran us",
    "tab",
    "fees",
    "spenders",
    "spender",
    "invoices",
    "is going for",
    "is going to",
    "is going on",
    "is going into",
    "money is going on",
    "money is going to",
    "money is going into",
    "money is going for",
    "money going on",
    "money going into",
    "money going for",
    "money goes for",
    "money went on",
    "money went for",
    "money did we put into",
    "money have we put into",
    "money do we put into",
    "money are we putting into",
    "money did we sink into",
    "money have we sunk into",
    "did we sink into",
    "have we sunk into",
];

/// Added up.
static TOTAL: &[&str] = &[
    "add up",
    "adding up",
    "sum up",
    "summing up",
    "added together",
    "added up",
    "taken together",
    "summed together",
    "all added up",
    "tally up",
    "tallied up",
    "tot up",
    "totted up",
    "tallied",
];

/// A line for each.
static BY: &[&str] =
    &["one line a", "one row a", "a row per", "one row per", "one line per", "a line for each", "one line for each"];

/// Units that an amount has anyway.
static UNITS: &[&str] = &["in gib", "in gb", "in gigabytes", "in dollars", "in usd", "in us dollars"];

/// Puts them into the lexicon.
pub(super) fn add(lexicon: &mut Lexicon) {
    lexicon.add_all(TOTAL, Sense::Role(Role::Total));
    lexicon.add_all(BY, Sense::Role(Role::By));
    lexicon.add_all(UNITS, Sense::Role(Role::Filler));
    lexicon.add_all(SPEND, Sense::Role(Role::Spend));
}
