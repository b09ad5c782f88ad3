//! "around for longer than a year", "that we have had for over two years": how long a thing has been there.

use super::comparison::older;
use super::quantity::{Measured, Quantity, fit, one_of, quantity};
use crate::draft::Draft;
use crate::phrases::{Phrases, phrases};
use schema::query::{Condition, Op};

/// What says of a thing that it is there, up to the time.
const THERE: Phrases = phrases(&[
    "around for",
    "been around for",
    "in existence for",
    "existed for",
    "existing for",
    "exist for",
    "alive for",
    "in place for",
    "there for",
    "with us for",
    "lying around for",
    "sitting around for",
    "hanging around for",
    "kicking around for",
    "kept for",
    "we have kept for",
    "we have had for",
    "we've had for",
    "we have been keeping for",
    "had for",
]);

/// The same, as of when.
const SINCE: Phrases = phrases(&["exist since", "existing since", "existed since", "there since", "around since"]);

/// Reads how long a thing has been there.
pub(crate) fn read(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let column = draft.own("created_at").filter(|_| !draft.is_bill())?;
    let lead = draft.skip(at, &["that", "which", "have", "has", "already", "been", "now"]);
    let since = draft.said(lead, SINCE);
    let from = lead + draft.said(lead, THERE).or(since)?;
    let (len, op) = draft.compare(from).map_or((0, Op::Ge), |(len, (op, _))| (len, op));
    let (n, age) = one_of(draft, from + len).map(|q| (2, q)).or_else(|| quantity(draft, from + len))?;
    let Quantity { unit: Measured::Span(_), .. } = age else { return None };
    // "snapshots kept for 30 days" says how long they are to be kept.
    if len == 0 && (since.is_some() || matches!(draft.words.lower(lead), "kept" | "had" | "we" | "we've")) {
        return None;
    }
    let op = older(op)?;
    draft.conditions.push(Condition::compare(column.name, op, fit(column, age)?));
    let end = from + len + n;
    Some(draft.skip(end, &["now", "already"]) - at)
}
