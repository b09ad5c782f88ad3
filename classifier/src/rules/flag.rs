//! "encrypted", "not encrypted", "publicly accessible", "open to the world".

use crate::draft::Draft;
use crate::lexicon::{Kinds, Role, Sense};
use crate::phrases::phrases;
use crate::rules::starts::{Signs, Starts};
use schema::ColumnType;
use schema::query::Op;

pub(super) const STARTS: Starts = Starts::at(&[
    "open", "default", "neither", "nothing", "none", "never", "can", "cannot", "can't", "must", "storage", "data",
    "disk", "disks", "content", "contents",
])
.and_kinds(Kinds::FLAG)
.and_roles(&[Role::Not, Role::Without])
.and_sign(Signs::COLUMN);

/// Reads a yes-or-no column.
pub(crate) fn read(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    // "with name and encryption": a list of columns goes on, and whether this is one of them is not said.
    let joint = at > 1 && matches!(draft.words.lower(at - 1), "and" | ",") && draft.shown_to > 0;
    if joint
        && (draft.shown_to == at - 1 || draft.shown_to + 1 == at - 1)
        && flag(draft, at).is_some_and(|(len, ..)| draft.ends(at + len))
    {
        return None;
    }
    if let Some((len, column, value)) = flag(draft, at) {
        // "where encrypted is false".
        let told = said(draft, at + len);
        let value = told.map_or(value, |(_, so)| value == so);
        draft.condition(column, Op::Eq, value);
        // "with unencrypted storage".
        let what = column == "encrypted" && told.is_none() && draft.words.lower(at + len) == "storage";
        return Some(len + told.map_or(usize::from(what), |(n, _)| n));
    }
    // "open security groups" are those that are open to the world, and so are "those that are open".
    let said_so = matches!(draft.words.lower(at.wrapping_sub(1)), "are" | "is" | "left" | "stand")
        && (draft.ends(at + 1) || matches!(draft.words.lower(at + 1), "and" | "in"));
    if draft.table.name == "security_groups"
        && draft.words.lower(at) == "open"
        && (draft.noun(at + 1).is_some() || said_so)
    {
        draft.note("open is read as open to the whole world");
        draft.condition("open_to_world", Op::Eq, true);
        return Some(1);
    }
    // Every network has a security group of this name.
    if draft.table.name == "security_groups" && draft.words.lower(at) == "default" && draft.noun(at + 1).is_some() {
        draft.note("the default security groups are those of the name `default`");
        draft.condition("name", Op::Eq, "default");
        return Some(1);
    }
    if let Some(len) = neither(draft, at).or_else(|| of_storage(draft, at)).or_else(|| nothing(draft, at)) {
        return Some(len);
    }
    // "that were never encrypted", "that cannot be reached from the internet".
    let never = draft.said(
        at,
        const {
            phrases(&[
                "never",
                "cannot be",
                "can't be",
                "can not be",
                "must not be",
                "nobody",
                "nobody has",
                "no one has",
            ])
        },
    );
    let not = never.or_else(|| draft.role(at, Role::Not)).or_else(|| draft.role(at, Role::Without))?;
    // "with neither multi-AZ nor encryption" goes on.
    if draft.words.phrase(at, not).ends_with("neither") {
        return None;
    }
    let (len, column, value) = flag(draft, at + not)?;
    draft.condition(column, Op::Eq, !value);
    Some(not + len)
}

/// "neither encrypted nor multi-AZ": all of them are not so.
fn neither(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    if draft.words.lower(at) != "neither" {
        return None;
    }
    let mut found = Vec::new();
    let mut end = at + 1;
    loop {
        let from = draft.skip(end, &["are", "is"]);
        let (len, column, value) = flag(draft, from)?;
        found.push((column, value));
        end = from + len;
        if draft.words.lower(end) != "nor" {
            break;
        }
        end += 1;
    }
    if found.len() < 2 {
        return None;
    }
    for (column, value) in found {
        draft.condition(column, Op::Eq, !value);
    }
    Some(end - at)
}

/// "whose storage is not encrypted": it is the only thing of them that can be.
fn of_storage(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    draft.table.column("encrypted")?;
    if !matches!(draft.words.lower(at), "storage" | "data" | "disk" | "disks" | "contents" | "content") {
        return None;
    }
    let from = draft.skip(at + 1, &["is", "are", "at", "rest"]);
    let not = draft.role(from, Role::Not).or_else(|| (draft.words.lower(from) == "never").then_some(1)).unwrap_or(0);
    let (len, column, value) = flag(draft, from + not).filter(|(_, column, _)| *column == "encrypted")?;
    draft.condition(column, Op::Eq, value == (not == 0));
    Some(from + not + len - at)
}

/// "with nothing open to the world".
fn nothing(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    if !matches!(draft.words.lower(at), "nothing" | "none") {
        return None;
    }
    let (len, column, value) = flag(draft, at + 1).filter(|(_, column, _)| *column == "open_to_world")?;
    draft.condition(column, Op::Eq, !value);
    Some(1 + len)
}

/// "is true", "= no", behind a yes-or-no column.
fn said(draft: &Draft<'_>, at: usize) -> Option<(usize, bool)> {
    // "encryption is not turned on", "… is not enabled".
    if let Some(not) = draft.role(at, Role::Not) {
        match (draft.words.lower(at + not), draft.words.lower(at + not + 1)) {
            ("turned" | "switched", "on") => return Some((not + 2, false)),
            ("turned" | "switched", "off") => return Some((not + 2, true)),
            ("enabled" | "active" | "activated", _) => return Some((not + 1, false)),
            ("disabled", _) => return Some((not + 1, true)),
            _ => {}
        }
    }
    let sign = usize::from(matches!(draft.words.lower(at), "is" | "=" | "are" | "set"));
    let turned = matches!(draft.words.lower(at + sign), "turned" | "switched");
    let to = sign + usize::from(turned || sign > 0 && draft.words.lower(at + sign) == "to");
    let so = match draft.words.lower(at + to) {
        "true" | "yes" | "enabled" => true,
        "false" | "disabled" => false,
        "off" if turned || draft.ends(at + to + 1) => false,
        "on" if turned || draft.ends(at + to + 1) => true,
        "no" if sign > 0 && draft.ends(at + to + 1) => false,
        _ => return None,
    };
    Some((to + 1, so))
}

fn flag(draft: &Draft<'_>, at: usize) -> Option<(usize, &'static str, bool)> {
    let of_table = |name: &str| draft.own(name).is_some_and(|c| c.ty == ColumnType::Bool);
    let said = draft.sense(at, |s| match s {
        Sense::Flag { column, value } if of_table(column) => Some((*column, *value)),
        _ => None,
    });
    // "the encryption of our volumes" asks for it.
    if draft.words.lower(at) == "encryption" && draft.words.lower(at + 1) == "of" {
        return None;
    }
    // "encryption status" names the column, and does not say that it is so.
    let status = (at..at + 3).any(|i| {
        draft.column(at).is_some_and(|(len, _)| i < at + len) && matches!(draft.words.lower(i), "status" | "state")
    });
    if status {
        return None;
    }
    if let Some((len, (column, value))) = said {
        return Some((len, column, value));
    }
    let (len, column) = draft.column(at)?;
    (column.ty == ColumnType::Bool).then_some((len, column.name, true))
}
