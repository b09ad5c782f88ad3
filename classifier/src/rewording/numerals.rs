//! Numbers in several words, ordinals, months, and other things that a phrase holds and that are known by their shape.

use crate::rules;
use crate::tokens::in_words::{dashed, single};
use crate::tokens::{Kind, Words};

const KINDS: &[&str] = &[
    "{spoken}",
    "{ordinal-to}",
    "{thousands}",
    "{amount}",
    "{ordinal}",
    "{month}",
    "{month-to}",
    "{two-years}",
    "{flag}",
    "{ou}",
    "{host}",
    "{tagged}",
    "{tagged-too}",
    "{tags.}",
    "{azure-family}",
    "{engine}",
    "{version}",
    "{quantity}",
    "{size}",
    "{plus}",
    "{span}",
    "{sub}",
    "{age}",
    "{date}",
    "{n-core}",
];

/// Keys of tags that are said without the word.
const TAGS: &[&str] = &["team", "owner", "env", "environment", "app", "project", "backup"];

/// What a thing can be or not be.
const FLAGS: &[&str] =
    &["encrypted", "public", "running", "attached", "tagged", "multi-az", "used", "versioned", "exposed", "associated"];

const ENGINES: &[&str] = &["mysql", "postgres", "postgresql", "mariadb", "oracle", "aurora", "sqlserver"];

pub(super) fn is_month(word: &str) -> bool {
    rules::month(word).is_some()
}

/// Whether a name in a phrase is one of these.
pub(super) fn is_kind(kind: &str) -> bool {
    KINDS.contains(&kind)
}

/// What stands there of that kind: how many words, and how it is said elsewhere.
pub(super) fn named(words: &Words, at: usize, kind: &str) -> Option<(usize, String)> {
    let word = words.lower(at);
    let one_of = |list: &[&str]| list.contains(&word).then(|| (1, word.to_owned()));
    match kind {
        "{spoken}" => one_of_many(words, at),
        "{thousands}" => thousands(word).map(|n| (1, n)),
        "{amount}" => amount(words, at),
        "{ordinal}" | "{ordinal-to}" => ordinal(words, at),
        "{month}" | "{month-to}" => is_month(word).then(|| (1, word.to_owned())),
        "{two-years}" => two_years(words, at),
        "{flag}" => one_of(FLAGS),
        "{ou}" => (word.starts_with("ou-") && word.len() > 6).then(|| (1, words.raw(at).to_owned())),
        "{host}" => {
            let is_host =
                word.bytes().filter(|b| *b == b'.').count() > 2 && word.bytes().any(|b| b.is_ascii_alphabetic());
            is_host.then(|| (1, words.raw(at).to_owned()))
        }
        "{tagged}" | "{tagged-too}" => match words.phrase(at, 2) {
            "cost center" | "cost centre" => Some((2, "cost-center".to_owned())),
            _ => one_of(TAGS),
        },
        "{tags.}" => word.strip_prefix("tags.").filter(|key| !key.is_empty()).map(|key| (1, key.to_owned())),
        "{azure-family}" => {
            let is_family = word
                .strip_prefix("standard_")
                .is_some_and(|rest| (1..4).contains(&rest.len()) && rest.bytes().all(|b| b.is_ascii_alphabetic()));
            is_family.then(|| (1, words.raw(at).to_owned()))
        }
        "{engine}" => one_of(ENGINES),
        "{quantity}" => quantity(words, at),
        // "from 30 days" is no bound.
        "{size}" => quantity(words, at).filter(|(_, text)| {
            let unit = text.rsplit(' ').next().unwrap_or_default();
            !TIMES.contains(&unit.trim_end_matches('s')) && !unit.starts_with("second")
        }),
        "{plus}" => plus(words, at),
        "{span}" => span(words, at),
        "{sub}" => {
            // "sub-20", "sub-20gb"; "sub- $ 10".
            let rest = word.strip_prefix("sub-")?;
            if rest.is_empty() {
                return quantity(words, at + 1).map(|(len, text)| (len + 1, text));
            }
            let (number, unit) = cut(rest)?;
            let behind = unit.is_empty() && is_unit(words.lower(at + 1));
            let unit = if behind { words.lower(at + 1) } else { unit };
            is_unit(unit).then(|| (1 + usize::from(behind), format!("{number} {unit}")))
        }
        "{age}" => {
            let unit = |at: usize| TIMES.iter().any(|unit| *unit == words.lower(at).trim_end_matches('s'));
            if matches!(word, "a" | "an" | "one") && unit(at + 1) {
                return Some((2, format!("1 {}", words.lower(at + 1))));
            }
            let (len, number) = amount(words, at).filter(|_| !is_sign(word))?;
            unit(at + len).then(|| (len + 1, format!("{number} {}", words.lower(at + len))))
        }
        "{date}" => date(words, at),
        "{n-core}" => {
            let number = word.strip_suffix("-core")?;
            let number = below_hundred(number).filter(|_| !word.starts_with(|c: char| c.is_ascii_digit()))?;
            Some((1, format!("{number}-core")))
        }
        "{version}" => {
            let is_version = matches!(words.kind(at), Some(Kind::Number(_)))
                || word.starts_with(|c: char| c.is_ascii_digit())
                    && word.bytes().all(|b| b.is_ascii_digit() || b == b'.');
            is_version.then(|| (1, word.to_owned()))
        }
        _ => None,
    }
}

/// "a hundred", "a thousand", "a million". Numbers of several words are tokens of numbers already.
fn one_of_many(words: &Words, at: usize) -> Option<(usize, String)> {
    let is_article = matches!(words.lower(at), "a" | "an");
    let scale = [("hundred", "100"), ("thousand", "1000"), ("million", "1000000")];
    let found = scale.iter().find(|(word, _)| is_article && *word == words.lower(at + 1));
    found.map(|(_, number)| (2, (*number).to_owned()))
}

/// "seven", "sixty", "twenty-five".
fn below_hundred(word: &str) -> Option<u32> {
    single(word).or_else(|| dashed(word))
}

/// "1k", "2.5k".
fn thousands(word: &str) -> Option<String> {
    let (whole, part) = word
        .strip_suffix('k')?
        .split_once('.')
        .map_or_else(|| (word.trim_end_matches('k'), ""), |(whole, part)| (whole, part));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || whole.len() > 4 || part.len() > 3 || !digits(whole) || !digits(part) {
        return None;
    }
    let more = format!("{part:0<3}").parse::<u64>().ok()?;
    Some((whole.parse::<u64>().ok()? * 1000 + more).to_string())
}

/// A number in whatever way, with a sign of currency before it or without.
fn amount(words: &Words, at: usize) -> Option<(usize, String)> {
    let sign = usize::from(matches!(words.lower(at), "$" | "€" | "£"));
    let from = at + sign;
    let (len, number) = match words.kind(from) {
        Some(Kind::Number(_)) if words.lower(from + 1) == "thousand" => (2, format!("{}000", words.lower(from))),
        Some(Kind::Number(_)) => (1, words.lower(from).to_owned()),
        _ => thousands(words.lower(from))
            .map(|n| (1, n))
            .or_else(|| one_of_many(words, from))
            .or_else(|| below_hundred(words.lower(from)).map(|n| (1, n.to_string())))?,
    };
    Some((sign + len, number))
}

/// "third", "thirty first", "twenty-second": a day of a month.
fn ordinal(words: &Words, at: usize) -> Option<(usize, String)> {
    let word = words.lower(at);
    let apart = || {
        let tens = single(word).filter(|tens| matches!(tens, 20 | 30))?;
        Some((2, tens + rules::ordinal(words.lower(at + 1)).filter(|one| *one < 10)?))
    };
    let (len, day) = rules::ordinal(word).map(|day| (1, day)).or_else(apart)?;
    let end = match day {
        1 | 21 | 31 => "st",
        2 | 22 => "nd",
        3 | 23 => "rd",
        _ => "th",
    };
    (day <= 31).then(|| (len, format!("{day}{end}")))
}

/// "2025 and 2026": one year and the next.
fn two_years(words: &Words, at: usize) -> Option<(usize, String)> {
    let year = |at: usize| words.lower(at).parse::<u32>().ok().filter(|year| (2006..2100).contains(year));
    let (first, second) = (year(at)?, year(at + 2)?);
    let joint = matches!(words.lower(at + 1), "and" | "&" | "to" | "through");
    (joint && second == first + 1).then(|| (3, format!("{first} to {second}")))
}

/// Units of what is compared, and of money.
const UNITS: &[&str] = &[
    "gb",
    "gib",
    "tb",
    "tib",
    "mb",
    "mib",
    "gigs",
    "gig",
    "gigabytes",
    "terabytes",
    "megabytes",
    "megs",
    "%",
    "percent",
    "cores",
    "core",
    "vcpus",
    "vcpu",
    "cpus",
    "iops",
    "mb/s",
    "mib/s",
    "dollars",
    "euros",
    "bucks",
    "usd",
    "eur",
    "days",
    "day",
    "weeks",
    "months",
    "years",
    "hours",
    "minutes",
    "seconds",
    "minute",
    "second",
    "hour",
    "week",
    "month",
    "year",
];

/// Units of time, without their plural.
const TIMES: &[&str] = &["minute", "hour", "day", "week", "month", "quarter", "year"];

fn is_unit(word: &str) -> bool {
    UNITS.contains(&word)
}

fn is_sign(word: &str) -> bool {
    matches!(word, "$" | "€" | "£")
}

/// "500gb": a number and what is glued to it.
fn cut(word: &str) -> Option<(&str, &str)> {
    let end = word.find(|c: char| !c.is_ascii_digit() && c != '.' && c != ',').unwrap_or(word.len());
    (end > 0).then(|| word.split_at(end))
}

/// "500 GB", "$100", "16 cores": a number with its sign or unit.
fn quantity(words: &Words, at: usize) -> Option<(usize, String)> {
    let sign = words.lower(at);
    // "15-minute".
    if let Some((number, unit)) =
        sign.split_once('-').filter(|(number, unit)| is_unit(unit) && number.parse::<u32>().is_ok())
    {
        return Some((1, format!("{number} {unit}")));
    }
    let (len, number) = amount(words, at)?;
    if is_sign(sign) {
        return Some((len, format!("{sign} {number}")));
    }
    let unit = words.lower(at + len);
    is_unit(unit).then(|| (len + 1, format!("{number} {unit}")))
}

/// "500GB+", "500 GB+", "80 % +", "90+ days", "$100+": at least so much.
fn plus(words: &Words, at: usize) -> Option<(usize, String)> {
    let word = words.lower(at);
    if let Some((number, unit)) = word.strip_suffix('+').and_then(cut) {
        // "16+": its unit may stand behind.
        let behind = unit.is_empty() && is_unit(words.lower(at + 1));
        let unit = if behind { words.lower(at + 1) } else { unit };
        return is_unit(unit).then(|| (1 + usize::from(behind), format!("{number} {unit}")));
    }
    if !matches!(words.kind(at), Some(Kind::Number(_))) {
        return None;
    }
    let (next, third) = (words.lower(at + 1), words.lower(at + 2));
    if let Some(unit) = next.strip_suffix('+').filter(|unit| is_unit(unit)) {
        return Some((2, format!("{word} {unit}")));
    }
    // "16+ GB" has become "16 or more GB".
    if next == "or more" && is_unit(third) {
        return Some((3, format!("{word} {third}")));
    }
    if next == "or" && third == "more" && is_unit(words.lower(at + 3)) {
        return Some((4, format!("{word} {}", words.lower(at + 3))));
    }
    match (next, third) {
        ("+", unit) if is_unit(unit) => Some((3, format!("{word} {unit}"))),
        (unit, "+") if is_unit(unit) => Some((3, format!("{word} {unit}"))),
        _ => None,
    }
}

/// "100 to 500 GB", "100-500 GB", "$100 to $500", "$100-500": between the one and the other.
fn span(words: &Words, at: usize) -> Option<(usize, String)> {
    let sign = words.lower(at);
    let from = at + usize::from(is_sign(sign));
    let said = |low: &str, high: &str, unit: &str, end: usize| {
        let (one, other) = (low.parse::<f64>().ok()?, high.parse::<f64>().ok()?);
        let text = match is_sign(sign) {
            true => format!("between {sign} {low} and {sign} {high}"),
            false => format!("between {low} and {high} {unit}"),
        };
        (one < other).then_some((end - at, text))
    };
    let unit_at = |at: usize| is_unit(words.lower(at)).then(|| words.lower(at));
    // "100-500", "100-500gb"; "100- $ 500".
    if let Some((low, rest)) = words.lower(from).split_once('-')
        && low.bytes().all(|b| b.is_ascii_digit())
    {
        if rest.is_empty() && is_sign(sign) && words.lower(from + 1) == sign {
            return said(low, words.lower(from + 2), "", from + 3);
        }
        let (high, glued) = cut(rest)?;
        if is_sign(sign) {
            return glued.is_empty().then(|| said(low, high, "", from + 1))?;
        }
        let behind = glued.is_empty();
        let unit = if behind { unit_at(from + 1)? } else { glued };
        return is_unit(unit).then(|| said(low, high, unit, from + 1 + usize::from(behind)))?;
    }
    let (len, low) = amount(words, from).filter(|_| !is_sign(words.lower(from)))?;
    let first = unit_at(from + len);
    let joint = from + len + usize::from(first.is_some());
    if !matches!(words.lower(joint), "to" | "and" | "-" | "till" | "until") {
        return None;
    }
    // "and" joins no range by itself, and "between 100 and 500 GB" needs no other words.
    let before = (words.lower(at.wrapping_sub(1)), words.lower(at.wrapping_sub(2)));
    if words.lower(joint) == "and" && !matches!(before, ("between", "of" | "range" | "ranges" | "ranging")) {
        return None;
    }
    let second = joint + 1 + usize::from(is_sign(sign) && words.lower(joint + 1) == sign);
    let (len, high) = amount(words, second).filter(|_| !is_sign(words.lower(second)))?;
    let unit = unit_at(second + len);
    if is_sign(sign) {
        return said(&low, &high, "", second + len);
    }
    let unit = unit?;
    first.is_none_or(|first| first == unit).then(|| said(&low, &high, unit, second + len + 1))?
}

/// "1 October", "October 1st", "the 1st of October", "2026-10-01".
fn date(words: &Words, at: usize) -> Option<(usize, String)> {
    let day = |at: usize| {
        let word = words.lower(at);
        let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let end = &word[digits.len()..];
        let whole = matches!(end, "" | "st" | "nd" | "rd" | "th");
        digits.parse::<u32>().ok().filter(|day| whole && (1..=31).contains(day)).map(|day| (1, day.to_string()))
    };
    let from = at + usize::from(words.lower(at) == "the");
    let word = words.lower(from);
    if word.len() == 10
        && word.bytes().enumerate().all(|(i, b)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() })
    {
        return Some((from + 1 - at, word.to_owned()));
    }
    let named = |at: usize| day(at).or_else(|| ordinal(words, at));
    let year = |at: usize| {
        (words.lower(at).len() == 4 && words.lower(at).parse::<u32>().is_ok_and(|y| (2006..2100).contains(&y)))
            .then(|| words.lower(at))
    };
    let done = |end: usize, day: &str, month: &str| match year(end) {
        Some(year) => (end + 1 - at, format!("{day} {month} {year}")),
        None => (end - at, format!("{day} {month}")),
    };
    if is_month(word) {
        let (len, day) = named(from + 1)?;
        return Some(done(from + 1 + len, &day, word));
    }
    let (len, day) = named(from)?;
    let of = from + len + usize::from(words.lower(from + len) == "of");
    is_month(words.lower(of)).then(|| done(of + 1, &day, words.lower(of)))
}

#[cfg(test)]
mod tests {
    use super::named;
    use crate::tokens::Words;

    fn said(text: &str, kind: &str) -> Option<(usize, String)> {
        named(&Words::new(text), 0, kind)
    }

    #[test]
    fn numbers_in_words_that_are_no_tokens_of_numbers_are_said_in_digits() {
        let spoken = |text: &str| said(text, "{spoken}").map(|(_, number)| number);
        assert_eq!(spoken("a thousand dollars").as_deref(), Some("1000"));
        assert_eq!(spoken("sixteen cores"), None);
        assert_eq!(said("sixteen", "{amount}"), Some((1, "16".to_owned())));
        assert_eq!(spoken("two hundred gigs"), None);
        assert_eq!(spoken("a machine"), None);
        assert_eq!(said("1k", "{thousands}"), Some((1, "1000".to_owned())));
        assert_eq!(said("2.5k", "{thousands}"), Some((1, "2500".to_owned())));
        assert_eq!(said("k", "{thousands}"), None);
    }

    #[test]
    fn days_are_said_by_their_ordinal() {
        let day = |text: &str| said(text, "{ordinal}").map(|(_, day)| day);
        assert_eq!(day("third of november").as_deref(), Some("3rd"));
        assert_eq!(day("thirty first of october").as_deref(), Some("31st"));
        assert_eq!(day("twenty-second").as_deref(), Some("22nd"));
        assert_eq!(day("thirty fifth"), None);
        assert_eq!(said("2024 and 2025", "{two-years}"), Some((3, "2024 to 2025".to_owned())));
        assert_eq!(said("2023 and 2025", "{two-years}"), None);
    }
}
