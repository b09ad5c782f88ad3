//! "last month", "in the last 7 days", "since 1 October", "created this year", "launched before 2026-10-01".

use super::quantity::{number, span, span_unit};
use crate::draft::Draft;
use crate::lexicon::Role;
use crate::tokens::Kind;
use chrono::{DateTime, Datelike, Days, Months, NaiveDate, Utc};
use schema::query::{Condition, Literal, Op};
use schema::time::{Span, TimeRange};
use schema::{Column, ColumnType};

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

/// Reads a time: as a condition on the time column before it, or as one that the end of the question places.
pub(crate) fn read(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    if let Some(len) = on_column(draft, at) {
        return Some(len);
    }
    let found = when(draft, at);
    if let Some(len) = column_behind(draft, at, found) {
        return Some(len);
    }
    let (len, when) = found?;
    draft.times.push((at, len, when));
    Some(len)
}

/// "created this year": a time column and when.
fn on_column(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    if draft.is_bill() {
        return None;
    }
    if let Some((len, condition)) = untouched(draft, at) {
        draft.conditions.push(condition);
        return Some(len);
    }
    let havent = draft.said(at, &["haven't", "hasn't", "have not", "has not", "that have not", "which have not"]);
    let not = draft.role(at, Role::Not).or(havent).unwrap_or(0);
    let been = if not > 0 { draft.skip(at + not, &["been"]) - at } else { 0 };
    let (len, column) = draft.column(at + been).map(|(len, column)| (been + len, column))?;
    if column.ty != ColumnType::Time || matches!(draft.words.lower(at), "age") {
        return None;
    }
    let from = draft.skip(at + len, &["is", "was", "were", "at", "sometime", "date", "time"]);
    let from = if draft.words.lower(from) == "on" { from + 1 } else { from };
    let (end, conditions) =
        age(draft, from).or_else(|| when(draft, from).map(|(n, when)| (from + n, bounds(when, draft.cx.now))))?;
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
        (at + 1, draft.table.column("modified_at")?)
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

/// "more than 90 days ago", "less than a week ago".
fn age(draft: &Draft<'_>, at: usize) -> Option<(usize, Vec<(Op, Literal)>)> {
    let (len, (op, _)) = draft.compare(at)?;
    let (end, span) = a_span(draft, at + len)?;
    if draft.words.lower(end) != "ago" {
        return None;
    }
    let op = match op {
        Op::Gt => Op::Lt,
        Op::Ge => Op::Le,
        Op::Lt => Op::Gt,
        Op::Le => Op::Ge,
        _ => return None,
    };
    Some((end + 1, vec![(op, Literal::from(span))]))
}

/// The conditions that place a time column in a time. What is bounded by now has no upper end.
pub(crate) fn bounds(when: When, now: DateTime<Utc>) -> Vec<(Op, Literal)> {
    match when {
        When::Last(last) => vec![(Op::Ge, Literal::from(last))],
        When::Between(from, to) => {
            let from = from.map(|t| (Op::Ge, Literal::from(written(t))));
            let to = to.filter(|t| *t <= now).map(|t| (Op::Lt, Literal::from(written(t))));
            from.into_iter().chain(to).collect()
        }
    }
}

/// The column that a bare time on rows of the table is about: what has no other life than its making.
pub(crate) fn made(draft: &Draft<'_>) -> Option<&'static Column> {
    matches!(draft.table.name, "snapshots" | "images").then(|| draft.table.column("created_at"))?
}

/// Whether a word is of the calendar: a month, a quarter, a day.
pub(crate) fn names_a_time(words: &crate::tokens::Words, at: usize) -> bool {
    let word = words.lower(at);
    month(word).is_some_and(|_| word != "may" && word != "march")
        || weekday(word).is_some()
        || iso(word).is_some()
        || matches!(word, "yesterday" | "today" | "month" | "week" | "quarter" | "year" | "ytd" | "mtd")
        || matches!(word, "q1" | "q2" | "q3" | "q4")
}

fn written(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// "at the end of September": the last day of a time.
pub(super) fn end_of(draft: &Draft<'_>, at: usize) -> Option<(usize, When)> {
    let end = draft.skip(at, &["at", "by", "on", "the", "very"]);
    if draft.words.lower(end) != "end" || draft.words.lower(end + 1) != "of" {
        return None;
    }
    let (end, (_, to)) = dates(draft, draft.skip(end + 2, &["the"]))?;
    let past = to <= draft.cx.now;
    past.then(|| (end - at, When::Between(Some(to - chrono::TimeDelta::days(1)), Some(to))))
}

/// A time, with the preposition before it.
pub(crate) fn when(draft: &Draft<'_>, at: usize) -> Option<(usize, When)> {
    let word = draft.words.lower(at);
    // "at the end of September" is not all of it.
    let part =
        matches!(draft.words.lower(at.wrapping_sub(1)), "end" | "middle" | "start" | "beginning" | "half" | "rest");
    if word == "of" && part {
        return None;
    }
    // "from before 2024".
    if word == "from" && matches!(draft.words.lower(at + 1), "before" | "after" | "since") {
        return when(draft, at + 1).map(|(len, when)| (len + 1, when));
    }
    // "since the beginning of September" is since its first day; "until the end of May" would be another edge.
    let edge = |from: usize| {
        let begins = draft.skip(from, &["the", "very"]);
        match (draft.words.lower(begins), draft.words.lower(begins + 1)) {
            ("beginning" | "start" | "first" | "begin", "of") => {
                let (end, (first, _)) = dates(draft, begins + 2).or_else(|| running_period(draft, begins + 2))?;
                Some((end, (first, first + chrono::TimeDelta::days(1))))
            }
            _ => dates(draft, from),
        }
    };
    match word {
        "since" | "from" if word == "since" || !range_follows(draft, at + 1) => {
            if let Some((end, (from, _))) = edge(at + 1)
                && word == "since"
            {
                return Some((end - at, When::Between(Some(from), None)));
            }
        }
        "starting" if matches!(draft.words.lower(at + 1), "from" | "in") => {
            let (end, (from, _)) = edge(at + 2)?;
            return Some((end - at, When::Between(Some(from), None)));
        }
        "prior" if draft.words.lower(at + 1) == "to" => {
            let (end, (from, _)) = edge(at + 2)?;
            return Some((end - at, When::Between(None, Some(from))));
        }
        "after" => {
            let (end, (_, to)) = edge(at + 1)?;
            return Some((end - at, When::Between(Some(to), None)));
        }
        "up" if draft.words.lower(at + 1) == "to" => {
            // "up to 1 April" may or may not hold that day.
            let from = draft.skip(at + 2, &[",", "but", "and", "not", "including", "excluding"]);
            if !(at + 2..from).any(|i| matches!(draft.words.lower(i), "including" | "excluding")) {
                return None;
            }
            let (end, (from, _)) = edge(draft.skip(from, &[","]))?;
            return Some((end - at, When::Between(None, Some(from))));
        }
        "before" | "until" => {
            let (end, (from, _)) = edge(at + 1)?;
            return Some((end - at, When::Between(None, Some(from))));
        }
        _ => {}
    }
    if matches!(word, "between" | "from")
        && let Some((middle, (from, _))) = edge(at + 1)
        && matches!(draft.words.lower(middle), "and" | "to" | "until" | "-")
        && let Some((end, (_, to))) = edge(middle + 1)
    {
        return (from < to).then_some((end - at, When::Between(Some(from), Some(to))));
    }
    // "between 1 and 15 November": the month is said once.
    if matches!(word, "between" | "from")
        && let Some(first) = day_of_month(draft, at + 1)
        && matches!(draft.words.lower(at + 2), "and" | "to" | "-")
        && let Some((end, (last, to))) = edge(at + 3)
        && day_of_month(draft, at + 3).is_some()
        && let Some(from) = last.date_naive().with_day(first).and_then(midnight)
    {
        return (from < to).then_some((end - at, When::Between(Some(from), Some(to))));
    }
    let lead =
        usize::from(matches!(word, "in" | "over" | "during" | "for" | "within" | "from" | "of" | "on" | "throughout"));
    let article = usize::from(draft.words.lower(at + lead) == "the");
    let from = at + lead + article;
    if let Some((end, span)) = rolling(draft, from, lead + article == 2) {
        return Some((end - at, When::Last(span)));
    }
    let (end, (from, to)) = dates(draft, from)?;
    Some((end - at, When::Between(Some(from), Some(to))))
}

fn range_follows(draft: &Draft<'_>, at: usize) -> bool {
    dates(draft, at).is_some_and(|(end, _)| matches!(draft.words.lower(end), "to" | "until" | "-" | "and"))
}

/// "last 30 days", "past week": so long back from now.
fn rolling(draft: &Draft<'_>, at: usize, the: bool) -> Option<(usize, Span)> {
    let word = draft.words.lower(at);
    if !matches!(word, "last" | "past" | "previous" | "trailing" | "prior") {
        return None;
    }
    if let Some((end, span)) = counted_span(draft, at + 1) {
        return Some((end, span));
    }
    // No calendar has hours or fortnights of its own.
    match draft.words.lower(at + 1) {
        "fortnight" => return Some((at + 2, "14d".parse().ok()?)),
        "hr" | "hour" => return Some((at + 2, "1h".parse().ok()?)),
        _ => {}
    }
    // "over the last month" reaches back from now; "last month" alone is the calendar's.
    if word == "past" || (the && word == "last") {
        let span = match draft.words.lower(at + 1) {
            "hour" | "hr" => "1h",
            "fortnight" => "14d",
            "day" => "1d",
            "week" => "7d",
            "month" => "30d",
            "quarter" if word == "past" => "90d",
            "year" => "1y",
            _ => return None,
        };
        return Some((at + 2, span.parse().ok()?));
    }
    None
}

fn a_span(draft: &Draft<'_>, at: usize) -> Option<(usize, Span)> {
    if matches!(draft.words.lower(at), "a" | "an" | "one") {
        return Some((at + 2, span(1.0, span_unit(draft.words.lower(at + 1))?)?));
    }
    counted_span(draft, at)
}

fn counted_span(draft: &Draft<'_>, at: usize) -> Option<(usize, Span)> {
    let count = number(draft, at)?;
    let unit = draft.words.lower(at + 1);
    let letters = match unit {
        "calendar" => return None,
        unit => span_unit(unit)?,
    };
    Some((at + 2, span(count, letters)?))
}

type Dates = (DateTime<Utc>, DateTime<Utc>);

/// A stretch of the calendar: its first instant, and the first instant behind it.
fn dates(draft: &Draft<'_>, at: usize) -> Option<(usize, Dates)> {
    let today = draft.cx.now.date_naive();
    let word = draft.words.lower(at);
    let next = draft.words.lower(at + 1);
    let stretch = |from: NaiveDate, to: NaiveDate| Some((midnight(from)?, midnight(to)?));
    // "the month of October", "the whole of last year".
    if matches!(word, "month" | "year" | "whole" | "all" | "quarter" | "day") && next == "of" {
        return dates(draft, at + 2);
    }
    if matches!(word, "the" | "whole" | "entire")
        || (word == "calendar" && matches!(next, "year" | "quarter" | "month"))
    {
        return dates(draft, at + 1);
    }
    if let Some(found) = part_of(draft, at, today) {
        return Some(found);
    }
    // "in the month October".
    if word == "month" && month(next).is_some() && next != "may" {
        return named(draft, at + 1, today);
    }
    // "year 2025".
    if word == "year" && year(draft, at + 1).is_some() {
        return named(draft, at + 1, today);
    }
    let found = match (word, next) {
        ("today", _) => (1, stretch(today, today + Days::new(1))?),
        ("yesterday", _) => (1, stretch(today - Days::new(1), today)?),
        ("ytd", _) => (1, stretch(first_of_year(today, 0)?, today + Days::new(1))?),
        ("mtd", _) => (1, stretch(first_of_month(today)?, today + Days::new(1))?),
        ("year", "to") if draft.words.lower(at + 2) == "date" => {
            (3, stretch(first_of_year(today, 0)?, today + Days::new(1))?)
        }
        ("quarter" | "week", "to") if draft.words.lower(at + 2) == "date" => {
            (3, stretch(calendar(today, word, 0)?.0.date_naive(), today + Days::new(1))?)
        }
        ("this", unit @ ("month" | "quarter" | "year" | "week")) if draft.words.phrase(at + 2, 2) == "to date" => {
            (4, stretch(calendar(today, unit, 0)?.0.date_naive(), today + Days::new(1))?)
        }
        ("month", "to") if draft.words.lower(at + 2) == "date" => {
            (3, stretch(first_of_month(today)?, today + Days::new(1))?)
        }
        ("year-to-date", _) => (1, stretch(first_of_year(today, 0)?, today + Days::new(1))?),
        ("month-to-date", _) => (1, stretch(first_of_month(today)?, today + Days::new(1))?),
        ("this" | "current" | "present", unit) => (2, calendar(today, unit, 0)?),
        ("last" | "previous", unit) => (2, calendar(today, unit, 1)?),
        _ => return named(draft, at, today),
    };
    Some((at + found.0, found.1))
}

/// "the year" in "since the start of the year": the one under way.
fn running_period(draft: &Draft<'_>, at: usize) -> Option<(usize, Dates)> {
    let from = draft.skip(at, &["the"]);
    let found = calendar(draft.cx.now.date_naive(), draft.words.lower(from), 0)?;
    Some((from + 1, found))
}

/// "the first half of 2026", "H1", "the week of 2 November", "the day before yesterday", "April to June 2026".
fn part_of(draft: &Draft<'_>, at: usize, today: NaiveDate) -> Option<(usize, Dates)> {
    let half = match (draft.words.lower(at), draft.words.lower(at + 1)) {
        ("first" | "1st", "half") => Some((draft.skip(at + 2, &["of"]), 1)),
        ("second" | "2nd", "half") => Some((draft.skip(at + 2, &["of"]), 7)),
        ("h1", _) => Some((at + 1, 1)),
        ("h2", _) => Some((at + 1, 7)),
        _ => None,
    };
    if let Some((end, month)) = half {
        let this = match draft.words.phrase(end, 2) {
            "this year" | "the year" => Some((end + 2, today.year())),
            "last year" => Some((end + 2, today.year() - 1)),
            _ => None,
        };
        let (end, year) = this.unwrap_or_else(|| with_year(draft, end, month, today));
        let from = NaiveDate::from_ymd_opt(year, month, 1)?;
        return Some((end, (midnight(from)?, midnight(from + Months::new(6))?)));
    }
    if draft.words.phrase(at, 3) == "day before yesterday" {
        let day = today - Days::new(2);
        return Some((at + 3, (midnight(day)?, midnight(day + Days::new(1))?)));
    }
    if draft.words.phrase(at, 2) == "week of" {
        let (end, (first, last)) = named(draft, draft.skip(at + 2, &["the"]), today)?;
        let day = first.date_naive();
        let monday = day - Days::new(day.weekday().num_days_from_monday().into());
        let one_day = last - first == chrono::TimeDelta::days(1);
        return one_day.then_some((end, (midnight(monday)?, midnight(monday + Days::new(7))?)));
    }
    months(draft, at, today)
}

/// "April to June 2026", "July, August and September": months in a row.
fn months(draft: &Draft<'_>, at: usize, today: NaiveDate) -> Option<(usize, Dates)> {
    let first = month(draft.words.lower(at))?;
    let mut last = first;
    let mut end = at + 1;
    if matches!(draft.words.lower(end), "to" | "until" | "through" | "till" | "-") {
        last = month(draft.words.lower(end + 1))?;
        end += 2;
    } else {
        loop {
            let next = draft.skip(end, &[",", "and"]);
            match month(draft.words.lower(next)).filter(|_| next > end) {
                Some(month) if month == last + 1 => last = month,
                _ => break,
            }
            end = next + 1;
        }
    }
    if last <= first || day_of_month(draft, end).is_some() {
        return None;
    }
    // "October to December" in November may be the last ones or those under way.
    if first <= today.month() && last > today.month() && year(draft, end).is_none() {
        return None;
    }
    let (end, year) = with_year(draft, end, last, today);
    let from = NaiveDate::from_ymd_opt(year, first, 1)?;
    Some((end, (midnight(from)?, midnight(from + Months::new(last - first + 1))?)))
}

/// The day, week, month, quarter or year so many before this one.
fn calendar(today: NaiveDate, unit: &str, back: u32) -> Option<Dates> {
    let (from, to) = match unit {
        "day" => (today - Days::new(back.into()), today - Days::new(back.into()) + Days::new(1)),
        "week" => {
            let monday =
                today - Days::new(today.weekday().num_days_from_monday().into()) - Days::new(u64::from(back) * 7);
            (monday, monday + Days::new(7))
        }
        "month" => {
            let first = first_of_month(today)? - Months::new(back);
            (first, first + Months::new(1))
        }
        "quarter" => {
            let first = first_of_month(today)? - Months::new(today.month0() % 3) - Months::new(3 * back);
            (first, first + Months::new(3))
        }
        "year" => (first_of_year(today, back)?, first_of_year(today, back)? + Months::new(12)),
        _ => return None,
    };
    Some((midnight(from)?, midnight(to)?))
}

/// "2026-10-05", "2026-10", "October 2026", "5 October", "Q3 2026", "2026".
fn named(draft: &Draft<'_>, at: usize, today: NaiveDate) -> Option<(usize, Dates)> {
    let word = draft.words.lower(at);
    if let Some((from, to)) = iso(word) {
        return Some((at + 1, (midnight(from)?, midnight(to)?)));
    }
    if let Some(year) = year(draft, at) {
        let from = NaiveDate::from_ymd_opt(year, 1, 1)?;
        return Some((at + 1, (midnight(from)?, midnight(from + Months::new(12))?)));
    }
    if let Some(quarter) = word.strip_prefix('q').and_then(|q| q.parse::<u32>().ok()).filter(|q| (1..=4).contains(q)) {
        let month = quarter * 3 - 2;
        let (end, year) = with_year(draft, at + 1, month, today);
        let from = NaiveDate::from_ymd_opt(year, month, 1)?;
        return Some((end, (midnight(from)?, midnight(from + Months::new(3))?)));
    }
    if let Some(month) = month(word) {
        if let Some(day) = day_of_month(draft, at + 1) {
            let end = draft.skip(at + 2, &[","]);
            let end = if year(draft, end).is_some() { end } else { at + 2 };
            return one_day(draft, end, month, day, today);
        }
        // "may" is a word of its own.
        if word == "may"
            && !matches!(draft.words.lower(at.wrapping_sub(1)), "in" | "since" | "during" | "for" | "of")
            && year(draft, at + 1).is_none()
        {
            return None;
        }
        let (end, year) = with_year(draft, at + 1, month, today);
        // "for October month".
        let end = end + usize::from(draft.words.lower(end) == "month" && year == today.year());
        let from = NaiveDate::from_ymd_opt(year, month, 1)?;
        return Some((end, (midnight(from)?, midnight(from + Months::new(1))?)));
    }
    // "Monday" is the last one that is over or under way.
    if let Some(weekday) = weekday(word) {
        let back = (today.weekday().num_days_from_monday() + 7 - weekday) % 7;
        let day = today - Days::new(if back == 0 { 7 } else { back }.into());
        // "Friday 20 November" says its date.
        let date = draft.skip(at + 1, &[",", "the"]);
        if let Some(found) = named(draft, date, today).filter(|_| date < draft.words.len()) {
            return Some(found);
        }
        return Some((at + 1, (midnight(day)?, midnight(day + Days::new(1))?)));
    }
    // "third quarter", "2nd quarter of 2026".
    let nth = match word {
        "first" | "1st" => Some(1),
        "second" | "2nd" => Some(2),
        "third" | "3rd" => Some(3),
        "fourth" | "4th" => Some(4),
        _ => None,
    };
    if let Some(nth) = nth.filter(|_| draft.words.lower(at + 1) == "quarter") {
        let month = nth * 3 - 2;
        let of = draft.skip(at + 2, &["of", "in"]);
        let of = if year(draft, of).is_some() { of } else { at + 2 };
        if draft.words.lower(of) == "of" {
            return None;
        }
        let (end, year) = with_year(draft, of, month, today);
        let from = NaiveDate::from_ymd_opt(year, month, 1)?;
        return Some((end, (midnight(from)?, midnight(from + Months::new(3))?)));
    }
    let day = day_of_month(draft, at)?;
    let after = draft.skip(at + 1, &["of"]);
    one_day(draft, after + 1, month(draft.words.lower(after))?, day, today)
}

fn one_day(draft: &Draft<'_>, at: usize, month: u32, day: u32, today: NaiveDate) -> Option<(usize, Dates)> {
    let (end, year) = match year(draft, at) {
        Some(year) => (at + 1, year),
        None => {
            let this = NaiveDate::from_ymd_opt(today.year(), month, day)?;
            (at, if this > today { today.year() - 1 } else { today.year() })
        }
    };
    let from = NaiveDate::from_ymd_opt(year, month, day)?;
    Some((end, (midnight(from)?, midnight(from + Days::new(1))?)))
}

/// Days from Monday.
fn weekday(word: &str) -> Option<u32> {
    Some(match word {
        "monday" => 0,
        "tuesday" => 1,
        "wednesday" => 2,
        "thursday" => 3,
        "friday" => 4,
        "saturday" => 5,
        "sunday" => 6,
        _ => return None,
    })
}

/// The year said behind a month or quarter, or the last one in which it had begun.
fn with_year(draft: &Draft<'_>, at: usize, month: u32, today: NaiveDate) -> (usize, i32) {
    match year(draft, at) {
        Some(year) => (at + 1, year),
        None => (at, if month > today.month() { today.year() - 1 } else { today.year() }),
    }
}

fn year(draft: &Draft<'_>, at: usize) -> Option<i32> {
    let word = draft.words.lower(at);
    if !matches!(draft.words.kind(at), Some(Kind::Number(_))) || word.len() != 4 {
        return None;
    }
    // A number with a unit is no year: 2048 GB, $2000.
    let unit = draft.words.lower(at + 1);
    let before = draft.words.lower(at.wrapping_sub(1));
    if super::quantity::currency(before)
        || matches!(unit, "%" | "gb" | "gib" | "mb" | "mib" | "tb" | "iops" | "days" | "hours")
    {
        return None;
    }
    word.parse().ok().filter(|y| (2006..=2100).contains(y))
}

fn day_of_month(draft: &Draft<'_>, at: usize) -> Option<u32> {
    let word = draft.words.lower(at);
    let digits = word
        .strip_suffix("st")
        .or_else(|| word.strip_suffix("nd"))
        .or_else(|| word.strip_suffix("rd"))
        .or_else(|| word.strip_suffix("th"));
    digits.unwrap_or(word).parse().ok().filter(|d| (1..=31).contains(d))
}

fn month(word: &str) -> Option<u32> {
    Some(match word {
        "january" | "jan" => 1,
        "february" | "feb" => 2,
        "march" => 3,
        "april" | "apr" => 4,
        "may" => 5,
        "june" | "jun" => 6,
        "july" | "jul" => 7,
        "august" | "aug" => 8,
        "september" | "sept" | "sep" => 9,
        "october" | "oct" => 10,
        "november" | "nov" => 11,
        "december" | "dec" => 12,
        _ => return None,
    })
}

fn iso(word: &str) -> Option<(NaiveDate, NaiveDate)> {
    // Most words are none, and reading one as a date takes long.
    if word.len() < 7 || !word.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if let Ok(day) = NaiveDate::parse_from_str(word, "%Y-%m-%d") {
        return Some((day, day.checked_add_days(Days::new(1))?));
    }
    let (year, month) = word.split_once('-')?;
    if year.len() != 4 || month.len() != 2 {
        return None;
    }
    let first = NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, 1)?;
    Some((first, first.checked_add_months(Months::new(1))?))
}

fn first_of_month(date: NaiveDate) -> Option<NaiveDate> {
    date.with_day(1)
}

fn first_of_year(date: NaiveDate, back: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(date.year() - i32::try_from(back).ok()?, 1, 1)
}

fn midnight(date: NaiveDate) -> Option<DateTime<Utc>> {
    Some(date.and_hms_opt(0, 0, 0)?.and_utc())
}
