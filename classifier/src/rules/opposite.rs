//! "non-spot", "non-Windows", "non-running", "non-AWS": all that is not so.

use crate::draft::Draft;
use crate::rules::starts::Starts;
use crate::tokens::Shape;
use schema::query::{Condition, Op};

/// What follows "non-": the column, and its value.
const VALUES: &[(&str, &str, &str)] = &[
    ("spot", "lifecycle", "spot"),
    ("on-demand", "lifecycle", "on_demand"),
    ("windows", "platform", "windows"),
    ("linux", "platform", "linux"),
    ("arm", "architecture", "arm64"),
    ("arm64", "architecture", "arm64"),
    ("graviton", "architecture", "arm64"),
    ("x86", "architecture", "x86_64"),
    ("running", "state", "running"),
    ("stopped", "state", "stopped"),
    ("gp2", "volume_type", "gp2"),
    ("gp3", "volume_type", "gp3"),
    ("aws", "provider", "aws"),
    ("amazon", "provider", "aws"),
    ("azure", "provider", "azure"),
    ("critical", "severity", "critical"),
    ("io1", "volume_type", "io1"),
    ("archived", "tier", "archive"),
];

pub(super) const STARTS: Starts = Starts::at(&["non"]).and_shape(Shape::DASH);

/// Reads a value that is not had.
pub(crate) fn read(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    if draft.is_bill() {
        return None;
    }
    let (len, word) = match draft.words.lower(at).strip_prefix("non-") {
        Some(word) => (1, word),
        None if draft.words.lower(at) == "non" => (2, draft.words.lower(at + 1)),
        None => return None,
    };
    // "non-postgres": a family of engines.
    if super::value::is_engine(word) && draft.words.lower(at + len) != "or" {
        let column = draft.own("engine")?.name;
        let held = Condition::compare(column, Op::Contains, super::value::engine(word)?);
        draft.conditions.push(Condition::Not { not: Box::new(held) });
        return Some(len);
    }
    let (_, column, value) = VALUES.iter().find(|(known, ..)| *known == word)?;
    let column = draft.own(column)?.name;
    // "non-windows and arm" goes on about something else; "non-spot or linux" could mean either.
    if draft.words.lower(at + len) == "or" {
        return None;
    }
    if column == "provider" {
        draft.condition(column, Op::NotIn, vec![*value]);
    } else {
        draft.condition(column, Op::Ne, *value);
    }
    Some(len)
}
