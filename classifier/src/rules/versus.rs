//! "spot vs on-demand instances", "how many Windows and how many Linux machines", "encrypted and unencrypted disks": values of one
//! column that are counted side by side.

use super::beside::against;
use crate::draft::Draft;
use crate::lexicon::{Role, Sense};
use schema::query::{Condition, Field, Literal, Op};
use schema::{Column, ColumnType};

/// Reads two or more values that stand against each other.
pub(crate) fn read(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    if draft.is_bill() {
        return None;
    }
    let (len, column, first) = one(draft, at)?;
    let mut values = vec![first];
    let mut end = at + len;
    let mut told = false;
    loop {
        let versus = against(draft, end);
        let again = again(draft, end);
        let joint = draft.skip(end + versus.max(again), &["and", ","]);
        if joint == end {
            break;
        }
        let Some((len, _, value)) = one(draft, joint).filter(|(_, same, _)| same.name == column.name) else { break };
        told |= versus > 0 || again > 0;
        if !values.contains(&value) {
            values.push(value);
        }
        end = joint + len;
    }
    // "how many encrypted and unencrypted disks": they are all of them, so that each is meant.
    let yes_or_no = column.ty == ColumnType::Bool && values.len() == 2 && draft.count;
    if values.len() < 2 || !(told || yes_or_no) {
        return None;
    }
    let all = match column.ty {
        ColumnType::Bool => true,
        _ => values.len() == column.values.len(),
    };
    if !all {
        let values: Vec<Literal> = values.into_iter().map(|value| Literal::from(value.as_str())).collect();
        draft.conditions.push(Condition::compare(column.name, Op::In, Literal::List(values)));
    }
    let field = Field::column(column.name);
    if !draft.groups.contains(&field) {
        draft.groups.push(field);
    }
    draft.count |= draft.aggregates.is_empty() && !draft.total;
    Some(end - at)
}

/// "and how many", between two of them.
fn again(draft: &Draft<'_>, at: usize) -> usize {
    let noun = draft.noun(at).map_or(0, |(len, _)| len);
    let joint = draft.skip(at + noun, &[",", "and", "are", "is"]);
    match draft.role(joint, Role::HowMany).filter(|_| joint > at + noun && draft.words.lower(joint) == "how") {
        Some(len) => draft.skip(joint + len, &["are", "is", "on", "run"]) - at,
        None => 0,
    }
}

/// A value of a closed set, a yes or no, or a state.
fn one(draft: &Draft<'_>, at: usize) -> Option<(usize, &'static Column, String)> {
    let of = |name: &str| draft.own(name);
    draft
        .sense(at, |s| match s {
            Sense::Value { column, value } => {
                of(column).filter(|c| c.values.contains(value)).map(|c| (c, (*value).to_owned()))
            }
            Sense::Flag { column, value } => {
                of(column).filter(|c| c.ty == ColumnType::Bool).map(|c| (c, value.to_string()))
            }
            Sense::State(state) => of("state").map(|c| (c, (*state).to_owned())),
            _ => None,
        })
        .map(|(len, (column, value))| (len, column, value))
        .or_else(|| {
            let (len, column) = draft.column(at)?;
            (column.ty == ColumnType::Bool && len == 1).then(|| (len, column, "true".to_owned()))
        })
        .or_else(|| {
            let value = super::value::disk_type(draft.words.lower(at))?;
            of("volume_type").map(|c| (1, c, value.to_owned()))
        })
}
