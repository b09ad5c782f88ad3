//! "sorted by launch time", "most expensive", "oldest", "with the highest CPU".

use crate::draft::Draft;
use crate::lexicon::{Kinds, Measure, Role, Sense};
use crate::rules::starts::Starts;
use schema::query::{Aggregate, Direction, Function, OrderBy};
use schema::{Column, ColumnType};

pub(super) const STARTS: Starts =
    Starts::at(&["in", "first", "sorted", "ordered", "ranked", "order", "sort", "starting", "beginning"])
        .and_kinds(Kinds::SUPERLATIVE)
        .and_roles(&[Role::SortBy, Role::Most, Role::Least, Role::Descending, Role::Ascending]);

/// Reads an order.
pub(crate) fn read(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    sorted(draft, at)
        .or_else(|| superlative(draft, at))
        .or_else(|| most(draft, at))
        .or_else(|| first(draft, at))
        .or_else(|| way(draft, at))
        .or_else(|| starting_with(draft, at))
}

/// "machines starting with the most expensive": which comes first, and no state of theirs.
fn starting_with(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    if !matches!(draft.words.phrase(at, 2), "starting with" | "beginning with") {
        return None;
    }
    let from = draft.skip(at + 2, &["the"]);
    let (len, ()) = draft.sense(from, |s| matches!(s, Sense::Superlative(..)).then_some(()))?;
    let one = usize::from(matches!(draft.words.lower(from + len), "one" | "ones"));
    if !draft.ends(from + len + one) || !draft.order.is_empty() {
        return None;
    }
    let singular = draft.singular;
    let read = superlative(draft, from)?;
    draft.singular = singular;
    Some(from + read.max(len + one) - at)
}

/// "cost by service, ascending", "sorted from high to low": which way, where by what is said beside it.
fn way(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let lead = usize::from(matches!(draft.words.lower(at), "sorted" | "ordered" | "ranked" | "order" | "sort"));
    let (len, dir) = direction(draft, at + lead)?;
    let end = at + lead + len;
    if !draft.ends(end) || draft.words.lower(end - 1) == "first" || draft.words.lower(end - 1) == "alphabetically" {
        return None;
    }
    if let Some(last) = draft.order.last_mut() {
        last.dir = dir;
    } else {
        let by_time = |field: &schema::query::Field| matches!(field, schema::query::Field::Bucket { .. });
        if draft.groups.is_empty() || draft.groups.iter().any(by_time) {
            return None;
        }
        draft.ranked.get_or_insert((at, dir));
    }
    Some(end - at)
}

/// "smallest volumes first": the superlative before its noun has said by what.
fn first(draft: &Draft<'_>, at: usize) -> Option<usize> {
    let behind_noun = (1..=3).any(|back| {
        at > back
            && draft.noun(at - back).is_some_and(|(len, noun)| len == back && noun.plural)
            && draft.sense(at - back - 1, |s| matches!(s, Sense::Superlative(..)).then_some(())).is_some()
    });
    (draft.words.lower(at) == "first" && behind_noun && !draft.order.is_empty())
        .then(|| comes_first(draft, at))
        .flatten()
}

/// "sorted by region and cost descending".
fn sorted(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let way = [("in descending order of", Direction::Desc), ("in ascending order of", Direction::Asc)]
        .into_iter()
        .find(|(words, _)| draft.words.phrase(at, 4) == *words);
    let mut end = at + way.map(|_| 4).or_else(|| draft.role(at, Role::SortBy))?;
    let mut keys = Vec::new();
    loop {
        let from = draft.skip(end, &["the", "their", "its"]);
        // "from the highest to the lowest" stands before the column as well.
        let lead = draft
            .role(from, Role::Most)
            .map(|n| (n, Direction::Desc))
            .or_else(|| draft.role(from, Role::Least).map(|n| (n, Direction::Asc)));
        let from = from + lead.map_or(0, |(n, _)| n);
        // "ranked by October spend".
        let dated = super::time::when(draft, from)
            .filter(|(n, _)| draft.is_bill() && keys.is_empty() && key(draft, from + n).is_some());
        let (len, name, usual) = key(draft, from + dated.map_or(0, |(n, _)| n))?;
        if let Some((n, when)) = dated {
            draft.times.push((from, n, when));
        }
        end = from + dated.map_or(0, |(n, _)| n) + len;
        let said = direction(draft, end);
        end += said.map_or(0, |(n, _)| n);
        keys.push((name, said.map(|(_, d)| d).or(lead.map(|(_, d)| d)).or(way.map(|(_, d)| d)).unwrap_or(usual)));
        let joint = if draft.words.lower(end) == "," && draft.words.lower(end + 1) == "and" { 2 } else { 1 };
        let then = joint
            + usize::from(draft.words.lower(end + joint) == "then")
            + usize::from(draft.words.lower(end + joint) == "by");
        if matches!(draft.words.lower(end), "," | "and" | "then") && key(draft, end + then).is_some() {
            end += then;
        } else {
            break;
        }
    }
    // Charges by time are in its order anyway, the largest of each first.
    if draft.is_bill() && matches!(keys.as_slice(), [(name, Direction::Asc)] if *name != "cost") {
        return Some(end - at);
    }
    draft.count |= keys.iter().any(|(name, _)| *name == "count");
    for (name, dir) in keys {
        draft.order.push(OrderBy { field: name.into(), dir });
    }
    Some(end - at)
}

/// A column to sort by, and the way that people mean when they say none.
fn key(draft: &Draft<'_>, at: usize) -> Option<(usize, &'static str, Direction)> {
    let counted = draft.count || !draft.groups.is_empty() && draft.aggregates.is_empty() && !draft.is_bill();
    if counted && matches!(draft.words.lower(at), "count" | "number" | "counts") {
        return Some((1, "count", Direction::Desc));
    }
    // "by month and service, ordered by month".
    if draft.is_bill()
        && let Some((len, width)) = draft.sense(at, |s| match s {
            Sense::Bucket(width) => Some(*width),
            _ => None,
        })
        && draft.groups.iter().any(|g| matches!(g, schema::query::Field::Bucket { width: own, .. } if *own == width))
    {
        return Some((len, width.as_str(), Direction::Asc));
    }
    if draft.is_bill() {
        let len = draft.role(at, Role::Cost).or_else(|| draft.role(at, Role::Spend))?;
        return Some((len, "cost", Direction::Desc));
    }
    let (len, column) = draft.column(at)?;
    // "databases sorted by size": names of classes are in no order of size.
    if draft.words.lower(at) == "size" && len == 1 && !column.ty.is_number() {
        return draft.size_column().map(|column| (len, column.name, Direction::Desc));
    }
    // Words for how bad it is are in no order; their numbers are.
    if column.name == "severity" && draft.own("severity_id").is_some() {
        return Some((len, "severity_id", Direction::Desc));
    }
    Some((len, column.name, usual(column)))
}

fn usual(column: &Column) -> Direction {
    if column.ty.is_number() { Direction::Desc } else { Direction::Asc }
}

fn direction(draft: &Draft<'_>, at: usize) -> Option<(usize, Direction)> {
    let descending = draft.role(at, Role::Descending).map(|n| (n, Direction::Desc));
    descending.or_else(|| draft.role(at, Role::Ascending).map(|n| (n, Direction::Asc)))
}

/// "highest CPU", "most memory", "least free ips"; on the bill, "the most" alone.
fn most(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let (len, dir) = draft
        .role(at, Role::Most)
        .map(|n| (n, Direction::Desc))
        .or_else(|| draft.role(at, Role::Least).map(|n| (n, Direction::Asc)))?;
    // "the most expensive" is a word of its own.
    if draft.words.lower(at) == "the"
        && draft.sense(at + 1, |s| matches!(s, Sense::Superlative(..)).then_some(())).is_some_and(|(n, ())| n >= len)
    {
        return None;
    }
    if draft.is_bill() {
        // "services ranked by October cost, lowest first" says the way of the order before it.
        if let Some(n) = comes_first(draft, at + len)
            && draft.order.pop_if(|last| last.field.column_name() == "cost").is_some()
        {
            draft.ranked = Some((at, dir));
            return Some(len + n);
        }
        let from = draft.skip(at + len, &["of", "the", "our", "my"]);
        let money = matches!(draft.words.lower(from), "money" | "budget").then_some(1);
        let n = draft.role(from, Role::Cost).or_else(|| draft.role(from, Role::Spend)).or(money);
        draft.ranked = Some((at, dir));
        let end = n.map_or(at + len, |n| from + n);
        return Some(end + comes_first(draft, end).unwrap_or(0) - at);
    }
    // "…, highest first": of what, the rest of the question says.
    if let Some(n) = comes_first(draft, at + len) {
        // "ordered by free addresses, lowest first" says the way of the order before it.
        match draft.order.last_mut().filter(|_| draft.groups.is_empty()) {
            Some(last) => last.dir = dir,
            None => {
                draft.ranked.get_or_insert((at, dir));
            }
        }
        return Some(len + n);
    }
    // "the most of memory".
    let from = draft.skip(at + len, &["of", "average", "total"]);
    let (from, (n, columns)) = match draft.columns(at + len) {
        Some(found) => (at + len, found),
        None => (from, draft.columns(from)?),
    };
    let column = columns.iter().copied().find(|c| c.ty.is_number())?;
    // "highest CPU per team": the highest of each.
    let mean = matches!(draft.words.lower(at + len), "average" | "avg" | "mean");
    let by = draft.role(from + n, Role::By).map(|len| draft.skip(from + n + len, &["the", "each"]));
    if by.is_some_and(|by| super::group::dimension(draft, by).is_some_and(|(_, field)| field.is_some())) {
        // "lowest average CPU per team" may be of the machines or of the teams.
        if mean {
            return None;
        }
        let (function, name) = match dir {
            Direction::Desc => (Function::Max, format!("highest_{}", column.name)),
            Direction::Asc => (Function::Min, format!("lowest_{}", column.name)),
        };
        draft.aggregates.push(Aggregate::of(function, column.name, &name));
        return Some(from + n - at);
    }
    if asks_how_much(draft, at) && draft.noun(from + n).is_none() && draft.words.lower(at + len) != "total" && !mean {
        let (function, column) = match dir {
            Direction::Desc => {
                (Function::Max, draft.named.cpu_max.filter(|_| column.name == "cpu_avg").unwrap_or(column))
            }
            Direction::Asc => (Function::Min, column),
        };
        let way = if dir == Direction::Desc { "highest" } else { "lowest" };
        draft.aggregates.push(Aggregate::of(function, column.name, &format!("{way}_{}", column.name)));
        return Some(from + n - at);
    }
    draft.order.push(OrderBy { field: column.name.into(), dir });
    draft.ranked = None;
    draft.singular |= singular_before(draft, at) && draft.limit.is_none();
    Some(from + n + comes_first(draft, from + n).unwrap_or(0) - at)
}

/// "what is the highest number of IOPS": a number is asked for, and not what has it.
fn asks_how_much(draft: &Draft<'_>, at: usize) -> bool {
    let before = |back: usize| draft.words.lower(at.wrapping_sub(back));
    let the = usize::from(before(1) == "the");
    let asks = matches!(before(1 + the), "is" | "was") && before(2 + the) == "what"
        || matches!(before(1 + the), "what's" | "whats");
    asks && draft.aggregates.is_empty() && draft.order.is_empty() && draft.select.is_empty() && !draft.count
}

/// "first", "on top": behind what rows are ordered by.
fn comes_first(draft: &Draft<'_>, at: usize) -> Option<usize> {
    let one = usize::from(matches!(draft.words.lower(at), "one" | "ones"));
    match draft.words.lower(at + one) {
        // "the largest first 5" asks for so many.
        "first" if super::quantity::number(draft, at + one + 1).is_none() => Some(one + 1),
        "on" | "at" if draft.words.lower(at + one + 1) == "top" => Some(one + 2),
        "on" | "at" if draft.words.phrase(at + one + 1, 2) == "the top" => Some(one + 3),
        _ => None,
    }
}

/// "which instance has the highest CPU".
pub(crate) fn singular_before(draft: &Draft<'_>, at: usize) -> bool {
    asks_for_one(draft, at)
        || (0..at).any(|i| {
            // "the Lambda with the largest code" is one, "Lambda by size" are many.
            let one = |len: usize| {
                draft.words.lower(i.wrapping_sub(1)) == "the"
                    && matches!(draft.words.lower(i + len), "with" | "that" | "which" | "having")
            };
            draft.noun(i).is_some_and(|(len, noun)| !noun.plural && (!noun.bare || one(len)))
        })
}

/// "which of our machines has the highest CPU", "which gateway is the most expensive": the verb says that one is asked.
fn asks_for_one(draft: &Draft<'_>, at: usize) -> bool {
    let verb = draft.words.lower(at.wrapping_sub(1));
    let verb = if verb == "the" { draft.words.lower(at.wrapping_sub(2)) } else { verb };
    let which = (0..at).any(|i| matches!(draft.words.lower(i), "which" | "what"));
    let plural = (0..at).any(|i| {
        matches!(draft.words.lower(i), "which" | "what") && draft.noun(i + 1).is_some_and(|(_, noun)| noun.plural)
    });
    which && !plural && matches!(verb, "has" | "is" | "costs" | "had" | "was")
}

fn superlative(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let (len, (measure, dir)) = draft.sense(at, |s| match s {
        Sense::Superlative(measure, dir) => Some((*measure, *dir)),
        _ => None,
    })?;
    // "costs by day, oldest first": charges have the order of time.
    if draft.is_bill() && measure == Measure::Created {
        let n = comes_first(draft, at + len)?;
        let by_time = |field: &&schema::query::Field| matches!(field, schema::query::Field::Bucket { .. });
        let bucket = draft.groups.iter().find(by_time)?.output_name();
        draft.order.push(OrderBy { field: schema::query::Field::Column(bucket), dir });
        return Some(len + n);
    }
    if draft.is_bill() {
        if measure != Measure::Cost
            && comes_first(draft, at + len).is_none()
            && draft.role(at + len, Role::Spend).or_else(|| draft.role(at + len, Role::Cost)).is_none()
        {
            return None;
        }
        draft.ranked = Some((at, dir));
        if dir == Direction::Asc {
            draft.note("cheapest is read as: on which the least was spent");
        }
        return Some(len + comes_first(draft, at + len).unwrap_or(0));
    }
    // "the busiest machines" may be so by many measures; "by CPU" says by which.
    let by_number = (at..draft.words.len())
        .any(|i| draft.words.lower(i) == "by" && draft.column(i + 1).is_some_and(|(_, c)| c.ty.is_number()));
    if measure == Measure::Busy
        && draft.words.phrase(at, len) != "hottest"
        && !draft.words.phrase(at, len).contains("cpu")
    {
        draft.ranked = Some((at, dir)).filter(|_| by_number);
        draft.singular |= by_number && draft.limit.is_none() && ends_singular(draft, at + len);
        return by_number.then_some(len);
    }
    // "the largest code", "smallest memory": a column behind says of what.
    let of_column = draft.noun(at + len).is_none()
        && draft.columns(at + len).is_some_and(|(_, columns)| columns.iter().any(|c| c.ty.is_number()));
    if measure == Measure::Size && of_column && draft.role(at, Role::Most).or(draft.role(at, Role::Least)).is_some() {
        return None;
    }
    let first = comes_first(draft, at + len);
    // "per team, largest first" ranks the groups by what is computed of each.
    let grouped = !draft.groups.is_empty() || draft.count || !draft.aggregates.is_empty();
    if let Some(n) = first
        && grouped
        && matches!(measure, Measure::Size | Measure::Cost)
    {
        draft.ranked.get_or_insert((at, dir));
        return Some(len + n);
    }
    if let Some(n) = first
        && let Some(last) = draft.order.last()
    {
        // "sorted by launch time, newest first" says the way of the order before it.
        let of = draft.own(last.field.column_name())?;
        let same = match measure {
            Measure::Created | Measure::Launched | Measure::Modified => of.ty == ColumnType::Time,
            Measure::Size | Measure::Busy | Measure::Severity => of.ty.is_number(),
            Measure::Cost => of.ty == ColumnType::Decimal,
        };
        if !same {
            return None;
        }
        if let Some(last) = draft.order.last_mut() {
            last.dir = dir;
        }
        return Some(len + n);
    }
    let column = match measure {
        Measure::Cost => draft.cost_column(),
        Measure::Size => draft.size_column(),
        Measure::Created => draft.first_of(&["joined_at", "created_at"]),
        Measure::Launched => draft.own("launched_at"),
        Measure::Modified => draft.own("modified_at"),
        Measure::Busy => draft.own("cpu_avg"),
        Measure::Severity => draft.own("severity_id"),
    };
    // "the three biggest VMs by vCPU count", "smallest databases by storage": by what, stands behind.
    if measure == Measure::Size && by_number && first.is_none() {
        draft.ranked = Some((at, dir));
        draft.singular |= draft.limit.is_none() && ends_singular(draft, at + len);
        return Some(len);
    }
    let Some(column) = column else {
        draft.hint(format!("`{}` have no one column that says how large they are", draft.table.name));
        return None;
    };
    draft.ranked = None;
    draft.order.push(OrderBy { field: column.name.into(), dir });
    // "from oldest to newest": the way is said twice.
    if draft.words.lower(at + len) == "to"
        && let Some((more, _)) = draft.sense(at + len + 1, |s| match s {
            Sense::Superlative(other, back) if *other == measure && *back != dir => Some(()),
            _ => None,
        })
    {
        return Some(len + 1 + more);
    }
    if draft.limit.is_none() && first.is_none() {
        // "the most expensive of our databases" is one of them.
        let of = draft.words.lower(at + len) == "of" && draft.words.lower(at.wrapping_sub(1)) == "the";
        // "snapshot of vol-0abc, newest".
        let alone = draft.ends(at + len)
            && draft.ends(at.wrapping_sub(1))
            && draft.noun(0).is_some_and(|(_, n)| !n.plural && !n.bare);
        let one_before = draft.ends(at + len)
            && (0..at).any(|i| {
                draft.noun(i).is_some_and(|(n, noun)| {
                    !noun.plural && !noun.bare && matches!(draft.words.lower(i + n), "of" | "for")
                })
            });
        // "the instance started last".
        let last = draft.words.phrase(at, len).ends_with(" last")
            && (1..=3).any(|back| {
                at >= back && draft.noun(at - back).is_some_and(|(n, noun)| n == back && !noun.plural && !noun.bare)
            });
        draft.singular |= single_with(draft, at)
            || last
            || of
            || alone
            || one_before
            || ends_singular(draft, at + len)
            || asks_for_one(draft, at);
    }
    if column.ty == ColumnType::Decimal {
        draft.note("what a resource costs is its cost of the last 30 days");
    }
    Some(len + first.unwrap_or(0))
}

/// "VM with the highest cost": one that has it.
fn single_with(draft: &Draft<'_>, at: usize) -> bool {
    let word = |at: usize| draft.words.lower(at);
    let with = (1..=2).filter(|back| at >= *back).map(|back| at - back).find(|at| word(*at) == "with");
    let Some(with) = with else { return false };
    (1..=3).filter(|len| with >= *len).any(|len| {
        let from = with - len;
        let the = from > 0 && word(from - 1) == "the";
        // "Lambda with the highest cost" can be many: a service's name is of all its things.
        let opens = from == 0 && word(with + 1) == "the";
        draft.noun(from).is_some_and(|(n, noun)| {
            n == len && !noun.plural && (!noun.bare || the || opens && noun.provider.is_none())
        })
    })
}

/// "the oldest running snapshot": the noun that comes next is a single one.
fn ends_singular(draft: &Draft<'_>, at: usize) -> bool {
    let mut found = None;
    let mut i = at;
    while i < draft.words.len().min(at + 6) {
        match draft.noun(i) {
            // "RDS database": the last of the nouns is the one that counts.
            Some((len, noun)) => {
                found = Some(noun);
                i += len;
            }
            None if found.is_some() => break,
            None => i += 1,
        }
    }
    found.is_some_and(|noun| !noun.plural && !noun.bare)
}
