//! "service by service", "account by account", "quarter by quarter": a group, said twice.

use super::group;
use crate::draft::Draft;
use crate::rules::starts::Starts;

pub(super) const STARTS: Starts = Starts::at(&["every"]).and_before(&["by", "for"]);

/// Reads a group whose word stands on both sides of "by" or "for".
pub(crate) fn read(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let word = draft.words.lower(at);
    // "the cost of databases every month": one for each of them.
    if draft.is_bill()
        && word == "every"
        && draft.words.lower(at + 1).len() > 2
        && let Some((len, Some(field @ schema::query::Field::Bucket { .. }))) = group::dimension(draft, at + 1)
    {
        if !draft.groups.contains(&field) {
            draft.groups.push(field);
        }
        return Some(1 + len);
    }
    if word.is_empty() || draft.words.lower(at + 2) != word || !matches!(draft.words.lower(at + 1), "by" | "for") {
        return None;
    }
    let (len, field) = group::dimension(draft, at)?;
    let field = field.filter(|_| len == 1)?;
    if !draft.groups.contains(&field) {
        draft.groups.push(field);
    }
    // "region by region (count)": that is what a group of rows is anyway.
    let count = !draft.is_bill()
        && draft.words.lower(at + 3) == ","
        && matches!(draft.words.lower(at + 4), "count" | "counted");
    Some(3 + if count && draft.ends(at + 5) { 2 } else { 0 })
}
