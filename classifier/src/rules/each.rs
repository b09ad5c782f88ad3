//! "which engine does each database run", "what type is each VM", "who owns which machine": a column, row by row.

use super::{select, tag};
use crate::draft::Draft;
use crate::phrases::phrases;
use schema::query::Field;

/// Reads what is asked of each row.
pub(crate) fn read(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    if draft.is_bill() || draft.count || draft.total || !draft.select.is_empty() {
        return None;
    }
    owners(draft, at).or_else(|| columns(draft, at))
}

/// "who owns which machine", "who owns each of the databases".
fn owners(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    draft.tags_column()?;
    let len = draft.said(
        at,
        const {
            phrases(&[
                "who owns which",
                "who owns each",
                "who owns every",
                "which team owns which",
                "which team owns each",
            ])
        },
    )?;
    let from = draft.skip(at + len, &["of", "the", "our"]);
    draft.noun(from)?;
    let key = if draft.words.lower(at) == "who" { "owner" } else { "team" };
    let field = tag::field(draft, key);
    draft.select.push(field);
    Some(from - at)
}

/// "which engine does each database run", "what type and region is each of our machines".
fn columns(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    if !matches!(draft.words.lower(at), "which" | "what") {
        return None;
    }
    let (end, fields) = select::columns(draft, at + 1, select::Keys::Known)?;
    let verb =
        draft.said(
            end,
            const {
                phrases(&[
                    "does",
                    "do",
                    "is",
                    "are",
                    "did",
                    "was",
                    "has",
                    "have",
                    "does aws have for",
                    "do we have for",
                ])
            },
        )?;
    let each = end + verb;
    if !matches!(draft.words.lower(each), "each" | "every") {
        return None;
    }
    let from = draft.skip(each + 1, &["of", "one", "the", "our", "these"]);
    draft.noun(from)?;
    // What the verb was waiting for closes the clause: "run", "on", "have".
    for field in fields {
        if !draft.select.contains(&field) && !matches!(&field, Field::Bucket { .. }) {
            draft.select.push(field);
        }
    }
    draft.shown_to = from;
    Some(from - at)
}

/// "run", "on", "use", behind the rows of which each was asked for.
pub(super) fn closes(draft: &Draft<'_>, at: usize) -> Option<usize> {
    let told = draft.shown_to > 0
        && at > draft.shown_to
        && at <= draft.shown_to + 3
        && matches!(draft.words.lower(draft.shown_to.wrapping_sub(1)), "each" | "every" | "of" | "our" | "the");
    let verb = matches!(
        draft.words.lower(at),
        "run" | "runs" | "use" | "uses" | "on" | "in" | "have" | "has" | "belong" | "live" | "sit"
    );
    let end = draft.skip(at + 1, &["on", "in", "to", "at"]);
    (told && verb && draft.ends(end)).then_some(end - at)
}
