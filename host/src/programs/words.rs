//! A question as the words that matter, so that two ways to ask the same come out the same and no others do.
//!
//! What is taken away or made equal can change no meaning: politeness, articles, plurals, words for one thing. All
//! else stays, in its order: `not`, `only`, `per`, `without` are words like any other, and one that a wording has not
//! keeps a question from being that wording.

use std::collections::HashMap;
use std::sync::LazyLock;

/// A question of more words is not compared: it is a text.
const MAX_WORDS: usize = 200;
/// The longest phrase in [`SAME`], in words.
const LONGEST: usize = 4;

/// One word that matters.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Word {
    /// A word of the language, in the form that stands for all that mean the same.
    Plain(String),
    /// A number, and the sign of the money that it is.
    Number(f64, Option<char>),
    /// What stood between quotes.
    Quoted,
    /// A parameter's place in a wording, and the sign of money before it.
    Slot(String, Option<char>),
}

/// A word and how it was written.
#[derive(Debug, Clone)]
pub(super) struct Token {
    pub(super) word: Word,
    pub(super) raw: String,
}

impl Token {
    fn plain(word: impl Into<String>, raw: impl Into<String>) -> Self {
        Self { word: Word::Plain(word.into()), raw: raw.into() }
    }

    pub(super) fn text(&self) -> Option<&str> {
        match &self.word {
            Word::Plain(word) => Some(word),
            _ => None,
        }
    }

    /// What is equal for equal words and for no others.
    pub(super) fn key(&self) -> String {
        match &self.word {
            Word::Plain(word) => word.clone(),
            Word::Number(number, money) => format!("#{number}{}", money.map(String::from).unwrap_or_default()),
            Word::Quoted => format!("\"{}", self.raw),
            Word::Slot(..) => "{}".to_owned(),
        }
    }
}

/// Whether `{name}` is a place for a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Braces {
    /// As in a wording.
    Slots,
    /// As in a question.
    Text,
}

/// Said before what is asked for, and of no weight there.
const LEADS: &[&str] = &[
    "please", "kindly", "hi", "hello", "hey", "ok", "okay", "can", "could", "would", "will", "you", "tell", "show",
    "give", "find", "get", "list", "display", "me", "us", "what", "which", "i", "i'd", "want", "need", "like", "to",
    "know", "see", "let", "have", "has", "do", "does", "we", "are", "is", "there", "any", "all", "the", "a", "an",
    "of", "our", "my", "those", "these", "whats", "what's", "out", "identify",
];
/// Those of [`LEADS`] that are polite before one of these words, and before any other speak of what may be.
const POLITE: &[(&str, &[&str])] =
    &[("can", &["you", "we", "i"]), ("could", &["you", "we", "i"]), ("would", &["you", "like"]), ("will", &["you"])];
/// Said after it.
const ENDS: &[&str] = &["please", "thanks", "thank", "you", "me", "for"];
/// Of no weight wherever it stands.
const FILLERS: &[&str] = &[
    "the",
    "a",
    "an",
    "of",
    "that",
    "which",
    "who",
    "whose",
    "where",
    "is",
    "are",
    "be",
    "been",
    "being",
    "do",
    "does",
    "have",
    "has",
    "in",
    "on",
    "at",
    "for",
    "and",
    "there",
    "it",
    "its",
    "their",
    "they",
    "them",
    "we",
    "our",
    "my",
    "i",
    "currently",
    "please",
    "actually",
    "still",
    "any",
    "these",
    "those",
];
/// `was created` says no more than `created`; before any other word, `was` is another time.
const DONE: &[&str] = &["create", "gone"];
/// What people divide their things by: a bare word behind one of these is the name of one.
pub(super) const GROUPS: &[&str] = &["team", "app", "env", "environment", "owner", "project", "squad"];
/// A bare word behind one of these, too, is somebody's word for something, and stays as it was written.
const INTRODUCERS: &[&str] = &["tag", "tagged", "named", "called"];
/// Units of time.
pub(super) const TIMES: &[&str] = &["hour", "day", "week", "month", "year"];
/// Words of the grammar: never a value, unless in quotes.
const GRAMMAR: &[&str] = &[
    "not",
    "no",
    "without",
    "except",
    "excluding",
    "but",
    "only",
    "per",
    "unless",
    "and",
    "or",
    "nor",
    "than",
    "more",
    "less",
    "most",
    "least",
    "other",
    "another",
    "each",
    "every",
    "by",
    "with",
    "to",
    "from",
    "over",
    "last",
    "since",
    "before",
    "after",
    "between",
    "until",
    "within",
    "same",
    "all",
    "none",
    "never",
    "twice",
    "as",
    "day",
    "week",
    "month",
    "year",
    "hour",
    "this",
    "if",
    "when",
    "how",
    "why",
    "many",
    "much",
    "top",
    "missing",
    "also",
];
/// What may be a value, but is rather what a question is about where it follows one of [`INTRODUCERS`] or [`GROUPS`].
const NOUNS: &[&str] = &[
    "instance", "volume", "cost", "database", "bucket", "network", "subnet", "region", "account", "resource",
    "service", "snapshot", "team", "tag", "tagged", "key", "value", "name",
];

/// Words and phrases that mean one thing: what is written, and what stands for it.
static SAME: &[(&str, &str)] = &[
    ("virtual machine", "instance"),
    ("virtual server", "instance"),
    ("vm", "instance"),
    ("server", "instance"),
    ("machine", "instance"),
    ("disk", "volume"),
    ("drive", "volume"),
    ("storage volume", "volume"),
    ("spend", "cost"),
    ("spending", "cost"),
    ("spent", "cost"),
    ("expense", "cost"),
    ("expenditure", "cost"),
    ("bill", "cost"),
    ("costing", "cost"),
    ("pay", "cost"),
    ("more expensive than", "cost >"),
    ("pricier than", "cost >"),
    ("dearer than", "cost >"),
    ("more than", ">"),
    ("greater than", ">"),
    ("higher than", ">"),
    ("bigger than", ">"),
    ("larger than", ">"),
    ("above", ">"),
    ("exceed", ">"),
    ("exceeding", ">"),
    ("less than", "<"),
    ("fewer than", "<"),
    ("lower than", "<"),
    ("smaller than", "<"),
    ("below", "<"),
    ("under", "<"),
    ("at least", ">="),
    ("at most", "<="),
    ("made", "create"),
    ("created", "create"),
    ("provisioned", "create"),
    ("grew", "grow"),
    ("grown", "grow"),
    ("growing", "grow"),
    ("increased", "grow"),
    ("increase", "grow"),
    ("increasing", "grow"),
    ("rose", "grow"),
    ("rise", "grow"),
    ("risen", "grow"),
    ("rising", "grow"),
    ("went up", "grow"),
    ("gone up", "grow"),
    ("go up", "grow"),
    ("going up", "grow"),
    ("climbed", "grow"),
    ("powered off", "stopped"),
    ("switched off", "stopped"),
    ("turned off", "stopped"),
    ("shut down", "stopped"),
    ("deallocated", "stopped"),
    ("db", "database"),
    ("lb", "load balancer"),
    ("loadbalancer", "load balancer"),
    ("vpc", "network"),
    ("vnet", "network"),
    ("virtual network", "network"),
    ("without tag", "untagged"),
    ("with no tag", "untagged"),
    ("likely", "probable"),
    ("probably", "probable"),
    ("presumably", "probable"),
    ("in a row", "running"),
    ("consecutively", "running"),
    ("one after other", "running"),
    ("week over week", "week-over-week"),
    ("week on week", "week-over-week"),
    ("from week to week", "week-over-week"),
    ("month over month", "month-over-month"),
    ("month on month", "month-over-month"),
    ("over last", "last"),
    ("during last", "last"),
    ("within last", "last"),
    ("past", "last"),
    ("previous", "last"),
    ("over past", "last"),
    ("during past", "last"),
    ("over previous", "last"),
    ("percent", "%"),
    ("pct", "%"),
    ("per cent", "%"),
    ("biggest", "largest"),
    ("greatest", "largest"),
    ("oldest", "oldest"),
    ("cheapest", "cheapest"),
    ("hr", "hour"),
    ("min", "minute"),
    ("gb", "gib"),
    ("tb", "tib"),
    ("someone else", "another team"),
    ("different team", "another team"),
    ("other team", "another team"),
    ("no longer exist", "gone"),
    ("not exist any more", "gone"),
    ("deleted", "gone"),
];

static PHRASES: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| SAME.iter().copied().collect());

/// The words of a text that matter. None where it is too long to be a question.
pub(super) fn words(text: &str, braces: Braces) -> Option<Vec<Token>> {
    if text.len() > classifier::MAX_CHARS * 4 {
        return None;
    }
    let cut = cut(text, braces);
    if cut.len() > MAX_WORDS {
        return None;
    }
    let cut = without_ends(cut);
    let cut = phrases(&cut);
    let cut = without_fillers(cut);
    Some(phrases(&joined_money(cut)))
}

/// Whether a bare word may be a value.
pub(super) fn is_value(token: &Token) -> bool {
    let Word::Plain(word) = &token.word else { return false };
    let is_of =
        |list: &[&str]| list.contains(&word.as_str()) || list.iter().any(|w| w.eq_ignore_ascii_case(&token.raw));
    token.raw.starts_with(char::is_alphanumeric) && !token.raw.contains(' ') && !is_of(GRAMMAR) && !is_of(FILLERS)
}

fn cut(text: &str, braces: Braces) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut rest = text;
    // Whether a minus stands before the number that comes next.
    let mut is_negative = false;
    while let Some(first) = rest.chars().next() {
        if tokens.len() > MAX_WORDS {
            break;
        }
        if let Some(amount) = rest.strip_prefix(['-', '−', '–'])
            && amount.trim_start_matches(['$', '€', '£']).starts_with(|c: char| c.is_ascii_digit())
        {
            is_negative = true;
            rest = amount;
            continue;
        }
        if braces == Braces::Slots
            && let Some((name, after)) = rest.strip_prefix('{').and_then(|inside| inside.split_once('}'))
        {
            tokens.push(Token { word: Word::Slot(name.to_owned(), None), raw: String::new() });
            rest = after;
            continue;
        }
        if let Some((inside, after)) = quoted(rest, first) {
            tokens.push(Token { word: Word::Quoted, raw: inside.to_owned() });
            rest = after;
            continue;
        }
        if matches!(first, '%' | '$' | '€' | '£' | '<' | '>') {
            let two = rest.starts_with(">=") || rest.starts_with("<=");
            let len = if two { 2 } else { first.len_utf8() };
            tokens.push(Token::plain(&rest[..len], &rest[..len]));
            rest = &rest[len..];
            continue;
        }
        if !is_of_word(first) {
            rest = &rest[first.len_utf8()..];
            continue;
        }
        let len = word_len(rest);
        let before = tokens.len();
        push(&mut tokens, &rest[..len]);
        if let (true, Some(token)) = (std::mem::take(&mut is_negative), tokens.get_mut(before))
            && let Word::Number(number, _) = &mut token.word
        {
            *number = -*number;
            token.raw.insert(0, '-');
        }
        rest = &rest[len..];
    }
    tokens
}

fn quoted(rest: &str, first: char) -> Option<(&str, &str)> {
    let close = match first {
        '"' | '`' | '\'' => first,
        '“' => '”',
        '‘' => '’',
        _ => return None,
    };
    let (inside, after) = rest[first.len_utf8()..].split_once(close)?;
    // `'s` at the end of a name is no quote, and a quote within a word is none either.
    (!inside.trim().is_empty() && !after.starts_with(char::is_alphanumeric)).then_some((inside.trim(), after))
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | ':' | '@' | '\'' | '’' | '=' | '#' | '*' | '+')
}

fn word_len(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let end = rest.char_indices().find(|(at, c)| {
        let groups = *c == ','
            && bytes[..*at].iter().all(|b| b.is_ascii_digit() || *b == b',')
            && bytes.get(at + 1..at + 4).is_some_and(|next| next.iter().all(u8::is_ascii_digit))
            && !bytes.get(at + 4).is_some_and(u8::is_ascii_digit);
        !is_of_word(*c) && !groups
    });
    end.map_or(rest.len(), |(at, _)| at)
}

fn push(tokens: &mut Vec<Token>, written: &str) {
    let raw = written.trim_matches(|c: char| matches!(c, '.' | ':' | '\'' | '’' | '/' | '-'));
    if raw.is_empty() {
        return;
    }
    if let Some((number, unit)) = number(raw) {
        tokens.push(Token { word: Word::Number(number, None), raw: raw[..raw.len() - unit.len()].to_owned() });
        if !unit.is_empty() {
            tokens.push(Token::plain(unit_of(unit), unit));
        }
        return;
    }
    let lower = raw.to_lowercase();
    let possessive = lower.strip_suffix("'s").or_else(|| lower.strip_suffix("’s"));
    let is_introduced = tokens.last().and_then(Token::text).is_some_and(introduces)
        && !tokens.last().is_some_and(|last| last.raw.ends_with("'s") || last.raw.ends_with('’'));
    let singular = stem(&lower);
    let is_own = ![FILLERS, GRAMMAR, NOUNS]
        .iter()
        .any(|list| list.contains(&singular.as_str()) || list.contains(&lower.as_str()));
    if is_introduced && is_own {
        // Small letters stand for the word, so that it is found; the value keeps its own.
        return tokens.push(Token::plain(lower, raw));
    }
    let word = stem(possessive.unwrap_or(&lower));
    if let Some(number) = number_word(&word) {
        return tokens.push(Token { word: Word::Number(number, None), raw: raw.to_owned() });
    }
    tokens.push(Token::plain(word, raw));
}

/// A number and the unit glued to it.
fn number(raw: &str) -> Option<(f64, &str)> {
    let end = raw.find(|c: char| !c.is_ascii_digit() && c != '.' && c != ',').unwrap_or(raw.len());
    let (digits, unit) = raw.split_at(end);
    if !digits.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if is_ambiguous(digits) {
        return None;
    }
    let number: f64 = digits.replace(',', "").parse().ok()?;
    match unit.strip_prefix('-').unwrap_or(unit) {
        "" if unit.is_empty() => Some((number, "")),
        "k" | "K" => Some((number * 1000.0, "")),
        glued if unit_of(glued) != glued || TIMES.contains(&glued) || UNITS.contains(&glued) => Some((number, glued)),
        _ => None,
    }
}

/// `1.000` is one to some people and a thousand to others.
fn is_ambiguous(digits: &str) -> bool {
    digits.split_once('.').is_some_and(|(whole, rest)| {
        !whole.trim_start_matches('0').is_empty() && rest.len() == 3 && !whole.contains(',')
    })
}

const UNITS: &[&str] = &["gib", "tib", "usd", "eur", "gbp", "vcpus"];

fn unit_of(glued: &str) -> &str {
    match glued.to_ascii_lowercase().as_str() {
        "h" | "hr" | "hrs" | "hours" => "hour",
        "d" | "days" => "day",
        "w" | "weeks" => "week",
        "mo" | "months" => "month",
        "y" | "yr" | "years" => "year",
        "gb" | "gib" | "g" => "gib",
        "tb" | "tib" | "t" => "tib",
        _ => glued,
    }
}

fn number_word(word: &str) -> Option<f64> {
    let all = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    (1_u8..).zip(all).find(|(_, name)| *name == word).map(|(number, _)| f64::from(number))
}

/// The singular. What looks like an id or a code stays as it is.
fn stem(word: &str) -> String {
    let is_plain = word.chars().all(char::is_alphabetic);
    if !is_plain || word.len() < 3 || ["ss", "us", "is"].iter().any(|end| word.ends_with(end)) {
        return word.to_owned();
    }
    if ["does", "has", "was", "its", "this", "gas", "days"].contains(&word) {
        return if word == "days" { "day".to_owned() } else { word.to_owned() };
    }
    if let Some(start) = word.strip_suffix("ies").filter(|start| start.len() > 2) {
        return format!("{start}y");
    }
    for end in ["sses", "xes", "ches", "shes"] {
        if word.ends_with(end) {
            return word[..word.len() - 2].to_owned();
        }
    }
    word.strip_suffix('s').unwrap_or(word).to_owned()
}

fn without_ends(tokens: Vec<Token>) -> Vec<Token> {
    let is_of = |token: &Token, list: &[&str]| match &token.word {
        Word::Plain(_) => list.iter().any(|word| word.eq_ignore_ascii_case(&token.raw)),
        _ => false,
    };
    let mut end = tokens.len();
    if tokens
        .last()
        .is_some_and(|last| ["please", "thanks", "you", "me"].iter().any(|w| w.eq_ignore_ascii_case(&last.raw)))
    {
        while end > 0 && is_of(&tokens[end - 1], ENDS) {
            end -= 1;
        }
    }
    let is_lead = |at: &usize| {
        let word = tokens[*at].raw.to_lowercase();
        let polite = POLITE.iter().find(|(lead, _)| *lead == word);
        is_of(&tokens[*at], LEADS)
            && polite.is_none_or(|(_, before)| tokens.get(at + 1).is_some_and(|next| is_of(next, before)))
    };
    let begin = (0..end).take_while(is_lead).count();
    tokens.into_iter().take(end).skip(begin).collect()
}

/// Without words of no weight. `a week` is `1 week`.
fn without_fillers(tokens: Vec<Token>) -> Vec<Token> {
    let mut left = Vec::with_capacity(tokens.len());
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let next = tokens.peek().and_then(Token::text).unwrap_or_default();
        let is_done = matches!(token.text(), Some("was" | "were")) && DONE.contains(&next);
        let is_one = matches!(token.text(), Some("a" | "an")) && TIMES.contains(&next);
        if is_one {
            left.push(Token { word: Word::Number(1.0, None), raw: token.raw });
            continue;
        }
        if token.text() == Some("the")
            && let Some(last) = tokens.peek_mut().filter(|next| next.raw.eq_ignore_ascii_case("last"))
        {
            // "the last month" is another time than "last month".
            "the last".clone_into(&mut last.raw);
        }
        if !is_done && !token.text().is_some_and(|word| FILLERS.contains(&word)) {
            left.push(token);
        }
    }
    left
}

/// `$ 100` and `100 usd` are one thing.
fn joined_money(tokens: Vec<Token>) -> Vec<Token> {
    let sign = |token: &Token| match token.text()? {
        "$" | "usd" | "dollar" => Some('$'),
        "€" | "eur" | "euro" => Some('€'),
        "£" | "gbp" | "pound" => Some('£'),
        _ => None,
    };
    let mut joined: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut before = None;
    for mut token in tokens {
        let own = sign(&token);
        if let (Some(own), Some(Word::Number(_, money) | Word::Slot(_, money))) =
            (own, joined.last_mut().map(|last| &mut last.word))
            && money.is_none()
        {
            *money = Some(own);
            continue;
        }
        if let (Some(sign), Word::Number(_, money) | Word::Slot(_, money)) = (before, &mut token.word) {
            *money = Some(sign);
            joined.pop();
        }
        before = own;
        joined.push(token);
    }
    joined
}

/// Phrases that mean one thing in the form that stands for them, the longest first.
fn phrases(tokens: &[Token]) -> Vec<Token> {
    let mut said = Vec::with_capacity(tokens.len());
    let mut at = 0;
    let mut phrase = String::new();
    'tokens: while at < tokens.len() {
        for len in (1..=LONGEST.min(tokens.len() - at)).rev() {
            phrase.clear();
            let window = &tokens[at..at + len];
            if window.iter().any(|token| token.text().is_none()) || is_verbatim(tokens, at) {
                continue;
            }
            for token in window {
                phrase.push_str(token.text().unwrap_or_default());
                phrase.push(' ');
            }
            if let Some(same) = PHRASES.get(phrase.trim_end()) {
                let raw = window.iter().map(|token| token.raw.as_str()).collect::<Vec<_>>().join(" ");
                said.extend(same.split(' ').map(|word| Token::plain(word, raw.clone())));
                at += len;
                continue 'tokens;
            }
        }
        said.push(tokens[at].clone());
        at += 1;
    }
    said
}

fn introduces(word: &str) -> bool {
    INTRODUCERS.contains(&word) || GROUPS.contains(&word)
}

/// Whether a word stands behind one that introduces somebody's own words.
fn is_verbatim(tokens: &[Token], at: usize) -> bool {
    let before = at.checked_sub(1).map(|before| &tokens[before]);
    before.is_some_and(|token| {
        token.text().is_some_and(introduces) && token.raw.eq_ignore_ascii_case(token.text().unwrap_or_default())
    }) && is_value(&tokens[at])
        && !tokens[at].text().is_some_and(|word| NOUNS.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(question: &str, expected: &str) {
        let words = words(question, Braces::Text).expect("short");
        let keys: Vec<_> = words.iter().map(Token::key).collect();
        assert_eq!(keys.join(" "), expected, "{question}");
    }

    #[test]
    fn ways_to_ask_the_same_come_out_the_same() {
        for question in [
            "Which VMs cost more than the median?",
            "please show me the servers that cost more than the median",
            "can you tell me which virtual machines are more expensive than the median, thanks",
            "List all instances costing above the median.",
        ] {
            check(question, "instance cost > median");
        }
    }

    #[test]
    fn words_that_change_the_meaning_stay() {
        check("which VMs do not cost more than the median", "instance not cost > median");
        check("volumes without an instance, per team", "volume without instance per team");
        check("how many volumes are unencrypted", "how many volume unencrypted");
    }

    #[test]
    fn what_is_polite_goes_and_what_may_be_stays() {
        check("would you show me what volumes cost", "volume cost");
        check("i would like to see what volumes cost", "volume cost");
        check("what would volumes cost", "would volume cost");
        check("will we pay for volumes", "will cost volume");
        check("what did volumes cost", "did volume cost");
        check("volumes that were created", "volume create");
        check("volumes that were idle", "volume were idle");
    }

    #[test]
    fn numbers_units_and_money_are_read_however_they_are_written() {
        check("over $1,000 in 2 weeks", "over #1000$ #2 week");
        check("over 1k USD in two weeks", "over #1000$ #2 week");
        check("less than -$50, -20%, −3 hours, 10-20%", "< #-50$ #-20 % #-3 hour 10-20 %");
        check("$1.000, 0.125, 1,000.125", "$ 1.000 #0.125 #1000.125");
        check("within an hour, 90-day, 100GB, 20 percent", "within #1 hour #90 day #100 gib #20 %");
    }

    #[test]
    fn what_people_call_their_things_stays_as_it_is() {
        check("volumes of team servers in eu-west-1", "volume team servers eu-west-1");
        check("tag 'VMs' is \"the\"", "tag \"VMs \"the");
        check("another team's VMs", "another team instance");
    }
}
