//! "which accounts can't be read and why", "muted findings, and why they were muted": the column that gives the reason.

use crate::draft::Draft;
use crate::phrases::phrases;
use crate::rules::starts::Starts;

pub(super) const STARTS: Starts = Starts::at(&["and", "why", "for", "with"]);

/// Reads that the reason is to be seen.
pub(crate) fn read(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    if at < 2 || draft.is_bill() || draft.count {
        return None;
    }
    let len = draft.said(
        at,
        const {
            phrases(&[
                "and why",
                "why",
                "and for what reason",
                "for what reason",
                "with the reason",
                "with the reason given",
                "and the reason",
                "with reasons",
                "and with what reason",
                "and with which reason",
                "with what reason",
                "and the reasons",
                "and why not",
            ])
        },
    )?;
    let column = draft.first_of(&["unreadable_reason", "mute_reason"])?;
    let mut end = at + len;
    end += draft
        .said(end, const { phrases(&["they were muted", "it was muted", "they could not be read", "we can't", "not"]) })
        .unwrap_or(0);
    if !draft.ends(end) {
        return None;
    }
    let name = if draft.own("title").is_some() { "title" } else { "name" };
    for field in [name, column.name] {
        if !draft.select.iter().any(|f| f.column_name() == field) {
            draft.select.push(field.into());
        }
    }
    Some(end - at)
}
