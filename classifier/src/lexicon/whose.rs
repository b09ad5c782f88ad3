//! Words for whose a thing is, and for what it has not.

use super::{Lexicon, Role, Sense};

/// "owned by", in other words.
static OWNED_BY: &[&str] = &[
    "belongs to",
    "belongs to the",
    "that belongs to",
    "that belongs to the",
    "which belongs to",
    "which belongs to the",
    "is owned by",
    "are owned by",
    "is owned by the",
    "are owned by the",
    "that is owned by",
    "that are owned by the",
];

/// "without", in other words.
static WITHOUT: &[&str] = &[
    "belonging to no",
    "not allocated to any",
    "not attributed to any",
    "not owned by any",
    "that belong to no",
    "belongs to no",
    "that belong to no",
    "attached to no",
    "assigned to no",
    "carrying neither",
];

/// Without any tag.
static UNTAGGED: &[&str] =
    &["lacking every tag", "lacking all tags", "without a single tag", "with not a single tag", "lacking any tag"];

/// What nothing and nobody uses.
static DETACHED: &[&str] = &["nobody uses", "that nobody uses", "no one uses", "nobody is using", "nothing uses"];

/// A piece of a name.
static CONTAINS: &[&str] = &[
    "includes the word",
    "include the word",
    "including the word",
    "has the word",
    "have the word",
    "with the word",
    "features the word",
];

/// Words that are said of what there is, and say no more than that.
static THERE: &[&str] = &[
    "on record",
    "kept",
    "we keep",
    "do we keep",
    "that we keep",
    "maintained by us",
    "one figure",
    "a single figure",
    "as a figure",
    "meaning",
    "meaning that",
    "simple list of",
    "a simple list of",
];

/// In all places.
static EVERYWHERE: &[&str] = &["across everything", "across the board", "across the whole estate"];

/// Puts them into the lexicon.
pub(super) fn add(lexicon: &mut Lexicon) {
    lexicon.add_all(OWNED_BY, Sense::Role(Role::OwnedBy));
    lexicon.add_all(WITHOUT, Sense::Role(Role::Without));
    lexicon.add_all(UNTAGGED, Sense::Role(Role::Untagged));
    lexicon.add_all(DETACHED, Sense::Role(Role::Detached));
    lexicon.add_all(EVERYWHERE, Sense::Role(Role::Everywhere));
    lexicon.add_all(THERE, Sense::Role(Role::Filler));
    lexicon.add_all(CONTAINS, Sense::Role(Role::Contains));
}
