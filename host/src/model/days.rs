//! Times that a program holds: it is right on the day on which it was written, and wrong on the next.

use crate::javascript::{Place, parts};
use chrono::{DateTime, Datelike, NaiveDate};

/// The first time that the program holds and its question does not: `the day 2026-11-19`, `the year 2026`, `the month 10`.
pub fn fixed(program: &str, question: &str, today: NaiveDate) -> Option<String> {
    // Where it cannot be told what is a comment, all of it is looked at.
    let all = || vec![(Place::Code, 0..program.len())];
    let parts = parts(program).unwrap_or_else(all).into_iter().filter(|(place, _)| *place != Place::Comment);
    let texts: Vec<(Place, &str)> = parts.map(|(place, at)| (place, &program[at])).collect();
    let in_all = || texts.iter().map(|(_, text)| *text);
    let day = || in_all().flat_map(days).find(|day| !question.contains(day)).map(|day| format!("the day {day}"));
    // `20261119` is in "of 2026-11-19".
    let digits = question.replace('-', "");
    let is_fixed = |number: &&str| is_time(number, today) && !digits.contains(*number);
    let year = || {
        in_all().flat_map(numbers).find(is_fixed).map(|number| match number.len() {
            4 => format!("the year {number}"),
            _ => format!("the time {number}"),
        })
    };
    let month = || texts.iter().find_map(|(place, text)| month(*place, text, question));
    day().or_else(year).or_else(month)
}

/// How a day is written: digits, and what is between them.
const FORM: &[u8] = b"0000-00-00";

fn days(text: &str) -> impl Iterator<Item = &str> {
    let bytes = text.as_bytes();
    let is_digit = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit);
    (0..bytes.len().saturating_sub(FORM.len() - 1)).filter_map(move |at| {
        let window = &bytes[at..at + FORM.len()];
        let fits = window.iter().zip(FORM).all(|(byte, form)| match form {
            b'0' => byte.is_ascii_digit(),
            sign => byte == sign,
        });
        let is_longer = is_digit(at.checked_sub(1)) || is_digit(Some(at + FORM.len()));
        (fits && !is_longer).then(|| &text[at..at + FORM.len()])
    })
}

/// The whole numbers that are no part of a name or of another number.
fn numbers(text: &str) -> impl Iterator<Item = &str> {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '$');
    text.split(move |c| !is_part(c)).filter_map(|token| {
        // `20261119T000000Z`, and the full stop of a sentence.
        let number = token.split('T').next().unwrap_or_default().trim_end_matches('.');
        (!number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())).then_some(number)
    })
}

/// Whether a number is a year about now, as it is or with a month and a day behind it, or a moment of one.
fn is_time(number: &str, today: NaiveDate) -> bool {
    let is_year = |year: i32| (year - today.year()).abs() <= 1;
    let begins = || number[..4].parse().is_ok_and(is_year);
    let moment = |seconds: i64| DateTime::from_timestamp(seconds, 0).is_some_and(|time| is_year(time.year()));
    match number.len() {
        4 => begins(),
        6 => begins() && ("01"..="12").contains(&&number[4..]),
        8 => begins() && ("01"..="12").contains(&&number[4..6]) && ("01"..="31").contains(&&number[6..]),
        10 => number.parse().is_ok_and(moment),
        13 => number[..10].parse().is_ok_and(moment),
        _ => false,
    }
}

/// The months' names; a question may cut them to three letters.
const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// The month that a part compares with: `EXTRACT(month FROM day) = 10`, `day.getUTCMonth() === 9`.
fn month(place: Place, text: &str, question: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    lower.match_indices("month").find_map(|(at, word)| {
        let (argument, after) = lower[at + word.len()..].split_once(')')?;
        let value = after.trim_start().strip_prefix(['=', '<', '>', '!'])?.trim_start_matches(['=', ' ']);
        // Another call begins in between.
        if argument.strip_prefix('(').unwrap_or(argument).contains(['(', ';']) {
            return None;
        }
        let digits = value.split(|c: char| !c.is_ascii_digit()).next()?;
        let number: usize = digits.parse().ok()?;
        // JavaScript counts from nothing, and there the first and the last are where a year ends.
        let month = match place {
            Place::Code if (1..=10).contains(&number) => number + 1,
            Place::Code => return None,
            _ => number,
        };
        let name = MONTHS.get(month.checked_sub(1)?)?;
        let is_named = |word: &str| {
            let word = word.to_lowercase();
            word == *name || word == name[..3] || word.parse() == Ok(month)
        };
        (!question.split(|c: char| !c.is_alphanumeric()).any(is_named)).then(|| format!("the month {digits}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(program: &str, question: &str, expected: Option<&str>) {
        let today = NaiveDate::from_ymd_opt(2026, 11, 26).expect("a day");
        assert_eq!(fixed(program, question, today).as_deref(), expected, "{program}");
    }

    #[test]
    fn a_day_that_the_question_does_not_name_is_found() {
        for (program, question, expected) in [
            (
                "query(\"… created_at >= TIMESTAMP '2026-11-19 00:00:00'\")",
                "volumes of the last 7 days",
                Some("the day 2026-11-19"),
            ),
            ("Date.parse(`2026-11-19T00:00:00Z`)", "since 2026-11-18", Some("the day 2026-11-19")),
            ("query(\"… > '2026-11-18'\")", "volumes since 2026-11-18", None),
            ("// today is 2026-11-26\ntoday() /* 2026-11-26 */", "x", None),
            ("x.replace(/\\/\\/.*/, '2026-11-26')", "x", Some("the day 2026-11-26")),
            ("'é 12026-11-190', '10.2026-1-1'", "x", None),
            ("", "", None),
        ] {
            check(program, question, expected);
        }
    }

    #[test]
    fn so_is_a_year_or_a_moment_of_now_in_any_form() {
        for (program, expected) in [
            ("query(\"… strftime(day, '%Y-%m') = '2026-10'\")", Some("the year 2026")),
            ("Date.UTC(2026, 9, 1)", Some("the year 2026")),
            ("new Date(\"Oct 1 2025\")", Some("the year 2025")),
            ("x > 20261119", Some("the time 20261119")),
            ("'20261119T000000Z'", Some("the time 20261119")),
            ("x === '202610'", Some("the time 202610")),
            ("new Date(1793491200000)", Some("the time 1793491200000")),
            ("x > 1793491200", Some("the time 1793491200")),
            // Sizes, prices, ids, and years of long ago.
            ("size > 2048 && x < 86400000 && y === 0.2026", None),
            ("'2012-10' + 20260 + '123456789012' + x2026 + 1000000000 + 202650", None),
        ] {
            check(program, "spend of last month", expected);
        }
        check("Date.UTC(2026, 9, 1)", "spend of october 2026", None);
        check("x > 20261119", "volumes since 2026-11-19", None);
    }

    #[test]
    fn so_is_a_month_that_something_is_compared_with() {
        for (program, question, expected) in [
            ("query(`… WHERE EXTRACT(month FROM day) = 10`)", "spend of last month", Some("the month 10")),
            ("rows.filter(r => new Date(r.day).getUTCMonth() === 9)", "spend of last month", Some("the month 9")),
            ("query(`… WHERE date_part('month', day) = 10`)", "spend of october", None),
            ("rows.filter(r => new Date(r.day).getUTCMonth() === 9)", "spend of Oct", None),
            ("const before = day.getUTCMonth() === 0 ? 11 : day.getUTCMonth() - 1", "spend of last month", None),
            ("query(`SELECT date_trunc('month', day), 10 FROM costs`)", "spend of last month", None),
            ("params.months > 1 && months(2) > 3", "spend of last month", None),
        ] {
            check(program, question, expected);
        }
    }
}
