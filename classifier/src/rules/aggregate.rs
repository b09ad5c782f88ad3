//! "how many", "total size", "average CPU", "how many different regions".

use super::comparison;
use crate::draft::Draft;
use crate::lexicon::Role;
use crate::rules::starts::{Signs, Starts};
use schema::query::{Aggregate, Function};
use schema::{Column, ColumnType, Unit};

pub(super) const STARTS: Starts =
    Starts::at(&["total", "sum", "tally", "tallies", "counts", "headcount", "quantities", "totals"])
        .and_roles(&[Role::HowMany, Role::Total, Role::Average, Role::Maximum, Role::Minimum])
        .and_sign(Signs::COLUMN);

/// Reads what is computed over the rows.
pub(crate) fn read(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    if let Some(len) = draft.role(at, Role::HowMany) {
        return Some(how_many(draft, at, len));
    }
    // "VM tally by OS", "snapshot counts per account".
    let behind_noun = (1..=3).any(|back| at >= back && draft.noun(at - back).is_some_and(|(len, _)| len == back));
    if behind_noun
        && matches!(draft.words.lower(at), "tally" | "tallies" | "counts" | "headcount" | "quantities" | "totals")
        && (draft.ends(at + 1)
            || draft.role(at + 1, Role::By).is_some()
            || matches!(draft.words.lower(at + 1), "in" | "for" | "across"))
        && draft.aggregates.is_empty()
        && !draft.is_bill()
    {
        draft.count = true;
        return Some(1);
    }
    // "together with their subnet" shows it.
    let beside = draft.words.phrase(at, 2) == "together with";
    if let Some(len) = draft.role(at, Role::Total).filter(|_| !beside) {
        return Some(total(draft, at, len));
    }
    if let Some(len) = added_up(draft, at).or_else(|| several(draft, at)) {
        return Some(len);
    }
    let function = [(Role::Average, Function::Avg), (Role::Maximum, Function::Max), (Role::Minimum, Function::Min)]
        .into_iter()
        .find_map(|(role, function)| draft.role(at, role).map(|len| (len, function)));
    let (len, function) = function?;
    of_time(draft, at, len, function).or_else(|| of_column(draft, at, len, function))
}

/// "vCPUs total", "snapshot size by account": a size that is asked for as one number, or as one of each group.
fn added_up(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    if draft.is_bill() || draft.count || draft.total || !draft.aggregates.is_empty() || !draft.select.is_empty() {
        return None;
    }
    let (len, column) = number_column(draft, at)?;
    let shared = matches!(column.unit, Some(Unit::Percent | Unit::BytesPerSecond | Unit::Seconds));
    // "savings per rule" are a sum, "recommendations by saving" an order.
    let saved = column.name == "saving_30d" && draft.noun(at).is_some();
    if shared || matches!(column.name, "iops" | "available_ips") || column.name == "saving_30d" && !saved {
        return None;
    }
    let told =
        matches!(draft.words.lower(at.wrapping_sub(1)), "with" | "," | "and" | "by" | "highest" | "most" | "top");
    let end = at + len;
    // "node total" is a column's own name.
    let own = (len > 1 && draft.words.lower(end - 1) == "total").then_some(0);
    let total = draft.role(end, Role::Total).filter(|_| draft.words.phrase(end, 2) != "together with").or(own);
    let grouped = draft.role(end, Role::By).is_some_and(|n| {
        let from = draft.skip(end + n, &["the", "each"]);
        super::group::dimension(draft, from).is_some_and(|(_, field)| field.is_some())
            && number_column(draft, from).is_none()
    });
    if told || !(total.is_some() || grouped && column.name != "cost_30d") {
        return None;
    }
    add_up(draft, column);
    Some(len + total.unwrap_or(0))
}

/// "minimum, average and maximum CPU": more than one of a column.
fn several(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    if draft.is_bill() || !draft.aggregates.is_empty() {
        return None;
    }
    let function = |at: usize| {
        let sum = matches!(draft.words.lower(at), "total" | "sum").then_some((1, Function::Sum));
        [(Role::Average, Function::Avg), (Role::Maximum, Function::Max), (Role::Minimum, Function::Min)]
            .into_iter()
            .find_map(|(role, function)| draft.role(at, role).map(|len| (len, function)))
            .or(sum)
    };
    let mut found = Vec::new();
    let mut end = at;
    while let Some((len, one)) = function(end) {
        found.push(one);
        end = draft.skip(end + len, &[",", "and", "&"]);
    }
    // The last joint may not lead on to the column.
    if found.len() < 2 || matches!(draft.words.lower(end - 1), "," | "and" | "&") {
        return None;
    }
    let (len, column) = number_column(draft, draft.skip(end, &["of", "the"]))?;
    let end = draft.skip(end, &["of", "the"]) + len;
    if comparison::follows(draft, end) || shows_columns(draft, at) {
        return None;
    }
    let shared = matches!(column.unit, Some(Unit::Percent | Unit::BytesPerSecond));
    if shared && found.contains(&Function::Sum) {
        return None;
    }
    for function in found {
        // The highest of CPU is measured, and not only the highest mean.
        let highest = draft.named.cpu_max.filter(|_| function == Function::Max && column.name == "cpu_avg");
        push(draft, function, highest.unwrap_or(column));
    }
    Some(end - at)
}

fn how_many(draft: &mut Draft<'_>, at: usize, len: usize) -> usize {
    let from = draft.skip(at + len, &["of", "the", "all", "our", "my"]);
    if let Some(n) = draft.role(from, Role::Distinct)
        && let Some((m, column)) = draft.column(from + n)
    {
        draft.aggregates.push(Aggregate::of(Function::CountDistinct, column.name, "count"));
        let end = draft.skip(from + n + m, &["host", "house", "hold", "contain"]);
        // "are in use" says that there are some, and no state.
        let used = draft.skip(end, &["are"]);
        let whole = draft.ends(used + 2) || matches!(draft.words.lower(used + 2), "in" | "on" | "at");
        let end = if draft.words.phrase(used, 2) == "in use" && whole { used + 2 } else { end };
        return if draft.is_bill() { draft.skip(end, &["did", "do", "we", "use", "have"]) - at } else { end - at };
    }
    // "how many different owners".
    if let Some(n) = draft.role(from, Role::Distinct)
        && draft.tags_column().is_some()
        && let Some((m, field, _)) = super::teams::asked_key(draft, from + n)
    {
        draft.aggregates.push(Aggregate::of(Function::CountDistinct, field, "count"));
        return draft.skip(from + n + m, &["own", "have", "appear", "tag", "tags", "values"]) - at;
    }
    // "how many teams have instances".
    if let Some((m, field, true)) = super::teams::asked_key(draft, from)
        && draft.tags_column().is_some()
        && matches!(draft.words.lower(from + m), "have" | "own" | "run" | "use" | "operate")
        && (from + m + 1..from + m + 4).any(|i| draft.noun(i).is_some_and(|(_, noun)| noun.plural))
        && draft.role(from + m + 1, Role::Without).is_none()
        && draft.compare(from + m + 1).is_none()
        && super::quantity::number(draft, from + m + 1).is_none()
        && draft.aggregates.is_empty()
        && !draft.is_bill()
    {
        draft.aggregates.push(Aggregate::of(Function::CountDistinct, field, "count"));
        return from + m + 1 - at;
    }
    // "how many regions do we use", "how many accounts have spot instances".
    if let Some((n, column)) = draft.column(from)
        && matches!(
            column.name,
            "region" | "account_name" | "zone" | "provider" | "instance_type" | "engine" | "runtime" | "volume_type"
        )
        && draft.noun(from).is_none_or(|(len, _)| len < n)
        && draft.words.lower(from + n - 1).ends_with('s')
        && draft.table.name != "accounts"
        && draft.aggregates.is_empty()
        && !draft.is_bill()
    {
        draft.aggregates.push(Aggregate::of(Function::CountDistinct, column.name, "count"));
        return draft
            .skip(from + n, &["host", "have", "contain", "run", "hold", "do", "does", "are", "use", "we", "our"])
            - at;
    }
    if draft.noun(from).is_none()
        && let Some((n, column)) = number_column(draft, from)
        && (!comparison::follows(draft, from + n)
            || matches!(draft.words.lower(from + n), "are" | "is")
                && matches!(
                    draft.words.lower(from + n + 1),
                    "we" | "there" | "they" | "in" | "left" | "available" | "remaining"
                ))
    {
        add_up(draft, column);
        return from + n - at;
    }
    draft.count = true;
    len
}

fn total(draft: &mut Draft<'_>, at: usize, len: usize) -> usize {
    draft.total = true;
    let skipped = draft.skip(at + len, &["of", "the", "all", "our", "my", "amount", "provisioned", "allocated"]);
    let from = behind_noun(draft, skipped);
    if !draft.is_bill()
        && let Some((n, column)) = number_column(draft, from)
    {
        imply_between(draft, skipped, from);
        add_up(draft, column);
        return and_more(draft, from + n) - at;
    }
    len
}

/// "total memory and cores": what else is added up.
fn and_more(draft: &mut Draft<'_>, mut end: usize) -> usize {
    loop {
        let from = draft.skip(end, &["and", "+", "&", "plus", "total", "the"]);
        let joint = matches!(draft.words.lower(end), "and" | "+" | "&" | "plus");
        // "total cores and instances by account" asks for their number as well.
        if joint && draft.noun(from).is_some() && number_column(draft, from).is_none() {
            draft.hint("what is added up and how many there are go together where both are said: add `number of`");
            draft.unread.push((0, 0));
            return end;
        }
        let Some((n, column)) = number_column(draft, from).filter(|_| joint) else { return end };
        let shared = matches!(column.unit, Some(Unit::Percent | Unit::BytesPerSecond | Unit::Seconds));
        // "total size and cost over $100" goes on with a condition.
        if shared || comparison::follows(draft, from + n) || draft.noun(from).is_some() {
            return end;
        }
        add_up(draft, column);
        end = from + n;
    }
}

/// Money and sizes are added up; utilisation is not.
fn add_up(draft: &mut Draft<'_>, column: &'static Column) {
    if column.unit == Some(Unit::Percent) || column.unit == Some(Unit::BytesPerSecond) {
        draft.hint(format!("adding up `{}` means nothing", column.name));
        draft.unread.push((0, 0));
    }
    push(draft, Function::Sum, column);
}

fn of_column(draft: &mut Draft<'_>, at: usize, len: usize, function: Function) -> Option<usize> {
    // "average CPU" is a column's own name as well.
    let named = draft.column(at).filter(|(n, c)| *n > len && c.ty.is_number());
    let mut passed = None;
    let (n, column) = match named {
        Some((n, column)) => (n, column),
        None => {
            let skipped = draft.skip(at + len, &["of", "the"]);
            let counted = draft.skip(skipped, &["number", "amount", "count", "of", "the"]);
            let skipped = if number_column(draft, counted).is_some() { counted } else { skipped };
            let from = behind_noun(draft, skipped);
            let (n, column) = number_column(draft, from)?;
            passed = Some((skipped, from));
            let us = usize::from(column.name == "cost_30d" && matches!(draft.words.lower(from + n), "us" | "me"));
            (from + n + us - at, column)
        }
    };
    let behind = draft.skip(at + n, &["is", "are", "was"]);
    // "a maximum CPU of less than 10%"; "the average cost of one of them" compares nothing.
    let of = draft.skip_to_compare(at + n, &["of", "at", "being", "staying"]);
    // "a minimum size of 500 GB" is a bound.
    let bounds = matches!(function, Function::Min | Function::Max) && comparison::extreme(draft, at).is_some();
    let compared = bounds
        || draft.compare(behind).is_some()
        || draft.compare(of).is_some()
        || draft.words.lower(behind) == "between"
        || super::quantity::quantity(draft, behind).is_some();
    if compared
        || comparison::follows(draft, at + n) && !matches!(draft.words.lower(at + n), "is" | "are")
        || draft.ends(at + n) && shows_columns(draft, at)
    {
        return None;
    }
    if draft.is_bill() {
        draft.hint("the rows of a bill are pieces of charges, so that their average means nothing");
        return None;
    }
    if let Some((skipped, from)) = passed {
        imply_between(draft, skipped, from);
    }
    // "sum and average size": both.
    let both = at > 1 && draft.words.lower(at - 1) == "and" && matches!(draft.words.lower(at - 2), "sum" | "total");
    if both {
        push(draft, Function::Sum, column);
    }
    push(draft, function, column);
    Some(n)
}

/// "minimum created_at by account": the first or the last of a time.
fn of_time(draft: &mut Draft<'_>, at: usize, len: usize, function: Function) -> Option<usize> {
    let from = draft.skip(at + len, &["of", "the"]);
    let (n, column) = draft.column(from).filter(|(_, column)| column.ty == ColumnType::Time)?;
    let behind = from + n;
    let told = draft.role(behind, Role::By).is_some() || matches!(draft.words.lower(behind), "of" | "across" | "");
    let ranged = super::time::when(draft, behind).is_some();
    if function == Function::Avg || !told || ranged || draft.is_bill() || !draft.aggregates.is_empty() {
        return None;
    }
    push(draft, function, column);
    Some(behind - at)
}

/// "average EBS volume size": the noun that was passed over says more than its table.
fn imply_between(draft: &mut Draft<'_>, noun: usize, column: usize) {
    if column > noun
        && let Some((_, noun)) = draft.noun(noun)
    {
        draft.imply(noun);
    }
}

/// Whether columns to show are being listed before that place, so that "average CPU" is one of them.
fn shows_columns(draft: &Draft<'_>, at: usize) -> bool {
    // "for the running machines, what is the average cpu" asks for one number.
    let asks = matches!(draft.words.lower(at), "what" | "what's" | "whats");
    at > 0 && matches!(draft.words.lower(at - 1), "with" | "their" | "and" | ",") && !draft.count && !asks
}

/// "average volume size": the noun stands before its column.
fn behind_noun(draft: &Draft<'_>, at: usize) -> usize {
    match draft.noun(at) {
        Some((len, _))
            if number_column(draft, at).is_none_or(|(n, _)| n <= len) && number_column(draft, at + len).is_some() =>
        {
            at + len
        }
        _ => at,
    }
}

fn number_column(draft: &Draft<'_>, at: usize) -> Option<(usize, &'static Column)> {
    let (len, columns) = draft.columns(at)?;
    columns.iter().copied().find(|c| c.ty.is_number()).map(|c| (len, c))
}

fn push(draft: &mut Draft<'_>, function: Function, column: &'static Column) {
    let stem = column.name.trim_end_matches("_avg");
    let name = match function {
        Function::Avg => format!("average_{stem}"),
        Function::Max => format!("highest_{}", column.name),
        Function::Min => format!("lowest_{}", column.name),
        _ => format!("total_{}", column.name),
    };
    debug_assert!(column.ty != ColumnType::Text);
    draft.aggregates.push(Aggregate::of(function, column.name, &name));
}
