//! Cuts a question into tokens, once, in two parallel texts: one as it was written, one in lower case.

pub(crate) mod in_words;

use crate::phrases::Mark;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    /// A word, a name, an id.
    Word,
    /// A number, without its unit.
    Number(f64),
    /// What stood between quotes: always a value, never a word of the language.
    Quoted,
    /// `<`, `>=`, `%`, `$`, and `,` for every break between phrases.
    Symbol,
}

/// One token: where it lies in both texts, and what it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Token {
    start: usize,
    end: usize,
    /// Where it lies in the text in lower case, which a mended spelling shifts.
    lower: (usize, usize),
    /// What its first word in lower case is filed under.
    mark: Mark,
    shape: Shape,
    pub(crate) kind: Kind,
}

/// Which characters other than letters a word has, a bit each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Shape(u8);

impl Shape {
    /// None.
    pub(crate) const PLAIN: Self = Self(0);
    pub(crate) const DIGIT: Self = Self(1);
    pub(crate) const DASH: Self = Self(1 << 1);
    pub(crate) const DOT: Self = Self(1 << 2);
    pub(crate) const SLASH: Self = Self(1 << 3);
    /// `_` or `:`.
    pub(crate) const JOINT: Self = Self(1 << 4);
    /// Any other, letters of other alphabets among them.
    pub(crate) const OTHER: Self = Self(1 << 5);

    fn of(text: &str) -> Self {
        let bit = |b: u8| match b {
            b'a'..=b'z' | b'A'..=b'Z' => 0,
            b'0'..=b'9' => Self::DIGIT.0,
            b'-' => Self::DASH.0,
            b'.' => Self::DOT.0,
            b'/' => Self::SLASH.0,
            b'_' | b':' => Self::JOINT.0,
            _ => Self::OTHER.0,
        };
        Self(text.bytes().fold(0, |shape, b| shape | bit(b)))
    }

    /// These and those.
    pub(crate) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether it has some of those.
    pub(crate) const fn any(self, of: Self) -> bool {
        self.0 & of.0 != 0
    }

    /// Whether it is of letters alone.
    pub(crate) const fn is_plain(self) -> bool {
        self.0 == 0
    }
}

/// A question cut into tokens. Both texts hold the tokens with one space between.
#[derive(Debug, Default)]
pub(crate) struct Words {
    raw: String,
    lower: String,
    tokens: Vec<Token>,
}

/// What may follow a number without a space, as in `100GB`, `30d`, `90-day`.
const GLUED: &[&str] = &[
    "b", "kb", "kib", "mb", "mib", "gb", "gib", "tb", "tib", "pb", "pib", "d", "h", "w", "mo", "y", "day", "days",
    "hours", "hour", "week", "weeks", "month", "months", "year", "years", "usd", "eur", "gbp", "vcpu", "vcpus",
    "cores", "core", "iops", "pct", "percent", "yr", "hrs", "hr", "s", "g", "b/s", "kb/s", "mb/s", "gb/s", "mib/s",
    "kbps", "mbps", "gbps",
];

/// Words behind which a colon leads on to what they are about, so that it is no break.
const LEADS_ON: &[&str] = &["tag", "tags", "label", "labels", "tagged", "columns", "fields", "key"];

/// Short forms whose full stop ends no sentence.
const SHORT: &[&str] =
    &["incl", "excl", "e.g", "i.e", "approx", "avg", "max", "min", "vs", "resp", "esp", "acct", "env"];

impl Words {
    /// Cuts a question.
    pub(crate) fn new(question: &str) -> Self {
        let mut words = Self {
            raw: String::with_capacity(question.len() + 16),
            lower: String::new(),
            tokens: Vec::with_capacity(question.len() / 5 + 4),
        };
        let mut rest = question;
        while let Some(first) = rest.chars().next() {
            rest = &rest[words.next(first, rest)..];
        }
        if let Some(joined) = words.with_numbers_joined() {
            words = joined;
        }
        words.lower = words.raw.to_ascii_lowercase();
        words.mark_all();
        words
    }

    /// "two hundred", "twenty-five", "one thousand five hundred": a number of several words is one, in digits.
    fn with_numbers_joined(&self) -> Option<Self> {
        let text = |at: usize| match self.tokens.get(at) {
            Some(token) if token.kind != Kind::Quoted => &self.raw[token.start..token.end],
            _ => "",
        };
        let mut joined: Option<Self> = None;
        let mut at = 0;
        while at < self.len() {
            let found = in_words::begins(text(at)).then(|| in_words::compound(text, at)).flatten();
            if let Some((len, value)) = found {
                let all = joined.get_or_insert_with(|| self.first(at));
                all.push(&value.to_string(), Kind::Number(f64::from(value)));
                at += len;
                continue;
            }
            if let Some(all) = &mut joined {
                let token = self.tokens[at];
                all.push(&self.raw[token.start..token.end], token.kind);
            }
            at += 1;
        }
        joined
    }

    /// The first so many tokens.
    fn first(&self, count: usize) -> Self {
        let mut words = Self { raw: String::with_capacity(self.raw.len()), ..Self::default() };
        for token in &self.tokens[..count] {
            words.push(&self.raw[token.start..token.end], token.kind);
        }
        words
    }

    fn mark_all(&mut self) {
        for token in &mut self.tokens {
            let text = &self.lower[token.lower.0..token.lower.1];
            (token.mark, token.shape) = (Mark::of(text), Shape::of(text));
        }
    }

    /// Has tokens read as other words than were written; what was written is kept beside them.
    pub(crate) fn respell(&mut self, mended: &[(usize, String)]) {
        if mended.is_empty() {
            return;
        }
        let mut lower = String::with_capacity(self.lower.len() + 16);
        let mut mended = mended.iter().peekable();
        for (at, token) in self.tokens.iter_mut().enumerate() {
            if !lower.is_empty() {
                lower.push(' ');
            }
            let start = lower.len();
            match mended.next_if(|(place, _)| *place == at) {
                Some((_, word)) => lower.push_str(word),
                None => lower.push_str(&self.lower[token.lower.0..token.lower.1]),
            }
            token.lower = (start, lower.len());
        }
        self.lower = lower;
        self.mark_all();
    }

    /// The same without some stretches of it, each a place and how many tokens, in order; with the places of what is left. No
    /// break is left at the beginning, nor two in a row.
    pub(crate) fn without(&self, stretches: &[(usize, usize)]) -> (Self, Vec<usize>) {
        let mut kept = Vec::with_capacity(self.len());
        for at in 0..self.len() {
            let is_out = stretches.iter().any(|(from, len)| (*from..from + len).contains(&at));
            let after_break = kept.last().is_none_or(|last: &usize| self.lower(*last) == ",");
            let is_break = self.kind(at) == Some(Kind::Symbol) && self.lower(at) == ",";
            let is_left = !(after_break && is_break);
            if is_left && !is_out {
                kept.push(at);
            }
        }
        let mut words = Self { raw: String::with_capacity(self.raw.len()), ..Self::default() };
        let mut lower = String::with_capacity(self.lower.len());
        for token in kept.iter().filter_map(|at| self.tokens.get(*at)) {
            words.push(&self.raw[token.start..token.end], token.kind);
            if !lower.is_empty() {
                lower.push(' ');
            }
            let start = lower.len();
            lower.push_str(&self.lower[token.lower.0..token.lower.1]);
            if let Some(last) = words.tokens.last_mut() {
                last.lower = (start, lower.len());
            }
        }
        words.lower = lower;
        words.mark_all();
        (words, kept)
    }

    /// How many tokens there are.
    pub(crate) fn len(&self) -> usize {
        self.tokens.len()
    }

    /// All tokens in lower case, with a space between.
    pub(crate) fn text(&self) -> &str {
        &self.lower
    }

    /// The token there, in lower case; empty behind the end.
    pub(crate) fn lower(&self, at: usize) -> &str {
        #[cfg(test)]
        steps::count();
        self.tokens.get(at).map_or("", |token| &self.lower[token.lower.0..token.lower.1])
    }

    /// What the first word of the token there is filed under; that of no word behind the end.
    pub(crate) fn mark(&self, at: usize) -> Mark {
        #[cfg(test)]
        steps::count();
        self.tokens.get(at).map_or(const { Mark::of("") }, |token| token.mark)
    }

    /// Which characters other than letters the token there has in lower case; none behind the end.
    pub(crate) fn shape(&self, at: usize) -> Shape {
        #[cfg(test)]
        steps::count();
        self.tokens.get(at).map_or(Shape::default(), |token| token.shape)
    }

    /// Those of some phrases that stand there: how many words each takes.
    #[inline]
    pub(crate) fn said<'p>(&self, at: usize, phrases: &'p [&'p str]) -> impl Iterator<Item = usize> + use<'_, 'p> {
        let rest = self.tokens.get(at).map_or("", |token| &self.lower[token.lower.0..]);
        let first = rest.as_bytes().first().copied();
        // Most phrases are others from their first letter on, and need not be counted.
        let begins = move |phrase: &&&str| phrase.as_bytes().first().copied() == first && rest.starts_with(**phrase);
        phrases.iter().filter(begins).filter_map(move |phrase| self.says(at, phrase))
    }

    /// How many words a phrase takes, where it stands there.
    pub(crate) fn says(&self, at: usize, phrase: &str) -> Option<usize> {
        let len = 1 + phrase.bytes().filter(|b| *b == b' ').count();
        (self.phrase(at, len) == phrase).then_some(len)
    }

    /// The token there, as it was written; empty behind the end.
    pub(crate) fn raw(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |t| &self.raw[t.start..t.end])
    }

    /// So many tokens as they were written, with a space between.
    pub(crate) fn raw_phrase(&self, at: usize, len: usize) -> &str {
        #[cfg(test)]
        steps::count();
        self.range(at, len).map_or("", |(start, end)| self.raw.get(start..end).unwrap_or_default())
    }

    /// So many tokens in lower case, with a space between; empty if there are not so many.
    pub(crate) fn phrase(&self, at: usize, len: usize) -> &str {
        #[cfg(test)]
        steps::count();
        let last = at.checked_add(len).and_then(|end| end.checked_sub(1)).and_then(|at| self.tokens.get(at));
        match (self.tokens.get(at), last) {
            (Some(first), Some(last)) => self.lower.get(first.lower.0..last.lower.1).unwrap_or_default(),
            _ => "",
        }
    }

    /// What the token there is.
    pub(crate) fn kind(&self, at: usize) -> Option<Kind> {
        self.tokens.get(at).map(|t| t.kind)
    }

    fn range(&self, at: usize, len: usize) -> Option<(usize, usize)> {
        let last = self.tokens.get(at.checked_add(len)?.checked_sub(1)?)?;
        Some((self.tokens.get(at)?.start, last.end))
    }

    fn push(&mut self, text: &str, kind: Kind) {
        if !self.raw.is_empty() {
            self.raw.push(' ');
        }
        let start = self.raw.len();
        if text.bytes().all(|b| b.is_ascii_graphic()) {
            self.raw.push_str(text);
        } else {
            self.raw.extend(text.chars().map(plain));
        }
        let end = self.raw.len();
        self.tokens.push(Token {
            start,
            end,
            lower: (start, end),
            mark: const { Mark::of("") },
            shape: Shape::default(),
            kind,
        });
    }

    /// Reads what stands first, and says how many bytes of it were read.
    fn next(&mut self, first: char, rest: &str) -> usize {
        if first.is_whitespace() || first.is_control() {
            return first.len_utf8();
        }
        if let Some((inner, len)) = quoted(first, rest) {
            self.push(inner, Kind::Quoted);
            return len;
        }
        const SIGNS: &[(&str, &str)] =
            &[("<=", "<="), (">=", ">="), ("!=", "!="), ("<>", "!="), ("==", "="), ("≤", "<="), ("≥", ">=")];
        let sign = SIGNS.iter().find(|(text, _)| !first.is_ascii_alphanumeric() && rest.starts_with(text));
        if let Some((text, symbol)) = sign {
            self.push(symbol, Kind::Symbol);
            return text.len();
        }
        if matches!(first, '<' | '>' | '=' | '%' | '$' | '€' | '£') {
            self.push(&rest[..first.len_utf8()], Kind::Symbol);
            return first.len_utf8();
        }
        if is_break(first) {
            if !matches!(self.tokens.last(), Some(t) if &self.raw[t.start..t.end] == ",") {
                self.push(",", Kind::Symbol);
            }
            return first.len_utf8();
        }
        let len = word_len(rest);
        self.push_word(&rest[..len]);
        len
    }

    fn push_word(&mut self, word: &str) {
        let text = word.trim_end_matches(['.', ':', '\'', '’', '/']);
        // "…: name, region" is a break, and "tag: env" is none.
        let led = word.ends_with(':') && !LEADS_ON.iter().any(|lead| text.eq_ignore_ascii_case(lead));
        let short = SHORT.iter().any(|short| text.eq_ignore_ascii_case(short));
        let ended = text.len() < word.len() && (word.ends_with('.') && !short || led);
        let text = text.strip_suffix("'s").or_else(|| text.strip_suffix("’s")).unwrap_or(text);
        if text.is_empty() {
            // "(by region)." ends a sentence that a bracket has ended already.
            let ended = word.bytes().all(|b| matches!(b, b'.' | b':'));
            if !ended {
                self.push(word, Kind::Symbol);
            } else if !matches!(self.tokens.last(), Some(t) if &self.raw[t.start..t.end] == ",") {
                self.push(",", Kind::Symbol);
            }
            return;
        }
        // "per-team spend".
        let head = ["per-", "by-"]
            .into_iter()
            .find(|head| text.get(..head.len()).is_some_and(|t| t.eq_ignore_ascii_case(head)));
        if let Some(head) = head
            && text.len() > head.len() + 2
            && text[head.len()..].bytes().all(|b| b.is_ascii_alphabetic())
        {
            self.push(&text[..head.len() - 1], Kind::Word);
            self.push(&text[head.len()..], Kind::Word);
            return self.end(ended);
        }
        // "region-wise", "account-level", "16+", "acct/region".
        let stem = text.strip_suffix("-wise").or_else(|| text.strip_suffix("-level"));
        if let Some(stem) = stem.filter(|stem| !stem.is_empty()) {
            self.push(stem, Kind::Word);
            self.push("wise", Kind::Word);
            return self.end(ended);
        }
        if let Some((value, "")) = text.strip_suffix('+').and_then(number) {
            self.push(&text[..text.len() - 1], Kind::Number(value));
            self.push("+", Kind::Word);
            return self.end(ended);
        }
        // "$500/month".
        let slash = text.bytes().any(|b| b == b'/').then(|| text.split_once('/')).flatten();
        if let Some((amount, unit)) = slash
            && matches!(unit, "month" | "mo" | "mth")
            && let Some((value, "")) = number(amount)
        {
            self.push(amount, Kind::Number(value));
            self.push("/month", Kind::Word);
            return self.end(ended);
        }
        if let Some((one, other)) = slash.filter(|(a, b)| lists(a) && lists(b)) {
            self.push(one, Kind::Word);
            // "cost/day" is by the day, "acct/region" are two of a list.
            let rate = ["hour", "day", "week", "month", "year"].iter().any(|unit| other.eq_ignore_ascii_case(unit));
            if rate {
                self.push("per", Kind::Word);
            } else {
                self.push(",", Kind::Symbol);
            }
            self.push(other, Kind::Word);
            return self.end(ended);
        }
        match number(text) {
            Some((value, "")) => self.push(text, Kind::Number(value)),
            Some((value, unit)) => {
                let digits = text.len() - unit.len();
                self.push(text[..digits].trim_end_matches('-'), Kind::Number(value));
                self.push(unit, Kind::Word);
            }
            None => self.push(text, Kind::Word),
        }
        self.end(ended);
    }

    fn end(&mut self, ended: bool) {
        if ended {
            self.push(",", Kind::Symbol);
        }
    }
}

/// Whether a word beside a slash may be one of a list: "and/or" is none.
fn lists(word: &str) -> bool {
    word.len() > 1
        && word.starts_with(|c: char| c.is_ascii_alphabetic())
        && word.bytes().all(|b| b.is_ascii_alphanumeric())
        && !["and", "or", "tcp", "udp"].iter().any(|joint| word.eq_ignore_ascii_case(joint))
}

/// Typographic signs as keyboards have them.
fn plain(c: char) -> char {
    match c {
        '’' | '‘' | 'ʼ' => '\'',
        '–' | '‑' => '-',
        c if c.is_whitespace() || c.is_control() => ' ',
        c => c,
    }
}

fn is_break(c: char) -> bool {
    matches!(
        c,
        ',' | ';' | '?' | '!' | '(' | ')' | '[' | ']' | '"' | '“' | '”' | '`' | '—' | '…' | '¿' | '¡' | '•' | '|'
    )
}

fn quoted(first: char, rest: &str) -> Option<(&str, usize)> {
    let close = match first {
        '"' | '`' | '\'' => first,
        '“' => '”',
        '‘' => '’',
        _ => return None,
    };
    let body = &rest[first.len_utf8()..];
    let end = body.find(close)?;
    let inner = body[..end].trim();
    (!inner.is_empty()).then_some((inner, first.len_utf8() + end + close.len_utf8()))
}

fn word_len(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    for (at, c) in rest.char_indices().skip(1) {
        if c.is_ascii_alphanumeric() {
            continue;
        }
        // A comma between digits groups thousands: 1,000.
        let groups = c == ','
            && bytes[..at].iter().all(|b| b.is_ascii_digit() || *b == b',')
            && bytes.len() >= at + 4
            && bytes[at + 1..at + 4].iter().all(u8::is_ascii_digit)
            && !bytes.get(at + 4).is_some_and(u8::is_ascii_digit);
        let ends = c.is_whitespace() || is_break(c) || matches!(c, '<' | '>' | '=' | '%' | '$' | '€' | '£' | '≤' | '≥');
        if ends && !groups {
            return at;
        }
    }
    rest.len()
}

/// A number and the unit glued to it, if that is what the text is.
fn number(text: &str) -> Option<(f64, &str)> {
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.' && c != ',').unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    if !number.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    // "1.000" is a thousand to some and one to others.
    if let Some((whole, "")) = number.split_once('.').map(|(w, f)| (w, if f.len() == 3 { "" } else { f }))
        && whole != "0"
    {
        return None;
    }
    let value: f64 = number.replace(',', "").parse().ok()?;
    let unit = unit.strip_prefix('-').unwrap_or(unit);
    match unit.to_ascii_lowercase().as_str() {
        "" if digits == text.len() => Some((value, "")),
        "k" => Some((value * 1000.0, "")),
        glued if GLUED.contains(&glued) => Some((value, unit)),
        _ => None,
    }
}

/// How often a word was looked at in this thread: what reading a question costs, on any machine.
#[cfg(test)]
pub(crate) mod steps {
    use std::cell::Cell;

    thread_local! {
        static STEPS: Cell<u64> = const { Cell::new(0) };
    }

    pub(super) fn count() {
        STEPS.set(STEPS.get() + 1);
    }

    /// Those of one call.
    pub(crate) fn of<T>(call: impl FnOnce() -> T) -> (T, u64) {
        let before = STEPS.get();
        let result = call();
        (result, STEPS.get() - before)
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, Words};

    fn check(question: &str, expected: &[&str]) {
        let words = Words::new(question);
        let got: Vec<_> = (0..words.len()).map(|at| words.raw(at)).collect();
        assert_eq!(got, expected, "{question}");
    }

    #[test]
    fn numbers_units_quotes_and_signs_stand_alone() {
        check("size>=1,000GB", &["size", ">=", "1,000", "GB"]);
        check("under 20% CPU?", &["under", "20", "%", "CPU", ","]);
        check("cost over $100.50 a 30d", &["cost", "over", "$", "100.50", "a", "30", "d"]);
        check("of type m5.2xlarge, 90-day", &["of", "type", "m5.2xlarge", ",", "90", "day"]);
        check("named \"web 1\" or 'db'", &["named", "web 1", "or", "db"]);
        check("aren’t last month's VMs.", &["aren't", "last", "month", "VMs", ","]);
        check("by region (count). name", &["by", "region", ",", "count", ",", "name"]);
        check("env=prod tag:env 10.0.0.1 2026-10-01", &["env", "=", "prod", "tag:env", "10.0.0.1", "2026-10-01"]);
        assert_eq!(Words::new("10k").kind(0), Some(Kind::Number(10_000.0)));
    }
}
