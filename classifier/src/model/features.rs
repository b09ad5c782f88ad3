//! What the model sees of a question: hashes of its words, of what the lexicon knows them as, and of short runs of letters.

use crate::lexicon::{Kinds, Off, Sense, Senses};
use crate::tokens::{Kind, Words};

/// No more words of a question are looked at: the longest in use have some dozens, and the work stays bounded.
const MOST_WORDS: usize = 96;

/// No more letters are looked at, for a word may be as long as a question.
const MOST_BYTES: usize = 512;

/// How many letters a run has at least and at most.
const RUNS: std::ops::RangeInclusive<usize> = 3..=5;

/// The hashes of one question.
#[derive(Debug, Default)]
pub(crate) struct Features {
    /// Words, what they are known as, neighbours of both kinds, and how the question begins.
    pub(super) words: Vec<u32>,
    /// Runs of letters inside of words, with the blanks around them.
    pub(super) letters: Vec<u32>,
}

impl Features {
    /// Those of a question.
    pub(crate) fn of(words: &Words, senses: &Senses<'_>) -> Self {
        let text = plain(words.text());
        let mut features = Self {
            words: Vec::with_capacity(words.len().min(MOST_WORDS) * 7 + 8),
            letters: Vec::with_capacity(text.len() * (RUNS.end() - RUNS.start() + 1)),
        };
        features.add_words(&text);
        features.add_kinds(words, senses);
        features.add_letters(&text);
        features
    }

    fn add_words(&mut self, text: &[u8]) {
        let mut before = hash(START, b"^");
        let words = text.split(|b| *b == b' ').filter(|word| !word.is_empty());
        for (count, word) in words.take(MOST_WORDS).enumerate() {
            let alone = hash(START, word);
            self.words.push(fold(alone));
            self.words.push(fold(hash(hash(before, b" "), word)));
            // A wish to change something is told by how it begins.
            if count == 1 {
                self.words.push(fold(hash(hash(before, b"^"), word)));
            }
            before = alone;
        }
        self.words.push(fold(hash(hash(before, b" "), b"$")));
    }

    fn add_kinds(&mut self, words: &Words, senses: &Senses<'_>) {
        let mut before = (hash(START, b"~^"), hash(START, b"~^"));
        let (mut at, mut strange, mut cloudy) = (0, 0, false);
        while at < words.len().min(MOST_WORDS) {
            let (len, kind) = kind(words, senses, at);
            let kind = kind.hash(words.phrase(at, len));
            self.words.push(fold(kind));
            self.words.push(fold(mix(before.0, kind)));
            self.words.push(fold(mix(mix(before.1, before.0), kind)));
            before = (kind, before.0);
            strange += usize::from(senses.is_unknown(at));
            cloudy |= is_cloudy(senses, at);
            self.add_warnings(words, senses, at);
            at += len;
        }
        self.words.push(fold(hash(START, &[b'~', u8::from(cloudy), strange.min(4) as u8])));
    }

    /// That a word could be a command, or what a question is refused for, counts whatever else it could be.
    fn add_warnings(&mut self, words: &Words, senses: &Senses<'_>, at: usize) {
        if !senses.kinds(at).any(const { Kinds::COMMAND.and(Kinds::OFF) }) {
            return;
        }
        for (_, sense) in senses.at(at) {
            match sense {
                Sense::Command => {
                    self.words.push(fold(hash(START, b"~command")));
                    self.words.push(fold(hash(hash(START, b"~command "), words.lower(at + 1).as_bytes())));
                    let lead = words.lower(at.wrapping_sub(1));
                    self.words.push(fold(hash(hash(START, b"~ command"), lead.as_bytes())));
                }
                Sense::Off(off) => self.words.push(fold(hash(START, warning(*off)))),
                _ => {}
            }
        }
    }

    fn add_letters(&mut self, text: &[u8]) {
        let lead = hash(START, b"#");
        for start in 0..text.len() {
            let mut run = lead;
            for (len, byte) in text[start..].iter().take(*RUNS.end()).enumerate() {
                run = (run ^ u64::from(*byte)).wrapping_mul(PRIME);
                if len + 1 >= *RUNS.start() {
                    self.letters.push(fold(run));
                }
                // A run ends with its word, but may begin with the blank before it.
                if *byte == b' ' && len > 0 {
                    break;
                }
            }
        }
    }
}

/// A number for how a question is put: the same where only names, numbers and things of one kind differ.
pub(super) fn skeleton(words: &Words, senses: &Senses<'_>) -> u64 {
    let (mut at, mut state) = (0, START);
    while at < words.len().min(MOST_WORDS) {
        let (len, kind) = kind(words, senses, at);
        state = mix(state, kind.hash(words.phrase(at, len)));
        at += len;
    }
    state >> 16
}

/// What the lexicon knows a phrase as.
#[derive(Debug, Clone, Copy)]
enum PhraseKind {
    /// One that has a name of its own: `~volumes`.
    Named(&'static str),
    /// A word that holds the sentence together, or a sign: it is its own kind.
    Itself,
}

impl PhraseKind {
    fn hash(self, phrase: &str) -> u64 {
        match self {
            Self::Named(name) => hash(hash(START, b"~"), name.as_bytes()),
            Self::Itself => hash(hash(START, b"~="), phrase.as_bytes()),
        }
    }
}

/// The kind of the longest known phrase there, and how many words it takes.
fn kind(words: &Words, senses: &Senses<'_>, at: usize) -> (usize, PhraseKind) {
    use PhraseKind::{Itself, Named};
    match words.kind(at) {
        Some(Kind::Number(_)) => return (1, Named("number")),
        Some(Kind::Quoted) => return (1, Named("quoted")),
        Some(Kind::Symbol) => return (1, Itself),
        _ => {}
    }
    let column = senses.columns_at(at).next().map(|(len, ..)| len);
    let sense = senses.at(at).find(|(_, sense)| !matches!(sense, Sense::Command | Sense::Off(_)));
    match (sense, column) {
        (Some((len, sense)), column) if column.is_none_or(|longer| longer <= len) => (len, known(sense)),
        (_, Some(len)) => (len, Named("column")),
        _ if words.lower(at).contains(|c: char| c.is_ascii_digit() || "-_/.:=*".contains(c)) => (1, Named("name")),
        _ => (1, Named("strange")),
    }
}

fn known(sense: &Sense) -> PhraseKind {
    PhraseKind::Named(match sense {
        Sense::Table(noun) => noun.table.name,
        Sense::Value { .. } | Sense::Flag { .. } | Sense::Category(_) => "value",
        Sense::State(_) => "state",
        Sense::Provider(_) => "provider",
        Sense::Region(_) => "region",
        Sense::Service(_) => "service",
        Sense::Compare(..) | Sense::OrMore(..) => "compare",
        Sense::Superlative(..) => "superlative",
        Sense::Bucket(_) => "width",
        Sense::Role(_) | Sense::Command | Sense::Off(_) => return PhraseKind::Itself,
    })
}

/// Whether a word of clouds stands there.
pub(crate) fn is_cloudy(senses: &Senses<'_>, at: usize) -> bool {
    senses.kinds(at).any(const { Kinds::TABLE.and(Kinds::PROVIDER).and(Kinds::SERVICE).and(Kinds::REGION) })
}

fn warning(off: Off) -> &'static [u8] {
    match off {
        Off::Injection => b"~injection",
        Off::Write => b"~write",
        Off::Secret => b"~secret",
        Off::Wish => b"~wish",
        Off::Elsewhere => b"~elsewhere",
    }
}

/// FNV-1a, as the lexicon has it: fast, and the same everywhere.
const START: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0100_0000_01b3;

fn hash(mut state: u64, bytes: &[u8]) -> u64 {
    for byte in bytes {
        state = (state ^ u64::from(*byte)).wrapping_mul(PRIME);
    }
    state
}

fn mix(one: u64, other: u64) -> u64 {
    (one ^ other.rotate_left(23)).wrapping_mul(PRIME)
}

/// The low bits of FNV alone are weak in short texts.
#[expect(clippy::cast_possible_truncation, reason = "the upper half is folded in")]
fn fold(hash: u64) -> u32 {
    (hash ^ (hash >> 32) ^ (hash >> 15)) as u32
}

/// The text of the tokens with a blank at both ends, and every number alike.
fn plain(words: &str) -> Vec<u8> {
    let mut text = Vec::with_capacity(words.len().min(MOST_BYTES) + 2);
    text.push(b' ');
    for byte in words.bytes().take(MOST_BYTES) {
        match byte {
            b'0'..=b'9' if text.last() == Some(&b'0') => {}
            b'0'..=b'9' => text.push(b'0'),
            _ => text.push(byte),
        }
    }
    text.push(b' ');
    text
}
