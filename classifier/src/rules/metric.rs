//! "peaked below 15 % CPU", "CPU by account", "without CPU data", "the servers that send the most data": what was measured of
//! rows.

use super::quantity::{Measured, Quantity, quantity};
use super::{group, time};
use crate::draft::Draft;
use crate::lexicon::{Role, Sense};
use crate::phrases::{Marks, Phrases, phrases};
use crate::rules::starts::{Signs, Starts};
use schema::query::{Aggregate, Condition, Direction, Field, Function, Op, OrderBy};
use schema::{Column, TableKind, Unit};

/// What networks carry.
const TRAFFIC: Phrases = phrases(&[
    "traffic",
    "data",
    "bytes",
    "network traffic",
    "inbound traffic",
    "outbound traffic",
    "inbound network traffic",
    "outbound network traffic",
]);

const PEAKED: Phrases = phrases(&[
    "peaked",
    "peaks",
    "peak",
    "peaking",
    "maxed out",
    "maxes out",
    "maxing out",
    "topped out",
    "tops out",
    "spiked",
    "spikes",
    "spiking",
    "maxed",
    "topped",
]);

const TAKES_UP: Phrases = phrases(&[
    "take up",
    "takes up",
    "occupy",
    "occupies",
    "in gib",
    "in gb",
    "use up",
    "add up to",
    "amount to",
    "in gigabytes",
]);

const HOGS: &[&str] = &["hog", "hogs", "consumer", "consumers", "eaters", "eater", "guzzlers", "burners", "users"];

/// Words that such a phrase can begin with where no column does.
pub(super) const STARTS: Starts = Starts::at(&[
    "of",
    "in",
    "the",
    "their",
    "its",
    "on",
    "has",
    "have",
    "had",
    "only",
    "ever",
    "highest",
    "maximum",
    "peak",
    "once",
    "never",
    "not",
    "did",
    "that",
    "which",
    "we",
    "people",
    "somebody",
    "someone",
    "anyone",
    "anybody",
    "they",
    "folks",
    "add",
    "amount",
    "may",
    "can",
    "allowed",
    "run",
    "let",
    "given",
    "assigned",
    "allocated",
    "provisioned",
    "configured",
    "granted",
    "pull",
    "pulls",
    "pulling",
])
.and_at(PEAKED.begins())
.and_at(REACHED)
.and_at(MOVES)
.and_at(TAKES_UP.begins())
.and_at(Marks::of(HOGS))
.and_roles(&[Role::Without, Role::Showing, Role::Average])
.and_sign(Signs::COLUMN)
.and_sign(Signs::BEHIND_NOUN);

const REACHED: Marks = Marks::of(&["reached", "reaches", "reach", "hit", "hits", "touched", "touches"]);

const MOVES: Marks = Marks::of(&[
    "receive",
    "receives",
    "receiving",
    "received",
    "get",
    "gets",
    "send",
    "sends",
    "sending",
    "sent",
    "push",
    "pushes",
    "pushing",
    "transmit",
    "transmits",
    "transmitting",
    "use",
    "uses",
    "using",
    "consume",
    "consumes",
    "consuming",
    "burn",
    "burns",
]);

/// Reads what was measured.
pub(crate) fn read(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    if draft.table.kind != TableKind::Resource {
        return None;
    }
    peaked(draft, at)
        .or_else(|| reached(draft, at))
        .or_else(|| unmeasured(draft, at))
        .or_else(|| mean_of_each(draft, at))
        .or_else(|| moves_most(draft, at))
        .or_else(|| made_per(draft, at))
        .or_else(|| somebody_made(draft, at))
        .or_else(|| takes_up(draft, at))
        .or_else(|| moves_so_much(draft, at))
        .or_else(|| may_take(draft, at))
        .or_else(|| hogs(draft, at))
}

/// "that may run for longer than 5 minutes", "given less than 256 MB": what a function may take.
fn may_take(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    if draft.table.name != "functions" {
        return None;
    }
    const RUN: &[&str] = &["may run", "can run", "allowed to run", "may take", "can take", "run for up to", "let run"];
    const GIVEN: &[&str] =
        &["given", "assigned", "allocated", "provisioned with", "configured with", "granted", "that get"];
    let (len, column) = draft
        .said(at, RUN)
        .map(|len| (len, "timeout_seconds"))
        .or_else(|| draft.said(at, GIVEN).map(|len| (len, "memory_mib")))?;
    let column = draft.table.column(column)?;
    let from = draft.skip(at + len, &["for", "a"]);
    let (n, (op, _)) = draft.compare(from)?;
    let (more, found) = quantity(draft, from + n)?;
    if found.unit == super::quantity::Measured::Bare {
        return None;
    }
    let value = super::quantity::fit(column, found)?;
    draft.conditions.push(Condition::compare(column.name, op, value));
    Some(draft.skip(from + n + more, &["of", "memory", "ram"]) - at)
}

/// "receiving over 10 MB/s", "that send more than 50 Mbps".
fn moves_so_much(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let column = match draft.words.lower(at) {
        "receive" | "receives" | "receiving" | "received" | "pull" | "pulls" | "pulling" => "network_in",
        "send" | "sends" | "sending" | "sent" | "pushing" | "transmit" | "transmits" | "transmitting" => "network_out",
        _ => return None,
    };
    let column = draft.own(column)?;
    let from = draft.skip(at + 1, &["out", "in"]);
    let (len, (op, _)) = draft.compare(from)?;
    let (n, found) = quantity(draft, from + len)?;
    if !matches!(found.unit, Measured::Rate(_)) {
        return None;
    }
    let end = from + len + n;
    draft.conditions.push(Condition::compare(column.name, op, super::quantity::fit(column, found)?));
    let what = draft.skip(end, &["of"]);
    Some(what + draft.said(what, TRAFFIC).unwrap_or(0) - at)
}

/// "top 10 CPU hogs", "the biggest memory consumers": most of what is named before.
fn hogs(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let is_hog = |at: usize| HOGS.contains(&draft.words.lower(at));
    // The number of rows has read what they are ranked by.
    if is_hog(at)
        && draft
            .order
            .last()
            .is_some_and(|last| draft.column(at - 1).is_some_and(|(_, c)| c.name == last.field.column_name()))
    {
        return Some(1 + which_measure(draft, at + 1));
    }
    let (len, column) = measured(draft, at)?;
    if !is_hog(at + len) || !draft.order.is_empty() || !draft.groups.is_empty() {
        return None;
    }
    draft.order.push(OrderBy { field: column.name.into(), dir: Direction::Desc });
    draft.ranked = None;
    Some(len + 1 + which_measure(draft, at + len + 1))
}

/// "(avg)": which of its measures, as its column has it anyway.
fn which_measure(draft: &Draft<'_>, at: usize) -> usize {
    let told = draft.ends(at) && matches!(draft.words.lower(at + 1), "avg" | "average");
    if told { 2 } else { 0 }
}

/// The words of CPU, with a column of its mean: "CPU", "their CPU", "CPU utilisation".
fn cpu(draft: &Draft<'_>, at: usize) -> Option<usize> {
    let from = draft.skip(at, &["of", "in", "the", "their", "its", "on"]);
    let (len, columns) = draft.columns(from)?;
    columns.iter().any(|c| matches!(c.name, "cpu_avg" | "cpu_max")).then_some(from + len - at)
}

/// The number of percents that is compared with there, and where it ends.
fn share(draft: &Draft<'_>, at: usize) -> Option<(usize, Op, Quantity)> {
    let from = draft.skip(at, &["at", "out"]);
    let ((len, op), from) = match draft.compare(from).or_else(|| draft.compare(at)) {
        Some((len, (op, _))) if draft.compare(from).is_some() => ((len, op), from),
        Some((len, (op, _))) => ((len, op), at),
        None => return None,
    };
    let (n, found) = quantity(draft, from + len)?;
    matches!(found.unit, Measured::Percent | Measured::Bare).then_some((from + len + n, op, found))
}

/// "CPU peaked over 95%", "that peaked below 15% CPU", "maxing out at under 20%": its highest.
fn peaked(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let highest = draft.named.cpu_max?;
    let lead = cpu(draft, at).unwrap_or(0);
    let verb = draft.skip(at + lead, &["has", "have", "had", "only", "ever"]);
    let said = draft.said(verb, PEAKED)?;
    let (end, op, found) = share(draft, verb + said)?;
    let behind = cpu(draft, end).unwrap_or(0);
    // "peak memory" is another column's.
    if lead + behind == 0
        && !(draft.ends(end) || matches!(draft.words.lower(end), "and" | "in" | "on" | "over" | "during"))
    {
        return None;
    }
    draft.conditions.push(Condition::compare(highest.name, op, super::quantity::fit(highest, found)?));
    Some(end + behind - at)
}

/// "never exceeded 20% CPU", "that reached 100% CPU", "that hit 95 percent".
fn reached(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let highest = draft.named.cpu_max?;
    // "whose highest CPU never went above 20 %".
    let most = usize::from(matches!(draft.words.lower(at), "highest" | "maximum" | "peak"));
    let lead = cpu(draft, at).or_else(|| cpu(draft, at + most).map(|len| most + len)).unwrap_or(0);
    let from = draft.skip(at + lead, &["has", "have", "had"]);
    // "whose highest CPU in the last two weeks did not go above 25 %".
    let from = if lead > 0 { super::comparison::over_two_weeks(draft, from) } else { from };
    let never =
        draft.said(from, &["never", "not once", "did not", "didn't", "does not", "doesn't", "has not", "hasn't"]);
    let (from, never) = (from + never.unwrap_or(0), never.is_some());
    let from = draft.skip(from, &["ever", "once"]);
    let hit =
        matches!(draft.words.lower(from), "reached" | "reaches" | "reach" | "hit" | "hits" | "touched" | "touches");
    let (end, op, found) = if hit {
        let (len, found) = quantity(draft, from + 1)?;
        (from + 1 + len, Op::Ge, found)
    } else {
        if !never {
            return None;
        }
        let from = draft.skip(
            from,
            &["been", "went", "gone", "goes", "go", "got", "rose", "rises", "rise", "was", "climbed", "climb", "used"],
        );
        share(draft, from)?
    };
    if !matches!(found.unit, Measured::Percent) {
        return None;
    }
    let behind = cpu(draft, end).unwrap_or(0);
    if lead + behind == 0 {
        return None;
    }
    let op = match (never, op) {
        (false, Op::Ge) => Op::Ge,
        (true, Op::Gt) => Op::Le,
        (true, Op::Ge) => Op::Lt,
        _ => return None,
    };
    draft.conditions.push(Condition::compare(highest.name, op, super::quantity::fit(highest, found)?));
    Some(end + behind - at)
}

fn is_measured(column: &Column) -> bool {
    matches!(column.unit, Some(Unit::Percent | Unit::BytesPerSecond))
}

/// The column that was measured there; memory that has data is memory in use, and not that which is built in.
fn measured(draft: &Draft<'_>, at: usize) -> Option<(usize, &'static Column)> {
    let (len, columns) = draft.columns(at)?;
    let column = columns.iter().copied().find(|c| is_measured(c));
    // Who writes the column's own name means that one.
    let memory = || {
        let named = draft.words.lower(at) == "memory_gib";
        draft.own("memory_avg").filter(|_| !named && columns.iter().any(|c| c.name == "memory_gib"))
    };
    column.or_else(memory).map(|column| (len, column))
}

/// "without CPU data", "no memory metrics", "whose CPU is unknown".
fn unmeasured(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let data = |at: usize| {
        draft.said(
            at,
            const {
                phrases(&[
                    "data",
                    "metrics",
                    "metric",
                    "readings",
                    "reading",
                    "values",
                    "value",
                    "figures",
                    "statistics",
                    "stats",
                    "numbers",
                    "measurements",
                    "utilisation data",
                    "utilization data",
                    "usage data",
                    "data points",
                    "datapoints",
                ])
            },
        )
    };
    if let Some(len) = draft.role(at, Role::Without) {
        let from = draft.skip(at + len, &["any", "a"]);
        let (n, column) = measured(draft, from)?;
        let end = from + n + data(from + n)?;
        draft.conditions.push(Condition::is_null(column.name));
        return Some(draft.skip(end, &["available", "recorded", "reported", "at"]) - at);
    }
    let (len, column) = measured(draft, at)?;
    let from = draft.skip(at + len, &["data", "is", "are", "was", "were"]);
    if from == at + len {
        return None;
    }
    let len = draft.said(
        from,
        const {
            phrases(&[
                "unknown",
                "not known",
                "not reported",
                "missing",
                "not available",
                "unavailable",
                "not recorded",
                "not measured",
                "null",
            ])
        },
    )?;
    draft.conditions.push(Condition::is_null(column.name));
    Some(from + len - at)
}

/// "CPU by account", "what is the average memory usage per region": a share is no sum, and so its mean.
fn mean_of_each(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    // "RAM per team in total" is what is built in.
    let added_up = (at..draft.words.len()).any(|i| draft.role(i, Role::Total).is_some());
    if draft.count || draft.total || added_up || !draft.aggregates.is_empty() || !draft.select.is_empty() {
        return None;
    }
    let shows = draft
        .role(at, Role::Showing)
        .filter(|_| matches!(draft.words.lower(at), "what" | "what's" | "show" | "list" | "give"))
        .unwrap_or(0);
    let mean = draft.role(at + shows, Role::Average).unwrap_or(0);
    let from = draft.skip(at + shows, &["the"]);
    let (len, column) = match measured(draft, from).filter(|(_, c)| is_measured(c)) {
        Some(found) => found,
        None => measured(draft, from + mean).map(|(len, c)| (mean + len, c)).filter(|_| mean > 0)?,
    };
    let told = matches!(
        draft.words.lower(at.wrapping_sub(1)),
        "with" | "," | "and" | "by" | "highest" | "most" | "top" | "lowest" | "least"
    );
    let end = from + len;
    let by = draft.role(end, Role::By)?;
    let to = draft.skip(end + by, &["the", "each"]);
    let grouped =
        group::dimension(draft, to).is_some_and(|(_, field)| field.is_some()) && measured(draft, to).is_none();
    if told
        || !grouped
        || !matches!(column.name, "cpu_avg" | "memory_avg")
        || draft.column(to).is_some_and(|(_, c)| c.ty.is_number())
    {
        return None;
    }
    let stem = column.name.trim_end_matches("_avg");
    draft.aggregates.push(Aggregate::of(Function::Avg, column.name, &format!("average_{stem}")));
    Some(end - at)
}

/// "that receive the most traffic", "send out the most data", "use the most CPU".
fn moves_most(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let (verbs, column) = match draft.words.lower(at) {
        "receive" | "receives" | "receiving" | "received" | "get" | "gets" | "pull" | "pulls" | "pulling" => {
            (1, "network_in")
        }
        "send" | "sends" | "sending" | "sent" | "push" | "pushes" | "transmit" | "transmits" => (1, "network_out"),
        "use" | "uses" | "using" | "consume" | "consumes" | "consuming" | "burn" | "burns" => (1, "cpu_avg"),
        _ => return None,
    };
    let column = draft.own(column)?;
    let from = draft.skip(at + verbs, &["out", "in"]);
    let (len, dir) = draft
        .role(from, Role::Most)
        .map(|n| (n, Direction::Desc))
        .or_else(|| draft.role(from, Role::Least).map(|n| (n, Direction::Asc)))?;
    let what = from + len;
    let mut column = column;
    let len = if column.name == "cpu_avg" {
        // "use the most memory": that which is in use.
        let (len, found) = measured(draft, what).filter(|(_, c)| matches!(c.name, "cpu_avg" | "memory_avg"))?;
        column = found;
        len
    } else {
        draft.said(what, TRAFFIC)?
    };
    // "which load balancers receive the most traffic" has no column.
    draft.order.push(OrderBy { field: column.name.into(), dir });
    draft.ranked = None;
    let singular = (0..at).any(|i| draft.noun(i).is_some_and(|(_, noun)| !noun.plural && !noun.bare));
    draft.singular |= singular && draft.limit.is_none();
    Some(what + len - at)
}

/// "created per month", "taken by day this week": how many in each.
fn made_per(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    // When a machine was last started says little of how many were.
    // "snapshots per day" are those that were taken then.
    let taken = time::made(draft).filter(|_| at > 0 && draft.noun(at - 1).is_some()).map(|column| (0, column));
    let (len, column) = draft.column(at).filter(|(_, c)| c.name == "created_at").or(taken)?;
    // "the cost of snapshots per month" is what the column holds.
    if len == 0 && (0..at).any(|i| draft.role(i, Role::Cost).or_else(|| draft.role(i, Role::Spend)).is_some()) {
        return None;
    }
    let mut end = at + len;
    let mut when = time::when(draft, end).filter(|_| len > 0);
    if let Some((n, _)) = when {
        end += n;
    }
    let by = draft.role(end, Role::By)?;
    let (n, width) = draft.sense(draft.skip(end + by, &["the", "each"]), |s| match s {
        Sense::Bucket(width) => Some(*width),
        _ => None,
    })?;
    end = draft.skip(end + by, &["the", "each"]) + n;
    if when.is_none()
        && let Some((n, found)) = time::when(draft, end)
    {
        when = Some((n, found));
        end += n;
    }
    if let Some((_, when)) = when {
        for (op, literal) in time::bounds(when, draft.cx.now) {
            draft.condition(column.name, op, literal);
        }
    }
    let bucket = Field::bucket(width, column.name);
    draft.order.push(OrderBy::asc(Field::Column(bucket.output_name())));
    draft.groups.push(bucket);
    draft.note("counted are those that are still there");
    draft.count = true;
    Some(end - at)
}

/// "did we launch yesterday", "that somebody created since Monday": when they were made, whoever did it.
fn somebody_made(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let from = draft.skip(at, &["did", "have", "has", "that", "which", "had"]);
    if !matches!(
        draft.words.lower(from),
        "we" | "people" | "somebody" | "someone" | "anyone" | "anybody" | "they" | "folks"
    ) {
        return None;
    }
    const MADE: Phrases = phrases(&[
        "take",
        "took",
        "taken",
        "create",
        "created",
        "make",
        "made",
        "provision",
        "provisioned",
        "set up",
        "build",
        "built",
        "add",
        "added",
    ]);
    const LAUNCHED: Phrases = phrases(&[
        "launch",
        "launched",
        "start",
        "started",
        "spin up",
        "spun up",
        "boot",
        "booted",
        "bring up",
        "brought up",
        "fire up",
        "fired up",
    ]);
    let verb = draft.skip(from + 1, &["newly", "just", "all", "ever"]);
    let (len, column) = match (draft.said(verb, MADE), draft.said(verb, LAUNCHED)) {
        (Some(len), _) => (len, "created_at"),
        (_, Some(len)) => (len, draft.first_of(&["launched_at", "created_at"])?.name),
        _ => return None,
    };
    let column = draft.own(column)?;
    let aged = time::age(draft, verb + len);
    let found = || time::when(draft, verb + len).map(|(n, when)| (verb + len + n, time::bounds(when, draft.cx.now)));
    let (end, bounds) = aged.or_else(found)?;
    for (op, literal) in bounds {
        draft.condition(column.name, op, literal);
    }
    Some(end - at)
}

/// "how much storage do our snapshots take up", "in GiB": what a size is said in.
fn takes_up(draft: &Draft<'_>, at: usize) -> Option<usize> {
    let sized = draft
        .aggregates
        .iter()
        .any(|a| a.field.as_ref().and_then(|f| draft.own(f.column_name())).is_some_and(|c| c.unit == Some(Unit::GiB)));
    let len = draft.said(at, TAKES_UP)?;
    (sized
        && (draft.ends(at + len)
            || draft.role(at + len, Role::By).is_some()
            || draft.words.lower(at + len) == "across"))
        .then_some(len)
}
