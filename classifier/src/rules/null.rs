//! "without public IP", "with a public IP", "no name".

use super::comparison;
use crate::draft::Draft;
use crate::lexicon::{Role, Sense};
use crate::phrases::Marks;
use crate::rules::starts::{Signs, Starts};
use schema::query::{Condition, Op};
use schema::{Column, ColumnType};

/// Columns that a thing has or has not, so that "with" one of them is a condition rather than a wish to see it.
const HAD: &[&str] = &["public_ip", "instance_id", "associated_with", "tags", "deprecated_at"];

pub(super) const STARTS: Starts =
    Starts::at(&["deprecated", "unnamed", "nameless", "to", "on", "for", "with", "an", "a", "unknown", "no"])
        .and_at(Marks::of(&["never", "made", "created", "restored", "built", "cloned", "copied"]))
        .and_at(Marks::of(&["full", "exhausted", "used", "out"]))
        .and_sign(Signs::COLUMN)
        .and_roles(&[Role::With, Role::Without, Role::Not]);

/// Reads that a column has a value, or none.
pub(crate) fn read(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    from_snapshot(draft, at)
        .or_else(|| full(draft, at))
        .or_else(|| gone(draft, at))
        .or_else(|| deprecated(draft, at))
        .or_else(|| unnamed(draft, at))
        .or_else(|| to_which(draft, at))
        .or_else(|| unknown(draft, at))
        .or_else(|| none_left(draft, at))
        .or_else(|| without(draft, at))
        .or_else(|| with(draft, at))
        .or_else(|| not_deprecated(draft, at))
}

/// "made from a snapshot", "not restored from any snapshot": whatever snapshot that was.
fn from_snapshot(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let column = draft.table.column("snapshot_id").filter(|_| draft.table.name == "volumes")?;
    let not = draft.role(at, Role::Not).or_else(|| (draft.words.lower(at) == "never").then_some(1)).unwrap_or(0);
    let verb = at + not;
    let made =
        matches!(draft.words.lower(verb), "made" | "created" | "restored" | "built" | "cloned" | "copied" | "made out");
    let from = draft.skip(verb + 1, &["out", "from", "of", "off"]);
    let thing = draft.skip(from, &["a", "an", "any", "some", "no"]);
    if !made
        || from == verb + 1
        || !matches!(draft.words.lower(thing), "snapshot" | "snapshots")
        || !draft.ends(thing + 1)
    {
        return None;
    }
    let none = draft.words.lower(thing - 1) == "no";
    draft.conditions.push(match (not > 0) != none {
        true => Condition::is_null(column.name),
        false => Condition::is_not_null(column.name),
    });
    Some(thing + 1 - at)
}

/// "whose cost is unknown", "description missing": nothing is in a column.
fn gone(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let (len, columns) = draft.columns(at)?;
    let column = *columns.first()?;
    let from = draft.skip(at + len, &["is", "are", "was"]);
    let told = draft.said(
        from,
        &[
            "unknown",
            "not known",
            "isn't known",
            "isn't set",
            "isn't recorded",
            "missing",
            "empty",
            "not set",
            "unset",
            "blank",
            "null",
            "absent",
            "not recorded",
            "not filled in",
        ],
    )?;
    let named = draft.noun(at).is_some_and(|(n, _)| n >= len) || super::tag::key(draft, at).is_some();
    // Of what is missing of a yes-or-no, people mean that it is not so; a state that nobody knows has a word of its own.
    if named || column.name == "state" || column.ty == ColumnType::Bool || !draft.ends(from + told) {
        return None;
    }
    draft.conditions.push(Condition::is_null(column.name));
    Some(from + told - at)
}

/// "subnets that are full", "out of addresses": none is free.
fn full(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let column = draft.table.column("available_ips")?;
    let len = draft.said(
        at,
        &[
            "full",
            "exhausted",
            "used up",
            "out of addresses",
            "out of ips",
            "out of ip addresses",
            "out of free addresses",
        ],
    )?;
    draft.condition(column.name, Op::Eq, 0_i64);
    Some(len)
}

/// "AMIs deprecated?": the time when they were is there.
fn deprecated(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    if draft.words.lower(at) != "deprecated" || !draft.ends(at + 1) {
        return None;
    }
    let behind = (1..=2).any(|back| at >= back && draft.noun(at - back).is_some_and(|(len, _)| len == back));
    let column = draft.own("deprecated_at").filter(|_| behind)?;
    draft.conditions.push(Condition::is_not_null(column.name));
    Some(1)
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

/// "to which a public IP is assigned", "for which no cost-center tag is maintained".
fn to_which(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    const VERBS: &[&str] = &[
        "assigned",
        "applied",
        "set",
        "maintained",
        "attached",
        "recorded",
        "given",
        "defined",
        "associated",
        "put",
        "present",
    ];
    if !matches!(draft.words.lower(at), "to" | "on" | "for" | "with") || draft.words.lower(at + 1) != "which" {
        return None;
    }
    let none = draft.words.lower(at + 2) == "no";
    let from = draft.skip(at + 2, &["no", "a", "an", "any", "the"]);
    let (end, test) = match super::tag::key(draft, from) {
        Some((n, key)) if draft.role(from + n, Role::TagWord).is_some() => {
            (from + n + 1, Condition::is_null(super::tag::field(draft, &key)))
        }
        _ if draft.role(from, Role::TagWord).is_some() => {
            (draft.skip(from + 1, &["whatsoever", "at"]), Condition::is_null(draft.tags_column()?.name))
        }
        _ => match super::value::found_id(draft, from) {
            Some((len, column, value)) if !none => (from + len, Condition::compare(column, Op::Eq, value)),
            _ => {
                let (len, column) = thing(draft, from)?;
                (from + len, Condition::is_null(column.name))
            }
        },
    };
    let verb = draft.skip(end, &["is", "are", "has", "have", "had", "been", "ever", "was", "were"]);
    if verb == end || !VERBS.contains(&draft.words.lower(verb)) {
        return None;
    }
    let is_null = matches!(&test, Condition::Compare(compare) if compare.op == Op::IsNull);
    draft.conditions.push(match test {
        Condition::Compare(compare) if is_null && !none => Condition::is_not_null(compare.field),
        test => test,
    });
    Some(verb + 1 - at)
}

/// "with unknown cost".
fn unknown(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let with = draft.role(at, Role::With).unwrap_or(0);
    let from = draft.skip(at + with, &["an", "a"]);
    let words = if draft.words.lower(from) == "unknown" { 1 } else { 2 };
    if words == 2 && draft.words.phrase(from, 2) != "no known" {
        return None;
    }
    let (len, column) = draft.column(from + words)?;
    if draft.noun(from + words).is_some() {
        return None;
    }
    // A state that nobody knows has a word of its own.
    if column.name == "state" {
        draft.condition("state", Op::Eq, "unknown");
    } else {
        draft.conditions.push(Condition::is_null(column.name));
    }
    Some(from + words + len - at)
}

/// "subnets with no free addresses remaining".
fn none_left(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let len = draft.role(at, Role::Without)?;
    let from = draft.skip(at + len, &["any"]);
    let (n, column) = draft.column(from)?;
    if column.name != "available_ips" {
        return None;
    }
    draft.condition(column.name, Op::Eq, 0_i64);
    Some(draft.skip(from + n, &["left", "remaining", "free", "available"]) - at)
}

/// "unnamed machines".
fn unnamed(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    if !matches!(draft.words.lower(at), "unnamed" | "nameless") {
        return None;
    }
    draft.own("name")?;
    draft.conditions.push(Condition::is_null("name"));
    Some(1)
}

fn without(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let len = draft.role(at, Role::Without)?;
    let mut end = at + len;
    let mut found = Vec::new();
    let mut keys = Vec::new();
    let neither = draft.words.phrase(at, len).ends_with("neither");
    loop {
        let from = draft.skip(end, &["a", "an", "any", "the"]);
        // "neither name nor owner tag".
        if neither && let Some((n, key)) = super::tag::key(draft, from) {
            keys.push(super::tag::field(draft, &key));
            end = from + n + draft.role(from + n, Role::TagWord).unwrap_or(0);
        } else {
            let (n, column) = thing(draft, from)?;
            found.push(column);
            end = from + n;
        }
        if !matches!(draft.words.lower(end), "or" | "nor") {
            break;
        }
        end += 1;
    }
    // "with no deprecation date set".
    end += usize::from(matches!(
        draft.words.lower(end),
        "set" | "recorded" | "specified" | "given" | "assigned" | "defined" | "maintained" | "filled"
    ));
    if comparison::follows(draft, end) {
        return None;
    }
    // "without a and b" could ask for either.
    if draft.words.lower(end) == "and" && thing(draft, draft.skip(end + 1, &["a", "an", "any"])).is_some() {
        return None;
    }
    draft.conditions.extend(keys.into_iter().map(Condition::is_null));
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
    let from = draft.skip(at + len, &["both", "a", "an", "any", "some"]);
    let article = from > at + len;
    // "with an owner but without an app": a key of a tag, where nothing follows that it could be compared with.
    if article
        && !their
        && draft.column(from).is_none()
        && draft.words.lower(from - 1) != "both"
        && let Some((n, key)) = super::tag::key(draft, from)
        && (draft.ends(from + n) || draft.words.lower(from + n) == "but")
        && draft.tags_column().is_some()
    {
        draft.conditions.push(Condition::is_not_null(super::tag::field(draft, &key)));
        return Some(from + n - at);
    }
    let (n, column) = thing(draft, from)?;
    // "with an age of more than 90 days".
    if comparison::begins(draft, draft.skip_to_compare(from + n, &["of", "at"])) {
        return None;
    }
    // "with a public endpoint" is one phrase.
    let longer = (at + len..=from)
        .filter_map(|i| draft.sense(i, |s| matches!(s, Sense::Flag { .. }).then_some(i)))
        .any(|(more, i)| i + more > from + n);
    if longer {
        return None;
    }
    let next = draft.skip(from + n, &[",", "and"]);
    // "with public IP and cost over $10": a condition follows, not another column to see.
    let listed = next > from + n && draft.columns(next).is_some_and(|(len, _)| !comparison::follows(draft, next + len));
    // "with a deprecation date that lies before 2026": when it was follows.
    let dated = column.ty == ColumnType::Time
        && (super::time::when(
            draft,
            draft.skip(from + n, &["that", "which", "lies", "lie", "is", "falls", "of", "in"]),
        )
        .is_some()
            || super::time::when(draft, from + n).is_some());
    if dated {
        return None;
    }
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
