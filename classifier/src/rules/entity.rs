//! "instances", "EC2 instances", "ALBs": the noun for the rows, and what it says beyond its table.

use crate::draft::Draft;
use crate::lexicon::{Kinds, Role, Sense};
use crate::rules::starts::Starts;
use schema::query::{Condition, Literal, Op};

pub(super) const STARTS: Starts =
    Starts::at(&["anything", "something", "everything", "inventory"]).and_kinds(Kinds::TABLE);

/// Reads the noun for the table's rows.
pub(crate) fn read(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    if draft.is_bill() {
        // "the cost of all resources" is the cost.
        let everything = draft.sense(at, |s| {
            matches!(s, Sense::Table(noun) if noun.table.name == "resources" || noun.table.name == "costs")
                .then_some(())
        });
        return everything.map(|(len, ())| len);
    }
    let vague = matches!(draft.words.lower(at), "anything" | "something" | "inventory")
        // "the memory of everything running": of everything that has some.
        || draft.words.lower(at) == "everything" && draft.table.name == "instances";
    if vague
        && draft.table.name != "resources"
        && draft.role(at + 1, Role::NotIn).is_none()
        && draft.words.lower(at + 1) != "but"
    {
        return Some(1);
    }
    let (len, noun) = draft.noun(at)?;
    // SQL Server is an engine of RDS as well as a service of Azure.
    if draft.words.phrase(at, len) == "sql server" && draft.noun(at + len).is_some() {
        draft.hint("say `sqlserver` for the engine, or `SQL servers` for those of Azure");
        return None;
    }
    if !joins(draft, at, noun) {
        draft.imply(noun);
    }
    Some(len)
}

/// "ALBs and NLBs": either will do, for nothing is both.
fn joins(draft: &mut Draft<'_>, at: usize, noun: crate::lexicon::Noun) -> bool {
    let Some((column, value)) = noun.implies else { return false };
    if !matches!(draft.words.lower(at.wrapping_sub(1)), "and" | "or" | "," | "plus" | "&") {
        return false;
    }
    let Some(Condition::Compare(last)) = draft.conditions.last_mut() else { return false };
    let other = match &last.value {
        Literal::Text(other) if last.op == Op::Eq && last.field.column_name() == column && other != value => {
            other.clone()
        }
        _ => return false,
    };
    last.op = Op::In;
    last.value = Literal::from(vec![other, value.to_owned()]);
    true
}
