//! "AWS vs Azure", "compare prod and staging", "payments and checkout, side by side": one number for each of a list.

use crate::draft::Draft;
use crate::phrases::{Phrases, phrases};
use crate::rules::starts::Starts;
use schema::query::Field;

/// What asks for the members of a list one by one.
const ONE_BY_ONE: Phrases = phrases(&[
    "side by side",
    "side-by-side",
    "separately",
    "individually",
    "respectively",
    "apiece",
    "one by one",
    "each of them",
    "each",
    "each separately",
    "next to each other",
    "by comparison",
    "in comparison",
    "head to head",
]);

/// What asks for it before the list.
const COMPARED: Phrases = phrases(&[
    "compare",
    "comparing",
    "compare the",
    "comparison of",
    "comparison between",
    "a comparison of",
    "a comparison between",
    "the comparison of",
    "compared",
    "between",
]);

/// Words that stand between two of a list which are compared.
pub(super) const AGAINST: Phrases = phrases(&["vs", "versus", "v", "against", "vs."]);

/// How two of a list are compared in more than one word.
const AGAINST_IT: Phrases = phrases(&[
    "compared to",
    "compared with",
    "as compared to",
    "as compared with",
    "next to",
    "as opposed to",
    "and how many on",
    "and how many in",
    "and how many are on",
    "and how many are in",
]);

/// How many words stand there between two of a list that are compared.
pub(super) fn against(draft: &Draft<'_>, at: usize) -> usize {
    let comma = usize::from(draft.words.lower(at) == "," && !draft.ends(at + 1));
    let said = draft.said(at + comma, AGAINST).or_else(|| draft.said(at + comma, AGAINST_IT));
    said.map_or(0, |len| comma + len)
}

pub(super) const STARTS: Starts = Starts::at(&[]).and_at(ONE_BY_ONE.begins()).and_at(COMPARED.begins());

/// Reads that each of a list is asked for by itself; which list, the end of the question tells.
pub(crate) fn read(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let begins = (0..at).all(|i| draft.role(i, crate::lexicon::Role::Filler).is_some());
    let len = match draft.said(at, ONE_BY_ONE) {
        // Without a list, they are words that say nothing, or a group.
        Some(len) if !draft.listed.is_empty() && (draft.ends(at + len) || closes(draft, at + len)) => len,
        _ => draft.said(at, COMPARED).filter(|len| begins || draft.words.phrase(at, *len).ends_with("between"))?,
    };
    // "between 5 and 10", "between four and eight" is a range, "between 1 and 15 October" a time.
    let number = super::quantity::quantity(draft, at + len).is_some();
    if number || super::time::when(draft, at).is_some() {
        return None;
    }
    draft.beside.get_or_insert((at, len));
    Some(len)
}

/// "prod and staging each cost": the verb comes next.
fn closes(draft: &Draft<'_>, at: usize) -> bool {
    use crate::lexicon::Role;
    draft.role(at, Role::Cost).or_else(|| draft.role(at, Role::Spend)).is_some()
        || super::time::when(draft, at).is_some()
}

/// Remembers a list of some of what a field holds.
pub(super) fn listed(draft: &mut Draft<'_>, field: impl Into<Field>, many: usize) {
    let field = field.into();
    if many > 1 && !draft.listed.contains(&field) {
        draft.listed.push(field);
    }
}

/// Groups by what is listed, where each of the list is asked for; two lists could be taken together in more than one way.
pub(super) fn group(draft: &mut Draft<'_>) {
    let Some((at, len)) = draft.beside else { return };
    // "compare the spend of Q2 and Q3 per team": two times, which are no one stretch.
    if let [(from, many, _)] = draft.times.as_slice()
        && (*from..from + many).any(|i| matches!(draft.words.lower(i), "and" | "&" | "+"))
        && draft.listed.is_empty()
        && draft.words.phrase(at, len) != "between"
    {
        draft.unread.push((at, len));
        return;
    }
    match draft.listed.as_slice() {
        [field] => {
            let field = field.clone();
            if !draft.groups.contains(&field) {
                draft.groups.push(field);
            }
        }
        // What is grouped already has one number for each.
        [] if !draft.groups.is_empty() && draft.words.phrase(at, len) != "between" => {}
        _ => draft.unread.push((at, len)),
    }
}
