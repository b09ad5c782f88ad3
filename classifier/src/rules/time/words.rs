//! Words and numbers of the calendar: months, days, years.

use crate::draft::Draft;
use crate::tokens::Kind;
use chrono::{DateTime, Datelike, Days, Months, NaiveDate, Utc};

/// Days from Monday.
pub(super) fn weekday(word: &str) -> Option<u32> {
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
pub(super) fn with_year(draft: &Draft<'_>, at: usize, month: u32, today: NaiveDate) -> (usize, i32) {
    // "Q3 of last year", "October in 2025".
    let from = draft.skip(at, &["of", "in"]);
    if matches!(draft.words.lower(from), "last" | "this") && draft.words.lower(from + 1) == "year" {
        return (from + 2, today.year() - i32::from(draft.words.lower(from) == "last"));
    }
    match year(draft, from) {
        Some(year) => (from + 1, year),
        None => (at, if month > today.month() { today.year() - 1 } else { today.year() }),
    }
}

pub(super) fn year(draft: &Draft<'_>, at: usize) -> Option<i32> {
    let word = draft.words.lower(at);
    // "Oct '26".
    if let Some(short) = word.strip_prefix('\'').filter(|short| short.len() == 2) {
        return short.parse::<i32>().ok().map(|year| 2000 + year);
    }
    if !matches!(draft.words.kind(at), Some(Kind::Number(_))) || word.len() != 4 {
        return None;
    }
    // A number with a unit is no year: 2048 GB, $2000.
    let unit = draft.words.lower(at + 1);
    let before = draft.words.lower(at.wrapping_sub(1));
    if crate::rules::quantity::currency(before)
        || matches!(unit, "%" | "gb" | "gib" | "mb" | "mib" | "tb" | "iops" | "days" | "hours")
    {
        return None;
    }
    word.parse().ok().filter(|y| (2006..=2100).contains(y))
}

pub(super) fn day_of_month(draft: &Draft<'_>, at: usize) -> Option<u32> {
    let word = draft.words.lower(at);
    let digits = word
        .strip_suffix("st")
        .or_else(|| word.strip_suffix("nd"))
        .or_else(|| word.strip_suffix("rd"))
        .or_else(|| word.strip_suffix("th"));
    digits.unwrap_or(word).parse().ok().filter(|d| (1..=31).contains(d))
}

/// "fifteenth": up to "thirty-first".
pub(crate) fn ordinal(word: &str) -> Option<u32> {
    let place = ORDINALS.iter().position(|known| *known == word)?;
    u32::try_from(place + 1).ok()
}

/// The days of a month in words.
pub(super) const ORDINALS: &[&str] = &[
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
    "twenty-first",
    "twenty-second",
    "twenty-third",
    "twenty-fourth",
    "twenty-fifth",
    "twenty-sixth",
    "twenty-seventh",
    "twenty-eighth",
    "twenty-ninth",
    "thirtieth",
    "thirty-first",
];

/// "march", "mar": from 1.
pub(crate) fn month(word: &str) -> Option<u32> {
    Some(match word {
        "january" | "jan" => 1,
        "february" | "feb" => 2,
        "march" | "mar" => 3,
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

pub(super) fn iso(word: &str) -> Option<(NaiveDate, NaiveDate)> {
    // Most words are none, and reading one as a date takes long.
    if word.len() < 7 || !word.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if let Ok(day) = NaiveDate::parse_from_str(word, "%Y-%m-%d") {
        return Some((day, day.checked_add_days(Days::new(1))?));
    }
    if let Some(day) = written_day(word) {
        return Some((day, day.checked_add_days(Days::new(1))?));
    }
    // "10/2026".
    let (year, month) = word.split_once('-').or_else(|| word.split_once('/').map(|(month, year)| (year, month)))?;
    if year.len() != 4 || month.len() != 2 {
        return None;
    }
    let first = NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, 1)?;
    Some((first, first.checked_add_months(Months::new(1))?))
}

/// "2026/10/05", "5.10.2026", "15/10/2026": days as they are written elsewhere. "01/10/2026" is October to some and January
/// to others, and so to nobody.
fn written_day(word: &str) -> Option<NaiveDate> {
    let sign = ['/', '.'].into_iter().find(|sign| word.matches(*sign).count() == 2)?;
    let mut parts = word.split(sign);
    let (one, two, three) = (parts.next()?, parts.next()?, parts.next()?);
    let number = |text: &str| text.parse::<u32>().ok();
    if one.len() == 4 && sign == '/' {
        return NaiveDate::from_ymd_opt(one.parse().ok()?, number(two)?, number(three)?);
    }
    let (day, month) = (number(one)?, number(two)?);
    let told = sign == '.' || day > 12 || month > 12 || day == month;
    if three.len() != 4 || !told {
        return None;
    }
    let year = three.parse().ok()?;
    if month > 12 { NaiveDate::from_ymd_opt(year, day, month) } else { NaiveDate::from_ymd_opt(year, month, day) }
}

/// "Q3", "2025Q3", "2026-Q3", "Q3/2026", "Q3'25": the quarter, and its year where it says one.
pub(super) fn quarter(word: &str) -> Option<(u32, Option<i32>)> {
    let at = word.find('q')?;
    let (before, behind) = (word[..at].trim_end_matches(['-', '/']), &word[at + 1..]);
    let nth = behind.get(..1)?.parse().ok().filter(|nth| (1..=4).contains(nth))?;
    let after = behind[1..].trim_start_matches(['-', '/', '\'']);
    let year = |text: &str| match text.len() {
        4 => text.parse().ok(),
        2 => text.parse::<i32>().ok().map(|year| 2000 + year),
        _ => None,
    };
    match (before.is_empty(), after.is_empty()) {
        (true, true) => Some((nth, None)),
        (false, true) => Some((nth, Some(year(before)?))),
        (true, false) => Some((nth, Some(year(after)?))),
        (false, false) => None,
    }
}

pub(super) fn first_of_month(date: NaiveDate) -> Option<NaiveDate> {
    date.with_day(1)
}

pub(super) fn first_of_year(date: NaiveDate, back: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(date.year() - i32::try_from(back).ok()?, 1, 1)
}

pub(super) fn midnight(date: NaiveDate) -> Option<DateTime<Utc>> {
    Some(date.and_hms_opt(0, 0, 0)?.and_utc())
}
