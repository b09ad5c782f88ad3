//! "by region", "per provider", "for each account", "daily", "which region has the most instances".

use super::tag;
use crate::draft::Draft;
use crate::lexicon::{Kinds, Role, Sense};
use crate::phrases::{Mark, Marks};
use crate::rules::starts::{Signs, Starts};
use schema::query::field::Width;
use schema::query::{Direction, Field, OrderBy};
use schema::{ColumnType, tables};

/// Where one thing to group by can begin: see `dimension`.
pub(super) const DIMENSION: Starts = Starts::at(&["type", "types", "kind", "kinds", "cost"])
    .and_at(Marks::of_plurals(tag::USUAL_KEYS))
    .and_before(&["tag"])
    .and_kinds(Kinds::TABLE.and(Kinds::BUCKET))
    .and_roles(&[Role::TagWord])
    .and_sign(Signs::KEY)
    .and_sign(Signs::COLUMN);

pub(super) const STARTS: Starts = DIMENSION
    .and_at(Marks::of(&["every", "breakdown", "distribution", "split", "mix", "histogram"]))
    .and_at(Marks::of(&["which", "what", "hourly", "daily", "day-by-day", "weekly", "week-by-week", "monthly"]))
    .and_at(Marks::of(&["month-by-month", "quarterly", "yearly", "annual", "annually", "day", "week", "month"]))
    .and_at(Marks::of(&["develop", "developed", "evolve", "evolved", "trended", "progressed"]))
    .and_roles(&[Role::By, Role::Trend]);

/// Reads what the rows are grouped by.
pub(crate) fn read(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    wise(draft, at)
        .or_else(|| by(draft, at))
        .or_else(|| breakdown_of(draft, at))
        .or_else(|| most_of(draft, at))
        .or_else(|| periodic(draft, at))
        .or_else(|| billed(draft, at))
}

/// "by region and team tag"; "by cost" is an order.
fn by(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let len = draft.role(at, Role::By).or_else(|| of_every(draft, at))?;
    // "VMs in every account" are all of them; "how many VMs in every account" counts by account.
    // "counted for every region" has said that they are counted.
    let every = draft.words.phrase(at, len).ends_with("every") && len <= 2;
    if every && !draft.is_bill() && !draft.count && draft.aggregates.is_empty() && !counted_later(draft, at + len) {
        return None;
    }
    // "spent by account staging" is about that one.
    let one = draft.role(at + len, Role::Account).is_some_and(|n| super::scope::is_own(draft, at + len + n));
    if one && draft.words.phrase(at, len) == "by" {
        return Some(len);
    }
    if let Some(len) = of_each_row(draft, at, len).or_else(|| each_of_the_last(draft, at, len)) {
        return Some(len);
    }
    if tag::key(draft, at + len).is_none()
        && let Some(n) = by_measure(draft, at, at + len)
    {
        return Some(len + n);
    }
    let mut end = at + len;
    let mut fields = Vec::new();
    let mut each = None;
    loop {
        let from = draft.skip(end, &["the", "each", "every", "by", "per", "their", "its", "of"]);
        // "per week, for account 111122223333" is about that one.
        let told = draft.role(from, Role::Account).is_some_and(|n| super::scope::is_account(draft, from + n));
        if told && !fields.is_empty() {
            break;
        }
        let Some((n, field)) = dimension(draft, from) else { break };
        match field {
            Some(field) => fields.push(field),
            None => each = draft.noun(from).map(|(_, noun)| noun),
        }
        end = from + n;
        let joint = joint(draft, end);
        if joint == 0
            || dimension(
                draft,
                draft.skip(end + joint, &["the", "each", "every", "by", "per", "for", "in", "their", "its", "of"]),
            )
            .is_none()
        {
            break;
        }
        end = draft.skip(end + joint, &["in", "for"]);
    }
    if end == at + len {
        return None;
    }
    if let Some(noun) = each {
        draft.each = true;
        draft.imply(noun);
    }
    for field in fields {
        // "by environment (env tag)": the second says which tag the first is.
        if let Some(kin) = draft.groups.iter().position(|other| tag::is_reworded(draft, other, &field)) {
            draft.groups[kin] = field;
        } else if !draft.groups.contains(&field) {
            draft.groups.push(field);
        }
    }
    Some(end - at)
}

/// "every region's VM count", "every team's costs": of each, where the question begins so.
fn of_every(draft: &Draft<'_>, at: usize) -> Option<usize> {
    // "how much did every account spend".
    let spends = draft.is_bill() && at > 1 && matches!(draft.words.lower(at - 1), "did" | "does" | "has");
    if draft.words.lower(at) != "every" || !(draft.opens_at(at) || spends) {
        return None;
    }
    let (n, field) = dimension(draft, at + 1)?;
    let money = draft.is_bill() && draft.role(at + 1 + n, Role::Cost).or(draft.role(at + 1 + n, Role::Spend)).is_some();
    (field.is_some() && (money || spends || !draft.is_bill() && counted_later(draft, at + 1 + n))).then_some(1)
}

/// Whether what stands behind asks for a number or a sum.
fn counted_later(draft: &Draft<'_>, at: usize) -> bool {
    (at..draft.words.len()).any(|i| {
        draft.role(i, Role::HowMany).or(draft.role(i, Role::Total)).or(draft.role(i, Role::Average)).is_some()
            || matches!(draft.words.lower(i), "count" | "counts" | "counted")
    })
}

/// "breakdown of instance types": how many there are of each.
fn breakdown_of(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let lead = matches!(
        draft.words.phrase(at, 2),
        "breakdown of" | "distribution of" | "split of" | "mix of" | "histogram of"
    );
    if !lead || draft.is_bill() || !draft.groups.is_empty() {
        return None;
    }
    let from = draft.skip(at + 2, &["the", "our", "all", "my"]);
    let (n, field) = dimension(draft, from)?;
    let end = from + n;
    let plural = draft.words.lower(end - 1).ends_with('s');
    if !plural || !(draft.ends(end) || matches!(draft.words.lower(end), "in" | "on" | "we")) {
        return None;
    }
    draft.groups.push(field?);
    Some(end - at)
}

/// "in each of the last three months": by the month, and the time is read behind it.
fn each_of_the_last(draft: &mut Draft<'_>, at: usize, len: usize) -> Option<usize> {
    let from = at + len;
    if !draft.is_bill() || draft.words.phrase(from, 2) != "of the" || super::time::when(draft, from).is_none() {
        return None;
    }
    let (_, width) = (from + 3..from + 6).find_map(|i| bucket(draft, i))?;
    let field = Field::bucket(width, draft.table.time_column?);
    if !draft.groups.contains(&field) {
        draft.groups.push(field);
    }
    Some(len)
}

/// "name and owner of each running machine": every row has its own.
fn of_each_row(draft: &mut Draft<'_>, at: usize, len: usize) -> Option<usize> {
    let plain = draft.words.phrase(at, len).ends_with("each") || draft.words.phrase(at, len).ends_with("every");
    if !plain || draft.is_bill() || draft.count || draft.total || !draft.aggregates.is_empty() {
        return None;
    }
    let from = at + len;
    let noun = (from..from + 4).take_while(|i| !draft.ends(*i)).find(|i| draft.noun(*i).is_some())?;
    let single = draft.noun(noun).is_some_and(|(_, noun)| !noun.plural || noun.bare);
    let own = (from..noun).all(|i| draft.column(i).is_none() && draft.role(i, Role::By).is_none());
    if !single || !own || dimension(draft, from).is_some_and(|(_, field)| field.is_some()) {
        return None;
    }
    draft.each = true;
    Some(len)
}

/// "region wise", "month-wise".
fn wise(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    // Most questions have no such word, and a dimension takes long to tell.
    const WISE: Mark = Mark::of("wise");
    if !(at + 1..draft.words.len()).any(|i| draft.words.mark(i) == WISE) {
        return None;
    }
    let (len, field) = dimension(draft, at)?;
    if draft.words.lower(at + len) != "wise" {
        return None;
    }
    match field {
        Some(field) if draft.groups.contains(&field) => {}
        Some(field) => draft.groups.push(field),
        None => draft.each = true,
    }
    Some(len + 1)
}

fn joint(draft: &Draft<'_>, at: usize) -> usize {
    match (draft.words.lower(at), draft.words.lower(at + 1)) {
        (",", "and" | "then") | ("and", "then") => 2,
        ("," | "and" | "then", _) => 1,
        ("by" | "per", _) => 1,
        _ => 0,
    }
}

/// "top 5 VMs by cost", "instances by CPU": what is ranked, not a group.
fn by_measure(draft: &mut Draft<'_>, at: usize, from: usize) -> Option<usize> {
    if !matches!(draft.words.lower(at), "by") {
        return None;
    }
    let from_skipped =
        draft.skip(from, &["the", "total", "their", "highest", "most", "amortised", "amortized", "effective"]);
    if draft.is_bill() {
        // "by charge category" groups: only plain words for money rank.
        let is_money =
            matches!(draft.words.lower(from_skipped), "cost" | "costs" | "spend" | "spending" | "expenditure");
        let n = usize::from(is_money && draft.column(from_skipped + 1).is_none());
        if n == 0 {
            return by_dated_money(draft, at, from);
        }
        draft.ranked.get_or_insert((at, Direction::Desc));
        return Some(from_skipped + n - from);
    }
    if draft.count && matches!(draft.words.lower(from_skipped), "count" | "number") {
        return Some(from_skipped + 1 - from);
    }
    let (n, columns) = draft.columns(from_skipped)?;
    let ranked = draft.ranked.map(|(_, dir)| dir);
    let column =
        columns.iter().copied().find(|c| c.ty.is_number() || (ranked.is_some() && c.ty == ColumnType::Time))?;
    if draft.count || !draft.aggregates.is_empty() {
        return None;
    }
    draft.ranked = None;
    // "by cost desc".
    let end = from_skipped + n;
    let said = draft.role(end, Role::Descending).map(|len| (len, Direction::Desc));
    let said = said.or_else(|| draft.role(end, Role::Ascending).map(|len| (len, Direction::Asc)));
    let dir = said.map(|(_, dir)| dir).or(ranked).unwrap_or(Direction::Desc);
    draft.order.push(OrderBy { field: column.name.into(), dir });
    Some(end + said.map_or(0, |(len, _)| len) - from)
}

/// "rank teams by October spend": the time stands before what is ranked by.
fn by_dated_money(draft: &mut Draft<'_>, at: usize, from: usize) -> Option<usize> {
    let (len, when) = super::time::when(draft, from)?;
    let end = from + len;
    let money = draft.role(end, Role::Cost).or_else(|| draft.role(end, Role::Spend))?;
    if !draft.ends(end + money) {
        return None;
    }
    draft.times.push((from, len, when));
    draft.ranked.get_or_insert((at, Direction::Desc));
    Some(len + money)
}

/// One thing to group by: a column, a tag, a width of time; the table's own noun groups by nothing.
pub(super) fn dimension(draft: &Draft<'_>, at: usize) -> Option<(usize, Option<Field>)> {
    if let Some((n, key)) = tag::key(draft, at)
        && (draft.column(at).is_none_or(|(len, _)| len < n) || draft.role(at + n, Role::TagWord).is_some())
    {
        let word = draft.role(at + n, Role::TagWord).unwrap_or(0);
        let said = tag::field(draft, &key);
        // "by environment tag env".
        if word > 0
            && let Some((m, exact)) = tag::key(draft, at + n + word)
            && tag::is_kin(&said, &tag::field(draft, &exact))
        {
            return Some((n + word + m, Some(tag::field(draft, &exact))));
        }
        return Some((n + word, Some(said)));
    }
    if let Some((len, field, true)) = super::teams::asked_key(draft, at) {
        return Some((len, Some(field)));
    }
    if let Some(len) = draft.role(at, Role::TagWord) {
        let from = draft.skip(at + len, &["called", "named"]);
        if let Some((n, key)) = tag::key(draft, from) {
            return Some((from + n - at, Some(tag::field(draft, &key))));
        }
        let quoted = draft.name(from).filter(|_| draft.senses.is_unknown(from))?;
        return Some((from + 1 - at, Some(tag::field(draft, quoted))));
    }
    // "<unknown key> tag".
    if draft.senses.is_unknown(at) && draft.words.lower(at + 1) == "tag" {
        let key = tag::without_slip(draft, at);
        return Some((2, Some(tag::field(draft, &key))));
    }
    // "for the month of October" is a time.
    // "each month of this year" is a group all the same.
    let told = matches!(draft.words.lower(at.wrapping_sub(1)), "each" | "every" | "per" | "by");
    // "by account, quarter to date" goes on with a time.
    let to_date = draft.words.phrase(at + 1, 2) == "to date";
    if let Some((len, width)) =
        bucket(draft, at).filter(|(len, _)| !to_date && (draft.words.lower(at + len) != "of" || told))
    {
        let column = draft.table.time_column?;
        return Some((len, Some(Field::bucket(width, column))));
    }
    // "databases by size" may be by their class or by their storage.
    if draft.table == &tables::DATABASES && draft.words.lower(at) == "size" {
        return None;
    }
    if let Some((len, columns)) = draft.columns(at) {
        let sized = |c: &schema::Column| {
            draft.count && matches!(c.name, "vcpus" | "memory_gib" | "memory_mib" | "timeout_seconds")
        };
        let text = columns.iter().copied().find(|c| matches!(c.ty, ColumnType::Text | ColumnType::Bool));
        let column = text.or_else(|| columns.iter().copied().find(|c| sized(c)))?;
        // An account is known by its name; ids repeat it.
        return Some((len, Some(column.name.into())));
    }
    if draft.table == &tables::RESOURCES && matches!(draft.words.lower(at), "type" | "types" | "kind" | "kinds") {
        return Some((1, Some("kind".into())));
    }
    // "average cost per instance": one row is one.
    draft.noun(at).filter(|(_, noun)| !noun.plural).map(|(len, _)| (len, None))
}

fn bucket(draft: &Draft<'_>, at: usize) -> Option<(usize, Width)> {
    draft.sense(at, |s| match s {
        Sense::Bucket(width) => Some(*width),
        _ => None,
    })
}

/// "which region has the most instances", "which accounts have untagged volumes".
fn most_of(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    if draft.is_bill() {
        return None;
    }
    if !matches!(draft.words.lower(at), "which" | "what") {
        return counted(draft, at);
    }
    // "which of our accounts have …".
    let from = draft.skip(at + 1, &["of", "our", "my", "the"]);
    let (n, field) = dimension(draft, from)?;
    let field = field?;
    let column = draft.own(field.column_name())?;
    if !matches!(
        column.name,
        "region"
            | "account_name"
            | "provider"
            | "instance_type"
            | "network_id"
            | "subnet_id"
            | "zone"
            | "engine"
            | "runtime"
            | "kind"
            | "volume_type"
    ) {
        return None;
    }
    let verb = from + n;
    let verb = verb
        + usize::from(matches!(
            draft.words.phrase(verb, 2),
            "is hosting" | "are hosting" | "is running" | "is holding" | "is using"
        ));
    if !matches!(
        draft.words.lower(verb),
        "has"
            | "have"
            | "contains"
            | "contain"
            | "hold"
            | "holds"
            | "run"
            | "runs"
            | "owns"
            | "own"
            | "keeps"
            | "keep"
            | "hosts"
            | "host"
            | "houses"
            | "hosting"
            | "running"
            | "holding"
            | "using"
            | "uses"
            | "use"
    ) {
        return None;
    }
    let plural = draft.words.lower(verb - 1).ends_with('s');
    let most = draft
        .role(verb + 1, Role::Most)
        .map(|n| (n, Direction::Desc))
        .or_else(|| draft.role(verb + 1, Role::Least).map(|n| (n, Direction::Asc)));
    let behind = verb + 1 + most.map_or(0, |(n, _)| n);
    // "has the highest VM cost".
    if let Some((_, dir)) = most
        && let Some((n, _)) = draft.noun(behind)
        && let Some(cost) = draft.role(behind + n, Role::Cost).or_else(|| draft.role(behind + n, Role::Spend))
    {
        return super::rank_sum::by_cost(draft, field, dir, !plural).map(|()| behind + n + cost - at);
    }
    // "has the most memory" is about a column, not about how many.
    let noun_at = (behind..draft.words.len().min(behind + 5)).find(|i| draft.noun(*i).is_some());
    let noun_comes = noun_at.is_some();
    // "which account owns the database orders-db" is about that one.
    let owned = matches!(draft.words.lower(verb), "owns" | "own" | "keeps" | "keep");
    if owned && noun_at.and_then(|at| draft.noun(at)).is_some_and(|(_, noun)| !noun.plural) {
        return None;
    }
    // "has the largest volume" is about one of them, not about how many.
    if noun_at.is_some_and(|noun| is_of_size(draft, verb + 1, noun)) {
        return None;
    }
    if !noun_comes || (most.is_some() && draft.noun(behind).is_none() && draft.columns(behind).is_some()) {
        return None;
    }
    draft.count = true;
    draft.groups.push(field);
    if let Some((_, dir)) = most {
        draft.order.push(OrderBy { field: "count".into(), dir });
        if !plural && draft.limit.is_none() {
            draft.limit = Some(1);
        }
    }
    Some(behind - at)
}

/// Whether a word before a noun says which of them it is, rather than that there are many: "the largest", "the oldest". "the
/// largest number of" says how many.
fn is_of_size(draft: &Draft<'_>, from: usize, noun: usize) -> bool {
    let counts = |at: usize| matches!(draft.words.lower(at), "number" | "count");
    let sized = |at: usize| {
        matches!(draft.words.lower(at), "largest" | "biggest" | "smallest" | "highest" | "lowest" | "greatest")
            || draft.sense(at, |s| matches!(s, Sense::Superlative(..)).then_some(())).is_some()
    };
    let behind = draft.noun(noun).map_or(noun, |(len, _)| noun + len);
    (from..noun).any(sized) && !(from..noun).any(counts) && !counts(behind)
}

/// Columns that rows are counted by without a word for it.
const COUNTED: &[&str] =
    &["region", "account_name", "provider", "instance_type", "zone", "engine", "runtime", "network_id", "subnet_id"];

/// "top 3 regions by number of VMs", "accounts with the most VMs".
fn counted(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let (len, field) = dimension(draft, at)?;
    let field = field.filter(|f| COUNTED.contains(&f.column_name()))?;
    let end = at + len;
    let plural = draft.words.lower(end - 1).ends_with('s');
    // "account with most buckets" is one.
    let first = !plural && draft.opens_at(at);
    if !(plural || first) || !draft.groups.is_empty() {
        return None;
    }
    if let Some(n) = super::rank_sum::ranked_by_cost(draft, end, &field).filter(|_| plural) {
        return Some(len + n);
    }
    let most = (draft.words.lower(end) == "with")
        .then(|| {
            draft
                .role(end + 1, Role::Most)
                .map(|n| (n, Direction::Desc))
                .or_else(|| draft.role(end + 1, Role::Least).map(|n| (n, Direction::Asc)))
        })
        .flatten();
    let noun = |from: usize| (from..from + 3).take_while(|i| !draft.ends(*i)).find_map(|i| draft.noun(i));
    if let Some((n, dir)) = most.filter(|(n, _)| {
        noun(end + 1 + n).is_some_and(|(_, noun)| noun.plural)
            && (draft.noun(end + 1 + n).is_some() || draft.columns(end + 1 + n).is_none())
    }) {
        draft.limit = draft.limit.or((!plural).then_some(1));
        draft.ranked = None;
        draft.count = true;
        draft.groups.push(field);
        draft.order.push(OrderBy { field: "count".into(), dir });
        return Some(len + 1 + n);
    }
    if let Some(n) = super::rank_sum::by_count(draft, end).filter(|_| draft.ranked.is_some()) {
        draft.count = true;
        draft.groups.push(field);
        return Some(len + n);
    }
    let by = matches!(draft.words.phrase(end, 3), "by number of" | "by count of")
        && draft.noun(end + 3).is_some_and(|(_, noun)| noun.plural);
    if by && draft.ranked.is_some() {
        draft.count = true;
        draft.groups.push(field);
        return Some(len + 3);
    }
    None
}

/// "daily cost", "cost trend".
fn periodic(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    if !draft.is_bill() {
        return None;
    }
    let width = match draft.words.lower(at) {
        "hourly" => Some(Width::Hour),
        "daily" | "day-by-day" => Some(Width::Day),
        "weekly" | "week-by-week" => Some(Width::Week),
        "monthly" | "month-by-month" => Some(Width::Month),
        "quarterly" => Some(Width::Quarter),
        "yearly" | "annual" | "annually" => Some(Width::Year),
        _ => None,
    };
    let by_twice = [("day by day", Width::Day), ("week by week", Width::Week), ("month by month", Width::Month)]
        .into_iter()
        .find(|(words, _)| draft.words.phrase(at, 3) == *words);
    let trend = draft.role(at, Role::Trend).or_else(|| develops(draft, at).then_some(1));
    let (len, width) = match (width, by_twice, trend) {
        (Some(width), ..) => (1, width),
        (None, Some((_, width)), _) => (3, width),
        (None, None, Some(len)) if draft.groups.iter().any(|g| matches!(g, Field::Bucket { .. })) => return Some(len),
        (None, None, Some(len)) => {
            // A bucket said later in the question is the one that is meant.
            let later = (at + len..draft.words.len()).any(|i| {
                matches!(draft.words.lower(i), "by" | "per") && bucket(draft, i + 1).is_some()
                    || matches!(
                        draft.words.lower(i),
                        "hourly" | "daily" | "weekly" | "monthly" | "quarterly" | "yearly" | "annually"
                    )
            });
            if later {
                return Some(len);
            }
            (len, Width::Day)
        }
        _ => return None,
    };
    let field = Field::bucket(width, draft.table.time_column?);
    if !draft.groups.contains(&field) {
        draft.groups.insert(0, field);
    }
    Some(len)
}

/// "how did spend develop": as a trend.
pub(super) fn develops(draft: &Draft<'_>, at: usize) -> bool {
    let asked = (0..at).any(|i| matches!(draft.words.lower(i), "how" | "did" | "has" | "have" | "does"));
    asked && matches!(draft.words.lower(at), "develop" | "developed" | "evolve" | "evolved" | "trended" | "progressed")
}

/// On the bill a bare "services" or "which regions" is a group.
fn billed(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    if !draft.is_bill() {
        return None;
    }
    if let Some((len, width)) = bucket(draft, at) {
        // "which day did we spend most".
        let asked = at > 0 && (matches!(draft.words.lower(at - 1), "which" | "what") || draft.ranked.is_some());
        // "the month of October" is a time, "the costliest week of this quarter" is none.
        let of = draft.words.lower(at + len) == "of" && draft.ranked.is_none() && !ranks_later(draft, at + len);
        if !asked || of {
            return None;
        }
        draft.singular |= !draft.words.lower(at + len - 1).ends_with('s');
        draft.groups.push(Field::bucket(width, draft.table.time_column?));
        return Some(len);
    }
    const DIMENSIONS: &[&str] = &[
        "ServiceName",
        "RegionId",
        "SubAccountName",
        "provider",
        "ServiceCategory",
        "ResourceId",
        "ResourceType",
        "ChargeCategory",
        "SkuId",
        "SkuMeter",
        "BillingAccountName",
        "ServiceSubcategory",
        "AvailabilityZone",
        "SkuMeter",
        "PublisherName",
    ];
    let (len, column) = draft.column(at)?;
    // "ChargeCategory != Tax" leaves one out.
    let other = draft.words.lower(at + len) == "!=";
    if super::charges::names_value(draft, at) || other {
        return None;
    }
    // "spend on untagged resources" is one sum, "the most expensive resources" are many.
    let each = column.name != "ResourceId"
        || draft.ranked.is_some()
        || matches!(draft.words.lower(at.wrapping_sub(1)), "which" | "what");
    // "our cloud bill" is all of it.
    if draft.words.lower(at) == "cloud"
        && !matches!(draft.words.lower(at.wrapping_sub(1)), "which" | "what" | "each" | "every")
    {
        let money = draft.role(at + 1, Role::Cost).or_else(|| draft.role(at + 1, Role::Spend));
        return money.map(|_| 1);
    }
    // "spend on databases (category)" has said which one.
    let glossed = draft.ends(at.wrapping_sub(1)) && draft.ends(at + len) && at > 1;
    if glossed && matches!(draft.conditions.last(), Some(last) if super::assemble::holds(last, column.name)) {
        return Some(len);
    }
    // "the cost of accounts staging and prod" is about these two.
    if super::scope::is_own(draft, at + len) {
        return None;
    }
    // "spend in regions other than eu-west-1" is one sum.
    let led = matches!(draft.words.lower(at.wrapping_sub(1)), "in" | "for" | "of" | "from" | "on");
    if led && draft.role(at + len, Role::NotIn).is_some() {
        return Some(len);
    }
    if !DIMENSIONS.contains(&column.name) || !may_group(draft, at) || !each {
        return None;
    }
    let plural = draft.words.lower(at + len - 1).ends_with('s');
    // "which of our services eats the most money": the verb says that one is asked.
    let one_of = (1..=3).any(|back| at >= back && draft.words.lower(at - back) == "of")
        && matches!(
            draft.words.lower(at + len),
            "costs" | "eats" | "burns" | "drives" | "is" | "was" | "has" | "had" | "consumes"
        );
    draft.singular |= !plural || one_of;
    let field = Field::column(column.name);
    if !draft.groups.contains(&field) {
        draft.groups.push(field);
    }
    Some(len)
}

/// "which month of 2025 was the most expensive".
fn ranks_later(draft: &Draft<'_>, at: usize) -> bool {
    (at..draft.words.len()).any(|i| {
        draft.role(i, Role::Most).is_some()
            || draft.sense(i, |s| matches!(s, Sense::Superlative(..)).then_some(())).is_some()
    })
}

/// "which services", "top 5 services", "services by cost", "each service"; not "the service X".
fn may_group(draft: &Draft<'_>, at: usize) -> bool {
    let before = draft.words.lower(at.wrapping_sub(1));
    let asked = matches!(
        before,
        "which"
            | "what"
            | "each"
            | "every"
            | "expensive"
            | "cheapest"
            | "costliest"
            | "priciest"
            | "and"
            | ","
            | "our"
            | "the"
            | "top"
            | "single"
            | "my"
            | "most"
            | "biggest"
            | "largest"
    ) || draft.ranked.is_some()
        || at == 0;
    // "the spend of our account" is one sum.
    let pointed = matches!(before, "our" | "the" | "my") && draft.ranked.is_none() && at > 0;
    let many = draft.column(at).is_some_and(|(len, _)| draft.words.lower(at + len - 1).ends_with('s'));
    if pointed && !many && !ranks_later(draft, at) && draft.words.lower(at + 1) != "wise" {
        return false;
    }
    asked
        || draft.words.lower(at).ends_with('s')
        || many
        || draft.role(at + 1, Role::Cost).is_some()
        || draft.role(at + 1, Role::Spend).is_some()
}
