//! "CPU below 20%", "larger than 100 GB", "at least 4 vCPUs", "older than 90 days", "between $10 and $50".

use super::quantity::{Measured, NUMBERS, Quantity, fit, quantity};
use crate::draft::Draft;
use crate::lexicon::{About, Kinds, Role};
use crate::phrases::Marks;
use crate::rules::starts::{Signs, Starts};
use crate::tokens::Shape;
use schema::query::{Condition, Literal, Op};
use schema::{Column, ColumnType, Unit};

pub(super) const STARTS: Starts = Starts::at(&["aged", "between", "from", "$", "€", "£", "usd", "eur", "gbp"])
    .and_at(Marks::of(&["minimum", "maximum", "min", "max"]))
    .and_at(Marks::of(&["more", "greater", "higher", "larger", "bigger", "less", "fewer", "lower", "smaller"]))
    .and_at(NUMBERS)
    .and_kinds(Kinds::COMPARE)
    .and_shape(Shape::DIGIT)
    .and_sign(Signs::COLUMN);

/// Reads a column's comparison with a number, the column before or behind or meant by the comparison itself.
pub(crate) fn read(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let (len, condition) = extreme(draft, at)
        .or_else(|| column_first(draft, at))
        .or_else(|| comparison_first(draft, at))
        .or_else(|| around_column(draft, at))
        .or_else(|| number_first(draft, at))?;
    if draft.is_bill() {
        draft.hint("what was spent can be added up and grouped, but not yet compared with a number");
        return None;
    }
    // What an account costs is in the bill alone.
    if draft.table.name == "accounts" && super::assemble::holds(&condition, "cost_30d") {
        draft.hint("what accounts cost is in the bill, where sums are not yet compared with a number");
        return None;
    }
    draft.conditions.push(condition);
    Some(len)
}

/// "a minimum size of 500 GB", "with a maximum memory of 8 GB": what none of them is under or over. A timeout of at most so
/// much is one as it is, and so are provisioned rates.
pub(super) fn extreme(draft: &Draft<'_>, at: usize) -> Option<(usize, Condition)> {
    let op = match draft.words.lower(at) {
        "minimum" | "min" => Op::Ge,
        "maximum" | "max" => Op::Le,
        _ => return None,
    };
    let (len, columns) = draft.columns(at + 1)?;
    let from = draft.skip(at + 1 + len, &["of", "is", "=", ":"]);
    let (n, q) = quantity(draft, from)?;
    let bounded =
        |c: &&&'static Column| matches!(c.name, "size_gib" | "storage_gib" | "memory_gib" | "memory_mib" | "cost_30d");
    let column = *columns.iter().filter(bounded).find(|c| fit(c, q).is_some())?;
    let end = from + n;
    if q.unit == Measured::Bare && !draft.ends(end) || draft.or_more(end).is_some() {
        return None;
    }
    let end = suffix(draft, end, column);
    Some((end - at, condition(column, &[(op, q)])?))
}

/// Words between a column and what it is compared with.
const LEADS: &[&str] = &[
    "is",
    "are",
    "was",
    "were",
    "of",
    "has",
    "been",
    "that",
    "a",
    "an",
    "being",
    "us",
    "me",
    "remained",
    "remains",
    "lies",
    "lie",
    "averages",
    "averaged",
    "averaging",
    "sits",
    "sitting",
    "hovers",
    "hovering",
    "stays",
    "set",
    "configured",
    "capped",
    "limited",
    "to",
    "at",
    "only",
    "just",
    "still",
    "currently",
];

fn column_first(draft: &Draft<'_>, at: usize) -> Option<(usize, Condition)> {
    let (len, columns) = draft.columns(at)?;
    if let Some(found) = never(draft, at, len) {
        return Some(found);
    }
    let leads = |mut from: usize| {
        while LEADS.contains(&draft.words.lower(from)) && draft.compare(from).is_none() {
            from += 1;
        }
        from
    };
    // "CPU on average is above 70 %".
    let of_mean = columns.iter().any(|c| c.name.ends_with("_avg"));
    let mean = draft.said(at + len, &["in average", "on average", "on avg"]).filter(|_| of_mean);
    let from = leads(at + len + mean.unwrap_or(0));
    let from = if columns.iter().any(|c| c.unit == Some(Unit::Percent)) { over_two_weeks(draft, from) } else { from };
    let (end, mut tests) = tests(draft, from, About::Any)?;
    // "CPU above 20 and below 40"; "below 40 and over 4 cores" goes on about something else.
    let end = match other_bound(draft, end, &tests) {
        Some((to, both)) if draft.columns(draft.skip(to, &["of", "the"])).is_none() => {
            tests = both;
            to
        }
        _ => end,
    };
    let in_use = mean.is_some() || is_share(columns, &tests);
    let column = *columns
        .iter()
        .find(|c| tests.iter().all(|(_, q)| fit(c, *q).is_some()) && (!in_use || c.name.ends_with("_avg")))?;
    let end = suffix(draft, end, column);
    Some((end - at, condition(column, &tests)?))
}

/// "memory above 92": no machine has so many GiB, and many use so many percent of what they have.
fn is_share(columns: &[&'static Column], tests: &[(Op, Quantity)]) -> bool {
    let both = ["memory_gib", "memory_avg"].iter().all(|name| columns.iter().any(|c| c.name == *name));
    let share = |value: f64| (50.0..100.0).contains(&value) && ![64.0, 72.0, 96.0].contains(&value);
    both && matches!(tests, [(Op::Gt | Op::Ge, Quantity { value, unit: Measured::Bare })] if share(*value))
}

/// "more storage than 100 GB", "fewer cores than 4": the column stands inside of the comparison.
fn around_column(draft: &Draft<'_>, at: usize) -> Option<(usize, Condition)> {
    let op = match draft.words.lower(at) {
        "more" | "greater" | "higher" | "larger" | "bigger" => Op::Gt,
        "less" | "fewer" | "lower" | "smaller" => Op::Lt,
        _ => return None,
    };
    let (len, columns) = draft.columns(at + 1)?;
    let than = at + 1 + len;
    if !matches!(draft.words.lower(than), "than" | "then" | "as") {
        return None;
    }
    let one = super::quantity::one_of(draft, than + 1).map(|q| (2, q));
    let (n, q) = one.or_else(|| {
        quantity(draft, draft.skip(than + 1, &["a", "an"]))
            .map(|(n, q)| (draft.skip(than + 1, &["a", "an"]) - than - 1 + n, q))
    })?;
    let tests = [(op, q)];
    let column = *columns.iter().find(|c| fit(c, q).is_some())?;
    let end = suffix(draft, than + 1 + n, column);
    Some((end - at, condition(column, &tests)?))
}

/// "CPU never exceeded 5%": its highest is at most so much.
fn never(draft: &Draft<'_>, at: usize, len: usize) -> Option<(usize, Condition)> {
    let (_, columns) = draft.columns(at)?;
    let verb = draft.skip(at + len, &["has", "have", "had"]);
    if draft.words.lower(verb) != "never" || columns.first()?.name != "cpu_avg" {
        return None;
    }
    let from =
        draft.skip(verb + 1, &["been", "went", "gone", "goes", "got", "gets", "rose", "rises", "risen", "was", "is"]);
    let (end, mut tests) = tests(draft, from, About::Any)?;
    for (op, _) in &mut tests {
        *op = match op {
            Op::Gt => Op::Le,
            Op::Ge => Op::Lt,
            _ => return None,
        };
    }
    let column = draft.named.cpu_max?;
    let end = suffix(draft, end, column);
    Some((end - at, condition(column, &tests)?))
}

fn comparison_first(draft: &Draft<'_>, at: usize) -> Option<(usize, Condition)> {
    // "aged between 1 and 2 years".
    if draft.words.lower(at) == "aged" && draft.words.lower(at + 1) == "between" {
        let (end, tests) = tests(draft, at + 1, About::Any)?;
        return meant(draft, at, end, About::Age, &tests);
    }
    let (_, about) = draft.compare(at).map_or((Op::Eq, About::Any), |(_, c)| c);
    let (end, tests) = tests(draft, at, about)?;
    if tests.len() == 1 && draft.compare(at).is_none() {
        return None;
    }
    // "at least 3000 and at most 6000 IOPS", "over 100 and under 500 GB".
    meant(draft, at, end, about, &tests).or_else(|| {
        let (to, both) = other_bound(draft, end, &tests)?;
        meant(draft, at, to, about, &both)
    })
}

/// "… and below 40", behind one comparison: the other bound of the same, the lower one first.
fn other_bound(draft: &Draft<'_>, end: usize, tests: &[(Op, Quantity)]) -> Option<(usize, Vec<(Op, Quantity)>)> {
    let [(op, mut first)] = *tests else { return None };
    if !matches!(draft.words.lower(end), "and" | "but") {
        return None;
    }
    let (len, (other, _)) = draft.compare(end + 1)?;
    let (n, mut second) = quantity(draft, end + 1 + len)?;
    let low = |op: Op| matches!(op, Op::Gt | Op::Ge);
    let high = |op: Op| matches!(op, Op::Lt | Op::Le);
    // The unit may be said once, with either.
    match (first.unit, second.unit) {
        (one, same) if one == same => {}
        (Measured::Bare, unit) => first.unit = unit,
        (unit, Measured::Bare) => second.unit = unit,
        _ => return None,
    }
    let both = match (low(op) && high(other), high(op) && low(other)) {
        (true, _) => vec![(op, first), (other, second)],
        (_, true) => vec![(other, second), (op, first)],
        _ => return None,
    };
    Some((end + 1 + len + n, both))
}

fn number_first(draft: &Draft<'_>, at: usize) -> Option<(usize, Condition)> {
    let (len, q) = quantity(draft, at)?;
    let or_more = draft.or_more(at + len);
    match or_more {
        Some((n, (op, about))) => meant(draft, at, at + len + n, about, &[(op, q)]),
        // "8 GB exactly".
        None if draft.words.lower(at + len) == "exactly" && matches!(q.unit, Measured::Bytes(_)) => {
            meant(draft, at, at + len + 1, About::Any, &[(Op::Eq, q)])
        }
        // "2 years old or older".
        None if draft.words.lower(at + len) == "old" && draft.or_more(at + len + 1).is_some() => {
            let (n, (op, _)) = draft.or_more(at + len + 1)?;
            meant(draft, at, at + len + 1 + n, About::Age, &[(op, q)])
        }
        // "8 cores", "100 GB volumes": exactly so many.
        // "90 % CPU or higher".
        None if q.unit == Measured::Percent => {
            let (end, column) = behind(draft, at + len, &[(Op::Ge, q)])?;
            let (n, (op, _)) = draft.or_more(end)?;
            Some((end + n - at, condition(column, &[(op, q)])?))
        }
        None if q.unit == Measured::Bare || matches!(q.unit, Measured::Bytes(_)) => {
            // "more than 8 cores and 32 GB": the comparison may well be of both.
            if draft.words.lower(at.wrapping_sub(1)) == "and" && ends_in_comparison(draft) {
                return None;
            }
            let (end, column) = behind(draft, at + len, &[(Op::Eq, q)]).or_else(|| {
                let sized = matches!(q.unit, Measured::Bytes(_))
                    && (draft.noun(at + len).is_some() || draft.words.lower(at.wrapping_sub(1)) == "of");
                // Machines have memory, and their disks are things of their own.
                let memory = draft.own("memory_gib").filter(|_| draft.table.name == "instances");
                // "128 MB functions" are of that memory.
                let memory = memory.or_else(|| draft.own("memory_mib"));
                let sized = sized
                    || draft.table.name == "functions"
                        && draft.words.lower(at.wrapping_sub(1)) == "with"
                        && draft.ends(at + len);
                let size = draft.size_column().filter(|c| c.name != "code_size_bytes");
                Some((at + len, size.or(memory).filter(|_| sized)?))
            })?;
            // "16 cores or more".
            let said = draft.or_more(end).map(|(n, (op, _))| (n, op)).or_else(|| bound_behind(draft, end));
            let (n, op) = said.unwrap_or((0, Op::Eq));
            Some((end + n - at, condition(column, &[(op, q)])?))
        }
        None => None,
    }
}

/// "four cores at most": the bound stands behind, and begins no other.
fn bound_behind(draft: &Draft<'_>, at: usize) -> Option<(usize, Op)> {
    const MOST: &[&str] = &["at most", "at the most", "maximum", "max", "tops"];
    const LEAST: &[&str] = &["at least", "at the least", "minimum", "min"];
    let most = draft.said(at, MOST).map(|len| (len, Op::Le));
    let found = most.or_else(|| draft.said(at, LEAST).map(|len| (len, Op::Ge)))?;
    let end = at + found.0;
    let begins = quantity(draft, draft.skip(end, &["a", "an", "of", "the"])).is_some() || draft.column(end).is_some();
    (!begins).then_some(found)
}

/// Whether what was read last compares a number otherwise than as exactly so much.
fn ends_in_comparison(draft: &Draft<'_>) -> bool {
    matches!(draft.conditions.last(), Some(Condition::Compare(compare))
        if matches!(compare.op, Op::Gt | Op::Ge | Op::Lt | Op::Le) && matches!(compare.value, Literal::Number(_)))
}

/// The column that a comparison means: named behind it, or told by its words or its unit.
fn meant(
    draft: &Draft<'_>,
    at: usize,
    end: usize,
    about: About,
    tests: &[(Op, Quantity)],
) -> Option<(usize, Condition)> {
    let unit = tests.first()?.1.unit;
    let fits = |column: &&'static Column| tests.iter().all(|(_, q)| fit(column, *q).is_some());
    // "larger than 8 cores" names what it is about.
    let sized = about == About::Size && unit == Measured::Bare;
    if (about == About::Any || sized)
        && let Some((end, column)) = behind(draft, end, tests)
    {
        return Some((suffix(draft, end, column) - at, condition(column, tests)?));
    }
    let is_span = matches!(unit, Measured::Span(_));
    let (column, end) = match about {
        About::Size => (draft.size_column()?, end),
        About::Cost => (draft.cost_column()?, end),
        // A finding is as old as its first sight.
        About::Age => (draft.first_of(&["created_at", "first_seen"])?, draft.skip(end, &["old"])),
        About::Any if is_span && draft.words.lower(end) == "old" => {
            (draft.first_of(&["created_at", "first_seen"])?, end + 1)
        }
        // "snapshots > 1y": nothing else of them lasts.
        About::Any if is_span && matches!(draft.table.name, "snapshots" | "images") => (draft.own("created_at")?, end),
        About::Any if unit == Measured::Money => (draft.cost_column()?, end),
        // Machines have memory, and their disks are things of their own.
        About::Any if matches!(unit, Measured::Bytes(_)) && draft.table.name == "instances" => {
            (draft.own("memory_gib")?, end)
        }
        // "functions with over 512 MB" are rather those of that memory than of that much code.
        About::Any if matches!(unit, Measured::Bytes(_)) => {
            let size = draft.size_column().filter(|c| c.name != "code_size_bytes");
            let with = matches!(draft.words.lower(at.wrapping_sub(1)), "with" | "having" | "have" | "has" | "of");
            let memory = draft.own("memory_mib").filter(|_| with && size.is_none());
            let end = if memory.is_some() { draft.skip(end, &["of", "memory", "ram"]) } else { end };
            (size.or(memory)?, end)
        }
        // "volumes over 250 MB/s".
        About::Any if matches!(unit, Measured::Rate(_)) => (draft.own("throughput_mibps")?, end),
        About::Any => return None,
    };
    Some(column).filter(|c| fits(c))?;
    Some((suffix(draft, end, column) - at, condition(column, tests)?))
}

/// The column named behind a number: "under 20% CPU", "at least 16 GB of memory".
fn behind(draft: &Draft<'_>, end: usize, tests: &[(Op, Quantity)]) -> Option<(usize, &'static Column)> {
    let from = draft.skip(end, &["of", "in", "average", "their", "its", "the"]);
    let (len, columns) = draft.columns(from).or_else(|| draft.columns(end))?;
    let column = columns
        .iter()
        .copied()
        .find(|c| c.ty != ColumnType::Time && tests.iter().all(|(_, q)| fit(c, *q).is_some()))?;
    Some((from + len, column))
}

/// The tests that stand there: one, or the two of a range.
fn tests(draft: &Draft<'_>, at: usize, about: About) -> Option<(usize, Vec<(Op, Quantity)>)> {
    let ranged = draft.words.lower(at) == "between" || draft.words.lower(at) == "from";
    if ranged {
        let (first_len, mut first) = quantity(draft, at + 1)?;
        let joint = at + 1 + first_len;
        if !matches!(draft.words.lower(joint), "and" | "to" | "-") {
            return None;
        }
        let (second_len, second) = quantity(draft, joint + 1)?;
        // "between 10 and 50 GB": the unit is said once.
        if first.unit == Measured::Bare {
            first.unit = second.unit;
        }
        return Some((joint + 1 + second_len, vec![(Op::Ge, first), (Op::Le, second)]));
    }
    if let Some((len, range)) = span_of_numbers(draft, at) {
        return Some((at + len, range));
    }
    // "CPU past ninety"; "past 3 hours" is a time.
    if draft.words.lower(at) == "past"
        && let Some((n, q)) = quantity(draft, at + 1)
    {
        return (!matches!(q.unit, Measured::Span(_) | Measured::Seconds)).then_some((at + 1 + n, vec![(Op::Gt, q)]));
    }
    if let Some((len, (op, found))) = draft.compare(at) {
        if found != about && about != About::Any {
            return None;
        }
        // "older than a year", "bigger than a terabyte": an article before a unit is one of it.
        let one = super::quantity::one_of(draft, at + len);
        let from = draft.skip(at + len, &["a", "an", "the", "about"]);
        let from = if from > at + len && draft.words.lower(from - 1) == "about" { at + len } else { from };
        let (n, q) = one.map(|q| (at + len + 2 - from, q)).or_else(|| quantity(draft, from))?;
        let twice = draft.or_more(from + n);
        return twice.is_none().then_some((from + n, vec![(op, q)]));
    }
    let (len, q) = quantity(draft, at)?;
    let (n, op) = draft.or_more(at + len).map_or((0, Op::Eq), |(n, (op, _))| (n, op));
    Some((at + len + n, vec![(op, q)]))
}

/// "4-8 vCPUs".
fn span_of_numbers(draft: &Draft<'_>, at: usize) -> Option<(usize, Vec<(Op, Quantity)>)> {
    // "2 to 4 cores".
    if draft.words.lower(at + 1) == "to"
        && let (Some(low), Some((len, high))) = (super::quantity::number(draft, at), quantity(draft, at + 2))
        && low < high.value
    {
        return Some((2 + len, vec![(Op::Ge, Quantity { value: low, unit: high.unit }), (Op::Le, high)]));
    }
    if !draft.words.shape(at).any(Shape::DASH) {
        return None;
    }
    let (low, high) = draft.words.lower(at).split_once('-')?;
    let bare = |text: &str| text.parse::<u32>().ok().map(|n| Quantity { value: f64::from(n), unit: Measured::Bare });
    let (low, high) = (bare(low)?, bare(high)?);
    (low.value < high.value).then(|| (1, vec![(Op::Ge, low), (Op::Le, high)]))
}

/// "a month", behind what something costs: that is what the column holds.
fn suffix(draft: &Draft<'_>, end: usize, column: &Column) -> usize {
    if matches!(column.name, "cost_30d" | "saving_30d") {
        const MONTH: &[&str] =
            &["by month", "in the month", "in one month", "the month", "for a month", "for one month", "over 30 days"];
        let month = draft.said(end, MONTH).filter(|len| draft.ends(end + len) && column.name == "cost_30d");
        return end + draft.role(end, Role::Monthly).max(month).unwrap_or(0);
    }
    if matches!(column.name, "storage_gib" | "size_gib") {
        return draft.skip(end, &["allocated", "provisioned"]);
    }
    if column.unit != Some(Unit::Percent) {
        return end;
    }
    // "CPU over 85 % avg", "below 5 % on average": as the column has it anyway.
    let mean =
        draft.said(end, &["avg", "average", "mean", "on average", "on avg"]).filter(|_| column.name.ends_with("_avg"));
    let mean = mean.filter(|len| draft.column(end + len).is_none());
    over_two_weeks(draft, end + mean.unwrap_or(0))
}

/// "CPU under 5% for 14 days": that is what such columns hold.
pub(super) fn over_two_weeks(draft: &Draft<'_>, at: usize) -> usize {
    if !matches!(draft.words.lower(at), "for" | "over" | "in" | "during" | "this" | "last" | "past") {
        return at;
    }
    let from = draft.skip(
        at + usize::from(!matches!(draft.words.lower(at), "last" | "past")),
        &["the", "last", "past", "previous"],
    );
    match draft.words.phrase(from, 2) {
        "14 days" | "14 d" | "two weeks" | "2 weeks" | "2 w" | "2 wks" | "fourteen days" => from + 2,
        _ if draft.words.lower(from) == "fortnight" => from + 1,
        _ => at,
    }
}

fn condition(column: &'static Column, tests: &[(Op, Quantity)]) -> Option<Condition> {
    // A measured share is never exactly so much: "CPU 5%" leaves out which way.
    if let [(Op::Eq, q)] = tests
        && column.unit == Some(Unit::Percent)
        && q.value != 0.0
        && !(column.name == "cpu_max" && q.value >= 100.0)
    {
        return None;
    }
    let mut all = tests
        .iter()
        .map(|(op, q)| {
            let op = if column.ty == ColumnType::Time { older(*op).unwrap_or(*op) } else { *op };
            Some(Condition::compare(column.name, op, fit(column, *q)?))
        })
        .collect::<Option<Vec<_>>>()?;
    if all.len() == 1 {
        return all.pop();
    }
    // "between 1 TB and 500 GB" holds for nothing, which nobody means.
    let backwards = match all.as_slice() {
        [Condition::Compare(low), Condition::Compare(high)] => match (&low.value, &high.value) {
            (Literal::Number(low), Literal::Number(high)) => low.as_f64() > high.as_f64(),
            _ => false,
        },
        _ => false,
    };
    (!backwards).then_some(Condition::All { all })
}

/// An age compared is a time compared the other way round: who is older was made earlier. None of what has no direction.
pub(super) fn older(op: Op) -> Option<Op> {
    match op {
        Op::Gt => Some(Op::Lt),
        Op::Ge => Some(Op::Le),
        Op::Lt => Some(Op::Gt),
        Op::Le => Some(Op::Ge),
        _ => None,
    }
}

/// Whether a comparison with a number stands there.
pub(crate) fn begins(draft: &Draft<'_>, at: usize) -> bool {
    draft.compare(at).is_some_and(|(len, _)| {
        quantity(draft, draft.skip(at + len, &["a", "an", "the", "about"])).is_some()
            || super::quantity::one_of(draft, at + len).is_some()
    }) || draft.words.lower(at) == "between" && quantity(draft, at + 1).is_some()
}

/// Whether a value or a comparison stands there, so that the column before it is no column to show.
pub(crate) fn follows(draft: &Draft<'_>, at: usize) -> bool {
    draft.compare(at).is_some()
        || quantity(draft, at).is_some()
        || matches!(draft.words.lower(at), "between" | "is" | "are" | "=" | "not" | "!=" | "or" | "than" | ":")
        || matches!(draft.words.lower(at), "set" | "configured" | "capped" | "limited")
        || matches!(draft.words.lower(at), "lies" | "lie" | "sits" | "stays" | "remains" | "hovers")
            && (draft.compare(at + 1).is_some() || draft.words.lower(at + 1) == "between")
        || draft.role(at, Role::Contains).is_some()
        || draft.role(at, Role::StartsWith).is_some()
        || draft.role(at, Role::EndsWith).is_some()
        || draft.role(at, Role::IsNot).is_some()
}
