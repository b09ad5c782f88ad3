//! Words that may stand in a question without changing what it asks.

use crate::draft::Draft;
use crate::lexicon::Role;

/// Passes over words that say nothing more.
pub(crate) fn read(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    // "VMs where cpu < 20"; a question that begins with "where" asks for a place.
    if draft.words.lower(at) == "where" {
        return (at > 0).then_some(1);
    }
    draft.role(at, Role::Filler)
}
