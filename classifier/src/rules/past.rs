//! "what changed since yesterday", "volumes deleted last week", "how many VMs did we have on Monday": what syncs saw come and go,
//! and what they counted.

mod told;

use crate::draft::Draft;
use crate::lexicon::{Role, Sense};
use crate::phrases::phrases;
use schema::query::{Aggregate, Compare, Condition, Direction, Field, Literal, Op, OrderBy};
use schema::tables;
pub(super) use told::subject;
use told::{Event, event, is_thing, noted, opens_trend, trend, was_len};

/// Reads what is asked of these two tables.
pub(crate) fn read(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    match draft.table.name {
        "changes" => what_thing(draft, at).or_else(|| which_events(draft, at)),
        "history" => what_thing(draft, at).or_else(|| which_counts(draft, at)),
        _ => None,
    }
}

/// "VMs", "resources", "web-1": of what.
fn what_thing(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    if let Some((len, id)) = thing(draft, at) {
        let column = if id.starts_with("arn:") || id.starts_with('/') {
            "resource_id"
        } else if is_id(&id) {
            "native_id"
        } else {
            "name"
        };
        draft.condition(column, Op::Eq, id);
        return Some(len);
    }
    let from = draft.skip(at, &["of", "to", "in", "among", "for", "on", "our", "the", "any", "my"]);
    let (len, noun) = draft.sense(from, |s| match s {
        Sense::Table(noun) if is_thing(noun.table) => Some(*noun),
        _ => None,
    })?;
    let len = from + len - at;
    // "in account prod", "by security group": where, or by what.
    if let Some((column, _)) = noun.implies
        && draft.own(column).is_none()
    {
        return None;
    }
    if draft.role(at, Role::Everywhere).is_some() {
        return None;
    }
    draft.imply(noun);
    if noun.table.name != "resources" {
        draft.condition("table_name", Op::Eq, noun.table.name);
    }
    Some(len)
}

/// "to sg-0abc1234", "of web-1": one thing, by its id or name.
fn thing(draft: &Draft<'_>, at: usize) -> Option<(usize, String)> {
    let lead = usize::from(matches!(draft.words.lower(at), "of" | "to" | "on" | "for" | "about" | "with" | "in"));
    let raw = draft.words.raw(at + lead);
    let quoted = matches!(draft.words.kind(at + lead), Some(crate::tokens::Kind::Quoted));
    let shaped = is_id(raw) || raw.starts_with("arn:");
    let named = raw.contains('-') && raw.ends_with(|c: char| c.is_ascii_digit()) && draft.senses.is_unknown(at + lead);
    let dated = super::time::when(draft, at + lead).is_some() || super::scope::is_own(draft, at + lead);
    let in_ = draft.words.lower(at) == "in";
    let found = !dated && (shaped || !in_ && lead > 0 && (quoted || named));
    found.then(|| (lead + 1, raw.to_owned()))
}

fn is_id(text: &str) -> bool {
    text.split_once('-').is_some_and(|(kind, rest)| {
        matches!(kind, "i" | "vol" | "snap" | "ami" | "vpc" | "subnet" | "sg" | "nat" | "eipalloc")
            && rest.len() > 2
            && rest.bytes().all(|b| b.is_ascii_hexdigit())
    })
}

/// "what was added or removed", "changes", "changed their type".
fn which_events(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let from = draft.skip(
        at,
        &[
            "has",
            "have",
            "had",
            "was",
            "were",
            "been",
            "got",
            "get",
            "did",
            "newly",
            "recently",
            "just",
            "all",
            "that",
            "which",
            "been",
            "otherwise",
        ],
    );
    if let Some((len, event, _)) = event(draft.words, from) {
        let end = from + len;
        if let Some((len, column)) = changed_column(draft, end).filter(|_| event == Event::Changed) {
            draft.condition("column_name", Op::Eq, column);
            return Some(end + len - at);
        }
        if event == Event::Resized {
            let column = sized(draft)?;
            draft.condition("column_name", Op::Eq, column);
            return Some(end - at);
        }
        // "what changed" is all that happened; "which VMs changed" are those that are still there.
        let all = event == Event::Changed && table_name(draft).is_none();
        if all {
            // "added, removed or changed" is all that happened as well.
            draft.conditions.retain(|condition| !is_about_change(condition));
        } else if !(matches!(draft.words.lower(at.wrapping_sub(1)), "or" | "and") && asks_for_all(draft, at)) {
            add_event(draft, event);
        }
        return Some(end - at);
    }
    // "whose tags changed".
    let from = draft.skip(at, &["whose", "their", "the"]);
    if let Some((len, column)) = changed_column(draft, from)
        && let Some((verb, Event::Changed, _)) =
            event(draft.words, draft.skip(from + len, &["has", "have", "was", "were", "been", "got"]))
    {
        draft.condition("column_name", Op::Eq, column);
        return Some(draft.skip(from + len, &["has", "have", "was", "were", "been", "got"]) + verb - at);
    }
    if let Some(len) = by(draft, at) {
        return Some(len);
    }
    let from = draft.skip(at, &["recent", "latest", "last", "all", "any", "the"]);
    if let Some(len) = noted(draft.words, from) {
        let time_follows = draft.words.lower(at) == "last" && super::time::when(draft, at).is_some();
        return (!time_follows).then_some(from + len - at);
    }
    // "changes to column open_to_world", "according to the change records".
    let lead = draft.skip(at, &["to", "of", "in", "the"]);
    if matches!(draft.words.lower(lead), "column" | "field") {
        let name = draft.words.lower(lead + 1);
        let column = tables::ALL.iter().filter(|table| is_thing(table)).find_map(|table| table.column(name))?;
        draft.condition("column_name", Op::Eq, column.name);
        return Some(lead + 2 - at);
    }
    if let Some(len) = draft.said(
        at,
        const {
            phrases(&[
                "according to the change records",
                "according to the recorded changes",
                "from the change records",
                "from the recorded changes",
                "from the change log",
                "per the change records",
                "per the change log",
                "in the change records",
                "in the change log",
                "according to the change log",
                "according to the changes",
                "according to the records",
                "according to history",
            ])
        },
    ) {
        return Some(len);
    }
    let joint = matches!(draft.words.lower(at), "or" | "and" | ",");
    let otherwise = draft.words.lower(at + 1) == "otherwise";
    if otherwise && !draft.conditions.iter().any(is_about_change) {
        return None;
    }
    if joint && at > 0 {
        let next = draft.skip(at + 1, &["was", "were", "has", "have", "been", "what", "otherwise"]);
        let between = event(draft.words, next).is_some() || noted(draft.words, next).is_some();
        return between.then_some(1);
    }
    matches!(
        draft.words.lower(at),
        "what"
            | "what's"
            | "whats"
            | "anything"
            | "something"
            | "everything"
            | "else"
            | "exactly"
            | "recently"
            | "lately"
            | "happened"
    )
    .then_some(1)
}

/// The table whose rows are asked about.
fn table_name(draft: &Draft<'_>) -> Option<String> {
    draft.conditions.iter().find_map(|c| match c {
        Condition::Compare(Compare { field, op: Op::Eq, value: Literal::Text(name) })
            if field.column_name() == "table_name" =>
        {
            Some(name.clone())
        }
        _ => None,
    })
}

/// "their instance type", "tags": the column that has another value.
fn changed_column(draft: &Draft<'_>, at: usize) -> Option<(usize, &'static str)> {
    let from = draft.skip(at, &["their", "its", "the"]);
    let name = table_name(draft)?;
    let (len, _, column) = draft.senses.columns_at(from).find(|(_, table, _)| table.name == name)?;
    // Columns that move by themselves are not compared.
    let moves = column.costly || matches!(column.name, "properties" | "fetched_at" | "available_ips");
    (!moves && (from > at || column.name != "created_at")).then_some((from + len - at, column.name))
}

/// The column of how big things of the table are.
fn sized(draft: &Draft<'_>) -> Option<&'static str> {
    match table_name(draft)?.as_str() {
        "instances" => Some("instance_type"),
        "volumes" => Some("size_gib"),
        _ => None,
    }
}

/// One more kind of event that is asked for.
fn add_event(draft: &mut Draft<'_>, event: Event) {
    let value = event.value();
    for condition in &mut draft.conditions {
        let Condition::Compare(compare) = condition else { continue };
        if compare.field.column_name() != "change" {
            continue;
        }
        let mut all = match &compare.value {
            Literal::List(all) => all.clone(),
            one => vec![one.clone()],
        };
        if !all.contains(&Literal::from(value)) {
            all.push(Literal::from(value));
        }
        if all.len() > 1 {
            *condition = Condition::compare("change", Op::In, Literal::List(all));
        }
        return;
    }
    draft.condition("change", Op::Eq, value);
}

/// "what changed or was removed": the first word has asked for all that happened.
fn asks_for_all(draft: &Draft<'_>, at: usize) -> bool {
    let changed = (0..at).any(|i| matches!(event(draft.words, i), Some((_, Event::Changed, _))));
    changed && table_name(draft).is_none() && !draft.conditions.iter().any(is_about_change)
}

fn is_about_change(condition: &Condition) -> bool {
    matches!(condition, Condition::Compare(compare) if compare.field.column_name() == "change")
}

/// "did we have", "over time", "how did … change".
fn which_counts(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    if let Some(len) = was_len(draft.words, at) {
        return Some(len);
    }
    if let Some(len) = trend(draft.words, at) {
        draft.count = true;
        return Some(len);
    }
    if let Some(len) = by(draft, at) {
        return Some(len);
    }
    if let Some((len, state)) = draft.sense(at, |s| match s {
        Sense::State(state) => Some(*state),
        _ => None,
    }) {
        draft.condition("state", Op::Eq, state);
        return Some(len);
    }
    // "at the end of September": its last day.
    if let Some((len, when)) = super::time::end_of(draft, at) {
        draft.times.push((at, len, when));
        return Some(len);
    }
    let word = draft.words.lower(at);
    let leads = word == "how"
        && matches!(draft.words.lower(at + 1), "did" | "has" | "have" | "does" | "is")
        && opens_trend(draft.words);
    if leads {
        draft.count = true;
        return Some(2);
    }
    let counts = matches!(word, "count" | "counts" | "numbers" | "number") && draft.role(at, Role::HowMany).is_none();
    if counts {
        draft.count = true;
        return Some(1);
    }
    matches!(word, "exist" | "what" | "been" | "up").then_some(1)
}

/// "per account", "by table": these tables have no other names for the columns.
fn by(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let len = draft.role(at, Role::By)?;
    let from = at + len;
    let (len, column) = match (draft.words.lower(from), draft.words.lower(from + 1)) {
        ("resource" | "kind" | "type", "type" | "kind" | "of") => {
            (if draft.words.lower(from + 1) == "of" { 3 } else { 2 }, "table_name")
        }
        ("type" | "kind" | "table" | "types", _) => (1, "table_name"),
        ("account" | "subscription" | "accounts" | "subscriptions", _) => (1, "account_name"),
        ("cloud" | "provider" | "clouds", _) => (1, "provider"),
        ("region" | "location", _) => (1, "region"),
        _ => return None,
    };
    draft.groups.push(Field::column(column));
    Some(from + len - at)
}

/// Makes counts of what was counts of each sync: over more than one, each thing would count again and again.
pub(super) fn assemble(draft: &mut Draft<'_>) {
    let is_history = draft.table.name == "history";
    if is_history
        && (!draft.aggregates.is_empty()
            || draft.total
            || draft.groups.iter().any(|g| matches!(g, Field::Bucket { .. })))
    {
        draft.hint("what was can be counted for each sync, and not added up over them");
        draft.unread.push((0, 0));
        return;
    }
    if is_history && draft.count {
        draft.groups.push(Field::column("snapshot_at"));
        draft.order.push(OrderBy { field: "snapshot_at".into(), dir: Direction::Asc });
        draft.aggregates.push(Aggregate::count("count"));
        draft.note("what was is counted for each `neph sync` of that time");
    }
    // Rows of whatever happened are those of all three; their number is one of each.
    if draft.table.name == "changes" && !draft.count {
        draft.conditions.retain(|condition| {
            !matches!(condition, Condition::Compare(Compare { field, op: Op::In, value: Literal::List(all) })
                if field.column_name() == "change" && all.len() == 3)
        });
    }
    if draft.table.name == "changes" && draft.times.is_empty() {
        draft.note("no time was asked for: the changes of the last 30 days");
    }
    // "changes per day": in the order of time.
    if draft.table.name == "changes"
        && let [bucket @ Field::Bucket { .. }] = draft.groups.as_slice()
        && draft.order.is_empty()
    {
        draft.count = true;
        draft.order.push(OrderBy::asc(Field::Column(bucket.output_name())));
    }
    // "how many came and went": each by itself.
    let both = draft
        .conditions
        .iter()
        .any(|c| matches!(c, Condition::Compare(c) if c.field.column_name() == "change" && c.op == Op::In));
    if draft.table.name == "changes" && draft.count && both && draft.groups.is_empty() {
        draft.groups.push(Field::column("change"));
    }
}
