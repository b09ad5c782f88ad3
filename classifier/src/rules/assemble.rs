//! Makes the `Query` of what was read, or says why there is none.

use super::time::{When, bounds, made, made_from};
use crate::draft::Draft;
use crate::lexicon::Role;
use schema::query::field::Width;
use schema::query::{Aggregate, Compare, Condition, Direction, Field, Function, Literal, Op, OrderBy, ScopeFilter};
use schema::time::Span;
use schema::{ColumnType, Query};

/// The query, or what stands in its way.
pub(crate) fn assemble(draft: &mut Draft<'_>) -> Result<Query, String> {
    place_times(draft);
    if asks_an_extreme(draft) {
        return Err("it asks for the extreme of a column: say `maximum` or `minimum`".to_owned());
    }
    let providers = providers(draft)?;
    regions_of(draft, &providers)?;
    super::past::assemble(draft);
    super::beside::group(draft);
    if draft.is_bill() {
        bill(draft);
    } else {
        rows(draft);
    }
    if let Some((at, _)) = draft.ranked.take() {
        let said = draft.words.raw(at);
        return Err(format!("`{said}` does not say by what: add `by cost`, `by size` or another column"));
    }
    if let Some(hint) = contradiction(draft) {
        draft.is_amiss = true;
        if draft.unread.is_empty() {
            return Err(hint);
        }
    }
    drop_repeated(draft)?;
    let time = draft.times.pop().map(|(_, _, when)| when.range());
    let query = Query {
        from: draft.table.name.to_owned(),
        select: std::mem::take(&mut draft.select),
        conditions: std::mem::take(&mut draft.conditions),
        group_by: std::mem::take(&mut draft.groups),
        aggregate: std::mem::take(&mut draft.aggregates),
        order_by: std::mem::take(&mut draft.order),
        limit: draft.limit,
        scope: ScopeFilter {
            providers,
            accounts: std::mem::take(&mut draft.accounts),
            regions: std::mem::take(&mut draft.regions),
        },
        time,
    };
    if let Some(hint) = super::audit::amiss(draft, &query) {
        draft.is_amiss = true;
        if draft.unread.is_empty() {
            return Err(hint.to_owned());
        }
    }
    super::tag::note_kin(draft, &query);
    Ok(query)
}

/// Gives each bare time its place: the bill's own, what utilisation and cost stand for, or none.
fn place_times(draft: &mut Draft<'_>) {
    if draft.is_bill() || draft.table.time_column.is_some() {
        while draft.times.len() > 1 {
            let (at, len, _) = draft.times.remove(1);
            draft.hint("more than one time is asked for");
            draft.unread.push((at, len));
        }
        if draft.times.is_empty() && draft.is_bill() {
            draft.note("no time was asked for: all charges that the billing data holds");
        }
        return;
    }
    if let Some(column) = draft.dated {
        match std::mem::take(&mut draft.times).as_slice() {
            [(_, _, when)] => {
                for (op, literal) in bounds(*when, draft.cx.now) {
                    draft.condition(column.name, op, literal);
                }
            }
            _ => draft.unread.push((0, 0)),
        }
        return;
    }
    for (at, len, when) in std::mem::take(&mut draft.times) {
        let said = draft.words.raw_phrase(at, len).to_owned();
        let sums = draft.aggregates.iter().any(|a| a.field.as_ref().is_some_and(|f| f.column_name() == "cost_30d"));
        // A threshold bears the difference between a month and 30 days; a sum is reported.
        if sums && matches!(when, When::Between(..)) {
            draft.hint(format!(
                "the cost of such things is known for the last 30 days, and not for `{said}`; ask `over the last 30 days`, or by service"
            ));
            draft.unread.push((at, len));
        } else if (names(draft, "cost_30d") || draft.cost_at.is_some()) && is_about_a_month(draft, at, len, when) {
            draft.note(format!("`{said}` is read as the last 30 days, which is what `cost_30d` holds"));
        } else if MEASURED.iter().any(|column| names(draft, column)) && is_two_weeks(when) {
            draft.note(format!("`{said}` is what utilisation columns hold"));
        } else if let Some(column) = made(draft)
            .or_else(|| made_from(draft, at))
            .or_else(|| draft.first_of(&["joined_at", "created_at"]).filter(|_| says_new(draft)))
            .filter(|_| {
                matches!(
                    draft.words.lower(at),
                    "from"
                        | "of"
                        | "last"
                        | "past"
                        | "in"
                        | "within"
                        | "over"
                        | "this"
                        | "since"
                        | "today"
                        | "yesterday"
                )
            })
        {
            draft.note(format!("`{said}` is read as when they were made"));
            for (op, literal) in bounds(when, draft.cx.now) {
                draft.condition(column.name, op, literal);
            }
        } else {
            draft.hint(format!("it is not clear what of them `{said}` is about; say for instance `created {said}`"));
            draft.unread.push((at, len));
        }
    }
}

/// "new machines this month": those that were made then.
pub(super) fn says_new(draft: &Draft<'_>) -> bool {
    (0..draft.words.len()).any(|at| super::filler::newly(draft, at).is_some_and(|len| draft.noun(at + len).is_some()))
}

fn is_about_a_month(draft: &Draft<'_>, at: usize, len: usize, when: When) -> bool {
    match when {
        When::Last(span) => span == Span::days(30) || span.to_string() == "1mo" || span.to_string() == "4w",
        When::Between(..) => {
            draft.words.phrase(at, len).ends_with("last month")
                || draft.words.phrase(at, len).ends_with("previous month")
        }
    }
}

/// Columns of what was measured over the last two weeks.
const MEASURED: &[&str] = &["cpu_avg", "cpu_max", "cpu_p95", "memory_avg", "network_in", "network_out"];

fn is_two_weeks(when: When) -> bool {
    matches!(when, When::Last(span) if matches!(span.to_string().as_str(), "14d" | "2w"))
}

/// Whether a column takes part in a condition, an order, an aggregate or what is shown.
fn names(draft: &Draft<'_>, column: &str) -> bool {
    draft.conditions.iter().any(|c| holds(c, column))
        || draft.order.iter().any(|o| o.field.column_name() == column)
        || draft.select.iter().any(|f| f.column_name() == column)
        || draft.aggregates.iter().any(|a| a.field.as_ref().is_some_and(|f| f.column_name() == column))
}

pub(super) fn holds(condition: &Condition, column: &str) -> bool {
    match condition {
        Condition::Compare(compare) => compare.field.column_name() == column,
        Condition::Any { any: all } | Condition::All { all } => all.iter().any(|c| holds(c, column)),
        Condition::Not { not } => holds(not, column),
    }
}

/// What the noun implies must not contradict what the question says.
fn providers(draft: &mut Draft<'_>) -> Result<Vec<String>, String> {
    let implied: Vec<String> = draft.implied_providers.iter().map(|p| (*p).to_owned()).collect();
    let said = std::mem::take(&mut draft.providers);
    match (implied.as_slice(), said.is_empty()) {
        ([], _) => Ok(said),
        ([one], true) => Ok(vec![one.clone()]),
        ([one], false) if said == [one.clone()] => Ok(said),
        ([one], false) => {
            Err(format!("what it names exists on `{one}` only, and it asks about `{}`", said.join("`, `")))
        }
        _ => Err("it names things of different providers".to_owned()),
    }
}

/// A city may have a region of each provider; where one provider is asked about, only its own are meant.
fn regions_of(draft: &mut Draft<'_>, providers: &[String]) -> Result<(), String> {
    let [provider] = providers else { return Ok(()) };
    // AWS writes `eu-west-1`, Azure `westeurope`.
    let other = |region: &String| match provider.as_str() {
        "aws" => !region.contains('-'),
        "azure" => region.contains('-'),
        _ => false,
    };
    let said = |region: &String| (0..draft.words.len()).any(|at| draft.words.lower(at) == region);
    if let Some(region) = draft.regions.iter().find(|r| other(r) && said(r)) {
        return Err(format!("`{region}` is no region of `{provider}`; ask about one of them at a time"));
    }
    draft.regions.retain(|region| !other(region));
    Ok(())
}

/// Charges are added up by currency, so that dollars and euros are never one number.
fn bill(draft: &mut Draft<'_>) {
    if counts(draft) {
        return;
    }
    if !draft.select.is_empty() || !draft.aggregates.is_empty() || draft.count {
        draft.hint("charges can be added up and grouped");
        draft.unread.push((0, 0));
    }
    // "list the charges of yesterday" wants to see them one by one.
    let lines = (0..draft.words.len())
        .any(|at| matches!(draft.words.lower(at), "line" | "lines") && at > 0 && draft.words.lower(at - 1) != "per");
    let charges = lines
        || (0..draft.words.len()).any(|at| draft.words.lower(at) == "charges" || super::charges::lists_each(draft, at));
    if charges
        && draft.groups.is_empty()
        && draft.ranked.is_none()
        && !draft.total
        && (matches!(draft.words.lower(0), "list" | "show")
            || lines && draft.words.lower(1) == "lines"
            || (0..draft.words.len()).any(|at| matches!(draft.words.lower(at), "individual" | "list")))
    {
        return;
    }
    // "the annual spend of 2025" is one year's.
    let in_a_year = matches!(draft.times.first(), Some((_, _, When::Between(Some(from), Some(to))))
        if *to - *from <= chrono::TimeDelta::days(366));
    if in_a_year {
        draft.groups.retain(|g| !matches!(g, Field::Bucket { width: Width::Year, .. }));
    }
    // "top 3 services for each account" wants the first of each group, which one order cannot give.
    let each = (0..draft.words.len()).any(|at| {
        matches!(draft.words.lower(at), "each" | "every" | "per") && !matches!(draft.words.lower(at + 1), "month")
    });
    let things = draft.groups.iter().filter(|g| !matches!(g, Field::Bucket { .. })).count();
    // "top 5 services by month" as well.
    if draft.limit.is_some() && things > 0 && things < draft.groups.len() {
        draft.hint("the first of each group cannot be asked for");
        draft.unread.push((0, 0));
    }
    if each && things > 1 && (draft.limit.is_some() || draft.singular && draft.ranked.is_some()) {
        draft.hint("the first of each group cannot be asked for");
        draft.unread.push((0, 0));
    }
    let name = match draft.measure {
        "BilledCost" => "billed_cost",
        "ListCost" => "list_cost",
        "ContractedCost" => "contracted_cost",
        _ => "cost",
    };
    draft.order.iter_mut().filter(|o| o.field.column_name() == "cost").for_each(|o| o.field = name.into());
    draft.aggregates = vec![Aggregate::of(Function::Sum, draft.measure, name)];
    let ranked = draft.ranked;
    // "which of our teams was the cheapest": the verb says that one is asked.
    draft.singular |= ranked.is_some() && asks_for_one_of(draft);
    if !draft.groups.is_empty() {
        draft.ranked = None;
    }
    order_bill(draft, name, ranked.map(|(_, dir)| dir));
    if ranked.is_some() {
        // What has no region cannot be the cheapest one, and tax is no resource.
        for field in draft.groups.clone() {
            let is_resource = field.column_name() == "ResourceId";
            // Nor is what nobody tagged the team that spends most.
            let few = draft.limit.is_some() || draft.singular;
            if matches!(field, Field::Column(_))
                && (is_resource || ranked.is_some_and(|(_, dir)| dir == Direction::Asc))
                || matches!(field, Field::Key { .. }) && few
            {
                draft.conditions.push(Condition::is_not_null(field));
            }
        }
        if draft.singular && draft.limit.is_none() {
            draft.limit = Some(1);
        }
    }
    let currency = Field::column("BillingCurrency");
    if !draft.groups.contains(&currency) {
        draft.groups.push(currency);
    }
}

/// "which of our teams was", "which of the regions is".
fn asks_for_one_of(draft: &Draft<'_>) -> bool {
    (0..draft.words.len()).any(|at| {
        matches!(draft.words.phrase(at, 2), "which of" | "what of")
            && (at + 3..at + 6)
                .take_while(|i| !draft.ends(*i))
                .any(|i| matches!(draft.words.lower(i), "was" | "is" | "has" | "costs"))
    })
}

/// "how many distinct services did we use", "number of charges per service": numbers of what is on the bill, and no money.
fn counts(draft: &mut Draft<'_>) -> bool {
    let distinct = matches!(draft.aggregates.as_slice(), [only] if only.function == Function::CountDistinct);
    let charges = draft.count
        && draft.aggregates.is_empty()
        && (0..draft.words.len()).any(|at| {
            draft.role(at, Role::HowMany).is_some_and(|len| {
                let from = draft.skip(at + len, &["individual", "single", "the", "of"]);
                matches!(draft.words.lower(from), "charges" | "charge" | "records")
                    || matches!(
                        draft.words.phrase(from, 2),
                        "line items" | "charge lines" | "bill lines" | "cost lines"
                    )
            })
        });
    if !(distinct || charges) || !draft.select.is_empty() || draft.ranked.is_some() || !draft.order.is_empty() {
        return false;
    }
    if charges {
        draft.aggregates = vec![Aggregate::count("count")];
    }
    let name = draft.aggregates[0].output_name();
    let bucket = draft.groups.iter().find(|group| matches!(group, Field::Bucket { .. }));
    if let Some(bucket) = bucket {
        draft.order.push(OrderBy::asc(Field::Column(bucket.output_name())));
    } else if !draft.groups.is_empty() {
        draft.order.push(OrderBy::desc(Field::Column(name)));
    }
    true
}

fn order_bill(draft: &mut Draft<'_>, name: &str, ranked: Option<Direction>) {
    // "one figure per currency": the currency stands beside every sum.
    let by_currency = draft.groups.iter().all(|group| group.column_name() == "BillingCurrency");
    if !draft.order.is_empty() || by_currency {
        return;
    }
    if ranked.is_none() {
        let bucket = draft.groups.iter().find(|g| matches!(g, Field::Bucket { .. }));
        if let Some(bucket) = bucket {
            draft.order.push(OrderBy::asc(Field::Column(bucket.output_name())));
        }
    }
    let is_bucket_alone = draft.groups.len() == draft.order.len();
    if !is_bucket_alone {
        draft.order.push(OrderBy { field: name.into(), dir: ranked.unwrap_or(Direction::Desc) });
    }
}

fn rows(draft: &mut Draft<'_>) {
    let foreign = (0..draft.words.len())
        .any(|at| matches!(draft.words.lower(at), "€" | "£" | "eur" | "gbp" | "euro" | "euros" | "pounds"));
    if foreign && names(draft, "cost_30d") {
        draft.note("amounts are compared in the currency of the bill; nothing is converted");
    }
    // "spend by VM": what each of them costs.
    let sums_cost =
        |a: &Aggregate| a.function == Function::Sum && a.field.as_ref().is_some_and(|f| f.column_name() == "cost_30d");
    if draft.each && draft.groups.is_empty() && !draft.aggregates.is_empty() && draft.aggregates.iter().all(sums_cost) {
        draft.aggregates.clear();
        draft.total = false;
        draft.order.push(OrderBy::desc("cost_30d"));
        draft.note("what a resource costs is its cost of the last 30 days");
    }
    if let Some(at) = draft.cost_at.take() {
        let ranked = draft.ranked.filter(|_| draft.groups.is_empty() && !draft.total);
        if ranked.is_some() || draft.each {
            draft.ranked = draft.ranked.filter(|_| ranked.is_none());
            let dir = ranked.map_or(Direction::Desc, |(_, dir)| dir);
            draft.order.push(OrderBy { field: "cost_30d".into(), dir });
        } else if !draft.groups.is_empty() || one_sum(draft, at) {
            draft.aggregates.push(Aggregate::of(Function::Sum, "cost_30d", "total_cost_30d"));
        } else {
            draft.hint("say what of the cost: `total cost of`, `cost over $100`, `with cost`");
            draft.unread.push((at, 1));
        }
    }
    // "how many are there, and what do they cost": both.
    let counted = draft.aggregates.iter().any(|a| matches!(a.function, Function::Count | Function::CountDistinct));
    if draft.count && !counted {
        draft.aggregates.insert(0, Aggregate::count("count"));
    }
    // "with their cost, highest first": what is shown beside the name is what they are ranked by.
    if let Some((_, dir)) = draft.ranked
        && draft.order.is_empty()
        && draft.groups.is_empty()
        && draft.aggregates.is_empty()
    {
        let number = |f: &&Field| draft.own(f.column_name()).is_some_and(|c| c.ty.is_number());
        let numbers: Vec<_> = draft.select.iter().filter(number).cloned().collect();
        if let [only] = numbers.as_slice() {
            draft.ranked = None;
            draft.order.push(OrderBy { field: only.clone(), dir });
        } else if let (true, Some(column)) = (draft.select.is_empty(), only_bound(draft)) {
            draft.ranked = None;
            draft.order.push(OrderBy { field: column.name.into(), dir });
        }
    }
    // "top 10 savings": what is saved most.
    let saves =
        draft.table == &schema::tables::RECOMMENDATIONS && draft.aggregates.is_empty() && draft.groups.is_empty();
    if let Some((_, dir)) = draft.ranked.filter(|_| saves && draft.order.is_empty()) {
        draft.ranked = None;
        draft.order.push(OrderBy { field: "saving_30d".into(), dir });
    }
    // What nobody tagged is no team's, and so not the first of them.
    if draft.limit == Some(1) && !draft.aggregates.is_empty() {
        for key in draft.groups.iter().filter(|group| matches!(group, Field::Key { .. })).cloned().collect::<Vec<_>>() {
            if !draft.conditions.contains(&Condition::is_not_null(key.clone())) {
                draft.conditions.push(Condition::is_not_null(key));
            }
        }
    }
    let is_plain = draft.aggregates.is_empty() && draft.groups.is_empty() && draft.order.is_empty() && !draft.total;
    if is_plain && draft.table == &schema::tables::RECOMMENDATIONS {
        draft.order.push(OrderBy::desc("saving_30d"));
    }
    // "top 3 instances per account" is about instances, and not about accounts.
    let first_of_them = draft.limit.is_some()
        && !draft.groups.is_empty()
        && (0..draft.words.len()).any(|at| {
            super::quantity::number(draft, at).is_some()
                && draft.noun(at + 1).is_some_and(|(n, _)| draft.column(at + 1).is_none_or(|(m, _)| m <= n))
        });
    if first_of_them {
        draft.hint("the first of each group cannot be asked for");
        draft.unread.push((0, 0));
    }
    // "VMs by region": how many in each.
    if draft.aggregates.is_empty() && !draft.groups.is_empty() {
        if !draft.order.is_empty() {
            draft.hint("the first of each group cannot be asked for");
            draft.unread.push((0, 0));
        }
        // "disks: how much per region" is no number of disks.
        if draft.total && (0..draft.words.len()).any(|at| draft.words.phrase(at, 2) == "how much") {
            draft.hint("say how much of what: `total size by`, `total cost by`");
            draft.unread.push((0, 0));
        }
        draft.note("rows by something are read as how many there are of each");
        draft.aggregates.push(Aggregate::count("count"));
    }
    if draft.total && draft.aggregates.is_empty() {
        // "how much disk do we have" is no number of disks.
        if let Some(size) = draft.size_column()
            && (0..draft.words.len()).any(|at| draft.words.phrase(at, 2) == "how much")
        {
            draft.hint(format!("say `total size of`, or `total {}`", size.name.replace('_', " ")));
            draft.unread.push((0, 0));
        } else if (0..draft.words.len()).any(|at| draft.words.phrase(at, 2) == "how much") {
            draft.hint("say how much of what: `how much do they cost`");
            draft.unread.push((0, 0));
        }
        draft.aggregates.push(Aggregate::count("count"));
    }
    if draft.aggregates.is_empty() {
        if draft.singular && draft.limit.is_none() {
            draft.limit = Some(1);
        }
        show_what_is_asked(draft);
        return;
    }
    if !draft.select.is_empty() {
        draft.hint("columns to show do not go with what is counted or added up");
        draft.unread.push((0, 0));
        draft.select.clear();
    }
    // "findings per day" are in the order of time.
    let bucket = draft.groups.iter().find(|group| matches!(group, Field::Bucket { .. })).cloned();
    if let Some(bucket) = bucket.filter(|_| draft.order.is_empty() && draft.ranked.is_none()) {
        draft.order.push(OrderBy::asc(Field::Column(bucket.output_name())));
    }
    if !draft.groups.is_empty() && draft.order.is_empty() {
        let name = draft.aggregates[0].output_name();
        let dir = draft.ranked.take().map_or(Direction::Desc, |(_, dir)| dir);
        draft.order.push(OrderBy { field: name.into(), dir });
    }
    if names(draft, "cost_30d") {
        draft.note("what a resource costs is its cost of the last 30 days");
    }
}

/// "VMs that cost more than $100, highest first": the one number that a condition is about, where the order is said last.
fn only_bound(draft: &Draft<'_>) -> Option<&'static schema::Column> {
    let first = draft.words.len().checked_sub(1).is_some_and(|last| {
        let last = if draft.words.lower(last) == "," { last.saturating_sub(1) } else { last };
        draft.words.lower(last) == "first"
    });
    let mut bounds = draft.conditions.iter().filter_map(|condition| match condition {
        Condition::Compare(c) => draft.own(c.field.column_name()).filter(|column| column.ty.is_number()),
        _ => None,
    });
    let bound = bounds.next().filter(|_| first)?;
    bounds.all(|other| other.name == bound.name).then_some(bound)
}

/// Whether the cost that was named at a place is wanted as one number.
fn one_sum(draft: &Draft<'_>, at: usize) -> bool {
    draft.aggregates.is_empty()
        && draft.select.is_empty()
        && draft.order.is_empty()
        && !draft.count
        && (draft.total || asks_what_they_cost(draft, at) || their_cost(draft, at))
}

/// "spot VMs cost", "p4d instances cost": one number, where nothing before it asks to see rows.
fn their_cost(draft: &Draft<'_>, cost: usize) -> bool {
    let plain = draft.words.lower(cost) == "cost" && draft.ends(cost + 1) && draft.role(0, Role::Showing).is_none();
    let named = (1..=3).any(|back| {
        cost >= back && draft.noun(cost - back).is_some_and(|(len, noun)| len == back && (noun.plural || noun.bare))
    });
    let own = draft.table.name != "resources";
    plain && named && own && draft.role(0, Role::Filler).is_none() && !draft.each
}

/// "what do our disks cost": one sum. "what does each of them cost" is none.
fn asks_what_they_cost(draft: &Draft<'_>, cost: usize) -> bool {
    let asks = (0..cost).any(|at| {
        draft.words.lower(at) == "what"
            && matches!(draft.words.lower(at + 1), "do" | "does" | "did" | "are" | "is" | "would")
    });
    asks && !(0..draft.words.len()).any(|at| {
        matches!(draft.words.lower(at), "each" | "every" | "per" | "which")
            && !matches!(draft.words.lower(at + 1), "month")
    })
}

/// A question about cost or CPU wants to see them, beside the usual columns.
fn show_what_is_asked(draft: &mut Draft<'_>) {
    if !draft.select.is_empty() {
        // Rows without a name tell nobody anything.
        if !draft
            .select
            .iter()
            .any(|f| matches!(f.column_name(), "name" | "native_id" | "address" | "account_id" | "title"))
        {
            draft.select.insert(0, "name".into());
        }
        return;
    }
    let mut more: Vec<Field> = Vec::new();
    let mut see = |field: &Field| {
        let Field::Column(name) = field else { return };
        let column = draft.own(name);
        let worth = column.is_some_and(|c| c.ty.is_number() || c.ty == ColumnType::Time);
        if worth && !draft.table.shown.contains(&name.as_str()) && !more.contains(field) {
            more.push(field.clone());
        }
    };
    draft.order.iter().for_each(|o| see(&o.field));
    draft.conditions.iter().for_each(|c| each_field(c, &mut see));
    if !more.is_empty() {
        draft.select = draft.table.shown.iter().map(|c| Field::column(c)).chain(more).collect();
    }
}

/// Shows each field of a condition.
pub(super) fn each_field<'a>(condition: &'a Condition, see: &mut impl FnMut(&'a Field)) {
    match condition {
        Condition::Compare(compare) => see(&compare.field),
        Condition::Any { any: all } | Condition::All { all } => all.iter().for_each(|c| each_field(c, see)),
        Condition::Not { not } => each_field(not, see),
    }
}

/// Things that were read one by one and do not go together.
fn contradiction(draft: &Draft<'_>) -> Option<String> {
    let ors = (0..draft.words.len()).any(|at| draft.role(at, Role::Not).is_some() && draft.words.lower(at + 1) == "or");
    if ors {
        return Some("`not or` can be read in more than one way".to_owned());
    }
    if let Some(hint) = elsewhere(draft) {
        return Some(hint);
    }
    let compared: Vec<_> = draft
        .conditions
        .iter()
        .filter_map(|c| match c {
            Condition::Compare(compare) => Some(compare),
            _ => None,
        })
        .collect();
    let pairs = compared.iter().enumerate().flat_map(|(i, a)| compared[i + 1..].iter().map(move |b| (a, b)));
    pairs
        .filter(|(a, b)| a.field == b.field && excludes(draft, a, b))
        .map(|(a, _)| a)
        .next()
        .map(|a| format!("nothing can be both of what is asked of `{}`; say `or` where either will do", a.field))
}

/// "that are in prod but not in staging": what is in one account or region is in no other anyway, and who asks so means
/// things of the same name.
fn elsewhere(draft: &Draft<'_>) -> Option<String> {
    let columns = draft.table.scope_columns;
    let outside = |column: &str, inside: &[String]| {
        !inside.is_empty()
            && draft.conditions.iter().any(|c| {
                let Condition::Compare(Compare { field, op: Op::NotIn, value: Literal::List(all) }) = c else {
                    return false;
                };
                let among = |one: &Literal| matches!(one, Literal::Text(one) if inside.contains(one));
                field.column_name() == column && !all.iter().any(among)
            })
    };
    (outside(columns.account_name, &draft.accounts) || outside(columns.region, &draft.regions)).then(|| {
        "what is in one place is in no other; which things two places have in common cannot be asked".to_owned()
    })
}

/// Whether no row can pass both of two tests of one field.
fn excludes(draft: &Draft<'_>, a: &Compare, b: &Compare) -> bool {
    let is_list = draft.own(a.field.column_name()).is_some_and(|c| c.ty == ColumnType::List);
    match (a.op, b.op) {
        // "new open findings" are those of the open ones that are new.
        (Op::Eq, Op::In) | (Op::In, Op::Eq) if draft.table.name == "findings" => {
            !(is_among(&a.value, &b.value) || is_among(&b.value, &a.value))
        }
        (Op::Eq | Op::In, Op::Eq | Op::In) => a.value != b.value && !is_list,
        // An engine is one; a name may well hold two words.
        (Op::Contains, Op::Contains) => a.value != b.value && a.field.column_name() == "engine",
        // "named web-1 and starting with db".
        (Op::Eq, Op::StartsWith | Op::EndsWith | Op::Contains) => misses(&a.value, b.op, &b.value),
        (Op::StartsWith | Op::EndsWith | Op::Contains, Op::Eq) => misses(&b.value, a.op, &a.value),
        (Op::IsNull, Op::NotNull) | (Op::NotNull, Op::IsNull) => true,
        (Op::Gt | Op::Ge, Op::Lt | Op::Le) => beyond(&a.value, &b.value),
        (Op::Lt | Op::Le, Op::Gt | Op::Ge) => beyond(&b.value, &a.value),
        _ => false,
    }
}

fn is_among(one: &Literal, all: &Literal) -> bool {
    matches!(all, Literal::List(all) if all.contains(one))
}

/// Whether a text has not the piece that is asked of it.
fn misses(text: &Literal, op: Op, piece: &Literal) -> bool {
    let (Literal::Text(text), Literal::Text(piece)) = (text, piece) else { return false };
    !match op {
        Op::StartsWith => text.starts_with(piece.as_str()),
        Op::EndsWith => text.ends_with(piece.as_str()),
        _ => text.contains(piece.as_str()),
    }
}

/// Whether a lower bound lies at or above an upper one.
fn beyond(low: &Literal, high: &Literal) -> bool {
    let (Literal::Number(low), Literal::Number(high)) = (low, high) else { return false };
    low.as_f64().zip(high.as_f64()).is_some_and(|(low, high)| low >= high)
}

/// The field of which a condition says what it is.
fn told(condition: &Condition) -> Option<&Field> {
    match condition {
        Condition::Compare(compare) => matches!(compare.op, Op::Eq).then_some(&compare.field),
        _ => None,
    }
}

/// What was said twice is asked once; an order said twice in two ways is none.
fn drop_repeated(draft: &mut Draft<'_>) -> Result<(), String> {
    let mut conditions = Vec::with_capacity(draft.conditions.len());
    for condition in std::mem::take(&mut draft.conditions) {
        if !conditions.contains(&condition) {
            conditions.push(condition);
        }
    }
    // "what is attached to i-0abc": what is equal to something is there, and "new open findings" are among the open ones.
    let known: Vec<Field> = conditions.iter().filter_map(told).cloned().collect();
    let is_finding = draft.table.name == "findings";
    conditions.retain(|condition| match condition {
        Condition::Compare(compare) => {
            !(compare.op == Op::NotNull || is_finding && compare.op == Op::In) || !known.contains(&compare.field)
        }
        _ => true,
    });
    draft.conditions = conditions;
    let mut order: Vec<OrderBy> = Vec::with_capacity(draft.order.len());
    for key in std::mem::take(&mut draft.order) {
        match order.iter().find(|o| o.field == key.field) {
            Some(same) if same.dir == key.dir => {}
            Some(same) => return Err(format!("it asks for `{}` in both directions", same.field)),
            None => order.push(key),
        }
    }
    draft.order = order;
    Ok(())
}

/// "the largest storage any db has": the extreme of a column, and not the rows in its order.
fn asks_an_extreme(draft: &Draft<'_>) -> bool {
    (0..draft.words.len()).any(|at| {
        let extreme = draft.role(at, Role::Most).or_else(|| draft.role(at, Role::Least));
        let Some(from) = extreme.map(|len| at + len) else { return false };
        let Some((len, column)) = draft.column(from) else { return false };
        let any = from + len;
        column.ty.is_number()
            && matches!(draft.words.lower(any), "any" | "a" | "an")
            && draft.noun(any + 1).is_some_and(|(n, noun)| {
                !noun.plural && matches!(draft.words.lower(any + 1 + n), "has" | "have" | "uses" | "use")
            })
    }) && draft.aggregates.is_empty()
}
