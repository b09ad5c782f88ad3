//! Words for whose a thing is.

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

/// Puts them into the lexicon.
pub(super) fn add(lexicon: &mut Lexicon) {
    lexicon.add_all(OWNED_BY, Sense::Role(Role::OwnedBy));
}
