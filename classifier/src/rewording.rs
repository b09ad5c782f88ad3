//! "at team level", "on a monthly basis", "rank the teams by average CPU": phrases in other words, which the rules read.
//!
//! Tried only where the rules read no query. A phrase becomes words of the same meaning and the rest of the question stays as
//! it was, so that all of it must still be read; the answer says what was taken for what.

mod asked;
mod measured;
mod numerals;
mod phrases;
mod qualities;
mod spoken;

use crate::phrases::{Mark, Marks};
use crate::tokens::{Kind, Words};
use asked::ASKED;
use measured::MEASURED;
use phrases::PHRASES;
use qualities::QUALITIES;
use spoken::SPOKEN;
use std::collections::HashMap;
use std::sync::Arc;

/// A phrase and what it is taken for.
#[derive(Debug)]
pub(crate) struct Phrase {
    /// Words with their alternatives (`at|on`); one that may be missing ends in `?`. `^` and `$` are where a clause begins and ends,
    /// `{rest}` is everything up to its end, and `{computed}` such a stretch that holds a word of money or of a number. `{k}` and
    /// `{j}` are one name, `{ks}` that of many things, `{groups}` and `{group}` a name that is often grouped by, `{n}` a number;
    /// `{unit}` is a width of time, `{units}` many, `{adverb}` how often, `{same}` what stood before once more, `{money}` what is paid, `{super}` a superlative, `{top-n}` is `top-5`, `{noun}` rows of a table, `{ip}` an address, `{thing}` what may be the name or the id of one thing, `{machine}` that of one that may be a machine, `{cidr}` a range of them,
    /// `{paper}` what somebody prepares or attends,
    /// `{spoken}`, `{amount}`, `{ordinal}`, `{month}` and the like are numbers and words of the calendar;
    /// `{some}` a few words of any kind; `{-wise}` is what stands before `-wise` in a word.
    said: &'static str,
    /// What it is taken for, with the same names.
    meant: &'static str,
    /// Words that make another question of it, wherever they stand.
    unless: &'static str,
    /// Words of which one must stand somewhere; any question will do where there are none.
    only: &'static str,
}

/// The phrases by the words that one can begin with.
#[derive(Debug, Default)]
pub(crate) struct Rewordings {
    by_word: HashMap<&'static str, Vec<Known>>,
    /// Those that begin with a name.
    by_name: Vec<(Option<&'static str>, Known)>,
}

/// A phrase, and what a question must have for it to stand there.
#[derive(Debug, Clone)]
struct Known {
    phrase: &'static Phrase,
    /// The marks of the words of which a question must have one, for each word that may not be missing: most phrases can stand
    /// nowhere in most questions, and need not be tried at each place.
    needs: Arc<[Marks]>,
}

impl Known {
    fn of(phrase: &'static Phrase) -> Self {
        let needed = |part: &&str| !part.ends_with('?') && !part.starts_with('{') && !matches!(*part, "^" | "$");
        let marks = |words: &mut dyn Iterator<Item = &'static str>| {
            words.fold(Marks::NONE, |marks, word| marks.with(Mark::of(word)))
        };
        let mut needs: Vec<_> = phrase.said.split(' ').filter(needed).map(|part| marks(&mut part.split('|'))).collect();
        if !phrase.only.is_empty() {
            needs.push(marks(&mut phrase.only.split(' ')));
        }
        Self { phrase, needs: needs.into() }
    }

    /// Whether a question of words with these marks may have it.
    fn may_stand(&self, said: &Marks) -> bool {
        self.needs.iter().all(|need| need.meets(said))
    }
}

/// Names of two words.
const PAIRS: &[&str] = &[
    "cost center",
    "cost centre",
    "service category",
    "charge category",
    "pricing category",
    "resource type",
    "resource group",
    "instance type",
    "volume type",
    "machine type",
    "billing account",
    "billing currency",
    "availability zone",
    "business unit",
    "team tag",
    "owner tag",
    "env tag",
    "app tag",
    "environment tag",
    "dns name",
];

/// What tags and bills group by, in the singular.
const GROUPS: &[&str] = &[
    "team",
    "owner",
    "project",
    "app",
    "application",
    "environment",
    "env",
    "department",
    "squad",
    "product",
    "cost center",
    "cost centre",
    "business unit",
    "service",
    "service category",
    "account",
    "subscription",
    "region",
    "provider",
    "zone",
    "instance type",
    "volume type",
    "resource type",
    "runtime",
    "engine",
    "kind",
];

/// How many.
const NUMBERS: &[&str] =
    &["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "twelve", "fifteen", "twenty"];

/// Widths of time: one, many, and how often.
const UNITS: &[(&str, &str, &str)] = &[
    ("hour", "hours", "hourly"),
    ("day", "days", "daily"),
    ("week", "weeks", "weekly"),
    ("month", "months", "monthly"),
    ("quarter", "quarters", "quarterly"),
    ("year", "years", "yearly"),
];

/// Rows of tables.
const TABLES: &[&str] = &[
    "instances",
    "volumes",
    "snapshots",
    "databases",
    "resources",
    "functions",
    "buckets",
    "clusters",
    "images",
    "findings",
    "vms",
    "machines",
    "servers",
    "disks",
    "recommendations",
    "subnets",
    "networks",
    "accounts",
];

const SUPERLATIVES: &[&str] =
    &["oldest", "newest", "latest", "biggest", "largest", "smallest", "priciest", "costliest", "cheapest", "dearest"];

const MONEY: &[&str] = &["spend", "cost", "costs", "spending", "expenditure", "bill", "expenses"];

/// What somebody prepares, reads or attends.
const PAPERS: &[&str] = &[
    "review",
    "reviews",
    "report",
    "reports",
    "deck",
    "pack",
    "slides",
    "slide",
    "meeting",
    "close",
    "closing",
    "summary",
    "presentation",
    "reporting",
    "session",
    "call",
    "briefing",
    "qbr",
    "mbr",
    "forum",
    "committee",
    "newsletter",
    "dashboard",
    "memo",
    "paper",
    "update",
    "sync",
    "standup",
    "workshop",
    "retro",
    "steerco",
    "numbers",
    "planning",
    "reconciliation",
];

/// What says which of them.
const WHICH_PAPER: &[&str] = &[
    "the",
    "our",
    "my",
    "a",
    "an",
    "next",
    "upcoming",
    "tomorrow's",
    "monthly",
    "weekly",
    "quarterly",
    "annual",
    "yearly",
    "cost",
    "costs",
    "cloud",
    "finops",
    "spend",
    "board",
    "finance",
    "business",
    "management",
    "leadership",
    "exec",
    "executive",
    "steering",
    "budget",
    "ops",
    "operations",
    "engineering",
    "team",
    "staff",
    "cfo's",
    "cto's",
    "month-end",
    "quarter-end",
    "year-end",
    "chargeback",
    "showback",
    "spending",
    "financial",
    "governance",
    "capacity",
    "internal",
    "big",
    "ongoing",
];

/// How the ids of what is no machine begin.
const OTHER_IDS: &[&str] = &[
    "vol-",
    "snap-",
    "ami-",
    "sg-",
    "vpc-",
    "subnet-",
    "nat-",
    "eni-",
    "eipalloc-",
    "igw-",
    "rtb-",
    "db-",
    "lb-",
    "alb-",
    "nlb-",
    "elb-",
    "fn-",
    "eks-",
    "aks-",
    "disk-",
    "cluster-",
    "bucket-",
    "snapshot-",
];

/// So many words `{some}` may stand for.
const MOST_OF_SOME: usize = 6;

/// Words of money and of what is computed.
const COMPUTED: &[&str] = &[
    "spend",
    "cost",
    "costs",
    "spending",
    "expenditure",
    "bill",
    "bills",
    "charges",
    "total",
    "totals",
    "average",
    "avg",
    "mean",
    "number",
    "count",
    "counts",
    "sum",
    "expenses",
];

/// Words that name nothing.
const NO_NAMES: &[&str] = &[
    "the",
    "our",
    "all",
    "a",
    "an",
    "of",
    "and",
    "or",
    "by",
    "per",
    "each",
    "every",
    "in",
    "on",
    "at",
    "for",
    "to",
    "this",
    "that",
    "these",
    "those",
    "same",
    "other",
    "any",
    "top",
    "which",
    "what",
    "month",
    "months",
    "week",
    "weeks",
    "day",
    "days",
    "quarter",
    "quarters",
    "year",
    "years",
    "with",
    "its",
    "their",
    "not",
    "no",
    "most",
    "least",
    "two",
    "three",
    "different",
];

impl Rewordings {
    pub(crate) fn new() -> Self {
        let mut all = Self::default();
        PHRASES.iter().chain(SPOKEN).chain(ASKED).chain(QUALITIES).chain(MEASURED).for_each(|phrase| all.index(phrase));
        all
    }

    fn index(&mut self, phrase: &'static Phrase) {
        let known = Known::of(phrase);
        for part in phrase.said.split(' ').filter(|part| *part != "^") {
            let (part, may_be_missing) = optional(part);
            if part.starts_with('{') {
                let first = Some(part).filter(|part| !may_be_missing && *part != "{some}");
                self.by_name.push((first, known.clone()));
            } else {
                part.split('|').for_each(|word| self.by_word.entry(word).or_default().push(known.clone()));
            }
            if !may_be_missing {
                return;
            }
        }
    }

    /// The question in other words, and what was taken for what; none where nothing of it is.
    pub(crate) fn reworded(&self, words: &Words) -> Option<(String, Vec<String>)> {
        let (mut text, mut notes) = (String::with_capacity(words.text().len() + 16), Vec::new());
        let said = (0..words.len()).fold(Marks::NONE, |said, at| said.with(words.mark(at)));
        let by_name: Vec<_> = self.by_name.iter().filter(|(_, known)| known.may_stand(&said)).collect();
        let mut at = 0;
        while at < words.len() {
            let found = self.longest(words, at, &said, &by_name);
            let len = found.as_ref().map_or(1, |(len, _)| *len);
            let meant = found.map(|(_, meant)| {
                let said = words.raw_phrase(at, len);
                notes.push(match meant.as_str() {
                    "" => format!("`{said}` passed over: the question is the same without"),
                    meant => format!("`{said}` is read as `{meant}`"),
                });
                meant
            });
            let is_dash = is_dash(words, at);
            if is_dash {
                notes.push("`-` is read as the end of a clause".to_owned());
            }
            let piece = meant.unwrap_or_else(|| if is_dash { ",".to_owned() } else { as_written(words, at) });
            if !piece.is_empty() {
                text.push_str(&piece);
                text.push(' ');
            }
            at += len;
        }
        (!notes.is_empty()).then_some((text, notes))
    }

    /// The longest phrase there, of those that the question may have.
    fn longest(
        &self,
        words: &Words,
        at: usize,
        said: &Marks,
        by_name: &[&(Option<&'static str>, Known)],
    ) -> Option<(usize, String)> {
        if words.kind(at) == Some(Kind::Quoted) {
            return None;
        }
        let by_word = self.by_word.get(words.lower(at)).into_iter().flatten().filter(|known| known.may_stand(said));
        // Looked at once here: at most places no clause begins, and one phrase in eight must begin one.
        let begins = begins_clause(words, at);
        // Many phrases begin with the same kind of name.
        let mut looked_at: Vec<(&str, bool)> = Vec::new();
        let by_name = by_name.iter().filter(|(first, _)| {
            first.is_none_or(|kind| match looked_at.iter().find(|(other, _)| *other == kind) {
                Some((_, is_there)) => *is_there,
                None => {
                    let is_there = named(words, at, kind).is_some();
                    looked_at.push((kind, is_there));
                    is_there
                }
            })
        });
        by_word
            .chain(by_name.map(|(_, known)| known))
            .map(|known| known.phrase)
            .filter(|phrase| begins || !phrase.said.starts_with('^'))
            .filter_map(|phrase| fits(phrase, words, at))
            .max_by_key(|(len, _)| *len)
            .filter(|(len, _)| *len > 0)
    }
}

fn begins_clause(words: &Words, at: usize) -> bool {
    at == 0 || is_break(words, at - 1)
}

/// Whether a clause ends there, by a comma or a dash.
fn is_break(words: &Words, at: usize) -> bool {
    match words.lower(at) {
        "," => true,
        "-" => is_dash(words, at),
        _ => false,
    }
}

/// "credits - last year, please": a dash between words is a break; between numbers and times it is none.
fn is_dash(words: &Words, at: usize) -> bool {
    let plain = |at: usize| words.shape(at).is_plain() && words.kind(at) == Some(Kind::Word);
    words.lower(at) == "-"
        && at > 0
        && plain(at + 1)
        && !(numerals::is_month(words.lower(at - 1)) && numerals::is_month(words.lower(at + 1)))
}

/// A token as it can be cut again.
fn as_written(words: &Words, at: usize) -> String {
    let (raw, lower) = (words.raw(at), words.lower(at));
    match words.kind(at) {
        Some(Kind::Quoted) => format!("\"{raw}\""),
        // What was mended stays so.
        _ if !raw.eq_ignore_ascii_case(lower) => lower.to_owned(),
        _ => raw.to_owned(),
    }
}

fn optional(part: &str) -> (&str, bool) {
    part.strip_suffix('?').map_or((part, false), |part| (part, true))
}

/// How many words from a place on are the phrase, and what they are taken for.
fn fits(phrase: &Phrase, words: &Words, at: usize) -> Option<(usize, String)> {
    let mut names = Vec::new();
    let end = all_fit(phrase.said, words, at, at, &mut names)?;
    let has_one = |of: &str| {
        (0..words.len()).filter(|i| !(at..end).contains(i)).any(|i| of.split(' ').any(|word| word == words.lower(i)))
    };
    if !phrase.unless.is_empty() && has_one(phrase.unless) || !phrase.only.is_empty() && !has_one(phrase.only) {
        return None;
    }
    let meant = names.iter().fold(phrase.meant.to_owned(), |meant, (part, text)| meant.replace(part, text));
    Some((end - at, meant))
}

/// Where the parts of a phrase end that begin at a place; what they name is put into the list.
fn all_fit(
    parts: &'static str,
    words: &Words,
    begin: usize,
    at: usize,
    names: &mut Vec<(&'static str, String)>,
) -> Option<usize> {
    if parts.is_empty() {
        return Some(at);
    }
    let (part, more) = parts.split_once(' ').unwrap_or((parts, ""));
    let (part, may_be_missing) = optional(part);
    if part == "{some}" {
        return (1..=MOST_OF_SOME).find_map(|len| some(part, more, words, begin, (at, len), names));
    }
    let found = match part {
        "^" => begins_clause(words, begin).then_some(0),
        "$" => (words.raw(at).is_empty() || is_break(words, at)).then_some(0),
        "{same}" => names.last().is_some_and(|(_, unit)| unit == words.lower(at)).then_some(1),
        _ if part.starts_with('{') => named(words, at, part).map(|(len, text)| {
            names.push((part, text));
            len
        }),
        _ => part.split('|').any(|one| one == words.lower(at)).then_some(1),
    };
    match found {
        Some(len) => all_fit(more, words, begin, at + len, names),
        None if may_be_missing => all_fit(more, words, begin, at, names),
        None => None,
    }
}

/// The rest of a phrase behind some words of whatever kind.
fn some(
    part: &'static str,
    more: &'static str,
    words: &Words,
    begin: usize,
    (at, len): (usize, usize),
    names: &mut Vec<(&'static str, String)>,
) -> Option<usize> {
    if (at..at + len).any(|i| matches!(words.lower(i), "" | ",")) {
        return None;
    }
    let before = names.len();
    names.push((part, (at..at + len).map(|i| as_written(words, i)).collect::<Vec<_>>().join(" ")));
    let end = all_fit(more, words, begin, at + len, names);
    if end.is_none() {
        names.truncate(before);
    }
    end
}

/// What stands there of the kind that is asked for: how many words, and how it is said elsewhere.
fn named(words: &Words, at: usize, kind: &str) -> Option<(usize, String)> {
    let word = words.lower(at);
    let unit = |is_it: fn(&(&str, &str, &str), &str) -> bool| UNITS.iter().find(|unit| is_it(unit, word));
    match kind {
        "{rest}" => rest(words, at),
        "{computed}" => rest(words, at).filter(|(len, _)| (at..at + len).any(|i| COMPUTED.contains(&words.lower(i)))),
        "{group}" | "{groups}" => {
            let found = name(words, at, true).or_else(|| name(words, at, false).filter(|_| kind == "{group}"));
            found.filter(|(_, text)| GROUPS.contains(&text.as_str()))
        }
        "{n}" => {
            let number = NUMBERS.contains(&word) || word.len() < 4 && word.parse::<u32>().is_ok_and(|n| n > 1);
            number.then(|| (1, word.to_owned()))
        }
        "{ip}" => word.parse::<std::net::Ipv4Addr>().is_ok().then(|| (1, word.to_owned())),
        "{thing}" | "{machine}" => {
            let has = |of: fn(char) -> bool| word.contains(of);
            // "m5.large" is a type, and the id of a volume is no machine's.
            let named = word.len() > 3 && has(|c| c.is_ascii_alphabetic()) && !has(|c| matches!(c, '.' | '/' | ':'));
            let host = kind == "{thing}" || !OTHER_IDS.iter().any(|prefix| word.starts_with(prefix));
            (named && host && has(|c| c == '-' || c.is_ascii_digit())).then(|| (1, as_written(words, at)))
        }
        "{cidr}" => {
            let (first, bits) = word.split_once('/')?;
            let range = first.parse::<std::net::Ipv4Addr>().is_ok() && bits.parse::<u8>().is_ok_and(|bits| bits <= 32);
            range.then(|| (1, word.to_owned()))
        }
        "{noun}" => TABLES.contains(&word).then(|| (1, word.to_owned())),
        "{top-n}" => {
            let number = word.strip_prefix("top")?.trim_start_matches('-');
            number.parse::<u32>().ok().filter(|n| (1..1000).contains(n)).map(|n| (1, format!("top {n}")))
        }
        "{super}" => SUPERLATIVES.contains(&word).then(|| (1, word.to_owned())),
        "{money}" => MONEY.contains(&word).then(|| (1, word.to_owned())),
        "{unit}" => unit(|unit, word| unit.0 == word).map(|unit| (1, unit.0.to_owned())),
        "{units}" => unit(|unit, word| unit.1 == word).map(|unit| (1, unit.0.to_owned())),
        "{adverb}" => unit(|unit, word| unit.0 == word || unit.2 == word).map(|unit| (1, unit.2.to_owned())),
        "{paper}" => {
            let begins = (at..).take_while(|i| WHICH_PAPER.contains(&words.lower(*i))).count();
            let is_paper = |i: usize| PAPERS.contains(&words.lower(i));
            let end = (at + begins..).take_while(|i| is_paper(*i)).count();
            (begins > 0 && end > 0).then(|| (begins + end, String::new()))
        }
        "{-wise}" | "{-level}" | "{-related}" => {
            let end = kind.trim_matches(['{', '}', '-']);
            let stem = word.strip_suffix(end)?;
            let whole = stem.strip_suffix('-').unwrap_or(stem);
            let known = GROUPS.contains(&whole)
                || UNITS.iter().any(|unit| unit.0 == whole)
                || end == "related" && whole.len() > 1;
            (known && (end == "wise" || whole != stem)).then(|| (1, whole.to_owned()))
        }
        _ if numerals::is_kind(kind) => numerals::named(words, at, kind),
        _ => name(words, at, kind == "{ks}"),
    }
}

/// The name of something to group by; of many such things the name of one.
fn name(words: &Words, at: usize, many: bool) -> Option<(usize, String)> {
    let pair = words.phrase(at, 2);
    let single = |text: &str| match text.strip_suffix("ies") {
        Some(stem) => Some(format!("{stem}y")),
        None => text.strip_suffix('s').filter(|stem| !stem.ends_with('s')).map(str::to_owned),
    };
    let one = if many { single(pair) } else { Some(pair.to_owned()) };
    if let Some(one) = one.filter(|one| PAIRS.contains(&one.as_str())) {
        return Some((2, one));
    }
    let word = words.lower(at);
    if words.kind(at) != Some(Kind::Word) || NO_NAMES.contains(&word) || word.len() < 2 {
        return None;
    }
    let one = if many { single(word)? } else { word.to_owned() };
    Some((1, one))
}

/// All words up to the end of a clause.
fn rest(words: &Words, at: usize) -> Option<(usize, String)> {
    let end = (at..words.len()).find(|i| words.lower(*i) == ",").unwrap_or(words.len());
    (end > at).then(|| (end - at, (at..end).map(|i| as_written(words, i)).collect::<Vec<_>>().join(" ")))
}

#[cfg(test)]
mod tests {
    use super::{ASKED, MEASURED, PHRASES, QUALITIES, Rewordings, SPOKEN};
    use crate::tokens::Words;

    fn reworded(question: &str) -> Option<String> {
        Rewordings::new().reworded(&Words::new(question)).map(|(text, _)| text.trim_end().to_owned())
    }

    #[test]
    fn a_phrase_is_said_in_other_words_and_the_rest_stays() {
        let said = |question: &str| reworded(question).unwrap();
        assert_eq!(said("October spend at team level"), "October spend by team");
        assert_eq!(said("S3 cost on a monthly basis in 2026"), "S3 cost monthly in 2026");
        assert_eq!(said("distribution of \"web 1\" across regions"), "\"web 1\" by region");
        assert_eq!(said("which team has the lowest average CPU"), "average CPU by team , lowest first , limit 1");
    }

    #[test]
    fn words_that_make_another_question_of_a_phrase_keep_it_as_it_is() {
        assert_eq!(reworded("how much memory do they consume"), None);
        assert_eq!(reworded("what does each team own"), None);
        assert_eq!(reworded("VMs with CPU below 5%"), None);
    }

    #[test]
    fn what_is_taken_for_a_phrase_names_nothing_that_the_phrase_does_not() {
        for phrase in PHRASES.iter().chain(SPOKEN).chain(ASKED).chain(QUALITIES).chain(MEASURED) {
            let names = phrase.meant.split(' ').filter(|part| part.starts_with('{'));
            // `{group}s` is many of `{group}`.
            let names = names.map(|name| &name[..=name.find('}').unwrap()]);
            names.for_each(|name| assert!(phrase.said.contains(name), "{} is taken for {}", phrase.said, phrase.meant));
        }
    }
}
