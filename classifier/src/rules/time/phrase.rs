//! "last month", "since 1 October", "between 1 and 15 November": a time with what leads to it.

use super::When;
use super::calendar::{BEGINS as DATES, dates, running_period};
use super::words::{day_of_month, midnight, ordinal, year};
use crate::draft::Draft;
use crate::lexicon::Role;
use crate::phrases::{Marks, Phrases, phrases};
use crate::rules::quantity::{number, span, span_unit};
use crate::tokens::Shape;
use chrono::Datelike;
use schema::time::Span;

/// "at the end of September": the last day of a time.
pub(in crate::rules) fn end_of(draft: &Draft<'_>, at: usize) -> Option<(usize, When)> {
    let end = draft.skip(at, &["at", "by", "on", "the", "very"]);
    if draft.words.lower(end) != "end" || draft.words.lower(end + 1) != "of" {
        return None;
    }
    let (end, (_, to)) = dates(draft, draft.skip(end + 2, &["the"]))?;
    let past = to <= draft.cx.now;
    past.then(|| (end - at, When::Between(Some(to - chrono::TimeDelta::days(1)), Some(to))))
}

const UNTIL_ITS_END: Phrases = phrases(&[
    "in or before",
    "on or before",
    "at or before",
    "no later than",
    "not later than",
    "not after",
    "until the end of",
    "till the end of",
    "through the end of",
    "up to the end of",
    "to the end of",
    "by the end of",
    "until end of",
    "by end of",
    "through",
    "thru",
    "up to and including",
    "until and including",
    "till and including",
]);

const FROM_ITS_START: Phrases = phrases(&[
    "in or after",
    "on or after",
    "at or after",
    "no earlier than",
    "not earlier than",
    "not before",
    "starting with",
    "starting",
    "beginning with",
    "beginning in",
    "beginning",
    "from as early as",
    "as from",
    "ever since",
]);

/// Words that a time can begin with; one that has a digit or a dash can as well.
pub(super) const STARTS: Marks = Marks::of(&[
    "from",
    "since",
    "starting",
    "prior",
    "after",
    "up",
    "before",
    "until",
    "between",
    "in",
    "over",
    "during",
    "for",
    "within",
    "of",
    "on",
    "throughout",
    "past",
    "trailing",
    "rolling",
    "earlier",
    "sooner",
    "later",
])
.and(UNTIL_ITS_END.begins())
.and(FROM_ITS_START.begins())
.and(DATES);

/// A time, with the preposition before it.
pub(crate) fn when(draft: &Draft<'_>, at: usize) -> Option<(usize, When)> {
    let shaped = draft.words.shape(at).any(const { Shape::DIGIT.and(Shape::DASH) });
    if shaped || STARTS.has(draft.words.mark(at)) {
        return when_there(draft, at);
    }
    debug_assert!(when_there(draft, at).is_none(), "`{}` is missing in `STARTS`", draft.words.lower(at));
    None
}

fn when_there(draft: &Draft<'_>, at: usize) -> Option<(usize, When)> {
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
    if let Some(found) = one_sided(draft, at) {
        return Some(found);
    }
    match word {
        // "since 30 days ago" is in the last 30 days.
        "since"
            if !draft.is_bill() && a_span(draft, at + 1).is_some_and(|(end, _)| draft.words.lower(end) == "ago") =>
        {
            let (end, span) = a_span(draft, at + 1)?;
            return Some((end + 1 - at, When::Last(span)));
        }
        "since" | "from" if word == "since" || !range_follows(draft, at + 1) => {
            let begins = draft.skip(at + 1, &["the", "very"]);
            let edged = matches!(draft.words.lower(begins), "beginning" | "start" | "begin")
                && draft.words.lower(begins + 1) == "of";
            if let Some((end, (from, _))) = edge(at + 1)
                && (word == "since" || edged && !matches!(draft.words.lower(end), "to" | "until" | "and" | "-"))
            {
                let end = end + draft.said(end, TILL_NOW).unwrap_or(0);
                return Some((end - at, When::Between(Some(from), None)));
            }
            // "since 3 weeks ago".
            if let Some((end, span)) = a_span(draft, at + 1).filter(|(end, _)| draft.words.lower(*end) == "ago") {
                return Some((end + 1 - at, When::Last(span)));
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
            let said = |word: &str| (at + 2..from).any(|i| draft.words.lower(i) == word);
            let with_it = said("including") && !said("not");
            let (end, (first, to)) = edge(draft.skip(from, &[","]))?;
            return Some((end - at, When::Between(None, Some(if with_it { to } else { first }))));
        }
        "before" | "until" => {
            let (end, (from, _)) = edge(at + 1)?;
            return Some((end - at, When::Between(None, Some(from))));
        }
        _ => {}
    }
    // "from September until now".
    if matches!(word, "between" | "from")
        && let Some((middle, (from, _))) = edge(at + 1)
        && let Some(len) = draft.said(middle, TILL_NOW)
    {
        return Some((middle + len - at, When::Between(Some(from), None)));
    }
    if matches!(word, "between" | "from")
        && let Some((middle, (from, first_end))) = edge(at + 1)
        && matches!(draft.words.lower(middle), "and" | "to" | "until" | "till" | "through" | "thru" | "-")
        && let Some((end, (last, to))) = edge(middle + 1)
    {
        // "between January and December 2025": the year is said once.
        let of_a_month = |from: chrono::DateTime<chrono::Utc>, to: chrono::DateTime<chrono::Utc>| {
            (1..=31).contains(&(to - from).num_days())
        };
        let from = if from >= to
            && year(draft, end - 1).is_some()
            && !(at + 1..middle).any(|i| year(draft, i).is_some())
            && !(at + 1..middle).any(|i| draft.words.shape(i).any(Shape::DASH))
            && super::is_month(draft.words.lower(middle - 1))
            && of_a_month(from, first_end)
            && of_a_month(last, to)
        {
            from.with_year(last.year()).filter(|from| *from < to)?
        } else {
            from
        };
        return (from < to).then_some((end - at, When::Between(Some(from), Some(to))));
    }
    // "between 1 and 15 November": the month is said once.
    let day = |at: usize| day_of_month(draft, at).or_else(|| ordinal(draft.words.lower(at)));
    let (one, other) = (draft.skip(at + 1, &["the"]), |joint: usize| draft.skip(joint + 1, &["the"]));
    // "from November 9 to 15".
    if matches!(word, "between" | "from")
        && super::is_month(draft.words.lower(at + 1))
        && let Some((middle, (from, first_end))) = edge(at + 1)
        && first_end - from == chrono::TimeDelta::days(1)
        && matches!(draft.words.lower(middle), "and" | "to" | "until" | "till" | "through" | "-")
        && let Some(last) = day_of_month(draft, other(middle))
        && let Some(to) = from.date_naive().with_day(last).and_then(midnight)
        && (draft.ends(other(middle) + 1) || draft.role(other(middle) + 1, Role::By).is_some())
    {
        return (from < to)
            .then(|| (other(middle) + 1 - at, When::Between(Some(from), Some(to + chrono::TimeDelta::days(1)))));
    }
    if matches!(word, "between" | "from")
        && let Some(first) = day(one)
        && matches!(draft.words.lower(one + 1), "and" | "to" | "-")
        && let Some((end, (last, to))) = edge(one + 2)
        && draft.words.lower(end - 1) != "ago"
        && day(other(one + 1)).is_some()
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
    if let Some(found) = of_charges(draft, at) {
        return Some(found);
    }
    // "over 90 days ago" is longer ago than that.
    if lead > 0
        && matches!(word, "over" | "within")
        && counted_span(draft, from).is_some_and(|(end, _)| draft.words.lower(end) == "ago")
    {
        return None;
    }
    let (end, (from, to)) = dates(draft, from)?;
    // "from October onwards".
    if let Some(len) = draft.said(end, const { phrases(&["onwards", "onward", "and onwards", "and later", "forward"]) })
    {
        return Some((end + len - at, When::Between(Some(from), None)));
    }
    // "January till now", "from August on".
    let on = word == "from"
        && draft.words.lower(end) == "on"
        && (draft.ends(end + 1) || draft.role(end + 1, Role::By).is_some());
    if on {
        return Some((end + 1 - at, When::Between(Some(from), None)));
    }
    if let Some(len) =
        draft.said(end, &["till now", "until now", "up to now", "till today", "until today", "up to today"])
    {
        return Some((end + len - at, When::Between(Some(from), None)));
    }
    Some((end - at, When::Between(Some(from), Some(to))))
}

/// What goes on until now.
const TILL_NOW: Phrases = phrases(&[
    "until now",
    "till now",
    "to now",
    "up to now",
    "until today",
    "till today",
    "to today",
    "up to today",
    "through today",
    "to date",
    "and now",
    "and today",
    "to the present",
    "until this day",
    "onwards",
    "onward",
]);

/// "on or before 5 October", "no later than 2024", "through October", "starting with January": bounded on one side, with what
/// is named or without it.
fn one_sided(draft: &Draft<'_>, at: usize) -> Option<(usize, When)> {
    // What is spent "by the end of October" may be meant from any day on.
    let unclear = draft.is_bill() && draft.words.lower(at) == "by";
    if let Some(len) = draft.said(at, UNTIL_ITS_END).filter(|_| !unclear) {
        let (end, (_, to)) = dates(draft, at + len)?;
        return Some((end - at, When::Between(None, Some(to))));
    }
    if let Some(len) = draft.said(at, FROM_ITS_START) {
        let (end, (from, _)) = dates(draft, at + len)?;
        return Some((end - at, When::Between(Some(from), None)));
    }
    if let Some(len) = draft.said(at, const { phrases(&["earlier than", "sooner than"]) }) {
        let (end, (from, _)) = dates(draft, at + len)?;
        return Some((end - at, When::Between(None, Some(from))));
    }
    let len = draft.said(at, const { phrases(&["later than"]) })?;
    let (end, (_, to)) = dates(draft, at + len)?;
    Some((end - at, When::Between(Some(to), None)))
}

/// "over 30 days", "30-day cost": of charges, the last so and so many.
fn of_charges(draft: &Draft<'_>, at: usize) -> Option<(usize, When)> {
    if !draft.is_bill() {
        return None;
    }
    if matches!(draft.words.lower(at), "over" | "for") {
        let (end, span) = counted_span(draft, at + 1)?;
        return (draft.words.lower(end) != "ago").then_some((end - at, When::Last(span)));
    }
    let (end, span) = counted_span(draft, at)?;
    let charged = draft.role(end, Role::Spend).is_some() || draft.role(end, Role::Cost).is_some();
    charged.then_some((end - at, When::Last(span)))
}

fn range_follows(draft: &Draft<'_>, at: usize) -> bool {
    dates(draft, at).is_some_and(|(end, _)| matches!(draft.words.lower(end), "to" | "until" | "-" | "and"))
}

/// "last 30 days", "past week": so long back from now.
fn rolling(draft: &Draft<'_>, at: usize, the: bool) -> Option<(usize, Span)> {
    let word = draft.words.lower(at);
    match word {
        "ttm" | "ltm" | "t12m" | "l12m" => return Some((at + 1, "12mo".parse().ok()?)),
        "t6m" | "l6m" => return Some((at + 1, "6mo".parse().ok()?)),
        "t3m" | "l3m" => return Some((at + 1, "3mo".parse().ok()?)),
        _ => {}
    }
    if !matches!(word, "last" | "past" | "previous" | "preceding" | "trailing" | "prior" | "rolling") {
        return None;
    }
    // "rolling 30 day sum" is another one on each day.
    let summed = |end: usize| {
        matches!(draft.words.lower(end), "sum" | "average" | "avg" | "mean" | "total" | "window" | "averages")
    };
    if word == "rolling" && counted_span(draft, at + 1).is_some_and(|(end, _)| summed(end)) {
        return None;
    }
    if let Some((end, span)) = counted_span(draft, at + 1) {
        // "the last 10 days of October" lie in October.
        let within = draft.words.lower(end) == "of" && dates(draft, end + 1).is_some();
        return (!within).then_some((end, span));
    }
    // "the last couple of weeks".
    let couple = draft.skip(at + 1, &["couple"]);
    if couple > at + 1 {
        let of = draft.skip(couple, &["of"]);
        return Some((of + 1, span(2.0, span_unit(draft.words.lower(of))?)?));
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

pub(super) fn a_span(draft: &Draft<'_>, at: usize) -> Option<(usize, Span)> {
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
