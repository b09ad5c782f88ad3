//! "top 5 accounts by VM count", "accounts by cost of VMs", "which region has the highest database cost": groups that are ranked by
//! how many there are in them, or by what these cost together.

use crate::draft::Draft;
use crate::lexicon::Role;
use schema::query::{Aggregate, Direction, Field, Function, OrderBy};

/// "by VM count", "by number of instances", behind the group.
pub(super) fn by_count(draft: &Draft<'_>, at: usize) -> Option<usize> {
    if draft.words.lower(at) != "by" {
        return None;
    }
    let (len, _) = draft.noun(at + 1)?;
    matches!(draft.words.lower(at + 1 + len), "count" | "counts" | "number" | "numbers").then_some(2 + len)
}

/// "by VM cost", "by cost of VMs", "by the cost of their VMs", behind the group, which is ranked by it.
pub(super) fn ranked_by_cost(draft: &mut Draft<'_>, at: usize, field: &Field) -> Option<usize> {
    let by = match draft.words.lower(at) {
        "by" => 1,
        _ => draft.role(at, Role::SortBy)?,
    };
    let from = draft.skip(at + by, &["the", "their", "total"]);
    let end = match draft.noun(from) {
        Some((len, _)) => from + len + draft.role(from + len, Role::Cost)?,
        None => {
            let cost = draft.role(from, Role::Cost)?;
            let of = from + cost;
            if !matches!(draft.words.lower(of), "of" | "for") {
                return None;
            }
            // The noun behind, and what is said of it, is read as of any rows.
            let noun = draft.skip(of + 1, &["the", "their", "our", "all"]);
            let plural = |i: usize| draft.noun(i).is_some_and(|(_, noun)| noun.plural);
            (noun..noun + 4).take_while(|i| !draft.ends(*i)).find(|i| plural(*i))?;
            noun
        }
    };
    let dir = draft.ranked.take().map_or(Direction::Desc, |(_, dir)| dir);
    by_cost(draft, field.clone(), dir, false).map(|()| end - at)
}

/// Groups by a field and ranks by what the rows of each cost together.
pub(super) fn by_cost(draft: &mut Draft<'_>, field: Field, dir: Direction, single: bool) -> Option<()> {
    let cost = draft.cost_column()?;
    if !draft.aggregates.is_empty() || draft.count {
        return None;
    }
    draft.groups.push(field);
    draft.aggregates.push(Aggregate::of(Function::Sum, cost.name, "total_cost_30d"));
    draft.order.push(OrderBy { field: "total_cost_30d".into(), dir });
    draft.ranked = None;
    if single && draft.limit.is_none() {
        draft.limit = Some(1);
    }
    Some(())
}
