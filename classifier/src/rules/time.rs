//! "last month", "in the last 7 days", "since 1 October", "created this year", "launched before 2026-10-01".

mod calendar;
mod phrase;
mod ranges;
mod words;

use crate::draft::Draft;
use crate::lexicon::{About, Kinds, Role};
use crate::phrases::phrases;
use crate::rules::starts::{Signs, Starts};
use crate::tokens::Shape;
use chrono::{DateTime, Utc};
use phrase::a_span;
pub(super) use phrase::end_of;
pub(crate) use phrase::when;
use schema::query::{Condition, Literal, Op};
use schema::time::{Span, TimeRange};
use schema::{Column, ColumnType};
pub(crate) use words::{month, ordinal};

/// When something was: reaching back from now, or between two instants.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum When {
    /// The last so and so long.
    Last(Span),
    /// From the one (inclusive) to the other (exclusive), where they are bounded.
    Between(Option<DateTime<Utc>>, Option<DateTime<Utc>>),
}

impl When {
    /// As a `Query` has it.
    pub(crate) fn range(self) -> TimeRange {
        match self {
            Self::Last(last) => TimeRange::Last { last },
            Self::Between(from, to) => TimeRange::Between { from, to },
        }
    }
}

/// Whether a time is said anywhere in the question.
pub(super) fn is_said(draft: &Draft<'_>) -> bool {
    (0..draft.words.len()).any(|at| when(draft, at).is_some())
}

pub(super) const STARTS: Starts = Starts::at(&[
    "nobody",
    "no",
    "stopped",
    "unchanged",
    "unmodified",
    "untouched",
    "haven't",
    "hasn't",
    "have",
    "has",
    "that",
    "which",
])
.and_at(phrase::STARTS)
.and_roles(&[Role::Not, Role::Without])
.and_kinds(Kinds::STATE.and(Kinds::COMPARE))
.and_shape(Shape::DIGIT.and(Shape::DASH))
.and_sign(Signs::COLUMN);

/// Reads a time: as a condition on the time column before it, or as one that the end of the question places.
pub(crate) fn read(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    if let Some(len) = on_column(draft, at) {
        return Some(len);
    }
    let found = when(draft, at);
    if let Some(len) = column_behind(draft, at, found) {
        return Some(len);
    }
    let Some((len, when)) = found else { return apart(draft, at) };
    draft.times.push((at, len, when));
    Some(len)
}

/// "launched on AWS since Monday", "in the last week, which machines were started": the time stands apart from what it
/// is a time of.
fn apart(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    if draft.is_bill() || draft.table.time_column.is_some() || draft.dated.is_some() {
        return None;
    }
    let (len, column) = draft.column(at)?;
    let participle = matches!(
        draft.words.lower(at),
        "created"
            | "launched"
            | "started"
            | "made"
            | "taken"
            | "modified"
            | "changed"
            | "updated"
            | "joined"
            | "deployed"
    );
    let taken = draft.conditions.iter().any(|c| super::assemble::holds(c, column.name));
    let not = at > 0 && (draft.role(at - 1, Role::Not).is_some() || draft.words.lower(at - 1) == "never");
    if column.ty != ColumnType::Time || !participle || taken || not {
        return None;
    }
    let end = at + len;
    let place = |at: usize| {
        draft.senses.kinds(at).any(Kinds::PROVIDER.and(Kinds::REGION))
            || super::scope::is_own(draft, at)
            || matches!(
                draft.words.lower(at),
                "in" | "on" | "the" | "our" | "account" | "subscription" | "region" | "within"
            )
    };
    let timed = |at: usize| when(draft, at).is_some();
    let later = (end + 1..end + 7).find(|i| timed(*i)).filter(|first| (end..*first).all(place));
    // A time that was read before the verb, and nothing of it behind.
    let earlier = draft.times.len() == 1 && draft.ends(end) && !(end..draft.words.len()).any(timed);
    if !earlier && (later.is_none() || !draft.times.is_empty()) {
        return None;
    }
    draft.dated = Some(column);
    Some(len)
}

/// "created this year": a time column and when.
fn on_column(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    // "findings since Monday": the word is no column where a time follows.
    if draft.is_bill() || draft.words.lower(at) == "since" {
        return None;
    }
    if let Some(len) = stopped_when(draft, at) {
        return Some(len);
    }
    if let Some((len, condition)) = older_than_date(draft, at) {
        draft.conditions.push(condition);
        return Some(len);
    }
    if let Some((len, condition)) = untouched(draft, at) {
        draft.conditions.push(condition);
        return Some(len);
    }
    let havent = draft
        .said(at, const { phrases(&["haven't", "hasn't", "have not", "has not", "that have not", "which have not"]) });
    // "functions nobody has modified since March": who changes things is nobody's name.
    let nobody = draft.said(at, &["nobody has", "no one has", "nobody", "no one"]);
    let nobody = nobody.filter(|len| draft.column(at + len).is_some_and(|(_, column)| column.name == "modified_at"));
    let havent = havent.or(nobody);
    let not = draft.role(at, Role::Not).or(havent).unwrap_or(0);
    let been = if not > 0 { draft.skip(at + not, &["been"]) - at } else { 0 };
    let (len, column) = draft.column(at + been).map(|(len, column)| (been + len, column))?;
    // "created at least 30 days ago" has no "created at".
    let len = len - usize::from(len > been + 1 && draft.compare(at + len - 1).is_some());
    if column.ty != ColumnType::Time || matches!(draft.words.lower(at), "age") {
        return None;
    }
    let from = draft.skip_to_compare(
        at + len,
        &["is", "was", "were", "at", "sometime", "date", "time", "that", "which", "lies", "lie", "falls", "fell"],
    );
    let from = if draft.words.lower(from) == "on" && draft.words.lower(from + 1) != "or" { from + 1 } else { from };
    // "first seen last week": what a time of such a table is about anyway.
    if draft.table.time_column == Some(column.name)
        && not == 0
        && draft.times.is_empty()
        && age(draft, from).is_none()
        && let Some((n, found)) = when(draft, from)
        && !draft.words.lower(from + n).starts_with("or")
    {
        draft.times.push((from, n, found));
        return Some(from + n - at);
    }
    let (end, conditions) = age(draft, from)
        .or_else(|| before_or_from(draft, from))
        .or_else(|| when(draft, from).map(|(n, when)| (from + n, bounds_of(column, when, draft.cx.now))))?;
    // "muted until 1 December" may be of this year or of the next.
    if column.name == "muted_until" && !(from..end).any(|i| draft.words.lower(i).contains("20")) {
        let before = |literal: &Literal| matches!(literal, Literal::Text(at) if *at < written(draft.cx.now));
        if conditions.iter().any(|(_, literal)| before(literal)) {
            return None;
        }
    }
    let (end, conditions) = open_ended(draft, end, conditions)?;
    let mut all: Vec<_> =
        conditions.into_iter().map(|(op, literal)| Condition::compare(column.name, op, literal)).collect();
    match (not > 0, all.len()) {
        (false, _) => draft.conditions.append(&mut all),
        (true, 1) => draft.conditions.extend(all.pop().map(|c| Condition::Not { not: Box::new(c) })),
        (true, _) => draft.conditions.push(Condition::Not { not: Box::new(Condition::All { all }) }),
    }
    Some(end - at)
}

/// "stopped before September", "stopped since before 2026", "switched off last month", "stopped over 30 days ago": that they
/// are, and since when. "Stopped since Monday" may be meant of those that were stopped by then or only after it.
fn stopped_when(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let column = draft.own("stopped_at")?;
    let (len, "stopped") = super::state::one(draft, at)? else { return None };
    let not = at > 0 && (draft.role(at - 1, Role::Not).is_some() || draft.words.lower(at - 1) == "never");
    if not || draft.noun(at + len).is_some() {
        return None;
    }
    let from = at + len;
    let (end, conditions) = match for_so_long(draft, from, column.name) {
        Some((end, condition)) => (end, vec![condition]),
        None => {
            let from = if draft.words.lower(from + 1) == "before" { draft.skip(from, &["since"]) } else { from };
            let (len, found) = when(draft, from)?;
            // How many were stopped then is known only of those that still are, and "for a month" is how long.
            let before = draft.words.lower(from) == "before";
            let event = matches!(
                draft.words.lower(from),
                "in" | "during" | "within" | "last" | "this" | "yesterday" | "today" | "prior" | "between" | "over"
            );
            if !before && (!event || draft.count) {
                return None;
            }
            let made = |(op, literal)| Condition::compare(column.name, op, literal);
            (from + len, bounds(found, draft.cx.now).into_iter().map(made).collect())
        }
    };
    draft.condition("state", Op::Eq, "stopped");
    draft.conditions.extend(conditions);
    Some(end - at)
}

/// "for more than 30 days", "longer than a week", "more than 30 days ago", behind what something is.
pub(super) fn for_so_long(draft: &Draft<'_>, at: usize, column: &str) -> Option<(usize, Condition)> {
    let column = draft.own(column)?;
    let from = draft.skip(at, &["for", "since", "already", "continuously", "now"]);
    let (len, (op, _)) = draft.compare(from)?;
    let (end, span) = a_span(draft, from + len)?;
    let ago = draft.words.lower(end) == "ago";
    // "running more than 30 days ago" says what was. How long something has been stopped is another thing than when it was.
    let event = column.name == "stopped_at";
    if ago != event || event && from > at || draft.words.lower(end) == "old" {
        return None;
    }
    let end = draft.skip(end + usize::from(ago), &["already", "now"]);
    Some((end, Condition::compare(column.name, super::comparison::older(op)?, Literal::from(span))))
}

/// "older than 2025", "newer than 1 October": made before it begins, or after it ends.
fn older_than_date(draft: &Draft<'_>, at: usize) -> Option<(usize, Condition)> {
    let (len, (op, About::Age)) = draft.compare(at)? else { return None };
    let column = draft.first_of(&["created_at", "first_seen"])?;
    if a_span(draft, at + len).is_some() {
        return None;
    }
    let (end, (from, to)) = calendar::dates(draft, at + len)?;
    let (op, bound) = match op {
        Op::Gt => (Op::Lt, from),
        Op::Lt => (Op::Ge, to),
        _ => return None,
    };
    // "older than the last month" may be a month old, and what is to come is older than nothing.
    let rolling = to - from > chrono::TimeDelta::days(1) && matches!(draft.words.lower(at + len), "the" | "last");
    (!rolling && bound <= draft.cx.now)
        .then(|| (end - at, Condition::compare(column.name, op, Literal::from(written(bound)))))
}

/// "in 2023 or earlier", "in 2025 or later": one of the two bounds falls away.
fn open_ended(draft: &Draft<'_>, end: usize, conditions: Vec<(Op, Literal)>) -> Option<(usize, Vec<(Op, Literal)>)> {
    let kept = match draft.words.phrase(end, 2) {
        "or earlier" | "or before" | "or older" | "and earlier" | "and before" => Op::Lt,
        "or later" | "or after" | "or newer" | "and later" | "and after" => Op::Ge,
        _ => return Some((end, conditions)),
    };
    let kept: Vec<_> = conditions.into_iter().filter(|(op, _)| *op == kept).collect();
    (kept.len() == 1).then_some((end + 2, kept))
}

/// "this week created", "which in 2023 created were", "since more than 200 days started": the column comes last.
fn column_behind(draft: &mut Draft<'_>, at: usize, found: Option<(usize, When)>) -> Option<usize> {
    if draft.is_bill() {
        return None;
    }
    let (end, conditions) = match found {
        Some((len, when)) => (at + len, bounds(when, draft.cx.now)),
        None => long_since(draft, at)?,
    };
    let (len, column) = draft.column(end)?;
    let participle =
        matches!(draft.words.lower(end), "created" | "launched" | "started" | "made" | "modified" | "changed");
    // "in October created before noon" has more to say.
    let close = draft.skip(end + len, &["were", "was", "have", "has", "been", "is", "are"]);
    if column.ty != ColumnType::Time || !participle || !(draft.ends(close) || draft.noun(close).is_some()) {
        return None;
    }
    for (op, literal) in conditions {
        draft.condition(column.name, op, literal);
    }
    Some(close - at)
}

/// "since more than 200 days".
fn long_since(draft: &Draft<'_>, at: usize) -> Option<(usize, Vec<(Op, Literal)>)> {
    if !matches!(draft.words.lower(at), "since" | "for") {
        return None;
    }
    let (len, (Op::Gt | Op::Ge, _)) = draft.compare(at + 1)? else { return None };
    let (end, span) = a_span(draft, at + 1 + len)?;
    Some((end, vec![(Op::Lt, Literal::from(span))]))
}

/// "not restarted for two years", "unchanged in over a year": the last time lies further back.
fn untouched(draft: &Draft<'_>, at: usize) -> Option<(usize, Condition)> {
    let unchanged = matches!(draft.words.lower(at), "unchanged" | "unmodified" | "untouched");
    let (end, column) = if unchanged {
        (at + 1, draft.own("modified_at")?)
    } else {
        let not = draft.role(at, Role::Not).or_else(|| draft.role(at, Role::Without))?;
        let from = draft.skip(at + not, &["been"]);
        let (len, column) = draft.column(from)?;
        (from + len, column)
    };
    let from = draft.skip(end, &["for", "in", "since"]);
    if column.ty != ColumnType::Time || from == end {
        return None;
    }
    let over = draft.compare(from).filter(|(_, (op, _))| matches!(op, Op::Gt | Op::Ge)).map_or(0, |(len, _)| len);
    let (end, span) = a_span(draft, from + over)?;
    Some((end - at, Condition::compare(column.name, Op::Lt, Literal::from(span))))
}

/// "created < 2025-01-01", "created_at >= 2026-11-01", "created from 1 November": a date, and which way from it.
fn before_or_from(draft: &Draft<'_>, at: usize) -> Option<(usize, Vec<(Op, Literal)>)> {
    let op = match draft.words.lower(at) {
        "<" => Op::Lt,
        ">=" | "from" => Op::Ge,
        _ => return None,
    };
    let (end, (from, to)) = calendar::dates(draft, at + 1)?;
    if draft.words.lower(at) == "from" {
        // "from October" is in October, and "from 1 to 5 November" ends.
        let day =
            draft.words.lower(at + 1).starts_with(|c: char| c.is_ascii_digit()) || is_month(draft.words.lower(at + 1));
        let one = to - from == chrono::TimeDelta::days(1);
        let closed = !matches!(
            draft.words.lower(end),
            "to" | "until" | "till" | "through" | "-" | "and" | "on" | "onward" | "onwards" | "forward"
        );
        if !day || !one || !closed {
            return None;
        }
    }
    Some((end, vec![(op, Literal::from(written(from)))]))
}

/// "more than 90 days ago", "less than a week ago", "before 90 days ago".
pub(super) fn age(draft: &Draft<'_>, at: usize) -> Option<(usize, Vec<(Op, Literal)>)> {
    const BEFORE: &[&str] = &["before", "earlier than", "prior to"];
    let before = draft.said(at, BEFORE).map(|len| (len, Op::Gt));
    let (len, op) = before.or_else(|| draft.compare(at).map(|(len, (op, _))| (len, op)))?;
    let (end, span) = a_span(draft, at + len)?;
    if draft.words.lower(end) != "ago" {
        return None;
    }
    let op = super::comparison::older(op)?;
    Some((end + 1, vec![(op, Literal::from(span))]))
}

/// The same of one column: what is to come has an upper end as well.
fn bounds_of(column: &Column, when: When, now: DateTime<Utc>) -> Vec<(Op, Literal)> {
    let to_come = matches!(column.name, "muted_until" | "deprecated_at");
    bounds(when, if to_come { DateTime::<Utc>::MAX_UTC } else { now })
}

/// The conditions that place a time column in a time. What is bounded by now has no upper end.
pub(crate) fn bounds(when: When, now: DateTime<Utc>) -> Vec<(Op, Literal)> {
    match when {
        When::Last(last) => vec![(Op::Ge, Literal::from(last))],
        When::Between(from, to) => {
            let to = to.filter(|t| *t <= now || from.is_none()).map(|t| (Op::Lt, Literal::from(written(t))));
            let from = from.map(|t| (Op::Ge, Literal::from(written(t))));
            from.into_iter().chain(to).collect()
        }
    }
}

/// The column that a bare time on rows of the table is about: what has no other life than its making.
pub(crate) fn made(draft: &Draft<'_>) -> Option<&'static Column> {
    matches!(draft.table.name, "snapshots" | "images").then(|| draft.own("created_at"))?
}

/// The same where the time is said to be where they are from: "volumes from 2025", "buckets dating from last year".
pub(super) fn made_from(draft: &Draft<'_>, at: usize) -> Option<&'static Column> {
    let lasting = matches!(
        draft.table.name,
        "volumes" | "buckets" | "databases" | "load_balancers" | "nat_gateways" | "clusters"
    );
    let behind = at > 0 && draft.noun(at - 1).is_some();
    (lasting && behind && draft.words.lower(at) == "from").then(|| draft.own("created_at"))?
}

/// Whether a word is a month, and nothing else.
pub(crate) fn is_month(word: &str) -> bool {
    words::month(word).is_some() && word != "may" && word != "march"
}

/// Whether a word is of the calendar: a month, a quarter, a day.
pub(crate) fn names_a_time(said: &crate::tokens::Words, at: usize) -> bool {
    let word = said.lower(at);
    is_month(word)
        || words::weekday(word).is_some()
        || words::iso(word).is_some()
        || matches!(word, "yesterday" | "today" | "month" | "week" | "quarter" | "year" | "ytd" | "mtd")
        || matches!(word, "q1" | "q2" | "q3" | "q4")
}

fn written(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}
