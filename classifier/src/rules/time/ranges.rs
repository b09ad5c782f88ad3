//! "Q1 to Q3", "1 Oct to 15 Oct", "1-15 October", "2026 Q3": stretches that are said by where they begin and end.

use super::calendar::{Dates, named};
use super::words::{day_of_month, midnight, month, quarter, year};
use crate::draft::Draft;
use chrono::{Datelike, Days, NaiveDate};

/// A stretch from one named time to another, where no word before it has said how to take it.
pub(super) fn range(draft: &Draft<'_>, at: usize, today: NaiveDate) -> Option<(usize, Dates)> {
    let before = draft.words.lower(at.wrapping_sub(1));
    if matches!(
        before,
        "between" | "since" | "after" | "before" | "until" | "starting" | "by" | "through" | "till" | "than"
    ) {
        return None;
    }
    // Most words begin no time, and reading them as one takes long.
    let word = draft.words.lower(at);
    let begins = word.starts_with(|c: char| c.is_ascii_digit()) || month(word).is_some() || quarter(word).is_some();
    if !begins {
        return None;
    }
    days(draft, at, today).or_else(|| two(draft, at, today)).or_else(|| year_first(draft, at))
}

/// "Q1 to Q3", "1 October until 15 October", "Q2 and Q3": two of one length, the second behind the first.
fn two(draft: &Draft<'_>, at: usize, today: NaiveDate) -> Option<(usize, Dates)> {
    let (middle, (from, first_end)) = named(draft, at, today)?;
    let (end, (last, to)) = match draft.words.lower(middle) {
        "to" | "until" | "till" | "through" | "thru" | "-" => named(draft, middle + 1, today)?,
        // Only what follows at once is one stretch with it.
        "and" | "&" | "+" if is_quarter(from, first_end) => {
            named(draft, middle + 1, today).filter(|(_, (last, _))| *last == first_end)?
        }
        _ => return None,
    };
    let alike = (to - last).num_days() == 1 && (first_end - from).num_days() == 1
        || is_quarter(from, first_end) && is_quarter(last, to);
    (alike && from < last && from.year() + 1 >= last.year()).then_some((end, (from, to)))
}

fn is_quarter(from: chrono::DateTime<chrono::Utc>, to: chrono::DateTime<chrono::Utc>) -> bool {
    (89..=93).contains(&(to - from).num_days())
}

/// "1-15 October", "1st to 15th October 2026": the month is said once.
fn days(draft: &Draft<'_>, at: usize, today: NaiveDate) -> Option<(usize, Dates)> {
    let day_of = |at: usize| {
        let (first, last) = draft.words.lower(at).split_once('-')?;
        Some((first.parse::<u32>().ok()?, last.parse::<u32>().ok()?))
    };
    // "October 1-15", "Nov 9 to 15".
    if let Some(of) = month(draft.words.lower(at)) {
        let joint = matches!(draft.words.lower(at + 2), "to" | "until" | "till" | "through" | "-");
        let apart = || Some((day_of_month(draft, at + 1)?, day_of_month(draft, at + 3).filter(|_| joint)?, at + 4));
        let (first, last, end) = day_of(at + 1).map(|(first, last)| (first, last, at + 2)).or_else(apart)?;
        let said = year(draft, draft.skip(end, &[","]));
        // "October 1 to 3 November" ends in another month, and "5 to 15 GB" is no day.
        let closed = said.is_some() || draft.ends(end) || draft.role(end, crate::lexicon::Role::By).is_some();
        let year = said.unwrap_or(today.year() - i32::from(of > today.month()));
        let (from, to) = (NaiveDate::from_ymd_opt(year, of, first)?, NaiveDate::from_ymd_opt(year, of, last)?);
        let end = if said.is_some() { draft.skip(end, &[","]) + 1 } else { end };
        return (closed && first < last).then_some((end, (midnight(from)?, midnight(to + Days::new(1))?)));
    }
    let glued = draft.words.lower(at).split_once('-').and_then(|(first, last)| {
        let day = |text: &str| text.parse::<u32>().ok().filter(|day| (1..=31).contains(day));
        day(first).zip(day(last))
    });
    let (first, last, end) = match glued {
        Some((first, last)) => (first, last, at + 1),
        None => {
            let first = day_of_month(draft, at)?;
            let joint = matches!(draft.words.lower(at + 1), "to" | "until" | "till" | "through" | "-");
            (first, day_of_month(draft, at + 2).filter(|_| joint)?, at + 3)
        }
    };
    let end = draft.skip(end, &["of"]);
    month(draft.words.lower(end))?;
    let (end, (start, _)) = named(draft, end, today)?;
    let month = start.date_naive();
    let (from, to) = (month.with_day(first)?, month.with_day(last)?);
    (first < last).then_some((end, (midnight(from)?, midnight(to + Days::new(1))?)))
}

/// "2026 Q3".
fn year_first(draft: &Draft<'_>, at: usize) -> Option<(usize, Dates)> {
    let year = year(draft, at)?;
    let (nth, None) = quarter(draft.words.lower(at + 1))? else { return None };
    let from = NaiveDate::from_ymd_opt(year, nth * 3 - 2, 1)?;
    Some((at + 2, (midnight(from)?, midnight(from + chrono::Months::new(3))?)))
}
