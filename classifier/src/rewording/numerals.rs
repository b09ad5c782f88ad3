//! Numbers in several words, ordinals, months, and other things that a phrase holds and that are known by their shape.

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
];

const MONTHS: &[&str] = &[
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
    "jan",
    "feb",
    "mar",
    "apr",
    "jun",
    "jul",
    "aug",
    "sep",
    "sept",
    "oct",
    "nov",
    "dec",
];

const ONES: &[&str] = &[
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];

/// Those that the rules do not know.
const RARE: &[&str] = &["eleven", "thirteen", "fourteen", "sixteen", "seventeen", "eighteen", "nineteen"];

const TENS: &[&str] = &["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

const ORDINALS: &[&str] = &[
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
];

/// Keys of tags that are said without the word.
const TAGS: &[&str] = &["team", "owner", "env", "environment", "app", "project", "backup"];

/// What a thing can be or not be.
const FLAGS: &[&str] =
    &["encrypted", "public", "running", "attached", "tagged", "multi-az", "used", "versioned", "exposed", "associated"];

const ENGINES: &[&str] = &["mysql", "postgres", "postgresql", "mariadb", "oracle", "aurora", "sqlserver"];

pub(super) fn is_month(word: &str) -> bool {
    MONTHS.contains(&word)
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
        "{spoken}" => spoken(words, at)
            .filter(|(len, _)| *len > 1 || RARE.contains(&word) || word.contains('-'))
            .map(|(len, n)| (len, n.to_string())),
        "{thousands}" => thousands(word).map(|n| (1, n)),
        "{amount}" => amount(words, at),
        "{ordinal}" | "{ordinal-to}" => ordinal(words, at),
        "{month}" | "{month-to}" => one_of(MONTHS),
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
        "{version}" => {
            let is_version = matches!(words.kind(at), Some(Kind::Number(_)))
                || word.starts_with(|c: char| c.is_ascii_digit())
                    && word.bytes().all(|b| b.is_ascii_digit() || b == b'.');
            is_version.then(|| (1, word.to_owned()))
        }
        _ => None,
    }
}

/// "two hundred", "a thousand", "three hundred and fifty", "twenty five": how many words, and the number.
fn spoken(words: &Words, at: usize) -> Option<(usize, u64)> {
    let article =
        matches!(words.lower(at), "a" | "an") && matches!(words.lower(at + 1), "hundred" | "thousand" | "million");
    let (mut len, mut part, mut all) = if article { (1, 1, 0) } else { (0, 0, 0) };
    let mut is_open = article;
    loop {
        let word = words.lower(at + len);
        // "between one hundred and five hundred" are two.
        let joint =
            usize::from(word == "and" && part >= 100 && part % 100 == 0 && words.lower(at + len + 2) != "hundred");
        match below_hundred(words.lower(at + len + joint)) {
            Some(value) if len == 0 || part % 100 == 0 || part % 10 == 0 && part % 100 >= 20 && value < 10 => {
                if len > 0 && part > 0 && part < 100 && joint > 0 {
                    break;
                }
                part += value;
                len += 1 + joint;
                is_open = true;
            }
            _ if joint > 0 => break,
            _ => match word {
                "hundred" if is_open && (1..100).contains(&part) => {
                    part *= 100;
                    len += 1;
                }
                "thousand" if is_open && part > 0 => {
                    all += part * 1000;
                    part = 0;
                    len += 1;
                }
                "million" if is_open && part > 0 => {
                    all += part * 1_000_000;
                    part = 0;
                    len += 1;
                }
                _ => break,
            },
        }
    }
    (len > 0 && is_open && all + part > 0).then_some((len, all + part))
}

/// "seven", "sixty", "twenty-five".
fn below_hundred(word: &str) -> Option<u64> {
    let ones = |word: &str| ONES.iter().position(|one| *one == word).map(|n| n as u64);
    let tens = |word: &str| TENS.iter().position(|ten| *ten == word).map(|n| (n as u64 + 2) * 10);
    let both = || {
        let (ten, one) = word.split_once('-')?;
        Some(tens(ten)? + ones(one).filter(|one| (1..10).contains(one))?)
    };
    ones(word).or_else(|| tens(word)).or_else(both)
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
            .or_else(|| spoken(words, from).map(|(len, n)| (len, n.to_string())))?,
    };
    Some((sign + len, number))
}

/// "third", "thirty first", "twenty-second": a day of a month.
fn ordinal(words: &Words, at: usize) -> Option<(usize, String)> {
    let small = |word: &str| ORDINALS.iter().position(|one| *one == word).map(|n| n + 1);
    let word = words.lower(at);
    let tens = |word: &str| match word {
        "twenty" => Some(20),
        "thirty" => Some(30),
        _ => None,
    };
    let glued = || {
        let (ten, one) = word.split_once('-')?;
        Some((1, tens(ten)? + small(one).filter(|one| *one < 10)?))
    };
    let apart = || Some((2, tens(word)? + small(words.lower(at + 1)).filter(|one| *one < 10)?));
    let whole = match word {
        "twentieth" => Some((1, 20)),
        "thirtieth" => Some((1, 30)),
        _ => small(word).map(|n| (1, n)),
    };
    let (len, day) = whole.or_else(glued).or_else(apart)?;
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

#[cfg(test)]
mod tests {
    use super::named;
    use crate::tokens::Words;

    fn said(text: &str, kind: &str) -> Option<(usize, String)> {
        named(&Words::new(text), 0, kind)
    }

    #[test]
    fn numbers_of_several_words_are_one() {
        let spoken = |text: &str| said(text, "{spoken}").map(|(_, number)| number);
        assert_eq!(spoken("two hundred gigs").as_deref(), Some("200"));
        assert_eq!(spoken("a thousand dollars").as_deref(), Some("1000"));
        assert_eq!(spoken("three hundred and fifty").as_deref(), Some("350"));
        assert_eq!(spoken("twenty five").as_deref(), Some("25"));
        assert_eq!(spoken("twelve thousand five hundred").as_deref(), Some("12500"));
        assert_eq!(spoken("one hundred and five hundred gigs").as_deref(), Some("100"));
        assert_eq!(spoken("sixteen cores").as_deref(), Some("16"));
        assert_eq!(spoken("two three"), None);
        assert_eq!(spoken("two hundred and the rest").as_deref(), Some("200"));
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
