//! Stretches of the calendar: "last quarter", "April to June 2026", "5 October", "week 45".

use super::words::{
    ORDINALS, day_of_month, first_of_month, first_of_year, iso, midnight, month, ordinal, quarter, weekday, with_year,
    year,
};
use crate::draft::Draft;
use crate::phrases::Marks;
use crate::rules::quantity::{NUMBERS, number};
use crate::tokens::Shape;
use chrono::{DateTime, Datelike, Days, Months, NaiveDate, Utc};

pub(super) type Dates = (DateTime<Utc>, DateTime<Utc>);

/// Words that such a stretch can begin with; one that has a digit or a dash can as well.
pub(super) const BEGINS: Marks = Marks::of(&[
    "month",
    "year",
    "whole",
    "all",
    "quarter",
    "day",
    "week",
    "the",
    "entire",
    "calendar",
    "last",
    "previous",
    "prior",
    "preceding",
    "past",
    "this",
    "current",
    "present",
    "today",
    "yesterday",
    "ttm",
    "ltm",
    "w/c",
    "ytd",
    "qtd",
    "mtd",
    "wtd",
    "to",
    "iso",
    "cw",
    "kw",
    "wk",
    "first",
    "second",
    "third",
    "fourth",
    "january",
    "jan",
    "february",
    "feb",
    "march",
    "mar",
    "april",
    "apr",
    "may",
    "june",
    "jun",
    "july",
    "jul",
    "august",
    "aug",
    "september",
    "sept",
    "sep",
    "october",
    "oct",
    "november",
    "nov",
    "december",
    "dec",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
])
.and(Marks::of(ORDINALS))
.and(NUMBERS);

/// A stretch of the calendar: its first instant, and the first instant behind it.
pub(super) fn dates(draft: &Draft<'_>, at: usize) -> Option<(usize, Dates)> {
    let shaped = draft.words.shape(at).any(const { Shape::DIGIT.and(Shape::DASH) });
    if shaped || BEGINS.has(draft.words.mark(at)) {
        return dates_there(draft, at);
    }
    debug_assert!(dates_there(draft, at).is_none(), "`{}` is missing in `BEGINS`", draft.words.lower(at));
    None
}

fn dates_there(draft: &Draft<'_>, at: usize) -> Option<(usize, Dates)> {
    let today = draft.cx.now.date_naive();
    let word = draft.words.lower(at);
    let next = draft.words.lower(at + 1);
    let stretch = |from: NaiveDate, to: NaiveDate| Some((midnight(from)?, midnight(to)?));
    // "the month of October", "the whole of last year".
    if matches!(word, "month" | "year" | "whole" | "all" | "quarter" | "day") && next == "of" {
        // "the costliest month of 2025" is one of twelve.
        let longest = match word {
            "day" => 1,
            "month" => 31,
            "quarter" => 92,
            _ => 366,
        };
        return dates(draft, at + 2).filter(|(_, (from, to))| (*to - *from).num_days() <= longest);
    }
    // "on the first of October".
    if word == "first" && next == "of" && month(draft.words.lower(at + 2)).is_some() {
        let (end, (from, _)) = named(draft, at + 2, today)?;
        return Some((end, (from, from + chrono::TimeDelta::days(1))));
    }
    if matches!(word, "the" | "whole" | "entire")
        || (word == "calendar" && matches!(next, "year" | "quarter" | "month"))
    {
        return dates(draft, at + 1);
    }
    if let Some(found) = super::ranges::range(draft, at, today).or_else(|| part_of(draft, at, today)) {
        return Some(found);
    }
    // "the last full month": one that is over.
    if matches!(word, "last" | "previous" | "prior" | "preceding")
        && matches!(next, "calendar" | "full" | "complete" | "completed" | "whole" | "entire")
    {
        return Some((at + 3, calendar(today, draft.words.lower(at + 2), 1)?));
    }
    // "the last three full months": those that are over.
    if matches!(word, "last" | "past" | "previous" | "prior" | "preceding")
        && let Some(count) = number(draft, at + 1).filter(|count| count.fract() == 0.0 && (2.0..=60.0).contains(count))
        && matches!(draft.words.lower(at + 2), "calendar" | "full" | "complete" | "completed" | "whole" | "entire")
        && let unit @ ("months" | "weeks" | "quarters" | "years" | "days") = draft.words.lower(at + 3)
    {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole and in the range")]
        let (from, _) = calendar(today, unit.trim_end_matches('s'), count as u32)?;
        let (_, to) = calendar(today, unit.trim_end_matches('s'), 1)?;
        return Some((at + 4, (from, to)));
    }
    // "the week starting 2 November".
    if word == "w/c" && named(draft, at + 1, today).is_some_and(|(_, (from, _))| from.weekday() == chrono::Weekday::Mon)
    {
        let (end, (from, _)) = named(draft, at + 1, today)?;
        return Some((end, (from, from + chrono::TimeDelta::days(7))));
    }
    if word == "week"
        && matches!(next, "starting" | "beginning" | "commencing" | "from" | "of")
        && let Some((end, (from, _))) = named(draft, draft.skip(at + 2, &["on", "the"]), today)
        && from.weekday() == chrono::Weekday::Mon
    {
        return Some((end, (from, from + chrono::TimeDelta::days(7))));
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
        ("quarter-to-date", _) => (1, stretch(calendar(today, "quarter", 0)?.0.date_naive(), today + Days::new(1))?),
        ("week-to-date", _) => (1, stretch(calendar(today, "week", 0)?.0.date_naive(), today + Days::new(1))?),
        // "the current calendar year".
        ("this" | "current", "calendar") => (3, calendar(today, draft.words.lower(at + 2), 0)?),
        // "since this Monday": one of this week that has begun.
        ("this", day) if weekday(day).is_some() && draft.words.lower(at.wrapping_sub(1)) == "since" => {
            (2, day_of_week(today, weekday(day)?, 0).filter(|(from, _)| *from <= draft.cx.now)?)
        }
        ("month-to-date", _) => (1, stretch(first_of_month(today)?, today + Days::new(1))?),
        ("this", "past") if draft.words.lower(at + 2) == "weekend" => (3, calendar(today, "weekend", 1)?),
        ("this" | "current" | "present", unit) => (2, calendar(today, unit, 0)?),
        // "2026 to date".
        (_, "to") if draft.words.lower(at + 2) == "date" && year(draft, at) == Some(today.year()) => {
            (3, stretch(first_of_year(today, 0)?, today + Days::new(1))?)
        }
        ("qtd", _) => (1, stretch(calendar(today, "quarter", 0)?.0.date_naive(), today + Days::new(1))?),
        ("wtd", _) => (1, stretch(calendar(today, "week", 0)?.0.date_naive(), today + Days::new(1))?),
        // "to date this year".
        ("to", "date") if matches!(draft.words.lower(at + 2), "this" | "in") => {
            let from = draft.skip(at + 2, &["in", "this", "the", "current"]);
            let unit = draft.words.lower(from);
            (from + 1 - at, stretch(calendar(today, unit, 0)?.0.date_naive(), today + Days::new(1))?)
        }
        ("month" | "week" | "quarter" | "year", "before") if draft.words.lower(at + 2) == "last" => {
            (3, calendar(today, word, 2)?)
        }
        // "last week's Tuesday".
        ("last", "week") if weekday(draft.words.lower(at + 2)).is_some() => {
            (3, day_of_week(today, weekday(draft.words.lower(at + 2))?, 1)?)
        }
        ("last" | "past", day) if weekday(day).is_some() => return named(draft, at + 1, today),
        ("last" | "previous" | "prior" | "preceding", unit) => (2, calendar(today, unit, 1)?),
        _ => return named(draft, at, today),
    };
    Some((at + found.0, found.1))
}

/// A day of the week, so many weeks before this one.
fn day_of_week(today: NaiveDate, day: u32, back: u32) -> Option<Dates> {
    let (monday, _) = calendar(today, "week", back)?;
    let day = monday.date_naive() + Days::new(day.into());
    Some((midnight(day)?, midnight(day + Days::new(1))?))
}

/// "3 days ago": that day. Of charges, "two months ago" is that month; what was made "two months ago" was made about then.
fn ago(draft: &Draft<'_>, at: usize, today: NaiveDate) -> Option<(usize, Dates)> {
    let count = number(draft, at)?;
    if draft.words.lower(at + 2) != "ago" || count.fract() != 0.0 || !(1.0..=1000.0).contains(&count) {
        return None;
    }
    let unit = match draft.words.lower(at + 1) {
        "day" | "days" => "day",
        "month" | "months" if draft.is_bill() => "month",
        "year" | "years" if draft.is_bill() => "year",
        _ => return None,
    };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole and in the range")]
    let back = count as u32;
    Some((at + 3, calendar(today, unit, back)?))
}

/// "the last 10 days of October", "the first day of the month": the edge of a stretch.
fn edge_days(draft: &Draft<'_>, at: usize, today: NaiveDate) -> Option<(usize, Dates)> {
    let word = draft.words.lower(at);
    if !matches!(word, "first" | "last") {
        return None;
    }
    let counted = number(draft, at + 1);
    let unit = at + 1 + usize::from(counted.is_some());
    let days = counted.unwrap_or(1.0);
    if !matches!(draft.words.lower(unit), "day" | "days") || draft.words.lower(unit + 1) != "of" || days.fract() != 0.0
    {
        return None;
    }
    let (end, (from, to)) = named(draft, draft.skip(unit + 2, &["the"]), today).or_else(|| dates(draft, unit + 2))?;
    #[expect(clippy::cast_possible_truncation, reason = "whole, and a stretch is not so long")]
    let days = chrono::TimeDelta::days(days.clamp(1.0, 366.0) as i64);
    if to - from < days {
        return None;
    }
    Some((end, if word == "first" { (from, from + days) } else { (to - days, to) }))
}

/// "week 45", "CW 45 of 2025", "2026-W45": a week by its number, from Monday.
fn numbered_week(draft: &Draft<'_>, at: usize, today: NaiveDate) -> Option<(usize, Dates)> {
    let word = draft.words.lower(at);
    let glued = word.strip_prefix("cw").or_else(|| word.strip_prefix("kw")).or_else(|| word.strip_prefix("wk"));
    let from = at + usize::from(matches!(word, "calendar" | "iso"));
    let (end, week) = if matches!(draft.words.lower(from), "week" | "cw" | "kw" | "wk") {
        (from + 2, draft.words.lower(from + 1).parse::<u32>().ok()?)
    } else {
        (at + 1, glued.filter(|week| !week.is_empty())?.parse::<u32>().ok()?)
    };
    let of = draft.skip(end, &["of", "in"]);
    let monday = |year: i32| NaiveDate::from_isoywd_opt(year, week, chrono::Weekday::Mon);
    let (end, monday) = match year(draft, of) {
        Some(year) => (of + 1, monday(year)?),
        None => (end, monday(today.year()).filter(|day| *day <= today).or_else(|| monday(today.year() - 1))?),
    };
    Some((end, (midnight(monday)?, midnight(monday + Days::new(7))?)))
}

/// "the year" in "since the start of the year": the one under way.
pub(super) fn running_period(draft: &Draft<'_>, at: usize) -> Option<(usize, Dates)> {
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
    if let Some((end, first)) = half
        && let Some((end, (from, to))) = named(draft, end, today)
        && (28..=31).contains(&(to - from).num_days())
    {
        // "the second half of October".
        let middle = from + chrono::TimeDelta::days(15);
        return Some((end, if first == 1 { (from, middle) } else { (middle, to) }));
    }
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
    numbered_week(draft, at, today)
        .or_else(|| ago(draft, at, today))
        .or_else(|| edge_days(draft, at, today))
        .or_else(|| months(draft, at, today))
}

/// "April to June 2026", "July, August and September": months in a row.
fn months(draft: &Draft<'_>, at: usize, today: NaiveDate) -> Option<(usize, Dates)> {
    // "Jul-Sep".
    let dash = draft.words.shape(at).any(Shape::DASH).then(|| draft.words.lower(at).split_once('-')).flatten();
    let glued = dash.and_then(|(first, last)| month(first).zip(month(last)));
    let first = glued.map(|(first, _)| first).or_else(|| month(draft.words.lower(at)))?;
    let mut last = first;
    let mut end = at + 1;
    if let Some((_, month)) = glued {
        last = month;
    } else if matches!(draft.words.lower(end), "to" | "until" | "through" | "till" | "-") {
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
pub(super) fn calendar(today: NaiveDate, unit: &str, back: u32) -> Option<Dates> {
    let (from, to) = match unit {
        "day" => (today - Days::new(back.into()), today - Days::new(back.into()) + Days::new(1)),
        "week" => {
            let monday =
                today - Days::new(today.weekday().num_days_from_monday().into()) - Days::new(u64::from(back) * 7);
            (monday, monday + Days::new(7))
        }
        "weekend" => {
            let (monday, _) = calendar(today, "week", back)?;
            let saturday = monday.date_naive() + Days::new(5);
            (saturday, saturday + Days::new(2))
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
pub(super) fn named(draft: &Draft<'_>, at: usize, today: NaiveDate) -> Option<(usize, Dates)> {
    let word = draft.words.lower(at);
    if let Some((from, to)) = iso(word) {
        return Some((at + 1, (midnight(from)?, midnight(to)?)));
    }
    if let Some(year) = year(draft, at) {
        let from = NaiveDate::from_ymd_opt(year, 1, 1)?;
        return Some((at + 1, (midnight(from)?, midnight(from + Months::new(12))?)));
    }
    // "CY2025".
    if let Some(year) = word.strip_prefix("cy").and_then(|year| year.parse().ok()).filter(|y| (2006..=2100).contains(y))
    {
        let from = NaiveDate::from_ymd_opt(year, 1, 1)?;
        return Some((at + 1, (midnight(from)?, midnight(from + Months::new(12))?)));
    }
    if let Some((nth, year)) = quarter(word) {
        let month = nth * 3 - 2;
        let (end, year) = year.map_or_else(|| with_year(draft, at + 1, month, today), |year| (at + 1, year));
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
            && !matches!(
                draft.words.lower(at.wrapping_sub(1)),
                "in" | "since" | "during" | "for" | "of" | "from" | "until" | "before" | "after"
            )
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
    // "2026-10-01..2026-10-15".
    if let Some((first, last)) = word.split_once("..")
        && let (Some((from, _)), Some((_, to))) = (iso(first), iso(last))
    {
        return (from < to).then_some((at + 1, (midnight(from)?, midnight(to)?)));
    }
    // "Monday" is the last one that is over or under way.
    if let Some(weekday) = weekday(word) {
        if let Some(back) = ["this week", "last week"].iter().position(|week| draft.words.phrase(at + 1, 2) == *week) {
            let dates = day_of_week(today, weekday, u32::from(back == 1))?;
            return Some((at + 3, dates)).filter(|(_, (from, _))| *from <= draft.cx.now);
        }
        let back = (today.weekday().num_days_from_monday() + 7 - weekday) % 7;
        let day = today - Days::new(if back == 0 { 7 } else { back }.into());
        // "Friday 20 November" says its date.
        let date = draft.skip(at + 1, &[",", "the"]);
        if let Some(found) = named(draft, date, today).filter(|_| date < draft.words.len()) {
            return Some(found);
        }
        return Some((at + 1, (midnight(day)?, midnight(day + Days::new(1))?)));
    }
    // "third-quarter spend".
    let glued = [("first-quarter", 1), ("second-quarter", 4), ("third-quarter", 7), ("fourth-quarter", 10)];
    if let Some((_, month)) = glued.into_iter().find(|(name, _)| *name == word) {
        let (end, year) = with_year(draft, at + 1, month, today);
        let from = NaiveDate::from_ymd_opt(year, month, 1)?;
        return Some((end, (midnight(from)?, midnight(from + Months::new(3))?)));
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
        let relative = matches!(draft.words.phrase(of + 1, 2), "this year" | "last year");
        if draft.words.lower(of) == "of" && !relative {
            return None;
        }
        let (end, year) = with_year(draft, of, month, today);
        let from = NaiveDate::from_ymd_opt(year, month, 1)?;
        return Some((end, (midnight(from)?, midnight(from + Months::new(3))?)));
    }
    // "the fifteenth of October".
    let in_words = ordinal(word).filter(|_| draft.words.lower(at + 1) == "of");
    let day = day_of_month(draft, at).or(in_words)?;
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
