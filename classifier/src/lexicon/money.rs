//! Words for what was spent, and for what the money is asked about.

use super::{Lexicon, Role, Sense};

/// Money on the bill, beyond doubt.
static SPEND: &[&str] = &[
    "burn",
    "burned",
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
    "the damage",
    "spenders",
    "spender",
    "invoices",
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

/// Puts them into the lexicon.
pub(super) fn add(lexicon: &mut Lexicon) {
    lexicon.add_all(SPEND, Sense::Role(Role::Spend));
}
