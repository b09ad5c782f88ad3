//! "except the encrypted ones", "but not those of type gp3", "neither stopped nor in us-east-1": all that is not as a condition says.
//!
//! The condition is read as it would be without the negation, by the rules that read it there. What those read must be one condition,
//! and nothing beside it.

use super::{Rule, flag, scope, state, tag, text, value};
use crate::draft::Draft;
use crate::lexicon::Role;
use crate::phrases::{Phrases, phrases};
use schema::ColumnType;
use schema::query::{Condition, Field, Literal, Op};

/// Who can read what is negated.
static READERS: &[Rule] = &[scope::read, tag::read, flag::read, state::read, text::read, value::read];

/// Words between the negation and what is negated.
const BETWEEN: &[&str] = &[
    "the", "those", "ones", "that", "which", "of", "in", "on", "with", "are", "is", "be", "being", "have", "carry",
    "from", "a", "an", "any", "its", "their", "based", "built", "written", "tagged", "using",
];

/// What negates beside the words that always do.
const BUT: Phrases = phrases(&["but not", "just not", "only not", "and not", "don't", "do not", "doesn't", "does not"]);

/// Reads what must not hold.
pub(crate) fn read(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    if draft.is_bill() || at == 0 {
        return None;
    }
    if draft.words.lower(at) == "neither" {
        return neither(draft, at);
    }
    // "whose engine is neither postgres nor mysql".
    if let Some((len, column)) = draft.column(at) {
        let from = draft.skip(at + len, &["is", "are"]);
        if draft.words.lower(from) != "neither" || column.ty != ColumnType::Text {
            return None;
        }
        return neither(draft, from).map(|len| from + len - at);
    }
    let but = draft.said(at, BUT);
    let len = but.or_else(|| draft.role(at, Role::Not)).max(draft.role(at, Role::NotIn))?;
    // "which don't run".
    if but.is_some()
        && draft.words.lower(at + len) == "run"
        && draft.ends(at + len + 1)
        && draft.table == &schema::tables::INSTANCES
    {
        draft.condition("state", Op::Ne, "running");
        return Some(len + 1);
    }
    let (end, mut conditions) = negated(draft, at + len)?;
    let place = |field: &Field| matches!(field.column_name(), "region" | "provider" | "account_id" | "account_name");
    let listed = |c: &Condition| matches!(c, Condition::Compare(c) if c.op == Op::NotIn && !place(&c.field));
    if draft.role(at, Role::NotIn).is_none() && conditions.iter().any(listed) {
        return None;
    }
    let end = draft.skip(end, &["ones"]);
    // "not gp2 or gp3" could mean either, and so could "except stopped ones and spot ones".
    let more = matches!(draft.words.lower(end), "or" | "nor")
        || draft.words.lower(end) == "and" && one(draft, end + 1).is_some();
    if more {
        return None;
    }
    draft.conditions.append(&mut conditions);
    Some(end - at)
}

/// "neither running nor in us-east-1": none of them.
fn neither(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let mut found = Vec::new();
    let (mut parts, mut end) = (0, at + 1);
    loop {
        let (to, mut conditions) = negated(draft, end)?;
        found.append(&mut conditions);
        parts += 1;
        end = draft.skip(to, &[","]);
        if draft.words.lower(end) != "nor" {
            break;
        }
        end += 1;
    }
    if parts < 2 {
        return None;
    }
    let mut found = together(found);
    draft.conditions.append(&mut found);
    Some(end - at)
}

/// "neither gp2 nor gp3": none of some values of one column.
fn together(found: Vec<Condition>) -> Vec<Condition> {
    let mut values = Vec::new();
    let mut column = None;
    for condition in &found {
        let Condition::Compare(compare) = condition else { return found };
        let same = column.get_or_insert_with(|| compare.field.clone()) == &compare.field;
        match &compare.value {
            Literal::Text(text) if same && compare.op == Op::Ne => values.push(text.clone()),
            _ => return found,
        }
    }
    match column {
        Some(field) => vec![Condition::compare(field, Op::NotIn, values)],
        None => found,
    }
}

/// The contrary of what stands there, and where that ends.
fn negated(draft: &mut Draft<'_>, at: usize) -> Option<(usize, Vec<Condition>)> {
    let before = draft.conditions.len();
    if let Some(len) = scope::outside(draft, at, 0) {
        return Some((at + len, draft.conditions.split_off(before)));
    }
    // "a team tag but not an owner tag".
    let from = draft.skip(at, &["a", "an", "the", "any"]);
    if let Some((n, key)) = tag::key(draft, from)
        && let Some(word) = draft.role(from + n, Role::TagWord)
        && (draft.ends(from + n + word) || matches!(draft.words.lower(from + n + word), "in" | "on" | "and"))
    {
        return Some((from + n + word, vec![Condition::is_null(tag::field(draft, &key))]));
    }
    // "not the ones in us-east-1": the words between belong to what some of the rules read.
    let far = draft.skip(at, BETWEEN);
    (at..=far)
        .rev()
        .find_map(|from| one(draft, from))
        .and_then(|(end, condition)| Some((end, vec![contrary(condition)?])))
}

/// The one condition that some rule reads there; the draft is left as it was.
fn one(draft: &mut Draft<'_>, at: usize) -> Option<(usize, Condition)> {
    READERS.iter().find_map(|reader| {
        let before =
            (draft.conditions.len(), draft.notes.len(), draft.hints.len(), draft.unread.len(), draft.select.len());
        let places = (draft.regions.clone(), draft.accounts.clone(), draft.providers.clone(), draft.listed.len());
        let len = reader(draft, at);
        let plain = draft.select.len() == before.4 && draft.unread.len() == before.3;
        let same_place = (&draft.regions, &draft.accounts, &draft.providers) == (&places.0, &places.1, &places.2);
        let read = (draft.conditions.len() == before.0 + 1 && plain && same_place)
            .then(|| draft.conditions.last().cloned())
            .flatten();
        draft.conditions.truncate(before.0);
        draft.notes.truncate(before.1);
        draft.hints.truncate(before.2);
        draft.unread.truncate(before.3);
        draft.select.truncate(before.4);
        (draft.regions, draft.accounts, draft.providers) = (places.0, places.1, places.2);
        draft.listed.truncate(places.3);
        len.filter(|len| *len > 0).zip(read).map(|(len, condition)| (at + len, condition))
    })
}

/// What holds where the other does not. Of what nothing is known, neither holds.
fn contrary(condition: Condition) -> Option<Condition> {
    Some(match condition {
        Condition::Compare(mut compare) => {
            compare.op = match (compare.op, &compare.value) {
                (Op::Eq, Literal::Bool(so)) => {
                    compare.value = Literal::Bool(!so);
                    Op::Eq
                }
                (Op::Eq, _) => Op::Ne,
                (Op::In, _) => Op::NotIn,
                (Op::IsNull, _) => Op::NotNull,
                (Op::NotNull, _) => Op::IsNull,
                (Op::Ne | Op::NotIn, _) => return None,
                _ => return Some(Condition::Not { not: Box::new(Condition::Compare(compare)) }),
            };
            Condition::Compare(compare)
        }
        Condition::Not { .. } => return None,
        other => Condition::Not { not: Box::new(other) },
    })
}
