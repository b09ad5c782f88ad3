//! The words of a question about a table of a source's own, and a place among them.

/// One word, or what stood between quotes.
#[derive(Debug, Clone)]
pub(super) struct Token<'a> {
    /// As it was written, without quotes.
    pub(super) raw: &'a str,
    pub(super) lower: String,
    pub(super) is_quoted: bool,
}

/// Cuts a question at spaces and around what is compared with; what ends a sentence is no part of a word.
pub(super) fn tokens(question: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = question.trim_start();
    while let Some(first) = rest.chars().next() {
        let (len, raw, is_quoted) = match quoted(rest, first) {
            Some(raw) => (raw.len() + 2 * first.len_utf8(), raw, true),
            None => {
                let len = word(rest, first);
                (len, &rest[..len], false)
            }
        };
        let is_last = rest[len..].trim_start().is_empty();
        let raw = if is_quoted {
            raw
        } else {
            raw.trim_end_matches(if is_last { &['?', '!', '.', ',', ';'][..] } else { &[][..] })
        };
        if is_quoted || !raw.is_empty() {
            tokens.push(Token { raw, lower: raw.to_lowercase(), is_quoted });
        }
        rest = rest[len..].trim_start();
    }
    tokens
}

/// What stands between quotes, where some begin.
fn quoted(rest: &str, first: char) -> Option<&str> {
    let inner = matches!(first, '"' | '\'' | '`').then(|| &rest[first.len_utf8()..])?;
    inner.find(first).map(|end| &inner[..end])
}

/// How long the word is: all that is compared with, or all that is not, up to a space.
fn word(rest: &str, first: char) -> usize {
    let is_sign = |c: char| matches!(c, '<' | '>' | '=' | '!');
    let ends = |c: char| c.is_whitespace() || is_sign(c) != is_sign(first);
    rest.find(ends).unwrap_or(rest.len())
}

/// A name as it may be said: `my_dns.zones`, `my-dns zones`, `My DNS zones`.
pub(super) fn spaced(name: &str) -> String {
    name.to_lowercase().replace(['.', '_', '-'], " ")
}

/// A place among words, and what follows.
#[derive(Debug)]
pub(super) struct Phrase<'a> {
    words: &'a [Token<'a>],
    at: usize,
}

impl<'a> Phrase<'a> {
    pub(super) fn of(words: &'a [Token<'a>]) -> Self {
        Self { words, at: 0 }
    }

    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// The same place, from which one may look on.
    pub(super) fn ahead(&self) -> Self {
        Self { ..*self }
    }

    /// The next word, which is not passed.
    pub(super) fn word(&self) -> Option<&'a Token<'a>> {
        self.words.get(self.at)
    }

    pub(super) fn pass(&mut self, words: usize) {
        self.at += words;
    }

    /// Passes the longest of these that comes next; whether one does.
    pub(super) fn take(&mut self, any: &[&str]) -> bool {
        let longest = any.iter().filter_map(|words| self.len_of(words)).max();
        self.at += longest.unwrap_or(0);
        longest.is_some()
    }

    /// The same where it does not matter.
    pub(super) fn skip(&mut self, any: &[&str]) {
        self.take(any);
    }

    fn len_of(&self, words: &str) -> Option<usize> {
        let mut len = 0;
        for word in words.split(' ') {
            self.words.get(self.at + len).filter(|next| !next.is_quoted && next.lower == word)?;
            len += 1;
        }
        Some(len)
    }
}
