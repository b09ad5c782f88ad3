//! "broken out per", "sliced by", "rolled up by": all the ways of asking for one line for each.

use super::{Lexicon, Role, Sense};

/// What is done with a sum.
static VERBS: &[&str] = &[
    "broken",
    "split",
    "sliced",
    "cut",
    "carved",
    "divided",
    "grouped",
    "bucketed",
    "aggregated",
    "rolled",
    "summed",
    "summarised",
    "summarized",
    "totalled",
    "totaled",
    "tallied",
    "counted",
    "itemised",
    "itemized",
    "segmented",
    "separated",
    "organised",
    "organized",
    "categorised",
    "categorized",
    "sorted out",
    "parcelled",
    "apportioned",
    "attributed",
    "distributed",
    "spread",
    "partitioned",
    "faceted",
    "pivoted",
    "bundled",
    "allocated",
    "mapped",
    "break",
    "slice",
    "group",
    "bucket",
    "roll",
    "segment",
    "pivot",
    "partition",
];

/// What stands behind the verb.
static PARTICLES: &[&str] = &["", " down", " out", " up"];

/// What leads to the thing.
static LEADS: &[&str] = &["by", "per", "across", "for each", "by each"];

/// A noun for it instead of a verb.
static NOUNS: &[&str] = &[
    "breakdown",
    "a breakdown",
    "the breakdown",
    "break-down",
    "split",
    "a split",
    "the split",
    "split-up",
    "rollup",
    "roll-up",
    "distribution",
    "drilldown",
    "drill-down",
    "view",
    "totals",
    "subtotals",
    "subtotal",
    "listing",
];

/// Puts them into the lexicon.
pub(super) fn add(lexicon: &mut Lexicon) {
    for lead in LEADS {
        for verb in VERBS {
            for particle in PARTICLES {
                lexicon.add(&format!("{verb}{particle} {lead}"), Sense::Role(Role::By));
            }
        }
        for noun in NOUNS {
            lexicon.add(&format!("{noun} {lead}"), Sense::Role(Role::By));
        }
    }
    lexicon.add_all(&["breakdown", "break-down", "rollup", "roll-up"], Sense::Role(Role::Filler));
}
