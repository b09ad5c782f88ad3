//! "without public IP", "with a public IP", "no name".

use super::comparison;
use crate::draft::Draft;
use crate::lexicon::Role;
use schema::query::{Condition, Op};
use schema::{Column, ColumnType};

/// Columns that a thing has or has not, so that "with" one of them is a condition rather than a wish to see it.
const HAD: &[&str] = &["public_ip", "instance_id", "associated_with", "tags", "deprecated_at"];

/// Reads that a column has a value, or none.
pub(crate) fn read(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    unnamed(draft, at).or_else(|| without(draft, at)).or_else(|| with(draft, at)).or_else(|| not_deprecated(draft, at))
}

/// "images not deprecated": the time when they were is missing.
fn not_deprecated(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let not = draft.role(at, Role::Not)?;
    let (len, column) = draft.column(at + not)?;
    if column.name != "deprecated_at" || comparison::follows(draft, at + not + len) || !draft.ends(at + not + len) {
        return None;
    }
    draft.conditions.push(Condition::is_null(column.name));
    Some(not + len)
}

/// "unnamed machines".
fn unnamed(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    if !matches!(draft.words.lower(at), "unnamed" | "nameless") {
        return None;
    }
    draft.table.column("name")?;
    draft.conditions.push(Condition::is_null("name"));
    Some(1)
}

fn without(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let len = draft.role(at, Role::Without)?;
    let mut end = at + len;
    let mut found = Vec::new();
    loop {
        let from = draft.skip(end, &["a", "an", "any", "the"]);
        let (n, column) = thing(draft, from)?;
        found.push(column);
        end = from + n;
        if !matches!(draft.words.lower(end), "or" | "nor") {
            break;
        }
        end += 1;
    }
    if comparison::follows(draft, end) {
        return None;
    }
    // "without a and b" could ask for either.
    if draft.words.lower(end) == "and" && thing(draft, draft.skip(end + 1, &["a", "an", "any"])).is_some() {
        return None;
    }
    for column in found {
        if column.ty == ColumnType::Bool {
            draft.condition(column.name, Op::Eq, false);
        } else {
            draft.conditions.push(Condition::is_null(column.name));
        }
    }
    Some(end - at)
}

fn thing(draft: &Draft<'_>, at: usize) -> Option<(usize, &'static Column)> {
    let (len, columns) = draft.columns(at)?;
    let column = columns.iter().copied().find(|c| {
        matches!(c.ty, ColumnType::Text | ColumnType::List | ColumnType::Bool | ColumnType::Map | ColumnType::Time)
    })?;
    Some((len, column))
}

fn with(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let len = draft.role(at, Role::With)?;
    let their = draft.words.phrase(at, len).contains("their") || draft.words.phrase(at, len).contains("along");
    let from = draft.skip(at + len, &["a", "an", "any", "some"]);
    let article = from > at + len;
    let (n, column) = thing(draft, from)?;
    let next = draft.skip(from + n, &[",", "and"]);
    // "with public IP and cost over $10": a condition follows, not another column to see.
    let listed = next > from + n && draft.columns(next).is_some_and(|(len, _)| !comparison::follows(draft, next + len));
    // "with public ip 52.18.44.201": it is that one.
    let told =
        draft.words.lower(from + n).contains('.') && draft.words.lower(from + n).contains(|c: char| c.is_ascii_digit());
    if told || their || listed || comparison::follows(draft, from + n) || !(article || HAD.contains(&column.name)) {
        return None;
    }
    if column.ty == ColumnType::Bool {
        draft.condition(column.name, Op::Eq, true);
    } else {
        draft.conditions.push(Condition::is_not_null(column.name));
    }
    Some(from + n - at)
}
