//! "top 10", "first 5", "limit 20", "the 3 most expensive".

use super::quantity::{NUMBERS, number};
use crate::draft::Draft;
use crate::lexicon::{Role, Sense};
use crate::rules::starts::Starts;
use crate::tokens::Shape;
use schema::query::{Direction, OrderBy};

/// How many "top" means by itself.
const TOP: u64 = 10;

pub(super) const STARTS: Starts = Starts::at(&["last", "latest"])
    .and_at(NUMBERS)
    .and_roles(&[Role::Top, Role::Bottom, Role::First])
    .and_shape(Shape::DIGIT);

/// Reads how many rows are wanted.
pub(crate) fn read(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    if let Some(limit) = draft.limit {
        // "top 10 by cost, only ten": said once more.
        let again = draft.ends(at + 1) && matches!(draft.words.lower(at.wrapping_sub(1)), "only" | "just");
        return (again && count(draft, at) == Some(limit)).then_some(1);
    }
    for (role, direction) in [(Role::Top, Direction::Desc), (Role::Bottom, Direction::Asc)] {
        if let Some(len) = draft.role(at, role) {
            // "most expensive region at the top" says which comes first, and leaves none out.
            let before = at.wrapping_sub(1 + usize::from(draft.words.lower(at.wrapping_sub(1)) == "the"));
            let place = matches!(draft.words.lower(before), "at" | "on") && draft.ends(at + len);
            if place && (draft.ranked.is_some() || !draft.order.is_empty()) {
                draft.singular = false;
                return Some(len);
            }
            let count = count(draft, at + len);
            let end = at + len + usize::from(count.is_some());
            draft.limit = Some(count.unwrap_or(if asks_for_one(draft, end) { 1 } else { TOP }));
            // "code size, top 10": the order stands before it.
            if draft.order.is_empty() {
                draft.ranked.get_or_insert((at, direction));
            }
            let column = ranked_column(draft, end).unwrap_or(0);
            if column > 0
                && let Some((_, found)) = draft.column(end)
            {
                draft.ranked = None;
                draft.order.push(OrderBy { field: found.name.into(), dir: direction });
            }
            return Some(end + column - at);
        }
    }
    if let Some(len) = draft.role(at, Role::First) {
        draft.limit = Some(count(draft, at + len)?);
        return Some(len + 1 + usize::from(matches!(draft.words.lower(at + len + 1), "rows" | "results")));
    }
    // "the last snapshot of vol-0abc": what has no other life than its making.
    if draft.words.lower(at) == "last"
        && draft.noun(at + 1).is_some_and(|(_, noun)| !noun.plural)
        && draft.order.is_empty()
        && let Some(column) = super::time::made(draft)
    {
        draft.order.push(OrderBy { field: column.name.into(), dir: Direction::Desc });
        draft.singular = true;
        return Some(1);
    }
    // "last 10 launched instances".
    if matches!(draft.words.lower(at), "last" | "latest")
        && let Some(n) = count(draft, at + 1)
        && let Some((len, column)) = draft.column(at + 2)
        && column.ty == schema::ColumnType::Time
        && draft.noun(at + 2 + len).is_some()
        && draft.order.is_empty()
    {
        draft.limit = Some(n);
        draft.order.push(OrderBy { field: column.name.into(), dir: Direction::Desc });
        return Some(2 + len);
    }
    // "the last 5 boxes created".
    if matches!(draft.words.lower(at), "last" | "latest")
        && let Some(n) = count(draft, at + 1)
        && let Some((noun, _)) = draft.noun(at + 2)
        && let Some((len, column)) = draft.column(at + 2 + noun)
        && column.ty == schema::ColumnType::Time
        && draft.ends(at + 2 + noun + len)
        && draft.order.is_empty()
    {
        if let Some((_, noun)) = draft.noun(at + 2) {
            draft.imply(noun);
        }
        draft.limit = Some(n);
        draft.order.push(OrderBy { field: column.name.into(), dir: Direction::Desc });
        return Some(2 + noun + len);
    }
    // "5 most expensive", "show 5 instances".
    let n = count(draft, at)?;
    // "touched last, just the one", "only one please".
    let article = draft.words.lower(at.wrapping_sub(1)) == "the";
    let before = draft.words.lower(at.wrapping_sub(if article { 2 } else { 1 }));
    let behind = draft.skip(at + 1, &["please", "pls", "is", "enough"]);
    if n == 1 && matches!(before, "just" | "only") && !draft.order.is_empty() && draft.ends(behind) {
        draft.limit = Some(1);
        return Some(1);
    }
    // "smallest volumes first, give ten".
    let ordered = !draft.order.is_empty() || draft.ranked.is_some();
    // "…, 2026" is a year.
    let told = matches!(draft.words.lower(at.wrapping_sub(1)), "give" | "me" | "show" | "just" | "only")
        || draft.words.lower(at.wrapping_sub(1)) == "," && n <= 500 && !draft.ends(at + 1);
    let closes = draft.ends(at + 1)
        || draft
            .said(at + 1, &["please", "only", "will do", "is enough", "are enough", "suffice", "rows", "of them"])
            .is_some_and(|len| draft.ends(at + 1 + len));
    if ordered && closes && told {
        draft.limit = Some(n);
        return Some(1);
    }
    if !stands_free(draft, at) {
        return None;
    }
    let superlative = draft.sense(at + 1, |s| matches!(s, Sense::Superlative(..)).then_some(())).is_some();
    // "which five services cost most"; "5 regions" of the bill.
    let many = draft.is_bill()
        && draft.words.kind(at + 1) == Some(crate::tokens::Kind::Word)
        && draft.column(at + 1).is_some_and(|(len, c)| {
            draft.words.lower(at + len).ends_with('s') && matches!(c.ty, schema::ColumnType::Text)
        });
    // "which three cost the most".
    let costing = matches!(draft.words.lower(at - usize::from(at > 0)), "which" | "what" | "the")
        && at > 0
        && (draft.role(at + 1, Role::Cost).is_some() || matches!(draft.words.lower(at + 1), "have" | "are" | "use"))
        && (at + 2..at + 6).any(|i| draft.role(i, Role::Most).or_else(|| draft.role(i, Role::Least)).is_some());
    if superlative || many || costing || draft.noun(at + 1).is_some() {
        draft.limit = Some(n);
        return Some(1);
    }
    None
}

/// "the top spending team", "top service in October": the word behind is a single one.
fn asks_for_one(draft: &Draft<'_>, at: usize) -> bool {
    // "top instance by cost".
    let single = draft.noun(at).is_some_and(|(len, noun)| {
        let behind = at + len;
        !noun.plural
            && !noun.bare
            && (draft.ends(behind) || draft.role(behind, Role::By).is_some() || draft.words.lower(behind) == "in")
    });
    if single && !draft.is_bill() {
        return true;
    }
    let last = (at..at + 4)
        .take_while(|i| !draft.ends(*i) && draft.role(*i, Role::By).is_none())
        .find_map(|i| Some(i + super::group::dimension(draft, i).filter(|(_, field)| field.is_some())?.0 - 1));
    let many = (at..at + 5).take_while(|i| !draft.ends(*i) && draft.role(*i, Role::By).is_none()).any(|i| {
        matches!(
            draft.words.lower(i),
            "spenders"
                | "drivers"
                | "contributors"
                | "items"
                | "hitters"
                | "lines"
                | "charges"
                | "consumers"
                | "offenders"
        )
    });
    draft.is_bill() && !many && last.is_some_and(|last| !draft.words.lower(last).ends_with('s'))
}

/// "top 3 cpu_max", "top 10 memory": what they are ranked by stands behind the number.
fn ranked_column(draft: &Draft<'_>, at: usize) -> Option<usize> {
    if draft.is_bill() || draft.count || !draft.order.is_empty() {
        return None;
    }
    let (len, column) = draft.column(at)?;
    let ranks = column.ty.is_number() && draft.noun(at).is_none_or(|(n, _)| n < len);
    (ranks && !super::comparison::follows(draft, at + len)).then_some(len)
}

/// "postgres 13 databases", "accounts with 10 instances": the number belongs to what stands before it.
fn stands_free(draft: &Draft<'_>, at: usize) -> bool {
    let Some(before) = at.checked_sub(1) else { return true };
    let preposition = matches!(
        draft.words.lower(before),
        "with" | "of" | "for" | "in" | "on" | "from" | "at" | "and" | "have" | "has" | "had" | "having" | "is" | "are"
    );
    let superlative = draft.sense(before, |s| matches!(s, Sense::Superlative(..)).then_some(())).is_some();
    // "lowest cpu 20 boxes": what they are ranked by stands before.
    let ranked =
        draft.order.last().is_some_and(|o| draft.column(before).is_some_and(|(_, c)| c.name == o.field.column_name()));
    ranked
        || !preposition
            && (superlative
                || draft.role(before, Role::Filler).is_some()
                || draft.role(before, Role::Showing).is_some())
}

fn count(draft: &Draft<'_>, at: usize) -> Option<u64> {
    let value = number(draft, at)?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole and in the range")]
    (value.fract() == 0.0 && (1.0..=1e6).contains(&value)).then_some(value as u64)
}
