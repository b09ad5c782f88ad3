//! "which team spends the most", "top 5 teams by cost", "biggest spending projects", "which owners have stopped machines":
//! groups by the keys of tags, where they are asked for like columns.

use super::tag;
use crate::draft::Draft;
use crate::lexicon::Role;
use crate::phrases::Marks;
use crate::rules::starts::{Signs, Starts};
use schema::query::{Condition, Direction, Field, OrderBy};

pub(super) const STARTS: Starts =
    Starts::at(&["which", "what", "cost"]).and_at(Marks::of_plurals(tag::USUAL_KEYS)).and_sign(Signs::KEY);

/// Reads a key of a tag that is asked for.
pub(crate) fn read(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    draft.tags_column()?;
    if draft.is_bill() { of_bill(draft, at) } else { of_rows(draft, at) }
}

/// A key, of one ("team") or many ("teams"): how many words, which, and whether many.
pub(super) fn asked_key(draft: &Draft<'_>, at: usize) -> Option<(usize, Field, bool)> {
    if let Some((len, key)) = tag::key(draft, at) {
        return draft.column(at).is_none_or(|(n, _)| n < len).then(|| (len, tag::field(draft, &key), false));
    }
    if matches!(draft.words.phrase(at, 2), "cost centers" | "cost centres") {
        return Some((2, tag::field(draft, "cost-center"), true));
    }
    let word = draft.words.lower(at).strip_suffix('s')?;
    let known = tag::USUAL_KEYS.contains(&word) && word.len() > 2 && draft.senses.is_unknown(at);
    // The estate may write one of the same meaning: "environments" are values of `env`.
    known.then(|| (1, tag::field(draft, tag::own_spelling(draft, word)), true))
}

/// "which teams", "top 3 projects", "most expensive app", "biggest spending teams", "teams ranked by spend".
fn of_bill(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let which = matches!(draft.words.lower(at), "which" | "what");
    let from = if which { draft.skip(at + 1, &["of", "our", "my", "the"]) } else { at };
    let (len, field, many) = asked_key(draft, from)?;
    let end = from + len;
    let tag = draft.role(end, Role::TagWord).unwrap_or(0);
    let values = usize::from(tag > 0 && draft.words.lower(end + tag) == "values");
    let many = many || values > 0;
    let end = end + tag + values;
    // "team payments" is one, and so is "env = prod".
    let value = draft.name(end).is_some() && draft.senses.is_unknown(end) && super::time::when(draft, end).is_none();
    let signed = matches!(draft.words.lower(end), "=" | ":" | "!=") || draft.words.lower(end) == "is" && !which;
    let named = (value || signed) && !money_verb(draft, end);
    let ranked = draft.ranked.is_some() || (end..draft.words.len()).any(|i| ranks(draft, i));
    let costs =
        which && (end..end + 3).any(|i| draft.role(i, Role::Cost).or_else(|| draft.role(i, Role::Spend)).is_some());
    let grouped = matches!(draft.words.lower(at.wrapping_sub(1)), "without" | "no" | "any" | "missing" | "with");
    if named || grouped || !(ranked || costs) || !(which || ranked && (many || draft.ranked.is_some())) {
        return None;
    }
    draft.singular |= !many && ranked;
    if !draft.groups.contains(&field) {
        draft.groups.push(field);
    }
    Some(end - at)
}

fn money_verb(draft: &Draft<'_>, at: usize) -> bool {
    matches!(draft.words.lower(at), "that" | "who" | "whose" | "accounts" | "drives")
}

/// Whether something is ranked there.
fn ranks(draft: &Draft<'_>, at: usize) -> bool {
    draft.role(at, Role::Most).is_some()
        || draft.role(at, Role::Least).is_some()
        || draft.role(at, Role::SortBy).is_some()
        || matches!(draft.words.phrase(at, 2), "by spend" | "by cost" | "by spending")
        || draft.words.lower(at) == "by"
            && (at + 2..at + 4).any(|i| draft.role(i, Role::Cost).or_else(|| draft.role(i, Role::Spend)).is_some())
            && super::time::when(draft, at + 1).is_some()
        || draft.sense(at, |s| matches!(s, crate::lexicon::Sense::Superlative(..)).then_some(())).is_some()
}

/// "which team has the most VMs", "which owners have stopped machines", "teams with the most snapshots".
fn of_rows(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    if let Some(len) = by_number(draft, at) {
        return Some(len);
    }
    let which = matches!(draft.words.lower(at), "which" | "what");
    let from = if which { draft.skip(at + 1, &["of", "our", "my", "the"]) } else { at };
    let (len, field, many) = asked_key(draft, from)?;
    let verb = from + len;
    let verbs: &[&str] = if which {
        &["has", "have", "owns", "own", "runs", "run", "uses", "use", "holds", "hold", "operates", "operate"]
    } else {
        &["with"]
    };
    if !verbs.contains(&draft.words.lower(verb)) || !draft.groups.is_empty() || draft.count {
        return None;
    }
    let most = draft
        .role(verb + 1, Role::Most)
        .map(|n| (n, Direction::Desc))
        .or_else(|| draft.role(verb + 1, Role::Least).map(|n| (n, Direction::Asc)));
    let behind = verb + 1 + most.map_or(0, |(n, _)| n);
    let noun = (behind..behind + 4).take_while(|i| !draft.ends(*i)).find(|i| draft.noun(*i).is_some())?;
    let plural = draft.noun(noun).is_some_and(|(_, noun)| noun.plural);
    // "has the most memory" is about a column, and "with fewer than 5 VMs" about how many.
    let counted = (behind..noun).any(|i| draft.compare(i).is_some() || super::quantity::number(draft, i).is_some());
    let column = most.is_some() && draft.noun(behind).is_none() && draft.columns(behind).is_some();
    let without = (behind..noun).any(|i| draft.role(i, Role::Without).is_some());
    // "team with the most unattached disks" is one.
    let one = !many && draft.opens_at(at);
    if !plural || counted || column || without || !(which || most.is_some() && (many || one)) {
        return None;
    }
    draft.count = true;
    // What nobody tagged is no team's.
    draft.conditions.push(Condition::is_not_null(field.clone()));
    draft.groups.push(field);
    if let Some((_, dir)) = most {
        draft.ranked = None;
        draft.order.push(OrderBy { field: "count".into(), dir });
        if !many && draft.limit.is_none() {
            draft.limit = Some(1);
        }
    }
    Some(behind - at)
}

/// "teams by number of instances", "top 3 projects ranked by VM count".
fn by_number(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let (len, field, many) = asked_key(draft, at)?;
    let by = draft.role(at + len, Role::SortBy).or_else(|| draft.role(at + len, Role::By))?;
    let from = at + len + by;
    let number = draft.skip(from, &["the", "number", "count", "of", "total"]);
    let (noun, found) = draft.noun(number)?;
    let count = usize::from(matches!(draft.words.lower(number + noun), "count" | "counts"));
    let told = count > 0 || number > from && draft.words.lower(number - 1) == "of" && found.plural;
    if !many || !told || draft.count || !draft.groups.is_empty() {
        return None;
    }
    draft.imply(found);
    draft.count = true;
    draft.conditions.push(Condition::is_not_null(field.clone()));
    draft.groups.push(field);
    draft.ranked = None;
    Some(number + noun + count - at)
}
