//! Lists of phrases that remember how they begin, so that a place where none of them can stand is passed over at once.

/// FNV-1a, in 32 bits.
const BASIS: u32 = 0x811c_9dc5;

const fn step(hash: u32, byte: u8) -> u32 {
    (hash ^ byte as u32).wrapping_mul(0x0100_0193)
}

/// What a word is filed under: few words share one with another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mark(u16);

impl Mark {
    /// That of a word, or of the first word of a phrase.
    pub(crate) const fn of(text: &str) -> Self {
        let text = text.as_bytes();
        let mut end = 0;
        while end < text.len() && text[end] != b' ' {
            end += 1;
        }
        Self::of_bytes(text, 0, end)
    }

    /// That of a word with an `s` behind it.
    const fn of_plural(word: &str) -> Self {
        let (mut hash, mut at) = (BASIS, 0);
        while at < word.len() {
            hash = step(hash, word.as_bytes()[at]);
            at += 1;
        }
        Self::folded(step(hash, b's'))
    }

    /// That of a word in lower case.
    pub(crate) fn of_any_case(word: &str) -> Self {
        Self::folded(word.bytes().map(|b| b.to_ascii_lowercase()).fold(BASIS, step))
    }

    /// That of the word between two places of a text.
    pub(crate) const fn of_bytes(text: &[u8], from: usize, end: usize) -> Self {
        let (mut hash, mut at) = (BASIS, from);
        while at < end {
            hash = step(hash, text[at]);
            at += 1;
        }
        Self::folded(hash)
    }

    const fn folded(hash: u32) -> Self {
        let [low, high, top, ..] = hash.to_le_bytes();
        Self(u16::from_le_bytes([low ^ high, top & 1]))
    }
}

/// The marks of some words. A word whose mark is not there is none of them; one whose mark is there may be another.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Marks([u64; 8]);

impl Marks {
    /// Of no word.
    pub(crate) const NONE: Self = Self([0; 8]);

    /// Those of the first words of phrases.
    pub(crate) const fn of(phrases: &[&str]) -> Self {
        let (mut marks, mut at) = (Self::NONE, 0);
        while at < phrases.len() {
            marks = marks.with(Mark::of(phrases[at]));
            at += 1;
        }
        marks
    }

    /// Those of many of what some words are one of.
    pub(crate) const fn of_plurals(words: &[&str]) -> Self {
        let (mut marks, mut at) = (Self::NONE, 0);
        while at < words.len() {
            marks = marks.with(Mark::of_plural(words[at]));
            at += 1;
        }
        marks
    }

    /// With one more.
    pub(crate) const fn with(mut self, mark: Mark) -> Self {
        self.0[(mark.0 >> 6) as usize] |= 1 << (mark.0 & 63);
        self
    }

    /// These and those.
    pub(crate) const fn and(mut self, others: Self) -> Self {
        let mut at = 0;
        while at < self.0.len() {
            self.0[at] |= others.0[at];
            at += 1;
        }
        self
    }

    /// Whether a word may be one of these and one of those.
    pub(crate) fn meets(&self, others: &Self) -> bool {
        self.0.iter().zip(&others.0).any(|(these, those)| these & those != 0)
    }

    /// Whether a word with that mark may be one of them.
    pub(crate) const fn has(&self, mark: Mark) -> bool {
        self.0[(mark.0 >> 6) as usize] & (1 << (mark.0 & 63)) != 0
    }
}

/// A list of phrases, made as the program is compiled.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Phrases {
    begins: Marks,
    all: &'static [&'static str],
}

impl Phrases {
    /// The marks of the words that they begin with.
    pub(crate) const fn begins(&self) -> Marks {
        self.begins
    }
}

/// The list of these phrases.
pub(crate) const fn phrases(all: &'static [&'static str]) -> Phrases {
    Phrases { begins: Marks::of(all), all }
}

/// Phrases of which one is looked for at a place.
pub(crate) trait Listed: Copy {
    /// Those that may begin with such a word; all where that is not known.
    fn beginning(&self, mark: Mark) -> &[&str];
}

impl Listed for Phrases {
    fn beginning(&self, mark: Mark) -> &[&str] {
        if self.begins.has(mark) { self.all } else { &[] }
    }
}

impl Listed for &[&str] {
    fn beginning(&self, _: Mark) -> &[&str] {
        self
    }
}

impl<const N: usize> Listed for &[&str; N] {
    fn beginning(&self, _: Mark) -> &[&str] {
        *self
    }
}

#[cfg(test)]
mod tests {
    use super::{Listed, Mark, Marks, phrases};

    #[test]
    fn a_list_is_looked_through_where_one_of_its_phrases_can_begin() {
        let list = phrases(&["over time", "so far"]);
        assert_eq!(list.beginning(Mark::of("so")), ["over time", "so far"]);
        assert!(list.beginning(Mark::of("time")).is_empty());
        assert!(Marks::of(&["over time"]).has(Mark::of("over")));
    }
}
